"""workflow/corpora.tsv: everything that can be downloaded, a row each. Rows are marked deprecated, never deleted.

    id         unique name, as used in `corpora` of config.yaml
    kind       mono, bitext (text to train on) or task (an evaluation set)
    languages  in the order of the columns or files, separated by spaces
    format     a key of FORMATS, or for a task its name
    url        http(s) or file; several (separated by spaces) for formats of one file per language
    sha256     one per url, or empty: then the download warns and says what to record
    licence    as the publisher names it
    status     active or deprecated

Blank lines and lines starting with `#` are comments.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import IsoglossError
from . import FORMATS
from .open_text import read_lines

COLUMNS = ("id", "kind", "languages", "format", "url", "sha256", "licence", "status")
SCHEMES = ("http", "https", "file")


@dataclass(frozen=True)
class TableRow:
    """One row; `sha256` is lower case and empty for files whose sum is not recorded yet (same length as `urls`)."""

    id: str
    kind: str
    languages: tuple[str, ...]
    format: str
    urls: tuple[str, ...]
    sha256: tuple[str, ...]
    licence: str
    status: str


def read_corpora_table(path: Path) -> dict[str, TableRow]:
    """All rows by id, in file order; blank lines and lines starting with `#` are skipped.

    Raises IsoglossError naming the line of the first mistake.
    """
    numbered = enumerate(read_lines(Path(path)), 1)
    lines = [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]
    if not lines or tuple(lines[0][1].split("\t")) != COLUMNS:
        raise IsoglossError(str(path), "the first line is not the header", f"{' '.join(COLUMNS)}, separated by tabs", "Restore it")
    rows: dict[str, TableRow] = {}
    for number, line in lines[1:]:
        row = _parse(f"{path} line {number}", line)
        if row.id in rows:
            raise IsoglossError(f"{path} line {number}", f"the id `{row.id}` is used twice", "unique ids", "Rename one")
        rows[row.id] = row
    return rows


def _parse(where: str, line: str) -> TableRow:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(COLUMNS):
        raise IsoglossError(where, f"has {len(cells)} columns", f"{len(COLUMNS)}: {' '.join(COLUMNS)}", "Separate them by single tabs")
    name, kind, languages, form, url, sha256, licence, status = cells
    urls = tuple(url.split())
    sums = tuple(sha256.lower().split()) or ("",) * len(urls)
    row = TableRow(name, kind, tuple(languages.split()), form, urls, sums, licence, status)
    _check(where, row)
    return row


def _check(where: str, row: TableRow) -> None:
    def require(holds: object, column: str, given: object, allowed: str) -> None:
        if not holds:
            raise IsoglossError(where, f"{column} is `{given}`", allowed, f"Correct the column {column}")

    require(re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", row.id), "id", row.id, "lower-case letters, digits, `_`, `.` and `-`")
    require(row.kind in ("mono", "bitext", "task"), "kind", row.kind, "mono, bitext or task")
    spelt = row.languages and all(re.fullmatch(r"[a-z]{2,3}(_[a-z0-9]+)?", code) for code in row.languages)
    distinct = len(set(row.languages)) == len(row.languages)
    require(spelt and distinct, "languages", " ".join(row.languages), "different codes like `de en`")
    require(row.format in FORMATS or (row.kind == "task" and row.format), "format", row.format, f"one of {', '.join(FORMATS)}")
    require(row.urls and all(url.split(":")[0] in SCHEMES for url in row.urls), "url", " ".join(row.urls), f"URLs of {', '.join(SCHEMES)}")
    hexadecimal = all(re.fullmatch(r"([0-9a-f]{64})?", digest) for digest in row.sha256)
    one_each = f"{len(row.urls)} of 64 hexadecimal digits, or nothing"
    require(hexadecimal and len(row.sha256) == len(row.urls), "sha256", " ".join(row.sha256), one_each)
    require(row.licence, "licence", row.licence, "a name; `unknown` if the publisher says nothing")
    require(row.status in ("active", "deprecated"), "status", row.status, "active or deprecated")
