"""Batches of sentences that a test writes out, packed into rows as the engine does it; and the sequences that stand in a batch."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from isogloss.batch import IGNORED, PADDING, Batch, Layout
from isogloss.packing import pack
from isogloss.rows import Rows
from isogloss.streams import Packed, Part
from stores import Store

LANGUAGES = ("de", "en")


def batch_of(examples: Sequence[Sequence[Sequence[int]]], layout: Layout) -> Batch:
    """The batch of examples of one side or two, each a list of token ids. Empty sides too, which a stream would drop."""
    part = Part(
        "-".join(LANGUAGES), [Store(side, language) for side, language in zip(zip(*examples, strict=True), LANGUAGES, strict=False)]
    )
    row, column, rows = pack(layout.cells(part.lengths), layout.row_length)
    order = np.lexsort((column, row))
    packed = Packed(0 * order, order, 0 * order, row[order], column[order], rows)
    return Rows([part], layout, LANGUAGES, torch.device("cpu"), seed=0).batch(packed)


def sequences(batch: Batch, unit: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """(row, column) indices of the cells of each sequence; `unit` (R, L): the number of its sentence, or of its pair."""
    for number in unit[batch.role != PADDING].unique().tolist():
        yield torch.nonzero(unit == number, as_tuple=True)


def padded(batch: Batch, unit: torch.Tensor, pad: int) -> dict[str, torch.Tensor]:
    """The sequences of a batch as transformers would be given them: (N, longest) ids, attention mask and labels, a row for each."""
    found = list(sequences(batch, unit))
    shape = len(found), max(len(row) for row, _ in found)
    ids, present, labels = torch.full(shape, pad), torch.zeros(shape, dtype=torch.long), torch.full(shape, IGNORED)
    for number, where in enumerate(found):
        cells = slice(len(where[0]))
        ids[number, cells], present[number, cells] = batch.ids[where], 1
        if batch.labels is not None:
            labels[number, cells] = batch.labels[where]
    return {"input_ids": ids, "attention_mask": present, "labels": labels}
