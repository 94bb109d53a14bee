"""What several seeds say together, several recipes, and several languages; and which differences chance alone would make.

Every p is two-sided. No test here knows how many others are made: see `holm`.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, permutations
from statistics import correlation, fmean, variance

import numpy as np

from .errors import IsoglossError

SAME = 1e-9  # of the largest value: differences within it are rounding
ARRANGEMENTS = 1 << 20  # at most, in an exact test: 20 pairs, or 11 against 11
EXACT_PAIRS = 9  # of a rank correlation: 9! orders

Counts = Mapping[str, float]


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


def spearman_test(x: Sequence[float], y: Sequence[float]) -> tuple[float, float] | None:
    """(rho, p) of `spearman`: exact over all orders of y for up to 9 pairs, beyond that by Student's t. None where rho is."""
    rho = spearman(x, y)
    if rho is None:
        return None
    if len(x) <= EXACT_PAIRS:
        return rho, _order_test(x, y)
    from scipy.stats import spearmanr

    return rho, float(spearmanr(x, y).pvalue)


def spearman_interval(
    x: Sequence[float], y: Sequence[float], resamples: int = 10_000, seed: int = 0, level: float = 0.95
) -> tuple[float, float] | None:
    """(low, high) of rho: percentiles of its bootstrap over pairs. None where rho is; resamples that have no rho are left out."""
    spearman(x, y)  # refuses lists unlike in length
    draws = np.random.default_rng(seed).integers(len(x), size=(resamples, len(x))).tolist() if x else []
    rhos = [rho for draw in draws if (rho := spearman([x[k] for k in draw], [y[k] for k in draw])) is not None]
    return _interval(rhos, level) if rhos else None


def transfer_gap(scores: Mapping[str, float], source: str) -> float:
    """The score {language: score} of the source minus the mean over the others (ERNIE-M, arXiv 2012.15674, table 7)."""
    others = [score for lang, score in scores.items() if lang != source]
    if source not in scores or not others:
        given = f"scores of {', '.join(scores) or 'no language'}"
        raise IsoglossError("transfer gap", given, f"{source} and at least one other", "Score the source language and a target")
    return scores[source] - math.fsum(others) / len(others)


def relative_transfer_gap(scores: Mapping[str, float], source: str) -> float | None:
    """The transfer gap as a share of the source's score; None where that is 0."""
    gap = transfer_gap(scores, source)
    return gap / scores[source] if scores[source] else None


def welch_test(a: Sequence[float], b: Sequence[float]) -> tuple[float, float] | None:
    """(t, p) of Welch's test of equal means. None where it means nothing: fewer than 2 values on a side, or no spread on either."""
    if min(len(a), len(b)) < 2 or len(set(a)) == len(set(b)) == 1:
        return None
    from scipy.special import stdtr

    (mean_a, u), (mean_b, v) = ((fmean(side), variance(side) / len(side)) for side in (a, b))
    t = (mean_a - mean_b) / math.sqrt(u + v)
    freedom = (u + v) ** 2 / (u**2 / (len(a) - 1) + v**2 / (len(b) - 1))
    return t, 2 * float(stdtr(freedom, -abs(t)))


def permutation_test(a: Sequence[float], b: Sequence[float]) -> float:
    """p of equal means: the share of all ways to deal the values to the sides that part the means at least as far.

    Five seeds against five cannot go below 2/252 = 0.0079. Raises IsoglossError where there are more than 2^20 ways.
    """
    pooled, ways = [*a, *b], math.comb(len(a) + len(b), len(a))
    _refuse_many(ways, "permutation test")
    # Means lie as far apart as the sum of one side from its share of the total.
    share = math.fsum(pooled) * len(a) / max(len(pooled), 1)
    sums = np.fromiter(map(math.fsum, combinations(pooled, len(a))), np.float64, ways)
    return _as_far(sums - share, math.fsum(a) - share, pooled)


def paired_permutation_test(a: Sequence[float], b: Sequence[float]) -> float:
    """p of equal means of pairs (a[k], b[k]): the share of all ways to swap sides within pairs that part the means at least as far.

    Five pairs cannot go below 2/32 = 0.0625. Raises IsoglossError for lists unlike in length and beyond 20 pairs.
    """
    _refuse_unpaired(a, b, "paired permutation test")
    _refuse_many(2 ** len(a), "paired permutation test")
    sums = np.zeros(1)
    for difference in (one - other for one, other in zip(a, b, strict=True)):
        sums = np.concatenate([sums + difference, sums - difference])
    return _as_far(sums, sums[0], [*a, *b])


def mcnemar_test(b: int, c: int) -> float:
    """p of equal accuracy from the b examples that only one system has right and the c that only the other has: exact, binomial."""
    if not b + c:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(b, b + c).pvalue)


def paired_bootstrap(
    counts_a: Sequence[Counts],
    counts_b: Sequence[Counts],
    metric: Callable[[dict[str, float]], float],
    strata: Sequence[str],
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float, float, float]:
    """(difference, low, high, p) of the scores of two systems, a minus b, on the same examples; low and high bound 95 %.

    Args:
        counts_a, counts_b: {name: count} of each example, as `metric` wants them of a whole corpus.
        metric: counts summed over a stratum -> its score. Scores of sentences are never averaged: those of a corpus are not their mean.
        strata: the language of each example. Examples are drawn within their language; the score is the mean over languages.

    Each resample draws as many examples as there are, the same of both systems (Koehn 2004, EMNLP). p is twice the share of resamples in
    which the better one does not win, counting one more resample that never does: it is at least 2 / (resamples + 1).
    """
    _refuse_unpaired(counts_a, counts_b, "paired bootstrap")
    _refuse_unpaired(counts_a, strata, "paired bootstrap")
    if not strata:
        raise IsoglossError("paired bootstrap", "no examples", "", "Give the counts of each example")
    names = list(counts_a[0])
    rows = np.array([[[counts[name] for name in names] for counts in pair] for pair in zip(counts_a, counts_b, strict=True)])
    languages = [rows[[lang == other for other in strata]] for lang in dict.fromkeys(strata)]

    def difference(samples: list[np.ndarray]) -> float:
        scores = [[metric(dict(zip(names, summed, strict=True))) for summed in sample.sum(axis=0).tolist()] for sample in samples]
        return math.fsum(a - b for a, b in scores) / len(scores)

    rng = np.random.default_rng(seed)
    draws = [difference([part[rng.integers(len(part), size=len(part))] for part in languages]) for _ in range(resamples)]
    lost = min(sum(draw <= 0 for draw in draws), sum(draw >= 0 for draw in draws))
    return difference(languages), *_interval(draws, 0.95), min(1.0, 2 * (lost + 1) / (resamples + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values, in their order, adjusted for being several (Holm 1979): as many as are below alpha are significant together."""
    ascending = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, least = [0.0] * len(p_values), 0.0
    for place, k in enumerate(ascending):
        adjusted[k] = least = max(least, min(1.0, (len(p_values) - place) * p_values[k]))
    return adjusted


def _order_test(x: Sequence[float], y: Sequence[float]) -> float:
    """The share of all orders of y whose rank correlation with x is at least as far from 0. In doubled ranks, which are integers."""
    n, (a, b) = len(x), (np.array([2 * rank for rank in _ranks(side)], dtype=np.int64) for side in (x, y))
    orders = np.fromiter(chain.from_iterable(permutations(b.tolist())), np.int64).reshape(-1, n)
    covariance = n * (orders @ a) - a.sum() * b.sum()
    return float((abs(covariance) >= abs(n * (a @ b) - a.sum() * b.sum())).mean())


def _as_far(distances: np.ndarray, observed: float, values: Sequence[float]) -> float:
    """The share of distances from 0 that are at least the observed one, but for rounding of the values they are made of."""
    slack = SAME * max(map(abs, values), default=0.0)
    return float((abs(distances) >= abs(observed) - slack).mean())


def _interval(values: Sequence[float], level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high


def _refuse_unpaired(a: Sequence, b: Sequence, where: str) -> None:
    if len(a) != len(b):
        raise IsoglossError(where, f"{len(a)} values against {len(b)}", "pairs", "Give both of each pair, in the same order")


def _refuse_many(ways: int, where: str) -> None:
    if ways > ARRANGEMENTS:
        raise IsoglossError(where, f"{ways} arrangements", f"at most {ARRANGEMENTS}", "Compare by Welch's test or the bootstrap")


def _ranks(values: Sequence[float]) -> list[float]:
    """The place of each value in ascending order, from 1; equal values share the mean of their places."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + 1 + bisect_right(ordered, value)) / 2 for value in values]
