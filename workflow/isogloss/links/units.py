"""Units: the pieces of a pair that translate each other as wholes, the word-positioned samples of ML-CTL (arXiv 2202.13083).

A unit is a connected component of the link graph that has no gap and one word on each side; in languages without spaces, where
every character is a word, up to `LONGEST` of them. Stop words, and what has no letter, are not contrasted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from ..languages import base_language, joiner

LONGEST = 4  # words of a unit where every character is one
STOP_WORD = 200  # a word type that is more than one in so many words of its side

Points = Sequence[tuple[int, int]]
Sides = tuple[Sequence[str], Sequence[str]]  # the words of a row
Unit = tuple[int, int, int, int]


class Units:
    """Finds the units of the rows of one bitext.

    Args:
        languages: of its sides.
        rows: the words of all its rows, from which the stop words follow.
    """

    def __init__(self, languages: Sequence[str], rows: Iterable[Sides]) -> None:
        self._longest = [1 if joiner(base_language(lang)) else LONGEST for lang in languages]
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for sides in rows:
            for count, words in zip(counts, sides, strict=True):
                count.update(map(str.casefold, words))
        self.stop_words = [{word for word, number in count.items() if STOP_WORD * number > count.total()} for count in counts]

    def of(self, points: Points, sides: Sides) -> list[Unit]:
        """The units of one row, in the order of its source."""
        return sorted(
            (source[0], source[-1], target[0], target[-1])
            for source, target in components(points)
            if self._is_unit(0, source, sides[0]) and self._is_unit(1, target, sides[1])
        )

    def _is_unit(self, side: int, places: list[int], words: Sequence[str]) -> bool:
        if len(places) > self._longest[side] or places[-1] - places[0] >= len(places):
            return False
        if len(places) == 1 and words[places[0]].casefold() in self.stop_words[side]:
            return False
        return any(character.isalpha() for k in places for character in words[k])


def components(points: Points) -> list[tuple[list[int], list[int]]]:
    """The connected components of the link graph: (words of the source, words of the target), each in order."""
    of_source: dict[int, tuple[set[int], set[int]]] = {}
    of_target: dict[int, tuple[set[int], set[int]]] = {}
    for i, j in points:
        one = of_source.setdefault(i, ({i}, set()))
        other = of_target.setdefault(j, one)
        one[1].add(j)
        if other is not one:
            for mine, theirs in zip(one, other, strict=True):
                mine |= theirs
            of_source.update(dict.fromkeys(other[0], one))
            of_target.update(dict.fromkeys(other[1], one))
    found = {id(component): component for component in of_source.values()}
    return [(sorted(source), sorted(target)) for source, target in found.values()]
