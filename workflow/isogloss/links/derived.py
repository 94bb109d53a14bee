"""Stage: links of the bases -> links of a pair with derived languages: the words are the same ones in another order.

Where both languages have one base the text is parallel to itself, and every word is linked to its own image.
Stop words and letters are those of the base: in another script a full stop is a letter, and capitals are no more.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import iter_parquet
from ..corpora.transforms import NEEDS_LEXICON, Derived, Transform, has_step
from ..corpora.transforms.sentences import words
from ..derive import read_lexicon
from ..errors import IsoglossError
from ..languages import base_language, parse_pair
from ..linked import check_rows
from .stage import write_links
from .units import Sides

Order = list[int]  # place in the derived sentence -> place in that of the base


def make_derived_links(
    pair: str, text: Path, links: Path | None, derived: Derived, out: Path, tagged: Path | None = None
) -> dict[str, Any]:
    """Write links/{aligner}/{pair}.parquet and return its summary.

    Args:
        text: the bitext of the bases; where both languages have the same base, its mono text.
        links: the links of the bases; None where both languages have the same one.
        derived: derived language -> its steps.
        tagged: the udpos task data, where a step needs to know parts of speech.
    """
    languages = parse_pair(pair)
    if (links is None) != (len(set(map(base_language, languages))) == 1):
        raise IsoglossError(
            f"links {pair}", "have not one source", "the links of the bases, or one base of both", "Give --base, or leave it out"
        )
    if links:
        check_rows(links, text)
    moved = [_Moved(lang, derived.get(lang, ()), tagged) for lang in languages]
    counted = _sentences(text, languages, links is None)
    steps = {lang: steps for lang, steps in derived.items() if lang in languages}
    return write_links(out, languages, counted, _rows(text, languages, links, moved), derived=steps)


def _rows(
    text: Path, languages: Sequence[str], links: Path | None, moved: Sequence["_Moved"]
) -> Iterator[tuple[Sides, list[tuple[int, int]]]]:
    known = iter_parquet(links, "links") if links else None
    for sides in _sentences(text, languages, links is None):
        orders = [move(side) for move, side in zip(moved, sides, strict=True)]
        src, tgt = next(known)[:2] if known else (range(len(sides[0])),) * 2
        places = [_inverse(order) for order in orders]
        written = tuple([side[k] for k in order] for side, order in zip(sides, orders, strict=True))
        yield written, [(places[0][i], places[1][j]) for i, j in zip(src, tgt, strict=True)]  # type: ignore[misc]


def _sentences(text: Path, languages: Sequence[str], mono: bool) -> Iterator[Sides]:
    """The words of the bases."""
    for *texts, _ in iter_parquet(text, "mono" if mono else "bitext"):
        source, target = texts * 2 if mono else texts
        yield words(source, languages[0]), words(target, languages[1])


class _Moved:
    """The order in which a language says the words of its base."""

    def __init__(self, lang: str, steps: Sequence[Any], tagged: Path | None) -> None:
        lexicon = read_lexicon(tagged, base_language(lang)) if tagged and has_step(steps, *NEEDS_LEXICON) else None
        self._transform = Transform(steps, lexicon)

    def __call__(self, sentence: Sequence[str]) -> Order:
        return self._transform(sentence)[1]


def _inverse(order: Order) -> Order:
    places = [0] * len(order)
    for place, old in enumerate(order):
        places[old] = place
    return places
