"""Which GPUs: `python -m isogloss.gpus N COMMAND ...` reserves N of the visible ones for the life of the command.

Snakemake counts GPUs but never says which, so two local jobs would both use the first. A lock file per GPU, held by the command
itself (the descriptor is inherited through exec), lets each take its own. N = 0, or no GPU at all: the CPU. No torch here.
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


def reserve(count: int, gpus: list[str], directory: Path) -> dict[str, int]:
    """Lock `count` of the GPUs (all of them if there are fewer), waiting for free ones: {id: descriptor of its lock}."""
    directory.mkdir(parents=True, exist_ok=True)
    while True:
        held: dict[str, int] = {}
        for gpu in gpus:
            if len(held) < min(count, len(gpus)) and (lock := _try_lock(directory / f"{gpu}.lock")) is not None:
                held[gpu] = lock
        if len(held) == min(count, len(gpus)):
            return held
        for lock in held.values():  # never hold some while waiting for others
            os.close(lock)
        time.sleep(0.5)


def _try_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.set_inheritable(descriptor, True)
    return descriptor


def main(arguments: list[str]) -> None:
    count, command = int(arguments[0]), arguments[1:]
    job = os.environ.get("SLURM_JOB_ID", "")  # every SLURM job counts its own GPUs from 0
    held = reserve(count, visible_gpus(), Path(tempfile.gettempdir()) / f"isogloss-gpus-{os.getuid()}-{job}".rstrip("-"))
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(held)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
