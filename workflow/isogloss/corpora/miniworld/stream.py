"""Realised sentences of one split: meanings said in one language or in several at once, within the length limits in each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.de import German
from isogloss.corpora.miniworld.draw import Random, Tables
from isogloss.corpora.miniworld.en import English
from isogloss.corpora.miniworld.es import Spanish
from isogloss.corpora.miniworld.grammar import Grammar, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Sentence
from isogloss.corpora.miniworld.noise import Noise, ambiguous_concepts
from isogloss.corpora.miniworld.ru import Russian
from isogloss.corpora.miniworld.supply import SPLITS, Meanings, Suits, Supply, anything
from isogloss.corpora.miniworld.tr import Turkish
from isogloss.corpora.miniworld.zh import Chinese
from isogloss.errors import IsoglossError

LANGUAGES: dict[str, type[Grammar]] = {"en": English, "de": German, "es": Spanish, "tr": Turkish, "ru": Russian, "zh": Chinese}
QUIET = Noise()


def check_languages(languages: Sequence[str]) -> None:
    for code in languages:
        if code not in LANGUAGES:
            raise IsoglossError("miniworld", f"unknown language '{code}'", f"Known: {', '.join(LANGUAGES)}",
                                "Correct the code, or write its grammar as one more file (docs/miniworld.md)")  # fmt: skip


class Said(NamedTuple):
    """A meaning, its tokens in each language, and how people write them."""

    meaning: Sentence
    sides: list[Tokens]
    texts: list[str]


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
        self.supplies: dict[str, Supply] = {}

    def random(self, name: str) -> Random:
        return Random(self.seed, name)

    def meanings(self, name: str, split: str, suits: Suits = anything) -> Meanings:
        """The meanings of a file, or of a split of a set (then `name` ends in it): all splits of a set share one supply."""
        group = name.removesuffix(f"/{split}")
        if group not in self.supplies:
            splits = SPLITS if group != name else (split,)
            self.supplies[group] = Supply(self.random(f"{group}/meanings"), self.tables, splits, suits)
        return Meanings(self.random(name), split, self.tables, self.supplies[group])

    def grammars(self, name: str, codes: Sequence[str], variation: Variation | None = None) -> list[Grammar]:
        return [LANGUAGES[code](self.random(f"{name}/{code}"), variation or self.noise.variation) for code in codes]

    def realised(self, name: str, split: str, codes: Sequence[str], suits: Suits = anything) -> Iterator[Said]:
        """Meanings that suit, said in each language."""
        grammars = self.grammars(name, codes)
        for meaning in self.meanings(name, split, suits):
            said = self.said(meaning, split, grammars)
            if said:
                yield said

    def said(self, meaning: Sentence, split: str, grammars: Sequence[Grammar]) -> Said | None:
        """None where it does not fit in some language."""
        sides, texts = [], []
        for grammar in grammars:
            tokens = grammar.realise(meaning)
            text = detokenise(tokens)
            if not self.fits(split, grammar.code, tokens, text):
                return None
            sides.append(tokens)
            texts.append(text)
        return Said(meaning, sides, texts)

    def fits(self, split: str, code: str, tokens: Tokens, text: str) -> bool:
        """Within the length limits; and no training sentence that reads like an evaluation sentence."""
        return self.min_tokens <= len(tokens) <= self.max_tokens and (split != "train" or text not in self.held_out[code])

    def hold_out(self, split: str, code: str, texts: Iterable[str]) -> None:
        if split != "train":
            self.held_out[code].update(texts)
