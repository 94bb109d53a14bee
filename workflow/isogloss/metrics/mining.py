"""Scores of bitext mining, as BUCC counts them: candidate pairs above a threshold against the gold pairs.

The threshold is chosen where gold is known, on dev. Zweigenbaum et al. 2018 (BUCC); the rule for thresholds is LASER's, except that
candidates of equal score are taken or left together (the order of a file decides nothing), and that the last candidate may be the best cut.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from .spans import precision_recall_f1

Pair = tuple[str, str]
Candidates = Sequence[tuple[str, str, float]]  # (source id, target id, score)


def best_threshold(candidates: Candidates, gold: Collection[Pair]) -> float:
    """The threshold that gives `extract` the best F1; of several, the highest.

    It lies halfway between the last candidate that is taken and the first that is left, so that it also parts those of other sets; it
    is the score of the last one taken where several share that score or where none is left. 0 if no candidate is gold.
    """
    ordered = sorted(candidates, key=_score, reverse=True)
    right, taken, hits, place, best, threshold = set(gold), set[Pair](), 0, 0, 0.0, 0.0
    for score, group in groupby(ordered, _score):
        tied = [(source, target) for source, target, _ in group]
        hits += len((right & set(tied)) - taken)
        taken.update(tied)
        place += len(tied)
        if (f1 := hits / (len(taken) + len(right))) > best:  # half of it
            below = ordered[place][2] if len(tied) == 1 and place < len(ordered) else score
            middle = (score + below) / 2
            best, threshold = f1, middle if middle > below else score  # neighbours among the floats have nothing between them
    return threshold


def extract(candidates: Candidates, threshold: float) -> set[Pair]:
    """The pairs whose score is at least the threshold."""
    return {(source, target) for source, target, score in candidates if score >= threshold}


def mining_counts(pairs: Iterable[Pair], gold: Iterable[Pair]) -> dict[str, int]:
    """{tp, fp, fn} of the pairs found, each counted once."""
    found, right = set(pairs), set(gold)
    return {"tp": len(found & right), "fp": len(found - right), "fn": len(right - found)}


def mining_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `mining_counts`, in percent; 0/0 is 0."""
    precision, recall, f1 = precision_recall_f1(**counts)
    return {"precision": precision, "recall": recall, "f1": f1}


def _score(candidate: tuple[str, str, float]) -> float:
    return candidate[2]
