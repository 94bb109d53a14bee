"""XLCO: the queue against a deque, the slow encoder against its formula, mixed pairs against the released layout, the loss against loops."""

import copy
from collections import deque
from dataclasses import replace

import pytest
import torch
import torch.distributed as dist
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
    same,
)
from isogloss.attention import SENTENCES
from isogloss.batch import PADDING, SPECIAL
from isogloss.encoder import first_position
from isogloss.errors import IsoglossError
from isogloss.inheritance import learnt
from isogloss.objectives.xlco import XLCO, against_queue, enqueued, mix_pairs
from isogloss.sharding import shard
from packed import batch_of, sequences

EXAMPLES = [
    *[([10, 11, 12], [50, 51]), ([13], [52, 53, 54, 55]), ([14, 15, 16, 17, 18, 19], [56]), ([20, 21], [57, 58])],
    *[([22] * 9, [59] * 8), ([23, 24], [60]), ([25, 26, 27], [61, 62])],
]
SEED = (0, "xlco")


# ------------------------------------------------------------------------------------------------------------------- queue


@given(st.integers(1, 6), st.lists(st.lists(st.booleans(), min_size=1, max_size=9), min_size=1, max_size=5))
def test_the_queue_keeps_the_latest_keys_whatever_is_asked(size, steps):
    queue, seen, expected, number = torch.zeros(size, 2), torch.zeros((), dtype=torch.long), deque(maxlen=size), 0
    for asked in steps:
        keys = torch.arange(number + 1, number + 1 + len(asked))[:, None] * torch.tensor([1.0, -1.0])
        queue, number = enqueued(queue, seen, keys, torch.tensor(asked)), number + len(asked)
        seen = seen + sum(asked)
        expected.extend(float(key[0]) for key, wanted in zip(keys, asked, strict=True) if wanted)
        filled = queue[: min(int(seen), size)]
        assert sorted(filled[:, 0].tolist()) == sorted(expected) and torch.equal(filled[:, 0], -filled[:, 1])
        if expected:
            assert queue[(int(seen) - 1) % size, 0] == expected[-1]  # first in, first out


@given(st.integers(1, 5), st.integers(0, 6), st.integers(0, 99))
def test_the_loss_is_a_cross_entropy_over_the_key_and_what_the_queue_holds(count, filled, seed):
    generator = torch.Generator().manual_seed(seed)
    queries, keys, queue = (torch.randn(n, 3, generator=generator, dtype=torch.float64) for n in (count, count, 6))
    losses, margins = against_queue(queries, keys, queue, torch.tensor(filled), 0.25)
    for k in range(count):
        logits = torch.stack([queries[k] @ key for key in (keys[k], *queue[:filled])]) / 0.25  # dot products as they are
        assert abs(losses[k] - F.cross_entropy(logits[None], torch.tensor([0]))) < 1e-10
        assert abs(margins[k] - (logits[0] - logits[1:].max() if filled else 0)) < 1e-10


def test_an_empty_queue_costs_nothing_and_pulls_nowhere():
    queries = torch.randn(3, 4, requires_grad=True)
    losses, margins = against_queue(queries, torch.randn(3, 4), torch.zeros(5, 4), torch.tensor(0), 0.25)
    losses.sum().backward()
    assert not losses.any() and not margins.any() and not queries.grad.any()


# ------------------------------------------------------------------------------------------------------------- mixed pairs


def laid_out(encoder, tokenizer, objective, examples=EXAMPLES, **options):
    return batch_of(examples, objective.layout(layout_of(encoder, tokenizer, **options)))


def mixed(encoder, batch, tokenizer, longest=32, seed=SEED):
    return mix_pairs(batch, longest, first_position(encoder.model.config), tokenizer.pad_token_id, seed)


def sequences_by_row(batch):
    """For each row its sequences [(ids, positions, number)]."""
    found = {}
    for place in sequences(batch, batch.sentence):
        found.setdefault(int(place[0][0]), []).append(
            (batch.ids[place].tolist(), batch.positions[place].tolist(), int(batch.sentence[place][0]))
        )
    return found


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_two_neighbours_are_one_pair_of_two_sentences_each(tokenizer, architecture):
    """As the released code lays them out, `<s> a </s> b </s>`: every pair with the next of its row, an odd one by itself."""
    encoder = encoder_of(tokenizer, architecture)
    batch = laid_out(encoder, tokenizer, XLCO(), row_length=60)
    made, before = sequences_by_row(mixed(encoder, batch, tokenizer)), sequences_by_row(batch)
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    assert any(len(rows) % 4 == 2 for rows in before.values()) and len(before) > 1
    turns = set()
    for row, sentences in before.items():
        texts = [ids[1:-1] for ids, _, _ in sentences]
        pairs = list(zip(texts[::2], texts[1::2], strict=True))
        units = [pairs[k : k + 2] for k in range(0, len(pairs), 2)]
        assert len(made[row]) == 2 * len(units)
        for k, unit in enumerate(units):
            got = [ids for ids, _, _ in made[row][2 * k : 2 * k + 2]]
            sides = [[[cls, *text, sep] for text in texts] if len(texts) == 1 else None for texts in zip(*unit, strict=True)]
            if len(unit) == 2:
                sides = [[[cls, *a, sep, *b, sep], [cls, *b, sep, *a, sep]] for a, b in zip(*unit, strict=True)]
            swapped = got[0] not in sides[0]
            first, second = sides[::-1] if swapped else sides
            assert got[0] in first and got[1] in second
            turns.add((swapped, got[0] != first[0], got[1] != second[0]))
    assert len(turns) > 2


def test_positions_count_through_and_everything_else_moves_with_its_token(tokenizer):
    encoder = encoder_of(tokenizer)
    batch = laid_out(encoder, tokenizer, XLCO(), row_length=60)
    made = mixed(encoder, batch, tokenizer)
    start = first_position(encoder.model.config)
    for ids, positions, number in (one for row in sequences_by_row(made).values() for one in row):
        assert positions == list(range(start, start + len(ids)))
        cells = made.sentence == number
        assert made.pair[number] == number // 2 and set(made.side[cells].tolist()) == {number % 2}
    token = {}
    for one in (batch, made):
        for row, cell in ((one.role != SPECIAL) & (one.role != PADDING)).nonzero().tolist():
            facts = tuple(int(values[row, cell]) for values in (one.ids, one.role, one.language, one.word)) + (row,)
            token.setdefault(int(one.key[row, cell]), []).append(facts)
    assert all(len(facts) == 2 and facts[0] == facts[1] for facts in token.values())
    padding = made.role == PADDING
    assert (made.ids[padding] == tokenizer.pad_token_id).all() and (made.sentence[padding] == -1).all()
    assert (made.positions[padding] == start).all() and (made.language[padding] == -1).all() and not made.side[padding].any()


def test_what_would_be_too_long_stays_by_itself(tokenizer):
    encoder = encoder_of(tokenizer)
    batch = laid_out(encoder, tokenizer, XLCO(), [([10] * 8, [50]), ([11] * 8, [51]), ([12], [52]), ([13], [53])], row_length=70)
    assert len(batch.ids) == 1
    for longest, lengths in (
        (19, [5, 19, 5, 5]),
        (18, [3, 3, 10, 10, 5, 5]),
        (4, [3, 3, 3, 3, 3, 3, 10, 10]),
        (0, [3, 3, 3, 3, 3, 3, 10, 10]),
    ):
        found = [len(ids) for ids, *_ in sequences_by_row(mixed(encoder, batch, tokenizer, longest))[0]]
        assert sorted(found) == sorted(lengths)


def test_sides_are_drawn_evenly(tokenizer):
    encoder = encoder_of(tokenizer)
    batch = laid_out(encoder, tokenizer, XLCO(), [([10], [50])] * 800, row_length=12)
    made = mixed(encoder, batch, tokenizer)
    asked = [int(made.ids[place][1]) for place in sequences(made, made.sentence) if made.sentence[place][0] % 2 == 0]
    assert len(asked) == 400 and 150 < asked.count(10) < 250  # five standard deviations


# --------------------------------------------------------------------------------------------------------------- objective


def prepared(encoder, tokenizer, objective, examples=EXAMPLES, **options):
    layout = objective.layout(layout_of(encoder, tokenizer, **options))
    return objective.prepare(batch_of(examples, layout), layout.special, SEED)


def fill(objective, count, seed=0):
    """So many keys in the queue."""
    generator = torch.Generator().manual_seed(seed)
    objective.queue[:count] = torch.randn(count, objective.queue.shape[1], generator=generator, dtype=objective.queue.dtype)
    objective.seen.fill_(count)
    return objective


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("options", [{}, {"mixup": False}, {"both": True}, {"layer": 1, "temperature": 0.5}])
def test_the_loss_is_that_of_every_sequence_alone(tokenizer, architecture, options):
    encoder = encoder_of(tokenizer, architecture)
    objective = fill(built(XLCO(queue=8, **options), encoder, tokenizer), 5)
    with torch.no_grad():
        for parameter in (*objective.slow.parameters(), *objective.slow_projection.parameters()):
            parameter.add_(0.05 * torch.randn_like(parameter))
    assert objective.layer == options.get("layer", 2)  # 2/3 of 3
    batch, models = prepared(encoder, tokenizer, objective, row_length=60), (plain_of(encoder), plain_of(objective.slow))
    vectors = {}
    for place in sequences(batch, batch.sentence):
        ids = batch.ids[place][None]
        number = int(batch.sentence[place][0])
        vectors[number] = [
            model.base_model(input_ids=ids, output_hidden_states=True).hidden_states[objective.layer][0, 0] for model in models
        ]
    losses, right = [], 0
    for number in sorted(vectors):
        if number % 2 == 0 or objective.both:
            query, key = objective.projection.weight @ vectors[number][0], objective.slow_projection.weight @ vectors[number ^ 1][1]
            logits = torch.stack([query @ other for other in (key, *objective.queue[:5])]) / objective.temperature
            losses.append(F.cross_entropy(logits[None], torch.tensor([0])))
            right += int(logits.argmax() == 0)
    pairs = len(EXAMPLES) if options.get("mixup") is False else len(vectors) // 2
    assert len(losses) == pairs * (2 if objective.both else 1) and (pairs < len(EXAMPLES) or objective.mixup is False)
    loss, metrics = objective(encoder, batch)
    assert abs(loss - torch.stack(losses).mean()) < 1e-10
    assert abs(metrics["accuracy"] - right / len(losses)) < 1e-12 and metrics["filled"] == 5 / 8


def step(objective, encoder, batch, optimizer=None):
    loss, metrics = objective(encoder, batch)
    loss.backward()
    if optimizer:
        optimizer.step()
        optimizer.zero_grad()
    objective.after_step(encoder)
    return float(loss.detach()), metrics


def trained(encoder, objective):
    return [parameter for module in (encoder, objective) for parameter in module.parameters() if parameter.requires_grad]


def test_the_slow_weights_follow_and_get_no_gradient(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = fill(built(XLCO(queue=32, momentum=0.9), encoder, tokenizer), 9)
    optimizer = torch.optim.Adam(trained(encoder, objective), lr=1e-2)
    both = [(objective.slow, encoder), (objective.slow_projection, objective.projection)]
    expected = [[parameter.clone() for parameter in fast.parameters()] for _, fast in both]
    for _ in range(3):
        step(objective, encoder, prepared(encoder, tokenizer, objective), optimizer)
        for lag, (_, fast) in zip(expected, both, strict=True):
            lag[:] = [0.9 * old + 0.1 * new.detach() for old, new in zip(lag, fast.parameters(), strict=True)]
    for lag, (slow, fast) in zip(expected, both, strict=True):
        assert all((have - want).abs().max() < 1e-7 for have, want in zip(slow.parameters(), lag, strict=True))
        assert any((have - want).abs().max() > 1e-3 for have, want in zip(slow.parameters(), fast.parameters(), strict=True))
        assert all(parameter.grad is None and not parameter.requires_grad for parameter in slow.parameters())
    assert not {id(parameter) for parameter in objective.slow.parameters()} & {id(parameter) for parameter in encoder.parameters()}


def test_an_answer_comes_to_the_queue_after_its_loss(tokenizer):
    """At no time is a positive among the negatives; afterwards it is, by the slow weights that the loss saw."""
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(queue=64), encoder, tokenizer)
    optimizer = torch.optim.Adam(trained(encoder, objective), lr=1e-2)
    losses = []
    for number in range(3):
        examples = [([10 + number, 11 + k], [50 + number, 51 + k]) for k in range(5)]
        batch = prepared(encoder, tokenizer, objective, examples)
        asked = batch.pair[::2].unique()
        answers = objective.slow_projection(objective.pool(encoder, batch).states[1][2 * asked + 1])
        before = int(objective.seen)
        assert (answers[:, None] - objective.queue[:before]).abs().amax(2).gt(1e-6).all()
        loss, metrics = step(objective, encoder, batch, optimizer)
        losses.append(loss)
        assert metrics["filled"] == before / 64 and objective.seen == before + len(asked)
        if number:
            assert (objective.queue[before : before + len(asked)] - answers).abs().max() < 1e-12
    assert losses[0] == 0 < min(losses[1:]) and not objective.queue[int(objective.seen) :].any()


def test_a_resumed_training_goes_on_as_if_nothing_had_been(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(queue=8, momentum=0.9), encoder, tokenizer)
    optimizer = torch.optim.SGD(trained(encoder, objective), lr=1e-2)
    batch = prepared(encoder, tokenizer, objective)
    for _ in range(3):
        step(objective, encoder, batch, optimizer)
    resumed_encoder, resumed = encoder_of(tokenizer), built(XLCO(queue=8, momentum=0.9), encoder_of(tokenizer), tokenizer)
    resumed_encoder.load_state_dict(copy.deepcopy(encoder.state_dict()))
    resumed.load_state_dict(copy.deepcopy(objective.state_dict()))
    second = torch.optim.SGD(trained(resumed_encoder, resumed), lr=1e-2)
    for _ in range(2):
        assert step(objective, encoder, batch, optimizer)[0] == step(resumed, resumed_encoder, batch, second)[0]
    assert torch.equal(objective.queue, resumed.queue) and objective.seen == resumed.seen > 8


def test_an_inherited_projection_is_that_of_both_encoders(tokenizer):
    """Only what is trained is handed on (`inheritance.py`): the slow one takes it over before a key comes to the queue."""
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(), encoder, tokenizer)
    assert learnt(torch.nn.ModuleDict({"xlco": objective})).keys() == {"xlco.projection.weight"}
    with torch.no_grad():
        objective.projection.weight.normal_()
    batch = prepared(encoder, tokenizer, objective)
    answers = objective.pool(encoder, batch).states[1][2 * batch.pair[::2].unique() + 1]
    loss, _ = step(objective, encoder, batch)
    assert loss == 0 and torch.equal(objective.slow_projection.weight, objective.projection.weight)
    assert (objective.queue[: len(answers)] - answers @ objective.projection.weight.T).abs().max() < 1e-12


def test_the_slow_encoder_drops_nothing_out(tokenizer):
    encoder = encoder_of(tokenizer, dropout=0.5).train()
    objective = built(XLCO(), encoder, tokenizer)
    objective.train()
    batch = prepared(encoder, tokenizer, objective)
    one, other = (objective.pool(encoder, batch).states for _ in range(2))
    assert torch.equal(one[1], other[1]) and not torch.equal(one[0], other[0])
    assert objective.training and encoder.training and not any(module.training for module in objective.slow.modules())


@pytest.mark.parametrize("options", [{}, {"both": True, "mixup": False}])
def test_chunks_of_rows_change_nothing(tokenizer, options):
    encoder = encoder_of(tokenizer)
    objective = fill(built(XLCO(queue=16, **options), encoder, tokenizer), 11)
    assert_chunks_change_nothing(objective, encoder, prepared(encoder, tokenizer, objective, max_length=24, row_length=24))


def test_rows_and_padding_change_nothing_where_all_is_in_the_clear(tokenizer):
    """Without mix-up, whose pairs are neighbours in a row."""
    encoder = encoder_of(tokenizer)
    objective = fill(built(XLCO(queue=16, mixup=False, keep=1.0, random=0.0), encoder, tokenizer), 11)
    batches = [prepared(encoder, tokenizer, objective, row_length=length) for length in (32, 48, 90)]
    losses = [objective(encoder, batch)[0] for batch in (*batches, padded_by(batches[0]))]
    assert len({len(batch.ids) for batch in batches}) > 1 and max(losses) - min(losses) < 1e-10


def test_gradients_reach_the_layers_up_to_its_own_and_the_projection(tokenizer):
    encoder = encoder_of(tokenizer)
    for layer in (2, 3):
        objective = fill(built(XLCO(layer=layer), encoder, tokenizer), 50)
        assert_gradients_reach(objective, encoder, prepared(encoder, tokenizer, objective), layers=layer)


def test_what_is_hidden_and_mixed_follows_from_the_seed_alone(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(), encoder, tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer, row_length=60))
    first, other = assert_drawn_by_the_seed_alone(objective, batch_of(EXAMPLES, layout), layout.special)
    assert not same(first, other) and not torch.equal(first.clean, other.clean)


def test_the_two_sentences_of_a_sequence_see_each_other_and_nothing_else(tokenizer):
    encoder = encoder_of(tokenizer)
    batch = mixed(encoder, laid_out(encoder, tokenizer, XLCO(), row_length=60), tokenizer)
    ids = batch.ids.clone()
    ids[0, 1] += 1
    moved = (encoder(batch, SENTENCES) - encoder(replace(batch, ids=ids), SENTENCES)).abs().amax(-1) > 1e-9
    assert torch.equal(moved, batch.sentence == batch.sentence[0, 1])


def test_pairs_are_told_apart_after_some_steps(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(queue=64, mixup=False, momentum=0.5, layer=3), encoder, tokenizer)
    optimizer, seen = torch.optim.Adam(trained(encoder, objective), lr=3e-3), []
    for number in range(40):
        examples = [EXAMPLES[(number + k) % len(EXAMPLES)] for k in range(2)]
        seen.append(step(objective, encoder, prepared(encoder, tokenizer, objective, examples), optimizer)[0])
    assert sum(seen[-7:]) < 0.8 * sum(seen[5:12])


def test_under_autocast_the_loss_is_finite_float32(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = fill(built(XLCO(queue=16), encoder, tokenizer), 11)
    batch = prepared(encoder, tokenizer, objective)
    exact = objective(encoder, batch)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = objective.float()(in_single(encoder), batch)[0]
    assert half.dtype == torch.float32 and abs(half - exact) < 0.1 * abs(exact)


@pytest.mark.parametrize(("options", "message"), [({"queue": 0}, "queue: 0"), ({"layer": 9}, "layer: 9.*0 .the embeddings. to 3")])
def test_impossible_options_are_refused(tokenizer, options, message):
    with pytest.raises(IsoglossError, match=f"objective xlco: {message}"):
        built(XLCO(**options), encoder_of(tokenizer), tokenizer)


def test_an_encoder_that_is_divided_over_ranks_is_refused(tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(XLCO(), encoder, tokenizer)
    batch = prepared(encoder, tokenizer, objective)
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        shard(encoder)
        with pytest.raises(IsoglossError, match="objective xlco: hardware.parallel: fsdp.*Use ddp"):
            objective(encoder, batch)
    finally:
        dist.destroy_process_group()
