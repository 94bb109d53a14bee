"""Rows: special tokens, positions and segments where they belong, and never too long."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from isogloss.batch import Layout, SpecialIds, lay_out
from isogloss.streams import Sentence

CLS, PAD, SEP, UNK, MASK = range(5)
SPECIAL = SpecialIds(CLS, SEP, PAD, MASK, 100, (CLS, PAD, SEP, UNK, MASK))


def sentence(*ids: int) -> Sentence:
    return Sentence(np.asarray(ids, np.uint16), np.zeros(len(ids), np.uint16), "en")


def layout(max_length=32, **options) -> Layout:
    return Layout(SPECIAL, max_length, **options)


def test_special_ids_are_those_of_the_vocab(tokenizer):
    assert SpecialIds.of(tokenizer) == SpecialIds(0, 2, 1, 4, len(tokenizer), (0, 1, 2, 3, 4))


def test_one_sentence_is_a_row():
    batch = lay_out([(sentence(10, 11),), (sentence(12),)], layout(first_position=2))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP], [CLS, 12, SEP, PAD]]
    assert batch.positions[0].tolist() == [2, 3, 4, 5] and batch.positions[1, :3].tolist() == [2, 3, 4]
    assert batch.segment.tolist() == [[0, 0, 0, 0], [0, 0, 0, -1]]
    assert batch.tokens == 7 and batch.ids.dtype == batch.positions.dtype == torch.int64


PAIR = (sentence(10, 11), sentence(20, 21, 22))


def test_a_pair_of_xlm_r_has_two_separators_and_contiguous_positions():
    batch = lay_out([PAIR], layout(first_position=2))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, SEP, 20, 21, 22, SEP]]
    assert batch.positions.tolist() == [list(range(2, 11))]
    assert batch.segment.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1, 1]]


def test_a_pair_of_bert_has_one_separator_and_counts_from_zero():
    batch = lay_out([PAIR], layout(separators=1))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, 20, 21, 22, SEP]] and batch.positions.tolist() == [list(range(8))]


@pytest.mark.parametrize("first", [0, 2])
def test_reset_positions_start_both_sides_alike(first):
    batch = lay_out([PAIR], layout(reset_positions=True, first_position=first))
    assert (batch.positions - first).tolist() == [[0, 1, 2, 3, 0, 1, 2, 3, 4]]


def test_the_longer_side_is_cut():
    batch = lay_out([(sentence(*range(10, 20)), sentence(*range(50, 53)))], layout(12))
    assert batch.ids.tolist() == [[CLS, *range(10, 15), SEP, SEP, *range(50, 53), SEP]]
    even = lay_out([(sentence(*range(10, 20)), sentence(*range(50, 60)))], layout(13))
    assert even.segment.tolist()[0].count(0) - 2 + even.segment.tolist()[0].count(1) - 2 == 9


sides = st.lists(st.lists(st.integers(5, 99), min_size=1, max_size=40), min_size=1, max_size=2)


@given(st.lists(sides, min_size=1, max_size=5), st.integers(8, 40), st.integers(1, 2), st.booleans(), st.sampled_from([0, 2]))
def test_rows_hold_as_much_of_the_sentences_as_fits(examples, max_length, separators, reset, first):
    chosen = layout(max_length, separators=separators, reset_positions=reset, first_position=first)
    batch = lay_out([tuple(sentence(*side) for side in example) for example in examples], chosen)
    assert batch.ids.shape[1] <= max_length and batch.positions.max() < max_length + first
    for ids, segment, example in zip(batch.ids, batch.segment, examples, strict=True):
        whole = sum(map(len, example)) + chosen.overhead(len(example))
        assert (segment >= 0).sum() == min(whole, max_length) and (ids[segment < 0] == PAD).all()
        kept = [[i for i in ids[segment == side].tolist() if i > 4] for side in range(len(example))]
        assert all(side and full[: len(side)] == side for side, full in zip(kept, example, strict=True))  # a beginning of each side
        if len(example) == 2 and whole > max_length:  # what was cut was the longer side at every moment
            cut = [len(full) - len(side) for side, full in zip(kept, example, strict=True)]
            assert not (cut[0] and len(kept[0]) < len(kept[1]) - 1) and not (cut[1] and len(kept[1]) < len(kept[0]) - 1)


def test_moving_to_a_device_keeps_every_field():
    batch = lay_out([PAIR], layout()).to(torch.device("cpu"))
    assert batch.labels is None and batch.ids.shape == batch.positions.shape == batch.segment.shape
