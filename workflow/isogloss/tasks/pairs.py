"""Labelled sentence pairs, a line per pair; quotes mean nothing.

{split}-{lang}.tsv           text TAB text TAB label, as XTREME prepares them
en-{lang}-translated.tsv     text TAB text TAB translation TAB translation TAB label, XTREME's translations of a training set
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import IsoglossError
from . import AS_NAMED, PREPARED, Files, Layout, Read, Record, read_lines


@dataclass(frozen=True)
class Columns:
    """Where a line has what.

    Args:
        number: how many columns a line has.
        places: the columns of text, text and label, from 0.
        header: the first cell of a file that starts with a header; None: it never does.
        by_language: whether the first column is the language, in a file of several.
        names: what the columns are, for messages.
    """

    number: int
    places: tuple[int, int, int]
    header: str | None = None
    by_language: bool = False
    names: str = "text TAB text TAB label"


_PREPARED = Columns(3, (0, 1, 2))
_TRANSLATED = Columns(5, (2, 3, 4), names="text TAB text TAB translation TAB translation TAB label")


@dataclass(frozen=True)
class Pairs:
    """The reader of pairs with these labels: `read(columns)` is that of files with these columns.

    Args:
        labels: those that there are.
        spellings: other spellings of them -> label.
        damaged: whether lines with other columns become records {id}, for a filter to count; otherwise they are an error.
    """

    labels: Collection[str]
    spellings: dict[str, str] = field(default_factory=dict)
    damaged: bool = False

    def layouts(self) -> tuple[Layout, Layout]:
        """XTREME's own: what it prepares, and its translations."""
        return (
            Layout(files=(PREPARED,), splits=AS_NAMED, read=self.read(_PREPARED)),
            Layout(files=("en-{code}-translated.tsv",), splits={"translated": ""}, read=self.read(_TRANSLATED)),
        )

    def read(self, columns: Columns) -> Read:
        """A reader of {id, text_a, text_b, label}, texts as they stand."""

        def read(files: Files, lang: str, split: str) -> Iterator[Record]:
            (path,) = files
            for number, (line, cells) in enumerate(_rows(path, lang, columns)):
                yield self._record(f"{lang}-{split}-{number}", cells, columns, f"{path} line {line}")

        return read

    def _record(self, key: str, cells: Sequence[str], columns: Columns, where: str) -> Record:
        if len(cells) != columns.number:
            if self.damaged:
                return {"id": key}
            raise IsoglossError(where, f"has {len(cells)} columns", f"expected {columns.names}", "Correct the line")
        text_a, text_b, label = (cells[place] for place in columns.places)
        label = self.spellings.get(label, label)
        if label not in self.labels:
            raise IsoglossError(where, f"label {label!r} is unknown", f"expected one of {' '.join(self.labels)}", "Correct the line")
        return {"id": key, "text_a": text_a, "text_b": text_b, "label": label}


def _rows(path: Path, lang: str, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    """(line number from 1, cells) of every pair that is of the language; blank lines and a header are none."""
    for number, line in read_lines(path):
        cells = line.split("\t")
        header = number == 1 and cells[0] == columns.header
        if line.strip(" ") and not header and (cells[0] == lang or not columns.by_language):
            yield number, cells
