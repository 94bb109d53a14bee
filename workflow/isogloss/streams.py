"""token stores -> batches of examples: seeded, mixed over languages, resumable at any batch.

    parts (a language, a pair) --sampled by size ** alpha--> window of examples --sorted by length--> batches --shuffled-->

Everything follows from (seed, window number, cursors), so the state is a few integers, and a resumed stream goes on exactly
where it was. Within a part every example is drawn once per epoch, in an order that is a keyed permutation computed on the fly:
no shuffled index is held in memory.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import IsoglossError
from .tokens import TokenStore

BATCHES_PER_WINDOW = 32
_U64 = np.uint64


@dataclass(frozen=True)
class Sentence:
    """One sentence: ids (n,), index of the word each token starts in (n,), language code."""

    ids: np.ndarray
    words: np.ndarray
    language: str


Example = tuple[Sentence, ...]  # one sentence (mono) or two translations of each other (bitext: src, tgt)


class Part:
    """What is sampled as a whole: the stores of one language or of the two sides of one pair."""

    def __init__(self, name: str, stores: Sequence[TokenStore]) -> None:
        self.name, self.stores = name, list(stores)
        lengths = np.stack([store.lengths for store in stores])
        self.rows = np.flatnonzero((lengths > 0).all(axis=0))  # a side without a single token teaches nothing
        self.lengths = lengths.sum(axis=0)

    def __len__(self) -> int:
        return len(self.rows)

    def example(self, row: int) -> Example:
        return tuple(Sentence(*store[row], store.language) for store in self.stores)


class Stream:
    """An endless, resumable sequence of batches.

    Args:
        parts: what to mix; drawn in proportion to len(part) ** alpha.
        batch_tokens: a batch holds as many examples as fit into this many padded tokens (at least one).
        max_length: longer examples count as this long (the objective cuts them).
        overhead: special tokens that the objective adds to each example.
        seed: streams with the same seed and parts are equal.
    """

    def __init__(self, parts: Sequence[Part], *, batch_tokens: int, max_length: int, overhead: int, alpha: float, seed: int) -> None:
        self.parts = [part for part in parts if len(part)]
        if not self.parts:
            raise IsoglossError(
                "stream",
                f"no examples in {', '.join(part.name for part in parts) or 'no parts at all'}",
                "",
                "Add corpora for these languages or pairs",
            )
        if batch_tokens < max_length:
            raise IsoglossError(
                "pretrain.batch_tokens",
                f"{batch_tokens} per objective",
                f"at least encoder.max_length = {max_length}",
                "Raise batch_tokens or lower max_length",
            )
        self._batch_tokens, self._max_length, self._overhead, self._seed = batch_tokens, max_length, overhead, seed
        sizes = np.array([len(part) for part in self.parts], float)
        self._shares = sizes**alpha / (sizes**alpha).sum()
        mean_length = sum(share * part.lengths[part.rows].mean() for share, part in zip(self._shares, self.parts, strict=True)) + overhead
        self._window_examples = max(BATCHES_PER_WINDOW, int(BATCHES_PER_WINDOW * batch_tokens / min(mean_length, max_length)))
        self._window, self._batch = 0, 0
        self._cursors = [0] * len(self.parts)
        self._plan, self._next_cursors = self._lay_window()

    @property
    def unigram_entropy(self) -> dict[str, float]:
        """Nats per token of an encoder that knows only token frequencies: of each part's first store, and of the mixture (`all`).

        The mixture knows the language: it is the mean of the parts' entropies, weighted by their share of the tokens.
        """
        entropies = {part.name: part.stores[0].unigram_entropy for part in self.parts}
        tokens = [share * part.lengths[part.rows].mean() for share, part in zip(self._shares, self.parts, strict=True)]
        return {
            **entropies,
            "all": sum(weight * entropies[part.name] for weight, part in zip(tokens, self.parts, strict=True)) / sum(tokens),
        }

    def next_batch(self) -> list[Example]:
        """The next batch of examples, never empty."""
        if self._batch == len(self._plan):
            self._window, self._batch, self._cursors = self._window + 1, 0, self._next_cursors
            self._plan, self._next_cursors = self._lay_window()
        chosen = self._plan[self._batch]
        self._batch += 1
        return [self.parts[part].example(row) for part, row in chosen]

    def state(self) -> dict[str, Any]:
        """What `resume` needs: plain integers."""
        return {
            "window": self._window,
            "batch": self._batch,
            "cursors": {part.name: at for part, at in zip(self.parts, self._cursors, strict=True)},
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on as if the batches before `state` had just been read."""
        self._window, self._batch = state["window"], state["batch"]
        self._cursors = [state["cursors"][part.name] for part in self.parts]
        self._plan, self._next_cursors = self._lay_window()

    def _lay_window(self) -> tuple[list[list[tuple[int, int]]], list[int]]:
        """The batches of the current window as (part, row) lists, and the cursors after it."""
        generator = np.random.default_rng([self._seed, self._window])
        part_of = generator.choice(len(self.parts), size=self._window_examples, p=self._shares)
        rows, lengths, cursors = np.empty(len(part_of), np.int64), np.empty(len(part_of), np.int64), list(self._cursors)
        for number, part in enumerate(self.parts):
            where = np.flatnonzero(part_of == number)
            drawn = cursors[number] + np.arange(len(where))
            rows[where] = part.rows[self._order(part, drawn)]
            lengths[where] = np.minimum(part.lengths[rows[where]] + self._overhead, self._max_length)
            cursors[number] += len(where)
        order = np.argsort(lengths, kind="stable")
        batches = [[(int(part_of[k]), int(rows[k])) for k in group] for group in _cut(order, lengths[order], self._batch_tokens)]
        return [batches[k] for k in generator.permutation(len(batches))], cursors

    def _order(self, part: Part, drawn: np.ndarray) -> np.ndarray:
        """The positions of the drawn-th examples of a part: each epoch is a permutation of its own."""
        epochs, places = np.divmod(drawn, len(part))
        found = np.empty(len(drawn), np.int64)
        for epoch in np.unique(epochs):
            key = zlib.crc32(f"{self._seed}/{part.name}/{epoch}".encode())
            found[epochs == epoch] = permute(places[epochs == epoch], len(part), key)
        return found


def _cut(order: np.ndarray, lengths: np.ndarray, budget: int) -> list[np.ndarray]:
    """Cut examples sorted by length into groups of at most `budget` padded tokens."""
    groups, start = [], 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - start) * lengths[end] > budget:
            groups.append(order[start:end])
            start = end
    return groups


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
    """splitmix64 of (value, key, turn)."""
    with np.errstate(over="ignore"):
        z = values + _U64((key * 4 + turn + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> _U64(30))) * _U64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> _U64(27))) * _U64(0x94D049BB133111EB)
        return z ^ (z >> _U64(31))
