"""Scores of answers against the test vectors of the evaluation protocol (made with the scripts of SQuAD and MLQA), and properties."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.metrics.answers import RULES, answer_counts, answer_metrics, answer_scores

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"
WORD = st.sampled_from("the Hund hund, der 北京 x".split())
TEXT = st.lists(WORD, max_size=5).map(" ".join)
QUESTIONS = st.lists(st.tuples(st.lists(TEXT, min_size=1, max_size=3), st.none() | TEXT), max_size=8)
by_rule = pytest.mark.parametrize(("rule", "lang"), [("squad", "zh"), ("mlqa", "de"), ("mlqa", "zh")])


@pytest.mark.parametrize(
    ("lang", "pred", "gold", "mlqa", "squad"),
    [
        ("en", "", "the", (1, 0), (1, 0)),
        ("en", "a", "the", (1, 0), (1, 0)),
        ("en", "The Beatles", "beatles", (1, 1), (1, 1)),
        ("en", "don\u2019t", "dont", (1, 1), (0, 0)),
        ("en", "fire-fighters", "firefighters", (1, 1), (1, 1)),
        ("en", "New York New York", "New York", (0, 2 / 3), (0, 2 / 3)),
        ("en", "in New York City", "New York City", (0, 6 / 7), (0, 6 / 7)),
        ("es", "los Estados Unidos", "Estados Unidos", (1, 1), (0, 0.8)),
        ("es", "¿Qué?", "que", (0, 0), (0, 0)),
        ("de", "der Hund", "den Hund", (1, 1), (0, 0.5)),
        ("de", "Straße", "strasse", (0, 0), (0, 0)),
        ("vi", "những con mèo", "con mèo", (1, 1), (0, 0.8)),
        ("ar", "السلام", "سلام", (1, 1), (0, 0)),
        ("ar", "قال الرجل", "رجل", (0, 2 / 3), (0, 0)),
        ("ar", "قال", "ق", (1, 1), (0, 0)),
        ("hi", "भारत।", "भारत", (1, 1), (0, 0)),
        ("zh", "北京大学", "北京", (0, 2 / 3), (0, 0)),
        ("zh", "1990年5月", "1990年", (0, 2 / 3), (0, 0)),
        ("zh", "Apple 公司", "Apple公司", (1, 1), (0, 0)),
        ("zh", "《红楼梦》", "红楼梦", (1, 1), (0, 0)),
        ("zh", "iPhone7", "iPhone 7", (0, 0), (0, 0)),
        ("zh", "一九〇〇年", "一九年", (0, 6 / 7), (0, 0)),  # "〇〇" is one token
        ("zh", "3.14", "314", (1, 1), (1, 1)),
    ],
)
def test_vectors_of_mlqa_and_squad(lang, pred, gold, mlqa, squad):
    assert answer_scores(pred, [gold], lang, "mlqa") == pytest.approx(mlqa)
    assert answer_scores(pred, [gold], lang, "squad") == pytest.approx(squad)


@pytest.mark.parametrize("rule", ["squad", "mlqa"])
def test_vector_of_a_data_set(rule):
    pairs = [(["the cat", "a black cat"], "black cat"), (["Paris"], "in Paris"), (["x"], None)]
    counts = answer_counts(pairs, "en", rule)
    assert counts == {"n": 3, "em": 1, "f1": pytest.approx(5 / 3), "missing": 1}
    assert answer_metrics(counts) == pytest.approx({"em": 33.33, "f1": 55.56}, abs=0.005)


# A word, and its only token by the rule; "" has none.
ENGLISH = {"The": "", "a": "", "(an)": "", "t.h.e": "", "theory": "theory", "U.S.": "us", "«Paris»": "«paris»", "–": "–", "l’eau": "l’eau"}
GERMAN = {"Der": "", "„eine“": "", "–": "", "derer": "derer", "«Straße»": "straße", "z.B.": "zb", "The": "the", "€5": "€5", "Öl": "öl"}
SPANISH = {"Los": "", "¿una?": "", "lo": "lo", "ÉL": "él", "al": "al"}
HINDI = {"भारत।": "भारत", "the": "the", "(में)": "में", "१९४७": "१९४७"}


@pytest.mark.parametrize(
    ("rule", "lang", "tokens"),
    [("squad", "fr", ENGLISH), ("mlqa", "de", GERMAN), ("mlqa", "de_inverted", GERMAN), ("mlqa", "es", SPANISH), ("mlqa", "hi", HINDI)],
)
@given(data=st.data())
def test_articles_and_punctuation_do_not_count_and_words_do(rule, lang, tokens, data):
    words = data.draw(st.lists(st.sampled_from(sorted(tokens)), max_size=6))
    kept = [tokens[word] for word in words if tokens[word]]
    assert RULES[rule]("\n  ".join(words), lang) == kept
    assert answer_scores(" ".join(words), [" ".join(kept)], lang, rule) == (1, bool(kept))
    assert answer_scores(" ".join([*words, "unlike"]), [" ".join(kept)], lang, rule)[0] == 0


@pytest.mark.parametrize(
    ("lang", "articles"),
    [
        ("en", "a an the"),
        ("es", "un una unos unas el la los las"),
        ("de", "ein eine einen einem eines einer der die das den dem des"),
        ("vi", "của là cái chiếc những"),
        ("ar", "ال"),
        ("hi", ""),
        ("zh", ""),
    ],
)
def test_the_articles_of_mlqa_are_those_of_its_language(lang, articles):
    every = (
        "a an the un una unos unas el la los las ein eine einen einem eines einer der die das den dem des của là cái chiếc những ال".split()
    )
    assert [word for word in every if not RULES["mlqa"](word, lang)] == articles.split()
    assert [word for word in every if not RULES["squad"](word, lang)] == ["a", "an", "the"]


def test_the_characters_of_mlqa_end_where_unicode_1_ended():
    assert RULES["mlqa"]("一龥龦龦㐀〇b", "zh") == ["一", "龥", "龦龦㐀〇b"]


@given(st.text("北京大学", min_size=1), st.text("北京大学", min_size=1))
def test_chinese_shares_characters_by_mlqa_and_whole_answers_by_squad(pred, gold):
    shared = sum(min(pred.count(character), gold.count(character)) for character in "北京大学")
    assert answer_scores(pred, [gold], "zh", "mlqa") == (pred == gold, pytest.approx(2 * shared / (len(pred) + len(gold))))
    assert answer_scores(pred, [gold], "zh", "squad") == (pred == gold, pred == gold)


@by_rule
@given(pred=TEXT, gold=TEXT, other=TEXT)
def test_scores_are_symmetric_and_the_best_over_gold_answers(rule, lang, pred, gold, other):
    one, two = answer_scores(pred, [gold], lang, rule), answer_scores(pred, [other], lang, rule)
    assert one == answer_scores(gold, [pred], lang, rule)
    assert answer_scores(pred, [gold, other], lang, rule) == (max(one[0], two[0]), max(one[1], two[1]))
    assert 0 <= one[1] <= 1 and (one[1] == 1) <= (sorted(RULES[rule](pred, lang)) == sorted(RULES[rule](gold, lang)))


def test_metrics_take_their_best_gold_answer_each_on_its_own():
    assert answer_scores("the", ["a", "x"], "en", "squad") == (1, 0)
    assert answer_scores("a 京北", ["北京", "x"], "zh", "mlqa") == pytest.approx((0, 0.8))  # every token, in another order


@by_rule
@given(questions=QUESTIONS, more=QUESTIONS, rng=st.randoms(use_true_random=False))
def test_counts_add_up_are_means_over_questions_and_know_no_order(rule, lang, questions, more, rng):
    left, right, whole = (answer_counts(part, lang, rule) for part in (questions, more, questions + more))
    assert {name: left[name] + right[name] for name in left} == pytest.approx(whole)
    assert answer_counts(rng.sample(questions, len(questions)), lang, rule) == left
    scores = [(0, 0) if pred is None else answer_scores(pred, golds, lang, rule) for golds, pred in questions]
    means = [100 * sum(column) / len(scores) for column in zip(*scores, strict=True)] or [0, 0]
    assert list(answer_metrics(left).values()) == pytest.approx(means)
    assert (left["n"], left["missing"]) == (len(questions), sum(pred is None for _, pred in questions))


@by_rule
@given(texts=st.lists(TEXT, min_size=1))
def test_the_gold_answer_is_100(rule, lang, texts):
    metrics = answer_metrics(answer_counts([([text], text) for text in texts], lang, rule))
    with_tokens = [text for text in texts if RULES[rule](text, lang)]
    assert metrics == {"em": 100, "f1": pytest.approx(100 * len(with_tokens) / len(texts))}


def test_mlqa_knows_its_seven_languages_only():
    with pytest.raises(IsoglossError, match="language fr.*MLQA has en, es, de, ar, hi, vi, zh"):
        answer_scores("le chat", ["chat"], "fr", "mlqa")


def test_a_question_without_gold_answers_is_refused():
    with pytest.raises(IsoglossError, match="without gold answers"):
        answer_scores("chat", [], "en", "squad")


@pytest.mark.parametrize(
    ("lang", "n", "empty"),
    [("en", 1148, 0), ("de", 512, 0), ("es", 500, 1), ("ar", 517, 0), ("zh", 504, 0), ("hi", 507, 0)],  # n: README of MLQA
)
def test_gold_answers_of_mlqa_match_themselves_but_one_is_an_article_alone(lang, n, empty):
    path = REAL / "tasks" / "mlqa" / f"dev-context-{lang}-question-{lang}.json"
    if not path.is_file():
        pytest.skip("needs the real MLQA dev set")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    questions = [qa for article in articles for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    golds = [[answer["text"] for answer in qa["answers"]] for qa in questions]
    counts = answer_counts([(texts, texts[0]) for texts in golds], lang, "mlqa")
    assert counts == {"n": n, "em": n, "f1": n - empty, "missing": 0}
