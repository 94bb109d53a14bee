"""What several seeds say together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


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
