"""Token stores in memory, and batches of them, for the tests of streams, rows and what is drawn and pooled over them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from isogloss.batch import Batch, Layout, SpecialIds
from isogloss.packing import pack
from isogloss.rows import Rows
from isogloss.streams import Packed, Part

UNK = 3
SPECIAL = SpecialIds(0, 2, 1, 99, 100, (0, 1, 2, UNK, 99))  # as in XLM-R: <mask> is the last id
LANGUAGES = ("de", "en", "tr", "zh")
REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "bitext"


class Store:
    """What a `TokenStore` is to its readers: flat ids and words with offsets."""

    def __init__(self, sentences: Sequence[Sequence[int]], language: str = "en", words: Sequence[Sequence[int]] | None = None) -> None:
        self.language, self.unigram_entropy = language, float(len(sentences))
        self.offsets = np.cumsum([0, *map(len, sentences)])
        self.lengths = np.diff(self.offsets)
        words = [list(range(len(sentence))) for sentence in sentences] if words is None else words
        self.ids = np.array([token for sentence in sentences for token in sentence], np.uint16)
        self.words = np.array([word for sentence in words for word in sentence], np.uint16)

    def __getitem__(self, k: int) -> tuple[list[int], list[int]]:
        here = slice(self.offsets[k], self.offsets[k + 1])
        return self.ids[here].tolist(), self.words[here].tolist()


def layout(max_length: int = 32, row_length: int | None = None, **options) -> Layout:
    return Layout(SPECIAL, max_length, row_length or max_length, **options)


def mono(*sentences: Sequence[int], language: str = "en") -> Part:
    return Part(language, [Store(sentences, language)])


def bitext(*pairs: tuple[Sequence[int], Sequence[int]], languages: tuple[str, str] = ("en", "zh")) -> Part:
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    return Part("-".join(languages), [Store(side, language) for side, language in zip(sides, languages, strict=True)])


def packed(parts: Sequence[Part], chosen: Layout, epoch: int = 0) -> Packed:
    """Every example of the parts once, in packed rows."""
    part = np.concatenate([np.full(len(one), number) for number, one in enumerate(parts)])
    example = np.concatenate([one.rows for one in parts])
    cells = np.concatenate([chosen.cells(one.lengths)[one.rows] for one in parts])
    row, column, rows = pack(cells, chosen.row_length)
    order = np.lexsort((column, row))
    return Packed(part[order], example[order], np.full(len(part), epoch), row[order], column[order], rows)


def batch_of(parts: Part | Sequence[Part], chosen: Layout, *, epoch: int = 0, seed: int = 0) -> Batch:
    parts = [parts] if isinstance(parts, Part) else list(parts)
    return Rows(parts, chosen, LANGUAGES, torch.device("cpu"), seed).batch(packed(parts, chosen, epoch))


class Links:
    """What `links.read_links` returns: per row of a bitext its word links and its units."""

    def __init__(
        self, links: Sequence[Sequence[tuple[int, int]]], units: Sequence[Sequence[tuple[int, int, int, int]]] | None = None
    ) -> None:
        units = [[(i, i, j, j) for i, j in row] for row in links] if units is None else units
        self.offsets, self.unit_offsets = (np.cumsum([0, *map(len, rows)]) for rows in (links, units))
        self.links = np.array([link for row in links for link in row], np.uint16).reshape(-1, 2)
        self.units = np.array([unit for row in units for unit in row], np.uint16).reshape(-1, 4)
