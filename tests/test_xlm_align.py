"""XLM-Align: itermax, Sinkhorn and pointer against loops over each pair, and the whole against transformers, pair by pair."""

import copy

import numpy as np
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
from isogloss.batch import IGNORED, SPECIAL
from isogloss.errors import IsoglossError
from isogloss.objectives.xlm_align import XLMAlign, itermax, pointer, sinkhorn
from packed import batch_of, sequences

EXAMPLES = [
    *[([10, 11, 12, 13], [50, 51, 52, 53, 54]), ([14, 15, 16], [55, 56]), ([17], [57, 58, 59])],
    *[([20, 21, 22, 23, 24, 25, 26], [60, 61, 62]), ([27, 28, 3, 29, 30], [63, 64, 65, 66, 67, 68]), ([31, 32], [69, 70])],
]
EXTRACT = ("itermax", "sinkhorn")
SEED = (0, "xlm_align")


# ------------------------------------------------------------------------------------------------------------------- links


def itermax_of_pair(similarity, rounds, ratio):
    """Of one pair (m, n), as SimAlign says it: matrices of ones and zeros, numpy."""
    m, n = similarity.shape

    def mutual(scores):
        return np.array([[scores[i].argmax() == j and scores[:, j].argmax() == i for j in range(n)] for i in range(m)])

    links = mutual(similarity)
    if min(m, n) <= 2:
        return links
    for _ in range(rounds - 1):
        free_x, free_y = [i for i in range(m) if not links[i].any()], [j for j in range(n) if not links[:, j].any()]
        if not free_x or not free_y:
            return links
        weight = np.array(
            [[1 if i in free_x and j in free_y else ratio if i in free_x or j in free_y else 0 for j in range(n)] for i in range(m)]
        )
        links = links | (mutual(similarity * weight) & (weight > 0))
    return links


def sinkhorn_of_pair(similarity, iterations, floor):
    rows = columns = np.where(similarity <= floor, floor, similarity)
    for _ in range(iterations):
        columns = rows / rows.sum(0)
        rows = columns / columns.sum(1)[:, None]
    m, n = similarity.shape
    return np.array([[rows[i].argmax() == j and columns[:, j].argmax() == i for j in range(n)] for i in range(m)])


def row_of(sizes, seed, shift):
    """A row with pairs of so many tokens: (similarity (1, L, L), across, side, [(columns of x, columns of y)]); a special between sides."""
    length = sum(m + n + 2 for m, n in sizes)
    points = np.random.default_rng(seed).normal(size=(length, 4)) + shift
    across, side, places, at = np.zeros((length, length), bool), np.zeros(length, int), [], 0
    for m, n in sizes:
        x, y = np.arange(at, at + m), np.arange(at + m + 1, at + m + 1 + n)
        across[np.ix_(x, y)] = across[np.ix_(y, x)] = True
        side[at + m : at + m + n + 1] = 1
        places.append((x, y))
        at += m + n + 2
    return *(torch.from_numpy(values)[None] for values in (points @ points.T, across, side)), places


SIZES = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=4)


@given(SIZES, st.integers(0, 999), st.sampled_from([0.0, 1.0, 3.0]), st.integers(1, 3))
def test_itermax_is_that_of_each_pair_alone(sizes, seed, shift, rounds):
    similarity, across, _, places = row_of(sizes, seed, shift)
    expected = np.zeros(similarity.shape[1:], bool)
    for x, y in places:
        links = itermax_of_pair(similarity[0].numpy()[np.ix_(x, y)], rounds, 0.9)
        expected[np.ix_(x, y)], expected[np.ix_(y, x)] = links, links.T
    assert itermax(similarity, across, rounds=rounds)[0].numpy().tolist() == expected.tolist()


@given(SIZES, st.integers(0, 999), st.sampled_from([0.0, 1.0, 3.0]), st.integers(1, 3))
def test_sinkhorn_is_that_of_each_pair_alone(sizes, seed, shift, iterations):
    similarity, across, side, places = row_of(sizes, seed, shift)
    expected = np.zeros(similarity.shape[1:], bool)
    for x, y in places:
        links = sinkhorn_of_pair(similarity[0].numpy()[np.ix_(x, y)], iterations, 1e-6)
        expected[np.ix_(x, y)], expected[np.ix_(y, x)] = links, links.T
    assert sinkhorn(similarity, across, side, iterations=iterations)[0].numpy().tolist() == expected.tolist()


@pytest.mark.parametrize(("rival", "partner"), [(5.5, 1), (5.6, 0)])
def test_the_second_round_finds_a_partner_for_what_the_first_left_over(rival, partner):
    """The first and second x like the first y best; the second takes the free y (5) instead, unless .9 of its liking is more than that."""
    scores = torch.tensor([[9.0, 1.0, 1.0], [rival, 5.0, 1.0], [1.0, 1.0, 7.0]], dtype=torch.float64)
    nothing = torch.zeros(3, 3, dtype=torch.float64)
    similarity = torch.cat([torch.cat([nothing, scores], 1), torch.cat([scores.T, nothing], 1)])[None]
    for rounds in (1, 2):
        links = itermax(similarity, similarity != 0, rounds=rounds)[0, :3, 3:]
        assert links.nonzero().tolist() == [[0, 0], *([[1, partner]] if rounds == 2 else []), [2, 2]]


# ----------------------------------------------------------------------------------------------------------------- pointer


def test_the_pointer_is_a_cross_entropy_over_the_other_side():
    _, across, _, places = row_of([(3, 4), (2, 5), (1, 1)], 0, 0.0)
    generator = torch.Generator().manual_seed(1)
    query, key = (torch.randn(1, across.shape[1], 6, generator=generator, dtype=torch.float64) for _ in range(2))
    partner, losses, right = torch.full(across.shape[1:2], -1), [], 0
    for x, y in places:
        for token, others, aligned in ((x[0], y, 0), (y[-1], x, len(x) - 1)):
            logits = torch.stack([query[0, token] @ key[0, other] / 6**0.5 for other in others])
            losses.append(F.cross_entropy(logits[None], torch.tensor([aligned])))
            right += int(logits.argmax() == aligned)
            partner[token] = int(others[aligned])
    total, asked, found = pointer(query, key, across, partner[None])
    assert abs(total - sum(losses)) < 1e-10 and asked == len(losses) == 6 and found == right


def test_where_nothing_has_a_partner_the_loss_is_0_with_a_graph():
    query = torch.randn(2, 5, 3, requires_grad=True)
    total, asked, found = pointer(query, query, torch.zeros(2, 5, 5, dtype=torch.bool), torch.full((2, 5), -1))
    total.backward()
    assert total == asked == found == 0 and query.grad is not None and not query.grad.any()


# --------------------------------------------------------------------------------------------------------------- objective


def prepared(encoder, tokenizer, objective, **options):
    layout = objective.layout(layout_of(encoder, tokenizer, **options))
    return objective.prepare(batch_of(EXAMPLES, layout), layout.special, SEED)


def expected(plain, objective, batch):
    """(TLM, pointer loss, share with a partner, share found) of every pair as a sequence of its own, token by token."""
    tlm, losses, right, hidden = [], [], 0, 0
    for place in sequences(batch, batch.pair_of_cell):
        clean, ids, labels, side = (values[place] for values in (batch.clean, batch.ids, batch.labels, batch.side))
        text = [k for k in range(len(ids)) if batch.role[place][k] != SPECIAL]
        x, y = ([k for k in text if side[k] == number] for number in (0, 1))
        with torch.no_grad():
            aligning = plain.base_model(input_ids=clean[None], output_hidden_states=True).hidden_states[objective.layer][0]
        similarity = (aligning[x] @ aligning[y].T).numpy()
        links = itermax_of_pair(similarity, 2, 0.9) if objective.extract == "itermax" else sinkhorn_of_pair(similarity, 2, 1e-6)
        partner = {}
        for i, j in np.argwhere(links):  # the last one stays
            partner[x[i]] = y[j]
        for j, i in np.argwhere(links.T):
            partner[y[j]] = x[i]
        output = plain(input_ids=ids[None], output_hidden_states=True)
        states = output.hidden_states[-1][0]
        for k in (labels != IGNORED).nonzero().flatten().tolist():
            hidden += 1
            tlm.append(F.cross_entropy(output.logits[0, k][None], labels[k][None]))
            if k in partner:
                others = y if k in x else x
                logits = torch.stack([objective.query(states[k]) @ objective.key(states[j]) / states.shape[1] ** 0.5 for j in others])
                losses.append(F.cross_entropy(logits[None], torch.tensor([others.index(partner[k])])))
                right += int(others[int(logits.argmax())] == partner[k])
    assert losses
    return torch.stack(tlm).mean(), torch.stack(losses).mean(), len(losses) / hidden, right / len(losses)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("extract", EXTRACT)
def test_the_loss_is_that_of_every_pair_alone(tokenizer, architecture, extract):
    encoder = encoder_of(tokenizer, architecture)
    objective = built(XLMAlign(extract=extract, tlm=0.5, rate=0.5), encoder, tokenizer)
    assert objective.layer == 2  # 10/12 of 3
    batch = prepared(encoder, tokenizer, objective)
    tlm, pointing, aligned, found = expected(plain_of(encoder), objective, batch)
    loss, metrics = objective(encoder, batch)
    assert abs(loss - 0.5 * tlm - pointing) < 1e-9
    assert abs(metrics["tlm"] - tlm) < 1e-9 and abs(metrics["pointer_loss"] - pointing) < 1e-9
    assert abs(metrics["aligned"] - aligned) < 1e-6 and abs(metrics["pointer"] - found) < 1e-6


@pytest.mark.parametrize("extract", EXTRACT)
def test_rows_and_padding_change_nothing_where_all_is_asked(tokenizer, extract):
    """With rate 1 and keep 1 the draws are the same in any rows: all tokens, in the clear."""
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(extract=extract, rate=1.0, keep=1.0, random=0.0), encoder, tokenizer)
    batches = [prepared(encoder, tokenizer, objective, row_length=length) for length in (32, 48, 90)]
    assert len({len(batch.ids) for batch in batches}) == 3
    losses = [objective(encoder, batch)[0] for batch in (*batches, padded_by(batches[0]))]
    assert max(losses) - min(losses) < 1e-10


def test_chunks_of_rows_change_nothing(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(rate=0.5), encoder, tokenizer)
    assert_chunks_change_nothing(objective, encoder, prepared(encoder, tokenizer, objective, max_length=24, row_length=24))


def test_gradients_reach_every_layer_and_both_maps(tokenizer):
    encoder = encoder_of(tokenizer)
    for tlm in (0.0, 1.0):
        objective = built(XLMAlign(tlm=tlm, rate=0.5), encoder, tokenizer)
        assert_gradients_reach(objective, encoder, prepared(encoder, tokenizer, objective), layers=3)


def test_links_are_made_without_dropout_and_gradients_and_leave_no_trace(tokenizer):
    encoder = encoder_of(tokenizer, dropout=0.5).train()
    objective = built(XLMAlign(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    before = torch.get_rng_state()
    first, second = objective.partners(encoder, batch), objective.partners(encoder, batch)
    assert torch.equal(first, second) and not first.requires_grad and (first >= 0).any()
    assert torch.equal(before, torch.get_rng_state())
    assert encoder.training and all(module.training for module in encoder.modules())
    encoder.eval()
    assert torch.equal(first, objective.partners(encoder, batch)) and not encoder.training


def test_partners_are_tokens_of_the_other_side(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    partner = objective.partners(encoder, batch)
    for row, cell in (partner >= 0).nonzero().tolist():
        other = int(partner[row, cell])
        assert batch.role[row, cell] != SPECIAL != batch.role[row, other]
        assert batch.pair_of_cell[row, cell] == batch.pair_of_cell[row, other] and batch.side[row, cell] != batch.side[row, other]


def test_what_is_hidden_follows_from_the_seed_alone(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(), encoder, tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer))
    first, other = assert_drawn_by_the_seed_alone(objective, batch_of(EXAMPLES, layout), layout.special)
    assert not torch.equal(first.labels, other.labels)


def test_a_batch_of_unknown_words_asks_nothing(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(), encoder, tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer))
    batch = objective.prepare(batch_of([([3, 3], [3]), ([3], [3, 3])], layout), layout.special, SEED)
    loss, metrics = objective(encoder, batch)
    loss.backward()
    assert loss == 0 and all(value == 0 for value in metrics.values())


def test_under_autocast_the_loss_is_finite_float32(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(rate=0.5), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    exact = objective(encoder, batch)[0]
    single = copy.deepcopy(objective).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = single(in_single(encoder), batch)[0]
    assert half.dtype == torch.float32 and abs(half - exact) < 0.1 * abs(exact)


def test_a_pointer_is_learnt(tokenizer):
    """The links of a fixed encoder: the maps alone find most of them."""
    encoder = encoder_of(tokenizer)
    objective = built(XLMAlign(tlm=0.0, rate=1.0, keep=1.0, random=0.0), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    optimizer, seen = torch.optim.Adam(objective.parameters(), lr=1e-2), []
    for _ in range(40):
        loss, metrics = objective(encoder, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        seen.append((float(loss.detach()), float(metrics["pointer"])))
    assert seen[-1][0] < seen[0][0] / 2 and seen[-1][1] > 0.8


@pytest.mark.parametrize(
    ("options", "message"), [({"extract": "mutual"}, "extract: mutual.*itermax, sinkhorn"), ({"layer": 9}, "layer: 9")]
)
def test_unknown_options_are_refused(tokenizer, options, message):
    with pytest.raises(IsoglossError, match=f"objective xlm_align: {message}"):
        built(XLMAlign(**options), encoder_of(tokenizer), tokenizer)
