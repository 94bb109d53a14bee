"""What a recipe costs, in floating-point operations: an estimate from its shape alone, without torch."""

from collections.abc import Mapping
from typing import Any

MASKED = 0.15  # share of tokens that reach the head


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
