"""The POS score of XTREME: micro F1 over runs of one tag (XTREME's `evaluate.py` hands raw tags to seqeval 0.0.12).

A chunk is a maximal run of one tag within a sentence. A tag whose first letter is S (SCONJ, SYM) always stands alone, because
seqeval reads that letter as "single-token chunk". Counts are per corpus, so they add up over any split of it.
"""

from collections.abc import Iterable, Sequence

Chunk = tuple[str, int, int]


def chunks(tags: Sequence[str]) -> set[Chunk]:
    """{(tag, start, end)} of one sentence, end exclusive."""
    found, start = set(), 0
    for end in range(1, len(tags) + 1):
        if end == len(tags) or tags[end] != tags[start] or tags[start].startswith("S"):
            found.add((tags[start], start, end))
            start = end
    return found


def chunk_counts(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, int]:
    """{tp, fp, fn} over (gold tags, predicted tags) of each sentence."""
    counts = {"tp": 0, "fp": 0, "fn": 0}
    for gold_tags, pred_tags in pairs:
        gold, pred = chunks(gold_tags), chunks(pred_tags)
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
