"""Clock and counters of one stretch of training, and what it takes from the machine."""

import math
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from isogloss.errors import IsoglossError

FEWEST_STEPS = 3  # measured, however slow they are


@dataclass(frozen=True)
class Measured:
    """`tokens` without padding, `cells` with it, `seconds` of wall time, optimiser steps."""

    tokens: int
    cells: int
    seconds: float
    steps: int

    @property
    def speed(self) -> float:
        """Real tokens a second."""
        return self.tokens / self.seconds

    @property
    def padding(self) -> float:
        """Share of cells that hold no token."""
        return 1 - self.tokens / self.cells


def middle(rounds: list[Measured]) -> float:
    """Median of the real tokens a second."""
    return statistics.median(round.speed for round in rounds)


class Meter:
    """Counts between a warm-up and a limit; the device is waited for at both ends only.

    An engine calls `count` for every batch that it trains on, and `step_done` after each optimiser step until that says stop.

    Args:
        warmup: steps before the clock starts.
        seconds: stop after as many, but not before FEWEST_STEPS; or `steps`: stop after exactly as many.
    """

    def __init__(self, device: torch.device, *, warmup: int, seconds: float = math.inf, steps: int | None = None) -> None:
        self._device, self._warmup, self._seconds, self._limit = device, warmup, seconds, steps
        self._steps = 0
        self._start()

    def count(self, tokens: int | torch.Tensor, cells: int) -> None:
        """A tensor stays where it is until the end: to read it would make the device wait."""
        self._tokens = self._tokens + tokens
        self._cells += cells

    def step_done(self) -> bool:
        """Whether to stop."""
        self._steps += 1
        if self._warmup:
            self._warmup -= 1
            if not self._warmup:
                self._start()
            return False
        enough = self._steps >= FEWEST_STEPS and time.perf_counter() - self._began >= self._seconds
        if enough or self._steps == self._limit:
            self._wait()
            self.result = Measured(int(self._tokens), self._cells, time.perf_counter() - self._began, self._steps)
            return True
        return False

    def _start(self) -> None:
        self._wait()
        self._tokens: int | torch.Tensor = 0
        self._cells, self._steps, self._began = 0, 0, time.perf_counter()

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize()


def peak_memory(work: Callable[..., None], *arguments) -> float:
    """GB that `work` takes at its peak in a process of its own: growth of the resident set, or what is allocated on the GPU."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_report_peak, args=(sender, work, *arguments))
    child.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        child.join()
        raise IsoglossError("memory", f"the measuring process ended with {child.exitcode}", "", "Its message is above") from None
    finally:
        child.join()


def _report_peak(sender, work: Callable[..., None], *arguments) -> None:
    before = _resident("VmRSS")
    work(*arguments)
    peak = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else _resident("VmHWM") - before
    sender.send(peak / 1e9)


def _resident(field: str) -> int:
    """Bytes of this process in memory: now (VmRSS) or at its peak (VmHWM).

    Not `getrusage`: its peak outlives exec, so a child starts with what its parent held.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        raise IsoglossError("memory", "/proc is missing", "Linux", "Add --no-memory")
    return 1024 * next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(f"{field}:"))
