"""Scores from counts: no torch, no files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scoring:
    """A way to compare predictions with gold.

    Args:
        counts: (gold, predicted) pairs -> plain JSON counts; those of the parts of a set add up to those of the whole.
        metrics: counts -> {metric: percent}; 0/0 is 0.
    """

    counts: Callable[[Sequence[tuple[Any, Any]]], dict[str, Any]]
    metrics: Callable[[dict[str, Any]], dict[str, float]]
