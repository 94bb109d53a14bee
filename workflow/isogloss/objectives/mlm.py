"""Masked language modelling over single sentences of all languages (mMLM)."""

from collections.abc import Sequence

import torch
from torch import nn

from ..batch import Batch, Layout, lay_out
from ..encoder import TransformersEncoder
from ..masking import mask_tokens
from ..streams import Example


class MLM(nn.Module):
    """Idea: predict hidden tokens from their own sentence; nothing ties the languages but shared parameters and shared pieces.

    Cite: Devlin et al. 2019 (BERT); Conneau et al. 2020 (XLM-R, many languages at once).
    Eats: mono.
    Relations: `tlm` is the same loss over a pair; every other objective is trained beside it.
    Trap: a model that has not left the unigram plateau is a straw man: compare `loss` with the log's `unigram_entropy`.
    """

    def __init__(self, *, rate: float = 0.15, keep: float = 0.1, random: float = 0.1) -> None:
        super().__init__()
        self.rate, self.keep, self.random = rate, keep, random

    def layout(self, layout: Layout) -> Layout:
        """The layout of this objective's rows."""
        return layout

    def collate(self, examples: Sequence[Example], layout: Layout, generator: torch.Generator) -> Batch:
        """Rows with corrupted ids and labels; all randomness from `generator`."""
        batch = lay_out(examples, layout)
        return mask_tokens(batch, layout.special, generator, rate=self.rate, keep=self.keep, random=self.random)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Mean cross-entropy in nats over the masked tokens; the head sees only these."""
        asked, labels = batch.to_predict
        logits = encoder.token_logits(encoder(batch)[asked])
        count = max(len(labels), 1)  # nothing is asked of a batch of unknown words
        loss = nn.functional.cross_entropy(logits, labels, reduction="sum") / count
        return loss, {"accuracy": (logits.detach().argmax(-1) == labels).sum() / count}
