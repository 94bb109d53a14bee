"""Pairs of texts as rows, the classification head, and fine-tuning of the tasks XNLI and PAN-X on sets that can be learnt."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from isogloss.artifacts import read_directory, read_jsonl
from isogloss.encoder import load_classifier, new_model, place
from isogloss.errors import IsoglossError
from isogloss.features import make_features, read_features, rows_of
from isogloss.finetune import Dev, dev_score, finetune
from isogloss.heads import HEADS
from isogloss.predict import predict
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from isogloss.vocab import encode_pairs, encode_plain
from toy import ENCODER, FINETUNE, LENGTHS, WORDS, cut, say, sentences

CPU, TASK, HEAD = torch.device("cpu"), get_task("xnli"), HEADS["classify"]
CLS, PAD, SEP, UNK, MASK = 0, 1, 2, 3, 4
texts = st.lists(st.sampled_from([*WORDS["en"], *WORDS["zh"], "<mask>", "</s>", "x" * 9, "e\u0301"]), max_size=30).map(" ".join)


def plain(text, tokenizer):
    return next(encode_plain(tokenizer, [text]))[0]


def pair_row(a, b, tokenizer, max_length):
    """(ids, token types) of one pair."""
    (row,) = encode_pairs(tokenizer, [(a, b)], max_length)
    return row


def guess(model, data, task, out):
    """The predictions artifact of a fine-tuned model."""
    spec = {"task": task, "setting": "zero_shot", "recipe": "toy", "seed": 0, "languages": None, "finetune": FINETUNE}
    predict(spec, model=model, taskdata=data / "data", features=data / "features", out=out, threads=1)
    return out


def bert_tokenizer(directory):
    """A WordPiece tokenizer in BERT's layout."""
    from transformers import BertTokenizerFast

    (directory / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefg"]), "utf-8")
    return BertTokenizerFast(str(directory / "vocab.txt"))


# ------------------------------------------------------------------------------------------------------------ synthetic sets

ENTITIES = {"dog": "PER", "house": "LOC"}


def pairs(size, seed):
    """Records with one of the nouns house, dog and cat, at the start of the second text: it tells the label."""
    made = []
    for number, meanings in enumerate(sentences(size, seed)):
        label, others = number % 3, [k for k in meanings if k > 2]
        half = len(others) // 2
        text_a, text_b = say(others[half:], "en"), say([label, *others[:half]], "en")
        made.append({"id": str(number), "text_a": text_a, "text_b": text_b, "label": TASK.labels[label]})
    return made


def named(meanings):
    """Tagged lines in which a dog is a person, a house is a place, and "big" before them belongs to the name."""
    words = [WORDS["en"][k] for k in meanings]
    tags = ["O"] * len(words)
    for k, word in enumerate(words):
        if word in ENTITIES:
            tags[k] = f"B-{ENTITIES[word]}"
            if k and words[k - 1] == "big":
                tags[k - 1 : k + 1] = [tags[k], f"I-{ENTITIES[word]}"]
    return "".join(f"{word}\t{tag}\n" for word, tag in zip(words, tags, strict=True))


def tuned(task, toy, trained, where):
    """(model, directory of `data` and `features`) of a task fine-tuned on a synthetic set."""
    (where / "source").mkdir()
    for seed, (split, size) in enumerate({"train": 240, "dev": 40, "test": 60}.items(), 80):
        if task == "xnli":
            text = "".join(f"{row['text_a']}\t{row['text_b']}\t{row['label']}\n" for row in pairs(size, seed))
        else:
            text = "\n".join(named(meanings) for meanings in sentences(size, seed))
        (where / "source" / f"{split}-en.tsv").write_text(text, "utf-8")
    make_taskdata(task, where / "source", ["en"], where / "data")
    make_features({"task": task, **LENGTHS}, taskdata=where / "data", vocab=toy.vocab, out=where / "features")
    settings = FINETUNE | {"learning_rate": 2e-3, "epochs": 8.0}
    spec = {"task": task, "setting": "zero_shot", "recipe": "toy", "seed": 0, "languages": None, "finetune": settings}
    finetune(spec, model=trained, taskdata=where / "data", features=where / "features", out=where / "model", threads=1)
    return where / "model", where


@pytest.fixture(scope="module")
def classifier(toy, trained, tmp_path_factory):
    return tuned("xnli", toy, trained, tmp_path_factory.mktemp("classifier"))


# --------------------------------------------------------------------------------------------------------------------- rows


def test_a_row_is_the_template_around_what_is_left_of_both_sides(tokenizer):
    @given(texts, texts, st.integers(8, 60))
    @settings(max_examples=300)
    def check(a, b, max_length):
        ids, types = pair_row(a, b, tokenizer, max_length)
        first, second = plain(a, tokenizer), plain(b, tokenizer)
        assert ids[0] == CLS and ids[-1] == SEP and ids.count(CLS) == 1 and ids.count(SEP) == 3
        parting = ids.index(SEP)
        left, right = ids[1:parting], ids[parting + 2 : -1]
        assert ids[parting : parting + 2] == [SEP, SEP] and (left, right) == (first[: len(left)], second[: len(right)])
        assert len(left) + len(right) == min(len(first) + len(second), max_length - 4)
        assert set(types) == {0} and len(types) == len(ids)
        lost = len(first) - len(left), len(second) - len(right)
        if all(lost):
            assert abs(len(left) - len(right)) <= 1  # the longer side lost until both were equal, then both in turn
        elif any(lost):
            cut_side, other = (left, right) if lost[0] else (right, left)
            assert len(cut_side) >= len(other) - 1

    check()


def test_rows_of_pairs_are_the_encoded_pairs_and_their_labels(tokenizer):
    data = pairs(20, 3)
    features = cut("xnli", data, tokenizer, max_length=16)
    assert len(features) == 20 and set(features.arrays) == {"ids", "ends", "types", "label", "record"}
    for number, record in enumerate(data):
        ids, types = pair_row(record["text_a"], record["text_b"], tokenizer, 16)
        assert (features.cells(number).tolist(), features.cells(number, "types").tolist()) == (ids, types)
        assert features.of(number, "record") == number and TASK.labels[features.of(number, "label")] == record["label"]
    assert "label" not in cut("xnli", data, tokenizer, training=False).arrays


def test_no_text_injects_a_special_token(tokenizer):
    ids, _ = pair_row("</s> <mask>", "<pad> <s>", tokenizer, 60)
    assert ids.count(SEP) == 3 and ids.count(CLS) == 1 and not {PAD, MASK} & set(ids)


def test_the_tokenizer_is_left_as_it_was(tokenizer):
    before = tokenizer.backend_tokenizer.to_str()
    pair_row("a b", "c", tokenizer, 8)
    assert tokenizer.backend_tokenizer.to_str() == before


def test_bert_tells_the_sides_apart(tmp_path):
    tokenizer = bert_tokenizer(tmp_path)
    ids, types = pair_row("a b", "c d e", tokenizer, 60)
    assert tokenizer.convert_ids_to_tokens(ids) == "[CLS] a b [SEP] c d e [SEP]".split()
    assert types == [0, 0, 0, 0, 1, 1, 1, 1]
    ids, types = pair_row("a b c d e f g", "a b [SEP]", tokenizer, 8)
    assert tokenizer.convert_ids_to_tokens(ids)[:4] == "[CLS] a b c".split() and types == [0, 0, 0, 0, 0, 1, 1, 1]


# --------------------------------------------------------------------------------------------------------------------- head


def test_the_loss_is_the_mean_cross_entropy_of_the_labels(trained, tokenizer):
    network, data = load_classifier(trained, TASK.labels, trained=False).eval(), pairs(5, 1)
    rows = rows_of([cut("xnli", data, tokenizer)])
    loss = HEAD.loss(network.double(), rows, PAD, CPU) / HEAD.targets(rows)
    each = [
        -network(torch.tensor([pair_row(record["text_a"], record["text_b"], tokenizer, 32)[0]]))
        .logits[0]
        .log_softmax(-1)[TASK.labels.index(record["label"])]
        for record in data
    ]
    assert float(loss.detach()) == pytest.approx(float(torch.stack(each).mean().detach()), abs=1e-10)


def test_of_equal_scores_the_first_label_wins(trained, tokenizer):
    network = load_classifier(trained, TASK.labels, trained=False)
    nn.init.zeros_(network.classifier.out_proj.weight)
    network.classifier.out_proj.bias.data = torch.tensor([0.0, 1.0, 1.0])
    data = pairs(4, 1)
    found = HEAD.predict(TASK, network, cut("xnli", data, tokenizer, training=False), data, "en", PAD, CPU)
    assert [record["pred"] for record in found] == ["entailment"] * 4


@pytest.mark.parametrize("budget", [1, 64])
def test_predictions_do_not_depend_on_the_batch_and_keep_the_order(classifier, tokenizer, monkeypatch, budget):
    network, data = load_classifier(classifier[0], TASK.labels, trained=True), pairs(40, 2)
    features = cut("xnli", data, tokenizer, training=False)
    usual = HEAD.predict(TASK, network, features, data, "en", PAD, CPU)
    monkeypatch.setattr("isogloss.heads.network.BATCH_TOKENS", budget)
    assert HEAD.predict(TASK, network, features, data, "en", PAD, CPU) == usual
    assert [record["id"] for record in usual] == [record["id"] for record in data] and len({record["pred"] for record in usual}) == 3
    for record, right in zip(usual, data, strict=True):
        ids, _ = pair_row(right["text_a"], right["text_b"], tokenizer, 32)
        with torch.inference_mode():
            assert record["pred"] == TASK.labels[network.eval()(torch.tensor([ids])).logits[0].argmax()]


def test_token_types_reach_the_models_that_have_them_and_no_others(tmp_path):
    from transformers import BertConfig, BertForSequenceClassification, XLMRobertaConfig, XLMRobertaForSequenceClassification

    tokenizer, shape = (
        bert_tokenizer(tmp_path),
        {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16},
    )
    data = [{"id": "0", "text_a": "a b", "text_b": "c", "label": "neutral"}]
    rows = rows_of([cut("xnli", data, tokenizer, max_length=16)])
    torch.manual_seed(0)
    bert = BertForSequenceClassification(BertConfig(vocab_size=12, num_labels=3, **shape)).eval().double()
    encoded = tokenizer("a b", "c", return_tensors="pt")
    expected = nn.functional.cross_entropy(bert(**encoded).logits, torch.tensor([2]))
    unaware = nn.functional.cross_entropy(bert(input_ids=encoded.input_ids).logits, torch.tensor([2]))
    loss = float(HEAD.loss(bert, rows, 0, CPU).detach())
    assert loss == pytest.approx(float(expected.detach()), abs=1e-6) != pytest.approx(float(unaware.detach()), abs=1e-6)
    one_type = XLMRobertaForSequenceClassification(XLMRobertaConfig(vocab_size=12, num_labels=3, type_vocab_size=1, **shape)).eval()
    assert torch.isfinite(HEAD.loss(one_type, rows, 0, CPU))


@pytest.mark.parametrize("architecture", ["xlm-roberta", "bert"])
def test_a_classifier_of_each_architecture_comes_back_from_disk(tokenizer, tmp_path, architecture):
    new_model(ENCODER | {"architecture": architecture}, tokenizer).save_pretrained(tmp_path / "model")
    fresh = place(load_classifier(tmp_path / "model", TASK.labels, trained=False), CPU)
    fresh.save_pretrained(tmp_path / "tuned")
    again, ids = place(load_classifier(tmp_path / "tuned", TASK.labels, trained=True), CPU), torch.tensor([[CLS, 7, SEP, SEP, 8, SEP]])
    with torch.inference_mode():
        assert torch.equal(fresh.eval()(ids).logits, again.eval()(ids).logits) and again.num_labels == 3
    assert (tmp_path / "tuned" / "model.safetensors").is_file()


def test_an_untrained_classifier_is_refused_where_a_trained_one_is_expected(trained):
    with pytest.raises(IsoglossError, match="has no trained classifier"):
        load_classifier(trained, TASK.labels, trained=True)


# --------------------------------------------------------------------------------------------------------------- fine-tuning


def test_a_fine_tuned_classifier_beats_the_trivial_one_and_comes_back_from_disk(trained, classifier, tmp_path):
    model, data = classifier
    log = read_jsonl(model / "log.jsonl")
    assert log[-1]["loss"] < log[0]["loss"] / 2 and read_directory(model, "finetuned")["dev"]["*"] > 80
    assert (model / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()
    assert json.loads((model / "config.json").read_text())["id2label"] == {str(k): label for k, label in enumerate(TASK.labels)}
    found = read_jsonl(guess(model, data, "xnli", tmp_path / "predictions") / "en.jsonl")
    assert KINDS["classify"].metrics(TASK, KINDS["classify"].read(data / "data", "en", "test"), found, "en")["accuracy"] > 80
    dev = Dev(read_features(data / "features", "dev", "en"), KINDS["classify"].read(data / "data", "en", "dev"))
    again = dev_score(TASK, HEAD, place(load_classifier(model, TASK.labels, trained=True), CPU), dev, "en", PAD, CPU)
    assert again == read_directory(model, "finetuned")["dev"]["*"]


def test_entities_are_learnt_by_the_same_head_as_parts_of_speech(toy, trained, tmp_path):
    model, data = tuned("panx", toy, trained, tmp_path)
    found = read_jsonl(guess(model, data, "panx", tmp_path / "predictions") / "en.jsonl")
    assert "dev/en/entity_f1" in read_jsonl(model / "log.jsonl")[0]
    gold = KINDS["tag"].read(data / "data", "en", "test")
    assert KINDS["tag"].metrics(get_task("panx"), gold, found, "en")["entity_f1"] > 80
