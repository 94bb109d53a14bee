"""`lines`: one file per language, plain or compressed, line k of each saying the same. One file is monolingual text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .open_text import in_step, one_file_per_language, read_lines


def read(paths: Sequence[Path], languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stream the rows of the files. Raises IsoglossError (at the end) if they are of different length."""
    one_file_per_language(paths, languages)
    where = " and ".join(str(path) for path in paths)
    yield from in_step(where, [Path(path).name for path in paths], [read_lines(Path(path)) for path in paths])
