"""Downloads that survive interruption: a partial file is kept, resumed and checked, and only then gets its final name.

    raw/.opus.parts/de-en.txt.zip.part        bytes so far                    kept when a job fails (outside its outputs)
    raw/.opus.parts/de-en.txt.zip.part.json   {url, validator}: what they are a part of
    raw/opus/{de-en.txt.zip,artifact.json}    complete and checked

Standard library only; `tqdm` draws the bar where there is a terminal.
"""

import hashlib
import http.client
import json
import logging
import os
import re
import shutil
import ssl
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, url2pathname

from ..artifacts import MANIFEST, atomic_directory, read_directory
from ..errors import IsoglossError
from .table import SCHEMES, TableRow, read_corpora_table

__all__ = ["TableRow", "fetch", "file_name", "make_raw", "raw_files", "read_corpora_table"]

ATTEMPTS = 6  # failures in a row without a new byte before we give up
PAUSE_S = 1.0  # before the second attempt; doubles each time
TIMEOUT_S = 60.0  # without a byte
CHUNK = 1 << 18
_RETRIED = {408, 425, 429, 500, 502, 503, 504}
log = logging.getLogger(__name__)


class _ShortRead(Exception):
    """The server sent less than it announced, or another part than asked for."""


_TRANSIENT = (URLError, TimeoutError, ConnectionError, ssl.SSLError, http.client.HTTPException, _ShortRead)


def make_raw(row: TableRow, out_dir: Path) -> dict[str, Any]:
    """Download a row of corpora.tsv as the artifact raw/{id}; returns {id, licence, files: [{file, url, sha256, bytes}]}.

    Raises IsoglossError if a file cannot be had or is not the one that the row describes.
    """
    where, out_dir = f"corpora.tsv row '{row.id}'", Path(out_dir)
    if row.status == "deprecated":
        log.warning("%s: deprecated; kept so that old experiments can be repeated.", where)
    parts = out_dir.with_name(f".{out_dir.name}.parts")
    files: list[dict[str, Any]] = []
    for url, sha256, name in zip(row.urls, row.sha256, _file_names(row.urls), strict=True):
        digest = fetch(url, sha256, parts / name, where)
        files.append({"file": name, "url": url, "sha256": digest, "bytes": (parts / name).stat().st_size})
    with atomic_directory(out_dir, "raw") as (made, manifest):
        manifest.update({"id": row.id, "licence": row.licence, "files": files})
        for file in files:
            os.replace(parts / file["file"], made / file["file"])
    shutil.rmtree(parts)
    return manifest


def raw_files(directory: Path) -> list[Path]:
    """The files of a raw artifact in the order of the row's urls. Raises IsoglossError if it is absent or unfinished."""
    return [Path(directory) / file["file"] for file in read_directory(directory, "raw")["files"]]


def fetch(url: str, sha256: str, out_file: Path, where: str = "") -> str:
    """Download `url` to `out_file`, resuming `<out_file>.part` of an earlier attempt; returns the SHA-256 of the bytes.

    `sha256` "" means not recorded: a warning says what to record. `where` names the row in messages. Raises IsoglossError for a
    scheme other than http, https and file, a file that cannot be had, or another sum; a file with a wrong sum is not kept.
    """
    where, out_file = where or url, Path(out_file)
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        remedy = "Correct the url, or download by hand and use `file:`"
        raise IsoglossError(where, f"cannot fetch `{url}`", f"schemes: {', '.join(SCHEMES)}", remedy)
    if sha256 and out_file.is_file() and _sha256(out_file) == sha256:
        return sha256
    part = out_file.with_name(f"{out_file.name}.part")
    try:
        out_file.parent.mkdir(parents=True, exist_ok=True)
        _copy(url, part, where) if scheme == "file" else _download(url, part, where)
        digest = _sha256(part)
        _check_sum(where, url, digest, sha256, part)
        os.replace(part, out_file)
        _note(part).unlink(missing_ok=True)
    except OSError as error:
        remedy = "Make room or allow writing, then run again: it resumes"
        raise IsoglossError(where, f"{out_file} could not be written ({error})", "", remedy) from error
    return digest


def file_name(url: str) -> str:
    """A safe name for the file behind a URL: its last segment, without separators, leading dots or odd characters."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    name = re.sub(r"[^\w.+-]", "_", last, flags=re.ASCII).lstrip(".")[-120:] or "download"
    return f"_{name}" if name == MANIFEST else name


def _file_names(urls: Sequence[str]) -> list[str]:
    names = [file_name(url) for url in urls]
    return names if len(set(names)) == len(names) else [f"{number}-{name}" for number, name in enumerate(names, 1)]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sum(where: str, url: str, found: str, expected: str, part: Path) -> None:
    if not expected:
        log.warning("%s: no sha256 is recorded for %s. Record this to be sure of the same bytes next time: %s", where, url, found)
    elif found != expected.lower():
        _forget(part)
        remedy = "The download was deleted: run again if it was damaged, or update the row if upstream changed"
        raise IsoglossError(where, f"sha256 is {found}", f"expected {expected}", remedy)


def _copy(url: str, part: Path, where: str) -> None:
    pieces = urlsplit(url)
    source = Path(url2pathname(pieces.path))
    if pieces.netloc not in ("", "localhost") or not source.is_file():
        raise IsoglossError(where, f"there is no file `{url}`", "file:relative/path or file:///absolute/path", "Correct the url")
    shutil.copyfile(source, part)


# ---------------------------------------------------------------------------------------------------------------- http


class _HttpOnly(HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise HTTPError(req.full_url, code, f"redirection to `{newurl}` is not allowed", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(url: str, part: Path, where: str) -> None:
    """Transfer until complete; patience is counted in failures without progress."""
    failures, most = 0, -1
    while True:
        try:
            return _transfer(url, part)
        except _TRANSIENT as error:
            size = part.stat().st_size if part.exists() else 0
            failures, most = (1 if size > most else failures + 1), max(size, most)
            permanent = isinstance(error, HTTPError) and error.code not in _RETRIED
            if permanent or failures >= ATTEMPTS:
                remedy = "Correct the url if the file has moved, or run again later" + (" (it resumes)" if size else "")
                raise IsoglossError(where, f"cannot fetch {url} ({type(error).__name__}: {error})", "", remedy) from error
            pause = PAUSE_S * 2 ** (failures - 1)
            log.warning("%s: %s; attempt %d in %.0f s, %s bytes so far", where, error, failures + 1, pause, f"{size:,}")
            time.sleep(pause)


def _transfer(url: str, part: Path) -> None:
    """One request: the rest of the file if the server still has the same one, else the whole file."""
    start, headers = _resumption(url, part)
    request = Request(url, headers={"User-Agent": "isogloss", **headers})
    try:
        response = build_opener(_HttpOnly).open(request, timeout=TIMEOUT_S)
    except HTTPError as error:
        if error.code != 416:
            raise
        _forget(part)  # our part is longer than their file
        raise _ShortRead("the server has no such range") from error
    with response:
        if start and response.status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            _forget(part)
            raise _ShortRead("the server sent another range")
        start = start if response.status == 206 else 0
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        _note(part).write_text(json.dumps({"url": url, "validator": _validator(response.headers)}), encoding="utf-8")
        with part.open("ab" if start else "wb") as file:
            for chunk in _shown(iter(lambda: response.read(CHUNK), b""), part.stem, start, total):
                file.write(chunk)
    if total is not None and part.stat().st_size != total:
        raise _ShortRead(f"the connection ended at byte {part.stat().st_size:,} of {total:,}")


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _validator(headers: http.client.HTTPMessage) -> str:
    etag = headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")  # If-Range takes no weak tag


def _resumption(url: str, part: Path) -> tuple[int, dict[str, str]]:
    """Where to start and the headers that ask for it; from 0 unless the server can tell whether its file is still the same."""
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
        start = part.stat().st_size
    except (OSError, ValueError):
        return 0, {}
    if not (start and note.get("url") == url and note.get("validator")):
        return 0, {}
    return start, {"Range": f"bytes={start}-", "If-Range": note["validator"]}


def _shown(chunks: Iterable[bytes], name: str, done: int, total: int | None) -> Iterator[bytes]:
    """Pass the chunks on and show how far it is: a bar on a terminal, a line every ten seconds in a log."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(desc=name, initial=done, total=total, unit="B", unit_scale=True) as bar:
            for chunk in chunks:
                bar.update(len(chunk))
                yield chunk
        return
    told = time.monotonic()
    for chunk in chunks:
        done += len(chunk)
        yield chunk
        if time.monotonic() - told >= 10:
            told = time.monotonic()
            print(f"{name}: {done / 1e6:,.0f} MB" + (f" of {total / 1e6:,.0f}" if total else ""), file=sys.stderr, flush=True)
