"""Artifacts: whole or absent, and never misread."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isogloss import artifacts
from isogloss.artifacts import (
    KINDS,
    MANIFEST,
    ParquetWriter,
    atomic_directory,
    atomic_path,
    canonical_json,
    iter_parquet,
    read_directory,
    read_json,
    read_jsonl,
    read_parquet_summary,
    write_json,
    write_jsonl,
    write_text,
)
from isogloss.errors import IsoglossError
from toy import ENVIRONMENT, die, in_child, isogloss

ROWS = [("Das ist gut.", "That is good.", "c"), ("Ja.", "Yes.", "c")]


def write_parquet(path: Path, rows=ROWS) -> Path:
    with ParquetWriter(path, "bitext") as writer:
        for row in rows:
            writer.append(row)
        writer.summary = {"counts": {}}
    return path


def write_directory(path: Path) -> Path:
    with atomic_directory(path, "raw") as (made, manifest):
        (made / "sub").mkdir()
        (made / "sub" / "file").write_text("x")
        manifest["counts"] = 1
    return path


def write_scores(path: Path) -> Path:
    write_json(path, "scores", {"task": "udpos"})
    return path


WRITERS = {"parquet": write_parquet, "directory": write_directory, "json": write_scores}
READERS = {
    "parquet": lambda path: list(iter_parquet(path, "bitext")),
    "directory": lambda path: read_directory(path, "raw"),
    "json": lambda path: read_json(path, "scores"),
}
FORMS = sorted(WRITERS)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# ------------------------------------------------------------------------------------------------------------- the table


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_path_a_version_and_a_known_form(name):
    kind = KINDS[name]
    assert kind.version >= 1 and kind.form in FORMS
    assert re.fullmatch(r"[a-z]+(/\{[a-z]+\})+(\.[a-z]+)?", kind.path)
    assert bool(kind.columns) == (kind.form == "parquet") and len(kind.types) in (0, len(kind.columns))
    assert kind.path.endswith({"parquet": ".parquet", "directory": "}", "json": ".json"}[kind.form])


def test_every_kind_has_a_path_of_its_own():
    assert len({kind.path for kind in KINDS.values()}) == len(KINDS)


# ---------------------------------------------------------------------------------------------------------------- atomic


@pytest.mark.parametrize("form", FORMS)
def test_what_was_written_is_read_and_nothing_else_is_left(form, tmp_path):
    WRITERS[form](tmp_path / "new" / "artifact")
    assert READERS[form](tmp_path / "new" / "artifact")
    assert names(tmp_path / "new") == ["artifact"]


@pytest.mark.parametrize("form", FORMS)
def test_a_process_killed_while_it_writes_leaves_nothing_under_the_name_and_the_next_one_succeeds(form, tmp_path, monkeypatch):
    monkeypatch.setattr(artifacts, "_fsync", die)
    assert in_child(lambda: WRITERS[form](tmp_path / "artifact")) == -9
    assert not (tmp_path / "artifact").exists()
    monkeypatch.undo()
    assert READERS[form](WRITERS[form](tmp_path / "artifact"))


@pytest.mark.parametrize("form", FORMS)
def test_a_process_killed_while_it_replaces_leaves_the_old_artifact_or_none(form, tmp_path, monkeypatch):
    WRITERS[form](tmp_path / "artifact")
    monkeypatch.setattr(artifacts.os, "replace", die)
    assert in_child(lambda: WRITERS[form](tmp_path / "artifact")) == -9
    monkeypatch.undo()
    if (tmp_path / "artifact").exists():
        assert READERS[form](tmp_path / "artifact")
    assert READERS[form](WRITERS[form](tmp_path / "artifact"))


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit, IsoglossError])
@pytest.mark.parametrize("form", FORMS)
def test_an_exception_in_the_body_leaves_the_old_artifact_intact(form, error, tmp_path):
    path = WRITERS[form](tmp_path / "artifact")
    before, fault = READERS[form](path), IsoglossError("here", "fails") if error is IsoglossError else error("fails")
    with pytest.raises(error):
        if form == "parquet":
            with ParquetWriter(path, "bitext") as writer:
                writer.append(("a", "b", "c"))
                raise fault
        elif form == "directory":
            with atomic_directory(path, "raw") as (made, _):
                (made / "half").write_text("x")
                raise fault
        else:
            with atomic_path(path) as made:
                made.write_text("half")
                raise fault
    assert READERS[form](path) == before
    assert names(tmp_path) == ["artifact"]


def test_a_directory_that_isogloss_did_not_make_is_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    for write in WRITERS.values():
        with pytest.raises(IsoglossError, match="is a directory that isogloss did not make"):
            write(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter1.tex").read_text() == "years of work"


def test_an_empty_directory_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    assert read_directory(write_directory(tmp_path / "empty"), "raw")["counts"] == 1


def test_an_input_that_cannot_be_read_is_not_called_an_output_that_cannot_be_written(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "out") as made:
        made.write_text((tmp_path / "missing").read_text())


def test_two_writers_of_different_files_in_one_directory_do_not_meet(tmp_path):
    with atomic_path(tmp_path / "a") as first, atomic_path(tmp_path / "b") as second:
        first.write_text("1")
        second.write_text("2")
    assert (tmp_path / "a").read_text() + (tmp_path / "b").read_text() == "12"


# --------------------------------------------------------------------------------------------------------------- refused


def test_absent_artifacts_are_refused_with_the_way_to_make_them(tmp_path):
    for form, read in READERS.items():
        with pytest.raises(IsoglossError, match=r"(there is no|cannot be read).*(with|Run) the stage") as caught:
            read(tmp_path / f"absent {form}")
        assert f"absent {form}" in str(caught.value)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.99])
def test_a_parquet_file_cut_short_is_refused(share, tmp_path):
    path = write_parquet(tmp_path / "x.parquet", ROWS * 1000)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(IsoglossError, match=r"x\.parquet: is not a complete Parquet file"):
        list(iter_parquet(path, "bitext"))


def test_a_parquet_file_damaged_in_the_middle_is_refused_by_name(tmp_path):
    path = write_parquet(tmp_path / "x.parquet", [(str(k), str(k * k), "c") for k in range(5000)])
    content = bytearray(path.read_bytes())
    content[20:2000] = bytes(1980)
    path.write_bytes(content)
    with pytest.raises(IsoglossError, match=r"x\.parquet: is not a complete Parquet file"):
        list(iter_parquet(path, "bitext"))


@pytest.mark.parametrize("form", ["parquet", "json"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"\xff\xfe\x80" * 40, b"PAR1PAR1", b"[1, 2]", b'"text"', b"{}", b'{"kind": "scores"', b"null"]
)
def test_foreign_bytes_are_refused(form, content, tmp_path):
    (tmp_path / "artifact").write_bytes(content)
    with pytest.raises(IsoglossError, match="artifact: "):
        READERS[form](tmp_path / "artifact")


def test_a_parquet_file_of_somebody_else_is_refused(tmp_path):
    pq.write_table(pa.table({"src": ["a"], "tgt": ["b"], "corpus": ["c"]}), tmp_path / "x.parquet")
    with pytest.raises(IsoglossError, match=r"holds no isogloss artifact\. expected bitext"):
        list(iter_parquet(tmp_path / "x.parquet", "bitext"))


def test_a_directory_without_a_manifest_is_refused(tmp_path):
    (tmp_path / "half").mkdir()
    with pytest.raises(IsoglossError, match=r"no artifact\.json\)\. expected raw"):
        read_directory(tmp_path / "half", "raw")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff"])
def test_a_directory_with_a_damaged_manifest_is_refused(content, tmp_path):
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(IsoglossError, match=r"artifact\.json: is not"):
        read_directory(tmp_path, "raw")


@pytest.mark.parametrize(("form", "wrong"), [("parquet", "mono"), ("directory", "vocab"), ("json", "raw")])
def test_another_kind_is_refused_by_both_names(form, wrong, tmp_path):
    path = WRITERS[form](tmp_path / "artifact")
    read = {"parquet": read_parquet_summary, "directory": read_directory, "json": read_json}[form]
    with pytest.raises(IsoglossError, match=rf"holds (bitext|raw|scores)\. expected {wrong}\."):
        read(path, wrong)


@pytest.mark.parametrize("form", FORMS)
def test_another_version_is_refused_with_both_numbers(form, tmp_path, monkeypatch):
    path = WRITERS[form](tmp_path / "artifact")
    now = KINDS[{"parquet": "bitext", "directory": "raw", "json": "scores"}[form]].version
    newer = {name: artifacts.Kind(kind.version + 1, kind.form, kind.path, kind.columns) for name, kind in KINDS.items()}
    monkeypatch.setattr(artifacts, "KINDS", newer)
    with pytest.raises(IsoglossError, match=rf"version {now}\. this isogloss reads version {now + 1}\. Delete it"):
        READERS[form](path)


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b""])
def test_a_damaged_json_line_is_named_by_its_number(line, tmp_path):
    (tmp_path / "x.jsonl").write_bytes(b'{"a":1}\n' + line + b"\n")
    with pytest.raises(IsoglossError, match=r"x\.jsonl line 2"):
        read_jsonl(tmp_path / "x.jsonl")


# ------------------------------------------------------------------------------------------------------------ round trips

POISON = [
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u2028\u2029\x85\x0b",
    "|||",
    "<mask>",
    "\\N",
    "NULL",
    "nan",
    "\x00",
    "'\"",
    "e\u0301",
    "\U0010ffff",
    "🇩🇪👩‍👧",
    "\ufeffx",
    "مرحبا",
    "x" * 100_000,
]
texts = st.sampled_from(POISON) | st.text(max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(texts, texts, texts), max_size=20))
def test_any_text_survives_parquet(rows, tmp_path):
    path = write_parquet(tmp_path / "x.parquet", rows)
    assert list(iter_parquet(path, "bitext")) == rows
    assert read_parquet_summary(path, "bitext") == {"kind": "bitext", "version": KINDS["bitext"].version, "rows": len(rows), "counts": {}}


def test_rows_keep_their_order_over_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(ParquetWriter, "ROWS_PER_GROUP", 7)
    rows = [(str(k), str(-k), "c") for k in range(100)]
    assert list(iter_parquet(write_parquet(tmp_path / "x.parquet", rows), "bitext")) == rows


@given(st.lists(st.tuples(texts, texts, st.integers(1, 2**62), st.floats(0, 1), st.floats(0, 1), texts), max_size=8))
def test_columns_have_the_types_of_their_kind_and_a_digest_of_all_their_values(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("typed") / "x.parquet"

    def written(rows) -> str:
        with ParquetWriter(path, "dictionary") as writer:
            for row in rows:
                writer.append(row)
        return read_parquet_summary(path, "dictionary")["sha256"]

    digest = written(rows)
    assert list(iter_parquet(path, "dictionary")) == rows
    assert [str(field.type) for field in pq.read_schema(path)] == ["string", "string", "int64", "double", "double", "string"]
    for k, row in enumerate(rows):
        assert written([*rows[:k], (*row[:2], row[2] + 1, *row[3:]), *rows[k + 1 :]]) != digest
    assert written([*rows, ("", "", 1, 0.0, 0.0, "")]) != digest and written(rows) == digest


def test_a_value_that_its_column_cannot_hold_leaves_nothing(tmp_path):
    with pytest.raises(Exception, match=r"65536|out of bounds|not in range"), ParquetWriter(tmp_path / "x", "links") as writer:
        writer.append(([65_536], [0], []))
    assert names(tmp_path) == []


def test_the_same_rows_make_the_same_bytes(tmp_path):
    assert write_parquet(tmp_path / "a").read_bytes() == write_parquet(tmp_path / "b").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    records=st.lists(
        st.dictionaries(texts, texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=3), max_size=5
    )
)
def test_any_record_survives_json_lines(records, tmp_path):
    write_jsonl(tmp_path / "x.jsonl", records)
    assert read_jsonl(tmp_path / "x.jsonl") == records


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)))
def test_canonical_json_is_one_line_that_does_not_depend_on_the_order_of_keys(value):
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))
    assert "\n" not in canonical_json(value) and json.loads(canonical_json(value)) == value


# --------------------------------------------------------------------------------------------------- full and read-only disks


@contextlib.contextmanager
def small_disk(where: Path, size: str):
    """A file system of its own at `where`; skips the test where mounting is not allowed."""
    where.mkdir()
    made = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", where], capture_output=True, text=True, check=False)
        if shutil.which("mount")
        else None
    )
    if made is None or made.returncode:
        pytest.skip(f"cannot mount a small disk here ({made.stderr.strip() if made else 'no mount command'})")
    try:
        yield where
    finally:
        subprocess.run(["umount", where], check=True)


def make_trivial(out: Path, taskdata: Path) -> subprocess.CompletedProcess[str]:
    spec = json.dumps({"task": "udpos", "setting": "zero_shot", "seed": 0, "languages": None})
    command = isogloss("trivial", "--spec", spec, "--taskdata", taskdata, "--out", out)
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)


@pytest.fixture
def taskdata(tmp_path):
    """Task data of half a megabyte."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("train-en", "dev-en", "test-en", "test-de"):
        (source / f"{name}.tsv").write_text("".join(f"word{k}\tNOUN\n\n" for k in range(3000)))
    command = isogloss(
        "taskdata", "--task", "udpos", "--spec", '{"languages": ["en", "de"]}', "--source", source, "--out", tmp_path / "taskdata"
    )
    subprocess.run(command, env=ENVIRONMENT, check=True)
    return tmp_path / "taskdata"


def assert_clear_failure(done: subprocess.CompletedProcess[str], out: Path) -> None:
    assert done.returncode == 1, done.stderr
    assert f"{out}: could not be written" in done.stderr and "make room or allow writing, then run again" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_full_disk_ends_a_stage_clearly_and_with_room_it_succeeds(tmp_path, taskdata):
    with small_disk(tmp_path / "disk", "1m") as disk:
        with contextlib.suppress(OSError):
            (disk / "ballast").write_bytes(bytes(1000 * 1024))
        done = make_trivial(disk / "out", taskdata)
        assert_clear_failure(done, disk / "out")
        assert "No space left on device" in done.stderr
        assert names(disk) == ["ballast"]
        (disk / "ballast").unlink()
        assert make_trivial(disk / "out", taskdata).returncode == 0
        assert names(disk) == ["out"]


@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_leaves_nothing_half_made(form, tmp_path):
    with small_disk(tmp_path / "disk", "64k") as disk:
        with contextlib.suppress(OSError):
            (disk / "ballast").write_bytes(bytes(60 * 1024))
        with pytest.raises(IsoglossError, match="could not be written"):
            if form == "parquet":
                write_parquet(disk / "artifact", [(os.urandom(9000).hex(), "", "") for _ in range(9)])
            elif form == "directory":
                with atomic_directory(disk / "artifact", "raw") as (made, _):
                    (made / "data").write_bytes(bytes(99_999))
            else:
                write_text(disk / "artifact", "x" * 99_999)
        assert names(disk) == ["ballast"]


def test_a_library_that_reports_a_full_disk_in_its_own_words_is_understood(tmp_path):
    with pytest.raises(IsoglossError, match="could not be written.*No space left on device"), atomic_path(tmp_path / "x"):
        raise RuntimeError("I/O error: No space left on device (os error 28)")


def test_a_read_only_disk_ends_a_stage_clearly_and_made_writable_it_succeeds(tmp_path, taskdata):
    with contextlib.ExitStack() as stack:
        if os.getuid() == 0:  # root may write anywhere, except here
            disk = stack.enter_context(small_disk(tmp_path / "disk", "2m"))
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            allow = ["mount", "-o", "remount,rw", disk]
        else:
            disk = tmp_path / "disk"
            disk.mkdir(mode=0o500)
            allow = ["chmod", "700", disk]
        assert_clear_failure(make_trivial(disk / "out", taskdata), disk / "out")
        assert names(disk) == []
        subprocess.run(allow, check=True)
        assert make_trivial(disk / "out", taskdata).returncode == 0


def test_a_file_where_a_directory_should_be_is_named(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(IsoglossError, match="could not be written"):
        write_text(tmp_path / "results" / "x.json", "{}")


def test_artifacts_are_written_and_read_without_torch_or_pandas():
    script = "import sys, isogloss.artifacts; print(sorted({'torch', 'pandas', 'transformers', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True).stdout == "[]\n"
