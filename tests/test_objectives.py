"""Objectives: one contract for every line of the table; MLM and TLM against transformers' own loss, on a batch and over a training."""

import copy
import inspect
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from coupled import layout_of, same
from isogloss.attention import SENTENCES
from isogloss.batch import IGNORED, PADDING, SPECIAL, Layout, SpecialIds, empty_batch
from isogloss.cross_entropy import vocabulary_cross_entropy
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.objectives import OBJECTIVES, load_objective
from isogloss.objectives.contract import FORWARD, Coupled, backward
from isogloss.objectives.mlm import MLM
from isogloss.objectives.tlm import TLM
from packed import batch_of, padded, sequences
from setups import batch_for, built, source_of
from toy import ENCODER

ARCHITECTURES = ("bert", "xlm-roberta")
SEED = (0, "test")


def model_of(tokenizer, architecture="xlm-roberta", dtype=torch.float64, **changes):
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": architecture, "dropout": 0.0} | changes, tokenizer).to(dtype)
    with torch.no_grad():  # every bias and norm counts
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def encoder_of(tokenizer, *options, **changes):
    return TransformersEncoder(model_of(tokenizer, *options, **changes))


# With which options a line of the table is tested; what reads links is tested with them.
CASES = {name: [{}] for name in OBJECTIVES} | {
    "contrast": [{}, {"level": "multi", "loss": "cz", "input": "masked", "mlm": 0.1}],
    "dict_mlm": [{}, {"variant": "label_swap"}],
    "camlm": [{}, {"variant": "in_place", "language_embedding": "all"}],
    "tlm": [{}, {"language_embedding": "all"}],
    "btmlm": [{"start": 0.0}],
    "veco2": [{}, {"encode": "separate", "tlm": 0.0, "within": True}],
    "xlco": [{"layer": 2, "queue": 40}],
}
GUESSING = {"btmlm", "xlm_align"}  # what they ask depends on what the encoder guesses, which rounding may change
OF_A_PART = {"collapse"}  # metrics that are no share of the step's
EVERY = [(name, options) for name, cases in CASES.items() for options in cases]


def objective_of(toy, name, encoder, tokenizer, options=None):
    """Built, and one step old: what has a queue has something in it."""
    objective = built(toy, load_objective(name)(**(options or {})), encoder, tokenizer)
    layout = Layout(SpecialIds.of(tokenizer), 12, 24, first_position(encoder.model.config))
    with torch.no_grad():
        objective(encoder, objective.prepare(batch_for(toy, name, objective, layout, options=options or {}), layout.special, SEED))
        objective.after_step(encoder)
    return objective


def raw_batch(toy, tokenizer, case, objective, encoder, **options):
    return batch_for(toy, case[0], objective, layout_of(encoder, tokenizer, **options), options=case[1])


def prepared(toy, tokenizer, case, objective, encoder, **options):
    return objective.prepare(raw_batch(toy, tokenizer, case, objective, encoder, **options), SpecialIds.of(tokenizer), SEED)


@pytest.fixture(params=OBJECTIVES)
def name(request):
    return request.param


@pytest.fixture(params=EVERY, ids=lambda case: "-".join([case[0], *map(str, case[1].values())]))
def case(request):
    return request.param


# ---------------------------------------------------------------------------------------------------------------- contract


def test_hyper_parameters_are_keywords_with_defaults(name):
    for parameter in inspect.signature(load_objective(name)).parameters.values():
        assert parameter.kind is parameter.KEYWORD_ONLY and parameter.default is not parameter.empty, parameter
    assert isinstance(load_objective(name)(), torch.nn.Module)


def test_docstring_has_the_five_lines(name):
    lines = [line.strip() for line in load_objective(name).__doc__.strip().splitlines()]
    heads = [line.partition(":")[0] for line in lines if re.match(r"[A-Z]\w+: .", line)]
    assert heads == ["Idea", "Cite", "Eats", "Relations", "Trap"]
    eaten = re.search(r"Eats: (.*?)\.", " ".join(lines)).group(1)
    assert set(re.findall("mono|bitext|links|dictionary", eaten)) == set().union(
        *(OBJECTIVES[name].reads(options) for options in CASES[name])
    )


def test_table_names_a_stream_and_the_file_of_the_same_name(name):
    entry = OBJECTIVES[name]
    assert entry.stream in ("mono", "bitext", None) and entry.target.partition(":")[0] == f"isogloss.objectives.{name}"


def test_what_is_hidden_follows_from_the_seed_alone(toy, tokenizer, case):
    encoder = encoder_of(tokenizer)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    batch, special, name = raw_batch(toy, tokenizer, case, objective, encoder), SpecialIds.of(tokenizer), case[0]
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = objective.prepare(batch, special, (7, name))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    np.random.seed(2)
    assert same(first, objective.prepare(batch, special, (7, name)))
    if first.labels is not None:
        assert not torch.equal(first.labels, objective.prepare(batch, special, (8, name)).labels)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_loss_is_a_finite_scalar_whose_gradient_reaches_every_layer(toy, tokenizer, case, architecture):
    encoder = encoder_of(tokenizer, architecture)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    loss, metrics = objective(encoder, prepared(toy, tokenizer, case, objective, encoder))
    assert loss.shape == () and loss.isfinite() and loss != 0
    assert all(value.shape == () and value.isfinite() and not value.requires_grad for value in metrics.values())
    loss.backward()
    reached = "layer." if OBJECTIVES[case[0]].stream else "word_embeddings"
    layers = [parameter for key, parameter in encoder.named_parameters(remove_duplicate=False) if reached in key]
    assert layers and all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in layers)
    weights = [parameter for key, parameter in encoder.named_parameters() if key.endswith("weight") and reached in key]
    own = [parameter for parameter in objective.parameters() if parameter.requires_grad]
    assert all(parameter.grad.abs().sum() > 0 for parameter in (*weights, *own))


@pytest.mark.parametrize("chunks", [1, 2])
def test_in_half_precision_the_gradients_are_those_of_single_precision(toy, tokenizer, case, chunks):
    """Also after a pass without gradients, whose cast weights autocast must not reuse, and behind the losses, which stay in fp32."""
    gradient = {}
    for half in (False, True):
        encoder = encoder_of(tokenizer, dtype=torch.float32)
        objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
        batch = prepared(toy, tokenizer, case, objective, encoder)
        modes = []
        hook = encoder.model.get_input_embeddings().weight.register_hook(
            lambda _, modes=modes: modes.append(torch.is_autocast_enabled("cpu"))
        )
        backward(objective, encoder, batch, 1.0, chunks, partial(torch.autocast, "cpu", dtype=torch.bfloat16, enabled=half))
        hook.remove()
        assert modes and not any(modes)
        layers = [p for name, p in encoder.named_parameters() if "layer." in name and name.endswith("weight") and p.grad is not None]
        assert (len(layers) > 8) == (OBJECTIVES[case[0]].stream is not None)
        gradient[half] = gradients(encoder, objective)
    cosine = torch.nn.functional.cosine_similarity(gradient[True], gradient[False], dim=0)
    assert cosine > (0.9 if case[0] in GUESSING else 0.98)


def test_it_says_how_often_the_encoder_runs(toy, tokenizer, case):
    encoder = encoder_of(tokenizer)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    if not OBJECTIVES[case[0]].stream:
        pytest.skip("it has no rows")
    ran = []
    encoders = [module for module in (encoder, *objective.modules()) if isinstance(module, TransformersEncoder)]
    for one in encoders:
        one.model.base_model.embeddings.register_forward_hook(lambda *_: ran.append(1.0 if torch.is_grad_enabled() else FORWARD))
    objective(encoder, prepared(toy, tokenizer, case, objective, encoder))
    assert sum(ran) == pytest.approx(objective.passes)


@pytest.mark.parametrize(("max_length", "row_length"), [(12, 12), (12, 40)])
def test_rows_fit_the_encoder(toy, tokenizer, case, max_length, row_length):
    encoder = encoder_of(tokenizer, max_length=12)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    batch = prepared(toy, tokenizer, case, objective, encoder, max_length=max_length, row_length=row_length)
    if OBJECTIVES[case[0]].stream:
        assert batch.ids.shape[1] == row_length
        assert batch.positions.max() < encoder.model.config.max_position_embeddings
    assert objective(encoder, batch)[0].isfinite()


def test_a_batch_of_unknown_words_asks_nothing_and_stays_finite(toy, tokenizer, case):
    encoder = encoder_of(tokenizer)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    layout = objective.layout(layout_of(encoder, tokenizer))
    sides = 1 if OBJECTIVES[case[0]].stream == "mono" else 2
    none = torch.empty(0, 5, dtype=torch.long)
    rows = replace(batch_of([[[3, 3]] * sides, [[3]] * sides], layout), links=none[:, :3], units=none)
    batch = objective.prepare(rows if OBJECTIVES[case[0]].stream else empty_batch(torch.device("cpu")), layout.special, SEED)
    loss, metrics = objective(encoder, batch)
    loss.backward()
    assert loss.isfinite() and all(value.isfinite() for value in metrics.values())
    if batch.labels is not None:
        assert batch.total == 0 and (batch.labels == IGNORED).all()
        assert loss == 0 or isinstance(objective, Coupled)  # of sentences that are unknown words too
    assert all(parameter.grad is None or parameter.grad.isfinite().all() for parameter in encoder.parameters())


@pytest.mark.parametrize("parts", [2, 3])
def test_the_mean_over_parts_is_the_loss_of_the_whole(toy, tokenizer, case, parts):
    encoder = encoder_of(tokenizer)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    if isinstance(objective, Coupled):
        pytest.skip("its loss couples all parts: see the gradients in chunks")
    batch = prepared(toy, tokenizer, case, objective, encoder)
    split = [objective(encoder, batch.part(number, parts)) for number in range(parts)]
    loss, metrics = objective(encoder, batch)
    assert (torch.stack([part[0] for part in split]).mean() - loss).abs() < 1e-12
    for key, value in metrics.items():
        assert key in OF_A_PART or (torch.stack([part[1][key] for part in split]).mean() - value).abs() < 1e-6  # accuracy is in float32


def gradients(encoder, objective):
    trained = [parameter for parameter in (*encoder.parameters(), *objective.parameters()) if parameter.requires_grad]
    found = torch.cat([torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in trained])
    encoder.zero_grad()
    objective.zero_grad()
    return found


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_gradients_in_chunks_are_those_of_the_whole(toy, tokenizer, case, dropout):
    """GradCache for what couples all sentences, plain accumulation for the rest. With dropout the two passes of a chunk must draw alike."""
    encoder = encoder_of(tokenizer, dropout=dropout)
    objective = objective_of(toy, case[0], encoder, tokenizer, case[1])
    batch = prepared(toy, tokenizer, case, objective, encoder)
    found = {}
    for chunks in (1, 2, 5):
        torch.manual_seed(3)
        loss, metrics = backward(objective, encoder, batch, 0.7, chunks)
        found[chunks] = loss, gradients(encoder, objective), metrics
        assert loss.isfinite() and not loss.requires_grad
    whole, exact = found[1][:2]
    assert exact.abs().max() > 1e-4
    if dropout and OBJECTIVES[case[0]].stream:
        torch.manual_seed(3)
        again = backward(objective, encoder, batch, 0.7, 2)[0]
        assert again == found[2][0] and (found[2][1] - exact).abs().max() > 1e-6  # other rows, other dropout
        return
    for chunks in (2, 5):
        assert (found[chunks][0] - whole).abs() < 1e-10 and (found[chunks][1] - exact).abs().max() < 1e-8
        assert found[chunks][2].keys() == found[1][2].keys()
        assert all((value - found[1][2][key]).abs() < 1e-6 for key, value in found[chunks][2].items() if key not in OF_A_PART)


# ------------------------------------------------------------------------------------------- MLM and TLM against transformers


def unit_of(objective, batch):
    return batch.sentence if objective.rule is SENTENCES else batch.pair_of_cell


def case_of(objective):
    return type(objective).__name__.lower(), {}


VARIANTS = {"mlm": MLM(), "tlm": TLM(), "one_separator": TLM(separators=1), "reset": TLM(reset_positions=True)}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("objective", VARIANTS.values(), ids=VARIANTS)
def test_loss_is_that_of_transformers_on_padded_rows(toy, tokenizer, architecture, objective):
    model = model_of(tokenizer, architecture)
    plain, encoder = copy.deepcopy(model), TransformersEncoder(model)
    built(toy, objective, encoder, tokenizer)
    batch = prepared(toy, tokenizer, case_of(objective), objective, encoder)
    unit = unit_of(objective, batch)
    given = padded(batch, unit, tokenizer.pad_token_id)
    if objective is VARIANTS["reset"]:  # the only positions that transformers does not find by itself
        given["position_ids"] = padded(replace(batch, ids=batch.positions), unit, 0)["input_ids"]
    theirs = plain(**given)
    loss, metrics = objective(encoder, batch)
    asked = given["labels"] != IGNORED
    closed_form = -theirs.logits[asked].log_softmax(-1).gather(1, given["labels"][asked][:, None]).mean()
    assert loss.dtype == torch.float64 and (loss - theirs.loss).abs() < 1e-10 and (loss - closed_form).abs() < 1e-10
    accuracy = (theirs.logits[asked].argmax(-1) == given["labels"][asked]).double().mean()
    assert float(metrics["accuracy"]) == pytest.approx(float(accuracy))


def cells_of_pairs(batch):
    """For each pair its (ids, positions) in the order of the cells."""
    return [(batch.ids[where].tolist(), batch.positions[where].tolist()) for where in sequences(batch, batch.pair_of_cell)]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(("separators", "reset"), [(1, False), (2, False), (2, True)])
def test_a_pair_is_one_sequence_laid_out_as_asked(tokenizer, architecture, separators, reset):
    """InfoXLM has one separator, XLM-R two; XLM counts the positions of the second side anew."""
    encoder = encoder_of(tokenizer, architecture)
    layout = TLM(separators=separators, reset_positions=reset).layout(layout_of(encoder, tokenizer))
    cls, sep, start = tokenizer.cls_token_id, tokenizer.sep_token_id, first_position(encoder.model.config)
    x, y = [10, 11, 12], [50, 51]
    ((ids, positions),) = cells_of_pairs(batch_of([(x, y)], layout))
    first, second = (x, y) if ids[1] == x[0] else (y, x)
    assert ids == [cls, *first, *[sep] * separators, *second, sep]
    whole = list(range(start, start + len(ids)))
    side = 2 + len(first)  # <s> ... </s>
    assert positions == (whole[:side] + whole[: len(ids) - side] if reset else whole)


def test_sides_of_a_pair_come_in_random_order(tokenizer):
    encoder = encoder_of(tokenizer)
    layout = TLM().layout(layout_of(encoder, tokenizer))
    pairs = [([10 + k % 7], [50 + k % 11, 60]) for k in range(400)]
    turned = sum(ids[1] >= 50 for ids, _ in cells_of_pairs(batch_of(pairs, layout)))
    assert 150 < turned < 250  # five standard deviations


def test_both_sides_of_a_pair_are_masked_alike(toy, tokenizer):
    encoder = encoder_of(tokenizer)
    layout = TLM().layout(layout_of(encoder, tokenizer))
    asked, words = [0, 0], [0, 0]
    batch = TLM().prepare(batch_for(toy, "tlm", TLM(), layout, batch_rows=60), layout.special, SEED)
    for side in (0, 1):
        asked[side] = int((batch.labels[batch.side == side] != IGNORED).sum())
        words[side] = int(((batch.side == side) & (batch.role != SPECIAL) & (batch.role != PADDING)).sum())
    assert all(abs(found / total - 0.15) < 0.03 for found, total in zip(asked, words, strict=True))


def test_the_two_sides_see_each_other_and_no_other_pair(toy, tokenizer):
    encoder = encoder_of(tokenizer)
    objective = built(toy, TLM(), encoder, tokenizer)
    batch = raw_batch(toy, tokenizer, ("tlm", {}), objective, encoder)
    ids = batch.ids.clone()
    ids[0, 1] = 50 if ids[0, 1] != 50 else 51
    moved = (encoder(batch, objective.rule) - encoder(replace(batch, ids=ids), objective.rule)).abs().amax(-1) > 1e-9
    assert torch.equal(moved, batch.pair_of_cell == batch.pair_of_cell[0, 1])


# ------------------------------------------------------------------------------------- the fast path, over a training


STEPS, RATE = 50, {"lr": 2e-3, "betas": (0.9, 0.98), "eps": 1e-6, "weight_decay": 0.01}
TRAINED = [("mlm", "bert"), ("tlm", "xlm-roberta")]


def batches_for(toy, tokenizer, objective, config):
    layout = Layout(SpecialIds.of(tokenizer), 32, 48, first_position(config))
    stream, rows = source_of(toy, case_of(objective)[0], objective, layout, batch_rows=4)
    return [objective.prepare(rows.batch(stream.next_batch()), layout.special, SEED) for _ in range(STEPS)]


def losses_over(batches, model, loss_of, **options):
    optimizer, losses = torch.optim.AdamW(model.parameters(), **RATE, **options), []
    for batch in batches:
        loss = loss_of(batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    return torch.tensor(losses)


@pytest.fixture(scope="module", params=TRAINED, ids=lambda case: case[0])
def trainings(request, toy, tokenizer):
    """(objective, untrained model, batches, losses of the plain path): a sequence per padded row, all logits, transformers' loss."""
    name, architecture = request.param
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": architecture, "dropout": 0.0}, tokenizer)
    objective = built(toy, load_objective(name)(), TransformersEncoder(copy.deepcopy(model)), tokenizer)
    batches, plain = batches_for(toy, tokenizer, objective, model.config), copy.deepcopy(model)
    losses = losses_over(
        batches,
        plain,
        lambda batch: plain(**padded(batch, unit_of(objective, batch), tokenizer.pad_token_id)).loss,
        foreach=False,
        fused=False,
    )
    yield objective, model, batches, losses
    torch.set_num_threads(threads)


def our_losses(objective, model, batches, precision):
    encoder = TransformersEncoder(copy.deepcopy(model))

    def loss_of(batch):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            return objective(encoder, batch)[0]

    with pytest.MonkeyPatch.context() as patch:  # logits of six tokens at a time
        patch.setattr("isogloss.encoder.vocabulary_cross_entropy", partial(vocabulary_cross_entropy, chunk_bytes=4096))
        return losses_over(batches, encoder.model, loss_of, fused=True)


@pytest.mark.parametrize(("precision", "band"), [("fp32", 1e-5), ("bf16", 2e-2)])
def test_the_fast_path_trains_like_the_plain_one(trainings, precision, band):
    """Packed rows, our attention, the head where something is asked, chunked cross-entropy, fused AdamW."""
    objective, model, batches, plain = trainings
    ours = our_losses(objective, model, batches, precision)
    assert plain[:5].mean() - plain[-5:].mean() > 0.5  # something was learnt
    assert (ours - plain).abs().max() < band
