"""How much of a text dictionaries know: -> coverage.md (to read) and coverage.csv (tidy).

A running word is covered where it stands in an occurrence of an entry, which is looked for case folded and, if it is of several words
(in Chinese, most are), as a sequence; a word type is covered where one of its running words is. Punctuation and numbers are not counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import iter_parquet, write_text
from ..corpora.transforms.sentences import words
from ..errors import IsoglossError
from ..languages import parse_pair
from .entries import HELD_OUT, TRAIN, Entry, read_dictionary

SIDES = ("src", "tgt")
PARTS = {"all": (TRAIN, HELD_OUT), "train": (TRAIN,)}
MEASURES = ("types", "tokens")
FIELDS = ("dictionary", "pair", "entries", TRAIN, HELD_OUT, "side", "language", "part", *MEASURES)

Shares = dict[str, float]  # measure -> share in [0, 1]
Coverage = dict[str, dict[str, Shares]]  # side -> part ("all", or what may be learnt: "train") -> shares


def make_coverage_table(dictionaries: Mapping[tuple[str, str], Path], texts: Mapping[str, Path], out_md: Path, out_csv: Path) -> None:
    """Write both tables: a row a dictionary and pair, in the order given.

    Args:
        dictionaries: (name, pair) -> dictionary artifact.
        texts: pair -> bitext artifact, or language -> mono artifact; a pair's own bitext goes before the text of its languages.
    Raises:
        IsoglossError: a pair without text.
    """
    rows = []
    for (name, pair), path in dictionaries.items():
        entries = read_dictionary(path)
        number = {split: sum(entry.split == split for entry in entries) for split in (TRAIN, HELD_OUT)}
        rows.append({"dictionary": name, "pair": pair, "entries": len(entries), **number, "coverage": coverage(entries, pair, texts)})
    write_text(out_md, _markdown(rows))
    write_text(out_csv, _csv(rows))


def coverage(entries: Sequence[Entry], pair: str, texts: Mapping[str, Path]) -> Coverage:
    """The shares of the words of both languages of a pair that have an entry; 0 of an empty text. Arguments as above."""
    return {
        side: side_coverage([(words(getattr(entry, side), lang), entry.split) for entry in entries], _sentences(texts, pair, lang))
        for side, lang in zip(SIDES, parse_pair(pair), strict=True)
    }


def side_coverage(entries: Iterable[tuple[Sequence[str], str]], sentences: Iterable[Sequence[str]]) -> dict[str, Shares]:
    """Part -> shares of the words of sentences; entries are given as (words, split)."""
    folded = [(_folded(phrase), split) for phrase, split in entries]
    finders = {part: _Finder(phrase for phrase, split in folded if split in splits) for part, splits in PARTS.items()}
    types: set[str] = set()
    known: dict[str, set[str]] = {part: set() for part in PARTS}
    tokens, hits = 0, dict.fromkeys(PARTS, 0)
    for sentence in map(_folded, sentences):
        counted = [k for k, word in enumerate(sentence) if any(map(str.isalpha, word))]
        tokens += len(counted)
        types.update(sentence[k] for k in counted)
        for part, finder in finders.items():
            found = finder(sentence).intersection(counted)
            hits[part] += len(found)
            known[part].update(sentence[k] for k in found)
    return {part: {"types": len(known[part]) / max(len(types), 1), "tokens": hits[part] / max(tokens, 1)} for part in PARTS}


class _Finder:
    """The places of a sentence that stand in an occurrence of a phrase."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self._phrases = set(phrases)
        self._sizes = sorted({len(phrase) for phrase in self._phrases})

    def __call__(self, sentence: tuple[str, ...]) -> set[int]:
        return {
            place
            for size in self._sizes
            for start in range(len(sentence) - size + 1)
            if sentence[start : start + size] in self._phrases
            for place in range(start, start + size)
        }


def _folded(sentence: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in sentence)


def _sentences(texts: Mapping[str, Path], pair: str, lang: str) -> Iterator[list[str]]:
    if pair in texts:
        column = parse_pair(pair).index(lang)
        return (words(row[column], lang) for row in iter_parquet(texts[pair], "bitext"))
    if lang in texts:
        return (words(text, lang) for text, _ in iter_parquet(texts[lang], "mono"))
    raise IsoglossError(
        "coverage", f"no text for {lang} of {pair}", f"there is {', '.join(texts) or 'none'}", "Give its bitext or mono text"
    )


# ------------------------------------------------------------------------------------------------------------------ tables


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [FIELDS]
    for row in rows:
        head = [row[field] for field in FIELDS[:5]]
        for side, lang in zip(SIDES, parse_pair(row["pair"]), strict=True):
            for part, shares in row["coverage"][side].items():
                lines.append((*head, side, lang, part, *(f"{shares[measure]:.6f}" for measure in MEASURES)))
    return "".join(",".join(map(str, line)) + "\n" for line in lines)


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    head = ["dictionary", "pair", "entries", "train", "held out", *(f"{side} {measure}" for side in SIDES for measure in MEASURES)]
    lines = [head, ["---", "---", *["---:"] * (len(head) - 2)]]
    for row in rows:
        shares = (_percent(row["coverage"][side], measure) for side in SIDES for measure in MEASURES)
        lines.append([row["dictionary"], row["pair"], *(f"{row[key]:,}" for key in ("entries", TRAIN, HELD_OUT)), *shares])
    caption = (
        "Percent of the word types and of the running words of the text that have an entry; in parentheses: one that may be learnt from.\n"
        "src is the first language of the pair. Compared case folded; punctuation and numbers are not counted.\n\n"
    )
    return caption + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _percent(shares: Mapping[str, Shares], measure: str) -> str:
    return f"{100 * shares['all'][measure]:.1f} ({100 * shares['train'][measure]:.1f})"
