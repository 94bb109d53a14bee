"""Bilingual lexicon induction: find the translation of an English word among the words of another language.

Source: dictionaries of pairs with English, `word TAB word` or, if both are one word, `word word` a line: `en-{lang}.train.tsv`, entries that
a model may have learnt from, and `en-{lang}.test.tsv`, entries that are held out; or as in MUSE `en-{lang}.0-5000.txt` and
`en-{lang}.5000-6500.txt`. One of the two is enough.
"""

from collections.abc import Iterator
from pathlib import Path

from ..errors import IsoglossError
from ..languages import LANGUAGES, PIVOT
from . import UNTRAINED, Files, Layout, Record, Task, read_lines

FORMS = (("en-{code}.train.tsv", "en-{code}.test.tsv"), ("en-{code}.0-5000.txt", "en-{code}.5000-6500.txt"))  # used, held out
_USED = tuple(used.rpartition("}")[2] for used, _ in FORMS)


def read(files: Files, lang: str, split: str) -> Iterator[Record]:
    """Yield {id, source: English word, targets: [foreign words], used} an English word; id is the word.

    A word of both files is used. Raises IsoglossError naming file and line.
    """
    targets: dict[str, dict[str, None]] = {}
    used: set[str] = set()
    for path in files:
        for word, target in _entries(path):
            targets.setdefault(word, {})[target] = None
            used |= {word} if path.name.removesuffix(".gz").endswith(_USED) else set()
    for word, found in targets.items():
        yield {"id": word, "source": word, "targets": list(found), "used": word in used}


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in read_lines(path):
        words = [word.strip() for word in line.split("\t")] if "\t" in line else line.split()
        if words and (len(words) != 2 or not all(words)):
            allowed = "two, parted by a tab or, if both are one word, a space"
            raise IsoglossError(f"{path} line {number}", f"{len(words)} words in `{line[:60]}`", allowed, "Correct the line")
        if words:
            yield words[0], words[1]


TASK = Task(
    name="bli",
    title="Bilingual lexicon induction",
    kind="lexicon",
    settings=(UNTRAINED,),
    languages=tuple(lang for lang in LANGUAGES if lang != PIVOT),
    metrics={
        "static_p1": "held-out English words whose nearest neighbour is a translation, by input embeddings (ALIGN-MLM)",
        "static_mrr": "mean reciprocal rank of the first translation of held-out English words, by input embeddings",
        "p1": "held-out English words whose nearest neighbour is a translation, by the headline layer",
        "mrr": "mean reciprocal rank of the first translation of held-out English words, by the headline layer",
        "static_p1_used": "English words that may have been learnt from, nearest neighbour is a translation, by input embeddings",
        "p1_used": "English words that may have been learnt from, nearest neighbour is a translation, by the headline layer",
    },
    layouts=tuple(Layout(files=files, splits={"test": ""}, read=read) for both in FORMS for files in (both, both[1:], both[:1])),
    source_in_average=False,
)
