"""A frozen encoder under a linear classifier for each of its layers: what its states tell without being changed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from .encoder import load_bare_model

WEIGHTS = "probe.safetensors"


class Probe(nn.Module):
    """Multinomial logistic regression on the standardised states of layer 0..L, all layers at once.

    Args:
        encoder: a bare transformers model; it is never trained, and never drops out.
        labels: the number of classes C.
        pooled: whether a row has one answer (from the mean over its cells) or each cell has its own.
    """

    def __init__(self, encoder: Any, labels: int, *, pooled: bool) -> None:
        super().__init__()
        self.encoder, self.pooled = encoder.requires_grad_(False).eval(), pooled
        self.layers = encoder.config.num_hidden_layers + 1
        self.weight = nn.Parameter(torch.zeros(self.layers, encoder.config.hidden_size, labels))
        self.bias = nn.Parameter(torch.zeros(self.layers, 1, labels))

    @property
    def config(self) -> Any:
        """The encoder's."""
        return self.encoder.config

    def train(self, mode: bool = True) -> "Probe":
        self.training = mode
        return self  # the encoder stays as it is

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **types: torch.Tensor) -> SimpleNamespace:
        """`logits` (layers, B, C) if pooled, else (layers, B, L, C)."""
        with torch.no_grad():
            found = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True, **types)
            states = torch.stack(found.hidden_states).to(self.weight.dtype)
            if self.pooled:
                weight = attention_mask[None, :, :, None]
                states = (states * weight).sum(2) / weight.sum(2)
            states = nn.functional.layer_norm(states, states.shape[-1:])
        with torch.autocast(states.device.type, enabled=False):  # a few products, which decide between near answers
            logits = torch.baddbmm(self.bias, states.flatten(1, -2), self.weight)
        return SimpleNamespace(logits=logits.unflatten(1, states.shape[1:-1]))

    def save_pretrained(self, directory: Path) -> None:
        """The encoder as it came, and the classifiers beside it."""
        self.encoder.save_pretrained(directory)
        save_file({"weight": self.weight.detach().cpu(), "bias": self.bias.detach().cpu()}, Path(directory) / WEIGHTS)


def load_probe(model: Path, labels: int, *, pooled: bool, trained: bool) -> Probe:
    """The probe of a model directory: with the classifiers that lie there, or fresh ones on its encoder."""
    probe = Probe(load_bare_model(model), labels, pooled=pooled)
    if trained:
        probe.load_state_dict(load_file(Path(model) / WEIGHTS), strict=False)
    return probe
