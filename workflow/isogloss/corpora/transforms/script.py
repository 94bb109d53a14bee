"""The step `script`: every character moves into another script, so that no sub-word is shared.

The map is one to one, and stable under everything that text goes through here: cleaning, NFC, NFKC, case folding, the
normaliser of SentencePiece. Where words are runs of letters their images are runs of letters; where every character is a word
so is its image, so that `languages.split_words` finds the same words again.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ...clean import hash64

# Characters that stay: what SentencePiece reads as white space, or drops. Its own "▁" is one of them, so that pieces can be mapped too.
KEPT = "\u061c\u200b\u200c\u200e\u200f\u2581\ufeff\ufffd"

# first, last (inclusive) -> where the first one goes. The first row that has a character decides.
BLOCKS = (
    (0x0E00, 0x0EFF, 0x27300),  # Thai, Lao: no marks between words, so each letter counts as one -> CJK Extension B
    (0x1000, 0x109F, 0x27400),  # Burmese -> CJK Extension B
    (0x1780, 0x17FF, 0x27500),  # Khmer -> CJK Extension B
    (0x0021, 0x2BA3, 0xAC21),  # all other alphabets, digits, punctuation, symbols -> Hangul syllables, which are letters
    (0x2E80, 0x9FFF, 0x20000),  # Han, kana -> CJK Extension B, where a character is a word as well
    (0xFF00, 0xFFEF, 0x27180),  # full-width and half-width forms -> CJK Extension B
    (0x2BA4, 0x1FFFF, 0xF2BA4),  # Hangul, rare scripts, emoji -> private use
    (0x20000, 0x3FFFF, 0x40000),  # rare Han -> planes that will stay unassigned
    (0xE0000, 0xEFFFF, 0x80000),  # variation selectors, tags -> the same
    (0xF0000, 0x10FFFF, 0x60000),  # private use -> the same
)
HANGUL_IMAGE = "ko"  # its own letters are the images of others': in one experiment the two would share sub-words


def image(point: int) -> int:
    """The code point that stands for this one; itself for white space, controls, surrogates, `KEPT` and unassigned planes."""
    character = chr(point)
    if character in KEPT or character.isspace() or unicodedata.category(character) in ("Cc", "Cs"):
        return point
    return next((target + point - first for first, last, target in BLOCKS if first <= point <= last), point)


class _Map(dict[int, int]):
    """For `str.translate`: filled as characters come."""

    def __missing__(self, point: int) -> int:
        self[point] = image(point)
        return self[point]


class _InverseMap(dict[int, int]):
    def __missing__(self, point: int) -> int:
        sources = (first + point - target for first, last, target in BLOCKS if target <= point <= target + last - first)
        self[point] = next((source for source in sources if image(source) == point), point)
        return self[point]


_MAP, _INVERSE = _Map(), _InverseMap()


def script(text: str) -> str:
    """Every character of `text` in the other script; the number of characters stays."""
    return text.translate(_MAP)


def unscript(text: str) -> str:
    """The inverse of `script`; characters that are no image stay."""
    return text.translate(_INVERSE)


class Script:
    """Each token in the other script, after NFKC: a ligature and its letters are the same to the tokenizer, and so are their images.

    Args:
        overlap: the share of word types (not of running words) that stay as they are.
        seed: which ones: a type is decided by a hash of it, so that it is the same in every text.
    """

    def __init__(self, overlap: float, seed: int) -> None:
        self.overlap, self.seed = overlap, seed
        self._word = lru_cache(1 << 16)(self._derive)

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]:
        return list(map(self._word, tokens)), list(range(len(tokens)))

    def _derive(self, word: str) -> str:
        folded = fold(word)
        return word if hash64(f"overlap\t{self.seed}\t{folded}") < self.overlap * 2**64 else script(folded)


def fold(word: str) -> str:
    """NFKC as SentencePiece has it: it keeps the full-width tilde, and what is left contains no white space."""
    if word.isascii():
        return word
    parts = (unicodedata.normalize("NFKC", part) for part in word.split("～"))
    return "".join("～".join(parts).split()) or word
