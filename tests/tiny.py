"""The tiny experiment of tests/configs/tiny.yaml under Snakemake, for the tests of the workflow and of what it leaves behind."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "tests/configs/tiny.yaml"
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
BARE = {"HOME": os.environ.get("HOME", "/"), "PATH": "/usr/bin:/bin"}  # no activated environment
NASTY = '$(touch pwned); touch pwned & "x".tsv'

Jobs = dict[str, list[str]]


@dataclass(frozen=True)
class Tiny:
    """An experiment directory, and what was planned at three moments (rule -> what its jobs make)."""

    directory: Path
    plans: dict[str, Jobs]
    second_run: str

    def path(self, *parts: str) -> Path:
        return self.directory.joinpath("results", *parts)


def snakemake(directory: Path, *arguments: object, snakefile: Path = ROOT / "Snakefile") -> subprocess.CompletedProcess[str]:
    """Run Snakemake as somebody who activated nothing would; stdout has both streams."""
    command = [SNAKEMAKE, "--cores", "2", "--snakefile", snakefile, "--directory", directory, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run([str(part) for part in command], **pipes, text=True, timeout=600, env=BARE, cwd=directory.parent, check=False)


def run(directory: Path, *arguments: object) -> str:
    """The output of Snakemake; the logs of failed jobs as the error."""
    done = snakemake(directory, *arguments)
    if done.returncode:
        logs = "\n".join(
            path.read_text()
            for path in directory.glob("results/logs/**/*.log")
            if "Error" in path.read_text() or "isogloss " in path.read_text()
        )
        raise RuntimeError(f"{done.stdout[-4000:]}\n{logs[-4000:]}")
    return done.stdout


def planned(directory: Path, *arguments: object) -> Jobs:
    """What `snakemake -n` would make, by rule; {} when there is nothing to be done."""
    output = run(directory, "--dry-run", *arguments)
    jobs: Jobs = {}
    for rule, body in re.findall(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)+)", output, re.MULTILINE):
        made = re.search(r"^ {4}output: (.*)$", body, re.MULTILINE)
        jobs.setdefault(rule, []).append(made[1] if made else "")
    return {rule: sorted(made) for rule, made in jobs.items() if rule != "all"}


def edited(directory: Path, *changes: tuple[str, str]) -> None:
    """Edit config.yaml as a person would."""
    text = (directory / "config.yaml").read_text()
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old} is not in config.yaml")
        text = text.replace(old, new)
    (directory / "config.yaml").write_text(text)


def make_tiny(directory: Path) -> Tiny:
    """Run the experiment in two sittings: first without one recipe and one task, then the rest; record what is planned in between."""
    (directory / "data of 'ours'").mkdir(parents=True)
    lines = [f"Der Hund sieht {number} Katzen.\tThe dog sees {number} cats.\n" for number in range(20)]
    (directory / "data of 'ours'" / NASTY).write_text("".join(lines + lines[:3]))
    linked, tatoeba = "  linked: {objectives: {mlm: 1, contrast: {level: multi}, align: 1}}\n", "  tatoeba: {}\n"
    (directory / "config.yaml").write_text(CONFIG.read_text())
    edited(directory, (linked, ""), (tatoeba, ""))
    run(directory)
    plans = {}
    edited(directory, ("tasks:\n", f"tasks:\n{tatoeba}"))
    plans["a task more"] = planned(directory)
    edited(directory, (tatoeba, ""), ("tasks:\n", f"{linked}tasks:\n"))
    plans["a recipe more"] = planned(directory)
    (directory / "config.yaml").write_text(CONFIG.read_text())
    run(directory, "all", "results/xtreme/mlm/0")
    return Tiny(directory, plans, run(directory))
