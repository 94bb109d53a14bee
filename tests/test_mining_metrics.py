"""Bitext mining against the test vectors of the evaluation protocol, and against a brute-force search for the threshold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.metrics.mining import best_threshold, extract, mining_counts, mining_metrics

ID = st.sampled_from("abcd")
SCORE = st.sampled_from([-1.0, 0.5, 0.75, 1.0, 1.25]) | st.floats(-2, 2)  # the first ones tie
CANDIDATES = st.lists(st.tuples(ID, ID, SCORE), max_size=8)
GOLD = st.sets(st.tuples(ID, ID), max_size=6)


def pairs(text):
    """{(a1, b1), ...} of "a1b1 a2b2"."""
    return {(pair[:2], pair[2:]) for pair in text.split()}


def candidates(text):
    """[(a1, b1, 1.3), ...] of "a1b1=1.3 a2b2=1.2"."""
    return [(item[:2], item[2:4], float(item[5:])) for item in text.split()]


def score(found, gold):
    return mining_metrics(mining_counts(found, gold))


@pytest.mark.parametrize(
    ("found", "gold", "threshold", "extracted", "precision", "recall", "f1"),
    [
        ("a1b1=1.30 a2b2=1.20 a3b9=1.10 a4b4=1.05 a5b8=1.00", "a1b1 a2b2 a4b4 a7b7", 1.025, 4, 75, 75, 75),
        ("a1b1=1.2 a2b2=1.1 a3b9=1.1 a4b8=0.5", "a1b1 a2b2", 1.1, 3, 200 / 3, 100, 80),  # a tie: 1.1 without a3b9 would be 100
        ("a1b1=1.2 a3b9=1.1 a2b2=1.1 a4b8=0.5", "a1b1 a2b2", 1.1, 3, 200 / 3, 100, 80),
        ("a1b1=1.2 a3b9=1.1 a2b2=1.0", "a1b1 a2b2", 1.0, 3, 200 / 3, 100, 80),  # best at the last
        ("a1b1=1.2", "a1b1", 1.2, 1, 100, 100, 100),
        ("a1b9=1.2 a2b8=1.1", "a1b1 a2b2", 0, 2, 0, 0, 0),  # no hit
        ("", "a1b1", 0, 0, 0, 0, 0),
        # de-2 and de-3 read alike, so that their candidate of 1.3 has no id; its gold pair stays
        ("d1e1=1.4 d4e4=1.2 d5e9=1.1", "d1e1 d2e2 d4e4", 1.15, 2, 100, 200 / 3, 80),
    ],
)
def test_vectors_of_bucc(found, gold, threshold, extracted, precision, recall, f1):
    assert best_threshold(candidates(found), pairs(gold)) == pytest.approx(threshold)
    taken = extract(candidates(found), best_threshold(candidates(found), pairs(gold)))
    assert len(taken) == extracted
    assert score(taken, pairs(gold)) == pytest.approx({"precision": precision, "recall": recall, "f1": f1})


def test_a_threshold_holds_for_other_candidates_from_its_score_on():
    assert extract([("a", "b", 1.0), ("c", "d", 0.99), ("a", "b", 0.5)], 1.0) == {("a", "b")}


@given(CANDIDATES, GOLD)
def test_the_threshold_is_that_of_brute_force(found, gold):
    """Of all cuts at a score the best, and of those the highest; then half way down to the next score."""
    scores = [cut for *_, cut in found]
    f1 = {cut: score({(s, t) for s, t, value in found if value >= cut}, gold)["f1"] for cut in scores}
    threshold = best_threshold(found, gold)
    if not any(f1.values()):
        assert threshold == 0
        return
    best = max(cut for cut in scores if f1[cut] == max(f1.values()))
    assert score(extract(found, threshold), gold)["f1"] == max(f1.values())
    assert extract(found, threshold) == extract(found, best)
    below = [cut for cut in scores if cut < best]
    alone = scores.count(best) == 1 and below
    assert threshold == ((best + max(below)) / 2 if alone and (best + max(below)) / 2 > max(below) else best)


@given(CANDIDATES, GOLD, st.randoms(use_true_random=False))
def test_the_order_of_candidates_means_nothing(found, gold, rng):
    assert best_threshold(rng.sample(found, len(found)), gold) == best_threshold(found, gold)


@given(GOLD, GOLD)
def test_swapping_gold_and_found_swaps_precision_and_recall(found, gold):
    ours, swapped = score(found, gold), score(gold, found)
    assert (ours["precision"], ours["recall"], ours["f1"]) == (swapped["recall"], swapped["precision"], swapped["f1"])
    assert set(score(gold, gold).values()) == ({100} if gold else {0})


@given(st.lists(st.tuples(ID, ID), max_size=9), st.lists(st.tuples(ID, ID), max_size=9))
def test_pairs_count_once_and_counts_of_parts_add_up(found, gold):
    assert mining_counts(found, gold) == mining_counts(set(found), set(gold))
    left, right = ({pair for pair in found if (pair[0] < "c") == side} for side in (True, False))
    gold_left, gold_right = ({pair for pair in gold if (pair[0] < "c") == side} for side in (True, False))
    a, b = mining_counts(left, gold_left), mining_counts(right, gold_right)
    assert {name: a[name] + b[name] for name in a} == mining_counts(found, gold)


def test_scores_that_are_neighbours_have_nothing_between_them():
    last = 1.0 + 2**-52
    assert best_threshold([("a", "a", last), ("b", "c", 1.0)], {("a", "a")}) == last
