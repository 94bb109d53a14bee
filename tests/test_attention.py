"""Attention: every realisation of a rule is the rule, and `attend` is softmax(Q K^T) V whatever tells it who sees whom."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.attention import ACROSS, ACROSS_ALONE, PAIRS, RULES, SENTENCES, additive, attend, block, dense, fields_of, realised, runs
from isogloss.batch import MASKED, PADDING, SLOT, Layout, SpecialIds
from isogloss.masking import emptied, fill_slots, mask_tokens
from packed import batch_of

UNK, MASK = 3, 99
SPECIAL = SpecialIds(0, 2, 1, MASK, 100, (0, 1, 2, UNK, MASK))
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]
ids = st.lists(st.sampled_from([UNK, *range(4, 20)]), max_size=8)  # empty sides, and unknown words, for which slots stay unfilled


@st.composite
def batches(draw, *slots):
    """Packed rows of pairs, joint or not, with masks in place or slots; slots without a token are padding in the middle of a row."""
    kind = draw(st.sampled_from(slots or ["none", "masked", "open", "filled"]))
    slot_rate = 0.3 if kind in ("open", "filled") else 0.0
    layout = Layout(SPECIAL, 20, draw(st.integers(20, 50)), joint=draw(st.booleans()), slot_rate=slot_rate)
    batch = batch_of(draw(st.lists(st.tuples(ids, ids), min_size=1, max_size=5)), layout)
    if kind == "masked":
        return mask_tokens(batch, SPECIAL, (0,), rate=0.4, keep=0.0, random=0.0)
    return fill_slots(batch, SPECIAL, (0,)) if kind == "filled" else batch


@pytest.fixture(params=RULES, ids=lambda rule: rule.name)
def rule(request):
    return request.param


def sees(rule, row, query, key):
    """Whether a cell may attend to another of its row, neither padding; the row as lists: sentence, pair, side, role, cell."""
    (sentence, other), (pair, other_pair), (side, other_side), (role, other_role), _ = ((field[query], field[key]) for field in row)
    if rule is SENTENCES:
        return sentence == other
    if rule is PAIRS:
        return pair == other_pair
    if pair != other_pair:
        return False
    hidden, other_hidden = role in (SLOT, MASKED), other_role in (SLOT, MASKED)
    if hidden and other_hidden:  # ERNIE-M, figure 1c: the originals of the other sentence, the masks of its own; the text: its own one
        return side == other_side if rule is ACROSS else query == key
    if hidden:
        return side != other_side
    return not other_hidden and side == other_side


def on(device, batch):
    tensors = {name: value.to(device) for name, value in vars(batch).items() if isinstance(value, torch.Tensor)}
    return replace(batch, **tensors)


def expanded(borders, rows, length):
    """(R, 1, L, L) bool: borders of runs, cell by cell."""
    run = torch.zeros(rows * length, dtype=torch.long)
    for number, (first, end) in enumerate(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)):
        run[first:end] = number
    same = run[:, None] == run[None, :]
    return torch.stack([same[row * length :][:length, row * length :][:, :length] for row in range(rows)])[:, None]


def over_cells(mask_mod, rows, length):
    """(R, 1, L, L) bool: what FlexAttention would ask, for every cell."""
    row, cell = torch.arange(rows), torch.arange(length)
    return mask_mod(row[:, None, None], 0, cell[:, None], cell)[:, None]


# ------------------------------------------------------------------------------------------------------------------- rules


@given(batches())
@settings(max_examples=15)
def test_dense_is_the_rule_in_words_and_padding_stays_apart(batch):
    rows, length = batch.ids.shape
    for rule in RULES:
        mask, present = dense(rule, batch), batch.role != PADDING
        assert mask.shape == (rows, 1, length, length) and mask.dtype == torch.bool
        assert mask.diagonal(dim1=2, dim2=3).all()  # no row is empty, no softmax of nothing
        assert not mask[:, 0][present[:, :, None] ^ present[:, None, :]].any()
        for row in range(rows):
            cells, fields = present[row].nonzero().flatten().tolist(), [field[row].tolist() for field in fields_of(batch)]
            stated = torch.tensor([[sees(rule, fields, query, key) for key in cells] for query in cells])
            assert torch.equal(mask[row, 0][cells][:, cells], stated)


@given(batches())
@settings(max_examples=25)
def test_additive_is_dense_with_the_lowest_number_elsewhere(batch):
    for rule in RULES:
        for dtype in (torch.float32, torch.bfloat16):
            mask = additive(rule, batch, dtype)
            assert mask.dtype == dtype and torch.equal(mask == 0, dense(rule, batch))
            assert (mask[mask != 0] == torch.finfo(dtype).min).all()


@given(batches())
@settings(max_examples=4)
def test_block_asks_the_same_question(batch):
    for rule in RULES:
        found = block(rule, batch)
        assert torch.equal(over_cells(found.mask_mod, *batch.ids.shape), dense(rule, batch))
        assert found.to_dense().shape == (len(batch.ids), 1, 1, 1)  # rows shorter than a block of 128 cells


@given(batches("none"))
@settings(max_examples=50)
def test_a_rule_with_a_unit_is_runs_of_cells(batch):
    for rule in (SENTENCES, PAIRS):
        borders = runs(rule, batch)
        rows, length = batch.ids.shape
        assert borders.dtype == torch.int32 and borders[0] == 0 and borders[-1] == rows * length and (borders.diff() >= 0).all()
        assert torch.equal(expanded(borders, rows, length), dense(rule, batch))


def test_there_is_room_for_the_borders_of_the_shortest_sentences():
    batch = batch_of([([5], [6])] * 320, Layout(SPECIAL, 20, 20, joint=False))  # three pairs and two cells of padding in a row
    assert torch.equal(expanded(runs(SENTENCES, batch), *batch.ids.shape), dense(SENTENCES, batch))


def test_padding_behind_each_sentence_is_a_run_of_its_own():
    batch = batch_of([([5, 6, 7],)] * 150, Layout(SPECIAL, 20, 20, slot_rate=0.3, slot_marks=2))  # two in a row
    batch = emptied(batch, batch.role == SLOT, SPECIAL)
    present = (batch.role != PADDING)[:, None, :, None]
    found = expanded(runs(SENTENCES, batch), *batch.ids.shape)
    assert torch.equal(found & present, dense(SENTENCES, batch) & present)


def test_the_number_of_borders_depends_on_the_numbers_of_sentences_and_rows_alone():
    layout = Layout(SPECIAL, 20, 20)  # a pair fills more than half of a row
    short, long = (batch_of([(range(4, 4 + n), range(4, 4 + n))] * 40, layout) for n in (4, 8))
    assert short.ids.shape == long.ids.shape and (short.role == PADDING).sum() > (long.role == PADDING).sum() == 0
    assert len({tuple(runs(rule, batch).shape) for rule in (SENTENCES, PAIRS) for batch in (short, long)}) == 1


def test_a_rule_without_runs_is_refused():
    for refused in (ACROSS, ACROSS_ALONE):
        with pytest.raises(ValueError, match=refused.name):
            runs(refused, batch_of([([5], [6])], Layout(SPECIAL, 20, 20)))


def test_a_part_of_the_rows_has_the_same_mask(rule):
    batch = batch_of([(range(4, 12), range(4, 9))] * 7, Layout(SPECIAL, 20, 25, slot_rate=0.3))
    parts = [dense(rule, batch.part(number, 3)) for number in range(3)]
    assert torch.equal(torch.cat(parts), dense(rule, batch))


# ------------------------------------------------------------------------------------------------------------------- attend


def states(batch, *, heads=2, width=8, dtype=torch.float64, device="cpu"):
    generator = torch.Generator().manual_seed(0)
    shape = (len(batch.ids), heads, batch.ids.shape[1], width)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).to(device, dtype).requires_grad_() for _ in range(3)]


def by_hand(query, key, value, allowed, scale):
    """softmax over the keys that are allowed, (R, L, heads, D): what is not allowed is no summand."""
    weights = (scale * torch.einsum("rhqd,rhkd->rhqk", query, key)).exp() * allowed
    return torch.einsum("rhqk,rhkd->rqhd", weights / weights.sum(-1, keepdim=True), value)


def batch_with_everything():
    examples = [([*range(4, 4 + n)], [*range(4, 11 - n), UNK]) for n in range(7)] + [([UNK, UNK], [5])]
    return fill_slots(batch_of(examples, Layout(SPECIAL, 20, 30, slot_rate=0.3)), SPECIAL, (0,))


def batch_of_pairs():
    return batch_of([([*range(4, 4 + n)], [*range(4, 11 - n)]) for n in range(8)], Layout(SPECIAL, 20, 30))


def assert_same(ours, theirs, inputs, atol):
    """Values and gradients; the gradient is that of a fixed random direction."""
    direction = torch.randn(theirs.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(theirs)
    mine, yours = (torch.autograd.grad((out.to(direction) * direction).sum(), inputs, retain_graph=True) for out in (ours, theirs))
    for one, other in zip((ours, *mine), (theirs, *yours), strict=True):
        assert one.shape == other.shape and (one.to(other) - other).abs().max() < atol


@pytest.mark.parametrize("scale", [None, 0.2])
def test_attend_with_a_mask_is_softmax_by_hand(rule, scale):
    batch = batch_with_everything()
    inputs = states(batch)
    ours, weights = attend(None, *inputs, additive(rule, batch, torch.float64), scaling=scale)
    assert weights is None
    assert_same(ours, by_hand(*inputs, dense(rule, batch), scale or 8**-0.5), inputs, 1e-12)


def test_attend_without_a_mask_sees_everything():
    inputs = states(batch_of_pairs())
    assert_same(attend(None, *inputs, None)[0], by_hand(*inputs, torch.ones(1), 8**-0.5), inputs, 1e-12)


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_attend_with_a_block_mask_is_softmax_by_hand(rule):
    batch = batch_with_everything()
    inputs = [values.detach() for values in states(batch)]  # FlexAttention has no backward on a CPU
    for scale in (None, 0.2):
        ours, _ = attend(None, *inputs, block(rule, batch), scaling=scale)
        assert (ours - by_hand(*inputs, dense(rule, batch), scale or 8**-0.5)).abs().max() < 1e-12


def varlen_by_loops(query, key, value, cu_seq_q, cu_seq_k, max_q, max_k):
    """What torch's kernel is documented to do, one run after the other; queries, keys and values are (T, heads, D)."""
    assert cu_seq_q.dtype == torch.int32 and torch.equal(cu_seq_q, cu_seq_k) and max_q == max_k >= cu_seq_q.diff().max()
    assert cu_seq_q[0] == 0 and cu_seq_q[-1] == len(query)
    parts = []
    for first, end in zip(cu_seq_q[:-1].tolist(), cu_seq_q[1:].tolist(), strict=True):
        q, k, v = (x[first:end].transpose(0, 1) for x in (query, key, value))
        parts.append(((q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).softmax(-1) @ v).transpose(0, 1))
    return torch.cat(parts)


@pytest.mark.parametrize("scale", [None, 0.2])
@pytest.mark.parametrize("rule", [SENTENCES, PAIRS], ids=lambda rule: rule.name)
def test_attend_with_runs_is_softmax_by_hand(rule, scale, monkeypatch):
    monkeypatch.setattr("torch.nn.attention.varlen.varlen_attn", varlen_by_loops)  # the kernel itself has no CPU version
    batch = batch_of_pairs()
    inputs = states(batch)
    ours, _ = attend(None, *inputs, None, scaling=scale, borders=runs(rule, batch))
    assert_same(ours, by_hand(*inputs, dense(rule, batch), scale or 8**-0.5), inputs, 1e-12)


def test_half_precision_on_a_cpu_stays_half_and_near(rule):
    batch = batch_with_everything()
    inputs = states(batch, dtype=torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        ours, _ = attend(None, *inputs, additive(rule, batch, torch.bfloat16))
    assert ours.dtype == torch.bfloat16
    assert (ours.double() - by_hand(*(x.double() for x in inputs), dense(rule, batch), 8**-0.5)).abs().max() < 0.05


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("scale", [None, 0.2])
def test_what_a_gpu_chooses_is_softmax_by_hand(rule, dtype, scale):
    batch = on("cuda", batch_of_pairs() if rule.unit else batch_with_everything())
    inputs = states(batch, width=64, dtype=dtype, device="cuda")
    chosen = realised(rule, batch, dtype)
    assert ("borders" in chosen) == (rule.unit is not None and dtype == torch.bfloat16)
    ours, _ = attend(None, *inputs, chosen.get("attention_mask"), scaling=scale, borders=chosen.get("borders"))
    theirs = by_hand(*(x.double() for x in inputs), dense(rule, batch), scale or 64**-0.5)
    present = (batch.role != PADDING)[:, :, None, None]
    assert_same(ours * present, theirs * present, inputs, 1e-4 if dtype == torch.float32 else 0.1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_block_mask_on_a_gpu_is_softmax_by_hand(rule):
    batch = on("cuda", batch_with_everything())
    inputs = states(batch, width=64, dtype=torch.float32, device="cuda")
    ours, _ = attend(None, *inputs, block(rule, batch))
    assert_same(ours, by_hand(*(x.double() for x in inputs), dense(rule, batch), 64**-0.5), inputs, 1e-2)


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_gets_what_is_fast_there(device, rule):
    batch = on(device, batch_of_pairs())
    for dtype in (torch.float32, torch.bfloat16):
        (name,) = realised(rule, batch, dtype)
        assert name == ("borders" if device == "cuda" and rule.unit and dtype == torch.bfloat16 else "attention_mask")


def test_unfilled_slots_leave_no_empty_row():
    examples = [([UNK] * 6, [UNK] * 6), ([], [5, 6, 7]), ([], [])]
    batch = fill_slots(batch_of(examples, Layout(SPECIAL, 20, 24, slot_rate=0.3)), SPECIAL, (0,))
    assert (batch.role == SLOT).sum() == 1 and (batch.role == PADDING).sum() >= 3
    inputs = states(batch)
    ours, _ = attend(None, *inputs, additive(ACROSS, batch, torch.float64))
    assert ours.isfinite().all()
    emptied = replace(batch, role=torch.full_like(batch.role, PADDING), sentence=torch.full_like(batch.sentence, -1))
    assert all(dense(rule, emptied).any(-1).all() for rule in RULES)
