"""Tagged sentences as XTREME's preprocessing leaves them: a line per token `form TAB tag`, a blank line between sentences."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import Record, read_lines

Token = tuple[str, str]


def tagged_records(sentences: Iterable[list[Token]], lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence, numbered in order."""
    for number, rows in enumerate(sentences):
        tokens, tags = zip(*rows, strict=True)
        yield {"id": f"{lang}-{split}-{number}", "tokens": list(tokens), "tags": list(tags)}


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
    check_tag(tag, tags, where)
    return form, tag


def check_tag(tag: str, tags: Collection[str], where: str) -> None:
    """Raise IsoglossError for a tag that is none of them."""
    if tag not in tags:
        raise IsoglossError(where, f"tag {tag!r} is unknown", f"expected one of {' '.join(tags)}", "Correct the line")
