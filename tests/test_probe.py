"""The frozen probe: the encoder stays what it was, each layer has its own classifier, and what a layer tells is found."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from isogloss.artifacts import read_directory, read_jsonl
from isogloss.encoder import load_bare_model, load_tagger, place
from isogloss.errors import IsoglossError
from isogloss.features import rows_of
from isogloss.finetune import finetune
from isogloss.heads import HEADS, load_network
from isogloss.predict import predict
from isogloss.probe import WEIGHTS, load_probe
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from test_classify import pairs
from test_tuning import tagged
from toy import FINETUNE, cut

CPU, PAD, LAYERS = torch.device("cpu"), 1, 3  # the toy model has two, and the embeddings
TASK = get_task("udpos")
LABELS = len(TASK.labels)


def tune(toy, model, out, **changes):
    settings = FINETUNE | {"probe_rate": 0.05, "epochs": 4.0} | changes
    spec = {"task": "udpos", "setting": "probe", "recipe": "toy", "seed": 0, "languages": None, "finetune": settings}
    finetune(spec, model=model, taskdata=toy.taskdata("udpos"), features=toy.features("udpos"), out=out, threads=1)
    return out


@pytest.fixture(scope="module")
def tuned(toy, trained, tmp_path_factory):
    return tune(toy, trained, tmp_path_factory.mktemp("probe") / "model")


def random_probe(trained, pooled, labels=LABELS):
    probe, generator = load_probe(trained, labels, pooled=pooled, trained=False), torch.Generator().manual_seed(0)
    for parameter in (probe.weight, probe.bias):
        parameter.data = torch.randn(parameter.shape, generator=generator)
    return probe


def standardised(states):
    """Mean 0 and variance 1 over the width."""
    return (states - states.mean(-1, keepdim=True)) / (states.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()


@pytest.mark.parametrize("pooled", [False, True])
def test_logits_are_linear_in_the_standardised_states_of_each_layer(trained, pooled):
    probe, ids = random_probe(trained, pooled).double(), torch.tensor([[0, 7, 8, 9, 2], [0, 11, 2, PAD, PAD]])
    logits = probe(ids, (ids != PAD).long()).logits
    assert logits.shape == ((LAYERS, 2, LABELS) if pooled else (LAYERS, 2, 5, LABELS))
    for row, cells in enumerate((5, 3)):
        with torch.inference_mode():
            states = probe.encoder(ids[row : row + 1, :cells], output_hidden_states=True).hidden_states
        for layer in range(LAYERS):
            seen = standardised(states[layer][0].mean(0) if pooled else states[layer][0])
            expected = seen @ probe.weight[layer] + probe.bias[layer, 0]
            found = logits[layer, row] if pooled else logits[layer, row, :cells]
            assert (found - expected).abs().max() < 1e-10


def test_nothing_of_the_encoder_learns_or_drops_out(trained):
    probe, ids = random_probe(trained, False).train(), torch.tensor([[0, 7, 8, 9, 2]])
    assert probe.training and not any(module.training for module in probe.encoder.modules())
    first, second = (probe(ids, torch.ones_like(ids)).logits for _ in range(2))
    assert torch.equal(first, second)
    first.sum().backward()
    assert {name for name, parameter in probe.named_parameters() if parameter.grad is not None} == {"weight", "bias"}


def test_the_encoder_comes_out_bit_for_bit_as_it_went_in(trained, tuned):
    before, after = load_bare_model(trained).state_dict(), load_bare_model(tuned).state_dict()
    kept = [name for name in before if not name.startswith("pooler")]  # a published model has no pooler
    assert len(kept) > 30 and all(torch.equal(before[name], after[name]) for name in kept)
    assert load_file(tuned / WEIGHTS)["weight"].abs().min(dim=1).values.max() > 0  # and the classifiers learnt


def test_what_every_layer_tells_by_a_line_is_found(tuned):
    """The tag of a word of the toy world is in its first piece, hence in its embedding."""
    log = read_jsonl(tuned / "log.jsonl")
    assert log[-1]["loss"] < log[0]["loss"] / 2 and read_directory(tuned, "finetuned")["dev"]["*"] > 90
    assert read_directory(tuned, "finetuned")["strictly_zero_shot"] is True


def test_predictions_are_those_of_each_layer_and_of_the_model_that_was_trained(toy, tokenizer, tuned, tmp_path):
    spec = {"task": "udpos", "setting": "probe", "recipe": "toy", "seed": 0, "languages": None, "finetune": FINETUNE}
    data, features = toy.taskdata("udpos"), toy.features("udpos")
    predict(spec, model=tuned, taskdata=data, features=features, out=tmp_path / "predictions", threads=1)
    gold, found = KINDS["tag"].read(data, "en", "test"), read_jsonl(tmp_path / "predictions" / "en.jsonl")
    assert [record["id"] for record in found] == [record["id"] for record in gold]
    by_layer = [[{**record, "pred": record["pred"][layer]} for record in found] for layer in range(LAYERS)]
    assert all(KINDS["tag"].metrics(TASK, gold, answers, "en")["chunk_f1"] > 85 for answers in by_layer)
    probe = load_network(TASK, "probe", tuned, CPU, trained=True)
    made = load_file(tuned / WEIGHTS)
    assert torch.equal(probe.weight, made["weight"]) and torch.equal(probe.bias, made["bias"])
    for record, answers in zip(gold, found, strict=True):
        row = cut("udpos", [record], tokenizer, training=False)
        if len(row) == 1:
            ids = torch.tensor(row.cells(0)[None].astype(np.int64))
            with torch.inference_mode(), torch.autocast("cpu", enabled=False):
                best = probe(ids, torch.ones_like(ids)).logits[:, 0].argmax(-1)
            said = [[TASK.labels[best[layer, place]] for place in row.words(0, "place")] for layer in range(LAYERS)]
            assert sum(a == b for a, b in zip(said, answers["pred"], strict=True)) >= LAYERS - 1  # bf16 may turn a near answer


def test_a_pooled_probe_answers_once_a_pair_and_layer(trained, tokenizer):
    task, data = get_task("xnli"), pairs(20, 4)
    probe, features = random_probe(trained, True, 3), cut("xnli", data, tokenizer, training=False)
    place(probe.encoder, CPU)
    found, clear = HEADS["classify"].predict(task, probe, features, data, "en", PAD, CPU), 0
    for number, record in enumerate(found):
        ids = torch.tensor(features.cells(number)[None].astype(np.int64))
        assert record["id"] == data[number]["id"] and len(record["pred"]) == LAYERS
        with torch.inference_mode():
            best, places = probe(ids, torch.ones_like(ids)).logits[:, 0].topk(2)
        for layer in (best[:, 0] - best[:, 1] > 0.2).nonzero().flatten().tolist():  # bf16 may turn a near answer
            clear += 1
            assert record["pred"][layer] == task.labels[places[layer, 0]]
    assert clear > 40


@pytest.mark.parametrize("kind", ["tag", "classify"])
def test_the_loss_is_the_sum_over_layers_of_the_mean_cross_entropy(trained, tokenizer, kind):
    pooled, task = kind == "classify", get_task("xnli" if kind == "classify" else "udpos")
    records = pairs(6, 1) if pooled else tagged(6, 1)
    probe, head = random_probe(trained, pooled, len(task.labels)).double(), HEADS[kind]
    rows = rows_of([cut(task.name, records, tokenizer)])
    each = []
    for features, row in rows:
        ids = torch.tensor(features.cells(row)[None].astype(np.int64))
        logits = probe(ids, torch.ones_like(ids)).logits[:, 0].log_softmax(-1)
        record = records[features.of(row, "record")]
        if pooled:
            each.append(-logits[:, task.labels.index(record["label"])])
        else:
            words = zip(features.words(row, "word"), features.words(row, "place"), strict=True)
            each += [-logits[:, place, task.labels.index(record["tags"][word])] for word, place in words]
    loss = head.loss(probe, rows, PAD, CPU) / head.targets(rows)
    assert float(loss.detach()) == pytest.approx(float(torch.stack(each).mean(0).sum().detach()), abs=1e-10)


def test_a_step_of_a_layer_is_its_own(toy, tokenizer, trained, tmp_path):
    """With an epsilon that outweighs it, Adam's first step is the gradient: that of one layer's loss, not shortened for others' sake."""
    rate, epsilon = 1e3, 1e3
    out = tune(toy, trained, tmp_path / "model", epochs=1.0, batch_size=1000, probe_rate=rate, epsilon=epsilon, clip=1e-3)
    probe = load_network(TASK, "probe", trained, CPU, trained=False)
    records = KINDS["tag"].read(toy.taskdata("udpos"), "en", "train")
    features = cut("udpos", records, tokenizer)
    sums, words = torch.zeros(LAYERS, LABELS, 32, dtype=torch.float64), 0
    for row in range(len(features)):
        ids = torch.tensor(features.cells(row)[None].astype(np.int64))
        with torch.inference_mode():
            states = probe.double().encoder(ids, output_hidden_states=True).hidden_states
        for word, cell in zip(features.words(row, "word"), features.words(row, "place"), strict=True):
            words += 1
            error = torch.full((LABELS,), 1 / LABELS, dtype=torch.float64)  # all labels are alike to a fresh classifier
            error[TASK.labels.index(records[features.of(row, "record")]["tags"][word])] -= 1
            sums += torch.stack([error[:, None] * standardised(layer[0, cell]) for layer in states])
    learnt, expected = load_file(out / WEIGHTS)["weight"].double(), -rate * sums.mT / words / epsilon
    assert (learnt - expected).abs().max() < 0.02 * expected.abs().max()


def test_biases_of_a_probe_have_no_weight_decay(toy, trained, tmp_path):
    light, heavy = (
        load_file(tune(toy, trained, tmp_path / name, epochs=1.0, weight_decay=decay) / WEIGHTS)
        for name, decay in (("a", 0.0), ("b", 10.0))
    )
    assert heavy["weight"].norm() < 0.8 * light["weight"].norm() and heavy["bias"].norm() > 0.95 * light["bias"].norm()


def test_a_probe_is_no_tagger(tuned):
    with pytest.raises(IsoglossError, match="has no trained classifier"):
        load_tagger(tuned, TASK.labels, trained=True)
