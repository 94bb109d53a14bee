"""Figures: same bytes for same input, the lines that they promise, errors where there is nothing to draw."""

import json
import re

import pytest

from isogloss.artifacts import write_json
from isogloss.errors import IsoglossError
from isogloss.report.figures import make_layer_figure, make_loss_figure

pytest.importorskip("matplotlib")


def scores(path, recipe, seed, layers, task="tatoeba"):
    curves = {lang: {"accuracy_en": curve, "accuracy_en_centred": curve} for lang, curve in layers.items()}
    write_json(path, "scores", {"task": task, "setting": "no_train", "recipe": recipe, "seed": seed, "layers": curves})
    return path


def drawn(tmp_path, files):
    make_layer_figure(files, tmp_path / "drawn.svg", tmp_path / "drawn.png")
    return (tmp_path / "drawn.svg").read_text("utf-8")


def log(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_layer_figure(tmp_path):
    files = [
        scores(tmp_path / "1", "mlm", 1, {"de": [1, 2, 3], "tr": [3, 4, 5]}),
        scores(tmp_path / "2", "mlm", 2, {"de": [2, 3, 4], "tr": [3, 4, 5]}),
        scores(tmp_path / "3", "ml_align", 1, {"de": [5, 9, 8], "tr": [3, 4, 5]}),
        scores(tmp_path / "4", "trivial", 1, {"de": [0.1], "tr": [0.2]}),
    ]
    write_json(tmp_path / "pos", "scores", {"task": "udpos", "recipe": "mlm"})
    for run in ("a", "b"):
        make_layer_figure([*files, tmp_path / "pos"], tmp_path / f"{run}.svg", tmp_path / f"{run}.png")
    svg = (tmp_path / "a.svg").read_text("utf-8")
    for text in ("mean over languages", "de", "tr", "ml_align", "trivial", "centred"):
        assert f">{text}</text>" in svg
    assert "<dc:date>" not in svg
    for end in ("svg", "png"):
        assert (tmp_path / f"a.{end}").read_bytes() == (tmp_path / f"b.{end}").read_bytes()


def test_word_alignment_is_drawn_as_error_with_a_level_for_each_aligner(tmp_path):
    """The figure hangs on the error alone; a row of one layer has one dotted line in every panel, however many seeds it has."""
    rows = [("mlm", 1, [90, 50, 60]), ("mlm", 2, [90, 54, 62]), ("hmm", 1, [20]), ("trivial", 1, [80]), ("trivial", 2, [80])]

    def svg_of(halved=()):
        """The figure where these metrics are half of the error."""
        for k, (recipe, seed, curve) in enumerate(rows):
            content = {
                metric: [value / 2 for value in curve] if metric in halved else curve for metric in ("f1", "precision", "recall", "aer")
            }
            about = {"task": "alignment", "setting": "no_train", "recipe": recipe, "seed": seed}
            write_json(tmp_path / f"{k}", "scores", {**about, "layers": {"de": content, "tr": content}})
        return drawn(tmp_path, [tmp_path / f"{k}" for k in range(len(rows))])

    svg = svg_of()
    for text in ("mean over languages", "mlm", "hmm", "trivial", "aer (%), lower is better"):
        assert f">{text}</text>" in svg
    assert "centred" not in svg and "f1" not in svg
    assert svg_of(halved=["f1", "precision", "recall"]) == svg != svg_of(halved=["aer"])
    rows.append(("fast_align", 1, [30]))
    assert svg_of().count("stroke-dasharray") == svg.count("stroke-dasharray") + 3 + 1  # three panels and the legend


def test_a_probe_is_drawn_by_layer_and_english_is_not_in_the_mean(tmp_path):
    def svg_of(english):
        curves = {"en": [english, 100], "de": [20, 40], "zh": [10, 30]}
        layers = {lang: {"chunk_f1": curve, "accuracy": curve} for lang, curve in curves.items()}
        write_json(tmp_path / "probe", "scores", {"task": "udpos", "setting": "probe", "recipe": "mlm", "seed": 1, "layers": layers})
        return drawn(tmp_path, [tmp_path / "probe"])

    def panel(svg, number):
        return re.search(rf'<g id="axes_{number}">.*?(?=<g id="axes_|<g id="legend|\Z)', svg, re.DOTALL)[0]

    low, high = svg_of(50), svg_of(90)
    for text in ("mean without en", "en", "de", "zh", "mlm"):
        assert f">{text}</text>" in low
    curves = [[re.findall(r'<path d="(M[^"]*)"', panel(svg, number)) for number in (1, 2, 3, 4)] for svg in (low, high)]
    assert [one == other for one, other in zip(*curves, strict=True)] == [True, True, False, True]  # mean, de, en, zh


def test_layer_figure_needs_one_task(tmp_path):
    write_json(tmp_path / "pos", "scores", {"task": "udpos", "recipe": "mlm"})
    with pytest.raises(IsoglossError, match="hold no task by layer"):
        drawn(tmp_path, [tmp_path / "pos"])
    files = [scores(tmp_path / task, "mlm", 1, {"de": [1]}, task) for task in ("tatoeba", "alignment")]
    with pytest.raises(IsoglossError, match="hold alignment, tatoeba by layer"):
        drawn(tmp_path, files)


def test_loss_figure(tmp_path):
    lines = [{"step": step, "tokens": step * 100, "loss/mlm": 9 - step / 10} for step in range(20)]
    logs = {
        ("mlm", 1): log(tmp_path / "1", *lines, {"step": 20, "tokens": 2000}),
        ("mlm", 2): log(tmp_path / "2", *lines),
        ("translation", 1): log(tmp_path / "3", {"step": 1, "tokens": 100, "loss/snt": 1.0}),
    }
    for run in ("a", "b"):
        make_loss_figure(logs, 6.93, tmp_path / f"{run}.svg", tmp_path / f"{run}.png")
    svg = (tmp_path / "a.svg").read_text("utf-8")
    assert svg.count(">mlm</text>") == 1 and "unigram plateau (6.93 nats)" in svg and "translation" not in svg
    assert svg == (tmp_path / "b.svg").read_text("utf-8")
    make_loss_figure(logs, None, tmp_path / "c.svg", tmp_path / "c.png")
    assert "plateau" not in (tmp_path / "c.svg").read_text("utf-8")


def test_loss_figure_without_mlm(tmp_path):
    with pytest.raises(IsoglossError, match="none of the 1 logs"):
        make_loss_figure({("x", 1): log(tmp_path / "1", {"step": 1})}, None, tmp_path / "a.svg", tmp_path / "a.png")
