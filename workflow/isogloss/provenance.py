"""What made an artifact: versions, commit, code, machine. No torch is imported unless it already is."""

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
_ENCODING = ("attention.py", "batch.py", "cross_entropy.py", "device.py", "dropout.py", "encoder.py", "schedule.py", "vocab.py")
_FEEDING = (
    *(
        "hashing.py",
        "loader.py",
        "masking.py",
        "packing.py",
        "pooling.py",
        "rows.py",
        "streams.py",
        "tokens.py",
        "token_dictionary.py",
        "dictionaries/entries.py",
    ),
    *("words.py", "links/reader.py"),
)
STAGE_CODE = {
    "pretrain": (
        *_ENCODING,
        *_FEEDING,
        "pretrain.py",
        "trainee.py",
        "feeding.py",
        "optimizer.py",
        "parallel.py",
        "trim.py",
        "checkpoint.py",
        "publish.py",
        "inheritance.py",
        "language_embedding.py",
        "objectives/*.py",
    ),
    "finetune": ("finetune.py", "tuning.py", "probe.py", "padding.py", "heads/*.py", "features.py", *_ENCODING),
}


def code_hash(stage: str) -> str:
    """sha256 of the source files that a stage runs: two artifacts with the same hash were made by the same code."""
    digest = hashlib.sha256()
    for pattern in STAGE_CODE[stage]:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def origin(stage: str) -> dict[str, Any]:
    """The part of run.json that tells the code and the machine."""
    packages = ("torch", "transformers", "tokenizers", "numpy")
    return {
        "stage": stage,
        "code": code_hash(stage),
        "commit": commit(),
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in packages},
            "isogloss": _own_version(),
        },
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
    }


def commit() -> str | None:
    """The commit of the checkout that the package runs from, with "+" if files were changed since; None outside a checkout."""
    try:
        changed = "+" if _git("status", "--porcelain", "--", str(PACKAGE)).strip() else ""
        return _git("rev-parse", "HEAD").strip() + changed
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(PACKAGE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout


def _own_version() -> str:
    from . import __version__

    return __version__


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
