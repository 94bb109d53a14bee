"""Reading text the same way everywhere: lines end at "\\n" only, a last "\\r" and a first BOM go, bad UTF-8 becomes U+FFFD.

Python's text mode and `str.splitlines` also split at "\\r", U+0085 or U+2028, which occur inside sentences: two files that are
line-aligned would drift apart. So files are read as bytes.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from ..errors import IsoglossError

_BOM = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[str]:
    """Stream the lines of a plain, gzip, xz or zstd file (told by its first bytes, not by its name).

    Raises IsoglossError where the file is absent or damaged.
    """
    with readable(path), open_binary(path) as stream:
        yield from decode_lines(stream)


def open_binary(path: Path) -> BinaryIO:
    """Open for reading with any compression removed; a BufferedReader, because its `readline` is in C and theirs is not."""
    with open(path, "rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return io.BufferedReader(gzip.open(path), 1 << 20)
    if magic == b"\xfd7zXZ\x00":
        return io.BufferedReader(lzma.open(path), 1 << 20)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        import pyarrow as pa  # the standard library of 3.11 has no zstd

        return io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"), 1 << 20)
    return open(path, "rb", buffering=1 << 20)


def decode_lines(stream: BinaryIO) -> Iterator[str]:
    """Stream the lines of an open UTF-8 stream without their terminators."""
    first = stream.readline()
    if first:
        yield _decode(first.removeprefix(_BOM))
    for line in stream:
        yield _decode(line)


def _decode(line: bytes) -> str:
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a missing, damaged, truncated or encrypted file raises while it is read into an IsoglossError."""
    try:
        yield
    except (OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or error
        remedy = "Put the whole file there, or download it again"
        raise IsoglossError(str(path), f"cannot be read to its end ({reason})", "", remedy) from error


def in_step(where: str, names: Sequence[str], sides: Sequence[Iterator[str]]) -> Iterator[tuple[str, ...]]:
    """Zip line-aligned sides; raises IsoglossError with all counts at the end of the stream if one is shorter."""
    count, streams = 0, [iter(side) for side in sides]
    for row in zip_longest(*streams):
        if None in row:
            counts = (count + (text is not None) + sum(1 for _ in rest) for text, rest in zip(row, streams, strict=True))
            given = "sides of different length: " + ", ".join(f"{name} has {n:,} lines" for name, n in zip(names, counts, strict=True))
            raise IsoglossError(where, given, "line k of one translates line k of the other", "Download the corpus again, or leave it out")
        count += 1
        yield row


def one_file_per_language(paths: Sequence[Path], languages: Sequence[str]) -> None:
    """Raise IsoglossError unless there are as many files as languages."""
    if len(paths) != len(languages):
        files = ", ".join(Path(path).name for path in paths) or "none"
        given = f"{len(paths)} files ({files}) for {len(languages)} languages"
        raise IsoglossError("corpus", given, "one file per language", "List them in the order of `languages`")


def one_file(paths: Sequence[Path]) -> Path:
    """The only path. Raises IsoglossError for none or several."""
    if len(paths) != 1:
        files = ", ".join(Path(path).name for path in paths) or "none"
        allowed = "one file holds all languages in this format"
        raise IsoglossError("corpus", f"{len(paths)} files ({files})", allowed, "List the others as corpora of their own")
    return Path(paths[0])
