"""Spearman's rank correlation: published numbers, its definition by counting, and what it does not depend on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.statistics import spearman

# ALIGN-MLM (arXiv 2211.08547), the authors' plots_and_images/xlm_plots: alignment, and what zero-shot transfer loses against supervision in
# XNLI, NER and POS; of MLM, XLM, DICT-MLM and ALIGN-MLM, each on the languages Trans, Trans + Inv, Trans + Syn. The losses are rounded
# from exact scores: differences of the rounded ones tie where these do not (POS would come out at -.715).
PUBLISHED = [
    (90.0, 1.5, 2.6, 0.4),
    (0.3, 17.2, 43.3, 38.5),
    (57.3, 4.5, 19.0, 2.0),
    (97.7, -0.2, 1.1, 0.2),
    (85.6, 8.2, 19.4, 33.2),
    (98.6, 1.9, 11.9, 0.9),
    (95.7, 1.1, 1.1, 0.3),
    (64.2, 9.2, 19.3, 19.0),
    (93.7, 2.2, 13.8, 1.0),
    (98.4, -0.5, 0.8, 0.1),
    (95.2, 6.7, 15.5, 3.0),
    (98.2, 3.6, 13.1, 0.8),
]
few_values = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=12)  # so that there are ties
any_values = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=3, max_size=12)


@pytest.mark.parametrize(("task", "published"), [(1, -0.727), (2, -0.781), (3, -0.734)], ids=["xnli", "ner", "pos"])
def test_alignment_against_the_loss_in_transfer_as_in_align_mlm(task, published):
    assert spearman([row[0] for row in PUBLISHED], [row[task] for row in PUBLISHED]) == pytest.approx(published, abs=5e-4)


def by_counting(x, y):
    """Pearson's correlation of ranks, where a rank counts the smaller values whole and the equal ones half."""
    ranks = [[sum((other < value) + (other == value) / 2 for other in side) for value in side] for side in (x, y)]
    (a, b), n = ranks, len(x)
    covariance = sum(p * q for p, q in zip(a, b, strict=True)) - sum(a) * sum(b) / n
    spread = [sum(p * p for p in side) - sum(side) ** 2 / n for side in ranks]
    return covariance / math.sqrt(spread[0] * spread[1])


@given(few_values | any_values)
def test_it_is_the_correlation_of_average_ranks(points):
    x, y = zip(*points, strict=True)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert spearman(x, y) is None
    else:
        assert spearman(x, y) == pytest.approx(by_counting(x, y), abs=1e-12) and abs(spearman(x, y)) <= 1


@given(st.permutations(range(8)))
def test_without_ties_it_is_the_textbook_formula(order):
    assert spearman(range(8), order) == pytest.approx(1 - 6 * sum((k - place) ** 2 for k, place in enumerate(order)) / (8 * 63), abs=1e-12)


@given(any_values)
def test_only_order_counts_and_falling_order_turns_the_sign(points):
    x, y = zip(*points, strict=True)
    rho = spearman(x, y)
    assert spearman(y, x) == rho == spearman([value**3 for value in x], [math.exp(value / 9) for value in y])
    assert rho is None or spearman(x, [-value for value in y]) == pytest.approx(-rho, abs=1e-12)


def test_too_few_points_or_a_constant_side_say_nothing():
    assert spearman([], []) is spearman([1, 2], [1, 2]) is spearman([1, 1, 1], [1, 2, 3]) is spearman([1, 2, 3], [0.5] * 3) is None
    assert (spearman([1, 2, 3], [1, 2, 30]), spearman([1, 2, 3], [3, 2, 1])) == (1, -1)


def test_points_have_two_sides():
    with pytest.raises(IsoglossError, match="x has 2 values, y has 3"):
        spearman([1, 2], [1, 2, 3])
