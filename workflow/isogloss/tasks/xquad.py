"""XQuAD: questions on Wikipedia paragraphs, the same ones in every language, translated by people (Artetxe et al. 2020).

Source: `xquad.{lang}.json`, all of it test; SQuAD 1.1 to learn from, `{train,dev}-v1.1.json` in English and XTREME's translations of the
training set, `squad.translate.train.en-{lang}.json`.
"""

from . import Layout, Task
from .squad import FILTERS, METRICS, NOTED, TRAINING, read

TASK = Task(
    name="xquad",
    title="XQuAD question answering",
    kind="span",
    settings=("zero_shot", "translate_train_all", "supervised_per_language"),
    languages=tuple("ar de el en es hi ru th tr vi zh".split()),
    metrics=METRICS,
    layouts=(
        Layout(files=("xquad.{code}.json",), splits={"test": ""}, read=read),
        *TRAINING,
        Layout(files=("dev-v1.1.json",), splits={"dev": ""}, read=read, languages=("en",)),
    ),
    directories=("xquad", "squad"),
    filters=FILTERS,
    noted=NOTED,
    answer_rule="squad",
    xtreme=True,
)
