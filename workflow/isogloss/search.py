"""Nearest neighbours by cosine, exact and blocked, on a CPU or GPU; and the pairs of sentences that a margin over them finds.

    products of blocks in low precision -> k + SPARE candidates a row -> their cosines in float64 -> the k best
                                                                          if others may be as good: the whole row in float64

Shapes: N rows x, M rows y, D dimensions. Memory beside the input: the rows in float64 and in the precision of the search, and a few
blocks of similarities.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from .device import bf16_pays
from .errors import IsoglossError

SPARE = 12  # candidates beyond k, so that few rows are searched anew
BLOCK = {"cpu": 1 << 24, "cuda": 1 << 28}  # similarities held at once: 64 MiB and 1 GiB
GROUP = 16  # columns, of which one maximum is looked at first
GRID = 2.0**40  # cosines are told in steps of 1e-12: far above float64 noise and far below the resolution of float32 embeddings

Rows = torch.Tensor | np.ndarray
Neighbours = tuple[torch.Tensor, torch.Tensor]  # cosines (N, k) float64, best first, and whose they are (N, k)

MARGINS: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "ratio": lambda cosine, mean: np.divide(cosine, mean, out=np.zeros_like(cosine), where=mean > 0),
    "distance": lambda cosine, mean: cosine - mean,
    "absolute": lambda cosine, mean: cosine,
}
PAIRINGS = ("max", "intersect")


def top_k(x: Rows, y: Rows, k: int, *, centred: bool = False) -> Neighbours:
    """The k rows of y (all, if there are fewer) with the highest cosine to each row of x; of equal ones the lowest index.

    Equal means the same in steps of 1e-12 (`GRID`). A zero row has cosine 0 with everything. Neither blocks nor the precision of the
    search change the result.

    Args:
        x, y: (N, D) and (M, D), on one device.
        centred: first subtract from each side its own mean, which removes what all sentences of a language share.
    Raises:
        IsoglossError: wrong shapes, or values that are not finite.
    """
    return _search(*_units(x, y, centred), k, both=False)[0]


def top_k_both(x: Rows, y: Rows, k: int, *, centred: bool = False) -> tuple[Neighbours, Neighbours]:
    """`top_k` of x among y and of y among x, from the same products."""
    across, down = _search(*_units(x, y, centred), k, both=True)
    return across, down


def margin_candidates(
    x: Rows, y: Rows, k: int = 4, margin: str = "ratio", pairing: str = "max", *, centred: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(i, j, score): pairs of rows with a positive score, best first, each row in one pair at most (Artetxe and Schwenk 2019).

    The score of a pair sets its cosine against the mean of the means over the k nearest neighbours of both. "ratio" divides by it; where
    it is not positive, which is noise of an untrained model, there is no pair. Of equal scores the lowest i, then j comes first.

    Args:
        margin: a key of `MARGINS`.
        pairing: "max": the best of its neighbours for each row of either side, taken greedily; "intersect": what both sides call best.
    """
    (x_cosine, x_near), (y_cosine, y_near) = (
        (scores.cpu().numpy(), near.cpu().numpy()) for scores, near in top_k_both(x, y, k, centred=centred)
    )
    x_mean, y_mean = x_cosine.mean(1), y_cosine.mean(1)
    x_score = MARGINS[margin](x_cosine, (x_mean[:, None] + y_mean[x_near]) / 2)
    y_score = MARGINS[margin](y_cosine, (x_mean[y_near] + y_mean[:, None]) / 2)
    x_best, y_best = (np.take_along_axis(near, score.argmax(1)[:, None], 1)[:, 0] for near, score in ((x_near, x_score), (y_near, y_score)))
    i = np.concatenate([np.arange(len(x_best)), y_best])
    j = np.concatenate([x_best, np.arange(len(y_best))])
    score = np.concatenate([x_score.max(1), y_score.max(1)])
    kept = score > 0
    if pairing == "intersect":
        kept &= (x_best[i] == j) & (y_best[j] == i)
    i, j, score = i[kept], j[kept], score[kept]
    order = np.lexsort((j, i, -score))
    chosen = order[_one_to_one(i[order], j[order])]
    return i[chosen], j[chosen], score[chosen]


def _one_to_one(i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Whether each pair, in this order, has both rows to itself."""
    free: tuple[set[int], set[int]] = (set(i.tolist()), set(j.tolist()))
    kept = np.zeros(len(i), dtype=bool)
    for place, (left, right) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if left in free[0] and right in free[1]:
            kept[place] = True
            free[0].remove(left)
            free[1].remove(right)
    return kept


# ------------------------------------------------------------------------------------------------------------------ search


class _Side(NamedTuple):
    """One side as it is searched: its distance from its mean, rounded; bounds of what rounding does to a product with it."""

    low_ND: torch.Tensor
    norm_N: torch.Tensor
    lost_N: torch.Tensor


class _Candidates:
    """The best so far of each row by the products in low precision."""

    def __init__(self, rows: int, count: int, device: torch.device) -> None:
        self.scores = torch.full((rows, count), -math.inf, device=device)
        self.index = torch.zeros((rows, count), dtype=torch.long, device=device)

    def add(self, rows: slice, tile: torch.Tensor, first: int) -> None:
        """Take in the similarities (rows, columns) of some rows to the columns from `first` on."""
        found, places = _top(tile, min(self.scores.shape[1], tile.shape[1]))
        scores = torch.cat([self.scores[rows], found], 1)
        index = torch.cat([self.index[rows], places + first], 1)
        best = scores.topk(self.scores.shape[1], dim=1)
        self.scores[rows], self.index[rows] = best.values, index.gather(1, best.indices)


def _search(x_ND: torch.Tensor, y_MD: torch.Tensor, k: int, both: bool) -> list[Neighbours]:
    """`top_k` of x among y, and with `both` of y among x, of unit rows.

    With x = a + x' and y = b + y', a and b the means, xy = x'y' + xb + ay'. Where all sentences are alike (raw encoders have cosines
    about 0.9) x'y' is small, and so is its error.
    """
    a, b, dtype = x_ND.mean(0), y_MD.mean(0), _search_type(x_ND.device)
    x, y = _side(x_ND, a, dtype), _side(y_MD, b, dtype)
    x_rest, y_rest = (x_ND @ b).float(), (y_MD @ a - b @ a).float()
    across = _Candidates(len(x_ND), min(k + SPARE, len(y_MD)), x_ND.device)
    down = _Candidates(len(y_MD), min(k + SPARE, len(x_ND)), x_ND.device) if both else None
    for rows, columns in _blocks(len(x_ND), len(y_MD), BLOCK[x_ND.device.type]):
        tile = _product(x.low_ND[rows], y.low_ND[columns]).add_(x_rest[rows, None]).add_(y_rest[columns])
        across.add(rows, tile, columns.start)
        if down:
            down.add(columns, tile.T, rows.start)
    found = [_settled(x_ND, y_MD, across, _error(x, y), k)]
    return [*found, _settled(y_MD, x_ND, down, _error(y, x), k)] if down else found


def _top(tile: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`topk` of each row, several times as fast for a wide one: the best are in the groups of columns whose maxima are best."""
    if tile.shape[1] <= GROUP * count:
        values, index = tile.topk(count, dim=1)
        return values, index
    if missing := -tile.shape[1] % GROUP:
        tile = nn.functional.pad(tile, (0, missing), value=-math.inf)
    maxima = reduce(torch.maximum, tile.chunk(GROUP, dim=1))  # `amax` is slow on a transposed tile
    inside = maxima.shape[1] * torch.arange(GROUP, device=tile.device)
    index = (maxima.topk(count, dim=1).indices[:, :, None] + inside).flatten(1)
    values, places = tile.gather(1, index).topk(count, dim=1)
    return values, index.gather(1, places)


def _settled(x_ND: torch.Tensor, y_MD: torch.Tensor, candidates: _Candidates, error_N: torch.Tensor, k: int) -> Neighbours:
    """The k best of the candidates, or of all where one that is none may be as good."""
    index = candidates.index.sort(dim=1).values
    rows = torch.arange(len(x_ND), device=x_ND.device)[:, None].expand_as(index)
    scores = _cosines(x_ND, y_MD, rows.flatten(), index.flatten()).view(index.shape)
    scores, order = scores.sort(dim=1, descending=True, stable=True)
    scores, index = scores[:, :k].contiguous(), index.gather(1, order)[:, :k].contiguous()
    if candidates.index.shape[1] < len(y_MD):
        doubtful = candidates.scores[:, -1] + error_N + 1 / GRID >= scores[:, -1]
        for part in doubtful.nonzero()[:, 0].split(max(1, BLOCK[x_ND.device.type] // len(y_MD))):
            scores[part], index[part] = _whole_rows(x_ND, y_MD, part, scores.shape[1])
    return scores, index


def _whole_rows(x_ND: torch.Tensor, y_MD: torch.Tensor, rows: torch.Tensor, k: int) -> Neighbours:
    """The k best of all, for some rows."""
    cosines = x_ND[rows] @ y_MD.T
    near = (cosines >= cosines.topk(k, dim=1).values[:, -1:] - 2 / GRID).nonzero()
    scores = _cosines(x_ND, y_MD, rows[near[:, 0]], near[:, 1])
    order = scores.sort(descending=True, stable=True).indices
    order = order[near[order, 0].sort(stable=True).indices]
    starts = torch.searchsorted(near[:, 0].contiguous(), torch.arange(len(rows), device=rows.device))
    best = order[starts[:, None] + torch.arange(k, device=rows.device)]
    return scores[best], near[best, 1]


def _cosines(x_ND: torch.Tensor, y_MD: torch.Tensor, i: torch.Tensor, j: torch.Tensor) -> torch.Tensor:
    """The cosine of each pair of unit rows (i, j) in float64, in steps of 1 / GRID: the same for equal rows, wherever they stand."""
    sums = [_sums(x_ND[left] * y_MD[right]) for left, right in zip(_parts(i, x_ND.shape[1]), _parts(j, x_ND.shape[1]), strict=True)]
    return (torch.cat(sums) * GRID).round() / GRID


def _sums(values_ND: torch.Tensor) -> torch.Tensor:
    """The sum of each row, overwriting them, in an order that depends on D alone: `sum` chooses one by shape and device."""
    while (width := values_ND.shape[1]) > 1:
        half = (width + 1) // 2
        values_ND[:, : width - half] += values_ND[:, half:]
        values_ND = values_ND[:, :half]
    return values_ND[:, 0].clone()  # lets go of the others


def _parts(rows: torch.Tensor, width: int | None = None) -> tuple[torch.Tensor, ...]:
    """Runs of rows that, `width` numbers each (their own by default), make a block in float64."""
    return rows.split(max(1, BLOCK[rows.device.type] // (2 * (width or rows.shape[1]))))


def _search_type(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" and bf16_pays(device) else torch.float32


def _product(x_ND: torch.Tensor, y_MD: torch.Tensor) -> torch.Tensor:
    """(N, M) float32; bf16 products are not rounded to bf16."""
    if x_ND.device.type == "cuda" and x_ND.dtype == torch.bfloat16:
        return torch.mm(x_ND, y_MD.T, out_dtype=torch.float32)
    return x_ND.float() @ y_MD.float().T


def _side(rows_ND: torch.Tensor, mean_D: torch.Tensor, dtype: torch.dtype) -> _Side:
    parts = []
    for away_ND in (part - mean_D for part in _parts(rows_ND)):
        low_ND = away_ND.to(dtype)
        parts.append((low_ND, away_ND.norm(dim=1), (away_ND - low_ND).norm(dim=1)))
    return _Side(*(torch.cat(part) for part in zip(*parts, strict=True)))


def _error(x: _Side, y: _Side) -> torch.Tensor:
    """(N,) the most by which the similarity of a row of x to any of y is off: the rounding of both, D sums, and the two means' share."""
    sums = x.low_ND.shape[1] * 2.0**-22  # four times what rounding to nearest loses: tensor cores cut off
    x_norm, y_norm = x.norm_N + x.lost_N, y.norm_N.max()
    return x.lost_N * y_norm + x_norm * y.lost_N.max() + sums * x_norm * (y_norm + y.lost_N.max()) + 2.0**-20


def _blocks(rows: int, columns: int, size: int) -> Iterator[tuple[slice, slice]]:
    """Blocks of at most `size` cells that cover a matrix, about square where it is large."""
    width = min(columns, math.isqrt(size))
    height = max(1, size // width)
    for top in range(0, rows, height):
        for left in range(0, columns, width):
            yield slice(top, min(rows, top + height)), slice(left, min(columns, left + width))


def _units(x: Rows, y: Rows, centred: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Both sides in float64 with rows of length 1 (or 0)."""
    x_ND, y_MD = torch.as_tensor(x), torch.as_tensor(y)
    shapes = tuple(x_ND.shape), tuple(y_MD.shape)
    if not len(shapes[0]) == len(shapes[1]) == 2 or shapes[0][1] != shapes[1][1] or 0 in shapes[0] + shapes[1]:
        given = f"rows have shapes {shapes[0]} and {shapes[1]}"
        raise IsoglossError("retrieval", given, "expected (N, D) and (M, D), none of them 0", "Embed both sides with one model")
    return _unit(x_ND, centred), _unit(y_MD, centred)


def _unit(rows_ND: torch.Tensor, centred: bool) -> torch.Tensor:
    if not rows_ND.isfinite().all():
        remedy = "The model has diverged: lower its learning rate and train again"
        raise IsoglossError("retrieval", "embeddings hold NaN or infinity", "", remedy)
    rows_ND = rows_ND.double()
    if centred:
        rows_ND = rows_ND - rows_ND.mean(0)
    norm_N = torch.cat([_sums(part * part) for part in _parts(rows_ND)]).sqrt()
    return rows_ND / torch.where(norm_N > 0, norm_N, 1)[:, None]
