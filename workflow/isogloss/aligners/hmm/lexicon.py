"""How words translate: p(target | source) and p(source | target) of every pair of words, and how they follow from expected counts.

The count of a pair is taken without the cell that asks: of n cells in which two words meet, the n-th part of their count is left out.
So what is seen once supports only itself no longer, and a rare word explains no more than it should ("garbage collection"); a collapsed
Gibbs sampler does the same exactly, one link at a time (Mermer & Saraclar 2011; eflomal). To what is left a prior is added:

    p(t | s) = (count(s, t) + a + b * related(s, t) + k * p(stem of t | stem of s) * p(t | stem of t)) / (all counts of s + a * partners(s) + k)

where p(stem | stem) is count / (1 + all counts of the given stem). A word's stem is its first letters, so that a rare form of a word
translates like the others; words that are spelt alike are related. Shapes: N distinct pairs of words.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .cells import NO_SOURCE, NO_TARGET, PADDING, Cells
from .corpus import Corpus, Side
from .numbering import CHUNK, number

SLICE = 1 << 22  # pairs that are computed at a time, so that what is in between needs little memory
ALIKE = 4  # letters in common at the beginning that make two words related


@dataclass(frozen=True)
class Prior:
    """What is believed of a pair of words before it is seen, in counts."""

    alpha: float  # of any two words that meet
    stem: int  # letters of a stem
    stem_weight: float  # of what stems say
    cognates: float  # of words spelt alike


class Lexicon:
    """Both tables and what the prior needs; starts uniform.

    forward, backward: p(target | source), p(source | target) (N,), float32. In cells of padding a word of a side that is not there
    emits nothing, 0, and is emitted by everything, 1.
    """

    def __init__(self, corpus: Corpus, cells: Cells, prior: Prior, room: Path, device: torch.device) -> None:
        self.prior, self.device, self.size = prior, device, len(cells)
        self.src, self.tgt, self.count = (torch.from_numpy(part).to(device) for part in (cells.src, cells.tgt, cells.count))
        self.forward, self.backward = (torch.ones(self.size, device=device) for _ in range(2))
        self._frequency = [torch.from_numpy(side.frequency).to(device) for side in corpus.sides]
        self._partners = [_count(words, len(side.words)) for words, side in zip((self.src, self.tgt), corpus.sides, strict=True)]
        self._related = self._alike(corpus) if prior.cognates else None
        self._stems = _Stems(corpus, cells, prior.stem, room, device) if prior.stem_weight else None
        self._pad()

    def counters(self, shared: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Zeroed counts for both directions; `shared`: one for both."""
        one = torch.zeros(self.size, device=self.device)
        return one, one if shared else torch.zeros(self.size, device=self.device)

    def update(self, forward: torch.Tensor, backward: torch.Tensor) -> None:
        """Make both tables from the expected counts of each direction; the counts are given up."""
        self.forward = self._normalised(forward, 0, keep=forward is backward)
        self.backward = self._normalised(backward, 1, keep=False)
        self._pad()

    def _normalised(self, count: torch.Tensor, given: int, keep: bool) -> torch.Tensor:
        """The table of one direction, made in place unless the count is to be kept. `given`: 0 of the source, 1 of the target."""
        prior, words, table = self.prior, (self.src, self.tgt)[given], count.clone() if keep else count
        table[:PADDING] = 0
        sums = torch.zeros_like(self._frequency[given]).index_add_(0, words, table)
        stems = self._stems.sums(table, given) if self._stems else None
        base = prior.alpha * self._partners[given] + (prior.stem_weight if stems else 0)
        for start in range(0, self.size, SLICE):
            part = slice(start, start + SLICE)
            seen, own, word = table[part], table[part] / self.count[part], words[part]  # index_select: twice as fast as []
            numerator = seen - own + prior.alpha
            if self._related is not None:
                numerator += prior.cognates * self._related[part]
            if stems:
                numerator += prior.stem_weight * self._stems.translation(stems, own, given, part)  # type: ignore[union-attr]
            whole = sums.index_select(0, word) + base.index_select(0, word)
            table[part] = numerator / (whole - own).clamp_min_(1e-6)
        return table.clamp_(0, 1)

    def _pad(self) -> None:
        for table, one in ((self.forward, NO_TARGET), (self.backward, NO_SOURCE)):
            table[:PADDING] = 0
            table[one] = 1

    def _alike(self, corpus: Corpus) -> torch.Tensor:
        """Whether the words of each pair are the same, or begin with the same letters, (N,) bool."""
        known: dict[str, int] = {}
        whole = [self._named(side, known, lambda word: word) for side in corpus.sides]
        begun = [self._named(side, known, lambda word: f"{word[:ALIKE]}*" if len(word) >= ALIKE else word) for side in corpus.sides]
        found = torch.empty(self.size, dtype=torch.bool, device=self.device)
        for start in range(0, self.size, SLICE):
            part = slice(start, start + SLICE)
            src, tgt = self.src[part], self.tgt[part]
            same = (names[0].index_select(0, src) == names[1].index_select(0, tgt) for names in (whole, begun))
            found[part] = next(same) | next(same)
        found[:PADDING] = False
        return found

    def _named(self, side: Side, known: dict[str, int], name) -> torch.Tensor:
        return torch.tensor([known.setdefault(name(word), len(known)) for word in side.words], dtype=torch.int32, device=self.device)


class _Stems:
    """The same counts by stems: `of` (N,) is the number of each pair's pair of stems."""

    def __init__(self, corpus: Corpus, cells: Cells, letters: int, room: Path, device: torch.device) -> None:
        stems = [_stems(side, letters) for side in corpus.sides]
        width = int(stems[1].max(initial=0)) + 1
        chunks = (
            stems[0][cells.src[start : start + CHUNK]] * width + stems[1][cells.tgt[start : start + CHUNK]]
            for start in range(0, len(cells), CHUNK)
        )
        file = room / "stems.bin"
        table, _ = number(chunks, file, room)
        self.of = torch.from_numpy(np.fromfile(file, np.int32)).to(device)
        file.unlink()
        self._stem = [torch.from_numpy(part).to(device) for part in (table // width, table % width)]
        self._share = []  # p(word | its stem)
        for side, stem in zip(corpus.sides, stems, strict=True):
            frequency = torch.from_numpy(np.maximum(side.frequency, 1))
            whole = torch.zeros(int(stem.max(initial=0)) + 1).index_add_(0, torch.from_numpy(stem), frequency)
            self._share.append((frequency / whole[torch.from_numpy(stem)]).to(device))
        self._words = [torch.from_numpy(part).to(device) for part in (cells.src, cells.tgt)]

    def sums(self, count: torch.Tensor, given: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(counts of the pairs of stems, counts of all pairs of the given side's stem)."""
        pairs = torch.zeros(len(self._stem[0]), device=count.device).index_add_(0, self.of, count)
        most = int(self._stem[given].max()) + 1 if len(pairs) else 0
        return pairs, torch.zeros(most, device=count.device).index_add_(0, self._stem[given], pairs)[self._stem[given]]

    def translation(self, sums: tuple[torch.Tensor, torch.Tensor], own: torch.Tensor, given: int, part: slice) -> torch.Tensor:
        """p(stem of the other word | stem of the given one) * p(other word | its stem), of some pairs, without what is `own`."""
        pairs, wholes = sums
        of = self.of[part]
        share = self._share[1 - given].index_select(0, self._words[1 - given][part])
        return (pairs.index_select(0, of) - own) / (wholes.index_select(0, of) - own + 1) * share


def _stems(side: Side, letters: int) -> np.ndarray:
    known: dict[str, int] = {}
    return np.array([known.setdefault(word[:letters], len(known)) for word in side.words], np.int64)


def _count(words: torch.Tensor, most: int) -> torch.Tensor:
    """How many pairs each word is in."""
    return torch.bincount(words[PADDING:], minlength=most).to(torch.float32)
