"""Numbers for words and for pairs of words, and the batches in which pairs are read: against dictionaries and numpy."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.aligners.hmm.cells import NEITHER, NO_SOURCE, NO_TARGET, PADDING, Cells
from isogloss.aligners.hmm.corpus import MOST_CELLS, Corpus
from isogloss.aligners.hmm.numbering import CHUNK, number

WORDS = st.lists(st.sampled_from(["a", "b", "B", "ß", "ss", "ſ", "狗", "a b", "", "\u2028"]), max_size=7)
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=40)
BATCH_CELLS = st.sampled_from([1, 20, 1 << 18])
KEYS = st.one_of(st.integers(0, 9), st.integers(0, 2**41 - 1))  # with the 22 bits of a place in a chunk: all 63


def folded(pairs):
    return [tuple([word.casefold() for word in side] for side in pair) for pair in pairs]


# ---------------------------------------------------------------------------------------------------------------- numbering


@given(st.lists(st.lists(KEYS, max_size=20), max_size=12))
def test_numbers_are_those_of_numpy(tmp_path_factory, chunks):
    room = tmp_path_factory.mktemp("numbers")
    table, count = number((np.array(keys, np.int64) for keys in chunks), room / "numbers", room)
    whole = np.array([key for keys in chunks for key in keys], np.int64)
    expected, inverse, counts = np.unique(whole, return_inverse=True, return_counts=True)
    assert table.tolist() == expected.tolist() and count.tolist() == counts.tolist()
    assert np.fromfile(room / "numbers", np.int32).tolist() == inverse.tolist()
    assert [path.name for path in room.iterdir()] == ["numbers"]


def test_numbers_of_whole_chunks(tmp_path):
    """The greatest chunks and keys that are allowed, the places packed into all low bits."""
    rng = np.random.default_rng(0)
    chunks = [rng.integers(0, 1 << 20, CHUNK) << 21 | 1, (1 << 41) - 1 - rng.integers(0, 5, CHUNK // 2), np.empty(0, np.int64)]
    table, count = number(iter(chunks), tmp_path / "numbers", tmp_path)
    whole = np.concatenate(chunks)
    expected, counts = np.unique(whole, return_counts=True)
    assert np.array_equal(table, expected) and np.array_equal(count, counts)
    assert np.array_equal(table[np.fromfile(tmp_path / "numbers", np.int32)], whole)


# ------------------------------------------------------------------------------------------------------------------- corpus


@given(PAIRS, BATCH_CELLS, st.booleans())
def test_a_corpus_keeps_the_words(pairs, batch_cells, fold):
    corpus = Corpus(pairs, fold, batch_cells)
    assert corpus.rows == len(pairs)
    wanted = folded(pairs) if fold else pairs
    for side, kept in enumerate(corpus.sides):
        read = [[kept.words[n] for n in kept.tokens[start:end]] for start, end in zip(kept.ends[:-1], kept.ends[1:], strict=True)]
        assert read == [list(pair[side]) for pair in wanted] and kept.sizes.tolist() == list(map(len, read))
        assert len(set(kept.words)) == len(kept.words)
        frequency = Counter(word for words in read for word in words)
        assert dict(zip(kept.words, kept.frequency.tolist(), strict=True)) == frequency


@given(PAIRS, BATCH_CELLS)
def test_every_pair_with_words_is_in_one_batch(pairs, batch_cells):
    corpus = Corpus(pairs, True, batch_cells)
    rows = [row for batch in corpus.batches for row in batch.rows.tolist()]
    assert sorted(rows) == [row for row, pair in enumerate(pairs) if all(pair)]
    for batch in corpus.batches:
        inside = [pairs[row] for row in batch.rows]
        assert (batch.I, batch.J) == (max(len(src) for src, _ in inside), max(len(tgt) for _, tgt in inside))
        assert batch.cells == len(inside) * batch.I * batch.J
        assert batch.cells <= batch_cells or len(inside) == 1
        for side, kept in enumerate(corpus.sides):
            numbers = {word: n for n, word in enumerate(kept.words)}
            length = (batch.I, batch.J)[side]
            expected = [[numbers[word.casefold()] for word in pair[side]] for pair in inside]
            assert kept.padded(batch).tolist() == [words + [len(kept.words)] * (length - len(words)) for words in expected]


def test_few_cells_of_a_large_corpus_are_padding():
    rng = np.random.default_rng(0)
    src = rng.integers(1, 60, 20_000)
    tgt = np.maximum(1, np.round(src * rng.normal(1.1, 0.2, len(src)))).astype(int)
    corpus = Corpus([(["a"] * i, ["b"] * j) for i, j in zip(src.tolist(), tgt.tolist(), strict=True)])
    assert sorted(row for batch in corpus.batches for row in batch.rows.tolist()) == list(range(len(src)))
    assert sum(batch.cells for batch in corpus.batches) < 1.3 * (src * tgt).sum()


@pytest.mark.parametrize(("size", "taken"), [((1 << 10, 1 << 10), True), ((1 << 10, (1 << 10) + 1), False), ((MOST_CELLS, 1), True)])
def test_a_pair_of_more_than_a_million_cells_is_in_no_batch(size, taken):
    corpus = Corpus([(["a"] * size[0], ["b"] * size[1]), (["a"], ["b"])])
    assert corpus.rows == 2
    assert sorted(row for batch in corpus.batches for row in batch.rows.tolist()) == [*([0] if taken else []), 1]


# -------------------------------------------------------------------------------------------------------------------- cells


@given(PAIRS.filter(lambda pairs: any(all(pair) for pair in pairs)), BATCH_CELLS)
@settings(max_examples=50)
def test_every_cell_has_the_number_of_its_words(tmp_path_factory, pairs, batch_cells):
    corpus = Corpus(pairs, True, batch_cells)
    cells = Cells(corpus, tmp_path_factory.mktemp("cells"))
    named = [(corpus.src.words[s], corpus.tgt.words[t]) for s, t in zip(cells.src[PADDING:], cells.tgt[PADDING:], strict=True)]
    met = Counter((s, t) for src, tgt in folded(pairs) for s in src for t in tgt)
    assert len(cells) == len(named) + PADDING and len(set(named)) == len(named)
    assert dict(zip(named, cells.count[PADDING:].tolist(), strict=True)) == met
    for _ in range(2):  # it can be read again
        batches = list(cells.batches())
        assert [batch for batch, _ in batches] == corpus.batches
        for batch, cells_JBI in batches:
            for b, row in enumerate(batch.rows.tolist()):
                src, tgt = folded(pairs)[row]
                for (j, i), n in np.ndenumerate(cells_JBI[:, b].numpy()):
                    if i < len(src) and j < len(tgt):
                        assert named[n - PADDING] == (src[i], tgt[j]) and n >= PADDING
                    else:
                        assert n == (NO_TARGET if i < len(src) else NO_SOURCE if j < len(tgt) else NEITHER)
