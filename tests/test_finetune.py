"""Fine-tuning and prediction: a toy task is learnt in every setting, a model reloaded is the one that was kept, batches do not matter."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from isogloss.artifacts import file_sha256, read_directory, read_jsonl
from isogloss.encoder import load_bare_model, load_tagger, place
from isogloss.errors import IsoglossError
from isogloss.features import make_features, read_features, rows_of
from isogloss.finetune import EVERY, Dev, Selection, dev_score, finetune, make_runs
from isogloss.heads import HEADS
from isogloss.padding import by_length, pad_rows
from isogloss.predict import predict
from isogloss.provenance import PACKAGE, STAGE_CODE
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from test_features import shared_piece
from toy import FINETUNE, LENGTHS, cut

CPU, PAD = torch.device("cpu"), 1
TASK, HEAD = get_task("udpos"), HEADS["tag"]


def tune(toy, model, out, *, seed=0, setting="zero_shot", languages=None, data=None, **changes):
    """Fine-tune on the toy's tagged sentences, or on those of the directory `data`."""
    spec = {"task": "udpos", "setting": setting, "recipe": "toy", "seed": seed, "languages": languages, "finetune": FINETUNE | changes}
    read = (toy.taskdata("udpos"), toy.features("udpos")) if data is None else (data / "data", data / "features")
    finetune(spec, model=model, taskdata=read[0], features=read[1], out=out, threads=1)
    return out


def guess(toy, model, out, *, setting="zero_shot", languages=None, data=None):
    spec = {"task": "udpos", "setting": setting, "recipe": "toy", "seed": 0, "languages": languages, "finetune": FINETUNE}
    read = (toy.taskdata("udpos"), toy.features("udpos")) if data is None else (data / "data", data / "features")
    predict(spec, model=model, taskdata=read[0], features=read[1], out=out, threads=1)
    return out


def weights(model):
    """A hash: bytes that differ would be compared by pytest for minutes."""
    return file_sha256(model / "model.safetensors")


@pytest.fixture(scope="module")
def tuned(toy, trained, tmp_path_factory):
    return tune(toy, trained, tmp_path_factory.mktemp("tuned") / "model")


def records(toy, lang, split):
    return KINDS["tag"].read(toy.taskdata("udpos"), lang, split)


def per_epoch(toy):
    """Steps of an epoch."""
    return -(-len(read_features(toy.features("udpos"), "train", "en")) // FINETUNE["batch_size"])


def again(toy, model, lang, split):
    """What the model of a directory says now."""
    network, features = place(load_tagger(model, TASK.labels, trained=True), CPU), read_features(toy.features("udpos"), split, lang)
    return HEAD.predict(TASK, network, features, records(toy, lang, split), lang, PAD, CPU)


def score(toy, answers, lang, split):
    return KINDS["tag"].metrics(TASK, records(toy, lang, split), answers, lang)["chunk_f1"]


# --------------------------------------------------------------------------------------------------------------- fine-tuning


def test_a_separable_task_is_learnt(toy, tuned):
    log = read_jsonl(tuned / "log.jsonl")
    assert log[-1]["loss"] < log[0]["loss"] / 2 and read_directory(tuned, "finetuned")["dev"][EVERY] > 95
    assert [record["step"] for record in log] == [per_epoch(toy) * epoch for epoch in (1, 2, 3)]


def test_a_reloaded_model_scores_on_dev_what_the_manifest_says(toy, tuned):
    manifest, network = read_directory(tuned, "finetuned"), place(load_tagger(tuned, TASK.labels, trained=True), CPU)
    dev = Dev(read_features(toy.features("udpos"), "dev", "en"), records(toy, "en", "dev"))
    best = max(record["dev/en/chunk_f1"] for record in read_jsonl(tuned / "log.jsonl"))
    assert dev_score(TASK, HEAD, network, dev, "en", PAD, CPU) == manifest["dev"][EVERY] == best
    assert score(toy, again(toy, tuned, "en", "dev"), "en", "dev") == best
    assert (manifest["task"], manifest["setting"], manifest["recipe"], manifest["selection"]) == ("udpos", "zero_shot", "toy", "source_dev")
    assert manifest["models"] == {EVERY: "."} and manifest["strictly_zero_shot"] is True


def test_same_seed_same_bytes_and_another_seed_others(toy, trained, tuned, tmp_path):
    same, other = tune(toy, trained, tmp_path / "same"), tune(toy, trained, tmp_path / "other", seed=1)
    assert weights(same) == weights(tuned)
    assert weights(other) != weights(tuned)
    assert (same / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()


def test_selection_keeps_the_best_epoch_or_the_last(toy, trained, tmp_path, monkeypatch):
    scores = iter([90.0, 10.0, 20.0, 90.0, 10.0, 20.0])
    monkeypatch.setattr("isogloss.finetune.dev_score", lambda *_: next(scores))
    best = tune(toy, trained, tmp_path / "best")
    final = tune(toy, trained, tmp_path / "final", selection="final")
    assert read_directory(best, "finetuned")["dev"][EVERY] == 90 and read_directory(final, "finetuned")["dev"][EVERY] == 20
    assert weights(best) != weights(final)
    monkeypatch.setattr("isogloss.finetune.dev_score", lambda *_: 50.0)
    assert weights(tune(toy, trained, tmp_path / "alike")) == weights(best)  # of equal ones the first


def test_layers_learn_at_their_own_rates_and_without_decay_as_ever(toy, trained, tuned, tmp_path):
    """The first step of Adam is as long as the learning rate, whatever the gradient: decay shows in how far each matrix moves."""
    same = tune(toy, trained, tmp_path / "same", layer_decay=1.0)
    assert weights(same) == weights(tuned)
    fresh, moved = (
        dict(load_tagger(tune(toy, trained, tmp_path / name, epochs=epochs, layer_decay=0.5), TASK.labels, trained=True).named_parameters())
        for name, epochs in (("fresh", 0.0), ("moved", 1 / per_epoch(toy)))
    )
    far = {name: float((moved[name] - fresh[name]).detach().abs().max() / FINETUNE["learning_rate"]) for name in fresh}
    expected = {"classifier": 1, "embeddings.LayerNorm": 1, "layer.1": 1 / 2, "layer.0": 1 / 4, "word_embeddings": 1 / 8}
    for part, factor in expected.items():
        names = [name for name in far if f".{part}." in f".{name}" and name.endswith("weight")]
        assert names and [far[name] for name in names] == pytest.approx([factor] * len(names), rel=0.01), part


def test_a_part_of_an_epoch_is_a_part_of_its_steps(toy, trained, tmp_path):
    log = read_jsonl(tune(toy, trained, tmp_path / "model", epochs=1.2, learning_rate=1e-9) / "log.jsonl")
    whole = per_epoch(toy)
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
    assert read_directory(model, "finetuned")["dev"] == {} and read_jsonl(model / "log.jsonl") == []


def test_a_loss_that_is_not_finite_is_a_clear_error(toy, trained, tmp_path):
    with pytest.raises(IsoglossError, match=r"not a finite number.*learning_rate \(now 1e\+30\)"):
        tune(toy, trained, tmp_path / "model", learning_rate=1e30)
    assert not (tmp_path / "model").exists()


def test_words_that_share_a_piece_teach_the_first_ones_label(toy, tokenizer, trained):
    network, joined = load_tagger(trained, TASK.labels, trained=False).eval().double(), shared_piece(tokenizer)
    data = [{"id": "0", "tokens": ["。", *joined, "。"], "tags": ["ADJ", *TASK.labels[: len(joined)], "PUNCT"]}]
    rows = rows_of([cut("udpos", data, tokenizer, lang="zh")])
    features, _ = rows[0]
    logits = network(input_ids=torch.tensor(features.cells(0)[None].astype(np.int64))).logits[0]
    first = dict(reversed(list(zip(features.words(0, "place").tolist(), data[0]["tags"], strict=True))))
    closed_form = torch.stack([-logits[cell].log_softmax(-1)[TASK.labels.index(tag)] for cell, tag in first.items()]).mean()
    loss = HEAD.loss(network, rows, PAD, CPU) / HEAD.targets(rows)
    assert len(rows) == 1 and len(first) == len(data[0]["tokens"]) - len(joined) + 1 == HEAD.targets(rows)
    assert float(loss.detach()) == pytest.approx(float(closed_form.detach()), abs=1e-10)


def test_schedule_and_epsilon_reach_the_optimiser(toy, trained, tuned, tmp_path):
    """Of one step each: a longer warm-up is a shorter step, and an epsilon that outweighs the gradient almost none."""
    one = {"epochs": 1 / per_epoch(toy)}
    fresh, usual, warming, heavy = (
        dict(load_tagger(tune(toy, trained, tmp_path / name, **one | changes), TASK.labels, trained=True).named_parameters())
        for name, changes in {
            "fresh": {"epochs": 0.0},
            "usual": {},
            "warming": {"warmup_steps": 4},
            "heavy": {"epsilon": 1e3},
        }.items()
    )
    moved = [float((model["classifier.weight"] - fresh["classifier.weight"]).detach().abs().max()) for model in (usual, warming, heavy)]
    assert moved[0] == pytest.approx(FINETUNE["learning_rate"], rel=0.01) and moved[1] == pytest.approx(moved[0] / 4, rel=0.01)
    assert moved[2] < moved[0] / 100
    decays = (tune(toy, trained, tmp_path / name, epochs=2.0, schedule=name) for name in ("linear", "ernie_m"))
    assert weights(next(decays)) != weights(next(decays))


def test_test_sets_are_never_read(toy, trained, tuned, tmp_path):
    for name, source in {"data": toy.taskdata("udpos"), "features": toy.features("udpos")}.items():
        shutil.copytree(source, tmp_path / name)
        shutil.rmtree(tmp_path / name / "test")
    assert weights(tune(toy, trained, tmp_path / "model", data=tmp_path)) == weights(tuned)


# ------------------------------------------------------------------------------------------------------------------- settings


@pytest.fixture
def runs(monkeypatch):
    """A function that tells the runs of a setting as (language, what is learnt from, which dev sets), of task data as described."""
    monkeypatch.setattr("isogloss.finetune.read_features", lambda directory, split, lang: f"{split} {lang}")
    kinds = {kind: SimpleNamespace(read=lambda taskdata, lang, split: [f"{split} {lang}"]) for kind in KINDS}
    monkeypatch.setattr("isogloss.finetune.KINDS", kinds)

    def told(setting, policy="source_dev", asked=None, task="xnli", **about):
        made = make_runs(get_task(task), setting, policy, asked, about, "taskdata", "features")
        for run in made:
            assert all(dev == Dev(f"dev {lang}", [f"dev {lang}"]) for lang, dev in run.dev.items())
        return [(run.lang, run.train, list(run.dev)) for run in made]

    return told


XNLI = {
    "languages": ["en", "de", "fr", "sw"],
    "trained": {"train": ["en"], "translated": ["de", "fr"]},
    "dev": {"en": "dev", "de": "dev", "sw": "dev"},
}
TAGGED = {"languages": ["en", "de", "tr"], "trained": {"train": ["en", "de"]}, "dev": {"en": "dev", "de": "train"}}


@pytest.mark.parametrize("setting", ["zero_shot", "probe"])
def test_the_source_language_alone_is_learnt_from(runs, setting):
    assert runs(setting, **XNLI) == runs(setting, "final", **XNLI) == [(EVERY, ["train en"], ["en"])]
    assert runs(setting, "joint_dev", **XNLI) == runs(setting, "per_language_dev", **XNLI) == [(EVERY, ["train en"], ["en", "de", "sw"])]
    assert runs(setting, "joint_dev", ["de", "fr"], **XNLI) == [(EVERY, ["train en"], ["en", "de"])]


def test_translations_are_learnt_from_too(runs):
    assert runs("translate_train_all", **XNLI) == [(EVERY, ["train en", "translated de", "translated fr"], ["en"])]
    assert runs("translate_train_all", "joint_dev", ["fr", "sw"], **XNLI) == [(EVERY, ["train en", "translated fr"], ["en", "sw"])]
    with pytest.raises(IsoglossError, match="translate_train_all: has no translated data in another language than en.*languages: en, sw"):
        runs("translate_train_all", "joint_dev", ["sw"], **XNLI)


def test_sets_labelled_by_people_are_learnt_from_too(runs):
    assert runs("train_all", task="panx", **TAGGED) == [(EVERY, ["train en", "train de"], ["en"])]
    assert runs("train_all", "joint_dev", task="panx", **TAGGED) == [(EVERY, ["train en", "train de"], ["en", "de"])]
    with pytest.raises(IsoglossError, match="train_all: has no train data"):
        runs("train_all", asked=["tr"], task="panx", **TAGGED)


@pytest.mark.parametrize("policy", ["source_dev", "joint_dev", "per_language_dev", "final"])
def test_each_language_learns_from_its_own_best_set_and_is_judged_by_its_own(runs, policy):
    found = [("en", ["train en"], ["en"]), ("de", ["translated de"], ["de"]), ("fr", ["translated fr"], [])]
    assert runs("supervised_per_language", policy, **XNLI) == found
    both = XNLI | {"trained": {"train": ["en", "fr"], "translated": ["de", "fr"]}}
    assert runs("supervised_per_language", policy, ["fr"], **both) == [("en", ["train en"], ["en"]), ("fr", ["train fr"], [])]


def test_a_setting_that_the_task_does_not_have_is_refused(toy, trained, tmp_path):
    with pytest.raises(IsoglossError, match="setting 'translate_train_all' is unknown.*udpos has zero_shot"):
        tune(toy, trained, tmp_path / "model", setting="translate_train_all")


def test_all_languages_are_learnt_from_together(toy, trained, tmp_path):
    model = tune(toy, trained, tmp_path / "model", setting="train_all", selection="joint_dev")
    log, manifest = read_jsonl(model / "log.jsonl"), read_directory(model, "finetuned")
    langs = ("en", "de", "zh")
    size = sum(len(read_features(toy.features("udpos"), "train", lang)) for lang in langs)
    assert [record["step"] for record in log] == [epoch * -(-size // FINETUNE["batch_size"]) for epoch in (1, 2, 3)]
    means = [sum(record[f"dev/{lang}/chunk_f1"] for lang in langs) / 3 for record in log]
    assert manifest["dev"] == {EVERY: pytest.approx(max(means))} and max(means) > 85
    assert manifest["strictly_zero_shot"] is False and manifest["models"] == {EVERY: "."}
    kept = sum(score(toy, again(toy, model, lang, "dev"), lang, "dev") for lang in langs) / 3
    assert kept == pytest.approx(max(means))


@pytest.fixture(scope="module")
def supervised(toy, trained, tmp_path_factory):
    return tune(toy, trained, tmp_path_factory.mktemp("supervised") / "model", setting="supervised_per_language")


def test_each_language_has_its_own_model(toy, supervised, tmp_path):
    manifest, log = read_directory(supervised, "finetuned"), read_jsonl(supervised / "log.jsonl")
    assert set(manifest["models"]) == {"en", "de", "zh"} == set(manifest["dev"]) and not manifest["strictly_zero_shot"]
    assert [record["lang"] for record in log] == ["en"] * 3 + ["de"] * 3 + ["zh"] * 3
    out = guess(toy, supervised, tmp_path / "predictions", setting="supervised_per_language")
    for lang, where in manifest["models"].items():
        best = max((record for record in log if record["lang"] == lang), key=lambda record: record[f"dev/{lang}/chunk_f1"])
        assert where == f"{lang}-{best['step']}" and manifest["dev"][lang] == best[f"dev/{lang}/chunk_f1"]
        found = read_jsonl(out / f"{lang}.jsonl")
        assert found == again(toy, supervised / where, lang, "test") and score(toy, found, lang, "test") > (
            60 if lang == "zh" else 95
        )  # words share pieces
    assert read_jsonl(out / "de.jsonl") != again(toy, supervised / manifest["models"]["en"], "de", "test")


def test_a_languages_model_does_not_depend_on_the_others(toy, trained, supervised, tmp_path):
    alone = tune(toy, trained, tmp_path / "model", setting="supervised_per_language", languages=["zh"])
    where = read_directory(supervised, "finetuned")["models"]["zh"]
    assert set(read_directory(alone, "finetuned")["models"]) == {"en", "zh"} and weights(alone / where) == weights(supervised / where)


def test_a_language_without_a_model_is_left_out_unless_it_is_asked_for(toy, trained, supervised, tmp_path):
    alone = tune(toy, trained, tmp_path / "model", setting="supervised_per_language", languages=["zh"], epochs=0.0)
    out = guess(toy, alone, tmp_path / "predictions", setting="supervised_per_language")
    assert read_directory(out, "predictions")["languages"] == ["en", "zh"] == sorted(path.stem for path in out.glob("*.jsonl"))
    with pytest.raises(IsoglossError, match="has no model for de.*there are en, zh"):
        guess(toy, alone, tmp_path / "others", setting="supervised_per_language", languages=["de"])


# ------------------------------------------------------------------------------------------------------------------ selection


def offered(policy, lang, *steps):
    """A selection to which a network that is its number of steps was offered after each."""
    selection, network = Selection(policy, lang), nn.Linear(1, 1)
    for step, scores in enumerate(steps, 1):
        nn.init.constant_(network.weight, step)
        selection.offer(step, network, scores)
    assert set(selection.states) == set(selection.chosen.values())
    assert all(float(state["weight"]) == step for step, state in selection.states.items())
    return selection.chosen, selection.score


def test_the_best_mean_of_all_dev_sets_is_kept_and_of_equal_ones_the_first():
    steps = [{"en": 10.0, "de": 60.0}, {"en": 80.0, "de": 0.0}, {"en": 70.0, "de": 10.0}]
    assert offered("joint_dev", EVERY, *steps) == ({EVERY: 2}, {EVERY: 40.0})
    assert offered("source_dev", EVERY, {"en": 5.0}, {"en": 7.0}, {"en": 7.0}, {"en": 6.0}) == ({EVERY: 2}, {EVERY: 7.0})
    assert offered("source_dev", EVERY, {"en": 0.0}, {"en": 0.0}) == ({EVERY: 1}, {EVERY: 0.0})


def test_each_language_keeps_its_own_best_and_the_others_the_best_mean():
    steps = [{"en": 10.0, "de": 60.0}, {"en": 80.0, "de": 0.0}, {"en": 70.0, "de": 30.0}, {"en": 80.0, "de": 1.0}]
    assert offered("per_language_dev", EVERY, *steps) == ({EVERY: 3, "en": 2, "de": 1}, {EVERY: 50.0, "en": 80.0, "de": 60.0})


def test_the_last_epoch_is_kept_where_that_is_asked_for_or_nothing_is_judged():
    assert offered("final", EVERY, {"en": 9.0}, {"en": 3.0}, {"en": 4.0}) == ({EVERY: 3}, {EVERY: 4.0})
    assert offered("source_dev", "fr", {}, {}, {}) == ({"fr": 3}, {})


@pytest.fixture
def partly_judged(toy, tmp_path):
    """A directory of task data and features in which Chinese has a test set only."""
    (tmp_path / "source").mkdir()
    for name in ("train-en", "dev-en", "test-en", "dev-de", "test-de", "test-zh"):
        shutil.copy(toy.root / "source" / "udpos" / f"{name}.tsv", tmp_path / "source")
    make_taskdata("udpos", tmp_path / "source", ["en", "de", "zh"], tmp_path / "data")
    make_features({"task": "udpos", **LENGTHS}, taskdata=tmp_path / "data", vocab=toy.vocab, out=tmp_path / "features")
    return tmp_path


def test_models_per_language_are_published_once_each_and_found_again(toy, trained, partly_judged, tmp_path, monkeypatch):
    scores = {"en": iter([10.0, 80.0, 70.0]), "de": iter([60.0, 0.0, 30.0])}
    with monkeypatch.context() as patch:
        patch.setattr("isogloss.finetune.dev_score", lambda task, head, network, dev, lang, pad, device: next(scores[lang]))
        model = tune(toy, trained, tmp_path / "model", data=partly_judged, selection="per_language_dev")
    step, manifest = per_epoch(toy), read_directory(model, "finetuned")
    assert manifest["models"] == {"en": f"{2 * step}", "de": f"{step}", EVERY: f"{3 * step}"}
    assert manifest["dev"] == {"en": 80.0, "de": 60.0, EVERY: 50.0} and manifest["strictly_zero_shot"] is False
    assert sorted(path.name for path in model.iterdir() if path.is_dir()) == sorted(manifest["models"].values())
    out = guess(toy, model, tmp_path / "predictions", data=partly_judged)
    assert read_directory(out, "predictions")["strictly_zero_shot"] is False
    for lang, where in {"en": 2 * step, "de": step, "zh": 3 * step}.items():
        assert read_jsonl(out / f"{lang}.jsonl") == again(toy, model / str(where), lang, "test")


@pytest.mark.parametrize(
    ("selection", "strict"), [("source_dev", True), ("final", True), ("joint_dev", False), ("per_language_dev", False)]
)
def test_labels_of_other_languages_are_owned_up_to(toy, trained, tmp_path, selection, strict):
    model = tune(toy, trained, tmp_path / "model", selection=selection, epochs=1 / per_epoch(toy))
    assert read_directory(model, "finetuned")["strictly_zero_shot"] is strict


# ----------------------------------------------------------------------------------------------------------------- prediction


def test_every_word_of_every_language_gets_one_tag(toy, tuned, tmp_path):
    out = guess(toy, tuned, tmp_path / "predictions")
    for lang in ("de", "en", "zh"):
        found, gold = read_jsonl(out / f"{lang}.jsonl"), records(toy, lang, "test")
        assert [record["id"] for record in found] == [record["id"] for record in gold]
        for guessed, right in zip(found, gold, strict=True):
            assert len(guessed["pred"]) == len(right["tokens"]) and set(guessed["pred"]) <= set(TASK.labels)
    made = read_directory(out, "predictions")
    assert (made["languages"], made["selection"], made["strictly_zero_shot"]) == (["en", "de", "zh"], "source_dev", True)
    assert score(toy, read_jsonl(out / "en.jsonl"), "en", "test") > 95


def test_predictions_are_the_same_each_time(toy, tuned, tmp_path):
    one, two = (guess(toy, tuned, tmp_path / name) for name in ("one", "two"))
    assert all((one / f"{lang}.jsonl").read_bytes() == (two / f"{lang}.jsonl").read_bytes() for lang in ("de", "en", "zh"))


def test_predictions_are_the_plain_argmax(toy, tokenizer, tuned, tmp_path):
    out = guess(toy, tuned, tmp_path / "predictions", languages=["en"])
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
    monkeypatch.setattr("isogloss.heads.network.BATCH_TOKENS", budget)
    other = guess(toy, tuned, tmp_path / "other", languages=["zh"])
    assert (usual / "zh.jsonl").read_bytes() == (other / "zh.jsonl").read_bytes()


def test_a_model_that_was_not_fine_tuned_cannot_be_asked_to_tag(toy, trained, tmp_path):
    with pytest.raises(IsoglossError):
        guess(toy, trained, tmp_path / "predictions")
    assert not (tmp_path / "predictions").exists()


def test_a_fine_tuned_model_needs_features(toy, tuned, tmp_path):
    spec = {"task": "udpos", "setting": "zero_shot", "recipe": "toy", "seed": 0, "languages": None, "finetune": FINETUNE}
    with pytest.raises(IsoglossError, match="no features were given"):
        predict(spec, model=tuned, taskdata=toy.taskdata("udpos"), out=tmp_path / "predictions", threads=1)


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
