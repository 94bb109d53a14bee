"""UD part-of-speech tagging as in XTREME: the 17 universal tags, multi-word tokens already fused.

Source: `{train,dev,test}-{lang}.tsv`, a line per token `form TAB tag`, a blank line between sentences.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..metrics.tagging import TAGGING
from . import Record, Task
from .tagged import tagged_sentences

UPOS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
MISSING = "_"  # a treebank writes this where it may not publish the word


def convert(source: Path, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence. Raises IsoglossError naming file and line."""
    (path,) = TASK.source_files(source, lang, split)
    for number, rows in enumerate(tagged_sentences(path, UPOS)):
        forms, tags = zip(*rows, strict=True)
        yield {"id": f"{lang}-{split}-{number}", "tokens": [_cleaned(form) for form in forms], "tags": list(tags)}


def has_words(record: Record) -> bool:
    """XTREME's rule against text-less treebanks: no missing form, or at least two that are not missing."""
    tokens = record["tokens"]
    missing = tokens.count(MISSING)
    return missing == 0 or missing < len(tokens) - 1


def punctuation(token: str) -> str | None:
    """PUNCT for a token of punctuation and symbols."""
    return "PUNCT" if all(unicodedata.category(character)[0] in "PS" for character in token) else None


def _cleaned(form: str) -> str:
    return "".join(form.replace("\u200c", "").split()) or MISSING


TASK = Task(
    name="udpos",
    title="UD part-of-speech tagging",
    kind="tag",
    settings=("zero_shot",),
    languages=tuple("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh".split()),
    metrics={
        "chunk_f1": "F1 of runs of one tag (the score of XTREME)",
        "accuracy": "accuracy of tokens",
        "balanced_accuracy": "mean recall over the tags",
    },
    files=("{split}-{code}.tsv",),
    convert=convert,
    filters=(("missing words", has_words),),
    labels=UPOS,
    scoring=TAGGING,
    obvious=punctuation,
)
