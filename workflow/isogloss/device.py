"""Where and in which precision to compute."""

import contextlib
import ctypes
import os

import torch


def choose_device() -> torch.device:
    """The visible GPU (the one that was set, of several), else the CPU."""
    return torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")


def use_determinism(threads: int) -> None:
    """Same seed, same numbers on the same machine: fixed thread count, deterministic kernels where there is a choice."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)


def keep_memory(device: torch.device) -> None:
    """On a CPU, let the process keep the memory that it frees: the next step asks for just as much.

    By default glibc hands large blocks back to the system at once, and every step pays for fresh pages: up to half of its time
    (docs/performance.md). Where there is no glibc nothing happens.
    """
    if device.type != "cpu":
        return
    no_mmap, never_trim = (-4, 0), (-1, 2**31 - 1)  # M_MMAP_MAX, M_TRIM_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):
        for setting in (no_mmap, never_trim):
            ctypes.CDLL("libc.so.6").mallopt(*setting)


def bf16_pays(device: torch.device) -> bool:
    """Whether the processor multiplies matrices in bf16 itself; elsewhere it is emulated and slower than fp32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # private, so absent ones count as no
    return any(getattr(torch.cpu, probe, lambda: False)() for probe in probes)


def chosen_precision(precision: str, device: torch.device) -> str:
    """ "fp32" or "bf16" for a setting that may be "auto"."""
    return ("bf16" if bf16_pays(device) else "fp32") if precision == "auto" else precision


def autocast(precision: str, device: torch.device) -> contextlib.AbstractContextManager:
    """The context of the forward pass for precision "auto", "fp32" or "bf16"."""
    if chosen_precision(precision, device) == "bf16":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return contextlib.nullcontext()
