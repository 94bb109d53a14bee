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
        [
            "links",
            "--pair",
            "de-en",
            "--spec",
            '{"symmetrise": "union", "threshold": 0.5}',
            "--bitext",
            "no",
            "--alignments",
            "no",
            "--out",
            "x",
        ],
        ["align", "--pair", "de-en", "--spec", '{"aligner": "hmm", "options": {}}', "--bitext", "no.parquet", "--out", "x"],
        ["align_test", "--lang", "de", "--spec", '{"aligner": "hmm", "options": {}}', "--taskdata", "no", "--out", "x"],
        [
            "aligned_test",
            "--spec",
            '{"aligner": "hmm", "seed": 0, "symmetrise": "union", "threshold": 0.5}',
            "--taskdata",
            "no",
            "--alignments",
            "de.parquet",
            "--out",
            "x",
        ],
        ["samples", "--pair", "de-en", "--spec", '{"aligner": "hmm"}', "--bitext", "no", "--links", "no", "--vocab", "no", "--out", "x"],
        ["coverage", "--dictionaries", "no/de-en.parquet", "--texts", "de-en.parquet", "--md", "x", "--csv", "y"],
        ["dictionary", "--pair", "de-en", "--spec", '{"min_count": 1}', "--bitext", "no", "--links", "no", "--out", "x"],
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


GOLD = "a b c\tA B\t0-0 1p1 2-1\nd\tD E\t0-1\n"


@pytest.fixture
def gold(tmp_path):
    """Links of two pairs by people, three of them sure and one possible, and by somebody: one wrong, two sure and one possible."""
    (tmp_path / "de-en.tsv").write_text(GOLD)
    (tmp_path / "mine").write_text("0-0 1-1 2-1\n0-0\n")
    return tmp_path


def test_any_file_of_links_is_scored_and_the_result_printed(gold, capsys):
    main(["score", "--task", "alignment", "--gold", str(gold / "de-en.tsv"), "--links", str(gold / "mine")])
    lines = dict(line.split() for line in capsys.readouterr().out.splitlines())
    found, recall = 3 / 4, 2 / 3
    expected = {"precision": found, "recall": recall, "f1": 2 * found * recall / (found + recall), "aer": 1 - (2 + 3) / (4 + 3)}
    assert {key: float(lines.pop(key)) for key in expected} == {key: round(100 * value, 2) for key, value in expected.items()}
    counts = {"n": 2, "predicted": 4, "sure": 3, "possible": 4, "sure_found": 2, "possible_found": 3}
    assert {key: int(value) for key, value in lines.items()} == counts
    assert sorted(path.name for path in gold.iterdir()) == ["de-en.tsv", "mine"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--task", "alignment"], "score --task alignment: has not both sides. --gold FILE... --links FILE. Give both."),
        (["--task", "alignment", "--gold", "de-en.tsv"], "has not both sides"),
        (["--task", "alignment", "--gold", "no.tsv", "--links", "mine"], "no.tsv"),
        (["--task", "alignment", "--gold", "de-en.tsv", "--links", "no"], "no: cannot be read to its end (No such file"),
        (["--task", "alignment", "--gold", "de-en.tsv", "--links", "short"], "short: has 1 lines, but there are 2 pairs in de-en.tsv"),
        (["--task", "alignment", "--gold", "de-en.tsv", "--links", "far"], "far line 2: links token 5 with 0"),
        (["--task", "alignment", "--gold", "mine", "--links", "mine"], "mine"),
        (["--taskdata", "x", "--predictions", "y"], "score: lacks --out. Give them, or --task alignment with --gold and --links."),
        ([], "score: lacks --taskdata, --predictions, --out."),
    ],
)
def test_links_that_cannot_be_scored_are_told_in_one_paragraph(arguments, expected, gold, monkeypatch, capsys):
    (gold / "short").write_text("0-0\n")
    (gold / "far").write_text("0-0\n5-0\n")
    monkeypatch.chdir(gold)
    with pytest.raises(SystemExit) as ended:
        main(["score", *arguments])
    message = str(ended.value.code)
    assert message.startswith("isogloss score: ") and expected in message and "\n" not in message
    assert capsys.readouterr().out == ""


def test_only_links_are_scored_outside_an_experiment(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["score", "--task", "udpos", "--gold", "x", "--links", "y"])
    assert ended.value.code == 2 and "invalid choice: 'udpos'" in capsys.readouterr().err


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
