"""Scores of a classifier from its confusion matrix.

accuracy           share of examples that are right
balanced_accuracy  mean over the labels present in gold of the share of their examples that are right; a classifier that always says
                   the same gets 1 / number of labels
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from . import Scoring


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """{confusion: {gold label: {predicted label: n}}} over (gold, predicted) labels; cells that are 0 are left out."""
    cells = Counter(pairs)
    matrix: dict[str, dict[str, int]] = {}
    for gold, pred in sorted(cells):
        matrix.setdefault(gold, {})[pred] = cells[gold, pred]
    return {"confusion": matrix}


def classification_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `confusion`, in percent; 0/0 is 0."""
    rows = [(row.get(gold, 0), sum(row.values())) for gold, row in counts["confusion"].items()]
    correct, n = sum(right for right, _ in rows), sum(size for _, size in rows)
    recalls = [100 * right / size for right, size in rows]
    return {
        "accuracy": 100 * correct / n if n else 0.0,
        "balanced_accuracy": sum(recalls) / len(recalls) if recalls else 0.0,
    }


CLASSIFICATION = Scoring(confusion, classification_metrics)
