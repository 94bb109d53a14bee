"""Kind `classify`: one label a pair of texts."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import IsoglossError
from .. import Record, Task
from .labelled import Labelled
from .predictions import check_unique


class Classify(Labelled):
    """Records {id, text_a, text_b, label}."""

    answer = "label"

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            if record["label"] not in task.labels:
                where, given = f"task {task.name} record {record['id']}", f"has label {record['label']!r}"
                raise IsoglossError(where, given, f"expected {' '.join(task.labels)}", "Mend convert")

    def unit(self, record: Record, number: int) -> Hashable:
        """Pairs with the same first text go together: XNLI has three hypotheses for each premise."""
        return record["text_a"]

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """Both texts of each pair."""
        return (record[side] for record in records for side in ("text_a", "text_b"))

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """The label most frequent in source training data; of equally frequent ones the first of the task's."""
        seen = Counter(record["label"] for record in self.read(taskdata, task.source_language, "train"))
        usual = max(task.labels, key=lambda label: seen[label])
        return {lang: [{"id": record["id"], "pred": usual} for record in self.read(taskdata, lang, "test")] for lang in languages}

    def asked(self, task: Task, gold: str) -> str:
        return f"expected one of {' '.join(task.labels)}"

    def well_formed(self, task: Task, gold: str, pred: Any) -> bool:
        return pred in task.labels
