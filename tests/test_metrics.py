"""Metrics against the test vectors of the evaluation protocol, and against properties that need no oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.metrics.chunk_f1 import chunks
from isogloss.metrics.classification import classification_metrics, confusion
from isogloss.metrics.spans import precision_recall_f1, span_counts
from isogloss.metrics.tagging import tag_counts, tag_metrics
from isogloss.statistics import summarise

TAG = st.sampled_from(["NOUN", "VERB", "SCONJ", "SYM", "PUNCT"])
SENTENCE = st.lists(st.tuples(TAG, TAG), min_size=1, max_size=8)
CORPUS = st.lists(SENTENCE, min_size=1, max_size=6)


def as_pairs(corpus):
    return [tuple(map(list, zip(*sentence, strict=True))) for sentence in corpus]


def score(corpus):
    return tag_metrics(tag_counts(as_pairs(corpus)))


# -------------------------------------------------------------------------------------------------------------------- tags


@pytest.mark.parametrize(
    ("gold", "pred", "f1", "accuracy"),
    [
        ("DET NOUN VERB PUNCT", "DET NOUN AUX PUNCT", 75, 75),
        ("NOUN NOUN VERB", "NOUN VERB VERB", 0, 200 / 3),
        ("PROPN PROPN VERB", "PROPN NOUN VERB", 40, 200 / 3),
        ("CCONJ VERB", "SCONJ VERB", 50, 50),  # seqeval 1.2.2 says 100
        ("SYM SYM NUM", "SYM NOUN NUM", 200 / 3, 200 / 3),
        ("NOUN NOUN NUM", "NOUN SYM NUM", 40, 200 / 3),
    ],
)
def test_vectors_of_xtreme(gold, pred, f1, accuracy):
    metrics = tag_metrics(tag_counts([(gold.split(), pred.split())]))
    assert metrics["chunk_f1"] == pytest.approx(f1)
    assert metrics["accuracy"] == pytest.approx(accuracy)


def test_chunks_are_runs_but_s_tags_stand_alone():
    assert chunks("NOUN NOUN SYM SYM VERB".split()) == {("NOUN", 0, 2), ("SYM", 2, 3), ("SYM", 3, 4), ("VERB", 4, 5)}
    assert chunks([]) == set()


def test_sentence_boundaries_cut():
    assert span_counts([(["NOUN"], ["NOUN"]), (["NOUN"], ["VERB"])], chunks) == {"tp": 1, "fp": 1, "fn": 1}


def test_balanced_accuracy_is_the_mean_recall_of_the_tags_in_gold():
    pairs = [("NOUN NOUN NOUN VERB".split(), "NOUN NOUN NOUN NOUN".split())]
    assert tag_metrics(tag_counts(pairs))["balanced_accuracy"] == 50
    assert tag_counts(pairs)["by_tag"] == {"NOUN": {"n": 3, "correct": 3}, "VERB": {"n": 1, "correct": 0}}


def test_nothing_over_nothing_is_zero():
    assert precision_recall_f1(0, 0, 0) == (0, 0, 0)
    assert set(tag_metrics(tag_counts([])).values()) == {0}


def brute_force_chunks(tags):
    """Every span that is one tag and cannot be extended (S tags: every single token)."""
    found = set()
    for start in range(len(tags)):
        for end in range(start + 1, len(tags) + 1):
            whole = len(set(tags[start:end])) == 1
            longest = (start == 0 or tags[start - 1] != tags[start]) and (end == len(tags) or tags[end] != tags[start])
            if whole and (end == start + 1 if tags[start][0] == "S" else longest):
                found.add((tags[start], start, end))
    return found


@given(st.lists(TAG, max_size=10))
def test_chunks_equal_brute_force(tags):
    assert chunks(tags) == brute_force_chunks(tags)


@given(CORPUS)
def test_swapping_gold_and_pred_swaps_precision_and_recall(corpus):
    ours, swapped = score(corpus), score([[(p, g) for g, p in sentence] for sentence in corpus])
    assert (ours["chunk_precision"], ours["chunk_recall"]) == (swapped["chunk_recall"], swapped["chunk_precision"])
    assert ours["chunk_f1"] == swapped["chunk_f1"]


@given(CORPUS, st.randoms(use_true_random=False))
def test_the_order_of_sentences_means_nothing(corpus, rng):
    shuffled = rng.sample(corpus, len(corpus))
    assert score(shuffled) == score(corpus)


@given(CORPUS)
def test_identical_is_100(corpus):
    assert set(score([[(g, g) for g, _ in sentence] for sentence in corpus]).values()) == {100}


@given(CORPUS, CORPUS)
def test_counts_of_parts_add_up(left, right):
    a, b, whole = (tag_counts(as_pairs(part)) for part in (left, right, left + right))
    for key in ("tp", "fp", "fn", "n", "correct"):
        assert a[key] + b[key] == whole[key]


@given(CORPUS)
def test_accuracy_is_the_mean_of_right_and_wrong(corpus):
    items = [g == p for sentence in corpus for g, p in sentence]
    assert score(corpus)["accuracy"] == pytest.approx(100 * sum(items) / len(items))


# ---------------------------------------------------------------------------------------------------------- classification

LABEL = st.sampled_from("abc")
LABELS = st.lists(st.tuples(LABEL, LABEL), max_size=20)


def test_a_confusion_matrix_and_what_follows_from_it():
    counts = confusion([("a", "a"), ("a", "a"), ("a", "b"), ("b", "c"), ("a", "a")])
    assert counts == {"confusion": {"a": {"a": 3, "b": 1}, "b": {"c": 1}}}
    assert classification_metrics(counts) == {"accuracy": 60, "balanced_accuracy": 37.5}
    assert set(classification_metrics(confusion([])).values()) == {0}


@given(LABELS.filter(bool))
def test_accuracies_are_means_over_items_and_over_labels(pairs):
    right = [100 * (gold == pred) for gold, pred in pairs]
    recalls = [
        np.mean([hit for hit, (gold, _) in zip(right, pairs, strict=True) if gold == label]) for label in {gold for gold, _ in pairs}
    ]
    expected = {"accuracy": np.mean(right), "balanced_accuracy": np.mean(recalls)}
    assert classification_metrics(confusion(pairs)) == pytest.approx(expected)


@given(LABELS, LABELS, st.randoms(use_true_random=False))
def test_confusion_matrices_of_parts_add_up(left, right, rng):
    a, b, whole = (confusion(pairs)["confusion"] for pairs in (left, right, rng.sample(left + right, len(left + right))))
    cells = [(gold, pred) for gold in "abc" for pred in "abc"]
    assert all(cell(a, *key) + cell(b, *key) == cell(whole, *key) for key in cells)


def cell(matrix, gold, pred):
    return matrix.get(gold, {}).get(pred, 0)


# -------------------------------------------------------------------------------------------------------------- statistics


def test_sample_standard_deviation():
    a, b = summarise([77.1, 77.4, 77.0, 77.6, 77.3]), summarise([76.2, 76.6, 76.1, 76.5, 76.0])
    assert (round(a.sd, 4), round(b.sd, 4)) == (0.2387, 0.2588)
    assert (a.mean, a.n, a.min, a.max) == (pytest.approx(77.28), 5, 77.0, 77.6)


def test_one_value_has_no_spread_and_none_has_no_summary():
    assert summarise([3.0]).sd is None
    assert summarise([]) is None
