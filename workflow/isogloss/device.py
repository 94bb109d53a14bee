"""Where and in which precision to compute."""

import contextlib
import os

import torch


def choose_device() -> torch.device:
    """The visible GPU, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def use_determinism(threads: int) -> None:
    """Same seed, same numbers on the same machine: fixed thread count, deterministic kernels where there is a choice."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)


def bf16_pays(device: torch.device) -> bool:
    """Whether the processor multiplies matrices in bf16 itself; elsewhere it is emulated and slower than fp32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # private, so absent ones count as no
    return any(getattr(torch.cpu, probe, lambda: False)() for probe in probes)


def autocast(precision: str, device: torch.device) -> contextlib.AbstractContextManager:
    """The context of the forward pass for precision "auto", "fp32" or "bf16"."""
    if precision == "bf16" or precision == "auto" and bf16_pays(device):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return contextlib.nullcontext()
