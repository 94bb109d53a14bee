"""Posteriors -> candidates: what each direction chooses, and whatever is not unlikely."""

from collections.abc import Iterator

import numpy as np
import torch

from ..contract import BACKWARD, FORWARD, NONE, Candidates

UNLIKELY = 10  # percent: what no direction chooses and is less likely is not kept


class Decoder:
    """Collects the candidates of batches in any order; 6 bytes each."""

    def __init__(self, rows: int) -> None:
        self._sizes = np.zeros(rows, np.int64)
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, rows: np.ndarray, forward_BIJ: torch.Tensor, backward_BIJ: torch.Tensor) -> None:
        """Candidates of some rows. A word chooses its likeliest partner, of equal ones the first, unless it likes none better still."""
        percent_BIJ = (100 * (forward_BIJ * backward_BIJ).sqrt()).round().clamp_(0, 100).to(torch.uint8)
        direction_BIJ = FORWARD * _chosen(forward_BIJ, 1) + BACKWARD * _chosen(backward_BIJ, 2)
        row, src, tgt = torch.nonzero((direction_BIJ > 0) | (percent_BIJ >= UNLIKELY), as_tuple=True)
        kept = (direction_BIJ[row, src, tgt], percent_BIJ[row, src, tgt])
        self._sizes[rows] = torch.bincount(row, minlength=len(rows)).cpu().numpy()
        places = [part.cpu().numpy().astype(np.uint16) for part in (src, tgt)]
        self._parts.append((rows, *places, *(part.cpu().numpy().astype(np.uint8) for part in kept)))

    def rows(self) -> Iterator[Candidates]:
        """The candidates of every row, in the order of the corpus."""
        ends = np.concatenate([[0], np.cumsum(self._sizes)])
        columns = [np.empty(ends[-1], kind) for kind in (np.uint16, np.uint16, np.uint8, np.uint8)]
        while self._parts:
            rows, *part = self._parts.pop()
            sizes = self._sizes[rows]
            starts = np.cumsum(sizes) - sizes
            places = np.repeat(ends[rows] - starts, sizes) + np.arange(sizes.sum())
            for column, values in zip(columns, part, strict=True):
                column[places] = values
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            yield Candidates(*(column[start:end].tolist() for column in columns)) if end > start else NONE


def _chosen(posterior_BIJ: torch.Tensor, dim: int) -> torch.Tensor:
    """Which cell each word of the other dimension chooses, 0 or 1; none where the empty word is likelier."""
    best, place = posterior_BIJ.max(dim, keepdim=True)
    wanted = best > 1 - posterior_BIJ.sum(dim, keepdim=True)
    return torch.zeros_like(posterior_BIJ, dtype=torch.uint8).scatter_(dim, place, wanted.to(torch.uint8))
