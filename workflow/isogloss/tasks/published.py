"""Which files of the source directories are which language and split, and archives among them.

    with open_sources(directories, task) as sources:
        published = task.published(sources)

A file counts under its own name and with `.gz` after it. Archives may stand anywhere in the directories and hold archives: each is read as
if it were a folder of its own name, so that `panx_dataset.zip/panx_dataset/en.tar.gz/train` is a path.
"""

import bz2
import filecmp
import os
import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, cast

from ..corpora.open_text import open_binary, readable
from ..errors import IsoglossError
from . import Layout, Published, Task

DEPTH = 5  # folders between a source directory and a file; an archive is one
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][a-z0-9]+)?")

Key = tuple[str, str]  # language, split

# ---------------------------------------------------------------------------------------------------------------- finding


def find_published(task: Task, sources: Sequence[Path]) -> dict[Key, Published]:
    """{(language, split): its files, and how they are read}, sorted.

    Raises:
        IsoglossError: a source that is no directory, and two files of the same language, split and form.
    """
    for source in sources:
        if not Path(source).is_dir():
            allowed = f"expected the files of task {task.name}"
            raise IsoglossError(str(source), "there is no directory here", allowed, "Correct the path in the config")
    if task.find:
        return dict(task.find(sources))
    paths = files_under(sources)
    found: dict[Key, Published] = {}
    for layout in task.layouts:
        for (lang, split), published in _of_layout(layout, paths).items():
            translated = task.machine_translated and split == "train" and lang != task.source_language
            found.setdefault((lang, "translated" if translated else split), published)
    return dict(sorted(found.items()))


def files_under(sources: Sequence[Path]) -> list[Path]:
    """Every file to the depth, sorted by path within each source."""
    return [path for source in sources for path in _files(Path(source))]


def _files(source: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(source, followlinks=True):
        folders.sort()
        if len(Path(folder).relative_to(source).parts) == DEPTH:
            folders.clear()
        yield from (Path(folder, name) for name in sorted(names))


def _of_layout(layout: Layout, paths: Sequence[Path]) -> dict[Key, Published]:
    """What has a file for every pattern of the layout."""
    places: dict[Key, list[dict[str, Path]]] = {}  # for every pattern: what {any} stands for -> the file
    for path in paths:
        for number, pattern in enumerate(layout.files):
            if match := _pattern(pattern).fullmatch(path.as_posix()):
                words = match.groupdict()
                for key in _keys(layout, words):
                    place = places.setdefault(key, [{} for _ in layout.files])[number]
                    _check_same(key, place.setdefault(words.get("any", ""), path), path)
    return {
        key: Published(tuple(path for place in found for _, path in sorted(place.items())), layout.read)
        for key, found in places.items()
        if all(found)
    }


def _check_same(key: Key, first: Path, second: Path) -> None:
    if first != second and not filecmp.cmp(first, second, shallow=False):
        lang, split = key
        given = f"is the {split} set of {lang}, as {first} is"
        raise IsoglossError(str(second), given, "one file for each language and split", "Remove one of them")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """The regex of the paths that end so; a field that comes again is the same again."""
    regex = re.escape(pattern)
    for name, field in (("split", "[^/]+?"), ("code", "[^/]+?"), ("any", "[^/]*")):
        regex = regex.replace(rf"\{{{name}\}}", f"(?P<{name}>{field})", 1).replace(rf"\{{{name}\}}", f"(?P={name})")
    return re.compile(rf"(?:.*/)?{regex}(?:\.gz)?")


def _keys(layout: Layout, words: dict[str, str]) -> list[Key]:
    """The languages and splits that a file is, by what its pattern's fields stand for."""
    languages = [_language(layout, words["code"])] if "code" in words else layout.languages or ()
    splits = [split for split, word in layout.splits.items() if words.get("split", word) == word]
    return [(lang, split) for lang in languages if lang for split in splits]


def _language(layout: Layout, code: str) -> str | None:
    """None where the code is of no language."""
    for lang, spelt in layout.codes.items():
        if spelt == code:
            return lang
    return code if _LANGUAGE.fullmatch(code) else None


# --------------------------------------------------------------------------------------------------------------- archives


@contextmanager
def open_sources(directories: Sequence[Path], task: Task) -> Iterator[list[Path]]:
    """The directories, and what their archives hold of the task: unpacked for as long as the context lasts.

    Only what a layout of the task could be is written, all of it for a task without layouts; links in archives are passed over.

    Raises:
        IsoglossError: an archive that is damaged or encrypted, or a member of one that would lie outside its folder.
    """
    sources = [Path(directory) for directory in directories]
    with tempfile.TemporaryDirectory(prefix="isogloss-") as scratch:
        folders = [Path(scratch, str(number)) for number in range(len(sources))]
        for source, folder in zip(sources, folders, strict=True):
            for path in filter(_is_archive, _files(source)):
                _unpack(path, folder / path.relative_to(source), task)
        yield [*sources, *filter(Path.exists, folders)]


def _unpack(archive: Path, folder: Path, task: Task) -> None:
    """Write what the archive, and those inside it, hold of the task into the folder."""
    inner = []
    with _readable(archive):
        for name, stream in _members(archive):
            path = folder / _inside(name, archive)
            if _is_archive(path) or _belongs(path, task):
                inner += [path] if _is_archive(path) else []
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    shutil.copyfileobj(stream, file, 1 << 20)
    for path in dict.fromkeys(inner):
        packed = path.rename(path.with_name(f".{path.name}"))  # a folder is to have this name
        _unpack(packed, path, task)
        packed.unlink()


@contextmanager
def _readable(archive: Path) -> Iterator[None]:
    with readable(archive):
        try:
            yield
        except tarfile.TarError as error:
            raise EOFError(str(error)) from error


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The name and content of every file in an archive, one open at a time."""
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                if not member.is_dir() and not stat.S_ISLNK(member.external_attr >> 16):
                    with members.open(member) as stream:
                        yield member.filename, stream
        return
    opened = bz2.open(archive) if archive.name.endswith(".bz2") else open_binary(archive)
    with cast(IO[bytes], opened) as whole:
        with tarfile.open(fileobj=whole, mode="r|") as tar:
            for entry in tar:
                if entry.isreg() and (content := tar.extractfile(entry)):
                    yield entry.name, content
        while whole.read(1 << 20):  # to the checksum, which stands at the end
            pass


def _inside(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise IsoglossError(str(archive), f"holds `{name}`, which lies outside of it", "", "Unpack it by hand, if you trust it")
    return path


def _is_archive(path: Path) -> bool:
    return path.name.endswith(ARCHIVES) and not path.name.startswith(".")


def _belongs(path: Path, task: Task) -> bool:
    matches = ((layout, _pattern(pattern).fullmatch(path.as_posix())) for layout in task.layouts for pattern in layout.files)
    return task.find is not None or any(match and _keys(layout, match.groupdict()) for layout, match in matches)
