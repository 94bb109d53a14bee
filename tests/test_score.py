"""From task data and predictions to scores: the baselines, the sums, and every way in which predictions can be wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from isogloss.artifacts import atomic_directory, read_json, read_jsonl, write_jsonl
from isogloss.errors import IsoglossError
from isogloss.metrics.classification import classification_metrics
from isogloss.metrics.tagging import tag_metrics
from isogloss.score import make_scores, make_trivial, trivial_predictions
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "tasks"
SOURCE = {
    "train-en": "dogs\tNOUN\n,\tPUNCT\n,\tPUNCT\n,\tPUNCT\nbark\tVERB\ncats\tNOUN\n",
    "dev-en": "cats\tNOUN\n",
    "test-en": "cats\tNOUN\nsleep\tVERB\n.\tPUNCT\n\n$\tSYM\n",
    "dev-de": "Hunde\tNOUN\nbellen\tVERB\n",
    "test-tr": "köpek\tNOUN\n!\tPUNCT\n",
}


@pytest.fixture
def pos(tmp_path):
    (tmp_path / "pos").mkdir()
    for name, text in SOURCE.items():
        (tmp_path / "pos" / f"{name}.tsv").write_text(text, "utf-8")
    make_taskdata("udpos", tmp_path / "pos", ["de", "tr"], tmp_path / "udpos")
    return tmp_path / "udpos"


@pytest.fixture
def pairs(tmp_path):
    (tmp_path / "pairs").mkdir()
    for code in ("deu", "tur"):
        (tmp_path / "pairs" / f"tatoeba.{code}-eng.{code}").write_text("a\nb\nc\nd\n", "utf-8")
        (tmp_path / "pairs" / f"tatoeba.{code}-eng.eng").write_text("1\n2\n3\n4\n", "utf-8")
    make_taskdata("tatoeba", tmp_path / "pairs", ["de", "tr"], tmp_path / "tatoeba")
    return tmp_path / "tatoeba"


def predict(out, predictions, task, setting, **about):
    with atomic_directory(out, "predictions") as (directory, manifest):
        for lang, records in predictions.items():
            write_jsonl(directory / f"{lang}.jsonl", records)
        manifest.update(task=task, setting=setting, recipe="mlm", seed=1, languages=sorted(predictions), **about)
    return out


def score_pos(pos, predictions, out):
    make_scores("udpos", "zero_shot", "mlm", 1, pos, predict(out / "p", predictions, "udpos", "zero_shot"), out / "s.json")
    return read_json(out / "s.json", "scores")


def score_pairs(pairs, predictions, out, **about):
    make_scores("tatoeba", "no_train", "mlm", 1, pairs, predict(out / "p", predictions, "tatoeba", "no_train", **about), out / "s.json")
    return read_json(out / "s.json", "scores")


# ------------------------------------------------------------------------------------------------------------------ tagging


def test_trivial_tagger(pos):
    found = trivial_predictions("udpos", pos, seed=1)
    assert [record["pred"] for record in found["en"]] == [["NOUN", "NOUN", "PUNCT"], ["PUNCT"]]
    assert [record["pred"] for record in found["tr"]] == [["NOUN", "PUNCT"]]


def test_scores_of_the_trivial_tagger(pos, tmp_path):
    make_trivial("udpos", pos, 1, "zero_shot", None, tmp_path / "p")
    make_scores("udpos", "zero_shot", "trivial", 1, pos, tmp_path / "p", tmp_path / "s.json")
    scores = read_json(tmp_path / "s.json", "scores")
    assert {lang: part["split"] for lang, part in scores["languages"].items()} == {"en": "test", "de": "dev", "tr": "test"}
    assert scores["languages"]["en"]["counts"] == {
        "tp": 1, "fp": 2, "fn": 3, "n": 4, "correct": 2,
        "by_tag": {tag: {"n": 1, "correct": right} for tag, right in {"NOUN": 1, "PUNCT": 1, "SYM": 0, "VERB": 0}.items()},
    }  # fmt: skip
    assert {lang: part["metrics"]["accuracy"] for lang, part in scores["languages"].items()} == {"en": 50, "de": 50, "tr": 100}
    assert scores["average"]["accuracy"] == pytest.approx(200 / 3)  # XTREME counts English
    assert scores["average_transfer"]["accuracy"] == 75
    assert scores["headline"] == "chunk_f1" and (scores["recipe"], scores["seed"]) == ("trivial", 1)
    for part in scores["languages"].values():
        assert tag_metrics(part["counts"]) == part["metrics"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.pop(), r"en\.jsonl: 1 ids are missing.*\(en-test-1\)"),
        (lambda records: records.append(records[0]), "1 are repeated"),
        (lambda records: records.append({"id": "x", "pred": []}), r"1 are not in the task data.*\(x\)"),
        (lambda records: records[0]["pred"].pop(), r"id en-test-0: .* expected 3 tags"),
        (lambda records: records[0]["pred"].__setitem__(0, "NN"), "id en-test-0: predicts"),
        (lambda records: records[0].pop("pred"), "id en-test-0: predicts None"),
    ],
)
def test_incomplete_or_foreign_tags_are_refused(pos, tmp_path, spoil, message):
    predictions = trivial_predictions("udpos", pos, 1)
    spoil(predictions["en"])
    with pytest.raises(IsoglossError, match=message):
        score_pos(pos, predictions, tmp_path)
    assert not (tmp_path / "s.json").exists()


def test_predictions_of_something_else_are_refused(pos, tmp_path):
    predictions = trivial_predictions("udpos", pos, 1)
    made = predict(tmp_path / "p", predictions, "udpos", "zero_shot")
    with pytest.raises(IsoglossError, match=r"predicted with recipe 'mlm'.*expected 'tlm'"):
        make_scores("udpos", "zero_shot", "tlm", 1, pos, made, tmp_path / "s.json")
    with pytest.raises(IsoglossError, match="seed"):
        make_scores("udpos", "zero_shot", "mlm", 2, pos, made, tmp_path / "s.json")
    with pytest.raises(IsoglossError, match="setting 'no_train' is unknown"):
        make_scores("udpos", "no_train", "mlm", 1, pos, made, tmp_path / "s.json")
    (made / "tr.jsonl").unlink()
    with pytest.raises(IsoglossError, match="predicts de en.*its manifest names de en tr"):
        make_scores("udpos", "zero_shot", "mlm", 1, pos, made, tmp_path / "s.json")
    with pytest.raises(IsoglossError, match="has no sw"):
        score_pos(pos, {**predictions, "sw": []}, tmp_path)


def test_damaged_lines_are_named(pos, tmp_path):
    make_trivial("udpos", pos, 1, "zero_shot", None, tmp_path / "p")
    with (tmp_path / "p" / "en.jsonl").open("ab") as file:
        file.write(b"\xff\n")
    with pytest.raises(IsoglossError, match=r"en\.jsonl line 3: is not JSON"):
        make_scores("udpos", "zero_shot", "trivial", 1, pos, tmp_path / "p", tmp_path / "s.json")


# ------------------------------------------------------------------------------------------------- classification, entities

NLI = {
    "train-en": "a\tb\tneutral\na\tc\tentailment\na\td\tneutral\n",
    "dev-en": "a\tb\tneutral\n",
    "test-en": "a\tb\tneutral\nc\td\tneutral\ne\tf\tentailment\ng\th\tcontradiction\n",
    "dev-de": "a\tb\tentailment\n",
}
NER = {"train-en": "Ada\tB-PER\n,\tO\n.\tO\n", "dev-en": "x\tO\n", "test-en": "Ada\tB-PER\n!\tO\n\nx\tI-LOC\n", "test-tr": "x\tO\n"}


def task_data(task, files, where, languages):
    (where / "source").mkdir()
    for name, text in files.items():
        (where / "source" / f"{name}.tsv").write_text(text, "utf-8")
    make_taskdata(task, where / "source", languages, where / task)
    return where / task


def score_of(task, data, predictions, out):
    make_scores(task, "zero_shot", "mlm", 1, data, predict(out / "p", predictions, task, "zero_shot"), out / "s.json")
    return read_json(out / "s.json", "scores")


def test_the_trivial_classifier_says_the_usual_label_of_training(tmp_path):
    data = task_data("xnli", NLI, tmp_path, ["de"])
    make_trivial("xnli", data, 1, "zero_shot", None, tmp_path / "p")
    make_scores("xnli", "zero_shot", "trivial", 1, data, tmp_path / "p", tmp_path / "s.json")
    scores = read_json(tmp_path / "s.json", "scores")
    english, german = (scores["languages"][lang] for lang in ("en", "de"))
    assert english["counts"] == {"confusion": {"contradiction": {"neutral": 1}, "entailment": {"neutral": 1}, "neutral": {"neutral": 2}}}
    assert english["metrics"] == pytest.approx({"accuracy": 50, "balanced_accuracy": 100 / 3})
    assert german["metrics"] == {"accuracy": 0, "balanced_accuracy": 0} and german["split"] == "dev"
    assert scores["headline"] == "accuracy" and scores["average"]["accuracy"] == 25 and scores["average_transfer"]["accuracy"] == 0
    assert all(classification_metrics(part["counts"]) == part["metrics"] for part in (english, german))


def test_of_equally_usual_labels_the_trivial_classifier_takes_the_tasks_first(tmp_path):
    data = task_data(
        "pawsx",
        {name: f"a\tb\t{label}\n" * 2 for name, label in (("dev-en", 1), ("test-en", 1))} | {"train-en": "a\tb\t1\na\tb\t0\n"},
        tmp_path,
        [],
    )
    assert {record["pred"] for record in trivial_predictions("pawsx", data, 1)["en"]} == {"0"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.pop(), r"en\.jsonl: 1 ids are missing.*\(en-test-3\)"),
        (lambda records: records.append(records[0]), "1 are repeated"),
        (lambda records: records[0].update(pred="maybe"), r"id en-test-0: predicts maybe\. expected one of contradiction"),
        (lambda records: records[0].update(pred=["neutral"]), "id en-test-0: predicts"),
        (lambda records: records[0].pop("pred"), "id en-test-0: predicts None"),
    ],
)
def test_incomplete_or_foreign_labels_are_refused(tmp_path, spoil, message):
    data = task_data("xnli", NLI, tmp_path, ["de"])
    predictions = trivial_predictions("xnli", data, 1)
    spoil(predictions["en"])
    with pytest.raises(IsoglossError, match=message):
        score_of("xnli", data, predictions, tmp_path)
    assert not (tmp_path / "s.json").exists()


def test_entities_are_scored_by_the_task_and_not_as_runs_of_tags(tmp_path):
    data = task_data("panx", NER, tmp_path, ["tr"])
    right = {"en": [["B-PER", "O"], ["B-LOC"]], "tr": [["O"]]}
    records = {lang: [{"id": f"{lang}-test-{k}", "pred": pred} for k, pred in enumerate(preds)] for lang, preds in right.items()}
    scores = score_of("panx", data, records, tmp_path)
    assert scores["headline"] == "entity_f1" and scores["languages"]["en"]["metrics"] == pytest.approx(
        {"entity_f1": 100, "entity_f1_strict": 200 / 3, "entity_precision": 100, "entity_recall": 100}
    )
    assert scores["languages"]["tr"]["metrics"]["entity_f1"] == 0  # no entity anywhere: 0/0
    assert trivial_predictions("panx", data, 1)["en"] == [{"id": "en-test-0", "pred": ["O", "O"]}, {"id": "en-test-1", "pred": ["O"]}]


def test_a_task_that_does_not_say_how_it_is_scored_is_refused():
    record = {"id": "0", "text_a": "a", "text_b": "b", "label": "0"}
    with pytest.raises(IsoglossError, match="task pawsx: has no scoring"):
        KINDS["classify"].metrics(replace(get_task("pawsx"), scoring=None), [record], [{"id": "0", "pred": "0"}])


# ---------------------------------------------------------------------------------------------------------------- retrieval


def answers(lang, layers):
    """Every direction, plain and centred: in layer k the first k of four sentences are right, the rest answer with a neighbour."""
    return [
        {
            "id": f"{asking}-{i}",
            "direction": way,
            "centred": centred,
            "pred": [f"{told}-{i if i < k else (i + 1) % 4}" for k in range(layers)],
        }
        for way, asking, told in (("en", "en", lang), ("xx", lang, "en"))
        for centred in (False, True)
        for i in range(4)
    ]


def test_every_layer_is_stored_and_the_headline_is_two_thirds_up(pairs, tmp_path):
    scores = score_pairs(pairs, {lang: answers(lang, 5) for lang in ("de", "tr")}, tmp_path)
    assert scores["headline_layer"] == 2
    assert scores["layers"]["de"] == dict.fromkeys(
        ["accuracy_en", "accuracy_xx", "accuracy_en_centred", "accuracy_xx_centred"], [0, 25, 50, 75, 100]
    )
    assert scores["languages"]["tr"]["counts"] == {"n": 4, "correct": dict.fromkeys(scores["layers"]["tr"], [0, 1, 2, 3, 4])}
    assert scores["average"] == scores["average_transfer"] == dict.fromkeys(scores["layers"]["tr"], 50)


def test_the_headline_layer_of_the_predictions_counts(pairs, tmp_path):
    predictions = {lang: answers(lang, 5) for lang in ("de", "tr")}
    assert score_pairs(pairs, predictions, tmp_path, headline_layer=3)["average"]["accuracy_en"] == 75
    assert score_pairs(pairs, predictions, tmp_path, headline_layer="auto")["average"]["accuracy_en"] == 50
    with pytest.raises(IsoglossError, match="headline layer 5"):
        score_pairs(pairs, predictions, tmp_path, headline_layer=5)


def test_trivial_retrieval_is_seeded_chance(pairs, tmp_path):
    first, again, other = (trivial_predictions("tatoeba", pairs, seed) for seed in (1, 1, 2))
    assert first == again != other
    hits = 0
    for seed in range(200):
        for record in trivial_predictions("tatoeba", pairs, seed)["de"]:
            hits += record["pred"][0].split("-")[1] == record["id"].split("-")[1]
    assert 0.2 < hits / (200 * 16) < 0.3  # one of four
    make_trivial("tatoeba", pairs, 1, "no_train", None, tmp_path / "p")
    make_scores("tatoeba", "no_train", "trivial", 1, pairs, tmp_path / "p", tmp_path / "s.json")
    assert read_json(tmp_path / "s.json", "scores")["headline_layer"] == 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.pop(), "direction xx centred True: 1 ids are missing"),
        (lambda records: records.append(records[0]), "direction en centred False: .*1 are repeated"),
        (lambda records: records[0].update(pred=["de-9"] * 5), "id en-0: predicts"),
        (lambda records: records[0].update(pred=[]), "id en-0: predicts"),
        (lambda records: records[0]["pred"].pop(), "more layers in one record"),
        (lambda records: [record["pred"].pop() for record in records if record["centred"]], "every direction needs the same layers"),
        (lambda records: records[0].update(direction="de"), 'expected direction "en" or "xx"'),
        (lambda records: records.append({"id": "en-0", "pred": ["de-0"]}), 'expected direction "en" or "xx"'),
    ],
)
def test_malformed_answers_are_refused(pairs, tmp_path, spoil, message):
    predictions = {lang: answers(lang, 5) for lang in ("de", "tr")}
    spoil(predictions["de"])
    with pytest.raises(IsoglossError, match=message):
        score_pairs(pairs, predictions, tmp_path)


def test_languages_of_different_depth_are_refused(pairs, tmp_path):
    with pytest.raises(IsoglossError, match=r"has \[4, 5\] layers in its languages"):
        score_pairs(pairs, {"de": answers("de", 5), "tr": answers("tr", 4)}, tmp_path)


# ---------------------------------------------------------------------------------------------------------------- real data


def test_trivial_tagger_on_real_text(tmp_path):
    if not REAL.is_dir():
        pytest.skip(f"no real task data in {REAL}")
    make_taskdata("udpos", REAL / "udpos", ["tr", "zh"], tmp_path / "data")
    make_trivial("udpos", tmp_path / "data", 1, "zero_shot", None, tmp_path / "p")
    make_scores("udpos", "zero_shot", "trivial", 1, tmp_path / "data", tmp_path / "p", tmp_path / "s.json")
    scores = json.loads((tmp_path / "s.json").read_text("utf-8"))
    found = {lang: round(part["metrics"]["accuracy"]) for lang, part in scores["languages"].items()}
    assert found == {"en": 31, "tr": 47, "zh": 38}
    assert len(read_jsonl(tmp_path / "p" / "zh.jsonl")) == 3455
