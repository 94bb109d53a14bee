"""Every task reads the mini-world's files as it reads the published ones, in every language, and drops nothing."""

from pathlib import Path

import pytest

from isogloss.corpora.miniworld import LANGUAGES, write_world
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import TASKS, get_task
from isogloss.tasks.kinds import KINDS

SENTENCES, PAIRS = 240, 150  # so that every set has something
QUARTER = SENTENCES // 4
TESTED = {"conll": QUARTER // 2}  # half as many documents; all other sets of sentences have a quarter
PARAGRAPHS = {"xquad": 8, "mlqa": 8, "tydiqa": 4}  # of eight sentences each, tydiqa a half
TRANSLATED = ("xnli", "pawsx", "xquad", "mlqa", "tydiqa")
OWN = ("udpos", "panx", "conll", "tydiqa")  # a training set of people in each language


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, languages=list(LANGUAGES), seed=2, mono_sentences=1, pairs=PAIRS, task_sentences=SENTENCES, noise={"synonymy": 0.3})
    return path


@pytest.fixture(scope="module", params=TASKS)
def made(request, world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """(task, its task data)."""
    name = request.param
    out = tmp_path_factory.mktemp(name) / "data"
    make_taskdata(name, [world / "tasks" / part for part in get_task(name).directories], list(LANGUAGES), out)
    return name, out


def others(name: str) -> list[str]:
    return sorted(code for code in LANGUAGES if code != get_task(name).source_language)


def test_every_task_reads_the_mini_world(made) -> None:
    name, out = made
    manifest = read_taskdata(name, out)
    assert sorted(set(manifest["languages"]) - {"en"}) == others(name) and not manifest["missing"]
    assert set(manifest["splits"].values()) == {"test"}
    lost = {reason for split in manifest["dropped"].values() for lang in split.values() for reason, count in lang.items() if count}
    assert lost == ({"translation of dev"} if name == "tydiqa" else set())  # whose dev set is a tenth of its English training set


def test_test_sets_have_the_size_that_was_asked_for(made) -> None:
    name, out = made
    kind = KINDS[get_task(name).kind]
    for code in others(name):
        found = kind.read(out, code, "test")
        if name in PARAGRAPHS:
            assert len({record["context"] for record in found}) == PARAGRAPHS[name]
            asked = {record.get("question_lang", code) for record in found}
            assert asked == (set(LANGUAGES) if name == "mlqa" else {code})
        elif name == "bucc":
            assert (len(found.query), len(found.corpus), len(found.gold)) == (QUARTER // 2, QUARTER // 2, QUARTER // 10)
        elif name == "bli":
            assert {record["used"] for record in found} == {True, False}
        else:
            assert read_taskdata(name, out)["n"]["test"][code] == TESTED.get(name, QUARTER)


def test_labels_are_those_of_the_task_and_several(made) -> None:
    name, out = made
    task = get_task(name)
    records = [record for code in LANGUAGES for record in KINDS[task.kind].read(out, code, "test")] if task.labels else []
    found = {label for record in records for label in (record["tags"] if "tags" in record else [record["label"]])}
    assert found <= set(task.labels) and (len(found) > 1) == bool(task.labels)


def test_training_sets_are_where_the_settings_need_them(made) -> None:
    name, out = made
    manifest, task = read_taskdata(name, out), get_task(name)
    trained = {split: sorted(languages) for split, languages in manifest["trained"].items()}
    expected = {"train": sorted(LANGUAGES) if name in OWN else ["en"]} if KINDS[task.kind].trained else {}
    assert trained == expected | ({"translated": others(name)} if name in TRANSLATED else {})
    assert ("translate_train_all" in task.settings) == (name in TRANSLATED) and ("train_all" in task.settings) == (name in OWN)
    if "train" in trained:
        assert "en" in manifest["dev"]
