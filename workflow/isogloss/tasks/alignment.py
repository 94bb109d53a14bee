"""Word alignment of sentence pairs with English, against links that people made.

Source: a set per pair and split, `{pair}.tsv` or another format of `gold_links.py`. A pair is two codes, in the order of the sides of the file:
`en-es`, `es-en`, or as published `enfr`, `zhen`. A split stands after it, `en-es.dev.tsv`; without one all of it is test.

    en-es.test.tsv  en-es.dev.tsv            zhen.src-tgt  zhen.gold
    en-fr.en  en-fr.fr  en-fr.wa.nonullalign
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..errors import IsoglossError
from ..languages import LANGUAGES, parse_language
from . import UNTRAINED, Files, Published, Record, Task
from .gold_links import FORMATS, Link, LinkedPair, link_format, read_linked
from .published import files_under

NAME = re.compile(r"(?:([a-z]{2,3})-([a-z]{2,3})|([a-z]{2})([a-z]{2}))(?:\.(dev|test))?")


class _Set(NamedTuple):
    """What the name of a file of links says."""

    languages: list[str]  # of the sides, in order
    lang: str  # the one that is not English
    split: str
    files: tuple[Path, ...]


def find(sources: Sequence[Path]) -> Mapping[tuple[str, str], Published]:
    """The files of each pair with English and split. Raises IsoglossError where two sets are of the same."""
    found: dict[tuple[str, str], _Set] = {}
    for named in filter(None, map(_named, files_under(sources))):
        other = found.setdefault((named.lang, named.split), named)
        if other.files[-1].resolve() != named.files[-1].resolve():
            given = f"is of the same pair and split as {other.files[-1]}"
            raise IsoglossError(str(named.files[-1]), given, "one set for each", "Remove one of them")
    return {key: Published(named.files, partial(read, named.languages)) for key, named in found.items()}


def _named(path: Path) -> _Set | None:
    suffix = link_format(path.name) or ""
    stem = path.name.removesuffix(suffix)
    match = NAME.fullmatch(stem)
    if not suffix or not match:
        return None
    src, tgt = codes = match.group(1, 2) if match[1] else match.group(3, 4)
    languages = [parse_language(code) for code in codes]
    if languages.count(TASK.source_language) != 1:
        return None
    sentences = [path.with_name(stem + name.format(src=src, tgt=tgt)) for name in FORMATS[suffix].sentences]
    (lang,) = set(languages) - {TASK.source_language}
    return _Set(languages, lang, match[5] or "test", (*sentences, path))


def read(languages: list[str], files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, src, tgt, sure, possible} a pair: tokens, and links [i, j] between token i of `src` and j of `tgt`, from 0.

    `languages` are those of the sides of the files. `src` of a record is the language whose code comes first in the alphabet; `possible`
    holds the sure links too. Raises IsoglossError naming file and line.
    """
    for number, pair in enumerate(read_linked(files)):
        src, tgt, sure, possible = pair if languages == sorted(languages) else _turned(pair)
        yield {"id": f"{lang}-{split}-{number}", "src": src, "tgt": tgt, "sure": _listed(sure), "possible": _listed(possible)}


def _turned(pair: LinkedPair) -> LinkedPair:
    sure, possible = (sorted((j, i) for i, j in links) for links in (pair.sure, pair.possible))
    return LinkedPair(pair.tgt, pair.src, sure, possible)


def _listed(links: list[Link]) -> list[list[int]]:
    return [list(link) for link in links]


TASK = Task(
    name="alignment",
    title="Word alignment",
    kind="align",
    settings=(UNTRAINED,),
    languages=tuple(lang for lang in LANGUAGES if lang != "en"),
    metrics={
        "f1": "F1 of word links: harmonic mean of precision and recall",
        "precision": "predicted links that people call possible",
        "recall": "links that people call sure, and are predicted",
        "aer": "alignment error rate (Och and Ney 2003)",
    },
    lower=frozenset({"aer"}),
    find=find,
    source_in_average=False,
)
