"""Cross-attention masked language modelling: hidden words are told from the translation alone."""

from dataclasses import replace

import torch

from ..attention import SLOTS
from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..masking import fill_slots
from .contract import Objective, mean_token_loss


class CAMLM(Objective):
    """Idea: a word is predicted in a slot that sees the translation and no word of its own sentence, so meaning must cross over.

    Cite: Ouyang et al. 2021 (ERNIE-M), section 3.1 and figure 1c.
    Eats: bitext.
    Relations: `tlm` also lets a hidden word see its own sentence; the sentences themselves are encoded as in `mlm`, unmasked.
    Trap: any cell that sees both sides leaks the answer, be it a shared <s>; a slot must be <mask>, for "keep" would show it.
    """

    def __init__(self, *, rate: float = 0.15, separators: int = 2) -> None:
        super().__init__()
        self.rate, self.separators = rate, separators

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, separators=self.separators, shuffle_sides=True, slot_rate=self.rate)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        return fill_slots(batch, special, seed)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Mean cross-entropy in nats over the slots of both sides together."""
        return mean_token_loss(encoder, encoder(batch, SLOTS), batch)
