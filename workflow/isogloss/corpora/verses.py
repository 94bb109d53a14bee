"""`verses`: line-aligned files of bibles and the like, line k the same verse everywhere. Blank = missing; `<range>` = merged.

A translator may put verses 14 and 15 into one sentence: the file then has the text at 14 and `<range>` at 15. What the other
languages say at 14 and 15 must be joined for the rows to stay translations of each other:

    line   tr            en               row
    14     "A ve B"      "A,"             ("A ve B", "A, and B.")
    15     <range>       "and B."

So a unit is a line and every `<range>` line below it, in any language asked for. A side that is blank anywhere in the unit
says less than the others and is missing (None) as a whole. One row per unit.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..languages import joiner
from .lines import read as read_aligned

RANGE = "<range>"


def read(paths: Sequence[Path], languages: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    """Stream one row per unit. Raises IsoglossError (at the end) if the files are of different length."""
    joiners = [joiner(lang) for lang in languages]
    unit: list[tuple[str, ...]] = []
    for line in read_aligned(paths, languages):
        line = tuple(text.strip() for text in line)
        if unit and RANGE not in line:
            yield _row(unit, joiners)
            unit = []
        unit.append(line)
    if unit:
        yield _row(unit, joiners)


def _row(unit: list[tuple[str, ...]], joiners: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(_side(texts, between) for texts, between in zip(zip(*unit, strict=True), joiners, strict=True))


def _side(texts: tuple[str, ...], between: str) -> str | None:
    if "" in texts or texts[0] == RANGE:  # a first <range> has no line above it to be merged into
        return None
    return between.join(text for text in texts if text != RANGE)
