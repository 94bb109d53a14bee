"""Pooling: means over the cells of a sentence or a word, against a loop in float64."""

import numpy as np
import pytest
import torch

from isogloss.batch import MASKED, SLOT, TOKEN
from isogloss.batch import SPECIAL as SPECIAL_ROLE
from isogloss.masking import fill_slots, mask_tokens
from isogloss.pooling import sentence_means, word_means
from isogloss.streams import Part
from stores import SPECIAL, Store, batch_of, layout

WIDTH, MOST_WORDS = 5, 4


def hidden(seed, slot_rate):
    """A batch of pairs with several tokens a word, and random states of its cells."""
    rng = np.random.default_rng(seed)
    stores = []
    for language in ("en", "zh"):
        sizes = rng.integers(1, 12, 20)
        words = [np.sort(rng.integers(0, 7, size)).tolist() for size in sizes]
        stores.append(Store([rng.integers(3, 99, size).tolist() for size in sizes], language, words))
    batch = batch_of(Part("en-zh", stores), layout(40, 60, slot_rate=slot_rate))
    batch = fill_slots(batch, SPECIAL, (seed,)) if slot_rate else mask_tokens(batch, SPECIAL, (seed,), rate=0.3, keep=0.1, random=0.1)
    return batch, torch.from_numpy(rng.normal(size=(*batch.ids.shape, WIDTH)))


def mean(states, chosen):
    states = [state for state, taken in zip(states.flatten(0, 1).tolist(), chosen.flatten().tolist(), strict=True) if taken]
    return [sum(column) / len(states) for column in zip(*states, strict=True)] if states else [0.0] * WIDTH


@pytest.mark.parametrize("slot_rate", [0.0, 0.4])
@pytest.mark.parametrize("specials", [True, False])
def test_a_sentence_is_the_mean_of_its_cells(slot_rate, specials):
    batch, states = hidden(1, slot_rate)
    roles = (TOKEN, MASKED, SPECIAL_ROLE) if specials else (TOKEN, MASKED)
    counted = torch.isin(batch.role, torch.tensor(roles))
    expected = [mean(states, counted & (batch.sentence == sentence)) for sentence in range(len(batch.pair))]
    found = sentence_means(states, batch, specials=specials)
    assert found.dtype == torch.float64 and torch.allclose(found, torch.tensor(expected, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize("slot_rate", [0.0, 0.4])
def test_a_word_is_the_mean_of_its_tokens_and_zero_where_there_is_none(slot_rate):
    batch, states = hidden(2, slot_rate)
    token = torch.isin(batch.role, torch.tensor([TOKEN, MASKED]))
    expected = [
        [mean(states, token & (batch.sentence == sentence) & (batch.word == word)) for word in range(MOST_WORDS)]
        for sentence in range(len(batch.pair))
    ]
    found = word_means(states, batch, MOST_WORDS)
    assert found.shape == (len(batch.pair), MOST_WORDS, WIDTH)
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64), atol=1e-12) and (found == 0).all(dim=2).any()


def test_what_a_slot_or_padding_holds_changes_no_mean():
    batch, states = hidden(3, 0.4)
    other = torch.where((batch.role == SLOT)[..., None] | (batch.sentence < 0)[..., None], 1e6, states)
    assert torch.equal(sentence_means(other, batch), sentence_means(states, batch))
    assert torch.equal(word_means(other, batch, 9), word_means(states, batch, 9))


def test_means_of_the_parts_add_up_to_those_of_the_step():
    batch, states = hidden(4, 0.0)
    middle = len(batch.ids) // 2
    parts = [sentence_means(states[:middle], batch.part(0, 2)), sentence_means(states[middle:], batch.part(1, 2))]
    assert torch.allclose(parts[0] + parts[1], sentence_means(states, batch))  # a sentence stands in one row: zero in the other part
    assert all((part == 0).all(dim=1).any() for part in parts)


def test_many_cells_in_half_precision_are_summed_in_single():
    batch, states = hidden(5, 0.0)
    found = sentence_means(states.bfloat16(), batch)
    assert found.dtype == torch.float32 and torch.allclose(found, sentence_means(states.bfloat16().double(), batch).float(), atol=1e-6)


def test_gradients_flow_to_the_cells_that_count_and_to_no_other():
    batch, states = hidden(6, 0.4)
    states.requires_grad_()
    sentence_means(states, batch, specials=False).sum().backward()
    assert torch.equal((states.grad != 0).all(dim=2), torch.isin(batch.role, torch.tensor([TOKEN, MASKED])))
