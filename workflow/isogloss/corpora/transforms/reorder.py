"""The step `reorder`: a verb-medial, prepositional language becomes a head-final one, by rule.

A stand-in for Syn of the paper, which re-orders parsed sentences with the Galactic Dependencies (English by the statistics of
French nouns and verbs); that needs a parser and samples its orders, this needs a list of words and is a function of the sentence.
Results of the two must not be compared, so it has a name of its own.

Clauses are what stands between punctuation, coordinators and subordinators. In each, on the tags of its words:

    big old house               ->  house big old              (adjectives, with their adverbs, after the noun)
    in the house                ->  the house in               (adpositions after their noun phrase)
    has not seen the man today  ->  the man today has not seen (verbs, auxiliaries and the particles beside them last)
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from .script import unscript

Lexicon = Mapping[str, str]
LEXICON_TASK = "udpos"  # the task whose training data say what part of speech a word is

# One letter a tag, so that a sentence is a string and a rule a regular expression; all other tags are "x".
_LETTERS = {
    **{"ADJ": "A", "ADP": "I", "ADV": "R", "AUX": "V", "CCONJ": "|", "DET": "D", "NOUN": "N", "NUM": "U", "PART": "P", "PRON": "O"},
    **{"PROPN": "N", "PUNCT": "|", "SCONJ": "|", "VERB": "V"},
}
_CLAUSE = re.compile(r"[^|]+")
_NOUN_AFTER_ADJECTIVE = re.compile(r"((?:R?A)+)(N+)")
_NOUN_PHRASE = r"[ODAUR]*N+(?:R?A)*(?:P[ODAUR]*N+(?:R?A)*)*|[DAR]*[OU]+|D"  # its adjectives are after its noun by then
_PHRASE_AFTER_ADPOSITION = re.compile(rf"(I+)({_NOUN_PHRASE})")
_VERBS = re.compile(r"P*V[VP]*")
_NUMBER = re.compile(r"[^\W\d_]{0,2}\d[\d.,:/%-]*")


def make_lexicon(sentences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, str]:
    """{word: its most frequent tag} of (tokens, tags); of tags that are as frequent the first in the alphabet."""
    seen: dict[str, Counter[str]] = {}
    for tokens, tags in sentences:
        for token, tag in zip(tokens, tags, strict=True):
            seen.setdefault(token, Counter())[tag] += 1
    return {word: min(tags, key=lambda tag: (-tags[tag], tag)) for word, tags in sorted(seen.items())}


class Reorder:
    """Head-final order by the tags of a lexicon; the rule of the module's text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._letter = lru_cache(1 << 16)(self._letter_of)

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]:
        letters = "".join(map(self._letter, tokens))
        order = list(range(len(tokens)))
        for clause in _CLAUSE.finditer(letters):
            start, end = clause.span()
            order[start:end] = _head_final(clause[0], order[start:end])
        return [tokens[k] for k in order], order

    def tag(self, word: str) -> str:
        """The tag of a word, spelt as it is or in lower case; of an unknown one by its shape, NOUN for what is neither."""
        plain = unscript(word)
        known = self.lexicon.get(plain) or self.lexicon.get(plain.lower())
        if known:
            return known
        if all(unicodedata.category(character)[0] in "PS" for character in plain):
            return "PUNCT"
        return "NUM" if _NUMBER.fullmatch(plain) else "NOUN"

    def _letter_of(self, word: str) -> str:
        return _LETTERS.get(self.tag(word), "x")


def _head_final(letters: str, places: list[int]) -> list[int]:
    """The places of the words of a clause in their new order."""
    for rule in (_NOUN_AFTER_ADJECTIVE, _PHRASE_AFTER_ADPOSITION):
        letters, places = _swapped(rule, letters, places)
    verbs = [k for match in _VERBS.finditer(letters) for k in range(*match.span())]
    others = sorted(set(range(len(letters))) - set(verbs))
    return [places[k] for k in (*others, *verbs)]


def _swapped(rule: re.Pattern[str], letters: str, places: list[int]) -> tuple[str, list[int]]:
    """The two groups of every match change places."""
    order = list(range(len(letters)))
    for match in rule.finditer(letters):
        order[match.start() : match.end()] = [*range(*match.span(2)), *range(*match.span(1))]
    return "".join(letters[k] for k in order), [places[k] for k in order]
