"""Bitext mining: what the head mines, against plain transformers and the definition, and how its candidates are scored."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from isogloss.artifacts import read_json, write_jsonl
from isogloss.encoder import load_bare_model
from isogloss.errors import IsoglossError
from isogloss.heads import HEADS
from isogloss.metrics.mining import best_threshold, extract, mining_counts, mining_metrics
from isogloss.score import make_scores, make_trivial
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from test_search import mined
from test_sentences import pooled, states
from toy import say, sentences

CPU, TASK, KIND = torch.device("cpu"), SimpleNamespace(name="bucc"), KINDS["mine"]
OPTIONS = {"pooling": "mean", "layer": "auto", "margin": "ratio", "neighbours": 4, "pairing": "max", "threshold_from": "dev"}


def corpora(foreign, english, gold):
    """Records of texts by id and gold pairs `de-1/en-1 de-2/en-2`."""
    sides = (("query", foreign), ("corpus", english))
    texts = [{"side": side, "id": key, "text": text} for side, those in sides for key, text in those.items()]
    return texts + [{"gold": pair.split("/")} for pair in gold.split()]


def write(directory, **splits):
    for split, records in splits.items():
        KIND.check(TASK, records)
        KIND.write(directory, "de", split, records)
    return directory


def candidates(*pairs):
    """`de-1/en-1 1.3` -> [foreign id, English id, score]."""
    return [[*pair.split()[0].split("/"), float(pair.split()[1])] for pair in pairs]


def predictions(layer=1, **by_split):
    """The same candidates with and without centring, or (plain, centred)."""
    return [
        {"id": split, "layer": layer, "centred": centred, "pred": pred[centred] if isinstance(pred, tuple) else pred}
        for split, pred in by_split.items()
        for centred in (False, True)
    ]


def score(data, records, tmp_path, layer=None, **options):
    write_jsonl(tmp_path / "de.jsonl", records)
    return KIND.score(TASK, data, "de", tmp_path / "de.jsonl", layer, options=options)


def numbered(name, count):
    return {f"{name}-{k}": f"{name} {k}" for k in range(count)}


# -------------------------------------------------------------------------------------------------------------------- head


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Sentences that are translated, others that are not, and texts that come twice, on either side."""
    directory = tmp_path_factory.mktemp("bucc")
    for number, split in enumerate(("dev", "test")):
        meanings = sentences(24, 90 + number)
        foreign = {f"de-{k}": say(meaning, "de") for k, meaning in enumerate([*meanings[:16], meanings[3]])}
        english = {f"en-{k}": say(meaning, "en") for k, meaning in enumerate([*meanings[6:], meanings[10], meanings[11]])}
        write(directory, **{split: corpora(foreign, english, " ".join(f"de-{k}/en-{k - 6}" for k in range(6, 16)))})
    return directory


@pytest.mark.parametrize(
    ("changes", "layer"),
    [
        ({}, 1),  # two thirds up, of two layers
        ({"pooling": "mean_text", "layer": 2, "margin": "distance", "neighbours": 2, "pairing": "intersect"}, 2),
        ({"pooling": "cls", "layer": 2, "margin": "absolute"}, 2),
    ],
)
def test_candidates_are_those_of_the_definition(data, trained, tokenizer, changes, layer):
    network, options = load_bare_model(trained).eval(), OPTIONS | changes
    records = HEADS["mine"].predict(network, data, "de", tokenizer, 32, CPU, options)
    assert [(record["id"], record["centred"]) for record in records] == [(split, c) for split in ("dev", "test") for c in (False, True)]
    for record in records:
        there, sides = KIND.read(data, "de", record["id"]), []
        for side in (there.query, there.corpus):
            ids = {text: [key for key in side if side[key] == text] for text in side.values()}
            vectors = torch.stack([pooled(states(network, tokenizer, text), options["pooling"])[layer] for text in ids]).double().numpy()
            sides.append((list(ids.values()), vectors - vectors.mean(0) * record["centred"]))
        (left, x), (right, y) = sides
        pairs = mined(x, y, options["neighbours"], options["margin"], options["pairing"])
        expected = {(left[i][0], right[j][0]): found for i, j, found in pairs if len(left[i]) == len(right[j]) == 1}
        assert record["layer"] == layer and len(pairs) >= len(expected) > 3
        assert {(i, j): found for i, j, found in record["pred"]} == pytest.approx(expected, rel=1e-3, abs=1e-5)
        scores = [found for *_, found in record["pred"]]
        assert scores == sorted(scores, reverse=True)


def test_a_text_that_is_repeated_has_no_id_and_its_gold_pairs_are_missed(tmp_path, trained, tokenizer, monkeypatch):
    texts = {"de-1": "eins", "de-2": "zwei", "de-3": "zwei", "de-4": "vier", "de-5": "acht"}
    english = {f"en-{k}": word for k, word in enumerate(("one", "two", "four", "nine"), 1)}
    data = write(tmp_path / "bucc", test=corpora(texts, english, "de-1/en-1 de-2/en-2 de-4/en-3"))
    given = np.array([0, 1, 2, 3]), np.array([0, 1, 2, 3]), np.array([1.4, 1.3, 1.2, 1.1])  # rows of distinct texts
    monkeypatch.setattr("isogloss.heads.mine.margin_candidates", lambda *_, **__: given)
    records = HEADS["mine"].predict(load_bare_model(trained), data, "de", tokenizer, 32, CPU, OPTIONS)
    assert records == predictions(test=candidates("de-1/en-1 1.4", "de-4/en-3 1.2", "de-5/en-4 1.1"))
    found = score(data, records, tmp_path)
    assert found["threshold"]["test"] == pytest.approx(1.15)
    assert [found["metrics"][name] for name in ("precision", "recall", "f1")] == pytest.approx([100, 200 / 3, 80])


def test_a_layer_that_the_model_lacks_is_refused(data, trained, tokenizer):
    with pytest.raises(IsoglossError, match=r"no layer 3\. 0 \(the embeddings\) to 2"):
        HEADS["mine"].predict(load_bare_model(trained), data, "de", tokenizer, 32, CPU, OPTIONS | {"layer": 3})


# ----------------------------------------------------------------------------------------------------------------- scores

GOLD = "de-1/en-1 de-2/en-2 de-4/en-4 de-7/en-7"
DEV = candidates("de-1/en-1 1.30", "de-2/en-2 1.20", "de-3/en-9 1.10", "de-4/en-4 1.05", "de-5/en-8 1.00")  # best cut: 1.025
TEST = candidates("de-1/en-1 1.30", "de-3/en-9 1.04", "de-2/en-2 1.03", "de-4/en-4 1.02", "de-5/en-8 0.9")


@pytest.fixture
def small(tmp_path):
    """Dev and test with the gold pairs of the protocol's vector, one more on dev."""
    texts = numbered("de", 10), numbered("en", 10)
    return write(tmp_path / "bucc", dev=corpora(*texts, GOLD), test=corpora(*texts, "de-9/en-5 " + GOLD))


def test_the_threshold_of_dev_counts_on_test(small, tmp_path):
    found = score(small, predictions(dev=DEV, test=TEST), tmp_path)
    assert found["threshold"] == pytest.approx({"dev": 1.025, "test": 0.96, "dev_centred": 1.025, "test_centred": 0.96})
    assert found["threshold_from"] == "dev" and found["headline_layer"] == 1
    told = {"f1": 50, "precision": 200 / 3, "recall": 40, "f1_oracle": 200 / 3}  # 2 of 3 and of 5; 3 of 4 and of 5
    assert found["metrics"] == pytest.approx(told | {f"{name}_centred": value for name, value in told.items()})
    assert found["counts"]["n"] == 5 and found["counts"]["f1"] == {"tp": 2, "fp": 1, "fn": 3}
    assert found["counts"]["f1_oracle_centred"] == {"tp": 3, "fp": 1, "fn": 2}


def test_centred_candidates_have_their_own_threshold(small, tmp_path):
    found = score(small, predictions(dev=(DEV, candidates("de-1/en-1 0.5")), test=(TEST, TEST)), tmp_path)
    assert found["threshold"]["dev"] == pytest.approx(1.025) and found["threshold"]["dev_centred"] == 0.5
    assert found["metrics"]["f1"] == pytest.approx(50) and found["metrics"]["f1_centred"] == pytest.approx(60)


def test_the_threshold_may_come_from_test(small, tmp_path):
    found = score(small, predictions(dev=DEV, test=TEST), tmp_path, threshold_from="test")
    assert found["threshold_from"] == "test" and found["metrics"]["f1"] == found["metrics"]["f1_oracle"] == pytest.approx(200 / 3)
    assert found["threshold"]["dev"] == pytest.approx(1.025)


def test_without_a_dev_set_the_threshold_is_from_test(tmp_path):
    data = write(tmp_path / "bucc", test=corpora(numbered("de", 10), numbered("en", 10), GOLD))
    found = score(data, predictions(test=DEV), tmp_path, threshold_from="dev")
    assert found["threshold_from"] == "test" and found["threshold"] == pytest.approx({"test": 1.025, "test_centred": 1.025})
    assert found["metrics"]["f1"] == pytest.approx(75)


def test_nothing_mined_scores_zero(small, tmp_path):
    found = score(small, predictions(dev=[], test=[]), tmp_path)
    assert set(found["metrics"].values()) == {0} and found["counts"]["f1"] == {"tp": 0, "fp": 0, "fn": 5}


def test_the_layer_that_tables_ask_for_is_the_one_that_was_mined(small, tmp_path):
    assert score(small, predictions(dev=DEV, test=TEST, layer=8), tmp_path, layer=8)["headline_layer"] == 8
    with pytest.raises(IsoglossError, match=r"mined in layer 1\. the headline layer is 8"):
        score(small, predictions(dev=DEV, test=TEST), tmp_path, layer=8)


def test_trivial_mining_is_seeded_chance(small, tmp_path):
    first, again, other = (KIND.trivial(TASK, small, ["de"], seed)["de"] for seed in (1, 1, 2))
    assert first == again != other
    for record in first:
        left, right, scores = zip(*record["pred"], strict=True)
        assert len(set(left)) == len(set(right)) == len(left) == 10 and list(scores) == sorted(scores, reverse=True)
    found = score(small, first, tmp_path)
    gold = {tuple(pair) for pair in KIND.read(small, "de").gold}
    dev = {tuple(pair) for pair in KIND.read(small, "de", "dev").gold}
    cut = best_threshold([tuple(pair) for pair in first[0]["pred"]], dev)
    told = mining_metrics(mining_counts(extract([tuple(pair) for pair in first[2]["pred"]], cut), gold))
    assert found["metrics"]["f1"] == found["metrics"]["f1_centred"] == told["f1"]
    texts = {**numbered("de", 6), "de-6": "de 0"}, numbered("en", 9)
    data = write(tmp_path / "repeated", test=corpora(*texts, "de-1/en-1"))
    assert all(len(record["pred"]) == 5 for record in KIND.trivial(TASK, data, ["de"], 1)["de"])  # "de 0" has no id


@pytest.mark.parametrize("published", [("sample", "training"), ("dev",), ("test",)])
def test_from_published_files_to_a_score_file(tmp_path, published):
    source, splits = tmp_path / "bucc", ("test",) if published == ("test",) else ("dev", "test")
    source.mkdir()
    for split in published:
        for side, texts in (("de", numbered("de", 10)), ("en", numbered("en", 10))):
            (source / f"de-en.{split}.{side}").write_text("".join(f"{key}\t{text}{split}\n" for key, text in texts.items()))
        (source / f"de-en.{split}.gold").write_text(GOLD.replace("/", "\t").replace(" ", "\n") + "\n")
    make_taskdata("bucc", [source], ["de"], tmp_path / "data")
    assert KIND.splits(tmp_path / "data", "de") == splits
    found = [KIND.read(tmp_path / "data", "de", split) for split in splits]
    if published == ("dev",):  # its foreign sentences and their gold pairs are divided, its English ones are in both
        assert not found[0].query.keys() & found[1].query.keys() and len(found[0].query) + len(found[1].query) == 10
        assert [len(half.corpus) for half in found] == [10, 10] and len(found[0].gold) + len(found[1].gold) == 4
        assert all(foreign in half.query for half in found for foreign, _ in half.gold)
    else:
        assert all((len(part.query), len(part.corpus), len(part.gold)) == (10, 10, 4) for part in found)
    make_trivial("bucc", tmp_path / "data", 1, "no_train", None, tmp_path / "p")
    make_scores("bucc", "no_train", "trivial", 1, tmp_path / "data", tmp_path / "p", tmp_path / "s.json")
    scores = read_json(tmp_path / "s.json", "scores")
    assert set(get_task("bucc").metrics) <= set(scores["average"]) and scores["languages"]["de"]["threshold_from"] == splits[0]
    assert set(scores["languages"]["de"]["threshold"]) == {f"{split}{suffix}" for split in splits for suffix in ("", "_centred")}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.pop(), "expected each of"),
        (lambda records: records.append(records[0]), "expected each of"),
        (lambda records: records.clear(), "expected each of"),
        (lambda records: records[0].update(id="train"), "expected each of"),
        (lambda records: records[0].update(layer=2), r"layers \['1', '2'\]"),
        (lambda records: [record.update(layer="auto") for record in records], r"layers \['auto'\]"),
        (lambda records: records[0].update(pred=None), "id dev: predicts None"),
        (lambda records: records[0].update(pred=candidates("de-99/en-1 1")), "id dev: predicts"),
        (lambda records: records[0].update(pred=candidates("en-1/de-1 1")), "id dev: predicts"),
        (lambda records: records[0].update(pred=[["de-1", "en-1"]]), "id dev: predicts"),
        (lambda records: records[0].update(pred=[["de-1", "en-1", "1.0"]]), "id dev: predicts"),
    ],
)
def test_malformed_predictions_are_refused(small, tmp_path, spoil, message):
    records = predictions(dev=DEV, test=TEST)
    spoil(records)
    with pytest.raises(IsoglossError, match=message):
        score(small, records, tmp_path)


# -------------------------------------------------------------------------------------------------------------- task data


def test_task_data_is_read_as_it_was_written(small):
    data = KIND.read(small, "de")
    assert data.query == numbered("de", 10) and data.corpus == numbered("en", 10)
    assert data.gold == [tuple(pair.split("/")) for pair in f"de-9/en-5 {GOLD}".split()]
    assert list(KIND.sentences("de", corpora({"a": "ja"}, {"b": "yes"}, "a/b"))) == ["ja", "yes"]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (corpora({"de-1": "a"}, {"en-1": "b"}, "de-1/en-2"), "gold pair de-1 en-2"),
        (corpora({"de-1": "a"}, {"en-1": "b"}, "en-1/de-1"), "gold pair en-1 de-1"),
        (corpora({"de-1": "a"}, {"en-1": "b"}, "") * 2, "id 'de-1' occurs twice"),
    ],
)
def test_records_that_break_the_contract_are_refused(records, message):
    with pytest.raises(IsoglossError, match=message):
        KIND.check(TASK, records)
