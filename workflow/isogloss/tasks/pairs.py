"""Labelled sentence pairs as XTREME's preprocessing leaves them: a line per pair `text TAB text TAB label`; quotes mean nothing."""

from collections.abc import Collection, Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import Record, read_lines


def pair_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number from 1, columns) of every line that is not blank. Raises IsoglossError."""
    for number, line in read_lines(path):
        if line.strip(" "):
            yield number, line.split("\t")


def pair_record(key: str, columns: list[str], labels: Collection[str], where: str) -> Record:
    """{id, text_a, text_b, label}, texts as they stand. Raises IsoglossError for other than three columns and for an unknown label."""
    if len(columns) != 3:
        raise IsoglossError(where, f"has {len(columns)} columns", "expected text TAB text TAB label", "Correct the line")
    text_a, text_b, label = columns
    if label not in labels:
        raise IsoglossError(where, f"label {label!r} is unknown", f"expected one of {' '.join(labels)}", "Correct the line")
    return {"id": key, "text_a": text_a, "text_b": text_b, "label": label}
