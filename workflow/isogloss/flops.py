"""What a recipe costs in floating-point operations, and what share of the machine's it gets. No torch until a machine is asked."""

import functools
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MASKED = 0.15  # share of tokens that reach the head

# Words of a GPU's name -> dense TFLOP/s on the data sheet: in bf16 with fp32 sums (fp16 before there was bf16), and in fp32 outside
# the tensor cores. Of several rows that fit the one with the most words counts.
GPU_PEAKS = {
    "P100": (21.2, 10.6),
    "V100": (125, 15.7),
    "T4": (65, 8.1),
    "A10": (125, 31.2),
    "A10G": (70, 31.5),
    "A30": (165, 10.3),
    "A40": (149.7, 37.4),
    "A100": (312, 19.5),
    "A800": (312, 19.5),
    "RTX A6000": (154.8, 38.7),
    "RTX 3090": (71, 35.6),
    "RTX 4090": (165, 82.6),
    "RTX 5090": (209.5, 104.8),
    "RTX 6000 Ada": (364, 91.1),
    "L4": (121, 30.3),
    "L40": (181, 90.5),
    "L40S": (362, 91.6),
    "H20": (148, 44),
    "H100": (989, 67),
    "H100 NVL": (835, 60),
    "H100 PCIe": (756, 51),
    "H800": (989, 67),
    "GH200": (989, 67),
    "H200": (989, 67),
    "H200 NVL": (835, 60),
    "B200": (2250, 75),
    "MI250X": (383, 47.9),
    "MI300X": (1307, 163.4),
}
PARTIAL = {"MIG", "Laptop", "D"}  # a slice of the card, or a smaller card of the same name


def parameters(encoder: Mapping[str, Any], vocab_size: int) -> dict[str, int]:
    """Parameter counts: `body` (the layers), `embedding` (tokens, tied with the head, and positions)."""
    width, inner = encoder["width"], encoder["feed_forward"]
    layer = 4 * width * (width + 1) + 2 * width * inner + inner + width + 4 * width
    return {"body": encoder["layers"] * layer, "embedding": (vocab_size + encoder["max_length"] + 1) * width}


def flops_per_token(encoder: Mapping[str, Any], vocab_size: int, length: float, masked: float = MASKED) -> float:
    """Forward and backward of one token in a row of `length`: 6 N for the layers, 12 L H for attention, 6 (V + H) H per masked token for the head.

    (Kaplan et al. 2020, section 2.1; padding is not counted.)
    """
    width, layers = encoder["width"], encoder["layers"]
    return 6 * parameters(encoder, vocab_size)["body"] + 12 * layers * length * width + masked * 6 * (vocab_size + width) * width


def mfu(tokens_per_second: float, flops_per_token: float, peak: float | None) -> float | None:
    """Model FLOPs utilisation (Chowdhery et al. 2022, appendix B): what the model needs over what the machine can; None if nobody knows.

    `peak` is in FLOP/s, of all devices that share the tokens.
    """
    return None if peak is None else tokens_per_second * flops_per_token / peak


def peak_flops(device: "torch.device", precision: str) -> float | None:
    """FLOP/s of dense matrix products on one device in precision "fp32" or "bf16": of a GPU by its data sheet, None where it is not in the
    table; of a CPU measured, on the threads that torch uses now, the first time, in a quarter of a second.
    """
    import torch

    if device.type == "cuda":
        return gpu_peak(torch.cuda.get_device_name(device), precision)
    return _measured(precision, torch.get_num_threads()) if device.type == "cpu" else None


def gpu_peak(name: str, precision: str) -> float | None:
    """`peak_flops` of a GPU by the name that its driver gives ("NVIDIA H100 80GB HBM3" is the SXM board)."""
    words = set(re.split(r"[\s-]+", name))
    known = [row for row in GPU_PEAKS if set(row.split()) <= words]
    if not known or words & PARTIAL:
        return None
    half, single = GPU_PEAKS[max(known, key=lambda row: len(row.split()))]
    return 1e12 * (half if precision == "bf16" else single)


@functools.cache
def _measured(precision: str, threads: int) -> float:
    """The best rate of a few products; small ones first, so that a slow processor is not kept for long."""
    import torch

    dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[precision]
    best, size, began = 0.0, 128, time.perf_counter()
    while time.perf_counter() - began < 0.2:
        square = torch.ones(size, size, dtype=dtype)  # no random numbers: the training's generator stays where it is
        square @ square  # the first product of a shape sets its kernel up
        start = time.perf_counter()
        square @ square
        best = max(best, 2 * size**3 / (time.perf_counter() - start))
        size = min(2 * size, 1024)
    return best
