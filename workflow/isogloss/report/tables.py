"""Stage: score files of many recipes and seeds -> main.csv (tidy), main.md and main.tex (what a paper prints).

    score files --load--> an Overview for each sort of settings: a row a recipe, a column a task
                          per (task, setting, metric) a Block: a row a recipe, a column a language, avg, transfer --> three texts

avg and transfer are averaged per seed first; their sd is that of the averages, not the mean of the languages' sds.
Under the overviews of main.md stands how alignment and transfer rank the recipes alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from ..artifacts import read_json, write_text
from ..errors import IsoglossError
from ..statistics import Summary, spearman, summarise
from ..tasks import TASKS, TRIVIAL, UNTRAINED, get_task
from ..tasks.kinds import KINDS

AVERAGES = {"avg": "average", "transfer": "average_transfer"}  # column -> key of the score file
FIELDS = ("task", "setting", "metric", "recipe", "language", "mean", "sd", "n", "min", "max")
NOTHING = "–"
ALIGNED = ("retrieve", "mine", "lexicon", "align")  # the kinds of tasks that no fine-tuning comes before
OVERVIEWS = {  # name -> the settings of an overview
    "zero-shot": ("zero_shot", UNTRAINED),
    "trained on all languages": ("translate_train_all", "train_all"),
    "trained on each language": ("supervised_per_language",),
    "frozen": ("probe",),
}
LEAST_RECIPES = 5  # for a rank correlation; of 4 recipes, one random order in 24 agrees perfectly

Scores = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One recipe: its number of seeds and a summary a column (None without data)."""

    recipe: str
    n: int
    cells: dict[str, Summary | None]


@dataclass(frozen=True)
class Block:
    """One table: (task, setting, metric).

    Args:
        stand_ins: the languages tested on another published split, {language: split}.
        strict: whether no label of another language than the source was seen, neither in training nor in selection.
    """

    task: str
    setting: str
    metric: str
    languages: list[str]
    stand_ins: dict[str, str]
    rows: list[Row]
    strict: bool = True
    note = ""

    @property
    def lower(self) -> bool:
        """Whether the metric is better when lower."""
        return self.metric in get_task(self.task).lower

    @property
    def columns(self) -> list[str]:
        """What is printed: transfer only where it differs from avg, that is where the source language has a column."""
        return [*self.languages, *(AVERAGES if get_task(self.task).source_language in self.languages else ["avg"])]

    @property
    def heading(self) -> str:
        return f"{self.task}, {self.setting}: {self.metric}"

    @property
    def label(self) -> str:
        return f"{self.task}-{self.setting}-{self.metric}"

    @property
    def caption(self) -> str:
        """What the table means, in plain text."""
        task = get_task(self.task)
        bold = "lowest mean of each column, which is the best" if self.lower else "best mean of each column"
        text = f"{task.title}, {self.setting}: {task.metrics[self.metric]}, in percent, "
        text += f"mean ± sample standard deviation over n seeds. Bold: the {bold}, ties included. "
        text += "avg: unweighted mean over the languages."
        if "transfer" in self.columns:
            text += f" transfer: the same without {task.source_language}."
        for split in sorted(set(self.stand_ins.values())):
            named = ", ".join(lang for lang in self.languages if self.stand_ins.get(lang) == split)
            share = "half of its" if KINDS[task.kind].needs_dev else "its"
            text += f" No test set was given for {named}: {share} {split} set stands in."
        if not self.strict and self.setting in ("zero_shot", "probe"):
            text += " Not strictly zero-shot: epochs were selected on dev sets of the other languages."
        return text


@dataclass(frozen=True)
class Overview:
    """A first table: a column for each task in settings of one sort, its headline metric averaged over the languages of transfer; and their
    mean."""

    name: str
    columns: list[str]
    metrics: dict[str, str]  # column -> headline metric
    aligned: list[str]  # the columns of the kinds ALIGNED
    rows: list[Row]
    lower = False  # headline metrics are better when higher

    @property
    def caption(self) -> str:
        """What the table means, in plain text."""
        named = ", ".join(f"{column}: {metric}" for column, metric in self.metrics.items())
        text = f"Every task in percent, averaged over the languages other than its source language ({named}); mean ± sample standard "
        return text + "deviation over n seeds. Bold: the best mean of each column, ties included. avg: unweighted mean over the tasks."

    @property
    def heading(self) -> str:
        return f"all tasks, {self.name}: transfer"

    @property
    def label(self) -> str:
        return f"overview-{self.name.replace(' ', '-')}"

    @property
    def note(self) -> str:
        """How like retrieval and word alignment before fine-tuning rank the recipes to how a fine-tuned task does; "" where too few
        have both.

        ALIGN-MLM (arXiv 2211.08547) claims that alignment rank-correlates with transfer. This says whether it does in one's own recipes;
        the row `trivial`, which is no encoder, does not count.
        """
        pairs = [(one, other) for one in self.aligned for other in self.metrics if other not in self.aligned]
        found = [text for pair in pairs if (text := self._correlation(*pair))]
        return f"Spearman's rank correlation of the recipes' means: {'; '.join(found)}." if found else ""

    def _correlation(self, one: str, other: str) -> str:
        """Of two columns, over the recipes that have both; "" over fewer than LEAST_RECIPES, or where one side is constant."""
        cells = [(row.cells[one], row.cells[other]) for row in self.rows if row.recipe != TRIVIAL]
        points = [(left.mean, right.mean) for left, right in cells if left and right]
        if len(points) < LEAST_RECIPES:
            return ""
        rho = spearman(*zip(*points, strict=True))
        return "" if rho is None else f"{one} with {other} {rho:z.2f} over {len(points)} recipes"


class Table(Protocol):
    """What is printed of a table; the columns are keys of each row's cells."""

    @property
    def heading(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def rows(self) -> list[Row]: ...
    @property
    def lower(self) -> bool: ...


def best(table: Table, column: str) -> str:
    """The best mean of a column as printed (so that equal print is equally bold); "" without data."""
    means = [cell.mean for row in table.rows if (cell := row.cells[column])]
    return _number((min if table.lower else max)(means)) if means else ""


def make_tables(score_files: Sequence[Path], recipes: Sequence[str], out_csv: Path, out_md: Path, out_tex: Path) -> None:
    """Write the three tables. Rows follow `recipes`; recipes that are scored but not listed come after, by name.

    Raises IsoglossError where two files hold scores of the same task, setting, recipe and seed.
    """
    scores = load_scores(score_files)
    blocks = make_blocks(scores, recipes)
    tables: list[Table] = [*make_overviews(scores, recipes), *blocks]
    write_text(out_csv, to_csv(blocks))
    write_text(out_md, to_markdown(tables))
    write_text(out_tex, to_latex(tables))


def load_scores(files: Sequence[Path]) -> list[Scores]:
    """What the files hold, in an order of its own. Raises IsoglossError where two hold the same run."""
    loaded: dict[tuple, tuple[Path, Scores]] = {}
    for path in files:
        scores = read_json(path, "scores")
        key = tuple(str(scores[part]) for part in ("task", "setting", "recipe", "seed"))
        if key in loaded:
            raise IsoglossError(str(path), f"holds the same run as {loaded[key][0]} ({' '.join(key)})", "", "Give each run once")
        loaded[key] = (path, scores)
    return [loaded[key][1] for key in sorted(loaded)]  # whatever the order of the files, the same table


def make_blocks(scores: Sequence[Scores], recipes: Sequence[str]) -> list[Block]:
    """Blocks in the order of the task table, the task's settings, its metrics."""
    return [_block(runs, recipes, metric) for runs in _by_task(scores) for metric in get_task(runs[0]["task"]).metrics]


def make_overviews(scores: Sequence[Scores], recipes: Sequence[str]) -> list[Overview]:
    """One for each sort of settings in which two or more tasks have something to transfer to."""
    sorts = ((name, [run for run in scores if run["setting"] in settings]) for name, settings in OVERVIEWS.items())
    return [overview for name, runs in sorts if (overview := _overview(name, runs, recipes))]


def _overview(name: str, scores: Sequence[Scores], recipes: Sequence[str]) -> Overview | None:
    """None of fewer than two tasks.

    An aligner has a row in the tables of word alignment alone: what only they score, and `recipes` does not list, stands there and not here.
    """
    groups = {_column(runs[0], scores): runs for runs in _by_task(scores) if any(run["average_transfer"] for run in runs)}
    if len(groups) < 2:
        return None
    metrics = {column: runs[0]["headline"] for column, runs in groups.items()}
    kinds = {column: get_task(runs[0]["task"]).kind for column, runs in groups.items()}
    others = sorted(run["recipe"] for column, runs in groups.items() if kinds[column] != "align" for run in runs)
    rows = [_overview_row(recipe, groups, metrics) for recipe in dict.fromkeys([*recipes, *others])]
    aligned = [column for column in groups if kinds[column] in ALIGNED]
    return Overview(name, [*groups, "avg"], metrics, aligned, [row for row in rows if row.n])


def _by_task(scores: Sequence[Scores]) -> list[list[Scores]]:
    """The runs of each (task, setting), in the order of the task table and of the task's settings."""

    def place(entry: Scores) -> tuple[int, int]:
        task = get_task(entry["task"])
        task.check_setting(entry["setting"])
        return list(TASKS).index(task.name), task.settings.index(entry["setting"])

    return [list(group) for _, group in groupby(sorted(scores, key=place), key=place)]


def _column(run: Scores, scores: Sequence[Scores]) -> str:
    """The task, and the setting where the task was run in several."""
    several = any(other["task"] == run["task"] and other["setting"] != run["setting"] for other in scores)
    return f"{run['task']} {run['setting']}" if several else run["task"]


def _overview_row(recipe: str, groups: dict[str, list[Scores]], metrics: dict[str, str]) -> Row:
    by_seed: dict[str, dict[str, float]] = {}
    for column, runs in groups.items():
        languages = max(len(run["languages"]) for run in runs)
        for run in runs:
            if run["recipe"] == recipe and len(run["languages"]) == languages:
                by_seed.setdefault(str(run["seed"]), {})[column] = run["average_transfer"][metrics[column]]
    cells = {column: summarise([values[column] for values in by_seed.values() if column in values]) for column in groups}
    complete = [sum(values.values()) / len(groups) for values in by_seed.values() if len(values) == len(groups)]
    return Row(recipe, len(by_seed), {**cells, "avg": summarise(complete)})


def _block(runs: list[Scores], recipes: Sequence[str], metric: str) -> Block:
    source = get_task(runs[0]["task"]).source_language
    languages = sorted({lang for run in runs for lang in run["languages"]}, key=lambda lang: (lang != source, lang))
    stand_ins = {lang: part["split"] for run in runs for lang, part in run["languages"].items() if part["split"] != "test"}
    order = dict.fromkeys([*recipes, *sorted(run["recipe"] for run in runs)])
    rows = [_row(recipe, mine, languages, metric) for recipe in order if (mine := [run for run in runs if run["recipe"] == recipe])]
    strict = all(run.get("strictly_zero_shot") is not False for run in runs)
    return Block(runs[0]["task"], runs[0]["setting"], metric, languages, stand_ins, rows, strict)


def _row(recipe: str, runs: list[Scores], languages: list[str], metric: str) -> Row:
    cells = {lang: summarise([run["languages"][lang]["metrics"][metric] for run in runs if lang in run["languages"]]) for lang in languages}
    complete = [run for run in runs if len(run["languages"]) == len(languages)]  # a mean over fewer languages compares with nothing
    for column, key in AVERAGES.items():
        cells[column] = summarise([run[key][metric] for run in complete if metric in run[key]])
    return Row(recipe, len(runs), cells)


# ----------------------------------------------------------------------------------------------------------- three texts


def tidy(blocks: Sequence[Block]) -> Any:
    """A pandas DataFrame with the columns FIELDS, one row a cell that has data; sd is missing for one seed."""
    import pandas as pd

    cells = (
        (block.task, block.setting, block.metric, row.recipe, column, cell.mean, cell.sd, cell.n, cell.min, cell.max)
        for block in blocks
        for row in block.rows
        for column, cell in row.cells.items()
        if cell
    )
    return pd.DataFrame(cells, columns=list(FIELDS))


def to_csv(blocks: Sequence[Block]) -> str:
    """The tidy table as text, six decimals."""
    return tidy(blocks).to_csv(index=False, float_format="%.6f", lineterminator="\n")


def to_markdown(tables: Sequence[Table]) -> str:
    """Each as a GitHub table, under a heading and a caption, over its note if it has one."""
    parts = []
    for block in tables:
        head = f"## {escape_markdown(block.heading)}\n\n{escape_markdown(block.caption)}\n"
        lines = [["recipe", "n", *map(escape_markdown, block.columns)], ["---", *["---:"] * (len(block.columns) + 1)]]
        lines += [[escape_markdown(row.recipe), str(row.n), *_cells(block, row, "**{}**", " ± ", NOTHING)] for row in block.rows]
        note = f"\n{escape_markdown(block.note)}\n" if block.note else ""
        parts.append(head + "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + note)
    return "\n".join(parts)


def to_latex(tables: Sequence[Table]) -> str:
    """Each as a table environment; needs the package booktabs."""
    parts = []
    for block in tables:
        lines = [["recipe", "$n$", *map(escape_latex, block.columns)]]
        lines += [[escape_latex(row.recipe), str(row.n), *_cells(block, row, r"\textbf{{{}}}", r" $\pm$ ", "--")] for row in block.rows]
        head, *body = (f"{' & '.join(line)} \\\\\n" for line in lines)
        parts.append(
            "\\begin{table}\n\\centering\n"
            f"\\caption{{{escape_latex(block.caption)}}}\n\\label{{tab:{block.label}}}\n"
            f"\\begin{{tabular}}{{l{'r' * (len(block.columns) + 1)}}}\n\\toprule\n{head}\\midrule\n{''.join(body)}\\bottomrule\n"
            "\\end{tabular}\n\\end{table}\n"
        )
    return "% needs \\usepackage{booktabs}\n" + "\n".join(parts)


def _cells(block: Table, row: Row, bold: str, plus_minus: str, nothing: str) -> list[str]:
    """The printed cells of a row, e.g. "**76.9** ± 0.2"."""
    printed = []
    for column in block.columns:
        cell = row.cells[column]
        if cell is None:
            printed.append(nothing)
            continue
        mean = _number(cell.mean)
        spread = "" if cell.sd is None else plus_minus + _number(cell.sd)
        printed.append((bold.format(mean) if mean == best(block, column) else mean) + spread)
    return printed


def _number(value: float) -> str:
    return f"{value:.1f}"


def escape_markdown(text: str) -> str:
    """Text that GitHub shows as it is, inside a table too; an underscore inside a word (zero_shot) means nothing there."""
    return re.sub(r"[\\`*\[\]<>|~#&]|(?<!\w)_|_(?!\w)", r"\\\g<0>", text)


def escape_latex(text: str) -> str:
    """Text that LaTeX sets as it is."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "<": r"\textless{}"}
    special |= {">": r"\textgreater{}", "|": r"\textbar{}"} | {character: f"\\{character}" for character in "&%$#_{}"}
    return "".join(special.get(character, character) for character in text)
