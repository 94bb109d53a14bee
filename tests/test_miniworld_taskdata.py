"""Every task reads the mini-world's files as it reads the published ones, in every language, and drops nothing."""

from pathlib import Path

import pytest

from isogloss.corpora.miniworld import LANGUAGES, write_world
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import TASKS, get_task
from isogloss.tasks.kinds import KINDS


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, languages=list(LANGUAGES), seed=2, mono_sentences=1, pairs=1, task_sentences=60, noise={"synonymy": 0.3})
    return path


@pytest.mark.parametrize("name", TASKS)
def test_every_task_reads_the_mini_world(world: Path, tmp_path: Path, name: str) -> None:
    task = get_task(name)
    make_taskdata(name, world / "tasks" / name, list(LANGUAGES), tmp_path / name)
    manifest = read_taskdata(name, tmp_path / name)
    others = [code for code in LANGUAGES if code != "en"]
    assert sorted(set(manifest["languages"]) - {"en"}) == sorted(others) and not manifest["missing"]
    assert not any(lost for split in manifest["dropped"].values() for lang in split.values() for lost in lang.values())
    assert all(manifest["n"]["test"][code] == 15 for code in others)
    if task.labels:
        records = [record for code in LANGUAGES for record in KINDS[task.kind].read(tmp_path / name, code, "test")]
        found = {label for record in records for label in (record["tags"] if "tags" in record else [record["label"]])}
        assert found <= set(task.labels) and len(found) > 1
