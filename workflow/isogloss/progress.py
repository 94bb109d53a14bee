"""A bar on a terminal, plain lines in a job."""

import sys
import time
from collections.abc import Callable

from tqdm import tqdm

QUIET = 60.0  # seconds without a line in a job, after which the next step is told


class Progress:
    """Counts steps to a total; `report` moves the bar, or prints one line. `silent`: neither (another process reports)."""

    def __init__(self, total: int, title: str, *, silent: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._title, self._silent, self._clock, self._told = total, title, silent, clock, clock()
        self._bar = tqdm(total=total, desc=title, unit="step", dynamic_ncols=True) if sys.stderr.isatty() and not silent else None

    def report(self, step: int, text: str) -> None:
        if self._bar is None:
            self.write(f"step {step}/{self._total}, {text}")
        else:
            self._bar.set_postfix_str(text, refresh=False)
            self._bar.update(step - self._bar.n)

    def tick(self, step: int) -> None:
        """Between two reports: moves the bar, or prints a line a minute."""
        if self._bar is not None:
            self._bar.update(step - self._bar.n)
        elif self._clock() - self._told >= QUIET:
            self.write(f"step {step}/{self._total}")

    def write(self, text: str) -> None:
        self._told = self._clock()
        if self._silent:
            return
        line = f"{time.strftime('%H:%M:%S')} {self._title}: {text}"
        if self._bar is None:
            print(line, file=sys.stderr, flush=True)
        else:
            self._bar.write(line, file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
