"""The readers of questions and answers: XQuAD, MLQA, TyDiQA and what they learn from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.tasks import get_task
from isogloss.tasks.squad import questions
from reading import kept, real, records, there, written

CONTEXT = " The 𝒪pera in Paris — 1990. \n"


def squad(*asked, context=CONTEXT):
    """The file of a paragraph: (id, [(text, start), ...]) a question."""
    qas = [{"id": key, "question": f"{key}?", "answers": [{"text": t, "answer_start": s} for t, s in given]} for key, given in asked]
    return {"version": "1.1", "data": [{"title": "x", "paragraphs": [{"context": context, "qas": qas}]}]}


def answers(found):
    return {record["id"]: [(answer["text"], answer["start"]) for answer in record["answers"]] for record in found}


def test_contexts_are_never_stripped_and_places_count_code_points(tmp_path):
    (record,) = records("xquad", written(tmp_path, {"xquad.en.json": squad(("q", [("Paris", 14)]))}))
    assert record == {"id": "q", "context": CONTEXT, "question": "q?", "answers": [{"text": "Paris", "start": 14}]}
    assert CONTEXT[14:19] == "Paris"


LOST = squad(
    ("good", [("Paris", 14), ("paris", 14)]), ("moved", [("Paris", 15)]), ("before", [("\n", -1)]), ("empty", [("", 0)]), ("none", [])
)


@pytest.mark.parametrize(
    ("name", "lang", "split"),
    [("train-v1.1.json", "en", "train"), ("squad.translate.train.en-de.json", "de", "translated")],
)
def test_what_cannot_be_learnt_is_dropped(tmp_path, name, lang, split):
    found = records("xquad", written(tmp_path, {name: LOST}), lang, split)
    assert answers(found) == {"good": [("Paris", 14)], "moved": [], "before": [], "empty": [], "none": []}
    assert [record["id"] for record in kept("xquad", found)] == ["good"]


@pytest.mark.parametrize(("name", "lang", "split"), [("dev-v1.1.json", "en", "dev"), ("xquad.de.json", "de", "test")])
def test_what_measures_keeps_its_texts(tmp_path, name, lang, split):
    found = records("xquad", written(tmp_path, {name: LOST}), lang, split)
    measured = {"good": [("Paris", 14), ("paris", -1)], "moved": [("Paris", -1)], "before": [("\n", -1)]}
    assert answers(kept("xquad", found)) == measured
    ((_, holds),) = get_task("xquad").noted
    assert [record["id"] for record in found if holds(record)] == list(measured)


def test_repeated_ids(tmp_path):
    twice = squad(("q", [("The", 1)]), ("q", [("in", 11)]), ("r", [("in", 11)]), ("q", [("Paris", 14)]))
    source = written(tmp_path, {"squad.translate.train.en-de.json": twice, "xquad.de.json": twice})
    assert list(answers(records("xquad", source, "de", "translated"))) == ["q", "q#2", "r", "q#3"]
    with pytest.raises(IsoglossError, match=r"xquad\.de\.json question q: occurs twice"):
        records("xquad", source, "de", "test")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"data": [', r"xquad\.en\.json: is no JSON \(.*line 1 column 11"),
        (b"\xff\xff", r"xquad\.en\.json: is no JSON"),
        ("[]", r"xquad\.en\.json: is not in the form of SQuAD"),
        ({"rows": []}, r"xquad\.en\.json: is not in the form of SQuAD \(KeyError\('data'\)\)"),
        ({"data": [{"paragraphs": [{"qas": [{"id": "q"}]}]}]}, r"is not in the form of SQuAD \(KeyError\('context'\)\)"),
        ({"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "q"}]}]}]}, r"xquad\.en\.json question q: is not in the form of SQuAD"),
        (squad(("q", [("a", "0")])), r"question q: is not in the form of SQuAD"),
        (squad(("q", [(None, 0)])), r"question q: is not in the form of SQuAD"),
        (squad(("q", [("a", 0)]), context=None), r"xquad\.en\.json question q: is not in the form"),
    ],
)
def test_damage_is_named_with_file_and_question(tmp_path, content, message):
    with pytest.raises(IsoglossError, match=message):
        records("xquad", written(tmp_path, {"xquad.en.json": content}))


@given(st.text(max_size=12), st.text(max_size=3), st.integers(-3, 14))
def test_an_answer_has_a_place_exactly_where_the_context_holds_it(tmp_path_factory, context, text, start):
    path = tmp_path_factory.mktemp("f") / "f.json"
    path.write_text(json.dumps(squad(("q", [(text, start)]), context=context)))
    (record,) = questions(path, "train")
    there = start >= 0 and text != "" and context[start : start + len(text)] == text
    assert record["answers"] == [{"text": text, "start": start}] * there


# ---------------------------------------------------------------------------------------------------------------- the tasks

ONE = squad(("q", [("Paris", 14)]))


def test_what_xquad_learns_from(tmp_path):
    files = ["xquad/xquad.de.json", "squad/train-v1.1.json", "squad/dev-v1.1.json", "squad/squad.translate.train.en-de.json"]
    source = written(tmp_path, dict.fromkeys(files, ONE))
    assert set(get_task("xquad").published([source / name for name in get_task("xquad").directories])) == {
        ("de", "test"), ("en", "train"), ("en", "dev"), ("de", "translated"),
    }  # fmt: skip
    names = ["mlqa-translate-train/de_squad-translate-train-train-v1.1.json", "mlqa-translate-train/de_squad-translate-train-dev-v1.1.json"]
    assert set(there("mlqa", written(tmp_path / "mlqa", dict.fromkeys(names, ONE)))) == {("de", "translated")}


def test_all_questions_on_a_language_are_one_set_of_mlqa(tmp_path):
    pairs = [("test", "de", "de"), ("test", "de", "en"), ("test", "de", "zh"), ("test", "en", "de"), ("dev", "en", "en")]
    source = written(tmp_path, {f"MLQA_V1/{s}/{s}-context-{c}-question-{q}.json": ONE for s, c, q in pairs})
    assert set(there("mlqa", source)) == {("de", "test"), ("en", "test"), ("en", "dev")}
    found = [(record["id"], record["question_lang"]) for record in records("mlqa", source, "de")]
    assert found == [("q", "de"), ("q:en", "en"), ("q:zh", "zh")]
    assert [(record["id"], record["question_lang"]) for record in records("mlqa", source, "en")] == [("q:de", "de")]


ALL = {
    "data": squad(("swahili-1-0", [("Paris", 14)]), ("english-2-0", [("in", 11)]))["data"] + squad(("swahili-3-1", [("The", 1)]))["data"]
}


def test_tydiqa_as_published(tmp_path):
    source = written(tmp_path, {"tydiqa-goldp-v1.1-train.json": ALL, "tydiqa-goldp-v1.1-dev/tydiqa-goldp-dev-swahili.json": ONE})
    found = there("tydiqa", source)
    assert found["sw", "test"] == ["tydiqa-goldp-dev-swahili.json"] and ("en", "test") not in found and ("sw", "dev") not in found
    assert list(answers(records("tydiqa", source, "sw", "train"))) == ["swahili-1-0", "swahili-3-1"]
    assert list(answers(records("tydiqa", source, "en", "train"))) == ["english-2-0"]


def test_tydiqa_as_prepared_is_preferred_to_one_file_of_all(tmp_path):
    names = ["tydiqa.goldp.sw.train.json", "tydiqa.goldp.sw.dev.json", "tydiqa.en.train.json", "tydiqa.translate.train.en-sw.json"]
    source = written(tmp_path, {**dict.fromkeys(names, ONE), "tydiqa-goldp-v1.1-train.json": ALL, "tydiqa-goldp-v1.1-dev.json": ALL})
    found = {key: name for key, (name,) in there("tydiqa", source).items()}
    assert found["sw", "train"] == names[0] and found["sw", "test"] == names[1] and found["en", "train"] == names[2]
    assert found["sw", "translated"] == names[3] and found["fi", "train"] == "tydiqa-goldp-v1.1-train.json"
    assert list(answers(records("tydiqa", source, "en", "test"))) == ["english-2-0"]


# ---------------------------------------------------------------------------------------------------------------- real data


@pytest.mark.parametrize(
    ("task", "directory", "name", "lang", "split", "n"),
    [
        ("xquad", "squad", "train-v1.1.json", "en", "train", 9380),
        *(("xquad", "xquad", f"xquad.{lang}.json", lang, "test", 1190) for lang in "ar de en es hi ru tr zh".split()),
        *(
            ("mlqa", "mlqa", f"dev-context-{lang}-question-{lang}.json", lang, "dev", n)
            for lang, n in {"ar": 517, "de": 512, "en": 1148, "es": 500, "hi": 507, "zh": 504}.items()
        ),
        ("tydiqa", "tydiqa", "tydiqa.goldp.en.train.json", "en", "train", 3696),
    ],
)
def test_every_real_answer_is_at_its_place(task, directory, name, lang, split, n):
    path = real("tasks", directory, name)
    found = records(task, path.parent, lang, split)
    text = path.read_text("utf-8")
    assert len(found) == len(kept(task, found)) == n == text.count('"question":')
    assert not any(map(get_task(task).noted[0][1], found))
    assert sum(len(record["answers"]) for record in found) == text.count('"answer_start":')
    if task == "mlqa":
        assert {record["question_lang"] for record in found} == {lang}


@pytest.mark.parametrize(("lang", "n"), [("ar", 921), ("en", 440), ("ru", 812), ("sw", 499)])
def test_real_sets_whose_answers_were_taken_out_measure_nothing(lang, n):
    """As XTREME's preparation leaves them: every answer is the empty text."""
    found = records("tydiqa", real("tasks", "tydiqa"), lang, "test")
    assert len(found) == n and kept("tydiqa", found) == []
