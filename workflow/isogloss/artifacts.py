"""Everything that a stage leaves behind: typed, versioned, atomic.

A file artifact or a directory artifact exists under its final name only when it is complete: it is written under a temporary
name beside it, flushed to disk and renamed. Each carries its kind and version inside, so that a foreign file, or one whose
meaning has changed since, is refused instead of misread:

    parquet    the schema metadata `isogloss` (JSON)
    directory  the file `artifact.json`, written last
    json       the keys `kind` and `version`

Raise a version here when the meaning of the kind changes: the workflow passes it as a param, so exactly its makers rerun.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import IsoglossError

MANIFEST = "artifact.json"


@dataclass(frozen=True)
class Kind:
    """One row of the table below; `path` is relative to the results directory, `form` is parquet, directory or json.

    types: of the columns, as pyarrow spells them; all text where none are given.
    digest: whether the summary of a parquet file has the sha256 of its rows, for the lineage of what is made from it.
    """

    version: int
    form: str
    path: str
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    digest: bool = False


KINDS = {
    "raw": Kind(1, "directory", "raw/{corpus}"),
    "mono": Kind(1, "parquet", "mono/{lang}.parquet", ("text", "corpus")),
    "bitext": Kind(1, "parquet", "bitext/{pair}.parquet", ("src", "tgt", "corpus")),
    "alignments": Kind(
        1,
        "parquet",
        "alignments/{aligner}/{pair}.parquet",
        ("src", "tgt", "direction", "p"),
        ("list<uint16>", "list<uint16>", "list<uint8>", "list<uint8>"),
    ),
    "links": Kind(1, "parquet", "links/{aligner}/{pair}.parquet", ("src", "tgt", "units"), ("list<uint16>",) * 3, digest=True),
    "dictionary": Kind(
        2,
        "parquet",
        "dictionaries/{dictionary}/{pair}.parquet",
        ("src", "tgt", "count", "p_tgt_given_src", "p_src_given_tgt", "split"),
        ("string", "string", "int64", "float64", "float64", "string"),
        digest=True,
    ),
    "samples": Kind(
        1,
        "parquet",
        "samples/{vocab}/{aligner}/{pair}.parquet",
        ("sent_x", "word_x", "start_x", "end_x", "sent_y", "word_y", "start_y", "end_y"),
        ("string", "string", "int64", "int64") * 2,
    ),
    "taskdata": Kind(2, "directory", "taskdata/{task}"),
    "vocab": Kind(1, "directory", "vocab/{vocab}"),
    "tokens": Kind(1, "directory", "tokens/{vocab}/{store}"),
    "features": Kind(1, "directory", "features/{task}/{vocab}/{length}"),
    "model": Kind(1, "directory", "models/{recipe}/{seed}"),
    "finetuned": Kind(2, "directory", "finetuned/{task}/{setting}/{recipe}/{seed}"),
    "predictions": Kind(2, "directory", "predictions/{task}/{setting}/{recipe}/{seed}"),
    "xtreme": Kind(1, "directory", "xtreme/{recipe}/{seed}"),
    "scores": Kind(2, "json", "scores/{task}/{setting}/{recipe}/{seed}.json"),
}


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is renamed to `path`, on any error it is removed.

    The body makes a file or a directory there. Raises IsoglossError where the place cannot be written, or holds a directory that is
    no artifact: what others made is never replaced.
    """
    path = Path(path)
    if path.is_dir() and not (path / MANIFEST).is_file() and any(path.iterdir()):
        raise IsoglossError(
            str(path),
            "is a directory that isogloss did not make",
            "a new path, or an artifact to replace",
            "Give another path, or empty it",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        made = room / path.name
        yield made
        if made.is_dir():
            for file in made.rglob("*"):
                if file.is_file():
                    _fsync(file)
        _fsync(made)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)  # rename cannot replace a directory that has files
        os.replace(made, path)
        _fsync(path.parent)
    except OSError as error:
        if error.filename is not None and not any(Path(error.filename).is_relative_to(place) for place in (room, path)):
            raise  # the body failed to read something else
        raise _cannot_write(path, error) from error
    except IsoglossError as error:
        if not Path(error.where).is_relative_to(room):
            raise
        raise IsoglossError(str(path), error.given, error.allowed, error.remedy) from error  # a file inside a directory artifact
    except Exception as error:  # libraries in other languages have no errno: their words tell
        if os.strerror(errno.ENOSPC) not in str(error):
            raise
        raise _cannot_write(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _cannot_write(path: Path, error: OSError) -> IsoglossError:
    reason = f"{type(error).__name__}: {error.strerror or error}"
    return IsoglossError(
        str(path), f"could not be written ({reason})", "", "Nothing was changed there; make room or allow writing, then run again"
    )


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------------------------------------------------- directories


@contextlib.contextmanager
def atomic_directory(path: str | os.PathLike, kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield (temporary directory, manifest to fill); the manifest is written last, then the directory appears as a whole."""
    with atomic_path(path) as made:
        made.mkdir()
        manifest: dict[str, Any] = {}
        yield made, manifest
        write_text(made / MANIFEST, to_json({**manifest, **_stamp(kind)}))


def read_directory(path: str | os.PathLike, kind: str) -> dict[str, Any]:
    """The manifest of a directory artifact. Raises IsoglossError if it is absent, unfinished, foreign or of another version."""
    path = Path(path)
    if not path.is_dir():
        raise IsoglossError(
            str(path), f"there is no {kind} directory here", "", "Make it with the stage that produces it, e.g. `snakemake PATH`"
        )
    if not (path / MANIFEST).is_file():
        raise IsoglossError(
            str(path), f"is not a complete isogloss artifact (no {MANIFEST})", f"expected {kind}", "Delete it and run its stage again"
        )
    return _checked(path, _parse_json(path / MANIFEST), kind)


def file_sha256(path: Path) -> str:
    """The digest of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ----------------------------------------------------------------------------------------------------------------- json


def to_json(value: Any) -> str:
    """Readable JSON with a stable byte sequence."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def canonical_json(value: Any) -> str:
    """One-line JSON with a stable byte sequence: what travels as a param and what is fingerprinted."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a whole text file atomically, UTF-8, line ends untouched."""
    with atomic_path(path) as made:
        made.write_bytes(text.encode("utf-8"))


def write_json(path: str | os.PathLike, kind: str, value: dict[str, Any]) -> None:
    """Write a JSON artifact (one object) with its stamp, atomically."""
    write_text(path, to_json({**_stamp(kind), **value}))


def read_json(path: str | os.PathLike, kind: str) -> dict[str, Any]:
    """Read a JSON artifact. Raises IsoglossError if it is absent, damaged, foreign or of another version."""
    return _checked(Path(path), _parse_json(Path(path)), kind)


def read_jsonl(path: str | os.PathLike) -> list[dict[str, Any]]:
    """Read a JSON Lines file, one object a line. Raises IsoglossError naming the line at fault."""
    records = []
    with _open_text(Path(path)) as file:
        for number, line in enumerate(file.buffer, 1):
            try:
                record = json.loads(line.decode("utf-8"))
            except ValueError as error:  # not JSON, or not UTF-8
                raise IsoglossError(
                    f"{path} line {number}", f"is not JSON ({error})", "one JSON object a line", "Run the stage that makes it again"
                ) from error
            if not isinstance(record, dict):
                raise IsoglossError(
                    f"{path} line {number}", f"is {type(record).__name__}", "one JSON object a line", "Run the stage that makes it again"
                )
            records.append(record)
    return records


def write_jsonl(path: str | os.PathLike, records: list[dict[str, Any]]) -> None:
    """Write JSON Lines atomically."""
    write_text(path, "".join(canonical_json(record) + "\n" for record in records))


def _open_text(path: Path):
    try:
        return path.open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise IsoglossError(str(path), f"cannot be read ({error.strerror})", "", "Run the stage that makes it first") from error


def _parse_json(path: Path) -> dict[str, Any]:
    with _open_text(path) as file:
        try:
            value = json.load(file)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise IsoglossError(str(path), f"is not JSON ({error})", "", "Delete it and run its stage again") from error
    if not isinstance(value, dict):
        raise IsoglossError(str(path), "is not a JSON object", "", "Delete it and run its stage again")
    return value


# -------------------------------------------------------------------------------------------------------------- parquet


class ParquetWriter:
    """Append rows to a parquet artifact in bounded memory; use as a context manager.

    Rows are tuples in the order of the kind's columns. `summary` and the number of rows are stored with the file when it is closed.
    """

    ROWS_PER_GROUP = 65_536

    def __init__(self, path: str | os.PathLike, kind: str) -> None:
        self.kind, self.rows = kind, 0
        self.summary: dict[str, Any] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._schema = _parquet_schema(KINDS[kind])
        self._digest = hashlib.sha256() if KINDS[kind].digest else None
        self._place = atomic_path(path)

    def __enter__(self) -> "ParquetWriter":
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(self._place.__enter__(), self._schema, compression="zstd")
        return self

    def append(self, row: tuple[Any, ...]) -> None:
        self._rows.append(row)
        self.rows += 1
        if self._digest:
            self._digest.update(canonical_json(row).encode() + b"\n")
        if len(self._rows) >= self.ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._schema)
        self._writer.write_table(
            pa.table([pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)], schema=self._schema)
        )
        self._rows = []

    def __exit__(self, *failure) -> None:
        try:
            if failure[0] is None:
                if self._rows:
                    self._flush()
                digest = {"sha256": self._digest.hexdigest()} if self._digest else {}
                summary = {**_stamp(self.kind), "rows": self.rows, **digest, **self.summary}
                self._writer.add_key_value_metadata({"isogloss": canonical_json(summary)})
            self._writer.close()
        except BaseException as error:
            if not self._place.__exit__(type(error), error, error.__traceback__):
                raise
        else:
            self._place.__exit__(*failure)


def _parquet_schema(kind: Kind):
    import pyarrow as pa

    made = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    made |= {f"list<{number}>": pa.list_(pa.type_for_alias(number)) for number in ("uint8", "uint16")}
    return pa.schema([(name, made[form]) for name, form in zip(kind.columns, kind.types or ("string",) * len(kind.columns), strict=True)])


def read_parquet_summary(path: str | os.PathLike, kind: str) -> dict[str, Any]:
    """The stamp and summary (row counts, drops by reason) of a parquet artifact, without its rows."""
    return _open_parquet(Path(path), kind)[1]


def read_parquet(path: str | os.PathLike, kind: str) -> tuple[Any, dict[str, Any]]:
    """A whole parquet artifact as a pyarrow table, and its summary."""
    file, summary = _open_parquet(Path(path), kind)
    try:
        return file.read(columns=list(KINDS[kind].columns)), summary
    except (OSError, ValueError) as error:
        raise _damaged_parquet(path, error) from error


def iter_parquet(path: str | os.PathLike, kind: str) -> Iterator[tuple[Any, ...]]:
    """Stream the rows of a parquet artifact as tuples in column order."""
    file, _ = _open_parquet(Path(path), kind)
    batches = file.iter_batches(batch_size=8192, columns=list(KINDS[kind].columns))
    while True:
        try:
            batch = next(batches, None)
        except (OSError, ValueError) as error:  # pyarrow's errors are both
            raise _damaged_parquet(path, error) from error
        if batch is None:
            return
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _open_parquet(path: Path, kind: str):
    import pyarrow.parquet as pq

    if not path.is_file():
        raise IsoglossError(
            str(path), f"there is no {kind} file here", "", "Make it with the stage that produces it, e.g. `snakemake PATH`"
        )
    try:
        file = pq.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise _damaged_parquet(path, error) from error
    stamp = (file.metadata.metadata or {}).get(b"isogloss", b"{}")
    return file, _checked(path, json.loads(stamp), kind)


def _damaged_parquet(path: str | os.PathLike, error: Exception) -> IsoglossError:
    return IsoglossError(str(path), f"is not a complete Parquet file ({error})", "", "Delete it and run its stage again")


# ---------------------------------------------------------------------------------------------------------------- stamps


def _stamp(kind: str) -> dict[str, Any]:
    return {"kind": kind, "version": KINDS[kind].version}


def _checked(path: Path, found: dict[str, Any], kind: str) -> dict[str, Any]:
    expected = KINDS[kind].version
    if found.get("kind") != kind:
        raise IsoglossError(
            str(path),
            f"holds {found.get('kind') or 'no isogloss artifact'}",
            f"expected {kind}",
            "Give the path of the right artifact, or delete this file and run its stage again",
        )
    if found.get("version") != expected:
        raise IsoglossError(
            str(path),
            f"is {kind} version {found.get('version')}",
            f"this isogloss reads version {expected}",
            "Delete it and run its stage again",
        )
    return found
