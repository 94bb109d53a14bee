"""Tagged sentences as XTREME's preprocessing leaves them: a line per token `form TAB tag`, a blank line between sentences."""

from collections.abc import Collection, Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import read_lines

Token = tuple[str, str]


def tagged_sentences(path: Path, tags: Collection[str]) -> Iterator[list[Token]]:
    """Yield [(form, tag), ...] a sentence, forms as they stand. Raises IsoglossError naming file and line."""
    rows: list[Token] = []
    for number, line in read_lines(path):
        if line.strip(" "):
            rows.append(_token(line, tags, f"{path} line {number}"))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _token(line: str, tags: Collection[str], where: str) -> Token:
    columns = line.split("\t")
    if len(columns) != 2:
        raise IsoglossError(where, f"has {len(columns)} columns", "expected form TAB tag", "Correct the line")
    form, tag = columns
    if tag not in tags:
        raise IsoglossError(where, f"tag {tag!r} is unknown", f"expected one of {' '.join(tags)}", "Correct the line")
    return form, tag
