"""Treebanks of Universal Dependencies: CoNLL-U, and its multi-word tokens fused as XTREME does it.

A multi-word token (`1-2 du`, of `de` and `le`) becomes one token with the form of the range and the tag of the head of its span.
Empty nodes (`8.1`) are left out.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import IsoglossError
from ..languages import base_language
from . import read_lines
from .tagged import Token, check_tag

# What is the head where several nodes of a span are nearest to the root: the first of these, by language (ud-conversion-tools).
PRECEDENCE = {
    "es": "VERB AUX PRON ADP DET".split(),
    "fr": "VERB AUX PRON NOUN ADJ ADV ADP DET PART SCONJ CONJ".split(),
    "it": "VERB AUX ADV PRON ADP DET INTJ".split(),
}
DEFAULT = "VERB NOUN PROPN PRON ADJ NUM ADV INTJ AUX ADP DET PART CCONJ SCONJ X PUNCT".split()

_ID = re.compile(r"([0-9]+)(?:-([0-9]+)|\.[0-9]+)?")


class Word(NamedTuple):
    """A syntactic word."""

    form: str
    tag: str
    head: int  # 0: the root


class Sentence(NamedTuple):
    """Words by number from 1, and the multi-word tokens: (first word, last word, form)."""

    words: dict[int, Word]
    ranges: list[tuple[int, int, str]]


def fused_sentences(path: Path, lang: str, tags: Collection[str]) -> Iterator[list[Token]]:
    """Yield [(form, tag), ...] a sentence. Raises IsoglossError naming file and line."""
    precedence = PRECEDENCE.get(base_language(lang), DEFAULT)
    return (fused(sentence, precedence) for sentence in read_treebank(path, tags))


def fused(sentence: Sentence, precedence: Sequence[str]) -> list[Token]:
    """The tokens of the surface, in order."""
    words, tokens = sentence.words, {number: (word.form, word.tag) for number, word in sentence.words.items()}
    for first, last, form in sentence.ranges:
        head = span_head(range(first, last + 1), words, precedence)
        for number in range(first, last + 1):
            del tokens[number]
        tokens[first] = form, words[head].tag
    return [token for _, token in sorted(tokens.items())]


def span_head(span: Sequence[int], words: dict[int, Word], precedence: Sequence[str]) -> int:
    """The word of the span that is nearest to the root; of several the first whose tag comes first in the precedence."""

    def rank(number: int) -> tuple[int, int]:
        tag = words[number].tag
        return _depth(number, words), precedence.index(tag) if tag in precedence else len(precedence)

    return min(span, key=rank)


def _depth(number: int, words: dict[int, Word]) -> int:
    """Steps to the root; in a circle, which no tree has, the words in it."""
    above: set[int] = set()
    while (number := words[number].head) and number not in above:
        above.add(number)
    return len(above)


# ---------------------------------------------------------------------------------------------------------------- reading


def read_treebank(path: Path, tags: Collection[str]) -> Iterator[Sentence]:
    """Yield the sentences. Raises IsoglossError naming file and line."""
    lines: list[tuple[int, str]] = []
    for number, line in read_lines(path):
        if not line.strip():
            yield from _sentence(lines, path, tags)
            lines = []
        elif not line.startswith("#"):
            lines.append((number, line))
    yield from _sentence(lines, path, tags)


def _sentence(lines: Sequence[tuple[int, str]], path: Path, tags: Collection[str]) -> Iterator[Sentence]:
    sentence = Sentence({}, [])
    for number, line in lines:
        _add(sentence, line.split("\t"), tags, f"{path} line {number}")
    if lines:
        _check(sentence, f"{path} line {lines[0][0]}")
        yield sentence


def _check(sentence: Sentence, where: str) -> None:
    """Raise IsoglossError where a head or a word of a range is not there, or ranges overlap."""
    ranged = [number for first, last, _ in sentence.ranges for number in range(first, last + 1)]
    absent = ({word.head for word in sentence.words.values()} | {*ranged}) - {0, *sentence.words}
    if absent or len(set(ranged)) < len(ranged):
        given = f"the sentence has no word {min(absent)}, which it refers to" if absent else "a word is in two multi-word tokens"
        raise IsoglossError(where, given, "", "Restore the sentence that begins here")


def _add(sentence: Sentence, columns: list[str], tags: Collection[str], where: str) -> None:
    match = _ID.fullmatch(columns[0])
    if len(columns) != 10 or not match:
        given = f"has {len(columns)} columns, the first {columns[0][:20]!r}"
        raise IsoglossError(where, given, "CoNLL-U has 10, the first a number, range or empty node", "Restore the line")
    first, last = int(match[1]), int(match[2] or 0)
    if last:
        sentence.ranges.append((first, last, columns[1]))
    elif "." not in columns[0]:
        check_tag(columns[3], tags, where)
        if first != len(sentence.words) + 1 or not columns[6].isdecimal():
            raise IsoglossError(where, f"word {first} on head {columns[6]!r} follows word {len(sentence.words)}", "", "Restore the line")
        sentence.words[first] = Word(columns[1], columns[3], int(columns[6]))
