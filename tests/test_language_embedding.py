"""The vector of a language: nothing at first, then learnt where it is asked for, by whoever shares it."""

from dataclasses import replace

import pytest
import torch

from isogloss.batch import MASKED, SLOT, TOKEN, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.errors import IsoglossError
from isogloss.language_embedding import LanguageEmbedding
from isogloss.objectives.btmlm import BTMLM
from isogloss.objectives.camlm import CAMLM
from isogloss.objectives.contract import Setup
from isogloss.objectives.tlm import TLM
from packed import LANGUAGES, batch_of
from toy import ENCODER

PAIRS = [([10, 11, 12, 13, 14, 15], [50, 51, 52, 53]), ([16, 17, 18], [54, 55, 56, 57, 58])] * 3
CASES = {
    "tlm-all": (TLM, {"language_embedding": "all"}),
    "camlm-asked": (CAMLM, {"language_embedding": "asked"}),
    "camlm-all": (CAMLM, {"language_embedding": "all"}),
    "camlm-in_place": (CAMLM, {"variant": "in_place", "language_embedding": "asked"}),
    "btmlm-asked": (BTMLM, {"language_embedding": "asked", "start": 0.0}),
    "btmlm-all": (BTMLM, {"language_embedding": "all", "start": 0.0}),
}


@pytest.fixture
def setup(tokenizer):
    torch.manual_seed(0)
    model = new_model(ENCODER | {"dropout": 0.0}, tokenizer).double()
    embedding = LanguageEmbedding(len(LANGUAGES), ENCODER["width"]).double()
    return Setup(TransformersEncoder(model), SpecialIds.of(tokenizer), LANGUAGES, [(0, 1)], embedding)


def prepared(setup, cls, **options):
    """(objective, batch): of the same cells and words whatever `language_embedding` is."""
    objective = cls(rate=0.4, **options)
    objective.build(setup)
    layout = objective.layout(Layout(setup.special, 32, 48, first_position(setup.encoder.model.config)))
    examples = [(x,) for x, _ in PAIRS] if cls is BTMLM else PAIRS
    return objective.double(), objective.prepare(batch_of(examples, layout), setup.special, (0, "test"))


def noise(setup):
    with torch.no_grad():
        setup.embedding.weight.normal_()


@pytest.mark.parametrize(("cls", "options"), CASES.values(), ids=CASES)
def test_it_changes_nothing_until_it_is_learnt(setup, cls, options):
    objective, batch = prepared(setup, cls, **options)
    without, same = prepared(setup, cls, **{**options, "language_embedding": "none"})
    assert torch.equal(batch.ids, same.ids) and not list(without.parameters())
    loss = objective(setup.encoder, batch)[0]
    assert loss == without(setup.encoder, same)[0]
    noise(setup)
    assert objective(setup.encoder, batch)[0] != loss == without(setup.encoder, same)[0]


@pytest.mark.parametrize(("cls", "options"), CASES.values(), ids=CASES)
def test_every_language_of_the_batch_that_is_asked_for_learns_its_own(setup, cls, options):
    objective, batch = prepared(setup, cls, **options)
    objective(setup.encoder, batch)[0].backward()
    learning = setup.embedding.weight.grad.abs().sum(1) > 0
    of_slots_alone = cls is BTMLM and options["language_embedding"] == "asked"  # all in the one language that the sentences are not in
    assert learning.tolist() == ([False, True] if of_slots_alone else [True, True])


def test_all_objectives_share_one_table(setup):
    objectives = [prepared(setup, cls, **options)[0] for cls, options in CASES.values()]
    assert {id(parameter) for objective in objectives for parameter in objective.parameters()} == {id(setup.embedding.weight)}


def test_where_it_is_added(setup):
    _, batch = prepared(setup, CAMLM)
    _, in_place = prepared(setup, CAMLM, variant="in_place")
    noise(setup)
    assert setup.embedding.added(batch, "none") is None
    for given in (batch, in_place):
        asked = (given.role == SLOT) | (given.role == MASKED)
        for where, cells in (("asked", asked), ("all", given.language >= 0)):
            expected = torch.zeros(*given.ids.shape, setup.encoder.width, dtype=torch.float64)
            for row, cell in cells.nonzero().tolist():
                expected[row, cell] = setup.embedding.weight[given.language[row, cell]]
            assert asked.any() and torch.equal(setup.embedding.added(given, where), expected)


def test_text_in_the_clear_is_read_as_the_published_encoder_reads_it(setup):
    """That has no vectors of languages: with `asked` a sentence's states are the same without them."""
    objective, batch = prepared(setup, CAMLM)
    noise(setup)
    in_clear = batch.role != SLOT
    plain, ours, everywhere = (
        setup.encoder(batch, objective.rule, setup.embedding.added(batch, where)) for where in ("none", "asked", "all")
    )
    assert torch.equal(ours[in_clear], plain[in_clear]) and not torch.allclose(everywhere[in_clear], plain[in_clear])


def test_after_one_step_of_camlm_the_guess_depends_on_the_language_that_is_asked_for(setup):
    camlm, pairs = prepared(setup, CAMLM)
    btmlm, batch = prepared(setup, BTMLM, start=0.0)
    guesses = []
    for _ in range(2):
        for language in (0, 1):
            slots, in_clear = batch.role == SLOT, torch.where(batch.role == MASKED, TOKEN, batch.role)
            asked = replace(batch, ids=batch.clean, role=in_clear, language=torch.where(slots, language, batch.language))
            with torch.no_grad():
                states = setup.encoder(asked, camlm.rule, setup.embedding.added(asked, btmlm.where))
            guesses.append(setup.encoder.token_logits(states[slots]))
        loss, _ = camlm(setup.encoder, pairs)
        loss.backward()
        torch.optim.AdamW([*setup.encoder.parameters(), setup.embedding.weight], lr=0.1).step()
    assert torch.equal(guesses[0], guesses[1]) and not torch.allclose(guesses[2], guesses[3])
    assert (guesses[2].argmax(1) != guesses[3].argmax(1)).any()


def test_xlm_restarts_positions_and_names_the_language_of_every_token(setup):
    objective, batch = prepared(setup, TLM, reset_positions=True, language_embedding="all")
    noise(setup)
    added = setup.embedding.added(batch, objective.where)
    start = first_position(setup.encoder.model.config)
    for pair in range(len(PAIRS)):
        sides = [torch.nonzero((batch.pair_of_cell == pair) & (batch.side == side), as_tuple=True) for side in (0, 1)]
        for where in sides:
            assert batch.positions[where].tolist() == list(range(start, start + len(where[0])))
            (language,) = batch.language[where].unique().tolist()
            assert (added[where] == setup.embedding.weight[language]).all()
        assert batch.language[sides[0]][0] != batch.language[sides[1]][0]


def test_tlm_has_no_vector_for_what_is_asked_alone():
    with pytest.raises(IsoglossError, match="tlm: language_embedding: asked. allowed: none, all"):
        TLM(language_embedding="asked")
