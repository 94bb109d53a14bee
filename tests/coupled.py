"""Losses that couple the sentences of a step: small encoders in float64, batches in one row and in many, and what must hold of each."""

import copy
from dataclasses import fields, replace

import torch

from isogloss.batch import Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.objectives.contract import Setup, backward
from stores import LANGUAGES
from toy import ENCODER

ARCHITECTURES = ("bert", "xlm-roberta")


def encoder_of(tokenizer, architecture="xlm-roberta", *, layers=3, dropout=0.0, max_length=32):
    """Ours, in float64, every bias and norm with noise."""
    torch.manual_seed(0)
    spec = ENCODER | {"architecture": architecture, "layers": layers, "dropout": dropout, "max_length": max_length}
    model = new_model(spec, tokenizer).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return TransformersEncoder(model)


def built(objective, encoder, tokenizer):
    """An objective with its parameters, in the encoder's precision."""
    torch.manual_seed(1)
    objective.build(Setup(encoder, SpecialIds.of(tokenizer), LANGUAGES))
    return objective.to(encoder.model.dtype)


def plain_of(encoder):
    """transformers' own model of the same weights, as anybody would run it."""
    plain = copy.deepcopy(encoder.model)
    plain.set_attn_implementation("sdpa")
    return plain.eval()


def layout_of(encoder, tokenizer, *, max_length=32, row_length=48):
    return Layout(SpecialIds.of(tokenizer), max_length, row_length, first_position(encoder.model.config))


def gradients(objective, encoder, batch, chunks=1):
    """(loss, metrics, {name: gradient}) of everything that is trained."""
    trained = {
        name: parameter
        for owner, module in (("encoder", encoder), ("objective", objective))
        for name, parameter in ((f"{owner}.{name}", parameter) for name, parameter in module.named_parameters())
        if parameter.requires_grad
    }
    for parameter in trained.values():
        parameter.grad = None
    loss, metrics = backward(objective, encoder, batch, 1.0, chunks)
    return loss, metrics, {name: parameter.grad for name, parameter in trained.items() if parameter.grad is not None}


def assert_chunks_change_nothing(objective, encoder, batch, chunks=3):
    assert len(batch.ids) >= chunks
    whole, parts = gradients(objective, encoder, batch), gradients(objective, encoder, batch, chunks)
    assert abs(whole[0] - parts[0]) < 1e-6
    for name, value in whole[1].items():
        assert abs(value - parts[1][name]) < 1e-6, name
    assert whole[2].keys() == parts[2].keys() and any(gradient.abs().max() > 1e-6 for gradient in whole[2].values())
    for name, gradient in whole[2].items():
        assert (gradient - parts[2][name]).abs().max() < 1e-6, name


def assert_gradients_reach(objective, encoder, batch, *, layers):
    """Every parameter of the objective, and every matrix of the layers below `layers`."""
    _, _, found = gradients(objective, encoder, batch)
    wanted = [name for name, parameter in objective.named_parameters() if parameter.requires_grad]
    assert all(found[f"objective.{name}"].abs().sum() > 0 for name in wanted)
    matrices = [name for name in found if any(f".layer.{k}." in name for k in range(layers)) and name.endswith("weight")]
    assert len(matrices) >= 6 * layers and all(found[name].isfinite().all() and found[name].abs().sum() > 0 for name in matrices)


def assert_drawn_by_the_seed_alone(objective, batch, special, seed=(0, "test")):
    before = torch.get_rng_state()
    first = objective.prepare(batch, special, seed)
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(7)
    second, other = objective.prepare(batch, special, seed), objective.prepare(batch, special, (1, "test"))
    assert same(first, second)
    return first, other


def same(one, other):
    pairs = ((getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return all(torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in pairs)


def in_single(encoder):
    """The same weights in float32, for autocast."""
    return TransformersEncoder(copy.deepcopy(encoder.model).float())


def padded_by(batch, columns=7):
    """The same batch with so many more cells of padding in every row."""
    length = batch.ids.shape[1]
    wider = {}
    for name, fill in {
        **{"ids": 1, "positions": int(batch.positions.min()), "sentence": -1, "side": 0, "role": -1, "language": -1, "word": -1},
        **{"key": 0, "labels": -100, "clean": 1},
    }.items():
        if (value := getattr(batch, name)) is not None:
            wider[name] = torch.cat([value, value.new_full((len(value), columns), fill)], 1)
            assert wider[name].shape[1] == length + columns
    return replace(batch, **wider)
