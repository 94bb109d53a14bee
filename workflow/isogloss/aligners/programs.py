"""What aligners that are programs share: words go into files as numbers, links come back as lines of `i-j`.

Numbers, because a program reads `|||`, tabs and odd spaces in words as its own syntax, and because they are shorter. Pairs that a
program cannot take are left out of its files and have no links; everything else stays in step.
"""

import os
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import IsoglossError
from ..links.files import parse_links
from .contract import BACKWARD, FORWARD, NONE, Candidates, Pairs, Words

LONGEST = 1023  # words of a side; what the buffers of eflomal hold
REPORT = 2000  # bytes of what a program said last that an error shows


class Program(ABC):
    """An aligner that writes files, runs a program on them, and reads the links of two directions."""

    def align(self, pairs: Pairs, state: Path | None = None) -> Iterator[Candidates]:
        """See the contract. Temporary files lie in `state` if there is one; nothing is resumed. Raises IsoglossError where it fails."""
        if state:
            state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="aligner.", dir=state) as temporary:
            directory = Path(temporary)
            taken = self._write(pairs, directory)
            if any(taken):
                yield from read_candidates(taken, *self._run(directory, sum(taken)))
            else:
                yield from (NONE for _ in taken)

    @abstractmethod
    def _write(self, pairs: Pairs, directory: Path) -> bytearray:
        """Write the files that the program reads; for each pair 1 if it is in them, else 0 (see `number_pairs`)."""

    @abstractmethod
    def _run(self, directory: Path, pairs: int) -> tuple[Path, Path]:
        """Run the program on the files of so many pairs; the files of the links in either direction."""


class Numbers(dict[str, int]):
    """word -> number, from 0 in the order of first occurrence; `fold`: words that differ only in case have one number."""

    def __init__(self, fold: bool) -> None:
        super().__init__()
        self._fold = fold

    def of(self, words: Words) -> list[int]:
        """The numbers of these words; new ones get the next."""
        return [self.setdefault(word.casefold() if self._fold else word, len(self)) for word in words]


def number_pairs(pairs: Pairs, sides: tuple[Numbers, Numbers], write: Callable[[list[int], list[int]], object]) -> bytearray:
    """Hand the numbers of both sides of every pair that a program can take to `write`; for each pair 1 if it was, else 0."""
    taken = bytearray()
    for src, tgt in pairs:
        taken.append(0 < len(src) <= LONGEST and 0 < len(tgt) <= LONGEST)
        if taken[-1]:
            write(sides[0].of(src), sides[1].of(tgt))
    return taken


def run(command: Sequence[object], out: Path) -> None:
    """Run a program to its end, on one thread; what it prints goes to the file `out`.

    One thread, because jobs get one each, and because threads that add up in any order give other links every time.
    Raises IsoglossError with the end of what it said if it cannot be started or fails.
    """
    words, errors = [str(word) for word in command], out.with_name(f"{out.name}.stderr")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    where = f"aligner {Path(words[0]).name}"
    try:
        with out.open("wb") as stdout, errors.open("wb") as stderr:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment, check=False)
    except OSError as error:
        raise IsoglossError(where, f"cannot be run ({error})", "", "Install it again, or see whether the disk is full") from error
    if done.returncode:
        said = errors.read_bytes()[-REPORT:].decode("utf-8", "replace").strip() or "nothing"
        given = f"`{' '.join(words)}` ended with {done.returncode} and said last: {said}"
        raise IsoglossError(where, given, "", "Give it more memory or disk, or choose another aligner")


def read_candidates(taken: Sequence[int], forward: Path, backward: Path) -> Iterator[Candidates]:
    """One `Candidates` per pair, from two files with a line of `i-j` per pair that the program was given.

    Raises IsoglossError, before anything comes out, if a file has another number of lines.
    """
    expected = sum(taken)
    for path in (forward, backward):
        with path.open("rb") as lines:
            found = sum(1 for _ in lines)
        if found != expected:
            raise IsoglossError(
                f"links {path.name} of an aligner",
                f"{found} lines",
                f"a line for each of {expected} pairs",
                "See whether the disk is full, or choose another aligner",
            )
    with forward.open(encoding="ascii") as one, backward.open(encoding="ascii") as other:
        for row, given in enumerate(taken, 1):
            yield candidates(*(parse_links(next(lines), f"links {row} of an aligner") for lines in (one, other))) if given else NONE


def candidates(forward: Sequence[tuple[int, int]], backward: Sequence[tuple[int, int]]) -> Candidates:
    """The links of two directions, without posteriors."""
    found = dict.fromkeys(forward, FORWARD)
    for link in backward:
        found[link] = found.get(link, 0) | BACKWARD
    links = sorted(found)
    return Candidates([i for i, _ in links], [j for _, j in links], [found[link] for link in links], [0] * len(links))
