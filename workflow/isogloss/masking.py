"""What is hidden of a batch, drawn by a stateless hash: no generator, no state, the same on every device and for every number of ranks.

The number that a token occurrence draws is mix(mix(key) + salt): its key counts tokens over parts and epochs (`streams.Part.nonce`),
the salt holds seed, objective and purpose. Of each group (a row, or a sentence) an exact number of tokens is hidden, those with the
smallest draws.
"""

from dataclasses import replace
from functools import lru_cache

import torch

from .batch import IGNORED, MASKED, PADDING, SLOT, TOKEN, Batch, SpecialIds
from .hashing import mix, number_of, shifted

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
        total=chosen.sum(),
        most_labels=rows * bound,
    )


def fill_slots(batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
    """Ask for tokens in the slots behind their sentence (CAMLM): the tokens stay in the clear, `attention.slots` hides them.

    Of each sentence as many tokens are chosen as it has slots. A slot is <mask> with the position and word of its token; slots
    that find no token become padding.
    """
    maskable, sentences = _maskable(batch, special), len(batch.pair)
    group = batch.sentence.flatten()
    slot = (batch.role == SLOT).flatten()
    reserved = torch.zeros(sentences + 1, dtype=torch.long, device=group.device).index_add_(0, group + 1, slot.long())
    chosen = _smallest_of_groups(draw(batch.key, salt(*seed, "choice")).flatten(), maskable.flatten(), group + 1, reserved)
    # The r-th slot of a sentence (in the order of cells) takes its r-th chosen token.
    token_rank, slot_rank = _rank_in_group(chosen, group, sentences), _rank_in_group(slot, group, sentences)
    length = batch.ids.shape[1]
    source = torch.full((sentences * length + 1,), -1, device=group.device)  # (sentence, rank) -> cell; the last is thrown away
    cells = torch.arange(len(group), device=group.device)
    source[torch.where(chosen, group * length + token_rank, sentences * length)] = cells
    origin = torch.where(slot, source[torch.where(slot, group * length + slot_rank, 0)], -1)
    filled, empty, at = origin >= 0, slot & (origin < 0), origin.clamp(min=0)

    def field(values: torch.Tensor, unfilled: int) -> torch.Tensor:
        flat = values.flatten()
        return torch.where(filled, flat[at], torch.where(empty, unfilled, flat)).view_as(values)

    return replace(
        batch,
        ids=torch.where(empty, special.pad, batch.ids.flatten()).view_as(batch.ids),
        positions=field(batch.positions, 0),
        word=field(batch.word, -1),
        sentence=torch.where(empty, -1, group).view_as(batch.ids),
        side=torch.where(empty, 0, batch.side.flatten()).view_as(batch.ids),
        language=torch.where(empty, -1, batch.language.flatten()).view_as(batch.ids),
        role=torch.where(empty, PADDING, batch.role.flatten()).view_as(batch.ids),
        labels=torch.where(filled, batch.ids.flatten()[at], IGNORED).view_as(batch.ids),
        total=filled.sum(),
    )


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
