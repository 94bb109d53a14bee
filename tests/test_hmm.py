"""The aligner `hmm` as a whole: what it finds in mini-worlds, the same bytes each time, going on after a stop, and odd corpora."""

import hashlib
import os
import random
import subprocess
import sys
from collections import Counter
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aligned import POISON, Corpus, right_links, translated
from isogloss.aligners import hmm
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.hmm import HMM, Options, Training
from isogloss.aligners.hmm.decode import UNLIKELY, Decoder
from isogloss.aligners.symmetrise import symmetrise
from isogloss.corpora.miniworld.stream import Stream
from isogloss.corpora.miniworld.world import noisy_pairs

WORLD = 3000  # pairs

# ----------------------------------------------------------------------------------------------------------------- decoding


def decoded(forward_IJ, backward_IJ):
    """The candidates of one pair, word by word."""
    size_i, size_j = forward_IJ.shape
    direction = Counter()
    for j in range(size_j):
        best = max(range(size_i), key=lambda i: forward_IJ[i, j])  # of equal ones the first
        if forward_IJ[best, j] > 1 - sum(forward_IJ[:, j]):
            direction[best, j] |= FORWARD
    for i in range(size_i):
        best = max(range(size_j), key=lambda j: backward_IJ[i, j])
        if backward_IJ[i, best] > 1 - sum(backward_IJ[i]):
            direction[i, best] |= BACKWARD
    percent = {(i, j): round(100 * float(np.sqrt(forward_IJ[i, j] * backward_IJ[i, j]))) for i in range(size_i) for j in range(size_j)}
    kept = sorted(cell for cell, p in percent.items() if direction[cell] or p >= UNLIKELY)
    return Candidates([i for i, _ in kept], [j for _, j in kept], [direction[cell] for cell in kept], [percent[cell] for cell in kept])


def drawn_posterior(rng, size_i, size_j, dim):
    """Sums to less than 1 along `dim`; multiples of 1/64, so that the sums are exact and some are equal."""
    parts = rng.multinomial(64, np.full((size_i, size_j)[dim] + 1, 1 / ((size_i, size_j)[dim] + 1)), (size_j, size_i)[dim])[:, :-1]
    return (parts.T if dim == 0 else parts) / 64


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=6), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_candidates_are_what_words_choose(sizes, batch, seed):
    """Some rows of a corpus are in no batch, and the batches come in another order."""
    rng = np.random.default_rng(seed)
    posteriors = [[drawn_posterior(rng, *size, dim) for dim in (0, 1)] for size in sizes]
    rows = rng.permutation(2 * len(sizes))[: len(sizes)]
    decoder = Decoder(2 * len(sizes))
    for start in range(0, len(sizes), batch):
        part = slice(start, start + batch)
        padded = np.zeros((2, len(sizes[part]), max(i for i, _ in sizes[part]), max(j for _, j in sizes[part])))
        for b, (size, pair) in enumerate(zip(sizes[part], posteriors[part], strict=True)):
            padded[:, b, : size[0], : size[1]] = pair
        decoder.add(rows[part], *torch.from_numpy(padded))
    expected = dict(zip(rows.tolist(), (decoded(*pair) for pair in posteriors), strict=True))
    assert [Candidates(*map(list, row)) for row in decoder.rows()] == [
        expected.get(row, Candidates([], [], [], [])) for row in range(2 * len(sizes))
    ]


# --------------------------------------------------------------------------------------------------------- what it finds


def world(pair, count):
    """(words, gold links) of pairs of a mini-world."""
    said = list(islice(noisy_pairs(Stream(7, 4, 24), pair), count))
    return [tuple([token.text for token in side] for side in sides) for sides, _, _ in said], [set(points) for *_, points in said]


def unambiguous(gold):
    """The links both words of which have no other."""
    source, target = Counter(i for i, _ in gold), Counter(j for _, j in gold)
    return {(i, j) for i, j in gold if source[i] == target[j] == 1}


def f1_unambiguous(golds, predicted):
    """F1 in percent of the unambiguous gold links; every link of a word that has one counts."""
    right = wanted = given = 0
    for gold, links in zip(golds, predicted, strict=True):
        ones = unambiguous(gold)
        sources, targets = {i for i, _ in ones}, {j for _, j in ones}
        right, wanted = right + len(ones & links), wanted + len(ones)
        given += sum(i in sources or j in targets for i, j in links)
    return 200 * right / (wanted + given)


@pytest.mark.parametrize(("pair", "least"), [("de-en", 97), ("en-es", 97), ("en-ru", 95), ("en-tr", 95), ("en-zh", 95)])
def test_unambiguous_links_of_a_mini_world_are_found(pair, least):
    pairs, golds = world(pair, WORLD)
    found = list(HMM().align(pairs))
    assert f1_unambiguous(golds, [set(symmetrise(row, "threshold", 0.5)) for row in found]) > least


def test_agreement_and_jumps_help():
    """Against the same world without a hidden Markov round: words of which there are two in a sentence have to be told apart."""
    pairs, golds = world("en-ru", 1000)
    scores = [f1_unambiguous(golds, [set(symmetrise(row, "threshold", 0.5)) for row in HMM(hmm=rounds).align(pairs)]) for rounds in (0, 5)]
    assert scores[1] > scores[0] + 1


def test_words_in_any_order_are_found():
    pairs = translated(400, words=100)
    right = [right_links(pair) for pair in pairs]
    candidates = list(HMM().align(pairs))
    for rule in ("threshold", "grow-diag-final-and", "intersect"):
        links = [set(symmetrise(row, rule)) for row in candidates]
        assert all(found <= true for found, true in zip(links, right, strict=True))
        assert sum(map(len, links)) > 0.99 * sum(map(len, right))


def test_turning_the_sides_turns_the_links():
    pairs, _ = world("en-es", 300)
    found = list(HMM().align(pairs))
    turned = list(HMM().align([pair[::-1] for pair in pairs]))
    links = [[set(symmetrise(row, "threshold")) for row in rows] for rows in (found, turned)]
    same = sum(one == {(i, j) for j, i in other} for one, other in zip(*links, strict=True))
    assert same >= 295  # only rounding differs


def test_upper_case_is_lower_case_unless_it_is_not_folded():
    pairs = [(["A", "b"], ["X", "y"]), (["a"], ["x"]), (["B"], ["Y"])] * 5
    lower = [tuple([word.lower() for word in side] for side in pair) for pair in pairs]
    assert list(HMM().align(pairs)) == list(HMM().align(lower))
    assert list(HMM(fold=False).align(pairs)) != list(HMM(fold=False).align(lower)) == list(HMM().align(lower))


# ------------------------------------------------------------------------------------------------------ always the same


def digest(found):
    return hashlib.sha256(repr([tuple(map(list, row)) for row in found]).encode()).hexdigest()


DIGEST = """
import sys, torch
from test_hmm import HMM, digest, world
torch.set_num_threads(int(sys.argv[1]))
print(digest(HMM().align(world("en-es", 300)[0])))
"""


@pytest.fixture(scope="module")
def pairs():
    return world("en-es", 300)[0]


@pytest.fixture(scope="module")
def found(pairs):
    return list(HMM().align(pairs))


def test_the_same_with_any_number_of_threads(pairs, found):
    for threads in (1, 2):
        torch.set_num_threads(threads)
        assert list(HMM().align(pairs)) == found
    torch.set_num_threads(1)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_in_any_process(found, seed):
    """Whatever the order of its sets, and however many threads it is told to have."""
    environment = os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "2", "PYTHONPATH": os.pathsep.join(sys.path)}
    made = subprocess.run([sys.executable, "-c", DIGEST, seed], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == digest(found)


def test_other_batches_change_only_the_rounding(pairs, found, monkeypatch):
    monkeypatch.setattr(hmm, "BATCH_CELLS", 3000)
    others = list(HMM().align(pairs))
    likely = [
        [{cell: p for *cell_, p in zip(*row[:2], row[3], strict=True) for cell in [tuple(cell_)]} for row in rows]
        for rows in (found, others)
    ]
    differences = [abs(one.get(cell, 0) - other.get(cell, 0)) for one, other in zip(*likely, strict=True) for cell in one.keys() & other]
    assert max(differences) <= 1
    assert sum(one.keys() == other.keys() for one, other in zip(*likely, strict=True)) >= 0.98 * len(pairs)


def test_text_is_read_once(pairs, found):
    corpus = Corpus(pairs)
    assert list(HMM().align(corpus)) == found and corpus.read == 1


# ------------------------------------------------------------------------------------------------------------- going on


class Stopped(Exception):
    pass


def stop_after(monkeypatch, rounds):
    """Training stops in the middle of a round, the first that is too much; every state is kept."""
    monkeypatch.setattr(hmm, "SAVE_SECONDS", 0)
    learn = hmm.Lexicon.update

    def update(self, *counts):
        update.rounds += 1
        if update.rounds > rounds:
            raise Stopped
        learn(self, *counts)

    update.rounds = 0
    monkeypatch.setattr(hmm.Lexicon, "update", update)
    return update


@pytest.mark.parametrize("rounds", [1, 4, 6, 8])
def test_who_goes_on_was_never_stopped(pairs, found, tmp_path, monkeypatch, rounds):
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        stop_after(patch, rounds)
        list(HMM().align(pairs, tmp_path / "state"))
    with monkeypatch.context() as patch:
        counted = stop_after(patch, 100)
        assert list(HMM().align(pairs, tmp_path / "state")) == found
    assert counted.rounds == Options().model1 + Options().hmm - rounds
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["hmm.safetensors"]  # nothing else is left behind


def test_nothing_is_kept_that_is_young(pairs, tmp_path):
    list(HMM().align(pairs[:20], tmp_path))
    assert list(tmp_path.iterdir()) == []  # done within seconds


def started(pairs, tmp_path, monkeypatch, **options):
    """A state after three rounds."""
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        stop_after(patch, 3)
        list(HMM(**options).align(pairs, tmp_path))
    return tmp_path / "hmm.safetensors"


@pytest.mark.parametrize("change", ["options", "words", "order", "sides"])
def test_the_state_of_another_alignment_is_passed_over(pairs, found, tmp_path, monkeypatch, change):
    others = {
        "options": pairs,
        "words": [([*pairs[0][0][:-1], "!!"], pairs[0][1]), *pairs[1:]],
        "order": pairs[::-1],
        "sides": [pair[::-1] for pair in pairs],
    }[change]
    assert started(others, tmp_path, monkeypatch, **({"alpha": 0.02} if change == "options" else {})).is_file()
    counted = stop_after(monkeypatch, 100)
    assert list(HMM().align(pairs, tmp_path)) == found and counted.rounds == 9


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[: len(content) // 2], lambda content: content[:200], lambda content: b"x" * 1000],
    ids=["empty", "half", "header", "foreign"],
)
def test_a_damaged_state_is_passed_over(pairs, found, tmp_path, monkeypatch, caplog, damage):
    state = started(pairs, tmp_path, monkeypatch)
    state.write_bytes(damage(state.read_bytes()))
    counted = stop_after(monkeypatch, 100)
    with caplog.at_level("WARNING"):
        assert list(HMM().align(pairs, tmp_path)) == found
    assert counted.rounds == 9 and "is damaged" in caplog.text


# ----------------------------------------------------------------------------------------------------------- odd corpora


def assert_sound(pairs, found):
    """Links between words that are there, in order, and each word of a direction chooses at most one."""
    assert len(found) == len(pairs)
    for (src, tgt), row in zip(pairs, found, strict=True):
        links = list(zip(row.src, row.tgt, strict=True))
        assert links == sorted(set(links)) and len(links) == len(row.direction) == len(row.p)
        assert all(0 <= i < len(src) and 0 <= j < len(tgt) for i, j in links)
        assert all(type(n) is int for column in row for n in column)
        for direction, side in ((FORWARD, 1), (BACKWARD, 0)):
            chose = Counter(link[side] for link, chosen in zip(links, row.direction, strict=True) if chosen & direction)
            assert all(number == 1 for number in chose.values())
        assert all(direction or p >= UNLIKELY for direction, p in zip(row.direction, row.p, strict=True))
        assert all(direction in (0, FORWARD, BACKWARD, BOTH) and 0 <= p <= 100 for direction, p in zip(row.direction, row.p, strict=True))


@pytest.mark.parametrize("options", [{}, {"stem_weight": 0}, {"cognates": 0}, {"model1": 0}, {"hmm": 0}, {"furthest_jump": 1}])
def test_poison(options):
    assert_sound(POISON, list(HMM(**options).align(POISON)))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "dddd", "ddddd"]), max_size=9)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8))
def test_any_corpus(pairs):
    assert_sound(pairs, list(HMM(model1=1, hmm=1).align(pairs)))


@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
def test_candidates_of_a_world_are_sound(pair):
    pairs, _ = world(pair, 500)
    assert_sound(pairs, list(HMM().align(pairs)))


@pytest.mark.parametrize("pairs", [[], [([], [])] * 3, [(["dog"], []), ([], ["狗"])], [(["dog"], [])], [([], ["狗"])]])
def test_nothing_to_align(pairs):
    assert list(HMM().align(pairs)) == [NONE] * len(pairs)


@pytest.mark.parametrize("pairs", [[([], [])] * 2, [(["dog"], ["狗"])] * 2])
def test_who_takes_candidates_one_by_one_is_in_no_mode(pairs):
    taken = HMM().align(pairs)
    next(taken)
    mode = torch.is_inference_mode_enabled()
    taken.close()
    assert not mode


def test_one_pair_of_words_again_and_again():
    for row in HMM().align([(["dog"], ["狗"])] * 5):
        assert (row.src, row.tgt, row.direction) == ([0], [0], [BOTH]) and row.p[0] > 50


def test_a_thousand_words():
    """Lines without a change of order, one of them of a thousand words, which are never the same twice."""
    rng = random.Random(0)
    meanings = [rng.sample(range(1000), 1000), *(rng.sample(range(1000), rng.randrange(1, 12)) for _ in range(1000))]
    pairs = [([f"s{k}" for k in line], [f"t{k}" for k in line]) for line in meanings]
    (row, *_) = HMM(model1=3, hmm=2).align(pairs)
    assert symmetrise(row, "threshold") == [(k, k) for k in range(1000)]


def test_a_pair_of_too_many_cells_does_not_disturb_the_others():
    pairs = translated(400, words=100)
    longest = (["long"] * 1025, ["lang"] * 1024)
    found = list(HMM().align([*pairs[:50], longest, *pairs[50:]]))
    assert found[50] == NONE
    assert [set(symmetrise(row, "threshold")) for row in found[:50] + found[51:]] == [right_links(pair) for pair in pairs]


def test_rounds_of_training_do_not_wander_off(tmp_path):
    """Probabilities stay probabilities, however long it learns."""
    from isogloss.aligners.hmm.corpus import Corpus as Numbered

    training = Training(Numbered(translated(30)), Options(model1=10, hmm=40), tmp_path, torch.device("cpu"))
    training.run(None)
    for table in (training.lexicon.forward, training.lexicon.backward, *training.jumps):
        assert torch.isfinite(table).all() and (table >= 0).all() and (table <= 1).all()
