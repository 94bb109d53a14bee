"""PAWS-X: do two sentences of almost the same words mean the same (1) or not (0) (Yang et al. 2019).

Source: `{train,dev,test}-{lang}.tsv`, a line per pair `sentence TAB sentence TAB label`. Some published lines have other columns: they
are dropped and counted. The translators left some sentences as "NS": these stay, as in XTREME, and are counted too.
"""

from collections.abc import Iterator
from pathlib import Path

from ..metrics.classification import CLASSIFICATION
from . import Record, Task
from .pairs import pair_lines, pair_record

LABELS = ("0", "1")
UNTRANSLATED = "NS"


def convert(source: Path, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, text_a, text_b, label} a pair, {id} for a line that is none. Raises IsoglossError naming file and line."""
    (path,) = TASK.source_files(source, lang, split)
    for number, columns in pair_lines(path):
        key = f"{lang}-{split}-{number - 1}"
        yield pair_record(key, columns, LABELS, f"{path} line {number}") if len(columns) == 3 else {"id": key}


def has_columns(record: Record) -> bool:
    """Whether the line was a pair."""
    return "label" in record


def is_untranslated(record: Record) -> bool:
    return UNTRANSLATED in (record["text_a"].strip(), record["text_b"].strip())


TASK = Task(
    name="pawsx",
    title="PAWS-X paraphrase identification",
    kind="classify",
    settings=("zero_shot",),
    languages=tuple("de en es fr ja ko zh".split()),
    metrics={
        "accuracy": "accuracy (the score of XTREME)",
        "balanced_accuracy": "mean recall over the labels",
    },
    files=("{split}-{code}.tsv",),
    convert=convert,
    filters=(("columns", has_columns),),
    noted=(("untranslated", is_untranslated),),
    labels=LABELS,
    scoring=CLASSIFICATION,
)
