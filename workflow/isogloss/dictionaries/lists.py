"""Stage: published word lists -> the dictionary of a pair."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..clean import normalise
from ..corpora.open_text import read_lines
from ..errors import IsoglossError
from ..languages import parse_pair
from .entries import HELD_OUT, TRAIN, Entry, Summary, probabilities, split_of, split_side, write_dictionary

Translation = tuple[str, str, int]  # words in the order of the file's languages, count


def make_dictionary(pair: str, files: Sequence[Mapping[str, Any]], out: Path) -> Summary:
    """Write dictionaries/{name}/{pair}.parquet and return its summary.

    Args:
        files: mappings {format, path, languages, split}: a key of READERS (default: tsv), the file, the languages of its columns in
            order, and the split that it is; None: of the source words (the English ones, or those of the first column) 2 in 7 are held out.
    Raises:
        IsoglossError: no file, or one that cannot be read.
    """
    if not files:
        raise IsoglossError(f"dictionary {pair}", "has no file for this pair", "", "Give one in `files`, or leave the pair out")
    counts: Counter[tuple[str, str]] = Counter()
    splits: dict[tuple[str, str], str] = {}
    for *words, count, split in (found for file in files for found in _entries_of(file, parse_pair(pair))):
        key = words[0], words[1]
        counts[key] += count
        splits[key] = HELD_OUT if HELD_OUT in (split, splits.get(key)) else TRAIN  # what measures is not learnt
    scored = zip(counts.items(), probabilities(counts), strict=True)
    return write_dictionary(pair, (Entry(*key, count, *p, splits[key]) for (key, count), p in scored), out)


def _entries_of(file: Mapping[str, Any], languages: Sequence[str]) -> Iterator[tuple[str, str, int, str]]:
    swapped, source = list(file["languages"]) != list(languages), split_side(file["languages"])
    for *words, count in READERS[file.get("format", "tsv")](Path(file["path"]), file["languages"]):
        src, tgt = words[::-1] if swapped else words
        yield src, tgt, count, file["split"] or split_of(words[source])


def read_word_list(path: Path) -> Iterator[tuple[str, str]]:
    """The normalised entries of a file with one `word TAB word` or `word word` a line, as MUSE's; blank lines are skipped."""
    for number, line in enumerate(read_lines(path), 1):
        cells = [normalise(cell) for cell in (line.split("\t") if "\t" in line else line.split())]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):
            allowed = "two, parted by a tab or, if both are one word, a space"
            raise IsoglossError(
                f"{path} line {number}", f"{len([c for c in cells if c])} words in `{line[:60]}`", allowed, "Correct the line"
            )
        yield cells[0], cells[1]


def _once_each(path: Path, languages: Sequence[str]) -> Iterator[Translation]:
    return ((first, second, 1) for first, second in read_word_list(path))


def _panlex(path: Path, languages: Sequence[str]) -> Iterator[Translation]:
    from .panlex import read_panlex  # needs numpy, which who plans the workflow does not

    return read_panlex(path, languages)


READERS: dict[str, Callable[[Path, Sequence[str]], Iterator[Translation]]] = {"tsv": _once_each, "panlex": _panlex}
