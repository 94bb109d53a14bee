"""Links between words become links between the tokens of an evaluation set, whose annotators cut sentences their own way."""

from collections.abc import Iterable, Sequence

from ..clean import normalise
from ..errors import IsoglossError
from ..languages import split_words
from ..links.files import token_words

Point = tuple[int, int]


def sentence(tokens: Sequence[str]) -> str:
    """The text whose words (`languages.split_words`) an aligner aligns for a tokenised sentence: normalised, as training text is."""
    return normalise(" ".join(tokens))


def project(links: Iterable[Point], tokens: tuple[Sequence[str], Sequence[str]], languages: Sequence[str]) -> list[Point]:
    """The links between the tokens of a pair, sorted: i and j are linked if any words that they overlap are.

    Args:
        links: between the words of `sentence(tokens)` of both sides.
        tokens: of both sides; one that normalising leaves nothing of overlaps no word.
        languages: of both sides.
    Raises:
        IsoglossError: a link to a word that is not there.
    """
    source, target = (_tokens_of_words(side, lang) for side, lang in zip(tokens, languages, strict=True))
    found: set[Point] = set()
    for v, w in links:
        if v >= len(source) or w >= len(target):
            where, given = f"alignment {'-'.join(languages)}", f"word {v} is linked with {w}"
            allowed = f"the sentences have {len(source)} and {len(target)} words, counted from 0"
            raise IsoglossError(where, given, allowed, "Align the sentences that are evaluated")
        found.update((i, j) for i in source[v] for j in target[w])
    return sorted(found)


def _tokens_of_words(tokens: Sequence[str], lang: str) -> list[list[int]]:
    """For each word of the sentence the tokens that overlap it."""
    text = sentence(tokens)
    words = token_words(list(tokens), text, lang)
    if words is None:  # not known to happen: normalising composes nothing across a space
        raise IsoglossError(f"alignment {lang}", f"the tokens of {text[:60]!r} do not spell it", "", "Report this sentence")
    found: list[list[int]] = [[] for _ in split_words(text, lang)]
    for token, covered in enumerate(words):
        for word in covered:
            found[word].append(token)
    return found
