"""What a training tells about itself: means over the steps since the last log line, and the watch over numbers that are not finite."""

from collections.abc import Mapping
from typing import Any

import torch


class Window:
    """Sums of metrics by name, kept on the device, so that nothing waits for it between log lines."""

    def __init__(self, sums: Mapping[str, Any] | None = None) -> None:
        self.sums: dict[str, tuple[torch.Tensor, int]] = dict(sums or {})  # name -> (total, count); what a checkpoint keeps

    def add(self, values: Mapping[str, torch.Tensor]) -> None:
        for name, value in values.items():
            total, count = self.sums.get(name, (torch.zeros((), dtype=torch.float64), 0))
            self.sums[name] = (total.to(value.device) + value.detach().double(), count + 1)

    def mean(self, name: str) -> float:
        total, count = self.sums[name]
        return float(total) / count

    def means(self) -> dict[str, float]:
        return {name: round(self.mean(name), 6) for name in self.sums}

    def not_finite(self) -> str | None:
        """The first name whose sum is infinite or not a number."""
        return next((name for name, (total, _) in self.sums.items() if not torch.isfinite(total)), None)

    def clear(self) -> None:
        self.sums.clear()
