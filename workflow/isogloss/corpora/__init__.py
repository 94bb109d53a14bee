"""Readers of corpora, one file per published format.

A reader streams `read(paths, languages)`: one tuple a row, one text per language in the order of `languages`; None where that
side is missing, and the empty tuple `()` for a row that could not be cut into as many columns. `languages` are as the corpus
spells them and in the order of its files or columns. Texts are raw lines without their terminator: cleaning comes later.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from ..errors import IsoglossError

Row = tuple[str | None, ...]
Reader = Callable[[Sequence[Path], Sequence[str]], Iterator[Row]]

FORMATS = {
    "moses": "isogloss.corpora.moses:read",  # OPUS zip, one member per language
    "tsv": "isogloss.corpora.tsv:read",  # one file, one column per language
    "lines": "isogloss.corpora.lines:read",  # one file per language, line k translates line k
    "verses": "isogloss.corpora.verses:read",  # as lines, with blank and <range> lines (bibles, NTREX)
}


def get_reader(name: str) -> Reader:
    """The reader of a format. Raises IsoglossError for an unknown one."""
    if name not in FORMATS:
        raise IsoglossError("format", f"`{name}` is unknown", f"allowed: {', '.join(FORMATS)}", "Choose one, or add a reader to FORMATS")
    module, function = FORMATS[name].split(":")
    return getattr(import_module(module), function)
