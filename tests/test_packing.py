"""Packing: every example once, in one place, inside its row, and next to no cell empty."""

import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.batch import Layout
from isogloss.errors import IsoglossError
from isogloss.packing import pack
from isogloss.streams import Part, Stream
from stores import REAL, SPECIAL

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="shared/realdata is absent")

capacities_and_lengths = st.integers(1, 60).flatmap(lambda most: st.tuples(st.just(most), st.lists(st.integers(1, most), max_size=300)))


def fewest_rows(lengths, capacity):
    """No packing has fewer rows: the bound L2 of Martello & Toth 1990, "Lower bounds and reduction procedures for bin packing"."""
    bounds = [-(-int(lengths.sum()) // capacity)]
    for small in range(1, capacity // 2 + 1):
        alone, large = lengths[lengths > capacity - small], lengths[(lengths > capacity / 2) & (lengths <= capacity - small)]
        rest = lengths[(lengths >= small) & (lengths <= capacity / 2)].sum() - (len(large) * capacity - large.sum())
        bounds.append(len(alone) + len(large) + max(0, -(-int(rest) // capacity)))
    return max(bounds)


@given(capacities_and_lengths)
def test_examples_neither_overlap_nor_leave_their_row(given):
    capacity, lengths = given
    row, column, rows = pack(lengths, capacity)
    cells = np.zeros((rows, capacity), int)
    for length, at, first in zip(lengths, row, column, strict=True):
        assert 0 <= first and first + length <= capacity
        cells[at, first : first + length] += 1
    assert cells.max(initial=0) <= 1 and cells.sum() == sum(lengths)
    assert (cells[:, 0] == 1).all()  # no row is empty, and
    assert (np.diff(cells, axis=1) <= 0).all()  # what is empty is at its end


@given(capacities_and_lengths)
def test_no_two_rows_would_fit_into_one(given):
    capacity, lengths = given
    row, _, rows = pack(lengths, capacity)
    taken = np.sort(np.bincount(row, lengths, minlength=rows))
    assert rows < 2 or taken[0] + taken[1] > capacity


def test_examples_of_one_length_are_taken_in_the_order_of_the_input():
    row, column, _ = pack([5] * 9 + [7] * 9, 12)
    for alike in (slice(0, 9), slice(9, 18)):
        assert (np.diff(row[alike] * 12 + column[alike]) > 0).all()


@pytest.mark.parametrize("lengths", [[3, 9], [0, 3]])
def test_what_no_row_can_hold_is_refused(lengths):
    with pytest.raises(IsoglossError, match=r"row_length.*1 to 8.*Raise row_length"):
        pack(lengths, 8)


@pytest.mark.parametrize(("mean", "spread", "capacity"), [(16, 0.6, 128), (25, 0.5, 128), (31, 0.35, 128), (40, 0.6, 256), (80, 0.5, 512)])
@pytest.mark.parametrize("examples", [4096, 30_000])
def test_next_to_nothing_is_empty_where_sentences_are_of_natural_lengths(mean, spread, capacity, examples):
    drawn = np.random.default_rng(0).lognormal(np.log(mean) - spread**2 / 2, spread, examples)
    lengths = np.clip(np.rint(drawn), 3, min(128, capacity)).astype(int)
    _, _, rows = pack(lengths, capacity)
    assert lengths.sum() / (rows * capacity) >= 0.995


@pytest.mark.parametrize("mean", [60, 80, 100])
def test_long_examples_take_hardly_more_rows_than_any_packing_must(mean):
    drawn = np.random.default_rng(0).lognormal(np.log(mean), 0.5, 5000)
    lengths = np.clip(np.rint(drawn), 3, 128).astype(int)
    _, _, rows = pack(lengths, 128)
    assert rows <= 1.005 * fewest_rows(lengths, 128)


# ---------------------------------------------------------------------------------------------------------------- real text


class Lengths:
    """As much of a store as a stream of rows looks at."""

    def __init__(self, lengths):
        self.lengths, self.language, self.unigram_entropy = np.asarray(lengths), "en", 0.0


@pytest.fixture(scope="module")
def real():
    """Tokens of both sides of real pairs, short (Tatoeba) and long (news), counted with a vocabulary of 3,000 pieces of their own."""
    import sentencepiece

    pairs = {}
    for name, file, some in (
        ("short", "manythings/deu-eng.tsv.gz", slice(None, None, 12)),
        ("long", "newstest/tr-en.tsv.gz", slice(None, 6000)),
    ):
        with gzip.open(REAL / file, "rt", encoding="utf-8") as lines:
            pairs[name] = [line.split("\t")[:2] for line in list(lines)[some]]
    text, model = [side for some in pairs.values() for pair in some[::25] for side in pair], io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_writer=model, vocab_size=3000, minloglevel=2, num_threads=2, num_sub_iterations=1
    )
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return {name: np.array([list(map(len, pieces.encode(list(side)))) for side in zip(*some, strict=True)]) for name, some in pairs.items()}


def filled(lengths, layout, batches=400):
    """(share of cells that are filled, share that could be) over batches of 16 rows from several windows of a stream."""
    part = Part("real", [Lengths(side) for side in lengths])
    stream = Stream([part], layout=layout, batch_rows=16, alpha=1, seed=0)
    taken = [stream.next_batch() for _ in range(batches)]
    assert stream.state()["window"] >= 3
    cells = layout.cells(lengths)[np.concatenate([batch.example for batch in taken])]
    rows = sum(batch.rows for batch in taken)
    return cells.sum() / (rows * layout.row_length), min(1, fewest_rows(cells, layout.row_length) / rows)


@needs_real
@pytest.mark.parametrize("name", ["short", "long"])
@pytest.mark.parametrize("side", [0, 1])
def test_rows_of_real_lines_are_full(real, name, side):
    assert filled(real[name][[side]], Layout(SPECIAL, 128, 128))[0] >= 0.995


@needs_real
@pytest.mark.parametrize("slot_rate", [0.0, 0.15])
def test_rows_of_real_pairs_are_full(real, slot_rate):
    assert filled(real["short"], Layout(SPECIAL, 128, 128, slot_rate=slot_rate))[0] >= 0.995
    assert filled(real["long"], Layout(SPECIAL, 128, 512, slot_rate=slot_rate))[0] >= 0.995


@needs_real
def test_long_pairs_fill_short_rows_as_well_as_anything_could(real):
    share, possible = filled(real["long"], Layout(SPECIAL, 128, 128))
    assert possible >= 0.995 and share > 0.97  # more than half of a row has no partner: here a longer row is the remedy
