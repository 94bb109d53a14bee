"""Predictions and gold in the layout in which XTREME (arXiv 2003.11080) takes submissions, so that its own script can score them. No torch.

    {predictions,labels}/{task}/test-{lang}.{tsv,json}

udpos panx      a tag a line, a blank line between sentences
xnli pawsx      a label a line
xquad mlqa      predictions {id: answer}, labels as SQuAD publishes its data; of mlqa only questions in the language of their text
tydiqa
tatoeba         a line per English sentence, these in alphabetical order: the place of its translation in the foreign file, from 0
bucc2018        pairs `foreign id TAB English id`

Other lines are in the order of the test set.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from .artifacts import atomic_directory, read_directory, read_jsonl, write_text
from .errors import IsoglossError
from .metrics.mining import extract
from .taskdata import read_taskdata
from .tasks import TASKS, Record, Task, get_task
from .tasks.kinds import KINDS

DIRECTORIES = {"bucc": "bucc2018"}  # where XTREME has another name for a task


@dataclass(frozen=True)
class _Part:
    """The predictions of one language: the `path` of its records, the `manifest` of all."""

    task: Task
    lang: str
    taskdata: Path
    path: Path
    manifest: Mapping[str, Any]
    threshold: float | None

    def gold(self) -> Any:
        """The test set, as the kind reads it."""
        return KINDS[self.task.kind].read(self.taskdata, self.lang, "test")

    def score(self) -> Record:
        """Its scores. Raises IsoglossError for predictions that have none: missing or malformed ones."""
        layer = self.manifest.get("headline_layer", "auto")
        layer = None if layer == "auto" else layer
        return KINDS[self.task.kind].score(self.task, self.taskdata, self.lang, self.path, layer, self.manifest)


def export_xtreme(
    predictions: Sequence[Path], taskdata: Mapping[str, Path], out: Path, thresholds: Mapping[str, float] | None = None
) -> None:
    """Write the directory artifact `xtreme`: `predictions` and `labels` as above, for `evaluate.py --prediction_folder ... --label_folder ...`.

    Only languages that XTREME has in a task are written. That script wants all of them: those that are not there are named in the
    manifest under `missing`, and those whose dev set stands in for a test set under `stand_ins`.

    Args:
        predictions: artifacts of one recipe and seed, one a task, in any settings but `probe`.
        taskdata: task -> its task data.
        thresholds: language -> the least score of a pair that counts as found in bucc; a score file has it.
    Raises:
        IsoglossError: predictions of several models, of a task that is not in XTREME, of probed layers, or that cannot be scored; task
            data or a threshold that is missing.
    """
    given = [(Path(path), read_directory(path, "predictions")) for path in predictions]
    _check_one_model(given)
    missing: dict[str, list[str]] = {}
    stand_ins: dict[str, list[str]] = {}
    with atomic_directory(out, "xtreme") as (directory, manifest):
        for path, made in given:
            task = get_task(made["task"])
            if task.name not in taskdata:
                raise IsoglossError(str(out), f"{path} needs the task data of {task.name}", "", "Give it too")
            splits = read_taskdata(task.name, taskdata[task.name])["splits"]
            languages = [lang for lang in task.languages if lang in made["languages"]]
            for lang in languages:
                part = _Part(task, lang, Path(taskdata[task.name]), path / f"{lang}.jsonl", made, (thresholds or {}).get(lang))
                suffix, form = FORMS[task.kind]
                for side, text in zip(("predictions", "labels"), form(part), strict=True):
                    write_text(directory / side / DIRECTORIES.get(task.name, task.name) / f"test-{lang}.{suffix}", text)
            missing[task.name] = [lang for lang in task.languages if lang not in languages]
            stand_ins[task.name] = [lang for lang in languages if splits[lang] != "test"]
        manifest.update({key: given[0][1][key] for key in ("recipe", "seed")})
        manifest.update(settings={made["task"]: made["setting"] for _, made in given}, missing=missing, stand_ins=stand_ins)


def _check_one_model(given: Sequence[tuple[Path, Record]]) -> None:
    """Raise IsoglossError unless these are tasks of XTREME, each once, predicted by one model."""
    first: dict[str, Path] = {}
    for path, made in given:
        if not get_task(made["task"]).xtreme:
            allowed = ", ".join(name for name in TASKS if get_task(name).xtreme)
            raise IsoglossError(str(path), f"holds predictions of {made['task']}", f"XTREME has {allowed}", "Leave it out")
        if made["setting"] == "probe":
            allowed = "one answer for each question"
            raise IsoglossError(str(path), "holds answers of every layer (setting probe)", allowed, "Give those of another setting")
        if made["task"] in first:
            given_twice = f"holds predictions of {made['task']}, as {first[made['task']]} does"
            raise IsoglossError(str(path), given_twice, "each task once", "Choose one setting")
        first[made["task"]] = path
    models = sorted({f"{made['recipe']} seed {made['seed']}" for _, made in given})
    if len(models) != 1:
        listed = ", ".join(models) or "nothing"
        raise IsoglossError("export", f"has predictions of {listed}", "one recipe and seed", "Export each by itself")


# ------------------------------------------------------------------------------------------------------------------ forms


def _tagged(part: _Part) -> tuple[str, str]:
    gold, found = part.gold(), _answers(part)
    sides = ([found[record["id"]] for record in gold], [record["tags"] for record in gold])
    predictions, labels = ("\n".join(_lines(tags) for tags in side) for side in sides)
    return predictions, labels


def _labelled(part: _Part) -> tuple[str, str]:
    gold, found = part.gold(), _answers(part)
    return _lines(found[record["id"]] for record in gold), _lines(record["label"] for record in gold)


def _answered(part: _Part) -> tuple[str, str]:
    """A question without an answer is left out, which the script counts as wrong."""
    gold = [record for record in part.gold() if record.get("question_lang", part.lang) == part.lang]
    found = _answers(part)
    paragraphs = [
        {"context": context, "qas": [_question(record) for record in records]}
        for context, records in groupby(gold, key=lambda record: record["context"])
    ]
    predictions = {record["id"]: found[record["id"]] for record in gold if record["id"] in found}
    return _json(predictions), _json({"version": "1.1", "data": [{"title": part.task.name, "paragraphs": paragraphs}]})


def _question(record: Record) -> Record:
    answers = [{"text": answer["text"], "answer_start": answer["start"]} for answer in record["answers"]]
    return {"id": record["id"], "question": record["question"], "answers": answers}


def _retrieved(part: _Part) -> tuple[str, str]:
    """XTREME hides the answer by sorting the English sentences; its labels are in that order."""
    data, layer = part.gold(), part.score()["headline_layer"]
    records = [record for record in read_jsonl(part.path) if record["direction"] == "en" and not record["centred"]]
    found, right = {record["id"]: record["pred"][layer] for record in records}, data.answers("en")
    asking, place = sorted(data.query, key=data.query.__getitem__), {key: number for number, key in enumerate(data.corpus)}
    return _lines(place[found[key]] for key in asking), _lines(place[right[key]] for key in asking)


def _mined(part: _Part) -> tuple[str, str]:
    if part.threshold is None:
        remedy = "Give `threshold` of the language in the score file"
        raise IsoglossError(str(part.path), f"there is no threshold for {part.lang}", "the least score of a pair that counts", remedy)
    part.score()
    (candidates,) = (record["pred"] for record in read_jsonl(part.path) if record["id"] == "test" and not record["centred"])
    return _lines(map("\t".join, sorted(extract(candidates, part.threshold)))), _lines(map("\t".join, part.gold().gold))


def _answers(part: _Part) -> dict[str, Any]:
    """{id: what was predicted}, known to be well formed."""
    part.score()
    return {record["id"]: record["pred"] for record in read_jsonl(part.path)}


def _lines(items: Iterable[Any]) -> str:
    return "".join(f"{item}\n" for item in items)


def _json(value: Any) -> str:
    """In ASCII: the script reads its files in the encoding of the machine."""
    return json.dumps(value, indent=1) + "\n"


FORMS: dict[str, tuple[str, Callable[[_Part], tuple[str, str]]]] = {  # kind -> suffix, the texts of predictions and labels
    "tag": ("tsv", _tagged),
    "classify": ("tsv", _labelled),
    "span": ("json", _answered),
    "retrieve": ("tsv", _retrieved),
    "mine": ("tsv", _mined),
}
