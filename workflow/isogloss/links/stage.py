"""Stage: bitext + where the links come from -> links, row by row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ..aligners.contract import LAST_WORD, Candidates
from ..aligners.symmetrise import symmetrise
from ..artifacts import ParquetWriter, iter_parquet, read_parquet_summary
from ..corpora.transforms.sentences import words
from ..dictionaries import read_dictionary
from ..errors import IsoglossError
from ..languages import parse_pair
from .files import FileLinks
from .hits import DictionaryHits
from .units import Points, Sides, Units

Summary = dict[str, Any]
Found = Points | str  # links, or the reason why there are none


class Aligner(Protocol):
    """Where links come from: the links of a row, given its normalised texts and their words; or the reason why it has none."""

    def __call__(self, texts: tuple[str, str], sides: Sides) -> Found: ...


def make_links(
    pair: str, bitext: Path, spec: Mapping[str, Any], out: Path, dictionary: Path | None = None, alignments: Path | None = None
) -> Summary:
    """Write links/{aligner}/{pair}.parquet and return its summary.

    Args:
        bitext: the bitext artifact of the pair.
        spec: {aligner: "gold" or "pharaoh", sources: [...]} (files.py), {aligner: "dictionary", once}, or {symmetrise, threshold}.
        dictionary: the dictionary artifact of the pair, for the aligner `dictionary`.
        alignments: what an aligner found in the bitext, to be symmetrised.
    Raises:
        IsoglossError: no links for this pair, a damaged file of links, or alignments of another text.
    """
    languages = parse_pair(pair)
    rows = read_parquet_summary(bitext, "bitext")["rows"]
    align = _symmetrised(alignments, rows, spec) if alignments else _aligner(pair, spec, dictionary)
    counted = (sides for _, sides in _rows(bitext, languages))
    return write_links(out, languages, counted, ((sides, align(texts, sides)) for texts, sides in _rows(bitext, languages)))


def _symmetrised(alignments: Path, rows: int, spec: Mapping[str, Any]) -> Aligner:
    found = read_parquet_summary(alignments, "alignments")["rows"]
    if found != rows:
        raise IsoglossError(str(alignments), f"has {found} rows, and the bitext {rows}", "row k aligns row k", "Align the bitext again")
    candidates = iter_parquet(alignments, "alignments")

    def align(texts: tuple[str, str], sides: Sides) -> Found:
        row = Candidates(*next(candidates))
        if not all(sides):
            return "no words"
        return symmetrise(row, spec["symmetrise"], spec["threshold"]) if row.src else "unaligned"

    return align


def _aligner(pair: str, spec: Mapping[str, Any], dictionary: Path | None) -> Aligner:
    where, languages = f"links {pair}", parse_pair(pair)
    if spec["aligner"] == "dictionary":
        if dictionary is None:
            raise IsoglossError(where, "no dictionary was given", "the dictionary artifact of the pair", "Give it as --dictionary")
        return DictionaryHits(languages, read_dictionary(dictionary), once=spec["once"])
    if not spec["sources"]:
        raise IsoglossError(where, "the aligner has no links for this pair", "", "Give it a file for the pair, or leave the pair out")
    return FileLinks(languages, spec["sources"])


def _rows(bitext: Path, languages: Sequence[str]) -> Iterator[tuple[tuple[str, str], Sides]]:
    for src, tgt, _ in iter_parquet(bitext, "bitext"):
        yield (src, tgt), (words(src, languages[0]), words(tgt, languages[1]))


def write_links(
    out: Path, languages: Sequence[str], counted: Iterable[Sides], rows: Iterable[tuple[Sides, Found]], **about: Any
) -> Summary:
    """Write a links artifact and return its summary: links, units, rows with links and, by reason, rows without.

    Args:
        counted: the words of all rows, from which the stop words follow.
        rows: the words of each row and its links, or the reason why it has none.
        about: what else the summary should tell.
    """
    units, unlinked = Units(languages, counted), Counter[str]()
    linked = links = found_units = 0
    with ParquetWriter(out, "links") as writer:
        for sides, found in rows:
            points, reason = _checked(found)
            pieces = units.of(points, sides)
            writer.append(([i for i, _ in points], [j for _, j in points], [place for unit in pieces for place in unit]))
            linked, links, found_units = linked + bool(points), links + len(points), found_units + len(pieces)
            unlinked.update([reason] if reason else [])
        writer.summary = {"linked": linked, "unlinked": dict(sorted(unlinked.items())), "links": links, "units": found_units, **about}
    return writer.summary


def _checked(found: Found) -> tuple[list[tuple[int, int]], str | None]:
    """Links in order, each once, or none and why."""
    if isinstance(found, str):
        return [], found
    points = sorted(set(found))
    if any(place > LAST_WORD for point in points for place in point):
        return [], "length"
    return points, None if points else "empty"
