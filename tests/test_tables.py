"""Tables from score files: what each cell means, order, ties, gaps, escaping."""

import csv
import json
import math
import random

import pytest

from isogloss.artifacts import write_json
from isogloss.errors import IsoglossError
from isogloss.report.tables import FIELDS, escape_latex, escape_markdown, make_tables
from isogloss.tasks import TASKS, get_task

RECIPES = ["trivial", "random", "mlm", "a_b|c&d"]


def scores(path, recipe, seed, values, task="udpos", setting="zero_shot", splits=None):
    """A score file in which every metric of a language has the value given."""
    metrics = get_task(task).metrics
    languages = {
        lang: {"metrics": dict.fromkeys(metrics, value), "counts": {}, "split": (splits or {}).get(lang, "test")}
        for lang, value in values.items()
    }
    transfer = [value for lang, value in values.items() if lang != "en"]
    average, away = (dict.fromkeys(metrics, math.fsum(part) / len(part)) for part in (list(values.values()), transfer))
    about = {"task": task, "setting": setting, "recipe": recipe, "seed": seed, "headline": get_task(task).headline, "metric_version": 1}
    write_json(path, "scores", {**about, "languages": languages, "average": average, "average_transfer": away})
    return path


@pytest.fixture
def files(tmp_path):
    rows = [
        ("trivial", 1, {"en": 10, "de": 20, "zh": 60}),
        ("mlm", 1, {"en": 70, "de": 50, "zh": 30}),
        ("mlm", 2, {"en": 72, "de": 54, "zh": 24}),
        ("a_b|c&d", 1, {"en": 71.04, "de": 40, "zh": 20}),
    ]
    return [scores(tmp_path / f"{number}.json", *row, splits={"de": "dev"}) for number, row in enumerate(rows)]


def made(tmp_path, files, recipes=RECIPES):
    out = [tmp_path / f"main.{end}" for end in ("csv", "md", "tex")]
    make_tables(files, recipes, *out)
    return [path.read_text("utf-8") for path in out]


def test_markdown(tmp_path, files):
    _, markdown, _ = made(tmp_path, files)
    block = markdown.split("## ")[1]
    assert block.startswith("udpos, zero_shot: chunk_f1\n")
    assert block.splitlines()[4:] == [
        "| recipe | n | en | de | zh | avg | transfer |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| trivial | 1 | 10.0 | 20.0 | **60.0** | 30.0 | **40.0** |",
        "| mlm | 2 | **71.0** ± 1.4 | **52.0** ± 2.8 | 27.0 ± 4.2 | **50.0** ± 0.0 | 39.5 ± 0.7 |",
        "| a_b\\|c\\&d | 1 | **71.0** | 40.0 | 20.0 | 43.7 | 30.0 |",  # 71.04 prints as 71.0: a tie
        "",
    ]
    assert "F1 of runs of one tag" in block and "Bold" in block and "for de: half of its dev set stands in" in block
    assert "random" not in markdown  # which was not run here
    assert markdown.count("## ") == 3


def test_the_sd_of_an_average_is_that_of_the_averages(tmp_path, files):
    rows = list(csv.DictReader(made(tmp_path, files)[0].splitlines()))
    assert tuple(rows[0]) == FIELDS
    (avg,) = [row for row in rows if (row["metric"], row["recipe"], row["language"]) == ("chunk_f1", "mlm", "avg")]
    assert avg | {"task": "udpos", "mean": "50.000000", "sd": "0.000000", "n": "2", "min": "50.000000", "max": "50.000000"} == avg
    (one,) = [row for row in rows if (row["metric"], row["recipe"], row["language"]) == ("accuracy", "a_b|c&d", "de")]
    assert (one["mean"], one["sd"], one["n"]) == ("40.000000", "", "1")
    assert not [row for row in rows if row["recipe"] == "random"]


def test_latex(tmp_path, files):
    _, _, latex = made(tmp_path, files)
    assert r"mlm & 2 & \textbf{71.0} $\pm$ 1.4 & \textbf{52.0} $\pm$ 2.8 & 27.0 $\pm$ 4.2 &" in latex
    assert r"a\_b\textbar{}c\&d & 1 &" in latex and "random" not in latex
    assert latex.count(r"\begin{tabular}{lrrrrrr}") == latex.count(r"\bottomrule") == 3
    assert "–" not in latex and "±" not in latex
    files.append(scores(tmp_path / "x.json", "random", 1, {"en": 1, "de": 2}))
    assert r"random & 1 & 1.0 & 2.0 & -- & -- & -- \\" in made(tmp_path, files)[2]


def test_the_order_of_files_means_nothing(tmp_path, files):
    first = made(tmp_path, files)
    random.Random(1).shuffle(files)
    assert made(tmp_path, files) == first


def test_recipes_in_config_order_and_unlisted_ones_at_the_end(tmp_path, files):
    _, markdown, _ = made(tmp_path, files, ["mlm", "random"])
    rows = [line.split(" | ")[0] for line in markdown.split("## ")[1].splitlines() if line.startswith("| ")][2:]
    assert rows == ["| mlm", "| a_b\\|c\\&d", "| trivial"]


def test_an_average_over_fewer_languages_is_not_printed(tmp_path, files):
    files.append(scores(tmp_path / "x.json", "random", 1, {"en": 99, "de": 99}))
    _, markdown, _ = made(tmp_path, files)
    assert "| random | 1 | **99.0** | **99.0** | – | – | – |" in markdown


def test_blocks_follow_the_task_table(tmp_path, files):
    files.insert(0, scores(tmp_path / "t.json", "mlm", 1, {"de": 5, "zh": 6}, "tatoeba", "no_train"))
    _, markdown, _ = made(tmp_path, files)
    heads = [line for line in markdown.splitlines() if line.startswith("## ")]
    assert [head.split(",")[0] for head in heads] == ["## all tasks"] + ["## udpos"] * 3 + ["## tatoeba"] * 4
    retrieval = markdown.split("## ")[5]
    assert "| recipe | n | de | zh | avg |" in retrieval and "transfer" not in retrieval  # there is no English column to leave out


def test_the_overview_has_a_row_for_each_recipe_and_a_column_for_each_task(tmp_path, files):
    """Headline metrics over the languages other than the source; the average over tasks per seed first."""
    for seed, value in ((1, 5), (2, 9)):
        files.append(scores(tmp_path / f"t{seed}.json", "mlm", seed, {"de": value, "zh": 6}, "tatoeba", "no_train"))
    table, markdown, latex = made(tmp_path, files)
    overview = markdown.split("## ")[1]
    assert overview.splitlines()[4:] == [
        "| recipe | n | udpos | tatoeba | avg |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| trivial | 1 | **40.0** | – | – |",
        "| mlm | 2 | 39.5 ± 0.7 | **6.5** ± 1.4 | **23.0** ± 0.4 |",  # (40 + 5.5) / 2 and (39 + 7.5) / 2
        "| a_b\\|c\\&d | 1 | 30.0 | – | – |",
        "",
    ]
    assert "udpos: chunk_f1, tatoeba: accuracy_en" in overview and r"\label{tab:overview-zero-shot}" in latex and "overview" not in table


def rows_of(block):
    """The first cells of a Markdown table."""
    return [line.split(" | ")[0].removeprefix("| ") for line in block.splitlines() if line.startswith("| ")][2:]


def blocks_of(markdown):
    """{heading: table with caption}."""
    return {block.split("\n")[0]: block for block in markdown.split("## ")[1:]}


def test_aligners_have_rows_in_word_alignment_alone(tmp_path, files):
    """After the recipes, by name; a recipe that is not listed stays in the overview."""
    for number, recipe in enumerate(["mlm", "hmm", "fast_align", "trivial"]):
        files.append(scores(tmp_path / f"a{number}.json", recipe, 1, {"de": number, "zh": 10 * number}, "alignment", "no_train"))
    blocks = blocks_of(made(tmp_path, files, ["trivial", "random", "mlm"])[1])
    assert rows_of(blocks["alignment, no_train: f1"]) == ["trivial", "mlm", "fast_align", "hmm"]
    for heading in ("all tasks, zero-shot: transfer", "udpos, zero_shot: chunk_f1"):
        assert rows_of(blocks[heading]) == ["trivial", "mlm", "a_b\\|c\\&d"]
    assert "hmm" in rows_of(blocks_of(made(tmp_path, files, ["hmm"])[1])["all tasks, zero-shot: transfer"])  # who lists it has its row


def test_the_lowest_error_is_bold_and_the_caption_says_so(tmp_path):
    values = {"hmm": 10.04, "mlm": 10, "simalign": 30}
    files = [scores(tmp_path / f"{k}", k, 1, {"de": value, "zh": 5}, "alignment", "no_train") for k, value in values.items()]
    _, markdown, latex = made(tmp_path, files, [])
    blocks = blocks_of(markdown)
    lowest = "Bold: the lowest mean of each column, which is the best, ties included."
    assert lowest in blocks["alignment, no_train: aer"] and markdown.count("lowest") == latex.count("lowest") == 1
    assert [line for line in blocks["alignment, no_train: aer"].splitlines() if line.startswith("| ")][2:] == [
        "| hmm | 1 | **10.0** | **5.0** | **7.5** |",
        "| mlm | 1 | **10.0** | **5.0** | **7.5** |",
        "| simalign | 1 | 30.0 | **5.0** | 17.5 |",
    ]
    assert "| simalign | 1 | **30.0** | **5.0** | **17.5** |" in blocks["alignment, no_train: f1"]


@pytest.mark.parametrize("name", TASKS)
def test_the_headline_is_better_when_higher(name):
    """The overview averages headlines over tasks and ranks recipes by them."""
    task = get_task(name)
    assert task.lower < set(task.metrics) and task.headline not in task.lower


def ranked(tmp_path, tagging, retrieval, task="udpos", setting="zero_shot", aligned="tatoeba"):
    """Score files of recipes r0, r1, ... with a value each in a fine-tuned task and in an aligned one; None: not run."""
    columns = ((task, setting, tagging), (aligned, "no_train", retrieval))
    return [
        scores(tmp_path / f"{name}-{k}.json", f"r{k}", 0, {"de": value, "zh": value}, name, how)
        for name, how, values in columns
        for k, value in enumerate(values)
        if value is not None
    ]


def said(tmp_path, files):
    """The lines of main.md that tell rank correlations, in order."""
    return [line for line in made(tmp_path, files)[1].splitlines() if line.startswith("Spearman")]


def test_under_the_overview_stands_how_alike_retrieval_and_transfer_rank_the_recipes(tmp_path):
    """Recipes that lack one of the two, and the row that is no encoder, do not count."""
    tagging, retrieval = [10, 20, 30, 40, 50, 99], [1, 2, 3, 5, 4, None]  # one swap of neighbours in five: 1 - 6 * 2 / (5 * 24)
    files = ranked(tmp_path, tagging, retrieval)
    files += [scores(tmp_path / f"{k}", "trivial", 0, {"de": 0, "zh": 99}, *run) for k, run in enumerate([(), ("tatoeba", "no_train")])]
    _, markdown, latex = made(tmp_path, files)
    note = "Spearman's rank correlation of the recipes' means: tatoeba with udpos 0.90 over 5 recipes."
    assert markdown.split("## ")[1].endswith(f" |\n\n{note}\n\n") and markdown.count("Spearman") == 1 and "Spearman" not in latex


def test_word_alignment_is_correlated_with_transfer_as_retrieval_is(tmp_path):
    """And not with retrieval."""
    files = ranked(tmp_path, [10, 20, 30, 40, 50], [1, 2, 3, 5, 4])
    files += ranked(tmp_path, [None] * 5, [50, 40, 30, 20, 10], aligned="alignment")
    note = (
        "Spearman's rank correlation of the recipes' means: tatoeba with udpos 0.90 over 5 recipes; "
        "alignment with udpos -1.00 over 5 recipes."
    )
    assert said(tmp_path, files) == [note]


def test_each_fine_tuned_task_is_correlated_over_the_means_of_its_own_recipes(tmp_path):
    files = ranked(tmp_path, [10, 20, 30, 40, 50], [5, 4, 3, 2, 1])
    files += ranked(tmp_path, [7, 7, 1, 7, 1, 7], [None] * 6, "panx")  # ranks 4, 4, 1.5, 4, 1.5 against 5 to 1: 5 / sqrt(10 * 7.5)
    files.append(scores(tmp_path / "more.json", "r0", 1, {"de": 96, "zh": 96}))  # r0 is now (10 + 96) / 2: the best
    note = (
        "Spearman's rank correlation of the recipes' means: tatoeba with udpos 0.00 over 5 recipes; tatoeba with panx 0.58 over 5 recipes."
    )
    assert said(tmp_path, files) == [note]


@pytest.mark.parametrize(
    ("tagging", "retrieval"),
    [([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 2, 3, 4, 5, None], [1, 2, 3, 4, None, 6]), ([1, 2, 3, 4, 5], [7] * 5)],
    ids=["four", "four in common", "constant"],
)
def test_what_says_nothing_of_rank_is_not_said(tmp_path, tagging, retrieval):
    assert said(tmp_path, ranked(tmp_path, tagging, retrieval)) == []


def test_two_fine_tuned_tasks_are_not_correlated_with_each_other(tmp_path):
    files = [*ranked(tmp_path, range(6), [None] * 6), *ranked(tmp_path, range(6), [None] * 6, "panx")]
    assert "overview" in made(tmp_path, files)[2] and said(tmp_path, files) == []


def test_settings_of_one_sort_are_compared_with_each_other_and_no_others(tmp_path):
    """What no fine-tuning comes before stands beside zero-shot; a sort with one task has no overview."""
    runs = {
        ("udpos", "zero_shot"): 1,
        ("udpos", "train_all"): 2,
        ("udpos", "probe"): 3,
        ("xnli", "translate_train_all"): 4,
        ("tatoeba", "no_train"): 5,
    }
    files = [scores(tmp_path / f"{value}", "mlm", 0, {"de": value, "zh": value}, *run) for run, value in runs.items()]
    blocks = blocks_of(made(tmp_path, files)[1])
    rows = {
        heading: [line for line in blocks[heading].splitlines() if line.startswith("| ")]
        for heading in blocks
        if heading.startswith("all tasks")
    }
    assert {heading: (lines[0], lines[2]) for heading, lines in rows.items()} == {
        "all tasks, zero-shot: transfer": ("| recipe | n | udpos | tatoeba | avg |", "| mlm | 1 | **1.0** | **5.0** | **3.0** |"),
        "all tasks, trained on all languages: transfer": (
            "| recipe | n | xnli | udpos | avg |",
            "| mlm | 1 | **4.0** | **2.0** | **3.0** |",
        ),
    }


def test_the_caption_says_what_stands_in_for_a_test_set_and_what_is_not_zero_shot(tmp_path):
    """All of a dev set where nothing is selected by it, half of it elsewhere."""
    files = [
        scores(tmp_path / task, "mlm", 0, {"de": 1, "zh": 2}, task, how, splits={"de": "dev"})
        for task, how in (("udpos", "zero_shot"), ("tatoeba", "no_train"))
    ]
    seen = json.loads(files[0].read_text("utf-8")) | {"strictly_zero_shot": False, "recipe": "random"}
    (tmp_path / "seen").write_text(json.dumps(seen), "utf-8")
    blocks = blocks_of(made(tmp_path, [*files, tmp_path / "seen"])[1])
    tagging, retrieval = blocks["udpos, zero_shot: chunk_f1"], blocks["tatoeba, no_train: accuracy_en"]
    assert "for de: half of its dev set stands in" in tagging and "for de: its dev set stands in" in retrieval
    assert "Not strictly zero-shot" in tagging and "zero-shot" not in retrieval
    assert "Not strictly" not in made(tmp_path, files)[1]


def test_one_task_needs_no_overview(tmp_path, files):
    assert "all tasks" not in made(tmp_path, files)[1]


def test_every_task_has_a_captioned_table_for_each_metric_in_the_order_of_the_task_table(tmp_path):
    runs = [(name, setting) for name in TASKS for setting in get_task(name).settings]
    values = {"de": 5, "zh": 6}
    files = [scores(tmp_path / f"{k}.json", "mlm", 1, values, *run) for k, run in reversed(list(enumerate(runs)))]
    _, markdown, _ = made(tmp_path, files)
    heads = [line.removeprefix("## ") for line in markdown.splitlines() if line.startswith("## ")]
    sorts = ("zero-shot", "trained on all languages", "trained on each language", "frozen")
    overviews = [f"all tasks, {name}: transfer" for name in sorts]
    assert heads == overviews + [f"{name}, {setting}: {metric}" for name, setting in runs for metric in get_task(name).metrics]
    assert all(get_task(name).title in markdown for name in TASKS)


def test_the_same_run_twice_is_refused(tmp_path, files):
    with pytest.raises(IsoglossError, match="holds the same run as"):
        made(tmp_path, [*files, scores(tmp_path / "again.json", "mlm", 1, {"en": 1, "de": 1, "zh": 1})])


def test_no_scores_make_empty_tables(tmp_path):
    table, markdown, _ = made(tmp_path, [])
    assert (table, markdown) == (",".join(FIELDS) + "\n", "")


def test_escaping():
    assert escape_latex("a_b & 5% #1 {x}~^\\") == r"a\_b \& 5\% \#1 \{x\}\textasciitilde{}\textasciicircum{}\textbackslash{}"
    assert escape_markdown("_a|b_c*<d>_") == r"\_a\|b_c\*\<d\>\_"
