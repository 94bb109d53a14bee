"""The average of XTREME and transfer gaps from score files: published rows, the script's own way to average, and what makes no mean."""

import csv
import random

import pytest

from isogloss.artifacts import write_json
from isogloss.errors import IsoglossError
from isogloss.report.xtreme import FIELDS, GROUPS, METRICS, make_xtreme_tables
from isogloss.tasks import TASKS, get_task

NINE = {
    "xnli": {"accuracy": 65.4},
    "pawsx": {"accuracy": 81.9},
    "udpos": {"chunk_f1": 70.3},
    "panx": {"entity_f1": 62.2},
    "xquad": {"f1": 64.5, "em": 49.4},
    "mlqa": {"f1": 61.4, "em": 44.2},
    "tydiqa": {"f1": 59.7, "em": 43.9},
    "bucc": {"f1": 56.7},
    "tatoeba": {"accuracy_en": 38.7},
}  # mBERT in XTREME, averages over languages
UNTRAINED = ("bucc", "tatoeba")


@pytest.fixture
def runs(tmp_path):
    """A writer of score files: (task, {language: {metric: value} or one value for all}, ...)."""
    files = []

    def write(task, values, recipe="mlm", seed=1, setting=None, split="test", **more):
        metrics = get_task(task).metrics
        languages = {
            lang: {"metrics": dict.fromkeys(metrics, 0.0) | (value if isinstance(value, dict) else dict.fromkeys(metrics, value))}
            for lang, value in values.items()
        }
        for part in languages.values():
            part |= {"counts": {}, "split": split}
        setting = setting or ("no_train" if task in UNTRAINED else "zero_shot")
        about = {"task": task, "setting": setting, "recipe": recipe, "seed": seed, "headline": get_task(task).headline}
        path = tmp_path / f"{len(files)}.json"
        write_json(path, "scores", about | more | {"languages": languages})
        files.append(path)
        return files

    return write


def made(tmp_path, files, recipes=()):
    out = [tmp_path / f"xtreme.{end}" for end in ("csv", "md", "tex")]
    make_xtreme_tables(files, recipes, *out)
    return [path.read_text("utf-8") for path in out]


def cells(table, **where):
    """{column: mean} of the rows of the tidy table that agree."""
    rows = list(csv.DictReader(table.splitlines()))
    return {row["column"]: float(row["mean"]) for row in rows if where.items() <= row.items()}


def block(markdown, heading):
    (found,) = (part for part in markdown.split("## ")[1:] if part.startswith(f"{heading}\n"))
    return found


def rows_of(found):
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in found.splitlines() if line.startswith("| ")]


def test_mbert_averages_to_what_xtreme_prints(tmp_path, runs):
    for task, metrics in NINE.items():
        files = runs(task, dict.fromkeys(get_task(task).languages, metrics))
    table, markdown, _ = made(tmp_path, files)
    found = cells(table, measure="score")
    assert found["overall"] == pytest.approx(59.6389, abs=5e-5)
    groups = {"classification": 73.65, "tagging": 66.25, "qa": 53.85, "retrieval": 47.7, "sentence-level": 62.5333}
    assert {name: found[name] for name in groups} == pytest.approx(groups, abs=5e-5)
    scores = block(markdown, "XTREME, zero_shot")
    assert rows_of(scores)[0] == ["recipe", "n", *METRICS, *GROUPS, "overall", "sentence-level"]
    assert "bucc: no_train, tatoeba: no_train" in scores and "Not all languages" not in scores


def test_a_whole_set_averages_as_the_script_of_xtreme_does(tmp_path, runs):
    """Per metric over languages, then over metrics, then over tasks."""
    rng, expected = random.Random(1), {}
    for task, metrics in NINE.items():
        values = {lang: {name: 100 * rng.random() for name in metrics} for lang in get_task(task).languages}
        averages = [sum(part[name] for part in values.values()) / len(values) for name in metrics]
        expected[task] = sum(averages) / len(averages)
        files = runs(task, values)
        others = [part for lang, part in values.items() if lang != "en"]
        if task == "tydiqa":
            expected["tydiqa avg_non_english"] = sum(part["em"] + part["f1"] for part in others) / (2 * len(others))
    expected |= {group: sum(expected[task] for task in tasks) / len(tasks) for group, tasks in GROUPS.items()}
    expected["overall"] = sum(expected[task] for task in NINE) / 9
    found = cells(made(tmp_path, files)[0], measure="score")
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_the_tasks_are_those_that_call_themselves_xtreme():
    assert set(METRICS) == {name for name in TASKS if get_task(name).xtreme} == {task for tasks in GROUPS.values() for task in tasks}
    assert all(set(metrics) <= get_task(task).metrics.keys() for task, metrics in METRICS.items())


MLQA = "en es de ar hi vi zh".split()
XNLI = "en fr es de el bg ru tr ar vi th zh hi sw ur".split()
PUBLISHED = [  # rows of ERNIE-M, tables 1 and 3
    ("mlqa", MLQA, "77.7 64.3 57.9 45.7 43.8 57.1 57.5", 23.3167),
    ("mlqa", MLQA, "81.3 69.9 64.2 60.1 65.0 70.0 64.7", 15.65),
    ("mlqa", MLQA, "81.6 70.9 65.8 61.8 65.4 70.0 65.6", 15.0167),
    ("xnli", XNLI, "86.4 80.6 80.8 78.9 77.8 78.9 77.6 75.6 74.0 77.0 73.7 76.7 72.0 66.4 67.1", 10.8929),
    ("xnli", XNLI, "85.5 80.1 81.2 79.2 79.1 80.4 78.1 76.8 76.3 78.3 75.8 77.4 72.9 69.5 68.8", 8.7929),
]


@pytest.mark.parametrize(("task", "languages", "printed", "gap"), PUBLISHED, ids=lambda value: value if isinstance(value, float) else "")
def test_published_transfer_gaps(tmp_path, runs, task, languages, printed, gap):
    """Of MLQA by F1."""
    values = dict(zip(languages, map(float, printed.split()), strict=True))
    metric = METRICS[task][-1]
    table, markdown, _ = made(tmp_path, runs(task, {lang: {metric: value} for lang, value in values.items()}))
    assert cells(table, measure="gap") == {task: pytest.approx(gap, abs=5e-5)}
    assert cells(table, measure="relative_gap") == {task: pytest.approx(100 * gap / values["en"], abs=1e-4)}
    assert rows_of(block(markdown, "Transfer gap, zero_shot"))[0] == ["recipe", "n", task]


def test_the_smallest_gap_is_bold_and_retrieval_has_none(tmp_path, runs):
    runs("udpos", {"en": 90, "de": 50, "tr": 40})
    runs("udpos", {"en": 30, "de": 20, "tr": 10}, recipe="random")
    runs("udpos", {"en": 0, "de": 10, "tr": 10}, recipe="zero")
    files = runs("tatoeba", {"de": 10, "tr": 20}, recipe="untuned")
    _, markdown, _ = made(tmp_path, files)
    assert rows_of(block(markdown, "Transfer gap, zero_shot"))[2:] == [
        ["mlm", "1", "45.0"],
        ["random", "1", "15.0"],
        ["zero", "1", "**-10.0**"],
    ]
    relative = block(markdown, "Relative transfer gap, zero_shot")
    assert rows_of(relative)[2:] == [["mlm", "1", "**50.0**"], ["random", "1", "**50.0**"]]
    assert "Bold: the lowest" in relative and "Bold: the best" in block(markdown, "XTREME, zero_shot")


def test_the_sd_of_a_mean_is_that_of_the_means_of_the_seeds(tmp_path, runs):
    for seed, (first, second) in enumerate([(10, 40), (20, 30)]):
        runs("xnli", {"en": first, "de": first}, seed=seed)
        files = runs("pawsx", {"en": second, "de": second}, seed=seed)
    table, markdown, _ = made(tmp_path, files)
    rows = {row["column"]: row for row in csv.DictReader(table.splitlines()) if row["measure"] == "score"}
    assert (rows["classification"]["mean"], rows["classification"]["sd"], rows["classification"]["n"]) == ("25.000000", "0.000000", "2")
    assert float(rows["xnli"]["sd"]) == pytest.approx(50**0.5, abs=1e-6)
    assert rows_of(block(markdown, "XTREME, zero_shot"))[2] == ["mlm", "2", "**15.0** ± 7.1", "**35.0** ± 7.1", "**25.0** ± 0.0"]


def test_what_is_missing_makes_no_mean(tmp_path, runs):
    """A seed that lacks a task, a run that lacks a language: neither is averaged over what is left."""
    runs("xnli", {"en": 80, "de": 60, "sw": 40})
    runs("pawsx", {"en": 90, "de": 70})
    runs("xnli", {"en": 70, "de": 60, "sw": 20}, seed=2)
    runs("xnli", {"en": 99, "de": 99}, recipe="some")
    files = runs("pawsx", {"en": 90, "de": 90}, recipe="some")
    _, markdown, latex = made(tmp_path, files, ["none", "some"])
    scores = block(markdown, "XTREME, zero_shot")
    assert rows_of(scores) == [
        ["recipe", "n", "xnli", "pawsx", "classification"],
        ["---", "---:", "---:", "---:", "---:"],
        ["some", "1", "–", "**90.0**", "–"],
        ["mlm", "2", "**55.0** ± 7.1", "80.0", "**70.0**"],  # seed 1 alone: (60 + 80) / 2
    ]
    assert "Not all languages of XTREME: xnli de en sw; pawsx de en." in scores
    assert latex.count(r"\begin{tabular}") == 3 and r"\label{tab:xtreme-relative_gap-zero_shot}" in latex


def test_languages_that_xtreme_has_not_do_not_count(tmp_path, runs):
    """Nor does a task with English alone."""
    runs("pawsx", {"en": 90, "de": 70, "tr": 10, "en_inverted": 20})
    files = runs("udpos", {"en": 90, "en_inverted": 10})
    table, _, _ = made(tmp_path, files)
    assert cells(table, measure="score") == {"pawsx": 80} and cells(table, measure="gap") == {"pawsx": 20}


def test_other_tasks_are_passed_over(tmp_path, runs):
    runs("conll", {"en": 90, "de": 70})
    files = runs("udpos", {"en": 90, "de": 70})
    assert cells(made(tmp_path, files)[0], measure="score") == {"udpos": 80}


def test_each_way_of_training_has_its_tables(tmp_path, runs):
    """Trained on all languages, a task is shown translated where it was trained so; retrieval, which is not trained, is in both."""
    runs("xnli", {"en": 80, "de": 60})
    runs("xnli", {"en": 80, "de": 70}, setting="translate_train_all")
    runs("udpos", {"en": 80, "de": 76}, setting="train_all")
    runs("tydiqa", {"en": 80, "ar": 60}, setting="train_all")
    runs("tydiqa", {"en": 80, "ar": 40}, setting="translate_train_all")
    runs("panx", {"en": 10, "de": 10}, setting="supervised_per_language")
    files = runs("tatoeba", {"de": 30, "tr": 10})
    table, markdown, _ = made(tmp_path, files)
    assert cells(table, measure="score", training="zero_shot") == {"xnli": 70, "tatoeba": 20}
    found = cells(table, measure="score", training="all languages")
    assert found == {"xnli": 75, "udpos": 78, "tydiqa": 60, "tatoeba": 20, "tydiqa avg_non_english": 40}
    settings = "xnli: translate_train_all, udpos: train_all, tydiqa: translate_train_all, tatoeba: no_train"
    assert settings in block(markdown, "XTREME, all languages").replace("\\", "")
    assert cells(table, measure="gap", training="all languages") == {"xnli": 10, "udpos": 4, "tydiqa": 40}
    assert "avg_non_english" not in markdown


def test_languages_whose_dev_set_was_the_test_are_named(tmp_path, runs):
    runs("xnli", {"en": 80, "de": 60}, split="dev")
    files = runs("udpos", {"en": 80, "de": 60})
    assert "No test set was given, dev stands in: xnli de en." in block(made(tmp_path, files)[1], "XTREME, zero_shot")


def test_selection_on_the_tested_languages_is_named_where_it_matters(tmp_path, runs):
    runs("xnli", {"en": 80, "de": 60}, strictly_zero_shot=True)
    runs("pawsx", {"en": 80, "de": 60}, strictly_zero_shot=False)
    files = runs("pawsx", {"en": 80, "de": 60}, setting="translate_train_all", strictly_zero_shot=False)
    _, markdown, _ = made(tmp_path, files)
    assert "hence not strictly zero-shot: pawsx." in block(markdown, "XTREME, zero_shot")
    assert "strictly" not in block(markdown, "XTREME, all languages")


def test_the_order_of_files_means_nothing(tmp_path, runs):
    for task in ("xnli", "udpos", "tatoeba"):
        for seed in range(3):
            files = runs(task, {"de": 10 * seed, "tr": 30}, seed=seed)
    assert made(tmp_path, files) == made(tmp_path, files[::-1])


def test_without_training_there_is_no_table(tmp_path, runs):
    assert made(tmp_path, runs("tatoeba", {"de": 30}))[:2] == [",".join(FIELDS) + "\n", ""]


def test_the_same_run_twice_is_refused(tmp_path, runs):
    runs("xnli", {"en": 80, "de": 60})
    with pytest.raises(IsoglossError, match="holds the same run as"):
        made(tmp_path, runs("xnli", {"en": 80, "de": 60}))
