"""Kind `span`: the words of a text that answer a question."""

import random
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl
from ...errors import IsoglossError
from ...languages import base_language, split_words
from ...metrics.answers import answer_counts, answer_metrics
from .. import Record, Task
from .labelled import Stored
from .predictions import RERUN, check_unique

LONGEST_GUESS = 3  # words of an answer at random
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…؟।])\s+|(?<=[。！？])|\n+")


class Span(Stored):
    """Records {id, context, question, answers: [{text, start}]}; start counts characters (code points) of the context.

    Where a test asks about a text in several languages (G-XLT of MLQA), question_lang tells which; the file is that of the context.
    """

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            for text, start in ((answer["text"], answer["start"]) for answer in record["answers"]):
                if start >= 0 and record["context"][start : start + len(text)] != text:
                    where, given = f"task {task.name} record {record['id']}", f"has no {text[:40]!r} at character {start}"
                    raise IsoglossError(where, given, "answers at their place, or start -1", "Mend the reader")

    def unit(self, record: Record, number: int) -> Hashable:
        """All questions about a text go together."""
        return record["context"]

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """The questions, and the sentences of the contexts: training text comes in sentences."""
        records = list(records)
        yield from (record["question"] for record in records)
        for context in dict.fromkeys(record["context"] for record in records):
            yield from _SENTENCE_ENDS.split(context)

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """One to three words of the context at random."""

        def guess(record: Record, lang: str) -> Record:
            rng, spans = random.Random(f"{task.name} {record['id']} {seed}"), split_words(record["context"], lang)
            if not spans:
                return {"id": record["id"], "pred": ""}
            first = rng.randrange(len(spans))
            last = min(first + rng.randrange(LONGEST_GUESS), len(spans) - 1)
            return {"id": record["id"], "pred": record["context"][spans[first][0] : spans[last][1]]}

        return {lang: [guess(record, lang) for record in self.read(taskdata, lang, "test")] for lang in languages}

    def metrics(self, task: Task, gold: Sequence[Record], pred: Sequence[Record], lang: str) -> dict[str, float]:
        """Percent of predictions in memory: what selection on dev needs. Questions in another language than the text do not count."""
        return _scored(task, gold, {record["id"]: record["pred"] for record in pred}, lang)[0]

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts} of one language. Counts: those of `answer_counts`, and by_question_language where there are several.

        As in SQuAD's script a question without a prediction is wrong (`missing` counts them) and predictions of other questions are
        passed over. Raises IsoglossError for malformed predictions and for an id that comes twice.
        """
        records = read_jsonl(path)
        found: dict[Any, Any] = {record.get("id"): record.get("pred") for record in records}
        if len(found) < len(records):
            raise IsoglossError(str(path), f"{len(records) - len(found)} ids are repeated", "each id once", RERUN)
        for key, pred in found.items():
            if not isinstance(pred, str):
                raise IsoglossError(f"{path} id {key}", f"predicts {str(pred)[:80]}", "expected a text", RERUN)
        metrics, counts = _scored(task, self.read(taskdata, lang, "test"), found, lang)
        return {"metrics": metrics, "counts": counts}


def _scored(task: Task, gold: Sequence[Record], pred: Mapping[Any, str], lang: str) -> tuple[dict[str, float], dict[str, Any]]:
    """(metrics, counts). Answers in a language that the task's own rule does not know (in a mini-world) are compared by SQuAD's."""
    rule = task.answer_rule if base_language(lang) in task.languages else "squad"
    asked: dict[str, list[Record]] = {lang: []}
    for record in gold:
        asked.setdefault(record.get("question_lang", lang), []).append(record)

    def counts_of(records: Sequence[Record]) -> dict[str, Any]:
        return answer_counts((([answer["text"] for answer in r["answers"]], pred.get(r["id"])) for r in records), lang, rule)

    counts = {question: counts_of(records) for question, records in asked.items()}
    metrics = {question: answer_metrics(part) for question, part in counts.items()}
    if "gxlt_f1" not in task.metrics:
        return metrics[lang], counts[lang]
    crossed = {f"gxlt_{name}": sum(part[name] for part in metrics.values()) / len(metrics) for name in metrics[lang]}
    return metrics[lang] | crossed, {**counts[lang], "by_question_language": counts}
