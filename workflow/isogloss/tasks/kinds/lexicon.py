"""Kind `lexicon`: find the translation of each word among the words of the other language, out of context."""

import random
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ...artifacts import read_jsonl
from ...errors import IsoglossError
from ...metrics.lexicon import ANSWERS, lexicon_counts, lexicon_metrics
from ...metrics.retrieval import headline_layer
from .. import Record, Task
from .labelled import Stored
from .predictions import RERUN, by_id, check_unique

WAYS = ("en", "xx")  # English asks, the other language asks
PARTS = {f"{'_xx' * (way == 'xx')}{'_used' * used}": (way, used) for way in WAYS for used in (False, True)}  # suffix -> who is asked


class Question(NamedTuple):
    """What is asked about a word: its translations, and whether one of these entries may have been learnt from."""

    gold: frozenset[str]
    used: bool


class Lexicon(Stored):
    """Records {id, source: English word, targets: its translations, used: whether objectives may learn from it}; id is the source."""

    trained = False
    needs_dev = False

    def check(self, task: Task, records: Sequence[Record]) -> None:
        """Raise IsoglossError where a converter breaks the contract."""
        check_unique([record["id"] for record in records], f"task {task.name}")
        for record in records:
            if record["id"] != record["source"] or not record["targets"] or not all(record["targets"]):
                given = f"is the entry of {record['source']!r} with targets {record['targets']}"
                raise IsoglossError(f"task {task.name} record {record['id']}", given, "a word with its translations", "Mend the reader")

    def unit(self, record: Record, number: int) -> Hashable:
        """What is not split into dev and test: each entry by itself."""
        return number

    def sentences(self, lang: str, records: Iterable[Record]) -> Iterator[str]:
        """None: single words are no sentences to keep out of training text."""
        return iter(())

    def questions(self, records: Iterable[Record], way: str) -> dict[str, Question]:
        """{word: Question} of the asking side, English or the other one; its words are the candidates of the other way."""
        asked: dict[str, Question] = {}
        for record in records:
            for target in record["targets"]:
                word, answer = (record["source"], target) if way == "en" else (target, record["source"])
                gold, used = asked.get(word, Question(frozenset(), False))
                asked[word] = Question(gold | {answer}, used or record["used"])
        return asked

    def trivial(self, task: Task, taskdata: Path, languages: Sequence[str], seed: int) -> dict[str, list[Record]]:
        """Ten candidates at random; the draw is the same for static vectors and for the only layer, which mean the same to it."""
        return {lang: list(self._draw(self.read(taskdata, lang), random.Random(f"{task.name} {lang} {seed}"))) for lang in languages}

    def _draw(self, records: Sequence[Record], rng: random.Random) -> Iterator[Record]:
        english, foreign = (list(self.questions(records, way)) for way in WAYS)
        for way, asking, candidates in (("en", english, foreign), ("xx", foreign, english)):
            for word in asking:
                yield {"id": word, "direction": way, "pred": [rng.sample(candidates, min(ANSWERS, len(candidates)))] * 2}

    def score(
        self, task: Task, taskdata: Path, lang: str, path: Path, layer: int | None, options: Mapping[str, Any] | None = None
    ) -> Record:
        """{metrics, counts, layers, headline_layer} of one language; `layer` None takes two thirds up.

        Metrics: p1 and mrr, of the headline layer, and with static_ before them of the input embeddings; entries held out, and with _used
        after them those that may have been learnt from; English asks, and with _xx the other language. layers is {metric: percent of
        layer 0..L}; counts {words, words_used, words_xx, words_xx_used: {n, hits, reciprocal: [static, layer 0..L]}}.

        Raises IsoglossError for missing, repeated or malformed answers.
        """
        records, entries = read_jsonl(path), self.read(taskdata, lang)
        asked = {way: self.questions(entries, way) for way in WAYS}
        if stray := next((record for record in records if record.get("direction") not in WAYS), None):
            raise IsoglossError(str(path), f"holds {str(stray)[:80]}", 'expected direction "en" or "xx"', RERUN)
        pred = {way: by_id([r for r in records if r["direction"] == way], asked[way], f"{path} direction {way}") for way in WAYS}
        spaces = _spaces({"en": asked["xx"], "xx": asked["en"]}, pred, str(path))
        last = spaces - 2
        chosen = headline_layer(last) if layer is None else layer
        if not 0 <= chosen <= last:
            raise IsoglossError(str(path), f"has layers 0 to {last}, headline layer {chosen}", "one of the layers", RERUN)
        counts: dict[str, Any] = {}
        layers: dict[str, list[float]] = {}
        static: dict[str, float] = {}
        for suffix, (way, used) in PARTS.items():
            those = [(question.gold, pred[way][word]) for word, question in asked[way].items() if question.used == used]
            by_space = [lexicon_counts((gold, answers[space]) for gold, answers in those) for space in range(spaces)]
            counts[f"words{suffix}"] = {"n": len(those), **{key: [space[key] for space in by_space] for key in ("hits", "reciprocal")}}
            for name in ("p1", "mrr"):
                static[f"static_{name}{suffix}"], *layers[f"{name}{suffix}"] = (lexicon_metrics(space)[name] for space in by_space)
        metrics = static | {name: by_layer[chosen] for name, by_layer in layers.items()}
        return {"metrics": metrics, "counts": counts, "layers": layers, "headline_layer": chosen}


def _spaces(candidates: Mapping[str, Mapping[str, Question]], pred: Mapping[str, Mapping[str, Any]], where: str) -> int:
    """The number of answer lists of every word: one for the static vectors and one a layer. Raises IsoglossError."""
    for way, words in candidates.items():
        for word, lists in pred[way].items():
            if not isinstance(lists, list) or not all(_well_formed(answers, words) for answers in lists):
                asked = f"expected lists of at most {ANSWERS} different words of the other side"
                raise IsoglossError(f"{where} direction {way} id {word}", f"predicts {str(lists)[:80]}", asked, RERUN)
    sizes = {len(lists) for by_word in pred.values() for lists in by_word.values()}
    if len(sizes) != 1 or min(sizes) < 2:
        raise IsoglossError(where, f"has {sorted(sizes)} answer lists a word", "one for the static vectors and one a layer", RERUN)
    return sizes.pop()


def _well_formed(answers: Any, words: Mapping[str, Question]) -> bool:
    return isinstance(answers, list) and len(answers) <= ANSWERS and len(set(answers)) == len(answers) and all(a in words for a in answers)
