"""Stage: word lists, or the dictionary of the bases -> one dictionary per pair.

    dictionaries/{name}/{pair}.parquet    src, tgt (src in the first language of the pair), count, p = p(tgt | src), split

`train` entries may be learnt from; `held_out` ones are for measuring, and no source word has entries in both where the split is made here.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .artifacts import ParquetWriter, iter_parquet, read_parquet_summary
from .clean import hash64, normalise
from .corpora.open_text import read_lines
from .corpora.transforms import Derived, Transform, has_step
from .corpora.transforms.sentences import join, words
from .errors import IsoglossError
from .languages import base_language, parse_pair

TRAIN, HELD_OUT = "train", "held_out"
MOST = 20_000  # word types of a dictionary between a language and its image

Summary = dict[str, Any]
Found = tuple[str, str, int, str]  # source, target, count, split


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation: `count` times seen, `p` = count / all of src, `split` "train" or "held_out"."""

    src: str
    tgt: str
    count: int
    p: float
    split: str


class Dictionary(list[Entry]):
    """The entries of a pair, in the order of their files (by frequency, where these are); `sha256`: of the content, for lineage."""

    sha256: str


def read_dictionary(path: str | Path) -> Dictionary:
    """Read a dictionary artifact. Raises IsoglossError if it is absent, damaged, foreign or of another version."""
    found = Dictionary(Entry(*row) for row in iter_parquet(path, "dictionary"))
    found.sha256 = read_parquet_summary(path, "dictionary")["sha256"]
    return found


def make_dictionary(pair: str, files: Sequence[Mapping[str, Any]], out: Path) -> Summary:
    """Write dictionaries/{name}/{pair}.parquet and return its summary.

    Args:
        files: mappings {path, languages, split}: a file of two columns, their languages in order, and the split that it is; None:
            of the source words (the English ones, or those of the first column) 2 in 7 are held out.
    Raises:
        IsoglossError: no file, or a line that is not two words.
    """
    if not files:
        raise IsoglossError(f"dictionary {pair}", "has no file for this pair", "", "Give one in `files`, or leave the pair out")
    return _write(pair, (entry for file in files for entry in _entries_of(file, parse_pair(pair))), out)


def make_derived_dictionary(pair: str, source: Path, derived: Derived, out: Path) -> Summary:
    """Write the dictionary of a pair with derived languages and return its summary; of all steps only `script` changes a word.

    Args:
        source: the dictionary of the bases; where both languages have the same base its mono artifact, whose most frequent words are
            translated by their images.
    """
    languages = parse_pair(pair)
    images = [_Image(lang, derived) for lang in languages]
    same = len(set(map(base_language, languages))) == 1
    known = _frequent_words(source, languages[0]) if same else ((e.src, e.tgt, e.count, e.split) for e in read_dictionary(source))
    found = ((images[0](src), images[1](tgt), count, split) for src, tgt, count, split in known)
    return _write(pair, found, out, derived={lang: steps for lang, steps in derived.items() if lang in languages})


def _write(pair: str, found: Iterable[Found], out: Path, **about: Any) -> Summary:
    counts: Counter[tuple[str, str]] = Counter()
    splits: dict[tuple[str, str], str] = {}
    for src, tgt, count, split in found:
        counts[src, tgt] += count
        splits[src, tgt] = HELD_OUT if HELD_OUT in (split, splits.get((src, tgt))) else TRAIN  # what measures is not learnt
    totals: Counter[str] = Counter()
    for (src, _), count in counts.items():
        totals[src] += count
    if not counts:
        logging.getLogger(__name__).warning("the dictionary of %s is empty", pair)
    with ParquetWriter(out, "dictionary") as writer:
        for (src, tgt), count in counts.items():
            writer.append((src, tgt, count, count / totals[src], splits[src, tgt]))
        writer.summary = {"splits": {split: list(splits.values()).count(split) for split in (TRAIN, HELD_OUT)}, **about}
    return writer.summary


# ------------------------------------------------------------------------------------------------------------- word lists


def _entries_of(file: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Found]:
    swapped = list(file["languages"]) != list(languages)
    source = file["languages"].index("en") if "en" in file["languages"] else 0
    for row in read_word_list(Path(file["path"])):
        split = file["split"] or split_of(row[source])
        src, tgt = row[::-1] if swapped else row
        yield src, tgt, 1, split


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


def split_of(source: str) -> str:
    """2 in 7 words are held out, as in MUSE; which, is decided by a hash, so that it is the same in every file and pair."""
    return HELD_OUT if hash64(f"dictionary\t{source.casefold()}") % 7 < 2 else TRAIN


# -------------------------------------------------------------------------------------------------------- derived languages


class _Image:
    """A word of the base as a language writes it."""

    def __init__(self, lang: str, derived: Derived) -> None:
        self.lang = lang
        self._transform = Transform([step for step in derived.get(lang, ()) if has_step([step], "script")])

    def __call__(self, word: str) -> str:
        made, _ = self._transform(words(word, self.lang))
        return word if not self._transform.steps else join(made, self.lang)


def _frequent_words(mono: Path, lang: str) -> Iterator[Found]:
    counts = Counter(word for text, _ in iter_parquet(mono, "mono") for word in words(text, lang))
    frequent = sorted((-count, word) for word, count in counts.items() if any(map(str.isalpha, word)))
    for count, word in frequent[:MOST]:
        yield word, word, -count, split_of(word)
