"""The reader of treebanks: multi-word tokens become one, with the tag of the head of the span."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.tasks.conllu import DEFAULT, PRECEDENCE, Sentence, Word, fused, read_treebank, span_head
from isogloss.tasks.udpos import UPOS
from reading import kept, real, records, there, written


def conllu(*rows):
    """CoNLL-U of a sentence: (id, form, tag, head)."""
    return "# text\n" + "".join(f"{key}\t{form}\t_\t{tag}\t_\t_\t{head}\t_\t_\t_\n" for key, form, tag, head in rows) + "\n"


# Je vais au lac: au = à le, both hang on lac; dámelo: a verb with two pronouns.
FRENCH = conllu(
    (1, "Je", "PRON", 2), (2, "vais", "VERB", 0), ("3-4", "au", "_", "_"), (3, "à", "ADP", 5), (4, "le", "DET", 5), (5, "lac", "NOUN", 2)
)
SPANISH = conllu(
    ("1-3", "dámelo", "_", "_"),
    (1, "da", "VERB", 0),
    (2, "me", "PRON", 1),
    (3, "lo", "PRON", 1),
    ("3.1", "x", "X", "_"),
    (4, ".", "PUNCT", 1),
)


def read(directory, text, lang="fr"):
    (record,) = records("udpos", written(directory, {f"{lang}_x-ud-test.conllu": text}), lang)
    return list(zip(record["tokens"], record["tags"], strict=True))


@pytest.mark.parametrize(
    "change", [lambda t: t, lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n"), lambda t: "\ufeff" + t + "\n\n"]
)
def test_a_fused_token_has_the_tag_of_its_head(tmp_path, change):
    assert read(tmp_path, change(FRENCH)) == [("Je", "PRON"), ("vais", "VERB"), ("au", "ADP"), ("lac", "NOUN")]
    assert read(tmp_path, change(SPANISH), "es") == [("dámelo", "VERB"), (".", "PUNCT")]


def words(*pairs):
    return {number: Word("", tag, head) for number, (tag, head) in enumerate(pairs, 1)}


@pytest.mark.parametrize(
    ("lang", "sentence", "span", "head"),
    [
        ("de", words(("NOUN", 2), ("ADP", 0)), [1, 2], 2),  # nearer to the root, whatever the tags
        ("de", words(("DET", 3), ("NOUN", 3), ("PUNCT", 0)), [1, 2], 2),  # NOUN before DET
        ("de", words(("DET", 3), ("DET", 3), ("NOUN", 0)), [1, 2], 1),  # the first of the same tag
        ("es", words(("DET", 3), ("ADP", 3), ("VERB", 0)), [1, 2], 2),  # ADP before DET, in Spanish as elsewhere
        ("fr", words(("ADJ", 3), ("NOUN", 3), ("VERB", 0)), [1, 2], 2),
        ("it", words(("NOUN", 3), ("INTJ", 3), ("VERB", 0)), [1, 2], 2),  # NOUN is not in the list of Italian
        ("de", words(("NOUN", 3), ("INTJ", 3), ("VERB", 0)), [1, 2], 1),
        ("it", words(("NOUN", 3), ("SYM", 3), ("VERB", 0)), [1, 2], 1),
        ("de", words(("AUX", 2), ("NOUN", 1)), [1, 2], 2),  # a circle ends
    ],
)
def test_the_head_of_a_span(lang, sentence, span, head):
    assert span_head(span, sentence, PRECEDENCE.get(lang, DEFAULT)) == head


@st.composite
def trees(draw):
    """A sentence whose words hang on earlier ones in a drawn order, with ranges that do not overlap."""
    n = draw(st.integers(1, 9))
    order = draw(st.permutations(range(1, n + 1)))
    heads = {word: 0 if not place else order[draw(st.integers(0, place - 1))] for place, word in enumerate(order)}
    found = {word: Word(f"w{word}", draw(st.sampled_from(UPOS)), heads[word]) for word in range(1, n + 1)}
    cuts = sorted(draw(st.sets(st.integers(1, n + 1))))
    return Sentence(found, [(a, b - 1, f"{a}-{b - 1}") for a, b in zip(cuts[::2], cuts[1::2], strict=False) if b - a > 1])


@given(trees())
def test_fusing_against_ancestors_counted_in_the_open(sentence):
    """As the reference: of the words with the fewest ancestors the one whose tag comes first, and of those the first."""
    ancestors = defaultdict(set)
    for word in sentence.words:
        above = sentence.words[word].head
        while above:
            ancestors[word].add(above)
            above = sentence.words[above].head
    expected, number = [], 1
    starts = {first: (last, form) for first, last, form in sentence.ranges}
    while number in sentence.words:
        last, form = starts.get(number, (number, sentence.words[number].form))
        span = range(number, last + 1)
        fewest = min(len(ancestors[word]) for word in span)
        tags = [sentence.words[word].tag for word in span if len(ancestors[word]) == fewest]
        expected.append((form, next((tag for tag in DEFAULT if tag in tags), tags[0])))
        number = last + 1
    assert fused(sentence, DEFAULT) == expected


def test_all_treebanks_of_a_language_in_the_order_of_their_names(tmp_path):
    one, two = conllu((1, "a", "X", 0)), conllu((1, "b", "X", 0)) + conllu((1, "_", "X", 0))
    names = {"UD_French-B/fr_b-ud-test.conllu": two, "UD_French-A/fr_a-ud-test.conllu": one, "UD_French-A/fr_a-ud-dev.conllu": one}
    names |= {"UD_Old_French-S/fro_s-ud-test.conllu": one, "UD_French-A/stats.xml": "", "UD_French-A/fr_a-ud-test.txt": ""}
    source = written(tmp_path, names)
    assert there("udpos", source) == {
        ("fr", "dev"): ["fr_a-ud-dev.conllu"],
        ("fr", "test"): ["fr_a-ud-test.conllu", "fr_b-ud-test.conllu"],
        ("fro", "test"): ["fro_s-ud-test.conllu"],
    }
    found = records("udpos", source, "fr")
    assert [(record["id"], record["tokens"]) for record in found] == [("fr-test-0", ["a"]), ("fr-test-1", ["b"]), ("fr-test-2", ["_"])]
    assert len(kept("udpos", found)) == 2  # the one without words goes


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, "a", "NN", 0)], "line 2: tag 'NN' is unknown"),
        ([(1, "a", "_", 0)], "line 2: tag '_' is unknown"),
        ([(1, "a", "X", 0), (3, "b", "X", 1)], "line 3: word 3 on head '1' follows word 1"),
        ([(1, "a", "X", "_")], "line 2: word 1 on head '_' follows word 0"),
        ([(1, "a", "X", 7)], r"line 2: the sentence has no word 7, which it refers to"),
        ([("1-2", "ab", "_", "_"), (1, "a", "X", 0)], "line 2: the sentence has no word 2"),
        ([("1-2", "ab", "_", "_"), ("2-3", "bc", "_", "_"), *((k, "a", "X", 0) for k in (1, 2, 3))], "line 2: a word is in two"),
        ([("x", "a", "X", 0)], "line 2: has 10 columns, the first 'x'"),
        ([(1, "a\tb", "X", 0)], "line 2: has 11 columns"),
    ],
)
def test_damage_in_a_treebank_is_named(tmp_path, rows, message):
    with pytest.raises(IsoglossError, match=rf"fr_x-ud-test\.conllu {message}"):
        read(tmp_path, conllu(*rows))


# ----------------------------------------------------------------------------------------------------------------- real data

TREEBANKS = {"de": "UD_German-GSD/de_gsd", "fr": "UD_French-GSD/fr_gsd", "tr": "UD_Turkish-IMST/tr_imst"}


@pytest.mark.parametrize(("lang", "sentences"), [("de", 977), ("fr", 416), ("tr", 1100)])
def test_real_treebanks_have_as_many_tokens_as_their_surface(lang, sentences):
    source = real("tasks", "ud")
    text = (source / f"{TREEBANKS[lang]}-ud-test.conllu").read_bytes().decode()
    tokens = []
    for block in filter(None, text.split("\n\n")):
        keys = [line.split("\t")[0] for line in block.split("\n") if line and line[0] != "#"]
        ranges = [tuple(map(int, key.split("-"))) for key in keys if "-" in key]
        inside = {number for first, last in ranges for number in range(first, last + 1)}
        tokens.append(len(ranges) + sum(key.isdecimal() and int(key) not in inside for key in keys))
    found = records("udpos", source, lang)
    assert len(found) == sentences and [len(record["tokens"]) for record in found] == tokens


@pytest.mark.parametrize(("lang", "fused_tokens", "agreeing"), [("fr", 283, 282), ("tr", 32, 30)])
def test_fused_tokens_of_real_treebanks_are_those_that_xtreme_prepares(lang, fused_tokens, agreeing):
    """Over sentences that are in both; the few that differ were tagged again between the versions of the treebanks."""
    prepared = defaultdict(list)
    for record in records("udpos", real("tasks", "udpos"), lang):
        prepared[tuple(record["tokens"])].append(record["tags"])
    source, same = real("tasks", "ud"), []
    sentences = read_treebank(source / f"{TREEBANKS[lang]}-ud-test.conllu", UPOS)
    for sentence, record in zip(sentences, records("udpos", source, lang), strict=True):
        forms = {form for _, _, form in sentence.ranges}
        others = prepared.get(tuple(record["tokens"]), [])
        for place, (form, tag) in enumerate(zip(record["tokens"], record["tags"], strict=True)):
            if others and form in forms:
                same.append(tag in {tags[place] for tags in others})
    assert (len(same), sum(same)) == (fused_tokens, agreeing)
