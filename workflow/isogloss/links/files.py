"""Links from files, in Pharaoh format: a line per row of a corpus, `i-j` for token i of the one side and j of the other, from 0.

Links count in tokens, and what was tokenised is the text as it was before it was cleaned. So the rows of the bitext are found by
their normalised texts, and tokens become words by the characters that they spell:

    tokens   Don 't go !        words   Don't go !        link 1-0 -> word 0
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..clean import hash64, normalise
from ..corpora import Row
from ..corpora.open_text import read_lines
from ..errors import IsoglossError
from ..languages import split_words
from ..text import read_corpus
from .units import Points, Sides

Source = Mapping[str, Any]
Tokens = tuple[list[str], list[str]]


class FileLinks:
    """The links of all rows of some corpora, by the texts of the row; of equal rows the first one counts, as in cleaning.

    Args:
        languages: of the pair, in alphabetical order.
        sources: mappings {corpus, languages, links, tokens}: a corpus as in text.py, the languages in the order of the links, the
            file of the links, and that of the tokens (`src TAB tgt` or `src ||| tgt`) or None: what stands between spaces.
    Raises:
        IsoglossError: a file is damaged, has not a line per row, or a link points to no token.
    """

    def __init__(self, languages: Sequence[str], sources: Sequence[Source]) -> None:
        self._found: dict[int, bytes | str] = {}  # 8 bytes a link: millions of rows stay in memory
        for source in sources:
            swapped = list(source["languages"]) != list(languages)
            for row, tokens, points in _rows_of(source):
                texts = tuple(map(normalise, row))
                key = _key(texts[::-1] if swapped else texts)
                if key not in self._found:
                    self._found[key] = _packed(texts, tokens, points, source["languages"], swapped)

    def __call__(self, texts: tuple[str, str], sides: Sides) -> Points | str:
        found = self._found.get(_key(texts), "absent")
        if isinstance(found, str):
            return found
        places = array("I", found)
        return list(zip(places[::2], places[1::2], strict=True))


def _key(texts: Sequence[str]) -> int:
    return hash64("\t".join(texts))  # normalised text holds no tab


def _packed(texts: Sequence[str], tokens: Tokens, points: Points, languages: Sequence[str], swapped: bool) -> bytes | str:
    """Links between words, flat, source first; "spelling" where the tokens are not those of the text."""
    sides = [token_words(*side) for side in zip(tokens, texts, languages, strict=True)]
    if None in sides:
        return "spelling"
    source, target = sides
    linked = {(v, w) if not swapped else (w, v) for i, j in points for v in source[i] for w in target[j]}  # type: ignore[index]
    return array("I", [place for point in sorted(linked) for place in point]).tobytes()


def token_words(tokens: Sequence[str], text: str, lang: str) -> list[range] | None:
    """For each token the words of a normalised text that it overlaps; None where the tokens do not spell the text."""
    pieces = [normalise(token).replace(" ", "") for token in tokens]
    if "".join(pieces) != text.replace(" ", ""):
        return None
    word_of = [k for k, (start, end) in enumerate(split_words(text, lang)) for _ in range(start, end)]
    found, start = [], 0
    for piece in pieces:
        covered = word_of[start : start + len(piece)]
        found.append(range(covered[0], covered[-1] + 1) if covered else range(0))
        start += len(piece)
    return found


# ---------------------------------------------------------------------------------------------------------------- reading


def _rows_of(source: Source) -> Iterator[tuple[tuple[str, str], Tokens, Points]]:
    """(texts, tokens, links) of every row of a corpus that has both sides, in the direction of the links."""
    rows = read_corpus(source["corpus"], source["languages"])
    files = [Path(source[key]) for key in ("links", "tokens") if source[key]]
    for number, (row, *lines) in enumerate(_in_step(source["corpus"]["id"], rows, files), 1):
        where = [f"{file} line {number}" for file in files]
        points, whole = parse_links(lines[0], where[0]), len(row) == 2 and None not in row
        if len(lines) == 2:
            tokens = parse_tokens(lines[1], where[1])
        elif whole:
            tokens = row[0].split(), row[1].split()  # type: ignore[union-attr]
        else:
            continue
        _check_range(points, tokens, where[0])
        if whole:
            yield row, tokens, points  # type: ignore[misc]


def _in_step(corpus: str, rows: Iterator[Row], files: Sequence[Path]) -> Iterator[tuple[Any, ...]]:
    """(row, the same line of each file). Raises IsoglossError naming a file that is not as long as the corpus."""
    for row, *lines in zip_longest(rows, *map(read_lines, files)):
        for file, line in zip(files, lines, strict=True):
            if (row is None) != (line is None):
                given = f"{'more' if row is None else 'fewer'} lines than the corpus `{corpus}` has rows"
                raise IsoglossError(str(file), given, "a line per row of the corpus", "Give the whole file that was made of this corpus")
        yield row, *lines


def parse_tokens(line: str, where: str) -> Tokens:
    """The tokens of both sides of a pair. Raises IsoglossError for a line without two sides."""
    sides = line.split("\t") if "\t" in line else line.split("|||")
    if len(sides) != 2:
        raise IsoglossError(where, f"{len(sides)} columns", "the tokens of both sides, `src TAB tgt` or `src ||| tgt`", "Correct the line")
    return sides[0].split(), sides[1].split()


def parse_links(line: str, where: str) -> list[tuple[int, int]]:
    """The links of a line, as they stand there. Raises IsoglossError naming what is no `i-j`."""
    found = []
    for item in line.split():
        i, _, j = item.partition("-")
        if not (i.isascii() and i.isdecimal() and j.isascii() and j.isdecimal()):
            raise IsoglossError(where, f"`{item}` is no link", "`i-j` with two numbers from 0", "Correct the line")
        found.append((int(i), int(j)))
    return found


def _check_range(points: Points, tokens: Tokens, where: str) -> None:
    sizes = len(tokens[0]), len(tokens[1])
    for i, j in points:
        if i >= sizes[0] or j >= sizes[1]:
            allowed = f"the sides have {sizes[0]} and {sizes[1]} tokens, counted from 0"
            raise IsoglossError(
                where, f"`{i}-{j}` points to no token", allowed, "Give the `tokens` that the links count in, or turn the key of the file"
            )
