"""Any artifact as text, whatever it is: the path tells, or what lies there."""

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .artifacts import MANIFEST, iter_parquet, read_directory, read_json, read_parquet_summary
from .corpora.transforms import describe
from .errors import IsoglossError
from .languages import base_language

TEXT = {".md", ".csv", ".tsv", ".tex", ".txt", ".log", ".yaml", ".rst"}


def show(path: Path, rows: int) -> Iterator[str]:
    """Lines that describe the artifact at `path`: what it is, its counts, its first `rows` rows."""
    if not path.exists():
        raise IsoglossError(str(path), "does not exist", "", "Name something under results/")
    if path.is_dir():
        yield from _directory(path, rows)
    elif path.suffix == ".parquet":
        yield from _parquet(path, rows)
    elif path.suffix in (".json", ".jsonl"):
        yield from _json(path, rows)
    elif path.suffix == ".md":
        yield from _markdown(_text(path, None))
    elif path.suffix in TEXT:
        yield from _text(path, None)
    else:
        raise IsoglossError(
            str(path),
            "is no artifact that has a text form",
            "a directory of results/, .parquet, .json, .jsonl or a table",
            "Name one of these",
        )


def _parquet(path: Path, rows: int) -> Iterator[str]:
    kind = _stamp_of(path).get("kind")
    if kind not in _TABLES:
        raise IsoglossError(
            str(path), "is not an isogloss artifact", " or ".join(_TABLES), "Name a file of results/mono, results/bitext ..."
        )
    summary = read_parquet_summary(path, kind)
    head, *facts = _TABLES[kind](summary)
    yield f"{kind}: {summary['rows']:,} {head}"
    for lang, steps in summary.get("derived", {}).items():
        yield f"{lang} is {base_language(lang)} after {describe(steps)}"
    yield from facts
    for row in itertools.islice(iter_parquet(path, kind), rows):
        yield "  " + (_link_row(*row) if kind == "links" else "\t".join(map(str, row)))


def _text_facts(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"rows, cleaned of {', '.join(summary['evaluation_sets']) or 'no evaluation set'}"
    yield from _drops(summary["counts"])


def _link_facts(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"rows, {summary['linked']:,} of them with {summary['links']:,} links and {summary['units']:,} units"
    yield from (f"without links: {number:,} {reason}" for reason, number in summary["unlinked"].items())


def _dictionary_facts(summary: Mapping[str, Any]) -> Iterator[str]:
    yield "rows, " + ", ".join(f"{summary['splits'][split]:,} {split}" for split in ("train", "held_out"))


def _link_row(src: list[int], tgt: list[int], units: list[int]) -> str:
    """The links in Pharaoh format, then the units."""
    pieces = (f"{a}..{b}-{c}..{d}" if (a, c) != (b, d) else f"{a}-{c}" for a, b, c, d in zip(*[iter(units)] * 4, strict=True))
    return " ".join(f"{i}-{j}" for i, j in zip(src, tgt, strict=True)) + "\tunits " + " ".join(pieces)


def _alignment_facts(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"rows, {summary['aligned']:,} of them with {summary['candidates']:,} candidates of {summary['aligner']} {json.dumps(summary['options'])}"


def _sample_facts(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"rows, variant {summary['variant']}, from links of {summary['aligner']}; dropped: {json.dumps(summary['dropped'])}"


_TABLES = {
    "mono": _text_facts,
    "bitext": _text_facts,
    "alignments": _alignment_facts,
    "links": _link_facts,
    "dictionary": _dictionary_facts,
    "samples": _sample_facts,
}


def _stamp_of(path: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq

    try:
        return json.loads((pq.ParquetFile(path).metadata.metadata or {}).get(b"isogloss", b"{}"))
    except (OSError, ValueError) as error:
        raise IsoglossError(str(path), f"is not a complete Parquet file ({error})", "", "Delete it and run its stage again") from error


def _drops(counts: Mapping[str, Any]) -> Iterator[str]:
    """A table: a line a corpus, a column a reason."""
    reasons = sorted({reason for count in counts.values() for reason in count["dropped"]})
    table = [["corpus", "read", "kept", *reasons]]
    table += [
        [name, count["read"], count["kept"], *(count["dropped"].get(reason, 0) for reason in reasons)] for name, count in counts.items()
    ]
    yield from _aligned(table)


def _aligned(table: list[list[Any]]) -> Iterator[str]:
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])


def _directory(path: Path, rows: int) -> Iterator[str]:
    if not (path / MANIFEST).is_file():
        raise IsoglossError(str(path), f"is not an isogloss artifact (no {MANIFEST})", "", "Name an artifact, e.g. results/models/mlm/0")
    kind = read_json_stamp(path / MANIFEST)
    manifest = read_directory(path, kind)
    yield f"{kind}: {path}"
    yield from (f"  {key}: {_brief(value)}" for key, value in sorted(manifest.items()) if key not in ("kind", "version"))
    yield from _CONTENT.get(kind, _files)(path, rows)


def read_json_stamp(path: Path) -> str:
    """The kind that a JSON artifact or manifest claims. Raises IsoglossError if it names none that this isogloss knows."""
    from .artifacts import KINDS

    try:
        kind = json.loads(path.read_text(encoding="utf-8")).get("kind")
    except (ValueError, AttributeError) as error:
        raise IsoglossError(str(path), "is not a JSON object", "", "Delete the artifact and run its stage again") from error
    if kind not in KINDS:
        raise IsoglossError(
            str(path),
            f"holds {kind or 'no isogloss artifact'}",
            f"known: {', '.join(KINDS)}",
            "Name an artifact of this version of isogloss",
        )
    return kind


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 400 else text[:400] + " ..."


def _files(path: Path, rows: int) -> Iterator[str]:
    for file in sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith(".")):
        yield f"  {file.relative_to(path)}  {file.stat().st_size:,} bytes"


def _tokens(path: Path, rows: int) -> Iterator[str]:
    from .tokens import open_tokens

    for store in open_tokens(path):
        yield f"  {store.language}: {len(store):,} sentences, {len(store.ids):,} tokens"
        for k in range(min(rows, len(store))):
            ids, words = store[k]
            yield "    " + " ".join(f"{token}/{word}" for token, word in zip(ids, words, strict=True))


def _model(path: Path, rows: int) -> Iterator[str]:
    yield from (f"  {line}" for line in (path / "README.md").read_text(encoding="utf-8").splitlines())
    yield from _log(path, rows)


def _log(path: Path, rows: int) -> Iterator[str]:
    yield "last lines of log.jsonl:"
    yield from (f"  {line}" for line in (path / "log.jsonl").read_text(encoding="utf-8").splitlines()[-rows:])


def _finetuned(path: Path, rows: int) -> Iterator[str]:
    yield from _files(path, rows)
    yield from _log(path, rows)


def _features(path: Path, rows: int) -> Iterator[str]:
    """The pieces of the first rows of each set, by number."""
    from .features import read_features

    for place in sorted(place for place in path.glob("*/*") if place.is_dir()):
        features = read_features(path, place.parent.name, place.name)
        yield f"  {place.relative_to(path)}: {len(features):,} rows, {features.lengths.sum():,} pieces; {' '.join(features.arrays)}"
        yield from (f"    {' '.join(map(str, features.cells(row)))}" for row in range(min(rows, len(features))))


def _records(path: Path, rows: int) -> Iterator[str]:
    for file in sorted([*path.rglob("*.jsonl")]):
        yield f"{file.relative_to(path)}:"
        yield from (f"  {line}" for line in _text(file, rows))


_CONTENT = {
    "tokens": _tokens,
    "model": _model,
    "taskdata": _records,
    "features": _features,
    "finetuned": _finetuned,
    "predictions": _records,
}


def _json(path: Path, rows: int) -> Iterator[str]:
    if path.suffix == ".jsonl":
        yield from _text(path, rows)
        return
    if path.name in (MANIFEST, "run.json"):
        yield from _text(path, None)
        return
    yield from _scores(read_json(path, "scores"))


def _scores(scores: Mapping[str, Any]) -> Iterator[str]:
    yield f"scores: {scores['task']}, {scores['setting']}, recipe {scores['recipe']}, seed {scores['seed']}"
    if scores.get("selection"):
        yield f"selection {scores['selection']}, {'' if scores['strictly_zero_shot'] else 'not '}strictly zero-shot"
    metrics = list(next(iter(scores["languages"].values()))["metrics"])
    table = [["language", *metrics]]
    table += [[lang, *(f"{result['metrics'][metric]:.2f}" for metric in metrics)] for lang, result in scores["languages"].items()]
    table += [["average", *(f"{scores['average'][metric]:.2f}" for metric in metrics)]]
    yield from _aligned(table)
    for lang, result in scores["languages"].items():
        if "threshold" in result:
            cuts = ", ".join(f"{name} {cut:.4f}" for name, cut in result["threshold"].items())
            yield f"threshold of {lang} from {result['threshold_from']}: {cuts}"
    if layers := scores.get("layers"):
        metric = scores["headline"].removeprefix("static_")  # input embeddings are no layer
        yield f"{metric} by layer (headline layer {scores['headline_layer']}):"
        yield from _aligned([[lang, *(f"{value:.2f}" for value in curves[metric])] for lang, curves in layers.items()])


def _text(path: Path, rows: int | None) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        yield from (line.rstrip("\r\n") for line in itertools.islice(file, rows))


def _markdown(lines: Iterator[str]) -> Iterator[str]:
    """The same Markdown with the columns of its tables lined up, for a terminal."""
    for is_table, group in itertools.groupby(lines, lambda line: line.startswith("| ")):
        if not is_table:
            yield from group
            continue
        rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in group]
        widths = [max(3, *(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
        for row in rows:
            rule = set("".join(row)) <= set("-:")
            yield (
                "| "
                + " | ".join(cell.rjust(width, "-") if rule else cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                + " |"
            )
