"""Contrast: a sentence, or a word in its sentence, near its translation and away from all others of the step."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

from ..attention import SENTENCES
from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..hashing import mix
from ..masking import choose_units, mask_tokens
from ..pooling import sentence_means, span_means
from ..words import text_hashes
from .contract import Coupled, Pooled, Scored, Setup, checked_option, mean_token_loss
from .vectors import off_pair_cosine

LEVELS, LOSSES, INPUTS = ("sentence", "multi"), ("info", "cz"), ("clean", "masked")


class Contrast(Coupled):
    """Idea: of all sentences of the step, in both languages, the translation is the nearest; with level `multi` that of one word of it.

    Cite: ML-CTL (arXiv 2202.13083): level multi is its CCE encoder, with loss info ML-CTL, with cz ML-CTL-CZ; level sentence its
        ablations info-snt and CZ-snt.
    Eats: bitext; with level multi links.
    Relations: `tlm` ties words through attention, this ties vectors of sentences that are encoded apart; `xlco` has a queue of negatives.
    Trap: the loss depends on how many pairs a step has (`pairs`): half the batch is another objective, and accumulating is no batch.
    """

    def __init__(
        self,
        *,
        level: str = "sentence",
        loss: str = "info",
        temperature: float = 0.07,
        one_sided: bool = False,
        input: str = "clean",
        mlm: float = 0.0,
        words: int = 1,
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        """`mlm`: weight of a masked-language-model loss on the same sentences; with input masked it costs no pass of its own.
        `one_sided`: only the first language's sentences are anchors. `words`: of each pair, at level multi."""
        super().__init__()
        self.level, self.loss = checked_option("contrast", "level", level, LEVELS), checked_option("contrast", "loss", loss, LOSSES)
        self.input, self.mlm = checked_option("contrast", "input", input, INPUTS), mlm
        self.temperature, self.one_sided, self.words = temperature, one_sided, words
        self.rate, self.keep, self.random = rate, keep, random

    @property
    def passes(self) -> float:
        return 2.0 if self.mlm and self.input == "clean" else 1.0

    def build(self, setup: Setup) -> None:
        width = setup.encoder.width * (2 if self.level == "multi" else 1)
        self.projection = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width))

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, joint=False)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        batch = replace(batch, texts=text_hashes(batch))
        if self.level == "multi":
            batch = replace(batch, units=choose_units(batch, self.words, seed))
        if self.mlm or self.input == "masked":
            batch = mask_tokens(batch, special, seed, rate=self.rate, keep=self.keep, random=self.random)
        return batch

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        """Vectors of all sentences (S, H), and at level multi of the chosen words (M, 2, H): means of (h_1 + h_last) / 2."""
        clean = self.input == "clean"
        seen = replace(batch, ids=batch.clean) if clean and batch.clean is not None else batch
        states = encoder.all_states(seen, SENTENCES)
        ends = (states[1] + states[-1]) / 2
        pooled = [sentence_means(ends, batch)]
        if self.level == "multi":
            pair, *words = batch.given("units").unbind(1)
            sentence = torch.cat([2 * pair, 2 * pair + 1])
            first, last = torch.cat([words[0], words[2]]), torch.cat([words[1], words[3]])
            pooled.append(span_means(ends, batch, sentence, first, last).unflatten(0, (2, -1)).transpose(0, 1))
        if not self.mlm:
            return Pooled(tuple(pooled))
        loss, metrics = mean_token_loss(encoder, encoder(batch, SENTENCES) if clean else states[-1], batch)
        return Pooled(tuple(pooled), self.mlm * loss, {"mlm": loss.detach(), **metrics})

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """Mean over the anchors of the step."""
        sentences, texts = states[0].unflatten(0, (-1, 2)), batch.given("texts").unflatten(0, (-1, 2))
        if self.level == "multi":
            pair, *words = batch.given("units").unbind(1)
            sentences, texts = torch.cat([sentences[pair], states[1]], dim=-1), mix(texts[pair]) + torch.stack([words[0], words[2]], 1)
        x, y = nn.functional.normalize(self.projection(sentences), dim=-1).unbind(1)
        if len(x) == 1 < len(batch.pair) // 2:  # only one pair of the step has a word: nothing to tell apart, and no reason to stop
            return 0 * (x * y).sum(), {"margin": x.new_zeros(()), "pairs": x.new_ones(()), "off_pair": x.new_zeros(())}
        anchors = len(x) if self.one_sided else 2 * len(x)
        losses, margins = contrastive(x, y, duplicates(texts), self.temperature, self.loss)
        margin = margins[:anchors].detach().sum() / max(anchors, 1)
        metrics = {"margin": margin, "pairs": torch.full_like(margin, len(x)), "off_pair": off_pair_cosine(x, y).detach()}
        return losses[:anchors].sum() / max(anchors, 1), metrics


def contrastive(x: torch.Tensor, y: torch.Tensor, same: torch.Tensor, temperature: float, loss: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses (2n,) in nats and margins s+ - logsumexp(s-) of the anchors x_1..x_n, y_1..y_n, unit vectors (n, H).

    The positive of x_i is y_i; its negatives are all x_j and y_j with j != i, 2n - 2 of them, but those with same[i, j] (n, n): pair j
    has a sentence of pair i. InfoNCE = softplus(-margin), CZ-NCE = -margin (ML-CTL, equations 1 to 3; the first follows from the
    second). Both in float32 at least. An anchor that is left without a negative has nothing to tell apart: loss and margin are 0.
    Raises IsoglossError if CZ-NCE is given one pair only.
    """
    pairs = len(x)
    if loss == "cz" and pairs == 1:
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


def surrogate(similarity: torch.Tensor, negatives: torch.Tensor) -> torch.Tensor:
    """phi / sg(phi) with phi = sum of exp(s- - s+), (n,) of positives (n,) and negatives (n, N): 1, with the gradient of CZ-NCE.

    ML-CTL's way to write the gradient of log phi. For the proof: its value says nothing, and phi overflows where logsumexp does not.
    """
    phi = (negatives - similarity[:, None]).exp().sum(1)
    return phi / phi.detach()


def duplicates(texts: torch.Tensor) -> torch.Tensor:
    """(n, n) bool: pairs i and j, of texts (n, 2), share one, on whichever side of each it stands (English ends one pair and begins
    another)."""
    x, y = texts.unbind(1)
    return (x[:, None] == x) | (y[:, None] == y) | (x[:, None] == y) | (y[:, None] == x)
