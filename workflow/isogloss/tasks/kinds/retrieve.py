"""Kind `retrieve`: find the translation of each sentence among the sentences of the other language."""

import random
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl, write_jsonl, write_text
from ...errors import IsoglossError
from ...metrics.retrieval import headline_layer
from .. import Record, Task, read_lines
from .predictions import RERUN, by_id, check_unique


@dataclass(frozen=True)
class Retrieval:
    """One retrieval set: texts by id on both sides, gold pairs of (query id, corpus id)."""

    query: dict[str, str]
    corpus: dict[str, str]
    gold: list[tuple[str, str]]

    def answers(self, direction: str) -> dict[str, str]:
        """{asking id: right id}: English asks in direction "en", the other language in "xx"."""
        return dict(self.gold) if direction == "en" else {match: query for query, match in self.gold}


def write_retrieval(stem: Path, lang: str, query: list[Record], corpus: list[Record], gold: Iterable[tuple[str, str]]) -> None:
    """Write {lang}.query.jsonl, {lang}.corpus.jsonl and {lang}.gold.tsv; the sides are records {id, text}."""
    write_jsonl(stem / f"{lang}.query.jsonl", query)
    write_jsonl(stem / f"{lang}.corpus.jsonl", corpus)
    write_text(stem / f"{lang}.gold.tsv", "".join(f"{left}\t{right}\n" for left, right in gold))


def read_retrieval(stem: Path, lang: str) -> Retrieval:
    """What `write_retrieval` wrote."""
    query, corpus = ({row["id"]: row["text"] for row in read_jsonl(stem / f"{lang}.{side}.jsonl")} for side in ("query", "corpus"))
    gold = [tuple(line.split("\t")) for _, line in read_lines(stem / f"{lang}.gold.tsv")]
    return Retrieval(query, corpus, gold)  # type: ignore[arg-type]


class Retrieve:
    """Records {query: {id, text}, match: {id, text}}."""

    trained = False
    needs_dev = False
    directions = {f"accuracy_{way}{'_centred' * centred}": (way, centred) for centred in (False, True) for way in ("en", "xx")}

    def check(self, task: Task, records: Sequence[Record]) -> None:
        for side in ("query", "match"):
            check_unique([record[side]["id"] for record in records], f"task {task.name} {side}")

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        query, corpus = ([record[side] for record in records] for side in ("query", "match"))
        gold = ((left["id"], right["id"]) for left, right in zip(query, corpus, strict=True))
        write_retrieval(directory / split, lang, query, corpus, gold)

    def read(self, taskdata: Path, lang: str, split: str = "test") -> Retrieval:
        """The retrieval set of English and one language."""
        return read_retrieval(Path(taskdata) / split, lang)

    def unit(self, record: Record, number: int) -> Hashable:
        """What is not split into dev and test: each pair by itself."""
        return number

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        return (record[side]["text"] for record in records for side in ("query", "match"))

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """A candidate at random; the draw is the same with and without centring, which mean the same to it."""
        return {lang: list(self._draw(self.read(taskdata, lang), random.Random(f"{task.name} {lang} {seed}"))) for lang in languages}

    def _draw(self, data: Retrieval, rng: random.Random) -> Iterator[Record]:
        for way, asking, candidates in (("en", data.query, list(data.corpus)), ("xx", data.corpus, list(data.query))):
            for key in asking:
                pred = [candidates[int(rng.random() * len(candidates))]]
                yield from ({"id": key, "direction": way, "centred": centred, "pred": pred} for centred in (False, True))

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts, layers, headline_layer} of one language; `layer` None takes two thirds up.

        layers is {metric: percent of layer 0..L}, counts {n, correct: {metric: of layer 0..L}}. Raises IsoglossError.
        """
        data, records = self.read(taskdata, lang), read_jsonl(path)
        if stray := next((r for r in records if (r.get("direction"), r.get("centred")) not in self.directions.values()), None):
            raise IsoglossError(str(path), f"holds {str(stray)[:80]}", 'expected direction "en" or "xx", centred true or false', RERUN)
        correct = {metric: self._correct(data, records, *which, str(path)) for metric, which in self.directions.items()}
        sizes = {len(per_layer) for per_layer in correct.values()}
        last = min(sizes) - 1
        chosen = headline_layer(last) if layer is None else layer
        if len(sizes) > 1 or not 0 <= chosen <= last:
            given = f"answers for {sorted(sizes)} layers, headline layer {chosen}"
            raise IsoglossError(str(path), given, "every direction needs the same layers, the headline layer among them", RERUN)
        layers = {metric: [100 * hits / len(data.gold) for hits in per_layer] for metric, per_layer in correct.items()}
        metrics = {metric: per_layer[chosen] for metric, per_layer in layers.items()}
        return {"metrics": metrics, "counts": {"n": len(data.gold), "correct": correct}, "layers": layers, "headline_layer": chosen}

    def _correct(self, data: Retrieval, records: list[Record], way: str, centred: bool, path: str) -> list[int]:
        """The number of right answers of each layer in one direction."""
        right = data.answers(way)
        mine = [record for record in records if record.get("direction") == way and record.get("centred") is centred]
        where = f"{path} direction {way} centred {centred}"
        pred = by_id(mine, right, where)
        candidates = set(right.values())
        for key, answers in pred.items():
            if not isinstance(answers, list) or not answers or any(answer not in candidates for answer in answers):
                raise IsoglossError(f"{where} id {key}", f"predicts {str(answers)[:80]}", "expected one candidate id a layer", RERUN)
        if len({len(answers) for answers in pred.values()}) > 1:
            raise IsoglossError(where, "has answers for more layers in one record than in another", "expected one id a layer", RERUN)
        by_layer = zip(*pred.values(), strict=True)
        return [sum(answer == right[key] for key, answer in zip(pred, answers, strict=True)) for answers in by_layer]
