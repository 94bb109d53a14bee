"""Corruption: exactly as many tokens as asked, only ordinary ones, and BERT's 80/10/10."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.batch import IGNORED, Layout, SpecialIds, lay_out
from isogloss.masking import mask_tokens
from isogloss.streams import Sentence

SPECIAL = SpecialIds(0, 2, 1, 99, 100, (0, 1, 2, 3, 99))  # as in XLM-R: <mask> is the last id


def batch_of(*rows, special=SPECIAL, max_length=512):
    examples = [(Sentence(np.asarray(row), np.zeros(len(row), int), "en"),) for row in rows]
    return lay_out(examples, Layout(special, max_length))


def masked(batch, seed=0, special=SPECIAL, rate=0.15, keep=0.1, random=0.1):
    return mask_tokens(batch, special, torch.Generator().manual_seed(seed), rate=rate, keep=keep, random=random)


rows = st.lists(st.lists(st.sampled_from([3, *range(4, 99)]), min_size=1, max_size=30), min_size=1, max_size=6)


@given(rows, st.floats(0, 1), st.integers(0, 2**60))
@settings(deadline=None)
def test_the_count_is_exact_and_special_tokens_are_left_alone(rows, rate, seed):
    before = batch_of(*rows)
    after = masked(before, seed, rate=rate)
    chosen, ordinary = after.labels != IGNORED, ~torch.isin(before.ids, torch.tensor(SPECIAL.all_special))
    count = int(ordinary.sum())
    assert chosen.sum() == min(count, max(1, round(rate * count)))
    assert (ordinary | ~chosen).all()  # neither special tokens, unknown words nor padding
    assert torch.equal(after.labels[chosen], before.ids[chosen]) and torch.equal(after.ids[~chosen], before.ids[~chosen])
    drawn = after.ids[chosen & (after.ids != SPECIAL.mask)]
    assert not torch.isin(drawn, torch.tensor(SPECIAL.all_special)).any()


def test_the_batch_given_is_not_changed():
    before = batch_of(range(4, 90))
    ids = before.ids.clone()
    assert masked(before) is not before and torch.equal(before.ids, ids) and before.labels is None


def test_same_generator_same_corruption():
    before = batch_of(range(4, 90), range(4, 60))
    first, second, other = masked(before, 1), masked(before, 1), masked(before, 2)
    assert torch.equal(first.ids, second.ids) and torch.equal(first.labels, second.labels) and not torch.equal(first.labels, other.labels)


def test_the_global_generator_is_neither_read_nor_moved():
    before = batch_of(range(4, 90))
    state = torch.get_rng_state()
    first = masked(before)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(12345)
    assert torch.equal(masked(before).ids, first.ids)


@pytest.fixture(scope="module")
def many():
    """(before, after, chosen) of 200,000 tokens that are all 50."""
    before = batch_of(*[[50] * 500] * 400)
    after = masked(before)
    return before, after, after.labels != IGNORED


def within(count, total, share):
    return abs(count - total * share) <= 5 * (total * share * (1 - share)) ** 0.5


def test_eighty_percent_become_mask_ten_random_ten_stay(many):
    _, after, chosen = many
    total = int(chosen.sum())
    assert total == 30_000
    assert within(int((after.ids[chosen] == SPECIAL.mask).sum()), total, 0.8)
    assert within(int((after.ids[chosen] == 50).sum()), total, 0.1 + 0.1 / 95)


def test_random_tokens_are_uniform_over_the_ordinary_vocabulary(many):
    _, after, chosen = many
    drawn = after.ids[chosen]
    counts = torch.bincount(drawn[(drawn != SPECIAL.mask) & (drawn != 50)], minlength=100)
    ordinary = [k for k in range(100) if k not in (*SPECIAL.all_special, 50)]
    assert counts.sum() == counts[ordinary].sum() and (counts[ordinary] > 0).all()
    expected = counts.sum() / len(ordinary)
    assert float(((counts[ordinary] - expected) ** 2 / expected).sum()) < len(ordinary) + 5 * (2 * len(ordinary)) ** 0.5  # chi-square


def test_places_are_chosen_uniformly(many):
    _, _, chosen = many
    by_position = chosen[:, 1:-1].sum(0)
    assert not chosen[:, 0].any() and not chosen[:, -1].any()
    assert all(within(int(count), 400, 0.15) for count in by_position)


@pytest.mark.parametrize(("keep", "random", "left"), [(1.0, 0.0, "same"), (0.0, 0.0, "mask"), (0.0, 1.0, "drawn")])
def test_shares_may_be_all_or_nothing(keep, random, left):
    before = batch_of(range(4, 90))
    after = masked(before, keep=keep, random=random)
    chosen = after.labels != IGNORED
    same, mask = after.ids[chosen] == before.ids[chosen], after.ids[chosen] == SPECIAL.mask
    assert {"same": same.all(), "mask": mask.all(), "drawn": not mask.any()}[left]


def test_a_batch_of_unknown_words_asks_nothing():
    assert (masked(batch_of([3, 3], [3])).labels == IGNORED).all()
