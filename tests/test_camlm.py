"""CAMLM: nothing leads from a hidden word to its cell but the translation; by the graph, by values and by gradients, in every variant."""

import copy
from types import SimpleNamespace

import pytest
import torch

from isogloss.attention import ACROSS, PAIRS, Rule, block, dense
from isogloss.batch import IGNORED, MASKED, PADDING, SLOT, SPECIAL, TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.errors import IsoglossError
from isogloss.language_embedding import LanguageEmbedding
from isogloss.objectives.camlm import CAMLM
from isogloss.objectives.contract import Setup
from isogloss.objectives.tlm import TLM
from packed import LANGUAGES, batch_of, padded
from realisations import REALISATIONS, closure
from toy import ENCODER

UNK = 3
EXAMPLES = [
    ([10, 11, 12, 13, 14, 15, 16, 17], [50, 51, 52, 53, 54]),
    ([18], [55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66]),
    ([19, 20, 21], [UNK, UNK]),  # a slot that finds no token
    ([22, UNK, 23, 24], [67, 68, 69]),
]
VARIANTS = {
    "slots": {"variant": "slots"},
    "slots alone": {"variant": "slots", "same_sentence_slots": False},
    "in place": {"variant": "in_place"},
    "in place alone": {"variant": "in_place", "same_sentence_slots": False},
}


def made_world(tokenizer, architecture, **options):
    """(our encoder, the plain model of the same weights, layout, batch, objective), in float64, every bias and norm with noise."""
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": architecture, "layers": 3}, tokenizer).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    plain = copy.deepcopy(model)
    plain.set_attn_implementation("sdpa")
    encoder, special = TransformersEncoder(model), SpecialIds.of(tokenizer)
    objective = CAMLM(rate=0.3, **options)
    embedding = LanguageEmbedding(len(LANGUAGES), encoder.width).double()
    objective.build(Setup(encoder, special, LANGUAGES, [(0, 1)], embedding))
    layout = objective.layout(Layout(special, 32, 48, first_position(model.config)))
    batch = objective.prepare(batch_of(EXAMPLES, layout), special, (0, "camlm"))
    return SimpleNamespace(encoder=encoder, plain=plain, layout=layout, batch=batch, objective=objective, rule=objective.rule)


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def with_slots(request, tokenizer):
    return made_world(tokenizer, request.param)


@pytest.fixture(scope="module")
def in_place(tokenizer):
    return made_world(tokenizer, "xlm-roberta", variant="in_place")


@pytest.fixture(scope="module", params=[("bert", "slots"), *(("xlm-roberta", variant) for variant in VARIANTS)], ids="-".join)
def world(request, tokenizer):
    architecture, variant = request.param
    return made_world(tokenizer, architecture, **VARIANTS[variant])


def unpacked(layout):
    return batch_of(EXAMPLES, layout)


def originals(batch):
    return (batch.role == TOKEN) | (batch.role == SPECIAL)


def hidden(batch):
    return (batch.role == SLOT) | (batch.role == MASKED)


# ------------------------------------------------------------------------------------------------------------------- slots


def test_a_slot_is_a_mask_with_the_position_and_word_of_the_token_it_stands_for(with_slots):
    batch, before = with_slots.batch, unpacked(with_slots.layout)
    slots = (batch.role == SLOT).nonzero().tolist()
    assert slots and torch.equal(batch.ids[originals(batch)], before.ids[originals(before)])  # the sentences stay in the clear
    for row, cell in slots:
        own = (batch.sentence[row] == batch.sentence[row, cell]) & (batch.role[row] == TOKEN)
        (hidden,) = (own & (batch.positions[row] == batch.positions[row, cell])).nonzero().flatten().tolist()
        assert batch.ids[row, cell] == with_slots.layout.special.mask and batch.labels[row, cell] == batch.ids[row, hidden] != UNK
        assert all(field[row, cell] == field[row, hidden] for field in (batch.word, batch.side, batch.language))
    places = [(int(batch.sentence[row, cell]), int(batch.positions[row, cell])) for row, cell in slots]
    assert len(set(places)) == len(places)


def test_every_sentence_has_its_share_of_slots_as_far_as_it_has_words(with_slots):
    batch = with_slots.batch
    for number in range(len(batch.pair)):
        own = batch.sentence == number
        words = int((own & (batch.role == TOKEN)).sum())
        known = int((own & (batch.role == TOKEN) & (batch.ids != UNK)).sum())
        assert (own & (batch.role == SLOT)).sum() == min(known, max(1, round(0.3 * words)))


def test_slots_alone_are_asked(with_slots):
    batch = with_slots.batch
    assert torch.equal(batch.labels != IGNORED, batch.role == SLOT) and batch.total == (batch.role == SLOT).sum()
    cells, labels = batch.asked()
    assert len(cells) == len(labels) and (labels != IGNORED).sum() == batch.total <= batch.most_labels


def test_a_slot_that_found_no_token_is_padding(with_slots):
    batch, before = with_slots.batch, unpacked(with_slots.layout)
    empty = (before.role == SLOT) & (batch.role != SLOT)
    assert empty.sum() == 1 and (batch.role[empty] == PADDING).all() and (batch.ids[empty] == with_slots.layout.special.pad).all()
    assert (batch.sentence[empty] == -1).all() and (batch.labels[empty] == IGNORED).all()


# ---------------------------------------------------------------------------------------------------------------- in place


def test_in_place_every_hidden_token_is_a_mask_and_is_asked_for(in_place):
    batch, before = in_place.batch, unpacked(in_place.layout)
    masked = batch.role == MASKED
    assert masked.any() and not (batch.role == SLOT).any() and torch.equal(batch.labels != IGNORED, masked)
    assert (batch.ids[masked] == in_place.layout.special.mask).all() and torch.equal(batch.labels[masked], before.ids[masked])
    assert torch.equal(batch.ids[~masked], before.ids[~masked]) and batch.total == masked.sum()  # no token is kept, none replaced
    assert torch.equal(masked.sum(1) >= 1, (batch.role != PADDING).any(1))


def test_in_place_if_everybody_sees_everybody_it_is_tlm(in_place, tokenizer, monkeypatch):
    batch = in_place.batch
    theirs = in_place.plain(**padded(batch, batch.pair_of_cell, tokenizer.pad_token_id)).loss
    before = in_place.objective(in_place.encoder, batch)[0]
    monkeypatch.setattr(in_place.objective, "rule", PAIRS)
    ours, tlm = in_place.objective(in_place.encoder, batch)[0], TLM()
    tlm.build(Setup(in_place.encoder, in_place.layout.special, LANGUAGES))
    assert (ours - theirs).abs() < 1e-10 and ours == tlm(in_place.encoder, batch)[0] and (ours - before).abs() > 1e-3


@pytest.mark.parametrize(("option", "given"), [("variant", "slot"), ("language_embedding", "both")])
def test_an_unknown_word_is_refused(option, given):
    with pytest.raises(IsoglossError, match=f"camlm: {option}: {given}. allowed: "):
        CAMLM(**{option: given})


# ------------------------------------------------------------------------------------------------------------------- graph


@pytest.mark.parametrize("realisation", REALISATIONS)
def test_over_any_number_of_layers_what_is_hidden_reaches_the_other_side_and_nothing_of_its_own(world, realisation):
    batch = world.batch
    reaches = closure(REALISATIONS[realisation](world.rule, batch))
    for row, cell in hidden(batch).nonzero().tolist():
        of_pair = batch.pair_of_cell[row] == batch.pair_of_cell[row, cell]
        other = originals(batch)[row] & of_pair & (batch.side[row] != batch.side[row, cell])
        own = hidden(batch)[row] & of_pair & (batch.side[row] == batch.side[row, cell])
        if world.rule is not ACROSS:
            own = torch.arange(len(own)) == cell
        assert other.any() and torch.equal(reaches[row, cell], other | own)


def same_side(query, key):
    return (query.pair == key.pair) & (query.side == key.side)


def asks(cells):
    return (cells.role == SLOT) | (cells.role == MASKED)


LEAKY = {
    "originals see the other sentence": lambda query, key: (query.pair == key.pair) & ~asks(query) & ~asks(key),
    "originals see what is hidden of their own": lambda query, key: same_side(query, key) & ~asks(query),
    "hidden cells see those of the other side": lambda query, key: (query.pair == key.pair) & asks(query) & asks(key),
    "hidden cells see their own sentence": lambda query, key: same_side(query, key) & asks(query),
}


def leaks(rule, batch):
    """Whether from a hidden cell anything of its own side that is in the clear can be reached."""
    reaches, in_clear = closure(dense(rule, batch)[:, 0]), originals(batch)
    own = (batch.pair_of_cell[:, :, None] == batch.pair_of_cell[:, None]) & (batch.side[:, :, None] == batch.side[:, None])
    return bool((reaches & own & hidden(batch)[:, :, None] & in_clear[:, None]).any())


@pytest.mark.parametrize("more", LEAKY)
def test_rules_that_look_alike_leak(world, more):
    """So the closure can fail."""
    rule = Rule("leaky", lambda query, key: world.rule.allows(query, key) | LEAKY[more](query, key), None)
    assert leaks(rule, world.batch) and not leaks(world.rule, world.batch)


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_nobody_sees_nothing_where_a_sentence_is_empty_or_hidden_as_a_whole(tokenizer, options):
    world = made_world(tokenizer, "xlm-roberta", **options)
    world.objective.rate = 1.0
    layout = world.objective.layout(Layout(world.layout.special, 32, 48, world.layout.first_position))
    batch = world.objective.prepare(batch_of([([], [5, 6, 7]), ([8, 9], [10]), ([], [])], layout), layout.special, (0,))
    assert (batch.labels != IGNORED).sum() == 6
    for realisation in REALISATIONS.values():
        mask = realisation(world.rule, batch)
        assert mask.diagonal(dim1=1, dim2=2).all() and not leaks(world.rule, batch)
    states = world.encoder(batch, world.rule)
    loss, _ = world.objective(world.encoder, batch)
    assert states.isfinite().all() and loss.isfinite()


# --------------------------------------------------------------------------------------------------------- values, gradients


def stock_logits(world, batch):
    """`dense`, by transformers' own attention."""
    return world.plain(input_ids=batch.ids, position_ids=batch.positions, attention_mask=dense(world.rule, batch)).logits


def our_logits(world, batch):
    """`additive`, as the training on a CPU does it."""
    return world.encoder.token_logits(world.encoder(batch, world.rule))


def flex_logits(world, batch):
    """`block`, by FlexAttention, which has no backward on a CPU."""
    with torch.no_grad(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("isogloss.encoder.realised", lambda rule, batch, dtype: {"attention_mask": block(rule, batch)})
        return our_logits(world, batch)


LOGITS = {"dense": stock_logits, "additive": our_logits, "block": flex_logits}


def changed(batch, cells, draw):
    """The batch with other tokens in some cells."""
    ids = torch.randint(5, 100, batch.ids.shape, generator=torch.Generator().manual_seed(draw))
    return batch.__class__(**{**vars(batch), "ids": torch.where(cells, torch.where(ids == batch.ids, ids + 1, ids), batch.ids)})


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
@pytest.mark.parametrize("realisation", LOGITS)
def test_own_words_change_no_guess_and_each_word_of_the_other_side_does(world, realisation):
    logits, batch = LOGITS[realisation], world.batch
    before = logits(world, batch)
    for side in (0, 1):
        own, other = (originals(batch) & (batch.side == which) for which in (side, 1 - side))
        asked = hidden(batch) & (batch.side == side)
        assert torch.equal(logits(world, changed(batch, own, side))[asked], before[asked])
        row, cell = (other & (batch.role == TOKEN) & torch.isin(batch.pair_of_cell, batch.pair_of_cell[asked])).nonzero()[5].tolist()
        one = torch.zeros_like(own)
        one[row, cell] = True
        affected = ((logits(world, changed(batch, one, side)) - before).abs() > 1e-9).any(-1)
        assert (of_pair := asked & (batch.pair_of_cell == batch.pair_of_cell[row, cell])).any()
        assert torch.equal(affected & asked, of_pair)


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_all_realisations_give_the_same_guesses(world):
    batch = world.batch
    stock, ours, flex = (logits(world, batch)[hidden(batch)] for logits in LOGITS.values())
    assert (stock - ours).abs().max() < 1e-10 and (stock - flex).abs().max() < 1e-10


@pytest.mark.parametrize("realisation", ["dense", "additive"])
def test_own_words_get_no_gradient_from_their_slots(world, realisation):
    batch, embedded = world.batch, []
    model = world.plain if realisation == "dense" else world.encoder.model
    handle = model.base_model.embeddings.register_forward_hook(lambda module, given, states: embedded.append(states))
    found = LOGITS[realisation](world, batch)
    handle.remove()
    for side in (0, 1):
        slots = hidden(batch) & (batch.side == side)
        (gradient,) = torch.autograd.grad(found[slots].square().sum(), embedded[0], retain_graph=True)
        strength = gradient.abs().sum(-1)
        assert (strength[originals(batch) & (batch.side == side)] == 0).all()
        seen = originals(batch) & (batch.side != side) & torch.isin(batch.pair_of_cell, batch.pair_of_cell[slots])
        assert (strength[seen] > 0).all()


def test_a_sentence_is_encoded_as_if_it_were_alone(world):
    batch = world.batch
    states = world.encoder.all_states(batch, world.rule)
    for number in range(len(batch.pair)):
        row, cell = torch.nonzero((batch.sentence == number) & originals(batch), as_tuple=True)
        place = {"input_ids": batch.ids[row, cell][None], "position_ids": batch.positions[row, cell][None]}
        alone = world.plain.base_model(**place, output_hidden_states=True).hidden_states
        assert all((ours[row, cell] - theirs[0]).abs().max() < 1e-10 for ours, theirs in zip(states, alone, strict=True))


def test_the_loss_is_the_mean_over_all_slots(world):
    loss, metrics = world.objective(world.encoder, world.batch)
    logits, labels = stock_logits(world, world.batch), world.batch.labels
    assert (loss - torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())).abs() < 1e-10
    hits = (logits.argmax(-1) == labels)[labels != IGNORED]
    assert float(metrics["accuracy"]) == pytest.approx(float(hits.double().mean()))
