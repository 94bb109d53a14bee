"""Who may attend to whom: each rule is written once, over the fields of a batch, and realised as what a device computes fast.

    rule      dense (R, 1, L, L) bool      the definition: what tests compare the others with
              additive (R, 1, L, L) float  0 or the lowest number: CPU, and GPU for rules that are no runs of cells
              runs (C,) int32              borders of runs of cells that see each other (cu_seqlens): flash attention on a GPU
              block                        FlexAttention's block mask: GPU, long rows

A rule takes the fields of queries and keys as tensors that broadcast, so the same function serves all of them. `attend` is the one
attention function, registered with transformers, whose modules stay as they are.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import torch

from .batch import MASKED, SLOT, Batch, begins

BLOCKS_FROM = 512  # cells of a row, from which a block mask is cheaper than a dense one
NAME = "isogloss"  # under which transformers knows `attend`


class Fields(NamedTuple):
    """What a rule may look at, of queries or of keys: sentence, pair, side and role of a cell, and its place in the row."""

    sentence: torch.Tensor
    pair: torch.Tensor
    side: torch.Tensor
    role: torch.Tensor
    cell: torch.Tensor


@dataclass(frozen=True)
class Rule:
    """allows(query, key) -> bool; unit: "sentence" or "pair" if each run of cells of one unit sees itself and nothing else, else None."""

    name: str
    allows: Callable[[Fields, Fields], torch.Tensor]
    unit: str | None


def _hidden(cells: Fields) -> torch.Tensor:
    return (cells.role == SLOT) | (cells.role == MASKED)


def _across(query: Fields, key: Fields) -> torch.Tensor:
    same_side, asking, hidden = query.side == key.side, _hidden(query), _hidden(key)
    return (query.pair == key.pair) & ((asking & (hidden == same_side)) | (~asking & ~hidden & same_side))


def _across_alone(query: Fields, key: Fields) -> torch.Tensor:
    return _across(query, key) & (~_hidden(key) | (query.cell == key.cell))


SENTENCES = Rule("sentences", lambda query, key: query.sentence == key.sentence, "sentence")
PAIRS = Rule("pairs", lambda query, key: query.pair == key.pair, "pair")
# CAMLM (ERNIE-M, figure 1c): what is in the clear sees its own side in the clear; a hidden cell, be it a slot or a mask in its place,
# sees the other side in the clear and what is hidden of its own. Nothing leads from a hidden token to its cell: the other side has never
# seen it. Four rules that look alike leak (tests/test_camlm.py). BTMLM asks for its translation by the same rule (figure 3).
ACROSS = Rule("across", _across, None)
ACROSS_ALONE = Rule("across_alone", _across_alone, None)  # (ERNIE-M, the text:) of what is hidden of its own side it sees itself only
RULES = (SENTENCES, PAIRS, ACROSS, ACROSS_ALONE)


def fields_of(batch: Batch) -> Fields:
    rows, length = batch.ids.shape
    return Fields(batch.sentence, batch.pair_of_cell, batch.side, batch.role, torch.arange(length, device=batch.ids.device).repeat(rows, 1))


def dense(rule: Rule, batch: Batch) -> torch.Tensor:
    """(R, 1, L, L) bool, [r, 0, q, k]: may cell q of row r attend to cell k? Every cell sees itself; padding sees padding."""
    of = fields_of(batch)
    return rule.allows(Fields(*(field[:, :, None] for field in of)), Fields(*(field[:, None, :] for field in of)))[:, None]


def additive(rule: Rule, batch: Batch, dtype: torch.dtype) -> torch.Tensor:
    """(R, 1, L, L): 0 where `dense` allows, else the lowest number of the type."""
    allowed = dense(rule, batch)
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill_(~allowed, torch.finfo(dtype).min)


def runs(rule: Rule, batch: Batch) -> torch.Tensor:
    """Borders (C,) int32 of the runs of cells of one unit, over all rows one after the other: 0, ..., R * L, R * L, ...

    For pairs without slots: one that found no token (`masking.fill_slots`) is padding in the middle of a pair, and tears it apart.
    C depends on the number of sentences and rows only (rounded up), so that a GPU need not wait; the surplus are empty runs.
    """
    if rule.unit is None:
        raise ValueError(f"rule {rule.name} allows no runs")
    unit = batch.sentence if rule.unit == "sentence" else batch.pair_of_cell
    rows, length = unit.shape
    most = -(-(2 * len(batch.pair) + rows + 1) // 64) * 64  # every sentence and the padding behind it, empty rows, and the last border
    borders = torch.full((most + 1,), rows * length, device=unit.device)
    flat = begins(unit).flatten()
    borders[torch.where(flat, flat.cumsum(0) - 1, most)] = torch.where(flat, torch.arange(rows * length, device=unit.device), rows * length)
    return borders[:most].int()


def block(rule: Rule, batch: Batch) -> Any:
    """FlexAttention's BlockMask of the rule."""
    from torch.nn.attention.flex_attention import create_block_mask

    of, (rows, length) = fields_of(batch), batch.ids.shape

    def allows(row: torch.Tensor, _: torch.Tensor, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        return rule.allows(Fields(*(field[row, query] for field in of)), Fields(*(field[row, key] for field in of)))

    return create_block_mask(allows, rows, None, length, length, device=batch.ids.device)


def realised(rule: Rule, batch: Batch, dtype: torch.dtype) -> dict[str, Any]:
    """The arguments for a transformers encoder that make `attend` follow the rule, as is fast on the batch's device."""
    if batch.ids.device.type == "cuda" and rule.unit is not None and dtype in (torch.bfloat16, torch.float16):
        return {"borders": runs(rule, batch)}
    if batch.ids.device.type == "cuda" and batch.ids.shape[1] >= BLOCKS_FROM:
        return {"attention_mask": block(rule, batch)}
    return {"attention_mask": additive(rule, batch, dtype)}


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: Any,
    *,
    scaling: float | None = None,
    borders: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of (R, heads, L, D) queries, keys and values -> (R, L, heads, D). Attention weights are never dropped out."""
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    if borders is not None:
        return _flash(query, key, value, borders, scale), None
    if attention_mask is not None and not isinstance(attention_mask, torch.Tensor):
        return _flexible(query.device.type)(query, key, value, block_mask=attention_mask, scale=scale).transpose(1, 2), None
    if query.device.type == "cpu":
        return _plain(query, key, value, attention_mask, scale), None
    return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask, scale=scale).transpose(1, 2), None


@functools.cache
def _flexible(device: str) -> Any:
    """FlexAttention: fused where it is compiled, on a GPU; uncompiled it holds all scores, which will do for a comparison."""
    from torch.nn.attention.flex_attention import flex_attention

    return torch.compile(flex_attention) if device == "cuda" else flex_attention


def _plain(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None, scale: float) -> torch.Tensor:
    """On a CPU in bf16 torch's fused attention is slower than its parts (benchmarks/attention.py)."""
    with torch.autocast(query.device.type, enabled=False):
        scores = (query * scale) @ key.transpose(2, 3)
        if mask is not None:
            scores += mask
        return (scores.softmax(-1) @ value).transpose(1, 2)


def _flash(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, borders: torch.Tensor, scale: float) -> torch.Tensor:
    from torch.nn.attention.varlen import varlen_attn

    rows, heads, length, width = query.shape
    if abs(scale * width**0.5 - 1) > 1e-6:  # the kernel scales by 1 / sqrt(D)
        query = query * (scale * width**0.5)
    query, key, value = (states.transpose(1, 2).reshape(rows * length, heads, width) for states in (query, key, value))
    attended = cast(torch.Tensor, varlen_attn(query, key, value, borders, borders, length, length))
    return attended.view(rows, length, heads, width)


def register() -> None:
    """Make `attend` known to transformers as the attention implementation NAME."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, attend)
