"""DICT-MLM: which tokens are swapped, by what, and what is asked then."""

import pytest
import torch

from isogloss.attention import SENTENCES as SENTENCES_RULE
from isogloss.batch import IGNORED, MASKED, TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, new_model
from isogloss.errors import IsoglossError
from isogloss.masking import mask_tokens
from isogloss.objectives.dict_mlm import DictMLM
from isogloss.rows import Rows
from isogloss.streams import Part, Stream
from isogloss.tokens import open_tokens
from setups import LANGUAGES, built, dictionary_of
from toy import ENCODER

SEED = (0, "dict_mlm")


@pytest.fixture(scope="module")
def encoder(tokenizer):
    torch.manual_seed(0)
    return TransformersEncoder(new_model(ENCODER | {"dropout": 0.0}, tokenizer).double())


@pytest.fixture(scope="module")
def batch(toy, tokenizer):
    layout = Layout(SpecialIds.of(tokenizer), 32, 64, 2)
    parts = [Part(name, open_tokens(path)) for name, path in toy.mono().items()]
    stream = Stream(parts, layout=layout, batch_rows=60, alpha=0.3, seed=0)
    return Rows(stream.parts, layout, LANGUAGES, torch.device("cpu"), 0).batch(stream.next_batch())


def images(toy, tokenizer):
    """(id, language) -> {(id, language)} of the words of one piece on both sides."""
    found = {}
    entries = dictionary_of(toy, tokenizer)
    for x, y, a, b, unseen in zip(*(side.tolist() for side in (*entries.ids, *entries.languages)), entries.held_out.tolist(), strict=True):
        if not unseen and x[1] < 0 and y[1] < 0:
            found.setdefault((x[0], a), set()).add((y[0], b))
            found.setdefault((y[0], b), set()).add((x[0], a))
    return found


def changed(objective, batch, special):
    """Of every asked cell: (id before, id shown, label, own language, language now, whether its word is this token alone)."""
    made = objective.prepare(batch, special, SEED)
    alone = {}
    text = (batch.role == TOKEN).flatten()
    for cell in torch.nonzero(text).flatten().tolist():
        alone.setdefault((int(batch.sentence.flatten()[cell]), int(batch.word.flatten()[cell])), []).append(cell)
    single = {cells[0] for cells in alone.values() if len(cells) == 1}
    rows = []
    for cell in torch.nonzero(made.labels.flatten() != IGNORED).flatten().tolist():
        fields = (batch.ids, made.ids, made.labels, batch.language, made.language)
        rows.append((*(int(field.flatten()[cell]) for field in fields), cell in single))
    return made, rows


@pytest.mark.parametrize("variant", ["input_swap", "label_swap"])
def test_what_is_swapped_is_an_image_of_the_dictionary(toy, encoder, tokenizer, batch, variant):
    special, known = SpecialIds.of(tokenizer), images(toy, tokenizer)
    objective = built(toy, DictMLM(variant=variant, swap=0.5, rate=0.3), encoder, tokenizer)
    made, rows = changed(objective, batch, special)
    plain = mask_tokens(batch, special, SEED, rate=0.3, keep=0.1, random=0.1)
    assert torch.equal(made.labels != IGNORED, plain.labels != IGNORED)  # the same cells are asked as in mlm
    swapped = [row for row in rows if row[3] != row[4]]
    for before, shown, label, own, now, single in swapped:
        assert single and ((shown if variant == "input_swap" else label), now) in known[before, own]
        assert variant == "label_swap" or label == before
    swappable = [row for row in rows if row[5] and (row[0], row[3]) in known]
    assert len(swappable) > 100 and abs(len(swapped) / len(swappable) - 0.5) < 0.15
    kept = [row for row in rows if row[3] == row[4]]
    assert all(label == before for before, _, label, *_ in kept)
    masked = sum(shown == special.mask for _, shown, *_ in kept)
    assert abs(masked / len(kept) - 0.8) < 0.1
    hidden = made.labels != IGNORED
    assert torch.equal(made.ids[~hidden], batch.ids[~hidden]) and torch.equal(made.language[~hidden], batch.language[~hidden])


def test_every_translation_of_a_word_has_its_chance(toy, encoder, tokenizer, batch):
    objective = built(toy, DictMLM(swap=1.0, rate=0.9), encoder, tokenizer)
    _, rows = changed(objective, batch, SpecialIds.of(tokenizer))
    seen = {}
    for before, shown, _, own, now, _ in rows:
        if own != now:
            seen.setdefault((before, own), set()).add((shown, now))
    known = images(toy, tokenizer)
    several = [word for word in seen if len(known[word]) > 1]
    assert several and all(seen[word] == known[word] for word in several)


def test_a_swap_of_nothing_is_mlm(toy, encoder, tokenizer, batch):
    special = SpecialIds.of(tokenizer)
    made = built(toy, DictMLM(swap=0.0), encoder, tokenizer).prepare(batch, special, SEED)
    plain = mask_tokens(batch, special, SEED, rate=0.15, keep=0.1, random=0.1)
    assert torch.equal(made.ids, plain.ids) and torch.equal(made.labels, plain.labels) and torch.equal(made.language, batch.language)


def test_the_language_embedding_is_nothing_at_first_and_then_tells_the_language(toy, encoder, tokenizer, batch):
    special = SpecialIds.of(tokenizer)
    without, asked = (
        built(toy, DictMLM(variant="label_swap", language_embedding=where), encoder, tokenizer) for where in ("none", "asked")
    )
    made = asked.prepare(batch, special, SEED)
    loss, metrics = asked(encoder, made)
    assert loss == without(encoder, made)[0] and 0 < metrics["swapped"] < 0.5
    loss.backward()
    assert (asked.embedding.weight.grad.abs().sum(1) > 0).all()
    encoder.zero_grad()
    with torch.no_grad():
        asked.embedding.weight.add_(torch.randn_like(asked.embedding.weight))
    moved = encoder(made, SENTENCES_RULE, asked.embedding.added(made, "asked")) - encoder(made, SENTENCES_RULE)
    sentences = made.sentence[made.role == MASKED].unique()
    assert torch.equal((moved.abs().amax(-1) > 1e-9), torch.isin(made.sentence, sentences))


def test_unknown_words_are_refused(toy, encoder, tokenizer):
    with pytest.raises(IsoglossError, match="variant: both.*allowed: input_swap, label_swap"):
        DictMLM(variant="both")
    with pytest.raises(IsoglossError, match="pretrain.dictionary"):
        built(toy, DictMLM(), encoder, tokenizer, dictionary=None)
