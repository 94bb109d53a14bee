"""Precision, recall and alignment error rate against their definitions, and what counts of parts add up to."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.metrics.alignment import alignment_counts, alignment_metrics

LINKS = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)))
PAIRS = st.lists(st.tuples(st.tuples(LINKS, LINKS), LINKS), max_size=5)


def metrics(*pairs):
    return alignment_metrics(alignment_counts(pairs))


def share(part, whole):
    return Fraction(100 * part, whole) if whole else Fraction(0)


@given(PAIRS)
def test_the_definitions_of_och_and_ney(pairs):
    """Links of a set, each with the number of its sentence."""
    sure = {(k, link) for k, ((certain, _), _) in enumerate(pairs) for link in certain}
    possible = sure | {(k, link) for k, ((_, allowed), _) in enumerate(pairs) for link in allowed}
    predicted = {(k, link) for k, (_, guessed) in enumerate(pairs) for link in guessed}
    precision, recall = share(len(predicted & possible), len(predicted)), share(len(predicted & sure), len(sure))
    right = len(predicted & sure) + len(predicted & possible)
    expected = {
        "precision": precision,
        "recall": recall,
        "f1": 2 / (1 / precision + 1 / recall) if precision and recall else 0,
        "aer": 100 - share(right, len(predicted) + len(sure)) if predicted or sure else 0,
    }
    assert metrics(*pairs) == pytest.approx({name: float(value) for name, value in expected.items()})


@given(PAIRS, PAIRS)
def test_counts_of_parts_add_up(some, others):
    total = Counter(alignment_counts(some))
    total.update(alignment_counts(others))
    assert alignment_counts(some + others) == dict(total)


def test_an_example_by_hand():
    sure, possible, predicted = {(0, 0), (1, 1)}, {(2, 2), (2, 3)}, {(0, 0), (2, 2), (3, 3)}
    assert alignment_counts([((sure, possible), predicted)]) == {
        "predicted": 3, "sure": 2, "possible": 4, "sure_found": 1, "possible_found": 2,
    }  # fmt: skip
    assert metrics(((sure, possible), predicted)) == pytest.approx({"precision": 200 / 3, "recall": 50, "f1": 400 / 7, "aer": 40})


def test_gold_itself_has_no_error_and_neither_have_possible_links():
    sure, possible = {(0, 0)}, {(1, 1), (1, 2)}
    best = {"precision": 100, "recall": 100, "f1": 100, "aer": 0}
    assert metrics(((sure, possible), sure)) == metrics(((sure, possible), sure | possible)) == metrics(((sure, set()), sure)) == best


def test_links_count_once_however_they_are_given():
    assert alignment_counts([(([(0, 0)] * 2, [(0, 0), (1, 1)]), [(1, 1)] * 3)]) == alignment_counts([(({(0, 0)}, {(1, 1)}), {(1, 1)})])


@pytest.mark.parametrize(
    ("sure", "possible", "predicted", "aer"),
    [
        (set(), set(), set(), 0),  # nothing to find, nothing found
        ({(0, 0)}, set(), set(), 100),  # nothing found
        (set(), set(), {(0, 0)}, 100),  # nothing to find
        (set(), {(0, 0)}, {(0, 0)}, 0),  # what is possible is no error
    ],
)
def test_nothing_over_nothing(sure, possible, predicted, aer):
    found = metrics(((sure, possible), predicted))
    assert found["aer"] == aer and found["recall"] == found["f1"] == 0
    assert found["precision"] == (100 if predicted and predicted <= possible else 0)
