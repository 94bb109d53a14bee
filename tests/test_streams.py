"""Streams: every example once an epoch, fair shares, full rows, and a resumed stream that nobody can tell from an unbroken one."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.streams import Part, Stream, permute
from isogloss.tokens import make_bitext_tokens, open_tokens
from stores import layout
from toy import write_text

LAYOUT, LONG = layout(16), layout(48, 128)


class FakeStore:
    """As much of a store as a stream looks at."""

    def __init__(self, lengths, language="en"):
        self.lengths, self.language, self.unigram_entropy = np.asarray(lengths), language, float(len(lengths))


def part(name, size, seed=0):
    return Part(name, [FakeStore(np.random.default_rng(seed).integers(1, 30, size), name)])


def stream(*parts, seed=0, alpha=0.5, batch_rows=10, layout=LAYOUT):
    return Stream(parts, layout=layout, batch_rows=batch_rows, alpha=alpha, seed=seed)


def drawn(batch, stream, row=None):
    """The (part, example) of a batch, or of one row of it, in the order in which they stand there."""
    mine = slice(None) if row is None else batch.row == row
    return [(stream.parts[part].name, example) for part, example in zip(batch.part[mine], batch.example[mine].tolist(), strict=True)]


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


@pytest.mark.parametrize("size", [1, 3, 50, 3000])
def test_every_example_comes_once_an_epoch(size):
    parts = [part("en", size), part("de", 700)]
    mixed, seen = stream(*parts, alpha=0.7), Counter()
    while mixed.state()["window"] < 6:
        batch = mixed.next_batch()
        seen.update(zip((parts[number].name for number in batch.part), batch.epoch.tolist(), batch.example.tolist(), strict=True))
    for one in parts:
        ended, begun = divmod(mixed.state()["cursors"][one.name], len(one))  # of the windows that were handed out as a whole
        assert all(seen[one.name, epoch, example] == 1 for epoch in range(ended) for example in one.rows)
        assert sum(seen[one.name, ended, example] for example in one.rows) >= begun
    assert set(seen.values()) == {1}


def test_rows_of_a_batch_are_as_many_as_asked_and_all_of_their_cells_fit():
    mixed = stream(part("en", 500), part("de", 90), batch_rows=37)
    while mixed.state()["window"] < 3:
        batch = mixed.next_batch()
        assert batch.rows == 37 and sorted(set(batch.row.tolist())) == list(range(37))
        cells = np.zeros((37, LAYOUT.row_length), int)
        for number, example, row, column in zip(batch.part, batch.example, batch.row, batch.column, strict=True):
            size = LAYOUT.cells(mixed.parts[number].lengths[:, [example]])[0]
            assert column + size <= LAYOUT.row_length
            cells[row, column : column + size] += 1
        assert cells.max() == 1 and (cells[:, 0] == 1).all()
        places = list(zip(batch.row.tolist(), batch.column.tolist(), strict=True))
        assert places == sorted(places)


@pytest.mark.parametrize("rows", [3, 40])
def test_batches_are_what_one_row_at_a_time_gives(rows):
    """Whatever windows they come from: of as few rows as these a window always has the same number of examples."""
    wide, narrow = stream(part("en", 500), batch_rows=rows), stream(part("en", 500), batch_rows=1)
    while wide.state()["window"] < 2:
        batch = wide.next_batch()
        assert [drawn(batch, wide, row) for row in range(rows)] == [drawn(narrow.next_batch(), narrow) for _ in range(rows)]


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_parts_are_drawn_in_proportion_to_size_to_the_power_of_alpha(alpha):
    sizes = {"de": 50, "en": 2000, "tr": 300}
    mixed, counts = stream(*(part(name, size) for name, size in sizes.items()), alpha=alpha), Counter()
    while mixed.state()["window"] < 6:
        counts.update(name for name, _ in drawn(mixed.next_batch(), mixed))
    mass, total = sum(size**alpha for size in sizes.values()), counts.total()
    for name, size in sizes.items():
        share = size**alpha / mass
        assert abs(counts[name] / total - share) <= 5 * (share * (1 - share) / total) ** 0.5


def test_neighbours_change_from_epoch_to_epoch():
    """Who shares a row with whom must not be learnt by heart."""
    mixed, together = stream(part("en", 1000), layout=layout(16, 64)), {}
    while mixed.state()["cursors"]["en"] < 4000:
        batch = mixed.next_batch()
        for row in range(batch.rows):
            mine = batch.row == row
            members = list(zip(batch.epoch[mine].tolist(), batch.example[mine].tolist(), strict=True))
            for epoch, example in members:
                together.setdefault(epoch, set()).update((example, other) for at, other in members if at == epoch and other != example)
    for epoch in (1, 2):
        assert len(together[epoch]) > 2000 and len(together[epoch] & together[epoch + 1]) < 0.2 * len(together[epoch])


def test_every_epoch_has_an_order_of_its_own():
    mixed, beginnings = stream(part("en", 3000)), {}  # a window draws 2048: the rest of an epoch and the beginning of the next
    while mixed.state()["window"] < 2:
        batch = mixed.next_batch()
        for epoch, example in zip(batch.epoch.tolist(), batch.example.tolist(), strict=True):
            if mixed.state()["window"] == epoch:
                beginnings.setdefault(epoch, set()).add(example)
    share = len(beginnings[1] & beginnings[0]) / len(beginnings[1])
    assert len(beginnings[1]) > 900 and share == pytest.approx(2048 / 3000, abs=0.1)


def test_rows_follow_each_other_in_no_order_of_length():
    """Packing makes like rows together; a batch of them would be no sample of the corpus."""
    mixed = stream(part("en", 5000), batch_rows=200)
    examples = [np.bincount(mixed.next_batch().row) for _ in range(3)]
    correlations = [np.corrcoef(np.arange(len(counts)), counts)[0, 1] for counts in examples]
    assert np.abs(correlations).max() < 5 * 200**-0.5 and all(counts.std() > 0 for counts in examples)


def test_rows_are_full():
    mixed = stream(Part("en", [FakeStore(np.random.default_rng(0).integers(1, 40, 5000))]), layout=LONG)
    batches = [mixed.next_batch() for _ in range(200)]
    cells = LONG.cells(mixed.parts[0].lengths)
    assert sum(cells[batch.example].sum() for batch in batches) / (200 * 10 * 128) > 0.995


def test_seeds_tell_streams_apart_and_nothing_else_does():
    batches = {}
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        one = stream(part("de", 90), part("en", 200), seed=seed)
        batches[name] = [drawn(one.next_batch(), one) for _ in range(50)]
    assert batches["a"] == batches["b"] != batches["c"]


def test_every_seed_has_an_order_of_its_own():
    first = []
    for seed in (0, 1):
        one = stream(part("en", 50_000), seed=seed)
        first.append({row for _ in range(20) for _, row in drawn(one.next_batch(), one)})
    assert len(first[0] & first[1]) < len(first[0]) / 5


def test_a_pair_takes_the_cells_of_both_its_sides(toy):
    (path,) = toy.bitext("en-zh").values()
    pair = Part("en-zh", open_tokens(path))
    mixed = stream(pair, layout=layout(32))
    batch = mixed.next_batch()
    ends = batch.row * 32 + batch.column + layout(32).cells(pair.lengths[:, batch.example])
    assert (ends[:-1] <= batch.row[1:] * 32 + batch.column[1:]).all() and ends[-1] <= batch.rows * 32


# ------------------------------------------------------------------------------------------------------------------- resume


@given(st.integers(0, 260), st.integers(1, 30), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_a_resumed_stream_goes_on_as_if_never_stopped(k, batch_rows, seed):
    parts = [part("de", 7), part("en", 90), part("tr", 200)]
    unbroken = stream(*parts, seed=seed, batch_rows=batch_rows)
    for _ in range(k):
        unbroken.next_batch()
    state = json.loads(json.dumps(unbroken.state()))
    resumed = stream(*parts, seed=seed, batch_rows=batch_rows)
    resumed.resume(state)
    assert resumed.state() == state
    for _ in range(30):
        one, other = resumed.next_batch(), unbroken.next_batch()
        assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("part", "example", "epoch", "row", "column"))
        assert one.rows == other.rows == batch_rows and resumed.state() == unbroken.state()


# ----------------------------------------------------------------------------------------------------------------- refusals


def test_a_part_without_data_is_left_out(toy, tmp_path):
    rows = [("\u200b", "the cat"), ("der hund", "\u200b")]
    make_bitext_tokens("de-en", write_text(tmp_path / "b.parquet", "bitext", rows), toy.vocab, tmp_path / "store")
    void = Part("de-en", open_tokens(tmp_path / "store"))
    assert len(void) == 0
    mixed = stream(Part("nothing", [FakeStore([])]), part("en", 20))
    assert {lang for lang, _ in drawn(mixed.next_batch(), mixed)} == {"en"} and list(mixed.unigram_entropy) == ["en", "all"]
    with pytest.raises(IsoglossError, match="no examples in de-en"):
        stream(void)
    with pytest.raises(IsoglossError, match="no parts at all"):
        stream()


def test_a_sentence_without_a_token_is_never_drawn():
    mixed = stream(Part("en", [FakeStore([0, 3, 0, 5])]))
    assert {example for _ in range(20) for _, example in drawn(mixed.next_batch(), mixed)} == {1, 3}


def test_a_budget_smaller_than_one_row_is_refused():
    with pytest.raises(IsoglossError, match=r"batch_tokens.*a row has 16 cells"):
        stream(part("en", 20), batch_rows=0)


def test_rows_shorter_than_the_longest_example_are_refused():
    with pytest.raises(IsoglossError, match=r"row_length.*1 to 12"):
        stream(part("en", 20), layout=layout(16, 12))


def test_entropy_of_the_mixture_is_weighted_by_tokens():
    parts = [Part("de", [FakeStore([2] * 10)]), Part("en", [FakeStore([6] * 30)])]  # alpha 1: 20 and 180 tokens of each 40 sentences
    assert stream(*parts, alpha=1).unigram_entropy == pytest.approx({"de": 10, "en": 30, "all": (20 * 10 + 180 * 30) / 200})
