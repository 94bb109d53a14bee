"""Ids of records and of predictions: each exactly once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ...errors import IsoglossError
from .. import Record

RERUN = "Delete the predictions and run their stage again"


def check_unique(ids: Sequence[str], where: str) -> None:
    """Raise IsoglossError where a converter repeats an id."""
    if len(set(ids)) < len(ids):
        raise IsoglossError(where, f"id {Counter(ids).most_common(1)[0][0]!r} occurs twice", "ids are unique", "Mend convert")


def by_id(records: Sequence[Record], expected: Iterable[str], where: str) -> dict[str, Any]:
    """{id: pred}, exactly one for each expected id. Raises IsoglossError."""
    found: dict[Any, Any] = {record.get("id"): record.get("pred") for record in records}
    expected = set(expected)
    missing, extra, twice = expected - found.keys(), found.keys() - expected, len(records) - len(found)
    if missing or extra or twice:
        examples = ", ".join(sorted(map(str, missing or extra))[:3])
        given = f"{len(missing)} ids are missing, {len(extra)} are not in the task data, {twice} are repeated"
        given += f" ({examples})" if examples else ""
        raise IsoglossError(where, given, f"expected each of {len(expected)} ids once", RERUN)
    return found
