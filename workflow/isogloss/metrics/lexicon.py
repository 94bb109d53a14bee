"""Scores of bilingual lexicon induction: how early a ranked list of answers names a translation of the word asked for.

p1   share of words whose first answer is a gold translation (ALIGN-MLM's alignment, arXiv 2211.08547)
mrr  mean over words of 1 / place of the first gold translation, 0 where it is not among the first ten
"""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any

ANSWERS = 10  # per word


def lexicon_counts(pairs: Iterable[tuple[Collection[str], Sequence[str]]]) -> dict[str, Any]:
    """{n, hits, reciprocal} over (gold translations, answers, best first) of each word: reciprocal is a sum."""
    scores = [_reciprocal_rank(gold, answers) for gold, answers in pairs]
    return {"n": len(scores), "hits": scores.count(1), "reciprocal": math.fsum(scores)}


def lexicon_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `lexicon_counts`, in percent; 0/0 is 0."""
    n = counts["n"]
    return {"p1": 100 * counts["hits"] / n if n else 0.0, "mrr": 100 * counts["reciprocal"] / n if n else 0.0}


def _reciprocal_rank(gold: Collection[str], answers: Sequence[str]) -> float:
    return next((1 / rank for rank, answer in enumerate(answers[:ANSWERS], 1) if answer in gold), 0.0)
