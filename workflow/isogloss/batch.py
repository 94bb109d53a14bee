"""The one batch layout of all objectives: packed rows of cells, with fields per cell and per sentence.

    row 0   <s> the dog </s> <s> le chien dort </s> ...          a row holds several sentences, or several pairs
    row 1   <s> a cat </s> </s> eine Katze </s> <s> ...          a pair always stands in one row

Everything follows from the fields: who attends to whom (`attention.py`), what is hidden (`masking.py`), the mean state of a
sentence or a word (`pooling.py`), what is asked. An objective chooses how rows are laid out (`Layout`) and what to ask.

Shapes: R rows, L cells per row, S sentences, K cells where something is asked.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

IGNORED = -100  # of `labels`: nothing is asked here; what cross_entropy leaves out
ROUND = 32  # labels of a step on a CPU are a multiple of so many
PADDING, TOKEN, SPECIAL, MASKED, SLOT = -1, 0, 1, 2, 3  # of `role`; a slot is a cell that stands for a hidden token elsewhere


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
    """How examples become rows.

    max_length: cells of the longest example; what is longer is cut.
    row_length: cells of a row, max_length or more.
    first_position: position id of the first token of a sequence (pad + 1 = 2 in XLM-R, 0 in BERT).
    joint: the sides of a pair are one sequence `<s> x </s> </s> y </s>`; otherwise two, `<s> x </s> <s> y </s>`.
    separators: separator tokens between the sides of a joint pair (2 in XLM-R and ERNIE-M, 1 in BERT and InfoXLM).
    reset_positions: the second side of a joint pair counts its positions from the start again (XLM).
    shuffle_sides: which side of a pair comes first is drawn; otherwise the first language of the pair does.
    slot_rate: cells kept behind each sentence for mask slots, as a share of its tokens (CAMLM, BTMLM); 0: none.
    slot_marks: and so many more, for special tokens among the slots.
    """

    special: SpecialIds
    max_length: int
    row_length: int
    first_position: int = 0
    joint: bool = True
    separators: int = 2
    reset_positions: bool = False
    shuffle_sides: bool = False
    slot_rate: float = 0.0
    slot_marks: int = 0

    def overhead(self, sides: int) -> int:
        """Special tokens of an example of that many sides."""
        return 2 if sides == 1 else 2 + self.separators if self.joint else 4

    def fitted(self, lengths: np.ndarray) -> np.ndarray:
        """Tokens (sides, E) that are kept of examples with that many: what does not fit is cut from the longer side."""
        sides = len(lengths)
        room = self.max_length - self.overhead(sides)
        if self.slot_rate:  # a sentence of n tokens has at most rate * n + 1 slots
            room = int((room - sides * (1 + self.slot_marks)) / (1 + self.slot_rate))
        if sides == 1:
            return np.minimum(lengths, room)
        shorter = np.minimum(lengths.min(axis=0), room // 2)
        longer = room - shorter
        cut = np.where(lengths[0] <= lengths[1], np.stack([shorter, longer]), np.stack([longer, shorter]))
        both = lengths.min(axis=0) > room // 2  # both sides are long: half of the room each
        cut = np.where(both, np.array([[room // 2], [room - room // 2]]), cut)
        return np.where(lengths.sum(axis=0) > room, cut, lengths)

    def slots(self, lengths: np.ndarray) -> np.ndarray:
        """Cells behind sentences with that many tokens."""
        if not self.slot_rate:
            return 0 * lengths
        return np.where(lengths > 0, np.maximum(1, np.rint(self.slot_rate * lengths)) + self.slot_marks, 0).astype(np.int64)

    def cells(self, lengths: np.ndarray) -> np.ndarray:
        """Cells (E,) that examples with that many tokens (sides, E) take."""
        kept = self.fitted(lengths)
        return (kept + self.slots(kept)).sum(axis=0) + self.overhead(len(lengths))


@dataclass(frozen=True)
class Table:
    """One entry (S,) per sentence, in the order of the cells: what stands where. All int64.

    start: its first cell, counted over all rows; opening: the special token before its text, `lead` times; text: tokens of its
    own, which begin at `begin` of the flat ids; one separator follows; then `slots` cells. first_position: position id of its
    first cell. key: number of its first token, unlike that of any other token of any epoch (`masking.py`).
    """

    start: torch.Tensor
    opening: torch.Tensor
    lead: torch.Tensor
    text: torch.Tensor
    slots: torch.Tensor
    begin: torch.Tensor
    first_position: torch.Tensor
    key: torch.Tensor
    pair: torch.Tensor
    side: torch.Tensor
    language: torch.Tensor


@dataclass(frozen=True)
class Batch:
    """Cells (R, L), int64:

    ids         token id
    positions   position id
    sentence    number of the sentence in the batch, -1 padding
    side        0 first, 1 second side of a pair; 0 in padding
    role        PADDING, TOKEN, SPECIAL, MASKED (a token that is asked for in its place) or SLOT
    language    number of the language, -1 padding
    word        index of the word in its sentence that the token starts in; -1: no token
    key         number of the token's occurrence, the source of everything random about it
    labels      the id that is asked for, -100 where nothing is asked
    clean       token id before anything was hidden (after `prepare`)

    and per sentence (S,): pair (number in the batch; the two sides share it; sentences 2p and 2p + 1 are pair p), languages (number
    of the language), texts (equal for equal sentences, where an objective wants to know).
    links (N, 3): pair, word of its first side, word of its second; units (U, 5): pair, first and last word on its first side, first
    and last on its second. Of the whole step, in the order of the pairs; none where no links were given.
    sequences: how many sentences, or joint pairs, the step has;
    total: number of labels in the whole step, of which this may be a part; parts: how many parts there are, over all ranks;
    most_labels: no more than that many labels are here, as many per row, known without looking; before `prepare`: slots;
    done: share of the training that lies behind.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    sentence: torch.Tensor
    side: torch.Tensor
    role: torch.Tensor
    language: torch.Tensor
    word: torch.Tensor
    key: torch.Tensor
    pair: torch.Tensor
    languages: torch.Tensor
    texts: torch.Tensor | None = None
    labels: torch.Tensor | None = None
    clean: torch.Tensor | None = None
    links: torch.Tensor | None = None
    units: torch.Tensor | None = None
    total: torch.Tensor | None = None
    sequences: int = 0
    parts: int = 1
    most_labels: int = 0
    done: float = 0.0

    @property
    def tokens(self) -> torch.Tensor:
        """Cells that are not padding, as a scalar tensor."""
        return (self.role != PADDING).sum()

    @property
    def pair_of_cell(self) -> torch.Tensor:
        """Number of the pair of each cell (R, L), -1 padding."""
        return torch.where(self.sentence >= 0, self.pair[self.sentence.clamp(min=0)], -1)

    def given(self, name: str) -> torch.Tensor:
        """One of the fields that need not be there. Raises ValueError where it is not."""
        value = getattr(self, name)
        if value is None:
            raise ValueError(f"the batch has no {name}: they come with word links, or from `prepare`")
        return value

    def asked(self) -> tuple[torch.Tensor, torch.Tensor]:
        """(cells (K,) counted over all rows, the labels (K,) there).

        K varies as little as can be, and what is too much is labelled -100. On a GPU it is `most_labels`, so no shape depends on data
        and nothing waits for the device; on a CPU it is rounded up, so that each step finds the memory of the last one fitting.
        """
        if self.labels is None:
            return self.ids.new_empty(0), self.ids.new_empty(0)
        hit = self.labels.flatten() != IGNORED
        count = self.most_labels if hit.device.type == "cuda" else -(-int(hit.sum()) // ROUND) * ROUND
        cells = torch.nonzero_static(hit, size=count, fill_value=-1).squeeze(1)
        return cells.clamp(min=0), torch.where(cells >= 0, self.labels.flatten()[cells.clamp(min=0)], IGNORED)

    def part(self, number: int, parts: int) -> "Batch":
        """The number-th of `parts` blocks of rows. Sentences keep their numbers: what is counted per sentence is of the whole step."""
        rows = len(self.ids)
        first, last = rows * number // parts, rows * (number + 1) // parts
        cells: dict[str, Any] = {name: value[first:last] for name in _CELLS if (value := getattr(self, name)) is not None}
        most = -(-self.most_labels * (last - first) // max(rows, 1))  # it is a bound per row
        return replace(self, **cells, parts=self.parts * parts, most_labels=most)


def begins(unit: torch.Tensor) -> torch.Tensor:
    """(R, L) bool: the first cell of each run of one number in a row of (R, L); padding is a run like any other."""
    return torch.cat([torch.ones_like(unit[:, :1], dtype=torch.bool), unit[:, 1:] != unit[:, :-1]], dim=1)


def empty_batch(device: torch.device) -> Batch:
    """No rows: for an objective that eats no text."""
    cells: dict[str, Any] = {name: torch.empty(0, 0, dtype=torch.long, device=device) for name in _CELLS - {"labels", "clean"}}
    none = torch.empty(0, dtype=torch.long, device=device)
    return Batch(**cells, pair=none, languages=none)


_CELLS = frozenset({"ids", "positions", "sentence", "side", "role", "language", "word", "key", "labels", "clean"})


def lay_out(table: Table, ids: torch.Tensor, words: torch.Tensor, rows: int, layout: Layout, sequences: int) -> Batch:
    """The cells of a table of sentences. `ids`, `words` (N,): the flat text that `table.begin` counts in; all on one device.

    Every shape follows from `rows` and the layout alone.
    """
    special, length = layout.special, layout.row_length
    cell = torch.arange(rows * length, device=table.start.device)
    sentence = torch.searchsorted(table.start, cell, right=True) - 1
    at = sentence.clamp(min=0)
    offset, lead, text = cell - table.start[at], table.lead[at], table.text[at]
    inside = (sentence >= 0) & (offset < lead + text + 1 + table.slots[at])
    is_text, is_slot = inside & (offset >= lead) & (offset < lead + text), inside & (offset > lead + text)
    token = (table.begin[at] + offset - lead).clamp(0, max(len(ids) - 1, 0))
    mark = torch.where(offset < lead, table.opening[at], torch.where(is_slot, special.mask, special.sep))
    role = torch.where(is_text, TOKEN, torch.where(is_slot, SLOT, torch.where(inside, SPECIAL, PADDING)))
    cells: dict[str, Any] = {
        "ids": torch.where(is_text, ids[token].long(), torch.where(inside, mark, special.pad))
        if len(ids)
        else torch.where(inside, mark, special.pad),
        "positions": torch.where(inside, table.first_position[at] + offset, layout.first_position),
        "sentence": torch.where(inside, sentence, -1),
        "side": torch.where(inside, table.side[at], 0),
        "role": role,
        "language": torch.where(inside, table.language[at], -1),
        "word": torch.where(is_text, words[token].long(), -1) if len(words) else torch.full_like(cell, -1),
        "key": table.key[at] + offset - lead,
    }
    return Batch(
        **{name: value.view(rows, length) for name, value in cells.items()}, pair=table.pair, languages=table.language, sequences=sequences
    )
