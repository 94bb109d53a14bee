"""Where the time of a step goes: a trace of a few steps for chrome://tracing or ui.perfetto.dev, and the costliest operators as text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .artifacts import atomic_path

FIRST, LAST = 5, 10  # steps of this process that are traced: the ones before set kernels, caches and the allocator up
ROWS = 25  # operators in the table


class Profile:
    """Traces steps 5 to 10 of a run, then gets out of the way; a context manager. Without a directory it does nothing.

    Args:
        directory: gets `trace.json` (Chrome trace format), once these steps are done; an older one is replaced.
        write: called with the table of operators, and with a warning if the run ends before step 5.
    """

    def __init__(self, directory: Path | None, write: Callable[[str], None]) -> None:
        self._directory, self._write = directory, write
        self._profiler: Any = None

    def __enter__(self) -> "Profile":
        if self._directory is not None:
            from torch.profiler import profile, schedule

            steps = schedule(wait=FIRST - 2, warmup=1, active=LAST - FIRST + 1, repeat=1)
            self._profiler = profile(schedule=steps, on_trace_ready=self._finish)
            self._profiler.start()
        return self

    def step(self) -> None:
        """One step of the training is over."""
        if self._profiler is not None:
            self._profiler.step()

    def __exit__(self, *_: object) -> None:
        if self._profiler is not None:
            self._profiler.stop()  # a run that ends between the two steps leaves what it has
        if self._profiler is not None:
            self._write(f"no trace was written: the run ended before step {FIRST}")

    def _finish(self, profiler: Any) -> None:
        import torch

        self._profiler = None
        with atomic_path((self._directory or Path()) / "trace.json") as made:
            profiler.export_chrome_trace(str(made))
        order = f"self_{'cuda' if torch.cuda.is_available() else 'cpu'}_time_total"
        self._write(
            f"trace in {self._directory}; operators by their own time:\n{profiler.key_averages().table(sort_by=order, row_limit=ROWS)}"
        )
