"""The stages mono and bitext: corpora in, one clean deduplicated parquet artifact out, every dropped row counted.

A corpus is a mapping {id, format, languages, paths[, limit]}: `languages` in the order of its columns or files; a path that is a
raw directory stands for the files downloaded into it; `limit` reads only the first rows. A row of a parallel corpus gives its
side to mono and its two sides to bitext. Rows keep the order of the corpora, so of duplicates the first corpus has the credit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from .artifacts import ParquetWriter
from .clean import Cleaner, CleanSettings, evaluation_keys
from .corpora import Row, get_reader
from .errors import IsoglossError
from .languages import parse_pair

_PER_LANGUAGE = ("lines", "verses")  # formats of one file per language: files of other languages need not be opened

Corpus = Mapping[str, Any]
Summary = dict[str, Any]


def make_mono(lang: str, corpora: Sequence[Corpus], evaluation: Sequence[Path], settings: CleanSettings, out: Path) -> Summary:
    """Write mono/{lang}.parquet (text, corpus) and return its summary. `evaluation`: text files, one evaluation sentence a line.

    Raises IsoglossError, and leaves no file, if a corpus is damaged, lacks the language, or nothing is kept.
    """
    return _make("mono", (lang,), corpora, evaluation, settings, out)


def make_bitext(pair: str, corpora: Sequence[Corpus], evaluation: Sequence[Path], settings: CleanSettings, out: Path) -> Summary:
    """Write bitext/{pair}.parquet (src, tgt, corpus), src in the first language of `de-en`, and return its summary.

    Raises IsoglossError, and leaves no file, if a corpus is damaged, lacks a language, or nothing is kept.
    """
    return _make("bitext", parse_pair(pair), corpora, evaluation, settings, out)


def read_corpus(corpus: Corpus, languages: Sequence[str]) -> Iterator[Row]:
    """Stream the rows of a corpus in these of its languages and in this order; `()` for a row it could not cut into columns."""
    spoken = list(corpus["languages"])
    lacking = [lang for lang in languages if lang not in spoken]
    if lacking:
        remedy = "Leave it out here, or correct its languages"
        raise IsoglossError(f"corpus '{corpus['id']}'", f"has no `{lacking[0]}`", f"it has {' '.join(spoken)}", remedy)
    read, paths = get_reader(corpus["format"]), [file for path in corpus["paths"] for file in _files(Path(path))]
    wanted = [spoken.index(lang) for lang in languages]
    if corpus["format"] in _PER_LANGUAGE and len(paths) == len(spoken):
        paths, spoken, wanted = [paths[k] for k in wanted], list(languages), list(range(len(wanted)))
    for row in islice(read(paths, spoken), corpus.get("limit")):
        yield tuple([row[k] for k in wanted]) if row else ()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    from .corpora.fetch import raw_files

    return raw_files(path)


def _make(
    kind: str, languages: Sequence[str], corpora: Sequence[Corpus], evaluation: Sequence[Path], settings: CleanSettings, out: Path
) -> Summary:
    cleaner = Cleaner(languages, settings, evaluation_keys(evaluation))
    counts: dict[str, Summary] = {}
    with ParquetWriter(out, kind) as writer:
        for corpus in corpora:
            if corpus["id"] in counts:
                raise IsoglossError(f"corpus '{corpus['id']}'", "is listed twice", "", "Give each corpus an id of its own")
            counts[corpus["id"]] = _clean_corpus(corpus, languages, cleaner, writer)
        if not any(count["kept"] for count in counts.values()):
            raise _nothing_kept(kind, languages, counts)
        sets = sorted({"/".join(Path(path).parts[-2:]) for path in evaluation})  # `udpos/sentences.txt`: true wherever results/ is
        writer.summary = {"counts": counts, "evaluation_sets": sets}
    return writer.summary


def _clean_corpus(corpus: Corpus, languages: Sequence[str], cleaner: Cleaner, writer: ParquetWriter) -> Summary:
    outcomes: Counter[str | None] = Counter()
    for raw in read_corpus(corpus, languages):
        row, reason = cleaner.clean(raw)
        outcomes[reason] += 1
        if reason is None:
            writer.append((*row, corpus["id"]))
    kept = outcomes.pop(None, 0)
    return {"read": kept + outcomes.total(), "kept": kept, "dropped": dict(sorted(outcomes.items()))}


def _nothing_kept(kind: str, languages: Sequence[str], counts: Mapping[str, Summary]) -> IsoglossError:
    def story(name: str, count: Summary) -> str:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in count["dropped"].items())
        return f"{name}: {count['read']:,} read" + (f", dropped {reasons}" if reasons else "")

    stories = "; ".join(story(*item) for item in counts.items()) or "no corpora were given"
    remedy = "Add a corpus in this language, check its `languages` and format, or loosen `clean`"
    return IsoglossError(f"{kind} {'-'.join(languages)}", f"no row is left ({stories})", "at least one", remedy)
