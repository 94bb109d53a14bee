"""UD part-of-speech tagging as in XTREME: the 17 universal tags, multi-word tokens fused.

Source: `{train,dev,test}-{lang}.tsv`, a line per token `form TAB tag`, a blank line between sentences, as XTREME prepares it, or the
treebanks as published, `{lang}_{treebank}-ud-{train,dev,test}.conllu`, all those of a language one after the other.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

from ..metrics.tagging import TAGGING
from . import AS_NAMED, PREPARED, Files, Layout, Record, Task
from .conllu import fused_sentences
from .tagged import Token, tagged_records, tagged_sentences

UPOS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
MISSING = "_"  # a treebank writes this where it may not publish the word


def read_prepared(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence. Raises IsoglossError naming file and line."""
    (path,) = files
    return _records(tagged_sentences(path, UPOS), lang, split)


def read_treebanks(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence, multi-word tokens fused. Raises IsoglossError naming file and line."""
    return _records(chain.from_iterable(fused_sentences(path, lang, UPOS) for path in files), lang, split)


def _records(sentences: Iterable[list[Token]], lang: str, split: str) -> Iterator[Record]:
    cleaned = ([(_cleaned(form), tag) for form, tag in rows] for rows in sentences)
    return tagged_records(cleaned, lang, split)


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
    settings=("zero_shot", "train_all", "supervised_per_language", "probe"),
    languages=tuple("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh".split()),
    metrics={
        "chunk_f1": "F1 of runs of one tag (the score of XTREME)",
        "accuracy": "accuracy of tokens",
        "balanced_accuracy": "mean recall over the tags",
    },
    layouts=(
        Layout(files=(PREPARED,), splits=AS_NAMED, read=read_prepared),
        Layout(files=("{code}_{any}-ud-{split}.conllu",), splits=AS_NAMED, read=read_treebanks),
    ),
    filters=(("missing words", has_words),),
    labels=UPOS,
    scoring=TAGGING,
    obvious=punctuation,
    xtreme=True,
)
