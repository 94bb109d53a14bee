"""Scores of word alignments from counts, as Och and Ney define them (Computational Linguistics 29(1), 2003, section 5).

Annotators call links sure (S) or possible (P); a sure link is always possible too. For the links A of an aligner:

    precision   |A and P| / |A|
    recall      |A and S| / |S|
    f1          harmonic mean of the two
    aer         alignment error rate, 1 - (|A and S| + |A and P|) / (|A| + |S|): the lower the better

Counts of sentences add up to those of their set. 0/0 is 0, also for aer: nothing to find, and nothing found, is no error.
"""

from collections.abc import Collection, Iterable
from typing import Any

Link = tuple[int, int]
Links = Collection[Link]
Counts = dict[str, int]


def alignment_counts(pairs: Iterable[tuple[tuple[Links, Links], Links]]) -> Counts:
    """{predicted, sure, possible, sure_found, possible_found} over ((sure, possible), predicted) links of each sentence."""
    counts = dict.fromkeys(("predicted", "sure", "possible", "sure_found", "possible_found"), 0)
    for (certain, allowed), guessed in pairs:
        sure, predicted = set(certain), set(guessed)
        possible = sure | set(allowed)
        counts["predicted"] += len(predicted)
        counts["sure"] += len(sure)
        counts["possible"] += len(possible)
        counts["sure_found"] += len(predicted & sure)
        counts["possible_found"] += len(predicted & possible)
    return counts


def alignment_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `alignment_counts`, in percent."""
    predicted, sure, found = counts["predicted"], counts["sure"], counts["sure_found"] + counts["possible_found"]
    precision, recall = _percent(counts["possible_found"], predicted), _percent(counts["sure_found"], sure)
    return {
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "precision": precision,
        "recall": recall,
        "aer": _percent(predicted + sure - found, predicted + sure),
    }


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
