"""fast_align: IBM Model 2 with a diagonal of learnt sharpness, in two directions, by a program from outside."""

import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from ..errors import IsoglossError
from .contract import Pairs
from .programs import Numbers, Program, number_pairs, run

PROGRAMS = ("fast_align", "systran-align")
SETTINGS = ("-d", "-o", "-v")  # as its authors recommend: a diagonal, its sharpness learnt, variational Bayes


class FastAlign(Program):
    """Cite: Dyer et al. 2013 (NAACL, N13-1073).

    Pairs with an empty side, or one of more than 1,023 words, get no links. It has no posteriors: `p` is 0.
    Trap: systran-align, the same algorithm, hands out no directions but the links that it made of both, by growing the intersection.
        They are candidates of both directions, so every rule leaves them as they are.
    """

    def __init__(self, *, languages: tuple[str, str], program: str = "auto", fold: bool = True) -> None:
        """`program`: fast_align or systran-align; auto: the first that is there. `fold`: upper case is lower case."""
        if program not in (allowed := ("auto", *PROGRAMS)):
            raise IsoglossError("aligner fast_align", f"program is `{program}`", f"allowed: {', '.join(allowed)}", "Choose one of them")
        self.program, self.fold = program, fold

    @classmethod
    def missing(cls) -> str | None:
        """See the contract."""
        if any(map(_installed, PROGRAMS)):
            return None
        return "fast_align is not on PATH, and systran-align is not installed: `pip install systran-align`"

    def _write(self, pairs: Pairs, directory: Path) -> bytearray:
        with (directory / "text").open("w", encoding="ascii") as file:
            return number_pairs(
                pairs,
                (Numbers(self.fold), Numbers(self.fold)),
                lambda src, tgt: file.write(f"{' '.join(map(str, src))} ||| {' '.join(map(str, tgt))}\n"),
            )

    def _run(self, directory: Path, pairs: int) -> tuple[Path, Path]:
        text, forward, backward = (directory / name for name in ("text", "forward", "backward"))
        if self._chosen() == "fast_align":
            run(["fast_align", "-i", text, *SETTINGS], forward)
            run(["fast_align", "-i", text, *SETTINGS, "-r"], backward)
            return forward, backward
        # A process of its own: OpenMP takes the number of threads from the environment that the process began with.
        run([sys.executable, "-P", Path(__file__).with_name("systran.py"), text], forward)
        return forward, forward

    def _chosen(self) -> str:
        wanted = PROGRAMS if self.program == "auto" else (self.program,)
        for program in wanted:
            if _installed(program):
                return program
        raise IsoglossError("aligner fast_align", f"{' and '.join(wanted)} cannot be found", "", "Install it, or choose another aligner")


def _installed(program: str) -> bool:
    return bool(which("fast_align") if program == "fast_align" else find_spec("systran_align"))
