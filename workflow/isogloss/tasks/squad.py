"""Questions on paragraphs whose answers are spans of them, in the JSON of SQuAD, shared by XQuAD, MLQA and TyDiQA.

    {"data": [{"paragraphs": [{"context": ..., "qas": [{"id": ..., "question": ..., "answers": [{"text": ..., "answer_start": ...}]}]}]}]}

Places count Unicode code points, so contexts are never stripped. An answer that is not at its place cannot be learnt: it is left out of
training sets, and a question that has no other is dropped and counted. An evaluation set keeps its text, at -1.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..corpora.open_text import open_binary, readable
from ..errors import IsoglossError
from . import Files, Layout, Record

EVALUATION = ("dev", "test")
NOWHERE = -1
METRICS = {
    "f1": "F1 of the words of an answer",
    "em": "answers that are right to the letter, after normalisation",
}


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, context, question, answers: [{text, start}]} a question. Raises IsoglossError naming file and question."""
    (path,) = files
    return once_each(questions(path, split), split, path)


def questions(path: Path, split: str) -> Iterator[Record]:
    """As `read`, with the ids as they stand."""
    try:
        for article in _load(path)["data"]:
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    yield _record(question, paragraph["context"], split, path)
    except (KeyError, TypeError) as error:
        remedy = "Restore the file, or convert it to SQuAD 1.1"
        raise IsoglossError(str(path), f"is not in the form of SQuAD ({error!r})", "data, paragraphs, qas", remedy) from error


def once_each(records: Iterable[Record], split: str, path: Path) -> Iterator[Record]:
    """The records with ids that are all different: a repeated one is an error in an evaluation set, and gets a number in another."""
    seen: Counter[str] = Counter()
    for record in records:
        key = record["id"]
        seen[key] += 1
        if seen[key] > 1 and split in EVALUATION:
            raise IsoglossError(f"{path} question {key}", "occurs twice", "each id once", "Remove one of them")
        yield record if seen[key] == 1 else {**record, "id": f"{key}#{seen[key]}"}


def has_answer(record: Record) -> bool:
    return bool(record["answers"])


def has_lost_answer(record: Record) -> bool:
    """Whether a text of the question is not at its place."""
    return any(answer["start"] == NOWHERE for answer in record["answers"])


FILTERS = (("no answer in its place", has_answer),)
NOTED = (("answer out of place", has_lost_answer),)
TRAINING = (
    Layout(files=("train-v1.1.json",), splits={"train": ""}, read=read, languages=("en",)),
    Layout(files=("squad.translate.train.en-{code}.json",), splits={"translated": ""}, read=read),
    Layout(files=("{code}_squad-translate-train-train-v1.1.json",), splits={"translated": ""}, read=read),  # MLQA's
)


def _load(path: Path) -> Any:
    with readable(path), open_binary(path) as stream:
        data = stream.read()
    try:
        return json.loads(data)
    except ValueError as error:
        raise IsoglossError(str(path), f"is no JSON ({error})", "", "Download the file again") from error


def _record(question: dict[str, Any], context: str, split: str, path: Path) -> Record:
    key = str(question["id"])
    try:
        answers = [_answer(answer["text"], answer["answer_start"], context) for answer in question["answers"]]
        asked = question["question"]
    except (KeyError, TypeError, AttributeError) as error:
        allowed = "question, answers with text and answer_start"
        raise IsoglossError(
            f"{path} question {key}", f"is not in the form of SQuAD ({error!r})", allowed, "Restore the question"
        ) from error
    kept = [answer for answer in answers if answer["text"] and (answer["start"] != NOWHERE or split in EVALUATION)]
    return {"id": key, "context": context, "question": asked, "answers": kept}


def _answer(text: str, start: int, context: str) -> dict[str, Any]:
    """{text, start}: `NOWHERE` where the text is not at its place."""
    return {"text": text, "start": start if start >= 0 and context.startswith(text, start) else NOWHERE}
