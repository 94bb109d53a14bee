"""`tsv`: one file, plain or compressed, a column per language in the order of `languages`. No quoting: a `"` is a character.

A row with another number of columns cannot be trusted to be in step and comes out as `()`. With one language the line is the text.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .open_text import one_file, read_lines


def read(paths: Sequence[Path], languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stream the rows of the file, `()` for one of another width."""
    columns = len(languages)
    for line in read_lines(one_file(paths)):
        cells = (line,) if columns == 1 else tuple(line.split("\t"))
        yield cells if len(cells) == columns else ()
