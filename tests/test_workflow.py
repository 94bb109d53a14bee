"""The workflow: what it plans, that it runs end to end, and that nothing runs again without a reason."""

import ast
import inspect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from isogloss.cli import _parser
from isogloss.tasks import TASKS, get_task
from isogloss.yaml_strict import read_yaml
from tiny import BARE, CONFIG, ROOT, SNAKEMAKE, planned, run, snakemake

PACKAGE = ROOT / "workflow/isogloss"
SMK = sorted((ROOT / "workflow/rules").glob("*.smk"))
ENVS = sorted((ROOT / "envs").glob("*.yaml"))
PROFILES = sorted((ROOT / "profiles").glob("*/config.yaml"))
PROJECT_NAME = {"pytorch": "torch"}  # conda-forge's name -> PyPI's
REPORTS = {"table", "xtreme_table", "loss_figure", "layer_figure"}
EVERYBODY, MLM_ALONE = ("udpos", "tatoeba", "alignment"), ("xquad", "pawsx", "bucc", "bli")  # the tasks of tiny.yaml, and for whom
COST = ("miniworld", "taskdata", "mono", "vocab", "mono_tokens", "pretrain")  # what must not run again for a new task


def rules() -> dict[str, str]:
    """The text of every rule, by name."""
    pieces = re.split(
        r"^rule (\w+):\n", "\n".join(path.read_text(encoding="utf-8") for path in [*SMK, ROOT / "Snakefile"]), flags=re.MULTILINE
    )
    return {name: re.split(r"^\S", body, maxsplit=1, flags=re.MULTILINE)[0] for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


RULES = rules()
JOBS = {name: body for name, body in RULES.items() if "shell:" in body}
jobs = pytest.mark.parametrize("name", JOBS)


def directive(name: str, key: str) -> str:
    """The text below a directive of a rule."""
    found = re.search(rf"^    {key}:(.*\n(?:^ {{8,}}.*\n?)*)", RULES[name], re.MULTILINE)
    return found[1].strip() if found else ""


def command(name: str) -> str:
    return "".join(re.findall(r'"(.*)"', directive(name, "shell")))


def experiment(directory: Path, text: str | None = None) -> Path:
    """A directory with a config (default: the default experiment)."""
    directory.mkdir(exist_ok=True)
    (directory / "config.yaml").write_text((ROOT / "config.yaml").read_text(encoding="utf-8") if text is None else text, encoding="utf-8")
    return directory


# ---------------------------------------------------------------------------------------------------------- without running


def asked(config: dict) -> dict[tuple[str, str], tuple[list[str], list[int]]]:
    """{(task, setting): (recipes, seeds)} as a reader of the config finds them."""
    found = {}
    for task, options in config["tasks"].items():
        settings = options.get("settings") or get_task(task).settings[:1]
        for setting in settings:
            own = settings[setting] if isinstance(settings, dict) else {}
            rows = (own.get(key, options.get(key, list(config[key]))) for key in ("recipes", "seeds"))
            found[task, setting] = tuple(rows)
    return found


def test_the_default_experiment_plans_every_job_once(tmp_path):
    made, config = planned(experiment(tmp_path / "x")), read_yaml(ROOT / "config.yaml")
    recipes, languages, seeds, sets = (len(config[section]) for section in ("recipes", "languages", "seeds", "evaluation"))
    aligners, rows = 1, asked(config)
    pairs, models = languages - 1, recipes * seeds
    runs = {key: len(names) * len(numbers) for key, (names, numbers) in rows.items()}
    tuned = {key: count for key, count in runs.items() if key[1] != "no_train"}
    trivial = {(*key, seed) for key, (_, numbers) in rows.items() for seed in numbers}
    trivial |= {("alignment", "no_train", seed) for seed in range(seeds)}  # beside the aligners
    expected = {"miniworld": 1, "taskdata": sets, "mono": languages, "bitext": pairs, "vocab": 1, "mono_tokens": languages}
    expected |= {"bitext_tokens": pairs, "pretrain": models, "features": len({task for task, _ in tuned})}
    expected |= {"finetune": sum(tuned.values()), "predict": sum(runs.values())}
    expected |= {
        "links": pairs,
        "dictionary": pairs,
        "trivial": len(trivial),
        "align": pairs * aligners,
        "align_test": pairs * aligners,
        "aligned_test": aligners,
        "score": sum(runs.values()) + len(trivial) + aligners,
        "table": 1,
        "xtreme_table": 1,
        "alignment_table": 1,
        "layer_figure": 4,  # udpos (its probe), tatoeba, bli, alignment
        "loss_figure": 1,
    }
    assert {rule: len(outputs) for rule, outputs in made.items()} == expected
    assert set(config["tasks"]) == set(TASKS)


def test_lint_has_nothing_to_say(tmp_path):
    assert "Congratulations" in run(experiment(tmp_path / "x"), "--lint")


@pytest.mark.parametrize(
    "target",
    [
        "results/models/mlmm/0",
        "results/mono/fr.parquet",
        "results/scores/udpos/zeroshot/mlm/0.json",
        "results/features/udpos/spm/many",
        "results/xtreme/mlmm/0",
        "results/links/hm/de-en.parquet",
        "results/alignments/gold/de-en.parquet",  # gold links are found in no text
        "modles",
    ],
)
def test_a_misspelt_target_fails_while_the_graph_is_built(target, tmp_path):
    done = snakemake(experiment(tmp_path / "x"), "--dry-run", target)
    assert done.returncode == 1 and f"No rule to produce {target}" in done.stdout


def test_a_config_error_is_one_clear_message(tmp_path):
    broken = CONFIG.read_text(encoding="utf-8").replace("{mlm: 1}", "{mln: 1}").replace("steps: 4", "stepz: 4")
    done = snakemake(experiment(tmp_path / "x", broken), "--dry-run")
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "config.yaml: \n  pretrain.stepz: unknown key. allowed here: aligner, alpha, batch_tokens" in done.stdout
    assert "Did you mean `steps`?" in done.stdout and "SNAKEMAKE" not in done.stdout


def test_a_missing_local_file_is_told_before_anything_runs(tmp_path):
    done = snakemake(experiment(tmp_path / "x", CONFIG.read_text(encoding="utf-8")), "--dry-run")
    assert done.returncode == 1 and "corpora.local.path: there is no `data of 'ours'/$(touch pwned)" in done.stdout


def test_a_directory_without_a_config_is_told(tmp_path):
    (tmp_path / "x").mkdir()
    done = snakemake(tmp_path / "x", "--dry-run")
    assert done.returncode == 1 and "config.yaml" in done.stdout and "Traceback" not in done.stdout


def test_an_overlay_is_laid_over_the_config(tmp_path):
    (tmp_path / "overlay.yaml").write_text("seeds: [0, 4]\nrecipes: {fourth: {steps: 0}}\n")
    made = planned(experiment(tmp_path / "x"), "--configfile", tmp_path / "overlay.yaml")
    recipes = [*read_yaml(ROOT / "config.yaml")["recipes"], "fourth"]
    assert made["pretrain"] == sorted(f"results/models/{recipe}/{seed}" for recipe in recipes for seed in (0, 4))


def test_a_duplicate_key_in_an_overlay_is_refused(tmp_path):
    (tmp_path / "overlay.yaml").write_text("seeds: [4]\nseeds: [5]\n")
    done = snakemake(experiment(tmp_path / "x"), "--dry-run", "--configfile", tmp_path / "overlay.yaml")
    assert done.returncode == 1 and "overlay.yaml line 2: the key `seeds` stands here and on line 1" in done.stdout


def test_the_snakefile_loads_neither_torch_nor_pandas_nor_the_readers(tmp_path):
    script = "import sys; from pathlib import Path; from isogloss.plan import open_plan; from isogloss.yaml_strict import read_yaml; open_plan(read_yaml('config.yaml'), [], Path(sys.argv[1])); print(*sorted({'torch', 'pandas', 'transformers', 'numpy', 'pyarrow'} & set(sys.modules)))"
    where = experiment(tmp_path / "x")
    environment = {**BARE, "PYTHONPATH": str(ROOT / "workflow")}
    done = subprocess.run(
        [sys.executable, "-c", script, ROOT / "workflow/corpora.tsv"],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\n"


# ------------------------------------------------------------------------------------------------------------------ the rules


@jobs
def test_every_job_has_a_log_a_benchmark_an_environment_and_resources(name):
    assert directive(name, "log") and directive(name, "benchmark")
    assert (ROOT / "workflow/rules" / directive(name, "conda").strip('"')).resolve() in ENVS
    assert re.search(r"mem_mb=\d+", directive(name, "resources")) and re.search(r"runtime=\d+", directive(name, "resources"))


@jobs
def test_every_job_is_one_command_that_replaces_its_shell(name):
    assert command(name).startswith("exec python -m isogloss") and not re.search(r"[;&|]|\$", command(name))
    assert command(name).endswith("2> {log:q}")


@jobs
def test_everything_in_a_command_that_a_person_may_name_is_quoted(name):
    unquoted = set(re.findall(r"\{([\w.]+)\}", command(name)))
    assert unquoted <= {
        "threads",
        "resources.gpu",
        "resources.share",
        "resources.checkpoints",
        "resources.tracking",
        "resources.hardware",
        *(f"wildcards.{key}" for key in ("task", "lang", "pair", "recipe", "seed")),
    }


@jobs
def test_every_job_names_its_wildcards_in_its_log(name):
    named = [set(re.findall(r"\{(\w+)\}", directive(name, key))) for key in ("output", "log", "benchmark")]
    assert named[0] == named[1] == named[2]


@pytest.mark.parametrize("path", SMK, ids=lambda path: path.name)
def test_rules_hold_no_logic(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(script|run|notebook|wrapper):|lambda|retries", text, re.MULTILINE)


def test_computing_jobs_ask_for_a_gpu_and_the_others_do_not():
    asking = {name for name in JOBS if re.search(r"gpu=(1|plan\.(align_)?gpus),", directive(name, "resources"))}
    computing = {"align", "align_test", "pretrain", "finetune", "predict"}
    assert asking == computing == {name for name in JOBS if "isogloss.gpus {resources.gpu}/{resources.share} " in command(name)}


@pytest.mark.parametrize(
    ("visible", "arguments", "expected"),
    [
        ("", ["--cores", "2"], {"align": "0/3", "pretrain": "0/3", "finetune": "0/3", "predict": "0/3"}),
        ("4", ["--cores", "2"], {"align": "3/3", "pretrain": "3/3", "finetune": "1/3", "predict": "1/3"}),
        ("4,7,8", ["--cores", "2"], {"align": "3/3", "pretrain": "6/3", "finetune": "1/3", "predict": "1/3"}),
        ("4,7", ["--executor", "slurm", "--jobs", "2"], {"align": "1/1", "pretrain": "2/1", "finetune": "1/1", "predict": "1/1"}),
    ],
    ids=["no GPU", "fewer than are asked for", "enough", "a cluster"],
)
def test_gpus_are_counted_in_shares_where_jobs_run_and_whole_where_they_are_submitted(visible, arguments, expected, tmp_path):
    where = experiment(tmp_path / "x")
    (tmp_path / "overlay.yaml").write_text("hardware: {gpus: 2, share: 3}\n")
    targets = [
        "results/alignments/hmm/de-en.parquet",
        "results/alignments/hmm/test/de.parquet",
        "results/predictions/udpos/zero_shot/mlm/0",
    ]
    options = [*targets, "--configfile", tmp_path / "overlay.yaml", "--dry-run", "--printshellcmds", *arguments]
    done = subprocess.run(
        [SNAKEMAKE, "--snakefile", ROOT / "Snakefile", "--directory", where, *options],
        env={**BARE, "CUDA_VISIBLE_DEVICES": visible},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    asked = {(rule, shares) for shares, rule in re.findall(r"isogloss\.gpus (\S+) python -m isogloss (\w+)", done.stdout + done.stderr)}
    assert asked == {*expected.items(), ("align_test", expected["align"])}


# ------------------------------------------------------------------------------------------------- environments and profiles


def dependencies(path: Path) -> dict[str, str]:
    """Package -> version as written, of a conda environment file."""
    return dict(
        re.fullmatch(r"(\S+) ([<>=]\S+)", line).groups() for line in yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ENVS, ids=lambda path: path.name)
def test_an_environment_file_has_pinned_dependencies_from_conda_forge_only(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(content) == {"channels", "dependencies"}
    assert content["channels"] == ["conda-forge", "nodefaults"]
    assert len(dependencies(path)) == len(content["dependencies"])


@pytest.mark.parametrize("path", ENVS, ids=lambda path: path.name)
def test_an_environment_agrees_with_the_package_and_the_other_environments(path):
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (line for extra in project["optional-dependencies"].values() for line in extra)
    ranges = {requirement.name: requirement.specifier for requirement in map(Requirement, [*extras, *project["dependencies"]])}
    for name, written in dependencies(path).items():
        version = Version(written.strip("<>="))
        if name == "python":
            assert Requirement(f"python{project['requires-python']}").specifier.contains(version)
        else:
            assert ranges[PROJECT_NAME.get(name, name)].contains(version), f"{name} {written}"
        assert all(dependencies(other).get(name, written) == written for other in ENVS)


def test_every_environment_is_used():
    assert {Path(directive(name, "conda").strip('"')).name for name in JOBS} == {path.name for path in ENVS}


@jobs
def test_an_environment_has_what_its_job_imports(name):
    """Over-approximated: everything that any function of a reachable module imports."""
    verb = command(name).rpartition("-m isogloss ")[2].split()[0]
    source = textwrap.dedent(inspect.getsource(_parser()._subparsers._group_actions[0].choices[verb].get_default("run")))
    env = next(path for path in ENVS if path.name == Path(directive(name, "conda").strip('"')).name)
    there = {PROJECT_NAME.get(package, package) for package in dependencies(env)}
    lazily = {"sentencepiece"} if env.name == "torch.yaml" else set()  # to train a vocabulary, which these jobs do not
    assert (
        third_party(ast.parse(source), PACKAGE / "cli.py")
        | third_party(ast.parse((PACKAGE / "cli.py").read_text().partition("def ")[0]), PACKAGE / "cli.py")
        <= there | lazily
    )


def third_party(tree: ast.AST, path: Path, seen: set[Path] | None = None) -> set[str]:
    """Names of the packages that a module and all that it imports of isogloss import."""
    seen, found = set() if seen is None else seen, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and not (node.module or "").startswith("isogloss"):
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            base = (path.parents[node.level - 1] if node.level else PACKAGE.parent) / (node.module or "").replace(".", "/")
            for module in (base.with_suffix(".py"), base / "__init__.py", *(base / f"{alias.name}.py" for alias in node.names)):
                if module.is_file() and module not in seen:
                    seen.add(module)
                    found |= third_party(ast.parse(module.read_text(encoding="utf-8")), module, seen)
    return found - set(sys.stdlib_module_names) - {"isogloss"}


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.parent.name)
def test_a_profile_names_rules_that_exist_and_is_accepted(path, tmp_path):
    profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = {*profile.get("set-resources", {}), *profile.get("set-threads", {})}
    assert named and named <= set(JOBS)
    command = [
        SNAKEMAKE,
        "--profile",
        path.parent,
        "--snakefile",
        ROOT / "Snakefile",
        "--directory",
        experiment(tmp_path / "x"),
        "--dry-run",
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=BARE, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# ---------------------------------------------------------------------------------------------------------------- end to end


def test_the_tables_have_every_recipe_task_and_language(tiny_run):
    table = tiny_run.path("tables/main.csv").read_text()
    named = ("trivial", "random", "mlm", "linked", "hmm", "inter", "de", "en", *EVERYBODY, *MLM_ALONE)
    assert all(re.search(rf"\b{word}\b", table) for word in named)
    markdown, shown = tiny_run.path("tables/main.md").read_text(), set()
    for block in markdown.removeprefix("## ").split("\n## "):
        lines = [line for line in block.splitlines() if line.startswith("| ")]
        task, rows = block.partition(",")[0], [line.split(" | ")[0] for line in lines][2:]
        recipes = ["| trivial", "| mlm"] if task in MLM_ALONE else ["| trivial", "| random", "| mlm", "| linked"]
        assert rows == [*recipes, *(["| hmm", "| inter"] if task == "alignment" else [])]
        if task != "all tasks":
            shown.add(task)
            assert "–" not in "".join(lines)
            assert ("| en | de |" in block) == (task in ("udpos", "xquad", "pawsx"))  # what is fine-tuned
    assert shown == {*EVERYBODY, *MLM_ALONE}
    assert "linked" in tiny_run.path("tables/main.tex").read_text()


def test_the_tables_of_xtreme_have_its_tasks_in_the_settings_of_each_training(tiny_run):
    """Where a task was not run on all languages, what it was run on does not stand in."""
    blocks = tiny_run.path("tables/xtreme.md").read_text().removeprefix("## ").split("\n## ")
    heads = {block.partition("\n")[0]: [line for line in block.splitlines() if line.startswith("| ")] for block in blocks}
    assert heads["XTREME, zero_shot"][0] == "| recipe | n | udpos | xquad | bucc | tatoeba | retrieval |"
    assert heads["XTREME, all languages"][0] == "| recipe | n | xquad | bucc | tatoeba | retrieval |"
    rows = [line.split(" | ")[0] for line in heads["XTREME, zero_shot"]][2:]
    assert rows == ["| trivial", "| random", "| mlm", "| linked"]
    assert "pawsx" not in tiny_run.path("tables/xtreme.csv").read_text()  # which is probed alone


def test_a_submission_to_xtreme_has_predictions_and_labels_of_each_task(tiny_run):
    directory = tiny_run.path("xtreme/mlm/0")
    made = {path.relative_to(directory / "predictions").as_posix() for path in (directory / "predictions").rglob("test-*")}
    assert made == {path.relative_to(directory / "labels").as_posix() for path in (directory / "labels").rglob("test-*")}
    expected = {f"{task}/test-{lang}.{end}" for task, end in (("udpos", "tsv"), ("xquad", "json")) for lang in ("de", "en")}
    assert made == expected | {"bucc2018/test-de.tsv", "tatoeba/test-de.tsv"}
    settings = json.loads((directory / "artifact.json").read_text())["settings"]
    assert settings == {"udpos": "zero_shot", "xquad": "zero_shot", "bucc": "no_train", "tatoeba": "no_train"}


def test_features_are_made_once_for_all_recipes_seeds_and_settings(tiny_run):
    made = {path.parent.relative_to(tiny_run.path("features")).as_posix() for path in tiny_run.path("features").rglob("artifact.json")}
    assert made == {"udpos/spm/64", "pawsx/spm/64", "xquad/spm/64-16-24"}


def test_a_probe_answers_in_every_layer_and_says_so(tiny_run):
    scores = json.loads(tiny_run.path("scores/pawsx/probe/mlm/0.json").read_text())
    assert {lang: {len(curve) for curve in curves.values()} for lang, curves in scores["layers"].items()} == {"de": {3}, "en": {3}}
    assert scores["strictly_zero_shot"] is True


def test_what_was_selected_by_german_is_not_called_zero_shot(tiny_run):
    told = {
        setting: json.loads(tiny_run.path(f"scores/xquad/{setting}/mlm/0.json").read_text())
        for setting in ("zero_shot", "translate_train_all")
    }
    assert (told["zero_shot"]["selection"], told["zero_shot"]["strictly_zero_shot"]) == ("source_dev", True)
    assert told["translate_train_all"]["selection"] == "per_language_dev" and told["translate_train_all"]["strictly_zero_shot"] is False


def test_aligners_are_compared_with_the_recipes_and_beat_the_diagonal(tiny_run):
    import csv

    with tiny_run.path("tables/main.csv").open(encoding="utf-8") as file:
        cells = [row for row in csv.DictReader(file) if row["task"] == "alignment" and row["language"] == "de"]
    errors = {row["recipe"]: float(row["mean"]) for row in cells if row["metric"] == "aer"}
    assert {row["recipe"]: row["n"] for row in cells} == dict.fromkeys(("trivial", "random", "mlm", "linked", "hmm", "inter"), "1")
    assert errors["hmm"] < errors["trivial"] - 20 and errors["inter"] < errors["trivial"] - 20
    precision = {row["recipe"]: float(row["mean"]) for row in cells if row["metric"] == "precision"}
    assert min(precision["hmm"], precision["inter"]) > precision["trivial"]


def test_a_recipe_learnt_from_the_links_and_the_dictionary_that_the_aligner_found(tiny_run):
    from isogloss.artifacts import read_parquet_summary

    links = read_parquet_summary(tiny_run.path("links/hmm/de-en.parquet"), "links")
    dictionary = read_parquet_summary(tiny_run.path("dictionaries/found/de-en.parquet"), "dictionary")
    assert links["rows"] == read_parquet_summary(tiny_run.path("alignments/hmm/de-en.parquet"), "alignments")["rows"] > 100
    assert links["linked"] > 0.9 * links["rows"] and dictionary["induced"]["links"] == links["sha256"] and dictionary["rows"] > 20
    assert not tiny_run.path("links/inter").exists()  # which nobody reads
    losses = [json.loads(line) for line in tiny_run.path("models/linked/0/log.jsonl").open()]
    assert losses and all({"loss/mlm", "loss/contrast", "loss/align"} <= set(step) for step in losses)


def test_the_figures_are_drawn(tiny_run):
    for name in ("loss", "layers-tatoeba", "layers-bli", "layers-alignment", "layers-pawsx"):
        assert tiny_run.path(f"figures/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert b"<svg" in tiny_run.path(f"figures/{name}.svg").read_bytes()


def test_scores_say_what_they_are_of(tiny_run):
    for path in tiny_run.path("scores").rglob("*.json"):
        scores = json.loads(path.read_text())
        assert [scores["task"], scores["setting"], scores["recipe"], f"{scores['seed']}.json"] == list(
            path.relative_to(tiny_run.path("scores")).parts
        )
        assert set(scores["languages"]) == ({"de"} if scores["setting"] == "no_train" else {"de", "en"})


def test_the_local_corpus_with_the_nasty_name_was_read_and_executed_nothing(tiny_run):
    from isogloss.artifacts import read_parquet_summary

    counts = read_parquet_summary(tiny_run.path("bitext/de-en.parquet"), "bitext")["counts"]["local"]
    assert counts == {"read": 23, "kept": 20, "dropped": {"duplicate": 3}}
    assert not list(tiny_run.directory.parent.rglob("pwned"))


def test_nothing_is_left_but_what_has_a_name(tiny_run):
    hidden = {path.name for path in tiny_run.path().rglob(".*")}
    assert hidden <= {".snakemake_timestamp"}
    assert not list(tiny_run.path("checkpoints").rglob("*.pt"))


def test_a_second_run_has_nothing_to_do(tiny_run):
    assert "Nothing to be done" in tiny_run.second_run


def test_a_task_more_trains_nothing_again(tiny_run):
    made = tiny_run.plans["a task more"]
    assert not set(made) & {*COST, "finetune"}
    assert all("/tatoeba/" in output for rule in ("predict", "trivial", "score") for output in made[rule])
    assert set(made) == {"predict", "trivial", "score", "table", "xtreme_table", "layer_figure"}


def test_a_recipe_more_makes_its_own_things_only(tiny_run):
    made = tiny_run.plans["a recipe more"]
    assert all("/linked/" in output for rule in ("pretrain", "finetune", "predict", "score") for output in made[rule])
    found = {"align", "links", "dictionary"}  # the bitext was there for the aligners of the task
    assert set(made) == {*found, "bitext_tokens", "pretrain", "finetune", "predict", "score", *REPORTS}
    assert made["links"] == ["results/links/hmm/de-en.parquet"] and made["align"] == ["results/alignments/hmm/de-en.parquet"]


def overlaid(tiny_run, directory: Path, text: str) -> dict[str, list[str]]:
    """What the finished experiment would make again with this overlay."""
    (directory / "overlay.yaml").write_text(text)
    return planned(tiny_run.directory, "--configfile", directory / "overlay.yaml")


def test_a_changed_recipe_is_made_again_alone(tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, "recipes: {mlm: {steps: 5}}")
    assert all("/mlm/" in output for rule in ("pretrain", "finetune", "predict", "score") for output in made[rule])
    assert set(made) == {"pretrain", "finetune", "predict", "score", *REPORTS}
    assert len(made["pretrain"]) == 2


def test_how_often_state_is_written_makes_nothing_again(tiny_run, tmp_path):
    assert overlaid(tiny_run, tmp_path, "checkpoints: {minutes: 0.5, keep: 7, steps: 3}") == {}


def test_another_name_or_more_memory_makes_nothing_again(tiny_run, tmp_path):
    assert overlaid(tiny_run, tmp_path, "name: another") == {}
    assert planned(tiny_run.directory, "--set-resources", "pretrain:mem_mb=99000", "--set-threads", "pretrain=2") == {}


def test_a_seed_more_trains_that_seed_only(tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, "seeds: [0, 1, 2]")
    assert made["pretrain"] == [f"results/models/{recipe}/2" for recipe in ("linked", "mlm", "random")]
    assert not set(made) & {"miniworld", "mono", "vocab", "mono_tokens", "taskdata", "align", "links", "align_test", "aligned_test"}


def test_an_aligner_more_trains_and_aligns_nothing_again(tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, "aligners: {union: {aligner: resymmetrise, of: hmm, symmetrise: union}}")
    assert made["aligned_test"] == ["results/predictions/alignment/no_train/union/0"]
    assert set(made) == {"aligned_test", "score", "table", "alignment_table", "layer_figure"} and len(made["score"]) == 1


READERS = {"links", "dictionary", "pretrain", "finetune", "predict", "score", *REPORTS, "aligned_test", "alignment_table"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [("{threshold: 0.6}", READERS), ("{stem: 4}", {"align", "align_test", *READERS})],
)
def test_another_rule_makes_new_links_of_what_was_aligned_and_other_options_align_again(options, expected, tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, f"aligners: {{hmm: {options}}}")
    assert set(made) == expected
    assert made["pretrain"] == [f"results/models/linked/{seed}" for seed in (0, 1)] and made["links"] == ["results/links/hmm/de-en.parquet"]
    rows = {output.split("/")[-2] for output in made["score"]}
    assert rows == ({"hmm", "inter", "linked"} if "align" in expected else {"hmm", "linked"})


def test_the_table_shows_fewer_recipes_and_tasks_without_new_training(tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, "tasks: {udpos: {languages: [en]}}")
    assert set(made) == {"predict", "trivial", "score", "table", "xtreme_table"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tasks: {xquad: {settings: {translate_train_all: {epochs: 2.0}}}}", {"finetune": ["xquad/translate_train_all/mlm/0"]}),
        ("tasks: {xquad: {settings: {zero_shot: {max_answer: 9}}}}", {"finetune": ["xquad/zero_shot/mlm/0"]}),
        ("tasks: {pawsx: {settings: [probe, zero_shot]}}", {"finetune": ["pawsx/zero_shot/mlm/0"]}),
        ("tasks: {pawsx: {seeds: [0, 1]}}", {"finetune": ["pawsx/probe/mlm/1"]}),
        ("tasks: {pawsx: {recipes: [mlm, random]}}", {"finetune": ["pawsx/probe/random/0"]}),
        ("finetune: {probe_rate: 0.1}", {"finetune": ["pawsx/probe/mlm/0"]}),
        (
            "tasks: {xquad: {settings: {zero_shot: {stride: 12}}}}",
            {"features": ["xquad/spm/64-12-24"], "finetune": ["xquad/zero_shot/mlm/0"]},
        ),
        ("tasks: {bucc: {neighbours: 3}}", {}),
    ],
)
def test_a_change_of_one_setting_or_task_is_made_for_it_alone_and_trains_no_model_again(text, expected, tiny_run, tmp_path):
    made = overlaid(tiny_run, tmp_path, text)
    for rule in ("features", "finetune"):
        folder = {"features": "features", "finetune": "finetuned"}[rule]
        assert made.get(rule, []) == [f"results/{folder}/{path}" for path in expected.get(rule, [])]
    (runs,) = {tuple(path.removeprefix("results/predictions/") for path in made["predict"])}
    assert list(runs) == expected.get("finetune", ["bucc/no_train/mlm/0"])
    assert not set(made) - {"features", "finetune", "predict", "trivial", "score", "table", "xtreme_table", "layer_figure"}
    assert ("layer_figure" in made) == any("/probe/" in run for run in runs)  # in which every layer answers


LINKED = """
languages: [de, en, de_x]
derived: {de_x: [invert]}
pairs: [de-en, de_x-en, de-de_x]
corpora:
  world: {format: miniworld, seed: 3, mono_sentences: 40, pairs: 60, task_sentences: 8}
  ours: {format: tsv, languages: [de, en], path: "o'urs $(touch pwned).tsv"}
aligners:
  gold: {aligner: gold}
  mine: {aligner: pharaoh, corpus: ours, links: {en-de: "li'nks $(touch pwned).txt"}}
  hits: {aligner: dictionary, dictionary: lists}
  hmm: {aligner: hmm, model1: 1, hmm: 1}
dictionaries:
  gold: {format: miniworld}
  found: {format: links, aligner: hmm, min_p: 0.05}
  lists: {format: tsv, files: {en-de: "li'st $(touch pwned).tsv"}}
recipes: {random: {steps: 0}}
"""


def test_links_and_dictionaries_are_made_by_every_aligner_for_base_and_derived_pairs(tmp_path):
    from isogloss.artifacts import read_parquet_summary

    where = experiment(tmp_path / "x", LINKED)
    (where / "o'urs $(touch pwned).tsv").write_text("Ein Hund bellt\tA dog barks\nEine Katze\tA cat\n")
    (where / "li'nks $(touch pwned).txt").write_text("0-0 1-1 2-2\n\n")
    (where / "li'st $(touch pwned).tsv").write_text("".join(f"word{k} Wort{k}\n" for k in range(9)) + "dog Hund\ncat Katze\n")
    made = [f"links/{name}" for name in ("gold", "mine", "hits", "hmm")]
    made += [f"dictionaries/{name}" for name in ("gold", "lists", "found")]
    targets = [f"results/{name}/{pair}.parquet" for name in made for pair in ("de-en", "de_x-en", "de-de_x")]
    run(where, *targets)
    rows = read_parquet_summary(where / "results/bitext/de-en.parquet", "bitext")["rows"]
    for target in targets:
        kind = "links" if "/links/" in target else "dictionary"
        summary = read_parquet_summary(where / target, kind)
        assert summary["rows"] == rows or kind == "dictionary" or "de-de_x" in target
        assert summary["rows"] > 5 and ("de_x" in summary.get("derived", {})) == ("_x" in target)
    assert read_parquet_summary(where / targets[3], "links")["unlinked"] == {"absent": rows - 2, "empty": 1}
    assert not list(tmp_path.rglob("pwned"))
    assert "Nothing to be done" in run(where, *targets)


# ------------------------------------------------------------------------------------------------ killed, moved, misled


@pytest.fixture(scope="module")
def moved(tiny_run, tmp_path_factory):
    """A copy of the finished experiment, to break."""
    return Path(shutil.copytree(tiny_run.directory, tmp_path_factory.mktemp("moved") / "copy", copy_function=shutil.copy2))


LONGER = "recipes: {mlm: {steps: 300}}\ncheckpoints: {steps: 10}\n"


def pretraining(directory: Path) -> int | None:
    """The process that pre-trains in this directory."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"isogloss\0pretrain" in (process / "cmdline").read_bytes() and (process / "cwd").resolve() == directory:
                return int(process.name)
        except OSError:  # it has ended meanwhile
            continue
    return None


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds the process to kill through /proc")
def test_a_killed_training_goes_on_where_it_was_and_ends_in_the_same_weights(moved, tmp_path):
    (tmp_path / "overlay.yaml").write_text(LONGER)
    model, states = moved / "results/models/mlm/0", moved / "results/checkpoints/mlm/0"
    arguments = ["results/models/mlm/0", "--configfile", str(tmp_path / "overlay.yaml")]
    command = [SNAKEMAKE, "--cores", "1", "--snakefile", ROOT / "Snakefile", "--directory", moved, *arguments]
    with (tmp_path / "out").open("w") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out, env=BARE, cwd=tmp_path)
        until = time.monotonic() + 90
        while not list(states.glob("step-*.pt")) and running.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(pretraining(moved), signal.SIGKILL)
        assert running.wait(60) == 1
    assert not model.exists() and list(states.glob("step-*.pt"))

    run(moved, *arguments)
    log = (moved / "results/logs/pretrain/mlm/0.log").read_text()
    assert re.search(r"resumed at step [1-9]\d*0\b", log)
    assert json.loads((model / "run.json").read_text())["resumed"] == 1
    resumed, history = (model / "model.safetensors").read_bytes(), [json.loads(line)["step"] for line in (model / "log.jsonl").open()]
    assert history == list(range(2, 301, 2))
    assert not list(states.glob("step-*.pt"))

    run(moved, *arguments, "--forcerun", "results/models/mlm/0")
    assert json.loads((model / "run.json").read_text())["resumed"] == 0
    assert (model / "model.safetensors").read_bytes() == resumed


def test_a_name_that_is_a_command_is_not_executed_and_the_job_fails_clearly(moved, tmp_path):
    evil = "$(touch pwned)'; touch pwned #"
    (tmp_path / "overlay.yaml").write_text(json.dumps({"vocabs": {"hub": {"tokenizer": evil}}}))
    done = snakemake(moved, "results/vocab/hub", "--configfile", tmp_path / "overlay.yaml")
    assert done.returncode == 1 and "results/logs/vocab/hub.log" in done.stdout
    log = (moved / "results/logs/vocab/hub.log").read_text()
    assert f"isogloss vocab: tokenizer {evil}: cannot be loaded" in log and "Traceback" not in log
    assert not list(moved.parent.rglob("pwned")) and not (moved / "results/vocab/hub").exists()


def test_a_checkout_in_a_directory_whose_name_needs_quotes_works(tmp_path):
    checkout = tmp_path / "it's a $HOME checkout"
    for name in ("workflow", "envs"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", checkout)
    text = CONFIG.read_text(encoding="utf-8")
    where = experiment(tmp_path / "x", re.sub(r"^  local:.*\n", "", text, flags=re.MULTILINE))
    done = snakemake(where, "results/raw/world", snakefile=checkout / "Snakefile")
    assert done.returncode == 0, done.stdout
    assert (where / "results/raw/world/artifact.json").is_file()
