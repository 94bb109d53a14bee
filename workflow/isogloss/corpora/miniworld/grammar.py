"""What the grammars of all languages share: tokens, lexicon tables, choices, and the last steps of a sentence.

A grammar turns a meaning into tokens; every token knows which nodes of the meaning it expresses. Two tokens of two languages
are linked when they share a node, so gold links need no aligner and no index bookkeeping:

    en  did(e1.tense)  not(e1.neg)  read(e1)      tr  okumadı(e1, e1.tense, e1.neg)      de  hat(e1.tense) nicht(e1.neg) gelesen(e1)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing


@dataclass(frozen=True)
class Variation:
    """How freely one meaning is put into words."""

    synonymy: float = 0.3  # probability of another word than the usual one, where there are several
    reordering: float = 1.0  # factor on the probability of every word order that is not the plain one


PLAIN = Variation(0.0, 0.0)


class Token(NamedTuple):
    """One word: its text, its universal tag, the meaning nodes it expresses (none: a pure function word), no space before it?"""

    text: str
    upos: str
    source: tuple[str, ...] = ()
    glued: bool = False


Tokens = list[Token]
COMMA = Token(",", "PUNCT", (), True)


def read_lexicon(table: str, entry: Callable[[str], Any]) -> dict[str, tuple]:
    """Lines `concept | word ; synonym` -> concept -> parsed words, the usual one first."""
    rows = (line.split("|") for line in table.strip().splitlines())
    return {concept.strip(): tuple(entry(word.strip()) for word in words.split(";")) for concept, words in rows}


def headword(entry: Any) -> str:
    """The word of a lexicon entry: a string, an entry with a `headword`, or the words of a phrase."""
    if isinstance(entry, str):
        return entry
    if hasattr(entry, "headword"):
        return entry.headword
    return " ".join(part if isinstance(part, str) else part[0] for part in entry)


def read_phrase(text: str) -> tuple[tuple[str, str], ...]:
    """`last/ADJ week/NOUN` -> words with tags; a bare word is an adverb."""
    words = (word.partition("/") for word in text.split())
    return tuple((word, tag or "ADV") for word, _, tag in words)


class Grammar:
    """The shared half of a realiser. A language adds `clause`, `joined` and its words."""

    code: str
    iso3: str  # the code that Tatoeba uses
    lexicon: dict[str, tuple]
    phrases: dict[str, tuple]  # times, manners and numerals

    def __init__(self, random: Random, variation: Variation = Variation()) -> None:
        self.random, self.chance = random, random.chance
        self.synonymy, self.reordering = variation.synonymy, variation.reordering

    def realise(self, sentence: Sentence) -> Tokens:
        """The tokens of one sentence, capitalised and punctuated."""
        first = sentence.events[0]
        if sentence.asked:
            tokens = self.asks(first, sentence.asked)
        else:
            tokens = self.question(first) if sentence.question else self.clause(first)
        if sentence.link:
            tokens = self.joined(tokens, sentence.link, sentence.events[1])
        return self.finish(tokens, "?" if sentence.question else ".")

    def clause(self, event: Event) -> Tokens:
        raise NotImplementedError

    def question(self, event: Event) -> Tokens:
        """Did the teacher read the book?"""
        raise NotImplementedError

    def asks(self, event: Event, role: str) -> Tokens:
        """Who, what, to whom, where, when ...? The question word expresses the node that it asks for."""
        raise NotImplementedError

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        raise NotImplementedError

    def word(self, concept: str) -> Any:
        """One of the words of a concept."""
        words = self.lexicon[concept]
        return self.among(words) if len(words) > 1 else words[0]

    def among(self, words: tuple) -> Any:
        """The usual word, or with the probability of synonymy another one."""
        if len(words) > 1 and self.chance(self.synonymy):
            return words[1 + self.random.below(len(words) - 1)]
        return words[0]

    def reorders(self, probability: float) -> bool:
        """Does the sentence leave the plain word order here?"""
        return self.chance(probability * self.reordering)

    def phrase(self, concept: str | None, source: str) -> Tokens:
        """A fixed phrase (a time, a manner): every word of it expresses the concept."""
        if concept is None:
            return []
        return [Token(text, tag, (source,)) for text, tag in self.among(self.phrases[concept])]

    def coordinated(self, things: list[Thing], phrase: Callable[[Thing], Tokens], conjunction: str) -> Tokens:
        """Nothing, `a`, or `a and b`."""
        if len(things) == 1:
            return phrase(things[0])
        tokens: Tokens = []
        for thing in things:
            if tokens:
                tokens.append(Token(conjunction, "CCONJ", (f"{thing.id}.and",)))
            tokens += phrase(thing)
        return tokens

    def paragraph(self, sentences: Sequence[str]) -> str:
        """Sentences one after another."""
        return " ".join(sentences)

    def upper(self, letter: str) -> str:
        return letter.upper()

    def finish(self, tokens: Tokens, mark: str) -> Tokens:
        """Drop commas that meet another mark, set the first letter in upper case, add the final mark."""
        if COMMA in tokens:
            tokens = [t for t, after in zip(tokens, [*tokens[1:], COMMA], strict=True) if t is not COMMA or after is not COMMA]
        text, upos, source, glued = tokens[0]
        return [Token(self.upper(text[0]) + text[1:], upos, source, glued), *tokens[1:], Token(mark, "PUNCT", ("end",), True)]


def detokenise(tokens: Iterable[Token]) -> str:
    """The sentence as people write it."""
    return "".join([text if glued else " " + text for text, _, _, glued in tokens]).strip()


def links(source: Tokens, target: Tokens) -> list[tuple[int, int]]:
    """Index pairs of tokens that share a meaning node, in order."""
    where: dict[str, list[int]] = {}
    for j, token in enumerate(target):
        for node in token.source:
            where.setdefault(node, []).append(j)
    found: list[tuple[int, int]] = []
    for i, token in enumerate(source):
        points = [(i, j) for node in token.source for j in where.get(node, ())]
        found += points if len(points) < 2 else sorted(set(points))
    return found
