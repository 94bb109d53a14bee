"""The pairs of a corpus as numbers, and the batches in which they are read: pairs of about the same lengths, padded.

Memory: 4 bytes a word, and the vocabulary. Shapes: B pairs, I words of the source, J of the target.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..contract import Pairs

MOST_CELLS = 1 << 20  # I x J of a pair; two lines of a thousand words. Longer pairs are not aligned
BATCH_CELLS = 1 << 18  # so that the five arrays that a batch needs at a time stay in a processor's cache


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pairs: their rows in the corpus, and the longest sides among them."""

    rows: np.ndarray
    I: int  # noqa: E741
    J: int

    @property
    def cells(self) -> int:
        return len(self.rows) * self.I * self.J


class Side:
    """All words of one language: `words` by number, and the numbers of row k in tokens[ends[k] : ends[k + 1]]."""

    def __init__(self, fold: bool) -> None:
        self._fold, self._of_word, self._of_key = fold, dict[str, int](), dict[str, int]()
        self._tokens, self._ends = array("i"), array("q", [0])

    def append(self, words) -> None:
        known, tokens = self._of_word, self._tokens
        for word in words:
            number = known.get(word)
            tokens.append(self._new(word) if number is None else number)
        self._ends.append(len(tokens))

    def _new(self, word: str) -> int:
        key = word.casefold() if self._fold else word
        self._of_word[word] = number = self._of_key.setdefault(key, len(self._of_key))
        return number

    def close(self) -> "Side":
        self.words = list(self._of_key)
        self.tokens, self.ends = np.frombuffer(self._tokens, np.int32), np.frombuffer(self._ends, np.int64)
        self.sizes = np.diff(self.ends)
        self.frequency = np.bincount(self.tokens, minlength=len(self.words)).astype(np.float32)
        del self._of_word, self._of_key
        return self

    def padded(self, batch: Batch) -> np.ndarray:
        """The numbers of a batch (B, I or J), int64; len(words) where a pair has ended."""
        sizes, length = self.sizes[batch.rows], int(self.sizes[batch.rows].max())
        places = np.arange(length)
        cells = np.minimum(self.ends[batch.rows][:, None] + places, len(self.tokens) - 1)
        return np.where(places < sizes[:, None], self.tokens[cells], np.int64(len(self.words)))


class Corpus:
    """Both sides of all pairs. Pairs without words on a side, and those of more than MOST_CELLS cells, are in no batch."""

    def __init__(self, pairs: Pairs, fold: bool = True, batch_cells: int = BATCH_CELLS) -> None:
        sides = Side(fold), Side(fold)
        for pair in pairs:
            for side, words in zip(sides, pair, strict=True):
                side.append(words)
        self.src, self.tgt = (side.close() for side in sides)
        self.rows = len(self.src.sizes)
        self.batches = list(_batches(self.src.sizes, self.tgt.sizes, batch_cells))

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.src, self.tgt


def _batches(src: np.ndarray, tgt: np.ndarray, most: int) -> Iterator[Batch]:
    """Pairs whose sources are about as long (to a twelfth), by the length of their targets; few cells are padding."""
    there = np.flatnonzero((src > 0) & (tgt > 0) & (src * tgt <= MOST_CELLS))
    about = np.round(8 * np.log2(src[there], where=src[there] > 0, out=np.zeros(len(there)))).astype(np.int64)
    order = there[np.lexsort((src[there], tgt[there], about))]
    begin, width, height, real, group = 0, 0, 0, 0, None
    about_of = dict(zip(there.tolist(), about.tolist(), strict=True))
    for place, row in enumerate(order.tolist()):
        i, j = int(src[row]), int(tgt[row])
        cells = (place - begin + 1) * max(width, i) * max(height, j)
        wasteful = cells > 1.2 * (real + i * j) and place - begin >= 256
        if place > begin and (cells > most or wasteful or about_of[row] != group and place - begin >= 256):
            yield Batch(order[begin:place], width, height)
            begin, width, height, real = place, 0, 0, 0
        width, height, real, group = max(width, i), max(height, j), real + i * j, about_of[row]
    if begin < len(order):
        yield Batch(order[begin:], width, height)
