"""The command line: quick, and clear about what is wrong."""

import json
import subprocess
import sys

import pytest

from isogloss.cli import _parser, main
from toy import ENVIRONMENT, isogloss

VERBS = sorted(_parser()._subparsers._group_actions[0].choices)
STAGES = [verb for verb in VERBS if verb not in ("check", "show", "schema")]
HEAVY = ("torch", "transformers", "pandas", "tokenizers", "sentencepiece", "matplotlib")


def run(*arguments, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(isogloss(*arguments), capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False, **options)


def test_help_of_every_verb_loads_nothing_heavy():
    script = f"""
import contextlib, io, sys
from isogloss.cli import main
for verb in [[], *([verb] for verb in {VERBS})]:
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        main([*verb, "--help"])
    if not text.getvalue().startswith("usage: isogloss"):
        sys.exit(f"no help for {{verb}}")
print(*(set({HEAVY}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert done.stdout == "\n", done.stderr


def test_the_root_help_lists_every_verb_with_what_it_does():
    output = run("--help").stdout
    assert all(f"\n    {verb} " in output or f"\n    {verb}\n" in output for verb in VERBS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["shwo"],
        ["show"],
        ["show", "x", "--rows", "-1"],
        ["show", "x", "--rows", "many"],
        ["tokens"],
        ["figure", "--svg", "x", "--png", "y"],
    ],
)
def test_wrong_usage_exits_with_2_and_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and capsys.readouterr().err.startswith("usage: isogloss")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("{", "argument --spec: is not JSON"), ("[1]", "argument --spec: is not a JSON object"), ("3", "is not a JSON object")],
)
def test_settings_that_are_no_json_object_are_refused(spec, expected, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["mono", "--lang", "de", "--spec", spec, "--out", "x"])
    assert ended.value.code == 2 and expected in capsys.readouterr().err


def test_settings_that_lack_a_key_are_refused_by_its_name(tmp_path):
    done = run("mono", "--lang", "de", "--out", tmp_path / "x.parquet")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("isogloss mono: --spec: has no `corpora`. Run the job through Snakemake")
    assert not (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["tokens", "--lang", "de", "--text", "no.parquet", "--vocab", "no", "--out", "x"],
        ["taskdata", "--task", "udposs", "--spec", '{"languages": ["en"]}', "--source", "no", "--out", "x"],
        ["taskdata", "--task", "udpos", "--spec", '{"languages": ["en"]}', "--source", "no", "--out", "x"],
        ["trivial", "--spec", '{"task": "udpos", "setting": "zero_shot", "seed": 0, "languages": null}', "--taskdata", "no", "--out", "x"],
        [
            "score",
            "--spec",
            '{"task": "udpos", "setting": "zero_shot", "recipe": "mlm", "seed": 0}',
            "--taskdata",
            "no",
            "--predictions",
            "no",
            "--out",
            "x",
        ],
        ["table", "--scores", "no.json", "--csv", "x", "--md", "x", "--tex", "x"],
        ["figure", "--models", "no", "--svg", "x", "--png", "x"],
        ["links", "--pair", "de-en", "--spec", '{"aligner": "gold", "sources": []}', "--bitext", "no.parquet", "--out", "x"],
        ["links", "--pair", "de-en_x", "--spec", '{"derived": {}}', "--bitext", "no", "--base", "no.parquet", "--out", "x"],
        ["dictionary", "--pair", "de-en", "--spec", '{"files": []}', "--out", "x"],
        ["dictionary", "--pair", "en-en_x", "--spec", '{"derived": {}}', "--base", "no.parquet", "--out", "x"],
        ["miniworld", "--spec", '{"languages": ["xx"], "seed": 1, "mono_sentences": 1, "pairs": 1, "task_sentences": 4}', "--out", "x"],
        ["show", "no"],
        ["check", "no.yaml"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_bad_input_is_one_paragraph_on_stderr_and_exit_code_1(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    message = str(ended.value.code)  # sys.exit(text) prints it on stderr and exits with 1
    assert message.startswith(f"isogloss {arguments[0]}: ") and "\n" not in message
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_a_process_of_its_own_has_no_traceback(tmp_path):
    done = run("check", tmp_path / "no.yaml")
    assert done.returncode == 1 and done.stdout == ""
    assert (
        done.stderr == f"isogloss check: {tmp_path}/no.yaml: cannot be read (No such file or directory). Give the path of a config file.\n"
    )


def test_a_closed_pipe_is_no_error(tmp_path):
    (tmp_path / "long.txt").write_text("line\n" * 200_000)
    shell = f"{sys.executable} -m isogloss show '{tmp_path}/long.txt' | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {shell}"], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("line\n", "", 0)


def test_schema_prints_json(capsys):
    main(["schema"])
    assert json.loads(capsys.readouterr().out)["properties"]["recipes"]
