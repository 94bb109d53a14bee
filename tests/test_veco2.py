"""VECO 2.0, from its abstract: both contrasts against loops, and the whole against transformers, sentence by sentence and word by word."""

import math
from dataclasses import replace

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
from isogloss.attention import PAIRS, SENTENCES
from isogloss.batch import IGNORED, SPECIAL
from isogloss.errors import IsoglossError
from isogloss.objectives.contrast import contrastive
from isogloss.objectives.veco2 import Veco2, alone, rivals, sentence_to_sentence, token_to_token
from isogloss.streams import Part
from packed import sequences
from stores import Links, Store, batch_of

SEED = (0, "veco2")
# (tokens of x, their words, tokens of y, their words, links)
EXAMPLES = [
    ([10, 11, 12, 13], [0, 0, 1, 2], [50, 51, 52, 53], [0, 1, 1, 2], [(0, 0), (1, 1)]),
    ([14, 15, 16, 14], [0, 1, 2, 3], [54, 55], [0, 1], [(0, 0), (0, 1), (3, 0)]),  # two positives; a word twice
    ([17, 18, 19], [0, 1, 1], [17, 56, 57], [0, 1, 2], [(0, 0), (1, 2)]),  # "17" is linked to its own copy
    ([20, 21, 22], [0, 1, 3], [58, 59, 60, 61, 62], [0, 0, 0, 1, 2], [(2, 1)]),  # 21 covers words 1 and 2
    ([23], [0], [63, 64], [0, 1], []),
    ([24, 25, 26, 27, 28, 29], [0, 1, 2, 3, 4, 5], [65, 66, 67], [0, 1, 2], [(k, 2 - k // 2) for k in range(6)]),
]


def unit(*shape, seed=0):
    return F.normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64), dim=-1)


# ----------------------------------------------------------------------------------------------------------- token to token


def by_loops(vectors, positive, negative, temperature):
    """(sum of the losses, anchors) of one row, with exponentials written out."""
    total, anchors = 0.0, 0
    for i in range(len(vectors)):
        near = [j for j in range(len(vectors)) if positive[i, j]]
        if not near:
            continue
        anchors += 1
        e = [
            torch.exp(torch.dot(vectors[i], vectors[j]) / vectors[i].norm() / vectors[j].norm() / temperature) for j in range(len(vectors))
        ]
        away = sum(e[k] for k in range(len(vectors)) if negative[i, k])
        total += sum(-torch.log(e[j] / (e[j] + away)) for j in near) / len(near)
    return total, anchors


@given(st.integers(1, 8), st.integers(0, 999), st.floats(0.05, 1))
def test_token_to_token_is_that_of_loops(words, seed, temperature):
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(3, words, 5, generator=generator, dtype=torch.float64)
    kind = torch.randint(0, 3, (3, words, words), generator=generator)
    total, anchors = token_to_token(vectors, kind == 1, kind == 2, temperature)
    expected = [by_loops(vectors[row], kind[row] == 1, kind[row] == 2, temperature) for row in range(3)]
    assert abs(total - sum(loss for loss, _ in expected)) < 1e-8 and anchors == sum(count for _, count in expected)


def test_with_one_positive_and_all_others_negative_it_is_a_cross_entropy():
    vectors = unit(1, 6, 4)
    positive = torch.zeros(1, 6, 6, dtype=torch.bool)
    positive[0, 0, 3] = positive[0, 4, 1] = True
    negative = ~positive & ~torch.eye(6, dtype=torch.bool)
    logits = (vectors[0] @ vectors[0].T / 0.05).masked_fill(torch.eye(6, dtype=torch.bool), float("-inf"))[[0, 4]]
    total, anchors = token_to_token(vectors, positive, negative, 0.05)
    assert abs(total / anchors - F.cross_entropy(logits, torch.tensor([3, 1]))) < 1e-10 and anchors == 2


def test_without_positives_it_is_0_with_a_graph_and_without_negatives_too():
    vectors = unit(2, 5, 4).requires_grad_()
    nobody, everybody = (torch.full((2, 5, 5), value) for value in (False, True))
    for positive, negative, anchors in ((nobody, everybody, 0), (everybody, nobody, 10)):
        total, count = token_to_token(vectors, positive, negative, 0.05)
        (gradient,) = torch.autograd.grad(total, vectors)
        assert total == 0 and count == anchors and not gradient.any()


# ----------------------------------------------------------------------------------------------------- sentence to sentence


def left_out(pairs, *shared):
    same = torch.zeros(pairs, pairs, dtype=torch.bool)
    for i, j in shared:
        same[i, j] = same[j, i] = True
    return same


@pytest.mark.parametrize("shared", [(), [(0, 1), (2, 4)], [(k, 0) for k in range(1, 5)]])
def test_sentence_to_sentence_is_a_cross_entropy_both_ways_without_false_negatives(shared):
    x, y, same = unit(5, 6, seed=1), unit(5, 6, seed=2), left_out(5, *shared)
    losses = []
    for anchors, others in ((x, y), (y, x)):
        for i in range(5):
            rivals = [i, *(j for j in range(5) if j != i and not same[i, j])]
            losses.append(F.cross_entropy((others[rivals] @ anchors[i] / 0.05)[None], torch.tensor([0])))
    loss = sentence_to_sentence(x, y, same, 0.05, within=False)
    assert abs(loss - sum(losses) / 10) < 1e-10
    assert abs(loss - sentence_to_sentence(y, x, same, 0.05, within=False)) < 1e-12


def test_within_adds_the_negatives_of_the_same_language_and_no_more():
    x, y, same = unit(5, 6, seed=1), unit(5, 6, seed=2), left_out(5, (0, 1))
    whole = sentence_to_sentence(x, y, same, 0.1, within=True)
    assert abs(whole - contrastive(x, y, same, 0.1, "info")[0].mean()) < 1e-12
    x, y = (torch.tensor(points, dtype=torch.float64) for points in ([[1, 0], [-1, 0]], [[0, 1], [0, -1]]))  # own languages far apart
    with_own, without = (sentence_to_sentence(x, y, left_out(2), 0.05, within=within) for within in (True, False))
    assert abs(without - math.log(2)) < 1e-12 and abs(with_own - without - math.exp(-20) / 2) < 1e-12


def test_one_pair_alone_costs_nothing():
    x = unit(1, 4).requires_grad_()
    loss = sentence_to_sentence(x, unit(1, 4, seed=1), left_out(1), 0.05, within=False)
    loss.backward()
    assert loss == 0 and not x.grad.any()


# ---------------------------------------------------------------------------------------------------------------- objective


def part(examples):
    sides = [
        Store([example[k] for example in examples], language, [example[k + 1] for example in examples])
        for k, language in ((0, "de"), (2, "en"))
    ]
    return Part("de-en", sides, Links([example[4] for example in examples]))


def raw(encoder, tokenizer, objective, examples=EXAMPLES, **options):
    return batch_of(part(examples), objective.layout(layout_of(encoder, tokenizer, **options)))


def prepared(encoder, tokenizer, objective, examples=EXAMPLES, **options):
    layout = objective.layout(layout_of(encoder, tokenizer, **options))
    return objective.prepare(raw(encoder, tokenizer, objective, examples, **options), layout.special, SEED)


def words_of(batch, place):
    """Of one pair [(side, index of the word, its tokens before masking, places in the pair)], in order."""
    found = {}
    for k, (row, cell) in enumerate(zip(*(axis.tolist() for axis in place), strict=True)):
        if batch.role[row, cell] != SPECIAL:
            found.setdefault((int(batch.side[row, cell]), int(batch.word[row, cell])), []).append((k, int(batch.clean[row, cell])))
    return [(*key, tuple(token for _, token in cells), [k for k, _ in cells]) for key, cells in sorted(found.items())]


def covering(words, side, index):
    """The place in `words` of the word, or of the one whose token covers it."""
    return max((k for k, word in enumerate(words) if word[0] == side and word[1] <= index), key=lambda k: words[k][1])


def expected(plain, tokenizer, objective, batch):
    """(TLM, S2S, T2T, anchors): every pair and every sentence run alone, words paired by loops."""
    tlm, means, words_losses, anchors = [], [], 0.0, 0
    for place in sequences(batch, batch.pair_of_cell):
        pair = int(batch.pair_of_cell[place][0])
        output = plain(input_ids=batch.ids[place][None], output_hidden_states=True)
        states, labels = output.hidden_states[-1][0], batch.labels[place]
        tlm += [F.cross_entropy(output.logits[0, k][None], labels[k][None]) for k in (labels != IGNORED).nonzero().flatten().tolist()]
        seen = (batch.clean if objective.input == "clean" else batch.ids)[place]
        apart = torch.empty_like(states)
        for side in (0, 1):
            own = [k for k in range(len(seen)) if batch.side[place][k] == side]
            text = [k for k in own if batch.role[place][k] != SPECIAL]
            ids = torch.tensor([tokenizer.cls_token_id, *seen[text].tolist(), tokenizer.sep_token_id])
            apart[own] = plain.base_model(input_ids=ids[None]).last_hidden_state[0]
            means.append(apart[text].mean(0))
        words = words_of(batch, place)
        source = states if objective.encode == "joint" else apart
        vectors = torch.stack([source[cells].mean(0) for *_, cells in words])
        links = {(covering(words, 0, x), covering(words, 1, y)) for p, x, y in batch.links.tolist() if p == pair}
        links |= {(j, i) for i, j in links}
        table = torch.zeros(2, len(words), len(words), dtype=torch.bool)
        for i, (side, _, string, _) in enumerate(words):
            for j, (other_side, _, other_string, _) in enumerate(words):
                if string != other_string:
                    table[0, i, j] = (i, j) in links
                    table[1, i, j] = (i, j) not in links and (objective.negatives == "instance" or side != other_side)
        loss, count = by_loops(vectors, *table, objective.temperature)
        words_losses, anchors = words_losses + loss, anchors + count
    x, y = torch.stack(means[::2]), torch.stack(means[1::2])
    logits = F.cosine_similarity(x[:, None], y, dim=2) / objective.temperature
    target = torch.arange(len(x))
    return (
        torch.stack(tlm).mean(),
        (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2,
        words_losses / anchors,
        anchors,
    )


VARIANTS = {
    "default": {},
    "separate": {"encode": "separate"},
    "masked": {"encode": "separate", "input": "masked", "negatives": "other_language"},
    "weights": {"tlm": 0.25, "s2s": 3.0, "t2t": 0.5, "temperature": 0.2, "negatives": "other_language"},
}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_the_loss_is_that_of_everything_alone(tokenizer, architecture, options):
    encoder = encoder_of(tokenizer, architecture)
    objective = built(Veco2(rate=0.4, **options), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    assert 1 < len(batch.ids) < len(EXAMPLES)  # packed
    tlm, s2s, t2t, anchors = expected(plain_of(encoder), tokenizer, objective, batch)
    loss, metrics = objective(encoder, batch)
    for name, value in (("tlm", tlm), ("s2s", s2s), ("t2t", t2t)):
        assert abs(metrics[name] - value) < 1e-9, name
    assert metrics["anchors"] == anchors
    assert abs(loss - objective.tlm * tlm - objective.s2s * s2s - objective.t2t * t2t) < 1e-9


def test_who_is_a_rival_of_whom(tokenizer):
    """Sides as they stand: `house` is linked to `Haus`; its copy is no negative, nor is a word of the same string on the other side."""
    encoder, objective = encoder_of(tokenizer), Veco2()
    batch = raw(encoder, tokenizer, objective, [([40, 41, 40, 42], [0, 1, 2, 3], [50, 51, 42], [0, 0, 1], [(0, 0), (3, 1)])])
    batch = replace(batch, clean=batch.ids)
    (place,) = sequences(batch, batch.pair_of_cell)
    words = {(int(batch.ids[0, cell]), int(batch.word[0, cell]), int(batch.language[0, cell])): cell for cell in place[1].tolist()}
    first, second, third, last = (words[40, 0, 0], words[41, 1, 0], words[40, 2, 0], words[42, 3, 0])
    house, same = words[50, 0, 1], words[42, 1, 1]
    positive, negative = rivals(batch, "instance")
    assert positive[0].nonzero().tolist() == sorted([[first, house], [house, first]])  # not 42 and its copy
    found = {(i, j) for i, j in negative[0].nonzero().tolist()}
    one_way = {(first, second), (first, last), (first, same), (second, third), (second, last), (second, house), (second, same)}
    one_way |= {(third, last), (third, house), (third, same), (last, house), (house, same)}
    assert found == one_way | {(j, i) for i, j in one_way}
    other = rivals(batch, "other_language")
    assert torch.equal(other[0], positive)
    assert {(i, j) for i, j in other[1][0].nonzero().tolist()} == {(i, j) for i, j in found if batch.side[0, i] != batch.side[0, j]}


def test_sides_apart_are_what_they_are_alone(tokenizer):
    for architecture in ARCHITECTURES:
        encoder = encoder_of(tokenizer, architecture)
        plain, objective = plain_of(encoder), built(Veco2(), encoder, tokenizer)
        batch = raw(encoder, tokenizer, objective)
        apart = alone(batch, tokenizer.cls_token_id)
        states = encoder(apart, SENTENCES)
        for place in sequences(apart, apart.sentence):
            ids = apart.ids[place]
            assert ids[0] == tokenizer.cls_token_id and ids[-1] == tokenizer.sep_token_id and (ids[1:-1] > 4).all()
            assert (plain.base_model(input_ids=ids[None]).last_hidden_state[0] - states[place]).abs().max() < 1e-10


def test_equal_sentences_are_no_negatives(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(tlm=0, t2t=0), encoder, tokenizer)
    x, y = ([10, 11], [0, 1]), ([50, 51], [0, 1])
    batch = prepared(encoder, tokenizer, objective, [(*x, *y, []), (*x, [52], [0], []), ([12], [0], *y, [])])
    means = objective.pool(encoder, batch).states[0]
    x, y = F.normalize(means, dim=-1).unflatten(0, (-1, 2)).unbind(1)
    loss = objective(encoder, batch)[0]
    names = [set(), set(), set()]
    for place in sequences(batch, batch.sentence):
        names[int(batch.pair_of_cell[place][0])].add(tuple(batch.clean[place].tolist()[1:-1]))
    same = torch.tensor([[i != j and bool(a & b) for j, b in enumerate(names)] for i, a in enumerate(names)])
    assert same.sum() == 4 and abs(loss - sentence_to_sentence(x, y, same, 0.05, within=False)) < 1e-10


@pytest.mark.parametrize(
    ("options", "passes"),
    [
        ({}, [PAIRS, SENTENCES]),
        ({"encode": "separate"}, [PAIRS, SENTENCES]),
        ({"encode": "separate", "tlm": 0}, [SENTENCES]),
        ({"s2s": 0}, [PAIRS]),
        ({"s2s": 0, "tlm": 0}, [PAIRS]),
        ({"t2t": 0, "tlm": 0}, [SENTENCES]),
    ],
)
def test_what_weighs_nothing_is_not_computed(tokenizer, options, passes):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(**options), encoder, tokenizer)
    run, rules = encoder.forward, []
    encoder.forward = lambda batch, rule: rules.append(rule) or run(batch, rule)
    loss, metrics = objective(encoder, prepared(encoder, tokenizer, objective))
    assert rules == passes and loss.isfinite()
    assert {"tlm", "s2s", "t2t"} & metrics.keys() == {name for name in ("tlm", "s2s", "t2t") if options.get(name, 1)}


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_chunks_of_rows_change_nothing(tokenizer, options):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(rate=0.4, **options), encoder, tokenizer)
    assert_chunks_change_nothing(objective, encoder, prepared(encoder, tokenizer, objective, max_length=24, row_length=24))


@pytest.mark.parametrize("encode", ["joint", "separate"])
def test_rows_and_padding_change_nothing_where_all_is_asked(tokenizer, encode):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(encode=encode, rate=1.0, keep=1.0, random=0.0), encoder, tokenizer)
    batches = [prepared(encoder, tokenizer, objective, max_length=16, row_length=length) for length in (16, 40, 90)]
    losses = [objective(encoder, batch)[0] for batch in (*batches, padded_by(batches[0]))]
    assert len({len(batch.ids) for batch in batches}) == 3 and max(losses) - min(losses) < 1e-10


def test_gradients_reach_every_layer(tokenizer):
    encoder = encoder_of(tokenizer)
    for weights in ({}, {"tlm": 0.0, "s2s": 0.0}, {"tlm": 0.0, "t2t": 0.0}):
        objective = built(Veco2(**weights), encoder, tokenizer)
        assert_gradients_reach(objective, encoder, prepared(encoder, tokenizer, objective), layers=3)


def test_without_links_token_to_token_is_0_with_a_graph(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(tlm=0, s2s=0), encoder, tokenizer)
    loss, metrics = objective(encoder, prepared(encoder, tokenizer, objective, [(*example[:4], []) for example in EXAMPLES]))
    loss.backward()
    assert loss == 0 and metrics["anchors"] == 0
    assert all(not parameter.grad.any() for parameter in encoder.model.base_model.encoder.parameters())


def test_what_is_hidden_follows_from_the_seed_alone(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(), encoder, tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer))
    first, other = assert_drawn_by_the_seed_alone(objective, raw(encoder, tokenizer, objective), layout.special)
    assert not torch.equal(first.labels, other.labels)


def test_under_autocast_the_loss_is_finite_float32(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(Veco2(temperature=0.2), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    exact = objective(encoder, batch)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half, metrics = objective(in_single(encoder), batch)
    assert half.dtype == torch.float32 and abs(half - exact) < 0.1 * abs(exact)
    assert metrics["t2t"].dtype == metrics["s2s"].dtype == torch.float32


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"s2s": 0, "t2t": 0}, "s2s: 0, t2t: 0.*Use tlm"),
        ({"encode": "both"}, "encode: both.*joint, separate"),
        ({"input": "noisy"}, "input: noisy.*clean, masked"),
        ({"negatives": "batch"}, "negatives: batch.*instance, other_language"),
    ],
)
def test_unknown_options_are_refused(options, message):
    with pytest.raises(IsoglossError, match=f"objective veco2: {message}"):
        Veco2(**options)
