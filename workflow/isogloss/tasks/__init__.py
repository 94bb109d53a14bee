"""The evaluation tasks: one file each, listed in one literal table.

    published files --Task.published, Published.read--> records --stage taskdata--> cleaned, counted, checked files

What a task is made of depends on its kind (`kinds/`); only what its files are called and how they are read is its own. This module
imports nothing heavy: the workflow reads the table while it builds its graph.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..corpora.open_text import open_binary, readable
from ..errors import IsoglossError, suggestion
from ..metrics import Scoring

TRIVIAL = "trivial"  # the row of the baseline that needs no model; a recipe cannot take its name

SPLITS = ("train", "translated", "dev", "test")  # translated: the training set of another language, translated by machine
PREPARED, AS_NAMED = "{split}-{code}.tsv", {"train": "train", "dev": "dev", "test": "test"}  # what XTREME's preparation leaves
UNTRAINED = "no_train"  # the setting that evaluates a published model as it is
SETTINGS = ("zero_shot", "translate_train_all", "train_all", "supervised_per_language", "probe", UNTRAINED)
XTREME_TRAININGS = {  # name of an average over all tasks -> settings: each task counts in the first one in which it was run
    "zero_shot": ("zero_shot",),
    "all languages": ("translate_train_all", "train_all"),
}
TASKS = {
    "xnli": "isogloss.tasks.xnli:TASK",
    "pawsx": "isogloss.tasks.pawsx:TASK",
    "udpos": "isogloss.tasks.udpos:TASK",
    "panx": "isogloss.tasks.panx:TASK",
    "conll": "isogloss.tasks.conll:TASK",
    "xquad": "isogloss.tasks.xquad:TASK",
    "mlqa": "isogloss.tasks.mlqa:TASK",
    "tydiqa": "isogloss.tasks.tydiqa:TASK",
    "bucc": "isogloss.tasks.bucc:TASK",
    "tatoeba": "isogloss.tasks.tatoeba:TASK",
    "bli": "isogloss.tasks.bli:TASK",
    "alignment": "isogloss.tasks.alignment:TASK",
}

Record = dict[str, Any]
Files = tuple[Path, ...]
Read = Callable[[Files, str, str], Iterator[Record]]  # (files, language, split) -> records; IsoglossError names file and line


@dataclass(frozen=True)
class Published:
    """The files of one language and split, and how they are read: `read(files, lang, split)` yields records as the kind wants them."""

    files: Files
    read: Read


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One form in which a task is published.

    Args:
        files: patterns over {split}, {code} and {any}, each matched against the end of the path of every file. All together are the
            files of one language and split, in this order; those that differ in {any} only are all of them, sorted by name.
        splits: our split -> the word in the files; any word where no pattern has {split}.
        read: how the files are read.
        codes: language -> {code} where the files spell it otherwise.
        languages: those that one file holds, where no pattern has {code}.
    """

    files: tuple[str, ...]
    splits: Mapping[str, str]
    read: Read
    codes: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Task:
    """One evaluation task.

    Args:
        name: its key in `TASKS`.
        title: what a table calls it.
        kind: a key of `kinds.KINDS`; fixes the records, the baseline and the scores.
        settings: how a model may meet it, of `SETTINGS`, e.g. zero_shot (fine-tuned on the source language) or no_train (embeddings
            only); the first is the default.
        languages: those of XTREME. Others work too where the sources have their files.
        metrics: what tables show, in order, {name: what it measures, for captions}; the first is the headline.
        lower: metrics that are better when lower; never the headline, which is compared across tasks.
        layouts: the forms in which it is published; the first that has a language and split wins.
        find: source directories -> what is there, instead of layouts, where no pattern tells.
        directories: the directories of a download tree that hold its files; its name if not given.
        machine_translated: whether `train` files of other languages than the source language are translations of its own.
        filters: (reason, keep) pairs: a record is dropped, and counted, under the first reason whose `keep` is false.
        noted: (remark, holds) pairs: a kept record is counted under every remark that holds of it.
        labels: the closed label set of the kinds that have one, in the order of the classifier's outputs.
        scoring: how predictions are compared with gold, in the kinds `tag` and `classify`.
        answer_rule: how answers are normalised before they are compared, in the kind `span`: squad or mlqa.
        obvious: the tag that the trivial baseline of the kind `tag` reads off a token, None where it cannot tell.
        source_in_average: whether the source language counts in the average over languages.
        xtreme: whether it counts in the average of XTREME.
    """

    name: str
    title: str
    kind: str
    settings: tuple[str, ...]
    languages: tuple[str, ...]
    metrics: Mapping[str, str]
    lower: frozenset[str] = frozenset()
    layouts: tuple[Layout, ...] = ()
    find: Callable[[Sequence[Path]], Mapping[tuple[str, str], Published]] | None = None
    directories: tuple[str, ...] = ()
    machine_translated: bool = False
    filters: tuple[tuple[str, Callable[[Record], bool]], ...] = ()
    noted: tuple[tuple[str, Callable[[Record], bool]], ...] = ()
    labels: tuple[str, ...] = ()
    scoring: Scoring | None = None
    answer_rule: str = ""
    obvious: Callable[[str], str | None] = lambda token: None
    source_language: str = "en"
    source_in_average: bool = True
    xtreme: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "directories", self.directories or (self.name,))

    @property
    def headline(self) -> str:
        return next(iter(self.metrics))

    def published(self, sources: Sequence[Path]) -> dict[tuple[str, str], Published]:
        """{(language, split): what is there} under the source directories; see `published.open_sources` for archives in them.

        Raises IsoglossError for a directory that is absent, and where two files claim the same place.
        """
        from .published import find_published

        return find_published(self, sources)

    def check_setting(self, setting: str) -> None:
        if setting not in self.settings:
            allowed = f"{self.name} has {', '.join(self.settings)}"
            raise IsoglossError(f"task {self.name}", f"setting {setting!r} is unknown", allowed, "Use one of them")


def get_task(name: str) -> Task:
    """Look a task up by name. Raises IsoglossError with the nearest name for a misspelt one."""
    if name not in TASKS:
        remedy = suggestion(name, TASKS) or "Correct the name, or add the task to isogloss/tasks/__init__.py"
        raise IsoglossError("tasks", f"{name!r} is not a task", f"there are {', '.join(TASKS)}", remedy)
    module, attribute = TASKS[name].split(":")
    return getattr(importlib.import_module(module), attribute)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Stream (line number from 1, line) of a UTF-8 file, plain or compressed, with any line ends; a byte order mark is ignored.

    Only newlines end a line: U+2028 and its like stay inside, as in the published files. Raises IsoglossError.
    """
    for number, raw in enumerate(raw_lines(path), 1):
        try:
            yield number, raw.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"{path} line {number}"
            raise IsoglossError(where, f"is not UTF-8 ({error.reason}, byte {error.start + 1})", "", "Convert the file to UTF-8") from error


def raw_lines(path: Path) -> Iterator[bytes]:
    """Stream the lines of a file, plain or compressed, without their ends and a byte order mark. Raises IsoglossError."""
    with readable(path), open_binary(path) as stream:
        for number, raw in enumerate(stream):
            raw = raw if number else raw.removeprefix(b"\xef\xbb\xbf")
            yield raw.removesuffix(b"\n").removesuffix(b"\r")
