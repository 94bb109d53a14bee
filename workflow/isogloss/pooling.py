"""States of cells -> states of sentences and words: means over the cells of a batch, whatever row they stand in."""

import torch

from .batch import SPECIAL, Batch
from .words import first_cells, is_text


def sentence_means(states: torch.Tensor, batch: Batch, *, specials: bool = True) -> torch.Tensor:
    """Mean state (S, H) of each sentence of the step, from states (R, L, H); zero for a sentence that is not in these rows.

    Slots never count; special tokens do unless `specials` is false. At least float32, since many cells are summed.
    """
    counted = is_text(batch) | ((batch.role == SPECIAL) & specials)
    return _means(states, torch.where(counted, batch.sentence, -1), len(batch.pair))


def word_means(states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean state (R, L, H) of each word at its first cell; zero elsewhere. At least float32."""
    return _means(states, first_cells(batch), batch.ids.numel()).view(*batch.ids.shape, -1)


def span_means(states: torch.Tensor, batch: Batch, sentence: torch.Tensor, first: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
    """Mean state (N, H) over the tokens of the words first..last (N,) of a sentence (N,); zero for what is not in these rows.

    The spans do not overlap. A token that covers several words counts where its first one is inside. At least float32.
    """
    order = (sentence * _WIDE + first).argsort()
    starts = (sentence * _WIDE + first)[order].contiguous()
    place = (batch.sentence * _WIDE + batch.word).flatten()
    span = torch.searchsorted(starts, place, right=True) - 1
    if len(order):
        chosen = order[span.clamp(min=0)]
        inside = (span >= 0) & (sentence[chosen] == batch.sentence.flatten()) & (batch.word.flatten() <= last[chosen])
        group = torch.where(inside & is_text(batch).flatten(), chosen, -1)
    else:
        group = torch.full_like(place, -1)
    return _means(states, group, len(order))


_WIDE = 1 << 32


def _means(states: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """(groups, H); cells of group -1 are left out."""
    flat = states.flatten(0, 1)
    flat = flat.to(torch.promote_types(flat.dtype, torch.float32))
    at = group.flatten() + 1  # the first row takes what is left out
    sums = flat.new_zeros(groups + 1, flat.shape[1]).index_add(0, at, flat)
    counts = flat.new_zeros(groups + 1).index_add(0, at, torch.ones_like(at, dtype=flat.dtype))
    return (sums / counts.clamp(min=1)[:, None])[1:]
