"""Resumable training state, kept outside the outputs that Snakemake deletes when a job fails.

A checkpoint directory belongs to one training, known by the fingerprint of everything that its result depends on. The
fingerprint is stored inside every state; states of another training are passed over. A lock keeps a second copy out. A state is
copied at once and written in a thread, while the training goes on.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from .artifacts import atomic_path, canonical_json
from .errors import IsoglossError


def fingerprint(value: Any) -> str:
    """sha256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


class Checkpoints:
    """The states of one training in a directory; use as a context manager, which holds the lock.

    Args:
        identity: fingerprint of the training; states of another are ignored and, once this one has saved, removed.
        keep: how many states stay on disk.
        warn: called with a line of text when something is passed over.
        write: false on all ranks of a training but the first: they read, and everything else does nothing.
    """

    def __init__(self, directory: str | Path, identity: str, *, keep: int, warn: Callable[[str], None], write: bool = True) -> None:
        self.directory, self.identity, self.keep, self.warn, self.write = Path(directory), identity, keep, warn, write
        self.log = self.directory / "log.jsonl"
        self._writer = ThreadPoolExecutor(1, "checkpoint")
        self._writing: Future[None] | None = None

    def __enter__(self) -> "Checkpoints":
        if not self.write:
            return self
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._lock = (self.directory / "lock").open("a")
        except OSError as error:
            raise IsoglossError(
                str(self.directory), f"cannot be written ({error.strerror})", "", "Make room or allow writing, then run again"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise IsoglossError(
                str(self.directory),
                "another process is training here",
                "one at a time",
                "Wait for it or stop it (on SLURM: squeue, scancel), then run again",
            ) from None
        for room in self.directory.glob(".*"):
            shutil.rmtree(room, ignore_errors=True)  # what a killed process was writing
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        try:
            self.wait()
        except IsoglossError as error:
            if kind is None:
                raise
            self.warn(str(error))  # what ended the training matters more
        finally:
            self._writer.shutdown()
            if self.write:
                self._lock.close()

    def latest(self) -> dict[str, Any] | None:
        """The newest state of this training, or None. A state that cannot be read is passed over for the one before it."""
        self.wait()
        for path in sorted(self.directory.glob("step-*.pt"), reverse=True):
            try:
                state = torch.load(path, map_location="cpu", weights_only=True)
            except Exception as error:  # a damaged file fails in many ways (zip, pickle, RuntimeError)
                self.warn(f"{path} cannot be read ({type(error).__name__}); passed over")
                continue
            if state.get("identity") == self.identity:
                return state
            self.warn(f"{path} belongs to a training with other settings or data; passed over")
        return None

    def save(self, step: int, state: Mapping[str, Any]) -> None:
        """Copy a state, and write it in the background; the state before stays until the new one is complete.

        Waits for the state that is still being written, if there is one, and raises its IsoglossError.
        """
        if not self.write:
            return
        self.wait()
        copied = _copied({"identity": self.identity, "step": step, **state}, {})
        self._writing = self._writer.submit(self._write, step, copied)

    def wait(self) -> None:
        """Until what was saved is on disk. Raises IsoglossError if it could not be written; the state before is still there then."""
        if self._writing is None:
            return
        writing, self._writing = self._writing, None
        try:
            writing.result()
        except (OSError, RuntimeError) as error:  # torch.save on a full disk: RuntimeError "unexpected pos 576 vs 534"
            given = f"a state could not be written ({error})".splitlines()[0]
            remedy = "Make room or allow writing, then run again: the state before is kept"
            raise IsoglossError(str(self.directory), given, "", remedy) from error

    def _write(self, step: int, state: Mapping[str, Any]) -> None:
        """Write a state atomically, then remove what is older than the newest `keep` and whatever belongs to another training."""
        newest = self.directory / f"step-{step:010d}.pt"
        with atomic_path(newest) as made:
            torch.save(state, made)
        mine = [path for path in sorted(self.directory.glob("step-*.pt")) if path <= newest]
        for path in set(self.directory.glob("step-*.pt")) - set(mine[-self.keep :]):
            path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove the states: the training has been published."""
        if not self.write:
            return
        self.wait()
        for path in self.directory.glob("step-*.pt"):
            path.unlink(missing_ok=True)

    def rewind_log(self, step: int) -> None:
        """Cut the training log back to `step`: what a killed run wrote after its last state will be written again."""
        if not self.write:
            return
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.is_file() else []
        kept = [line for line in lines if (number := _step_of(line)) is not None and number <= step]
        with atomic_path(self.log) as made:
            made.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def append_log(self, record: Mapping[str, Any]) -> None:
        if not self.write:
            return
        with self.log.open("a", encoding="utf-8") as file:
            file.write(canonical_json(record) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _copied(value: Any, known: dict[Any, torch.Tensor]) -> Any:
    """Nested state with every tensor copied to the processor's memory: what the training changes next is not in it.

    Tied weights, the same memory under two names, stay one: `known` maps what has been copied to its copy.
    """
    if isinstance(value, torch.Tensor):
        place = (value.device, value.data_ptr(), value.dtype, value.shape, value.stride())
        if value.numel() == 0 or place not in known:
            known[place] = value.detach().to("cpu", copy=True)
        return known[place]
    if isinstance(value, Mapping):
        return {key: _copied(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_copied(item, known) for item in value)
    return value


def _step_of(line: str) -> int | None:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):  # the line that a kill cut in two
        return None
