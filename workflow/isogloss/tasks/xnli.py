"""XNLI: does a sentence follow from another, contradict it, or neither (Conneau et al. 2018).

Source: `{train,dev,test}-{lang}.tsv`, a line per pair `premise TAB hypothesis TAB label`.
"""

from collections.abc import Iterator
from pathlib import Path

from ..metrics.classification import CLASSIFICATION
from . import Record, Task
from .pairs import pair_lines, pair_record

LABELS = ("contradiction", "entailment", "neutral")
SPELLINGS = {"contradictory": "contradiction"}  # of the machine-translated training sets


def convert(source: Path, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, text_a: premise, text_b: hypothesis, label} a pair. Raises IsoglossError naming file and line."""
    (path,) = TASK.source_files(source, lang, split)
    for number, columns in pair_lines(path):
        columns[-1] = SPELLINGS.get(columns[-1], columns[-1])
        yield pair_record(f"{lang}-{split}-{number - 1}", columns, LABELS, f"{path} line {number}")


TASK = Task(
    name="xnli",
    title="XNLI natural language inference",
    kind="classify",
    settings=("zero_shot",),
    languages=tuple("ar bg de el en es fr hi ru sw th tr ur vi zh".split()),
    metrics={
        "accuracy": "accuracy (the score of XTREME)",
        "balanced_accuracy": "mean recall over the labels",
    },
    files=("{split}-{code}.tsv",),
    convert=convert,
    labels=LABELS,
    scoring=CLASSIFICATION,
)
