"""The figures that XTREME's own test expects of the files it ships (`mock_test_data`); set ISOGLOSS_XTREME to a checkout of it."""

import json
import os
from pathlib import Path
from statistics import fmean

import pytest

from isogloss.metrics.answers import answer_counts, answer_metrics
from isogloss.metrics.classification import CLASSIFICATION
from isogloss.metrics.entity_f1 import ENTITIES
from isogloss.metrics.mining import mining_counts, mining_metrics
from isogloss.metrics.tagging import TAGGING

CHECKOUT = os.environ.get("ISOGLOSS_XTREME", "")
pytestmark = pytest.mark.skipif(not CHECKOUT, reason="ISOGLOSS_XTREME names no checkout of google-research/xtreme")
MOCK = Path(CHECKOUT, "mock_test_data")


def files(task):
    """(language, labels, predictions) as text."""
    found = sorted((MOCK / "labels" / task).glob("test-*"))
    return [(path.stem[-2:], path.read_text("utf-8"), (MOCK / "predictions" / task / path.name).read_text("utf-8")) for path in found]


def sentences(text):
    return [block.split() for block in text.split("\n\n") if block.strip()]


@pytest.mark.parametrize(
    ("task", "scoring", "expected"),
    [
        ("udpos", TAGGING, {"chunk_f1": 70.21746048354693, "chunk_precision": 71.02232625883823, "chunk_recall": 69.54982073976082}),
        ("panx", ENTITIES, {"entity_f1": 57.5079}),
    ],
)
def test_tags(task, scoring, expected):
    scores = [scoring.metrics(scoring.counts(list(zip(sentences(gold), sentences(pred), strict=True)))) for _, gold, pred in files(task)]
    for metric, value in expected.items():
        assert fmean(score[metric] for score in scores) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("task", "expected"), [("pawsx", 51.4286), ("xnli", 30.6667), ("tatoeba", 53.6111)])
def test_lines(task, expected):
    pairs = [list(zip(gold.splitlines(), pred.splitlines(), strict=True)) for _, gold, pred in files(task)]
    scores = [CLASSIFICATION.metrics(CLASSIFICATION.counts(lines))["accuracy"] for lines in pairs]
    assert fmean(scores) == pytest.approx(expected, abs=1e-4)


def test_pairs():
    sets = [[{tuple(line.split("\t")) for line in text.splitlines()} for text in (pred, gold)] for _, gold, pred in files("bucc2018")]
    assert fmean(mining_metrics(mining_counts(*both))["f1"] for both in sets) == pytest.approx(55.0)


@pytest.mark.parametrize(
    ("task", "rule", "em", "f1"),
    [("xquad", "squad", 77.2727, 79.9587), ("mlqa", "mlqa", 57.1429, 81.7687), ("tydiqa", "squad", 88.8889, 97.2222)],
)
def test_answers(task, rule, em, f1):
    scores = []
    for lang, gold, pred in files(task):
        found = json.loads(pred)
        asked = (question for article in json.loads(gold)["data"] for part in article["paragraphs"] for question in part["qas"])
        pairs = [([answer["text"] for answer in question["answers"]], found.get(question["id"])) for question in asked]
        scores.append(answer_metrics(answer_counts(pairs, lang, rule)))
    assert fmean(score["em"] for score in scores) == pytest.approx(em, abs=1e-4)
    assert fmean(score["f1"] for score in scores) == pytest.approx(f1, abs=1e-4)
