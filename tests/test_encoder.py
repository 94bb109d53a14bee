"""The encoder: plain transformers models from scratch or from a checkpoint, alone the same as in a batch, and no code from strangers."""

import json
import os
import shutil

import pytest
import torch

from isogloss.batch import Layout, SpecialIds, lay_out
from isogloss.encoder import TransformersEncoder, first_position, load_bare_model, load_model, load_tagger, new_model, place
from isogloss.errors import IsoglossError
from isogloss.streams import Part
from isogloss.tokens import open_tokens
from isogloss.vocab import copy_tokenizer
from toy import ENCODER, outside

ARCHITECTURES = ("bert", "xlm-roberta")
PLAIN = """
import sys, torch
from safetensors.torch import save_file
from transformers import AutoModelForMaskedLM, AutoTokenizer
texts = ["the big dog runs .", "狗跑。", "der hund <mask> nicht", ""]
for name in sys.argv[2:]:
    model, tokenizer = (kind.from_pretrained(f"{sys.argv[1]}/{name}") for kind in (AutoModelForMaskedLM, AutoTokenizer))
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        logits = model.eval()(batch.input_ids, batch.attention_mask).logits
    save_file({"ids": batch.input_ids, "mask": batch.attention_mask, "logits": logits}, f"{sys.argv[1]}/{name}.safetensors")
"""


@pytest.fixture(params=ARCHITECTURES)
def architecture(request):
    return request.param


def fresh(tokenizer, architecture="xlm-roberta", **changes):
    torch.manual_seed(0)
    return new_model(ENCODER | {"architecture": architecture} | changes, tokenizer)


def checkpoint(directory, model):
    """A strange checkpoint: saved by transformers, not by us; with noise on every weight, so that a forgotten one shows."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    model.save_pretrained(directory)
    return directory


def rows(toy, tokenizer, model, count=6):
    part = Part("en", open_tokens(toy.mono()["en"]))
    return lay_out([part.example(row) for row in range(count)], Layout(SpecialIds.of(tokenizer), 32, first_position(model.config)))


# ---------------------------------------------------------------------------------------------------------------- from scratch


def test_a_new_model_has_the_shape_asked_for(tokenizer, architecture):
    model = fresh(tokenizer, architecture)
    config = model.config
    start = {"bert": 0, "xlm-roberta": 2}[architecture]
    assert config.model_type == architecture and first_position(config) == start
    assert (config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.intermediate_size) == (2, 32, 2, 64)
    assert config.max_position_embeddings == 32 + start and config.vocab_size == len(tokenizer) and config.pad_token_id == 1
    assert config.hidden_dropout_prob == config.attention_probs_dropout_prob == 0.1
    matrices = torch.cat([parameter.flatten() for name, parameter in model.named_parameters() if parameter.ndim > 1])
    assert matrices.std().item() == pytest.approx(0.02, rel=0.05) and abs(matrices.mean().item()) < 1e-3
    decoder = model.get_output_embeddings().weight
    assert decoder is model.get_input_embeddings().weight


def test_initial_weights_follow_from_the_seed(tokenizer, architecture):
    one, two = (fresh(tokenizer, architecture).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


# ------------------------------------------------------------------------------------------------------------------- states


def test_padding_does_not_change_states(toy, tokenizer, architecture):
    model = fresh(tokenizer, architecture).double().eval()
    encoder, batch = TransformersEncoder(model), rows(toy, tokenizer, model)
    assert len({int((segment >= 0).sum()) for segment in batch.segment}) > 1
    together = encoder(batch)
    for k in range(len(batch.ids)):
        alone = lay_out(
            [Part("en", open_tokens(toy.mono()["en"])).example(k)], Layout(SpecialIds.of(tokenizer), 32, first_position(model.config))
        )
        assert (encoder(alone)[0] - together[k, : alone.ids.shape[1]]).abs().max() < 1e-6


def test_all_states_start_with_the_embeddings_and_end_with_the_last_layer(toy, tokenizer, architecture):
    model = fresh(tokenizer, architecture).eval()
    encoder, batch = TransformersEncoder(model), rows(toy, tokenizer, model)
    states = encoder.all_states(batch)
    embedded = model.base_model.embeddings(input_ids=batch.ids, position_ids=batch.positions)
    assert len(states) == 3 and torch.equal(states[-1], encoder(batch)) and torch.allclose(states[0], embedded)


def test_logits_at_our_positions_are_those_of_a_plain_call(toy, tokenizer, architecture):
    model = fresh(tokenizer, architecture).double().eval()
    encoder, batch = TransformersEncoder(model), rows(toy, tokenizer, model)
    present = (batch.segment >= 0).long()
    plain = model(input_ids=batch.ids, attention_mask=present).logits
    ours = encoder.token_logits(encoder(batch))
    assert (plain - ours)[present.bool()].abs().max() < 1e-10


def test_both_attentions_give_the_same_states(toy, tokenizer, architecture):
    model = fresh(tokenizer, architecture).double().eval()
    encoder, batch = TransformersEncoder(model), rows(toy, tokenizer, model)
    model.set_attn_implementation("sdpa")
    fused = encoder(batch)
    place(model, torch.device("cpu"))
    assert model.config._attn_implementation == "eager"
    present = batch.segment >= 0
    assert (fused - encoder(batch))[present].abs().max() < 1e-9


def test_a_published_config_names_no_attention(trained):
    config = json.loads((trained / "config.json").read_text())
    assert not [key for key in config if "attn" in key] and config["dtype"] == "float32"


# -------------------------------------------------------------------------------------------------------------- checkpoints


def test_a_checkpoint_is_loaded_whole(toy, tokenizer, architecture, tmp_path):
    theirs = fresh(tokenizer, architecture)
    checkpoint(tmp_path / "theirs", theirs)
    ours = load_model(tmp_path / "theirs", ENCODER | {"dropout": 0.3}, tokenizer)
    assert all(torch.equal(value, ours.state_dict()[name]) for name, value in theirs.state_dict().items())
    assert ours.config.hidden_dropout_prob == ours.config.attention_probs_dropout_prob == 0.3
    assert {module.p for module in ours.modules() if isinstance(module, torch.nn.Dropout)} == {0.3}
    assert ours.get_output_embeddings().weight is ours.get_input_embeddings().weight


def test_a_half_precision_checkpoint_is_trained_in_fp32(tokenizer, tmp_path):
    fresh(tokenizer).half().save_pretrained(tmp_path / "theirs")
    assert {parameter.dtype for parameter in load_model(tmp_path / "theirs", ENCODER, tokenizer).parameters()} == {torch.float32}


def test_a_longer_row_than_the_checkpoint_has_positions_for_is_refused(tokenizer, architecture, tmp_path):
    checkpoint(tmp_path / "theirs", fresh(tokenizer, architecture))
    assert load_model(tmp_path / "theirs", ENCODER | {"max_length": 32}, tokenizer)
    with pytest.raises(IsoglossError, match=r"positions for 32 tokens\. encoder.max_length is 33"):
        load_model(tmp_path / "theirs", ENCODER | {"max_length": 33}, tokenizer)


def test_a_checkpoint_with_fewer_tokens_than_the_vocab_is_refused(tokenizer, architecture, tmp_path):
    model = fresh(tokenizer, architecture)
    model.resize_token_embeddings(len(tokenizer) - 1)
    checkpoint(tmp_path / "theirs", model)
    with pytest.raises(IsoglossError, match=r"knows 149 tokens\. the vocab has 150"):
        load_model(tmp_path / "theirs", ENCODER, tokenizer)


def test_a_model_of_another_family_is_refused(tokenizer, tmp_path):
    from transformers import DistilBertConfig, DistilBertForMaskedLM

    DistilBertForMaskedLM(DistilBertConfig(vocab_size=100, dim=32, n_layers=1, n_heads=2, hidden_dim=64)).save_pretrained(
        tmp_path / "theirs"
    )
    with pytest.raises(IsoglossError, match=r"distilbert model.*allowed: bert, xlm-roberta"):
        load_model(tmp_path / "theirs", ENCODER, tokenizer)


def test_missing_weights_are_refused(tokenizer, architecture, tmp_path):
    from transformers import AutoModel

    checkpoint(tmp_path / "theirs", AutoModel.from_config(fresh(tokenizer, architecture).config))  # an encoder without the head
    with pytest.raises(IsoglossError, match="lacks .*all weights of a masked language model"):
        load_model(tmp_path / "theirs", ENCODER, tokenizer)


@pytest.mark.parametrize("damage", ["no directory", "no weights", "cut weights", "cut config", "other shapes"])
def test_a_damaged_checkpoint_is_a_clear_error(tokenizer, tmp_path, damage):
    theirs = tmp_path / "theirs"
    checkpoint(theirs, fresh(tokenizer))
    weights, config = theirs / "model.safetensors", theirs / "config.json"
    if damage == "no directory":
        shutil.rmtree(theirs)
    elif damage == "no weights":
        weights.unlink()
    elif damage == "cut weights":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "cut config":
        config.write_text(config.read_text()[:-20])
    else:
        config.write_text(json.dumps(json.loads(config.read_text()) | {"hidden_size": 64}))
    with pytest.raises(IsoglossError, match=r"cannot be loaded \("):
        load_model(theirs, ENCODER, tokenizer)


class Malicious:
    """Pickled, it runs a command when somebody unpickles it."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


@pytest.mark.parametrize(
    "disguise", [lambda model, evil: evil, lambda model, evil: {**model.state_dict(), "extra": evil}], ids=["bare", "among weights"]
)
def test_a_pickled_checkpoint_runs_no_code(tokenizer, tmp_path, disguise):
    theirs, marker = tmp_path / "theirs", tmp_path / "executed"
    model = fresh(tokenizer)
    model.save_pretrained(theirs)
    (theirs / "model.safetensors").unlink()
    torch.save(disguise(model, Malicious(marker)), theirs / "pytorch_model.bin")
    with pytest.raises(IsoglossError, match="cannot be loaded"):
        load_model(theirs, ENCODER, tokenizer)
    assert not marker.exists()
    torch.load(theirs / "pytorch_model.bin", weights_only=False)  # the bomb is live
    assert marker.exists()


def test_remote_code_is_not_run(tokenizer, tmp_path):
    theirs, marker = tmp_path / "theirs", tmp_path / "executed"
    checkpoint(theirs, fresh(tokenizer))
    config = json.loads((theirs / "config.json").read_text())
    config |= {"model_type": "strange", "auto_map": {"AutoConfig": "strange.Config", "AutoModelForMaskedLM": "strange.Model"}}
    (theirs / "config.json").write_text(json.dumps(config))
    (theirs / "strange.py").write_text(f"open({str(marker)!r}, 'w')\nclass Config: pass\nclass Model: pass\n")
    with pytest.raises(IsoglossError):
        load_model(theirs, ENCODER, tokenizer)
    assert not marker.exists()


# ---------------------------------------------------------------------------------------------------------------- published


def test_the_published_directory_alone_gives_our_logits(toy, tokenizer, tmp_path):
    from safetensors.torch import load_file

    models = {architecture: fresh(tokenizer, architecture).eval() for architecture in ARCHITECTURES}
    for architecture, model in models.items():
        copy_tokenizer(toy.vocab, checkpoint(tmp_path / architecture, model))
    outside(PLAIN, tmp_path, *models)
    for architecture, model in models.items():
        encoder, layout = TransformersEncoder(model), Layout(SpecialIds.of(tokenizer), 32, first_position(model.config))
        theirs = load_file(tmp_path / f"{architecture}.safetensors")
        for ids, mask, logits in zip(theirs["ids"], theirs["mask"].bool(), theirs["logits"], strict=True):
            row = lay_out([_sentence(ids[mask][1:-1])], layout)
            assert row.ids[0].tolist() == ids[mask].tolist()
            assert (encoder.token_logits(encoder(row))[0] - logits[mask]).abs().max() < 1e-5


def _sentence(ids):
    from isogloss.streams import Sentence

    return (Sentence(ids.numpy(), ids.numpy() * 0, "en"),)


# --------------------------------------------------------------------------------------------------------------------- heads


def test_a_tagger_starts_from_the_encoder_with_a_fresh_head(trained):
    bare, tagger = load_bare_model(trained), load_tagger(trained, ("A", "B", "C"), trained=False)
    shared = tagger.base_model.state_dict()
    assert all(torch.equal(value, shared[name]) for name, value in bare.state_dict().items() if not name.startswith("pooler"))
    assert tagger.classifier.weight.shape == (3, 32) and tagger.config.id2label == {0: "A", 1: "B", 2: "C"}


def test_an_untrained_head_is_refused_where_a_trained_one_is_expected(trained):
    with pytest.raises(IsoglossError, match="has no trained classifier"):
        load_tagger(trained, ("A", "B"), trained=True)
