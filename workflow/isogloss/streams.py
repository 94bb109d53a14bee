"""token stores -> packed rows of examples: seeded, mixed over languages, resumable at any row.

    parts (a language, a pair) --sampled by size ** alpha--> window of examples --packed into rows--> rows shuffled --> batches of rows

Everything follows from (seed, window number, cursors), so the state is a few integers, and a resumed stream goes on exactly
where it was. Within a part every example is drawn once per epoch, in an order that is a keyed permutation computed on the fly:
no shuffled index is held in memory.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .batch import Layout
from .errors import IsoglossError
from .hashing import GOLDEN, mix, number_of, signed
from .links import Links
from .packing import pack
from .tokens import TokenStore

BATCHES_PER_WINDOW = 32
SMALLEST_WINDOW, LARGEST_WINDOW = 2048, 65_536  # examples: enough to fill rows; no more than is packed in a few tenths of a second
_U64 = np.uint64


class Part:
    """What is sampled as a whole: the stores of one language or of the two sides of one pair, and the word links between these."""

    def __init__(self, name: str, stores: Sequence[TokenStore], links: Links | None = None) -> None:
        self.name, self.stores, self.links = name, list(stores), links
        lengths = np.stack([store.lengths for store in stores])
        self.rows = np.flatnonzero((lengths > 0).all(axis=0))  # a side without a single token teaches nothing
        self.lengths = lengths  # (sides, examples)

    def __len__(self) -> int:
        return len(self.rows)

    def nonce(self, side: int, epoch: int) -> int:
        """A number of 63 bits that no other (part, side, epoch) has; tokens are numbered from it on."""
        return number_of(f"{self.name}/{side}/{epoch}")


@dataclass(frozen=True)
class Packed:
    """Examples in packed rows, sorted by (row, column). Arrays (E,): `part` number, `example` in the part, `epoch`, `row`, `column`."""

    part: np.ndarray
    example: np.ndarray
    epoch: np.ndarray
    row: np.ndarray
    column: np.ndarray
    rows: int

    def __len__(self) -> int:
        return len(self.part)

    def between(self, first: int, last: int) -> "Packed":
        """The rows first <= row < last, numbered from 0."""
        start, end = np.searchsorted(self.row, [first, last])
        chosen = slice(start, end)
        return Packed(
            self.part[chosen], self.example[chosen], self.epoch[chosen], self.row[chosen] - first, self.column[chosen], last - first
        )

    def followed_by(self, other: "Packed") -> "Packed":
        arrays = ((getattr(self, name), getattr(other, name)) for name in ("part", "example", "epoch", "column"))
        part, example, epoch, column = (np.concatenate(both) for both in arrays)
        return Packed(part, example, epoch, np.concatenate([self.row, other.row + self.rows]), column, self.rows + other.rows)


class Stream:
    """An endless, resumable sequence of batches of packed rows.

    Args:
        parts: what to mix; drawn in proportion to len(part) ** alpha.
        layout: tells how many cells an example takes.
        batch_rows: rows of a batch.
        seed: streams of the same seed and the same arguments are equal.
    """

    def __init__(self, parts: Sequence[Part], *, layout: Layout, batch_rows: int, alpha: float, seed: int) -> None:
        self.parts = [part for part in parts if len(part)]
        if not self.parts:
            raise IsoglossError(
                "stream",
                f"no examples in {', '.join(part.name for part in parts) or 'no parts at all'}",
                "",
                "Add corpora for these languages or pairs",
            )
        if batch_rows < 1:
            raise IsoglossError(
                "pretrain.batch_tokens",
                "less than one row per objective",
                f"a row has {layout.row_length} cells",
                "Raise batch_tokens, or lower row_length or encoder.max_length",
            )
        self.layout, self.batch_rows, self._seed = layout, batch_rows, seed
        sizes = np.array([len(part) for part in self.parts], float)
        self._shares = sizes**alpha / (sizes**alpha).sum()
        self._cells = [layout.cells(part.lengths) for part in self.parts]
        drawn = zip(self._shares, self._cells, self.parts, strict=True)
        self.mean_cells = sum(float(share * cells[part.rows].mean()) for share, cells, part in drawn)  # of an example
        wanted = BATCHES_PER_WINDOW * batch_rows * layout.row_length / self.mean_cells
        self._window_examples = int(min(max(wanted, SMALLEST_WINDOW), LARGEST_WINDOW))
        self._window, self._row = 0, 0
        self._cursors = [0] * len(self.parts)
        self._packed, self._next_cursors = self._pack_window()

    @property
    def unigram_entropy(self) -> dict[str, float]:
        """Nats per token of an encoder that knows only token frequencies: of each part's first store, and of the mixture (`all`).

        The mixture knows the language: it is the mean of the parts' entropies, weighted by their share of the tokens.
        """
        entropies = {part.name: part.stores[0].unigram_entropy for part in self.parts}
        tokens = [share * part.lengths.sum(axis=0)[part.rows].mean() for share, part in zip(self._shares, self.parts, strict=True)]
        return {
            **entropies,
            "all": sum(weight * entropies[part.name] for weight, part in zip(tokens, self.parts, strict=True)) / sum(tokens),
        }

    def next_batch(self) -> Packed:
        """The next `batch_rows` rows; they may come from two windows."""
        batch = self._take(self.batch_rows)
        while batch.rows < self.batch_rows:
            self._window, self._row, self._cursors = self._window + 1, 0, self._next_cursors
            self._packed, self._next_cursors = self._pack_window()
            batch = batch.followed_by(self._take(self.batch_rows - batch.rows))
        return batch

    def _take(self, rows: int) -> Packed:
        last = min(self._row + rows, self._packed.rows)
        taken, self._row = self._packed.between(self._row, last), last
        return taken

    def state(self) -> dict[str, Any]:
        """What `resume` needs: plain integers."""
        return {
            "window": self._window,
            "row": self._row,
            "cursors": {part.name: at for part, at in zip(self.parts, self._cursors, strict=True)},
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on as if the rows before `state` had just been read."""
        self._window, self._row = state["window"], state["row"]
        self._cursors = [state["cursors"][part.name] for part in self.parts]
        self._packed, self._next_cursors = self._pack_window()

    def _pack_window(self) -> tuple[Packed, list[int]]:
        """The rows of the current window, shuffled, and the cursors after it."""
        generator = np.random.default_rng([self._seed, self._window])
        part_of = generator.choice(len(self.parts), size=self._window_examples, p=self._shares)
        example, epoch, cells = (np.empty(len(part_of), np.int64) for _ in range(3))
        cursors = list(self._cursors)
        for number, part in enumerate(self.parts):
            where = np.flatnonzero(part_of == number)
            epoch[where], example[where] = self._draw(part, cursors[number] + np.arange(len(where)))
            cells[where] = self._cells[number][example[where]]
            cursors[number] += len(where)
        row, column, rows = pack(cells, self.layout.row_length)
        row = generator.permutation(rows)[row]
        order = np.lexsort((column, row))
        return Packed(part_of[order], example[order], epoch[order], row[order], column[order], rows), cursors

    def _draw(self, part: Part, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(epoch, example) of the drawn-th examples of a part: each epoch is a permutation of its own."""
        epochs, places = np.divmod(drawn, len(part))
        found = np.empty(len(drawn), np.int64)
        for epoch in np.unique(epochs):
            key = zlib.crc32(f"{self._seed}/{part.name}/{epoch}".encode())
            found[epochs == epoch] = permute(places[epochs == epoch], len(part), key)
        return epochs, part.rows[found]


def permute(values: np.ndarray, size: int, key: int) -> np.ndarray:
    """Where a keyed permutation of range(size) sends each value: a Feistel network, walked until it falls inside the range.

    (Black & Rogaway 2002, "Ciphers with arbitrary finite domains".) O(1) memory, so a corpus of any size is shuffled for free.
    """
    half = _U64(max(1, (max(size - 1, 1).bit_length() + 1) // 2))
    mask = _U64((1 << int(half)) - 1)
    result = values.astype(np.uint64)
    outside = np.ones(len(result), bool)
    while outside.any():
        left, right = result[outside] >> half, result[outside] & mask
        for turn in range(4):
            left, right = right, left ^ (_mix(right, key, turn) & mask)
        result[outside] = (left << half) | right
        outside &= result >= _U64(size)
    return result.astype(np.int64)


def _mix(values: np.ndarray, key: int, turn: int) -> np.ndarray:
    """splitmix64 of (value, key, turn), uint64."""
    return mix(torch.from_numpy(values.view(np.int64)) + signed((key * 4 + turn) * GOLDEN)).numpy().view(np.uint64)
