"""The readers of sentence pairs and of tagged sentences: what is in a line stays in a record, damage is named or counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.tasks import get_task, read_lines
from isogloss.tasks.kinds import KINDS
from isogloss.tasks.pairs import Columns, Pairs
from isogloss.tasks.tagged import tagged_records, tagged_sentences
from reading import kept, real, records, there, written

XNLI = 'He said "no".\tHe agreed.\tcontradiction\nIt rains .\tIt is wet .\tentailment\n'
PAWSX = "A gave B a C .\tB gave A a C .\t0\nSo A did .\tA did so .\t1\n"
UDPOS = "A\tDET\ndog\tNOUN\n\n.\tPUNCT\n"
PANX = "Ada\tB-PER\nLovelace\tI-PER\nin\tO\n\nParis\tB-LOC\n"
GOOD = {"xnli": XNLI, "pawsx": PAWSX, "udpos": UDPOS, "panx": PANX}


def read(task, directory, text, lang="en"):
    """What the reader makes of one test file."""
    return records(task, written(directory, {f"test-{lang}.tsv": text}), lang)


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
    found = read(task, tmp_path, harmless(GOOD[task]))
    assert found == read(task, tmp_path, GOOD[task]) and [record["id"] for record in found] == ["en-test-0", "en-test-1"]


@pytest.mark.parametrize(
    ("task", "text", "message"),
    [
        ("xnli", XNLI + "a\tneutral\n", r"test-en\.tsv line 3: has 2 columns\. expected text TAB text TAB label"),
        ("xnli", "a\tb\tc\tneutral\n", r"test-en\.tsv line 1: has 4 columns"),
        ("xnli", "a\tb\tmaybe\n", r"line 1: label 'maybe' is unknown\. expected one of contradiction entailment neutral"),
        ("xnli", "a\tb\t\n", "line 1: label '' is unknown"),
        ("pawsx", PAWSX + "sentence1\tsentence2\tlabel\n", r"test-en\.tsv line 3: label 'label' is unknown"),
        ("udpos", "a\tDET\nb\tNOUN\textra\n", r"test-en\.tsv line 2: has 3 columns"),
        ("udpos", "a\tDET\n\nb NOUN\n", r"test-en\.tsv line 3: has 1 columns"),
        ("udpos", "a\tDET\nb\tNN\n", r"test-en\.tsv line 2: tag 'NN' is unknown\. expected one of ADJ"),
        ("udpos", "a\t_\n", "tag '_' is unknown"),
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
        read(task, tmp_path, text)


def test_lines_end_at_newlines_only(tmp_path):
    (tmp_path / "f").write_bytes("a\u2028b\u0085c\x1c\r\nd".encode())
    assert list(read_lines(tmp_path / "f")) == [(1, "a\u2028b\u0085c\x1c"), (2, "d")]
    with pytest.raises(IsoglossError, match="cannot be read"):
        list(read_lines(tmp_path / "absent"))


# ------------------------------------------------------------------------------------------------------------ sentence pairs


@pytest.mark.parametrize("task", ["xnli", "pawsx"])
def test_quotes_mean_nothing_and_texts_stay_as_they_are(tmp_path, task):
    label = get_task(task).labels[0]
    pairs = [('"', 'say "x'), ('``"" a', " two  spaces "), ("a\u2028b\x1c", '""'), ("", "\u3000"), ("'#'", "\\t")]
    found = read(task, tmp_path, "".join(f"{a}\t{b}\t{label}\n" for a, b in pairs))
    assert [(record["text_a"], record["text_b"]) for record in found] == pairs


def test_the_spelling_of_machine_translated_xnli(tmp_path):
    found = read("xnli", tmp_path, "a\tb\tcontradictory\na\tb\tneutral\na\tb\tcontradiction\n")
    assert [record["label"] for record in found] == ["contradiction", "neutral", "contradiction"]


def test_lines_of_pawsx_with_other_columns_are_dropped(tmp_path):
    found = read("pawsx", tmp_path, "a\tb\t1\nno tab at all\na\tb\tc\t1\n\ta\tb\t0\na\tb\t0\n")
    assert [record["id"] for record in kept("pawsx", found)] == ["en-test-0", "en-test-4"]  # their places in the published file


def test_what_was_never_translated_stays_and_is_noted(tmp_path):
    found = read("pawsx", tmp_path, "NS\tb\t1\na\tNS \t0\nNS\tNS\t1\na NS\tb\t0\n")
    ((remark, holds),) = get_task("pawsx").noted
    assert remark == "untranslated" and list(map(holds, kept("pawsx", found))) == [True, True, True, False]


OFFICIAL = {  # of XNLI-1.0: 19 columns, of which language, label, texts matter
    "dev": [("ar", "neutral", "a", "b"), ("en", "entailment", 'say "x', '"'), ("en", "contradiction", " c", "d")],
    "test": [("en", "neutral", "e", "f"), ("fr", "entailment", "g", "h"), ("ar", "contradiction", "i", "j")],
}


def official(rows):
    """The file of XNLI-1.0 with these rows."""
    header = ["language", "gold_label", *(f"column {k}" for k in range(2, 19))]
    lines = [[lang, label, *"2345", one, two, *(str(k) for k in range(8, 19))] for lang, label, one, two in rows]
    return "".join("\t".join(line) + "\n" for line in [header, *lines])


def test_xnli_as_published(tmp_path):
    files = {f"XNLI-1.0/xnli.{split}.tsv": official(rows) for split, rows in OFFICIAL.items()}
    train = "premise\thypo\tlabel\nx\ty\tcontradictory\n"
    files |= {f"XNLI-MT-1.0/multinli/multinli.train.{lang}.tsv": train for lang in ("en", "fr")}
    source = written(tmp_path, files)
    assert {("en", "train"), ("fr", "translated"), ("ar", "dev"), ("zh", "test")} < set(there("xnli", source))
    assert not {("fr", "train"), ("en", "translated")} & set(there("xnli", source))
    for split, rows in OFFICIAL.items():
        for lang in ("en", "ar", "fr"):
            found = [(lang, record["label"], record["text_a"], record["text_b"]) for record in records("xnli", source, lang, split)]
            assert found == [row for row in rows if row[0] == lang]
    (record,) = records("xnli", source, "fr", "translated")
    assert record == {"id": "fr-translated-0", "text_a": "x", "text_b": "y", "label": "contradiction"}


def test_a_line_of_official_xnli_that_lacks_columns_is_named(tmp_path):
    source = written(tmp_path, {"xnli.dev.tsv": official(OFFICIAL["dev"]) + "en\tneutral\n"})
    with pytest.raises(IsoglossError, match=r"xnli\.dev\.tsv line 5: has 2 columns\. expected the 19 columns of XNLI-1\.0"):
        records("xnli", source, "en", "dev")
    assert len(records("xnli", source, "ar", "dev")) == 1


def test_pawsx_as_published(tmp_path):
    header = "id\tsentence1\tsentence2\tlabel\n"
    files = {"en/train.tsv": header + "1\ta\tb\t1\n", "de/translated_train.tsv": header + "1\tA\tB\t1\n2\tA\tNS\t0\n3\tB\t0\n"}
    files |= {f"{lang}/{split}_2k.tsv": f"{header}1\t{lang}\t{split}\t0\n" for lang in ("en", "de") for split in ("dev", "test")}
    source = written(tmp_path, {f"x-final/{name}": text for name, text in files.items()})
    expected = {("en", "train"), ("de", "translated"), *((lang, split) for lang in ("en", "de") for split in ("dev", "test"))}
    assert set(there("pawsx", source)) == expected
    assert [(r["text_a"], r["text_b"], r["label"]) for r in records("pawsx", source, "de", "dev")] == [("de", "dev", "0")]
    found = kept("pawsx", records("pawsx", source, "de", "translated"))
    assert [(r["text_a"], r["text_b"], r["label"]) for r in found] == [("A", "B", "1"), ("A", "NS", "0")]


@pytest.mark.parametrize(("task", "label"), [("xnli", "neutral"), ("pawsx", "0")])
def test_translations_of_xtreme(tmp_path, task, label):
    source = written(tmp_path, {"translate-train/en-de-translated.tsv": f"a\tb\tA\tB\t{label}\n"})
    assert set(there(task, source)) == {("de", "translated")}
    (record,) = records(task, source, "de", "translated")
    assert (record["text_a"], record["text_b"], record["label"]) == ("A", "B", label)


@pytest.mark.parametrize("task", ["xnli", "pawsx"])
def test_prepared_training_files_of_other_languages_are_translations(tmp_path, task):
    source = written(tmp_path, {"train-en.tsv": GOOD[task], "train-de.tsv": GOOD[task]})
    assert set(there(task, source)) == {("en", "train"), ("de", "translated")}
    assert set(there("udpos", source)) == {("en", "train"), ("de", "train")}


CELLS = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS, st.sampled_from("01")), min_size=1, max_size=6))
def test_pairs_survive_whatever_their_texts_are(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("f") / "f.tsv"
    path.write_bytes("".join("\t".join(row) + "\n" for row in rows).encode())
    found = Pairs(("0", "1")).read(Columns(3, (0, 1, 2)))((path,), "en", "test")
    first = (rows[0][0].removeprefix("\ufeff"), *rows[0][1:])  # what stands there is a byte order mark
    assert [(record["text_a"], record["text_b"], record["label"]) for record in found] == [first, *rows[1:]]


def test_both_texts_of_a_pair_are_evaluation_sentences(tmp_path):
    found = list(KINDS["classify"].sentences("en", read("xnli", tmp_path, XNLI)))
    assert found == ['He said "no".', "He agreed.", "It rains .", "It is wet ."]


def test_a_converter_that_breaks_the_contract_is_caught():
    record = {"id": "0", "text_a": "a", "text_b": "b", "label": "1"}
    KINDS["classify"].check(get_task("pawsx"), [record])
    with pytest.raises(IsoglossError, match="id '0' occurs twice"):
        KINDS["classify"].check(get_task("pawsx"), [record, record])
    with pytest.raises(IsoglossError, match=r"record 0: has label 'yes'\. expected 0 1"):
        KINDS["classify"].check(get_task("pawsx"), [{**record, "label": "yes"}])


# --------------------------------------------------------------------------------------------------------------------- PAN-X


TOKENS = st.tuples(CELLS, st.sampled_from(["O", "B-LOC", "I-LOC"]))


@given(st.lists(st.lists(TOKENS, min_size=1, max_size=5), min_size=1, max_size=4), st.sampled_from(["\n", "\n \n\n"]))
def test_tagged_sentences_survive_whatever_their_forms_are(tmp_path_factory, sentences, between):
    path = tmp_path_factory.mktemp("f") / "f.tsv"
    path.write_bytes(between.join("".join(f"{form}\t{tag}\n" for form, tag in rows) for rows in sentences).encode())
    found = list(tagged_records(tagged_sentences(path, ["O", "B-LOC", "I-LOC"]), "en", "test"))
    sentences[0][0] = (sentences[0][0][0].removeprefix("\ufeff"), sentences[0][0][1])
    assert [list(zip(r["tokens"], r["tags"], strict=True)) for r in found] == sentences


def test_panx_as_published(tmp_path):
    text = "de:Ada\tB-PER\nde:a:b\tO\n\n"
    source = written(tmp_path, {"de/train": text, "de/dev": text, "de/test": text, "de/extra": "x"})
    assert set(there("panx", source)) == {("de", "train"), ("de", "dev"), ("de", "test")}
    (record,) = records("panx", source, "de")
    assert record == {"id": "de-test-0", "tokens": ["Ada", "a:b"], "tags": ["B-PER", "O"]}


def test_tokens_of_panx_keep_every_character(tmp_path):
    tokens = ["10 000", " ", "\u3000", '"', "a:b", "\u200fx", "http://x.y", "''", "\u2028", "", "a\xa0b"]
    (record,) = read("panx", tmp_path, "".join(f"{token}\tO\n" for token in tokens))
    assert record["tokens"] == tokens and record["tags"] == ["O"] * len(tokens)


def test_the_original_form_of_panx_loses_its_prefix(tmp_path):
    (record,) = read("panx", tmp_path, "en:10:30\tO\nen:\tO\nen:en:x\tB-LOC\n")
    assert record["tokens"] == ["10:30", "", "en:x"]
    (record,) = read("panx", tmp_path, "en:10:30\tO\nx\tO\n")  # one token without: a colon is a colon
    assert record["tokens"] == ["en:10:30", "x"]


@pytest.mark.parametrize(("lang", "joined"), [("de", "a b"), ("zh", "ab"), ("th", "ab"), ("my", "ab"), ("ko", "a b")])
def test_tokens_are_joined_as_the_language_writes_them(lang, joined):
    assert list(KINDS["tag"].sentences(lang, [{"tokens": ["a", "b"]}])) == [joined]


# -------------------------------------------------------------------------------------------------------------------- udpos


def test_forms_lose_joiners_and_inner_spaces_only(tmp_path):
    (record,) = read("udpos", tmp_path, "10 000\tNUM\nمی\u200cخواهم\tVERB\na\u2028b\tX\n\u200c\tX\nx\tX\n")
    assert record["tokens"] == ["10000", "میخواهم", "ab", "_", "x"]


def test_sentences_without_words_are_dropped(tmp_path):
    textless = "_\tDET\n_\tNOUN\n.\tPUNCT\n"
    partly = "_\tDET\n_\tNOUN\nruns\tVERB\n.\tPUNCT\n"
    found = read("udpos", tmp_path, f"{textless}\n{partly}\n_\tX\n")
    assert [record["id"] for record in kept("udpos", found)] == ["en-test-1"]  # its place in the published file


# ----------------------------------------------------------------------------------------------------------------- real data


@pytest.mark.parametrize(
    ("task", "lang", "split", "n"),
    [
        *(("xnli", lang, "dev", 2490) for lang in "ar de en es fr hi ru sw tr zh".split()),
        ("xnli", "en", "train", 10071),
        *(("pawsx", lang, "dev", 2000) for lang in "de en es fr zh".split()),
    ],
)
def test_real_pairs_are_read_to_the_last_line(task, lang, split, n):
    path = real("tasks", task, f"{split}-{lang}.tsv")
    found = records(task, path.parent, lang, split)
    lines = path.read_bytes().decode().rstrip("\n").split("\n")
    assert len(found) == len(lines) == n == len(kept(task, found))
    assert [f"{record['text_a']}\t{record['text_b']}\t{record['label']}" for record in found] == lines


def test_untranslated_sentences_of_real_pawsx():
    found = records("pawsx", real("tasks", "pawsx"), "de", "dev")
    assert sum(map(get_task("pawsx").noted[0][1], found)) == 68


@pytest.mark.parametrize(
    ("task", "lang", "split", "sentences", "tokens"),
    [
        ("udpos", "zh", "test", 3455, 62569),
        ("udpos", "tr", "test", 5842, 55119),
        ("udpos", "fr", "dev", 2905, 56117),
        ("panx", "en", "train", 20000, 160394),
        ("panx", "zh", "dev", 10000, 213682),
        ("panx", "sw", "dev", 1000, 5609),
    ],
)
def test_real_tagged_sentences_are_read_to_the_last_line(task, lang, split, sentences, tokens):
    path = real("tasks", task, f"{split}-{lang}.tsv")
    found = records(task, path.parent, lang, split)
    blocks = [block for block in path.read_bytes().decode().split("\n\n") if block]
    assert len(found) == len(blocks) == sentences == len(kept(task, found))
    assert [len(record["tokens"]) for record in found] == [len(block.strip("\n").split("\n")) for block in blocks]
    assert sum(len(record["tokens"]) for record in found) == tokens


def test_entities_of_real_panx_are_those_of_the_published_counts():
    found = records("panx", real("tasks", "panx"), "en", "dev")
    tags = [(record["tags"], record["tags"]) for record in found]
    counts = get_task("panx").scoring.counts(tags)
    starts = sum(tag.startswith("B-") for record in found for tag in record["tags"])
    assert counts["strict"] == {"tp": starts, "fp": 0, "fn": 0} and starts == 4834 + 4677 + 4635
    assert counts["conll"]["tp"] >= starts
