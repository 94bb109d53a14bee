"""Cross-entropy over a vocabulary of any size: logits and their gradient exist for a few rows at a time, and never for all.

With 250,000 pieces the logits of 20,000 masked tokens are 20 GB. The gradient of a row is softmax - onehot as soon as its logits are
known, so the forward pass turns each chunk of rows into gradients of states, weight and bias at once; the backward pass scales them.
(As FusedLinearCrossEntropy of Hsu et al. 2024, "Liger Kernel", without its GPU kernels.)
"""

import math
from typing import Any

import torch
from torch.autograd.function import once_differentiable

from .batch import IGNORED
from .memory import LOGITS_BYTES

BLOCK_BYTES = 2**24  # a mixed-precision sum widens its operand first: in blocks, so that this copy stays in the cache


def vocabulary_cross_entropy(
    states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, labels: torch.Tensor, *, chunk_bytes: int = LOGITS_BYTES
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum of -log softmax(states @ weight.T + bias)[label] over the labels that are not -100, and how many of them the argmax hits.

    Args:
        states (K, H), weight (V, H), bias (V,) or None: in one dtype, or under autocast, which chooses that of the matrix products.
        labels (K,): int64.
        chunk_bytes: size of the buffer of logits; at least one row is computed at a time.
    Returns:
        the loss in nats, a scalar in float32 or wider; the number of hits, int64, without gradient. The host waits for neither.
    """
    device = states.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else states.dtype
    return _VocabularyCrossEntropy.apply(states, weight, bias, labels, chunk_bytes, dtype, torch.is_grad_enabled())


class _VocabularyCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states, weight, bias, labels, chunk_bytes, dtype, differentiable):  # type: ignore[override]
        offset = None if bias is None else bias.to(dtype)
        needed = tuple(differentiable and needs for needs in ctx.needs_input_grad[:3])
        with torch.autocast(states.device.type, enabled=False):
            loss, correct, gradients = _walk(states.to(dtype), weight.to(dtype), offset, labels, chunk_bytes, needed)
        ctx.save_for_backward(*gradients)
        ctx.dtypes = [None if x is None else x.dtype for x in (states, weight, bias)]
        ctx.mark_non_differentiable(correct)
        return loss, correct

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, scale, _):  # type: ignore[override]
        multiply = torch.mul if _graph_is_kept() else torch.Tensor.mul_  # in place spares a copy of the size of the weight
        found = zip(ctx.saved_tensors, ctx.dtypes, strict=True)
        return *(None if x is None else multiply(x, scale).to(dtype) for x, dtype in found), None, None, None, None


# Private, and absent counts as yes: whether backward(retain_graph=True) may come back for the same gradients.
_graph_is_kept = getattr(torch._C._autograd, "_get_current_graph_task_keep_graph", lambda: True)


def _walk(states, weight, bias, labels, chunk_bytes: int, needed: tuple[bool, ...]) -> tuple[torch.Tensor, torch.Tensor, list]:
    """(loss, hits, gradients of (states, weight, bias) where needed); states, weight and bias in the dtype of the products."""
    dtype, wide = states.dtype, torch.promote_types(states.dtype, torch.float32)
    rows = _rows_per_chunk(len(states), len(weight) * wide.itemsize, chunk_bytes)
    logits = states.new_empty(rows, len(weight))  # one buffer for all chunks: fresh pages cost more than what is computed in them
    buffer = logits if dtype == wide else logits.new_empty(logits.shape, dtype=wide)
    loss, hits = states.new_zeros((), dtype=wide), labels.new_zeros(())
    gradients = [torch.zeros_like(x, dtype=wide) if needs else None for x, needs in zip((states, weight, bias), needed, strict=True)]
    dstates, dweight, dbias = gradients
    for start in range(0, len(states), rows):
        chunk = slice(start, start + rows)
        x, asked = states[chunk], (labels[chunk] != IGNORED).to(wide)
        narrow = _scores(x, weight, bias, out=logits[: len(x)])
        residual = narrow if dtype == wide else buffer[: len(x)].copy_(narrow)
        row_losses, row_hits = _softmax_minus_onehot(residual, labels[chunk])
        loss += row_losses @ asked
        hits += row_hits.sum()
        if dbias is not None:
            dbias.addmv_(residual.T, asked)
        narrow = narrow.copy_(residual)
        if dstates is not None:
            dstates[chunk] = (narrow @ weight) * asked[:, None]
        x = x * asked[:, None].to(dtype)
        if dweight is not None:
            _add_product(dweight, narrow.T, x, zero=start == 0)
    return loss, hits, gradients


def _rows_per_chunk(count: int, row_bytes: int, chunk_bytes: int) -> int:
    """At least one row, at most what fits, all chunks of nearly one size."""
    fitting = max(1, chunk_bytes // row_bytes)
    return max(1, math.ceil(count / max(1, math.ceil(count / fitting))))


def _scores(states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, out: torch.Tensor) -> torch.Tensor:
    return torch.mm(states, weight.T, out=out) if bias is None else torch.addmm(bias, states, weight.T, out=out)


def _add_product(total: torch.Tensor, left: torch.Tensor, right: torch.Tensor, *, zero: bool) -> None:
    """total += left @ right, for a total of at least the precision of the factors; `zero`: it is known to be zero, and is not read."""
    if total.dtype == left.dtype:
        total.addmm_(left, right, beta=0 if zero else 1)
        return
    rows = max(1, BLOCK_BYTES // (total.itemsize * total.shape[1]))
    for part, factor in zip(total.split(rows), left.split(rows), strict=True):
        product = factor @ right
        part.copy_(product) if zero else part.add_(product)


def _softmax_minus_onehot(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss of each row, whether its argmax is the label); `logits` become their own gradient in place."""
    index = labels.clamp(min=0)[:, None]
    highest, best = logits.max(-1)
    behind = highest - logits.gather(1, index).squeeze(1)
    torch.softmax(logits, -1, out=logits)
    loss = behind - logits.gather(1, best[:, None]).squeeze(1).log()  # the largest probability never underflows, the label's may
    logits.scatter_(1, index, torch.expm1(-loss)[:, None])  # p - 1 without cancellation
    return loss, best == labels
