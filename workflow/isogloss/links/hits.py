"""Links from a dictionary: its pairs that occur in a row, as VECO 2.0 aligns tokens (arXiv 2304.08205).

Both are compared case folded. An entry of several words (in Chinese, most of them) is found as a sequence, and all its words are linked.
"""

from collections.abc import Iterable, Sequence

from ..corpora.transforms.sentences import words
from ..dictionaries import Entry
from .units import Sides

Phrase = tuple[str, ...]  # the words of an entry, case folded


class DictionaryHits:
    """The links of any row, from the train split of a dictionary.

    Args:
        languages: of the pair, in alphabetical order.
        once: link only what occurs once on both sides (as ML-CTL's word-positioned samples do, arXiv 2202.13083).
    """

    def __init__(self, languages: Sequence[str], entries: Iterable[Entry], once: bool) -> None:
        self.once = once
        self._translations: dict[Phrase, set[Phrase]] = {}
        for entry in entries:
            if entry.split == "train":
                src, tgt = (_folded(words(text, lang)) for text, lang in zip((entry.src, entry.tgt), languages, strict=True))
                self._translations.setdefault(src, set()).add(tgt)
        targets = {tgt for translations in self._translations.values() for tgt in translations}
        self._sizes = [sorted({len(phrase) for phrase in phrases}) for phrases in (self._translations, targets)]

    def __call__(self, texts: tuple[str, str], sides: Sides) -> list[tuple[int, int]]:
        source, target = (_occurrences(_folded(side), sizes) for side, sizes in zip(sides, self._sizes, strict=True))
        return [
            (i + k, j + n)
            for src, starts in source.items()
            for tgt in self._translations.get(src, ())
            if tgt in target and (not self.once or len(starts) == len(target[tgt]) == 1)
            for i in starts
            for j in target[tgt]
            for k in range(len(src))
            for n in range(len(tgt))
        ]


def _folded(found: Sequence[str]) -> Phrase:
    return tuple(word.casefold() for word in found)


def _occurrences(sentence: Phrase, sizes: Sequence[int]) -> dict[Phrase, list[int]]:
    """Where every sequence of these lengths starts."""
    found: dict[Phrase, list[int]] = {}
    for size in sizes:
        for start in range(len(sentence) - size + 1):
            found.setdefault(sentence[start : start + size], []).append(start)
    return found
