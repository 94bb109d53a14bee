"""What a training tells about itself: means over the steps since the last log line, the watch over numbers that are not finite, speed."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from .flops import mfu
from .memory import gigabytes
from .parallel import Ranks


class Window:
    """Sums of metrics by name, kept on the device, so that nothing waits for it between log lines."""

    def __init__(self, sums: Mapping[str, Any] | None = None) -> None:
        self.sums: dict[str, tuple[torch.Tensor, int]] = dict(sums or {})  # name -> (total, count)

    def add(self, values: Mapping[str, torch.Tensor]) -> None:
        for name, value in values.items():
            total, count = self.sums.get(name, (torch.zeros((), dtype=torch.float64), 0))
            self.sums[name] = (total.to(value.device) + value.detach().double(), count + 1)

    def mean(self, name: str) -> float:
        total, count = self.sums[name]
        return float(total) / count

    def total(self, name: str) -> int:
        """The sum of counts; waits for the device."""
        return int(self.sums[name][0]) if name in self.sums else 0

    def means(self, ranks: Ranks) -> dict[str, float]:
        """Means over the steps and the ranks."""
        return {name: round(float(total) / count, 6) for name, (total, count) in self.over(ranks).items()}

    def over(self, ranks: Ranks) -> dict[str, tuple[torch.Tensor, int]]:
        """The sums as means over the ranks: what a checkpoint keeps, so that any number of ranks can go on."""
        if not self.sums:
            return {}
        totals = ranks.mean(torch.stack([total.double() for total, _ in self.sums.values()]))
        return {name: (total, count) for (name, (_, count)), total in zip(self.sums.items(), totals.unbind(), strict=True)}

    def not_finite(self) -> str | None:
        """The first name whose sum is infinite or not a number."""
        return next((name for name, (total, _) in self.sums.items() if not torch.isfinite(total)), None)

    def clear(self) -> None:
        self.sums.clear()


class Pace:
    """How fast a training goes, since its last log line and since its start; later processes of the same training count on.

    Args:
        flops_per_token, peak: for `mfu`; peak in FLOP/s of all devices together, None if unknown.
        tokens, seconds: what earlier processes of this training came to.
        clock: seconds that never go back.
    """

    def __init__(
        self, flops_per_token: float, peak: float | None, *, tokens: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._flops_per_token, self._peak, self._clock = flops_per_token, peak, clock
        self._began = clock() - seconds
        self._line = (tokens, seconds, 0.0)  # at the last log line

    @property
    def seconds(self) -> float:
        """Seconds of training, those of earlier processes included."""
        return self._clock() - self._began

    def line(self, tokens: int, waited: float, memory: int) -> dict[str, float]:
        """The part of a log line that is about speed.

        Call it after the means of the window, which wait for the device: before that the last steps are only queued there.

        Args:
            tokens: since the start of the training, on all devices, without padding.
            waited: seconds that this process has waited for data since it began.
            memory: bytes that it has had at most.
        """
        seconds = self.seconds
        before, then, waited_before = self._line
        self._line = (tokens, seconds, waited)
        rate = (tokens - before) / max(seconds - then, 1e-9)
        used = mfu(rate, self._flops_per_token, self._peak)
        return {
            "seconds": round(seconds, 3),
            "tokens_per_second": round(rate, 1),
            "tokens_per_second_overall": round(tokens / max(seconds, 1e-9), 1),
            **({} if used is None else {"mfu": round(used, 4)}),
            "waited": round(waited - waited_before, 3),
            "memory_gb": float(gigabytes(memory)),
        }


def summary(record: Mapping[str, float]) -> str:
    """A log line in words, for the terminal; what the record lacks is left out."""
    losses = ", ".join(f"{name.removeprefix('loss/')} {value:.3f}" for name, value in record.items() if name.startswith("loss/"))
    words = {
        "loss": f"loss {{:.3f}} ({losses})" if losses.count(",") else "loss {:.3f}",
        "tokens_per_second": "{:,.0f} tokens/s",
        "mfu": "{:.0%} MFU",
        "padding": "{:.1%} padding",
        "gradient_norm": "gradient norm {:.2f}",
        "memory_gb": "{:.2f} GB",
        "waited": "waited {:.1f} s",
    }
    return ", ".join(form.format(record[name]) for name, form in words.items() if name in record)
