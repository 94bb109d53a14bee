"""Bilingual lexicon induction: worked cases, and P@1 and the reciprocal rank by their definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.metrics.lexicon import lexicon_counts, lexicon_metrics

WORDS = "abcdefghijkl"
ENTRY = st.tuples(st.sets(st.sampled_from(WORDS), min_size=1, max_size=3), st.permutations(WORDS))
ENTRIES = st.lists(ENTRY, max_size=6)


def test_worked_case():
    pairs = [({"Hund"}, ["Hund", "Katze"]), ({"Haus", "Heim"}, ["Hof", "Heim", "Haus"]), ({"Baum"}, ["Wald"]), ({"Tag"}, [])]
    assert lexicon_counts(pairs) == {"n": 4, "hits": 1, "reciprocal": 1.5}
    assert lexicon_metrics(lexicon_counts(pairs)) == {"p1": 25, "mrr": 37.5}


def test_beyond_the_tenth_answer_there_is_nothing():
    assert lexicon_counts([({"j"}, WORDS)]) == {"n": 1, "hits": 0, "reciprocal": 0.1}
    assert lexicon_counts([({"k"}, WORDS)]) == {"n": 1, "hits": 0, "reciprocal": 0}


def test_no_words_score_zero():
    assert lexicon_metrics(lexicon_counts([])) == {"p1": 0, "mrr": 0}


@given(ENTRIES.filter(bool))
def test_they_are_means_over_words(pairs):
    places = [min(answers.index(word) + 1 for word in gold) for gold, answers in pairs]
    expected = {"p1": sum(place == 1 for place in places), "mrr": sum(1 / place for place in places if place <= 10)}
    metrics = lexicon_metrics(lexicon_counts(pairs))
    assert metrics == pytest.approx({name: 100 * total / len(pairs) for name, total in expected.items()})
    assert metrics["p1"] <= metrics["mrr"]


@given(ENTRIES, ENTRIES, st.randoms(use_true_random=False))
def test_counts_of_parts_add_up_in_any_order(left, right, rng):
    a, b, whole = lexicon_counts(left), lexicon_counts(right), lexicon_counts(rng.sample(left + right, len(left + right)))
    assert {name: a[name] + b[name] for name in a} == pytest.approx(whole)
