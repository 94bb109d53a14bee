"""Sentence contrast: InfoNCE and CZ-NCE against explicit logits, who is a negative of whom, and what a sentence's vector is."""

import copy
import math
from dataclasses import replace

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from isogloss.attention import SENTENCES
from isogloss.batch import TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.errors import IsoglossError
from isogloss.objectives.contract import Setup
from isogloss.objectives.contrast import Contrast, contrastive, surrogate
from isogloss.pooling import sentence_means
from packed import batch_of, sequences
from stores import SPECIAL
from toy import ENCODER

LOSSES = ("info", "cz")


def vectors(pairs, *, width=6, seed=0, unit=True):
    points = torch.randn(2, pairs, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return tuple(F.normalize(points, dim=-1) if unit else points)


def apart(pairs):
    """No two pairs share a sentence."""
    return torch.zeros(pairs, pairs, dtype=torch.bool)


def logits_by_loops(x, y, same, temperature):
    """For every anchor x_1..x_n, y_1..y_n: [similarity of its positive, those of its negatives ...]."""
    found = []
    for anchors, others in ((x, y), (y, x)):
        for i in range(len(x)):
            negatives = [j for j in range(len(x)) if j != i and not same[i, j]]
            rivals = [others[i], *(others[j] for j in negatives), *(anchors[j] for j in negatives)]
            found.append(torch.stack([anchors[i] @ rival for rival in rivals]) / temperature)
    return found


# ------------------------------------------------------------------------------------------------------------------ losses


@given(st.integers(2, 7), st.floats(0.03, 2), st.integers(0, 99), st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=3))
@example(pairs=3, temperature=0.1, seed=0, shared={(0, 1), (0, 2)})  # one pair has no negative, the others have
@settings(max_examples=40)
def test_losses_are_those_of_explicit_logits(pairs, temperature, seed, shared):
    x, y = vectors(pairs, seed=seed)
    same = apart(pairs)
    for i, j in shared:
        same[i % pairs, j % pairs] = same[j % pairs, i % pairs] = True
    info, cz = (contrastive(x, y, same, temperature, loss)[0] for loss in LOSSES)
    margins = contrastive(x, y, same, temperature, "info")[1]
    for anchor, logits in enumerate(logits_by_loops(x, y, same, temperature)):
        assert abs(info[anchor] - F.cross_entropy(logits[None], torch.tensor([0]))) < 1e-10
        if len(logits) > 1:
            ratio = logits[1:].logsumexp(0) - logits[0]
            assert abs(cz[anchor] - ratio) < 1e-10 and abs(info[anchor] - torch.logaddexp(cz[anchor], 0 * ratio)) < 1e-10
            assert margins[anchor] == -cz[anchor]
        else:  # every other pair has a sentence of this one
            assert info[anchor] == cz[anchor] == margins[anchor] == 0


@pytest.mark.parametrize("pairs", [2, 5])
def test_of_equal_points_a_loss_counts_the_negatives(pairs):
    x = y = torch.ones(pairs, 1, dtype=torch.float64)
    info, cz = (contrastive(x, y, apart(pairs), 0.07, loss)[0] for loss in LOSSES)
    assert torch.allclose(cz, torch.full((2 * pairs,), math.log(2 * pairs - 2), dtype=torch.float64), atol=1e-12)
    assert torch.allclose(info, torch.full((2 * pairs,), math.log(2 * pairs - 1), dtype=torch.float64), atol=1e-12)


def test_every_other_sentence_of_both_languages_is_a_negative_and_nothing_else():
    x, y = vectors(4)
    same = apart(4)
    same[0, 2] = same[2, 0] = True
    for loss in LOSSES:
        pull_x, pull_y = torch.autograd.functional.jacobian(lambda x, y, loss=loss: contrastive(x, y, same, 0.5, loss)[0], (x, y))
        touched = torch.stack([(pull != 0).any(-1) for pull in (pull_x, pull_y)], -1)  # (anchor, pair, side)
        for anchor in range(8):
            pair = anchor % 4
            assert [bool(touched[anchor, other].all()) for other in range(4)] == [
                other == pair or not same[pair, other] for other in range(4)
            ]
            assert not any(touched[anchor, other].any() for other in range(4) if same[pair, other])


def test_cz_pulls_at_its_positive_with_full_strength_and_info_with_what_is_missing():
    pairs, temperature = 4, 0.5
    x, y = vectors(pairs, unit=False)
    axes = torch.eye(pairs, dtype=torch.float64)
    lift = torch.zeros(pairs, dtype=torch.float64)  # an axis of its own for each pair: lift_i is added to s+_i and to nothing else

    def losses(lift, loss):
        return contrastive(torch.cat([x, axes * lift], 1), torch.cat([y, axes * temperature], 1), apart(pairs), temperature, loss)[0]

    both = torch.cat([axes, axes])  # anchor -> its pair
    cz, info = (torch.autograd.functional.jacobian(lambda at, loss=loss: losses(at, loss), lift) for loss in ("cz", "info"))
    assert torch.allclose(cz, -both, atol=1e-12)
    right = (-losses(lift, "info")).exp()  # p+
    assert torch.allclose(info, -both * (1 - right)[:, None], atol=1e-12)


def test_the_gradient_of_info_is_that_of_cz_times_what_is_missing():
    x, y = vectors(5)
    gradients = {
        loss: torch.cat(torch.autograd.functional.jacobian(lambda x, y, loss=loss: contrastive(x, y, apart(5), 0.1, loss)[0], (x, y)), 1)
        for loss in LOSSES
    }
    missing = 1 - (-contrastive(x, y, apart(5), 0.1, "info")[0]).exp()
    assert torch.allclose(gradients["info"], missing[:, None, None] * gradients["cz"], atol=1e-10)
    assert gradients["cz"].abs().max() > 1


def test_a_solved_pair_still_pulls_in_cz_and_no_more_in_info():
    x = y = torch.eye(2, 3)  # margin 1 / 0.05 = 20: in float32 p+ is 1
    gradients = {}
    for loss in LOSSES:
        lifted = x.clone().requires_grad_()
        contrastive(lifted, y, apart(2), 0.05, loss)[0].mean().backward()
        gradients[loss] = lifted.grad.abs().max()
    assert gradients["info"] < 1e-6 < 1 < gradients["cz"]


@pytest.mark.parametrize("loss", LOSSES)
def test_swapping_the_sides_swaps_the_anchors(loss):
    x, y = vectors(5)
    forward, backward = contrastive(x, y, apart(5), 0.1, loss)[0], contrastive(y, x, apart(5), 0.1, loss)[0]
    assert torch.allclose(forward, backward.roll(5), atol=1e-12) and (forward.mean() - backward.mean()).abs() < 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_the_order_of_pairs_is_that_of_the_losses_alone(loss):
    x, y = vectors(5)
    order = torch.tensor([3, 0, 4, 1, 2])
    straight, permuted = contrastive(x, y, apart(5), 0.1, loss)[0], contrastive(x[order], y[order], apart(5), 0.1, loss)[0]
    assert torch.allclose(straight.view(2, 5)[:, order], permuted.view(2, 5), atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_constant_on_all_similarities_changes_nothing(loss):
    x, y = vectors(4)
    raised = [torch.cat([points, torch.full((4, 1), 1.7, dtype=torch.float64)], 1) for points in (x, y)]
    assert torch.allclose(contrastive(x, y, apart(4), 0.1, loss)[0], contrastive(*raised, apart(4), 0.1, loss)[0], atol=1e-10)


@given(st.integers(2, 9), st.floats(0.02, 1), st.integers(0, 99))
def test_cz_lies_within_two_over_temperature_of_its_log_of_negatives(pairs, temperature, seed):
    cz, _ = contrastive(*vectors(pairs, seed=seed, width=2), apart(pairs), temperature, "cz")
    assert ((cz - math.log(2 * pairs - 2)).abs() <= 2 / temperature + 1e-9).all()


def test_one_pair_alone_costs_nothing_in_info_and_is_refused_by_cz():
    x, y = (points.requires_grad_() for points in vectors(1))
    losses, margins = contrastive(x, y, apart(1), 0.07, "info")
    losses.sum().backward()
    assert losses.tolist() == margins.tolist() == [0, 0] and not x.grad.any() and not y.grad.any()
    with pytest.raises(IsoglossError, match="CZ-NCE needs a negative"):
        contrastive(x, y, apart(1), 0.07, "cz")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_goes_in_and_finite_float32_comes_out(loss, dtype):
    x, y = (points.to(dtype).requires_grad_() for points in vectors(6))
    opposite = torch.stack([x[0], -x[0]])  # similarities from -1 / 0.07 to 1 / 0.07, of which exp overflows fp16
    for pair in ((x, y), (opposite, opposite), (opposite, -opposite)):
        losses, margins = contrastive(*pair, apart(len(pair[0])), 0.07, loss)
        assert losses.dtype == margins.dtype == torch.float32 and losses.isfinite().all() and margins.isfinite().all()
        losses.mean().backward()
        exact, _ = contrastive(*(points.detach().double() for points in pair), apart(len(pair[0])), 0.07, loss)
        assert (losses - exact).abs().max() < 1e-4
    assert x.grad.isfinite().all() and y.grad.isfinite().all()


def test_an_unknown_loss_is_refused():
    with pytest.raises(IsoglossError, match="loss: hinge.*allowed: info, cz"):
        Contrast(loss="hinge")


def test_the_surrogate_is_one_and_pulls_at_every_parameter_like_cz():
    """phi / sg(phi) of vectors that come out of a model."""
    torch.manual_seed(0)
    model, points = torch.nn.Linear(7, 5).double(), torch.randn(2, 4, 7, dtype=torch.float64)
    gradients, values = [], []
    for by_surrogate in (True, False):
        x, y = F.normalize(model(points), dim=-1)
        if by_surrogate:
            logits = torch.stack(logits_by_loops(x, y, apart(4), 0.1))
            losses = surrogate(logits[:, 0], logits[:, 1:])
        else:
            losses = contrastive(x, y, apart(4), 0.1, "cz")[0]
        values.append(losses.detach())
        gradients.append(torch.cat([g.flatten() for g in torch.autograd.grad(losses.sum(), model.parameters())]))
    assert (values[0] == 1).all() and (values[1] - 1).abs().min() > 0.01
    assert torch.allclose(*gradients, atol=1e-10) and gradients[0].abs().max() > 0.1


@pytest.mark.parametrize("loss", LOSSES)
def test_a_temperature_near_zero_leaves_the_gap_to_the_best_negative(loss):
    x, y = vectors(4)
    y = F.normalize(x + 0.05 * y, dim=-1)  # every positive on top
    tiny = 1e-4
    found = contrastive(x, y, apart(4), tiny, loss)[0]
    gaps = torch.stack([logits[1:].max() - logits[0] for logits in logits_by_loops(x, y, apart(4), 1.0)])
    assert torch.allclose(tiny * found, gaps if loss == "cz" else torch.zeros_like(gaps), atol=1e-3)


# --------------------------------------------------------------------------------------------------------------- sentences


@pytest.fixture(scope="module")
def made(tokenizer):
    """architecture -> (plain model, our encoder of the same weights, layout), in float64."""
    found = {}
    for architecture in ("bert", "xlm-roberta"):
        torch.manual_seed(0)
        model = new_model(ENCODER | {"architecture": architecture}, tokenizer).double().eval()
        plain = copy.deepcopy(model)
        plain.set_attn_implementation("sdpa")
        layout = Layout(SpecialIds.of(tokenizer), 32, 40, first_position(model.config))
        found[architecture] = plain, TransformersEncoder(model), layout
    return found


def objective_for(encoder, **options):
    torch.manual_seed(1)
    objective = Contrast(**options)
    objective.build(Setup(encoder, SPECIAL, ("de", "en")))
    return objective.double()


EXAMPLES = [([10, 11, 12], [50, 51]), ([13], [52, 53, 54, 55]), ([14, 15, 16, 17, 18, 19], [56]), ([20, 3], [57, 58])]


def prepared(examples, objective, layout):
    return objective.prepare(batch_of(examples, objective.layout(layout)), layout.special, (0, "contrast"))


@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_is_that_of_every_sentence_encoded_alone_by_transformers(made, architecture, loss):
    plain, encoder, layout = made[architecture]
    objective = objective_for(encoder, loss=loss, temperature=0.1)
    batch = prepared(EXAMPLES, objective, layout)
    assert len(batch.ids) < len(EXAMPLES)  # packed
    means = []
    for place in sequences(batch, batch.sentence):
        states = plain.base_model(input_ids=batch.ids[place][None], output_hidden_states=True).hidden_states
        means.append(((states[1] + states[-1]) / 2)[0].mean(0))  # special tokens too
    x, y = F.normalize(objective.projection(torch.stack(means)), dim=-1).unflatten(0, (-1, 2)).unbind(1)
    logits = torch.stack(logits_by_loops(x, y, apart(len(x)), 0.1))
    info = F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long), reduction="none")
    expected = info if loss == "info" else (info.exp() - 1).log()
    found, metrics = objective(encoder, batch)
    assert (found - expected.mean()).abs() < 1e-10
    assert (metrics["margin"] + (info.exp() - 1).log().mean()).abs() < 1e-10 and metrics["pairs"] == len(EXAMPLES)


def test_a_sentence_is_no_negative_of_its_copies(made):
    """Pair 1 repeats the first side of pair 0, pair 2 its second, pair 3 has the first as its second; pair 4 is no copy, only its words."""
    _, encoder, layout = made["xlm-roberta"]
    one, two = [10, 11, 12], [50, 51]
    examples = [(one, two), (one, [52]), ([13], two), ([14, 15], one), ([12, 11, 10], [51, 50])]
    objective = objective_for(encoder)
    seen = []

    def note(x, y, same, *rest):
        seen.append(same)
        return contrastive(x, y, same, *rest)

    batch = prepared(examples, objective, layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("isogloss.objectives.contrast.contrastive", note)
        objective(encoder, batch)
    texts = [tuple(batch.ids[place][1:-1].tolist()) for place in sequences(batch, batch.sentence)]
    pairs = [set(texts[k : k + 2]) for k in range(0, len(texts), 2)]
    assert seen[0].tolist() == [[bool(a & b) for b in pairs] for a in pairs]
    assert sum(map(sum, seen[0].tolist())) == 5 + 2 * 4


def test_texts_are_equal_for_equal_sentences_whatever_row_they_stand_in(made):
    _, encoder, layout = made["bert"]
    examples = [([10, 11], [12, 11]), ([11, 10], [10, 11]), ([10, 11, 10], [10]), ([10, 10], [11])] * 5
    objective = objective_for(encoder)
    batch = prepared(examples, objective, layout)
    stand = {number: tuple(batch.ids[place].tolist()) for number, place in enumerate(sequences(batch, batch.sentence))}
    equal = [[stand[i] == stand[j] for j in stand] for i in stand]
    assert len(batch.ids) > 1 and (batch.texts[:, None] == batch.texts).tolist() == equal


def test_a_step_of_copies_costs_nothing_and_stays_finite(made):
    _, encoder, layout = made["bert"]
    for loss in LOSSES:
        objective = objective_for(encoder, loss=loss)
        found, metrics = objective(encoder, prepared([([10, 11], [12])] * 3, objective, layout))
        assert found == 0 and metrics["margin"] == 0


def test_under_autocast_the_loss_is_finite_float32(made):
    _, encoder, layout = made["bert"]
    single, objective = copy.deepcopy(encoder.model).float(), objective_for(encoder).float()
    batch = prepared(EXAMPLES, objective, layout)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half, metrics = objective(TransformersEncoder(single), batch)
    exact, _ = objective.double()(encoder, batch)
    assert half.dtype == metrics["margin"].dtype == torch.float32 and abs(half - exact) < 0.05


def test_neither_rows_nor_neighbours_change_the_loss(made):
    _, encoder, layout = made["bert"]
    objective = objective_for(encoder)
    losses = []
    for length in (32, 40, 60):
        batch = prepared(EXAMPLES, objective, Layout(layout.special, 32, length))
        losses.append(objective(encoder, batch)[0])
    assert max(losses) - min(losses) < 1e-10


# ------------------------------------------------------------------------------------------------------------------- words

UNITS = [[(0, 0, 1, 1), (2, 2, 0, 0)], [(0, 0, 1, 2)], [(1, 2, 0, 0)], [(0, 0, 0, 1)]]  # of EXAMPLES, first side first


def with_units(examples, objective, layout, units=UNITS, seed=(0, "contrast")):
    batch = batch_of(examples, objective.layout(layout))
    by_text = {tuple(x): row for (x, _), row in zip(examples, units, strict=True)}
    rows = []
    for pair in range(len(batch.pair) // 2):
        text = tuple(batch.ids[(batch.sentence == 2 * pair) & (batch.role == TOKEN)].tolist())
        rows += [(pair, *unit) for unit in by_text[text]]
    return objective.prepare(replace(batch, units=torch.tensor(rows).view(-1, 5)), layout.special, seed)


@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("loss", LOSSES)
def test_multi_level_is_the_cce_encoder_of_ml_ctl(made, architecture, loss):
    """[mean of the sentence; mean of the word] of (h_1 + h_last) / 2, two layers of twice the width, cosines: every sentence alone."""
    plain, encoder, layout = made[architecture]
    objective = objective_for(encoder, level="multi", loss=loss, temperature=0.1, words=2)
    batch = with_units(EXAMPLES, objective, layout)
    assert len(batch.units) == 5  # the same sentence with another word is another sample
    points = []
    for pair, *words in batch.units.tolist():
        for side in (0, 1):
            where = torch.nonzero(batch.sentence == 2 * pair + side, as_tuple=True)
            states = plain.base_model(input_ids=batch.ids[where][None], output_hidden_states=True).hidden_states
            mean = ((states[1] + states[-1]) / 2)[0]
            first, last = words[2 * side], words[2 * side + 1]
            points.append(torch.cat([mean.mean(0), mean[1 + first : 2 + last].mean(0)]))  # behind <s>
    x, y = F.normalize(objective.projection(torch.stack(points)), dim=-1).unflatten(0, (-1, 2)).unbind(1)
    logits = logits_by_loops(x, y, apart(len(x)), 0.1)
    assert all(len(row) == 2 * 5 - 1 for row in logits)
    info = F.cross_entropy(torch.stack(logits), torch.zeros(10, dtype=torch.long), reduction="none")
    found, metrics = objective(encoder, batch)
    assert (found - (info if loss == "info" else (info.exp() - 1).log()).mean()).abs() < 1e-10 and metrics["pairs"] == 5


def test_moving_the_word_changes_the_second_half_alone(made):
    _, encoder, layout = made["bert"]
    objective = objective_for(encoder, level="multi")
    batch = with_units(EXAMPLES[:1], objective, layout, [[(0, 0, 0, 0)]])
    moved = replace(batch, units=batch.units + torch.tensor([0, 1, 1, 0, 0]))
    (snt, word), (same, other) = (objective.pool(encoder, one).states for one in (batch, moved))
    assert torch.equal(snt, same) and torch.equal(word[:, 1], other[:, 1]) and (word[:, 0] - other[:, 0]).abs().max() > 1e-3
    whole = replace(batch, units=torch.tensor([[0, 0, 2, 0, 1]]))
    states = encoder.all_states(whole, SENTENCES)
    without = sentence_means((states[1] + states[-1]) / 2, whole, specials=False)
    assert torch.allclose(objective.pool(encoder, whole).states[1][0], without, atol=1e-12)


def test_a_word_and_sentence_that_come_twice_are_no_negatives_and_another_word_of_the_sentence_is(made):
    _, encoder, layout = made["bert"]
    objective, seen = objective_for(encoder, level="multi", words=2), []

    def note(x, y, same, *rest):
        seen.append(same)
        return contrastive(x, y, same, *rest)

    examples = [EXAMPLES[0], (EXAMPLES[0][0], [60, 61])]
    batch = batch_of(examples, objective.layout(layout))
    units = torch.tensor(
        [[0, 0, 0, 0, 0], [0, 2, 2, 1, 1], [1, 0, 0, 1, 1], [1, 1, 1, 0, 0]]
    )  # pair, words: the first and third share a word
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("isogloss.objectives.contrast.contrastive", note)
        objective(encoder, objective.prepare(replace(batch, units=units), layout.special, (0,)))
    expected = torch.eye(4, dtype=torch.bool)
    expected[0, 2] = expected[2, 0] = True
    assert torch.equal(seen[0], expected)


def test_one_sided_has_the_anchors_of_the_first_side_alone(made):
    _, encoder, layout = made["bert"]
    both, one = (objective_for(encoder, one_sided=flag) for flag in (False, True))
    batch = prepared(EXAMPLES, both, layout)
    means = sentence_means((lambda states: (states[1] + states[-1]) / 2)(encoder.all_states(batch, SENTENCES)), batch)
    x, y = F.normalize(both.projection(means), dim=-1).unflatten(0, (-1, 2)).unbind(1)
    losses = contrastive(x, y, apart(4), 0.07, "info")[0]
    assert (one(encoder, batch)[0] - losses[:4].mean()).abs() < 1e-12 and (both(encoder, batch)[0] - losses.mean()).abs() < 1e-12


@pytest.mark.parametrize("level", ["sentence", "multi"])
def test_masked_input_gives_both_losses_in_one_pass_and_clean_input_takes_two(made, level):
    _, encoder, layout = made["bert"]
    examples, passes = [(list(range(10, 20)), list(range(50, 58))), *EXAMPLES[:3]], []
    units = [[(0, 0, 0, 0)], *UNITS[:3]]
    alone = objective_for(encoder, level=level)
    hook = encoder.model.base_model.embeddings.register_forward_hook(lambda *_: passes.append(1))
    results = {}
    for source in ("clean", "masked"):
        objective = objective_for(encoder, level=level, input=source, mlm=0.1, rate=0.4)
        batch = with_units(examples, objective, layout, units) if level == "multi" else prepared(examples, objective, layout)
        passes.clear()
        loss, metrics = objective(encoder, batch)
        results[source] = loss, metrics, len(passes), batch
    hook.remove()
    assert results["clean"][2] == 2 and results["masked"][2] == 1
    batch = results["clean"][3]
    token = F.cross_entropy(encoder.token_logits(encoder(batch, SENTENCES).flatten(0, 1)), batch.labels.flatten())
    for source, seen in (("clean", replace(batch, ids=batch.clean, clean=None)), ("masked", replace(batch, clean=None))):
        loss, metrics, _, _ = results[source]
        assert (metrics["mlm"] - token).abs() < 1e-6 and (loss - alone(encoder, seen)[0] - 0.1 * token).abs() < 1e-6
    assert abs(results["clean"][0] - results["masked"][0]) > 1e-3


def test_words_that_the_config_cannot_mean_are_refused():
    for option, value in {"level": "word", "input": "noisy"}.items():
        with pytest.raises(IsoglossError, match=f"{option}: {value}"):
            Contrast(**{option: value})
