"""The readers of tasks without training: retrieval, mining and lexicon induction."""

import pytest

from isogloss.errors import IsoglossError
from isogloss.tasks import get_task
from reading import real, records, there, written

# ------------------------------------------------------------------------------------------------------------------ Tatoeba


def tatoeba(directory, foreign, english):
    return written(directory, {"v1/tatoeba.deu-eng.deu": foreign, "v1/tatoeba.deu-eng.eng": english})


def test_tatoeba_line_by_line(tmp_path):
    found = records("tatoeba", tatoeba(tmp_path, "Eins\nZwei\n\n", "One\nTwo\n"), "de")
    assert found[1] == {"query": {"id": "en-1", "text": "Two"}, "match": {"id": "de-1", "text": "Zwei"}} and len(found) == 2


def test_tatoeba_sides_must_agree(tmp_path):
    with pytest.raises(IsoglossError, match=r"tatoeba\.deu-eng\.deu: has 2 sentences, but tatoeba\.deu-eng\.eng has 1"):
        records("tatoeba", tatoeba(tmp_path, "Eins\nZwei\n", "One\n"), "de")
    with pytest.raises(IsoglossError, match=r"tatoeba\.deu-eng\.deu line 2: is blank"):
        records("tatoeba", tatoeba(tmp_path, "Eins\n\nDrei\n", "One\nTwo\nThree\n"), "de")


@pytest.mark.parametrize(("lang", "code", "n"), [("sw", "swh", 390), *((c[:2], t, 1000) for c, t in (("zh", "cmn"), ("ar", "ara")))])
def test_real_tatoeba(lang, code, n):
    found = records("tatoeba", real("tasks", "tatoeba"), lang)
    lines = real("tasks", "tatoeba", f"tatoeba.{code}-eng.{code}").read_bytes().decode().splitlines()
    assert len(found) == n and [record["match"]["text"] for record in found] == [line.strip() for line in lines]


# --------------------------------------------------------------------------------------------------------------------- BUCC

FOREIGN, ENGLISH, GOLD = "de-1\tEins\nde-2\tZwei\tb\n\n", "en-1\tOne\nen-2\tThree\n", "de-2\ten-1\n"


def bucc(directory, foreign=FOREIGN, english=ENGLISH, gold=GOLD, split="training"):
    return written(directory, {f"de-en/de-en.{split}.{side}": text for side, text in (("de", foreign), ("en", english), ("gold", gold))})


@pytest.mark.parametrize(("word", "split"), [("training", "test"), ("sample", "dev"), ("test", "test"), ("dev", "dev")])
def test_both_sides_and_the_pairs(tmp_path, word, split):
    assert set(there("bucc", bucc(tmp_path, split=word))) == {("de", split)}
    assert records("bucc", tmp_path, "de", split) == [
        {"side": "query", "id": "de-1", "text": "Eins"},
        {"side": "query", "id": "de-2", "text": "Zwei\tb"},
        {"side": "corpus", "id": "en-1", "text": "One"},
        {"side": "corpus", "id": "en-2", "text": "Three"},
        {"gold": ["de-2", "en-1"]},
    ]


def test_a_set_without_gold_is_none(tmp_path):
    assert there("bucc", written(tmp_path, {"de-en.test.de": FOREIGN, "de-en.test.en": ENGLISH})) == {}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"gold": "de-2\ten-1\nde-9\ten-1\n"}, r"de-en\.training\.gold line 2: id de-9 is not in de-en\.training\.de"),
        ({"gold": "de-2\tde-1\n"}, r"de-en\.training\.gold line 1: id de-1 is not in de-en\.training\.en"),
        ({"gold": "de-2 en-1\n"}, r"de-en\.training\.gold line 1: `de-2 en-1` has no id or no tab"),
        ({"foreign": "de-1\tEins\nde-1\tZwei\n"}, r"de-en\.training\.de line 2: id de-1 occurs twice"),
        ({"english": "en-1\tOne\n\tTwo\n"}, r"de-en\.training\.en line 2: .* has no id or no tab"),
    ],
)
def test_damage_in_bucc_is_named(tmp_path, damage, message):
    with pytest.raises(IsoglossError, match=message):
        records("bucc", bucc(tmp_path, **damage), "de")


def test_real_bucc():
    found = records("bucc", real("tasks", "bucc"), "zh", "dev")
    lines = [real("tasks", "bucc", f"zh-en.dev.{side}").read_bytes().decode().rstrip("\n").split("\n") for side in ("zh", "en", "gold")]
    assert list(map(len, lines)) == [8624, 13589, 257]
    assert [f"{r['id']}\t{r['text']}" for r in found if "id" in r] == lines[0] + lines[1]
    assert ["\t".join(r["gold"]) for r in found if "gold" in r] == lines[2]


# ------------------------------------------------------------------------------------------------------------------ lexicon

USED, HELD_OUT = "dog\tHund\ncat\tKatze\ndog\tKöter\n\n", "house\tHaus\ncat\tKater\n"
ENTRIES = {"dog": (["Hund", "Köter"], True), "cat": (["Katze", "Kater"], True), "house": (["Haus"], False)}


def entries(directory, files):
    found = records("bli", written(directory, files), "de")
    assert all(record["id"] == record["source"] and set(record) == {"id", "source", "targets", "used"} for record in found)
    return {record["source"]: (record["targets"], record["used"]) for record in found}


@pytest.mark.parametrize("names", [("en-de.train.tsv", "en-de.test.tsv"), ("en-de.0-5000.txt", "en-de.5000-6500.txt")])
def test_a_word_of_both_files_is_used(tmp_path, names):
    assert entries(tmp_path / "both", dict(zip(names, (USED, HELD_OUT), strict=True))) == ENTRIES
    assert entries(tmp_path / "used", {names[0]: USED}) == {"dog": (["Hund", "Köter"], True), "cat": (["Katze"], True)}
    assert entries(tmp_path / "held", {names[1]: HELD_OUT}) == {"house": (["Haus"], False), "cat": (["Kater"], False)}


def test_a_word_list_as_in_muse(tmp_path):
    assert entries(tmp_path, {"en-de.5000-6500.txt": "dog  Hund\nice cream\tEis am Stiel\n"}) == {
        "dog": (["Hund"], False),
        "ice cream": (["Eis am Stiel"], False),
    }


@pytest.mark.parametrize("line", ["dog", "dog Hund Köter", "dog\tHund\tKöter", "dog\t", "\tHund", "\t"])
def test_damage_in_a_word_list_is_named(tmp_path, line):
    with pytest.raises(IsoglossError, match=r"en-de\.test\.tsv line 2: \d words in"):
        entries(tmp_path, {"en-de.test.tsv": f"cat\tKatze\n{line}\n"})


@pytest.mark.parametrize("lang", ["de", "fr", "ru", "tr"])
def test_real_dictionaries(lang):
    found = records("bli", real("dictionaries"), lang)
    pairs = {}
    for split in ("train", "test"):
        text = real("dictionaries", f"en-{lang}.{split}.tsv").read_bytes().decode()
        pairs[split] = [tuple(line.split("\t")) for line in text.splitlines()]
    assert (len(pairs["train"]), len(pairs["test"])) == (5000, 2000)
    assert {(r["source"], target) for r in found for target in r["targets"]} == {*pairs["train"], *pairs["test"]}
    assert {r["source"] for r in found if r["used"]} == {source for source, _ in pairs["train"]}
    assert set(get_task("bli").metrics) == {"static_p1", "static_mrr", "p1", "mrr", "static_p1_used", "p1_used"}
