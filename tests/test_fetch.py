"""Downloads against a loopback server that misbehaves on demand."""

import hashlib
import os
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from isogloss.artifacts import read_directory
from isogloss.corpora import fetch as module
from isogloss.corpora.fetch import TableRow, fetch, file_name, make_raw, raw_files
from isogloss.errors import IsoglossError

DATA = random.Random(1).randbytes(700_000)
SUM = hashlib.sha256(DATA).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """GET /<behaviour>/<file name>; `server.state` is what the test sets and what it looks at afterwards."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        state, behaviour = self.server.state, self.path.split("/")[1]
        state.requests.append(dict(self.headers))
        if behaviour == "busy" and len(state.requests) < 3:
            return self.send_error(503)
        if behaviour in ("404", "500"):
            return self.send_error(int(behaviour))
        if behaviour == "redirect":
            self.send_response(302)
            self.send_header("Location", state.location)
            return self.end_headers()
        self.serve(state, behaviour)

    def serve(self, state, behaviour):
        data, start = state.data, 0
        asked = self.headers.get("Range")
        if asked and behaviour not in ("ignores-range",) and self.headers.get("If-Range") == state.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start > len(data):
            return self.send_error(416)
        shift = 1 if start and behaviour == "other-range" and len(state.requests) == 2 else 0
        body = data[start + shift :]
        self.send_response(206 if start else 200)
        if state.etag:
            self.send_header("ETag", state.etag)
        if start:
            self.send_header("Content-Range", f"bytes {start + shift}-{len(data) - 1}/{len(data)}")
        if behaviour != "no-length":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        drops = behaviour in ("drops", "ignores-range", "other-range") and len(state.requests) <= state.drops
        self.wfile.write(body[: len(body) // 2] if drops or behaviour == "always-drops-at-zero" else body)
        self.close_connection = True


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "PAUSE_S", 0.001)
    monkeypatch.setattr(module, "CHUNK", 1 << 14)
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.state = SimpleNamespace(data=DATA, etag='"one"', requests=[], drops=1, location="")
        http.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield http
        http.shutdown()
        thread.join()


def files(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


# ---------------------------------------------------------------------------------------------------------------- fetch


@pytest.mark.parametrize("behaviour", ["plain", "busy", "drops", "ignores-range", "other-range", "no-length"])
def test_the_whole_file_arrives(server, behaviour, tmp_path):
    assert fetch(f"{server.url}/{behaviour}/x.zip", SUM, tmp_path / "x.zip") == SUM
    assert (tmp_path / "x.zip").read_bytes() == DATA and files(tmp_path) == ["x.zip"]


def test_a_drop_is_resumed_where_it_stopped(server, tmp_path):
    server.state.drops = 8  # more than ATTEMPTS: progress earns patience
    fetch(f"{server.url}/drops/x.zip", SUM, tmp_path / "x.zip")
    starts = [int(request["Range"][6:-1]) for request in server.state.requests[1:]]
    assert len(starts) == 8 and starts == sorted(set(starts)) and starts[0] == len(DATA) // 2
    assert server.state.requests[1]["If-Range"] == '"one"'


@pytest.mark.parametrize("changed", [False, True])
def test_a_later_run_resumes_unless_the_file_has_changed(server, changed, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    with pytest.raises(IsoglossError, match="it resumes"):
        fetch(f"{server.url}/drops/x.zip", SUM, tmp_path / "x.zip")
    assert files(tmp_path) == ["x.zip.part", "x.zip.part.json"]
    if changed:
        server.state.data, server.state.etag = DATA[::-1], '"two"'
    fetch(f"{server.url}/drops/x.zip", "", tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_bytes() == server.state.data
    assert server.state.requests[1]["If-Range"] == '"one"'


def test_a_part_of_another_url_or_without_validator_is_not_resumed(server, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    with pytest.raises(IsoglossError):
        fetch(f"{server.url}/drops/x.zip", SUM, tmp_path / "x.zip")
    fetch(f"{server.url}/plain/x.zip", SUM, tmp_path / "x.zip")
    server.state.etag, server.state.drops = 'W/"weak"', 3
    with pytest.raises(IsoglossError):
        fetch(f"{server.url}/drops/y.zip", SUM, tmp_path / "y.zip")
    server.state.drops = 0
    fetch(f"{server.url}/drops/y.zip", SUM, tmp_path / "y.zip")
    assert not [request for request in server.state.requests if "Range" in request]


def test_a_part_longer_than_the_file_is_forgotten(server, tmp_path, monkeypatch):
    (tmp_path / "x.zip.part").write_bytes(DATA * 2)
    (tmp_path / "x.zip.part.json").write_text(f'{{"url": "{server.url}/plain/x.zip", "validator": "\\"one\\""}}')
    assert fetch(f"{server.url}/plain/x.zip", SUM, tmp_path / "x.zip") == SUM
    assert len(server.state.requests) == 2


def test_failures_without_progress_end(server, tmp_path):
    with pytest.raises(IsoglossError, match="500"):
        fetch(f"{server.url}/500/x.zip", SUM, tmp_path / "x.zip")
    assert len(server.state.requests) == module.ATTEMPTS
    server.state.etag = ""
    with pytest.raises(IsoglossError, match="byte 350,000 of 700,000"):
        fetch(f"{server.url}/always-drops-at-zero/x.zip", SUM, tmp_path / "x.zip")


def test_a_missing_file_is_not_asked_for_twice(server, tmp_path):
    with pytest.raises(IsoglossError, match=r"row 'r': cannot fetch .*404"):
        fetch(f"{server.url}/404/x.zip", SUM, tmp_path / "x.zip", "row 'r'")
    assert len(server.state.requests) == 1 and files(tmp_path) == []


def test_nobody_listens(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAUSE_S", 0.001)
    with pytest.raises(IsoglossError, match="refused"):
        fetch("http://127.0.0.1:9/x.zip", SUM, tmp_path / "x.zip")


def test_a_wrong_sum_keeps_nothing(server, tmp_path):
    with pytest.raises(IsoglossError, match=f"row 'opus': sha256 is {SUM}. expected {'0' * 64}.*update the row if upstream changed"):
        fetch(f"{server.url}/plain/x.zip", "0" * 64, tmp_path / "x.zip", "row 'opus'")
    assert files(tmp_path) == []


def test_no_sum_warns_with_the_sum_to_record(server, tmp_path, caplog):
    fetch(f"{server.url}/plain/x.zip", "", tmp_path / "x.zip", "row")
    assert SUM in caplog.text


def test_a_complete_file_is_not_downloaded_again(server, tmp_path):
    (tmp_path / "x.zip").write_bytes(DATA)
    assert fetch(f"{server.url}/plain/x.zip", SUM, tmp_path / "x.zip") == SUM and not server.state.requests


def test_redirects_lead_to_http_only(server, tmp_path):
    server.state.location = "/plain/real.zip"
    assert fetch(f"{server.url}/redirect/x.zip", SUM, tmp_path / "x.zip") == SUM
    for location in (f"file://{tmp_path}/x.zip", "ftp://127.0.0.1/x"):
        server.state.location = location
        with pytest.raises(IsoglossError, match="not allowed"):
            fetch(f"{server.url}/redirect/y.zip", SUM, tmp_path / "y.zip")


@pytest.mark.parametrize("url", ["ftp://host/x", "data:,x", "x.zip", "javascript:x"])
def test_other_schemes_are_refused(url, tmp_path):
    with pytest.raises(IsoglossError, match="schemes: http, https, file"):
        fetch(url, "", tmp_path / "x")


def test_file_urls(tmp_path, monkeypatch):
    (tmp_path / "a b.zip").write_bytes(DATA)
    monkeypatch.chdir(tmp_path)
    for url in ("file:a%20b.zip", f"file://{tmp_path}/a%20b.zip", f"file:{tmp_path}/a%20b.zip"):
        assert fetch(url, SUM, tmp_path / "out" / "x.zip") == SUM
        os.unlink(tmp_path / "out" / "x.zip")
    for url in ("file:absent", "file://otherhost/a%20b.zip", "file:"):
        with pytest.raises(IsoglossError, match="there is no file"):
            fetch(url, SUM, tmp_path / "x.zip")


def test_a_full_or_closed_disk_is_told_apart_from_the_network(server, tmp_path):
    (tmp_path / "x.zip").mkdir()
    with pytest.raises(IsoglossError, match="could not be written"):
        fetch(f"{server.url}/plain/x.zip", SUM, tmp_path / "x.zip")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/a/de-en.txt.zip?x=1#y", "de-en.txt.zip"),
        ("http://h/a/%2e%2e%2fetc%2fpasswd", "_etc_passwd"),
        ("http://h/..", "download"),
        ("http://h", "download"),
        ("http://h/.hidden", "hidden"),
        ("http://h/artifact.json", "_artifact.json"),
        ("http://h/a%00b c.gz", "a_b_c.gz"),
    ],
)
def test_file_names_cannot_escape(url, name):
    assert file_name(url) == name


# -------------------------------------------------------------------------------------------------------------- make_raw


def row(*urls: str, sha256: tuple[str, ...] | None = None, status: str = "active") -> TableRow:
    return TableRow("opus", "bitext", ("de", "en"), "lines", urls, sha256 or ("",) * len(urls), "CC0", status)


def test_make_raw(server, tmp_path, caplog):
    urls = [f"{server.url}/plain/{name}" for name in ("x.de", "x.en")]
    manifest = make_raw(row(*urls, sha256=(SUM, SUM), status="deprecated"), tmp_path / "opus")
    assert manifest["files"][0] == {"file": "x.de", "url": urls[0], "sha256": SUM, "bytes": len(DATA)} and manifest["licence"] == "CC0"
    assert raw_files(tmp_path / "opus") == [tmp_path / "opus" / "x.de", tmp_path / "opus" / "x.en"]
    assert read_directory(tmp_path / "opus", "raw")["files"] == manifest["files"]
    assert sorted(os.listdir(tmp_path)) == ["opus"] and "deprecated" in caplog.text


def test_make_raw_keeps_equal_names_apart(server, tmp_path):
    make_raw(row(f"{server.url}/plain/a/x", f"{server.url}/plain/b/x"), tmp_path / "opus")
    assert [path.name for path in raw_files(tmp_path / "opus")] == ["1-x", "2-x"]


def test_a_failed_make_raw_leaves_parts_but_no_artifact(server, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    server.state.drops = 9
    with pytest.raises(IsoglossError, match="row 'opus'"):
        make_raw(row(f"{server.url}/drops/x", sha256=(SUM,)), tmp_path / "opus")
    assert files(tmp_path) == [".opus.parts/x.part", ".opus.parts/x.part.json"]
    server.state.drops = 0
    make_raw(row(f"{server.url}/drops/x", sha256=(SUM,)), tmp_path / "opus")
    assert "Range" in server.state.requests[-1] and raw_files(tmp_path / "opus")[0].read_bytes() == DATA
