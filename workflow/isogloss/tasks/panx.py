"""PAN-X named entity recognition (WikiANN in the splits of Rahimi et al. 2019), as in XTREME: persons, organisations, places in BIO.

Source: `{train,dev,test}-{lang}.tsv`, a line per token `token TAB tag`, a blank line between sentences. The original files write
`lang:token TAB tag`; a file in which every token has its language before a colon is read so.
"""

from collections.abc import Iterator
from pathlib import Path

from ..languages import base_language
from ..metrics.entity_f1 import ENTITIES
from . import Record, Task
from .tagged import tagged_sentences

BIO = tuple("B-LOC B-ORG B-PER I-LOC I-ORG I-PER O".split())


def convert(source: Path, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence; tokens keep every character. Raises IsoglossError naming file and line."""
    (path,) = TASK.source_files(source, lang, split)
    sentences, prefix = list(tagged_sentences(path, BIO)), f"{base_language(lang)}:"
    prefixed = all(token.startswith(prefix) for rows in sentences for token, _ in rows)
    for number, rows in enumerate(sentences):
        tokens, tags = zip(*rows, strict=True)
        bare = [token.removeprefix(prefix) if prefixed else token for token in tokens]
        yield {"id": f"{lang}-{split}-{number}", "tokens": bare, "tags": list(tags)}


TASK = Task(
    name="panx",
    title="PAN-X named entity recognition",
    kind="tag",
    settings=("zero_shot",),
    languages=tuple(
        "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi yo zh".split()
    ),
    metrics={
        "entity_f1": "F1 of entities (the score of XTREME)",
        "entity_f1_strict": "F1 of entities that start with B-",
        "entity_precision": "precision of entities",
        "entity_recall": "recall of entities",
    },
    files=("{split}-{code}.tsv",),
    convert=convert,
    labels=BIO,
    scoring=ENTITIES,
)
