"""A transform on running text: words are cut as everywhere, moved, and joined again. So derived text is tokenised."""

from collections.abc import Sequence
from functools import lru_cache

from ...languages import base_language, joiner, split_words
from . import Transform


def derive_text(text: str, transform: Transform, lang: str) -> str:
    """The transform of a text in `lang` or a language derived from it; its words are parted as `join` says."""
    return join(transform(words(text, lang))[0], lang)


def words(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text, lang)]


def join(tokens: Sequence[str], lang: str) -> str:
    """One text: spaces between all words; in a language without spaces only between two that would become one."""
    if joiner(lang):
        return " ".join(tokens)
    return "".join(gap + token for gap, token in zip(gaps(tokens, lang), tokens, strict=True))


def gaps(tokens: Sequence[str], lang: str) -> list[str]:
    """What stands before each token in the text that `join` makes."""
    if joiner(lang):
        return [" " if k else "" for k in range(len(tokens))]
    pairs = zip(tokens, tokens[1:], strict=False)
    return [""][: len(tokens)] + [_gap(left[-1:], right[:1], base_language(lang)) for left, right in pairs]


@lru_cache(1 << 16)
def _gap(left: str, right: str, lang: str) -> str:
    (_, end), *_ = split_words(left + right + "1", lang)  # with a digit, because a dot or comma joins only what goes on
    return " " if end > len(left) else ""
