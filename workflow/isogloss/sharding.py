"""Models too large for one GPU (FSDP2): each rank keeps a share of weights, gradients and moments, and gathers a layer when it runs.

A checkpoint and a published model always hold whole tensors, so that any number of ranks can go on from them.
"""

from collections.abc import Mapping
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor

from .encoder import TransformersEncoder


def shard(encoder: TransformersEncoder) -> None:
    """Divide an encoder over all ranks, layer by layer. Embeddings and head are one group and stay gathered from forward to backward,
    because the objectives call the head after `forward`."""
    mesh = dist.device_mesh.init_device_mesh(encoder.model.device.type, (dist.get_world_size(),))
    for layer in encoder.model.base_model.encoder.layer:
        fully_shard(layer, mesh=mesh)
    fully_shard(encoder, mesh=mesh, reshard_after_forward=False)
    register_fsdp_forward_method(encoder, "all_states")


def whole(value: Any, keep: bool) -> Any:
    """Nested state with every divided tensor put together, on the CPU. All ranks must ask; `keep`: whether this one wants the answer."""
    if isinstance(value, DTensor):
        full = value.full_tensor()
        return full.cpu() if keep else None
    if isinstance(value, Mapping):
        return {key: whole(item, keep) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(whole(item, keep) for item in value)
    return value


def divided(full: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A whole tensor divided as `like` is; as it is if that is whole or of another shape (a step counter)."""
    if not isinstance(like, DTensor) or full.shape != like.shape:
        return full
    return distribute_tensor(full.to(like.device), like.device_mesh, like.placements)


def load_whole(module: nn.Module, state: Mapping[str, torch.Tensor]) -> None:
    """`load_state_dict` of whole tensors into a module that may be divided."""
    own = module.state_dict()
    module.load_state_dict({name: divided(value, own[name]) for name, value in state.items()})


def local(tensor: torch.Tensor) -> torch.Tensor:
    """This rank's share of a tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole_model(model, keep: bool):
    """A transformers model with the whole weights of a divided one, on the CPU; None on ranks that do not keep it."""
    from transformers import AutoModelForMaskedLM

    state = whole(model.state_dict(), keep)
    if not keep:
        return None
    made = AutoModelForMaskedLM.from_config(model.config, dtype=model.dtype)
    made.load_state_dict(state)
    return made
