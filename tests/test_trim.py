"""Vocabulary trimming: for the ids that are kept nothing changes but the softmax's company, and afterwards everything is back."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    AutoModelForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    CamembertConfig,
    CamembertForMaskedLM,
    RobertaConfig,
    RobertaForMaskedLM,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
)

from isogloss import trim as trimming
from isogloss.attention import PAIRS
from isogloss.batch import IGNORED, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.errors import IsoglossError
from isogloss.objectives.camlm import CAMLM
from isogloss.objectives.tlm import TLM
from isogloss.rows import Rows
from isogloss.streams import Part, Stream
from isogloss.tokens import open_tokens
from isogloss.trim import trim, used_ids, used_in_texts
from isogloss.vocab import encode_plain
from toy import ENCODER, POISON, WORDS

V, LENGTH = 53, 7
SHAPE = {"vocab_size": V, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
SHAPE |= {"max_position_embeddings": 20, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
FAMILIES = {
    "bert": lambda **changes: BertForMaskedLM(BertConfig(**SHAPE, **changes)),
    "xlm-roberta": lambda **changes: XLMRobertaForMaskedLM(XLMRobertaConfig(**SHAPE, **changes)),
    "roberta": lambda **changes: RobertaForMaskedLM(RobertaConfig(**SHAPE, **changes)),
    "camembert": lambda **changes: CamembertForMaskedLM(CamembertConfig(**SHAPE, bos_token_id=5, eos_token_id=6, **changes)),
}
SETS = st.one_of(st.just(set(range(V))), st.just(set()), st.sets(st.integers(0, V - 1)))  # empty: what the config names, no more


def model_of(family, **changes):
    """In float64, with noise on every weight: biases that are not zero, a padding row that is not."""
    torch.manual_seed(0)
    model = FAMILIES[family](**changes).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the matrices are too small to share
    yield
    torch.set_num_threads(threads)


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


def tensor(ids):
    return torch.from_numpy(ids).long()


def ids_of(pool, seed=0, rows=3):
    return np.random.default_rng(seed).choice(pool, (rows, LENGTH))


def snapshot(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one, two):
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def vocabulary_places(model):
    """The names under which there is a row for each id."""
    rows = model.config.vocab_size
    return {name for name, value in model.state_dict().items() if len(value) == rows and name.endswith(("word_embeddings.weight", "bias"))}


# ------------------------------------------------------------------------------------------------------------------- exactness


@settings(max_examples=40)
@given(family=st.sampled_from(sorted(FAMILIES)), wanted=SETS, multiple=st.sampled_from([1, 8, 64]), seed=st.integers(0, 2**32 - 1))
def test_kept_ids_have_the_same_states_and_logits_and_a_loss_without_the_removed_columns(family, wanted, multiple, seed):
    full = model_of(family)
    model, before = copy.deepcopy(full), snapshot(full)
    trimmed = trim(model, np.array(sorted(wanted), int), multiple)
    kept, removed = trimmed.kept, np.setdiff1d(np.arange(V), trimmed.kept)
    assert wanted <= set(kept.tolist()) and (len(kept) % multiple == 0 or len(kept) == V)
    ids, labels = ids_of(kept, seed), ids_of(kept, seed + 1)
    small_ids, small_labels = (tensor(trimmed.small(given)) for given in (ids, labels))
    with torch.no_grad():  # a plain call: RoBERTa counts its positions from the padding id
        expected = full(tensor(ids), output_hidden_states=True)
        given = model(small_ids, labels=small_labels, output_hidden_states=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(given.hidden_states, expected.hidden_states, strict=True))
    assert given.logits.shape[-1] == len(kept) and (given.logits - expected.logits[..., kept]).abs().max() < 1e-12
    loss = torch.nn.functional.cross_entropy(expected.logits.flatten(0, 1), tensor(labels).flatten())
    mass = expected.logits[..., removed].logsumexp(-1) - expected.logits[..., kept].logsumexp(-1)
    assert (loss - given.loss - torch.nn.functional.softplus(mass).mean()).abs() < 1e-12
    trimmed.restore()
    assert same(snapshot(model), before) and model.config.to_dict() == full.config.to_dict()


def test_training_is_that_of_the_full_model_with_a_softmax_over_the_kept_ids(family):
    reference, model = model_of(family), model_of(family)
    before = snapshot(model)
    trimmed = trim(model, np.arange(1, V, 2), 1)
    kept = trimmed.kept
    ids, labels = ids_of(kept, rows=8), tensor(trimmed.small(ids_of(kept, 1, rows=8)))
    optimizers = [torch.optim.SGD(m.parameters(), lr=0.5, momentum=0.9) for m in (reference, model)]
    for _ in range(3):
        for optimizer in optimizers:
            optimizer.zero_grad()
        columns = reference(tensor(ids)).logits[..., kept]
        torch.nn.functional.cross_entropy(columns.flatten(0, 1), labels.flatten()).backward()
        model(tensor(trimmed.small(ids)), labels=labels).loss.backward()
        for optimizer in optimizers:
            optimizer.step()
    trimmed.restore()
    trained, expected = snapshot(model), snapshot(reference)
    assert max((trained[name] - expected[name]).abs().max() for name in expected) < 1e-12
    assert not torch.equal(trained[min(vocabulary_places(model))], before[min(vocabulary_places(model))])


def test_restored_rows_are_the_trained_ones_and_the_others_bit_for_bit_the_old_ones(family):
    model = model_of(family)
    before = snapshot(model)
    trimmed = trim(model, np.arange(10, 40), 1)
    kept, removed = trimmed.kept, np.setdiff1d(np.arange(V), trimmed.kept)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    model(tensor(trimmed.small(ids_of(kept))), labels=tensor(trimmed.small(ids_of(kept, 1)))).loss.backward()
    optimizer.step()
    trained = snapshot(model)
    trimmed.restore()
    after, places = snapshot(model), vocabulary_places(model)
    assert len(places) >= 2
    for name, value in after.items():
        if name in places:
            assert torch.equal(value[kept], trained[name]) and torch.equal(value[removed], before[name][removed])
            assert not torch.equal(value[kept], before[name][kept])
        elif len(value) != V:
            assert torch.equal(value, trained[name])


# ------------------------------------------------------------------------------------------------------------ ties and memory


def test_tied_weights_stay_one_parameter_and_come_back_as_the_parameters_they_were(family):
    model = model_of(family)
    before = dict(model.named_parameters(remove_duplicate=False))
    storage = model.get_input_embeddings().weight.data_ptr()
    trimmed = trim(model, np.arange(9), 1)
    embedding, decoder, during = model.get_input_embeddings(), model.get_output_embeddings(), dict(model.named_parameters())
    assert decoder.weight is embedding.weight and decoder.bias is not None
    assert embedding.weight.shape == (len(trimmed.kept), 8) and decoder.bias.shape == (len(trimmed.kept),)
    assert (embedding.num_embeddings, decoder.out_features) == (len(trimmed.kept), len(trimmed.kept))
    assert not [name for name, value in during.items() if V in value.shape], "nothing of the full size is left to train"
    trimmed.restore()
    after = dict(model.named_parameters(remove_duplicate=False))
    assert after.keys() == before.keys() and all(after[name] is before[name] for name in before)
    assert model.get_input_embeddings().weight.data_ptr() == storage, "the table is neither copied nor written anew"
    assert (embedding.num_embeddings, decoder.out_features) == (V, V)


def test_untied_weights_are_trimmed_each_for_itself(family):
    full, model = model_of(family, tie_word_embeddings=False), model_of(family, tie_word_embeddings=False)
    assert model.get_output_embeddings().weight is not model.get_input_embeddings().weight
    trimmed, before = trim(model, np.arange(20, 45), 1), snapshot(full)
    ids = ids_of(trimmed.kept)
    with torch.no_grad():
        difference = model(tensor(trimmed.small(ids))).logits - full(tensor(ids)).logits[..., trimmed.kept]
    assert difference.abs().max() < 1e-12
    trimmed.restore()
    assert same(snapshot(model), before) and model.get_output_embeddings().weight is not model.get_input_embeddings().weight


def test_a_model_that_is_cast_meanwhile_comes_back_in_one_type(family):
    model = model_of(family)
    before = snapshot(model)
    trimmed = trim(model, np.arange(9))
    model.float()
    trimmed.restore()
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert all(torch.equal(value, before[name].to(value.dtype)) for name, value in model.state_dict().items())


def test_a_resumed_training_needs_nothing_but_the_state_of_the_model(family):
    model, resumed = model_of(family), model_of(family)
    trimmed = trim(model, np.arange(0, V, 3))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    again = trim(resumed, np.arange(0, V, 3))
    resumed.load_state_dict(model.state_dict())
    trimmed.restore()
    again.restore()
    assert same(snapshot(model), snapshot(resumed))


def test_restoring_twice_is_restoring_once(family):
    model = model_of(family)
    trimmed = trim(model, np.arange(9))
    trimmed.restore()
    with torch.no_grad():
        model.get_input_embeddings().weight.zero_()
    trimmed.restore()
    assert not model.get_input_embeddings().weight.any() and model.config.vocab_size == V


# ------------------------------------------------------------------------------------------------------------------- special ids


def test_the_padding_id_keeps_its_place_and_the_other_special_ids_are_renamed(family):
    model = model_of(family)
    config = copy.deepcopy(model.config)
    trimmed = trim(model, np.arange(30, 40), 1)
    embedding = model.get_input_embeddings()
    assert first_position(model.config) == first_position(config)
    assert model.config.pad_token_id == config.pad_token_id == embedding.padding_idx and model.config.vocab_size == len(trimmed.kept)
    for key in ("bos_token_id", "eos_token_id"):
        if (there := getattr(config, key)) is not None:
            assert trimmed.kept[getattr(model.config, key)] == there
    assert trimmed.to_small[config.pad_token_id] == config.pad_token_id
    assert np.array_equal(np.flatnonzero(trimmed.to_small >= 0), trimmed.kept)
    assert np.array_equal(trimmed.kept[trimmed.to_small[trimmed.kept]], trimmed.kept)


def test_rows_are_filled_up_with_the_lowest_other_ids():
    model = model_of("camembert")  # it names 1, 5 and 6; padding is 1, so 0 stays, too
    assert trim(model, np.array([20, 50]), 8).kept.tolist() == [0, 1, 2, 3, 5, 6, 20, 50]


def test_a_config_that_names_an_id_beyond_the_table_is_left_alone():
    model = model_of("bert", eos_token_id=V + 5)
    trimmed = trim(model, np.arange(4))
    assert model.config.eos_token_id == V + 5
    trimmed.restore()
    assert model.config.eos_token_id == V + 5


# ----------------------------------------------------------------------------------------------------------------- publishing


def test_the_restored_model_is_saved_and_loaded_like_any_other(family, tmp_path):
    model = model_of(family)
    model.save_pretrained(tmp_path / "before")
    trimmed = trim(model, np.arange(9))
    with torch.no_grad():
        model.get_input_embeddings().weight.add_(1)
    trimmed.restore()
    model.save_pretrained(tmp_path / "after")
    files = {directory: sorted(path.name for path in (tmp_path / directory).iterdir()) for directory in ("before", "after")}
    assert files["before"] == files["after"]
    assert (tmp_path / "before/config.json").read_text() == (tmp_path / "after/config.json").read_text()
    loaded, report = AutoModelForMaskedLM.from_pretrained(tmp_path / "after", dtype=torch.float64, output_loading_info=True)
    assert not any(report.values()), report
    assert same(loaded.state_dict(), model.state_dict()) and loaded.config.vocab_size == V
    assert loaded.get_output_embeddings().weight is loaded.get_input_embeddings().weight


# ------------------------------------------------------------------------------------------------------------------- used ids


def stores_of(toy):
    paths = [*toy.mono().values(), *toy.bitext().values()]
    return [store for path in paths for store in open_tokens(path)]


@pytest.mark.parametrize("block", [7, 1 << 20])
def test_used_ids_are_those_that_a_reader_of_all_sentences_sees(toy, tokenizer, monkeypatch, block):
    monkeypatch.setattr(trimming, "BLOCK", block)
    stores = stores_of(toy)[:1]
    seen = {int(token) for store in stores for k in range(len(store)) for token in store[k][0]}
    free = max(set(range(len(tokenizer))) - seen - set(tokenizer.all_special_ids))
    assert used_ids(stores, tokenizer).tolist() == sorted(seen | set(tokenizer.all_special_ids))
    assert used_ids(stores, tokenizer, extra=[free]).tolist() == sorted(seen | set(tokenizer.all_special_ids) | {free})
    assert used_ids([], tokenizer).tolist() == sorted(tokenizer.all_special_ids)


def test_an_id_that_the_tokenizer_does_not_have_is_refused(toy, tokenizer):
    for wrong in (len(tokenizer), -1):
        with pytest.raises(IsoglossError, match=rf"extra ids: token id {wrong}\. the vocabulary has the ids 0 to 149"):
            used_ids([], tokenizer, extra=[3, wrong])

    class Smaller:
        all_special_ids = [0, 1]

        def __len__(self):
            return 20

    with pytest.raises(IsoglossError, match=r"tokens of \w+: token id \d+\. the vocabulary has the ids 0 to 19"):
        used_ids(stores_of(toy), Smaller())


def test_ids_used_in_texts_are_those_of_their_tokens(tokenizer, monkeypatch):
    monkeypatch.setattr(trimming, "CHUNK", 3)
    texts = [*POISON, *WORDS["en"], *WORDS["zh"]]
    seen = set()
    for text in texts:
        ((ids, _),) = encode_plain(tokenizer, [text])
        seen |= set(ids)
    assert used_in_texts(iter(texts), tokenizer).tolist() == sorted(seen)
    assert used_in_texts([], tokenizer).tolist() == []


# ------------------------------------------------------------------------------------------------------------------- in training


def test_an_id_that_was_not_kept_is_an_error_and_no_wrong_row():
    trimmed = trim(model_of("xlm-roberta"), np.array([*range(9), V - 1]), 1)  # V - 1 is where -1 would count to from the end
    for wrong in (10, V - 2, V, 70_000, -1, -100):
        with pytest.raises(IsoglossError, match=rf"token id {wrong} was not kept\. 10 of 53 ids were"):
            trimmed.small(np.array([3, wrong, 4]))
    for dtype in (np.uint16, np.uint32, np.int64):
        assert trimmed.small(np.array([3, 0], dtype)).tolist() == [3, 0] and trimmed.small(np.array([], dtype)).tolist() == []


def test_an_id_that_the_model_does_not_have_cannot_be_kept():
    with pytest.raises(IsoglossError, match=r"ids to keep: token id 53\. the vocabulary has the ids 0 to 52"):
        trim(model_of("bert"), np.array([1, 53]))


def test_a_store_is_read_in_small_ids_whichever_way_it_is_read(toy, tokenizer):
    torch.manual_seed(0)
    (store,) = open_tokens(toy.mono()["zh"])
    ids = np.array(store.ids)
    trimmed = trim(new_model(ENCODER, tokenizer), used_ids([store], tokenizer), 1)
    (small,) = trimmed.stores([store])
    assert len(trimmed.kept) < len(tokenizer) and len(small) == len(store) and len(small.ids) == len(ids)
    assert np.array_equal(trimmed.kept[np.asarray(small.ids)], ids) and np.asarray(small.ids, np.int64).dtype == np.int64
    assert np.array_equal(trimmed.kept[small.ids[[5, 2, 9]]], ids[[5, 2, 9]])
    assert all(np.array_equal(trimmed.kept[small[k][0]], store[k][0]) for k in range(len(store)))
    assert np.array_equal(store.ids, ids) and np.array_equal(small.words, store.words), "the store itself is as it was"


def test_a_store_with_an_id_that_was_not_kept_cannot_be_read(toy, tokenizer):
    german, chinese = (open_tokens(toy.mono()[language])[0] for language in ("de", "zh"))
    (small,) = trim(new_model(ENCODER, tokenizer), used_ids([german], tokenizer), 1).stores([chinese])
    with pytest.raises(IsoglossError, match=r"token id \d+ was not kept.*every token store that is read"):
        np.asarray(small.ids)


class World:
    """A model of the toy vocab; its copy, trimmed to the ids of one bitext; and the same rows in full and in small ids."""

    def __init__(self, architecture, toy, tokenizer):
        torch.manual_seed(0)
        self.full = new_model(ENCODER | {"architecture": architecture, "dropout": 0.0}, tokenizer).double().eval()
        self.model = copy.deepcopy(self.full)
        stores = open_tokens(toy.bitext()["en-zh"])
        self.trimmed = trim(self.model, used_ids(stores, tokenizer), 1)
        self.special = SpecialIds.of(tokenizer)
        self.small_special = self.trimmed.special(self.special)
        self.parts, self.small_parts = [Part("en-zh", stores)], [Part("en-zh", self.trimmed.stores(stores))]

    def batches(self, objective, parts, special, count):
        layout = objective.layout(Layout(special, 32, 64, first_position(self.model.config)))
        stream = Stream(parts, layout=layout, batch_rows=8, alpha=0.5, seed=0)
        rows = Rows(parts, layout, ["en", "zh"], torch.device("cpu"), 0)
        for step in range(count):
            yield objective.prepare(rows.batch(stream.next_batch()), special, (0, step))


@pytest.fixture(params=["bert", "xlm-roberta"])
def world(request, toy, tokenizer):
    return World(request.param, toy, tokenizer)


@pytest.mark.parametrize("objective", [TLM(random=0.0), CAMLM()], ids=["tlm", "camlm"])
def test_an_objective_asks_the_same_of_the_trimmed_model(world, objective):
    ((one,), (two,)) = (
        world.batches(objective, parts, special, 1)
        for parts, special in ((world.parts, world.special), (world.small_parts, world.small_special))
    )
    assert len(world.trimmed.kept) < world.special.vocab_size
    for field in ("positions", "sentence", "side", "role", "language", "word", "key"):
        assert torch.equal(getattr(one, field), getattr(two, field)), field
    (cells, labels), (small_cells, small_labels) = one.asked(), two.asked()
    real = labels != IGNORED
    assert np.array_equal(world.trimmed.kept[two.ids], one.ids)
    assert real.any() and torch.equal(cells, small_cells) and torch.equal(real, small_labels != IGNORED)
    assert np.array_equal(world.trimmed.kept[small_labels[real]], labels[real])
    with torch.no_grad():
        states = [TransformersEncoder(model)(batch, PAIRS) for model, batch in ((world.full, one), (world.model, two))]
    assert torch.equal(*states)


def test_random_replacements_are_drawn_from_the_kept_ids_and_are_never_special(world):
    kept, special = world.trimmed.kept, world.small_special
    assert kept[list(special.all_special)].tolist() == list(world.special.all_special) and special.vocab_size == len(kept)
    drawn, objective = set(), TLM(rate=1.0, keep=0.0, random=1.0)
    for batch in world.batches(objective, world.small_parts, special, 10):
        drawn |= set(batch.ids[batch.labels != IGNORED].tolist())
    assert drawn == set(range(len(kept))) - set(special.all_special)


def test_the_trimmed_model_learns_and_the_tokenizer_is_untouched(world, tokenizer):
    before, kept = tokenizer.backend_tokenizer.to_str(), world.trimmed.kept
    objective, encoder = TLM(), TransformersEncoder(world.model)
    optimizer = torch.optim.AdamW(world.model.parameters(), lr=1e-2)
    losses = []
    for batch in world.batches(objective, world.small_parts, world.small_special, 20):
        loss, _ = objective(encoder, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    world.trimmed.restore()
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) - 0.5
    removed = np.setdiff1d(np.arange(len(tokenizer)), kept)
    trained, old = (model.get_input_embeddings().weight for model in (world.model, world.full))
    assert torch.equal(trained[removed], old[removed]) and not torch.isclose(trained[kept], old[kept]).all(1).any()
    assert tokenizer.backend_tokenizer.to_str() == before
