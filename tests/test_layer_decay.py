"""Layer-wise decay of the learning rate: who learns how fast, by the names of the parameters, and what AdamW makes of it."""

import copy
import re

import pytest
import torch
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    XLMRobertaConfig,
    XLMRobertaForQuestionAnswering,
    XLMRobertaForSequenceClassification,
    XLMRobertaForTokenClassification,
)

from isogloss.schema import Finetune
from isogloss.tuning import parameter_groups

LAYERS, RATE = 3, 1e-2
SIZES = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "intermediate_size": 40}
MODELS = {
    BertForQuestionAnswering: BertConfig,
    BertForSequenceClassification: BertConfig,
    BertForTokenClassification: BertConfig,
    XLMRobertaForQuestionAnswering: XLMRobertaConfig,
    XLMRobertaForSequenceClassification: XLMRobertaConfig,
    XLMRobertaForTokenClassification: XLMRobertaConfig,
}
SETTINGS = Finetune(learning_rate=RATE, weight_decay=0.1).model_dump()
all_models = pytest.mark.parametrize("model", MODELS)


def network(model, **sizes):
    torch.manual_seed(0)
    return model(MODELS[model](**SIZES | sizes))


def without_decay(name):
    """Whether a parameter is a bias or belongs to a LayerNorm, by its name in transformers."""
    return name.endswith(".bias") or ".LayerNorm." in name


def published(name, decay, norm="whole"):
    """ERNIE-M's factor of a parameter, read off its name in transformers."""
    if norm == "decayed" and "embeddings.LayerNorm" in name:
        return decay ** (LAYERS + 1)
    if layer := re.search(r"encoder\.layer\.(\d+)\.", name):
        return decay ** (LAYERS - int(layer[1]))
    return decay ** (LAYERS + 1) if re.search(r"(word|position|token_type)_embeddings", name) else 1.0


def placed(module, groups):
    """(parameter's name, group) of every parameter of every group."""
    names = {parameter: name for name, parameter in module.named_parameters()}
    return [(names[parameter], group) for group in groups for parameter in group["params"]]


@all_models
@pytest.mark.parametrize("norm", ["whole", "decayed"])
@pytest.mark.parametrize("decay", [0.8, 0.5])
def test_each_parameter_is_in_one_group_with_the_rate_of_ernie_m(model, decay, norm):
    module = network(model)
    found = placed(module, parameter_groups(module, SETTINGS | {"layer_decay": decay, "embeddings_norm": norm}))
    assert sorted(name for name, _ in found) == sorted(name for name, _ in module.named_parameters())
    for name, group in found:
        assert group["lr"] == pytest.approx(RATE * published(name, decay, norm)), name
        assert group["lr"] * group["weight_decay"] == pytest.approx(0 if without_decay(name) else RATE * 0.1), name
    assert any("embeddings.LayerNorm" in name for name, _ in found)


def test_the_rates_of_twelve_layers_are_those_of_the_specification():
    module = network(BertForSequenceClassification, num_hidden_layers=12)
    settings = SETTINGS | {"layer_decay": 0.8, "learning_rate": 1.0}
    rates = {name: group["lr"] for name, group in placed(module, parameter_groups(module, settings))}
    told = {
        "encoder.layer.0": 0.0687,
        "encoder.layer.11": 0.8,
        "embeddings.word_embeddings": 0.0550,
        "embeddings.position_embeddings": 0.0550,
    }
    for part, rate in told.items():
        assert {round(found, 4) for name, found in rates.items() if f"bert.{part}." in name} == {rate}


def test_the_top_layer_is_slower_and_the_norm_of_the_embeddings_is_not():
    """The two places where ERNIE-M's code differs from what one would guess."""
    module = network(BertForSequenceClassification)
    rates = {name: group["lr"] for name, group in placed(module, parameter_groups(module, SETTINGS | {"layer_decay": 0.5}))}
    assert rates["bert.encoder.layer.2.output.dense.weight"] == RATE / 2 and rates["bert.encoder.layer.0.output.LayerNorm.bias"] == RATE / 8
    assert rates["bert.embeddings.token_type_embeddings.weight"] == RATE / 16
    assert (
        {rates[f"bert.{name}"] for name in ("embeddings.LayerNorm.weight", "pooler.dense.weight")} == {rates["classifier.bias"]} == {RATE}
    )


@all_models
def test_weight_decay_is_of_the_whole_rate_and_of_matrices_alone(model):
    module = network(model)
    before = copy.deepcopy(dict(module.named_parameters()))
    optimizer = torch.optim.AdamW(parameter_groups(module, SETTINGS | {"layer_decay": 0.5}), fused=True)
    for parameter in module.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, parameter in module.named_parameters():
        shrunk = before[name] if without_decay(name) else before[name] * (1 - RATE * 0.1)
        torch.testing.assert_close(parameter, shrunk, msg=name)


@all_models
def test_without_decay_it_is_plain_adamw_of_two_groups_to_the_bit(model):
    one = network(model)
    other = copy.deepcopy(one)
    grouped = torch.optim.AdamW(parameter_groups(one, SETTINGS), fused=True)
    matrices, vectors = ([p for name, p in other.named_parameters() if without_decay(name) == vector] for vector in (False, True))
    plain = torch.optim.AdamW([{"params": matrices}, {"params": vectors, "weight_decay": 0.0}], lr=RATE, weight_decay=0.1, fused=True)
    assert len(grouped.param_groups) == 2 and grouped.param_groups[0].keys() == plain.param_groups[0].keys()
    generator = torch.Generator().manual_seed(1)
    for _ in range(5):
        for left, right in zip(one.parameters(), other.parameters(), strict=True):
            left.grad = torch.randn(left.shape, generator=generator)
            right.grad = left.grad.clone()
        grouped.step()
        plain.step()
    assert all(torch.equal(left, right) for left, right in zip(one.parameters(), other.parameters(), strict=True))
