"""PAN-X named entity recognition (WikiANN in the splits of Rahimi et al. 2019), as in XTREME: persons, organisations, places in BIO.

Source: `{train,dev,test}-{lang}.tsv`, a line per token `token TAB tag`, a blank line between sentences, as XTREME prepares it, or as
published: `{lang}.tar.gz` with the files train, dev and test, or these in a folder `{lang}`. These write `lang:token TAB tag`; a file in
which every token has its language before a colon is read so.
"""

from collections.abc import Iterator

from ..languages import base_language
from ..metrics.entity_f1 import ENTITIES
from . import AS_NAMED, PREPARED, Files, Layout, Record, Task
from .tagged import tagged_records, tagged_sentences

BIO = tuple("B-LOC B-ORG B-PER I-LOC I-ORG I-PER O".split())


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence; tokens keep every character. Raises IsoglossError naming file and line."""
    (path,) = files
    sentences, prefix = list(tagged_sentences(path, BIO)), f"{base_language(lang)}:"
    if all(token.startswith(prefix) for rows in sentences for token, _ in rows):
        sentences = [[(token.removeprefix(prefix), tag) for token, tag in rows] for rows in sentences]
    return tagged_records(sentences, lang, split)


TASK = Task(
    name="panx",
    title="PAN-X named entity recognition",
    kind="tag",
    settings=("zero_shot", "train_all", "supervised_per_language", "probe"),
    languages=tuple(
        "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi yo zh".split()
    ),
    metrics={
        "entity_f1": "F1 of entities (the score of XTREME)",
        "entity_f1_strict": "F1 of entities that start with B-",
        "entity_precision": "precision of entities",
        "entity_recall": "recall of entities",
    },
    layouts=tuple(
        Layout(files=(pattern,), splits=AS_NAMED, read=read) for pattern in (PREPARED, "{code}.tar.gz/{split}", "{code}/{split}")
    ),
    labels=BIO,
    scoring=ENTITIES,
    xtreme=True,
)
