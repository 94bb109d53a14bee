"""The reader of CoNLL-2002 and 2003: the traps of their files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.metrics.entity_f1 import ENTITIES
from isogloss.tasks.conll import BIO, to_iob2
from reading import records, there, written

ENGLISH = """-DOCSTART- -X- -X- O

EU NNP B-NP I-ORG
rejects VBZ B-VP O
German JJ B-NP I-MISC
British JJ I-NP B-MISC
call NN I-NP O

Peter NNP B-NP I-PER
Blackburn NNP I-NP I-PER
"""
# As in a copy of the Dutch files: no blank line after the line of the document.
DUTCH = "-DOCSTART- -DOCSTART- O\nDe Art O\nAntwerpen N B-LOC\n. Punc O\n\n-DOCSTART- -DOCSTART- O\nJan N B-PER\n"


def read(directory, name, content, lang, split="train"):
    found = records("conll", written(directory, {name: content}), lang, split)
    return [list(zip(record["tokens"], record["tags"], strict=True)) for record in found]


@pytest.mark.parametrize(
    "change", [lambda t: t, lambda t: t.replace(" ", "\t"), lambda t: t.replace("\n", " \r\n"), lambda t: "\ufeff" + t]
)
def test_iob1_becomes_iob2(tmp_path, change):
    assert read(tmp_path, "eng.train", change(ENGLISH), "en") == [
        [("EU", "B-ORG"), ("rejects", "O"), ("German", "B-MISC"), ("British", "B-MISC"), ("call", "O")],
        [("Peter", "B-PER"), ("Blackburn", "I-PER")],
    ]


def test_the_line_of_a_document_goes_and_its_sentence_stays(tmp_path):
    assert read(tmp_path, "ned.testa", DUTCH, "nl", "dev") == [[("De", "O"), ("Antwerpen", "B-LOC"), (".", "O")], [("Jan", "B-PER")]]
    assert read(tmp_path, "nl.testb", DUTCH.replace("\n\n", "\n"), "nl", "test")[1] == [("Jan", "B-PER")]


def test_a_sentence_that_begins_inside_an_entity(tmp_path):  # as one in esp.train and one in esp.testa
    assert read(tmp_path, "esp.train", "Real NC I-LOC\nde SP I-LOC\nB NC B-LOC\n", "es") == [
        [("Real", "B-LOC"), ("de", "I-LOC"), ("B", "B-LOC")]
    ]


def test_columns_of_2003_in_german_and_of_2002_in_spanish(tmp_path):
    assert read(tmp_path, "deu.train", "Müller Müller NE I-NC I-PER\n".encode("latin-1"), "de") == [[("Müller", "B-PER")]]
    assert read(tmp_path, "esp.testb", "Perú B-LOC\n", "es", "test") == [[("Perú", "B-LOC")]]


def test_latin_1_only_where_it_is_not_utf_8(tmp_path):
    text = "a\xa0b N O\nx\x85y N O\nMünchen N I-LOC\n"  # the first two are white space to Python, and parts of tokens here
    expected = [[("a\xa0b", "O"), ("x\x85y", "O"), ("München", "B-LOC")]]
    assert read(tmp_path, "deu.testa", text.encode("latin-1"), "de", "dev") == expected
    assert read(tmp_path, "deu.testa", text.encode(), "de", "dev") == expected


def test_names_of_the_files(tmp_path):
    names = ["eng.testa", "x/esp.testb", "ned.train", "deu.train", "tr.testa", "eng.raw", "notes.txt", "train.zip.txt"]
    assert set(there("conll", written(tmp_path / "a", dict.fromkeys(names, DUTCH)))) == {
        ("en", "dev"), ("es", "test"), ("nl", "train"), ("de", "train"), ("tr", "dev"),
    }  # fmt: skip
    english = written(tmp_path / "b", dict.fromkeys(["CONLL2003/train.txt", "CONLL2003/valid.txt", "CONLL2003/test.txt"], ENGLISH))
    assert there("conll", english) == {("en", "train"): ["train.txt"], ("en", "dev"): ["valid.txt"], ("en", "test"): ["test.txt"]}


def test_an_unknown_tag_is_named(tmp_path):
    with pytest.raises(IsoglossError, match=r"eng\.train line 3: tag 'I-NP' is unknown\. expected one of B-LOC"):
        read(tmp_path, "eng.train", "\na N O\nb N I-NP\n", "en")


@given(st.lists(st.sampled_from(BIO)))
def test_the_entities_of_conlleval_are_the_same_before_and_after(tags):
    converted = [tag for _, tag in to_iob2([("", tag) for tag in tags])]
    counts = ENTITIES.counts([(tags, converted)])["conll"]
    assert counts["fp"] == counts["fn"] == 0
    strict = ENTITIES.counts([(converted, converted)])["strict"]
    assert strict["tp"] == counts["tp"]  # every entity begins with B-
