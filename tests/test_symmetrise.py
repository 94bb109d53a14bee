"""Symmetrisation against naive versions of the published pseudo code, and against what atools (fast_align) made of the same links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.aligners import ALIGNERS
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.symmetrise import RULES, symmetrise
from isogloss.errors import IsoglossError

GROWING = ("grow-diag", "grow-diag-final", "grow-diag-final-and")
SIZE = 5
POINTS = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
LINKS = st.sets(POINTS, max_size=12)
ONE_EACH = st.lists(st.integers(-1, SIZE - 1), min_size=SIZE, max_size=SIZE)  # -1: a word that a direction leaves alone


def candidates(forward, backward, p=None):
    points = sorted(set(forward) | set(backward) | set(p or {}))
    directions = [FORWARD * (point in forward) | BACKWARD * (point in backward) for point in points]
    return Candidates([i for i, _ in points], [j for _, j in points], directions, [(p or {}).get(point, 0) for point in points])


def parsed(line):
    return [(int(i), int(j)) for i, _, j in (item.partition("-") for item in line.split())]


# ------------------------------------------------------------------------------------------------- the rules, said naively


def neighbours(i, j):
    return {(i + a, j + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} - {(i, j)}


def free(links, i, j):
    """How many of two words have no link."""
    return all(i != other for other, _ in links) + all(j != other for _, other in links)


def grown(forward, backward):
    """Koehn et al. (2005), GROW-DIAG; the union is tried from left to right, top to bottom, and again, until nothing is added."""
    links = forward & backward
    while True:
        before = set(links)
        for i in range(SIZE):
            for j in range(SIZE):
                if (i, j) in (forward | backward) - links and neighbours(i, j) & links and free(links, i, j):
                    links = links | {(i, j)}
        if links == before:
            return links


def naive(rule, forward, backward):
    """The pseudo code: GROW-DIAG, then FINAL of the one direction, then FINAL of the other."""
    links = grown(forward, backward)
    if rule != "grow-diag":
        for direction in (forward, backward):
            for i in range(SIZE):
                for j in range(SIZE):
                    if (i, j) in direction and free(links, i, j) >= (2 if rule.endswith("and") else 1):
                        links = links | {(i, j)}
    return sorted(links)


@pytest.mark.parametrize("rule", GROWING)
@given(LINKS, LINKS)
def test_growing_is_that_of_the_pseudo_code(rule, forward, backward):
    assert symmetrise(candidates(forward, backward), rule) == naive(rule, forward, backward)


@pytest.mark.parametrize("rule", GROWING)
@given(ONE_EACH, ONE_EACH)
def test_growing_of_directions_that_give_a_word_one_link(rule, source_of, target_of):
    forward = {(i, j) for j, i in enumerate(source_of) if i >= 0}
    backward = {(i, j) for i, j in enumerate(target_of) if j >= 0}
    assert symmetrise(candidates(forward, backward), rule) == naive(rule, forward, backward)


@given(LINKS, LINKS)
def test_sets(forward, backward):
    found = {rule: symmetrise(candidates(forward, backward), rule) for rule in RULES}
    assert found["intersect"] == sorted(forward & backward) and found["union"] == sorted(forward | backward)
    assert found["forward"] == sorted(forward) and found["backward"] == sorted(backward)
    order = ["intersect", "grow-diag", "grow-diag-final-and", "grow-diag-final", "union"]
    for less, more in zip(order[:2], order[1:], strict=False):
        assert set(found[less]) <= set(found[more])
    assert all(set(found[rule]) <= set(found["union"]) for rule in GROWING)


@given(LINKS, LINKS)
def test_the_sides_may_be_turned_where_no_order_matters(forward, backward):
    turned = candidates({(j, i) for i, j in backward}, {(j, i) for i, j in forward})
    for rule in ("intersect", "union"):
        assert symmetrise(turned, rule) == sorted((j, i) for i, j in symmetrise(candidates(forward, backward), rule))


# ------------------------------------------------------------------------------------------------------------------- atools

# What `atools -c RULE -i FORWARD -j BACKWARD` of fast_align printed.
ATOOLS = [
    ("0-0 1-1 2-2", "0-0 1-1 2-2", "0-0 1-1 2-2", "0-0 1-1 2-2", "0-0 1-1 2-2"),
    ("", "0-0", "", "0-0", "0-0"),
    ("", "", "", "", ""),
    ("1-0 1-1", "0-0 1-1", "0-0 1-1", "0-0 1-1", "0-0 1-1"),
    ("0-0", "0-4", "", "0-0 0-4", "0-0"),
    (
        "0-0 0-1 1-2 3-3",
        "0-0 1-1 2-2 2-3 4-4",
        "0-0 0-1 1-1 1-2 2-2 2-3 3-3 4-4",
        "0-0 0-1 1-1 1-2 2-2 2-3 3-3 4-4",
        "0-0 0-1 1-1 1-2 2-2 2-3 3-3 4-4",
    ),
    (
        "0-0 0-4 1-1 2-6 3-3 4-2 6-5",
        "0-3 1-4 2-1 3-3 4-1 5-6 6-3",
        "3-3 4-1 4-2",
        "0-0 0-4 1-1 2-6 3-3 4-1 4-2 5-6 6-5",
        "0-0 1-4 2-6 3-3 4-1 4-2 6-5",
    ),
    (
        "0-0 1-1 1-5 2-2 4-4 5-3 6-6",
        "0-0 1-0 2-0 3-4 4-4 5-6 6-5",
        "0-0 1-0 1-1 2-0 2-2 3-4 4-4 5-3",
        "0-0 1-0 1-1 1-5 2-0 2-2 3-4 4-4 5-3 6-6",
        "0-0 1-0 1-1 2-0 2-2 3-4 4-4 5-3 6-6",
    ),
]


@pytest.mark.parametrize(("forward", "backward", "grow_diag", "final", "final_and"), ATOOLS)
def test_atools_says_the_same(forward, backward, grow_diag, final, final_and):
    given = candidates(set(parsed(forward)), set(parsed(backward)))
    for rule, expected in zip(GROWING, (grow_diag, final, final_and), strict=True):
        assert symmetrise(given, rule) == parsed(expected)


def test_a_link_is_added_before_its_neighbour_has_taken_both_of_its_words():
    """0-0, then 1-0 has both its words linked; who walks around 1-1 first, as Moses does, adds 1-0 too."""
    assert symmetrise(candidates({(1, 0), (1, 1)}, {(1, 1), (0, 0)}), "grow-diag") == [(0, 0), (1, 1)]


def test_final_takes_the_forward_direction_first():
    apart = candidates({(0, 0)}, {(0, 4)})
    assert symmetrise(apart, "grow-diag") == []
    assert symmetrise(apart, "grow-diag-final-and") == [(0, 0)]  # then word 0 of the source has a link
    assert symmetrise(apart, "grow-diag-final") == [(0, 0), (0, 4)]


# ---------------------------------------------------------------------------------------------------------------- threshold


def test_a_threshold_is_a_fraction_and_reached_by_what_equals_it():
    every = Candidates(range(101), range(101), [FORWARD] * 101, range(101))  # p of link k-k is k
    for percent in range(101):
        found = symmetrise(every, "threshold", float(f"{percent / 100:.2f}"))
        assert found == [(k, k) for k in range(percent, 101)]


def test_what_no_direction_chose_is_linked_by_a_threshold_only():
    silent = candidates(set(), set(), {(1, 2): 90})
    assert silent.direction == [0]
    assert {rule: symmetrise(silent, rule) for rule in RULES} == dict.fromkeys(RULES, []) | {"threshold": [(1, 2)]}


# ----------------------------------------------------------------------------------------------------------------- contract


@pytest.mark.parametrize("rule", RULES)
def test_nothing_stays_nothing(rule):
    assert symmetrise(NONE, rule) == []


def test_every_aligner_names_a_rule():
    assert {entry.symmetrise for entry in ALIGNERS.values()} <= set(RULES)


def test_both_is_the_two_directions():
    assert BOTH == FORWARD | BACKWARD and FORWARD != BACKWARD


def test_an_unknown_rule_is_named():
    with pytest.raises(IsoglossError, match="no rule `grow-dia`.*allowed: intersect, union, .*Did you mean `grow-diag`"):
        symmetrise(NONE, "grow-dia")
