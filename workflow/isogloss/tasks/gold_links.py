"""Sentence pairs with human word links, in the formats in which they are published. The name of the file of links declares the format:

    X.tsv      a line per pair, `tokens TAB tokens TAB links`, counted from 0 (XL-WA)
    X.gold     a line of links, counted from 1, per line of X.src-tgt, which is `tokens ||| tokens` (awesome-align)
    X.pharaoh  the same, counted from 0
    X.wa       a line per link, `sentence i j`, then S or P if it says so, counted from 1; the sentences are in two files, in plain lines or as
               `<s snum=1> tokens </s>` (HLT-NAACL 2003 and ACL 2005 shared tasks); also X.wa.nonullalign and X.wa.nullalign

In the first three `i-j` is a sure link, `ipj` and `i?j` are possible ones. Whether a file counts from 0 or 1 is never guessed; only in the
last one 0 stands for the NULL word, and links with it are left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import IsoglossError
from . import read_lines

Link = tuple[int, int]
Line = tuple[int, str]  # number from 1, text

_ITEM = re.compile(r"([0-9]+)([-p?])([0-9]+)")
_SGML = re.compile(r'\s*<s\s+snum="?([0-9]+)"?\s*>(.*)</s>\s*', re.IGNORECASE)
_NAACL = re.compile(r"\s*([0-9]+)\s+([0-9]+)\s+([0-9]+)(?:\s+([SP]))?(?:\s+[0-9.]+)?\s*")  # the last one is a confidence


class LinkedPair(NamedTuple):
    """Tokens of both sides, and the links between them, from 0, sorted, each once; every sure link is also possible."""

    src: list[str]
    tgt: list[str]
    sure: list[Link]
    possible: list[Link]


def link_format(name: str) -> str | None:
    """The suffix by which the name of a file says that it holds gold links: a key of `FORMATS`."""
    return next((suffix for suffix in FORMATS if name.endswith(suffix)), None)


def read_linked(files: Sequence[Path]) -> list[LinkedPair]:
    """All pairs of the files of one set: its sentences, source first, then its links.

    Raises:
        IsoglossError: names that are of no format, files of different lengths, and damage, with file and line.
    """
    suffix = link_format(files[-1].name) if files else None
    if suffix is None or len(files) != len(FORMATS[suffix].sentences) + 1:
        given = f"{' '.join(path.name for path in files) or 'no file'} is no set of gold links"
        allowed = "expected X.tsv, X.src-tgt X.gold, X.src-tgt X.pharaoh, or SOURCE TARGET X.wa"
        raise IsoglossError("gold links", given, allowed, "Name the files so, sentences first")
    return list(FORMATS[suffix].read(*files))


# ---------------------------------------------------------------------------------------------------------------- formats


def _read_tsv(path: Path) -> Iterator[LinkedPair]:
    for number, line in read_lines(path):
        if line.strip(" "):
            where, columns = f"{path} line {number}", line.split("\t")
            if len(columns) != 3:
                raise IsoglossError(where, f"has {len(columns)} columns", "expected tokens TAB tokens TAB links", "Correct the line")
            source, target, links = columns
            yield _pair(source, target, _items(links, where), 0, where)


def _read_gold(sentences: Path, links: Path) -> Iterator[LinkedPair]:
    return _read_line_by_line(sentences, links, first=1)


def _read_pharaoh(sentences: Path, links: Path) -> Iterator[LinkedPair]:
    return _read_line_by_line(sentences, links, first=0)


def _read_line_by_line(sentences: Path, links: Path, first: int) -> Iterator[LinkedPair]:
    for (number, text), (_, line) in zip(*_in_step(sentences, links), strict=False):
        where, sides = f"{sentences} line {number}", text.split("|||")
        if len(sides) != 2:
            raise IsoglossError(where, f"has {len(sides)} sides", "expected `tokens ||| tokens`", "Correct the line")
        yield _pair(sides[0], sides[1], _items(line, f"{links} line {number}"), first, where)


def _read_naacl(source: Path, target: Path, links: Path) -> Iterator[LinkedPair]:
    sides = _numbered(source), _numbered(target)
    for path, one, other in ((source, *sides), (target, *sides[::-1])):
        if alone := one.keys() - other.keys():
            given = f"has sentence {min(alone)}, which the other side lacks"
            raise IsoglossError(str(path), given, f"{source.name} and {target.name} hold the same sentences", "Restore both files")
    items: dict[int, list[_Item]] = {sentence: [] for sentence in sides[0]}
    for number, line in _without_end(read_lines(links)):
        where, match = f"{links} line {number}", _NAACL.fullmatch(line)
        if not match:
            raise IsoglossError(where, f"`{line[:40]}` is no link", "`sentence i j`, then S or P if it says so", "Correct the line")
        sentence, i, j = map(int, match.group(1, 2, 3))
        if sentence not in items:
            raise IsoglossError(where, f"there is no sentence {sentence}", f"those of {source.name}", "Give the sentences that were linked")
        if i and j:
            items[sentence].append(_Item(i, j, match[4] != "P", where))
    for sentence, text in sides[0].items():
        yield _pair(text, sides[1][sentence], items[sentence], 1, f"{source} sentence {sentence}")


def _numbered(path: Path) -> dict[int, str]:
    """{number: text} of the sentences of one side; those of plain lines count from 1."""
    lines = _without_end(read_lines(path))
    if not lines or not _SGML.fullmatch(lines[0][1]):
        return dict(lines)
    found: dict[int, str] = {}
    for number, line in lines:
        match = _SGML.fullmatch(line)
        if not match or int(match[1]) in found:
            given = f"`{line[:40]}` {'repeats a sentence' if match else 'is no sentence'}"
            raise IsoglossError(f"{path} line {number}", given, "`<s snum=NUMBER> tokens </s>`, each number once", "Correct the line")
        found[int(match[1])] = match[2]
    return found


def _in_step(sentences: Path, links: Path) -> tuple[list[Line], list[Line]]:
    """The lines of both files, in step; a blank one is a pair without links. Raises IsoglossError for other lengths."""
    texts, lines = _without_end(read_lines(sentences)), list(read_lines(links))
    if not len(_without_end(lines)) <= len(texts) <= len(lines):
        given = f"has {len(lines)} lines, but {sentences.name} has {len(texts)}"
        raise IsoglossError(str(links), given, "a line of links per pair of sentences", "Restore both files")
    return texts, lines[: len(texts)]


def _without_end(lines: Iterable[Line]) -> list[Line]:
    """The lines without the blank ones at the end."""
    found = list(lines)
    while found and not found[-1][1].strip():
        found.pop()
    return found


@dataclass(frozen=True)
class Format:
    """What the files of the sentences are called after X (by the codes of the sides, where each has one), and the reader of all files."""

    sentences: tuple[str, ...]
    read: Callable[..., Iterator[LinkedPair]]


FORMATS = {
    ".tsv": Format((), _read_tsv),
    ".gold": Format((".src-tgt",), _read_gold),
    ".pharaoh": Format((".src-tgt",), _read_pharaoh),
    ".wa": Format((".{src}", ".{tgt}"), _read_naacl),
    ".wa.nonullalign": Format((".{src}", ".{tgt}"), _read_naacl),
    ".wa.nullalign": Format((".{src}", ".{tgt}"), _read_naacl),
}

# ------------------------------------------------------------------------------------------------------------------ links


class _Item(NamedTuple):
    """A link as a file has it."""

    i: int
    j: int
    sure: bool
    where: str


def _items(line: str, where: str) -> list[_Item]:
    """The links of a line. Raises IsoglossError naming what is none."""
    found = []
    for item in line.split():
        match = _ITEM.fullmatch(item)
        if not match:
            raise IsoglossError(where, f"`{item}` is no link", "`i-j` (sure), `ipj` or `i?j` (possible)", "Correct the line")
        found.append(_Item(int(match[1]), int(match[3]), match[2] == "-", where))
    return found


def _pair(source: str, target: str, items: Iterable[_Item], first: int, where: str) -> LinkedPair:
    """`first` is the number of the first token: 0 or 1."""
    src, tgt = source.split(), target.split()
    if not src or not tgt:
        raise IsoglossError(where, "has a side without tokens", "a sentence on both sides", "Restore it, or delete the pair and its links")
    links = [(_link(item, (len(src), len(tgt)), first), item.sure) for item in items]
    return LinkedPair(src, tgt, sorted({link for link, sure in links if sure}), sorted({link for link, _ in links}))


def _link(item: _Item, sizes: tuple[int, int], first: int) -> Link:
    """The link counted from 0. Raises IsoglossError where there is no such token."""
    i, j = item.i - first, item.j - first
    if min(i, j) < 0:
        given = f"links token {item.i} with {item.j}, but this format counts from 1"
        raise IsoglossError(item.where, given, "", "Correct the line, or name the file X.pharaoh if all of it counts from 0")
    if i >= sizes[0] or j >= sizes[1]:
        given = f"links token {item.i} with {item.j}"
        allowed = f"the sides have {sizes[0]} and {sizes[1]} tokens, counted from {first}"
        raise IsoglossError(item.where, given, allowed, "Give the sentences that were linked, source first, or correct the line")
    return i, j


def read_links(line: str, sizes: tuple[int, int], where: str) -> list[Link]:
    """The links `i-j` of a line of predictions, from 0, between sides of so many tokens. Raises IsoglossError; nothing is merely possible."""
    items = _items(line, where)
    if not all(item.sure for item in items):
        raise IsoglossError(where, "holds possible links", "`i-j` only: an aligner says what it links", "Leave them out, or write them so")
    return [_link(item, sizes, 0) for item in items]
