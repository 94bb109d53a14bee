"""The dictionary artifact: its entries, their probabilities and their split."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ..artifacts import ParquetWriter, iter_parquet, read_parquet_summary
from ..clean import hash64
from ..languages import base_language

TRAIN, HELD_OUT = "train", "held_out"

Summary = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation, `count` times seen; each p is count / all of the word that is given; `split` is TRAIN or HELD_OUT."""

    src: str
    tgt: str
    count: int
    p_tgt_given_src: float
    p_src_given_tgt: float
    split: str


class Dictionary(list[Entry]):
    """The entries of a pair, in the order of their files (by frequency, where these are); `sha256`: of the content, for lineage."""

    sha256: str


def read_dictionary(path: str | Path) -> Dictionary:
    """Read a dictionary artifact. Raises IsoglossError if it is absent, damaged, foreign or of another version."""
    found = Dictionary(Entry(*row) for row in iter_parquet(path, "dictionary"))
    found.sha256 = read_parquet_summary(path, "dictionary")["sha256"]
    return found


def write_dictionary(pair: str, entries: Iterable[Entry], out: Path, **about: Any) -> Summary:
    """Write dictionaries/{name}/{pair}.parquet and return its summary: entries per split, and `about`."""
    splits = {TRAIN: 0, HELD_OUT: 0}
    with ParquetWriter(out, "dictionary") as writer:
        for entry in entries:
            writer.append(astuple(entry))
            splits[entry.split] += 1
        writer.summary = {"splits": splits, **about}
    if not writer.rows:
        logging.getLogger(__name__).warning("the dictionary of %s is empty", pair)
    return writer.summary


def probabilities(counts: Mapping[tuple[str, str], int]) -> Iterable[tuple[float, float]]:
    """(p(target | source), p(source | target)) of each counted pair, in order: its share of all pairs of the word that is given."""
    totals: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for words, count in counts.items():
        for total, word in zip(totals, words, strict=True):
            total[word] += count
    return ((count / totals[0][src], count / totals[1][tgt]) for (src, tgt), count in counts.items())


def split_of(source: str) -> str:
    """2 in 7 words are held out, as in MUSE; which, is decided by a hash, so that it is the same in every file and pair."""
    return HELD_OUT if hash64(f"dictionary\t{source.casefold()}") % 7 < 2 else TRAIN


def split_side(languages: Sequence[str]) -> int:
    """Whose words decide the split: the English ones, or those of the first language."""
    return [*map(base_language, languages), "en"].index("en") % len(languages)
