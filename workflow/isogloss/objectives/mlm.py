"""Masked language modelling over single sentences of all languages (mMLM)."""

import torch

from ..attention import SENTENCES, Rule
from ..batch import Batch, SpecialIds
from ..encoder import TransformersEncoder
from ..masking import mask_tokens
from .contract import Objective, mean_token_loss


class MLM(Objective):
    """Idea: predict hidden tokens from their own sentence; nothing ties the languages but shared parameters and shared pieces.

    Cite: Devlin et al. 2019 (BERT); Conneau et al. 2020 (XLM-R, many languages at once).
    Eats: mono.
    Relations: `tlm` is the same loss over a pair; every other objective is trained beside it.
    Trap: a model that has not left the unigram plateau is a straw man: compare `loss` with the log's `unigram_entropy`.
    """

    rule: Rule = SENTENCES

    def __init__(self, *, rate: float = 0.15, keep: float = 0.1, random: float = 0.1) -> None:
        super().__init__()
        self.rate, self.keep, self.random = rate, keep, random

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        return mask_tokens(batch, special, seed, rate=self.rate, keep=self.keep, random=self.random)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Mean cross-entropy in nats over the masked tokens."""
        return mean_token_loss(encoder, encoder(batch, self.rule), batch)
