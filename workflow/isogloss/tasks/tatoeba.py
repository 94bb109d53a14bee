"""Tatoeba sentence retrieval: find the translation of a sentence among up to 1,000.

Source: LASER's `tatoeba.{l3}-eng.{l3,eng}`, line k of one file translates line k of the other.
"""

from collections.abc import Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import UNTRAINED, Files, Layout, Record, Task, read_lines

_TWO = "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr nl pt ru sw ta te th tl tr ur vi zh"
_THREE = (
    "afr ara bul ben deu ell spa est eus pes fin fra heb hin hun ind ita jpn jav kat kaz kor mal mar nld por rus swh tam tel tha tgl "
    "tur urd vie cmn"
)
CODES = dict(zip(_TWO.split(), _THREE.split(), strict=True))


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {query: {id, text}, match: {id, text}} a pair, query in English. Raises IsoglossError naming file and line."""
    foreign_path, english_path = files
    foreign, english = _texts(foreign_path), _texts(english_path)
    if len(foreign) != len(english):
        given = f"has {len(foreign)} sentences, but {english_path.name} has {len(english)}"
        raise IsoglossError(str(foreign_path), given, "line k of one translates line k of the other", "Download both files again")
    for number, (match, query) in enumerate(zip(foreign, english, strict=True)):
        yield {"query": {"id": f"en-{number}", "text": query}, "match": {"id": f"{lang}-{number}", "text": match}}


def _texts(path: Path) -> list[str]:
    lines = [(number, line.strip()) for number, line in read_lines(path)]
    while lines and not lines[-1][1]:  # blank lines at the end shift nothing
        lines.pop()
    for number, text in lines:
        if not text:
            remedy = "Restore it, or delete the line on both sides"
            raise IsoglossError(f"{path} line {number}", "is blank", "every line is a sentence", remedy)
    return [text for _, text in lines]


TASK = Task(
    name="tatoeba",
    title="Tatoeba sentence retrieval",
    kind="retrieve",
    settings=(UNTRAINED,),
    languages=tuple(CODES),
    metrics={
        "accuracy_en": "English sentences whose nearest neighbour is their translation (the score of XTREME)",
        "accuracy_xx": "foreign sentences whose nearest neighbour is their translation",
        "accuracy_en_centred": "English sentences whose nearest neighbour is their translation, the mean of each language subtracted",
        "accuracy_xx_centred": "foreign sentences whose nearest neighbour is their translation, the mean of each language subtracted",
    },
    layouts=(Layout(files=("tatoeba.{code}-eng.{code}", "tatoeba.{code}-eng.eng"), splits={"test": ""}, read=read, codes=CODES),),
    source_in_average=False,
    xtreme=True,
)
