"""BUCC 2018: find the pairs of translations in two texts of which most sentences have none (Zweigenbaum et al. 2018).

Source: `{lang}-en.{dev,test}.{lang,en,gold}`, or as published `{lang}-en.{sample,training}.{lang,en,gold}`: as in XTREME the sample is dev and
the training set is test, for the gold pairs of the test set are not public. A line is `id TAB sentence`, in gold `foreign id TAB English id`.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from ..errors import IsoglossError
from . import UNTRAINED, Files, Layout, Record, Task, read_lines


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {side: query (foreign) or corpus (English), id, text} a sentence, then {gold: [foreign id, English id]} a pair.

    Raises IsoglossError naming file and line.
    """
    foreign_path, english_path, gold_path = files
    foreign, english = _sentences(foreign_path), _sentences(english_path)
    for side, sentences in (("query", foreign), ("corpus", english)):
        yield from ({"side": side, "id": key, "text": text} for key, text in sentences.items())
    for where, *columns in _columns(gold_path):
        pair = [key.strip() for key in columns]
        for key, path, known in zip(pair, (foreign_path, english_path), (foreign, english), strict=True):
            _check_known(key, known, path, where)
        yield {"gold": pair}


def _sentences(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for where, key, text in _columns(path):
        if key in found:
            raise IsoglossError(where, f"id {key} occurs twice", "each id once", "Correct the line")
        found[key] = text
    return found


def _check_known(key: str, known: Collection[str], path: Path, where: str) -> None:
    if key not in known:
        raise IsoglossError(where, f"id {key} is not in {path.name}", "", "Restore both files")


def _columns(path: Path) -> Iterator[tuple[str, str, str]]:
    """(where, what is before the first tab, what is after it) of every line that is not blank."""
    for number, line in read_lines(path):
        if line.strip(" "):
            where, (first, tab, second) = f"{path} line {number}", line.partition("\t")
            if not (first and tab):
                raise IsoglossError(where, f"`{line[:40]}` has no id or no tab", "id TAB sentence, or id TAB id", "Correct the line")
            yield where, first, second


_SIDES = ("{code}", "en", "gold")

TASK = Task(
    name="bucc",
    title="BUCC 2018 bitext mining",
    kind="mine",
    settings=(UNTRAINED,),
    languages=("de", "fr", "ru", "zh"),
    metrics={
        "f1": "F1 of mined pairs, threshold from dev (the score of XTREME)",
        "precision": "mined pairs that are translations, threshold from dev",
        "recall": "translations that are mined, threshold from dev",
        "f1_oracle": "F1 of mined pairs, the best threshold on test",
        "f1_centred": "F1 of mined pairs, threshold from dev, the mean of each language subtracted",
        "f1_oracle_centred": "F1 of mined pairs, the best threshold on test, the mean of each language subtracted",
    },
    layouts=tuple(
        Layout(files=tuple(f"{{code}}-en.{{split}}.{side}" for side in _SIDES), splits=splits, read=read)
        for splits in ({"dev": "dev", "test": "test"}, {"dev": "sample", "test": "training"})
    ),
    source_in_average=False,
    xtreme=True,
)
