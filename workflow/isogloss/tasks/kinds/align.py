"""Kind `align`: which token of the one sentence translates which of the other."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl
from ...errors import IsoglossError
from ...metrics.alignment import alignment_counts, alignment_metrics
from ...metrics.retrieval import headline_layer
from .. import Record, Task
from .labelled import Stored
from .predictions import RERUN, by_id, check_unique


class Align(Stored):
    """Records {id, src: tokens, tgt: tokens, sure: [[i, j], ...], possible: [[i, j], ...]}; sides in the order of their codes."""

    trained = False
    needs_dev = False

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            where, sure, possible = f"task {task.name} record {record['id']}", record["sure"], record["possible"]
            if not (record["src"] and record["tgt"]):
                raise IsoglossError(where, "has a side without tokens", "at least one token", "Mend convert")
            if not (are_links(possible, record) and all(link in possible for link in sure)):
                given = f"has links {str(sure)[:40]}, {str(possible)[:40]}"
                raise IsoglossError(where, given, "links between tokens, the sure ones among the possible", "Mend convert")

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """Both sides, tokens parted by spaces."""
        return (" ".join(record[side]) for record in records for side in ("src", "tgt"))

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """The diagonal: every token of the source with the one of the target at the same relative place."""

        def guess(record: Record) -> Record:
            n, m = len(record["src"]), len(record["tgt"])
            return {"id": record["id"], "pred": [[[i, (2 * i + 1) * m // (2 * n)] for i in range(n)]]}

        return {lang: [guess(record) for record in self.read(taskdata, lang)] for lang in languages}

    def unit(self, record: Record, number: int) -> Hashable:
        """What is not split into dev and test: each pair by itself."""
        return number

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts, layers, headline_layer} of one language; `layer` None takes two thirds up, and the only one of an aligner
        that is no encoder.

        layers is {metric: percent of layer 0..L}, counts {n, and of `alignment_counts` each: of layer 0..L}. Raises IsoglossError.
        """
        gold = {record["id"]: record for record in self.read(taskdata, lang)}
        pred = by_id(read_jsonl(path), gold, str(path))
        last = self._depth(pred, gold, str(path)) - 1
        chosen = headline_layer(last) if layer is None else layer
        if not 0 <= chosen <= last:
            raise IsoglossError(str(path), f"has layers 0 to {last}, headline layer {chosen}", "the headline layer is among them", RERUN)
        marks = {key: (_set(record["sure"]), _set(record["possible"])) for key, record in gold.items()}
        counts = [alignment_counts((marks[key], _set(pred[key][k])) for key in gold) for k in range(last + 1)]
        metrics = [alignment_metrics(part) for part in counts]
        layers = {metric: [part[metric] for part in metrics] for metric in metrics[0]}
        told = {"n": len(gold), **{name: [part[name] for part in counts] for name in counts[0]}}
        return {"metrics": metrics[chosen], "counts": told, "layers": layers, "headline_layer": chosen}

    def _depth(self, pred: dict[str, Any], gold: dict[str, Record], where: str) -> int:
        """The number of layers in every record. Raises IsoglossError for malformed predictions."""
        for key, layers in pred.items():
            if not isinstance(layers, list) or not layers or not all(are_links(links, gold[key]) for links in layers):
                sizes = f"{len(gold[key]['src'])} and {len(gold[key]['tgt'])} tokens"
                given, allowed = f"predicts {str(layers)[:80]}", f"expected links [[i, j], ...] between {sizes} for each layer"
                raise IsoglossError(f"{where} id {key}", given, allowed, RERUN)
        depths = {len(layers) for layers in pred.values()}
        if len(depths) > 1:
            raise IsoglossError(where, f"has {sorted(depths)} layers in its records", "expected as many in each", RERUN)
        return depths.pop()


def are_links(links: Any, record: Record) -> bool:
    """Whether `links`, of any type, are [[i, j], ...] between tokens of the record."""
    sizes = len(record["src"]), len(record["tgt"])
    return isinstance(links, list) and all(
        isinstance(link, list)
        and len(link) == 2
        and all(type(place) is int and 0 <= place < size for place, size in zip(link, sizes, strict=True))
        for link in links
    )


def _set(links: list[list[int]]) -> set[tuple[int, int]]:
    return {(i, j) for i, j in links}
