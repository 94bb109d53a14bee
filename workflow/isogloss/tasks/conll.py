"""Named entities in the news, CoNLL-2002 (Spanish, Dutch) and CoNLL-2003 (English, German): persons, organisations, places, others in BIO.

Source: the files of the shared tasks, which have to be obtained: `{eng,esp,ned,deu}.{train,testa,testb}`, those of any other language as
`{lang}.{train,testa,testb}`, and English also as `{train,valid,test}.txt`. A line per token, columns apart by a space or a tab, the token
first and the tag last; a blank line between sentences. testa is dev, testb is test.

The tags of 2003 are IOB1, which says B- only between two entities that touch: all become IOB2. Lines -DOCSTART- are no tokens, but what
follows them may be a sentence without a blank line in between. Files that are not UTF-8 are Latin-1.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ..metrics.entity_f1 import ENTITIES
from . import Files, Layout, Record, Task, raw_lines
from .tagged import Token, check_tag, tagged_records

BIO = tuple("B-LOC B-MISC B-ORG B-PER I-LOC I-MISC I-ORG I-PER O".split())
DOCUMENT = "-DOCSTART-"

_GAP = re.compile(r"[ \t]+")  # no other white space: a Latin-1 token may hold U+0085 or U+00A0


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, tokens, tags} a sentence, tags in IOB2. Raises IsoglossError naming file and line."""
    (path,) = files
    return tagged_records(map(to_iob2, _sentences(path)), lang, split)


def to_iob2(rows: list[Token]) -> list[Token]:
    """The sentence with B- on the first token of every entity, as conlleval cuts them."""
    types = [""] + [tag[2:] for _, tag in rows]
    opens = [tag[2:] != before for (_, tag), before in zip(rows, types[:-1], strict=True)]
    return [(token, tag.replace("I-", "B-", 1) if opened else tag) for (token, tag), opened in zip(rows, opens, strict=True)]


def _sentences(path: Path) -> Iterator[list[Token]]:
    rows: list[Token] = []
    for number, line in enumerate(_lines(path), 1):
        columns = _GAP.split(line.strip(" \t"))
        if columns != [""] and columns[0] != DOCUMENT:
            rows.append(_token(columns, f"{path} line {number}"))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _lines(path: Path) -> list[str]:
    raw = list(raw_lines(path))
    try:
        return [line.decode("utf-8") for line in raw]
    except UnicodeDecodeError:
        return [line.decode("latin-1") for line in raw]


def _token(columns: list[str], where: str) -> Token:
    check_tag(columns[-1], BIO, where)
    return columns[0], columns[-1]


TASK = Task(
    name="conll",
    title="CoNLL named entity recognition",
    kind="tag",
    settings=("zero_shot", "train_all", "supervised_per_language", "probe"),
    languages=("de", "en", "es", "nl"),
    metrics={
        "entity_f1": "F1 of entities (the score of CoNLL)",
        "entity_f1_strict": "F1 of entities that start with B-",
        "entity_precision": "precision of entities",
        "entity_recall": "recall of entities",
    },
    layouts=(
        Layout(
            files=("{code}.{split}",),
            splits={"train": "train", "dev": "testa", "test": "testb"},
            read=read,
            codes={"de": "deu", "en": "eng", "es": "esp", "nl": "ned"},
        ),
        Layout(files=("{split}.txt",), splits={"train": "train", "dev": "valid", "test": "test"}, read=read, languages=("en",)),
    ),
    labels=BIO,
    scoring=ENTITIES,
)
