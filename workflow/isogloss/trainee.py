"""What a training trains: the encoder and the objectives of a recipe."""

import inspect
from collections.abc import Mapping
from typing import Any

from torch import nn

from .encoder import TransformersEncoder
from .errors import IsoglossError
from .objectives import load_objective
from .objectives.contract import Objective, Setup


class Trainee(nn.Module):
    """Encoder and objectives together: what the optimiser and a checkpoint hold. Only the encoder is published."""

    def __init__(self, encoder: TransformersEncoder, objectives: Mapping[str, Objective]) -> None:
        super().__init__()
        self.encoder, self.objectives = encoder, nn.ModuleDict(objectives)


def make_objectives(options: Mapping[str, Mapping[str, Any]], setup: Setup) -> dict[str, Objective]:
    """The objectives of a recipe, built. Raises IsoglossError for an option that an objective does not have."""
    made = {}
    for name, given in options.items():
        try:
            made[name] = load_objective(name)(**{key: value for key, value in given.items() if key != "weight"})
        except TypeError as error:  # "... got an unexpected keyword argument 'rte'"
            allowed = ", ".join(["weight", *list(inspect.signature(load_objective(name)).parameters)])
            raise IsoglossError(
                f"objective {name}", str(error).rpartition("() ")[2], f"allowed: {allowed}", "Correct it in the recipe"
            ) from error
        made[name].build(setup)
    return made
