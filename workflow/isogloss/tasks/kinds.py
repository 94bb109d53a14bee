"""What depends on the kind of a task and on nothing else: files, sentences, trivial baseline, scoring. No torch.

kind       task data                                            prediction records of one language
tag        {train,dev,test}/{lang}.jsonl {id, tokens, tags}     {id, pred: tags}
retrieve   test/{lang}.query.jsonl {id, text} (English)         {id, direction, centred, pred: corpus id per layer 0..L}
           test/{lang}.corpus.jsonl {id, text} (foreign)        direction en: English asks; xx: the foreign side asks
           test/{lang}.gold.tsv query id TAB corpus id
"""

import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..artifacts import read_jsonl, write_jsonl, write_text
from ..errors import IsoglossError
from ..metrics.retrieval import headline_layer
from ..metrics.tagging import tag_counts, tag_metrics
from . import Record, Task, read_lines

UNSPACED = {"ja", "th", "zh"}
RERUN = "Delete the predictions and run their stage again"


class Tag:
    """One label a token."""

    source_splits = ("train", "dev", "test")  # what fine-tuning needs of the source language

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        _check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            where = f"task {task.name} record {record['id']}"
            if not record["tokens"] or len(record["tokens"]) != len(record["tags"]):
                given = f"has {len(record['tokens'])} tokens and {len(record['tags'])} tags"
                raise IsoglossError(where, given, "one tag a token, at least one token", "Mend convert")
            if unknown := set(record["tags"]) - set(task.labels):
                raise IsoglossError(where, f"has tags {sorted(unknown)}", f"expected {' '.join(task.labels)}", "Mend convert")

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        write_jsonl(directory / split / f"{lang}.jsonl", records)

    def read(self, taskdata: Path, lang: str, split: str) -> list[Record]:
        """The records {id, tokens, tags} of one language and split."""
        return read_jsonl(Path(taskdata) / split / f"{lang}.jsonl")

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """The texts, words joined as the language writes them."""
        space = "" if lang.split("-")[0] in UNSPACED else " "
        return (space.join(record["tokens"]) for record in records)

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """PUNCT for a token of punctuation and symbols, else the tag most frequent among the others in source training data."""
        seen = Counter(tag for record in self.read(taskdata, task.source_language, "train") for tag in record["tags"] if tag != "PUNCT")
        usual = min(seen, key=lambda tag: (-seen[tag], tag), default=task.labels[0])

        def guess(record: Record) -> Record:
            return {"id": record["id"], "pred": ["PUNCT" if _is_punctuation(token) else usual for token in record["tokens"]]}

        return {lang: [guess(record) for record in self.read(taskdata, lang, "test")] for lang in languages}

    def metrics(self, gold: Sequence[Record], pred: Sequence[Record]) -> dict[str, float]:
        """Percent of predictions in memory, in the order of the gold records: what selection on dev needs."""
        return tag_metrics(tag_counts([(right["tags"], guess["pred"]) for right, guess in zip(gold, pred, strict=True)]))

    def score(self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None) -> Record:
        """{metrics, counts} of one language. Raises IsoglossError for missing, extra or malformed predictions."""
        gold = {record["id"]: record["tags"] for record in self.read(taskdata, lang, "test")}
        pred = _by_id(read_jsonl(path), gold, str(path))
        for key, tags in gold.items():
            if not isinstance(pred[key], list) or len(pred[key]) != len(tags) or any(tag not in task.labels for tag in pred[key]):
                allowed = f"expected {len(tags)} tags of {' '.join(task.labels)}"
                raise IsoglossError(f"{path} id {key}", f"predicts {str(pred[key])[:80]}", allowed, RERUN)
        counts = tag_counts([(tags, pred[key]) for key, tags in gold.items()])
        return {"metrics": tag_metrics(counts), "counts": counts}


@dataclass(frozen=True)
class Retrieval:
    """One retrieval set: texts by id on both sides, gold pairs of (query id, corpus id)."""

    query: dict[str, str]
    corpus: dict[str, str]
    gold: list[tuple[str, str]]

    def answers(self, direction: str) -> dict[str, str]:
        """{asking id: right id}: English asks in direction "en", the other language in "xx"."""
        return dict(self.gold) if direction == "en" else {match: query for query, match in self.gold}


class Retrieve:
    """Find the translation of each sentence among the sentences of the other language."""

    source_splits = ()
    directions = {f"accuracy_{way}{'_centred' * centred}": (way, centred) for centred in (False, True) for way in ("en", "xx")}

    def check(self, task: Task, records: Sequence[Record]) -> None:
        for side in ("query", "match"):
            _check_unique([record[side]["id"] for record in records], f"task {task.name} {side}")

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        stem = directory / split
        write_jsonl(stem / f"{lang}.query.jsonl", [record["query"] for record in records])
        write_jsonl(stem / f"{lang}.corpus.jsonl", [record["match"] for record in records])
        write_text(stem / f"{lang}.gold.tsv", "".join(f"{record['query']['id']}\t{record['match']['id']}\n" for record in records))

    def read(self, taskdata: Path, lang: str, split: str = "test") -> Retrieval:
        stem = Path(taskdata) / split
        query, corpus = ({row["id"]: row["text"] for row in read_jsonl(stem / f"{lang}.{side}.jsonl")} for side in ("query", "corpus"))
        gold = [tuple(line.split("\t")) for _, line in read_lines(stem / f"{lang}.gold.tsv")]
        return Retrieval(query, corpus, gold)  # type: ignore[arg-type]

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

    def score(self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None) -> Record:
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
        pred = _by_id(mine, right, where)
        candidates = set(right.values())
        for key, answers in pred.items():
            if not isinstance(answers, list) or not answers or any(answer not in candidates for answer in answers):
                raise IsoglossError(f"{where} id {key}", f"predicts {str(answers)[:80]}", "expected one candidate id a layer", RERUN)
        if len({len(answers) for answers in pred.values()}) > 1:
            raise IsoglossError(where, "has answers for more layers in one record than in another", "expected one id a layer", RERUN)
        by_layer = zip(*pred.values(), strict=True)
        return [sum(answer == right[key] for key, answer in zip(pred, answers, strict=True)) for answers in by_layer]


KINDS: dict[str, Any] = {"tag": Tag(), "retrieve": Retrieve()}


def _is_punctuation(token: str) -> bool:
    return all(unicodedata.category(character)[0] in "PS" for character in token)


def _check_unique(ids: Sequence[str], where: str) -> None:
    if len(set(ids)) < len(ids):
        raise IsoglossError(where, f"id {Counter(ids).most_common(1)[0][0]!r} occurs twice", "ids are unique", "Mend convert")


def _by_id(records: Sequence[Record], expected: Iterable[str], where: str) -> dict[str, Any]:
    """{id: pred}, exactly one for each expected id. Raises IsoglossError."""
    found: dict[Any, Any] = {record.get("id"): record.get("pred") for record in records}
    expected = set(expected)
    missing, extra, twice = expected - found.keys(), found.keys() - expected, len(records) - len(found)
    if missing or extra or twice:
        examples = ", ".join(sorted(map(str, missing or extra))[:3])
        given = f"{len(missing)} ids are missing, {len(extra)} are not in the task data, {twice} are repeated"
        given += f" ({examples})" if examples else ""
        raise IsoglossError(where, given, f"expected each of {len(expected)} ids once", RERUN)
    return found
