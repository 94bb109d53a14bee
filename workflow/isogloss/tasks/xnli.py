"""XNLI: does a sentence follow from another, contradict it, or neither (Conneau et al. 2018).

Source: `{train,dev,test}-{lang}.tsv`, a line per pair `premise TAB hypothesis TAB label`, as XTREME prepares it, or as published: XNLI-1.0
(`xnli.{dev,test}.tsv` with all languages), XNLI-MT-1.0 (`multinli.train.{lang}.tsv`) and XTREME's `en-{lang}-translated.tsv`.
"""

from ..metrics.classification import CLASSIFICATION
from . import Layout, Task
from .pairs import Columns, Pairs

LABELS = ("contradiction", "entailment", "neutral")
LANGUAGES = tuple("ar bg de el en es fr hi ru sw th tr ur vi zh".split())
PAIRS = Pairs(LABELS, {"contradictory": "contradiction"})  # the spelling of the machine-translated training sets

_XNLI = Columns(19, (6, 7, 1), header="language", by_language=True, names="the 19 columns of XNLI-1.0")
_MULTINLI = Columns(3, (0, 1, 2), header="premise")


TASK = Task(
    name="xnli",
    title="XNLI natural language inference",
    kind="classify",
    settings=("zero_shot", "translate_train_all", "supervised_per_language", "probe"),
    languages=LANGUAGES,
    metrics={
        "accuracy": "accuracy (the score of XTREME)",
        "balanced_accuracy": "mean recall over the labels",
    },
    layouts=(
        *PAIRS.layouts(),
        Layout(files=("xnli.{split}.tsv",), splits={"dev": "dev", "test": "test"}, read=PAIRS.read(_XNLI), languages=LANGUAGES),
        Layout(files=("multinli.train.{code}.tsv",), splits={"train": ""}, read=PAIRS.read(_MULTINLI)),
    ),
    machine_translated=True,
    labels=LABELS,
    scoring=CLASSIFICATION,
    xtreme=True,
)
