"""Which two words meet in a cell: one number for each pair of words that stand in one pair of sentences anywhere in the corpus.

Both directions share it. The numbers of all cells lie on disk in the order of the batches and are read batch by batch; in memory is
one entry a distinct pair. Shapes: B pairs, I and J words; a batch is laid out (J, B, I).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from ...errors import IsoglossError
from .corpus import Batch, Corpus
from .numbering import CHUNK, KEY_BITS, number

# Cells of padding: neither word there; only the source's; only the target's. See lexicon.py for what they are worth.
NEITHER, NO_TARGET, NO_SOURCE = range(3)
PADDING = 3


class Cells:
    """The distinct pairs of words: `src` and `tgt` (N,) int32, and in how many cells of the corpus each occurs, `count` (N,) float32.

    The first PADDING entries are padding. N is less than 2 ** 31.
    """

    def __init__(self, corpus: Corpus, room: Path) -> None:
        self._corpus, self._file = corpus, room / "cells.bin"
        width = len(corpus.tgt.words)
        if len(corpus.src.words) * width >= 1 << KEY_BITS:
            given = f"{len(corpus.src.words):,} and {width:,} different words"
            raise IsoglossError("aligner hmm", given, f"fewer than {1 << KEY_BITS:,} pairs of them", "Align the corpus in parts")
        table, count = number(_chunks(corpus), self._file, room)
        table[PADDING:] -= PADDING
        self.src, self.tgt = (table // width).astype(np.int32), (table % width).astype(np.int32)
        self.src[:PADDING] = self.tgt[:PADDING] = 0
        self.count = count.astype(np.float32)
        self.count[:PADDING] = 1

    def __len__(self) -> int:
        return len(self.src)

    def batches(self) -> Iterator[tuple[Batch, torch.Tensor]]:
        """(batch, the number of each of its cells (J, B, I) int32), from disk."""
        with self._file.open("rb") as file:
            np.fromfile(file, np.int32, PADDING)
            for batch in self._corpus.batches:
                cells = np.fromfile(file, np.int32, batch.cells)
                yield batch, torch.from_numpy(cells.reshape(batch.J, len(batch.rows), batch.I))


def _chunks(corpus: Corpus) -> Iterator[np.ndarray]:
    """The keys of all cells, in the order of the batches; first the padding, so that it is there and comes first in the table."""
    yield np.arange(PADDING)
    kept: list[np.ndarray] = []
    size = 0
    for batch in corpus.batches:
        if kept and size + batch.cells > CHUNK:
            yield np.concatenate(kept)
            kept, size = [], 0
        kept.append(_keys(corpus, batch))
        size += batch.cells
    if kept:
        yield np.concatenate(kept)


def _keys(corpus: Corpus, batch: Batch) -> np.ndarray:
    src, tgt = corpus.src.padded(batch)[None, :, :], corpus.tgt.padded(batch).T[:, :, None]
    keys = (src * len(corpus.tgt.words) + PADDING) + tgt
    no_src, no_tgt = src == len(corpus.src.words), tgt == len(corpus.tgt.words)
    np.copyto(keys, NO_SOURCE, where=no_src)
    np.copyto(keys, NO_TARGET, where=no_tgt)
    np.copyto(keys, NEITHER, where=no_src & no_tgt)
    return keys.ravel()
