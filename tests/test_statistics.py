"""Correlations, gaps and tests against published numbers, scipy and brute force, and what they do not depend on."""

import math
from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from isogloss.errors import IsoglossError
from isogloss.metrics.spans import precision_recall_f1
from isogloss.statistics import (
    holm,
    mcnemar_test,
    paired_bootstrap,
    paired_permutation_test,
    permutation_test,
    relative_transfer_gap,
    spearman,
    spearman_interval,
    spearman_test,
    transfer_gap,
    welch_test,
)

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
SEEDS_A, SEEDS_B = [77.1, 77.4, 77.0, 77.6, 77.3], [76.2, 76.6, 76.1, 76.5, 76.0]
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


# -------------------------------------------------------------------------------------------------------- rank correlation


def test_alignment_and_transfer_of_align_mlm_have_p_below_a_hundredth():
    rho, p = spearman_test([row[0] for row in PUBLISHED], [row[1] for row in PUBLISHED])
    assert (rho, p) == (pytest.approx(-0.72727, abs=5e-6), pytest.approx(0.0073550, abs=5e-8))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=6))
def test_few_pairs_have_the_exact_p_of_all_orders(points):
    x, y = zip(*points, strict=True)
    if spearman(x, y) is None:
        assert spearman_test(x, y) is None
        return
    rhos = [by_counting(x, order) for order in permutations(y)]
    assert spearman_test(x, y) == (spearman(x, y), pytest.approx(np.mean([abs(rho) >= abs(by_counting(x, y)) - 1e-9 for rho in rhos])))


def test_nine_pairs_are_exact_and_ten_are_not():
    assert spearman_test(range(9), range(9)) == (1, pytest.approx(2 / math.factorial(9)))
    order = [1, 0, 2, 3, 4, 5, 6, 7, 8, 9]
    assert spearman_test(range(10), order) == pytest.approx(tuple(stats.spearmanr(range(10), order)))
    assert spearman_test(range(10), order)[1] != pytest.approx(20 / math.factorial(10), rel=0.1)


def test_the_interval_of_rho_holds_what_its_resamples_hold():
    x, y = [row[0] for row in PUBLISHED], [row[1] for row in PUBLISHED]
    low, high = spearman_interval(x, y, resamples=2000)
    reference = stats.bootstrap((x, y), lambda a, b: stats.spearmanr(a, b)[0], paired=True, n_resamples=2000, method="percentile", rng=1)
    assert (low, high) == pytest.approx(tuple(reference.confidence_interval), abs=0.06)
    assert low < spearman(x, y) < high < 0
    assert spearman_interval(x, y, resamples=200) == spearman_interval(x, y, resamples=200) != spearman_interval(x, y, 200, seed=1)
    narrow = spearman_interval(x, y, resamples=2000, level=0.5)
    assert low < narrow[0] < narrow[1] < high


def test_the_interval_of_a_perfect_or_a_missing_correlation():
    assert spearman_interval(range(8), range(8), resamples=200) == (1, 1)
    assert spearman_interval([], []) is spearman_interval([1, 1, 1], [1, 2, 3], 50) is None
    with pytest.raises(IsoglossError, match="x has 2 values, y has 3"):
        spearman_interval([1, 2], [1, 2, 3])


# ------------------------------------------------------------------------------------------------------------ transfer gap


@pytest.mark.parametrize(
    ("row", "gap"),  # English first; ERNIE-M, tables 1, 3 and 7
    [
        ("77.7 64.3 57.9 45.7 43.8 57.1 57.5", 23.3167),  # MLQA: mBERT
        ("81.3 69.9 64.2 60.1 65.0 70.0 64.7", 15.65),  # InfoXLM
        ("81.6 70.9 65.8 61.8 65.4 70.0 65.6", 15.0167),  # ERNIE-M
        ("86.4 80.6 80.8 78.9 77.8 78.9 77.6 75.6 74.0 77.0 73.7 76.7 72.0 66.4 67.1", 10.8929),  # XNLI: InfoXLM
        ("85.5 80.1 81.2 79.2 79.1 80.4 78.1 76.8 76.3 78.3 75.8 77.4 72.9 69.5 68.8", 8.7929),  # ERNIE-M
    ],
)
def test_transfer_gaps_of_ernie_m(row, gap):
    scores = {"en" if not k else f"l{k}": float(score) for k, score in enumerate(row.split())}
    assert transfer_gap(scores, "en") == pytest.approx(gap, abs=5e-5)
    assert relative_transfer_gap(scores, "en") == pytest.approx(gap / scores["en"], abs=1e-6)


def test_a_gap_needs_a_source_and_a_target():
    assert transfer_gap({"de": 70, "en": 60}, "en") == -10
    assert relative_transfer_gap({"en": 0, "de": 0}, "en") is None
    for scores in ({"de": 70.0, "fr": 60.0}, {"en": 70.0}, {}):
        with pytest.raises(IsoglossError, match="en and at least one other"):
            transfer_gap(scores, "en")


# ------------------------------------------------------------------------------------------------------------------- seeds


def test_two_systems_of_five_seeds():
    assert welch_test(SEEDS_A, SEEDS_B) == (pytest.approx(6.35, abs=5e-5), pytest.approx(2.2676e-4, abs=5e-9))
    assert permutation_test(SEEDS_A, SEEDS_B) == pytest.approx(2 / 252)
    assert paired_permutation_test(SEEDS_A, SEEDS_B) == 0.0625


def test_decimals_that_are_equal_but_for_rounding_tie():
    a, b = [0.1, 0.2], [0.3, 0.0]  # 0.1 + 0.2 > 0.3 in binary
    assert permutation_test(a, b) == 1
    assert paired_permutation_test([0.3, 0.0], [0.1, 0.2]) == 1


values = st.lists(st.integers(-9, 9), min_size=1, max_size=5)


@given(values, values)
def test_the_unpaired_test_deals_all_values_in_all_ways(a, b):
    pooled, n = a + b, len(a)

    def apart(side):
        one, other = [pooled[k] for k in side], [value for k, value in enumerate(pooled) if k not in side]
        return abs(Fraction(sum(one), len(one)) - Fraction(sum(other), len(other)))

    ways = [apart(side) >= apart(range(n)) for side in combinations(range(len(pooled)), n)]
    assert permutation_test(a, b) == pytest.approx(sum(ways) / len(ways)) == pytest.approx(permutation_test(b, a))


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=6))
def test_the_paired_test_swaps_sides_in_all_ways(points):
    differences = [one - other for one, other in points]
    ways = [abs(sum(s * d for s, d in zip(signs, differences, strict=True))) for signs in product((1, -1), repeat=len(points))]
    expected = sum(way >= abs(sum(differences)) for way in ways) / len(ways)
    assert paired_permutation_test(*([point[k] for point in points] for k in (0, 1))) == pytest.approx(expected)


@given(st.integers(2, 5), st.integers(0, 99))
def test_permutation_tests_agree_with_scipy(n, seed):
    a, b = np.random.default_rng(seed).normal(size=(2, n)).tolist()
    for ours, kind in ((permutation_test, "independent"), (paired_permutation_test, "samples")):
        theirs = stats.permutation_test((a, b), lambda x, y: np.mean(x) - np.mean(y), permutation_type=kind)
        assert ours(a, b) == pytest.approx(theirs.pvalue)


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 99))
def test_welch_agrees_with_scipy(n, m, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n).tolist(), rng.normal(1, 3, size=m).tolist()
    assert welch_test(a, b) == pytest.approx(tuple(stats.ttest_ind(a, b, equal_var=False)))


def test_welch_says_nothing_without_spread():
    assert welch_test([1], [2, 3]) is welch_test([1, 1], [2, 2]) is welch_test([], []) is None
    assert welch_test([1, 1], [2, 3]) == pytest.approx((-3, 2 * stats.t.sf(3, df=1)))


def test_exact_tests_refuse_what_they_cannot_count():
    with pytest.raises(IsoglossError, match="arrangements"):
        permutation_test([0.0] * 30, [1.0] * 30)
    with pytest.raises(IsoglossError, match="at most 1048576"):
        paired_permutation_test([0.0] * 21, [1.0] * 21)
    with pytest.raises(IsoglossError, match="2 values against 3"):
        paired_permutation_test([1, 2], [1, 2, 3])


# ---------------------------------------------------------------------------------------------------------------- examples


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_counts_the_tails_of_a_fair_coin(b, c):
    tail = sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    assert mcnemar_test(b, c) == pytest.approx(min(1, 2 * tail)) == pytest.approx(mcnemar_test(c, b))


def f1(counts):
    return precision_recall_f1(**counts)[2]


def accuracy(counts):
    return 100 * counts["right"] / counts["n"]


def rights(values):
    return [{"n": 1, "right": value} for value in values]


SPANS = st.lists(st.fixed_dictionaries({name: st.integers(0, 3) for name in ("tp", "fp", "fn")}), min_size=1, max_size=8)


@given(SPANS, st.integers(0, 9))
def test_two_systems_that_are_one_do_not_differ(counts, seed):
    strata = ["de" if k % 3 else "fr" for k in range(len(counts))]
    assert paired_bootstrap(counts, counts, f1, strata, 20, seed) == (0, 0, 0, 1)


def test_the_score_is_the_mean_over_languages_of_the_metric_of_summed_counts():
    a = [{"tp": 3, "fp": 0, "fn": 0}, {"tp": 0, "fp": 1, "fn": 1}, {"tp": 1, "fp": 1, "fn": 0}]
    b = [{"tp": 2, "fp": 1, "fn": 1}, {"tp": 0, "fp": 0, "fn": 1}, {"tp": 1, "fp": 0, "fn": 0}]
    difference, low, high, p = paired_bootstrap(a, b, f1, ["de", "de", "fr"], 200)
    assert difference == pytest.approx(((600 / 8 + 200 / 3) - (400 / 7 + 100)) / 2)  # F1 is 2 tp / (2 tp + fp + fn)
    assert low <= difference <= high and 0 < p <= 1
    # French has one example, which every resample holds; German has three resamples: one, the other, or both.
    german = [((600 / 6), (400 / 6)), (0, 0), (600 / 8, 400 / 7)]
    possible = [((one + 200 / 3) - (other + 100)) / 2 for one, other in german]
    assert (low, high) == pytest.approx((min(possible), max(possible)))


def test_accuracy_has_the_interval_of_scipy():
    rng = np.random.default_rng(0)
    a, b = rng.random(300) < 0.8, rng.random(300) < 0.7
    difference, low, high, p = paired_bootstrap(rights(a.tolist()), rights(b.tolist()), accuracy, ["en"] * 300, 2000)
    gains = 100 * (a.astype(float) - b)
    reference = stats.bootstrap((gains,), np.mean, n_resamples=2000, method="percentile", rng=1)
    assert difference == pytest.approx(gains.mean())
    assert (low, high) == pytest.approx(tuple(reference.confidence_interval), abs=0.7)
    normal = 2 * stats.norm.sf(gains.mean() / (gains.std() / math.sqrt(300)))
    assert p == pytest.approx(normal, abs=0.02)


def test_swapping_the_systems_turns_the_interval():
    rng = np.random.default_rng(1)
    a, b = rights(rng.integers(2, size=60).tolist()), rights(rng.integers(2, size=60).tolist())
    strata = ["de"] * 20 + ["fr"] * 40
    difference, low, high, p = paired_bootstrap(a, b, accuracy, strata, 200)
    assert paired_bootstrap(b, a, accuracy, strata, 200) == pytest.approx((-difference, -high, -low, p))
    assert paired_bootstrap(a, b, accuracy, strata, 200) != paired_bootstrap(a, b, accuracy, strata, 200, seed=1)


def test_a_system_that_always_wins_has_the_smallest_p():
    assert paired_bootstrap(rights([1] * 9), rights([0] * 9), accuracy, ["de"] * 9, 199) == (100, 100, 100, 0.01)


def test_the_bootstrap_needs_both_systems_on_the_same_examples():
    one = rights([1])
    for a, b, strata, message in (
        (one, one * 2, ["de"], "1 values against 2"),
        (one, one, ["de"] * 2, "1 values against 2"),
        ([], [], [], "no ex"),
    ):
        with pytest.raises(IsoglossError, match=message):
            paired_bootstrap(a, b, accuracy, strata)


# ------------------------------------------------------------------------------------------------------------ many tests


@given(st.lists(st.floats(0, 1), max_size=6), st.floats(0.001, 0.999))
def test_holm_rejects_from_the_smallest_on_until_one_is_too_large(p_values, alpha):
    adjusted, rejected = holm(p_values), set()
    for place, k in enumerate(sorted(range(len(p_values)), key=lambda k: p_values[k])):
        if (len(p_values) - place) * p_values[k] > alpha:
            break
        rejected.add(k)
    assert {k for k, p in enumerate(adjusted) if p <= alpha} == rejected
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))


def test_holm_of_a_textbook_case():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
