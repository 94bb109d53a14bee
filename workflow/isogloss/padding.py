"""Rows of different length -> rectangular batches with little padding."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

BATCH_TOKENS = 8192  # padded tokens of a prediction batch


def pad_rows(rows: Sequence[Sequence[int] | np.ndarray], fill: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Values (B, L) int64 filled up with `fill`, and the mask (B, L) int64 of what is not padding."""
    lengths = np.array([len(row) for row in rows])
    mask = np.arange(lengths.max()) < lengths[:, None]
    values = np.full(mask.shape, fill, np.int64)
    values[mask] = np.concatenate(rows)
    return torch.from_numpy(values), torch.from_numpy(mask.astype(np.int64))


def by_length(items: Iterable[Any], length_of, budget: int) -> Iterator[list[Any]]:
    """Groups of similar length with at most `budget` padded tokens each (one item at least), shortest first."""
    group: list[Any] = []
    for item in sorted(items, key=length_of):
        if group and (len(group) + 1) * length_of(item) > budget:
            yield group
            group = []
        group.append(item)
    if group:
        yield group
