"""Scores of a tagger from counts alone, so that counts of parts can be summed and scored again.

accuracy           share of tokens that are right
balanced_accuracy  mean over the tags present in gold of the share of their tokens that are right; a tagger that always says
                   NOUN gets 1 / number of tags
chunk_f1           see `chunk_f1.py`
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import Scoring
from .chunk_f1 import chunks
from .spans import precision_recall_f1, span_counts

Pairs = Sequence[tuple[Sequence[str], Sequence[str]]]


def tag_counts(pairs: Pairs) -> dict[str, Any]:
    """Counts over (gold tags, predicted tags) of each sentence: tp, fp, fn (chunks), n, correct (tokens), by_tag {tag: {n, correct}}."""
    total: Counter[str] = Counter()
    correct: Counter[str] = Counter()
    for gold, pred in pairs:
        total.update(gold)
        correct.update(g for g, p in zip(gold, pred, strict=True) if g == p)
    by_tag = {tag: {"n": total[tag], "correct": correct[tag]} for tag in sorted(total)}
    return {**span_counts(pairs, chunks), "n": total.total(), "correct": correct.total(), "by_tag": by_tag}


def tag_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `tag_counts`, in percent; 0/0 is 0."""
    precision, recall, f1 = precision_recall_f1(counts["tp"], counts["fp"], counts["fn"])
    recalls = [100 * tag["correct"] / tag["n"] for tag in counts["by_tag"].values()]
    return {
        "chunk_f1": f1,
        "chunk_precision": precision,
        "chunk_recall": recall,
        "accuracy": 100 * counts["correct"] / counts["n"] if counts["n"] else 0.0,
        "balanced_accuracy": sum(recalls) / len(recalls) if recalls else 0.0,
    }


TAGGING = Scoring(tag_counts, tag_metrics)
