"""The stages mono and bitext: counts add up, nothing is left behind by a failure, real corpora and decontamination."""

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isogloss.artifacts import iter_parquet, read_parquet_summary
from isogloss.clean import CleanSettings, evaluation_key
from isogloss.corpora.fetch import TableRow, make_raw
from isogloss.corpora.open_text import read_lines
from isogloss.errors import IsoglossError
from isogloss.text import make_bitext, make_mono, read_corpus

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="shared/realdata is absent")
DEFAULT = CleanSettings()


def tsv(directory: Path, name: str, data: bytes, *languages: str) -> dict:
    (directory / f"{name}.tsv").write_bytes(data)
    return {"id": name, "format": "tsv", "languages": list(languages), "paths": [directory / f"{name}.tsv"]}


def test_bitext_puts_the_first_language_first(tmp_path):
    corpus = tsv(tmp_path, "c", b"one\tein\tuno\ntwo\tzwei\tdos\n", "en", "de", "es")
    make_bitext("de-es", [corpus], [], DEFAULT, tmp_path / "x.parquet")
    assert list(iter_parquet(tmp_path / "x.parquet", "bitext")) == [("ein", "uno", "c"), ("zwei", "dos", "c")]


def test_mono_takes_one_side_and_the_first_corpus_has_the_credit(tmp_path):
    one, two = tsv(tmp_path, "one", b"a\tx\nb\tx\n", "en", "de"), tsv(tmp_path, "two", b"b\nc \n", "en")
    summary = make_mono("en", [one, two], [], DEFAULT, tmp_path / "en.parquet")
    assert list(iter_parquet(tmp_path / "en.parquet", "mono")) == [("a", "one"), ("b", "one"), ("c", "two")]
    assert summary["counts"]["two"] == {"read": 2, "kept": 1, "dropped": {"duplicate": 1}}
    stored = read_parquet_summary(tmp_path / "en.parquet", "mono")
    assert stored["counts"] == summary["counts"] and stored["evaluation_sets"] == []


def test_poison(tmp_path):
    lines = [
        b"\xef\xbb\xbfgood\tgut\r",  # BOM and CRLF
        b"\t",
        b"only one column",
        b"a\tb\tc",
        b"bad \xff\tgut",
        b"nul\0 \xe2\x80\xa8here\thier",
        b'a ||| b\tc ||| "d',
        "שלום\tمرحبا".encode(),
        "👩‍👩‍👧 ok\tfamily".encode(),
        b"w " * 5000 + b"\tkurz",
        b"same\tsame",
        b"nul  here\thier",
    ]
    summary = make_bitext("de-en", [tsv(tmp_path, "c", b"\n".join(lines), "en", "de")], [], DEFAULT, tmp_path / "x.parquet")
    dropped = {"columns": 2, "duplicate": 1, "empty": 1, "encoding": 1, "identical": 1, "length": 1}
    assert summary["counts"]["c"] == {"read": 12, "kept": 5, "dropped": dropped}
    rows = list(iter_parquet(tmp_path / "x.parquet", "bitext"))
    assert rows[0] == ("gut", "good", "c") and rows[1] == ("hier", "nul here", "c") and rows[2] == ('c ||| "d', "a ||| b", "c")


def test_evaluation_sentences_are_removed_from_either_side(tmp_path):
    path = tmp_path / "udpos" / "sentences.txt"
    path.parent.mkdir()
    path.write_text("Guten Tag , Welt !\nonly english\n", encoding="utf-8")
    corpus = tsv(tmp_path, "c", b"hello\tGuten Tag, Welt!\nOnly English.\tx\ny\tz\n", "en", "de")
    summary = make_bitext("de-en", [corpus], [path], DEFAULT, tmp_path / "x.parquet")
    assert summary["counts"]["c"] == {"read": 3, "kept": 1, "dropped": {"evaluation": 2}}
    assert summary["evaluation_sets"] == ["udpos/sentences.txt"]


def test_limit_reads_only_the_first_rows(tmp_path):
    corpus = tsv(tmp_path, "c", b"a\nb\nc\n", "en") | {"limit": 2}
    assert make_mono("en", [corpus], [], DEFAULT, tmp_path / "x.parquet")["counts"]["c"]["read"] == 2


def test_a_raw_directory_stands_for_its_files(tmp_path):
    (tmp_path / "b.en").write_text("one\n")
    (tmp_path / "a.de").write_text("eins\n")
    urls = tuple(f"file:{tmp_path}/{name}" for name in ("b.en", "a.de"))
    make_raw(TableRow("c", "bitext", ("en", "de"), "lines", urls, ("", ""), "CC0", "active"), tmp_path / "raw" / "c")
    corpus = {"id": "c", "format": "lines", "languages": ["en", "de"], "paths": [tmp_path / "raw" / "c"], "limit": None}
    make_bitext("de-en", [corpus], [], DEFAULT, tmp_path / "x.parquet")
    assert list(iter_parquet(tmp_path / "x.parquet", "bitext")) == [("eins", "one", "c")]
    with pytest.raises(IsoglossError, match="is not a complete isogloss artifact"):
        list(read_corpus(corpus | {"paths": [tmp_path / "raw"]}, ("de",)))


def test_files_of_other_languages_need_not_exist(tmp_path):
    (tmp_path / "de").write_text("a\nb\n")
    corpus = {"id": "c", "format": "verses", "languages": ["en", "de"], "paths": [tmp_path / "absent", tmp_path / "de"]}
    assert list(read_corpus(corpus, ("de",))) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", r"c: 0 read"), (b"\t\n\t\na\n", r"c: 3 read, dropped 1 columns, 2 empty"), (b"same\tsame\n", "1 read, dropped 1 identical")],
)
def test_an_empty_result_is_an_error_with_the_counts_and_no_file(data, message, tmp_path):
    out = tmp_path / "out" / "x.parquet"
    with pytest.raises(IsoglossError, match=message):
        make_bitext("de-en", [tsv(tmp_path, "c", data, "en", "de")], [], DEFAULT, out)
    assert os.listdir(out.parent) == []


def test_other_errors_leave_no_file(tmp_path):
    corpus, out = tsv(tmp_path, "c", b"a\tb\n", "en", "de"), tmp_path / "out" / "x.parquet"
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("x.de", "a\nb\n")
        archive.writestr("x.en", "a\n")
    moses = {"id": "m", "format": "moses", "languages": ["de", "en"], "paths": [broken]}
    for pair, corpora, message in [
        ("de-en", [], "no corpora were given"),
        ("en-tr", [corpus], "has no `tr`"),
        ("de-en", [corpus, corpus], "listed twice"),
        ("de-en", [corpus, moses], "x.de has 2 lines, x.en has 1 lines"),
        ("de-en", [corpus | {"format": "xml"}], "allowed: moses"),
        ("de-en", [corpus | {"paths": [tmp_path / "absent"]}], "absent: cannot be read"),
        ("en-de", [corpus], "alphabetical"),
    ]:
        with pytest.raises(IsoglossError, match=message):
            make_bitext(pair, corpora, [], DEFAULT, out)
        assert not out.parent.exists() or os.listdir(out.parent) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=30) | st.sampled_from([b"a\tb", b"a\tb\r", b"\xff\tb", b"\t", b"x\tx"]), max_size=20))
def test_counts_add_up(tmp_path, lines):
    data = b"keep\tme\n" + b"\n".join(lines)
    count = make_bitext("de-en", [tsv(tmp_path, "c", data, "en", "de")], [], DEFAULT, tmp_path / "x.parquet")["counts"]["c"]
    assert count["read"] == count["kept"] + sum(count["dropped"].values()) == data.count(b"\n") + (not data.endswith(b"\n"))
    assert count["kept"] == len(list(iter_parquet(tmp_path / "x.parquet", "bitext")))


# ----------------------------------------------------------------------------------------------------------------- real data


@needs_real
def test_decontamination_of_manythings_german(tmp_path):
    corpus = {"id": "manythings", "format": "tsv", "languages": ["en", "de"], "paths": [REAL / "bitext/manythings/deu-eng.tsv.gz"]}
    retrieval = [REAL / "tasks/tatoeba" / f"tatoeba.deu-eng.{side}" for side in ("deu", "eng")]
    sentences = list(read_lines(retrieval[0]))
    texts = {row[0] for row in read_corpus(corpus, ("de",))}
    assert len(sentences) == 1000 and sum(sentence in texts for sentence in sentences) == 462  # as the README of the data says
    keys = {evaluation_key(text) for text in texts}
    assert sum(evaluation_key(sentence) in keys for sentence in sentences) == 464  # two more differ in punctuation or case only

    mono = make_mono("de", [corpus], retrieval[:1], DEFAULT, tmp_path / "de.parquet")["counts"]["manythings"]
    assert mono == {"read": 169_197, "kept": 158_190, "dropped": {"duplicate": 10_535, "evaluation": 472}}
    left = {evaluation_key(text) for text, _ in iter_parquet(tmp_path / "de.parquet", "mono")}
    assert not left & {evaluation_key(sentence) for sentence in sentences}

    bitext = make_bitext("de-en", [corpus], retrieval, DEFAULT, tmp_path / "de-en.parquet")["counts"]["manythings"]
    assert bitext == {"read": 169_197, "kept": 168_425, "dropped": {"duplicate": 38, "evaluation": 734}}


@needs_real
@pytest.mark.parametrize(
    ("pair", "form", "languages", "files", "read", "least"),
    [
        ("en-ru", "moses", "en ru", ["tatoeba/en-ru.txt.zip"], 19_425, 19_400),
        ("en-hi", "tsv", "en hi", ["newstest/hi-en.tsv.gz"], 2_506, 2_500),
        ("en-zh", "lines", "en zh", ["tico19/en-zh/tico19.en.gz", "tico19/en-zh/tico19.zh.gz"], 2_100, 2_095),
        ("tr-zh", "verses", "en tr zh", ["ebible/en.txt.gz", "ebible/tr.txt.gz", "ebible/zh.txt.gz"], 40_959, 29_500),
    ],
)
def test_real_bitext_is_kept_almost_whole(pair, form, languages, files, read, least, tmp_path):
    corpus = {"id": "c", "format": form, "languages": languages.split(), "paths": [REAL / "bitext" / file for file in files]}
    count = make_bitext(pair, [corpus], [], DEFAULT, tmp_path / "x.parquet")["counts"]["c"]
    assert count["read"] == read and count["kept"] >= least
