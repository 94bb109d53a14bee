"""Rows of features -> a fine-tuned network's output."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from ..device import autocast
from ..features import Row
from ..padding import BATCH_TOKENS, by_length, pad_rows


def run(network: Any, rows: Sequence[Row], pad: int, device: torch.device) -> Any:
    """What the network says of padded rows, in bf16 where the processor computes in it.

    Token types are for models that have two: XLM-R has one, whatever its tokenizer says.
    """
    ids, mask = pad_rows([features.cells(row) for features, row in rows], pad)
    options = {}
    if network.config.type_vocab_size > 1 and "types" in rows[0][0].arrays:
        options["token_type_ids"] = pad_rows([features.cells(row, "types") for features, row in rows], 0)[0].to(device)
    with autocast("auto", device):
        return network(input_ids=ids.to(device), attention_mask=mask.to(device), **options)


def precise(logits: torch.Tensor) -> torch.Tensor:
    """Logits in float32 at least, for a loss."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows in batches of similar length."""
    return by_length(rows, length, BATCH_TOKENS)


def length(row: Row) -> int:
    """The cells of a row."""
    features, number = row
    return int(features.lengths[number])
