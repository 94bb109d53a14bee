"""What all span scores share: spans are matched as a whole, counts are per corpus, so they add up over any split of it."""

from collections.abc import Callable, Iterable, Sequence

Span = tuple[str, int, int]  # (type, start, end), end exclusive
Tags = Sequence[str]


def span_counts(pairs: Iterable[tuple[Tags, Tags]], spans: Callable[[Tags], set[Span]]) -> dict[str, int]:
    """{tp, fp, fn} over (gold tags, predicted tags) of each sentence; `spans` finds those of one sentence."""
    counts = {"tp": 0, "fp": 0, "fn": 0}
    for gold_tags, pred_tags in pairs:
        gold, pred = spans(gold_tags), spans(pred_tags)
        counts["tp"] += len(gold & pred)
        counts["fp"] += len(pred - gold)
        counts["fn"] += len(gold - pred)
    return counts


def precision_recall_f1(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    """In percent; 0/0 is 0."""
    precision = 100 * tp / (tp + fp) if tp + fp else 0.0
    recall = 100 * tp / (tp + fn) if tp + fn else 0.0
    f1 = 200 * tp / (2 * tp + fp + fn) if tp else 0.0
    return precision, recall, f1
