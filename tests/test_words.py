"""Words of a batch: where they are, what they are made of, and the links and units between them, against loops over the cells."""

import numpy as np
import pytest
import torch

from isogloss.batch import MASKED, TOKEN, Layout, SpecialIds
from isogloss.masking import choose_units, mask_tokens
from isogloss.objectives.contrast import Contrast
from isogloss.rows import Rows
from isogloss.streams import Part
from isogloss.words import cells_of, first_cells, text_hashes, word_hashes, word_starts
from setups import batch_for
from stores import LANGUAGES, SPECIAL, Links, Store, batch_of, layout, packed
from toy import WORDS

MOST_WORDS = 9


def linked(seed, pairs=25, languages=("en", "zh")):
    """A bitext of random words of one to three tokens, some of which cover two words, and random links between existing words."""
    rng = np.random.default_rng(seed)
    stores, counts = [], []
    for language in languages:
        ids, words = [], []
        for _ in range(pairs):
            steps = rng.choice([0, 1, 1, 2], rng.integers(1, 12))
            steps[0] = 0
            words.append(np.cumsum(steps).tolist())
            ids.append(rng.integers(4, 12, len(steps)).tolist())
        counts.append([row[-1] + 1 for row in words])
        stores.append(Store(ids, language, words))
    links, units = [], []
    for x, y in zip(*counts, strict=True):
        row = sorted({(int(rng.integers(x)), int(rng.integers(y))) for _ in range(rng.integers(0, 5))})
        links.append(row)
        units.append([(i, min(i + 1, x - 1), j, j) for i, j in row[:1]])
    return Part("-".join(languages), stores, Links(links, units))


def cells(batch):
    """(flat cell, sentence, word, id, language) of every token, in order."""
    flat = zip(*(getattr(batch, name).flatten().tolist() for name in ("role", "sentence", "word", "ids", "language")), strict=True)
    return [(cell, *rest) for cell, (role, *rest) in enumerate(flat) if role in (TOKEN, MASKED)]


def words_of(batch):
    """(sentence, word) -> its cells."""
    found = {}
    for cell, sentence, word, _, _ in cells(batch):
        found.setdefault((sentence, word), []).append(cell)
    return found


@pytest.mark.parametrize("joint", [True, False])
def test_the_first_cell_of_every_word_is_found(joint):
    batch = batch_of(linked(0), layout(40, 60, joint=joint, slot_rate=0.2))
    words = words_of(batch)
    assert torch.nonzero(word_starts(batch).flatten()).flatten().tolist() == sorted(where[0] for where in words.values())
    first = first_cells(batch).flatten()
    assert all((first[where] == where[0]).all() for where in words.values())
    inside = [cell for where in words.values() for cell in where]
    assert set(torch.nonzero(first >= 0).flatten().tolist()) == set(inside)


def test_a_word_is_found_by_sentence_and_index_or_the_token_that_covers_it():
    batch = batch_of(linked(1), layout(40, 60))
    words = words_of(batch)
    asked = [(sentence, word) for sentence in range(len(batch.pair)) for word in range(MOST_WORDS)]

    def covering(sentence, word):
        known = [other for spoken, other in words if spoken == sentence and other <= word]
        return words[sentence, max(known)][0] if known else -1

    found = cells_of(batch, *torch.tensor(asked).unbind(1))
    assert found.tolist() == [covering(*ask) for ask in asked]
    assert any((sentence, word) not in words for sentence, word in asked)
    part = batch.part(1, 2)
    offset = (len(batch.ids) - len(part.ids)) * batch.ids.shape[1]
    there = cells_of(part, *torch.tensor(asked).unbind(1))
    assert there.tolist() == [cell - offset if cell >= offset else -1 for cell in found.tolist()]


def test_words_are_equal_where_their_tokens_and_language_are():
    batch = batch_of(linked(2, 40), layout(40, 60))
    words, flat = words_of(batch), batch.ids.flatten()
    spelt = {where[0]: (batch.language.flatten()[where[0]].item(), *flat[where].tolist()) for where in words.values()}
    hashes = word_hashes(batch).flatten()
    assert (hashes[[cell for cell in range(len(hashes)) if cell not in spelt]] == 0).all()
    by_hash = {cell: hashes[cell].item() for cell in spelt}
    assert len(set(by_hash.values())) == len(set(spelt.values())) < len(spelt)
    assert len({(by_hash[cell], spelt[cell]) for cell in spelt}) == len(set(spelt.values()))
    masked = mask_tokens(batch, SPECIAL, (0,), rate=0.3, keep=0.0, random=0.0)
    assert torch.equal(word_hashes(masked, of=masked.clean), word_hashes(batch))


def test_texts_are_equal_where_all_tokens_are():
    part = Part("en-zh", [Store([[5, 6], [6, 5], [5, 6]], "en"), Store([[5, 6], [7], [5, 6, 6]], "zh")])
    batch = batch_of(part, layout(40, 60))
    spelt = [tuple(batch.ids[(batch.sentence == k) & (batch.role == TOKEN)].tolist()) for k in range(6)]
    texts = text_hashes(batch)
    assert (texts[:, None] == texts).tolist() == [[a == b for b in spelt] for a in spelt] and len(set(spelt)) == 4


@pytest.mark.parametrize("options", [{}, {"joint": False}, {"shuffle_sides": True}], ids=str)
@pytest.mark.parametrize("max_length", [60, 12])
def test_links_and_units_are_those_of_the_words_that_are_there(options, max_length):
    part = linked(3)
    chosen = layout(max_length, 60, **options)
    where = packed([part], chosen)
    batch = Rows([part], chosen, LANGUAGES, torch.device("cpu"), 0).batch(where)
    links, units, cut = [], [], 0
    for pair, example in enumerate(where.example.tolist()):
        turned = int(batch.languages[2 * pair] != LANGUAGES.index("en"))
        sizes = [int(((batch.sentence == 2 * pair + side) & (batch.role == TOKEN)).sum()) for side in (0, 1)]
        whole = []  # of each side as it stands in the rows: is the word there with all its tokens?
        for side in (0, 1):
            ids, words = part.stores[side ^ turned][example]
            cut += sizes[side] < len(ids)
            whole.append(words[sizes[side]] - 1 if sizes[side] < len(ids) else MOST_WORDS * 9)
        own = part.links.links[part.links.offsets[example] : part.links.offsets[example + 1]].tolist()
        links += [(pair, *link) for link in (row[::-1] if turned else row for row in own) if link[0] <= whole[0] and link[1] <= whole[1]]
        own = part.links.units[part.links.unit_offsets[example] : part.links.unit_offsets[example + 1]].tolist()
        rolled = (row[2:] + row[:2] if turned else row for row in own)
        units += [(pair, *unit) for unit in rolled if unit[1] <= whole[0] and unit[3] <= whole[1]]
    assert [tuple(row) for row in batch.links.tolist()] == links and [tuple(row) for row in batch.units.tolist()] == units
    assert (cut > 0) == (max_length == 12) and len(links) > 10 and len(units) > 5


def test_so_many_units_of_each_pair_are_chosen_at_random_and_no_other_pair_moves_them():
    links = [[(k, k) for k in range(6)], [(k, 5 - k) for k in range(6)], [], [(0, 0)]] * 30
    part = Part("en-zh", [Store([range(10, 16)] * 120, "en"), Store([range(20, 26)] * 120, "zh")], Links(links))
    batch = batch_of(part, layout(40, 60))
    chosen = choose_units(batch, 2, (0, "a"))
    known = {tuple(unit) for unit in batch.units.tolist()}
    assert {tuple(unit) for unit in chosen.tolist()} <= known
    wanted = np.minimum([len(row) for row in links], 2)
    found = np.bincount(chosen[:, 0].numpy(), minlength=120)
    assert sorted(found.tolist()) == sorted(wanted.tolist())
    assert torch.equal(chosen, choose_units(batch, 2, (0, "a"))) and not torch.equal(chosen, choose_units(batch, 2, (0, "b")))
    counts = np.bincount(chosen[:, 1].numpy(), minlength=6)
    assert (counts > 8).all()  # of about 20 each, and first words more: every word has its chance


@pytest.mark.parametrize("max_length", [32, 12])
def test_units_spell_words_that_translate_each_other(toy, tokenizer, max_length):
    """From text over links, tokens and rows, of whole sentences and of such as were cut off: with words of several pieces or characters."""
    objective = Contrast(level="multi")
    spread = Layout(SpecialIds.of(tokenizer), max_length, 48, 2)
    batch = batch_for(toy, "contrast", objective, spread, options={"level": "multi"}, batch_rows=20)
    codes, spelt, pieces = sorted(WORDS), 0, 0
    for pair, *words in choose_units(batch, 99, (0, "all")).tolist():
        said = []
        for side in (0, 1):
            first, last = words[2 * side : 2 * side + 2]
            where = (batch.sentence == 2 * pair + side) & (batch.word >= first) & (batch.word <= last)
            language = codes[int(batch.languages[2 * pair + side])]
            text = tokenizer.decode(batch.ids[where]).strip()
            goes_on = language == "zh"  # a Chinese piece may go on behind the word
            said.append({k for k, word in enumerate(WORDS[language]) if text == word or goes_on and text.startswith(word)})
            pieces += int(where.sum())
        assert said[0] & said[1]
        spelt += 1
    assert spelt > 30 and pieces > 2 * spelt
