"""Readers: one contract over FORMATS, poison in every format, and the real corpora."""

import gzip
import lzma
import zipfile
from pathlib import Path

import pytest

from isogloss.corpora import FORMATS, get_reader
from isogloss.corpora.open_text import read_lines
from isogloss.errors import IsoglossError

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "bitext"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="shared/realdata is absent")

LONG = "word " * 5000
POISON = [
    ("plain", "einfach"),
    ("", ""),
    ("a ||| b", "``quotes\" 'x"),
    ("line\u2028separator\u0085next\x0bvertical\x0cfeed", "a\rb"),
    ("nul\0inside", "👩‍👩‍👧 family"),
    ("שלום", "مرحبا"),
    (LONG, "kurz"),
    ("last", "letzte"),
]


def make_corpus(form: str, directory: Path, rows: list[tuple[str, ...]], languages: tuple[str, ...], end: str = "\n") -> list[Path]:
    """Write rows (bytes or text) in a format; returns the paths to read."""
    sides = ["".join(row[k] + end for row in rows).encode() for k in range(len(languages))]
    if form == "tsv":
        path = directory / "corpus.tsv"
        path.write_bytes("".join("\t".join(row) + end for row in rows).encode())
        return [path]
    if form == "moses":
        path = directory / "corpus.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("README", "x")
            for lang, side in zip(languages, sides, strict=True):
                archive.writestr(f"Corpus.{'-'.join(languages)}.{lang}", side)
        return [path]
    paths = [directory / f"corpus.{lang}" for lang in languages]
    for path, side in zip(paths, sides, strict=True):
        path.write_bytes(side)
    return paths


def read(form: str, paths: list[Path], languages: tuple[str, ...]) -> list[tuple]:
    return list(get_reader(form)(paths, languages))


# ------------------------------------------------------------------------------------------------------------- contract


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_format_keeps_every_row_in_step(form, end, tmp_path):
    languages = ("en", "de")
    rows = read(form, make_corpus(form, tmp_path, POISON, languages, end), languages)
    blank = (None, None) if form == "verses" else ("", "")
    expected = [blank if row == ("", "") else row for row in POISON]
    if form == "verses":  # strips, as its blanks and marks may be padded
        expected = [tuple(text and text.strip() for text in row) for row in expected]
    assert rows == expected


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_one_language(form, tmp_path):
    texts = [("eins",), ("zwei\tmit Tab",)]
    assert read(form, make_corpus(form, tmp_path, texts, ("de",)), ("de",)) == texts


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_streams(form, tmp_path):
    languages = ("en", "de")
    stream = get_reader(form)(make_corpus(form, tmp_path, POISON, languages), languages)
    assert iter(stream) is stream and next(stream) == POISON[0]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_an_empty_corpus_and_refuses_a_missing_file(form, tmp_path):
    languages = ("en", "de")
    paths = make_corpus(form, tmp_path, [], languages)
    assert read(form, paths, languages) == []
    with pytest.raises(IsoglossError, match="absent"):
        read(form, [path.with_name("absent") for path in paths], languages)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_replaces_bad_utf8_and_removes_the_bom(form, tmp_path):
    languages = ("en", "de")
    paths = make_corpus(form, tmp_path, [("MARK", "x"), ("bad BYTE", "y")], languages)
    poison = {b"MARK": b"\xef\xbb\xbfMARK", b"BYTE": b"\xff\xfe"}
    for path in paths:
        data = path.read_bytes()
        if form == "moses":
            with zipfile.ZipFile(path) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            with zipfile.ZipFile(path, "w") as archive:
                for name, member in members.items():
                    archive.writestr(name, member.replace(b"MARK", poison[b"MARK"]).replace(b"BYTE", poison[b"BYTE"]))
        else:
            path.write_bytes(data.replace(b"MARK", poison[b"MARK"]).replace(b"BYTE", poison[b"BYTE"]))
    assert read(form, paths, languages) == [("MARK", "x"), ("bad \ufffd\ufffd", "y")]


def test_unknown_format():
    with pytest.raises(IsoglossError, match="allowed: moses"):
        get_reader("csv")


# ----------------------------------------------------------------------------------------------------------- single formats


def _zstd(data: bytes) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress, _zstd])
def test_compression_is_told_by_content_not_by_name(compress, tmp_path):
    path = tmp_path / "misleading.gz"
    path.write_bytes(compress(b"eins\nzwei\r\n\ndrei"))
    assert list(read_lines(path)) == ["eins", "zwei", "", "drei"]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, _zstd])
def test_truncated_files_are_an_error(compress, tmp_path):
    path = tmp_path / "cut"
    path.write_bytes(compress(bytes(range(256)) * 400)[:-12])
    with pytest.raises(IsoglossError, match="cannot be read to its end"):
        list(read_lines(path))


@pytest.mark.parametrize("form", ["moses", "lines", "verses"])
def test_sides_of_different_length_name_both_counts(form, tmp_path):
    languages = ("en", "de")
    paths = make_corpus(form, tmp_path, [("a", "b")] * 5, languages)
    if form == "moses":
        with zipfile.ZipFile(paths[0], "w") as archive:
            archive.writestr("x.en", "a\n" * 5)
            archive.writestr("x.de", "b\n" * 7)
    else:
        paths[1].write_bytes(b"b\n" * 7)
    rows = get_reader(form)(paths, languages)
    with pytest.raises(IsoglossError, match=r"(en|\.en) has 5 lines, .*de has 7 lines"):
        list(rows)


def test_moses_wants_exactly_one_member_per_language(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.en", "x")
        archive.writestr("b.en", "x")
        archive.writestr("../../c.zh_CN", "x")
    with pytest.raises(IsoglossError, match=r"0 members end in `.de`"):
        read("moses", [path], ("de",))
    with pytest.raises(IsoglossError, match="2 members"):
        read("moses", [path], ("en",))
    assert read("moses", [path], ("zh_cn",)) == [("x",)]
    path.write_bytes(b"not a zip")
    with pytest.raises(IsoglossError, match="not a zip"):
        read("moses", [path], ("en",))


def test_tsv_rows_of_another_width_come_out_empty(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b'a\tb\nonly\na\tb\tc\n"q\tr"\n')
    assert read("tsv", [path], ("en", "de")) == [("a", "b"), (), (), ('"q', 'r"')]


@pytest.mark.parametrize(("form", "files"), [("moses", 2), ("tsv", 2), ("lines", 3), ("verses", 1)])
def test_wrong_number_of_files(form, files, tmp_path):
    with pytest.raises(IsoglossError, match=f"{files} files"):
        read(form, [tmp_path / str(k) for k in range(files)], ("en", "de"))


VERSES = {
    # one merged, both merged, overlapping merges, blank inside a unit, blank above a merge, merge on the first line
    "one": (["A.", "B"], ["a", "<range>"], [("A. B", "a")]),
    "both": (["A", "<range>", "C"], ["a", "<range>", "c"], [("A", "a"), ("C", "c")]),
    "chain": (["A", "<range>", "C", "D"], ["a", "b", "<range>", "d"], [("A C", "a b"), ("D", "d")]),
    "blank inside": (["A", ""], ["a", "<range>"], [(None, "a")]),
    "blank above": (["", "<range>"], ["a", "b"], [(None, "a b")]),
    "first": (["<range>", "B"], ["a", "b"], [(None, "a"), ("B", "b")]),
    "blank": (["A", " ", "C"], ["a", "b", "c"], [("A", "a"), (None, "b"), ("C", "c")]),
}


@pytest.mark.parametrize("case", VERSES)
def test_verses(case, tmp_path):
    upper, lower, expected = VERSES[case]
    paths = make_corpus("verses", tmp_path, list(zip(upper, lower, strict=True)), ("en", "de"))
    assert read("verses", paths, ("en", "de")) == expected


def test_verses_join_chinese_without_a_space(tmp_path):
    paths = make_corpus("verses", tmp_path, [("天", "a"), ("地", "<range>")], ("zh", "en"))
    assert read("verses", paths, ("zh", "en")) == [("天地", "a")]


# ----------------------------------------------------------------------------------------------------------------- real data


@needs_real
@pytest.mark.parametrize(
    ("form", "files", "languages", "count"),
    [
        ("tsv", ["manythings/deu-eng.tsv.gz"], ("en", "de"), 169_197),
        ("tsv", ["newstest/tr-en.tsv.gz"], ("en", "tr"), 9_006),
        ("moses", ["tatoeba/en-ru.txt.zip"], ("en", "ru"), 19_425),
        ("moses", ["tatoeba/en-sw.txt.zip"], ("en", "sw"), 387),
        ("lines", ["lafand/train.en.gz", "lafand/train.swa.gz"], ("en", "sw"), 30_782),
        ("lines", ["tico19/en-ar/tico19.en.gz", "tico19/en-ar/tico19.ar.gz"], ("en", "ar"), 2_100),
        ("verses", [f"ntrex/{lang}.txt.gz" for lang in ("ar", "de", "zh")], ("ar", "de", "zh"), 1_997),
    ],
)
def test_real_corpora_have_the_published_counts(form, files, languages, count):
    rows = read(form, [REAL / file for file in files], languages)
    assert len(rows) == count
    assert all(len(row) == len(languages) for row in rows)


@needs_real
@pytest.mark.parametrize("pair", [("en", "zh"), ("en", "tr"), ("tr", "zh")])
def test_real_bibles_join_merged_verses_and_lose_no_text(pair):
    columns = [[line.strip() for line in read_lines(REAL / f"ebible/{lang}.txt.gz")] for lang in pair]
    merged = sum("<range>" in line for line in zip(*columns, strict=True))
    rows = read("verses", [REAL / f"ebible/{lang}.txt.gz" for lang in pair], pair)
    assert len(rows) == 41_899 - merged and merged > 70
    assert not any("<range>" in (text or "") for row in rows for text in row)
    for k, column in enumerate(columns):
        before = sum(len(text.replace(" ", "")) for text in column if text != "<range>")
        after = sum(len(row[k].replace(" ", "")) for row in rows if row[k])
        assert 0 <= before - after < 0.001 * before  # what is lost is a verse that is blank elsewhere in its unit


@needs_real
def test_a_merged_verse_of_the_turkish_bible():
    rows = read("verses", [REAL / f"ebible/{lang}.txt.gz" for lang in ("tr", "en")], ("tr", "en"))
    _, english = next(row for row in rows if row[0] and row[0].startswith("Tanrı şöyle buyurdu: “Gökkubbede gündüzü"))
    assert english.startswith("God said, “Let there be lights in the expanse") and english.endswith("and it was so.")
