"""Which GPUs: `python -m isogloss.gpus N/S COMMAND ...` reserves N shares, S to a GPU, of the visible ones for the life of the command.

N >= S: N // S whole GPUs; fewer: a part of one, beside the commands that have the other shares. `N` alone: S = 1, N GPUs. N = 0, or no
GPU at all: the CPU.

Snakemake counts GPUs but never says which, so two local jobs would both use the first. Lock files, held by the command itself (the
descriptors are inherited through exec), let each take its own: that of a GPU exclusively by who has it whole and shared by who has a
part, and one more for each share. No torch here.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def visible_gpus() -> list[str]:
    """The ids in CUDA_VISIBLE_DEVICES, or those that nvidia-smi lists; [] without a GPU."""
    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if listed is not None:
        return [gpu.strip() for gpu in listed.split(",") if gpu.strip() not in ("", "-1")]
    if not shutil.which("nvidia-smi"):
        return []
    query = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    except (OSError, subprocess.SubprocessError):  # a driver that fails or hangs
        return []


def reserve(count: int, gpus: list[str], directory: Path, share: int = 1) -> dict[str, int]:
    """Lock `count` shares, `share` to a GPU, waiting for free ones: whole GPUs (all of them if there are fewer), or a part of one.

    Returns:
        {name of a lock: its descriptor}; the locks of GPUs are named like them, those of shares `GPU.SLOT`.
    """
    if not count or not gpus:
        return {}
    directory.mkdir(parents=True, exist_ok=True)
    while True:
        whole = count >= share
        held = _lock(gpus, min(count // share, len(gpus)), directory) if whole else _lock_part(count, share, gpus, directory)
        if held:
            return held
        time.sleep(0.5)


def _lock_part(count: int, share: int, gpus: list[str], directory: Path) -> dict[str, int]:
    """Lock `count` of the shares of a GPU: the first ones of every GPU before later ones, so that commands spread over the GPUs."""
    for slots in range(count, share + 1):
        for gpu in gpus:
            shared = _lock([gpu], 1, directory, fcntl.LOCK_SH)
            if shared and (part := _lock([f"{gpu}.{slot}" for slot in range(slots)], count, directory)):
                return shared | part
            _release(shared)
    return {}


def _lock(names: list[str], count: int, directory: Path, kind: int = fcntl.LOCK_EX) -> dict[str, int]:
    """Lock `count` of these at once, or none: who waits for others must not hold any."""
    held: dict[str, int] = {}
    for name in names:
        if len(held) < count and (lock := _try_lock(directory / f"{name}.lock", kind)) is not None:
            held[name] = lock
    if len(held) == count:
        return held
    _release(held)
    return {}


def _try_lock(path: Path, kind: int) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.set_inheritable(descriptor, True)
    return descriptor


def _release(held: dict[str, int]) -> None:
    for lock in held.values():
        os.close(lock)


def main(arguments: list[str]) -> None:
    (count, _, share), command = arguments[0].partition("/"), arguments[1:]
    gpus, job = visible_gpus(), os.environ.get("SLURM_JOB_ID", "")  # every SLURM job counts its own GPUs from 0
    directory = Path(tempfile.gettempdir()) / f"isogloss-gpus-{os.getuid()}-{job}".rstrip("-")
    held = reserve(int(count), gpus, directory, int(share or 1))
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(gpu for gpu in gpus if gpu in held)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
