"""XLM-Align: the encoder aligns the words of a clean pair itself, and then points from hidden words to their partners."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

from ..attention import PAIRS
from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..masking import mask_tokens
from ..words import is_text
from .contract import FORWARD, Coupled, Pooled, Scored, Setup, checked_option, evaluating, mean_token_loss
from .layers import checked_layer

EXTRACT = ("itermax", "sinkhorn")
ROUNDS, RATIO = 2, 0.9  # of itermax
ITERATIONS, FLOOR = 2, 1e-6  # of sinkhorn


class XLMAlign(Coupled):
    """Idea: an encoder that has seen much text knows which words belong together; it learns to find them with one of them hidden.

    Cite: Chi et al. 2021 (XLM-Align, arXiv 2106.06381). As in the released code, dot products of states, dropout off, and of several
        partners the last; `itermax` (SimAlign) with 2 rounds and ratio .9 is what it runs, `sinkhorn` (2 iterations) what the paper says.
    Eats: bitext.
    Relations: `tlm` with a pointer beside its loss; `veco2` gets its links from outside, here they are the encoder's own.
    Trap: from scratch the links are noise, and noise is learnt: start from a model that was trained with mlm or tlm, and watch `aligned`
        (of the hidden tokens those with a partner) beside `pointer` (of these, how many are found).
    """

    def __init__(
        self,
        *,
        tlm: float = 1.0,
        layer: int | None = None,
        extract: str = "itermax",
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        """`layer`: whose states are aligned; None: at 10/12 of the depth. `tlm`: weight of the masked-language-model loss."""
        super().__init__()
        self.tlm, self._layer = tlm, layer
        self.extract = checked_option("xlm_align", "extract", extract, EXTRACT)
        self.rate, self.keep, self.random = rate, keep, random

    @property
    def passes(self) -> float:
        return 1 + FORWARD

    def build(self, setup: Setup) -> None:
        self.layer, width = checked_layer("xlm_align", self._layer, 10 / 12, setup.encoder), setup.encoder.width
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, shuffle_sides=True)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        return mask_tokens(batch, special, seed, rate=self.rate, keep=self.keep, random=self.random)

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        """The sum of the pointer's losses, how many hidden tokens have a partner, and how many of these partners are found."""
        partner = torch.where(batch.given("labels") >= 0, self.partners(encoder, batch), -1)
        states = encoder(batch, PAIRS)
        query, key = self.query(states), self.key(states)
        with torch.autocast(batch.ids.device.type, enabled=False):  # as of `score`
            pointed = pointer(query, key, across(batch), partner)
        if not self.tlm:
            return Pooled(pointed)
        loss, metrics = mean_token_loss(encoder, states, batch)
        return Pooled(pointed, self.tlm * loss, {"tlm": loss.detach(), **metrics})

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """Mean over the hidden tokens of the step that have a partner."""
        total, aligned, found = states
        loss = total / aligned.clamp(min=1)
        return loss, {
            "pointer_loss": loss.detach(),
            "pointer": found / aligned.clamp(min=1),
            "aligned": aligned / batch.given("total").clamp(min=1),
        }

    def partners(self, encoder: TransformersEncoder, batch: Batch) -> torch.Tensor:
        """(R, L): for each token of the clean pair the column of the token that it is aligned to; -1: none."""
        with evaluating(encoder):
            states = encoder.all_states(replace(batch, ids=batch.given("clean")), PAIRS)[self.layer]
        wide = states.to(torch.promote_types(states.dtype, torch.float32))  # in bf16 most dot products are equal
        with torch.autocast(batch.ids.device.type, enabled=False):
            similarity = wide @ wide.transpose(1, 2)
            aligned = itermax(similarity, across(batch)) if self.extract == "itermax" else sinkhorn(similarity, across(batch), batch.side)
        columns = torch.arange(aligned.shape[2], device=aligned.device)
        return torch.where(aligned, columns, -1).amax(2)


def across(batch: Batch) -> torch.Tensor:
    """(R, L, L) bool: whether two cells are tokens of the two sides of one pair."""
    text, pair, side = is_text(batch), batch.pair_of_cell, batch.side
    both = text[:, :, None] & text[:, None]
    return both & (pair[:, :, None] == pair[:, None]) & (side[:, :, None] != side[:, None])


def itermax(similarity: torch.Tensor, across: torch.Tensor, *, rounds: int = ROUNDS, ratio: float = RATIO) -> torch.Tensor:
    """Which tokens are aligned, (R, L, L) bool and symmetric, by itermax (Jalili Sabet et al. 2020, SimAlign; arXiv 2004.08728).

    similarity: (R, L, L), symmetric; across: `across`. Tokens that are each other's nearest are aligned. Then, in each further round,
    so are those that are nearest among the pairs of which one token is free, similarities counting `ratio` where the other is not. No
    further rounds for a side of two tokens or less, nor when a side has no free token left.
    """
    aligned = across & _mutual(similarity.masked_fill(~across, torch.finfo(similarity.dtype).min))
    long = _both_sides(across.sum(2), across) > 2
    for _ in range(rounds - 1):
        free = ~aligned.any(2)
        one, both = free[:, :, None] | free[:, None], free[:, :, None] & free[:, None]
        left = _both_sides((across & free[:, None]).sum(2), across) > 0
        # Nothing where both are aligned: beside these zeros a negative similarity is no candidate, as in the released code.
        weight = torch.where(both, 1.0, ratio * one.to(similarity.dtype))
        nearest = _mutual((similarity * weight).masked_fill(~across, torch.finfo(similarity.dtype).min))
        aligned = aligned | (across & one & long & left & nearest)
    return aligned


def _both_sides(counts: torch.Tensor, across: torch.Tensor) -> torch.Tensor:
    """(R, L, 1): the smaller of what is counted (R, L) on the other side of a token and on its own; 0 outside pairs."""
    own = torch.where(across, counts[:, None], 0).amax(2)  # what a token of the other side counts
    return torch.minimum(counts, own)[:, :, None]


def _mutual(similarity: torch.Tensor) -> torch.Tensor:
    """(R, L, L) bool: the largest of their rows that are so seen from the other cell, too."""
    nearest = torch.zeros_like(similarity, dtype=torch.bool).scatter_(2, similarity.argmax(2, keepdim=True), True)
    return nearest & nearest.transpose(1, 2)


def sinkhorn(
    similarity: torch.Tensor, across: torch.Tensor, side: torch.Tensor, *, iterations: int = ITERATIONS, floor: float = FLOOR
) -> torch.Tensor:
    """Which tokens are aligned, (R, L, L) bool and symmetric, by optimal transport between the sides of a pair.

    Similarities (R, L, L), at least `floor`, are divided by turns by their sums over the first side and over the second; aligned are
    tokens that are each other's largest, the second side's by the last but one division, the first's by the last.
    """
    first, smallest = across & (side[:, :, None] == 0), torch.finfo(similarity.dtype).tiny
    rows = torch.where(first, similarity.clamp(min=floor), 0)
    columns = rows
    for _ in range(iterations):
        columns = rows / rows.sum(1, keepdim=True).clamp(min=smallest)
        rows = columns / columns.sum(2, keepdim=True).clamp(min=smallest)
    largest = [torch.zeros_like(first).scatter_(dim, plan.argmax(dim, keepdim=True), True) for dim, plan in ((2, rows), (1, columns))]
    aligned = first & largest[0] & largest[1]
    return aligned | aligned.transpose(1, 2)


def pointer(
    query: torch.Tensor, key: torch.Tensor, across: torch.Tensor, partner: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(sum of the cross-entropies in nats, number of tokens that are asked, how many point right; counts are int64).

    query, key (R, L, H): a token points by softmax of query . key / sqrt(H) at the tokens `across` from it; partner (R, L): the column
    that it should point at, -1: not asked. A sum of nothing is 0, with a gradient of 0.
    """
    wide = torch.promote_types(query.dtype, torch.float32)
    scores = query.to(wide) @ key.to(wide).transpose(1, 2) / query.shape[2] ** 0.5
    scores = scores.masked_fill(~across, torch.finfo(wide).min)
    asked = partner >= 0
    losses = scores.logsumexp(2) - scores.gather(2, partner.clamp(min=0)[:, :, None]).squeeze(2)
    return torch.where(asked, losses, 0).sum(), asked.sum(), (asked & (scores.argmax(2) == partner)).sum()
