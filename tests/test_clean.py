"""Normalising, keys, the reasons for dropping, languages and words."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.clean import CLEANERS, Cleaner, CleanSettings, evaluation_key, evaluation_keys, hash64, normalise
from isogloss.errors import IsoglossError
from isogloss.languages import LANGUAGES, characters, density, joiner, parse_language, parse_pair, split_words

# Every property also sees the characters that break text: spaces that split lines, marks, joiners, scripts, emoji, controls.
NASTY = "a Bé\u0301ßİ0५ \t\n\r\0\x0b\x1c\x85\xa0\u200b\u200c\u200d\u2028\u3000\ufeff\u00ad\u202e'’.-,_|漢ア한ไทй्हि👩🏽\u2640\ufe0f\u0600"
texts = st.text(st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=["Cs"])), max_size=40)


# -------------------------------------------------------------------------------------------------------------- normalising


@given(texts)
def test_normalise_is_idempotent_and_clean(text):
    once = normalise(text)
    assert normalise(once) == once == once.strip() == unicodedata.normalize("NFC", once)
    assert not [c for c in once if (c.isspace() and c != " ") or (unicodedata.category(c) in ("Cc", "Cf") and c not in "\u200c\u200d")]
    assert "  " not in once


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a\u3000\xa0b\tc\u2028d\x85e ", "a b c d e"),
        ("a\0b\ufeff\u200bc\u202ed", "abcd"),
        ("a \u200b b", "a b"),
        ("e\u00ad\u0301", "é"),  # what a removed character parted is composed
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("a ||| b", "a ||| b"),
        ("\u200f\u200e", ""),
    ],
)
def test_normalise(raw, clean):
    assert normalise(raw) == clean


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße!", "STRASSE"), ("ＡＢＣ １", "abc1"), ("It's.", "its"), ("e\u0301", "é"), ("我 们。", "我们"), ("a_b", "ab")],
)
def test_evaluation_key_ignores_spelling(one, other):
    assert evaluation_key(one) == evaluation_key(other) != ""


def test_evaluation_key_keeps_exactly_letters_marks_and_digits():
    assert evaluation_key("…?! – 👍") == "" and evaluation_key("हिन्दी") == "हिन्दी"
    kept = {c for c in map(chr, range(0x3000)) if unicodedata.category(c)[0] in "LMN" and unicodedata.normalize("NFKC", c).casefold() == c}
    assert all(evaluation_key(c) == c for c in kept)


def test_characters_searches_all_planes_that_matter():
    outside = [p for p in range(0x20000, 0x110000) if not 0xE0000 <= p < 0xE1000]
    assert not [p for p in outside if unicodedata.category(chr(p)) in ("Mn", "Mc", "Me", "Cc", "Cf")]
    assert characters("Zl", "Zp") == "\\U00002028-\\U00002029"


def test_hash64_is_the_same_everywhere():
    assert hash64("isogloss") == 0x439CC357A62F8157
    assert hash64("a") == hash64("a") != hash64("b")


def test_evaluation_keys_skip_empty_lines(tmp_path):
    path = tmp_path / "sentences.txt"
    path.write_bytes("\ufeffHallo!\r\n\n...\nHallo\nWelt".encode())
    assert evaluation_keys([path]) == {hash64("hallo"), hash64("welt")}
    with pytest.raises(IsoglossError, match="absent"):
        evaluation_keys([tmp_path / "absent"])


# ------------------------------------------------------------------------------------------------------------------ dropping

REASONS = {
    "columns": [(), ("a", "b", "c")],
    "missing": [(None, "b"), (None, None)],
    "encoding": [("a\ufffd", "b"), ("", "\ufffd")],
    "empty": [("", "b"), ("a", " \u3000\t"), ("a", "\u200d\u200c"), ("\0", "b")],
    "length": [("word " * 5000, "b"), ("x" * 1001, "b")],
    "ratio": [("x" * 200, "kurz")],
    "identical": [("Taxi", " Taxi"), ("é", "e\u0301")],
    "evaluation": [("Guten Tag, Welt!", "hello"), ("neu", "hello, world")],
    None: [("a", "b"), ("Hi.", "Grüß Gott!"), ("a ||| b", 'c "quoted" \'d'), ("שלום", "مرحبا"), ("👩‍👩‍👧", "family")],
}
EVALUATION = {hash64("gutentagwelt"), hash64("helloworld")}


@pytest.mark.parametrize(("reason", "row"), [(reason, row) for reason, rows in REASONS.items() for row in rows])
def test_reason(reason, row):
    assert Cleaner(("de", "en"), CleanSettings(), EVALUATION).clean(row)[1] == reason


def test_duplicates_are_exact_after_normalising_and_per_output():
    cleaner = Cleaner(("de", "en"), CleanSettings())
    outcomes = [cleaner.clean(row)[1] for row in [("a", "b"), ("a ", "b"), ("a", "B"), ("ab", ""), ("ab", "c"), ("a", "bc"), ("a", "b")]]
    assert outcomes == [None, "duplicate", None, "empty", None, None, "duplicate"]
    assert Cleaner(("de", "en"), CleanSettings()).clean(("a", "b"))[1] is None


def test_every_reason_is_tested():
    assert {name for name, _ in CLEANERS} == set(REASONS) - {None} | {"duplicate"}


def test_a_dense_script_is_not_too_short():
    english, chinese = "This is a sentence of about sixty characters, give or take.." * 3, "这是一个大约二十个字的句子左右差不多吧" * 3
    assert Cleaner(("en", "zh"), CleanSettings(max_ratio=1.5)).clean((english, chinese))[1] is None
    assert Cleaner(("en", "de"), CleanSettings(max_ratio=1.5)).clean((english, chinese))[1] == "ratio"


def test_settings_that_keep_nothing():
    with pytest.raises(IsoglossError, match="max_chars"):
        CleanSettings(min_chars=5, max_chars=4)


@given(st.lists(st.tuples(st.none() | texts, st.none() | texts) | st.just(()), max_size=30))
def test_every_row_has_one_outcome_and_kept_rows_are_whole(rows):
    cleaner = Cleaner(("en", "zh"), CleanSettings())
    kept = [row for row, reason in map(cleaner.clean, rows) if reason is None]
    assert len(set(kept)) == len(kept)
    assert all(len(row) == 2 and all(row) and "\n" not in "".join(row) for row in kept)


# ----------------------------------------------------------------------------------------------------------------- languages


def test_the_table_has_the_forty_languages_of_xtreme():
    assert len(LANGUAGES) == 40 == len({three for three, _ in LANGUAGES.values()})


@pytest.mark.parametrize(
    ("given", "code"),
    [("de", "de"), ("DEU", "de"), (" German ", "de"), ("cmn", "zh"), ("swa", "sw"), ("gsw", "gsw"), ("eng_flip", "en_flip")],
)
def test_parse_language(given, code):
    assert parse_language(given) == code


@pytest.mark.parametrize("given", ["", "d", "Klingon", "de-en", "de_", "../x"])
def test_parse_language_refuses(given):
    with pytest.raises(IsoglossError, match="not a language code"):
        parse_language(given)


def test_parse_pair():
    assert parse_pair("de-en") == ("de", "en") and parse_pair("en-en_flip") == ("en", "en_flip")
    for wrong in ("en-de", "de-de", "de", "de-en-fr"):
        with pytest.raises(IsoglossError, match="not a pair"):
            parse_pair(wrong)
    with pytest.raises(IsoglossError, match="`de-en`"):
        parse_pair("en-de")


def test_a_derived_language_has_the_habits_of_its_base():
    assert joiner("zh_flip") == joiner("th") == "" and joiner("en_flip") == " "
    assert density("zh_flip") == density("zh") < density("unknown") == 1


# --------------------------------------------------------------------------------------------------------------------- words


@given(texts, st.sampled_from(["en", "zh", "th", "xx_derived"]))
def test_split_words_is_total_and_ordered(text, lang):
    spans = split_words(text, lang)
    covered = [k for start, end in spans for k in range(start, end)]
    assert covered == sorted(set(covered))
    assert [k for k in range(len(text)) if not text[k].isspace()] == covered
    assert all(start < end for start, end in spans)


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        ("I don't like well-known l’eau, e.g. 3.5.", "en", "I|don't|like|well-known|l’eau|,|e.g|.|3.5|."),
        ("1,000 a,b 'quoted' end...", "en", "1,000|a|,|b|'|quoted|'|end|.|.|."),
        ("我喜欢iPhone 12。", "zh", "我|喜|欢|iPhone|12|。"),
        ("Tokyo東京タワー2", "en", "Tokyo|東|京|タ|ワ|ー|2"),
        ("สวัสดี 2024 ok", "th", "ส|วั|ส|ดี|2024|ok"),
        ("สวัสดี", "en", "สวัสดี"),
        ("می\u200cخواهم हिन्दी é", "fa", "می\u200cخواهم|हिन्दी|é"),
        ("e\u0301te\u0301 ❤\ufe0f👩\u200d👧", "fr", "e\u0301te\u0301|❤\ufe0f|👩\u200d👧"),
        ("한국어 문장", "ko", "한국어|문장"),
        ("a_b @c", "en", "a|_|b|@|c"),
        (" \u3000\t", "en", ""),
    ],
)
def test_split_words(text, lang, words):
    assert "|".join(text[start:end] for start, end in split_words(text, lang)) == words


def test_split_words_does_not_backtrack():
    random.seed(0)
    for text in ("a" * 100_000, "a'" * 50_000, "\u0301" * 100_000, "👩\u200d" * 50_000, "".join(random.choices("a'.\u0301", k=100_000))):
        assert split_words(text, "en")
