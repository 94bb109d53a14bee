"""Rows of different length -> rectangular batches with little padding."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch

BATCH_TOKENS = 8192  # padded tokens of a prediction batch


def pad_rows(rows: Sequence[Sequence[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """ids (B, L) filled up with `pad`, and the mask (B, L) of what is not padding."""
    length = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad] * (length - len(row))] for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])


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
