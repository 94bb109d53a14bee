"""MLQA: questions on Wikipedia paragraphs in seven languages, each question asked in several of them (Lewis et al. 2020).

Source: `{dev,test}-context-{lang}-question-{lang}.json`; a file is of the language of its paragraphs, and all questions on them are one set.
SQuAD 1.1 to learn from, `train-v1.1.json` in English and XTREME's translations of it, `squad.translate.train.en-{lang}.json`.
"""

from collections.abc import Iterator
from pathlib import Path

from ..languages import parse_language
from . import Files, Layout, Record, Task
from .squad import FILTERS, METRICS, NOTED, TRAINING, once_each, questions


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, context, question, question_lang, answers: [{text, start}]} a question.

    The id of a question in another language than its paragraph ends in `:` and that language. Raises IsoglossError naming file and question.
    """
    for path in files:
        asked = _question_language(path)
        for record in once_each(questions(path, split), split, path):
            yield {**record, "id": record["id"] if asked == lang else f"{record['id']}:{asked}", "question_lang": asked}


def _question_language(path: Path) -> str:
    return parse_language(path.name.rpartition("-question-")[2].partition(".")[0])


TASK = Task(
    name="mlqa",
    title="MLQA question answering",
    kind="span",
    settings=("zero_shot", "translate_train_all", "supervised_per_language"),
    languages=tuple("ar de en es hi vi zh".split()),
    metrics={
        **METRICS,
        "gxlt_f1": "F1 of the words of an answer, questions in every language, mean over their languages",
        "gxlt_em": "answers that are right to the letter, after normalisation, questions in every language, mean over their languages",
    },
    layouts=(
        Layout(files=("{split}-context-{code}-question-{any}.json",), splits={"dev": "dev", "test": "test"}, read=read),
        *TRAINING,
    ),
    directories=("mlqa", "squad"),
    filters=FILTERS,
    noted=NOTED,
    answer_rule="mlqa",
    xtreme=True,
)
