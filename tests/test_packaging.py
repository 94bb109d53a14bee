"""The package as it is installed, and rules that hold for every file of the repository."""

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import isogloss

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow/isogloss"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
by_path = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The project built from a copy, without network and without its dependencies."""
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("building needs setuptools >= 77 here: pip install -U setuptools")
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "workflow", copy / "workflow", ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        built,
        copy,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stderr[-2000:])
    (path,) = built.glob("isogloss-*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_has_every_module_and_data_file_and_nothing_else(wheel):
    there = {name.removeprefix("isogloss/") for name in wheel.namelist() if name.startswith("isogloss/")}
    files = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.is_file())
    expected = {path.as_posix() for path in files if not any(part == "__pycache__" or part.startswith(".") for part in path.parts)}
    assert there == expected
    assert {name.split("/")[0] for name in wheel.namelist()} == {"isogloss", f"isogloss-{isogloss.__version__}.dist-info"}


def test_the_wheel_has_the_command_and_the_licence(wheel):
    entries = configparser.ConfigParser()
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    entries.read_string(wheel.read(name).decode())
    assert dict(entries["console_scripts"]) == {"isogloss": "isogloss.cli:main"}
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_installed_package_runs_from_anywhere(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    (tmp_path / "config.yaml").write_text((ROOT / "config.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-m", "isogloss", "check"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("experiment  miniworld\n")


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == isogloss.__version__
    assert "version" in PROJECT["dynamic"]  # pyproject.toml reads it from the package
    assert citation["license"] == PROJECT["license"]


def test_make_has_the_two_commands_and_ci_runs_one_of_them():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^run:", makefile, re.MULTILINE) and re.search(r"^test:", makefile, re.MULTILINE)
    ci = ROOT / ".ci/run"
    assert re.search(r"^make test$", ci.read_text(encoding="utf-8"), re.MULTILINE) and ci.stat().st_mode & 0o111


def test_no_file_knows_the_machine_it_was_written_on():
    machine = re.compile(rb"(?<![\w.}])/(?:work|root|home|Users)/\w")
    assert [str(path.relative_to(ROOT)) for path in repository_files() if machine.search(path.read_bytes())] == []


def test_no_module_has_a_name_that_says_nothing():
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)($|_)")
    assert [str(path) for path in MODULES if vague.search(path.stem)] == []


def imported(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


def calls(tree: ast.AST) -> list[tuple[str, dict[str, str]]]:
    """(dotted name, keywords) of every call."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [(ast.unparse(node.func), {word.arg or "**": ast.unparse(word.value) for word in node.keywords}) for node in found]


@by_path
def test_no_module_asserts_or_runs_foreign_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert not imported(tree) & {"pickle", "dill", "joblib", "cloudpickle", "marshal", "shelve"}
    for name, keywords in calls(tree):
        assert name not in ("eval", "exec", "os.system", "yaml.load", "yaml.unsafe_load", "yaml.full_load")
        assert name != "torch.load" or keywords.get("weights_only") == "True"
        assert name not in ("np.load", "numpy.load") or keywords.get("allow_pickle") == "False"
        assert keywords.get("trust_remote_code") in (None, "False") and keywords.get("shell") in (None, "False")


def test_every_import_is_declared_and_every_dependency_imported():
    """A module that is imported anywhere in the package is a dependency, of an extra if not all need it, or of the standard library."""

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[>=<\[]", requirement)[0].lower() for requirement in requirements}

    declared = names(PROJECT["dependencies"])
    extras = set().union(*(names(extra) for name, extra in PROJECT["optional-dependencies"].items() if name != "test"))
    for_others = {"protobuf"}  # of sentencepiece's model file
    distributions = importlib.metadata.packages_distributions()
    roots = {name.split(".")[0] for path in MODULES for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    others = roots - set(sys.stdlib_module_names) - {"isogloss", ""}
    installed = {name: {found.lower() for found in distributions.get(name, [name.replace("_", "-")])} for name in others}
    needed = {name: found & (declared | extras) for name, found in installed.items()}
    assert [name for name, found in needed.items() if not found] == []
    assert declared - set().union(*needed.values()) == for_others
