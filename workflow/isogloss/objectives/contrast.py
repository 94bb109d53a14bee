"""Sentence contrast: a sentence and its translation near each other, away from all other sentences of the step."""

from dataclasses import replace

import torch
from torch import nn

from ..attention import SENTENCES
from ..batch import TOKEN, Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..hashing import mix
from ..parallel import sum_over_ranks
from ..pooling import sentence_means
from .contract import Objective

LOSSES = ("info", "cz")


class Contrast(Objective):
    """Idea: of all sentences of the step, in both languages, the translation is the nearest.

    Cite: ML-CTL (arXiv 2202.13083), its ablations info-snt and CZ-snt: pooling, head, negatives, temperature, both losses.
    Eats: bitext.
    Relations: `tlm` ties words through attention; this ties whole sentences that are encoded apart.
    Trap: the loss depends on how many pairs a step has: half the batch is another objective, and accumulating steps is not a batch.
    """

    def __init__(self, *, loss: str = "info", temperature: float = 0.07) -> None:
        super().__init__()
        if loss not in LOSSES:
            raise IsoglossError("objective contrast", f"loss: {loss}", f"allowed: {', '.join(LOSSES)}", "Correct it in the recipe")
        self.loss, self.temperature = loss, temperature

    def build(self, width: int) -> None:
        self.projection = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, joint=False)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        return replace(batch, texts=_texts(batch))

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Mean over the 2n anchors of the step, of which every rank sees all sentences."""
        states = encoder.all_states(batch, SENTENCES)
        pooled = sum_over_ranks(sentence_means((states[1] + states[-1]) / 2, batch))
        with torch.autocast(pooled.device.type, enabled=False):
            x, y = nn.functional.normalize(self.projection(pooled), dim=-1).unflatten(0, (-1, 2)).unbind(1)
            losses, margins = contrastive(x, y, _duplicates(batch), self.temperature, self.loss)
        margin = margins.detach().mean()
        return losses.mean(), {"margin": margin, "pairs": torch.full_like(margin, len(x))}


def contrastive(x: torch.Tensor, y: torch.Tensor, same: torch.Tensor, temperature: float, loss: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses (2n,) in nats and margins s+ - logsumexp(s-) of the anchors x_1..x_n, y_1..y_n, unit vectors (n, H).

    The positive of x_i is y_i; its negatives are all x_j and y_j with j != i, 2n - 2 of them, but those with same[i, j] (n, n): pair j
    has a sentence of pair i. InfoNCE = softplus(-margin), CZ-NCE = -margin (ML-CTL, equations 1 to 3; the first follows from the
    second). Both in float32 at least. An anchor that is left without a negative has nothing to tell apart: loss and margin are 0.
    Raises IsoglossError if CZ-NCE is given one pair only.
    """
    pairs = len(x)
    if loss == "cz" and pairs < 2:
        raise IsoglossError("objective contrast", "a step of one pair", "CZ-NCE needs a negative", "Raise batch_tokens")
    wide = torch.promote_types(x.dtype, torch.float32)  # a cosine over a temperature of 0.07 is too much for exp in fp16
    x, y = x.to(wide), y.to(wide)
    left_out = same | torch.eye(pairs, dtype=torch.bool, device=x.device)
    alone = left_out.all(1).repeat(2)
    lowest = torch.finfo(x.dtype).min
    across, within_x, within_y = x @ y.T / temperature, x @ x.T / temperature, y @ y.T / temperature
    positives = across.diagonal()

    def negatives(*similarities: torch.Tensor) -> torch.Tensor:
        return torch.cat([similarity.masked_fill(left_out, lowest) for similarity in similarities], dim=1).logsumexp(1)

    margins = torch.cat([positives - negatives(across, within_x), positives - negatives(across.T, within_y)]).masked_fill(alone, 0)
    losses = -nn.functional.logsigmoid(margins) if loss == "info" else -margins  # torch's softplus is linear from 20 on
    return losses.masked_fill(alone, 0), margins


def _texts(batch: Batch) -> torch.Tensor:
    """(S,) a hash of the tokens of each sentence: equal for equal sentences."""
    first = torch.full((len(batch.pair),), torch.iinfo(torch.int64).max, device=batch.ids.device)
    group, text = batch.sentence.clamp(min=0).flatten(), (batch.role == TOKEN).flatten()
    position = batch.positions.flatten()
    first = first.scatter_reduce(0, group, torch.where(text, position, torch.iinfo(torch.int64).max), "amin")
    hashes = mix(mix(batch.ids.flatten()) + torch.where(text, position - first[group], 0))
    return torch.zeros_like(batch.pair).index_add(0, group, torch.where(text, hashes, 0))


def _duplicates(batch: Batch) -> torch.Tensor:
    """(n, n) bool: pairs i and j share a sentence, on whichever side of each it stands (English ends one pair and begins another)."""
    if batch.texts is None:
        raise ValueError("the batch was not prepared: it knows no texts")
    x, y = batch.texts.unflatten(0, (-1, 2)).unbind(1)
    return (x[:, None] == x) | (y[:, None] == y) | (x[:, None] == y) | (y[:, None] == x)
