"""Streams: every example once an epoch, fair shares, full batches, and a resumed stream that nobody can tell from an unbroken one."""

import json
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.streams import Part, Stream, permute
from isogloss.tokens import make_bitext_tokens, open_tokens
from toy import write_text

MAX_LENGTH = 16


class FakeStore:
    """A store of given lengths; sentence k holds k in every place, so an example tells its row."""

    def __init__(self, lengths, language="en"):
        self.lengths, self.language, self.unigram_entropy = np.asarray(lengths), language, float(len(lengths))

    def __getitem__(self, row):
        return np.full(self.lengths[row], row), np.zeros(self.lengths[row])


def part(name, size, seed=0):
    return Part(name, [FakeStore(np.random.default_rng(seed).integers(1, 30, size), name)])


def stream(*parts, seed=0, alpha=0.5, batch_tokens=64, **options):
    return Stream(parts, batch_tokens=batch_tokens, max_length=MAX_LENGTH, overhead=2, alpha=alpha, seed=seed, **options)


def drawn(batch):
    return [(sentence.language, int(sentence.ids[0])) for (sentence,) in batch]


# ---------------------------------------------------------------------------------------------------------------- permute


@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_permute_is_a_permutation_of_every_size(size, key):
    assert sorted(permute(np.arange(size), size, key).tolist()) == list(range(size))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 255, 256, 257, 65_535, 65_536, 65_537])
def test_permute_is_a_permutation_around_powers_of_two(size):
    assert (np.sort(permute(np.arange(size), size, 7)) == np.arange(size)).all()


def test_permute_stays_inside_a_corpus_of_billions():
    found = permute(np.arange(1000) * 3_000_000, 3_000_000_001, 5)
    assert len(set(found.tolist())) == 1000 and found.min() >= 0 and found.max() < 3_000_000_001


def test_permute_of_one_value_does_not_depend_on_the_others():
    together = permute(np.arange(100), 100, 3)
    assert [int(permute(np.array([k]), 100, 3)[0]) for k in range(100)] == together.tolist()


def test_keys_give_unrelated_orders():
    orders = [permute(np.arange(500), 500, key) for key in range(20)]
    fixed = [(a == b).sum() for k, a in enumerate(orders) for b in orders[:k]]
    assert np.mean(fixed) == pytest.approx(1, abs=0.5)  # two random permutations agree in one place on average
    correlations = [np.corrcoef(np.arange(500), order)[0, 1] for order in orders]
    assert np.abs(correlations).max() < 0.2


# ----------------------------------------------------------------------------------------------------------------- drawing


@pytest.mark.parametrize("size", [1, 3, 50, 150])
def test_every_example_comes_once_an_epoch(size):
    one, seen, window = stream(part("en", size)), Counter(), 0
    for _ in range(400):
        batch = one.next_batch()
        if one.state()["window"] > window:  # within a window batches are shuffled, so epochs show at its end
            window = one.state()["window"]
            epochs = seen.total() / size
            assert all(seen[row] in (math.floor(epochs), math.ceil(epochs)) for row in range(size))
        seen.update(row for _, row in drawn(batch))
    assert window > 10 and seen.total() > 10 * size


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_parts_are_drawn_in_proportion_to_size_to_the_power_of_alpha(alpha):
    sizes = {"de": 50, "en": 2000, "tr": 300}
    mixed = stream(*(part(name, size) for name, size in sizes.items()), alpha=alpha)
    counts = Counter(lang for _ in range(1200) for lang, _ in drawn(mixed.next_batch()))
    mass, total = sum(size**alpha for size in sizes.values()), counts.total()
    for name, size in sizes.items():
        share = size**alpha / mass
        assert counts[name] / total == pytest.approx(share, abs=5 * (share * (1 - share) / total) ** 0.5 + 0.01)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60).filter(any), st.integers(MAX_LENGTH, 300), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_batches_are_never_empty_and_within_the_budget_of_padded_tokens(lengths, budget, seed):
    mixed = stream(Part("en", [FakeStore(lengths)]), batch_tokens=budget, seed=seed)
    for _ in range(40):
        batch = mixed.next_batch()
        padded = max(min(len(sentence.ids) + 2, MAX_LENGTH) for (sentence,) in batch)
        assert batch and len(batch) * padded <= budget
        assert all(len(sentence.ids) for (sentence,) in batch)


def test_batches_waste_little_on_padding():
    mixed = stream(part("en", 3000), batch_tokens=256)
    real = padded = 0
    for _ in range(100):
        sizes = [min(len(sentence.ids) + 2, MAX_LENGTH) for (sentence,) in mixed.next_batch()]
        real, padded = real + sum(sizes), padded + len(sizes) * max(sizes)
    assert real / padded > 0.95 and padded / 100 > 0.85 * 256


def test_seeds_tell_streams_apart_and_nothing_else_does():
    batches = {}
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        one = stream(part("de", 90), part("en", 200), seed=seed)
        batches[name] = [drawn(one.next_batch()) for _ in range(50)]
    assert batches["a"] == batches["b"] != batches["c"]


def test_every_seed_has_an_order_of_its_own():
    first = []
    for seed in (0, 1):
        one = stream(part("en", 5000), seed=seed)
        first.append({row for _ in range(20) for _, row in drawn(one.next_batch())})
    assert len(first[0] & first[1]) < len(first[0]) / 5


def test_example_keeps_its_two_sides_together(toy):
    (path,) = toy.bitext("en-zh").values()
    stores = open_tokens(path)
    mixed = Stream([Part("en-zh", stores)], batch_tokens=256, max_length=32, overhead=4, alpha=1, seed=0)
    rows = {(stores[0][k][0].tobytes(), stores[1][k][0].tobytes()) for k in range(len(stores[0]))}
    for src, tgt in (example for _ in range(20) for example in mixed.next_batch()):
        assert (src.language, tgt.language) == ("en", "zh") and (src.ids.tobytes(), tgt.ids.tobytes()) in rows


# ------------------------------------------------------------------------------------------------------------------- resume


@given(st.integers(0, 120), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_a_resumed_stream_goes_on_as_if_never_stopped(k, seed):
    parts = [part("de", 7), part("en", 90), part("tr", 200)]
    unbroken = stream(*parts, seed=seed)
    for _ in range(k):
        unbroken.next_batch()
    state = json.loads(json.dumps(unbroken.state()))
    resumed = stream(*parts, seed=seed)
    resumed.resume(state)
    assert resumed.state() == state
    assert [drawn(resumed.next_batch()) for _ in range(50)] == [drawn(unbroken.next_batch()) for _ in range(50)]


# ----------------------------------------------------------------------------------------------------------------- refusals


def test_a_part_without_data_is_left_out(toy, tmp_path):
    rows = [("\u200b", "the cat"), ("der hund", "\u200b")]
    make_bitext_tokens("de-en", write_text(tmp_path / "b.parquet", "bitext", rows), toy.vocab, tmp_path / "store")
    void = Part("de-en", open_tokens(tmp_path / "store"))
    assert len(void) == 0
    mixed = stream(Part("nothing", [FakeStore([])]), part("en", 20))
    assert {lang for lang, _ in drawn(mixed.next_batch())} == {"en"} and list(mixed.unigram_entropy) == ["en", "all"]
    with pytest.raises(IsoglossError, match="no examples in de-en"):
        stream(void)
    with pytest.raises(IsoglossError, match="no parts at all"):
        stream()


def test_a_budget_smaller_than_one_row_is_refused():
    with pytest.raises(IsoglossError, match=r"batch_tokens.*at least encoder.max_length = 16"):
        stream(part("en", 20), batch_tokens=MAX_LENGTH - 1)


def test_entropy_of_the_mixture_is_weighted_by_tokens():
    parts = [Part("de", [FakeStore([2] * 10)]), Part("en", [FakeStore([6] * 30)])]  # alpha 1: 20 and 180 tokens of each 40 sentences
    assert stream(*parts, alpha=1).unigram_entropy == pytest.approx({"de": 10, "en": 30, "all": (20 * 10 + 180 * 30) / 200})
