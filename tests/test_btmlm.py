"""BTMLM: the guesses are what a plain model says of the clean sentence alone, nothing is learnt through them, and they are read."""

import copy
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.attention import ACROSS, PAIRS, SENTENCES, dense
from isogloss.batch import IGNORED, MASKED, PADDING, SLOT, SPECIAL, TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.errors import IsoglossError
from isogloss.language_embedding import LanguageEmbedding
from isogloss.objectives.btmlm import BTMLM, collision, evaluating, most_placeholders, partners
from isogloss.objectives.contract import Setup
from isogloss.objectives.mlm import MLM
from realisations import REALISATIONS, closure
from stores import LANGUAGES, batch_of, mono
from toy import ENCODER

UNK, SEED = 3, (0, "btmlm")
TEXTS = [[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], [30], [UNK, 31, UNK, 32], [33, 34, 35, 36, 37, 38, 39, 40]]
PARALLEL = [(0, 1), (2, 1)]  # de-en, tr-en; zh has nothing in parallel


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def world(request, tokenizer):
    """(our encoder, the plain model of the same weights, setup, default layout), in float64 and training, with dropout."""
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": request.param, "layers": 3}, tokenizer).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    plain = copy.deepcopy(model).eval()
    plain.set_attn_implementation("sdpa")
    special, encoder = SpecialIds.of(tokenizer), TransformersEncoder(model)
    embedding = LanguageEmbedding(len(LANGUAGES), encoder.width).double()
    torch.nn.init.normal_(embedding.weight)
    setup = Setup(encoder, special, LANGUAGES, PARALLEL, embedding)
    layout = Layout(special, 32, 48, first_position(model.config))
    return SimpleNamespace(encoder=encoder, plain=plain, setup=setup, layout=layout, special=special)


@pytest.fixture(autouse=True)
def training(world):
    world.encoder.train()


def built(setup, **options):
    objective = BTMLM(**{"start": 0.0, **options})
    objective.build(setup)
    return objective


def unprepared(objective, world, parts=None, **layout):
    return batch_of(parts or mono(*TEXTS), objective.layout(replace(world.layout, **layout)))


def prepared(world, parts=None, *, seed=SEED, layout=None, **options):
    """(objective, batch)"""
    objective = built(world.setup, **options)
    return objective, objective.prepare(unprepared(objective, world, parts, **(layout or {})), world.special, seed)


def cells_of(batch, sentence):
    return torch.nonzero(batch.sentence == sentence, as_tuple=True)


def in_clear(batch):
    """What the first stage is given."""
    return replace(batch, ids=batch.clean, role=torch.where(batch.role == MASKED, TOKEN, batch.role))


@contextmanager
def watched(encoder):
    """The calls of an encoder: what it was given, and how."""
    calls = []

    def note(module, arguments):
        modes = {part.training for part in module.modules()}
        calls.append(SimpleNamespace(batch=arguments[0], rule=arguments[1], modes=modes, gradient=torch.is_grad_enabled()))

    handle = encoder.register_forward_pre_hook(note)
    try:
        yield calls
    finally:
        handle.remove()


# ------------------------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("ratio", [0.05, 0.1, 0.15, 0.2])
def test_behind_a_sentence_stand_placeholders_between_separators(world, ratio):
    sentences = [[10 + k % 50 for k in range(length)] for length in range(1, 21)]
    _, batch = prepared(world, mono(*sentences), ratio=ratio, rate=0.0)
    special, start = world.special, world.layout.first_position
    found = [int((batch.role[cells_of(batch, number)] == TOKEN).sum()) for number in range(20)]
    assert sorted(found) == list(range(1, 21))
    for number, length in enumerate(found):
        where, tokens, count = cells_of(batch, number), sentences[length - 1], max(1, round(ratio * length))
        first, second = [special.cls, *tokens, special.sep], [special.sep, *[special.mask] * count, special.sep]
        assert batch.ids[where].tolist() == batch.clean[where].tolist() == first + second
        assert batch.positions[where].tolist() == list(range(start, start + length + 4 + count))
        assert batch.side[where].tolist() == [0] * len(first) + [1] * len(second)
        assert batch.role[where].tolist() == [SPECIAL, *[TOKEN] * length, SPECIAL, SPECIAL, *[SLOT] * count, SPECIAL]
        assert (batch.word[where][len(first) :] == -1).all()
        own, other = batch.language[where][: len(first)].unique().tolist(), batch.language[where][len(first) :].unique().tolist()
        assert own == [LANGUAGES.index("en")] and len(other) == 1 and other != own


@pytest.mark.parametrize("positions", ["contiguous", "random"])
def test_no_position_is_beyond_the_encoder_and_no_example_longer_than_allowed(world, positions):
    last = world.encoder.model.config.max_position_embeddings - 1
    sentences = [[10 + k % 50 for k in range(length)] for length in [*range(1, 35), 60]]
    objective, batch = prepared(world, mono(*sentences), pseudo_positions=positions, ratio=0.2)
    assert batch.positions.max() <= last
    assert all(len(cells_of(batch, number)[0]) <= 32 for number in range(len(batch.pair)))
    objective(world.encoder, batch)[0].backward()


def test_random_positions_are_a_sorted_choice_of_the_next_ones(world):
    length, count = 10, 2
    _, batch = prepared(world, mono(*[[50] * length] * 600), pseudo_positions="random", rate=0.0)
    start, found = world.layout.first_position, torch.zeros(length)
    for number in range(len(batch.pair)):
        where = cells_of(batch, number)
        positions, behind = batch.positions[where].tolist(), start + length + 3
        assert positions[: length + 3] == list(range(start, behind))
        drawn = [position - behind for position in positions[length + 3 : -1]]
        assert len(drawn) == count and drawn == sorted(set(drawn)) and 0 <= drawn[0] and drawn[-1] < length
        assert positions[-1] == positions[-2] + 1
        found[drawn] += 1
    expected = 600 * count / length
    assert ((found - expected).abs() < 5 * expected**0.5).all()  # each as likely


def test_random_positions_have_nothing_to_do_with_what_is_masked(world):
    _, batch = prepared(world, mono(*[[50] * 10] * 600), pseudo_positions="random", rate=0.2)
    both = 0
    for number in range(len(batch.pair)):
        positions, role = batch.positions[cells_of(batch, number)], batch.role[cells_of(batch, number)]
        ahead = positions[role == SLOT] - 12  # the token that is as far from its beginning
        both += int(torch.isin(positions[role == MASKED], ahead).sum())
    masked = int((batch.role == MASKED).sum())
    assert abs(both - 0.2 * masked) < 5 * (0.16 * masked) ** 0.5


# ----------------------------------------------------------------------------------------------------------------- language


def test_partners_are_the_languages_in_parallel_or_else_all_others():
    assert partners(4, PARALLEL) == [[1], [0, 2], [1], [0, 1, 2]]
    assert partners(3, [(0, 0)]) == [[1, 2], [0, 2], [0, 1]]


def test_the_language_asked_for_is_drawn_evenly_and_by_sentence(world):
    parts = [mono(*[[50, 51, 52]] * 400, language=language) for language in LANGUAGES]
    objective = built(world.setup)
    before = unprepared(objective, world, parts)
    batch, again, other = (objective.prepare(before, world.special, seed) for seed in (SEED, SEED, (1, "btmlm")))
    counts = torch.zeros(4, 4, dtype=torch.long)
    for number in range(len(batch.pair)):
        (own,), (asked,) = (batch.language[(batch.sentence == number) & (batch.side == side)].unique().tolist() for side in (0, 1))
        assert own == batch.languages[number]
        counts[own, asked] += 1
    assert counts.sum(1).tolist() == [400] * 4
    for own, allowed in enumerate(partners(4, PARALLEL)):
        for asked in range(4):
            expected = 400 / len(allowed) if asked in allowed else 0
            assert abs(counts[own, asked] - expected) <= (5 * (expected * (1 - 1 / len(allowed))) ** 0.5)
    assert torch.equal(batch.language, again.language) and not torch.equal(batch.language, other.language)


def test_one_language_cannot_be_translated(world):
    with pytest.raises(IsoglossError, match="btmlm: one language"):
        BTMLM().build(replace(world.setup, languages=["en"]))


@pytest.mark.parametrize(("option", "allowed"), [("pseudo_positions", "contiguous, random"), ("language_embedding", "none, asked, all")])
def test_an_unknown_word_is_refused(option, allowed):
    with pytest.raises(IsoglossError, match=f"btmlm: {option}: some. allowed: {allowed}"):
        BTMLM(**{option: "some"})


# -------------------------------------------------------------------------------------------------------------- what is hidden


@pytest.mark.parametrize("done", [0.0, 1.0])
def test_of_the_sentence_alone_is_something_asked(world, done):
    objective = built(world.setup, start=0.5, rate=0.5)
    before = replace(unprepared(objective, world, mono(*TEXTS * 30)), done=done)
    batch = objective.prepare(before, world.special, SEED)
    asked = batch.labels != IGNORED
    assert asked.sum() == batch.total > 50 and torch.equal(asked, batch.role == MASKED) and (before.role[asked] == TOKEN).all()
    assert torch.equal(batch.labels[asked], before.ids[asked]) and not torch.isin(before.ids[asked], objective.never).any()
    assert torch.equal(batch.clean[before.role == TOKEN], before.ids[before.role == TOKEN])
    kinds = [batch.ids[asked] == world.special.mask, batch.ids[asked] == before.ids[asked]]
    assert all(kind.any() for kind in kinds) and not (kinds[0] | kinds[1]).all()  # <mask>, kept, random


# --------------------------------------------------------------------------------------------------------------- until `start`


@pytest.mark.parametrize("where", ["asked", "none"])
def test_until_it_starts_it_is_mlm(world, where):
    """The same words are hidden, and loss and gradients are the same to the last bit, with sentences laid out side by side or not."""
    sentences = [[10 + (k * number) % 60 for k in range(length)] for number, length in enumerate([23, 22, 23, 23], 1)]  # one in a row
    early, mlm = built(world.setup, start=0.2, language_embedding=where), MLM()
    world.encoder.eval()
    batch = early.prepare(replace(unprepared(early, world, mono(*sentences)), done=0.19), world.special, SEED)
    assert not (batch.role == SLOT).any() and batch.side.sum() == 0 and batch.tokens == sum(len(sentence) + 2 for sentence in sentences)
    plain = mlm.prepare(batch_of(mono(*sentences), mlm.layout(world.layout)), world.special, SEED)
    found = []
    for objective, hidden in ((early, batch), (mlm, batch), (mlm, plain)):
        world.encoder.zero_grad()
        with watched(world.encoder) as calls:
            loss, metrics = objective(world.encoder, hidden)
        loss.backward()
        found.append((loss, metrics, [parameter.grad for parameter in world.encoder.parameters()]))
        assert len(calls) == 1
    (ours, metrics, gradients), (theirs, _, expected), (alone, accuracy, _) = found
    assert ours == theirs and all(torch.equal(one, other) for one, other in zip(gradients, expected, strict=True) if one is not None)
    assert (ours - alone).abs() < 1e-12 and metrics == accuracy
    world.encoder.zero_grad()


def test_it_starts_at_the_share_of_the_training_that_is_said(world):
    objective = built(world.setup, start=0.2)
    for done, begun in ((0.0, False), (0.1999, False), (0.2, True), (0.9, True)):
        batch = objective.prepare(replace(unprepared(objective, world), done=done), world.special, SEED)
        with watched(world.encoder) as calls:
            _, metrics = objective(world.encoder, batch)
        assert (len(calls) == 2) == begun == bool((batch.role == SLOT).any()) == ("collapse" in metrics)


# ------------------------------------------------------------------------------------------------------ first stage: the graph


@pytest.mark.parametrize("realisation", REALISATIONS)
def test_a_sentence_reaches_itself_alone_and_placeholders_reach_the_sentence_and_each_other(world, realisation):
    clear = in_clear(prepared(world)[1])
    reaches = closure(REALISATIONS[realisation](ACROSS, clear))
    for row, cell in (clear.role != PADDING).nonzero().tolist():
        own = clear.sentence[row] == clear.sentence[row, cell]
        text, slots = own & (clear.side[row] == 0), own & (clear.role[row] == SLOT)
        mark = own & (clear.side[row] == 1) & (clear.role[row] == SPECIAL)
        expected = text if clear.side[row, cell] == 0 else text | slots if clear.role[row, cell] == SLOT else mark
        assert expected.any() and torch.equal(reaches[row, cell], expected)


# ------------------------------------------------------------------------------------------------------- first stage: guesses


def by_hand(world, objective, batch):
    """ids with the guesses, each sentence for itself, by the plain model on the clean sentence and a mask written out."""
    ids, special = batch.ids.clone(), world.special
    for number in range(len(batch.pair)):
        where = cells_of(batch, number)
        side, slot = batch.side[where], batch.role[where] == SLOT
        sees = (
            (side[:, None] == 0) & (side[None] == 0) | slot[:, None] & ((side == 0) | slot)[None] | torch.eye(len(side), dtype=torch.bool)
        )
        embedded = world.plain.get_input_embeddings()(torch.where(slot, special.mask, batch.clean[where]))
        if objective.where != "none":
            vectors = world.setup.embedding.weight[batch.language[where]]
            embedded = embedded + vectors * (slot[:, None] | (objective.where == "all"))
        given = {"inputs_embeds": embedded[None], "position_ids": batch.positions[where][None], "attention_mask": sees[None, None]}
        with torch.no_grad():
            logits = world.plain(**given).logits[0, slot]
        logits[:, list(special.all_special)] = float("-inf")
        ids[where[0][slot], where[1][slot]] = logits.argmax(1)
    return ids


OPTIONS = {
    "default": {},
    "all": {"language_embedding": "all"},
    "none": {"language_embedding": "none"},
    "scattered": {"pseudo_positions": "random", "ratio": 0.4},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_guesses_are_the_likeliest_words_by_a_plain_model(world, options):
    parts = [mono(*TEXTS), mono(*TEXTS[::-1], language="zh")]
    objective, batch = prepared(world, parts, rate=0.5, **options)
    with watched(world.encoder) as calls:
        objective(world.encoder, batch)
    first, second = calls
    expected = by_hand(world, objective, batch)
    assert torch.equal(second.batch.ids, expected)
    assert not torch.isin(expected[batch.role == SLOT], torch.tensor(world.special.all_special)).any()
    assert first.rule is ACROSS and not first.gradient and first.modes == {False}
    assert second.rule is PAIRS and second.gradient and second.modes == {True}
    assert torch.equal(first.batch.ids, batch.clean) and not (first.batch.role == MASKED).any()


def test_specials_are_never_guessed_even_where_they_are_likeliest(world):
    objective, batch = prepared(world)
    bias = world.encoder.model.get_output_embeddings().bias
    before = bias.detach().clone()
    with torch.no_grad():
        bias[list(world.special.all_special)] += 1e6
    with watched(world.encoder) as calls:
        objective(world.encoder, batch)
    with torch.no_grad():
        bias.copy_(before)
    assert not torch.isin(calls[1].batch.ids[batch.role == SLOT], torch.tensor(world.special.all_special)).any()


def test_guesses_do_not_depend_on_what_is_masked(world):
    found = []
    for rate in (0.0, 0.15, 0.9):
        objective, batch = prepared(world, rate=rate)
        with watched(world.encoder) as calls:
            objective(world.encoder, batch)
        found.append(calls[1].batch.ids[batch.role == SLOT])
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[2])


def test_a_sentence_is_encoded_as_if_it_were_alone_however_many_placeholders_follow(world):
    world.encoder.eval()
    for ratio in (0.05, 0.2):
        objective, batch = prepared(world, ratio=ratio)
        with torch.no_grad():
            clear = in_clear(batch)
            states = world.encoder(clear, ACROSS, objective.embedding.added(clear, "asked"))
        for number in range(len(batch.pair)):
            row, cell = torch.nonzero((batch.sentence == number) & (batch.side == 0), as_tuple=True)
            place = {"input_ids": batch.clean[row, cell][None], "position_ids": batch.positions[row, cell][None]}
            with torch.no_grad():
                alone = world.plain.base_model(**place).last_hidden_state[0]
            assert (states[row, cell] - alone).abs().max() < 1e-10


def test_guessing_draws_no_random_number_and_leaves_every_mode_as_it_was(world):
    objective, batch = prepared(world)
    for part in list(world.encoder.modules())[::3]:
        part.training = False
    modes = [part.training for part in world.encoder.modules()]
    clear, state = in_clear(batch), torch.get_rng_state()
    objective._guesses(world.encoder, clear, None)
    assert torch.equal(torch.get_rng_state(), state)
    assert [part.training for part in world.encoder.modules()] == modes and True in modes and False in modes
    with pytest.raises(RuntimeError), evaluating(world.encoder):
        raise RuntimeError
    assert [part.training for part in world.encoder.modules()] == modes


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.floats(0.01, 1), st.integers(8, 64), st.integers(0, 40))
@settings(max_examples=60)
def test_no_row_has_more_placeholders_than_it_can(lengths, ratio, longest, more):
    layout = Layout(SpecialIds(0, 2, 1, 99, 100, (0, 1, 2, UNK, 99)), longest, longest + more, slot_rate=ratio, slot_marks=2)
    batch = batch_of(mono(*[[50] * length for length in lengths]), layout)
    marks = 2 * torch.tensor([len(set(row.tolist()) - {-1}) for row in batch.sentence])
    assert ((batch.role == SLOT).sum(1) - marks).max() <= most_placeholders(layout) <= longest + more


def test_the_bound_is_that_of_rows_of_sentences_of_one_token():
    layout = Layout(SpecialIds(0, 2, 1, 99, 100, (0, 1, 2, UNK, 99)), 64, 512, slot_rate=0.15, slot_marks=2)
    assert most_placeholders(layout) == 512 // 6  # six cells with one placeholder


def test_as_on_a_gpu_where_the_number_of_placeholders_is_not_looked_at(world, monkeypatch):
    """There the cells are as many as there can be at most; those that are not there take no guess and are not counted."""
    objective, batch = prepared(world)

    def all_there_can_be(self):
        cells = torch.nonzero_static(self.labels.flatten() != IGNORED, size=self.most_labels, fill_value=-1).squeeze(1)
        return cells.clamp(min=0), torch.where(cells >= 0, self.labels.flatten()[cells.clamp(min=0)], IGNORED)

    found = []
    for patched in (False, True):
        if patched:
            monkeypatch.setattr(type(batch), "asked", all_there_can_be)
        with watched(world.encoder) as calls:
            torch.manual_seed(0)
            loss, metrics = objective(world.encoder, batch)
        found.append((loss, metrics["collapse"], calls[1].batch.ids))
    (loss, collapse, ids), (static, of_static, ids_of_static) = found
    assert torch.equal(ids, ids_of_static) and collapse == of_static and (loss - static).abs() < 1e-12


# ------------------------------------------------------------------------------------------------------------- second stage


def test_nothing_is_learnt_through_a_guess(world):
    """Loss, gradients and random numbers are those of the second stage alone, with the guesses for given words."""
    objective, batch = prepared(world, rate=0.5)
    embedding, found = world.setup.embedding, []
    written_out = replace(batch, ids=by_hand(world, objective, batch))

    def second_stage():
        added = embedding.added(in_clear(written_out), "asked")
        loss, right = world.encoder.token_loss(world.encoder(written_out, PAIRS, added), written_out)
        return loss / (batch.labels != IGNORED).sum()

    parameters = [embedding.weight, *world.encoder.parameters()]
    for loss_of in (lambda: objective(world.encoder, batch)[0], second_stage):
        torch.manual_seed(5)
        loss = loss_of()
        found.append((loss, torch.autograd.grad(loss, parameters, allow_unused=True), torch.get_rng_state()))
    (ours, gradients, state), (theirs, expected, expected_state) = found
    assert ours == theirs and torch.equal(state, expected_state)
    assert all(one is other is None or torch.equal(one, other) for one, other in zip(gradients, expected, strict=True))
    asked = batch.language[batch.role == SLOT].unique().tolist()
    assert [number for number in range(len(LANGUAGES)) if gradients[0][number].any()] == asked


def test_masked_words_read_the_guesses(world):
    objective, batch = prepared(world, rate=0.5)
    world.encoder.eval()
    with torch.no_grad():
        before = world.encoder(batch, PAIRS)
        after = world.encoder(replace(batch, ids=by_hand(world, objective, batch)), PAIRS)
    assert ((after - before).abs().amax(-1)[batch.role == MASKED] > 1e-9).all()
    assert torch.equal(dense(PAIRS, batch), dense(SENTENCES, batch))  # and no other sentence


def test_the_mean_over_parts_is_the_loss_of_the_whole(world):
    world.encoder.eval()
    objective, batch = prepared(world, mono(*TEXTS * 6))
    loss, metrics = objective(world.encoder, batch)
    for parts in (2, 3):
        split = [objective(world.encoder, batch.part(number, parts)) for number in range(parts)]
        assert (torch.stack([part[0] for part in split]).mean() - loss).abs() < 1e-12
        assert (torch.stack([part[1]["accuracy"] for part in split]).mean() - metrics["accuracy"]).abs() < 1e-6


def test_unknown_words_alone_ask_nothing_and_stay_finite(world):
    objective, batch = prepared(world, mono([UNK, UNK], [UNK]))
    loss, metrics = objective(world.encoder, batch)
    assert loss == 0 and batch.total == 0 and all(value.isfinite() for value in metrics.values())


# ----------------------------------------------------------------------------------------------------------------- collapse


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=12))
def test_collapse_is_the_share_of_the_pairs_of_guesses_that_are_the_same(guesses):
    tokens, counted = (torch.tensor([guess[k] for guess in guesses], dtype=kind) for k, kind in enumerate((torch.long, torch.bool)))
    kept = [token for token, real in guesses if real]
    pairs = [kept[a] == kept[b] for a in range(len(kept)) for b in range(a)]
    assert float(collision(tokens, counted, 6)) == pytest.approx(sum(pairs) / len(pairs) if pairs else 0.0)


def test_a_model_that_always_says_the_same_has_collapsed(world):
    objective, batch = prepared(world)
    bias = world.encoder.model.get_output_embeddings().bias
    _, before = objective(world.encoder, batch)
    with torch.no_grad():
        bias[50] += 1e6
    _, after = objective(world.encoder, batch)
    with torch.no_grad():
        bias[50] -= 1e6
    assert before["collapse"] < 1 == after["collapse"]
