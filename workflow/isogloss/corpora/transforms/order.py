"""The steps `invert` and `permute`: another order of words, inside sentences."""

import random
from collections.abc import Iterator, Sequence

from ...clean import hash64
from .script import script

_MARKS = ".!?。！？।"
FINAL_MARKS = frozenset(_MARKS + script(_MARKS))  # tokens that end a sentence, before and after the step `script`


def sentences(tokens: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(start, end, stop) of each sentence: words in [start, end), its final mark, if it has one, in [end, stop)."""
    start = 0
    for k, token in enumerate(tokens):
        if token in FINAL_MARKS:
            yield start, k, k + 1
            start = k + 1
    if start < len(tokens):
        yield start, len(tokens), len(tokens)


class Invert:
    """The words of each sentence from the last to the first, its final mark still last (the paper's Inv). Its own inverse."""

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]:
        order = [k for start, end, stop in sentences(tokens) for k in (*range(end - 1, start - 1, -1), *range(end, stop))]
        return [tokens[k] for k in order], order


class Permute:
    """The words of each sentence in random order, its final mark last; the same sentence always gets the same order."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]:
        order: list[int] = []
        for start, end, stop in sentences(tokens):
            order += [*self._shuffled(tokens, start, end), *range(end, stop)]
        return [tokens[k] for k in order], order

    def _shuffled(self, tokens: Sequence[str], start: int, end: int) -> list[int]:
        rng = random.Random(hash64("\t".join(["permute", str(self.seed), *tokens[start:end]])))
        keys = [rng.random() for _ in range(start, end)]  # Python keeps `random`, and no other draw, the same in all its versions
        return sorted(range(start, end), key=lambda k: keys[k - start])
