"""Realised sentences of one split: meanings said in one language or in several at once, within the length limits in each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from isogloss.corpora.miniworld.de import German
from isogloss.corpora.miniworld.draw import Meanings, Random, Tables
from isogloss.corpora.miniworld.en import English
from isogloss.corpora.miniworld.es import Spanish
from isogloss.corpora.miniworld.grammar import Grammar, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Sentence
from isogloss.corpora.miniworld.noise import Noise, ambiguous_concepts
from isogloss.corpora.miniworld.ru import Russian
from isogloss.corpora.miniworld.tr import Turkish
from isogloss.corpora.miniworld.zh import Chinese
from isogloss.errors import IsoglossError

LANGUAGES: dict[str, type[Grammar]] = {"en": English, "de": German, "es": Spanish, "tr": Turkish, "ru": Russian, "zh": Chinese}
QUIET = Noise()
Suits = Callable[[Sentence], bool]


def check_languages(languages: Sequence[str]) -> None:
    for code in languages:
        if code not in LANGUAGES:
            raise IsoglossError("miniworld", f"unknown language '{code}'", f"Known: {', '.join(LANGUAGES)}",
                                "Correct the code, or write its grammar as one more file (docs/miniworld.md)")  # fmt: skip


def anything(meaning: Sentence) -> bool:
    return True


@cache
def tables(ambiguity: float) -> Tables:
    """What is drawn when ambiguous concepts have this weight, relative to others."""
    return Tables({} if ambiguity == 1 else dict.fromkeys(ambiguous_concepts(LANGUAGES), ambiguity))


class Stream:
    """Every file draws from a seed of its own name, so that files do not depend on each other's size.

    `held_out` collects the sentences of the evaluation sets by language: whatever its meaning, no training sentence may read like one.
    """

    def __init__(self, seed: int, min_tokens: int, max_tokens: int, noise: Noise = QUIET) -> None:
        self.seed, self.min_tokens, self.max_tokens, self.noise = seed, min_tokens, max_tokens, noise
        self.tables = tables(noise.ambiguity)
        self.held_out: dict[str, set[str]] = {code: set() for code in LANGUAGES}

    def random(self, name: str) -> Random:
        return Random(self.seed, name)

    def meanings(self, name: str, split: str) -> Meanings:
        return Meanings(self.random(name), split, self.tables)

    def grammars(self, name: str, codes: Sequence[str], variation: Variation | None = None) -> list[Grammar]:
        return [LANGUAGES[code](self.random(f"{name}/{code}"), variation or self.noise.variation) for code in codes]

    def realised(self, name: str, split: str, codes: Sequence[str], suits: Suits = anything) -> Iterator[tuple[Sentence, list[Tokens]]]:
        """Meanings that suit, with their tokens in each language."""
        grammars = self.grammars(name, codes)
        for meaning in self.meanings(name, split):
            if suits(meaning):
                sides = [grammar.realise(meaning) for grammar in grammars]
                if self.fits(split, codes, sides):
                    yield meaning, sides

    def fits(self, split: str, codes: Sequence[str], sides: Sequence[Tokens]) -> bool:
        """Within the length limits; and no training sentence that reads like an evaluation sentence."""
        if not all(self.min_tokens <= len(tokens) <= self.max_tokens for tokens in sides):
            return False
        if split != "train":
            return True
        return not any(detokenise(tokens) in self.held_out[code] for code, tokens in zip(codes, sides, strict=True))

    def hold_out(self, split: str, code: str, texts: Iterable[str]) -> None:
        if split != "train":
            self.held_out[code].update(texts)
