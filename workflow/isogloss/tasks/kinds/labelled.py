"""What the kinds share whose records carry their own answer: one file a language and split, predictions compared one by one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl, write_jsonl
from ...errors import IsoglossError
from .. import Record, Task
from .predictions import RERUN, by_id


class Labelled:
    """`answer` is the key of a record that holds what is to be predicted."""

    source_splits = ("train", "dev", "test")  # what fine-tuning needs of the source language
    answer: str

    def asked(self, task: Task, gold: Any) -> str:
        """What a prediction may be where `gold` is right, for messages."""
        raise NotImplementedError

    def well_formed(self, task: Task, gold: Any, pred: Any) -> bool:
        """Whether `pred`, of any type, can be compared with `gold`."""
        raise NotImplementedError

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        write_jsonl(directory / split / f"{lang}.jsonl", records)

    def read(self, taskdata: Path, lang: str, split: str) -> list[Record]:
        """The records of one language and split."""
        return read_jsonl(Path(taskdata) / split / f"{lang}.jsonl")

    def metrics(self, task: Task, gold: Sequence[Record], pred: Sequence[Record]) -> dict[str, float]:
        """Percent of predictions in memory, in the order of the gold records: what selection on dev needs."""
        _, metrics = _scored(task, [(right[self.answer], guess["pred"]) for right, guess in zip(gold, pred, strict=True)])
        return metrics

    def score(self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None) -> Record:
        """{metrics, counts} of one language. Raises IsoglossError for missing, extra or malformed predictions."""
        gold = {record["id"]: record[self.answer] for record in self.read(taskdata, lang, "test")}
        pred = by_id(read_jsonl(path), gold, str(path))
        for key, right in gold.items():
            if not self.well_formed(task, right, pred[key]):
                raise IsoglossError(f"{path} id {key}", f"predicts {str(pred[key])[:80]}", self.asked(task, right), RERUN)
        counts, metrics = _scored(task, [(right, pred[key]) for key, right in gold.items()])
        return {"metrics": metrics, "counts": counts}


def _scored(task: Task, pairs: Sequence[tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, float]]:
    """(counts, metrics) of (gold, predicted) pairs, as the task wants them. Raises IsoglossError for a task that does not say."""
    if task.scoring is None:
        raise IsoglossError(f"task {task.name}", "has no scoring", f"the kind {task.kind} needs one", "Add `scoring` to its Task")
    counts = task.scoring.counts(pairs)
    return counts, task.scoring.metrics(counts)
