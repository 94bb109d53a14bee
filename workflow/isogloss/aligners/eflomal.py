"""eflomal: IBM 1, HMM and fertilities by Gibbs sampling, in two directions, by a program from outside.

The program is under the GPL: it runs as a process of its own, and nothing of it is imported. What it reads, per side:

    <pairs> <types>          header
    <n> <type> ... <type>    a line per pair: the number of words, and the words as numbers from 0
"""

import math
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TextIO

from ..errors import IsoglossError
from .contract import Pairs
from .programs import Numbers, Program, number_pairs, run

MODELS = {1: "IBM 1", 2: "HMM", 3: "HMM with fertilities"}
HEADER = "{:>10} {:>10}\n"  # of one width: it is written last


class Eflomal(Program):
    """Cite: Östling and Tiedemann 2016 (PBML 106, pp. 125-146).

    Pairs with an empty side, or one of more than 1,023 words, get no links. It has no posteriors: `p` is 0.
    Trap: the program seeds itself from the system, and takes no seed: no two runs are equal.
    """

    def __init__(
        self,
        *,
        languages: tuple[str, str],
        model: int = 3,
        n_samplers: int = 3,
        rel_iterations: float = 1.0,
        null_prior: float = 0.2,
        fold: bool = True,
    ) -> None:
        """`model`: 1 IBM 1, 2 HMM, 3 with fertilities. `rel_iterations`: times as many as the default. `fold`: upper case is lower case."""
        if model not in MODELS:
            allowed = ", ".join(f"{number} ({name})" for number, name in MODELS.items())
            raise IsoglossError("aligner eflomal", f"model is {model}", f"allowed: {allowed}", "Choose one of them")
        if n_samplers < 1 or rel_iterations <= 0 or not 0 < null_prior < 1:
            given = f"n_samplers is {n_samplers}, rel_iterations {rel_iterations}, null_prior {null_prior}"
            raise IsoglossError("aligner eflomal", given, "at least 1; above 0; between 0 and 1", "Correct them")
        self.model, self.n_samplers, self.rel_iterations, self.null_prior, self.fold = model, n_samplers, rel_iterations, null_prior, fold

    @classmethod
    def missing(cls) -> str | None:
        """See the contract."""
        return None if _program() else "the program eflomal is neither on PATH nor in an installed package: `pip install eflomal`"

    def _write(self, pairs: Pairs, directory: Path) -> bytearray:
        sides = Numbers(self.fold), Numbers(self.fold)
        with (directory / "src").open("w", encoding="ascii") as src, (directory / "tgt").open("w", encoding="ascii") as tgt:
            for file in (src, tgt):
                file.write(HEADER.format(0, 0))

            def write(source: list[int], target: list[int]) -> None:
                _write_line(src, source)
                _write_line(tgt, target)

            taken = number_pairs(pairs, sides, write)
            for file, numbers in zip((src, tgt), sides, strict=True):
                file.seek(0)
                file.write(HEADER.format(sum(taken), len(numbers)))
        return taken

    def _run(self, directory: Path, pairs: int) -> tuple[Path, Path]:
        if not (program := _program()):
            raise IsoglossError("aligner eflomal", "the program cannot be found", "", "Install it, or choose another aligner")
        forward, backward = directory / "forward", directory / "backward"
        rounds = [part for k, count in enumerate(iterations(pairs, self.model, self.rel_iterations), 1) for part in (f"-{k}", count)]
        files = ["-s", directory / "src", "-t", directory / "tgt", "-f", forward, "-r", backward]
        run([program, "-q", "-m", self.model, "-n", self.n_samplers, "-N", self.null_prior, *rounds, *files], directory / "stdout")
        return forward, backward


def iterations(pairs: int, model: int, relative: float) -> list[int]:
    """Rounds of sampling of each model up to the chosen one, as the command line of its authors sets them: fewer, the more pairs."""
    last = max(2, round(relative * 5000 / math.sqrt(pairs)))
    quarter = max(1, last // 4)
    return [*[max(2, quarter), quarter][: model - 1], last]


def _write_line(file: TextIO, numbers: list[int]) -> None:
    file.write(f"{len(numbers)} {' '.join(map(str, numbers))}\n")


def _program() -> str | None:
    """On PATH, else in the Python package, which puts it inside itself; finding a package does not import it."""
    if found := which("eflomal"):
        return found
    spec = find_spec("eflomal")
    return which(str(Path(spec.origin).parent / "bin" / "eflomal")) if spec and spec.origin else None
