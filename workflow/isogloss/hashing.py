"""Numbers that follow from what they are asked about, instead of from a generator's state: splitmix64 and sha256."""

import hashlib

import torch


def number_of(text: str) -> int:
    """A number of 63 bits for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def mix(values: torch.Tensor) -> torch.Tensor:
    """splitmix64 (Steele, Lea & Flood 2014) of int64 tensors, which wrap around like uint64."""
    z = values + signed(GOLDEN)
    z = (z ^ shifted(z, 30)) * signed(0xBF58476D1CE4E5B9)
    z = (z ^ shifted(z, 27)) * signed(0x94D049BB133111EB)
    return z ^ shifted(z, 31)


GOLDEN = 0x9E3779B97F4A7C15  # the step of splitmix64's sequence


def shifted(values: torch.Tensor, bits: int) -> torch.Tensor:
    """Logical right shift; torch's keeps the sign."""
    return (values >> bits) & ((1 << (64 - bits)) - 1)


def signed(value: int) -> int:
    """The int64 of the same 64 bits."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
