"""Kind `tag`: one label a token."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import IsoglossError
from ...languages import joiner
from .. import Record, Task
from .labelled import Labelled
from .predictions import check_unique


class Tag(Labelled):
    """Records {id, tokens, tags}."""

    answer = "tags"

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            where = f"task {task.name} record {record['id']}"
            if not record["tokens"] or len(record["tokens"]) != len(record["tags"]):
                given = f"has {len(record['tokens'])} tokens and {len(record['tags'])} tags"
                raise IsoglossError(where, given, "one tag a token, at least one token", "Mend convert")
            if unknown := set(record["tags"]) - set(task.labels):
                raise IsoglossError(where, f"has tags {sorted(unknown)}", f"expected {' '.join(task.labels)}", "Mend convert")

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """The texts, words joined as the language writes them."""
        return (joiner(lang).join(record["tokens"]) for record in records)

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """The task's obvious tag of a token where it has one, else the tag most frequent among the others in source training data."""
        train = self.read(taskdata, task.source_language, "train")
        pairs = (pair for record in train for pair in zip(record["tokens"], record["tags"], strict=True))
        seen = Counter(tag for token, tag in pairs if task.obvious(token) is None)
        usual = min(seen, key=lambda tag: (-seen[tag], tag), default=task.labels[0])

        def guess(record: Record) -> Record:
            return {"id": record["id"], "pred": [task.obvious(token) or usual for token in record["tokens"]]}

        return {lang: [guess(record) for record in self.read(taskdata, lang, "test")] for lang in languages}

    def asked(self, task: Task, gold: list[str]) -> str:
        return f"expected {len(gold)} tags of {' '.join(task.labels)}"

    def well_formed(self, task: Task, gold: list[str], pred: Any) -> bool:
        return isinstance(pred, list) and len(pred) == len(gold) and all(tag in task.labels for tag in pred)
