"""What a fine-tuning step is made of: rates by layer, batches, and gradients that fit into memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from .errors import IsoglossError
from .features import Row
from .heads.network import length
from .padding import by_length

MEGABATCH = 50  # batches that are sorted by length together
MOST_TOKENS = 1 << 16  # padded tokens that are computed at a time, at first


def parameter_groups(network: Any, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Groups for AdamW whose learning rates decay from layer to layer by d = `layer_decay`, as released with ERNIE-M.

    Layer i = 0..n-1 of n learns at d^(n-i) times `learning_rate`: the top one at d, not 1. The tables of embeddings (word, position,
    token type) learn at d^(n+1). All else learns at the whole rate: head, pooler, and the embeddings' LayerNorm, whose name the authors'
    code does not match (`embeddings_norm: decayed` counts it to the embeddings). Weight decay is that of the whole rate everywhere
    (AdamW multiplies it by the group's, hence the division); biases and the weights of LayerNorms have none.

    Args:
        network: a transformers model with a head; every parameter is in one group.
        settings: the section `finetune`.
    """
    body, decay = network.base_model, settings["layer_decay"]
    layers, depths = body.encoder.layer, dict[nn.Parameter, int]()
    inside = nn.Module if settings["embeddings_norm"] == "decayed" else nn.Embedding
    for module in (module for module in body.embeddings.children() if isinstance(module, inside)):
        depths |= {parameter: len(layers) + 1 for parameter in module.parameters()}
    depths |= {parameter: len(layers) - i for i, layer in enumerate(layers) for parameter in layer.parameters()}
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for parameter in network.parameters():
        groups.setdefault((decay ** depths.get(parameter, 0), parameter.dim() > 1), []).append(parameter)
    rate, weight_decay = settings["learning_rate"], settings["weight_decay"]
    return [
        {"params": group, "lr": rate * factor, "weight_decay": weight_decay / factor if matrices else 0.0}
        for (factor, matrices), group in groups.items()
    ]


def batch_order(lengths: np.ndarray, size: int, generator: np.random.Generator) -> list[list[int]]:
    """One epoch in batches of `size`: shuffled, then sorted by length within stretches of 50 batches, then shuffled as batches."""
    shuffled, stretch = generator.permutation(len(lengths)), size * MEGABATCH
    parts = (shuffled[start : start + stretch] for start in range(0, len(shuffled), stretch))
    ordered = np.concatenate([part[np.argsort(lengths[part], kind="stable")] for part in parts]) if len(shuffled) else shuffled
    batches = [ordered[start : start + size].tolist() for start in range(0, len(ordered), size)]
    return [batches[k] for k in generator.permutation(len(batches))]


class Gradients:
    """Adds up the gradient of a batch from as many rows at a time as fit into the memory of a GPU.

    A batch that does not fit is computed again in halves, and so are all after it. The gradient is that of the whole batch in any case,
    up to rounding (and other draws of dropout): the loss of each part is divided by what the batch asks for in all.
    """

    def __init__(self, head: Any, network: nn.Module, pad: int, device: torch.device, tokens: int = MOST_TOKENS) -> None:
        self.head, self.network, self.pad, self.device, self.tokens = head, network, pad, device, tokens

    def of(self, rows: Sequence[Row]) -> torch.Tensor:
        """The loss of the batch; its gradient is left in a network without any. Raises IsoglossError where not even one row fits."""
        targets = self.head.targets(rows)
        while True:
            parts = list(by_length(rows, length, self.tokens))
            try:
                return torch.stack([self._add(part, targets) for part in parts]).sum()
            except torch.cuda.OutOfMemoryError as error:
                if len(parts) == len(rows):
                    given = f"a single row of {length(parts[-1][0])} tokens does not fit into the memory of the GPU"
                    raise IsoglossError("finetune", given, "", "Lower finetune.max_length, or take a larger GPU") from error
            self.network.zero_grad(set_to_none=True)
            torch.cuda.empty_cache()
            largest = max(len(part) * length(part[-1]) for part in parts)
            self.tokens = min(self.tokens, largest) // 2

    def _add(self, rows: Sequence[Row], targets: int) -> torch.Tensor:
        loss = self.head.loss(self.network, rows, self.pad, self.device) / targets
        loss.backward()
        return loss.detach()
