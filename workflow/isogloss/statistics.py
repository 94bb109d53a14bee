"""What several seeds say together, and several recipes."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import correlation

from .errors import IsoglossError


@dataclass(frozen=True)
class Summary:
    """n values: their mean, sample standard deviation (ddof 1; None for one value), extremes."""

    mean: float
    sd: float | None
    n: int
    min: float
    max: float


def summarise(values: Sequence[float]) -> Summary | None:
    """The summary of the values, in any order; None if there are none."""
    n = len(values)
    if not n:
        return None
    mean = math.fsum(values) / n
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1)) if n > 1 else None
    return Summary(mean, sd, n, min(values), max(values))


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rank correlation of the pairs (x[k], y[k]), in [-1, 1]: Pearson's of the ranks, ties at the average of theirs.

    None where it means nothing: of fewer than 3 pairs, or where all x or all y are the same. Raises IsoglossError for lists unlike in length.
    """
    if len(x) != len(y):
        raise IsoglossError("spearman", f"x has {len(x)} values, y has {len(y)}", "pairs", "Give both for each point")
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return correlation(_ranks(x), _ranks(y))


def _ranks(values: Sequence[float]) -> list[float]:
    """The place of each value in ascending order, from 1; equal values share the mean of their places."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + 1 + bisect_right(ordered, value)) / 2 for value in values]
