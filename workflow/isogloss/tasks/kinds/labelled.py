"""What the kinds share whose records carry their own answer: one file a language and split, predictions compared one by one."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl, write_jsonl
from ...errors import IsoglossError
from ...metrics.retrieval import headline_layer
from .. import SPLITS, Record, Task
from .predictions import RERUN, by_id


class Stored:
    """One file a language and split; as it stands for a model that is fine-tuned before it is asked."""

    trained = True
    needs_dev = True  # to select an epoch

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        write_jsonl(directory / split / f"{lang}.jsonl", records)

    def read(self, taskdata: Path, lang: str, split: str = "test") -> list[Record]:
        """The records of one language and split."""
        return read_jsonl(Path(taskdata) / split / f"{lang}.jsonl")

    def files(self, taskdata: Path) -> Iterator[tuple[str, str]]:
        """(split, language) of everything that is there."""
        for split in SPLITS:
            yield from ((split, path.stem) for path in sorted((Path(taskdata) / split).glob("*.jsonl")))


class Labelled(Stored):
    """`answer` is the key of a record that holds what is to be predicted."""

    answer: str

    def asked(self, task: Task, gold: Any) -> str:
        """What a prediction may be where `gold` is right, for messages."""
        raise NotImplementedError

    def well_formed(self, task: Task, gold: Any, pred: Any) -> bool:
        """Whether `pred`, of any type, can be compared with `gold`."""
        raise NotImplementedError

    def unit(self, record: Record, number: int) -> Hashable:
        """What is not split into dev and test: each record by itself."""
        return number

    def metrics(self, task: Task, gold: Sequence[Record], pred: Sequence[Record], lang: str) -> dict[str, float]:
        """Percent of predictions in memory, in the order of the gold records: what selection on dev needs."""
        _, metrics = _scored(task, [(right[self.answer], guess["pred"]) for right, guess in zip(gold, pred, strict=True)])
        return metrics

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts} of one language; of probed layers also layers {metric: percent of layer 0..L} and headline_layer.

        `options` is the manifest of the predictions; `layer` None takes two thirds up. Raises IsoglossError for missing, extra or
        malformed predictions.
        """
        gold = {record["id"]: record[self.answer] for record in self.read(taskdata, lang, "test")}
        found, probed = by_id(read_jsonl(path), gold, str(path)), (options or {}).get("setting") == "probe"
        pred = found if probed else {key: [guess] for key, guess in found.items()}
        depth = self._depth(task, pred, gold, str(path))
        scored = [_scored(task, [(right, pred[key][k]) for key, right in gold.items()]) for k in range(depth)]
        chosen = headline_layer(depth - 1) if layer is None else layer
        if not probed:
            ((counts, metrics),) = scored
            return {"metrics": metrics, "counts": counts}
        counts, metrics = scored[chosen]
        layers = {name: [of_layer[name] for _, of_layer in scored] for name in metrics}
        return {"metrics": metrics, "counts": counts, "layers": layers, "headline_layer": chosen}

    def _depth(self, task: Task, pred: Mapping[str, Any], gold: Mapping[str, Any], where: str) -> int:
        """The number of layers that every record has an answer for. Raises IsoglossError for malformed answers."""
        for key, right in gold.items():
            by_layer = isinstance(pred[key], list)
            wrong = [guess for guess in pred[key] if not self.well_formed(task, right, guess)] if by_layer else [pred[key]]
            if wrong:
                raise IsoglossError(f"{where} id {key}", f"predicts {str(wrong[0])[:80]}", self.asked(task, right), RERUN)
        depths = {len(guesses) for guesses in pred.values()}
        if len(depths) != 1 or 0 in depths:
            raise IsoglossError(where, f"has answers for {sorted(depths)} layers", "expected as many in each record", RERUN)
        return depths.pop()


def _scored(task: Task, pairs: Sequence[tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, float]]:
    """(counts, metrics) of (gold, predicted) pairs, as the task wants them. Raises IsoglossError for a task that does not say."""
    if task.scoring is None:
        raise IsoglossError(f"task {task.name}", "has no scoring", f"the kind {task.kind} needs one", "Add `scoring` to its Task")
    counts = task.scoring.counts(pairs)
    return counts, task.scoring.metrics(counts)
