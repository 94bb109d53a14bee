"""Objectives: one contract for every line of the table; MLM and TLM against transformers' own loss."""

import inspect
import re

import numpy as np
import pytest
import torch

from isogloss.batch import IGNORED, Layout, SpecialIds, lay_out
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.objectives import OBJECTIVES, load_objective
from isogloss.objectives.mlm import MLM
from isogloss.objectives.tlm import TLM
from isogloss.streams import Part, Sentence, Stream
from isogloss.tokens import open_tokens
from toy import ENCODER

ARCHITECTURES = ("bert", "xlm-roberta")


def encoder_of(tokenizer, architecture="xlm-roberta", **changes):
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": architecture} | changes, tokenizer).double().eval()
    with torch.no_grad():  # every bias and norm counts
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return TransformersEncoder(model)


def layout_of(encoder, tokenizer):
    return Layout(SpecialIds.of(tokenizer), ENCODER["max_length"], first_position(encoder.model.config))


def examples_of(toy, stream, count=12):
    parts = toy.mono("en", "zh") if stream == "mono" else toy.bitext()
    mixed = Stream(
        [Part(name, open_tokens(path)) for name, path in parts.items()], batch_tokens=512, max_length=32, overhead=4, alpha=0.3, seed=0
    )
    found = []
    while len(found) < count:
        found += mixed.next_batch()[:3]  # of several batches, so that lengths differ
    return found[:count]


@pytest.fixture(params=OBJECTIVES)
def name(request):
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
    assert f"Eats: {OBJECTIVES[name].stream}" in " ".join(lines)


def test_table_names_a_stream_and_the_file_of_the_same_name(name):
    entry = OBJECTIVES[name]
    assert entry.stream in ("mono", "bitext") and entry.target.partition(":")[0] == f"isogloss.objectives.{name}"


def test_collate_takes_all_randomness_from_its_generator(toy, tokenizer, name):
    objective, encoder = load_objective(name)(), encoder_of(tokenizer)
    layout, examples = objective.layout(layout_of(encoder, tokenizer)), examples_of(toy, OBJECTIVES[name].stream)
    torch.manual_seed(1)
    np.random.seed(1)
    before = torch.get_rng_state()
    first = objective.collate(examples, layout, torch.Generator().manual_seed(7))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    np.random.seed(2)
    second = objective.collate(examples, layout, torch.Generator().manual_seed(7))
    other = objective.collate(examples, layout, torch.Generator().manual_seed(8))
    assert all(torch.equal(getattr(first, field), getattr(second, field)) for field in ("ids", "positions", "segment", "labels"))
    assert not torch.equal(first.ids, other.ids)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_loss_is_a_finite_scalar_whose_gradient_reaches_every_layer(toy, tokenizer, name, architecture):
    objective, encoder = load_objective(name)(), encoder_of(tokenizer, architecture)
    batch = objective.collate(
        examples_of(toy, OBJECTIVES[name].stream), objective.layout(layout_of(encoder, tokenizer)), torch.Generator().manual_seed(0)
    )
    loss, metrics = objective(encoder, batch)
    assert loss.shape == () and loss.isfinite() and all(value.numel() == 1 and value.isfinite() for value in metrics.values())
    loss.backward()
    layers = [parameter for key, parameter in encoder.named_parameters() if "layer." in key or "word_embeddings" in key]
    assert len(layers) > 16 and all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in layers)
    assert all(
        parameter.grad.abs().sum() > 0 for key, parameter in encoder.named_parameters() if key.endswith("weight") and "layer." in key
    )


def test_rows_fit_the_encoder(toy, tokenizer, name):
    objective, encoder = load_objective(name)(), encoder_of(tokenizer, max_length=8)
    layout = objective.layout(Layout(SpecialIds.of(tokenizer), 8, first_position(encoder.model.config)))
    batch = objective.collate(examples_of(toy, OBJECTIVES[name].stream), layout, torch.Generator().manual_seed(0))
    assert batch.ids.shape[1] <= 8
    objective(encoder, batch)


def test_a_batch_of_unknown_words_costs_nothing(tokenizer, name):
    objective, encoder = load_objective(name)(), encoder_of(tokenizer)
    side = Sentence(np.array([3, 3]), np.zeros(2, int), "en")
    example = (side,) if OBJECTIVES[name].stream == "mono" else (side, side)
    batch = objective.collate([example], objective.layout(layout_of(encoder, tokenizer)), torch.Generator().manual_seed(0))
    loss, metrics = objective(encoder, batch)
    loss.backward()
    assert loss.isfinite() and all(value.isfinite() for value in metrics.values())


# ---------------------------------------------------------------------------------------------------------------- MLM and TLM


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    "objective", [MLM(), TLM(), TLM(separators=1), TLM(reset_positions=True)], ids=["mlm", "tlm", "one_separator", "reset"]
)
def test_loss_is_that_of_transformers_on_all_logits(toy, tokenizer, architecture, objective):
    encoder = encoder_of(tokenizer, architecture)
    stream = "bitext" if isinstance(objective, TLM) else "mono"
    batch = objective.collate(examples_of(toy, stream), objective.layout(layout_of(encoder, tokenizer)), torch.Generator().manual_seed(3))
    present = (batch.segment >= 0).long()
    assert not present.all()
    theirs = encoder.model(input_ids=batch.ids, attention_mask=present, position_ids=batch.positions, labels=batch.labels)
    loss, metrics = objective(encoder, batch)
    asked = batch.labels != IGNORED
    closed_form = -theirs.logits[asked].log_softmax(-1).gather(1, batch.labels[asked][:, None]).mean()
    assert loss.dtype == torch.float64 and (loss - theirs.loss).abs() < 1e-10 and (loss - closed_form).abs() < 1e-10
    assert float(metrics["accuracy"]) == pytest.approx(float((theirs.logits[asked].argmax(-1) == batch.labels[asked]).double().mean()))


def test_head_sees_only_the_masked_positions(toy, tokenizer):
    objective, encoder = MLM(), encoder_of(tokenizer)
    batch = objective.collate(examples_of(toy, "mono"), layout_of(encoder, tokenizer), torch.Generator().manual_seed(0))
    seen = []
    encoder.model.lm_head.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].shape))
    objective(encoder, batch)
    assert seen == [(int((batch.labels != IGNORED).sum()), ENCODER["width"])]


def test_sides_of_a_pair_come_in_random_order(toy, tokenizer):
    objective, encoder = TLM(rate=0.0), encoder_of(tokenizer)
    layout = objective.layout(layout_of(encoder, tokenizer))
    examples = examples_of(toy, "bitext", 400)
    ids = objective.collate(examples, layout, torch.Generator().manual_seed(0))
    restored = torch.where(ids.labels != IGNORED, ids.labels, ids.ids)
    straight, swapped = (lay_out([example[::step] for example in examples], layout).ids for step in (1, -1))
    forward, backward = (restored == straight).all(1), (restored == swapped).all(1)
    assert (forward | backward).all() and 140 < int(backward.sum()) < 260


def test_a_pair_is_masked_over_both_sides(toy, tokenizer):
    objective, encoder = TLM(), encoder_of(tokenizer)
    batch = objective.collate(
        examples_of(toy, "bitext", 100), objective.layout(layout_of(encoder, tokenizer)), torch.Generator().manual_seed(0)
    )
    asked = batch.labels != IGNORED
    first, second = int(asked[batch.segment == 0].sum()), int(asked[batch.segment == 1].sum())
    assert 0.6 < first / second < 1.6


def test_the_two_sides_see_each_other(toy, tokenizer):
    objective, encoder = TLM(), encoder_of(tokenizer)
    batch = lay_out(examples_of(toy, "bitext", 1), objective.layout(layout_of(encoder, tokenizer)))
    changed = lay_out(examples_of(toy, "bitext", 1), objective.layout(layout_of(encoder, tokenizer)))
    changed.ids[0, -2] = 50 if batch.ids[0, -2] != 50 else 51
    assert (encoder(batch)[0, 1] - encoder(changed)[0, 1]).abs().max() > 1e-6
