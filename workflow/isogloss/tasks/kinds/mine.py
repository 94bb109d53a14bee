"""Kind `mine`: find the sentences of two corpora that translate each other, most of which have no translation there."""

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...artifacts import read_jsonl
from ...errors import IsoglossError
from ...metrics.mining import best_threshold, extract, mining_counts, mining_metrics
from .. import Record, Task
from .predictions import RERUN, check_unique
from .retrieve import Retrieval, read_retrieval, write_retrieval

SIDES = ("query", "corpus")  # foreign, English


class Mine:
    """Records {side: "query" (foreign) | "corpus" (English), id, text}, and {gold: [foreign id, English id]} of translations."""

    trained = False
    needs_dev = True  # to choose a threshold

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        ids = [[record["id"] for record in records if record.get("side") == side] for side in SIDES]
        for side, those in zip(SIDES, ids, strict=True):
            check_unique(those, f"task {task.name} {side}")
        there = [set(those) for those in ids]
        for pair in (record["gold"] for record in records if "gold" in record):
            if not all(key in known for key, known in zip(pair, there, strict=True)):
                given = f"gold pair {' '.join(pair)} has a sentence that there is not"
                raise IsoglossError(f"task {task.name}", given, "a foreign id and an English one", "Mend the reader")

    def write(self, directory: Path, lang: str, split: str, records: list[Record]) -> None:
        query, corpus = ([{key: r[key] for key in ("id", "text")} for r in records if r.get("side") == side] for side in SIDES)
        gold = (tuple(record["gold"]) for record in records if "gold" in record)
        write_retrieval(directory / split, lang, query, corpus, gold)

    def read(self, taskdata: Path, lang: str, split: str = "test") -> Retrieval:
        """The corpora, query foreign and corpus English, and gold pairs of (foreign id, English id)."""
        return read_retrieval(Path(taskdata) / split, lang)

    def splits(self, taskdata: Path, lang: str) -> tuple[str, ...]:
        """The splits there are: test, and most often dev before it."""
        return tuple(split for split in ("dev", "test") if (Path(taskdata) / split / f"{lang}.gold.tsv").is_file())

    def unit(self, record: Record, number: int) -> Hashable:
        """A foreign sentence and its gold pairs go together; the English side is in both parts, so that no translation is lost."""
        return record["gold"][0] if "gold" in record else record["id"] if record["side"] == "query" else None

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """Both sides."""
        return (record["text"] for record in records if "text" in record)

    def once(self, side: Mapping[str, str]) -> dict[str, str]:
        """{text: id} of the texts that one sentence of a side has alone."""
        seen = Counter(side.values())
        return {text: key for key, text in side.items() if seen[text] == 1}

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """As many pairs at random as the smaller side has sentences; the draw is the same with and without centring."""

        def draw(lang: str, split: str) -> list[list[Any]]:
            data, rng = self.read(taskdata, lang, split), random.Random(f"{task.name} {lang} {split} {seed}")
            ids = [list(self.once(side).values()) for side in (data.query, data.corpus)]
            query, corpus = (rng.sample(those, min(map(len, ids))) for those in ids)
            scores = sorted((rng.random() for _ in query), reverse=True)
            return [list(candidate) for candidate in zip(query, corpus, scores, strict=True)]

        return {
            lang: [
                {"id": split, "layer": 0, "centred": centred, "pred": pred}
                for split in self.splits(taskdata, lang)
                for pred in [draw(lang, split)]
                for centred in (False, True)
            ]
            for lang in languages
        }

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts, threshold, threshold_from, headline_layer} of one language, on test.

        f1, precision and recall are at the threshold that is best on dev (`options["threshold_from"]`, "dev" or "test"; "test" where
        there is no dev set), f1_oracle at the one that is best on test; all once more _centred. threshold has both: {dev, test,
        dev_centred, test_centred}. counts: {n: gold pairs, and {tp, fp, fn} of each F1}. Raises IsoglossError.
        """
        data = {split: self.read(taskdata, lang, split) for split in self.splits(taskdata, lang)}
        found, mined = self._candidates(data, read_jsonl(path), str(path))
        if layer not in (None, mined):
            raise IsoglossError(str(path), f"was mined in layer {mined}", f"the headline layer is {layer}", RERUN)
        source = (options or {}).get("threshold_from", "dev") if "dev" in data else "test"
        gold = {split: set(data[split].gold) for split in data}
        threshold: dict[str, float] = {}
        metrics: dict[str, float] = {}
        counts: dict[str, Any] = {"n": len(gold["test"])}
        for suffix, centred in (("", False), ("_centred", True)):
            best = {split: best_threshold(found[split, centred], gold[split]) for split in data}
            told, oracle = (mining_counts(extract(found["test", centred], best[at]), gold["test"]) for at in (source, "test"))
            threshold |= {f"{split}{suffix}": cut for split, cut in best.items()}
            counts |= {f"f1{suffix}": told, f"f1_oracle{suffix}": oracle}
            scored = mining_metrics(told)
            metrics |= {f"{name}{suffix}": scored[name] for name in ("f1", "precision", "recall")}
            metrics[f"f1_oracle{suffix}"] = mining_metrics(oracle)["f1"]
        return {"metrics": metrics, "counts": counts, "threshold": threshold, "threshold_from": source, "headline_layer": mined}

    def _candidates(
        self, data: Mapping[str, Retrieval], records: Sequence[Record], where: str
    ) -> tuple[dict[tuple[str, bool], list[tuple[str, str, float]]], int]:
        """({(split, centred): candidates}, layer). Raises IsoglossError for missing, repeated or malformed records."""
        keys: list[Any] = [(record.get("id"), record.get("centred")) for record in records]
        expected = [(split, centred) for split in data for centred in (False, True)]
        layers: set[Any] = {record.get("layer") for record in records}
        if sorted(map(str, keys)) != sorted(map(str, expected)) or len(layers) > 1 or not isinstance(next(iter(layers)), int):
            given = f"has records for {keys}, layers {sorted(map(str, layers))}"
            raise IsoglossError(where, given, f"expected each of {expected} once, in one layer", RERUN)
        for (split, _), record in zip(keys, records, strict=True):
            self._check_candidates(data[split], record.get("pred"), f"{where} id {split}")
        return {key: [tuple(pair) for pair in record["pred"]] for key, record in zip(keys, records, strict=True)}, layers.pop()

    def _check_candidates(self, data: Retrieval, pred: Any, where: str) -> None:
        for pair in pred if isinstance(pred, list) else [pred]:
            well_formed = isinstance(pair, list) and len(pair) == 3 and isinstance(pair[2], int | float)
            if not (well_formed and pair[0] in data.query and pair[1] in data.corpus):
                raise IsoglossError(where, f"predicts {str(pair)[:80]}", "expected [foreign id, English id, score]", RERUN)
