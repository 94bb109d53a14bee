"""TyDiQA-GoldP: questions by people who did not know the answer, on paragraphs of their own language's Wikipedia (Clark et al. 2020).

Source: `tydiqa.goldp.{lang}.{train,dev}.json`, as XTREME prepares it, or `tydiqa-goldp-v1.1-train.json` with all languages and
`tydiqa-goldp-dev-{language}.json` as published; and XTREME's translations of the English training set,
`tydiqa.translate.train.en-{lang}.json`. What is published as dev is test here, as in XTREME: the test set is not public.
"""

from collections.abc import Iterator

from .. import languages
from . import Files, Layout, Record, Task
from .squad import FILTERS, METRICS, NOTED, once_each, questions, read

LANGUAGES = tuple("ar bn en fi id ko ru sw te".split())
NAMES = {lang: languages.LANGUAGES[lang][1].lower() for lang in LANGUAGES}

_SPLITS = {"train": "train", "test": "dev"}


def read_all(files: Files, lang: str, split: str) -> Iterator[Record]:
    """As `squad.read`, the questions of one language out of a file of all: an id is `{name of the language}-{number}`."""
    (path,) = files
    own = (record for record in questions(path, split) if record["id"].partition("-")[0] == NAMES[lang])
    return once_each(own, split, path)


TASK = Task(
    name="tydiqa",
    title="TyDiQA-GoldP question answering",
    kind="span",
    settings=("zero_shot", "translate_train_all", "train_all", "supervised_per_language"),
    languages=LANGUAGES,
    metrics=METRICS,
    layouts=(
        Layout(files=("tydiqa.goldp.{code}.{split}.json",), splits=_SPLITS, read=read),
        Layout(files=("tydiqa.{code}.{split}.json",), splits=_SPLITS, read=read),
        Layout(files=("tydiqa-goldp-dev-{code}.json",), splits={"test": ""}, read=read, codes=NAMES),
        Layout(files=("tydiqa-goldp-v1.1-{split}.json",), splits=_SPLITS, read=read_all, languages=LANGUAGES),
        Layout(files=("tydiqa.translate.train.en-{code}.json",), splits={"translated": ""}, read=read),
    ),
    filters=FILTERS,
    noted=NOTED,
    answer_rule="squad",
    xtreme=True,
)
