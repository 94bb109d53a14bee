"""Hardest negatives: the loss against a double loop, where its gradient may go, and what a sentence's vector is."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from coupled import (
    ARCHITECTURES,
    assert_chunks_change_nothing,
    assert_drawn_by_the_seed_alone,
    assert_gradients_reach,
    built,
    encoder_of,
    in_single,
    layout_of,
    padded_by,
    plain_of,
)
from isogloss.errors import IsoglossError
from isogloss.objectives.hardneg import HardNeg, hardest_negatives
from packed import batch_of, sequences

EXAMPLES = [([10, 11, 12], [50, 51]), ([13], [52, 53, 54, 55]), ([14, 15, 16, 17, 18, 19], [56]), ([20, 3], [57, 58]), ([21] * 9, [59] * 8)]
SEED = (0, "hardneg")


def apart(count):
    return torch.zeros(count, count, dtype=torch.bool)


def by_loops(logits, same):
    """-[2 log p_ii + log(1 - max p_ij) + log(1 - max p_ji)] from probabilities; a maximum of nothing is 0."""
    p, found = torch.sigmoid(logits.detach()), []
    for i in range(len(p)):
        rivals = [j for j in range(len(p)) if j != i and not same[i, j]]
        across = max((float(p[i, j]) for j in rivals), default=0.0)
        back = max((float(p[j, i]) for j in rivals), default=0.0)
        found.append(-(2 * math.log(p[i, i]) + math.log(1 - across) + math.log(1 - back)))
    return torch.tensor(found, dtype=torch.float64)


@given(st.integers(2, 8), st.integers(0, 99), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=5))
def test_the_loss_is_that_of_a_double_loop(pairs, seed, shared):
    logits = 4 * torch.randn(pairs, pairs, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    same = apart(pairs)
    for i, j in shared:
        same[i % pairs, j % pairs] = same[j % pairs, i % pairs] = True
    assert torch.allclose(hardest_negatives(logits, same), by_loops(logits, same), atol=1e-10)


def test_the_gradient_touches_the_diagonal_and_the_hardest_rivals_alone():
    logits = torch.randn(6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(3), requires_grad=True)
    same = apart(6)
    same[1, 4] = same[4, 1] = True
    hardest_negatives(logits, same).sum().backward()
    rivals = logits.detach().masked_fill(same | torch.eye(6, dtype=torch.bool), float("-inf"))
    expected = torch.eye(6, dtype=torch.bool)
    expected[torch.arange(6), rivals.argmax(1)] = True
    expected[rivals.argmax(0), torch.arange(6)] = True
    assert torch.equal(logits.grad != 0, expected)
    assert (logits.grad.diagonal() < 0).all() and (logits.grad[~torch.eye(6, dtype=torch.bool)] >= 0).all()


@pytest.mark.parametrize("size", [1e2, 1e4])
def test_saturated_probabilities_leave_everything_finite(size):
    for sign in (1, -1):
        logits = (sign * size * (2 * torch.eye(4) - 1)).requires_grad_()
        losses = hardest_negatives(logits, apart(4))
        losses.sum().backward()
        assert losses.isfinite().all() and logits.grad.isfinite().all()
        assert (losses < 1e-6).all() if sign > 0 else torch.allclose(losses, torch.full((4,), 4 * size))


def test_a_pair_without_negatives_loses_what_it_says_of_itself():
    logits = torch.tensor([[2.0, 9.0], [9.0, 3.0]], dtype=torch.float64, requires_grad=True)
    losses = hardest_negatives(logits, ~apart(2))
    assert torch.allclose(losses, -2 * F.logsigmoid(logits.diagonal()), atol=1e-12)
    losses.sum().backward()
    assert logits.grad[0, 1] == logits.grad[1, 0] == 0


def test_one_pair_alone_is_refused():
    with pytest.raises(IsoglossError, match="a step of one pair.*Raise batch_tokens"):
        hardest_negatives(torch.zeros(1, 1), apart(1))


# --------------------------------------------------------------------------------------------------------------- sentences


@pytest.fixture(scope="module")
def encoder(tokenizer):
    return encoder_of(tokenizer)


def prepared(encoder, tokenizer, objective, examples=EXAMPLES, **options):
    layout = objective.layout(layout_of(encoder, tokenizer, **options))
    return objective.prepare(batch_of(examples, layout), layout.special, SEED)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("layer", [0, 2, None])
def test_the_loss_is_that_of_every_sentence_encoded_alone_by_transformers(tokenizer, architecture, layer):
    encoder = encoder_of(tokenizer, architecture)
    plain, objective = plain_of(encoder), built(HardNeg(layer=layer), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    assert len(batch.ids) < len(EXAMPLES)  # packed
    means = []
    for place in sequences(batch, batch.sentence):
        states = plain.base_model(input_ids=batch.ids[place][None], output_hidden_states=True).hidden_states
        means.append(states[-1 if layer is None else layer][0].mean(0))  # special tokens too
    x, y = torch.stack(means[::2]), torch.stack(means[1::2])
    logits = 10 * F.cosine_similarity(x[:, None], y, dim=2) - 5
    loss, metrics = objective(encoder, batch)
    assert abs(loss - by_loops(logits, apart(len(x))).mean()) < 1e-10
    assert metrics["accuracy"] == (logits.argmax(1) == torch.arange(len(x))).double().mean()
    assert (metrics["scale"], metrics["shift"]) == (10, -5)


def test_equal_sentences_are_no_negatives(tokenizer, encoder):
    """Pairs 0 and 1 share their first sides, 0 and 2 their second; so of pair 0 only pair 3 is a negative."""
    one, two = [10, 11, 12], [50, 51]
    objective = built(HardNeg(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective, [(one, two), (one, [52]), ([13], two), ([14, 15], [53])])
    texts = [tuple(batch.ids[place].tolist()) for place in sequences(batch, batch.sentence)]
    pairs = [set(texts[k : k + 2]) for k in range(0, len(texts), 2)]
    same = torch.tensor([[bool(a & b) for b in pairs] for a in pairs])
    assert same.sum() == 4 + 2 * 2
    x, y = F.normalize(objective.pool(encoder, batch).states[0], dim=-1).unflatten(0, (-1, 2)).unbind(1)
    assert abs(objective(encoder, batch)[0] - by_loops(10 * x @ y.T - 5, same).mean()) < 1e-10


def test_chunks_rows_and_padding_change_nothing(tokenizer, encoder):
    objective = built(HardNeg(), encoder, tokenizer)
    assert_chunks_change_nothing(objective, encoder, prepared(encoder, tokenizer, objective, max_length=24, row_length=24))
    losses = [objective(encoder, prepared(encoder, tokenizer, objective, row_length=length))[0] for length in (32, 48, 90)]
    losses.append(objective(encoder, padded_by(prepared(encoder, tokenizer, objective)))[0])
    assert max(losses) - min(losses) < 1e-10


def test_gradients_reach_every_layer_and_both_numbers(tokenizer, encoder):
    objective = built(HardNeg(), encoder, tokenizer)
    assert_gradients_reach(objective, encoder, prepared(encoder, tokenizer, objective), layers=3)


def test_the_whole_is_learnt(tokenizer):
    """Some steps on five pairs: the loss falls, and each sentence finds its translation."""
    encoder = encoder_of(tokenizer)
    objective = built(HardNeg(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    optimizer, losses = torch.optim.Adam([*encoder.parameters(), *objective.parameters()], lr=3e-3), []
    for _ in range(25):
        loss, metrics = objective(encoder, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 4 and metrics["accuracy"] == 1


def test_nothing_is_drawn(tokenizer, encoder):
    objective = built(HardNeg(), encoder, tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer))
    first, other = assert_drawn_by_the_seed_alone(objective, batch_of(EXAMPLES, layout), layout.special)
    assert torch.equal(first.ids, other.ids) and first.labels is None


def test_under_autocast_the_loss_is_finite_float32(tokenizer, encoder):
    objective = built(HardNeg(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    exact = objective(encoder, batch)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = objective.float()(in_single(encoder), batch)[0]
    assert half.dtype == torch.float32 and abs(half - exact) < 0.1 * abs(exact)


@pytest.mark.parametrize("layer", [-1, 4])
def test_a_layer_that_is_not_there_is_refused(tokenizer, encoder, layer):
    with pytest.raises(IsoglossError, match=f"objective hardneg: layer: {layer}.*to 3, or null"):
        built(HardNeg(layer=layer), encoder, tokenizer)
