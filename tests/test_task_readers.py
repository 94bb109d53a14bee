"""The readers of XNLI, PAWS-X and PAN-X: what is in a line stays in a record, damage is named or counted."""

from pathlib import Path

import pytest

from isogloss.artifacts import read_jsonl
from isogloss.errors import IsoglossError
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "tasks"
XNLI = 'He said "no".\tHe agreed.\tcontradiction\nIt rains .\tIt is wet .\tentailment\n'
PAWSX = "A gave B a C .\tB gave A a C .\t0\nSo A did .\tA did so .\t1\n"
PANX = "Ada\tB-PER\nLovelace\tI-PER\nin\tO\n\nParis\tB-LOC\n"
GOOD = {"xnli": XNLI, "pawsx": PAWSX, "panx": PANX}


def source(directory, text, **files):
    """The English files with the same text in each split; test_zh=... is `test-zh.tsv`."""
    directory.mkdir(exist_ok=True)
    for name, content in {"train_en": text, "dev_en": text, "test_en": text, **files}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (directory / f"{name.replace('_', '-')}.tsv").write_bytes(data)
    return directory


def records(task, directory, text, lang="en"):
    """What the reader makes of one test file."""
    return list(get_task(task).convert(source(directory, GOOD[task], **{f"test_{lang}": text}), lang, "test"))


# --------------------------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize("task", GOOD)
@pytest.mark.parametrize(
    "harmless",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.removesuffix("\n"),
        lambda text: text + "\n \n\n",
    ],
    ids=["plain", "BOM", "CRLF", "no final newline", "blank lines at the end"],
)
def test_harmless_differences_between_files(tmp_path, task, harmless):
    found = records(task, tmp_path, harmless(GOOD[task]))
    assert found == records(task, tmp_path, GOOD[task]) and [record["id"] for record in found] == ["en-test-0", "en-test-1"]


@pytest.mark.parametrize(
    ("task", "text", "message"),
    [
        ("xnli", XNLI + "a\tneutral\n", r"test-en\.tsv line 3: has 2 columns\. expected text TAB text TAB label"),
        ("xnli", "a\tb\tc\tneutral\n", r"test-en\.tsv line 1: has 4 columns"),
        ("xnli", "a\tb\tmaybe\n", r"line 1: label 'maybe' is unknown\. expected one of contradiction entailment neutral"),
        ("xnli", "a\tb\t\n", "line 1: label '' is unknown"),
        ("pawsx", PAWSX + "sentence1\tsentence2\tlabel\n", r"test-en\.tsv line 3: label 'label' is unknown"),
        ("panx", PANX + "x\n", r"test-en\.tsv line 6: has 1 columns"),
        ("panx", "Ada\tB-PER\nx\tB-MISC\n", r"test-en\.tsv line 2: tag 'B-MISC' is unknown\. expected one of B-LOC"),
        ("panx", "Ada B-PER\n", r"test-en\.tsv line 1: has 1 columns"),
        ("xnli", "\t\t\n", "line 1: label '' is unknown"),  # columns, not a blank line
        ("panx", "\t\n", "line 1: tag '' is unknown"),
        ("xnli", b"a\tb\tneutral\n\xff\tb\tneutral\n", r"test-en\.tsv line 2: is not UTF-8"),
    ],
)
def test_damage_is_named_with_file_and_line(tmp_path, task, text, message):
    with pytest.raises(IsoglossError, match=message):
        records(task, tmp_path, text)


@pytest.mark.parametrize("task", GOOD)
def test_dev_stands_in_for_test_where_there_is_no_test(tmp_path, task):
    make_taskdata(
        task, source(tmp_path / "s", GOOD[task], dev_zh=GOOD[task], dev_de=GOOD[task], test_de=GOOD[task]), ["de", "zh"], tmp_path / "out"
    )
    manifest = read_taskdata(task, tmp_path / "out")
    assert manifest["splits"] == {"en": "test", "de": "test", "zh": "dev"}
    assert manifest["n"] == {"train": {"en": 2}, "dev": {"en": 2, "de": 2}, "test": {"en": 2, "de": 2, "zh": 2}}


# ------------------------------------------------------------------------------------------------------------ sentence pairs


@pytest.mark.parametrize("task", ["xnli", "pawsx"])
def test_quotes_mean_nothing_and_texts_stay_as_they_are(tmp_path, task):
    label = get_task(task).labels[0]
    pairs = [('"', 'say "x'), ('``"" a', " two  spaces "), ("a\u2028b\x1c", '""'), ("", "\u3000"), ("'#'", "\\t")]
    found = records(task, tmp_path, "".join(f"{a}\t{b}\t{label}\n" for a, b in pairs))
    assert [(record["text_a"], record["text_b"]) for record in found] == pairs


def test_the_spelling_of_machine_translated_xnli(tmp_path):
    found = records("xnli", tmp_path, "a\tb\tcontradictory\na\tb\tneutral\na\tb\tcontradiction\n")
    assert [record["label"] for record in found] == ["contradiction", "neutral", "contradiction"]


def test_lines_of_pawsx_with_other_columns_are_dropped_and_counted(tmp_path):
    damaged = "a\tb\t1\nno tab at all\na\tb\tc\t1\n\ta\tb\t0\na\tb\t0\n"
    make_taskdata("pawsx", source(tmp_path / "s", PAWSX, test_de=damaged), ["de"], tmp_path / "out")
    manifest = read_taskdata("pawsx", tmp_path / "out")
    assert manifest["dropped"]["test"] == {"en": {}, "de": {"columns": 3}} and manifest["n"]["test"]["de"] == 2
    kept = read_jsonl(tmp_path / "out" / "test" / "de.jsonl")
    assert [record["id"] for record in kept] == ["de-test-0", "de-test-4"]  # their places in the published file
    with pytest.raises(IsoglossError, match=r"test-de\.tsv: has no usable sentence \(dropped: \{'columns': 1\}\)"):
        make_taskdata("pawsx", source(tmp_path / "s", PAWSX, test_de="a\tb\n"), ["de"], tmp_path / "none")


def test_what_was_never_translated_stays_and_is_counted(tmp_path):
    make_taskdata("pawsx", source(tmp_path / "s", PAWSX, test_de="NS\tb\t1\na\tNS \t0\nNS\tNS\t1\na NS\tb\t0\n"), ["de"], tmp_path / "out")
    manifest = read_taskdata("pawsx", tmp_path / "out")
    assert manifest["noted"]["test"] == {"en": {"untranslated": 0}, "de": {"untranslated": 3}} and manifest["n"]["test"]["de"] == 4


def test_both_texts_of_a_pair_are_evaluation_sentences(tmp_path):
    make_taskdata("xnli", source(tmp_path / "s", XNLI, train_en="secret\tsecret\tneutral\n"), [], tmp_path / "out")
    assert (tmp_path / "out" / "sentences.txt").read_text("utf-8") == 'He said "no".\nHe agreed.\nIt rains .\nIt is wet .\n'


def test_a_converter_that_breaks_the_contract_is_caught():
    record = {"id": "0", "text_a": "a", "text_b": "b", "label": "1"}
    KINDS["classify"].check(get_task("pawsx"), [record])
    with pytest.raises(IsoglossError, match="id '0' occurs twice"):
        KINDS["classify"].check(get_task("pawsx"), [record, record])
    with pytest.raises(IsoglossError, match=r"record 0: has label 'yes'\. expected 0 1"):
        KINDS["classify"].check(get_task("pawsx"), [{**record, "label": "yes"}])


# --------------------------------------------------------------------------------------------------------------------- PAN-X


def test_tokens_of_panx_keep_every_character(tmp_path):
    tokens = ["10 000", " ", "\u3000", '"', "a:b", "\u200fx", "http://x.y", "''", "\u2028", "", "a\xa0b"]
    (record,) = records("panx", tmp_path, "".join(f"{token}\tO\n" for token in tokens))
    assert record["tokens"] == tokens and record["tags"] == ["O"] * len(tokens)


def test_the_original_form_of_panx_loses_its_prefix(tmp_path):
    (record,) = records("panx", tmp_path, "en:10:30\tO\nen:\tO\nen:en:x\tB-LOC\n")
    assert record["tokens"] == ["10:30", "", "en:x"]
    (record,) = records("panx", tmp_path, "en:10:30\tO\nx\tO\n")  # one token without: a colon is a colon
    assert record["tokens"] == ["en:10:30", "x"]


@pytest.mark.parametrize(("lang", "joined"), [("de", "a b"), ("zh", "ab"), ("th", "ab"), ("my", "ab"), ("ko", "a b")])
def test_tokens_are_joined_as_the_language_writes_them(lang, joined):
    assert list(KINDS["tag"].sentences(lang, [{"tokens": ["a", "b"]}])) == [joined]


# ----------------------------------------------------------------------------------------------------------------- real data


def real(task, directory, train=None):
    """Published files, with a half of English dev as dev and the other as test, and the first 200 records of `train` as train."""
    if not REAL.is_dir():
        pytest.skip(f"no real task data in {REAL}")
    directory.mkdir()
    between = "\n\n" if task == "panx" else "\n"
    for path in (REAL / task).glob("dev-*.tsv"):
        (directory / path.name).symlink_to(path)
    (directory / "dev-en.tsv").unlink()
    for name, part in (("dev-en", slice(0, None, 2)), ("test-en", slice(1, None, 2))):
        pieces = (REAL / task / "dev-en.tsv").read_text("utf-8").rstrip("\n").split(between)
        (directory / f"{name}.tsv").write_text(between.join(pieces[part]), "utf-8")
    pieces = (REAL / task / f"{train}-en.tsv").read_text("utf-8").split(between)
    (directory / "train-en.tsv").write_text(between.join(pieces[:200]), "utf-8")
    return directory


@pytest.mark.parametrize(
    ("task", "train", "n"),
    [
        ("xnli", "train", {"en": 1245, "ar": 2490, "sw": 2490, "zh": 2490}),
        ("pawsx", "dev", {"en": 1000, "de": 2000, "zh": 2000}),
        ("panx", "train", {"en": 5000, "hi": 1000, "zh": 10000}),
    ],
)
def test_real_files_are_read_to_the_last_line(tmp_path, task, train, n):
    make_taskdata(task, real(task, tmp_path / "s", train), list(n), tmp_path / "out")
    manifest = read_taskdata(task, tmp_path / "out")
    assert manifest["n"]["test"] == n and manifest["n"]["train"] == {"en": 200}
    assert not any(lost for split in manifest["dropped"].values() for lost in split.values())
    assert set(manifest["splits"].values()) == {"test", "dev"}
    if task == "pawsx":
        assert manifest["noted"]["test"]["de"] == {"untranslated": 68}
    if task == "panx":
        tokens = [token for record in read_jsonl(tmp_path / "out" / "test" / "zh.jsonl") for token in record["tokens"]]
        assert len(tokens) == 213_682 and sum('"' in token for token in tokens) == 43


def test_entities_of_real_panx_are_those_of_the_published_counts(tmp_path):
    if not REAL.is_dir():
        pytest.skip(f"no real task data in {REAL}")
    found = list(get_task("panx").convert(REAL / "panx", "en", "dev"))
    tags = [(record["tags"], record["tags"]) for record in found]
    counts = get_task("panx").scoring.counts(tags)
    starts = sum(tag.startswith("B-") for record in found for tag in record["tags"])
    assert counts["strict"] == {"tp": starts, "fp": 0, "fn": 0} and starts == 4834 + 4677 + 4635
    assert counts["conll"]["tp"] >= starts
