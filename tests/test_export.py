"""The export in the layout of XTREME, read as XTREME's own script reads it, and scored by its rules."""

import json
import random
from pathlib import Path

import pytest

from isogloss.artifacts import MANIFEST, atomic_directory, read_directory, read_json, read_jsonl, write_jsonl
from isogloss.errors import IsoglossError
from isogloss.export import export_xtreme
from isogloss.score import make_scores, make_trivial
from isogloss.taskdata import make_taskdata
from isogloss.tasks import TASKS, get_task
from isogloss.tasks.kinds import KINDS

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "tasks" / "tatoeba"
XTREME = [name for name in TASKS if get_task(name).xtreme]
SIZE = 12  # records of a language
LAYERS = 7


def gold(task, lang, rng):
    """Records of a test set, as readers yield them."""
    kind, name = task.kind, f"{task.name} {lang}"
    if kind == "tag":
        for n in range(SIZE):
            tags = rng.choices(task.labels, k=rng.randint(1, 6))
            yield {"id": f"{lang}-{n}", "tokens": ["ü"] * len(tags), "tags": tags}
    elif kind == "classify":
        yield from ({"id": f"{lang}-{n}", "text_a": name, "text_b": "b", "label": rng.choice(task.labels)} for n in range(SIZE))
    elif kind == "span":
        for n in range(SIZE):
            context = f"{' '.join(rng.choices('an Ä the б 北 3. c'.split(), k=9))} {n // 3}"
            start = rng.randrange(10)
            answers = [{"text": context[start : start + size], "start": start} for size in (1, 5)]
            record = {"id": f"q{n}", "context": context, "question": "?", "answers": answers}
            yield record | ({"question_lang": lang} if task.name == "mlqa" else {})
            if task.name == "mlqa":  # the same question in another language
                yield record | {"id": f"q{n}:xx", "question_lang": "xx"}
    elif kind == "retrieve":
        english = rng.sample("abcdefghijklmnopqrst", SIZE)
        yield from ({"query": {"id": f"en-{n}", "text": english[n]}, "match": {"id": f"{lang}-{n}", "text": str(n)}} for n in range(SIZE))
    else:
        for side, code in (("query", lang), ("corpus", "en")):
            yield from ({"side": side, "id": f"{code}-{n}", "text": f"{code} {n}"} for n in range(SIZE))
        yield from ({"gold": [f"{lang}-{n}", f"en-{(n + 3) % SIZE}"]} for n in range(0, SIZE, 2))


def guesses(task, lang, data, rng):
    """Prediction records, some of them right."""
    kind = task.kind
    if kind == "tag":
        return [{"id": r["id"], "pred": [tag if rng.random() < 0.7 else rng.choice(task.labels) for tag in r["tags"]]} for r in data]
    if kind == "classify":
        return [{"id": r["id"], "pred": rng.choice(task.labels)} for r in data]
    if kind == "span":
        texts = ((r, rng.choice([r["answers"][0]["text"], r["context"][: rng.randint(0, 9)]])) for r in data)
        return [{"id": r["id"], "pred": text} for r, text in texts if rng.random() < 0.9]
    if kind == "retrieve":
        sides = (("en", "query", "match"), ("xx", "match", "query"))

        def guess(pair, other):
            return rng.choice([pair[other]["id"], rng.choice(data)[other]["id"]])

        return [
            {"id": pair[side]["id"], "direction": way, "centred": centred, "pred": [guess(pair, other) for _ in range(LAYERS)]}
            for way, side, other in sides
            for centred in (False, True)
            for pair in data
        ]
    pairs = [[f"{lang}-{n}", f"en-{(n + rng.choice([3, 3, 5])) % SIZE}", round(2 - n / SIZE, 3)] for n in range(SIZE)]
    return [{"id": "test", "layer": 4, "centred": centred, "pred": pairs[: SIZE - 2 * centred]} for centred in (False, True)]


def artifacts(root, tasks, languages=2, seed=1):
    """(predictions, task data) of tasks in the first languages of each, under `root`."""
    predictions, taskdata = [], {}
    for name in tasks:
        task, rng = get_task(name), random.Random(f"{name} {seed}")
        kind, asked = KINDS[task.kind], list(task.languages)[:languages]
        taskdata[name] = root / "taskdata" / name
        data = {lang: list(gold(task, lang, rng)) for lang in asked}
        with atomic_directory(taskdata[name], "taskdata") as (directory, manifest):
            for lang, records in data.items():
                kind.write(directory, lang, "test", records)
            manifest.update(task=name, languages=asked, splits=dict.fromkeys(asked, "test"))
        made = predict(root / name, name, {lang: guesses(task, lang, records, rng) for lang, records in data.items()})
        predictions.append(made)
    return predictions, taskdata


def predict(path, name, records, **about):
    with atomic_directory(path, "predictions") as (directory, manifest):
        for lang, found in records.items():
            write_jsonl(directory / f"{lang}.jsonl", found)
        manifest.update(
            {"task": name, "setting": get_task(name).settings[0], "recipe": "mlm", "seed": 1, "languages": list(records)} | about
        )
    return path


def scored(root, predictions, taskdata):
    """{task: our scores}."""
    found = {}
    for path in predictions:
        made = read_json(path / MANIFEST, "predictions")
        task, out = made["task"], root / "scores" / f"{made['task']}.json"
        make_scores(task, made["setting"], "mlm", 1, taskdata[task], path, out)
        found[task] = read_json(out, "scores")
    return found


def thresholds(scores):
    return {lang: part["threshold"]["test"] for lang, part in scores["languages"].items()}


# As evaluate.py of XTREME reads its files.


def read_tag(path):
    labels, example = [], []
    for line in path.open(encoding="utf-8"):
        if line := line.strip():
            example.append(line)
        else:
            labels.append(example)
            example = []
    return [*labels, example] if example else labels


def read_label(path):
    return [line.strip() for line in path.open(encoding="utf-8")]


def read_squad(path):
    data = json.load(path.open(encoding="ascii"))
    return data.get("data", data)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """(out, predictions, task data, our scores) of all tasks of XTREME, each in two languages."""
    root = tmp_path_factory.mktemp("export")
    predictions, taskdata = artifacts(root, XTREME)
    scores = scored(root, predictions, taskdata)
    export_xtreme(predictions, taskdata, root / "out", thresholds(scores["bucc"]))
    return root / "out", dict(zip(XTREME, predictions, strict=True)), taskdata, scores


def sides(exported, task, lang, suffix="tsv"):
    return [exported[0] / side / task / f"test-{lang}.{suffix}" for side in ("predictions", "labels")]


def test_files_are_named_as_xtreme_names_them(exported):
    found = sorted(str(path.relative_to(exported[0])) for path in exported[0].rglob("test-*"))
    names = {"bucc": "bucc2018"}
    asked = {name: (get_task(name).languages[:2], "json" if name in ("xquad", "mlqa", "tydiqa") else "tsv") for name in XTREME}
    expected = [
        f"{side}/{names.get(name, name)}/test-{lang}.{suffix}"
        for name, (languages, suffix) in asked.items()
        for lang in languages
        for side in ("predictions", "labels")
    ]
    assert len(XTREME) == 9 and found == sorted(expected)


@pytest.mark.parametrize("task", ["udpos", "panx"])
def test_tags(exported, task):
    _, predictions, taskdata, _ = exported
    for lang in get_task(task).languages[:2]:
        records = read_jsonl(taskdata[task] / "test" / f"{lang}.jsonl")
        found, right = (read_tag(path) for path in sides(exported, task, lang))
        assert right == [record["tags"] for record in records]
        assert found == [record["pred"] for record in read_jsonl(predictions[task] / f"{lang}.jsonl")]


@pytest.mark.parametrize(("task", "metric"), [("xnli", "accuracy"), ("pawsx", "accuracy"), ("tatoeba", "accuracy_en")])
def test_labels_and_places_agree_as_often_as_we_count(exported, task, metric):
    for lang in get_task(task).languages[:2]:
        found, right = (read_label(path) for path in sides(exported, task, lang))
        hits = sum(a == b for a, b in zip(found, right, strict=True))
        assert len(right) == SIZE and 0 < hits < SIZE
        assert 100 * hits / SIZE == pytest.approx(exported[3][task]["languages"][lang]["metrics"][metric])


def test_english_sentences_of_tatoeba_are_in_alphabetical_order(exported):
    """Labels are where their translations are in the foreign file, which keeps its order."""
    for lang in get_task("tatoeba").languages[:2]:
        _, labels = sides(exported, "tatoeba", lang)
        english = [record["text"] for record in read_jsonl(exported[2]["tatoeba"] / "test" / f"{lang}.query.jsonl")]
        assert [english[int(place)] for place in read_label(labels)] == sorted(english) != english


@pytest.mark.skipif(not REAL.is_dir(), reason="the published Tatoeba sets are not here")
@pytest.mark.parametrize(
    ("lang", "first"),
    [("de", "367 258 374 529 528 283 348 344 282 212"), ("es", "575 761 406 857 37 44 899 367 409 692")],
)
def test_labels_of_tatoeba_begin_as_those_of_xtreme(tmp_path, lang, first):
    """The labels that its repository publishes, mock_test_data/labels/tatoeba."""
    make_taskdata("tatoeba", [REAL], [lang], tmp_path / "data")
    make_trivial("tatoeba", tmp_path / "data", 1, "no_train", None, tmp_path / "p")
    export_xtreme([tmp_path / "p"], {"tatoeba": tmp_path / "data"}, tmp_path / "out")
    assert read_label(tmp_path / "out" / "labels" / "tatoeba" / f"test-{lang}.tsv")[:10] == first.split()


def test_mined_pairs(exported):
    for lang in get_task("bucc").languages[:2]:
        found, right = ({tuple(line.split("\t")) for line in read_label(path)} for path in sides(exported, "bucc2018", lang))
        ours = exported[3]["bucc"]["languages"][lang]["metrics"]
        hits = len(found & right)
        precision, recall = hits / len(found), hits / len(right)
        assert 0 < hits < len(found) < SIZE
        assert 200 * precision * recall / (precision + recall) == pytest.approx(ours["f1"])


@pytest.mark.parametrize("task", ["xquad", "mlqa", "tydiqa"])
def test_answers(exported, task):
    """Of MLQA only questions in the language of their text; those without an answer are not among the predictions."""
    _, predictions, taskdata, scores = exported
    for lang in get_task(task).languages[:2]:
        found, right = (read_squad(path) for path in sides(exported, task, lang, "json"))
        given = {record["id"]: record["pred"] for record in read_jsonl(predictions[task] / f"{lang}.jsonl")}
        records = {record["id"]: record for record in read_jsonl(taskdata[task] / "test" / f"{lang}.jsonl")}
        asked = [question["id"] for article in right for paragraph in article["paragraphs"] for question in paragraph["qas"]]
        assert asked == [f"q{n}" for n in range(SIZE)]
        assert found == {key: given[key] for key in asked if key in given}
        assert len(asked) - len(found) == scores[task]["languages"][lang]["counts"]["missing"]
        for paragraph in right[0]["paragraphs"]:
            for question in paragraph["qas"]:
                record = records[question["id"]]
                assert (paragraph["context"], question["question"]) == (record["context"], record["question"])
                assert question["answers"] == [{"text": a["text"], "answer_start": a["start"]} for a in record["answers"]]


def test_the_manifest_says_what_is_missing(exported):
    about = read_directory(exported[0], "xtreme")
    assert (about["recipe"], about["seed"], about["settings"]["xnli"]) == ("mlm", 1, "zero_shot")
    assert about["missing"] == {name: list(get_task(name).languages[2:]) for name in XTREME}
    assert about["stand_ins"] == dict.fromkeys(XTREME, [])


def test_it_is_made_again_in_place_and_alike(exported):
    out, predictions, taskdata, scores = exported
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    export_xtreme(list(predictions.values()), taskdata, out, thresholds(scores["bucc"]))
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_languages_that_xtreme_has_not_are_left_out_and_stand_ins_are_named(tmp_path):
    task = get_task("pawsx")
    data = {lang: list(gold(task, lang, random.Random(1))) for lang in ("de", "tr")}
    with atomic_directory(tmp_path / "data", "taskdata") as (directory, manifest):
        for lang, records in data.items():
            KINDS["classify"].write(directory, lang, "test", records)
        manifest.update(task="pawsx", languages=["de", "tr"], splits={"de": "dev", "tr": "test"})
    path = predict(tmp_path / "p", "pawsx", {lang: [{"id": r["id"], "pred": "0"} for r in records] for lang, records in data.items()})
    export_xtreme([path], {"pawsx": tmp_path / "data"}, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out" / "predictions" / "pawsx").iterdir()] == ["test-de.tsv"]
    assert read_directory(tmp_path / "out", "xtreme")["stand_ins"] == {"pawsx": ["de"]}


def test_what_others_made_is_never_replaced(tmp_path, labels):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(IsoglossError, match="is a directory that isogloss did not make"):
        export_xtreme([labels[0]], labels[1], tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


# ------------------------------------------------------------------------------------------------------------------ errors


@pytest.fixture
def labels(tmp_path):
    """(predictions, task data) of PAWS-X in one language."""
    (path,), taskdata = artifacts(tmp_path, ["pawsx"], languages=1)
    return path, taskdata


def refused(tmp_path, match, predictions, taskdata, **more):
    with pytest.raises(IsoglossError, match=match):
        export_xtreme(predictions, taskdata, tmp_path / "out", **more)
    assert not (tmp_path / "out").exists()


def changed(labels, change, **about):
    """The predictions once more, with records changed and another manifest."""
    (lang,) = read_json(labels[0] / MANIFEST, "predictions")["languages"]
    return predict(labels[0].with_name("changed"), "pawsx", {lang: change(read_jsonl(labels[0] / f"{lang}.jsonl"))}, **about)


def test_a_probe_has_no_one_answer(tmp_path, labels):
    refused(tmp_path, "setting probe", [changed(labels, list, setting="probe")], labels[1])


def test_a_missing_prediction(tmp_path, labels):
    refused(tmp_path, "1 ids are missing", [changed(labels, lambda records: records[1:])], labels[1])


def test_a_missing_language(tmp_path, labels):
    path = changed(labels, list, languages=["de", "en"])
    refused(tmp_path, r"en.jsonl: cannot be read|No such file|there is no", [path], labels[1])


def test_what_is_no_label(tmp_path, labels):
    refused(
        tmp_path,
        "predicts .*7.*expected one of 0 1",
        [changed(labels, lambda records: [record | {"pred": "7"} for record in records])],
        labels[1],
    )


def test_missing_task_data(tmp_path, labels):
    refused(tmp_path, "needs the task data of pawsx", [labels[0]], {})


def test_task_data_of_another_task(tmp_path, labels):
    _, other = artifacts(tmp_path / "other", ["xnli"], languages=1)
    refused(tmp_path, "holds task xnli", [labels[0]], {"pawsx": other["xnli"]})


def test_several_models(tmp_path, labels):
    path = predict(tmp_path / "seed", "xnli", {}, seed=2)
    refused(tmp_path, "mlm seed 1, mlm seed 2", [labels[0], path], labels[1])
    refused(tmp_path, "has predictions of nothing", [], labels[1])


def test_a_task_twice(tmp_path, labels):
    refused(tmp_path, "holds predictions of pawsx, as", [labels[0], changed(labels, list, setting="translate_train_all")], labels[1])


def test_a_task_that_xtreme_has_not(tmp_path, labels):
    refused(tmp_path, "predictions of conll.*XTREME has xnli", [labels[0], predict(tmp_path / "c", "conll", {})], labels[1])


def test_mining_without_a_threshold(tmp_path):
    predictions, taskdata = artifacts(tmp_path, ["bucc"], languages=1)
    refused(tmp_path, "there is no threshold for de", predictions, taskdata, thresholds={"fr": 1.0})
