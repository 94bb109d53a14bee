"""Program: fast_align by the package systran_align. `systran.py FILE`: lines of `src ||| tgt` in, lines of `i-j` out."""

import sys
from itertools import islice
from pathlib import Path

BATCH = 4096  # pairs


def main(text: Path) -> None:
    """Print the links that systran_align makes of both directions, a line per pair."""
    import systran_align

    tables = [str(text.with_name(f"{text.name}.{direction}")) for direction in ("forward", "backward")]
    systran_align.generate_alignment_probabilities(str(text), *tables, favor_diagonal=True, optimize_tension=True, variational_bayes=True)
    aligner = systran_align.Aligner(*tables)
    with text.open(encoding="ascii") as lines:
        while batch := [tuple(side.split() for side in line.split("|||")) for line in islice(lines, BATCH)]:
            for found in aligner.align_batch(*map(list, zip(*batch, strict=True))):
                print(" ".join(f"{i}-{j}" for i, j in found["alignments"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
