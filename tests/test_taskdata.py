"""The task table, the converters on damaged files, and the task data that the stage leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.artifacts import read_jsonl
from isogloss.errors import IsoglossError
from isogloss.languages import LANGUAGES
from isogloss.taskdata import available, make_taskdata, read_taskdata
from isogloss.tasks import TASKS, get_task, read_lines
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
    assert task.name == name and task.title and task.settings and bool(task.files) != bool(task.find)
    assert task.kind in KINDS and task.headline in task.metrics
    assert len(set(task.languages)) == len(task.languages)
    assert set(task.codes) <= set(task.languages)
    assert bool(task.labels) == bool(task.scoring) == (task.kind in ("tag", "classify"))
    assert task.lower <= set(task.metrics) - {task.headline}
    if task.scoring:
        nothing = task.scoring.metrics(task.scoring.counts([]))
        assert set(task.metrics) <= set(nothing) and set(nothing.values()) == {0}


def test_misspelt_task_and_setting():
    with pytest.raises(IsoglossError, match="Did you mean `udpos`"):
        get_task("updos")
    with pytest.raises(IsoglossError, match="udpos has zero_shot"):
        get_task("udpos").check_setting("zero-shot")


def test_the_table_imports_nothing_heavy():
    code = "import sys, isogloss.tasks; print(sorted({'torch', 'pandas', 'numpy', 'transformers', 'pyarrow'} & set(sys.modules)))"
    path = ":".join(path for path in sys.path if path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path}, check=True)
    assert done.stdout.strip() == "[]"


def test_the_number_of_languages_is_that_of_xtreme():
    sizes = {"udpos": 33, "panx": 40, "xnli": 15, "pawsx": 7, "tatoeba": 36, "alignment": 39}
    assert {name: len(get_task(name).languages) for name in TASKS} == sizes
    assert set(get_task("panx").languages) == set(LANGUAGES) == {*get_task("alignment").languages, "en"}
    assert get_task("tatoeba").codes["zh"] == "cmn"


# -------------------------------------------------------------------------------------------------------------- converters


def records(source, lang="en", split="train"):
    return list(get_task("udpos").convert(source, lang, split))


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE + "\n" + SENTENCE,
        "\ufeff" + SENTENCE + "\n" + SENTENCE,
        (SENTENCE + "\n" + SENTENCE).replace("\n", "\r\n"),
        "\n\n" + SENTENCE + "\n \n\n" + SENTENCE + "\n\n\n",
        (SENTENCE + "\n" + SENTENCE).removesuffix("\n"),
    ],
    ids=["plain", "BOM", "CRLF", "many blank lines", "no final newline"],
)
def test_harmless_differences_between_files(tmp_path, text):
    found = records(udpos(tmp_path, train_en=text))
    assert [record["tokens"] for record in found] == [["A", "dog", "."]] * 2
    assert [record["id"] for record in found] == ["en-train-0", "en-train-1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tDET\nb\tNOUN\textra\n", r"train-en\.tsv line 2: has 3 columns"),
        ("a\tDET\n\nb NOUN\n", r"train-en\.tsv line 3: has 1 columns"),
        ("a\tDET\nb\tNN\n", r"train-en\.tsv line 2: tag 'NN' is unknown\. expected one of ADJ"),
        ("a\t_\n", "tag '_' is unknown"),
        (b"a\tDET\n\xff\xfe\tNOUN\n", r"train-en\.tsv line 2: is not UTF-8"),
    ],
)
def test_damage_is_named_with_file_and_line(tmp_path, text, message):
    with pytest.raises(IsoglossError, match=message):
        records(udpos(tmp_path, train_en=text))


def test_forms_lose_joiners_and_inner_spaces_only(tmp_path):
    (record,) = records(udpos(tmp_path, train_en="10 000\tNUM\nمی\u200cخواهم\tVERB\na\u2028b\tX\n\u200c\tX\nx\tX\n"))
    assert record["tokens"] == ["10000", "میخواهم", "ab", "_", "x"]


def test_sentences_without_words_are_dropped_and_counted(tmp_path):
    textless = "_\tDET\n_\tNOUN\n.\tPUNCT\n"
    partly = "_\tDET\n_\tNOUN\nruns\tVERB\n.\tPUNCT\n"
    make_taskdata("udpos", udpos(tmp_path / "s", test_en=f"{textless}\n{partly}\n_\tX\n"), ["en"], tmp_path / "out")
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["n"]["test"]["en"] == 1
    assert manifest["dropped"]["test"]["en"] == {"missing words": 2}
    assert read_jsonl(tmp_path / "out" / "test" / "en.jsonl")[0]["id"] == "en-test-1"  # its place in the published file


def test_tatoeba_sides_must_agree(tmp_path):
    with pytest.raises(IsoglossError, match=r"tatoeba\.deu-eng\.deu: has 2 sentences, but tatoeba\.deu-eng\.eng has 1"):
        make_taskdata("tatoeba", tatoeba(tmp_path, "Eins\nZwei\n", "One\n"), ["de"], tmp_path / "out")
    with pytest.raises(IsoglossError, match=r"tatoeba\.deu-eng\.deu line 2: is blank"):
        make_taskdata("tatoeba", tatoeba(tmp_path, "Eins\n\nDrei\n", "One\nTwo\nThree\n"), ["de"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_lines_end_at_newlines_only(tmp_path):
    (tmp_path / "f").write_bytes("a\u2028b\u0085c\x1c\r\nd".encode())
    assert list(read_lines(tmp_path / "f")) == [(1, "a\u2028b\u0085c\x1c"), (2, "d")]
    with pytest.raises(IsoglossError, match="cannot be read"):
        list(read_lines(tmp_path / "absent"))


# ------------------------------------------------------------------------------------------------------------------- stage


def test_dev_stands_in_for_test_and_the_manifest_says_so(tmp_path):
    source = udpos(tmp_path / "s", dev_de=SENTENCE, dev_tr=SENTENCE, test_tr=SENTENCE)
    make_taskdata("udpos", source, ["tr", "de", "tr"], tmp_path / "out", licence="CC BY-SA 4.0")
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["languages"] == ["en", "tr", "de"]
    assert manifest["splits"] == {"en": "test", "tr": "test", "de": "dev"}
    assert manifest["n"] == {"train": {"en": 1}, "dev": {"en": 1, "tr": 1}, "test": {"en": 1, "tr": 1, "de": 1}}
    assert manifest["licence"] == "CC BY-SA 4.0" and len(manifest["files"]) == 6
    assert not (tmp_path / "out" / "dev" / "de.jsonl").exists()


def test_missing_languages_and_splits(tmp_path):
    source = udpos(tmp_path / "s", test_tr=SENTENCE)
    make_taskdata("udpos", source, ["tr", "sw"], tmp_path / "out")  # what is not there is left out, and said
    manifest = read_taskdata("udpos", tmp_path / "out")
    assert manifest["languages"] == ["en", "tr"] and manifest["missing"] == ["sw"]
    (source / "dev-en.tsv").unlink()
    with pytest.raises(IsoglossError, match=r"no dev file of the source language en.*Add dev-en\.tsv"):
        make_taskdata("udpos", source, ["tr"], tmp_path / "out")
    with pytest.raises(IsoglossError, match="no directory here"):
        make_taskdata("udpos", tmp_path / "absent", ["tr"], tmp_path / "out")
    with pytest.raises(IsoglossError, match="has none of de: there are no files|no files of this task at all"):
        make_taskdata("tatoeba", source, ["de"], tmp_path / "out")
    with pytest.raises(IsoglossError, match="has none of en"):
        make_taskdata("tatoeba", source, ["en"], tmp_path / "out")


def test_an_empty_file_is_not_a_test_set(tmp_path):
    with pytest.raises(IsoglossError, match=r"test-tr\.tsv: has no usable sentence"):
        make_taskdata("udpos", udpos(tmp_path / "s", test_tr="\n\n"), ["tr"], tmp_path / "out")


def test_sentences_are_the_evaluation_texts(tmp_path):
    source = udpos(tmp_path / "s", train_en="secret\tX\n", test_zh="我\tPRON\n们\tPART\n")
    make_taskdata("udpos", source, ["zh"], tmp_path / "out")
    assert (tmp_path / "out" / "sentences.txt").read_text("utf-8") == "A dog .\n我们\n"
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
    source = tatoeba(tmp_path, "x\n", "y\n", code="de-inv")
    assert available(get_task("tatoeba"), source) == {"de-inv": {"test"}}


def test_same_bytes_twice(tmp_path):
    source = udpos(tmp_path / "s", test_tr=SENTENCE)
    for out in ("a", "b"):
        make_taskdata("udpos", source, ["tr"], tmp_path / out)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert files and all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


@pytest.mark.parametrize(
    ("task", "languages", "split", "n"),
    [("udpos", ["tr", "zh"], "test", {"en": 5440, "tr": 5842, "zh": 3455}), ("tatoeba", ["sw", "zh"], "test", {"sw": 390, "zh": 1000})],
)
def test_real_data(tmp_path, task, languages, split, n):
    if not REAL.is_dir():
        pytest.skip(f"no real task data in {REAL}")
    make_taskdata(task, REAL / task, languages, tmp_path / "out")
    assert read_taskdata(task, tmp_path / "out")["n"][split] == n
