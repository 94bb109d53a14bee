"""The encoder: plain transformers models from scratch or from a checkpoint, alone the same as in a batch, and no code from strangers."""

import copy
import json
import os
import shutil

import pytest
import torch

from isogloss.attention import PAIRS, SENTENCES, runs
from isogloss.batch import IGNORED, PADDING, ROUND, Layout, SpecialIds
from isogloss.encoder import TransformersEncoder, first_position, load_bare_model, load_model, load_tagger, new_model, place
from isogloss.errors import IsoglossError
from isogloss.masking import mask_tokens
from isogloss.vocab import copy_tokenizer
from packed import batch_of, padded, sequences
from test_attention import varlen_by_loops
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


EXAMPLES = [([*range(5, 5 + n)], [*range(60, 72 - n)]) for n in range(1, 12, 2)]


def rows(tokenizer, model, examples=EXAMPLES, **changes):
    return batch_of(examples, Layout(SpecialIds.of(tokenizer), 32, 40, first_position(model.config), **changes))


def twins(tokenizer, architecture, dtype=torch.float64):
    """(a model with noise on every weight, its copy with the attention that transformers chooses)."""
    model = fresh(tokenizer, architecture).to(dtype).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model, copy.deepcopy(model)


# ---------------------------------------------------------------------------------------------------------------- from scratch


def test_a_new_model_has_the_shape_asked_for(tokenizer, architecture):
    model = fresh(tokenizer, architecture)
    config = model.config
    start = {"bert": 0, "xlm-roberta": 2}[architecture]
    assert config.model_type == architecture and first_position(config) == start
    assert (config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.intermediate_size) == (2, 32, 2, 64)
    assert config.max_position_embeddings == 32 + start and config.vocab_size == len(tokenizer) and config.pad_token_id == 1
    assert config.hidden_dropout_prob == 0.1 and config.attention_probs_dropout_prob == 0.0
    matrices = torch.cat([parameter.flatten() for name, parameter in model.named_parameters() if parameter.ndim > 1])
    assert matrices.std().item() == pytest.approx(0.02, rel=0.05) and abs(matrices.mean().item()) < 1e-3
    decoder = model.get_output_embeddings().weight
    assert decoder is model.get_input_embeddings().weight


def test_initial_weights_follow_from_the_seed(tokenizer, architecture):
    one, two = (fresh(tokenizer, architecture).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


# ------------------------------------------------------------------------------------------------------------------- states


LAYOUTS = {
    "sentences": (SENTENCES, {"joint": False}),
    "pairs": (PAIRS, {}),
    "one separator": (PAIRS, {"separators": 1}),
    "reset": (PAIRS, {"reset_positions": True}),
}


@pytest.mark.parametrize("stock", ["sdpa", "eager"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("dtype", "atol"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_packed_rows_give_the_states_of_every_sequence_alone_in_transformers(tokenizer, architecture, dtype, atol, layout, stock):
    model, plain = twins(tokenizer, architecture, dtype)
    rule, changes = LAYOUTS[layout]
    batch = rows(tokenizer, model, **changes)
    plain.set_attn_implementation(stock)
    assert len(batch.ids) < len(EXAMPLES) and (batch.role == PADDING).any()
    ours, compared = TransformersEncoder(model).all_states(batch, rule), 0
    for where in sequences(batch, batch.sentence if rule is SENTENCES else batch.pair_of_cell):
        own = {"position_ids": batch.positions[where][None]} if layout == "reset" else {}  # else those that the model finds itself
        theirs = plain.base_model(input_ids=batch.ids[where][None], output_hidden_states=True, **own).hidden_states
        assert len(ours) == len(theirs) == 3
        assert all((one[where] - other[0]).abs().max() < atol for one, other in zip(ours, theirs, strict=True))
        compared += len(where[0])
    assert compared == batch.tokens


@pytest.mark.parametrize("rule", [SENTENCES, PAIRS], ids=lambda rule: rule.name)
def test_runs_reach_the_attention_through_transformers(tokenizer, architecture, rule, monkeypatch):
    """On a GPU the rows become runs for a kernel that a CPU has not: a loop stands in for it."""
    model = fresh(tokenizer, architecture).double().eval()
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model, joint=rule is PAIRS)
    masked = encoder(batch, rule)
    monkeypatch.setattr("isogloss.encoder.realised", lambda rule, batch, dtype: {"borders": runs(rule, batch)})
    monkeypatch.setattr("torch.nn.attention.varlen.varlen_attn", varlen_by_loops)
    assert (encoder(batch, rule) - masked).abs().max() < 1e-12


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_in_half_precision_is_near_the_cpu(tokenizer, architecture):
    model, _ = twins(tokenizer, architecture, torch.float32)
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model)
    exact, present = encoder(batch, PAIRS), batch.role != PADDING
    model.cuda()
    with torch.autocast("cuda", dtype=torch.bfloat16):
        half = encoder(batch.to(torch.device("cuda")), PAIRS).float().cpu()
    assert (half - exact)[present].abs().max() < 0.1


def test_all_states_start_with_the_embeddings_and_end_with_the_last_layer(tokenizer, architecture):
    model = fresh(tokenizer, architecture).eval()
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model)
    states = encoder.all_states(batch, PAIRS)
    embedded = model.base_model.embeddings(input_ids=batch.ids, position_ids=batch.positions)
    assert len(states) == 3 and torch.equal(states[-1], encoder(batch, PAIRS)) and torch.allclose(states[0], embedded)


def test_a_placed_model_computes_on_a_cpu_with_plain_attention_and_the_same_states(tokenizer, architecture):
    model, _ = twins(tokenizer, architecture)
    given = padded(batch := rows(tokenizer, model), batch.pair_of_cell, tokenizer.pad_token_id)
    model.set_attn_implementation("sdpa")
    fused = model(**given).logits
    assert place(model, torch.device("cpu")).config._attn_implementation == "eager"
    assert (model(**given).logits - fused)[given["attention_mask"].bool()].abs().max() < 1e-9


def test_a_part_of_the_rows_has_the_states_of_the_whole(tokenizer, architecture):
    model = fresh(tokenizer, architecture).double().eval()
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model)
    parts = [encoder(batch.part(number, 2), PAIRS) for number in range(2)]
    assert all(len(part) for part in parts) and (torch.cat(parts) - encoder(batch, PAIRS)).abs().max() < 1e-12


# -------------------------------------------------------------------------------------------------------------------- head


@pytest.mark.parametrize("rule", [SENTENCES, PAIRS], ids=lambda rule: rule.name)
def test_logits_and_loss_are_those_of_transformers_on_padded_rows(tokenizer, architecture, rule):
    model, plain = twins(tokenizer, architecture)
    batch = rows(tokenizer, model, joint=rule is PAIRS)
    batch = mask_tokens(batch, SpecialIds.of(tokenizer), (0,), rate=0.3, keep=0.1, random=0.1)
    unit = batch.sentence if rule is SENTENCES else batch.pair_of_cell
    given = padded(batch, unit, tokenizer.pad_token_id)
    theirs, encoder = plain(**given), TransformersEncoder(model)
    states = encoder(batch, rule)
    cells = torch.cat([states[where] for where in sequences(batch, unit)])
    assert (encoder.token_logits(cells) - theirs.logits[given["attention_mask"].bool()]).abs().max() < 1e-10
    loss, right = encoder.token_loss(states, batch)
    asked = given["labels"] != IGNORED
    assert asked.sum() > 10 and loss.dtype == torch.float64 and (loss / asked.sum() - theirs.loss).abs() < 1e-10
    assert right == (theirs.logits.argmax(-1) == given["labels"])[asked].sum()


def test_the_head_sees_only_what_is_asked(tokenizer, architecture):
    model = fresh(tokenizer, architecture)
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model)
    batch = mask_tokens(batch, SpecialIds.of(tokenizer), (0,), rate=0.15, keep=0.1, random=0.1)
    dense_layer = model.cls.predictions.transform.dense if architecture == "bert" else model.lm_head.dense
    seen = []
    dense_layer.register_forward_hook(lambda module, inputs, output: seen.append(tuple(inputs[0].shape)))
    encoder.token_loss(encoder(batch, PAIRS), batch)
    asked = int((batch.labels != IGNORED).sum())
    assert seen == [(-(-asked // ROUND) * ROUND, ENCODER["width"])] and asked < ROUND < batch.ids.numel()


def test_logits_are_in_float32_at_least(tokenizer):
    model = fresh(tokenizer)
    encoder, batch = TransformersEncoder(model), rows(tokenizer, model)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert encoder.token_logits(encoder(batch, PAIRS)[0]).dtype == torch.float32


# -------------------------------------------------------------------------------------------------------------- checkpoints


def test_a_checkpoint_is_loaded_whole(toy, tokenizer, architecture, tmp_path):
    theirs = fresh(tokenizer, architecture)
    checkpoint(tmp_path / "theirs", theirs)
    ours = load_model(tmp_path / "theirs", ENCODER | {"dropout": 0.3}, tokenizer)
    assert all(torch.equal(value, ours.state_dict()[name]) for name, value in theirs.state_dict().items())
    assert ours.config.hidden_dropout_prob == 0.3 and ours.config.attention_probs_dropout_prob == 0.0
    assert {module.p for module in ours.modules() if isinstance(module, torch.nn.Dropout)} == {0.3, 0.0}
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


def trained_a_little(model, batch):
    """One step of AdamW with our attention."""
    encoder, optimizer = TransformersEncoder(model), torch.optim.AdamW(model.parameters(), lr=0.01)
    encoder.token_loss(encoder(batch, SENTENCES), batch)[0].backward()
    optimizer.step()
    return encoder.eval()


def test_the_published_directory_alone_gives_our_logits(toy, tokenizer, tmp_path):
    from safetensors.torch import load_file

    special, encoders = SpecialIds.of(tokenizer), {}
    for architecture in ARCHITECTURES:
        model = fresh(tokenizer, architecture)
        model.save_pretrained(tmp_path / f"plain-{architecture}")
        batch = mask_tokens(rows(tokenizer, model, joint=False), special, (0,), rate=0.3, keep=0.1, random=0.1)
        encoders[architecture] = trained_a_little(model, batch)
        model.save_pretrained(tmp_path / architecture)
        copy_tokenizer(toy.vocab, tmp_path / architecture)
        ours, plain = ((tmp_path / name / "config.json").read_text() for name in (architecture, f"plain-{architecture}"))
        assert ours == plain  # it says nothing of our attention
    outside(PLAIN, tmp_path, *ARCHITECTURES)
    for architecture, encoder in encoders.items():
        layout = Layout(special, 32, 32, first_position(encoder.model.config))
        theirs = load_file(tmp_path / f"{architecture}.safetensors")
        for ids, mask, logits in zip(theirs["ids"], theirs["mask"].bool(), theirs["logits"], strict=True):
            row = batch_of([[ids[mask][1:-1].tolist()]], layout)
            present = row.role != PADDING
            assert row.ids[present].tolist() == ids[mask].tolist()
            assert (encoder.token_logits(encoder(row, SENTENCES)[present]) - logits[mask]).abs().max() < 1e-5


def test_a_published_config_names_no_attention(trained):
    config = json.loads((trained / "config.json").read_text())
    assert not [key for key in config if "attn" in key] and config["dtype"] == "float32"


# --------------------------------------------------------------------------------------------------------------------- heads


def test_a_tagger_starts_from_the_encoder_with_a_fresh_head(trained):
    bare, tagger = load_bare_model(trained), load_tagger(trained, ("A", "B", "C"), trained=False)
    shared = tagger.base_model.state_dict()
    assert all(torch.equal(value, shared[name]) for name, value in bare.state_dict().items() if not name.startswith("pooler"))
    assert tagger.classifier.weight.shape == (3, 32) and tagger.config.id2label == {0: "A", 1: "B", 2: "C"}


def test_an_untrained_head_is_refused_where_a_trained_one_is_expected(trained):
    with pytest.raises(IsoglossError, match="has no trained classifier"):
        load_tagger(trained, ("A", "B"), trained=True)
