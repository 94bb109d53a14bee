"""Posteriors of the hidden Markov model against every way to generate a sentence, and against closed forms."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden import brute_force
from isogloss.aligners.hmm.lattice import posteriors

SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=3)  # (observed words, states) of each pair


def drawn(lengths, most, seed, dtype=torch.float64):
    """(emission, empty, jumps, states, observed) of a ragged batch, padded as the docstring of the lattice says."""
    rng = torch.Generator().manual_seed(seed)
    O, B, S = max(o for o, _ in lengths), len(lengths), max(s for _, s in lengths)  # noqa: E741
    emission = torch.rand(O, B, S, generator=rng, dtype=dtype) ** 3  # far from even
    empty = 0.3 * torch.rand(O, B, generator=rng, dtype=dtype)
    for b, (o, s) in enumerate(lengths):
        emission[o:, b], empty[o:, b] = 0.7, 0.3
        emission[:, b, s:] = 0
    jumps = 0.05 + torch.rand(2 * most + 1, generator=rng, dtype=dtype) ** 2
    observed, states = (torch.tensor(sizes) for sizes in zip(*lengths, strict=True))
    return emission, empty, jumps, states, observed


@given(LENGTHS, st.integers(1, 3), SEEDS)
@settings(max_examples=40)
def test_posteriors_are_those_of_all_ways(lengths, most, seed):
    emission, empty, jumps, states, observed = drawn(lengths, most, seed)
    posterior, counts = posteriors(emission.clone(), empty.clone(), jumps, states, observed)
    expected_counts = torch.zeros_like(jumps)
    for b, (o, s) in enumerate(lengths):
        expected, jumped = brute_force(emission[:o, b, :s].tolist(), empty[:o, b].tolist(), jumps.tolist())
        for word in range(o):
            for state in range(s):
                assert posterior[word, b, state].item() == pytest.approx(expected[word, state], rel=1e-6, abs=1e-12)
        assert (posterior[:, b, s:] == 0).all()
        for kind, number in jumped.items():
            expected_counts[kind] += number
    assert torch.allclose(counts, expected_counts, rtol=1e-6, atol=1e-12)


@given(LENGTHS, SEEDS)
@settings(max_examples=20)
def test_padding_tells_nothing(lengths, seed):
    emission, empty, jumps, states, observed = drawn(lengths, 2, seed)
    together, counts = posteriors(emission.clone(), empty.clone(), jumps, states, observed)
    alone = 0
    for b, (o, s) in enumerate(lengths):
        one, its_counts = posteriors(
            emission[:o, b : b + 1, :s].clone(), empty[:o, b : b + 1].clone(), jumps, states[b : b + 1], observed[b : b + 1]
        )
        assert torch.allclose(together[:o, b, :s], one[:, 0], rtol=1e-6, atol=1e-12)
        alone = alone + its_counts
    assert torch.allclose(counts, alone, rtol=1e-6, atol=1e-12)


@given(LENGTHS, SEEDS, st.floats(0.01, 100))
@settings(max_examples=20)
def test_only_ratios_count(lengths, seed, factor):
    emission, empty, jumps, states, observed = drawn(lengths, 2, seed)
    one, its_counts = posteriors(emission.clone(), empty.clone(), jumps, states, observed)
    other, other_counts = posteriors(factor * emission, factor * empty, 7 * jumps, states, observed)
    assert torch.allclose(one, other, rtol=1e-6) and torch.allclose(its_counts, other_counts, rtol=1e-6)


def test_a_thousand_words_that_may_jump_anywhere_alike_are_model_1():
    """With equal jumps each word is for itself: p(state | word) = p(word | state) / S over the sum and the empty word."""
    emission, empty, jumps, states, observed = drawn([(1000, 1000), (400, 30)], 10, 1, torch.float32)
    emission *= 1e-6
    empty[:400, 1] *= 1e-6
    empty[:, 0] *= 1e-6
    emission[400:, 1, :30] = 0.7
    posterior, counts = posteriors(emission.clone(), empty.clone(), torch.ones_like(jumps), states, observed)
    for b, (o, s) in enumerate([(1000, 1000), (400, 30)]):
        each = emission[:o, b, :s] / s
        assert torch.allclose(posterior[:o, b, :s], each / (each.sum(1) + empty[:o, b])[:, None], rtol=1e-3, atol=1e-9)
    jumps_to_words = posterior[:1000, 0].sum().item() + posterior[:400, 1].sum().item()
    assert counts.sum().item() == pytest.approx(jumps_to_words + 2, rel=1e-3)  # and to the ends


def test_certain_jumps_make_a_diagonal():
    """The first word is told apart, the others by their place alone; the first jump starts before them, the last one ends behind."""
    size, jumps = 6, torch.tensor([0, 0, 0, 1.0, 0])
    emission = torch.full((size, 1, size), 0.5)
    emission[0, 0, 1:] = 0
    posterior, counts = posteriors(emission, torch.zeros(size, 1), jumps + 1e-9, torch.tensor([size]), torch.tensor([size]))
    assert torch.allclose(posterior[:, 0], torch.eye(size), atol=1e-6)
    assert torch.allclose(counts, torch.tensor([0, 0, 0, size + 1.0, 0]), atol=1e-6)


def test_one_word_of_each_side():
    posterior, counts = posteriors(torch.tensor([[[0.3]]]), torch.tensor([[0.1]]), torch.ones(3), torch.tensor([1]), torch.tensor([1]))
    assert posterior.item() == pytest.approx(0.75) and counts.tolist() == [0, 0, pytest.approx(0.75 + 1)]


def test_what_ends_a_sentence_is_told_by_its_place():
    """Three words that look alike to the last one, one state ahead is likeliest: the last word is the last state's."""
    jumps = torch.tensor([0.1, 0.1, 1.0])
    emission = torch.tensor([[0.9, 0.05, 0.05], [0.3, 0.3, 0.3], [0.3, 0.3, 0.3]])[:, None]
    posterior, _ = posteriors(emission, torch.full((3, 1), 0.01), jumps, torch.tensor([3]), torch.tensor([3]))
    assert posterior[:, 0].argmax(1).tolist() == [0, 1, 2] and posterior[2, 0, 2] > 0.5
