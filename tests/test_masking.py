"""What is hidden: exactly as many tokens of a row as asked, only ordinary ones, BERT's 80/10/10, and slots that stand for their tokens."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.batch import IGNORED, MASKED, PADDING, SLOT, TOKEN
from isogloss.masking import emptied, fill_slots, mask_tokens, mix, origins_of_slots, salt, uniform
from stores import LANGUAGES, SPECIAL, UNK, batch_of, bitext, layout, mono

CELLS = ("ids", "positions", "sentence", "side", "role", "language", "word", "key", "labels")
SPECIALS = torch.tensor(SPECIAL.all_special)


def masked(batch, seed=(0, "mlm"), rate=0.15, keep=0.1, random=0.1):
    return mask_tokens(batch, SPECIAL, seed, rate=rate, keep=keep, random=random)


def within(count, total, share):
    return abs(int(count) - total * share) <= 5 * (total * share * (1 - share)) ** 0.5


def is_uniform(counts):
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum()) < len(counts) + 5 * (2 * len(counts)) ** 0.5  # chi-square


def rows_of_cells(batch, rows):
    return replace(batch, **{name: value[rows] for name in CELLS if (value := getattr(batch, name)) is not None})


# --------------------------------------------------------------------------------------------------------------------- hash


def splitmix64(state):
    """One output of the generator in `state`, as Vigna's splitmix64.c computes it on uint64."""
    everything = (1 << 64) - 1
    z = (state + 0x9E3779B97F4A7C15) & everything
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & everything
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & everything
    return z ^ (z >> 31)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_mix_is_splitmix64_on_unsigned_numbers(values):
    everything = (1 << 64) - 1
    assert [value & everything for value in mix(torch.tensor(values)).tolist()] == [splitmix64(value & everything) for value in values]


def test_mix_gives_the_published_numbers_of_the_seed_1234567():
    states = 1234567 + torch.arange(3) * (0x9E3779B97F4A7C15 - (1 << 64))  # int64 wraps around
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [value & ((1 << 64) - 1) for value in mix(states).tolist()] == published


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), st.integers(0, 2**63 - 1))
def test_uniform_numbers_are_from_zero_to_below_one(keys, salted):
    drawn = uniform(torch.tensor(keys), salted)
    assert drawn.dtype == torch.float64 and ((drawn >= 0) & (drawn < 1)).all()


def test_neighbouring_keys_and_neighbouring_salts_draw_unrelated_numbers():
    keys = torch.arange(30_000) + 2**62
    drawn = [uniform(keys, salted) for salted in (salt(0), salt(1), salt(0) + 1)]
    for one in drawn:
        assert len(one.unique()) == len(one) and is_uniform((one * 100).long().bincount(minlength=100).double())
    pairs = [(drawn[0][1:], drawn[0][:-1]), (drawn[0], drawn[1]), (drawn[0], drawn[2])]
    assert all(abs(float(torch.corrcoef(torch.stack(pair))[0, 1])) < 5 * 30_000**-0.5 for pair in pairs)


def test_salts_tell_all_their_parts_apart():
    salts = [
        salt(0, "mlm", "choice"),
        salt(1, "mlm", "choice"),
        salt(0, "tlm", "choice"),
        salt(0, "mlm", "fate"),
        salt("0", "mlm", "choice"),
    ]
    assert len(set(salts)) == 5 and all(0 <= one < 2**63 for one in salts)


# -------------------------------------------------------------------------------------------------------------------- masks


sentences = st.lists(st.lists(st.sampled_from([UNK, *range(4, 99)]), min_size=1, max_size=30), min_size=1, max_size=12)


@given(sentences, st.floats(0, 1), st.integers(0, 2**60))
def test_the_count_of_a_row_is_its_share_rounded_and_special_tokens_are_left_alone(sentences, rate, seed):
    before = batch_of(mono(*sentences), layout(32, 64))
    after = masked(before, (seed,), rate=rate)
    chosen, maskable = after.labels != IGNORED, (before.role == TOKEN) & ~torch.isin(before.ids, SPECIALS)
    share = rate * maskable.sum(1).double()
    assert ((chosen.sum(1) - share).abs() < 1 + 1e-5).all()  # up or down, no further
    assert (maskable | ~chosen).all()  # neither special tokens, unknown words nor padding
    assert torch.equal(after.labels[chosen], before.ids[chosen]) and torch.equal(after.ids[~chosen], before.ids[~chosen])
    assert torch.equal(after.role == MASKED, chosen) and torch.equal(after.role[~chosen], before.role[~chosen])
    assert not torch.isin(after.ids[chosen & (after.ids != SPECIAL.mask)], SPECIALS).any()
    assert int(after.total) == int(chosen.sum()) <= after.most_labels
    for name in set(CELLS) - {"ids", "role", "labels"}:
        assert torch.equal(getattr(after, name), getattr(before, name))


@pytest.mark.parametrize(("tokens", "rate"), [(37, 0.15), (10, 0.33), (3, 0.15), (20, 0.15)])
def test_a_share_is_rounded_up_as_often_as_its_fraction_says(tokens, rate):
    before = batch_of(mono(*[[50] * tokens] * 4000), layout(tokens + 2))
    counts = (masked(before, rate=rate).labels != IGNORED).sum(1)
    low = int(rate * tokens + 1e-9)
    assert set(counts.tolist()) <= {low, low + 1}
    assert within((counts == low + 1).sum(), 4000, rate * tokens - low)  # so the expectation is exactly rate * tokens


@pytest.fixture(scope="module")
def many():
    """(before, after, chosen) of 200,000 tokens that are all 50, 500 in a row."""
    before = batch_of(mono(*[[50] * 500] * 400), layout(502))
    after = masked(before)
    return before, after, after.labels != IGNORED


def test_eighty_percent_become_mask_ten_random_ten_stay(many):
    _, after, chosen = many
    total = int(chosen.sum())
    assert total == 30_000 and (chosen.sum(1) == 75).all()
    assert within((after.ids[chosen] == SPECIAL.mask).sum(), total, 0.8)
    assert within((after.ids[chosen] == 50).sum(), total, 0.1 + 0.1 / 95)


def test_random_tokens_are_uniform_over_the_ordinary_vocabulary(many):
    _, after, chosen = many
    drawn = after.ids[chosen]
    counts = torch.bincount(drawn[(drawn != SPECIAL.mask) & (drawn != 50)], minlength=100).double()
    ordinary = [k for k in range(100) if k not in (*SPECIAL.all_special, 50)]
    assert counts.sum() == counts[ordinary].sum() and (counts[ordinary] > 0).all() and is_uniform(counts[ordinary])


def test_places_are_chosen_uniformly_and_fates_do_not_depend_on_them(many):
    _, after, chosen = many
    by_position = chosen[:, 1:-1].sum(0)
    assert not chosen[:, 0].any() and not chosen[:, -1].any() and is_uniform(by_position.double())
    changed = ((after.ids == SPECIAL.mask) & chosen)[:, 1:251].sum()
    assert within(changed, int(chosen[:, 1:251].sum()), 0.8)


@pytest.mark.parametrize(("keep", "random", "left"), [(1.0, 0.0, "same"), (0.0, 0.0, "mask"), (0.0, 1.0, "drawn")])
def test_shares_may_be_all_or_nothing(keep, random, left):
    before = batch_of(mono(range(4, 90)), layout(128))
    after = masked(before, rate=1.0, keep=keep, random=random)
    chosen = after.labels != IGNORED
    same, mask = after.ids[chosen] == before.ids[chosen], after.ids[chosen] == SPECIAL.mask
    assert chosen.sum() == 86 and {"same": same.all(), "mask": mask.all(), "drawn": not mask.any() and not same.all()}[left]


def test_a_batch_of_unknown_words_asks_nothing():
    after = masked(batch_of(mono([UNK, UNK], [UNK]), layout()), rate=1.0)
    assert (after.labels == IGNORED).all() and int(after.total) == 0


# ---------------------------------------------------------------------------------------------- what the draws depend on


def some(count=60, epoch=0, row_length=64):
    rng = np.random.default_rng(1)
    return batch_of(mono(*(rng.integers(4, 99, size).tolist() for size in rng.integers(1, 30, count))), layout(32, row_length), epoch=epoch)


def test_the_batch_given_is_not_changed():
    before = some()
    ids = before.ids.clone()
    assert masked(before) is not before and torch.equal(before.ids, ids) and before.labels is None


def test_the_same_seed_hides_the_same_and_any_other_seed_objective_or_epoch_something_else():
    before = some()
    first, again = masked(before), masked(before)
    assert torch.equal(first.ids, again.ids) and torch.equal(first.labels, again.labels)
    for other in (masked(before, (1, "mlm")), masked(before, (0, "tlm")), masked(some(epoch=1))):
        both = (first.labels != IGNORED) & (other.labels != IGNORED)
        assert both.sum() < 0.5 * first.total  # .15 of them by chance


def test_the_generators_of_torch_are_neither_read_nor_moved():
    before, state = some(), torch.get_rng_state()
    first = masked(before)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(12345)
    assert torch.equal(masked(before).ids, first.ids)


@pytest.mark.parametrize("hide", [lambda batch: masked(batch), lambda batch: fill_slots(batch, SPECIAL, (0, "camlm"))])
def test_a_row_is_masked_alike_alone_in_a_part_and_among_others_in_any_order(hide):
    rng = np.random.default_rng(2)
    pairs = [tuple(rng.integers(4, 99, size).tolist() for size in rng.integers(1, 14, 2)) for _ in range(40)]
    before = batch_of(bitext(*pairs), layout(40, 80, slot_rate=0.15, shuffle_sides=True))
    whole, order = hide(before), torch.randperm(len(before.ids), generator=torch.Generator().manual_seed(0))
    parts = [(hide(before.part(number, 3)), whole.part(number, 3)) for number in range(3)]
    for hidden, expected in [*parts, (hide(rows_of_cells(before, order)), rows_of_cells(whole, order))]:
        assert all(torch.equal(getattr(hidden, name), getattr(expected, name)) for name in CELLS)


# -------------------------------------------------------------------------------------------------------------------- slots


pairs = st.lists(st.tuples(*[st.lists(st.sampled_from([UNK, UNK, *range(4, 99)]), min_size=1, max_size=20)] * 2), min_size=1, max_size=8)


@settings(max_examples=60)
@given(pairs, st.sampled_from([0.15, 0.5, 1.0]), st.booleans(), st.booleans(), st.integers(1, 2), st.integers(0, 99))
def test_a_slot_stands_for_a_token_of_its_sentence_and_the_token_stays_in_the_clear(pairs, rate, joint, reset, separators, seed):
    chosen = layout(48, 60, slot_rate=rate, joint=joint, reset_positions=reset, separators=separators, first_position=2)
    before = batch_of(bitext(*pairs), chosen)
    after = fill_slots(before, SPECIAL, (seed,))
    cells = [(row, column) for row in range(len(before.ids)) for column in range(before.ids.shape[1])]
    filled = 0
    for sentence in range(len(before.pair)):
        mine = [cell for cell in cells if before.sentence[cell] == sentence]
        slots = [cell for cell in mine if before.role[cell] == SLOT]
        tokens = {int(before.positions[cell]): cell for cell in mine if before.role[cell] == TOKEN and before.ids[cell] != UNK}
        number = min(len(slots), len(tokens))
        sources = [tokens[int(after.positions[slot])] for slot in slots[:number]]
        assert sources == sorted(set(sources))  # all different, in the order of the text
        for slot, source in zip(slots, sources, strict=False):
            assert after.labels[slot] == before.ids[source] and after.ids[slot] == SPECIAL.mask and after.role[slot] == SLOT
            assert after.word[slot] == before.word[source] and after.sentence[slot] == sentence
            assert after.side[slot] == before.side[source] and after.language[slot] == before.language[source]
        for slot in slots[number:]:
            left = {name: int(getattr(after, name)[slot]) for name in ("ids", "role", "sentence", "side", "language", "word", "labels")}
            empty = {"ids": SPECIAL.pad, "role": PADDING, "sentence": -1, "side": 0, "language": -1, "word": -1, "labels": IGNORED}
            assert left == empty
        filled += number
    elsewhere = before.role != SLOT
    assert all(torch.equal(getattr(after, name)[elsewhere], getattr(before, name)[elsewhere]) for name in set(CELLS) - {"labels"})
    assert (after.labels[elsewhere] == IGNORED).all()
    assert int(after.total) == int((after.labels != IGNORED).sum()) == filled <= after.most_labels


def test_each_token_of_a_sentence_is_as_likely_to_get_a_slot():
    before = batch_of(bitext(*[([50] * 20, [60] * 10)] * 1000), layout(64, slot_rate=0.15))
    after = fill_slots(before, SPECIAL, (0, "camlm"))
    for language, tokens, slots in (("en", 20, 3), ("zh", 10, 2)):
        words = after.word[(after.role == SLOT) & (after.language == LANGUAGES.index(language))]
        counts = torch.bincount(words, minlength=tokens)
        assert len(words) == 1000 * slots and all(within(count, 1000, slots / tokens) for count in counts)


def test_slots_find_only_what_is_allowed_to_be_chosen():
    before = batch_of(bitext(*[(range(4, 24), range(30, 40))] * 50), layout(64, slot_rate=0.3))
    allowed = (before.role == TOKEN) & (before.ids % 7 == 0)  # fewer than there are slots in the first language
    origin = origins_of_slots(before, allowed, (0, "test"))
    found = origin[origin >= 0]
    assert torch.equal(origin[before.role != SLOT].unique(), torch.tensor([-1])) and len(found.unique()) == len(found)
    assert allowed.flatten()[found].all()
    for sentence in range(len(before.pair)):
        own = before.sentence == sentence
        slots, sources = origin[own & (before.role == SLOT)], (own & allowed).flatten().nonzero().flatten()
        assert (slots >= 0).sum() == min(len(slots), len(sources)) and torch.isin(slots[slots >= 0], sources).all()


def test_emptied_cells_are_padding_and_the_others_stay():
    before = batch_of(bitext(([5, 6, 7], [8, 9])), layout(32, slot_rate=0.5))
    cells = before.role == SLOT
    after = emptied(before, cells, SPECIAL)
    assert cells.sum() == 3 and after.tokens == before.tokens - 3
    spare = before.role == PADDING
    for name in ("ids", "sentence", "side", "role", "language", "word"):
        value = getattr(after, name)
        assert torch.equal(value[cells].unique(), value[spare].unique()) and torch.equal(value[~cells], getattr(before, name)[~cells])
