"""The optimisers of pre-training: AdamW, or Muon for the matrices of the layers and AdamW for the rest."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import nn
from torch.distributed.tensor import DTensor

from .errors import IsoglossError
from .muon import Muon


class Optimizers:
    """One or two torch optimisers that step together, at `rate` = the peak rate times a factor."""

    def __init__(self, optimizers: list[torch.optim.Optimizer], peak: float) -> None:
        self._optimizers, self._peak, self.rate = optimizers, peak, peak

    @property
    def parameters(self) -> Iterator[nn.Parameter]:
        return (parameter for optimizer in self._optimizers for group in optimizer.param_groups for parameter in group["params"])

    def set_rate(self, factor: float) -> None:
        self.rate = self._peak * factor
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.rate

    def step(self) -> None:
        for optimizer in self._optimizers:
            optimizer.step()

    def zero_grad(self) -> None:
        for optimizer in self._optimizers:
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict[str, Any]]:
        return [optimizer.state_dict() for optimizer in self._optimizers]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        for optimizer, state in zip(self._optimizers, states, strict=True):
            optimizer.load_state_dict(state)

    def map_moments(self, change: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
        """Replace every tensor of state by change(it, its parameter)."""
        for optimizer in self._optimizers:
            for parameter, state in optimizer.state.items():
                state.update({name: change(value, parameter) for name, value in state.items() if isinstance(value, torch.Tensor)})


def make_optimizer(trainee: nn.Module, settings: Mapping[str, Any]) -> Optimizers:
    """AdamW (Loshchilov & Hutter 2019), or with `optimizer: muon` Muon (Jordan et al. 2024) for the 2-D weights of the encoder's layers.

    Weight decay spares biases and norms. Muon's update is scaled to the size of AdamW's, so one learning rate serves both (Liu et al. 2025).
    """
    muon = settings.get("optimizer") == "muon"
    trained = [(name, parameter) for name, parameter in trainee.named_parameters() if parameter.requires_grad]
    matrices = [parameter for name, parameter in trained if _in_a_layer(name) and parameter.ndim == 2] if muon else []
    taken = {id(parameter) for parameter in matrices}
    others = [parameter for _, parameter in trained if id(parameter) not in taken]
    rate, decay = settings["learning_rate"], settings["weight_decay"]
    groups = [
        {"params": kind, "weight_decay": decay if decayed else 0.0}
        for decayed in (True, False)
        for kind in _alike(parameter for parameter in others if (parameter.ndim > 1) is decayed)
    ]
    adamw = torch.optim.AdamW(groups, lr=rate, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"], fused=True)
    if not muon:
        return Optimizers([adamw], rate)
    if any(isinstance(parameter, DTensor) for parameter in matrices):
        raise IsoglossError("pretrain.optimizer", "muon, with hardware.parallel: fsdp", "Muon needs whole matrices", "Use ddp, or adamw")
    return Optimizers([adamw, Muon(matrices, rate, decay)], rate)


def _in_a_layer(name: str) -> bool:
    """Whether a parameter of a `Trainee` is of attention or feed-forward: not embeddings, not the head, not an objective's own."""
    return name.startswith("encoder.") and ".layer." in name


def _alike(parameters: Iterable[nn.Parameter]) -> list[list[nn.Parameter]]:
    """Whole parameters and divided ones (FSDP) apart: the fused step takes no mixture."""
    kinds: dict[type, list[nn.Parameter]] = {}
    for parameter in parameters:
        kinds.setdefault(type(parameter.data), []).append(parameter)
    return list(kinds.values())
