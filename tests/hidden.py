"""The hidden Markov model of word alignment by brute force: every way to generate a sentence, for tests."""

from collections import Counter
from collections.abc import Iterator, Sequence

EMPTY = None
Way = tuple[float, list[int | None], list[int]]


def ways(emission_OS: Sequence[Sequence[float]], empty_O: Sequence[float], jumps_J: Sequence[float]) -> Iterator[Way]:
    """(probability, the state that generates each word or EMPTY, the kinds of its jumps) of every way to generate the words.

    It starts before the first state and ends behind the last one. A word that the empty word generates leaves the place as it is; if
    that is the first word, the jump that it starts from does not count.
    """
    states, most = len(emission_OS[0]), len(jumps_J) // 2

    def kind(here: int, there: int) -> int:
        return max(-most, min(most, there - here)) + most

    def weight(here: int, there: int) -> float:
        return jumps_J[kind(here, there)]

    def whole(here: int) -> float:
        return sum(weight(here, there) for there in range(states))

    def on(word: int, here: int) -> Iterator[Way]:
        """The ways to generate the words from this one on, and to end."""
        if word == len(emission_OS):
            yield weight(here, states) / (whole(here) + weight(here, states)), [], [kind(here, states)]
            return
        for p, generated, jumped in on(word + 1, here):
            yield empty_O[word] * p, [EMPTY, *generated], jumped
        for there in range(states):
            step = weight(here, there) / whole(here) * emission_OS[word][there]
            for p, generated, jumped in on(word + 1, there):
                yield step * p, [there, *generated], [kind(here, there), *jumped]

    for first in range(states):
        start = weight(-1, first) / whole(-1)
        for p, generated, jumped in on(1, first):
            yield start * emission_OS[0][first] * p, [first, *generated], [kind(-1, first), *jumped]
            yield start * empty_O[0] * p, [EMPTY, *generated], jumped


def brute_force(
    emission_OS: Sequence[Sequence[float]], empty_O: Sequence[float], jumps_J: Sequence[float]
) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """(posterior of (word, state), expected number of jumps of each kind)."""
    posterior, jumps, whole = Counter[tuple[int, int]](), Counter[int](), 0.0
    for p, generated, jumped in ways(emission_OS, empty_O, jumps_J):
        whole += p
        for cell in enumerate(generated):
            posterior[cell] += p
        for kind in jumped:
            jumps[kind] += p
    return Counter({cell: p / whole for cell, p in posterior.items()}), Counter({kind: p / whole for kind, p in jumps.items()})
