"""Lexicon induction: the answers of the head against plain transformers, and their scores word by word."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from isogloss.artifacts import read_json, write_jsonl
from isogloss.encoder import load_bare_model
from isogloss.errors import IsoglossError
from isogloss.heads import HEADS
from isogloss.score import make_scores, make_trivial
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from test_search import cosines
from test_sentences import states
from toy import WORDS

CPU, TASK, KIND = torch.device("cpu"), SimpleNamespace(name="bli"), KINDS["lexicon"]
ENTRIES = [
    {"id": "dog", "source": "dog", "targets": ["Hund"], "used": True},
    {"id": "house", "source": "house", "targets": ["Haus", "Heim"], "used": False},
    {"id": "home", "source": "home", "targets": ["Heim"], "used": True},
    {"id": "cat", "source": "cat", "targets": ["Katze"], "used": False},
]


def write(directory, entries=ENTRIES):
    KIND.check(TASK, entries)
    KIND.write(directory, "de", "test", entries)
    return directory


def answers(**by_word):
    """Records of `en_dog=["Hund Katze", ...]`: one list for the static vectors and one a layer."""
    return [{"id": key[3:], "direction": key[:2], "pred": [ranked.split() for ranked in pred]} for key, pred in by_word.items()]


RANKED = {
    "en_dog": ["Katze", "Hund", "Hund", "Katze"],
    "en_house": ["Heim Haus", "Hund Haus", "Katze Hund Heim", "Haus"],
    "en_home": ["Haus Heim", "Heim", "Haus", "Katze Haus Heim"],
    "en_cat": ["Katze", "Hund Katze", "Hund", "Katze"],
    "xx_Hund": ["dog", "cat dog", "dog", "cat"],
    "xx_Haus": ["home house", "house", "home", "house"],
    "xx_Heim": ["home", "house", "cat dog home", "cat"],
    "xx_Katze": ["cat", "dog home house cat", "cat", "cat"],
}


def score(data, records, tmp_path, layer=None):
    write_jsonl(tmp_path / "de.jsonl", records)
    return KIND.score(TASK, data, "de", tmp_path / "de.jsonl", layer, options={})


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "bli")


# -------------------------------------------------------------------------------------------------------------------- head


def test_answers_are_the_nearest_words_by_input_embeddings_and_by_layer(tmp_path, trained, tokenizer):
    network = load_bare_model(trained).eval()
    pairs = dict(zip(WORDS["en"], WORDS["zh"], strict=True)) | {"doghouse": "狗 房子", "house": "房子"}
    entries = [{"id": x, "source": x, "targets": [y, pairs["cat"]], "used": bool(k % 2)} for k, (x, y) in enumerate(pairs.items())]
    records = HEADS["lexicon"].predict(network, write(tmp_path, entries), "de", tokenizer, 32, CPU, {})
    found = {(record["direction"], record["id"]): record["pred"] for record in records}
    english, foreign = list(pairs), list(dict.fromkeys(word for entry in entries for word in entry["targets"]))
    assert len(records) == len(found) == len(english) + len(foreign)
    table = network.embeddings.word_embeddings.weight.detach()

    def vectors(word):
        ids = tokenizer(word, add_special_tokens=False).input_ids
        return torch.cat([table[ids].mean(0)[None], states(network, tokenizer, word)[:, 1:-1].mean(1)])

    x, y = (torch.stack([vectors(word) for word in words], 1).double().numpy() for words in (english, foreign))
    for space in range(4):
        near = cosines(x[space], y[space]).astype(float)
        for way, asking, candidates, cosine in (("en", english, foreign, near), ("xx", foreign, english, near.T)):
            for k, word in enumerate(asking):
                ranked = [candidates.index(answer) for answer in found[way, word][space]]
                assert len(ranked) == len(set(ranked)) == 10
                assert cosine[k, ranked] == pytest.approx(np.sort(cosine[k])[::-1][:10], abs=1e-5)


def test_a_word_of_which_nothing_is_known_has_no_nearest_word(tmp_path, trained, tokenizer):
    entries = [{"id": word, "source": word, "targets": [target], "used": False} for word, target in (("☃", "狗"), ("cat", "猫"))]
    records = HEADS["lexicon"].predict(load_bare_model(trained), write(tmp_path, entries), "de", tokenizer, 32, CPU, {})
    assert records[0] == {"id": "☃", "direction": "en", "pred": [["狗", "猫"]] * 4}  # in the order of the entries


# ----------------------------------------------------------------------------------------------------------------- scores


def test_scores_of_held_out_and_used_entries_both_ways(data, tmp_path):
    found = score(data, answers(**RANKED), tmp_path, layer=1)
    # English asks, held out: house, cat. Used: dog, home. Heim translates a used word, so it counts as used.
    expected = {
        "static_p1": [1, 1],
        "static_mrr": [1, 1],
        "p1": [0, 0],
        "mrr": [1 / 3, 0],
        "static_p1_used": [0, 0],
        "static_mrr_used": [0, 1 / 2],
        "p1_used": [1, 0],
        "mrr_used": [1, 0],
        "static_p1_xx": [0, 1],  # Haus, Katze
        "static_mrr_xx": [1 / 2, 1],
        "p1_xx": [0, 1],
        "mrr_xx": [0, 1],
        "static_p1_xx_used": [1, 1],  # Hund, Heim
        "static_mrr_xx_used": [1, 1],
        "p1_xx_used": [1, 0],
        "mrr_xx_used": [1, 1 / 3],
    }
    assert found["metrics"] == pytest.approx({name: 100 * np.mean(words) for name, words in expected.items()})
    assert found["layers"]["p1"] == [0, 0, 100] and found["layers"]["mrr"] == pytest.approx([50, 50 / 3, 100])
    assert found["layers"]["p1_xx_used"] == [50, 50, 0] and set(found["layers"]) == {name for name in expected if "static" not in name}
    assert found["counts"]["words_used"] == {"n": 2, "hits": [0, 2, 1, 0], "reciprocal": pytest.approx([0.5, 2, 1, 1 / 3])}
    assert {part: counts["n"] for part, counts in found["counts"].items()} == dict.fromkeys(found["counts"], 2)
    assert list(found["counts"]) == ["words", "words_used", "words_xx", "words_xx_used"]


def test_the_headline_layer_is_two_thirds_up_or_as_asked(data, tmp_path):
    assert score(data, answers(**RANKED), tmp_path)["headline_layer"] == 1  # of two layers
    assert score(data, answers(**RANKED), tmp_path, layer=2)["metrics"]["p1"] == 100
    with pytest.raises(IsoglossError, match=r"layers 0 to 2, headline layer 3"):
        score(data, answers(**RANKED), tmp_path, layer=3)


def test_trivial_answers_are_seeded_chance(tmp_path):
    entries = [{"id": f"en{k}", "source": f"en{k}", "targets": [f"de{k}"], "used": k < 20} for k in range(40)]
    data = write(tmp_path / "bli", entries)
    first, again, other = (KIND.trivial(TASK, data, ["de"], seed)["de"] for seed in (1, 1, 2))
    assert first == again != other and len(first) == 80
    found = [score(data, KIND.trivial(TASK, data, ["de"], seed)["de"], tmp_path)["metrics"] for seed in range(40)]
    assert all(metrics["static_p1"] == metrics["p1"] for metrics in found)
    assert 1.5 < np.mean([metrics["p1"] for metrics in found]) < 3.5  # one of forty
    assert np.mean([metrics["mrr"] for metrics in found]) == pytest.approx(100 / 40 * sum(1 / k for k in range(1, 11)), rel=0.3)


def test_lists_of_few_candidates_are_short(data):
    assert {len(ranked) for record in KIND.trivial(TASK, data, ["de"], 1)["de"] for ranked in record["pred"]} == {4}


def test_from_published_files_to_a_score_file(tmp_path):
    source = tmp_path / "bli"
    source.mkdir()
    (source / "en-de.train.tsv").write_text("dog\tHund\nhouse\tHaus\n")
    (source / "en-de.test.tsv").write_text("cat\tKatze\nhouse\tHeim\n")
    make_taskdata("bli", [source], ["de"], tmp_path / "data")
    make_trivial("bli", tmp_path / "data", 1, "no_train", None, tmp_path / "p")
    make_scores("bli", "no_train", "trivial", 1, tmp_path / "data", tmp_path / "p", tmp_path / "s.json")
    scores = read_json(tmp_path / "s.json", "scores")
    assert set(get_task("bli").metrics) <= set(scores["average"]) and len(scores["layers"]["de"]["p1"]) == 1
    sizes = {part: counts["n"] for part, counts in scores["languages"]["de"]["counts"].items()}
    assert sizes == {"words": 1, "words_used": 2, "words_xx": 1, "words_xx_used": 3}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda records: records.pop(), "direction xx: 1 ids are missing"),
        (lambda records: records.append(records[0]), "direction en: .*1 are repeated"),
        (lambda records: records[0].update(direction="de"), 'expected direction "en" or "xx"'),
        (lambda records: records[0].update(pred="Hund"), "direction en id dog: predicts"),
        (lambda records: records[0]["pred"].__setitem__(0, ["dog"]), "direction en id dog: predicts"),
        (lambda records: records[0]["pred"].__setitem__(0, ["Hund", "Hund"]), "direction en id dog: predicts"),
        (lambda records: records[0]["pred"].__setitem__(0, ["Hund"] * 11), "at most 10 different words"),
        (lambda records: records[0]["pred"].pop(), r"has \[3, 4\] answer lists"),
        (lambda records: [record.update(pred=record["pred"][:1]) for record in records], r"has \[1\] answer lists"),
    ],
)
def test_malformed_answers_are_refused(data, tmp_path, spoil, message):
    records = answers(**RANKED)
    spoil(records)
    with pytest.raises(IsoglossError, match=message):
        score(data, records, tmp_path)


# -------------------------------------------------------------------------------------------------------------- task data


def test_questions_of_either_side():
    asked = KIND.questions(ENTRIES, "xx")
    assert list(asked) == ["Hund", "Haus", "Heim", "Katze"]
    assert asked["Heim"] == ({"house", "home"}, True) and asked["Haus"] == ({"house"}, False)
    assert KIND.questions(ENTRIES, "en")["house"] == ({"Haus", "Heim"}, False)


def test_task_data_is_read_as_it_was_written_and_holds_no_sentence(data):
    assert KIND.read(data, "de") == ENTRIES and not list(KIND.sentences("de", ENTRIES))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"id": "dog", "source": "dog", "targets": ["Dogge"], "used": False}, "id 'dog' occurs twice"),
        ({"id": "1", "source": "cow", "targets": ["Kuh"], "used": False}, "a word with its translations"),
        ({"id": "cow", "source": "cow", "targets": [], "used": False}, "a word with its translations"),
        ({"id": "cow", "source": "cow", "targets": [""], "used": False}, "a word with its translations"),
    ],
)
def test_entries_that_break_the_contract_are_refused(entry, message):
    with pytest.raises(IsoglossError, match=message):
        KIND.check(TASK, [*ENTRIES, entry])
