"""What every objective is: a loss over packed rows."""

import torch
from torch import nn

from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder


class Objective(nn.Module):
    """Keyword hyper-parameters with defaults; whatever parameters it owns are in checkpoints and never in the published encoder.

    The loop calls `build` once, lays out rows as `layout` says, and at each step `prepare` on the rows of the whole step, then
    `forward` on this rank's part of them. The mean of `forward` over the parts is the loss of the step, whatever their number.
    """

    def build(self, width: int) -> None:
        """Make the parameters that depend on the width of the encoder's states."""

    def layout(self, layout: Layout) -> Layout:
        """The layout of this objective's rows, from the defaults."""
        return layout

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        """Hide and ask: all randomness from the keys of the cells and `seed` (`masking.py`)."""
        return batch

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """(loss in nats, what else to log)."""
        raise NotImplementedError


def mean_token_loss(encoder: TransformersEncoder, states: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """(mean cross-entropy, accuracy) over what the step asks for: this part's share of it, times the number of parts."""
    if batch.total is None:
        raise ValueError("the batch was not prepared: it asks for nothing")
    loss, right = encoder.token_loss(states, batch)
    asked = batch.total.clamp(min=1)  # nothing is asked of a batch of unknown words
    return loss * batch.parts / asked, {"accuracy": right * batch.parts / asked}
