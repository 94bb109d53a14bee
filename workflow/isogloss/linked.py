"""A bitext read beside its links: what the induced dictionary and the word-positioned samples are made of."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .artifacts import iter_parquet, read_parquet_summary
from .errors import IsoglossError
from .languages import parse_pair, split_words

Unit = tuple[int, int, int, int]  # (src_first, src_last, tgt_first, tgt_last), inclusive


class LinkedRow(NamedTuple):
    """A pair of texts; words: the character spans of each side's words; links and units as in links/__init__.py."""

    texts: tuple[str, str]
    words: tuple[list[tuple[int, int]], list[tuple[int, int]]]
    links: list[tuple[int, int]]
    units: list[Unit]

    def span(self, side: int, first: int, last: int) -> tuple[int, int]:
        """The characters [start, end) of the words `first` to `last` of a side."""
        return self.words[side][first][0], self.words[side][last][1]

    def text(self, side: int, first: int, last: int) -> str:
        """What these words are in the text."""
        start, end = self.span(side, first, last)
        return self.texts[side][start:end]


def read_linked(pair: str, bitext: Path, links: Path) -> Iterator[LinkedRow]:
    """Stream the rows of a bitext artifact with their links. Raises IsoglossError where the links are those of another text."""
    languages = parse_pair(pair)
    check_rows(links, bitext)
    rows = zip(iter_parquet(bitext, "bitext"), iter_parquet(links, "links"), strict=True)
    for number, ((*texts, _), (src, tgt, units)) in enumerate(rows):
        words = tuple(split_words(text, lang) for text, lang in zip(texts, languages, strict=True))
        _check(links, number, (src, tgt), words)
        yield LinkedRow(tuple(texts), words, list(zip(src, tgt, strict=True)), list(zip(*[iter(units)] * 4, strict=True)))  # type: ignore[arg-type]


def check_rows(links: Path, bitext: Path) -> None:
    """Raises IsoglossError where links are not as many as the rows of a bitext."""
    if read_parquet_summary(links, "links")["rows"] != read_parquet_summary(bitext, "bitext")["rows"]:
        raise IsoglossError(str(links), f"has other rows than {bitext}", "row k aligns row k", "Make the links again")


def _check(links: Path, number: int, places: Sequence[Sequence[int]], words: Sequence[Sequence]) -> None:
    """Units consist of linked words, so that the links are in range is enough."""
    for side, here in zip(places, words, strict=True):
        if max(side, default=-1) >= len(here):
            given = f"row {number} links word {max(side)} of a side of {len(here)} words"
            raise IsoglossError(str(links), given, "row k aligns row k", "Make the links again")
