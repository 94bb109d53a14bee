"""Fine-tuning and prediction: a toy task is learnt, a model reloaded is the model that was trained, batches do not matter."""

import json

import numpy as np
import pytest
import torch

from isogloss.artifacts import read_directory, read_jsonl
from isogloss.encoder import load_bare_model, load_tagger
from isogloss.errors import IsoglossError
from isogloss.finetune import batch_order, dev_score, finetune
from isogloss.heads import HEADS
from isogloss.padding import by_length, pad_rows
from isogloss.predict import predict
from isogloss.provenance import PACKAGE, STAGE_CODE
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from isogloss.vocab import load_tokenizer
from test_features import shared_piece
from toy import FINETUNE

CPU = torch.device("cpu")
TASK = get_task("udpos")


def tune(toy, model, out, *, seed=0, **changes):
    spec = {"task": "udpos", "setting": "zero_shot", "recipe": "toy", "seed": seed, "finetune": FINETUNE | changes}
    finetune(spec, model=model, taskdata=toy.taskdata("udpos"), out=out, threads=1)
    return out


def guess(toy, model, out, *, task="udpos", setting="zero_shot", languages=None):
    spec = {"task": task, "setting": setting, "recipe": "toy", "seed": 0, "languages": languages, "max_length": 32}
    predict(spec, model=model, taskdata=toy.taskdata(task), out=out, threads=1)
    return out


@pytest.fixture(scope="module")
def tuned(toy, trained, tmp_path_factory):
    return tune(toy, trained, tmp_path_factory.mktemp("tuned") / "model")


def records(toy, lang, split):
    return KINDS["tag"].read(toy.taskdata("udpos"), lang, split)


def per_epoch(toy, model):
    """Steps of an epoch."""
    return -(-len(HEADS["tag"].rows(records(toy, "en", "train"), "en", load_tokenizer(model), 32)) // FINETUNE["batch_size"])


# --------------------------------------------------------------------------------------------------------------- fine-tuning


def test_a_separable_task_is_learnt(toy, tuned):
    log = read_jsonl(tuned / "log.jsonl")
    assert log[-1]["loss"] < log[0]["loss"] / 2 and read_directory(tuned, "finetuned")["dev"] > 95
    assert [record["step"] for record in log] == [per_epoch(toy, tuned) * epoch for epoch in range(1, 7)]


def test_a_reloaded_model_scores_on_dev_what_the_manifest_says(toy, tuned):
    tokenizer, dev = load_tokenizer(tuned), records(toy, "en", "dev")
    network = load_tagger(tuned, TASK.labels, trained=True)
    again = HEADS["tag"].predict(TASK, network, dev, "en", tokenizer, FINETUNE["max_length"], CPU)
    manifest = read_directory(tuned, "finetuned")
    assert dev_score(TASK, again, dev) == manifest["dev"] == max(record["dev/chunk_f1"] for record in read_jsonl(tuned / "log.jsonl"))
    assert (manifest["task"], manifest["setting"], manifest["recipe"], manifest["selection"]) == ("udpos", "zero_shot", "toy", "source_dev")


def test_same_seed_same_bytes_and_another_seed_others(toy, trained, tuned, tmp_path):
    same, other = tune(toy, trained, tmp_path / "same"), tune(toy, trained, tmp_path / "other", seed=1)
    assert (same / "model.safetensors").read_bytes() == (tuned / "model.safetensors").read_bytes()
    assert (other / "model.safetensors").read_bytes() != (tuned / "model.safetensors").read_bytes()
    assert (same / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()


def test_selection_keeps_the_best_epoch_or_the_last(toy, trained, tmp_path, monkeypatch):
    scores = iter([90.0, 10.0, 20.0, 90.0, 10.0, 20.0])
    monkeypatch.setattr("isogloss.finetune.dev_score", lambda *_: next(scores))
    best = tune(toy, trained, tmp_path / "best", epochs=3.0)
    final = tune(toy, trained, tmp_path / "final", epochs=3.0, selection="final")
    assert read_directory(best, "finetuned")["dev"] == 90 and read_directory(final, "finetuned")["dev"] == 20
    assert (best / "model.safetensors").read_bytes() != (final / "model.safetensors").read_bytes()


def test_layers_learn_at_their_own_rates_and_without_decay_as_ever(toy, trained, tuned, tmp_path):
    """The first step of Adam is as long as the learning rate, whatever the gradient: decay shows in how far each matrix moves."""
    same = tune(toy, trained, tmp_path / "same", layer_decay=1.0)
    assert (same / "model.safetensors").read_bytes() == (tuned / "model.safetensors").read_bytes()
    fresh, moved = (
        dict(load_tagger(tune(toy, trained, tmp_path / name, epochs=epochs, layer_decay=0.5), TASK.labels, trained=True).named_parameters())
        for name, epochs in (("fresh", 0.0), ("moved", 1 / per_epoch(toy, trained)))
    )
    far = {name: float((moved[name] - fresh[name]).detach().abs().max() / FINETUNE["learning_rate"]) for name in fresh}
    expected = {"classifier": 1, "embeddings.LayerNorm": 1, "layer.1": 1 / 2, "layer.0": 1 / 4, "word_embeddings": 1 / 8}
    for part, factor in expected.items():
        weights = [name for name in far if f".{part}." in f".{name}" and name.endswith("weight")]
        assert weights and [far[name] for name in weights] == pytest.approx([factor] * len(weights), rel=0.01), part


def test_a_part_of_an_epoch_is_a_part_of_its_steps(toy, trained, tmp_path):
    log = read_jsonl(tune(toy, trained, tmp_path / "model", epochs=1.2, learning_rate=1e-9) / "log.jsonl")
    whole = per_epoch(toy, trained)
    assert [record["step"] for record in log] == [whole, round(1.2 * whole)]
    assert log[1]["loss"] == pytest.approx(log[0]["loss"], rel=0.1)  # a mean over the steps that were made


def test_zero_epochs_publish_the_fresh_head(toy, trained, tmp_path):
    model = tune(toy, trained, tmp_path / "model", epochs=0.0)
    fresh, encoder = load_tagger(model, TASK.labels, trained=True), load_bare_model(trained)
    assert all(
        torch.equal(value, fresh.base_model.state_dict()[name])
        for name, value in encoder.state_dict().items()
        if not name.startswith("pooler")
    )


def test_a_loss_that_is_not_finite_is_a_clear_error(toy, trained, tmp_path):
    with pytest.raises(IsoglossError, match=r"not a finite number.*learning_rate \(now 1e\+30\)"):
        tune(toy, trained, tmp_path / "model", learning_rate=1e30)
    assert not (tmp_path / "model").exists()


def test_words_that_share_a_piece_teach_the_first_ones_label(toy, tokenizer, trained):
    head, network = HEADS["tag"], load_tagger(trained, TASK.labels, trained=False).eval()
    joined = shared_piece(tokenizer)
    data = [{"id": "0", "tokens": ["。", *joined, "。"], "tags": ["ADJ", *TASK.labels[: len(joined)], "PUNCT"]}]
    (row,) = head.rows(data, "zh", tokenizer, 32)
    logits = network(input_ids=torch.tensor([row.ids])).logits[0].double()
    first = dict(reversed(list(zip(row.places, data[0]["tags"], strict=True))))
    closed_form = torch.stack([-logits[place].log_softmax(-1)[TASK.labels.index(tag)] for place, tag in first.items()]).mean()
    loss = head.loss(TASK, network, [row], data, tokenizer.pad_token_id, CPU)
    assert len(first) == len(data[0]["tokens"]) - len(joined) + 1 and float(loss.detach()) == pytest.approx(
        float(closed_form.detach()), abs=1e-5
    )


def test_each_epoch_has_every_row_once_in_batches_of_like_length():
    lengths = np.random.default_rng(0).integers(3, 60, 1000).tolist()
    batches = batch_order(lengths, 16, np.random.default_rng(1))
    assert sorted(k for batch in batches for k in batch) == list(range(1000)) and {len(batch) for batch in batches} <= {16, 1000 % 16}
    waste = 1 - sum(lengths) / sum(len(batch) * max(lengths[k] for k in batch) for batch in batches)
    assert waste < 0.1 and batches != batch_order(lengths, 16, np.random.default_rng(2))


# ----------------------------------------------------------------------------------------------------------------- prediction


def test_every_word_of_every_language_gets_one_tag(toy, tuned, tmp_path):
    out = guess(toy, tuned, tmp_path / "predictions")
    for lang in ("de", "en", "zh"):
        found, gold = read_jsonl(out / f"{lang}.jsonl"), records(toy, lang, "test")
        assert [record["id"] for record in found] == [record["id"] for record in gold]
        for guessed, right in zip(found, gold, strict=True):
            assert len(guessed["pred"]) == len(right["tokens"]) and set(guessed["pred"]) <= set(TASK.labels)
    assert read_directory(out, "predictions")["languages"] == ["en", "de", "zh"]
    assert dev_score(TASK, read_jsonl(out / "en.jsonl"), records(toy, "en", "test")) > 95


def test_predictions_are_the_plain_argmax(toy, tuned, tmp_path):
    out, tokenizer = guess(toy, tuned, tmp_path / "predictions", languages=["en"]), load_tokenizer(tuned)
    network = load_tagger(tuned, TASK.labels, trained=True).eval()
    for guessed, right in zip(read_jsonl(out / "en.jsonl"), records(toy, "en", "test"), strict=True):
        ids, places = [tokenizer.cls_token_id], []
        for word in right["tokens"]:
            places.append(len(ids))
            ids += tokenizer(word, add_special_tokens=False).input_ids
        if len(ids) < 32:
            with torch.inference_mode():
                best = network(torch.tensor([[*ids, tokenizer.sep_token_id]])).logits[0].argmax(-1)
            assert guessed["pred"] == [TASK.labels[best[place]] for place in places]


@pytest.mark.parametrize("budget", [1, 64, 100_000])
def test_predictions_do_not_depend_on_the_batch(toy, tuned, tmp_path, monkeypatch, budget):
    usual = guess(toy, tuned, tmp_path / "usual", languages=["zh"])
    monkeypatch.setattr("isogloss.heads.tag.BATCH_TOKENS", budget)
    other = guess(toy, tuned, tmp_path / "other", languages=["zh"])
    assert (usual / "zh.jsonl").read_bytes() == (other / "zh.jsonl").read_bytes()


def test_a_model_that_was_not_fine_tuned_cannot_be_asked_to_tag(toy, trained, tmp_path):
    with pytest.raises(IsoglossError):
        guess(toy, trained, tmp_path / "predictions")
    assert not (tmp_path / "predictions").exists()


# ------------------------------------------------------------------------------------------------------------------- batching


@pytest.mark.parametrize("budget", [1, 10, 64, 1000])
def test_groups_hold_every_item_once_within_the_budget(budget):
    lengths = np.random.default_rng(0).integers(1, 30, 200).tolist()
    groups = list(by_length(range(200), lambda k: lengths[k], budget))
    assert sorted(k for group in groups for k in group) == list(range(200))
    assert all(len(group) == 1 or len(group) * max(lengths[k] for k in group) <= budget for group in groups)
    assert list(by_length([], len, 10)) == []


def test_padding_fills_up_and_the_mask_says_so():
    ids, mask = pad_rows([[5, 6, 7], [8]], 1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]] and mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_the_hash_of_a_stage_covers_files_that_there_are():
    for stage, patterns in STAGE_CODE.items():
        assert all(list(PACKAGE.glob(pattern)) for pattern in patterns), stage
    files = [path.name for pattern in STAGE_CODE["finetune"] for path in PACKAGE.glob(pattern)]
    assert {"classify.py", "tag.py", "schedule.py", "encoder.py", "device.py", "vocab.py"} <= set(files)


def test_run_json_and_log_tell_what_ran(tuned):
    run = json.loads((tuned / "run.json").read_text())
    assert run["spec"]["finetune"] == FINETUNE and run["stage"] == "finetune" and run["seconds"] > 0 and run["versions"]["torch"]
