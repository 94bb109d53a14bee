"""Rows on the device against rows written by hand from the same examples; the drawn order of sides; the keys."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.batch import PADDING, SLOT, SPECIAL, TOKEN
from isogloss.errors import IsoglossError
from isogloss.rows import Rows
from isogloss.streams import Part, Stream
from stores import LANGUAGES, Store, batch_of, bitext, layout, packed
from stores import SPECIAL as IDS

FIELDS = ("ids", "positions", "sentence", "side", "role", "language", "word")
EMPTY = dict.fromkeys(FIELDS, -1) | {"ids": IDS.pad, "role": PADDING, "side": 0}


def by_hand(chosen, parts, where, turned):
    """(cells by field, (pair, language) of the sentences) of packed rows; turned: the second language comes first."""
    rows = {name: [[EMPTY[name]] * chosen.row_length for _ in range(where.rows)] for name in FIELDS}
    for row in rows["positions"]:
        row[:] = [chosen.first_position] * len(row)
    sentences = []
    for number, (part, example) in enumerate(zip(where.part, where.example, strict=True)):
        stores = parts[part].stores
        kept = chosen.fitted(np.array([[store.lengths[example]] for store in stores]))[:, 0].tolist()
        row, column, start = where.row[number], where.column[number], chosen.first_position
        position = start
        for side, source in enumerate(range(len(stores))[:: -1 if turned[number] else 1]):
            ids, words = (values[: kept[source]] for values in stores[source][example])
            if side and chosen.joint:
                before = [IDS.sep] * (chosen.separators - 1)
                position = start if chosen.reset_positions else position
            else:
                before, position = [IDS.cls], start
            slots = max(1, round(chosen.slot_rate * len(ids))) if chosen.slot_rate else 0
            written = [*((token, SPECIAL, -1) for token in before), *zip(ids, [TOKEN] * len(ids), words, strict=True)]
            written += [(IDS.sep, SPECIAL, -1)] + [(IDS.mask, SLOT, -1)] * slots
            for token, role, word in written:
                cell = {"ids": token, "role": role, "word": word, "positions": position, "side": side, "sentence": len(sentences)}
                for name, value in (cell | {"language": LANGUAGES.index(stores[source].language)}).items():
                    rows[name][row][column] = value
                column, position = column + 1, position + 1
            position -= slots
            sentences.append((number, LANGUAGES.index(stores[source].language)))
    return rows, sentences


layouts = st.builds(
    layout,
    st.integers(14, 24),
    st.integers(24, 40),
    first_position=st.sampled_from([0, 2]),
    joint=st.booleans(),
    separators=st.integers(1, 3),
    reset_positions=st.booleans(),
    shuffle_sides=st.booleans(),
    slot_rate=st.sampled_from([0.0, 0.0, 0.15, 0.5]),
)


@st.composite
def parts_of(draw, sides):
    """One part to three, of other languages each, with sentences of several tokens a word."""
    sizes = draw(st.lists(st.lists(st.tuples(*[st.integers(0, 20)] * sides), min_size=1, max_size=8), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    parts = []
    for number, lengths in enumerate(sizes):
        stores = []
        for side, column in enumerate(zip(*lengths, strict=True)):
            words = [np.sort(rng.integers(0, 6, size)).tolist() for size in column]
            ids = [rng.integers(3, 99, size).tolist() for size in column]
            stores.append(Store(ids, LANGUAGES[(number + side) % 4], words))
        parts.append(Part(f"part-{number}", stores))
    return parts


@pytest.mark.parametrize("sides", [1, 2])
@settings(max_examples=80)
@given(st.data(), layouts)
def test_rows_are_those_written_by_hand(sides, data, chosen):
    parts = data.draw(parts_of(sides))
    if not any(map(len, parts)):
        return
    where, batch = packed(parts, chosen), batch_of(parts, chosen)
    first = [parts[part].stores[0].language for part in where.part]
    turned = [LANGUAGES[batch.languages[sides * number]] != language for number, language in enumerate(first)]
    assert chosen.shuffle_sides or not any(turned)
    rows, sentences = by_hand(chosen, parts, where, turned)
    for name in FIELDS:
        assert getattr(batch, name).tolist() == rows[name], name
    assert list(zip(batch.pair.tolist(), batch.languages.tolist(), strict=True)) == sentences
    assert batch.sequences == (len(where) if chosen.joint else len(sentences))
    assert int(batch.tokens) == sum(chosen.cells(parts[p].lengths)[k] for p, k in zip(where.part, where.example, strict=True))


def test_ids_of_large_vocabularies_and_words_of_long_sentences_survive():
    store = Store([[7, 8, 9]], words=[[0, 40_000, 65_535]])
    store.ids = np.array([5, 70_000, 250_001], np.uint32)
    batch = batch_of(Part("en", [store]), layout())
    assert batch.ids[0, 1:4].tolist() == [5, 70_000, 250_001] and batch.word[0, 1:4].tolist() == [0, 40_000, 65_535]


def test_a_language_that_has_no_number_is_refused():
    part = Part("fi", [Store([[10]], "fi")])
    with pytest.raises(IsoglossError, match=r"fi.*de, en"):
        Rows([part], layout(), ["de", "en"], torch.device("cpu"), 0)


# -------------------------------------------------------------------------------------------------------- the order of sides


def pairs(count):
    return bitext(*[([10, 11, 12], [20, 21])] * count)


def orders(parts, chosen, seed, batch_rows, batches):
    """(part, example, epoch) -> does the second language come first?"""
    stream, rows = (
        Stream(parts, layout=chosen, batch_rows=batch_rows, alpha=1, seed=0),
        Rows(parts, chosen, LANGUAGES, torch.device("cpu"), seed),
    )
    found = {}
    for _ in range(batches):
        where = stream.next_batch()
        languages = rows.batch(where).languages.view(-1, 2)
        for number, part in enumerate(where.part):
            first = LANGUAGES[languages[number, 0]]
            found[part, where.example[number], where.epoch[number]] = first != parts[part].stores[0].language
    return found


def test_half_of_the_pairs_are_turned_and_the_seed_tells_which():
    chosen, parts = layout(32, shuffle_sides=True), [pairs(3000)]
    found = [orders(parts, chosen, seed, 20, 60) for seed in (0, 0, 1)]
    total = len(found[0])
    assert total > 2500 and abs(sum(found[0].values()) - total / 2) < 5 * (total / 4) ** 0.5
    assert found[0] == found[1]
    agree = sum(found[0][one] == found[2][one] for one in found[0])
    assert abs(agree - total / 2) < 5 * (total / 4) ** 0.5


def test_which_side_comes_first_does_not_depend_on_the_batch():
    chosen, parts = layout(32, shuffle_sides=True), [pairs(300), bitext(*[([30], [40, 41])] * 200, languages=("de", "tr"))]
    narrow, wide = orders(parts, chosen, 0, 3, 250), orders(parts, chosen, 0, 50, 15)
    both = narrow.keys() & wide.keys()
    assert len(both) > 400 and all(narrow[one] == wide[one] for one in both)


def test_a_pair_may_be_turned_in_one_epoch_and_not_in_the_next():
    parts, chosen = pairs(400), layout(32, shuffle_sides=True)
    first, second = (batch_of(parts, chosen, epoch=epoch).languages.view(-1, 2)[:, 0] for epoch in (0, 1))
    assert 100 < (first != second).sum() < 300


# --------------------------------------------------------------------------------------------------------------------- keys


def occurrences(parts, chosen, batch_rows, batches):
    """Each (key, (part, example, epoch, language, place)) of the tokens of a stream's first batches."""
    stream, rows = (
        Stream(parts, layout=chosen, batch_rows=batch_rows, alpha=0.5, seed=3),
        Rows(parts, chosen, LANGUAGES, torch.device("cpu"), 0),
    )
    for _ in range(batches):
        where = stream.next_batch()
        batch = rows.batch(where)
        tokens = batch.role == TOKEN
        pair, language = batch.pair_of_cell[tokens].numpy(), batch.language[tokens].tolist()
        fields = (where.part[pair], where.example[pair], where.epoch[pair], language, batch.word[tokens].tolist())
        yield from zip(batch.key[tokens].tolist(), zip(*fields, strict=True), strict=True)


def three_parts():
    rng = np.random.default_rng(0)
    sizes = {("de", "en"): 40, ("en", "zh"): 90, ("en", "tr"): 10}
    return [
        bitext(*(tuple(rng.integers(4, 99, size).tolist() for size in rng.integers(1, 12, 2)) for _ in range(count)), languages=languages)
        for languages, count in sizes.items()
    ]


def test_no_two_tokens_of_any_part_side_or_epoch_have_the_same_key():
    found = list(occurrences(three_parts(), layout(32, shuffle_sides=True), 20, 60))
    assert len({place for _, place in found}) == len(found) > 5000 and max(place[2] for _, place in found) >= 3
    assert max(Counter(key for key, _ in found).values()) == 1


def test_a_token_has_the_same_key_whatever_rows_a_batch_has():
    narrow = {place: key for key, place in occurrences(three_parts(), layout(32), 2, 300)}
    wide = {place: key for key, place in occurrences(three_parts(), layout(32, 96, joint=False), 31, 8)}
    both = narrow.keys() & wide.keys()
    assert len(both) > 3000 and all(narrow[place] == wide[place] for place in both)
