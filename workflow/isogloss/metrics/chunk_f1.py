"""The POS score of XTREME: micro F1 over runs of one tag (XTREME's `evaluate.py` hands raw tags to seqeval 0.0.12).

A chunk is a maximal run of one tag within a sentence. A tag whose first letter is S (SCONJ, SYM) always stands alone, because
seqeval reads that letter as "single-token chunk".
"""

from .spans import Span, Tags


def chunks(tags: Tags) -> set[Span]:
    """{(tag, start, end)} of one sentence, end exclusive."""
    found, start = set(), 0
    for end in range(1, len(tags) + 1):
        if end == len(tags) or tags[end] != tags[start] or tags[start].startswith("S"):
            found.add((tags[start], start, end))
            start = end
    return found
