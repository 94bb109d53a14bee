"""From the two directions of an aligner to one set of links: the heuristics of Koehn et al. (2005, IWSLT), and a threshold.

    intersect            links that both directions have
    union                links that any direction has
    grow-diag            the intersection; again and again a link of the union that touches one we have, also at a corner,
                         and has a word without a link
    grow-diag-final      then every link of a direction that has a word without a link
    grow-diag-final-and  then every link of a direction both words of which have no link
    forward, backward    the links of one direction
    threshold            what is likely enough, whatever the directions chose

The order in which links are tried decides which ones still find a word without a link. The published pseudo code leaves it open in
parts; here, as in `atools` of fast_align, all links of the union are tried in the order of (src, tgt), in rounds until none is added,
and `final` tries all of the forward direction before any of the backward one. (Moses walks around each link that it has instead, which
can end in other links.) Standard library only.
"""

from collections.abc import Callable, Iterable

from ..errors import IsoglossError, suggestion
from .contract import BACKWARD, BOTH, FORWARD, Candidates

Point = tuple[int, int]  # (src, tgt)


def symmetrise(candidates: Candidates, rule: str, threshold: float = 0.5) -> list[Point]:
    """The links of one pair, sorted, each once.

    Args:
        candidates: what an aligner says of the pair.
        rule: a key of `RULES`.
        threshold: for the rule `threshold`, a fraction: links with p of at least so much.
    Raises:
        IsoglossError: an unknown rule.
    """
    if rule not in RULES:
        raise IsoglossError("symmetrise", f"no rule `{rule}`", f"allowed: {', '.join(RULES)}", suggestion(rule, RULES))
    return sorted(RULES[rule](candidates, threshold))


def _chosen(candidates: Candidates, direction: int) -> list[Point]:
    """What a direction chose, in order; with `BOTH`, what any of them did."""
    return [(i, j) for i, j, chosen in zip(candidates.src, candidates.tgt, candidates.direction, strict=True) if chosen & direction]


def _forward(candidates: Candidates, threshold: float) -> list[Point]:
    return _chosen(candidates, FORWARD)


def _backward(candidates: Candidates, threshold: float) -> list[Point]:
    return _chosen(candidates, BACKWARD)


def _union(candidates: Candidates, threshold: float) -> list[Point]:
    return _chosen(candidates, BOTH)


def _intersect(candidates: Candidates, threshold: float) -> list[Point]:
    return [(i, j) for i, j, chosen in zip(candidates.src, candidates.tgt, candidates.direction, strict=True) if chosen == BOTH]


def _likely(candidates: Candidates, threshold: float) -> list[Point]:
    # p / 100 is the very float that the fraction is read as, while 100 * 0.07 is more than 7
    return [(i, j) for i, j, p in zip(candidates.src, candidates.tgt, candidates.p, strict=True) if p / 100 >= threshold]


# ------------------------------------------------------------------------------------------------------------------ growing


class _Growing:
    """Links that only become more, and the words that have some."""

    def __init__(self, candidates: Candidates) -> None:
        self.links = set(_intersect(candidates, 0))
        self.src, self.tgt = {i for i, _ in self.links}, {j for _, j in self.links}
        self.diagonals([point for point in _chosen(candidates, BOTH) if point not in self.links])

    def add(self, point: Point) -> None:
        self.links.add(point)
        self.src.add(point[0])
        self.tgt.add(point[1])

    def touches(self, i: int, j: int) -> bool:
        links, up, down, left, right = self.links, i - 1, i + 1, j - 1, j + 1
        return (  # a loop would take twice as long, and nothing takes longer than this
            ((up, left) in links or (up, j) in links or (up, right) in links)
            or ((i, left) in links or (i, right) in links)
            or ((down, left) in links or (down, j) in links or (down, right) in links)
        )

    def diagonals(self, waiting: list[Point]) -> None:
        """grow-diag: rounds over what waits, until one adds nothing. What has two words with links will never be added."""
        added = True
        while added:
            added, others = False, []
            for i, j in waiting:
                if i in self.src and j in self.tgt:
                    continue
                if self.touches(i, j):
                    self.add((i, j))
                    added = True
                else:
                    others.append((i, j))
            waiting = others

    def final(self, points: Iterable[Point], both: bool) -> None:
        """Add what has a word without a link, or two of them. One round is enough: words only gain links."""
        wanted = 2 if both else 1
        for i, j in points:
            if (i not in self.src) + (j not in self.tgt) >= wanted:
                self.add((i, j))


def _grow_diag(candidates: Candidates, threshold: float) -> set[Point]:
    return _Growing(candidates).links


def _grow_diag_final(candidates: Candidates, threshold: float) -> set[Point]:
    return _finished(candidates, both=False)


def _grow_diag_final_and(candidates: Candidates, threshold: float) -> set[Point]:
    return _finished(candidates, both=True)


def _finished(candidates: Candidates, both: bool) -> set[Point]:
    growing = _Growing(candidates)
    for direction in (FORWARD, BACKWARD):
        growing.final(_chosen(candidates, direction), both)
    return growing.links


RULES: dict[str, Callable[[Candidates, float], Iterable[Point]]] = {
    "intersect": _intersect,
    "union": _union,
    "grow-diag": _grow_diag,
    "grow-diag-final": _grow_diag_final,
    "grow-diag-final-and": _grow_diag_final_and,
    "forward": _forward,
    "backward": _backward,
    "threshold": _likely,
}
