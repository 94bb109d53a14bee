"""Batches of a step for all objectives, made in a thread one step ahead of the training."""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from .batch import Batch
from .rows import Rows
from .streams import Stream


class Loader:
    """Use as a context manager. What it hands out depends on the streams' states alone, never on timing."""

    def __init__(self, streams: Mapping[str, Stream], rows: Mapping[str, Rows]) -> None:
        self._streams, self._rows = streams, rows
        self._thread = ThreadPoolExecutor(1, "batches")
        self._next: Future[tuple[dict[str, Batch], dict[str, Any]]] | None = None
        self._state: dict[str, Any] | None = None
        self.waited = 0.0  # seconds that the training has waited for batches

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def next_batches(self) -> dict[str, Batch]:
        """The rows of the next step by objective, with nothing hidden yet."""
        began = time.monotonic()
        batches, self._state = (self._next or self._thread.submit(self._make)).result()
        self.waited += time.monotonic() - began
        self._next = self._thread.submit(self._make)
        return batches

    def state(self) -> dict[str, Any]:
        """The streams' states after the last batches that were handed out."""
        return self._states() if self._state is None else self._state

    def _make(self) -> tuple[dict[str, Batch], dict[str, Any]]:
        batches = {name: self._rows[name].batch(stream.next_batch()) for name, stream in self._streams.items()}
        return batches, self._states()

    def _states(self) -> dict[str, Any]:
        return {name: stream.state() for name, stream in self._streams.items()}
