"""PAWS-X: do two sentences of almost the same words mean the same (1) or not (0) (Yang et al. 2019).

Source: `{train,dev,test}-{lang}.tsv`, a line per pair `sentence TAB sentence TAB label`, as XTREME prepares it, or as published:
`{lang}/{dev_2k,test_2k,translated_train}.tsv` and `en/train.tsv` with an id before each pair, and XTREME's `en-{lang}-translated.tsv`.
Some published lines have other columns: they are dropped and counted. The translators left some sentences as "NS": these stay, as in
XTREME, and are counted too.
"""

from ..metrics.classification import CLASSIFICATION
from . import Layout, Record, Task
from .pairs import Columns, Pairs

LABELS = ("0", "1")
UNTRANSLATED = "NS"
PAIRS = Pairs(LABELS, damaged=True)

_OFFICIAL = PAIRS.read(Columns(4, (1, 2, 3), header="id"))


def has_columns(record: Record) -> bool:
    """Whether the line was a pair."""
    return "label" in record


def is_untranslated(record: Record) -> bool:
    return UNTRANSLATED in (record["text_a"].strip(), record["text_b"].strip())


TASK = Task(
    name="pawsx",
    title="PAWS-X paraphrase identification",
    kind="classify",
    settings=("zero_shot", "translate_train_all", "supervised_per_language", "probe"),
    languages=tuple("de en es fr ja ko zh".split()),
    metrics={
        "accuracy": "accuracy (the score of XTREME)",
        "balanced_accuracy": "mean recall over the labels",
    },
    layouts=(
        *PAIRS.layouts(),
        Layout(files=("{code}/{split}.tsv",), splits={"train": "train", "dev": "dev_2k", "test": "test_2k"}, read=_OFFICIAL),
        Layout(files=("{code}/translated_train.tsv",), splits={"translated": ""}, read=_OFFICIAL),
    ),
    machine_translated=True,
    filters=(("columns", has_columns),),
    noted=(("untranslated", is_untranslated),),
    labels=LABELS,
    scoring=CLASSIFICATION,
    xtreme=True,
)
