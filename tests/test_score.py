"""From task data and predictions to scores: the baselines, the sums, and every way in which predictions can be wrong."""

import json
import re
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
    "dev-de": "und\tCCONJ\n\nHunde\tNOUN\nbellen\tVERB\n",  # of which one half is test
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
    "dev-de": "z\tb\tneutral\na\tb\tentailment\n",
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
        KINDS["classify"].metrics(replace(get_task("pawsx"), scoring=None), [record], [{"id": "0", "pred": "0"}], "en")


# ------------------------------------------------------------------------------------------------------------------- probes


def probed(pos, layers):
    """In layer k the first k tags of each record are right, the others X."""
    predictions = {}
    for lang in ("en", "de", "tr"):
        gold = KINDS["tag"].read(pos, lang, "test")
        right = [[[*r["tags"][:k], *["X"] * (len(r["tags"]) - k)] for k in range(layers)] for r in gold]
        predictions[lang] = [{"id": record["id"], "pred": pred} for record, pred in zip(gold, right, strict=True)]
    return predictions


def score_probe(pos, predictions, out, **about):
    made = predict(out / "p", predictions, "udpos", "probe", **about)
    make_scores("udpos", "probe", "mlm", 1, pos, made, out / "s.json")
    return read_json(out / "s.json", "scores")


def test_a_probe_is_scored_in_every_layer_and_the_headline_is_two_thirds_up(pos, tmp_path):
    """English has 3 + 1 words, German and Turkish 2."""
    scores = score_probe(pos, probed(pos, 4), tmp_path)
    assert scores["headline_layer"] == 2
    assert scores["layers"]["en"]["accuracy"] == [0, 50, 75, 100] and scores["layers"]["tr"]["accuracy"] == [0, 50, 100, 100]
    assert scores["languages"]["en"]["metrics"]["accuracy"] == 75 and scores["languages"]["en"]["counts"]["correct"] == 3
    assert scores["average"]["accuracy"] == pytest.approx(275 / 3) and scores["average_transfer"]["accuracy"] == 100
    assert score_probe(pos, probed(pos, 1), tmp_path)["headline_layer"] == 0


def test_a_layer_of_a_probe_scores_as_the_same_tags_of_a_fine_tuned_model(pos, tmp_path):
    by_layer, chosen = probed(pos, 4), 2
    alone = {lang: [{**record, "pred": record["pred"][chosen]} for record in records] for lang, records in by_layer.items()}
    probe, tuned = score_probe(pos, by_layer, tmp_path), score_pos(pos, alone, tmp_path)
    assert probe["headline_layer"] == chosen and "layers" not in tuned
    assert probe["average"] == tuned["average"]
    assert all(probe["languages"][lang]["counts"] == tuned["languages"][lang]["counts"] for lang in by_layer)
    for lang, curves in probe["layers"].items():
        assert {metric: curve[chosen] for metric, curve in curves.items()} == tuned["languages"][lang]["metrics"]


def test_the_trivial_row_of_a_probe_has_one_layer(pos, tmp_path):
    make_trivial("udpos", pos, 1, "probe", None, tmp_path / "p")
    make_scores("udpos", "probe", "trivial", 1, pos, tmp_path / "p", tmp_path / "s.json")
    make_trivial("udpos", pos, 1, "zero_shot", None, tmp_path / "q")
    make_scores("udpos", "zero_shot", "trivial", 1, pos, tmp_path / "q", tmp_path / "t.json")
    probe, plain = (read_json(tmp_path / f"{name}.json", "scores") for name in "st")
    assert probe["average"] == plain["average"] and probe["headline_layer"] == 0
    assert probe["layers"]["de"]["accuracy"] == [plain["languages"]["de"]["metrics"]["accuracy"]]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records[0].update(pred=records[0]["pred"][0]), "id en-test-0: predicts"),
        (lambda records: records[0]["pred"][1].pop(), "id en-test-0: .* expected 3 tags"),
        (lambda records: records[0]["pred"].pop(), r"en\.jsonl: has answers for \[2, 3\] layers\. expected as many in each record"),
        (lambda records: [record.update(pred=[]) for record in records], r"has answers for \[0\] layers"),
        (lambda records: records.pop(), "1 ids are missing"),
        (lambda records: [record["pred"].pop() for record in records], r"has \[2, 3\] layers in its languages"),
    ],
)
def test_malformed_answers_of_a_probe_are_refused(pos, tmp_path, spoil, message):
    predictions = probed(pos, 3)
    spoil(predictions["en"])
    with pytest.raises(IsoglossError, match=message):
        score_probe(pos, predictions, tmp_path)


def test_what_a_model_was_selected_by_is_told_with_its_scores(pos, tmp_path):
    predictions = trivial_predictions("udpos", pos, 1)
    made = predict(tmp_path / "p", predictions, "udpos", "zero_shot", selection="joint_dev", strictly_zero_shot=False)
    make_scores("udpos", "zero_shot", "mlm", 1, pos, made, tmp_path / "s.json")
    scores = read_json(tmp_path / "s.json", "scores")
    assert scores["selection"] == "joint_dev" and scores["strictly_zero_shot"] is False
    plain = score_pos(pos, predictions, tmp_path)
    assert plain["selection"] is plain["strictly_zero_shot"] is None


# ---------------------------------------------------------------------------------------------------------------- questions

CONTEXT = {"en": "The king saw the old dog.", "de": "Der König sah den alten Hund."}
ANSWERS = {"en": ["the old dog", "dog"], "de": ["den alten Hund", "Hund"]}


def article(lang, asked, count=2):
    """Questions about a text; the first has two right answers, the others the second of these."""
    texts = [ANSWERS[lang] if k == 0 else ANSWERS[lang][1:] for k in range(count)]
    answers = [[{"text": text, "answer_start": CONTEXT[lang].index(text)} for text in given] for given in texts]
    questions = [{"id": f"q{k}", "question": f"{asked} {k}?", "answers": given} for k, given in enumerate(answers)]
    return json.dumps({"data": [{"paragraphs": [{"context": CONTEXT[lang], "qas": questions}]}]})


TRAIN = json.dumps(
    {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": f"Ada{k} ran.",
                        "qas": [{"id": str(k), "question": "?", "answers": [{"text": f"Ada{k}", "answer_start": 0}]}],
                    }
                ]
            }
            for k in range(3)
        ]
    }
)


def questions(task, where, files):
    (where / "source").mkdir()
    for name, text in {"train-v1.1.json": TRAIN, "dev-v1.1.json": TRAIN, **files}.items():
        (where / "source" / name).write_text(text, "utf-8")
    make_taskdata(task, where / "source", ["en", "de"], where / task)
    return where / task


@pytest.fixture
def xquad(tmp_path):
    return questions("xquad", tmp_path, {f"xquad.{lang}.json": article(lang, lang) for lang in CONTEXT})


@pytest.fixture
def mlqa(tmp_path):
    """Asked in both languages about texts in both; in the language of the text two questions, in the other one three."""
    files = {
        f"test-context-{context}-question-{asked}.json": article(context, asked, 2 if context == asked else 3)
        for context in CONTEXT
        for asked in CONTEXT
    }
    return questions("mlqa", tmp_path, files | {"dev-context-en-question-en.json": article("en", "en")})


def answered(**by_lang):
    """Predictions of a language, by id."""
    return {lang: [{"id": key, "pred": text} for key, text in answers.items()] for lang, answers in by_lang.items()}


def test_an_answer_counts_with_its_best_gold_answer(xquad, tmp_path):
    """The old dog: right to the letter without its article. Old dog against dog: 1 of 2 words, F1 2/3."""
    found = answered(en={"q0": "old dog", "q1": "old dog"}, de={"q0": "Hund!", "q1": "hund"})
    scores = score_of("xquad", xquad, found, tmp_path)
    english, german = (scores["languages"][lang] for lang in ("en", "de"))
    assert english["metrics"] == pytest.approx({"em": 50, "f1": 100 * (1 + 2 / 3) / 2})
    assert english["counts"] == {"n": 2, "em": 1, "f1": pytest.approx(5 / 3), "missing": 0}
    assert german["metrics"] == {"em": 100, "f1": 100}
    assert scores["headline"] == "f1" and scores["average_transfer"]["f1"] == 100 and scores["average"]["em"] == 75


def test_a_question_without_an_answer_is_wrong_and_an_answer_without_a_question_is_passed_over(xquad, tmp_path):
    """As in SQuAD's script: neither leaves the denominator."""
    found = answered(en={"q1": "dog", "q9": "dog"}, de={})
    scores = score_of("xquad", xquad, found, tmp_path)
    assert scores["languages"]["en"]["metrics"] == {"em": 50, "f1": 50} and scores["languages"]["en"]["counts"]["missing"] == 1
    assert scores["languages"]["de"]["metrics"] == {"em": 0, "f1": 0} and scores["languages"]["de"]["counts"] == {
        "n": 2,
        "em": 0,
        "f1": 0,
        "missing": 2,
    }


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.append(dict(records[0])), r"en\.jsonl: 1 ids are repeated\. each id once"),
        (lambda records: records.append({"id": "q0", "pred": "another"}), "1 ids are repeated"),
        (lambda records: records[0].update(pred=None), "id q0: predicts None. expected a text"),
        (lambda records: records[0].update(pred=["dog"]), "id q0: predicts .*dog.* expected a text"),
        (lambda records: records[0].pop("pred"), "id q0: predicts None"),
    ],
)
def test_malformed_answers_to_questions_are_refused(xquad, tmp_path, spoil, message):
    found = answered(en={"q0": "dog", "q1": "dog"}, de={})
    spoil(found["en"])
    with pytest.raises(IsoglossError, match=message):
        score_of("xquad", xquad, found, tmp_path)
    assert not (tmp_path / "s.json").exists()


def test_questions_in_other_languages_count_in_the_mean_over_question_languages_alone(mlqa, tmp_path):
    """German text: asked in German 2 of 2 right, in English 1 of 3: the mean of 100 and 33.3, not the 60 of all five together."""
    german = {"q0": "Hund", "q1": "Hund", "q0:en": "den alten Hund", "q1:en": "König"}
    scores = score_of("mlqa", mlqa, answered(de=german, en={}), tmp_path)["languages"]["de"]
    assert scores["metrics"] == pytest.approx({"em": 100, "f1": 100, "gxlt_em": 200 / 3, "gxlt_f1": 200 / 3})
    assert {key: scores["counts"][key] for key in ("n", "em", "missing")} == {"n": 2, "em": 2, "missing": 0}
    by_language = scores["counts"]["by_question_language"]
    assert {lang: (part["n"], part["em"], part["missing"]) for lang, part in by_language.items()} == {"de": (2, 2, 0), "en": (3, 1, 1)}


def test_selection_counts_questions_in_the_language_of_their_text(mlqa):
    gold = KINDS["span"].read(mlqa, "de", "test")
    pred = [{"id": record["id"], "pred": "Hund" if record["question_lang"] == "de" else ""} for record in gold]
    assert KINDS["span"].metrics(get_task("mlqa"), gold, pred, "de")["f1"] == 100


def test_answers_in_a_language_that_mlqa_has_not_are_scored_by_the_rule_of_squad(mlqa):
    """As in a mini-world with Turkish. MLQA's rule knows the German article, SQuAD's does not."""
    record = {"id": "0", "context": "x", "question": "?", "answers": [{"text": "den alten Hund", "start": -1}]}
    metrics = {
        lang: KINDS["span"].metrics(get_task("mlqa"), [record], [{"id": "0", "pred": "alten Hund"}], lang)["em"] for lang in ("de", "tr")
    }
    assert metrics == {"de": 100, "tr": 0}


@pytest.mark.parametrize("task", ["xquad", "mlqa"])
def test_the_trivial_answer_is_some_words_of_the_text(task, request, tmp_path):
    data = request.getfixturevalue(task)
    first, again, other = (trivial_predictions(task, data, seed) for seed in (1, 1, 2))
    assert first == again != other
    for lang, records in first.items():
        gold = {record["id"]: record["context"] for record in KINDS["span"].read(data, lang, "test")}
        assert [record["id"] for record in records] == list(gold)
        for record in records:
            assert record["pred"] in gold[record["id"]]
            words = re.findall(r"\w+|\.", record["pred"])
            assert 1 <= len(words) <= 3 and set(words) <= set(re.findall(r"\w+|\.", CONTEXT[lang]))
    make_trivial(task, data, 1, "zero_shot", None, tmp_path / "p")
    make_scores(task, "zero_shot", "trivial", 1, data, tmp_path / "p", tmp_path / "t.json")
    scores = read_json(tmp_path / "t.json", "scores")
    assert all(part["counts"]["missing"] == 0 for part in scores["languages"].values())


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
