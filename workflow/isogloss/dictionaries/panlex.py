"""PanLex, the CSV dump (panlex-YYYYMMDD-csv.zip, or the directory in it): words of two languages that share a meaning.

    langvar.csv     id, lang_code, var_code      the language variety `deu-000` is ("deu", 0), the standard one of German
    expr.csv        id, langvar, txt             an expression of a variety
    denotation.csv  meaning, expr                a meaning that some source gives to an expression

A meaning belongs to one entry of one source, so the number of meanings that two expressions share is how often the pair is attested
(Kamholz, Pool and Colowick 2014, PanLex: Building a Resource for Panlingual Lexical Translation). Other columns are not looked at.
The dump has some 25 million expressions: tables are streamed, only ids of the two languages and texts of shared meanings are kept.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from ..clean import normalise
from ..corpora.open_text import readable
from ..errors import IsoglossError
from ..languages import LANGUAGES

# PanLex names the standard variety of a macrolanguage by its own code.
_CODES = {lang: three for lang, (three, _) in LANGUAGES.items()} | {"ar": "arb", "et": "ekk"}

Columns = Mapping[str, str]  # name -> "int64" or "string"
Pairs = np.ndarray  # (N, 2) int64


def read_panlex(path: Path, languages: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """(word, word, number of meanings that they share) of two languages, the best attested first; words are normalised.

    Args:
        path: the zip as published, or a directory with its tables.
        languages: two codes; the standard variety of each (`de` -> deu-000) is read.
    Raises:
        IsoglossError: a table is missing, damaged or of another layout, or has not the language.
    """
    varieties = [_variety(path, lang) for lang in languages]
    expressions = _expressions(path, varieties)
    pairs, counts = _shared(*_denotations(path, expressions))
    texts = _texts(path, np.unique(pairs))
    for k in np.argsort(-counts, kind="stable"):
        first, second = (texts[expression] for expression in pairs[k].tolist())
        if first and second:
            yield first, second, int(counts[k])


def _variety(path: Path, lang: str) -> int:
    code = _CODES.get(lang, lang)
    for ids, codes, numbers in _table(path, "langvar", {"id": "int64", "lang_code": "string", "var_code": "int64"}):
        for variety, found, number in zip(ids.tolist(), codes.tolist(), numbers.tolist(), strict=True):
            if (found, number) == (code, 0):
                return variety
    raise IsoglossError(
        f"{path} langvar.csv", f"has no variety {code}-000 for `{lang}`", "a language of PanLex", "Leave out the pairs of this language"
    )


def _expressions(path: Path, varieties: Sequence[int]) -> list[np.ndarray]:
    """The sorted ids of the expressions of each variety."""
    found: list[list[np.ndarray]] = [[] for _ in varieties]
    for ids, langvars in _table(path, "expr", {"id": "int64", "langvar": "int64"}):
        for parts, variety in zip(found, varieties, strict=True):
            parts.append(ids[langvars == variety])
    return [np.sort(_joined(parts)) for parts in found]


def _denotations(path: Path, expressions: Sequence[np.ndarray]) -> list[Pairs]:
    """Per variety the distinct (meaning, expression), sorted."""
    found: list[list[np.ndarray]] = [[] for _ in expressions]
    for meanings, denoted in _table(path, "denotation", {"meaning": "int64", "expr": "int64"}):
        for parts, known in zip(found, expressions, strict=True):
            here = _is_in(denoted, known)
            parts.append(np.stack([meanings[here], denoted[here]], axis=1))
    return [np.unique(_joined(parts, 2), axis=0) for parts in found]


def _shared(first: Pairs, second: Pairs) -> tuple[Pairs, np.ndarray]:
    """The distinct (expression, expression) that share a meaning, and how many they share (N,)."""
    start, end = (np.searchsorted(second[:, 0], first[:, 0], side=side) for side in ("left", "right"))
    number = end - start
    place = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number) + np.repeat(start, number)
    return np.unique(np.stack([np.repeat(first[:, 1], number), second[place, 1]], axis=1), axis=0, return_counts=True)


def _texts(path: Path, expressions: np.ndarray) -> dict[int, str]:
    """The normalised texts of expressions given by their sorted ids."""
    found: dict[int, str] = {}
    for ids, texts in _table(path, "expr", {"id": "int64", "txt": "string"}):
        here = _is_in(ids, expressions)
        found.update(zip(ids[here].tolist(), map(normalise, texts[here]), strict=True))
    return found


def _is_in(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(N,) bool: which values are among the sorted `known`."""
    place = np.minimum(np.searchsorted(known, values), max(len(known) - 1, 0))
    return known[place] == values if len(known) else np.zeros(len(values), bool)


def _joined(parts: Sequence[np.ndarray], *width: int) -> np.ndarray:
    return np.concatenate([np.empty((0, *width), np.int64), *parts])


# ------------------------------------------------------------------------------------------------------------------ tables


def _table(path: Path, name: str, columns: Columns) -> Iterator[tuple[np.ndarray, ...]]:
    """Stream columns of a table, in pieces. Raises IsoglossError where it is not a CSV file with these."""
    import pyarrow as pa
    import pyarrow.csv as csv

    options = {
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": csv.ConvertOptions(
            include_columns=list(columns), column_types={key: getattr(pa, form)() for key, form in columns.items()}
        ),  # text stays text: "null" and "NA" are words
    }
    with readable(path), _opened(path, f"{name}.csv") as file:
        try:
            for batch in csv.open_csv(file, **options):
                yield tuple(column.to_numpy(zero_copy_only=False) for column in batch.columns)
        except (ValueError, KeyError) as error:  # pyarrow's errors are both
            reason = str(error).strip("'\"").splitlines()[0]
            raise IsoglossError(
                f"{path} {name}.csv", f"is no such table ({reason})", f"the columns {', '.join(columns)}", "Give the CSV dump of PanLex"
            ) from error


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    """A table of the directory, or of the zip, in which it is found by its exact name and streamed: nothing is unpacked."""
    if path.is_dir():
        with open(path / name, "rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        found = [member for member in archive.namelist() if PurePosixPath(member).name == name]
        if len(found) != 1:
            raise IsoglossError(str(path), f"has {len(found)} members `{name}`", "one", "Give the CSV dump of PanLex as published")
        with archive.open(found[0]) as member:
            yield member
