"""Entity F1 against the test vectors of the evaluation protocol (made with seqeval), and against brute force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.metrics.entity_f1 import entities, entity_counts, entity_metrics, strict_entities

BIO = st.sampled_from("O O B-PER I-PER B-LOC I-LOC".split())
SENTENCE = st.lists(st.tuples(BIO, BIO), max_size=8)
CORPUS = st.lists(SENTENCE, max_size=5)


def as_pairs(corpus):
    return [([gold for gold, _ in sentence], [pred for _, pred in sentence]) for sentence in corpus]


def score(pairs):
    return entity_metrics(entity_counts(pairs))


@pytest.mark.parametrize(
    ("gold", "pred", "conll", "strict"),
    [
        ("O B-PER I-PER O", "O I-PER I-PER O", 100, 0),
        ("B-PER I-PER I-PER", "B-PER I-PER I-LOC", 0, 0),
        ("B-PER I-PER B-LOC", "B-PER I-PER I-LOC", 100, 200 / 3),
        ("B-LOC B-LOC", "B-LOC I-LOC", 0, 0),
        ("B-ORG I-ORG I-ORG", "B-ORG I-ORG O", 0, 0),
        ("B-PER | B-PER", "B-PER | I-PER", 100, 200 / 3),
        ("I-PER I-PER B-PER O I-LOC", "B-PER I-PER B-PER O B-LOC", 100, 50),
        ("O O", "O O", 0, 0),
        ("O O", "B-PER O", 0, 0),
        ("B-PER O", "O O", 0, 0),
        ("O O O B-MISC I-MISC I-MISC O | B-PER I-PER O", "O O B-MISC I-MISC I-MISC I-MISC O | B-PER I-PER O", 50, 50),
        ("B-PER O B-LOC O B-LOC O B-LOC", "B-LOC O B-LOC O B-LOC O B-LOC", 75, 75),
        ("B-A-B I-A-B", "B-A-B I-X-B", 0, 0),
        ("B-PER I-PER I-PER O", "B-PER B-PER I-PER O", 0, 0),
    ],
)
def test_vectors_of_seqeval(gold, pred, conll, strict):
    pairs = [(right.split(), guess.split()) for right, guess in zip(gold.split("|"), pred.split("|"), strict=True)]
    metrics = score(pairs)
    assert (metrics["entity_f1"], metrics["entity_f1_strict"]) == pytest.approx((conll, strict))


def test_precision_and_recall_are_of_the_conll_counts():
    pairs = [("B-PER O B-LOC".split(), "I-PER O O".split())]
    assert entity_counts(pairs) == {"conll": {"tp": 1, "fp": 0, "fn": 1}, "strict": {"tp": 0, "fp": 0, "fn": 2}}
    assert score(pairs) == pytest.approx({"entity_f1": 200 / 3, "entity_f1_strict": 0, "entity_precision": 100, "entity_recall": 50})


def test_words_are_scored_by_their_first_sub_word():
    """Sub-words scored one by one, as in ERNIE-M, fail an entity for a B- inside its first word."""
    gold, pred = "B-PER I-PER I-PER O".split(), "B-PER B-PER I-PER O".split()
    first_sub_words = [0, 2, 3]
    assert score([(gold, pred)])["entity_f1"] == 0
    assert score([([gold[k] for k in first_sub_words], [pred[k] for k in first_sub_words])])["entity_f1"] == 100


def brute_force(tags):
    """Every span of one type that only its first token may open, that opens there, and that cannot be extended."""

    def opens(k):
        before = tags[k - 1] if k else "O"
        return tags[k][0] == "B" or tags[k][0] == "I" and (before == "O" or before[2:] != tags[k][2:])

    found = set()
    for start in range(len(tags)):
        for end in range(start + 1, len(tags) + 1):
            inside = all(tag != "O" and tag[2:] == tags[start][2:] for tag in tags[start:end])
            alone = not any(opens(k) for k in range(start + 1, end))
            complete = end == len(tags) or tags[end] == "O" or opens(end)
            if tags[start] != "O" and opens(start) and inside and alone and complete:
                found.add((tags[start][2:], start, end))
    return found


@given(st.lists(BIO, max_size=10))
def test_entities_equal_brute_force(tags):
    assert entities(tags) == brute_force(tags)
    assert strict_entities(tags) == {entity for entity in brute_force(tags) if tags[entity[1]][0] == "B"}


@given(CORPUS)
def test_swapping_gold_and_pred_swaps_precision_and_recall(corpus):
    ours, swapped = score(as_pairs(corpus)), score([(pred, gold) for gold, pred in as_pairs(corpus)])
    assert (ours["entity_precision"], ours["entity_recall"]) == (swapped["entity_recall"], swapped["entity_precision"])
    assert (ours["entity_f1"], ours["entity_f1_strict"]) == (swapped["entity_f1"], swapped["entity_f1_strict"])


@given(CORPUS, st.randoms(use_true_random=False))
def test_the_order_of_sentences_means_nothing(corpus, rng):
    assert score(as_pairs(rng.sample(corpus, len(corpus)))) == score(as_pairs(corpus))


@given(CORPUS, CORPUS)
def test_counts_of_parts_add_up(left, right):
    a, b, whole = (entity_counts(as_pairs(part)) for part in (left, right, left + right))
    for mode in ("conll", "strict"):
        assert {key: a[mode][key] + b[mode][key] for key in a[mode]} == whole[mode]


@given(CORPUS)
def test_identical_is_100_where_there_is_an_entity(corpus):
    pairs = [(gold, gold) for gold, _ in as_pairs(corpus)]
    assert score(pairs)["entity_f1"] == (100 if any(entities(gold) for gold, _ in pairs) else 0)
    assert score(pairs)["entity_f1_strict"] == (100 if any(strict_entities(gold) for gold, _ in pairs) else 0)
