"""States of cells -> states of sentences and words: means over the cells of a batch, whatever row they stand in."""

import torch

from .batch import MASKED, SPECIAL, TOKEN, Batch


def sentence_means(states: torch.Tensor, batch: Batch, *, specials: bool = True) -> torch.Tensor:
    """Mean state (S, H) of each sentence of the step, from states (R, L, H); zero for a sentence that is not in these rows.

    Slots never count; special tokens do unless `specials` is false. At least float32, since many cells are summed.
    """
    counted = (batch.role == TOKEN) | (batch.role == MASKED) | ((batch.role == SPECIAL) & specials)
    return _means(states, torch.where(counted, batch.sentence, -1), len(batch.pair))


def word_means(states: torch.Tensor, batch: Batch, most_words: int) -> torch.Tensor:
    """Mean state (S, W, H) of each of the first W = `most_words` words of each sentence; zero where there is none.

    A word is the tokens that start in it (`tokens.py`); slots never count.
    """
    counted = ((batch.role == TOKEN) | (batch.role == MASKED)) & (batch.word >= 0) & (batch.word < most_words)
    group = torch.where(counted, batch.sentence * most_words + batch.word, -1)
    return _means(states, group, len(batch.pair) * most_words).view(len(batch.pair), most_words, -1)


def _means(states: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """(groups, H); cells of group -1 are left out."""
    flat = states.flatten(0, 1)
    flat = flat.to(torch.promote_types(flat.dtype, torch.float32))
    at = group.flatten() + 1  # the first row takes what is left out
    sums = flat.new_zeros(groups + 1, flat.shape[1]).index_add(0, at, flat)
    counts = flat.new_zeros(groups + 1).index_add(0, at, torch.ones_like(at, dtype=flat.dtype))
    return (sums / counts.clamp(min=1)[:, None])[1:]
