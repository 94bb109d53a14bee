"""Several ranks, one training: who they are, and the few things they tell each other.

Every rank lays out the rows of the whole step and takes its block of them, so counts, masks and the numbers of sentences are known to
all without a word. What is exchanged: pooled states of contrastive objectives, and the gradients, once a step.
"""

import datetime
import os
from collections.abc import Iterable
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.tensor import DTensor

from .encoder import TransformersEncoder
from .optimizer import Optimizers
from .sharding import divided, load_whole, shard, whole, whole_model

PATIENCE = datetime.timedelta(minutes=30)  # before a rank that waits for a lost one gives up


class Ranks:
    """This process and its peers; a context manager. Without torchrun there is one rank and nothing is exchanged.

    parallel: "ddp", every rank has the whole model; "fsdp", a share of it (`sharding.py`).
    """

    def __init__(self, parallel: str = "ddp") -> None:
        self.count, self.number, self.local = (int(os.environ.get(name, default)) for name, default in _FROM_TORCHRUN)
        self.shards = parallel == "fsdp" and self.count > 1

    def __enter__(self) -> "Ranks":
        self._connected_here = self.count > 1 and not dist.is_initialized()
        if self._connected_here:
            if torch.cuda.is_available():
                torch.cuda.set_device(self.local)
            dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        if self._connected_here:
            dist.destroy_process_group()

    @property
    def first(self) -> bool:
        """Whether this rank writes what all have in common."""
        return self.number == 0

    def any(self, flag: bool) -> bool:
        """Whether the flag is up on any rank. It travels between processors, so no GPU is waited for."""
        if self.count == 1:
            return flag
        agreed = torch.tensor(int(flag))
        dist.all_reduce(agreed, dist.ReduceOp.MAX)
        return bool(agreed)

    def divide(self, encoder: TransformersEncoder) -> None:
        """Leave this rank its share of an encoder that all ranks have made alike."""
        if self.shards:
            shard(encoder)

    def exchange_gradients_in_backward(self, encoder: TransformersEncoder, wanted: bool) -> None:
        """Of a divided encoder: whether the next backward pass, the last of a step, leaves each rank its share of the mean gradient."""
        if self.shards:
            encoder.set_requires_gradient_sync(wanted)  # type: ignore[operator]  # fully_shard has made it an FSDPModule

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by its mean over the ranks, in one exchange. A parameter that a rank did not use counts as 0 there.

        (torch's DDP averages per backward pass, and leaves out what the last one did not use; a step has one pass per objective.)
        """
        trained = [parameter for parameter in parameters if parameter.requires_grad and not isinstance(parameter, DTensor)]
        if self.count == 1 or not trained:
            return
        used = torch.tensor([parameter.grad is not None for parameter in trained], dtype=torch.uint8)
        dist.all_reduce(used, dist.ReduceOp.MAX)  # what no rank used must not be decayed either; between processors, as in `any`
        trained = [parameter for parameter, anywhere in zip(trained, used.tolist(), strict=True) if anywhere]
        flat = torch.cat([torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in trained])
        dist.all_reduce(flat)
        flat /= self.count
        for parameter, gradient in zip(trained, flat.split([p.numel() for p in trained]), strict=True):
            parameter.grad = gradient.view_as(parameter)

    def clip(self, parameters: Iterable[nn.Parameter], limit: float) -> torch.Tensor:
        """Scale averaged gradients to a global norm of at most `limit`; returns the norm before."""
        parameters = list(parameters)
        if not any(isinstance(parameter, DTensor) for parameter in parameters):
            return nn.utils.clip_grad_norm_(parameters, limit)
        kinds = [[p for p in parameters if p.grad is not None and isinstance(p, DTensor) is divided] for divided in (True, False)]
        norms = [nn.utils.get_total_norm([p.grad for p in kind if p.grad is not None]) for kind in kinds if kind]
        norm = torch.stack([norm.full_tensor() if isinstance(norm, DTensor) else norm for norm in norms]).norm()
        for kind in kinds:
            nn.utils.clip_grads_with_norm_(kind, limit, norm)
        return norm

    def whole(self, state: dict[str, Any]) -> dict[str, Any]:
        """State with whole tensors, on the first rank."""
        return whole(state, self.first) if self.shards else state

    def whole_model(self, model):
        """The model to publish, on the first rank."""
        return whole_model(model, self.first) if self.shards else model

    def load(self, module: nn.Module, state: dict[str, torch.Tensor]) -> None:
        """Load whole tensors into a module, of which this rank may have a share."""
        load_whole(module, state)

    def load_moments(self, optimizer: Optimizers, states: list[dict[str, Any]]) -> None:
        """Load whole moments into the optimizers."""
        optimizer.load_state_dict(states)
        if self.shards:
            optimizer.map_moments(divided)

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """The mean over the ranks of values without gradient."""
        if self.count > 1:
            values = values.clone()
            dist.all_reduce(values)
        return values / self.count


_FROM_TORCHRUN = (("WORLD_SIZE", "1"), ("RANK", "0"), ("LOCAL_RANK", "0"))


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(_context, values: torch.Tensor) -> torch.Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_context, gradient: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return gradient * dist.get_world_size()


def sum_over_ranks(values: torch.Tensor) -> torch.Tensor:
    """The sum over all ranks of tensors of one shape, for losses that every rank computes in full from it.

    The gradient is that of the rank's own summand, times the number of ranks: the mean over the ranks, which `average_gradients`
    takes, is then the gradient of the loss.
    """
    return _Sum.apply(values) if dist.is_initialized() else values
