"""Stage: bitext -> candidate links of every row; and the same for an evaluation set, whose predictions follow.

    bitext                          --align-->       alignments/{aligner}/{pair}.parquet          row k is row k of the bitext
    task data alignment + bitext    --align_test-->  alignments/{aligner}/test/{lang}.parquet     row k is record k of the test set
                                    --aligned_test-->  predictions/alignment/no_train/{aligner}/{seed}

An aligner without a model learns the test sentences together with the bitext, their links unseen, as evaluations of aligners always do.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import ParquetWriter, atomic_directory, iter_parquet, read_parquet_summary, write_jsonl
from ..corpora.transforms.sentences import words
from ..errors import IsoglossError
from ..languages import parse_pair, with_pivot
from ..taskdata import read_taskdata
from ..tasks import UNTRAINED, Record
from ..tasks.kinds import KINDS
from . import ALIGNERS, load_aligner
from .contract import LAST_WORD, NONE, Candidates, Pair, Pairs
from .projection import project, sentence
from .symmetrise import symmetrise

TASK = "alignment"
Summary = dict[str, Any]


class BitextPairs:
    """The words of a bitext artifact, read again whenever they are iterated over."""

    def __init__(self, bitext: Path, languages: Sequence[str]) -> None:
        self._bitext, self._languages = bitext, languages
        self._rows = read_parquet_summary(bitext, "bitext")["rows"]

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[Pair]:
        for src, tgt, _ in iter_parquet(self._bitext, "bitext"):
            yield words(src, self._languages[0]), words(tgt, self._languages[1])


class Chained:
    """Some pairs, and after them others."""

    def __init__(self, first: Sequence[Pair], more: Pairs | Sequence[Pair]) -> None:
        self._first, self._more = first, more

    def __len__(self) -> int:
        return len(self._first) + len(self._more)

    def __iter__(self) -> Iterator[Pair]:
        yield from self._first
        yield from self._more


def make_alignments(
    pair: str, bitext: Path, spec: Mapping[str, Any], out: Path, model: str | None = None, state: Path | None = None
) -> Summary:
    """Write alignments/{aligner}/{pair}.parquet and return its summary: aligner, options, aligned rows and candidates.

    Args:
        spec: {aligner: a key of ALIGNERS, options: its keyword options}.
        model: directory or hub name, for an aligner that reads one.
        state: directory that a long alignment goes on from; removed when it is done.
    Raises:
        IsoglossError: the aligner cannot run here, or failed.
    """
    languages = parse_pair(pair)
    pairs = BitextPairs(bitext, languages)
    found = _aligner(spec, languages, model).align(pairs, state)
    return _write(out, spec, found, len(pairs), state)


def make_test_alignments(
    lang: str, taskdata: Path, bitext: Path | None, spec: Mapping[str, Any], out: Path, model: str | None = None, state: Path | None = None
) -> Summary:
    """Write alignments/{aligner}/test/{lang}.parquet, of the test records of one language, and return its summary; see above.

    A language that the published set turns out not to have has no rows.

    Args:
        bitext: of the language with English, for an aligner without a model.
    """
    languages = with_pivot(lang)
    records = _records(taskdata, lang)
    if not records:
        return _write(out, spec, [], 0)
    test = [(words(sentence(record["src"]), languages[0]), words(sentence(record["tgt"]), languages[1])) for record in records]
    learns = not ALIGNERS[spec["aligner"]].model
    if learns and bitext is None:
        raise IsoglossError(f"alignment {lang}", f"{spec['aligner']} learns from a bitext, and none was given", "", "Give it as --bitext")
    more: Pairs | Sequence[Pair] = BitextPairs(bitext, languages) if learns and bitext else []
    found = _aligner(spec, languages, model).align(Chained(test, more), state)
    return _write(out, spec, (candidates for candidates, _ in zip(found, records, strict=False)), len(records), state)


def make_test_predictions(spec: Mapping[str, Any], taskdata: Path, alignments: Mapping[str, Path], out: Path) -> None:
    """Write the predictions artifact of an aligner on the task `alignment`.

    Args:
        spec: {aligner: name of the row, symmetrise, threshold, seed}.
        alignments: language -> what `make_test_alignments` wrote.
    """
    known = read_taskdata(TASK, taskdata)["languages"]
    there = [lang for lang in alignments if lang in known]
    with atomic_directory(out, "predictions") as (directory, manifest):
        for lang, path in ((lang, alignments[lang]) for lang in there):
            found = iter_parquet(path, "alignments")
            records = _records(taskdata, lang)
            rows = read_parquet_summary(path, "alignments")["rows"]
            if rows != len(records):
                raise IsoglossError(
                    str(path), f"has {rows} rows", f"one for each of {len(records)} test records", "Align the test set again"
                )
            write_jsonl(directory / f"{lang}.jsonl", [_prediction(lang, *row, spec) for row in zip(records, found, strict=True)])
        manifest.update(task=TASK, setting=UNTRAINED, recipe=spec["aligner"], seed=spec["seed"], languages=there)


def _prediction(lang: str, record: Record, row: tuple[Any, ...], spec: Mapping[str, Any]) -> Record:
    links = symmetrise(Candidates(*row), spec["symmetrise"], spec["threshold"])
    return {"id": record["id"], "pred": [project(links, (record["src"], record["tgt"]), with_pivot(lang))]}


def _records(taskdata: Path, lang: str) -> list[Record]:
    return KINDS["align"].read(taskdata, lang) if lang in read_taskdata(TASK, taskdata)["languages"] else []


def _aligner(spec: Mapping[str, Any], languages: Sequence[str], model: str | None) -> Any:
    name = spec["aligner"]
    chosen = load_aligner(name)
    if reason := chosen.missing():
        raise IsoglossError(
            f"aligner {name}", f"cannot run here: {reason}", "", "Install it, or choose another aligner (hmm needs nothing)"
        )
    given = {"model": model} if ALIGNERS[name].model else {}
    return chosen(languages=tuple(languages), **given, **spec["options"])


def _write(out: Path, spec: Mapping[str, Any], found: Iterable[Candidates], rows: int, state: Path | None = None) -> Summary:
    aligned = candidates = 0
    with ParquetWriter(out, "alignments") as writer:
        for row in found:
            row = row if all(max(places, default=0) <= LAST_WORD for places in row[:2]) else NONE
            aligned, candidates = aligned + bool(row.src), candidates + len(row.src)
            writer.append(tuple(row))
        if writer.rows != rows:
            raise IsoglossError(str(out), f"{spec['aligner']} aligned {writer.rows} of {rows} rows", "all of them", "Report this as a bug")
        about = {"aligner": spec["aligner"], "options": spec["options"]}
        writer.summary = {**about, "aligned": aligned, "candidates": candidates}
    if state is not None:
        shutil.rmtree(state, ignore_errors=True)
    return writer.summary
