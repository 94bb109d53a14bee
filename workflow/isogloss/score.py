"""Stage: task data + predictions -> scores, with the counts they come from. No torch, so a report is rebuilt without a GPU.

Also the rows that every table needs to be read: the predictions of a trivial baseline.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .artifacts import atomic_directory, read_directory, write_json, write_jsonl
from .errors import IsoglossError
from .metrics.alignment import alignment_counts, alignment_metrics
from .taskdata import read_taskdata
from .tasks import Record, Task, get_task, read_lines
from .tasks.gold_links import read_linked, read_links
from .tasks.kinds import KINDS, RERUN

METRIC_VERSION = 2  # raise it when a metric starts to mean something else


def make_scores(task: str, setting: str, recipe: str, seed: int, taskdata: Path, predictions: Path, out: Path) -> None:
    """Write the json artifact `scores`; all values in percent.

    {task, setting, recipe, seed, headline, languages: {lang: {metrics, counts, split}}, average, average_transfer: {metric: value},
    metric_version, selection, strictly_zero_shot (null where nothing is fine-tuned)}; where every layer of a model answers also
    headline_layer and layers {lang: {metric: [layer 0..L]}}. Mining adds `threshold` to a language.
    `split` is the published split that served as test. average is the unweighted mean over the task's languages, average_transfer leaves
    the source language out.

    Raises IsoglossError for predictions of something else, incomplete ones, or ones with unknown ids.
    """
    definition = get_task(task)
    definition.check_setting(setting)
    about, made = read_taskdata(task, taskdata), read_directory(predictions, "predictions")
    _check_same(predictions, made, {"task": task, "setting": setting, "recipe": recipe, "seed": seed})
    languages = chosen_languages(about["languages"], made["languages"], str(taskdata))
    _check_languages(Path(predictions), languages)
    layer = made.get("headline_layer", "auto")
    layer, kind = None if layer == "auto" else layer, KINDS[definition.kind]
    results = {lang: kind.score(definition, taskdata, lang, Path(predictions) / f"{lang}.jsonl", layer, options=made) for lang in languages}
    scores: dict[str, Any] = {"task": task, "setting": setting, "recipe": recipe, "seed": seed, "headline": definition.headline}
    scores["metric_version"], scores["selection"] = METRIC_VERSION, made.get("selection")
    scores["strictly_zero_shot"] = made.get("strictly_zero_shot")
    scores["languages"] = {lang: {**_part(result), "split": about["splits"][lang]} for lang, result in results.items()}
    scores |= _averages(definition, scores["languages"])
    if all("layers" in result for result in results.values()):
        scores |= _layers(predictions, results)
    write_json(out, "scores", scores)


def score_files(gold: Sequence[Path], predictions: Path) -> dict[str, Any]:
    """{metrics, counts} of a file of word links, outside any experiment; metrics in percent.

    Args:
        gold: the files of one set, its sentences and last its links, in a format of `tasks/gold_links.py`.
        predictions: a line of links `i-j` per pair, from 0 (Pharaoh), the sides in the order of the gold links.
    Raises:
        IsoglossError: damaged files, with file and line, or another number of pairs.
    """
    pairs, lines = read_linked([Path(path) for path in gold]), list(read_lines(predictions))
    if len(lines) != len(pairs):
        given = f"has {len(lines)} lines, but there are {len(pairs)} pairs in {Path(gold[-1]).name}"
        raise IsoglossError(str(predictions), given, "a line of links per pair, blank where there is none", "Align all pairs")
    guessed = [
        read_links(line, (len(pair.src), len(pair.tgt)), f"{predictions} line {number}")
        for pair, (number, line) in zip(pairs, lines, strict=True)
    ]
    counts = alignment_counts(((pair.sure, pair.possible), links) for pair, links in zip(pairs, guessed, strict=True))
    return {"metrics": alignment_metrics(counts), "counts": {"n": len(pairs), **counts}}


def trivial_predictions(task: str, taskdata: Path, seed: int, languages: Sequence[str] | None = None) -> dict[str, list[Record]]:
    """{lang: prediction records} of the baseline that knows nothing (`tasks/kinds/` says which, by kind); None: all languages."""
    definition, there = get_task(task), read_taskdata(task, taskdata)["languages"]
    return KINDS[definition.kind].trivial(definition, Path(taskdata), chosen_languages(there, languages, str(taskdata)), seed)


def make_trivial(task: str, taskdata: Path, seed: int, setting: str, languages: Sequence[str] | None, out: Path) -> None:
    """Write `trivial_predictions` as a directory artifact `predictions` of the recipe "trivial"."""
    get_task(task).check_setting(setting)
    with atomic_directory(out, "predictions") as (directory, manifest):
        found = trivial_predictions(task, taskdata, seed, languages)
        for lang, records in found.items():
            if setting == "probe":  # the same at its one layer
                records = [{**record, "pred": [record["pred"]]} for record in records]
            write_jsonl(directory / f"{lang}.jsonl", records)
        manifest.update(task=task, setting=setting, recipe="trivial", seed=seed, languages=list(found))


def chosen_languages(there: Sequence[str], asked: Sequence[str] | None, where: str) -> list[str]:
    """The languages asked for, or all; raises IsoglossError where one has no test data."""
    if missing := [lang for lang in asked or () if lang not in there]:
        raise IsoglossError(where, f"has no {', '.join(missing)}", f"it has {', '.join(there)}", "Correct tasks.<task>.languages")
    return list(asked or there)


def _averages(task: Task, languages: dict[str, Record]) -> dict[str, dict[str, float]]:
    transfer = [lang for lang in languages if lang != task.source_language]
    everything = list(languages) if task.source_in_average else transfer
    return {"average": _mean(languages, everything), "average_transfer": _mean(languages, transfer)}


def _mean(languages: dict[str, Record], chosen: Sequence[str]) -> dict[str, float]:
    """{metric: unweighted mean over the chosen languages}; empty without languages."""
    metrics = languages[chosen[0]]["metrics"] if chosen else ()
    return {metric: sum(languages[lang]["metrics"][metric] for lang in chosen) / len(chosen) for metric in metrics}


def _layers(predictions: Path, results: dict[str, Record]) -> dict[str, Any]:
    depths = {len(per_layer) for result in results.values() for per_layer in result["layers"].values()}
    if len(depths) > 1:
        given = f"has {sorted(depths)} layers in its languages"
        raise IsoglossError(str(predictions), given, "expected one model", RERUN)
    chosen = next(iter(results.values()))["headline_layer"]
    return {"headline_layer": chosen, "layers": {lang: result["layers"] for lang, result in results.items()}}


def _check_same(path: Path, made: dict[str, Any], asked: dict[str, Any]) -> None:
    for key, value in asked.items():
        if str(made.get(key)) != str(value):
            given = f"was predicted with {key} {made.get(key)!r}"
            raise IsoglossError(str(path), given, f"expected {value!r}", "Give the path of the right predictions")


def _check_languages(predictions: Path, languages: Sequence[str]) -> None:
    found = {path.name.removesuffix(".jsonl") for path in predictions.glob("*.jsonl")}
    if found != set(languages):
        given = f"predicts {' '.join(sorted(found)) or 'nothing'}"
        raise IsoglossError(str(predictions), given, f"its manifest names {' '.join(sorted(languages))}", RERUN)


def _part(result: Record) -> Record:
    return {key: value for key, value in result.items() if key != "layers"}
