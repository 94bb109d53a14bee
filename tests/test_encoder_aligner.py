"""Aligning by an encoder: states against transformers sentence by sentence, the rule against loops over each pair, the head of `align`."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModel

from aligned import POISON, Corpus, make_bert
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.embeddings import SubWords, between_words, chunks, load_embedder, longest_input
from isogloss.aligners.encoder import Encoder, forward_backward, link_words
from isogloss.corpora.transforms.sentences import join, words
from isogloss.errors import IsoglossError
from isogloss.heads import HEADS
from isogloss.padding import BATCH_TOKENS
from isogloss.tokens import encode_texts
from isogloss.vocab import load_tokenizer
from toy import say, sentences

LAYERS, POSITIONS = 3, 48


@pytest.fixture(scope="module")
def bert(tokenizer, tmp_path_factory):
    return make_bert(tmp_path_factory.mktemp("bert"), tokenizer, LAYERS, POSITIONS)


@pytest.fixture(scope="module")
def network(bert):
    return AutoModel.from_pretrained(bert, add_pooling_layer=False).eval()


def corpus(count: int = 40) -> list[tuple[list[str], list[str]]]:
    """German and Chinese sentences of equal meaning, among them pairs with an empty side and one longer than the encoder reads."""
    told = [tuple(words(say(meanings, lang), lang) for lang in ("de", "zh")) for meanings in sentences(count, 7)]
    return [*told[:5], ([], ["狗"]), (["hund"] * 90, ["狗"] * 90), *told[5:]]


def subwords(network, tokenizer, sentence, lang, layer):
    """(states, set of words of each) of a sentence that is no longer than the encoder reads, as transformers gives them.

    A sub-word that is nothing but a space belongs to the word behind it.
    """
    text = join(sentence, lang)
    word_of: list[int] = []  # of each character; a space is one of the word behind it
    for number, word in enumerate(sentence):
        word_of += [number] * (text.index(word, len(word_of)) + len(word) - len(word_of))
    encoded = tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
    ids, spans = encoded.input_ids, encoded.offset_mapping[0].tolist()
    with torch.inference_mode():
        states = network(ids, output_hidden_states=True).hidden_states[layer][0, 1:-1].double().numpy()
    visible = [[k for k in range(*span) if text[k] != " "] or range(*span) for span in spans[1:-1]]
    return states, [{word_of[k] for k in places} for places in visible]


def by_loops(one, other, threshold):
    """{(i, j): (linked both ways, p)} of awesome-align's rule, and the words that each direction links."""
    (source, source_words), (target, target_words) = one, other
    both, forward, backward, sure = set(), set(), set(), {}
    scores = [[float(np.dot(x, y)) for y in target] for x in source]
    for s, x in enumerate(scores):
        for t in range(len(x)):
            of_target = math.exp(x[t]) / sum(math.exp(score) for score in x)
            of_source = math.exp(x[t]) / sum(math.exp(row[t]) for row in scores)
            for link in [(i, j) for i in source_words[s] for j in target_words[t]]:
                if of_source > threshold:
                    forward.add(link)
                if of_target > threshold:
                    backward.add(link)
                if of_source > threshold and of_target > threshold:
                    both.add(link)
                if max(of_source, of_target) > threshold:
                    sure[link] = max(sure.get(link, 0), math.sqrt(of_source * of_target))
    return both, forward, backward, sure


@pytest.mark.parametrize(("layer", "threshold"), [(None, 0.001), (3, 0.05), (1, 0.2), (0, 0.3)])
def test_links_are_those_of_awesome_align_pair_by_pair(bert, network, tokenizer, layer, threshold):
    pairs, single = corpus(), 0
    found = list(Encoder(languages=("de", "zh"), model=str(bert), layer=layer, probability=threshold).align(Corpus(pairs)))
    for (src, tgt), one in zip(pairs, found, strict=True):
        if not src or len(src) > 80:
            continue
        sides = [subwords(network, tokenizer, side, lang, 2 if layer is None else layer) for side, lang in ((src, "de"), (tgt, "zh"))]
        both, forward, backward, sure = by_loops(*sides, threshold)
        links = list(zip(one.src, one.tgt, strict=True))
        given = dict(zip(links, one.direction, strict=True))
        assert {link for link, way in given.items() if way == BOTH} == both
        assert links == sorted(forward | backward)
        assert all(link in (forward if way & FORWARD else backward) for link, way in given.items())
        assert all(abs(p - 100 * sure[link]) < 0.51 for link, p in zip(links, one.p, strict=True))
        single += len(given) - len(both)
    assert single or threshold == 0.001


def test_two_directions_that_meet_in_no_sub_word_are_not_both():
    """Both link the words 0 and 0, but on other sub-words: intersecting words would link what the rule does not."""
    direction, p = np.array([[FORWARD, 0], [0, BACKWARD]]), np.array([[0.1, 0.0], [0.0, 0.3]])
    one = SubWords(torch.empty(1, 2, 4), [0, 0], [0, 0])
    assert between_words(direction, p, one, one) == Candidates([0], [0], (BACKWARD,), [30])
    assert between_words(direction[::-1], p[::-1].copy(), one, one).direction == (BACKWARD,)
    direction[0, 0] = BOTH
    assert between_words(direction, p, one, one) == Candidates([0], [0], (BOTH,), [30])


def test_a_sub_word_of_several_words_links_them_all():
    source, target = SubWords(torch.empty(1, 2, 4), [0, 2], [1, 2]), SubWords(torch.empty(1, 1, 4), [0], [1])
    found = between_words(np.array([[FORWARD], [0]]), np.array([[0.5], [0.0]]), source, target)
    assert found == Candidates([0, 0, 1, 1], [0, 1, 0, 1], (FORWARD,) * 4, [50] * 4)


sizes = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=1, max_size=5)


@given(sizes, st.integers(0, 9))
def test_posteriors_are_of_each_pair_alone(sizes, seed):
    torch.manual_seed(seed)
    source, target = ([torch.randn(size[n], 5) * 3 for size in sizes] for n in (0, 1))
    of_source, of_target = forward_backward(source, target)
    for k, (rows, columns) in enumerate(sizes):
        scores = source[k] @ target[k].T
        assert torch.allclose(of_source[k, :rows, :columns], scores.softmax(0), atol=1e-6)
        assert torch.allclose(of_target[k, :rows, :columns], scores.softmax(1), atol=1e-6)
        assert not of_source[k, rows:].any() and not of_target[k, :, columns:].any()


# ------------------------------------------------------------------------------------------------------------------ sub-words


@pytest.mark.parametrize("batch_tokens", [1, 100, BATCH_TOKENS])
@pytest.mark.parametrize("lang", ["de", "zh"])
def test_states_are_those_of_transformers_in_any_batch(bert, network, tokenizer, lang, batch_tokens):
    told = [pair[lang == "zh"] for pair in corpus()]
    for sentence, found in zip(told, load_embedder("test", bert, 2, batch_tokens)(told, lang), strict=True):
        if not sentence:
            assert found.states.shape == (1, 0, 16) and not found.first
        elif len(sentence) < 80:
            states, covered = subwords(network, tokenizer, sentence, lang, 2)
            assert np.abs(found.states[0].numpy() - states).max() < 1e-4
            assert [set(range(first, last + 1)) for first, last in zip(found.first, found.last, strict=True)] == covered


def test_what_is_too_long_loses_only_its_end(bert, network, tokenizer):
    long, short = ["hund", "läuft"] * 60, ["hund", "läuft"]
    found = load_embedder("test", bert, 3, BATCH_TOKENS)([short, long, short], "de")
    assert len(found[1].first) == POSITIONS - 2 and 0 < max(found[1].last) < 119
    assert torch.equal(found[0].states, found[2].states) and len(found[0].first) < POSITIONS - 2


def test_words_of_sub_words_are_those_of_the_token_stores(bert, tokenizer):
    """Except that a token that covers several words bears only the first there."""
    for lang in ("de", "zh"):
        told = [join(words(say(meanings, lang), lang), lang) for meanings in sentences(30, 3)]
        found = load_embedder("test", bert, 1, BATCH_TOKENS)([words(text, lang) for text in told], lang)
        for one, (_, indices) in zip(found, encode_texts(told, lang, tokenizer), strict=True):
            assert list(one.first) == indices[: len(one.first)].tolist()


@pytest.mark.parametrize("layer", range(LAYERS + 1))
def test_layers_that_are_not_computed_change_nothing(bert, network, tokenizer, layer):
    embed = load_embedder("test", bert, layer, BATCH_TOKENS)
    assert len(embed.network.encoder.layer) == (layer or LAYERS)
    states, _ = subwords(network, tokenizer, ["hund", "läuft"], "de", layer)
    assert np.abs(embed([["hund", "läuft"]], "de")[0].states[0].numpy() - states).max() < 1e-4


def test_hard_words_cost_no_other_pair_its_links(bert):
    easy = corpus(12)
    aligner = Encoder(languages=("de", "zh"), model=str(bert), probability=0.1)
    mixed = list(aligner.align(Corpus([*POISON, *easy, *POISON])))
    alone = list(aligner.align(Corpus(easy)))
    assert [one[:3] for one in mixed[len(POISON) : -len(POISON)]] == [one[:3] for one in alone]
    assert mixed[: len(POISON)] == mixed[-len(POISON) :]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=9), st.integers(1, 9))
def test_chunks_are_all_pairs_in_order(sizes, size):
    pairs = [(["a"] * one, ["b"] * other) for one, other in sizes]
    parts = list(chunks(Corpus(pairs), size))
    assert [pair for part in parts for pair in part] == pairs and all(parts)
    assert all(sum(len(src) + len(tgt) for src, tgt in part[:-1]) < size for part in parts)


def test_a_published_model_is_read(trained, tokenizer):
    embed = load_embedder("test", trained, None, BATCH_TOKENS)
    assert embed.layers == [1] and embed.max_length == 32
    assert longest_input(embed.network.config, tokenizer) == 32
    (found,) = list(Encoder(languages=("de", "en"), model=str(trained)).align(Corpus([(["hund"], ["dog"])])))
    assert found == Candidates([0], [0], (BOTH,), [100]) or found == NONE


def damaged(bert, directory, change):
    """A copy of a model with one thing changed."""
    for file in bert.iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    change(directory)
    return directory


def without_weights(directory):
    """Only as a pickle, which nobody should load."""
    network = AutoModel.from_pretrained(directory)
    torch.save(network.state_dict(), directory / "pytorch_model.bin")
    (directory / "model.safetensors").unlink()


def deeper(directory):
    config = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(config | {"num_hidden_layers": LAYERS + 1}))


def diverged(directory):
    network = AutoModel.from_pretrained(directory)
    with torch.no_grad():
        network.encoder.layer[0].output.dense.bias[0] = float("nan")
    network.save_pretrained(directory)


@pytest.mark.parametrize(
    ("change", "message"),
    [(without_weights, "safetensors"), (deeper, "lacks encoder.layer.3"), (diverged, "NaN or infinite")],
)
def test_a_model_that_is_no_good_is_an_error(bert, tmp_path, change, message):
    model = str(damaged(bert, tmp_path, change))
    with pytest.raises(IsoglossError, match=message):
        list(Encoder(languages=("de", "en"), model=model).align(Corpus([(["hund"], ["dog"])])))


def test_options_are_checked(bert):
    with pytest.raises(IsoglossError, match=r"has no layer 4\. its layers are 0 \(the embeddings\) to 3"):
        list(Encoder(languages=("de", "en"), model=str(bert), layer=4).align(Corpus([])))
    with pytest.raises(IsoglossError, match="probability is 1"):
        Encoder(languages=("de", "en"), model=str(bert), probability=1)


# ----------------------------------------------------------------------------------------------------------------------- head


@pytest.mark.parametrize("lang", ["zh", "de"])
def test_the_head_predicts_what_the_aligner_finds_in_each_layer(bert, network, tmp_path, lang):
    """The sides stand in the order of their codes: de-en, but en-zh."""
    first, second = sorted((lang, "en"))
    told = [[words(say(meanings, side), side) for side in (first, second)] for meanings in sentences(9, 4)]
    (tmp_path / "test").mkdir()
    records = [{"id": f"p{k}", "src": src, "tgt": tgt, "sure": [], "possible": []} for k, (src, tgt) in enumerate(told)]
    (tmp_path / "test" / f"{lang}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    found = HEADS["align"].predict(network, tmp_path, lang, load_tokenizer(bert), POSITIONS, torch.device("cpu"), {})
    assert [record["id"] for record in found] == [record["id"] for record in records]
    for layer in range(LAYERS + 1):
        alone = Encoder(languages=(first, second), model=str(bert), layer=layer).align(Corpus(told))
        for record, one in zip(found, alone, strict=True):
            assert len(record["pred"]) == LAYERS + 1
            assert record["pred"][layer] == [[i, j] for i, j, way, _ in zip(*one, strict=True) if way == BOTH]


def test_pairs_without_states_have_no_links():
    empty, one = SubWords(torch.empty(1, 0, 4), [], []), SubWords(torch.ones(1, 1, 4), [0], [0])
    assert link_words([empty, one, one], [one, empty, one], 0) == [NONE, NONE, Candidates([0], [0], (BOTH,), [100])]
