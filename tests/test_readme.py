"""What the README and the docs say is true: links, paths, names, and the commands of `Your own experiment`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_of_the_repository_exist(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:workflow|profiles|experiments|benchmarks|envs|docs|tests)/[\w./-]*\w", text)
    missing = [name for name in named if not (ROOT / name).exists() and not name.startswith("experiments/mine")]
    assert not missing


def test_the_tables_it_names_hold_the_examples_it_names():
    from isogloss.aligners import ALIGNERS
    from isogloss.corpora import FORMATS
    from isogloss.objectives import OBJECTIVES
    from isogloss.tasks import TASKS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for table, name in ((ALIGNERS, "ALIGNERS"), (OBJECTIVES, "OBJECTIVES"), (TASKS, "TASKS"), (FORMATS, "FORMATS")):
        (example,) = re.findall(rf"\(see `(\w+)\.py`\), one line in the table `{name}`", text)
        assert example in table


def test_the_commands_for_an_experiment_of_your_own_work(tmp_path):
    """cp config.yaml DIR; isogloss check; snakemake -n --directory DIR."""
    shutil.copy(ROOT / "config.yaml", tmp_path)
    (tmp_path / "mine").mkdir()
    shutil.move(tmp_path / "config.yaml", tmp_path / "mine" / "config.yaml")
    shell = {"capture_output": True, "text": True, "check": True, "cwd": ROOT}
    environment = {"PYTHONPATH": str(ROOT / "workflow"), "PATH": "/usr/bin:/bin"}
    checked = subprocess.run([sys.executable, "-m", "isogloss", "check", str(tmp_path / "mine" / "config.yaml")], env=environment, **shell)
    assert "snakemake -n --directory" in checked.stdout
    planned = subprocess.run([sys.executable, "-m", "snakemake", "-n", "--directory", str(tmp_path / "mine")], **shell)
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert re.search(rf"^pretrain +{len(config['recipes']) * len(config['seeds'])}$", planned.stdout, re.MULTILINE)


def test_the_stages_it_names_are_targets():
    rules = re.findall(r"^rule (\w+):", (ROOT / "Snakefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"corpora", "stores", "models", "scores"} <= set(rules)


def test_its_table_has_the_rows_of_the_default_experiment():
    from isogloss.config import load_config

    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("<!-- table -->")[2].partition("<!-- /table -->")[0]
    rows = {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")}
    assert {"trivial", *load_config(ROOT / "config.yaml").recipes} <= rows
