"""The search for neighbours against float64 brute force, and mining by margin against the protocol's vectors and a plain loop."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss import search
from isogloss.errors import IsoglossError
from isogloss.metrics.retrieval import headline_layer
from isogloss.search import MARGINS, PAIRINGS, margin_candidates, top_k, top_k_both

FOREIGN, ENGLISH = np.array([[1, 0], [0, 1], [1, 1]]), np.array([[0.9, 0.1], [0.2, 0.9], [1, 0.2]])
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def nearest(x, y, **options):
    return top_k(x, y, 1, **options)[1][:, 0].tolist()


def cosines(x, y, centred=False):
    """In extended precision; a zero row has cosine 0."""
    x, y = (np.asarray(side, dtype=np.longdouble) for side in (x, y))
    x, y = (side - side.mean(0) * centred for side in (x, y))
    norms = np.outer(np.sqrt((x * x).sum(1)), np.sqrt((y * y).sum(1)))
    return np.divide(x @ y.T, norms, out=np.zeros(norms.shape, dtype=np.longdouble), where=norms > 0)


def brute_force(table, k):
    """(cosines, indices) of the k best of each row; what agrees to twelve places counts as equal, and the lowest index comes first."""
    index = np.array([sorted(range(len(row)), key=lambda j: (-round(float(row[j]), 12), j))[:k] for row in table])
    return np.take_along_axis(table, index, 1), index


def with_ties(rng, rows, width):
    """Half of the rows random around a common mean, half copies of these: equal, twice as long, almost equal, or zero."""
    first = rng.normal(size=(rows, width)) + 2 * rng.normal(size=width)
    copies = first[rng.integers(0, rows, rows)]
    change = rng.integers(0, 4, rows)[:, None]
    near = copies + 1e-5 * rng.normal(size=copies.shape)
    changed = np.choose(change, [copies, 2 * copies, near, 0 * copies])
    return rng.permutation(np.concatenate([first, changed]))


# ------------------------------------------------------------------------------------------------------------------ search


def test_vectors_of_tatoeba():
    assert nearest(ENGLISH, FOREIGN) == [0, 1, 0]
    assert nearest(FOREIGN, ENGLISH) == [0, 1, 1]
    assert nearest(np.array([[2, 2], [1, 0.1]]), np.array([[1, 0], [10, 10]])) == [1, 0]  # cosine, not distance


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 9), st.sampled_from([*TYPES]), st.booleans(), st.sampled_from([64, 300, 1 << 24]))
def test_neighbours_are_those_of_brute_force(seed, k, precision, centred, block):
    rng = np.random.default_rng(seed)
    x, y = with_ties(rng, 15, 6), with_ties(rng, 25, 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "BLOCK", {"cpu": block})
        patch.setattr(search, "SPARE", 2)
        patch.setattr(search, "GROUP", 3)
        patch.setattr(search, "_search_type", lambda device: TYPES[precision])
        across, down = top_k_both(x, y, k, centred=centred)
        alone = top_k(x, y, k, centred=centred)
    table = cosines(x, y, centred)
    for (found, index), expected in ((across, brute_force(table, k)), (down, brute_force(table.T, k)), (alone, brute_force(table, k))):
        assert found.dtype == torch.float64 and np.abs(found.numpy() - expected[0]).max() < 1e-12
        assert index.tolist() == expected[1].tolist()


@pytest.mark.parametrize("block", [1 << 24, 1998 * 100])
def test_of_equal_rows_the_lowest_index_wins_in_every_block(monkeypatch, block):
    rows = np.random.default_rng(0).normal(size=(999, 768)).astype(np.float32)
    monkeypatch.setattr(search, "BLOCK", {"cpu": block})
    twice = np.tile(rows, (2, 1))  # large enough for a plain argmax to fail: products of equal rows differ in their last bits
    scores, index = top_k(twice, twice, 2)
    assert index.tolist() == [[k, k + 999] for k in range(999)] * 2 and (scores == 1).all()


def test_more_equal_rows_than_candidates_are_found_in_order():
    x, y = np.eye(3)[:2], np.concatenate([np.eye(3)[[1] * 50], np.zeros((50, 3)), np.eye(3)[[0] * 50]])
    assert top_k(x, y, 3)[1].tolist() == [[100, 101, 102], [0, 1, 2]]
    assert top_k(np.zeros((1, 3)), y, 3)[1].tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("precision", TYPES)
def test_only_doubtful_rows_are_searched_anew(monkeypatch, precision):
    """Rows much alike, as raw encoders make them; two of them are as near to one query as its k best are."""
    rng, anew = np.random.default_rng(0), []
    x, y = (rng.normal(size=(rows, 64)) / 8 + np.eye(64)[0] for rows in (50, 3000))
    x[7], y[:40] = y[100], y[100] + 1e-9 * rng.normal(size=(40, 64))
    whole = search._whole_rows
    monkeypatch.setattr(search, "_search_type", lambda device: TYPES[precision])
    monkeypatch.setattr(search, "_whole_rows", lambda x, y, rows, k: anew.extend(rows.tolist()) or whole(x, y, rows, k))
    scores, index = top_k(x, y, 4)
    assert 7 in anew and len(anew) < 10
    assert index.tolist() == brute_force(cosines(x, y), 4)[1].tolist()


@pytest.mark.parametrize("precision", TYPES)
def test_the_error_of_the_search_is_within_its_bound_and_not_far_below(monkeypatch, precision):
    seen, rng = [], np.random.default_rng(1)
    x, y = (rng.normal(size=(200, 96)) + 3 * np.eye(96)[0] for _ in range(2))
    monkeypatch.setattr(search, "_search_type", lambda device: TYPES[precision])
    monkeypatch.setattr(search._Candidates, "add", lambda self, rows, tile, first: seen.append(tile.double().numpy()))
    bounds = []
    monkeypatch.setattr(search, "_settled", lambda x, y, candidates, error, k: bounds.append(error.numpy()))
    top_k(x, y, 4)
    off = np.abs(seen[0] - cosines(x, y)).max(1)
    assert (off < bounds[0]).all() and bounds[0].max() < 500 * off.max()


@settings(max_examples=50)
@given(st.integers(0, 1000), st.booleans())
def test_the_length_of_rows_and_the_other_queries_mean_nothing(seed, centred):
    rng = np.random.default_rng(seed)
    queries, corpus = rng.normal(size=(9, 5)), rng.normal(size=(11, 5))
    assert nearest(queries, corpus, centred=centred) == cosines(queries, corpus, centred).argmax(1).tolist()
    assert nearest(queries * rng.uniform(0.1, 9, size=(9, 1)), corpus) == nearest(queries, corpus)
    assert nearest(queries[3:4], corpus) == nearest(queries, corpus)[3:4]


def test_centring_removes_what_a_language_shares():
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(50, 8))
    english, foreign = meaning + 100 * np.eye(8)[0], meaning + 10 * np.eye(8)[1]
    assert nearest(english, foreign, centred=True) == list(range(50))
    assert nearest(english, foreign) != list(range(50))
    assert english[0, 0] > 90  # the caller's array is left alone


def test_bad_embeddings_are_refused():
    with pytest.raises(IsoglossError, match="NaN"):
        top_k(np.array([[np.nan, 1]]), FOREIGN, 1)
    with pytest.raises(IsoglossError, match=r"expected \(N, D\) and \(M, D\)"):
        top_k(np.ones((2, 3)), FOREIGN, 1)
    with pytest.raises(IsoglossError, match="none of them 0"):
        top_k_both(np.ones((2, 2)), np.ones((0, 2)), 1)
    with pytest.raises(IsoglossError, match=r"shapes \(2,\) and"):
        top_k(np.ones(2), FOREIGN, 1)
    assert nearest(np.zeros((1, 2)), FOREIGN) == [0]  # a zero vector is as far from everything


def test_headline_layer_is_two_thirds_up():
    assert [headline_layer(layers) for layers in (0, 4, 6, 12, 24)] == [0, 2, 4, 8, 16]


# ------------------------------------------------------------------------------------------------------------------ margin

SOURCE, TARGET = np.array([[1, 0], [0, 1], [0.8, 0.6]]), np.array([[0.6, 0.8], [1, 0.1], [0, 1]])


@pytest.mark.parametrize(
    ("k", "margin", "expected"),
    [
        (2, "ratio", {(1, 2): 1.17647, (0, 1): 1.15507, (2, 0): 1.07391}),
        (4, "ratio", {(1, 2): 1.71453, (0, 1): 1.68398, (2, 0): 1.20610}),  # four neighbours of three
        (1, "ratio", {(0, 1): 1, (1, 2): 1, (2, 0): 1}),
        (2, "distance", {(1, 2): 0.15, (0, 1): 0.13359, (2, 0): 0.06607}),
        (2, "absolute", {(1, 2): 1, (0, 1): 0.99504, (2, 0): 0.96}),
    ],
)
def test_vectors_of_margin(k, margin, expected):
    i, j, score = margin_candidates(SOURCE, TARGET, k, margin)
    assert [*zip(i.tolist(), j.tolist(), strict=True)] == [*expected]
    assert score == pytest.approx([*expected.values()], abs=1e-5)


def mined(x, y, k, margin, pairing):
    """[(i, j, score)] by the definition, pair by pair."""
    table = cosines(x, y).astype(float)
    near = [sorted(range(len(y)), key=lambda j: -table[i, j])[:k] for i in range(len(x))]
    back = [sorted(range(len(x)), key=lambda i: -table[i, j])[:k] for j in range(len(y))]

    def score(i, j):
        mean = (np.mean([table[i, n] for n in near[i]]) + np.mean([table[n, j] for n in back[j]])) / 2
        if margin == "ratio":
            return table[i, j] / mean if mean > 0 else 0.0
        return table[i, j] - mean if margin == "distance" else table[i, j]

    forward = [max(near[i], key=lambda j: score(i, j)) for i in range(len(x))]
    backward = [max(back[j], key=lambda i: score(i, j)) for j in range(len(y))]
    pairs = {*enumerate(forward)}
    pairs = pairs & {(i, j) for j, i in enumerate(backward)} if pairing == "intersect" else pairs | {(i, j) for j, i in enumerate(backward)}
    found = []
    for i, j in sorted(pairs, key=lambda pair: (-round(score(*pair), 9), pair)):
        if score(i, j) > 0 and all(i != left and j != right for left, right, _ in found):
            found.append((i, j, score(i, j)))
    return found


@settings(max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([*MARGINS]), st.sampled_from(PAIRINGS), st.booleans())
def test_mining_is_the_definition_and_the_length_of_rows_means_nothing(seed, k, margin, pairing, alike):
    rng = np.random.default_rng(seed)
    x, y = (rng.normal(size=(rows, 4)) + 2 * alike for rows in (6, 9))
    found = margin_candidates(x, y, k, margin, pairing)
    expected = mined(x, y, k, margin, pairing)
    assert [*zip(found[0].tolist(), found[1].tolist(), strict=True)] == [(i, j) for i, j, _ in expected]
    assert found[2] == pytest.approx([score for *_, score in expected])
    scaled = margin_candidates(x * rng.uniform(0.1, 9, (6, 1)), y * rng.uniform(0.1, 9, (9, 1)), k, margin, pairing)
    assert [part.tolist() for part in scaled[:2]] == [part.tolist() for part in found[:2]] and scaled[2] == pytest.approx(found[2])


def test_a_mean_that_is_not_positive_makes_no_pair():
    """-1 / -1 would be a perfect score."""
    assert [len(part) for part in margin_candidates(np.array([[1, 0]]), np.array([[-1, 0]]))] == [0, 0, 0]
    assert [len(part) for part in margin_candidates(np.array([[1, 0]]), np.array([[0, 1]]))] == [0, 0, 0]


def test_centring_is_that_of_the_search():
    rng = np.random.default_rng(3)
    meaning = rng.normal(size=(30, 8))
    x, y = meaning + 50 * np.eye(8)[0], meaning[::-1] + 50 * np.eye(8)[1]
    i, j, _ = margin_candidates(x, y, centred=True)
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == [(k, 29 - k) for k in range(30)]
