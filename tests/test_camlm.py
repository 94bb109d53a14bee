"""CAMLM: nothing leads from a hidden word to its slot but the translation; by the graph, by values and by gradients."""

import copy
from types import SimpleNamespace

import pytest
import torch

from isogloss.attention import SLOTS, additive, block, dense
from isogloss.batch import IGNORED, PADDING, SLOT, SPECIAL, TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.objectives.camlm import CAMLM
from packed import batch_of
from toy import ENCODER

UNK = 3
EXAMPLES = [
    ([10, 11, 12, 13, 14, 15, 16, 17], [50, 51, 52, 53, 54]),
    ([18], [55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66]),
    ([19, 20, 21], [UNK, UNK]),  # a slot that finds no token
    ([22, UNK, 23, 24], [67, 68, 69]),
]


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def world(request, tokenizer):
    """(our encoder, the plain model of the same weights, layout), in float64, every bias and norm with noise."""
    torch.manual_seed(0)
    model = new_model(ENCODER | {"architecture": request.param, "layers": 3}, tokenizer).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    plain = copy.deepcopy(model)
    plain.set_attn_implementation("sdpa")
    objective = CAMLM(rate=0.3)
    layout = objective.layout(Layout(SpecialIds.of(tokenizer), 32, 48, first_position(model.config)))
    batch = objective.prepare(batch_of(EXAMPLES, layout), layout.special, (0, "camlm"))
    return SimpleNamespace(encoder=TransformersEncoder(model), plain=plain, layout=layout, batch=batch, objective=objective)


def unpacked(layout):
    return batch_of(EXAMPLES, layout)


def originals(batch):
    return (batch.role == TOKEN) | (batch.role == SPECIAL)


# ------------------------------------------------------------------------------------------------------------------- slots


def test_a_slot_is_a_mask_with_the_position_and_word_of_the_token_it_stands_for(world):
    batch, before = world.batch, unpacked(world.layout)
    slots = (batch.role == SLOT).nonzero().tolist()
    assert slots and torch.equal(batch.ids[originals(batch)], before.ids[originals(before)])  # the sentences stay in the clear
    for row, cell in slots:
        own = (batch.sentence[row] == batch.sentence[row, cell]) & (batch.role[row] == TOKEN)
        (hidden,) = (own & (batch.positions[row] == batch.positions[row, cell])).nonzero().flatten().tolist()
        assert batch.ids[row, cell] == world.layout.special.mask and batch.labels[row, cell] == batch.ids[row, hidden] != UNK
        assert batch.word[row, cell] == batch.word[row, hidden] and batch.side[row, cell] == batch.side[row, hidden]
    places = [(int(batch.sentence[row, cell]), int(batch.positions[row, cell])) for row, cell in slots]
    assert len(set(places)) == len(places)


def test_every_sentence_has_its_share_of_slots_as_far_as_it_has_words(world):
    batch = world.batch
    for number in range(len(batch.pair)):
        own = batch.sentence == number
        words = int((own & (batch.role == TOKEN)).sum())
        known = int((own & (batch.role == TOKEN) & (batch.ids != UNK)).sum())
        assert (own & (batch.role == SLOT)).sum() == min(known, max(1, round(0.3 * words)))


def test_slots_alone_are_asked(world):
    batch = world.batch
    assert torch.equal(batch.labels != IGNORED, batch.role == SLOT) and batch.total == (batch.role == SLOT).sum()
    cells, labels = batch.asked()
    assert len(cells) == len(labels) and (labels != IGNORED).sum() == batch.total <= batch.most_labels


def test_a_slot_that_found_no_token_is_padding(world):
    batch, before = world.batch, unpacked(world.layout)
    empty = (before.role == SLOT) & (batch.role != SLOT)
    assert empty.sum() == 1 and (batch.role[empty] == PADDING).all() and (batch.ids[empty] == world.layout.special.pad).all()
    assert (batch.sentence[empty] == -1).all() and (batch.labels[empty] == IGNORED).all()


# ------------------------------------------------------------------------------------------------------------------- graph


def asked_by_block(rule, batch):
    row, cell = torch.arange(len(batch.ids)), torch.arange(batch.ids.shape[1])
    return block(rule, batch).mask_mod(row[:, None, None], 0, cell[:, None], cell)


REALISATIONS = {
    "dense": lambda rule, batch: dense(rule, batch)[:, 0],
    "additive": lambda rule, batch: additive(rule, batch, torch.float64)[:, 0] == 0,
    "block": asked_by_block,
}


@pytest.mark.parametrize("realisation", REALISATIONS)
def test_over_any_number_of_layers_a_slot_is_reached_by_the_other_sentence_and_not_by_its_own(world, realisation):
    batch = world.batch
    reaches = REALISATIONS[realisation](SLOTS, batch)
    for _ in range(6):  # paths of up to 64 steps
        reaches = (reaches.float() @ reaches.float()) > 0
    for row, cell in (batch.role == SLOT).nonzero().tolist():
        of_pair = batch.pair_of_cell[row] == batch.pair_of_cell[row, cell]
        other = originals(batch)[row] & of_pair & (batch.side[row] != batch.side[row, cell])
        slots = (batch.role[row] == SLOT) & of_pair & (batch.side[row] == batch.side[row, cell])
        assert other.any() and torch.equal(reaches[row, cell], other | slots)


# --------------------------------------------------------------------------------------------------------- values, gradients


def stock_logits(world, batch):
    """`dense`, by transformers' own attention."""
    return world.plain(input_ids=batch.ids, position_ids=batch.positions, attention_mask=dense(SLOTS, batch)).logits


def our_logits(world, batch):
    """`additive`, as the training on a CPU does it."""
    return world.encoder.token_logits(world.encoder(batch, SLOTS))


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
        slots = (batch.role == SLOT) & (batch.side == side)
        assert torch.equal(logits(world, changed(batch, own, side))[slots], before[slots])
        row, cell = (other & (batch.role == TOKEN)).nonzero()[5].tolist()
        one = torch.zeros_like(own)
        one[row, cell] = True
        affected = ((logits(world, changed(batch, one, side)) - before).abs() > 1e-9).any(-1)
        assert torch.equal(affected & slots, slots & (batch.pair_of_cell == batch.pair_of_cell[row, cell]))


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_all_realisations_give_the_same_guesses(world):
    batch = world.batch
    stock, ours, flex = (logits(world, batch)[batch.role == SLOT] for logits in LOGITS.values())
    assert (stock - ours).abs().max() < 1e-10 and (stock - flex).abs().max() < 1e-10


@pytest.mark.parametrize("realisation", ["dense", "additive"])
def test_own_words_get_no_gradient_from_their_slots(world, realisation):
    batch, embedded = world.batch, []
    model = world.plain if realisation == "dense" else world.encoder.model
    handle = model.base_model.embeddings.register_forward_hook(lambda module, given, states: embedded.append(states))
    found = LOGITS[realisation](world, batch)
    handle.remove()
    for side in (0, 1):
        slots = (batch.role == SLOT) & (batch.side == side)
        (gradient,) = torch.autograd.grad(found[slots].square().sum(), embedded[0], retain_graph=True)
        strength = gradient.abs().sum(-1)
        assert (strength[originals(batch) & (batch.side == side)] == 0).all()
        seen = originals(batch) & (batch.side != side) & torch.isin(batch.pair_of_cell, batch.pair_of_cell[slots])
        assert (strength[seen] > 0).all()


def test_a_sentence_is_encoded_as_if_it_were_alone(world):
    batch = world.batch
    states = world.encoder.all_states(batch, SLOTS)
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
