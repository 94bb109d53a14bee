"""The evaluation tasks: one file each, listed in one literal table.

    source directory, as published --convert--> records --stage taskdata--> cleaned, counted, checked files

What a task is made of depends on its kind (`kinds/`); only `convert` is its own. This module imports nothing heavy:
the workflow reads the table while it builds its graph.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import IsoglossError, suggestion
from ..metrics import Scoring

TRIVIAL = "trivial"  # the row of the baseline that needs no model; a recipe cannot take its name

SPLITS = ("train", "dev", "test")
TASKS = {
    "udpos": "isogloss.tasks.udpos:TASK",
    "panx": "isogloss.tasks.panx:TASK",
    "xnli": "isogloss.tasks.xnli:TASK",
    "pawsx": "isogloss.tasks.pawsx:TASK",
    "tatoeba": "isogloss.tasks.tatoeba:TASK",
    "alignment": "isogloss.tasks.alignment:TASK",
}

Record = dict[str, Any]
Files = dict[tuple[str, str], tuple[Path, ...]]  # (language, split) -> its files


@dataclass(frozen=True, kw_only=True)
class Task:
    """One evaluation task.

    Args:
        name: its key in `TASKS`.
        title: what a table calls it.
        kind: a key of `kinds.KINDS`; fixes the records, the baseline and the scores.
        settings: how a model may meet it, e.g. zero_shot (fine-tuned on the source language) or no_train (embeddings only).
        languages: those of XTREME. Others work too where the source has their files.
        metrics: what tables show, in order, {name: what it measures, for captions}; the first is the headline.
        lower: metrics that are better when lower; never the headline, which is compared across tasks.
        files: the published files of one language and split, patterns over {split} and {code}; none where `find` knows them.
        find: source directory -> what is there, where several forms are published, or names that no pattern tells.
        convert: (source directory, language, split) -> records as the kind wants them; raises IsoglossError with file and line.
        codes: language -> {code} where the files spell it otherwise.
        filters: (reason, keep) pairs: a record is dropped, and counted, under the first reason whose `keep` is false.
        noted: (remark, holds) pairs: a kept record is counted under every remark that holds of it.
        labels: the closed label set of the kinds that have one, in the order of the classifier's outputs.
        scoring: how predictions are compared with gold, in the kinds `tag` and `classify`.
        obvious: the tag that the trivial baseline of the kind `tag` reads off a token, None where it cannot tell.
        source_in_average: whether the source language counts in the average over languages.
    """

    name: str
    title: str
    kind: str
    settings: tuple[str, ...]
    languages: tuple[str, ...]
    metrics: Mapping[str, str]
    lower: frozenset[str] = frozenset()
    files: tuple[str, ...]
    find: Callable[[Path], Files] | None = None
    convert: Callable[[Path, str, str], Iterator[Record]]
    codes: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[tuple[str, Callable[[Record], bool]], ...] = ()
    noted: tuple[tuple[str, Callable[[Record], bool]], ...] = ()
    labels: tuple[str, ...] = ()
    scoring: Scoring | None = None
    obvious: Callable[[str], str | None] = lambda token: None
    source_language: str = "en"
    source_in_average: bool = True

    @property
    def headline(self) -> str:
        return next(iter(self.metrics))

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits in which it is published; all of it is test if its files are not split."""
        return SPLITS if any("{split}" in pattern for pattern in self.files) else ("test",)

    def source_files(self, source: Path, lang: str, split: str) -> tuple[Path, ...]:
        """The published files of one language and split; they need not exist, unless `find` has to tell them."""
        if self.find:
            return self.find(Path(source))[lang, split]
        code = self.codes.get(lang, lang)
        return tuple(Path(source) / pattern.format(split=split, code=code) for pattern in self.files)

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
    """Stream (line number from 1, line) of a UTF-8 file with any line ends; a byte order mark is ignored.

    Only newlines end a line: U+2028 and its like stay inside, as in the published files. Raises IsoglossError.
    """
    try:
        with Path(path).open("rb") as file:
            for number, raw in enumerate(file, 1):
                raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                yield number, raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        where = f"{path} line {number}"
        raise IsoglossError(where, f"is not UTF-8 ({error.reason}, byte {error.start + 1})", "", "Convert the file to UTF-8") from error
    except OSError as error:
        raise IsoglossError(str(path), f"cannot be read ({error.strerror})", "", "Check the path and its permissions") from error
