"""workflow/corpora.tsv: the shipped table is right, and every mistake names its line and column."""

from pathlib import Path

import pytest

from isogloss.corpora import get_reader
from isogloss.corpora.table import read_corpora_table
from isogloss.errors import IsoglossError

TABLE = Path(__file__).resolve().parents[1] / "workflow" / "corpora.tsv"
SUM = "0123456789abcdef" * 4
HEADER = "id\tkind\tlanguages\tformat\turl\tsha256\tlicence\tstatus\n"
GOOD = {"id": "a", "kind": "bitext", "languages": "de en", "format": "moses", "url": "https://h/x.zip", "sha256": ""}
GOOD |= {"licence": "CC0", "status": "active"}


def test_the_shipped_table():
    rows = read_corpora_table(TABLE)
    assert len(rows) >= 12 and all(row.status == "active" for row in rows.values())
    for entry in rows.values():
        if entry.kind != "task":
            get_reader(entry.format)
        if entry.format in ("lines", "verses"):
            assert len(entry.urls) == len(entry.languages)


def test_several_urls_and_sums(tmp_path):
    path = tmp_path / "corpora.tsv"
    path.write_text("# note\n\n" + HEADER + f"a\tmono\tde en\tlines\thttps://h/x https://h/y\t{SUM} {SUM.upper()}\tCC0\tactive\n")
    entry = read_corpora_table(path)["a"]
    assert entry.urls == ("https://h/x", "https://h/y") and entry.sha256 == (SUM, SUM)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "A b"),
        ("id", "../x"),
        ("kind", "parallel"),
        ("languages", "german"),
        ("languages", "de de"),
        ("languages", ""),
        ("format", "csv"),
        ("url", "ftp://h/x"),
        ("url", ""),
        ("sha256", "123"),
        ("sha256", f"{SUM} {SUM}"),
        ("licence", ""),
        ("status", "old"),
    ],
)
def test_a_wrong_cell_names_line_and_column(column, value, tmp_path):
    path = tmp_path / "corpora.tsv"
    path.write_text(HEADER + "\t".join((GOOD | {column: value}).values()) + "\n")
    with pytest.raises(IsoglossError, match=f"line 2: {column} is"):
        read_corpora_table(path)


def test_wrong_tables(tmp_path):
    path, good = tmp_path / "corpora.tsv", "\t".join(GOOD.values()) + "\n"
    for text, message in [(good, "header"), ("", "header"), (HEADER + good + good, "used twice"), (HEADER + "a\tb\n", "2 columns")]:
        path.write_text(text)
        with pytest.raises(IsoglossError, match=message):
            read_corpora_table(path)
