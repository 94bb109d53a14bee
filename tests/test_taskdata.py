"""The task table, and the task data that the stage leaves."""

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.artifacts import read_jsonl
from isogloss.errors import IsoglossError
from isogloss.languages import LANGUAGES
from isogloss.metrics.answers import RULES
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import SETTINGS, SPLITS, TASKS, get_task
from isogloss.tasks.kinds import KINDS

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "tasks"
SENTENCE = "A\tDET\ndog\tNOUN\n.\tPUNCT\n"


def udpos(directory, **files):
    """Write udpos files; train_en=... is `train-en.tsv`. English is complete unless a file says otherwise."""
    files = {"train_en": SENTENCE, "dev_en": SENTENCE, "test_en": SENTENCE, **files}
    directory.mkdir(exist_ok=True)
    for name, text in files.items():
        if text is not None:
            data = text if isinstance(text, bytes) else text.encode()
            (directory / f"{name.replace('_', '-')}.tsv").write_bytes(data)
    return directory


def tatoeba(directory, foreign, english, code="deu"):
    directory.mkdir(exist_ok=True)
    (directory / f"tatoeba.{code}-eng.{code}").write_bytes(foreign.encode())
    (directory / f"tatoeba.{code}-eng.eng").write_bytes(english.encode())
    return directory


# ------------------------------------------------------------------------------------------------------------------- table


@pytest.mark.parametrize("name", TASKS)
def test_every_task_keeps_the_contract(name):
    task = get_task(name)
    assert task.name == name and task.title and bool(task.layouts) != bool(task.find)
    assert task.settings and list(task.settings) == [setting for setting in SETTINGS if setting in task.settings]
    assert task.kind in KINDS and task.headline in task.metrics
    assert len(set(task.languages)) == len(task.languages)
    assert bool(task.labels) == bool(task.scoring) == (task.kind in ("tag", "classify"))
    assert (task.answer_rule in RULES) == (task.kind == "span") and bool(task.answer_rule) == (task.kind == "span")
    assert task.lower <= set(task.metrics) - {task.headline}
    assert KINDS[task.kind].trained == (task.settings != ("no_train",))
    if task.scoring:
        nothing = task.scoring.metrics(task.scoring.counts([]))
        assert set(task.metrics) <= set(nothing) and set(nothing.values()) == {0}


@pytest.mark.parametrize("name", TASKS)
def test_every_layout_is_told_by_its_names(name):
    for layout in get_task(name).layouts:
        assert set(layout.splits) <= set(SPLITS) and (len(layout.splits) == 1 or all("{split}" in pattern for pattern in layout.files))
        assert all(("{code}" in pattern) == (layout.languages is None) for pattern in layout.files)


def test_the_tasks_of_xtreme():
    of_xtreme = [name for name in TASKS if get_task(name).xtreme]
    assert of_xtreme == "xnli pawsx udpos panx xquad mlqa tydiqa bucc tatoeba".split()
    assert [name for name in TASKS if not get_task(name).source_in_average] == ["bucc", "tatoeba", "bli", "alignment"]


def test_misspelt_task_and_setting():
    with pytest.raises(IsoglossError, match="Did you mean `udpos`"):
        get_task("updos")
    with pytest.raises(IsoglossError, match="udpos has zero_shot, train_all"):
        get_task("udpos").check_setting("zero-shot")


def test_the_table_imports_nothing_heavy():
    code = "import sys, isogloss.tasks; print(sorted({'torch', 'pandas', 'numpy', 'transformers', 'pyarrow'} & set(sys.modules)))"
    path = ":".join(path for path in sys.path if path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path}, check=True)
    assert done.stdout.strip() == "[]"


def test_the_number_of_languages_is_that_of_xtreme():
    sizes = {"udpos": 33, "panx": 40, "conll": 4, "xnli": 15, "pawsx": 7, "xquad": 11, "mlqa": 7, "tydiqa": 9, "bucc": 4, "tatoeba": 36}
    assert {name: len(get_task(name).languages) for name in TASKS} == {**sizes, "bli": 39, "alignment": 39}
    assert (
        set(get_task("panx").languages) == set(LANGUAGES) == {*get_task("alignment").languages, "en"} == {*get_task("bli").languages, "en"}
    )
    assert get_task("tatoeba").layouts[0].codes["zh"] == "cmn"


# ------------------------------------------------------------------------------------------------------------------- stage


def ids(out, split, lang):
    return [record["id"] for record in read_jsonl(out / split / f"{lang}.jsonl")]


def sentences(count):
    return "\n".join(f"w{number}\tNOUN\n" for number in range(count))


def test_the_manifest_says_which_published_split_serves_as_what(tmp_path):
    source = udpos(tmp_path / "s", dev_de=sentences(40), dev_tr=SENTENCE, test_tr=SENTENCE, train_tr=SENTENCE)
    make_taskdata("udpos", source, ["tr", "de", "tr"], tmp_path / "out", licence="CC BY-SA 4.0")
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["languages"] == ["en", "tr", "de"]
    assert manifest["splits"] == {"en": "test", "tr": "test", "de": "dev"}
    assert manifest["dev"] == {"en": "dev", "tr": "dev", "de": "dev"} and manifest["trained"] == {"train": ["en", "tr"]}
    assert manifest["n"] == {"train": {"en": 1, "tr": 1}, "dev": {"en": 1, "tr": 1, "de": 20}, "test": {"en": 1, "tr": 1, "de": 20}}
    assert manifest["licence"] == "CC BY-SA 4.0" and len(manifest["files"]) == 7


def test_missing_languages_and_splits(tmp_path):
    source = udpos(tmp_path / "s", test_tr=SENTENCE)
    make_taskdata("udpos", source, ["tr", "sw"], tmp_path / "out")  # what is not there is left out, and said
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["languages"] == ["en", "tr"] and manifest["missing"] == ["sw"] and set(manifest["dev"]) == {"en"}
    (source / "train-en.tsv").unlink()
    with pytest.raises(IsoglossError, match=r"no train file of the source language en\. there are en \(dev test\), tr \(test\)\. Add it"):
        make_taskdata("udpos", source, ["tr"], tmp_path / "out")
    with pytest.raises(IsoglossError, match="no directory here"):
        make_taskdata("udpos", tmp_path / "absent", ["tr"], tmp_path / "out")
    with pytest.raises(IsoglossError, match=r"has no test data of de\. there are no files of this task at all"):
        make_taskdata("tatoeba", source, ["de"], tmp_path / "out")
    with pytest.raises(IsoglossError, match="has no test data of en"):
        make_taskdata("tatoeba", source, ["en"], tmp_path / "out")


def test_an_empty_file_is_not_a_test_set(tmp_path):
    with pytest.raises(IsoglossError, match=r"test-tr\.tsv: has no usable sentence"):
        make_taskdata("udpos", udpos(tmp_path / "s", test_tr="\n\n"), ["tr"], tmp_path / "out")


def test_sentences_are_the_evaluation_texts(tmp_path):
    """Of dev and test, not of training sets."""
    source = udpos(tmp_path / "s", train_en="secret\tX\n", train_zh="秘\tX\n", test_zh="我\tPRON\n们\tPART\n", dev_zh="他\tPRON\n")
    make_taskdata("udpos", source, ["zh"], tmp_path / "out")
    assert (tmp_path / "out" / "sentences.txt").read_text("utf-8") == "A dog .\n他\n我们\n"
    make_taskdata("tatoeba", tatoeba(tmp_path / "t", "Eins\u2028b\n", "One\n"), ["de", "en"], tmp_path / "pairs")
    assert (tmp_path / "pairs" / "sentences.txt").read_text("utf-8") == "One\nEins b\n"


def test_retrieval_files(tmp_path):
    make_taskdata("tatoeba", tatoeba(tmp_path / "t", "Eins\nZwei\n\n", "One\nTwo\n"), ["de"], tmp_path / "out")
    data = KINDS["retrieve"].read(tmp_path / "out", "de")
    assert data.query == {"en-0": "One", "en-1": "Two"} and data.corpus == {"de-0": "Eins", "de-1": "Zwei"}
    assert data.gold == [("en-0", "de-0"), ("en-1", "de-1")]
    assert data.answers("xx") == {"de-0": "en-0", "de-1": "en-1"}
    with pytest.raises(IsoglossError, match="holds task tatoeba"):
        read_taskdata("udpos", tmp_path / "out")


def test_a_language_unknown_to_xtreme_is_found_by_its_file(tmp_path):
    make_taskdata("tatoeba", tatoeba(tmp_path / "s", "x\n", "y\n", code="de-inv"), ["de-inv"], tmp_path / "out")
    assert read_taskdata("tatoeba", tmp_path / "out")["languages"] == ["de-inv"]


def test_same_bytes_twice(tmp_path):
    source = udpos(tmp_path / "s", test_tr=SENTENCE)
    for out in ("a", "b"):
        make_taskdata("udpos", source, ["tr"], tmp_path / out)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert files and all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


# --------------------------------------------------------------------------------------------- sets of which one is published


def test_a_dev_set_alone_is_halved_in_blocks_of_ten(tmp_path):
    make_taskdata("udpos", udpos(tmp_path / "s", dev_tr=sentences(45)), ["tr"], tmp_path / "out")
    numbers = {split: [int(key.rpartition("-")[2]) for key in ids(tmp_path / "out", split, "tr")] for split in ("dev", "test")}
    assert numbers == {"dev": [*range(10), *range(20, 30), *range(40, 45)], "test": [*range(10, 20), *range(30, 40)]}


def test_a_dev_set_alone_is_the_test_set_where_nothing_is_selected(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/en-tr.dev.tsv").write_text("a\tA\t0-0\n")
    make_taskdata("alignment", tmp_path / "s", ["tr"], tmp_path / "out")
    manifest = read_taskdata("alignment", tmp_path / "out")
    assert manifest["splits"] == {"tr": "dev"} and manifest["dev"] == {} and manifest["n"] == {"test": {"tr": 1}}


def test_one_training_sentence_in_ten_is_dev_where_there_is_no_dev_set(tmp_path):
    make_taskdata("udpos", udpos(tmp_path / "s", train_en=sentences(230), dev_en=None), ["en"], tmp_path / "out")
    manifest = read_taskdata("udpos", tmp_path / "out")
    dev, train = ([int(key.rpartition("-")[2]) for key in ids(tmp_path / "out", split, "en")] for split in ("dev", "train"))
    assert dev == [*range(10), *range(100, 110), *range(200, 210)] and sorted(dev + train) == list(range(230))
    assert manifest["dev"] == {"en": "train"} and manifest["trained"] == {"train": ["en"]}
    assert manifest["n"] == {"train": {"en": 200}, "dev": {"en": 30}, "test": {"en": 1}}


PREMISES = st.lists(st.integers(0, 12), min_size=2, max_size=80).filter(lambda numbers: len(set(numbers)) > 1)


@given(PREMISES)
@settings(max_examples=30)
def test_halves_keep_what_belongs_together_and_are_disjoint_and_complete(tmp_path_factory, premises):
    """Hypotheses of one premise, wherever they stand; also in sets so small that there are no blocks of ten."""
    where = tmp_path_factory.mktemp("xnli")
    lines = [f"p{premise}\th{number}\tneutral\n" for number, premise in enumerate(premises)]
    for name, text in {
        "train-en": "a\tb\tneutral\n",
        "dev-en": "a\tb\tneutral\n",
        "test-en": "a\tb\tneutral\n",
        "dev-de": "".join(lines),
    }.items():
        (where / f"{name}.tsv").write_text(text)
    make_taskdata("xnli", where, ["de"], where / "out")
    halves = [read_jsonl(where / "out" / split / "de.jsonl") for split in ("dev", "test")]
    assert all(halves) and not {record["text_a"] for record in halves[0]} & {record["text_a"] for record in halves[1]}
    told = [(record["text_a"], record["text_b"]) for half in halves for record in half]
    assert sorted(told) == sorted((f"p{premise}", f"h{number}") for number, premise in enumerate(premises))
    assert len({record["id"] for half in halves for record in half}) == len(premises)


def squad(directory, name, contexts, question="who?"):
    """SQuAD's JSON: two questions about each context, answered by its first word; ids {n}-0 and {n}-1."""
    directory.mkdir(parents=True, exist_ok=True)
    paragraphs = [
        {"context": context, "qas": [_asked(f"{number}-{k}", question, context.split()[0]) for k in range(2)]}
        for number, context in enumerate(contexts)
    ]
    (directory / name).write_text(json.dumps({"data": [{"title": "t", "paragraphs": paragraphs}]}))


def _asked(key, question, answer):
    return {"id": key, "question": question, "answers": [{"text": answer, "answer_start": 0}]}


def test_questions_about_one_text_stay_together(tmp_path):
    squad(tmp_path / "s", "train-v1.1.json", [f"Ada{n} came." for n in range(30)])
    squad(tmp_path / "s", "xquad.en.json", ["Bob came."])
    make_taskdata("xquad", tmp_path / "s", ["en"], tmp_path / "out")
    dev, train = (read_jsonl(tmp_path / "out" / split / "en.jsonl") for split in ("dev", "train"))
    assert {record["context"] for record in dev} == {f"Ada{n} came." for n in range(3)}  # a tenth, 27 are left
    assert len(dev) == 6 and len(train) == 54 and not {r["context"] for r in dev} & {r["context"] for r in train}


def test_drops_are_counted_in_the_part_that_they_would_have_been_in(tmp_path):
    """So that kept and dropped records of both parts add up to the file."""
    textless = {3, 12, 13, 31}
    text = "\n".join("_\tNOUN\n" if number in textless else f"w{number}\tNOUN\n" for number in range(40))
    make_taskdata("udpos", udpos(tmp_path / "s", dev_tr=text), ["tr"], tmp_path / "out")
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert {split: manifest["dropped"][split]["tr"] for split in ("dev", "test")} == {
        "dev": {"missing words": 1},
        "test": {"missing words": 3},
    }
    assert {split: manifest["n"][split]["tr"] for split in ("dev", "test")} == {"dev": 19, "test": 17}


# ------------------------------------------------------------------------------------------------------ questions in languages


@pytest.fixture
def mlqa(tmp_path):
    """MLQA in three languages, all questions on all texts, and what it is learnt from."""
    squad(tmp_path / "s", "train-v1.1.json", [f"Ada{n} came." for n in range(20)])
    squad(tmp_path / "s", "squad.translate.train.en-de.json", ["Ada kam."])
    for context in ("de", "en", "zh"):
        squad(tmp_path / "s", f"dev-context-{context}-question-{context}.json", [f"{context} dev"])
        for asking in ("de", "en", "zh"):
            squad(tmp_path / "s", f"test-context-{context}-question-{asking}.json", [f"{context} test"], question=f"{asking}?")
    return tmp_path / "s"


def test_questions_are_kept_in_the_languages_of_the_experiment_and_the_others_counted(mlqa, tmp_path):
    make_taskdata("mlqa", mlqa, ["en", "de"], tmp_path / "out")
    manifest = read_taskdata("mlqa", tmp_path / "out")
    assert manifest["n"]["test"] == {"en": 4, "de": 4}
    assert manifest["dropped"]["test"] == dict.fromkeys(("en", "de"), {"question in another language": 2})
    records = read_jsonl(tmp_path / "out/test/de.jsonl")
    assert {(record["id"], record["question_lang"], record["question"]) for record in records} == {
        *((f"0-{k}", "de", "de?") for k in range(2)),
        *((f"0-{k}:en", "en", "en?") for k in range(2)),
    }
    assert manifest["trained"] == {"train": ["en"], "translated": ["de"]}


def test_a_derived_language_of_questions_asks_in_itself(mlqa, tmp_path):
    make_taskdata("mlqa", mlqa, ["en", "de", "de_x"], tmp_path / "out", derived={"de_x": [{"invert": {}}]})
    records, base = (read_jsonl(tmp_path / f"out/test/{lang}.jsonl") for lang in ("de_x", "de"))
    assert [record["question_lang"] for record in records] == ["de_x"] * 2 and [record["id"] for record in records] == ["0-0", "0-1"]
    for record in records:
        assert record["context"] == "test de" and record["answers"] == [{"text": "de", "start": 5}]
    assert Counter(record["question_lang"] for record in base) == {"de": 2, "en": 2}
    manifest = read_taskdata("mlqa", tmp_path / "out")
    assert manifest["splits"]["de_x"] == "test" and manifest["trained"]["translated"] == ["de", "de_x"]


def test_an_answer_that_is_torn_apart_is_dropped_from_the_derived_language_and_counted(tmp_path):
    squad(tmp_path / "s", "train-v1.1.json", [f"Ada{n} came." for n in range(20)])
    text = "One two three four five six."
    paragraph = {"context": text, "qas": [_asked("whole", "who?", "One"), _asked("torn", "who?", "One two three four")]}
    for lang in ("en", "de"):
        (tmp_path / f"s/xquad.{lang}.json").write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))
    make_taskdata("xquad", tmp_path / "s", ["en", "de", "de_x"], tmp_path / "out", derived={"de_x": [{"permute": {"seed": 1}}]})
    manifest = read_taskdata("xquad", tmp_path / "out")
    (record,) = read_jsonl(tmp_path / "out/test/de_x.jsonl")
    (answer,) = record["answers"]
    assert record["id"] == "whole" and record["context"][answer["start"] :].startswith("One") and answer["text"] == "One"
    assert manifest["dropped"]["test"]["de_x"] == {"answer not contiguous": 1} and manifest["n"]["test"] == {"en": 2, "de": 2, "de_x": 1}


# ----------------------------------------------------------------------------------------------------------------- sources


def test_a_set_may_lie_in_several_places(tmp_path):
    udpos(tmp_path / "a", test_tr=SENTENCE)
    udpos(tmp_path / "b", train_en=None, dev_en=None, test_en=None, test_de=sentences(2))
    squad(tmp_path / "unrelated", "train-v1.1.json", ["x"])
    make_taskdata("udpos", [tmp_path / "a", tmp_path / "unrelated", tmp_path / "b"], ["tr", "de"], tmp_path / "out")
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["n"]["test"] == {"en": 1, "tr": 1, "de": 2} and "test-de.tsv" in manifest["files"]
    udpos(tmp_path / "c", train_en=None, dev_en=None, test_en=None, test_de=sentences(3))
    with pytest.raises(IsoglossError, match=r"c/test-de\.tsv: is the test set of de, as .*b/test-de\.tsv is"):
        make_taskdata("udpos", [tmp_path / "a", tmp_path / "b", tmp_path / "c"], ["tr", "de"], tmp_path / "out")


def test_archives_are_read_as_if_they_were_unpacked(tmp_path):
    """A zip beside a tar that holds another one; nothing is left of them, and their files are named as in folders."""
    plain = udpos(tmp_path / "plain", test_tr=sentences(3), test_de=sentences(2))
    packed = tmp_path / "packed"
    packed.mkdir()
    with zipfile.ZipFile(packed / "en.zip", "w") as archive:
        for path in sorted(plain.glob("*-en.tsv")):
            archive.write(path, path.name)
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        tar.add(plain / "test-tr.tsv", "test-tr.tsv")
    (tmp_path / "tr.tgz").write_bytes(inner.getvalue())
    with tarfile.open(packed / "others.tar", "w") as tar:
        tar.add(tmp_path / "tr.tgz", "deep/tr.tgz")
        tar.add(plain / "test-de.tsv", "deep/test-de.tsv")
    for source, out in ((plain, "a"), (packed, "b")):
        make_taskdata("udpos", source, ["tr", "de"], tmp_path / out)
    manifests = [read_taskdata("udpos", tmp_path / out) for out in ("a", "b")]
    assert {**manifests[0], "files": None} == {**manifests[1], "files": None}
    assert sorted(manifests[0]["files"].values()) == sorted(manifests[1]["files"].values())
    assert {"en.zip/train-en.tsv", "others.tar/deep/tr.tgz/test-tr.tsv", "others.tar/deep/test-de.tsv"} < set(manifests[1]["files"])
    assert (tmp_path / "a/test/tr.jsonl").read_bytes() == (tmp_path / "b/test/tr.jsonl").read_bytes()
    assert sorted(path.name for path in packed.rglob("*")) == ["en.zip", "others.tar"]


def test_a_damaged_archive_leaves_nothing(tmp_path):
    source = udpos(tmp_path / "s", test_tr=SENTENCE)
    (source / "more.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(IsoglossError, match=r"more\.zip: cannot be read"):
        make_taskdata("udpos", source, ["tr"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --------------------------------------------------------------------------------------------------------------- real data


@pytest.mark.parametrize(
    ("task", "languages", "split", "n"),
    [("udpos", ["tr", "zh"], "test", {"en": 5440, "tr": 5842, "zh": 3455}), ("tatoeba", ["sw", "zh"], "test", {"sw": 390, "zh": 1000})],
)
def test_real_data(tmp_path, task, languages, split, n):
    if not REAL.is_dir():
        pytest.skip(f"no real task data in {REAL}")
    make_taskdata(task, REAL / task, languages, tmp_path / "out")
    assert read_taskdata(task, tmp_path / "out")["n"][split] == n


def test_translations_of_what_became_dev_are_not_learnt_from(tmp_path):
    """TyDiQA has no dev set: a tenth of the English questions is, and their translations would tell the answers."""

    def squad(name, language, count):
        asked = [
            {
                "context": f"{language} text {k}.",
                "qas": [{"id": f"q-{k}", "question": "?", "answers": [{"text": "text", "answer_start": 3}]}],
            }
            for k in range(count)
        ]
        (tmp_path / name).write_text(json.dumps({"data": [{"paragraphs": asked}]}), encoding="utf-8")

    squad("tydiqa.goldp.en.train.json", "en", 40)
    squad("tydiqa.goldp.en.dev.json", "en", 2)
    squad("tydiqa.goldp.ru.dev.json", "ru", 2)
    squad("tydiqa.translate.train.en-ru.json", "ru", 40)
    make_taskdata("tydiqa", tmp_path, ["en", "ru"], tmp_path / "out")
    held, learnt, translated = (
        {record["id"] for record in read_jsonl(tmp_path / "out" / place)}
        for place in ("dev/en.jsonl", "train/en.jsonl", "translated/ru.jsonl")
    )
    assert len(held) == 4 and translated == learnt and not held & learnt
    assert read_taskdata("tydiqa", tmp_path / "out")["dropped"]["translated"]["ru"] == {"translation of dev": 4}
