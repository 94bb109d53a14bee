"""Stage: bitext + word links -> the dictionary of the words that are linked, with the probabilities of either direction.

    p(tgt | src) = links between the two word types / all links of src        (Koehn, Och and Marcu 2003, section 4.4)

Words are counted case folded, because the dictionary's readers match so and because a word that begins a sentence is no other word.
But vocabularies are cased, so an entry is spelt as its word is most often written: inside a sentence, or where it never is, at its
beginning. In a language without spaces a link is between characters; there, what is counted is the units of the links.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import read_parquet_summary
from ..languages import joiner, parse_pair
from ..linked import LinkedRow, Unit, read_linked
from .entries import Entry, Summary, probabilities, split_of, split_side, write_dictionary


def make_induced_dictionary(pair: str, bitext: Path, links: Path, spec: Mapping[str, Any], out: Path) -> Summary:
    """Write dictionaries/{name}/{pair}.parquet, the most frequent entries first, and return its summary.

    The memory is proportional to the distinct pairs that are linked. Punctuation, and what has a digit, is left out.

    Args:
        bitext, links: the artifacts of the pair; row k of the links aligns row k of the bitext.
        spec: {min_count, min_p, one_to_one, most}: how often an entry is seen at least; the least of both its probabilities, in [0, 1];
            whether a word has at most one entry, which is the best of both its words; how many entries there are at most, or None.
    Raises:
        IsoglossError: the links are those of another text.
    """
    languages = parse_pair(pair)
    spaced = all(joiner(lang) for lang in languages)
    counts: Counter[tuple[str, str]] = Counter()
    spellings = Spellings(), Spellings()
    for row in read_linked(pair, bitext, links):
        for said in _linked_words(row, _word_links(row) if spaced else row.units):
            counts[tuple(spelling.folded(*word) for spelling, word in zip(spellings, said, strict=True))] += 1  # type: ignore[index]
    entries = _chosen(counts, [spelling.of_words() for spelling in spellings], split_side(languages), spec)
    about = {key: spec[key] for key in ("min_count", "min_p", "one_to_one", "most")}
    source = {"links": read_parquet_summary(links, "links")["sha256"], "counted": "links" if spaced else "units"}
    return write_dictionary(pair, entries, out, induced={**about, **source})


def _word_links(row: LinkedRow) -> list[Unit]:
    return [(i, i, j, j) for i, j in row.links]


def _linked_words(row: LinkedRow, units: Sequence[Unit]) -> Iterator[tuple[tuple[str, bool], tuple[str, bool]]]:
    """Per unit and side (the words, whether they begin the sentence: nothing with a letter stands before them)."""
    begin = [
        next((k for k, (start, end) in enumerate(words) if _has_letter(text[start:end])), len(words))
        for text, words in zip(row.texts, row.words, strict=True)
    ]
    for i, i_last, j, j_last in units:
        yield (row.text(0, i, i_last), i <= begin[0]), (row.text(1, j, j_last), j <= begin[1])


class Spellings:
    """How the words of a side are written."""

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()
        self._beginning: Counter[str] = Counter()

    def folded(self, word: str, beginning: bool) -> str:
        """Count a word as it is written; the same word case folded."""
        (self._beginning if beginning else self._inside)[word] += 1
        return sys.intern(word.casefold())  # millions of pairs share their words

    def of_words(self) -> dict[str, str]:
        """Folded word -> its most frequent spelling inside of sentences, or where there is none, at their beginning; of equals the small one."""
        found: dict[str, str] = {}
        for forms in (self._beginning, self._inside):
            found.update((form.casefold(), form) for form, _ in sorted(forms.items(), key=lambda item: (item[1], item[0])))
        return found


def _chosen(
    counts: Mapping[tuple[str, str], int], spellings: Sequence[Mapping[str, str]], side: int, spec: Mapping[str, Any]
) -> list[Entry]:
    """The entries that pass, by count, then by the product of both probabilities, then by the alphabet."""
    found = [
        Entry(spellings[0][words[0]], spellings[1][words[1]], count, *p, split_of(words[side]))
        for (words, count), p in zip(counts.items(), probabilities(counts), strict=True)
        if count >= spec["min_count"] and min(p) >= spec["min_p"] and all(map(_is_lexical, words))
    ]
    found.sort(key=lambda entry: (-entry.count, -entry.p_tgt_given_src * entry.p_src_given_tgt, entry.src, entry.tgt))
    return (_mutually_best(found) if spec["one_to_one"] else found)[: spec["most"]]


def _mutually_best(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, given in order, that are the first of both their words."""
    first: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for number, entry in enumerate(entries):
        first[0].setdefault(entry.src, number)
        first[1].setdefault(entry.tgt, number)
    return [entry for number, entry in enumerate(entries) if first[0][entry.src] == first[1][entry.tgt] == number]


def _is_lexical(word: str) -> bool:
    return _has_letter(word) and not any(map(str.isdigit, word))


def _has_letter(word: str) -> bool:
    return any(map(str.isalpha, word))
