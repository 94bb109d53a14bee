"""A bilingual dictionary out of gold links: the forms that translate each other one to one, the most frequent first."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from isogloss.corpora.miniworld.grammar import Tokens

CONTENT = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM"))
LEAST = 2  # times that a pair of forms is seen


class Dictionary:
    """Counts pairs of forms; `english`: which side of a pair is English."""

    def __init__(self, english: int) -> None:
        self.english, self.counts = english, Counter[tuple[str, str]]()

    def add(self, sides: Sequence[Tokens], links: Sequence[tuple[int, int]]) -> None:
        """Links of content words one to one. The first word of a sentence is left out: its capital is not its own."""
        english, other = sides[self.english], sides[1 - self.english]
        points = [(link[self.english], link[1 - self.english]) for link in links]
        fan, other_fan = [0] * len(english), [0] * len(other)
        for i, j in points:
            fan[i] += 1
            other_fan[j] += 1
        for i, j in points:
            alone = i and j and fan[i] == 1 and other_fan[j] == 1
            if alone and english[i].upos in CONTENT and other[j].upos in CONTENT:
                self.counts[english[i].text, other[j].text] += 1

    def splits(self) -> dict[str, list[tuple[str, str]]]:
        """{train, test: [(English, foreign)]}; all entries of an English form are in one of them (5 : 2, as in MUSE)."""
        found: dict[str, list[tuple[str, str]]] = {"train": [], "test": []}
        for pair, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            if count >= LEAST:
                found[_split(pair[0])].append(pair)
        return found


def _split(english: str) -> str:
    return "test" if hashlib.blake2b(english.encode(), digest_size=1).digest()[0] % 7 < 2 else "train"
