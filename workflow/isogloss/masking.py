"""What is hidden of a batch, drawn by a stateless hash: no generator, no state, the same on every device and for every number of ranks.

The number that a token occurrence draws is mix(mix(key) + salt): its key counts tokens over parts and epochs (`streams.Part.nonce`),
the salt holds seed, objective and purpose. Of each group (a row, or a sentence) an exact number of tokens is hidden, those with the
smallest draws.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch

from .batch import IGNORED, MASKED, PADDING, SLOT, TOKEN, Batch, SpecialIds
from .hashing import mix, number_of, shifted
from .words import cells_of

_LAST = torch.iinfo(torch.int64).max


def salt(*parts: int | str) -> int:
    """A number of 63 bits for (seed, objective, purpose)."""
    return number_of(repr(parts))


def draw(key: torch.Tensor, salted: int) -> torch.Tensor:
    """Uniform numbers of 63 bits, one per key."""
    return shifted(mix(mix(key) + salted), 1)


def uniform(key: torch.Tensor, salted: int) -> torch.Tensor:
    """Uniform float64 in [0, 1), one per key."""
    return (draw(key, salted) >> 10).double() * 2.0**-53


def mask_tokens(batch: Batch, special: SpecialIds, seed: tuple[int | str, ...], *, rate: float, keep: float, random: float) -> Batch:
    """Choose tokens and corrupt them: most become <mask>, some a random token, some stay (BERT: rate .15, random .1, keep .1).

    Of a row with n maskable tokens rate * n are chosen, rounded up or down at random, so that a step asks for a known number of
    tokens. Special tokens, unknown words and padding are never chosen; a random token is drawn uniformly from the ordinary
    vocabulary. `seed`: whatever shall make the draws differ.
    """
    maskable = _maskable(batch, special)
    rows, length = batch.ids.shape
    counts = (rate * maskable.sum(1) + uniform(batch.key[:, 0], salt(*seed, "count"))).floor().long()
    chosen = _smallest_of_rows(draw(batch.key, salt(*seed, "choice")), maskable, counts, bound := int(rate * length) + 1)
    labels = torch.where(chosen, batch.ids, IGNORED)
    fate = uniform(batch.key, salt(*seed, "fate"))
    corrupted = torch.where(fate < keep, batch.ids, torch.where(fate < keep + random, _random_ids(batch.key, special, seed), special.mask))
    return replace(
        batch,
        ids=torch.where(chosen, corrupted, batch.ids),
        role=torch.where(chosen, MASKED, batch.role),
        labels=labels,
        clean=batch.ids,
        total=chosen.sum(),
        most_labels=rows * bound,
    )


def fill_slots(batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
    """Ask for tokens in the slots behind their sentence (CAMLM): the tokens stay in the clear, `attention.ACROSS` hides them.

    Of each sentence as many tokens are chosen as it has slots. A slot is <mask> with the position and word of its token; slots
    that find no token become padding.
    """
    origin = origins_of_slots(batch, _maskable(batch, special), seed)
    filled, at = origin >= 0, origin.clamp(min=0)

    def field(values: torch.Tensor, elsewhere: torch.Tensor | int) -> torch.Tensor:
        return torch.where(filled, values.flatten()[at], elsewhere)

    whole = replace(
        batch,
        positions=field(batch.positions, batch.positions),
        word=field(batch.word, batch.word),
        labels=field(batch.ids, IGNORED),
        total=filled.sum(),
    )
    return emptied(whole, (batch.role == SLOT) & ~filled, special)


def origins_of_slots(batch: Batch, candidates: torch.Tensor, seed: tuple[int | str, ...]) -> torch.Tensor:
    """(R, L): of each slot the cell, counted over all rows, that it stands for; -1 for a slot that finds none, and for all other cells.

    Of each sentence as many of the candidates (R, L) are chosen as it has slots; in the order of the cells each slot takes one.
    """
    sentences, group = len(batch.pair), batch.sentence.flatten()
    slot = (batch.role == SLOT).flatten()
    reserved = torch.zeros(sentences + 1, dtype=torch.long, device=group.device).index_add_(0, group + 1, slot.long())
    chosen = _smallest_of_groups(draw(batch.key, salt(*seed, "choice")).flatten(), candidates.flatten(), group + 1, reserved)
    # The r-th slot of a sentence (in the order of cells) takes its r-th chosen token.
    token_rank, slot_rank = _rank_in_group(chosen, group, sentences), _rank_in_group(slot, group, sentences)
    length = batch.ids.shape[1]
    source = torch.full((sentences * length + 1,), -1, device=group.device)  # (sentence, rank) -> cell; the last is thrown away
    cells = torch.arange(len(group), device=group.device)
    source[torch.where(chosen, group * length + token_rank, sentences * length)] = cells
    origin = torch.where(slot, source[torch.where(slot, group * length + slot_rank, 0)], -1)
    return origin.view_as(batch.ids)


def emptied(batch: Batch, cells: torch.Tensor, special: SpecialIds) -> Batch:
    """The batch with some cells (R, L) turned into padding."""
    padding = {"ids": special.pad, "positions": 0, "sentence": -1, "side": 0, "role": PADDING, "language": -1, "word": -1}
    changed: dict[str, Any] = {name: torch.where(cells, value, getattr(batch, name)) for name, value in padding.items()}
    return replace(batch, **changed)


def choose_units(batch: Batch, most: int, seed: tuple[int | str, ...]) -> torch.Tensor:
    """(M, 5) up to `most` of the units of each pair, in order: those with the smallest draws, of the keys of their first words.

    None whose first word has no token of its own on either side, because one that began before it covers it.
    """
    units = batch.given("units")
    pairs = len(batch.pair) // 2
    cells = cells_of(batch, 2 * units[:, 0], units[:, 1]), cells_of(batch, 2 * units[:, 0] + 1, units[:, 3])
    begins = [batch.word.flatten()[cell.clamp(min=0)] == units[:, word] for cell, word in zip(cells, (1, 3), strict=True)]
    there = (cells[0] >= 0) & (cells[1] >= 0) & begins[0] & begins[1]
    draws = draw(batch.key.flatten()[cells[0].clamp(min=0)], salt(*seed, "unit"))
    counts = torch.full((pairs,), most, device=units.device)
    return units[_smallest_of_groups(draws, there, units[:, 0], counts)]


def _maskable(batch: Batch, special: SpecialIds) -> torch.Tensor:
    return (batch.role == TOKEN) & ~_is_special(special, batch.ids.device)[batch.ids]


@lru_cache(maxsize=8)
def _is_special(special: SpecialIds, device: torch.device) -> torch.Tensor:
    table = torch.zeros(special.vocab_size, dtype=torch.bool)
    table[list(special.all_special)] = True
    return table.to(device)


@lru_cache(maxsize=8)
def _ordinary(special: SpecialIds, device: torch.device) -> torch.Tensor:
    return (~_is_special(special, torch.device("cpu"))).nonzero().squeeze(1).to(device)


def _random_ids(key: torch.Tensor, special: SpecialIds, seed: tuple[int | str, ...]) -> torch.Tensor:
    ordinary = _ordinary(special, key.device)
    return ordinary[draw(key, salt(*seed, "token")) % len(ordinary)]


def _smallest_of_rows(draws: torch.Tensor, candidates: torch.Tensor, counts: torch.Tensor, most: int) -> torch.Tensor:
    """(R, L) bool: the counts[r] candidates of row r with the smallest draws, counts <= most."""
    smallest = torch.where(candidates, draws, _LAST).topk(min(most, draws.shape[1]), dim=1, largest=False)
    taken = torch.arange(smallest.indices.shape[1], device=draws.device) < counts[:, None]
    return torch.zeros_like(candidates).scatter_(1, smallest.indices, taken) & candidates


def _smallest_of_groups(draws: torch.Tensor, candidates: torch.Tensor, group: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """(N,) bool: of each group g the counts[g] candidates with the smallest draws."""
    order = torch.where(candidates, draws, _LAST).argsort(stable=True)
    order = order[group[order].argsort(stable=True)]  # by group, then by draw
    sizes = torch.zeros_like(counts).index_add_(0, group, torch.ones_like(group))
    rank = torch.arange(len(group), device=group.device) - (sizes.cumsum(0) - sizes)[group[order]]
    chosen = torch.empty_like(candidates)
    chosen[order] = rank < counts[group[order]]
    return chosen & candidates


def _rank_in_group(marked: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """For each marked cell how many marked cells of its group come before it; the cells of a group follow each other."""
    before = marked.long().cumsum(0) - marked.long()
    first = torch.full((groups + 1,), _LAST, device=group.device).scatter_reduce_(0, group + 1, before, "amin")
    return before - first[group + 1]
