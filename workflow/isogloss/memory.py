"""What a training will need of the memory of a device, told before the first step; what there is; and what it took. No torch at import.

The estimate counts the tensors that torch keeps for the backward pass through transformers' layers.
"""

import resource
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import IsoglossError
from .flops import MASKED, parameters

if TYPE_CHECKING:
    import torch

LOGITS_BYTES = 2**29  # of logits at once, in cross_entropy.py
FRAGMENTATION = 1.8  # of the heap on a CPU: freed blocks leave holes that the next step's do not fill exactly; measured, see `estimate`
MARGIN = 1.5  # an estimate above this many times what there is is no estimation error any more


@dataclass(frozen=True)
class Estimate:
    """Bytes of one process at the peak of a step; `head` is what the logits and their gradients take."""

    weights: int
    gradients: int
    optimizer: int
    activations: int
    head: int

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.optimizer + self.activations + self.head


def estimate(
    encoder: Mapping[str, Any],
    vocab_size: int,
    *,
    batch_tokens: int,
    row_length: int,
    precision: str,
    optimizer: str = "adamw",
    device: str = "cpu",
    masked: float = MASKED,
    shards: int = 1,
) -> Estimate:
    """The memory of one training step, from its shape alone.

    On a CPU the growth of the resident size was 0.9 to 1.05 times the estimate, for encoders of 2 to 23 million parameters in both
    precisions; a little more than half of the activations are live tensors, the rest is holes in the heap (`FRAGMENTATION`).

    Args:
        encoder: the config section `encoder`.
        batch_tokens: cells that one process runs forward and backward at once, in rows of `row_length`.
        precision: "bf16", or anything else for fp32; weights are kept in fp32 either way.
        optimizer: "adamw" (two moments), "muon" (one for the matrices of the layers).
        device: "cpu", where attention keeps heads * row_length ** 2 scores of each row, or "cuda", where it is fused and keeps none.
        masked: share of the cells that reach the head.
        shards: processes that share weights, gradients and moments (FSDP).
    """
    counts = parameters(encoder, vocab_size)
    total = sum(counts.values()) + encoder["width"] ** 2 + vocab_size  # the head's own layer and bias
    moments = 2 * total - (counts["body"] if optimizer == "muon" else 0)
    size = 2 if precision == "bf16" else 4
    held = 1.0 if device == "cuda" else FRAGMENTATION
    casts = counts["body"] * size if size == 2 else 0  # autocast keeps the copies of a forward pass
    return Estimate(
        weights=4 * total // shards + casts,
        gradients=4 * total // shards,
        optimizer=4 * moments // shards,
        activations=round(batch_tokens * _cell(encoder, 0 if device == "cuda" else row_length, size) * held),
        head=_head(round(masked * batch_tokens), vocab_size, encoder["width"], size),
    )


def _cell(encoder: Mapping[str, Any], scored: int, size: int) -> int:
    """Bytes that the backward pass waits for, of one cell through all layers.

    scored: cells that each cell has an attention score for in memory; size: bytes of an element in matrix products.
    """
    width, inner = encoder["width"], encoder["feed_forward"]
    scores = encoder["heads"] * scored
    dropout = size if encoder["dropout"] else 0  # of the two masks
    products = 3 * width + width + 2 * inner  # query, key, value, context, both sides of the feed-forward's nonlinearity
    inputs = 4 * width if size == 2 else 2 * width  # of the linear layers: in bf16 query, key and value each have a copy
    sums = 2 * width  # before each normalisation, in fp32
    layer = size * (products + inputs + scores) + 4 * sums + 2 * width * dropout
    return encoder["layers"] * layer + 4 * 2 * width  # and the embeddings


def _head(asked: int, vocab_size: int, width: int, size: int) -> int:
    """Logits of one chunk (in fp32, and in the products' own type), the gradients of all states, and that of the tied embeddings twice."""
    logits = min(4 * asked * vocab_size, max(LOGITS_BYTES, 4 * vocab_size))
    narrow = logits // 2 if size == 2 else 0
    copy = size * vocab_size * width if size == 2 else 0
    return logits + narrow + copy + 2 * 4 * vocab_size * width + 6 * 4 * asked * width


def available(device: "torch.device", root: Path = Path("/")) -> int:
    """Bytes that can still be had on a device: of the GPU, or of the machine as far as the limits of the job (cgroups) let it."""
    if device.type == "cuda":
        import torch

        return torch.cuda.mem_get_info(device)[0]
    free = [int(line.split()[1]) * 1024 for line in _lines(root / "proc/meminfo") if line.startswith("MemAvailable:")]
    return max(0, min([*free, *_left_in_cgroups(root)], default=2**63))


def _left_in_cgroups(root: Path) -> Iterator[int]:
    """What each memory limit above this process leaves: SLURM and containers set them, on any level."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if not controllers:
            top, limit, used, cache = root / "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            top = root / "sys/fs/cgroup/memory"
            limit, used, cache = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
        else:
            continue
        own = top / path.strip("/")  # a container sees its own group as the top, under the path that it has outside
        for group in (own, *(parent for parent in own.parents if parent.is_relative_to(top))):
            allowed = "".join(_lines(group / limit))
            if allowed.isdecimal():
                files = [int(line.split()[1]) for line in _lines(group / "memory.stat") if line.split()[0] == cache]
                yield int(allowed) - int("".join(_lines(group / used)) or 0) + sum(files)  # cached files make room


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def peak(device: "torch.device") -> int:
    """Bytes that this process has had at most: allocated on the GPU, or resident on the CPU."""
    if device.type == "cuda":
        import torch

        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def describe(needed: Estimate, free: int | None = None) -> str:
    """One line: what is needed, of what, and whether it may be too much for `free` bytes."""
    parts = ", ".join(f"{name} {gigabytes(value)}" for name, value in asdict(needed).items())
    line = f"memory: about {gigabytes(needed.total)} GB needed ({parts})"
    if free is None:
        return line
    return f"{line}, {gigabytes(free)} GB free" + ("; this may not fit" if needed.total > free else "")


def refuse_if_too_large(needed: Estimate, free: int) -> None:
    """Raise IsoglossError where a training cannot fit, before it spends an hour to die without a word."""
    if needed.total <= MARGIN * free:
        return
    model = needed.weights + needed.gradients + needed.optimizer
    smaller = "Use more memory, or a smaller encoder or vocabulary" if model > free else "Lower pretrain.batch_tokens, or use more memory"
    remedy = f"{smaller}; with several GPUs, `hardware: {{parallel: fsdp}}`" if model > free else smaller
    raise IsoglossError("pretrain.batch_tokens", describe(needed), f"{gigabytes(free)} GB are free", remedy)


def gigabytes(count: int) -> str:
    """Bytes in units of 10 ** 9, to two digits after the point."""
    return f"{count / 1e9:.2f}"
