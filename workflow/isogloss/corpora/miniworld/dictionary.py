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
        fan = [Counter(link[side] for link in links) for side in (0, 1)]
        for link in links:
            pair = [sides[side][link[side]] for side in (0, 1)]
            alone = all(fan[side][link[side]] == 1 and link[side] for side in (0, 1))
            if alone and all(token.upos in CONTENT for token in pair):
                self.counts[pair[self.english].text, pair[1 - self.english].text] += 1

    def splits(self) -> dict[str, list[tuple[str, str]]]:
        """{train, test: [(English, foreign)]}; all entries of an English form are in one of them (5 : 2, as in MUSE)."""
        found: dict[str, list[tuple[str, str]]] = {"train": [], "test": []}
        for pair, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            if count >= LEAST:
                found[_split(pair[0])].append(pair)
        return found


def _split(english: str) -> str:
    return "test" if hashlib.blake2b(english.encode(), digest_size=1).digest()[0] % 7 < 2 else "train"
