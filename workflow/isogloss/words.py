"""Words in a batch: which cells are one word, where a word is, and whether two are alike. Nothing here waits for the device.

A word is the tokens of one sentence that bear its index (`tokens.py`). Where a token covers several words it bears the index of the
first, and stands for all of them.
"""

import torch

from .batch import MASKED, TOKEN, Batch
from .hashing import mix
from .tokens import MAX_WORD

_PER_SENTENCE = MAX_WORD + 1


def is_text(batch: Batch) -> torch.Tensor:
    """(R, L) bool: tokens of sentences, masked or not; no special tokens, slots or padding."""
    return (batch.role == TOKEN) | (batch.role == MASKED)


def word_starts(batch: Batch) -> torch.Tensor:
    """(R, L) bool: the first cell of each word."""
    at, text = _places(batch), is_text(batch)
    before = torch.cat([at.new_full((1,), -1), at.flatten()[:-1]]).view_as(at)
    return text & (at != before)


def first_cells(batch: Batch) -> torch.Tensor:
    """(R, L): for each cell of a word the number of the word's first cell, counted over all rows; -1 elsewhere."""
    starts = word_starts(batch).flatten()
    cells = torch.arange(len(starts), device=starts.device)
    latest = torch.where(starts, cells, -1).cummax(0).values
    return torch.where(is_text(batch), latest.view_as(batch.ids), -1)


def cells_of(batch: Batch, sentence: torch.Tensor, word: torch.Tensor) -> torch.Tensor:
    """(N,) number of the first cell of each asked word (N,) of a sentence (N,), or of the token that covers it; -1: not in these rows."""
    at = _places(batch).flatten()
    if not len(at):
        return torch.full_like(sentence, -1)
    found = (torch.searchsorted(at, sentence * _PER_SENTENCE + word, right=True) - 1).clamp(min=0)
    covering = at[found]
    first = torch.searchsorted(at, covering)  # the cell of the word's first token
    here = (torch.div(covering, _PER_SENTENCE, rounding_mode="floor") == sentence) & (covering % _PER_SENTENCE <= word)
    return torch.where(here, first, -1)


def word_hashes(batch: Batch, *, of: torch.Tensor | None = None) -> torch.Tensor:
    """(R, L) int64: at a word's first cell a hash of its tokens, equal for equal words of one language; elsewhere 0.

    of (R, L): the ids to look at; default: those of the batch.
    """
    ids = batch.ids if of is None else of
    first = first_cells(batch).flatten()
    inside = first >= 0
    cells = torch.arange(len(first), device=first.device)
    pieces = torch.where(inside, piece_hashes(ids.flatten(), cells - first), 0)
    sums = torch.zeros_like(first).index_add(0, first.clamp(min=0), pieces)
    return torch.where(word_starts(batch).flatten(), mix(sums ^ batch.language.flatten()), 0).view_as(batch.ids)


def text_hashes(batch: Batch) -> torch.Tensor:
    """(S,) a hash of the tokens of each sentence: equal for equal sentences."""
    group, text, position = batch.sentence.clamp(min=0).flatten(), is_text(batch).flatten(), batch.positions.flatten()
    last = torch.iinfo(torch.int64).max
    first = torch.full((len(batch.pair),), last, device=group.device)
    first = first.scatter_reduce(0, group, torch.where(text, position, last), "amin")
    hashes = piece_hashes(batch.ids.flatten(), torch.where(text, position - first[group], 0))
    return torch.zeros_like(batch.pair).index_add(0, group, torch.where(text, hashes, 0))


def piece_hashes(ids: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Hashes whose sum over the pieces of a word tells words apart: of an id and its place in the word."""
    return mix(mix(ids) + places)


def _places(batch: Batch) -> torch.Tensor:
    """(R, L) int64, never falling over the cells: sentence * 65536 + word of a token; the last token's before other cells."""
    places = torch.where(is_text(batch), batch.sentence * _PER_SENTENCE + batch.word, -1)
    return places.flatten().cummax(0).values.view_as(batch.ids)
