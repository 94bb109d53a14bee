"""Numbers for keys: the distinct ones in ascending order, for more keys than fit into memory.

    chunk of keys --sort--> its distinct keys, local number of each key      (both to disk)
    all distinct keys --merge--> the table;   local number -> place in the table

A key is sorted with its place packed into the low bits: one sort of plain integers, which processors do fastest.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

CHUNK = 1 << 22  # keys sorted at a time
KEY_BITS = 40  # of the greatest key; with the 23 bits of a place in a chunk of at most twice CHUNK they fill an int64


def number(chunks: Iterable[np.ndarray], numbers: Path, room: Path) -> tuple[np.ndarray, np.ndarray]:
    """(table of all distinct keys, how often each occurs); the number of every key, int32, goes to the file `numbers`, in order.

    Args:
        chunks: int64 keys from 0 and below 2 ** KEY_BITS, none of them longer than twice CHUNK.
        room: directory for what does not stay.
    """
    runs, sizes = _Runs(), []
    with numbers.open("wb") as out:
        for place, keys in enumerate(chunks):
            distinct, local = _distinct(keys)
            np.save(room / f"run-{place}.npy", distinct)
            local.tofile(out)
            runs.add(distinct)
            sizes.append(len(keys))
    table = runs.merged()
    count = np.zeros(len(table), np.int32)
    start = 0
    with numbers.open("r+b") as file:
        for place, size in enumerate(sizes):
            run = room / f"run-{place}.npy"
            final = np.searchsorted(table, np.load(run, allow_pickle=False)).astype(np.int32)
            run.unlink()
            file.seek(4 * start)
            local = np.fromfile(file, np.int32, size)
            count[final] += np.bincount(local, minlength=len(final)).astype(np.int32)  # each occurs once in `final`
            file.seek(4 * start)
            final[local].tofile(file)
            start += size
    return table, count


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distinct keys in order, the place of each key among them as int32)."""
    if not len(keys):
        return keys, keys.astype(np.int32)
    bits = max(1, int(len(keys) - 1).bit_length())
    packed = (keys << bits) | np.arange(len(keys))
    packed.sort()
    place = packed & ((1 << bits) - 1)
    packed >>= bits
    first = np.empty(len(packed), bool)
    first[0] = True
    np.not_equal(packed[1:], packed[:-1], out=first[1:])
    local = np.empty(len(keys), np.int32)
    local[place] = np.cumsum(first, dtype=np.int32) - np.int32(1)
    return packed[first], local


class _Runs:
    """Sorted arrays of distinct keys, merged like the digits of a binary counter: every key is merged log(runs) times."""

    def __init__(self) -> None:
        self._runs: list[np.ndarray] = []

    def add(self, run: np.ndarray) -> None:
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            self._merge()

    def merged(self) -> np.ndarray:
        while len(self._runs) > 1:
            self._merge()
        return self._runs.pop() if self._runs else np.empty(0, np.int64)

    def _merge(self) -> None:
        both = np.concatenate([self._runs.pop(), self._runs.pop()])
        both.sort()
        keep = np.ones(len(both), bool)
        np.not_equal(both[1:], both[:-1], out=keep[1:])
        self._runs.append(both[keep])
