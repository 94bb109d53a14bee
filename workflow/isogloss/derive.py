"""Stage: the clean text of a base language -> the text of languages derived from it, row by row.

    mono/en.parquet      --> mono/en_x.parquet, bitext/en-en_x.parquet
    bitext/de-en.parquet --> bitext/de_x-en.parquet

Rows and their order stay those of the source, so nothing needs to be cleaned again: what was kept out of the one is not in the other.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .artifacts import ParquetWriter, iter_parquet, read_jsonl, read_parquet_summary
from .corpora.transforms import NEEDS_LEXICON, Derived, Transform, has_step
from .corpora.transforms.reorder import Lexicon, make_lexicon
from .corpora.transforms.sentences import derive_text
from .errors import IsoglossError
from .languages import base_language, parse_pair

Summary = dict[str, Any]


def make_derived_mono(lang: str, mono: Path, derived: Derived, out: Path, tagged: Path | None = None) -> Summary:
    """Write mono/{lang}.parquet from the mono artifact of its base language and return its summary.

    Args:
        derived: derived language -> its steps.
        tagged: the udpos task data, where a step needs to know parts of speech.
    """
    return _make("mono", (lang,), "mono", mono, derived, out, tagged)


def make_derived_bitext(pair: str, source: Path, derived: Derived, out: Path, tagged: Path | None = None) -> Summary:
    """Write bitext/{pair}.parquet and return its summary.

    `source` is the mono artifact of the base language where both languages have the same one, else the bitext of the two bases.
    """
    languages = parse_pair(pair)
    kind = "mono" if len(set(map(base_language, languages))) == 1 else "bitext"
    return _make("bitext", languages, kind, source, derived, out, tagged)


def read_lexicon(tagged: Path, lang: str) -> Lexicon:
    """Word -> universal part of speech, from the training sentences of the udpos task data."""
    return make_lexicon((record["tokens"], record["tags"]) for record in read_jsonl(Path(tagged) / "train" / f"{lang}.jsonl"))


def _make(kind: str, languages: Sequence[str], source_kind: str, source: Path, derived: Derived, out: Path, tagged: Path | None) -> Summary:
    if not set(languages) & set(derived):
        given = f"no steps make {' or '.join(languages)}"
        raise IsoglossError("derived", given, f"there are steps for {', '.join(derived) or 'no language'}", "Name one of these")
    about = read_parquet_summary(source, source_kind)
    counts: Counter[str] = Counter()
    with ParquetWriter(out, kind) as writer:
        for row in _rows(languages, source_kind, source, derived, tagged):
            writer.append(row)
            counts[row[-1]] += 1
        writer.summary = {
            "counts": {corpus: {"read": number, "kept": number, "dropped": {}} for corpus, number in counts.items()},
            "evaluation_sets": about["evaluation_sets"],
            "derived": {lang: steps for lang, steps in derived.items() if lang in languages},
        }
    return writer.summary


def _rows(languages: Sequence[str], source_kind: str, source: Path, derived: Derived, tagged: Path | None) -> Iterator[tuple[str, ...]]:
    """(text of each language, corpus) of every row of the source; a language that is not derived keeps its text as it is."""
    asking = {base_language(lang) for lang in languages if has_step(derived.get(lang, ()), *NEEDS_LEXICON)}
    lexicons = {base: read_lexicon(tagged, base) for base in sorted(asking) if tagged is not None}
    transforms = {lang: Transform(derived[lang], lexicons.get(base_language(lang))) for lang in languages if lang in derived}
    for *texts, corpus in iter_parquet(source, source_kind):
        sides = texts if source_kind == "bitext" else texts * len(languages)
        pairs = zip(languages, sides, strict=True)
        yield (*(derive_text(text, transforms[lang], lang) if lang in transforms else text for lang, text in pairs), corpus)
