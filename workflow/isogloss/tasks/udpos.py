"""UD part-of-speech tagging as in XTREME: the 17 universal tags, multi-word tokens already fused.

Source: `{train,dev,test}-{lang}.tsv`, a line per token `form TAB tag`, a blank line between sentences.
"""

from collections.abc import Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import Record, Task, read_lines

UPOS = tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
MISSING = "_"  # a treebank writes this where it may not publish the word


def convert(source: Path, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence. Raises IsoglossError naming file and line."""
    (path,) = TASK.source_files(source, lang, split)
    for number, rows in enumerate(_sentences(path)):
        tokens, tags = zip(*rows, strict=True)
        yield {"id": f"{lang}-{split}-{number}", "tokens": list(tokens), "tags": list(tags)}


def has_words(record: Record) -> bool:
    """XTREME's rule against text-less treebanks: no missing form, or at least two that are not missing."""
    tokens = record["tokens"]
    missing = tokens.count(MISSING)
    return missing == 0 or missing < len(tokens) - 1


def _sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for number, line in read_lines(path):
        if line.strip(" "):
            rows.append(_token(line, f"{path} line {number}"))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _token(line: str, where: str) -> tuple[str, str]:
    columns = line.split("\t")
    if len(columns) != 2:
        raise IsoglossError(where, f"has {len(columns)} columns", "expected form TAB tag", "Correct the line")
    form, tag = columns
    if tag not in UPOS:
        raise IsoglossError(where, f"tag {tag!r} is not a universal tag", f"expected one of {' '.join(UPOS)}", "Correct the line")
    return "".join(form.replace("\u200c", "").split()) or MISSING, tag


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
)
