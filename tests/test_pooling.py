"""Pooling: means over the cells of a sentence or a word, against a loop in float64."""

import numpy as np
import pytest
import torch

from isogloss.batch import MASKED, SLOT, TOKEN
from isogloss.batch import SPECIAL as SPECIAL_ROLE
from isogloss.masking import fill_slots, mask_tokens
from isogloss.pooling import sentence_means, span_means, word_means
from isogloss.streams import Part
from stores import SPECIAL, Store, batch_of, layout

WIDTH = 5


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
def test_a_word_is_the_mean_of_its_tokens_at_its_first_cell_and_zero_elsewhere(slot_rate):
    batch, states = hidden(2, slot_rate)
    token = torch.isin(batch.role, torch.tensor([TOKEN, MASKED]))
    expected, words = torch.zeros_like(states), 0
    for sentence in range(len(batch.pair)):
        for word in batch.word[token & (batch.sentence == sentence)].unique():
            where = token & (batch.sentence == sentence) & (batch.word == word)
            row, column = torch.nonzero(where)[0].tolist()
            expected[row, column], words = torch.tensor(mean(states, where)), words + 1
    found = word_means(states, batch)
    assert torch.allclose(found, expected, atol=1e-12) and words < int(token.sum())


def spans_of(batch, seed):
    """Up to two spans of words per sentence that do not overlap, in random order; some of sentences without these words."""
    rng, made = np.random.default_rng(seed), []
    for sentence in range(len(batch.pair)):
        cuts = np.sort(rng.choice(9, 4, replace=False))
        made += [(sentence, cuts[0], cuts[1]), (sentence, cuts[1] + 1, cuts[2])] if cuts[2] > cuts[1] else [(sentence, cuts[0], cuts[1])]
    return torch.from_numpy(rng.permutation(np.array(made))).unbind(1)


@pytest.mark.parametrize("slot_rate", [0.0, 0.4])
def test_a_span_is_the_mean_of_the_tokens_of_its_words(slot_rate):
    batch, states = hidden(7, slot_rate)
    token = torch.isin(batch.role, torch.tensor([TOKEN, MASKED]))
    spans = spans_of(batch, 0)
    expected = [
        mean(states, token & (batch.sentence == sentence) & (batch.word >= first) & (batch.word <= last))
        for sentence, first, last in zip(*(part.tolist() for part in spans), strict=True)
    ]
    found = span_means(states, batch, *spans)
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64), atol=1e-12)
    assert (found == 0).all(1).any() and not (found == 0).all()
    halves = [
        span_means(states[rows], batch.part(k, 2), *spans)
        for k, rows in enumerate((slice(0, len(states) // 2), slice(len(states) // 2, None)))
    ]
    assert torch.allclose(halves[0] + halves[1], found, atol=1e-12)


def test_the_span_of_all_words_is_the_sentence_without_its_marks():
    batch, states = hidden(8, 0.0)
    sentence = torch.arange(len(batch.pair))
    found = span_means(states, batch, sentence, 0 * sentence, 0 * sentence + 99)
    assert torch.allclose(found, sentence_means(states, batch, specials=False), atol=1e-12)


def test_what_a_slot_or_padding_holds_changes_no_mean():
    batch, states = hidden(3, 0.4)
    other = torch.where((batch.role == SLOT)[..., None] | (batch.sentence < 0)[..., None], 1e6, states)
    assert torch.equal(sentence_means(other, batch), sentence_means(states, batch))
    assert torch.equal(word_means(other, batch), word_means(states, batch))
    assert torch.equal(span_means(other, batch, *spans_of(batch, 1)), span_means(states, batch, *spans_of(batch, 1)))


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
