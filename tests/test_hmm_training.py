"""The lexicon and the rounds of training against the formulas of their docstrings, with dictionaries and loops."""

import random
from collections import Counter

import pytest
import torch

from hidden import brute_force
from isogloss.aligners.hmm import Options, Training
from isogloss.aligners.hmm.cells import NEITHER, NO_SOURCE, NO_TARGET, PADDING, Cells
from isogloss.aligners.hmm.corpus import Corpus
from isogloss.aligners.hmm.lexicon import Lexicon, Prior

CPU = torch.device("cpu")
SOURCE = ["tree", "trees", "treehouse", "house", "houses", "a", "an", "Berlin", "42"]
TARGET = ["Baum", "Baums", "Baumhaus", "Haus", "Haus", "der", "Berlins", "42", "tree", "a"]
PRIORS = {
    "no": {"stem_weight": 0, "cognates": 0},
    "stems": {"stem_weight": 3.0, "stem": 4, "cognates": 0},
    "cognates": {"stem_weight": 0, "cognates": 0.7},
    "whole": {"stem_weight": 5.0, "stem": 3, "cognates": 0.1},
}


def toy_pairs(count, seed, longest=3):
    """Ragged pairs, folded; a word may occur twice in a sentence, and some sides are empty."""
    rng = random.Random(seed)

    def side(words, shortest):
        return [rng.choice(words).casefold() for _ in range(rng.randint(shortest, longest))]

    return [(side(SOURCE, 1), side(TARGET, 1)) for _ in range(count)] + [([], side(TARGET, 1)), (side(SOURCE, 1), []), ([], [])]


def turned(table):
    return {(b, a): value for (a, b), value in table.items()}


# ------------------------------------------------------------------------------------------------------ the formulas, naively


def translation(count, pairs, options):
    """p(t | s) of every pair of words that meet, from its count: the formula of lexicon.py."""
    met = Counter((s, t) for src, tgt in pairs for s in src for t in tgt)
    frequency = Counter(t for _, tgt in pairs for t in tgt)
    table = {}
    for s, t in met:
        own = count[s, t] / met[s, t]
        numerator = count[s, t] - own + options.alpha
        denominator = sum(count[v, w] for v, w in met if v == s) - own + options.alpha * len({w for v, w in met if v == s})
        if s == t or (min(len(s), len(t)) >= 4 and s[:4] == t[:4]):
            numerator += options.cognates
        if options.stem_weight:
            stems = [word[: options.stem] for word in (s, t)]
            begin = [(v[: options.stem], w[: options.stem], count[v, w]) for v, w in met]
            both = sum(n for v, w, n in begin if [v, w] == stems)
            given = sum(n for v, _, n in begin if v == stems[0])
            of_stem = sum(n for word, n in frequency.items() if word[: options.stem] == stems[1])
            numerator += options.stem_weight * (both - own) / (given - own + 1) * frequency[t] / of_stem
            denominator += options.stem_weight
        table[s, t] = min(1, numerator / max(denominator, 1e-6))
    return table


class Naive:
    """Both directions, each with a table p(observed | state) and weights of jumps, learning from pairs with loops."""

    def __init__(self, pairs, options):
        self.pairs, self.options = pairs, options
        self.frequency = [Counter(word for pair in pairs for word in pair[side]) for side in (0, 1)]
        self.forward = {(s, t): 1.0 for src, tgt in pairs for s in src for t in tgt}
        self.backward = turned(self.forward)
        self.jumps = [[1.0] * (2 * options.furthest_jump + 1) for _ in range(2)]

    def empty(self, side, word):
        return self.frequency[side][word] / self.frequency[side].total()

    def model1(self):
        counts = []
        for side, table in ((1, self.forward), (0, self.backward)):
            count = Counter()
            for pair in self.pairs:
                observed, states = pair[side], pair[1 - side]
                for o in observed if states else []:
                    each = [(1 - self.options.empty) / len(states) * table[s, o] for s in states]
                    whole = sum(each) + self.options.empty * self.empty(side, o)
                    for s, p in zip(states, each, strict=True):
                        count[s, o] += p / whole
            counts.append(count)
        self.learn(counts[0], counts[1])

    def posteriors(self, pair, empty):
        """(posterior of (word of the source, of the target), expected jumps) of both directions."""
        found = []
        for side, table in ((1, self.forward), (0, self.backward)):
            observed, states = pair[side], pair[1 - side]
            emission = [[(1 - empty) * table[s, o] for s in states] for o in observed]
            posterior, jumps = brute_force(emission, [empty * self.empty(side, o) for o in observed], self.jumps[1 - side])
            found.append(({((s, o) if side else (o, s)): posterior[o, s] for o in range(len(observed)) for s in range(len(states))}, jumps))
        return found

    def hmm(self):
        count, jumps = Counter(), [Counter(dict.fromkeys(range(len(part)), 1e-3)) for part in self.jumps]
        for pair in self.pairs:
            if all(pair):
                (forward, ahead), (backward, back) = self.posteriors(pair, self.options.empty)
                for i, j in forward:
                    count[pair[0][i], pair[1][j]] += forward[i, j] * backward[i, j]
                jumps[0].update(ahead)
                jumps[1].update(back)
        self.learn(count, Counter(turned(count)))
        self.jumps = [self.weights(part) for part in jumps]

    def learn(self, forward, backward):
        self.forward = translation(forward, self.pairs, self.options)
        self.backward = translation(backward, [pair[::-1] for pair in self.pairs], self.options)

    def weights(self, jumps):
        """The outermost kinds are shared by furthest / 2 distances; then the power; the largest weight is 1."""
        last = len(jumps) - 1
        counts = [jumps[k] / (max(1, self.options.furthest_jump / 2) if k in (0, last) else 1) for k in range(last + 1)]
        powers = [(n / sum(counts)) ** self.options.jump_power for n in counts]
        return [p / max(powers) for p in powers]


# ------------------------------------------------------------------------------------------------------------------ lexicon


def read(lexicon, corpus, table):
    """A table of a lexicon as (word of the source, of the target) -> value."""
    words = zip(lexicon.src.tolist(), lexicon.tgt.tolist(), table.tolist(), strict=True)
    return {(corpus.src.words[s], corpus.tgt.words[t]): value for s, t, value in list(words)[PADDING:]}


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("name", PRIORS)
def test_tables_follow_from_counts(tmp_path, name, shared):
    pairs, options = toy_pairs(25, seed=1), Options(**PRIORS[name])
    corpus = Corpus(pairs)
    cells = Cells(corpus, tmp_path)
    lexicon = Lexicon(corpus, cells, Prior(options.alpha, options.stem, options.stem_weight, options.cognates), tmp_path, CPU)
    rng = torch.Generator().manual_seed(3)
    forward, backward = lexicon.counters(shared=shared)
    assert (forward is backward) == shared and not forward.any() and not backward.any()
    for count in (forward,) if shared else (forward, backward):
        count += torch.from_numpy(cells.count) * torch.rand(len(cells), generator=rng) ** 2
    given = [Counter(read(lexicon, corpus, count)) for count in (forward, backward)]
    lexicon.update(forward, backward)
    assert read(lexicon, corpus, lexicon.forward) == pytest.approx(translation(given[0], pairs, options), rel=1e-4)
    back = translation(Counter(turned(given[1])), [pair[::-1] for pair in pairs], options)
    assert read(lexicon, corpus, lexicon.backward) == pytest.approx(turned(back), rel=1e-4)


def test_padding_emits_nothing_and_is_emitted_by_everything(tmp_path):
    corpus = Corpus(toy_pairs(5, seed=2))
    cells = Cells(corpus, tmp_path)
    lexicon = Lexicon(corpus, cells, Prior(0.01, 5, 5.0, 0.1), tmp_path, CPU)
    for _ in range(2):
        assert [lexicon.forward[cell].item() for cell in (NEITHER, NO_TARGET, NO_SOURCE)] == [0, 1, 0]
        assert [lexicon.backward[cell].item() for cell in (NEITHER, NO_TARGET, NO_SOURCE)] == [0, 0, 1]
        lexicon.update(*(torch.ones(len(cells)) for _ in range(2)))


def test_what_is_seen_once_does_not_support_itself(tmp_path):
    """Without the cell that asks nothing is left but the prior, which knows no difference."""
    corpus = Corpus([(["x"], ["y", "z"])])
    lexicon = Lexicon(corpus, Cells(corpus, tmp_path), Prior(0.01, 5, 0, 0), tmp_path, CPU)
    lexicon.update(*(torch.tensor([0, 0, 0, 1.0, 0]) for _ in range(2)))
    assert read(lexicon, corpus, lexicon.backward) == {("x", "y"): 1, ("x", "z"): 1}
    assert read(lexicon, corpus, lexicon.forward) == pytest.approx({("x", "y"): 0.01 / 0.02, ("x", "z"): 0.01 / 1.02})


# ------------------------------------------------------------------------------------------------------------------- rounds


@pytest.mark.parametrize("batch_cells", [1, 1 << 18])  # pairs one by one, and all together
@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize(("model1", "hmm"), [(1, 0), (3, 0), (0, 1), (2, 2)])
def test_rounds_are_those_of_loops(tmp_path, model1, hmm, name, batch_cells):
    pairs = toy_pairs(12, seed=4)
    options = Options(model1=model1, hmm=hmm, furthest_jump=1 if name == "whole" else 10, alpha=0.05, **PRIORS[name])
    naive, corpus = Naive(pairs, options), Corpus(pairs, True, batch_cells)
    training = Training(corpus, options, tmp_path, CPU)
    training.run(None)
    for _ in range(model1):
        naive.model1()
    for _ in range(hmm):
        naive.hmm()
    assert read(training.lexicon, corpus, training.lexicon.forward) == pytest.approx(naive.forward, rel=1e-3)
    assert read(training.lexicon, corpus, training.lexicon.backward) == pytest.approx(turned(naive.backward), rel=1e-3)
    for weights, expected in zip(training.jumps, naive.jumps, strict=True):
        assert weights.tolist() == pytest.approx(expected, rel=1e-3)
    seen = []
    for rows, forward_BIJ, backward_BIJ in training.posteriors(0.3):
        for b, row in enumerate(rows.tolist()):
            seen.append(row)
            for posterior_IJ, (expected, _) in zip((forward_BIJ[b], backward_BIJ[b]), naive.posteriors(pairs[row], 0.3), strict=True):
                padded = torch.zeros_like(posterior_IJ)  # also what is beyond the ends
                for cell, p in expected.items():
                    padded[cell] = p
                assert torch.allclose(posterior_IJ, padded, rtol=2e-3, atol=1e-6)
    assert sorted(seen) == list(range(12))
