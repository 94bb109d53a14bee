"""Stage: score files -> xtreme.csv (tidy), xtreme.md and xtreme.tex: recipes on the benchmark XTREME, averaged as its own script does.

    task     mean over its languages, English among them where English is tested; questions: the mean of exact match and F1
    group    mean of its tasks
    overall  mean of the nine tasks, not of the groups

A table of scores and two of transfer gaps for each way of training. Only languages that XTREME has in a task count, and nothing is averaged
over less than the other rows have: neither a run that lacks languages, nor a seed that lacks tasks. Hu et al. 2020 (arXiv 2003.11080).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from ..artifacts import write_text
from ..statistics import relative_transfer_gap, summarise, transfer_gap
from ..tasks import UNTRAINED, XTREME_TRAININGS, get_task
from .tables import Row, Scores, load_scores, to_latex, to_markdown

GROUPS = {
    "classification": ("xnli", "pawsx"),
    "tagging": ("udpos", "panx"),
    "qa": ("xquad", "mlqa", "tydiqa"),
    "retrieval": ("bucc", "tatoeba"),
}
METRICS = {  # the transfer gap is that of the last one
    "xnli": ("accuracy",),
    "pawsx": ("accuracy",),
    "udpos": ("chunk_f1",),
    "panx": ("entity_f1",),
    "xquad": ("em", "f1"),
    "mlqa": ("em", "f1"),
    "tydiqa": ("em", "f1"),
    "bucc": ("f1",),
    "tatoeba": ("accuracy_en",),
}
MEANS = {  # column -> the tasks that it is the mean of
    **GROUPS,
    "overall": tuple(METRICS),
    "sentence-level": ("xnli", "pawsx", "udpos", "panx", "bucc", "tatoeba"),
}
NON_ENGLISH = "tydiqa avg_non_english"  # how TyDiQA itself averages; only in the tidy table
FIELDS = ("training", "measure", "recipe", "column", "mean", "sd", "n", "min", "max")


@dataclass(frozen=True)
class Entry:
    """One task in a table: its runs in one setting, and those languages of XTREME that any of them has."""

    task: str
    setting: str
    languages: list[str]
    runs: list[Scores]

    @property
    def source(self) -> str:
        return get_task(self.task).source_language

    def complete(self, recipe: str) -> list[Scores]:
        """The runs of a recipe that have all the languages."""
        return [run for run in self.runs if run["recipe"] == recipe and run["languages"].keys() >= set(self.languages)]


def score(entry: Entry, run: Scores) -> dict[str, float]:
    """{task: its score in percent}; with the mean over the languages other than English where TyDiQA asks for it."""
    values = {lang: fmean(run["languages"][lang]["metrics"][metric] for metric in METRICS[entry.task]) for lang in entry.languages}
    others = [value for lang, value in values.items() if lang != entry.source]
    return {entry.task: fmean(values.values())} | ({NON_ENGLISH: fmean(others)} if entry.task == "tydiqa" else {})


def gap(entry: Entry, run: Scores) -> dict[str, float]:
    """{task: its transfer gap in points}; nothing where English is not tested."""
    return {entry.task: transfer_gap(_by_language(entry, run), entry.source)} if entry.source in entry.languages else {}


def relative_gap(entry: Entry, run: Scores) -> dict[str, float]:
    """{task: its transfer gap in percent of the score in English}; nothing where that is 0 or not tested."""
    if entry.source not in entry.languages:
        return {}
    share = relative_transfer_gap(_by_language(entry, run), entry.source)
    return {} if share is None else {entry.task: 100 * share}


def _by_language(entry: Entry, run: Scores) -> dict[str, float]:
    return {lang: run["languages"][lang]["metrics"][METRICS[entry.task][-1]] for lang in entry.languages}


@dataclass(frozen=True)
class Measure:
    """One kind of table. `of` gives the columns of one run; the others are means of these."""

    heading: str
    of: Callable[[Entry, Scores], dict[str, float]]
    means: Mapping[str, tuple[str, ...]]
    lower: bool
    meaning: str


_WARNING = "A recipe that fails in English has a small gap too. "
MEASURES = {
    "score": Measure(
        "XTREME",
        score,
        MEANS,
        False,
        "in percent; mean over the languages of each task, English too where it is tested. Questions: the mean of exact match and F1. "
        "overall: mean of the nine tasks; sentence-level: of those without questions, as in ML-CTL; these and groups only where all "
        "their tasks are. ",
    ),
    "gap": Measure("Transfer gap", gap, {}, True, f"in points: the score in English minus the mean over the other languages. {_WARNING}"),
    "relative_gap": Measure("Relative transfer gap", relative_gap, {}, True, f"in percent of the score in English. {_WARNING}"),
}


@dataclass(frozen=True)
class Board:
    """One table: a way of training, a measure."""

    training: str
    measure: str
    entries: list[Entry]
    columns: list[str]
    rows: list[Row]
    note = ""

    @property
    def lower(self) -> bool:
        return MEASURES[self.measure].lower

    @property
    def heading(self) -> str:
        return f"{MEASURES[self.measure].heading}, {self.training}"

    @property
    def label(self) -> str:
        return f"xtreme-{self.measure}-{self.training}".replace(" ", "-")

    @property
    def caption(self) -> str:
        """What the table means, and what of XTREME it lacks, in plain text."""
        shown = [entry for entry in self.entries if entry.task in self.columns]
        which = slice(None) if self.measure == "score" else slice(-1, None)
        metrics = ", ".join(f"{entry.task}: {' and '.join(METRICS[entry.task][which])}" for entry in shown)
        settings = ", ".join(f"{entry.task}: {entry.setting}" for entry in shown if entry.setting != self.training)
        text = f"{MEASURES[self.measure].heading} ({metrics}), {self.training}{f' ({settings})' if settings else ''}, "
        text += f"{MEASURES[self.measure].meaning}Mean ± sample standard deviation over n seeds. "
        text += f"Bold: the {'lowest' if self.lower else 'best'} mean of each column, ties included."
        if fewer := {entry.task: entry.languages for entry in shown if len(entry.languages) < len(get_task(entry.task).languages)}:
            text += f" Not all languages of XTREME: {_listed(fewer)}."
        if stand_ins := {entry.task: languages for entry in shown if (languages := _stand_ins(entry))}:
            text += f" No test set was given, dev stands in: {_listed(stand_ins)}."
        seen = [entry.task for entry in shown if any(run.get("strictly_zero_shot") is False for run in entry.runs)]
        if seen and self.training == "zero_shot":
            text += f" Selected on dev sets of the tested languages, hence not strictly zero-shot: {', '.join(seen)}."
        return text


def make_xtreme_tables(score_files: Sequence[Path], recipes: Sequence[str], out_csv: Path, out_md: Path, out_tex: Path) -> None:
    """Write the three tables; files of tasks that are not in XTREME are passed over.

    Rows follow `recipes`; recipes that are scored but not listed come after, by name. Raises IsoglossError where two files hold scores of
    the same task, setting, recipe and seed.
    """
    boards = make_boards(load_scores(score_files), recipes)
    write_text(out_csv, to_csv(boards))
    write_text(out_md, to_markdown(boards))
    write_text(out_tex, to_latex(boards))


def make_boards(scores: Sequence[Scores], recipes: Sequence[str]) -> list[Board]:
    """The tables of every way of training that was used, scores before gaps; none where nothing was trained."""
    boards = []
    for training, settings in XTREME_TRAININGS.items():
        entries = _entries(scores, settings)
        if any(entry.setting in settings for entry in entries):
            boards += [_board(training, measure, entries, recipes) for measure in MEASURES]
    return [board for board in boards if board.columns]


def to_csv(boards: Sequence[Board]) -> str:
    """The tidy table as text, six decimals; the columns FIELDS, one row a cell that has data."""
    import pandas as pd

    cells = (
        (board.training, board.measure, row.recipe, column, cell.mean, cell.sd, cell.n, cell.min, cell.max)
        for board in boards
        for row in board.rows
        for column, cell in row.cells.items()
        if cell
    )
    return pd.DataFrame(cells, columns=list(FIELDS)).to_csv(index=False, float_format="%.6f", lineterminator="\n")


def _entries(scores: Sequence[Scores], settings: Sequence[str]) -> list[Entry]:
    """The tasks of XTREME that were run in one of the settings, or need none; those with only English have nothing to compare."""
    entries = []
    for task in METRICS:
        runs = [run for run in scores if run["task"] == task]
        setting = next((name for name in (*settings, UNTRAINED) if any(run["setting"] == name for run in runs)), None)
        chosen = [run for run in runs if run["setting"] == setting]
        languages = [lang for lang in get_task(task).languages if any(lang in run["languages"] for run in chosen)] if chosen else []
        if setting and set(languages) - {get_task(task).source_language}:
            entries.append(Entry(task, setting, languages, chosen))
    return entries


def _board(training: str, measure: str, entries: list[Entry], recipes: Sequence[str]) -> Board:
    order = dict.fromkeys([*recipes, *sorted(run["recipe"] for entry in entries for run in entry.runs)])
    rows = [row for recipe in order if (row := _row(recipe, entries, MEASURES[measure])).n]
    filled = {column for row in rows for column in row.cells}
    return Board(training, measure, entries, [column for column in (*METRICS, *MEANS) if column in filled], _padded(rows, filled))


def _row(recipe: str, entries: list[Entry], measure: Measure) -> Row:
    by_seed: dict[str, dict[str, float]] = {}
    for entry in entries:
        for run in entry.complete(recipe):
            by_seed.setdefault(str(run["seed"]), {}).update(measure.of(entry, run))
    for values in by_seed.values():
        values |= {name: fmean(values[task] for task in tasks) for name, tasks in measure.means.items() if values.keys() >= set(tasks)}
    columns = dict.fromkeys(column for values in by_seed.values() for column in values)
    seeds = sum(map(bool, by_seed.values()))
    return Row(recipe, seeds, {name: summarise([values[name] for values in by_seed.values() if name in values]) for name in columns})


def _padded(rows: Sequence[Row], columns: set[str]) -> list[Row]:
    """The rows with a cell for every column, in the order of the table."""
    order = [column for column in (*METRICS, *MEANS, NON_ENGLISH) if column in columns]
    return [Row(row.recipe, row.n, {column: row.cells.get(column) for column in order}) for row in rows]


def _listed(languages: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{task} {' '.join(chosen)}" for task, chosen in languages.items())


def _stand_ins(entry: Entry) -> list[str]:
    """The languages that are tested on another published split than test."""
    parts = [run["languages"] for run in entry.runs]
    return [lang for lang in entry.languages if any(lang in part and part[lang]["split"] != "test" for part in parts)]
