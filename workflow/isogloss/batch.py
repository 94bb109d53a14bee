"""examples -> batch: token ids laid out with special tokens, as tensors.

Shapes: B rows, L padded length. A row is one sentence `<s> x </s>` or one pair `<s> x </s> </s> y </s>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch

from .streams import Example

PADDING = -1  # of `segment`
IGNORED = -100  # of `labels`: nothing is asked here; what cross_entropy leaves out


@dataclass(frozen=True)
class SpecialIds:
    """The ids that an objective needs to know of a vocabulary; `all_special` are never masked and never drawn as random tokens."""

    cls: int
    sep: int
    pad: int
    mask: int
    vocab_size: int
    all_special: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer) -> "SpecialIds":
        return cls(
            tokenizer.cls_token_id,
            tokenizer.sep_token_id,
            tokenizer.pad_token_id,
            tokenizer.mask_token_id,
            len(tokenizer),
            tuple(sorted(set(tokenizer.all_special_ids))),
        )


@dataclass(frozen=True)
class Layout:
    """How sentences become rows.

    separators: separator tokens between the two sides of a pair (2 in XLM-R and ERNIE-M, 1 in BERT and InfoXLM).
    reset_positions: the second side counts its positions from 0 again (XLM).
    first_position: position id of the first token (pad + 1 = 2 in XLM-R, 0 in BERT).
    """

    special: SpecialIds
    max_length: int
    first_position: int = 0
    separators: int = 2
    reset_positions: bool = False

    def overhead(self, sides: int) -> int:
        """Special tokens in a row of that many sides."""
        return 2 if sides == 1 else 2 + self.separators


@dataclass(frozen=True)
class Batch:
    """ids (B, L); positions (B, L); segment (B, L): 0 first side, 1 second side, -1 padding; labels (B, L): -100 where nothing is asked."""

    ids: torch.Tensor
    positions: torch.Tensor
    segment: torch.Tensor
    labels: torch.Tensor | None = None

    @property
    def tokens(self) -> int:
        """Tokens that are not padding."""
        return int((self.segment != PADDING).sum())

    @property
    def to_predict(self) -> tuple[torch.Tensor, torch.Tensor]:
        """(mask (B, L) of the places where something is asked, the labels (K,) there)."""
        if self.labels is None:
            return torch.zeros_like(self.ids, dtype=torch.bool), self.ids[:0, 0]
        asked = self.labels != IGNORED
        return asked, self.labels[asked]

    def to(self, device: torch.device) -> "Batch":
        given = {field.name: value for field in fields(self) if (value := getattr(self, field.name)) is not None}
        return Batch(**{name: value.to(device, non_blocking=True) for name, value in given.items()})


def lay_out(examples: Sequence[Example], layout: Layout) -> Batch:
    """Rows for examples of one sentence or two; what does not fit is cut from the longer side, token by token."""
    rows = [_row(example, layout) for example in examples]
    length = max(len(ids) for ids, _, _ in rows)
    special = layout.special
    ids = torch.full((len(rows), length), special.pad)
    positions = torch.full((len(rows), length), layout.first_position)
    segment = torch.full((len(rows), length), PADDING)
    for k, (row_ids, row_positions, row_segment) in enumerate(rows):
        ids[k, : len(row_ids)] = torch.tensor(row_ids)
        positions[k, : len(row_ids)] = torch.tensor(row_positions) + layout.first_position
        segment[k, : len(row_ids)] = torch.tensor(row_segment)
    return Batch(ids, positions, segment)


def _row(example: Example, layout: Layout) -> tuple[list[int], list[int], list[int]]:
    special, sides = layout.special, [sentence.ids.tolist() for sentence in example]
    room = layout.max_length - layout.overhead(len(sides))
    while (excess := sum(map(len, sides)) - room) > 0:
        longest, *others = sorted(sides, key=len, reverse=True)
        gap = len(longest) - len(others[0]) if others and len(longest) > len(others[0]) else 1
        del longest[len(longest) - min(excess, gap if others else excess) :]
    ids, segment = [special.cls, *sides[0], special.sep], [0] * (len(sides[0]) + 2)
    positions = list(range(len(ids)))
    if len(sides) == 2:
        second = [special.sep] * (layout.separators - 1) + sides[1] + [special.sep]
        start = 0 if layout.reset_positions else len(ids)
        ids, segment, positions = ids + second, segment + [1] * len(second), positions + list(range(start, start + len(second)))
    return ids, positions, segment
