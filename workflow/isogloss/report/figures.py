"""Two figures: alignment by layer, and the MLM loss against the unigram plateau. The same input gives the same bytes."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..artifacts import atomic_path, read_json, read_jsonl, write_text
from ..errors import IsoglossError
from ..statistics import summarise
from ..tasks import get_task

Scores = dict[str, Any]
PANEL = (3.4, 2.6)  # inches
COLUMNS = 3
STYLES = {"": "-", "_centred": "--"}  # suffix of the metric -> line


def make_layer_figure(score_files: Sequence[Path], out_svg: Path, out_png: Path) -> None:
    """Retrieval accuracy, alignment error or what a probe finds over layers 0..L: a panel for the mean over languages other than the
    source (English, of a probe) and one for each language.

    A line a recipe (in the order of the files): the mean over seeds, the band is one sample sd; dashed with each language's mean
    subtracted, where that was measured. A row of one layer (trivial, an aligner) is a dotted level. Files without layers are passed over.
    Raises IsoglossError unless the rest are of one task.
    """
    runs = [run for run in (read_json(path, "scores") for path in score_files) if "layers" in run]
    tasks = {run["task"] for run in runs}
    if len(tasks) != 1:
        given = f"the {len(score_files)} score files hold {', '.join(sorted(tasks)) or 'no task'} by layer"
        raise IsoglossError("layer figure", given, "expected one task", "Give the scores of one that reads every layer")
    task, languages = get_task(tasks.pop()), sorted({lang for run in runs for lang in run["layers"]})
    metric = next((name for name in task.metrics if name in task.lower), task.headline)
    measured = {name for run in runs for curves in run["layers"].values() for name in curves}
    styles = {suffix: line for suffix, line in STYLES.items() if metric + suffix in measured}
    scale = f"{metric.replace('_', ' ')} (%)" + (", lower is better" if metric in task.lower else "")
    others = [lang for lang in languages if lang != task.source_language] or languages
    mean = "mean over languages" if others == languages else f"mean without {task.source_language}"
    panels = [(mean, others), *([(lang, [lang]) for lang in languages] if len(languages) > 1 else [])]
    figure, axes = _grid(len(panels))
    for axis, (title, chosen) in zip(axes, panels, strict=True):
        for recipe, colour in _colours(run["recipe"] for run in runs).items():
            mine = [run for run in runs if run["recipe"] == recipe and run["layers"].keys() >= set(chosen)]
            for suffix, line in styles.items():
                curves = [_mean_curve([run["layers"][lang][metric + suffix] for lang in chosen]) for run in mine]
                _band(axis, curves, colour, line, recipe if not suffix else None)
        axis.set(title=title, xlabel="layer (0 = embeddings)", ylabel=scale)
        axis.set_ylim(bottom=0)
    if len(styles) > 1:
        axes[0].plot([], [], "k--", label="centred")
    figure.legend(*axes[0].get_legend_handles_labels(), fontsize="x-small", loc="outside right upper")
    _save(figure, out_svg, out_png)


def make_model_loss_figure(models: Sequence[Path], out_svg: Path, out_png: Path) -> None:
    """`make_loss_figure` of published models: their log.jsonl, and the mean unigram entropy of what they were trained on."""
    runs = {path: json.loads((path / "run.json").read_text(encoding="utf-8")) for path in models}
    plateaus = [run["unigram_entropy"]["all"] for run in runs.values() if run["unigram_entropy"]]
    logs = {(run["spec"]["recipe"], run["spec"]["seed"]): path / "log.jsonl" for path, run in runs.items()}
    make_loss_figure(logs, sum(plateaus) / len(plateaus) if plateaus else None, out_svg, out_png)


def make_loss_figure(logs: Mapping[tuple[str, int], Path], unigram_entropy: float | None, out_svg: Path, out_png: Path) -> None:
    """MLM loss (nats) over tokens seen, a line a (recipe, seed), with the unigram entropy as a dashed level where it is known.

    `logs` are JSON Lines with "tokens" and "loss/mlm"; lines without either are passed over. A model whose loss stays at the dashed
    level has learnt word frequencies only. Raises IsoglossError where no log has such a line.
    """
    figure, (axis,) = _grid(1, size=(6.4, 4.0))
    colours = _colours(recipe for recipe, _ in logs)
    named: set[str] = set()
    for (recipe, _), path in logs.items():
        points = [(line["tokens"], line["loss/mlm"]) for line in read_jsonl(path) if "tokens" in line and "loss/mlm" in line]
        if points:
            axis.plot(*zip(*points, strict=True), color=colours[recipe], linewidth=1, label=None if recipe in named else recipe)
            named.add(recipe)
    if not named:
        given = f"none of the {len(logs)} logs has a line with tokens and loss/mlm"
        raise IsoglossError("loss figure", given, "", "Give the log of a recipe with the objective mlm")
    if unigram_entropy is not None:
        axis.axhline(unigram_entropy, color="black", linestyle="--", linewidth=1, label=f"unigram plateau ({unigram_entropy:.2f} nats)")
    axis.set(xlabel="tokens", ylabel="MLM loss (nats)")
    axis.legend(fontsize="small")
    _save(figure, out_svg, out_png)


def _colours(recipes: Iterable[str]) -> dict[str, Any]:
    """A colour for each recipe, in order: of ten that are easy to tell apart, or of twenty."""
    from matplotlib import colormaps

    names = list(dict.fromkeys(recipes))
    palette = colormaps["tab10" if len(names) <= 10 else "tab20"].colors  # type: ignore[attr-defined]
    return {name: palette[number % len(palette)] for number, name in enumerate(names)}


def _mean_curve(curves: Sequence[Sequence[float]]) -> list[float]:
    return [sum(values) / len(values) for values in zip(*curves, strict=True)]


def _band(axis: Any, curves: Sequence[Sequence[float]], colour: str, line: str, label: str | None) -> None:
    """One recipe: mean and sd over its seeds' curves."""
    if not curves:
        return
    points = [point for values in zip(*curves, strict=True) if (point := summarise(values))]
    means, spread = [point.mean for point in points], [point.sd or 0.0 for point in points]
    if len(means) == 1:
        axis.axhline(means[0], color=colour, linestyle=":", label=label)
        return
    axis.plot(range(len(means)), means, line, color=colour, marker=".", label=label)
    low, high = ([mean + sign * sd for mean, sd in zip(means, spread, strict=True)] for sign in (-1, 1))
    axis.fill_between(range(len(means)), low, high, color=colour, alpha=0.15, linewidth=0)


def _grid(panels: int, size: tuple[float, float] = PANEL) -> tuple[Any, list[Any]]:
    """(figure, one axis a panel), at most COLUMNS side by side; without pyplot, so without global state."""
    from matplotlib.figure import Figure

    columns = min(panels, COLUMNS)
    rows = -(-panels // columns)
    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    return figure, [figure.add_subplot(rows, columns, number + 1) for number in range(panels)]


def _save(figure: Any, out_svg: Path, out_png: Path) -> None:
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "isogloss", "svg.fonttype": "none"}):
        write_text(out_svg, _rendered(figure, "svg", {"Date": None, "Creator": None}).decode())
        with atomic_path(out_png) as made:
            made.write_bytes(_rendered(figure, "png", {"Software": None}))


def _rendered(figure: Any, form: str, metadata: dict[str, None]) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=form, metadata=metadata, dpi=150)
    return buffer.getvalue()
