"""Published files in a directory, and the records that the readers of the tasks make of them."""

import json
from pathlib import Path

import pytest

from isogloss.tasks import get_task

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"


def written(directory, files):
    """The directory with these files: {path in it: text, bytes, or what becomes JSON}."""
    directory.mkdir(exist_ok=True)
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, bytes | str) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return directory


def there(task, *sources):
    """{(language, split): names of the files}."""
    return {key: [path.name for path in published.files] for key, published in get_task(task).published(sources).items()}


def records(task, source, lang="en", split="test"):
    published = get_task(task).published([source])[lang, split]
    return list(published.read(published.files, lang, split))


def kept(task, found):
    """The records that no filter of the task drops."""
    return [record for record in found if all(keep(record) for _, keep in get_task(task).filters)]


def real(*parts):
    path = REAL.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no real data in {REAL}")
    return path
