"""`moses`: the zip that OPUS calls Moses format, one member per language (`Tatoeba.de-en.de`, `Tatoeba.de-en.en`, README ...).

Members are streamed, nothing is unpacked, so their names cannot lead out of a directory.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from ..errors import IsoglossError
from .open_text import decode_lines, in_step, one_file, readable


def read(paths: Sequence[Path], languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stream the rows of the zip. Raises IsoglossError for a missing or ambiguous member and for sides of different length."""
    path = one_file(paths)
    with readable(path), ExitStack() as stack:
        archive = stack.enter_context(zipfile.ZipFile(path))
        members = [_member(path, archive, lang) for lang in languages]
        streams = [stack.enter_context(io.BufferedReader(archive.open(name), 1 << 20)) for name in members]  # type: ignore[type-var]
        yield from in_step(str(path), members, [decode_lines(stream) for stream in streams])


def _member(path: Path, archive: zipfile.ZipFile, lang: str) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    found = [name for name in names if name.lower().endswith(f".{lang.lower()}")]  # OPUS has `.zh_CN`, codes are lower case
    if len(found) != 1:
        given = f"{len(found)} members end in `.{lang}`" + (f": {', '.join(found)}" if found else "")
        remedy = f"It holds {', '.join(names[:20]) or 'nothing'}; set `languages` to match"
        raise IsoglossError(str(path), given, "exactly one per language", remedy)
    return found[0]
