"""Figures: same bytes for same input, the lines that they promise, errors where there is nothing to draw."""

import json

import pytest

from isogloss.artifacts import write_json
from isogloss.errors import IsoglossError
from isogloss.report.figures import make_layer_figure, make_loss_figure

pytest.importorskip("matplotlib")


def scores(path, recipe, seed, layers, task="tatoeba"):
    curves = {lang: {"accuracy_en": curve, "accuracy_en_centred": curve} for lang, curve in layers.items()}
    write_json(path, "scores", {"task": task, "setting": "no_train", "recipe": recipe, "seed": seed, "layers": curves})
    return path


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


def test_layer_figure_needs_one_retrieval_task(tmp_path):
    write_json(tmp_path / "pos", "scores", {"task": "udpos", "recipe": "mlm"})
    with pytest.raises(IsoglossError, match="no retrieval task"):
        make_layer_figure([tmp_path / "pos"], tmp_path / "a.svg", tmp_path / "a.png")


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
