"""Vectors of sentences and words against plain transformers, and the retrieval that is made of them."""

import numpy as np
import pytest
import torch

from isogloss.encoder import load_bare_model, new_model
from isogloss.heads import HEADS
from isogloss.sentences import POOLINGS, embed, embed_words
from isogloss.tasks.kinds import KINDS
from toy import ENCODER, WORDS, say, sentences

CPU = torch.device("cpu")
TEXTS = [*(say(meanings, lang) for lang in ("en", "zh") for meanings in sentences(8, 70)), "dog", ""]


@pytest.fixture(scope="module", params=["xlm-roberta", "bert"])
def network(request, trained, tokenizer):
    if request.param == "xlm-roberta":
        return load_bare_model(trained).eval()
    torch.manual_seed(0)
    return new_model(ENCODER | {"architecture": "bert"}, tokenizer).base_model.eval()


@torch.inference_mode()
def states(network, tokenizer, text, max_length=32):
    """(layers, tokens, H) of the text alone, special tokens at both ends."""
    ids = tokenizer(text, add_special_tokens=False).input_ids[: max_length - 2]
    row = torch.tensor([[tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]])
    return torch.cat(network(row, output_hidden_states=True).hidden_states)


def pooled(states, pooling):
    inner = states[:, 1:-1]
    text = inner.mean(1) if inner.shape[1] else torch.zeros_like(states[:, 0])
    return {"mean": states.mean(1), "mean_text": text, "cls": states[:, 0]}[pooling]


@pytest.mark.parametrize("pooling", POOLINGS)
def test_sentences_are_pooled_in_each_layer(network, tokenizer, pooling):
    found = embed(network, TEXTS, tokenizer, 16, CPU, pooling)
    expected = torch.stack([pooled(states(network, tokenizer, text, 16), pooling) for text in TEXTS], 1)
    assert found.shape == (3, len(TEXTS), 32) and found.dtype == torch.float32
    assert (found - expected).abs().max() < 1e-5
    assert torch.equal(embed(network, TEXTS, tokenizer, 16, CPU, pooling, [2, 0]), found[[2, 0]])


def test_no_text_injects_a_special_token(network, tokenizer):
    (mask, plain) = embed(network, ["<mask> dog", "dog"], tokenizer, 16, CPU).unbind(1)
    injected = states(network, tokenizer, "<mask> dog").mean(1)
    assert tokenizer.mask_token_id in tokenizer("<mask> dog").input_ids
    assert (mask - injected).abs().max() > 1e-3 and (mask - plain).abs().max() > 1e-3


@pytest.mark.parametrize("budget", [1, 40])
def test_vectors_do_not_depend_on_the_batch(network, tokenizer, monkeypatch, budget):
    together = embed(network, TEXTS, tokenizer, 16, CPU)
    monkeypatch.setattr("isogloss.sentences.BATCH_TOKENS", budget)
    assert (embed(network, TEXTS, tokenizer, 16, CPU) - together).abs().max() < 1e-5


def test_words_are_means_of_their_pieces_and_zero_where_nothing_is_known(network, tokenizer):
    words = [*WORDS["en"], *WORDS["zh"], "doghouse", "dog ☃", "☃", "☃☃", ""]
    found = embed_words(network, words, tokenizer, 32, CPU)
    assert found.shape == (4, len(words), 32)
    table = network.embeddings.word_embeddings.weight.detach()
    for k, word in enumerate(words[:-3]):
        ids = tokenizer(word, add_special_tokens=False).input_ids
        assert (found[0, k] - table[ids].mean(0)).abs().max() < 1e-6
        assert (found[1:, k] - states(network, tokenizer, word)[:, 1:-1].mean(1)).abs().max() < 1e-5
    assert len(tokenizer("doghouse", add_special_tokens=False).input_ids) > 1
    assert (found[:, -3:] == 0).all() and (found[:, :-3].abs().sum(2) > 0).all()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_retrieval_answers_both_ways_with_and_without_centring(toy, network, tokenizer, pooling):
    data = KINDS["retrieve"].read(toy.taskdata("tatoeba"), "zh")
    records = HEADS["retrieve"].predict(network, toy.taskdata("tatoeba"), "zh", tokenizer, 32, CPU, {"pooling": pooling})
    found = {(record["direction"], record["centred"], record["id"]): record["pred"] for record in records}
    assert len(found) == len(records) == 4 * 12
    english, chinese = (
        torch.stack([pooled(states(network, tokenizer, text), pooling) for text in side.values()], 1).double().numpy()
        for side in (data.query, data.corpus)
    )
    names, keys = list(data.corpus), list(data.query)
    for centred in (False, True):
        for layer in range(1 if pooling == "cls" else 0, 3):  # the first token is the same in every text until it attends
            one, two = (side[layer] - side[layer].mean(0) * centred for side in (english, chinese))
            cosine = one @ two.T / np.linalg.norm(one, axis=1)[:, None] / np.linalg.norm(two, axis=1)
            for asked, answers, direction, table in ((keys, names, "en", cosine), (names, keys, "xx", cosine.T)):
                assert [found[direction, centred, key][layer] for key in asked] == [answers[k] for k in table.argmax(1)]
