"""Rows as they are written down: special tokens, positions and numbers where they belong, cut where too long; and parts of a batch."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from isogloss.batch import IGNORED, PADDING, ROUND, SLOT, SPECIAL, TOKEN, SpecialIds
from isogloss.masking import mask_tokens
from stores import LANGUAGES, batch_of, bitext, layout, mono
from stores import SPECIAL as IDS

CLS, SEP, PAD, MASK = IDS.cls, IDS.sep, IDS.pad, IDS.mask
PAIR = ([10, 11], [20, 21, 22])


def test_special_ids_are_those_of_the_vocab(tokenizer):
    assert SpecialIds.of(tokenizer) == SpecialIds(0, 2, 1, 4, len(tokenizer), (0, 1, 2, 3, 4))


def test_sentences_share_a_row_and_each_counts_from_its_start():
    batch = batch_of(mono([10, 11], [12]), layout(9, first_position=2))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, CLS, 12, SEP, PAD, PAD]]
    assert batch.positions.tolist() == [[2, 3, 4, 5, 2, 3, 4, 2, 2]]
    assert batch.sentence.tolist() == [[0, 0, 0, 0, 1, 1, 1, -1, -1]]
    assert batch.role.tolist() == [[SPECIAL, TOKEN, TOKEN, SPECIAL, SPECIAL, TOKEN, SPECIAL, PADDING, PADDING]]
    assert batch.word.tolist() == [[-1, 0, 1, -1, -1, 0, -1, -1, -1]]
    assert batch.language.tolist() == [[LANGUAGES.index("en")] * 7 + [-1] * 2]
    assert int(batch.tokens) == 7 and batch.sequences == 2 and batch.labels is None


def test_a_pair_of_xlm_r_has_two_separators_and_contiguous_positions():
    batch = batch_of(bitext(PAIR), layout(9, first_position=2))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, SEP, 20, 21, 22, SEP]]
    assert batch.positions.tolist() == [list(range(2, 11))]
    assert batch.side.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1, 1]]
    assert batch.pair.tolist() == [0, 0] and batch.pair_of_cell.tolist() == [[0] * 9] and batch.sequences == 1


def test_a_pair_of_bert_has_one_separator_and_counts_from_zero():
    batch = batch_of(bitext(PAIR), layout(8, separators=1))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, 20, 21, 22, SEP]] and batch.positions.tolist() == [list(range(8))]


@pytest.mark.parametrize("first", [0, 2])
def test_reset_positions_start_both_sides_alike(first):
    batch = batch_of(bitext(PAIR), layout(9, reset_positions=True, first_position=first))
    assert (batch.positions - first).tolist() == [[0, 1, 2, 3, 0, 1, 2, 3, 4]]


def test_the_sides_of_a_pair_may_be_sequences_of_their_own():
    batch = batch_of(bitext(PAIR), layout(10, joint=False, first_position=2))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, CLS, 20, 21, 22, SEP, PAD]]
    assert (batch.positions[0, :9] - 2).tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4]
    assert batch.pair.tolist() == [0, 0] and batch.sequences == 2


def test_slots_stand_behind_the_text_of_their_side():
    batch = batch_of(bitext(PAIR), layout(20, slot_rate=0.4))
    assert batch.ids.tolist() == [[CLS, 10, 11, SEP, MASK, SEP, 20, 21, 22, SEP, MASK] + [PAD] * 9]
    assert (batch.role[0] == SLOT).nonzero().flatten().tolist() == [4, 10] and batch.sentence[0, [4, 10]].tolist() == [0, 1]
    assert batch.positions[0, [5, 6]].tolist() == [4, 5]  # slots take no position: the text goes on as if they were not there


# -------------------------------------------------------------------------------------------------------------- what is cut


layouts = st.builds(
    lambda max_length, joint, separators, slot_rate: layout(max_length, joint=joint, separators=separators, slot_rate=slot_rate),
    st.integers(12, 48),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.15, 0.5, 1.0]),
)
lengths = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=20)


def cut(lengths, room):
    """One token at a time off the longer side; off the first if they are even."""
    kept = list(lengths)
    while sum(kept) > room:
        kept[kept.index(max(kept))] -= 1
    return kept


@given(lengths, layouts, st.integers(1, 2))
def test_what_does_not_fit_is_cut_from_the_longer_side_one_token_at_a_time(lengths, chosen, sides):
    lengths = np.array(lengths).T[:sides]
    fitted = chosen.fitted(lengths)
    most = int(chosen.fitted(np.full((sides, 1), 1000)).sum())  # tokens that there is room for
    assert fitted.T.tolist() == [cut(example, most) for example in lengths.T.tolist()]
    if not chosen.slot_rate:
        assert most == chosen.max_length - {1: 2, 2: 2 + chosen.separators if chosen.joint else 4}[sides]


@given(lengths, layouts, st.integers(1, 2))
def test_no_example_is_longer_than_max_length_nor_cut_more_than_it_must(lengths, chosen, sides):
    lengths = np.array(lengths).T[:sides]
    cells, fitted = chosen.cells(lengths), chosen.fitted(lengths)
    assert (cells <= chosen.max_length).all() and (fitted >= 1).all()
    spare = sides * (1 if chosen.slot_rate == 0 else 3)  # a slot is kept for a sentence even if its share is rounded down
    assert (chosen.max_length - cells[(fitted < lengths).any(axis=0)] < spare).all()


@given(lengths, layouts)
def test_a_slot_is_kept_for_each_sentence_and_for_its_share_of_tokens(lengths, chosen):
    lengths = np.array(lengths).T
    slots = chosen.slots(lengths)
    assert (slots == 0).all() if not chosen.slot_rate else (np.abs(slots - np.maximum(1, chosen.slot_rate * lengths)) <= 0.5).all()


# -------------------------------------------------------------------------------------------------------------------- parts


def many_rows():
    rng = np.random.default_rng(0)
    asked = mask_tokens(
        batch_of(mono(*(rng.integers(4, 99, size).tolist() for size in rng.integers(1, 30, 40))), layout(32)),
        IDS,
        (0,),
        rate=0.3,
        keep=0.1,
        random=0.1,
    )
    return replace(asked, texts=torch.arange(len(asked.pair)))


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 100])
def test_parts_are_blocks_of_rows_and_know_the_whole_step(parts):
    whole = many_rows()
    taken = [whole.part(number, parts) for number in range(parts)]
    for name in ("ids", "positions", "sentence", "side", "role", "language", "word", "key", "labels"):
        assert torch.equal(torch.cat([getattr(part, name) for part in taken]), getattr(whole, name))
    sizes = [len(part.ids) for part in taken]
    assert max(sizes) - min(sizes) <= 1
    for part in taken:
        assert part.total is whole.total and part.parts == parts and part.sequences == whole.sequences
        assert all(torch.equal(getattr(part, name), getattr(whole, name)) for name in ("pair", "languages", "texts"))
        assert int((part.labels != IGNORED).sum()) <= part.most_labels
    assert sum(part.most_labels for part in taken) <= whole.most_labels + parts


def test_parts_of_parts_are_parts_of_the_whole():
    whole = many_rows()
    quarter = whole.part(1, 2).part(0, 2)
    assert quarter.parts == 4 and torch.equal(quarter.ids, whole.ids[len(whole.ids) // 2 :][: len(quarter.ids)])


@pytest.mark.parametrize("parts", [1, 3])
def test_cells_that_are_asked_for_count_from_the_part_s_first_row(parts):
    whole = many_rows()
    labels = []
    for number in range(parts):
        part = whole.part(number, parts)
        cells, asked = part.asked()
        real = asked != IGNORED  # what fills up to a steady number is at the end, and asks for nothing
        assert torch.equal(part.labels.flatten()[cells[real]], asked[real]) and not (real[1:] & ~real[:-1]).any()
        assert len(asked) % ROUND == 0 and len(asked) - real.sum() < ROUND
        labels += asked[real].tolist()
    assert labels == whole.labels[whole.labels != IGNORED].tolist() and len(labels) == int(whole.total)


def test_nothing_is_asked_before_an_objective_asks():
    cells, labels = batch_of(mono([10, 11]), layout()).asked()
    assert len(cells) == len(labels) == 0
