"""VECO 2.0, from its abstract: sentences near their translations, and words near the words they are linked to."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

from ..attention import PAIRS, SENTENCES
from ..batch import Batch, Layout, SpecialIds, begins
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..masking import mask_tokens
from ..pooling import sentence_means, word_means
from ..words import cells_of, text_hashes, word_hashes, word_starts
from .contract import Coupled, Pooled, Scored, Setup, checked_option, mean_token_loss
from .contrast import contrastive, duplicates

ENCODE, INPUTS, NEGATIVES = ("joint", "separate"), ("clean", "masked"), ("instance", "other_language")


class Veco2(Coupled):
    """Idea: of the step's sentences the translation is nearest (s2s), and of the words of a pair the one that a word is linked to (t2t).

    Cite: Zhang et al. 2023 (VECO 2.0, arXiv 2304.08205), of which the abstract alone was at hand: pooling, temperatures, weights and
        who is a negative are ours. Call it "VECO 2.0 (from its abstract)".
    Eats: bitext; links.
    Relations: `tlm` with two contrasts; `contrast` with level multi ties one word of each pair across the step, t2t all linked words
        within their pair.
    Trap: jointly encoded words have seen each other, so `t2t` can fall without any alignment of sentences read alone: compare with
        encode separate. What is not linked is pushed away, synonyms too.
    """

    def __init__(
        self,
        *,
        tlm: float = 1.0,
        s2s: float = 1.0,
        t2t: float = 1.0,
        temperature: float = 0.05,
        encode: str = "joint",
        input: str = "clean",
        negatives: str = "instance",
        within: bool = False,
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        """`tlm`, `s2s`, `t2t`: weights; what is 0 is not computed. `encode`: whether the words of t2t come from the masked pair in one
        sequence, which `tlm` needs anyway, or from the sentences apart, which `s2s` needs anyway; `input`: what those sentences are.
        With tlm 0 and encode separate there is one pass, else two. `negatives` of t2t: words of both languages, or of the other one.
        `within`: sentences of the same language are negatives of s2s too."""
        super().__init__()
        if not (s2s or t2t):
            raise IsoglossError("objective veco2", "s2s: 0, t2t: 0", "one of them above 0", "Use tlm, which is all that is left")
        self.tlm, self.s2s, self.t2t, self.temperature, self.within = tlm, s2s, t2t, temperature, within
        self.encode = checked_option("veco2", "encode", encode, ENCODE)
        self.input = checked_option("veco2", "input", input, INPUTS)
        self.negatives = checked_option("veco2", "negatives", negatives, NEGATIVES)
        self.rate, self.keep, self.random = rate, keep, random

    @property
    def passes(self) -> float:
        return float(self._reads_pairs + self._reads_apart)

    @property
    def _reads_pairs(self) -> bool:
        return bool(self.tlm or (self.t2t and self.encode == "joint"))

    @property
    def _reads_apart(self) -> bool:
        return bool(self.s2s or self.encode == "separate")

    def build(self, setup: Setup) -> None:
        self._cls = setup.special.cls

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, separators=2, shuffle_sides=True)  # the second separator makes room for the <s> of `alone`

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        batch = replace(batch, texts=text_hashes(batch))
        return mask_tokens(batch, special, seed, rate=self.rate, keep=self.keep, random=self.random)

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        """With s2s the means (S, H) of the sentences apart; with t2t the sum of its losses and the number of its anchors."""
        joint = encoder(batch, PAIRS) if self._reads_pairs else None
        apart = encoder(self._apart(batch), SENTENCES) if self._reads_apart else None
        states: list[torch.Tensor] = []
        if self.s2s and apart is not None:
            states.append(sentence_means(apart, batch, specials=False))
        words = joint if self.encode == "joint" else apart
        if self.t2t and words is not None:
            with torch.autocast(batch.ids.device.type, enabled=False):  # as of `score`
                states += token_to_token(word_means(words, batch), *rivals(batch, self.negatives), self.temperature)
        if not self.tlm or joint is None:
            return Pooled(tuple(states))
        loss, metrics = mean_token_loss(encoder, joint, batch)
        return Pooled(tuple(states), self.tlm * loss, {"tlm": loss.detach(), **metrics})

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """s2s as the mean over the sentences of the step, t2t as the mean over its words that have a link."""
        losses, metrics = [], {}
        if self.s2s:
            x, y = nn.functional.normalize(states[0], dim=-1).unflatten(0, (-1, 2)).unbind(1)
            same = duplicates(batch.given("texts").unflatten(0, (-1, 2)))
            found = sentence_to_sentence(x, y, same, self.temperature, within=self.within)
            losses.append(self.s2s * found)
            metrics["s2s"] = found.detach()
        if self.t2t:
            total, anchors = states[-2:]
            found = total / anchors.clamp(min=1)
            losses.append(self.t2t * found)
            metrics |= {"t2t": found.detach(), "anchors": anchors.to(found.dtype)}
        return torch.stack(losses).sum(), metrics

    def _apart(self, batch: Batch) -> Batch:
        return alone(replace(batch, ids=batch.given("clean")) if self.input == "clean" else batch, self._cls)


def alone(batch: Batch, cls: int) -> Batch:
    """The same rows, in which the second side of a joint pair stands as it would by itself: `<s> y </s>`, positions from the start.

    Its first cell is the second separator of the pair. So one layout serves both passes, and each is exactly what it is elsewhere.
    """
    sentence, pair = batch.sentence, batch.pair_of_cell
    openings = begins(sentence)
    own, whole = (batch.positions.gather(1, _latest(starts)) for starts in (openings, begins(pair)))
    return replace(batch, ids=torch.where(openings & (sentence >= 0), cls, batch.ids), positions=batch.positions - own + whole)


def _latest(marked: torch.Tensor) -> torch.Tensor:
    """(R, L): the column of the last marked cell up to each cell."""
    columns = torch.arange(marked.shape[1], device=marked.device)
    return torch.where(marked, columns, 0).cummax(1).values


def sentence_to_sentence(x: torch.Tensor, y: torch.Tensor, same: torch.Tensor, temperature: float, *, within: bool) -> torch.Tensor:
    """InfoNCE in nats of unit vectors (n, H), the mean of both directions: a sentence and the other language's sentences of the step.

    Pairs with same[i, j] (n, n) share a sentence and are no negatives. `within`: the sentences of its own language are negatives too,
    which is `contrast` with loss info.
    """
    if within:
        return contrastive(x, y, same, temperature, "info")[0].mean()
    wide = torch.promote_types(x.dtype, torch.float32)
    left_out = same & ~torch.eye(len(x), dtype=torch.bool, device=x.device)
    logits = (x.to(wide) @ y.to(wide).T / temperature).masked_fill(left_out, torch.finfo(wide).min)
    positives = logits.diagonal()
    return (logits.logsumexp(1) - positives + logits.logsumexp(0) - positives).mean() / 2


def rivals(batch: Batch, negatives: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(R, L, L) bool, twice: of the word that begins at a cell, the words (by their first cells) that it is linked to, and its negatives.

    Negatives are all other words of the pair that it is not linked to; with "other_language" those of the other side. A word of the same
    string is neither, in whatever language: it is near for its letters, or is the word itself once more.
    """
    word, pair = word_starts(batch), batch.pair_of_cell
    strings = word_hashes(replace(batch, language=torch.zeros_like(batch.language)), of=batch.clean)
    others = word[:, :, None] & word[:, None] & (pair[:, :, None] == pair[:, None]) & (strings[:, :, None] != strings[:, None])
    linked = _linked(batch)
    rivalling = others & ~linked
    if negatives == "other_language":
        rivalling &= batch.side[:, :, None] != batch.side[:, None]
    return linked & others, rivalling


def _linked(batch: Batch) -> torch.Tensor:
    """(R, L, L) bool: whether a word that begins in column i of a row is linked to one that begins in column j, either way."""
    pair, *words = batch.given("links").unbind(1)
    x, y = (cells_of(batch, 2 * pair + side, word) for side, word in enumerate(words))
    rows, length = batch.ids.shape
    places = torch.cat([x * length + y % length, y * length + x % length])  # a pair stands in one row
    here = ((x >= 0) & (y >= 0)).repeat(2)
    last = rows * length * length  # takes what is in other rows
    linked = torch.zeros(last + 1, dtype=torch.bool, device=places.device)
    linked.index_fill_(0, torch.where(here, places, last), True)
    return linked[:last].view(rows, length, length)


def token_to_token(
    vectors: torch.Tensor, positive: torch.Tensor, negative: torch.Tensor, temperature: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """(sum of the losses of all anchors in nats, number of anchors, int64), from vectors (R, L, H) and who is whose (R, L, L).

    An anchor is what has a positive. Its loss is the mean over its positives j of -log(e^s_j / (e^s_j + sum of e^s_k over its
    negatives)), s: cosine over temperature. A sum of nothing is 0, with a gradient of 0.
    """
    vectors = nn.functional.normalize(vectors, dim=-1)
    similarity = vectors @ vectors.transpose(1, 2) / temperature
    rivals = similarity.masked_fill(~negative, torch.finfo(similarity.dtype).min).logsumexp(2, keepdim=True)
    losses = -nn.functional.logsigmoid(similarity - rivals) * positive
    positives = positive.sum(2)
    return (losses.sum(2) / positives.clamp(min=1)).sum(), (positives > 0).sum()
