"""SimAlign: matchings against loops, against every assignment, and against the package `simalign` where it is installed."""

import itertools
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aligned import Corpus, make_bert
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD
from isogloss.aligners.embeddings import SubWords, load_embedder
from isogloss.aligners.simalign import SimAlign, distorted, match, of_words, similarity
from isogloss.corpora.transforms.sentences import words
from isogloss.errors import IsoglossError
from toy import say, sentences

LANGUAGES = "de", "en"
matrices = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10**6)).map(
    lambda asked: np.random.default_rng(asked[2]).random(asked[:2])
)


@pytest.fixture(scope="module")
def bert(tokenizer, tmp_path_factory):
    return make_bert(tmp_path_factory.mktemp("bert"), tokenizer, positions=64)


def corpus(count: int = 30) -> list[tuple[list[str], list[str]]]:
    return [tuple(words(say(meanings, lang), lang) for lang in LANGUAGES) for meanings in sentences(count, 2)]


@given(matrices)
def test_inter_is_the_nearest_of_each_word(alike):
    found, rows, columns = match(alike, "inter"), *map(range, alike.shape)
    for i in rows:
        for j in columns:
            assert bool(found[i, j] & FORWARD) == all(alike[i, j] >= alike[k, j] for k in rows)
            assert bool(found[i, j] & BACKWARD) == all(alike[i, j] >= alike[i, k] for k in columns)


def test_of_equal_ones_the_first_is_nearest():
    assert match(np.ones((2, 3)), "inter").tolist() == [[BOTH, FORWARD, FORWARD], [BACKWARD, 0, 0]]


@given(matrices)
def test_mwmf_is_the_best_of_all_assignments(alike):
    pytest.importorskip("scipy")
    found = match(alike, "mwmf")
    assert set(np.unique(found)) <= {0, BOTH} and found.astype(bool).sum() == min(alike.shape)
    assert found.astype(bool).sum(0).max() == found.astype(bool).sum(1).max() == 1
    wide = alike if alike.shape[0] <= alike.shape[1] else alike.T
    best = max(sum(wide[i, j] for i, j in enumerate(chosen)) for chosen in itertools.permutations(range(wide.shape[1]), wide.shape[0]))
    assert alike[found == BOTH].sum() == pytest.approx(best)


@given(matrices, st.integers(1, 4), st.sampled_from([0.5, 0.9, 1.0]))
def test_itermax_adds_rounds_to_the_intersection(alike, rounds, alpha):
    """By loops over words: free words may link to any, a similarity counts `alpha` where the other is not free."""
    (rows, columns), linked = alike.shape, {tuple(link) for link in np.argwhere(match(alike, "inter") == BOTH).tolist()}
    for _ in range(rounds - 1):
        free = [set(range(size)) - {link[side] for link in linked} for side, size in enumerate(alike.shape)]
        if min(alike.shape) <= 2 or not all(free):
            break
        weight = [[(i in free[0]) + (j in free[1]) for j in range(columns)] for i in range(rows)]
        seen = [[alike[i, j] * (0, alpha, 1)[weight[i][j]] for j in range(columns)] for i in range(rows)]
        for i, j in itertools.product(range(rows), range(columns)):
            if weight[i][j] and seen[i][j] == max(seen[i]) == max(row[j] for row in seen):
                linked.add((i, j))
    assert {tuple(link) for link in np.argwhere(match(alike, "itermax", rounds, alpha) == BOTH).tolist()} == linked


@given(matrices, st.floats(0, 1))
def test_distortion_is_the_square_of_the_distance_from_the_diagonal(alike, ratio):
    found, (rows, columns) = distorted(alike, ratio), alike.shape
    for i, j in itertools.product(range(rows), range(columns)):
        off = (i / (rows - 1) - j / (columns - 1)) ** 2 if min(rows, columns) > 1 else 0
        assert found[i, j] == pytest.approx(alike[i, j] * (1 - ratio * off))


def test_similarity_is_the_cosine_from_nought_to_one():
    source, target = torch.tensor([[2.0, 0.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [-3.0, 0.0], [0.0, 5.0]])
    assert similarity(source, target).tolist() == [[1.0, 0.0, 0.5], [0.5, 0.5, 0.5]]


def test_a_word_is_the_mean_of_its_sub_words():
    """Words 0 (two sub-words), 1 and 2 (one sub-word of both), and 4; 3 has none."""
    states = torch.tensor([[[1.0], [3.0], [7.0], [9.0]]])
    found = of_words(SubWords(states, [0, 0, 1, 4], [0, 0, 2, 4]))
    assert list(found.first) == list(found.last) == [0, 1, 2, 4]
    assert found.states.tolist() == [[[2.0], [7.0], [7.0], [9.0]]]


@pytest.mark.parametrize("token_type", ["word", "bpe"])
@pytest.mark.parametrize("method", ["inter", "itermax"])
def test_links_are_those_of_the_states_of_each_pair(bert, token_type, method):
    pairs = corpus()
    found = list(SimAlign(languages=LANGUAGES, model=str(bert), method=method, token_type=token_type, layer=1).align(Corpus(pairs)))
    embed = load_embedder("test", bert, 1, 8192)
    for (src, tgt), one in zip(pairs, found, strict=True):
        sides = []
        for (states, first, last), count in ((*embed([src], "de"), len(src)), (*embed([tgt], "en"), len(tgt))):
            vectors, covered = states[0].numpy(), [set(range(a, b + 1)) for a, b in zip(first, last, strict=True)]
            if token_type == "word":
                vectors = np.stack([vectors[[n in these for these in covered]].mean(0) for n in range(count)])
                covered = [{n} for n in range(count)]
            sides.append((vectors / np.linalg.norm(vectors, axis=1)[:, None], covered))
        linked = np.argwhere(match((sides[0][0] @ sides[1][0].T + 1) / 2, method) == BOTH)
        expected = {(i, j) for s, t in linked for i in sides[0][1][s] for j in sides[1][1][t]}
        assert {(i, j) for i, j, way, _ in zip(*one, strict=True) if way == BOTH} == expected
        assert not any(one.p) and (method == "inter" or set(one.direction) <= {BOTH})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "max"}, "method is `max`. allowed: inter, itermax, mwmf"),
        ({"token_type": "character"}, "allowed: word, bpe"),
        ({"distortion": 1.5}, "distortion is 1.5"),
        ({"rounds": 0}, "rounds 0"),
        ({"alpha": 0}, "alpha 0"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(IsoglossError, match=message):
        SimAlign(languages=LANGUAGES, model="any", **options)


def test_without_scipy_only_mwmf_is_refused(monkeypatch):
    monkeypatch.setattr("isogloss.aligners.simalign.find_spec", lambda name: None)
    SimAlign(languages=LANGUAGES, model="any", method="itermax")
    with pytest.raises(IsoglossError, match="mwmf needs scipy"):
        SimAlign(languages=LANGUAGES, model="any", method="mwmf")


# ---------------------------------------------------------------------------------------------------------------- the package


@pytest.fixture(scope="module")
def package():
    pytest.importorskip("simalign", reason="the package simalign is not installed")
    return sys.modules["simalign.simalign"].SentenceAligner


@given(matrices)
def test_matchings_are_those_of_the_package(package, alike):
    forward, backward = package.get_alignment_matrix(alike)
    inter = match(alike, "inter")
    assert ((inter & BACKWARD) > 0).tolist() == (forward > 0).tolist()
    assert ((inter & FORWARD) > 0).tolist() == (backward > 0).tolist()
    assert (match(alike, "itermax") > 0).tolist() == (package.iter_max(alike) > 0).tolist()
    assert (match(alike, "itermax", 4) > 0).tolist() == (package.iter_max(alike, 4) > 0).tolist()
    assert (match(alike, "mwmf") > 0).tolist() == (package.get_max_weight_match(alike) > 0).tolist()
    assert np.allclose(distorted(alike, 0.7), package.apply_distortion(alike, 0.7))


@pytest.mark.parametrize("token_type", ["word", "bpe"])
def test_links_are_those_of_the_package(package, bert, token_type):
    theirs = package(model=str(bert), token_type=token_type, distortion=0.3, matching_methods="mai", layer=2)
    pairs = corpus()
    for method in ("inter", "itermax", "mwmf"):
        ours = SimAlign(languages=LANGUAGES, model=str(bert), layer=2, method=method, token_type=token_type, distortion=0.3)
        for pair, one in zip(pairs, ours.align(Corpus(pairs)), strict=True):
            links = [(i, j) for i, j, way, _ in zip(*one, strict=True) if way == BOTH]
            assert links == theirs.get_word_aligns(*pair)[method]
