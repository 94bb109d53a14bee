"""From raw rows to clean ones: normalise, then drop by the first reason that applies, and count every drop.

A row is one text (mono) or two (bitext). `Cleaner` holds what the reasons need: settings, languages, the rows seen so far and
the evaluation keys. Adding a reason is a function and a line in CLEANERS.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from .corpora import Row
from .corpora.open_text import read_lines
from .errors import IsoglossError
from .languages import characters, density

_JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ: invisible, but they tell words apart in Persian and Indic scripts and hold emoji together
_SLACK = 10  # characters added to both sides of the ratio, so that "Hi." may be "Grüß Gott!"

Texts = tuple[str, ...]  # a row in which nothing is missing


@dataclass(frozen=True)
class CleanSettings:
    """Which rows are kept. Lengths are of normalised text; words are counted by spaces; `max_ratio` is longest side over shortest,
    in English-sized characters (see `languages.density`)."""

    min_chars: int = 1
    max_chars: int = 1000
    max_words: int = 250
    max_ratio: float = 4.0

    def __post_init__(self) -> None:
        if not (0 <= self.min_chars <= self.max_chars and self.max_words >= 1 and self.max_ratio >= 1):
            allowed = "0 <= min_chars <= max_chars; max_words and max_ratio at least 1"
            raise IsoglossError("clean", f"nothing would be kept by {self}", allowed, "Change the section `clean`")


# -------------------------------------------------------------------------------------------------------------- normalising


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(rf"(?![{_JOINERS}])[{characters('Cc', 'Cf')}]")


@cache
def _not_in_key() -> re.Pattern[str]:
    return re.compile(rf"[^\w{characters('Mn', 'Mc', 'Me')}]|_")


def normalise(text: str) -> str:
    """NFC; any run of white space (tabs, no-break and ideographic spaces, line separators) one space, none at the ends; control and
    format characters (NUL, BOM, zero-width space, bidi marks) gone, except the two joiners. Idempotent."""
    text = " ".join(text.split())
    if not text.isprintable():  # separators are gone by now, so this is rare
        text = " ".join(_invisible().sub("", text).split())
    return unicodedata.normalize("NFC", text)


def evaluation_key(text: str) -> str:
    """What two spellings of one sentence share: letters, marks and digits of NFKC, case folded. "" for text without any."""
    return _not_in_key().sub("", unicodedata.normalize("NFKC", text).casefold())


def hash64(text: str) -> int:
    """A 64-bit fingerprint, the same on every machine (at a billion rows, 3 % risk that any two collide)."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def evaluation_keys(paths: Iterable[Path]) -> set[int]:
    """The hashed keys of all sentences in plain text files, one sentence a line. Raises IsoglossError for an unreadable file."""
    keys = (evaluation_key(line) for path in paths for line in read_lines(Path(path)))
    return {hash64(key) for key in keys if key}


# ------------------------------------------------------------------------------------------------------------------ dropping


class Cleaner:
    """Cleans the rows of one output; duplicates are found across its corpora, so the memory is some 80 bytes a distinct row."""

    def __init__(self, languages: Sequence[str], settings: CleanSettings, evaluation: AbstractSet[int] = frozenset()) -> None:
        self.settings, self.evaluation = settings, evaluation
        self.columns = len(languages)
        self.densities = [density(lang) for lang in languages]
        self.seen: set[int] = set()

    def clean(self, raw: Row) -> tuple[Texts, str | None]:
        """The normalised row, and the reason to drop it or None."""
        row = tuple([text if text is None else normalise(text) for text in raw])
        for reason, drops in CLEANERS:
            if drops(row, self):
                return row, reason  # type: ignore[return-value]
        return row, None  # type: ignore[return-value]


def _columns(row: Row, cleaner: Cleaner) -> bool:
    return len(row) != cleaner.columns


def _missing(row: Row, cleaner: Cleaner) -> bool:
    return None in row


def _encoding(row: Texts, cleaner: Cleaner) -> bool:
    return any("\ufffd" in text for text in row)


def _empty(row: Texts, cleaner: Cleaner) -> bool:
    return not all(text.strip(_JOINERS + " ") for text in row)


def _length(row: Texts, cleaner: Cleaner) -> bool:
    limits = cleaner.settings
    return any(not limits.min_chars <= len(text) <= limits.max_chars or text.count(" ") >= limits.max_words for text in row)


def _ratio(row: Texts, cleaner: Cleaner) -> bool:
    sizes = [len(text) / expected + _SLACK for text, expected in zip(row, cleaner.densities, strict=True)]
    return max(sizes) > cleaner.settings.max_ratio * min(sizes)


def _identical(row: Texts, cleaner: Cleaner) -> bool:
    return len(row) > 1 and len(set(row)) == 1  # of any length: "Taxi" = "Taxi" teaches no more than an untranslated line


def _duplicate(row: Texts, cleaner: Cleaner) -> bool:
    before = len(cleaner.seen)
    cleaner.seen.add(hash64("\t".join(row)))  # normalised text holds no tab
    return len(cleaner.seen) == before


def _evaluation(row: Texts, cleaner: Cleaner) -> bool:
    return bool(cleaner.evaluation) and any(hash64(evaluation_key(text)) in cleaner.evaluation for text in row)


# The order is part of the counts: a row is counted under the first reason that drops it.
CLEANERS: tuple[tuple[str, Callable[[Any, Cleaner], bool]], ...] = (
    ("columns", _columns),  # could not be cut into columns
    ("missing", _missing),  # a side has no text, e.g. an untranslated verse
    ("encoding", _encoding),  # was not UTF-8
    ("empty", _empty),
    ("length", _length),
    ("ratio", _ratio),
    ("identical", _identical),
    ("duplicate", _duplicate),
    ("evaluation", _evaluation),  # a side is an evaluation sentence
)
