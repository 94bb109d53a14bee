"""What every aligner is: words of many pairs in, candidate links of each pair out.

An aligner is a class with keyword options. `missing` says why it cannot run here; `align` yields exactly one `Candidates` per pair,
in order, for any text: `|||`, tabs and line separators inside words, empty sides, a thousand words. Most aligners have two
directions, each of which gives a word of its one side at most one of the other; a rule makes links of both (symmetrise.py).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

Words = Sequence[str]
Pair = tuple[Words, Words]

FORWARD = 1  # the word of the target is linked to the word of the source that generates it, as in `p(target | source)`
BACKWARD = 2  # the same with the sides changed
BOTH = FORWARD | BACKWARD


class Candidates(NamedTuple):
    """The candidate links of one pair, sorted by (src, tgt), each once; word src[n] of the source with word tgt[n] of the target.

    direction: FORWARD, BACKWARD, both, or 0 for one that no direction chose, which only a threshold on `p` makes a link.
    p: percent, 0 to 100: the geometric mean of the two directions' posteriors; 0 everywhere from an aligner without posteriors.
    """

    src: Sequence[int] = ()
    tgt: Sequence[int] = ()
    direction: Sequence[int] = ()
    p: Sequence[int] = ()


NONE = Candidates()
LAST_WORD = (1 << 16) - 1  # places of words are stored as uint16: here, in links and in the token stores


class Pairs(Protocol):
    """The words of all pairs of a corpus, which can be read as often as an aligner likes and need not fit into memory."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Pair]: ...


class Aligner(Protocol):
    """See above. `state` is a directory for what a long alignment resumes from; who aligns again in it goes on, if the pairs are the same."""

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot run here, with what to install; None if it can."""
        ...

    def align(self, pairs: Pairs, state: Path | None = None) -> Iterator[Candidates]: ...
