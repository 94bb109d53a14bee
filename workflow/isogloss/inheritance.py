"""What objectives have learnt, handed on to a recipe that starts from this one: heads and language embeddings.

It lies beside the published encoder, in a file that no reader of the model looks at.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

FILE = "objectives.safetensors"


def learnt(objectives: nn.Module) -> dict[str, torch.Tensor]:
    """The trained parameters of objectives, on the CPU; no momentum encoders, no queues."""
    trained = objectives.named_parameters(remove_duplicate=False)  # what two objectives share stands under both names
    return {name: parameter.detach().cpu().clone() for name, parameter in trained if parameter.requires_grad}


def write_learnt(parameters: Mapping[str, torch.Tensor], languages: Sequence[str], directory: Path) -> None:
    """Write them where a model is published; nothing where there are none. `languages`: in the order of their numbers."""
    if parameters:
        from safetensors.torch import save_file

        save_file(dict(parameters), directory / FILE, metadata={"languages": ",".join(languages)})


def inherit_objectives(init: str | Path | None, objectives: nn.Module, languages: Sequence[str]) -> list[str]:
    """Take over the parameters that the model `init` left for objectives of the same name and shape; returns their names.

    None of a training with other languages, whose numbers mean something else.
    """
    file = Path(init) / FILE if init else None
    if file is None or not file.is_file():
        return []
    from safetensors import safe_open

    own = dict(objectives.named_parameters(remove_duplicate=False))
    with safe_open(file, "pt") as left:
        if (left.metadata() or {}).get("languages") != ",".join(languages):
            return []
        taken = [name for name in left.keys() if name in own and list(own[name].shape) == left.get_slice(name).get_shape()]  # noqa: SIM118
        with torch.no_grad():
            for name in taken:
                own[name].copy_(left.get_tensor(name))
    return taken
