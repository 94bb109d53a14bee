"""Dictionaries: word lists of any direction, PanLex, links; the split, probabilities, derived languages, coverage."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.artifacts import ParquetWriter, iter_parquet, read_parquet_summary
from isogloss.clean import CleanSettings
from isogloss.corpora.transforms.script import script
from isogloss.corpora.transforms.sentences import words as cut
from isogloss.dictionaries import (
    Entry,
    make_derived_dictionary,
    make_dictionary,
    make_induced_dictionary,
    read_dictionary,
    read_word_list,
    split_of,
)
from isogloss.dictionaries.coverage import coverage, make_coverage_table
from isogloss.errors import IsoglossError
from isogloss.links.stage import write_links
from isogloss.text import make_bitext

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"


def word_list(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def made(directory: Path, pair: str, *files: tuple[Path, str, str | None]) -> list[Entry]:
    """The entries of files given as (path, direction, split)."""
    spec = [{"path": str(path), "languages": direction.split("-"), "split": split} for path, direction, split in files]
    make_dictionary(pair, spec, directory / "out")
    return read_dictionary(directory / "out")


def test_entries_are_counted_and_shared_out_per_source_word(tmp_path):
    file = word_list(tmp_path / "x", "bank\tBank", "bank\tUfer", "bank\tBank", "old age\thohes Alter", "cafe\u0301\tCafé")
    entries = made(tmp_path, "de-en", (file, "en-de", "train"))
    assert entries == [
        Entry("Bank", "bank", 2, 1.0, 2 / 3, "train"),
        Entry("Ufer", "bank", 1, 1.0, 1 / 3, "train"),
        Entry("hohes Alter", "old age", 1, 1.0, 1.0, "train"),
        Entry("Café", "café", 1, 1.0, 1.0, "train"),
    ]
    turned = word_list(tmp_path / "y", "Bank bank", "Ufer   bank ", "Bank bank", "", "Bank bench")
    assert [(e.src, e.tgt, e.count, e.p_tgt_given_src, e.p_src_given_tgt) for e in made(tmp_path, "de-en", (turned, "de-en", "train"))] == [
        ("Bank", "bank", 2, 2 / 3, 2 / 3),
        ("Ufer", "bank", 1, 1.0, 1 / 3),
        ("Bank", "bench", 1, 1 / 3, 1.0),
    ]


words = st.text(st.sampled_from("abcXY"), min_size=1, max_size=2)


@given(st.lists(st.tuples(words, words), max_size=30), st.lists(st.tuples(words, words), max_size=8))
def test_probabilities_are_those_of_the_counts_and_what_is_held_out_is_not_learnt(tmp_path_factory, train, held_out):
    directory = tmp_path_factory.mktemp("dictionary")
    files = [
        (word_list(directory / name, *("\t".join(entry) for entry in entries)), "en-fr", name)
        for name, entries in (("train", train), ("held_out", held_out))
    ]
    entries = made(directory, "en-fr", *files)
    counts = Counter([*train, *held_out])
    of_src, of_tgt = (Counter(entry[side] for entry in [*train, *held_out]) for side in (0, 1))
    assert {(e.src, e.tgt): e.count for e in entries} == counts and len(entries) == len(counts)
    assert all(e.p_tgt_given_src == e.count / of_src[e.src] and e.p_src_given_tgt == e.count / of_tgt[e.tgt] for e in entries)
    assert {(e.src, e.tgt) for e in entries if e.split == "held_out"} == set(held_out)
    assert read_parquet_summary(directory / "out", "dictionary")["splits"] == {
        "train": len(counts) - len(set(held_out)),
        "held_out": len(set(held_out)),
    }


def test_two_in_seven_words_are_held_out_the_same_in_every_pair_and_direction(tmp_path):
    lines = [(f"word{k}", f"Wort{k % 400}") for k in range(2000)]
    forward = word_list(tmp_path / "x", *(f"{en}\t{de}" for en, de in lines), "Word7\tzwei", "word7\tdrei")
    backward = word_list(tmp_path / "y", *(f"{de}\t{en}" for en, de in lines))
    splits = [
        dict(found)
        for found in (
            [(e.tgt, e.split) for e in made(tmp_path, "de-en", (forward, "en-de", None))],
            [(e.tgt, e.split) for e in made(tmp_path, "de-en", (backward, "de-en", None))],
            [(e.src, e.split) for e in made(tmp_path, "en-fr", (forward, "en-fr", None))],
        )
    ]
    assert splits[0].pop("Word7") == splits[0]["word7"] and splits[2].pop("Word7") == splits[2]["word7"]
    assert splits[0] == splits[1] == splits[2]
    share = Counter(splits[0].values())["held_out"] / 2000
    assert abs(share - 2 / 7) < 0.04
    without_english = made(tmp_path, "de-fr", (forward, "fr-de", None))
    assert all(e.split == split_of(e.tgt) for e in without_english)


def test_all_entries_of_a_source_word_are_on_one_side_of_the_split(tmp_path):
    file = word_list(tmp_path / "x", *(f"word{k % 50}\tt{k}" for k in range(500)))
    sides = defaultdict(set)
    for entry in made(tmp_path, "en-fr", (file, "en-fr", None)):
        sides[entry.src].add(entry.split)
    assert all(len(splits) == 1 for splits in sides.values()) and len({*map(tuple, sides.values())}) == 2


def test_the_same_files_make_the_same_bytes_and_other_content_another_digest(tmp_path):
    digests = []
    for lines in (["a b", "c d"], ["a b", "c d"], ["a b", "c e"]):
        made(tmp_path, "en-fr", (word_list(tmp_path / "x", *lines), "en-fr", None))
        digests.append((read_dictionary(tmp_path / "out").sha256, (tmp_path / "out").read_bytes()))
    assert digests[0] == digests[1] and digests[0][0] != digests[2][0]


@pytest.mark.parametrize("line", ["one", "a b c", "a\tb\tc", "a\t", "\tb", "a\t \u200b"])
def test_a_line_that_is_not_two_words_is_refused_by_its_number(line, tmp_path):
    with pytest.raises(IsoglossError, match=r"x line 2: \d words in .*two, parted by a tab or, if both are one word, a space"):
        list(read_word_list(word_list(tmp_path / "x", "fine gut", line)))


def test_no_file_and_an_absent_file_are_refused_and_an_empty_one_is_an_empty_dictionary(tmp_path, caplog):
    with pytest.raises(IsoglossError, match=r"dictionary en-fr: has no file for this pair"):
        make_dictionary("en-fr", [], tmp_path / "out")
    with pytest.raises(IsoglossError, match=r"none: cannot be read"):
        made(tmp_path, "en-fr", (tmp_path / "none", "en-fr", None))
    assert not (tmp_path / "out").exists()
    assert made(tmp_path, "en-fr", (word_list(tmp_path / "x"), "en-fr", None)) == []
    assert "the dictionary of en-fr is empty" in caplog.text


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data are not here")
@pytest.mark.parametrize("lang", ["de", "fr", "ru", "tr"])
def test_published_dictionaries_are_read_whole(lang, tmp_path):
    pair = "-".join(sorted(("en", lang)))
    train, test = (REAL / f"dictionaries/en-{lang}.{split}.tsv" for split in ("train", "test"))
    entries = made(tmp_path, pair, (train, f"en-{lang}", "train"), (test, f"en-{lang}", "held_out"))
    lines = {split: set(path.read_text(encoding="utf-8").splitlines()) for split, path in (("train", train), ("held_out", test))}
    english, other = ("src", "tgt") if pair.startswith("en") else ("tgt", "src")
    for split, expected in lines.items():
        found = {f"{getattr(e, english)}\t{getattr(e, other)}" for e in entries if e.split == split}
        assert len(found) >= 0.99 * len(expected) and len(found - expected) < 0.01 * len(expected)
    totals = Counter()
    for e in entries:
        totals[e.src] += e.p_tgt_given_src
    assert all(total == pytest.approx(1) for total in totals.values())


# -------------------------------------------------------------------------------------------------------- derived languages

SCRIPT = {"script": {"overlap": 0.0, "seed": 0}}
DERIVED = {"en_x": [{"invert": {}}, SCRIPT], "de_x": [{"permute": {"seed": 1}}], "zh_x": [SCRIPT, {"invert": {}}], "en_y": [{"invert": {}}]}


@pytest.mark.parametrize(("pair", "images"), [("de-en_x", (str, script)), ("de_x-en", (str, str)), ("de_x-en_x", (str, script))])
def test_a_derived_dictionary_is_that_of_the_bases_in_other_letters(pair, images, tmp_path):
    base = made(tmp_path, "de-en", (word_list(tmp_path / "x", *(f"word{k} Wort{k % 9}" for k in range(30))), "en-de", None))
    summary = make_derived_dictionary(pair, tmp_path / "out", DERIVED, tmp_path / "derived")
    expected = [Entry(images[0](e.src), images[1](e.tgt), e.count, e.p_tgt_given_src, e.p_src_given_tgt, e.split) for e in base]
    assert read_dictionary(tmp_path / "derived") == expected
    assert summary["derived"] == {lang: steps for lang, steps in DERIVED.items() if lang in pair.split("-")}


def test_characters_of_a_language_without_spaces_stay_in_their_order(tmp_path):
    made(tmp_path, "en-zh", (word_list(tmp_path / "x", "bread 面包"), "en-zh", "train"))
    make_derived_dictionary("en-zh_x", tmp_path / "out", DERIVED, tmp_path / "derived")
    assert read_dictionary(tmp_path / "derived") == [Entry("bread", script("面包"), 1, 1.0, 1.0, "train")]


def test_a_language_and_its_image_share_the_frequent_words_of_the_text(tmp_path, monkeypatch):
    monkeypatch.setattr("isogloss.dictionaries.derived.MOST", 4)
    with ParquetWriter(tmp_path / "en", "mono") as writer:
        for text in ("dog dog dog. cat cat! 7 7 7 7", "The dog, the cat a b2 zz"):
            writer.append((text, "c"))
    make_derived_dictionary("en-en_x", tmp_path / "en", DERIVED, tmp_path / "out")
    expected = [("dog", 4), ("cat", 3), ("The", 1), ("a", 1)]
    assert read_dictionary(tmp_path / "out") == [Entry(word, script(word), count, 1.0, 1.0, split_of(word)) for word, count in expected]
    make_derived_dictionary("en_x-en_y", tmp_path / "en", DERIVED, tmp_path / "out")
    assert [(e.src, e.tgt) for e in read_dictionary(tmp_path / "out")] == [(script(word), word) for word, _ in expected]


def test_a_derived_dictionary_keeps_the_probabilities_of_a_base_that_was_filtered(tmp_path):
    kept = Entry("Bank", "bank", 6, 0.75, 0.5, "train")  # the other translations were too rare to be kept
    with ParquetWriter(tmp_path / "base", "dictionary") as writer:
        writer.append(("Bank", "bank", 6, 0.75, 0.5, "train"))
    make_derived_dictionary("de_x-en", tmp_path / "base", DERIVED, tmp_path / "out")
    assert read_dictionary(tmp_path / "out") == [kept]


# ------------------------------------------------------------------------------------------------------------------ PanLex

ENGLISH, GERMAN, OLD_GERMAN, CHINESE = 187, 157, 158, 1627


def table(header: str, *rows: tuple) -> str:
    """A table as the dump has it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header.split(), *rows])
    return text.getvalue()


def panlex(directory: Path, expressions: list[tuple[int, int, str]], denotations: list[tuple[int, int]], **tables: str) -> Path:
    """The directory of a dump: expressions (id, variety, text), denotations (meaning, expression); other tables and columns as published."""
    varieties = [(ENGLISH, "eng", 0), (OLD_GERMAN, "deu", 12), (GERMAN, "deu", 0), (CHINESE, "cmn", 0)]
    there = {
        "langvar": table("id lang_code var_code mutable name_expr", *((*variety, "t", 7) for variety in varieties)),
        "expr": table("id langvar txt txt_degr", *((*expression, "degraded") for expression in expressions)),
        "denotation": table("id meaning expr", *((k, *denotation) for k, denotation in enumerate(denotations, 900))),
        **tables,
    }
    directory.mkdir(exist_ok=True)
    for name, content in there.items():
        (directory / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
    return directory


def zipped(directory: Path, path: Path, *more: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in directory.iterdir():
            archive.write(file, f"panlex-20190901-csv/{file.name}")
        for name in more:
            archive.writestr(name, "id,txt\n")
    return path


def from_panlex(path: Path, pair: str, out: Path, split: str | None = "train") -> list[Entry]:
    make_dictionary(pair, [{"format": "panlex", "path": str(path), "languages": pair.split("-"), "split": split}], out)
    return read_dictionary(out)


EXPRESSIONS = [
    (10, ENGLISH, "bank"),
    (3, GERMAN, "Bank"),
    (11, ENGLISH, 'so-called "river bank",\nold'),
    (4, GERMAN, " Ufer\u00a0"),
    (12, ENGLISH, "null"),
    (5, GERMAN, "NA"),
    (6, OLD_GERMAN, "Banck"),
    (7, CHINESE, "银行"),
    (13, ENGLISH, "\u200b"),
]
DENOTATIONS = [
    (1, 10),
    (1, 3),
    (1, 6),
    (2, 3),
    (2, 10),
    (2, 10),
    (3, 10),
    (3, 4),
    (3, 11),
    (4, 12),
    (4, 5),
    (5, 10),
    (6, 13),
    (6, 3),
    (7, 7),
    (7, 10),
]


@pytest.mark.parametrize("form", ["directory", "zip"])
def test_expressions_of_the_standard_varieties_translate_each_other_if_they_share_a_meaning(form, tmp_path):
    path = panlex(tmp_path / "dump", EXPRESSIONS, DENOTATIONS)
    path = path if form == "directory" else zipped(path, tmp_path / "renamed.zip")
    assert from_panlex(path, "de-en", tmp_path / "out") == [
        Entry("Bank", "bank", 2, 1.0, 2 / 3, "train"),
        Entry("Ufer", "bank", 1, 0.5, 1 / 3, "train"),
        Entry("Ufer", 'so-called "river bank", old', 1, 0.5, 1.0, "train"),
        Entry("NA", "null", 1, 1.0, 1.0, "train"),
    ]
    assert [(e.src, e.tgt, e.count) for e in from_panlex(path, "en-zh", tmp_path / "out")] == [("bank", "银行", 1)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), max_size=40))
def test_the_count_is_the_number_of_meanings_that_are_shared(tmp_path_factory, denotations):
    directory = tmp_path_factory.mktemp("panlex")
    expressions = [(k, (ENGLISH, GERMAN, CHINESE)[k % 3], f"w{k}") for k in range(12)]
    entries = from_panlex(panlex(directory / "dump", expressions, denotations), "de-en", directory / "out", split=None)
    meanings = defaultdict(set)
    for meaning, expression in denotations:
        meanings[expression].add(meaning)
    expected = {
        (f"w{g}", f"w{e}"): len(meanings[g] & meanings[e]) for g in range(1, 12, 3) for e in range(0, 12, 3) if meanings[g] & meanings[e]
    }
    assert {(e.src, e.tgt): e.count for e in entries} == expected and len(entries) == len(expected)
    assert [e.count for e in entries] == sorted(expected.values(), reverse=True)
    assert all(e.split == split_of(e.tgt) for e in entries)


@pytest.mark.parametrize(
    ("tables", "pair", "message"),
    [
        ({}, "en-gsw", r"langvar.csv: has no variety gsw-000 for `gsw`"),
        ({"expr": "id,txt\n1,a\n"}, "de-en", r"expr.csv: is no such table \(.*langvar.*\). the columns id, langvar"),
        ({"denotation": "id,meaning,expr\n1,one,2\n"}, "de-en", r"denotation.csv: is no such table"),
        ({"denotation": ""}, "de-en", r"denotation.csv: is no such table"),
    ],
)
def test_what_is_no_dump_is_refused_by_its_table(tables, pair, message, tmp_path):
    with pytest.raises(IsoglossError, match=message):
        from_panlex(panlex(tmp_path / "dump", EXPRESSIONS, DENOTATIONS, **tables), pair, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_zip_without_the_table_or_with_two_and_a_damaged_or_absent_one_are_refused(tmp_path):
    dump = panlex(tmp_path / "dump", EXPRESSIONS, DENOTATIONS)
    whole = zipped(dump, tmp_path / "x.zip")
    (tmp_path / "cut.zip").write_bytes(whole.read_bytes()[:-40])
    two = zipped(dump, tmp_path / "two.zip", "other/expr.csv")
    (dump / "expr.csv").rename(dump / "my-expr.csv")
    cases = {zipped(dump, tmp_path / "y.zip"): "has 0 members `expr.csv`", two: "has 2 members", tmp_path / "cut.zip": "cannot be read"}
    for path, message in (cases | {dump: "cannot be read", tmp_path / "none.zip": "cannot be read"}).items():
        with pytest.raises(IsoglossError, match=message):
            from_panlex(path, "de-en", tmp_path / "out")


# ------------------------------------------------------------------------------------------------------------ induced ones

KEEP_ALL = {"min_count": 1, "min_p": 0.0, "one_to_one": False, "most": None}
Row = tuple[str, str, list[tuple[int, int]]]


def linked(directory: Path, pair: str, rows: list[Row]) -> tuple[Path, Path]:
    """The bitext and the links of (source, target, links), without stop words."""
    with ParquetWriter(directory / "bitext", "bitext") as writer:
        for src, tgt, _ in rows:
            writer.append((src, tgt, "c"))
    languages = pair.split("-")
    sides = [tuple(cut(text, lang) for text, lang in zip(row, languages, strict=False)) for row in rows]
    write_links(directory / "links", languages, [], list(zip(sides, [points for *_, points in rows], strict=True)))
    return directory / "bitext", directory / "links"


def induced(directory: Path, pair: str, rows: list[Row], **spec) -> list[Entry]:
    make_induced_dictionary(pair, *linked(directory, pair, rows), KEEP_ALL | spec, directory / "out")
    return read_dictionary(directory / "out")


sentence = st.lists(st.sampled_from(["Hund", "hund", "HUND", "Haus", "haus", "don't", "3rd", "7", ",", "Ö"]), min_size=1, max_size=6)


@st.composite
def linked_rows(draw) -> list[Row]:
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        src, tgt = draw(sentence), draw(sentence)
        places = st.tuples(st.integers(0, len(src) - 1), st.integers(0, len(tgt) - 1))
        rows.append((" ".join(src), " ".join(tgt), sorted(draw(st.sets(places, max_size=8)))))
    return rows


SPECS = st.fixed_dictionaries(
    {
        "min_count": st.integers(1, 3),
        "min_p": st.sampled_from([0.0, 0.2, 0.5]),
        "one_to_one": st.booleans(),
        "most": st.none() | st.integers(0, 5),
    }
)


@given(linked_rows(), SPECS)
def test_an_induced_dictionary_has_the_links_that_pass_with_their_shares(tmp_path_factory, rows, spec):
    entries = induced(tmp_path_factory.mktemp("induced"), "de-en", rows, **spec)
    said = [(src.split()[i].lower(), tgt.split()[j].lower()) for src, tgt, points in rows for i, j in points]

    def share(pair: tuple[str, str], side: int) -> float:
        return said.count(pair) / [one[side] for one in said].count(pair[side])

    def lexical(word: str) -> bool:
        return word not in ("3rd", "7", ",")

    passing = [
        pair
        for pair in sorted(set(said))
        if all(map(lexical, pair)) and said.count(pair) >= spec["min_count"] and share(pair, 0) >= spec["min_p"] <= share(pair, 1)
    ]
    found = [(e.src.lower(), e.tgt.lower()) for e in entries]
    assert [(e.count, e.p_tgt_given_src, e.p_src_given_tgt) for e in entries] == [
        (said.count(pair), share(pair, 0), share(pair, 1)) for pair in found
    ]
    assert [e.count for e in entries] == sorted((e.count for e in entries), reverse=True)
    assert all(e.split == split_of(e.tgt) for e in entries)
    if not spec["one_to_one"]:
        assert len(found) == len(set(found)) == len(passing[: spec["most"]]) and set(found) <= set(passing)
        assert not found or min(map(said.count, found)) >= max([said.count(pair) for pair in passing if pair not in found], default=0)
        return
    for side in (0, 1):
        assert len({pair[side] for pair in found}) == len(found)
    for pair in found:
        rivals = [other for other in passing if other != pair and (other[0] == pair[0] or other[1] == pair[1])]
        assert said.count(pair) >= max(map(said.count, rivals), default=0)


def test_of_equal_counts_the_higher_probability_wins_and_each_word_is_in_one_entry(tmp_path):
    rows = [("a b", "x z", [(0, 0), (0, 1)])] * 2 + [("b", "x", [(0, 0)])]  # x is said for b, too; z for a alone
    assert [(e.src, e.tgt, e.count) for e in induced(tmp_path, "de-en", rows)] == [("a", "z", 2), ("a", "x", 2), ("b", "x", 1)]
    assert [(e.src, e.tgt) for e in induced(tmp_path, "de-en", rows, one_to_one=True)] == [("a", "z")]  # x would rather have a
    rows += [("b", "x", [(0, 0)])] * 2
    assert [(e.src, e.tgt) for e in induced(tmp_path, "de-en", rows, one_to_one=True)] == [("b", "x"), ("a", "z")]


def test_an_induced_dictionary_is_split_by_its_english_words_or_those_of_the_first_language(tmp_path):
    rows = [(f"wort{number}", f"word{number}", [(0, 0)]) for number in "abcdefghijklmnopqrstuvwxyz"]
    rows = [(src.replace("wort", "Wort"), tgt.upper(), points) for src, tgt, points in rows]
    english = {e.tgt: e.split for e in induced(tmp_path, "de-en", rows)}
    first = {e.src: e.split for e in induced(tmp_path, "de-fr", rows)}
    assert english == {tgt: split_of(tgt.lower()) for _, tgt, _ in rows} and first == {src: split_of(src) for src, _, _ in rows}
    assert set(english.values()) == set(first.values()) == {"train", "held_out"} and [*english.values()] != [*first.values()]


def test_an_entry_is_spelt_as_its_word_is_inside_of_sentences(tmp_path):
    rows = [
        ("Der Hund", "The dog", [(0, 0), (1, 1)]),
        ("Der Hund", "The dog", [(0, 0), (1, 1)]),
        ("« Der HUND", "« The Dog", [(1, 1), (2, 2)]),
        ("sieht der", "see the", [(0, 0), (1, 1)]),
        ("Leider", "Unfortunately", [(0, 0)]),
    ]
    assert [(e.src, e.tgt, e.count) for e in induced(tmp_path, "de-en", rows)] == [
        ("der", "the", 4),
        ("Hund", "dog", 3),
        ("Leider", "Unfortunately", 1),
        ("sieht", "see", 1),
    ]


def test_in_a_language_without_spaces_the_units_are_the_words(tmp_path):
    rows = [("I eat bread", "我吃面包", [(0, 0), (1, 1), (2, 2), (2, 3)]), ("bread!", "面包！", [(0, 0), (0, 1), (1, 2)])]
    assert [(e.src, e.tgt, e.count) for e in induced(tmp_path, "en-zh", rows)] == [("bread", "面包", 2), ("I", "我", 1), ("eat", "吃", 1)]
    summary = read_parquet_summary(tmp_path / "out", "dictionary")
    assert summary["induced"] == {**KEEP_ALL, "counted": "units", "links": read_parquet_summary(tmp_path / "links", "links")["sha256"]}


def test_links_of_another_text_are_refused(tmp_path):
    bitext, _ = linked(tmp_path, "de-en", [("ein Hund", "a dog", [(1, 1)])])
    links = tmp_path / "short"
    for rows, message in (([], "has other rows than"), ([([2], [1], [])], "row 0 links word 2 of a side of 2 words")):
        with ParquetWriter(links, "links") as writer:
            for row in rows:
                writer.append(row)
        with pytest.raises(IsoglossError, match=message):
            make_induced_dictionary("de-en", bitext, links, KEEP_ALL, tmp_path / "out")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data are not here")
def test_a_dictionary_induced_from_published_text_has_what_was_linked(tmp_path):
    """Linked is what the published dictionary translates, wherever it stands; so this comes out again, counted."""
    corpus = {
        "id": "hansards",
        "format": "tsv",
        "languages": ["en", "fr"],
        "paths": [str(REAL / "bitext/hansards/en-fr.tsv.gz")],
        "limit": 3000,
    }
    make_bitext("en-fr", [corpus], [], CleanSettings(), tmp_path / "text")
    known = set(read_word_list(REAL / "dictionaries/en-fr.train.tsv"))
    rows, expected = [], Counter()
    for src, tgt, _ in iter_parquet(tmp_path / "text", "bitext"):
        english, french = ([word.casefold() for word in cut(text, lang)] for text, lang in ((src, "en"), (tgt, "fr")))
        points = [(i, j) for i, left in enumerate(english) for j, right in enumerate(french) if (left, right) in known]
        expected.update((english[i], french[j]) for i, j in points)
        rows.append((src, tgt, points))
    entries = induced(tmp_path, "en-fr", rows, min_count=3)
    assert {(e.src.casefold(), e.tgt.casefold()): e.count for e in entries} == {pair: n for pair, n in expected.items() if n >= 3}
    assert len(entries) > 400
    shares = coverage(entries, "en-fr", {"en-fr": tmp_path / "text"})
    assert all(0.3 < shares[side]["all"]["tokens"] < 1 and shares[side]["all"]["types"] < shares[side]["all"]["tokens"] for side in shares)


# ---------------------------------------------------------------------------------------------------------------- coverage


def text_of(path: Path, *rows: tuple[str, ...]) -> Path:
    with ParquetWriter(path, "bitext" if len(rows[0]) == 2 else "mono") as writer:
        for row in rows:
            writer.append((*row, "c"))
    return path


def entry(src: str, tgt: str, split: str = "train") -> Entry:
    return Entry(src, tgt, 1, 1.0, 1.0, split)


def test_coverage_counts_running_words_and_types_of_both_sides(tmp_path):
    entries = [entry("hund", "dog"), entry("hohes Alter", "old age", "held_out"), entry("hund", "hound", "held_out")]
    bitext = text_of(tmp_path / "x", ("Der Hund, der Hund!", "The dog, the Hound 7"), ("Hohes Alter, hohes", "Old age 'old"))
    found = coverage(entries, "de-en", {"de-en": bitext, "de": tmp_path / "unread"})
    # German words: der hund der hund hohes alter hohes; English ones: the dog the hound old age old
    assert found == {
        "src": {"all": {"types": 3 / 4, "tokens": 4 / 7}, "train": {"types": 1 / 4, "tokens": 2 / 7}},
        "tgt": {"all": {"types": 4 / 5, "tokens": 4 / 7}, "train": {"types": 1 / 5, "tokens": 1 / 7}},
    }
    mono = {"de": text_of(tmp_path / "de", ("Hund Katze",)), "en": text_of(tmp_path / "en", ("...",))}
    assert coverage(entries, "de-en", mono) == {
        "src": {part: {"types": 1 / 2, "tokens": 1 / 2} for part in ("all", "train")},
        "tgt": {part: {"types": 0.0, "tokens": 0.0} for part in ("all", "train")},
    }
    with pytest.raises(IsoglossError, match="no text for en of de-en. there is de"):
        coverage(entries, "de-en", {"de": mono["de"]})


def test_in_a_language_without_spaces_characters_are_covered_by_the_words_they_are_in(tmp_path):
    shares = coverage([entry("bread", "面包")], "en-zh", {"en-zh": text_of(tmp_path / "x", ("bread", "面包面。"))})
    assert shares["tgt"]["all"] == {"types": 1.0, "tokens": 2 / 3}


@given(
    st.lists(st.lists(st.sampled_from("abc."), max_size=7), max_size=4), st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
)
def test_covered_are_the_words_that_some_occurrence_holds(tmp_path_factory, sentences, phrases):
    path = tmp_path_factory.mktemp("coverage") / "de"
    with ParquetWriter(path, "mono") as writer:
        for each in sentences:
            writer.append((" ".join(each), "c"))
    places = [(each, k) for each in sentences for k, word in enumerate(each) if word != "."]
    held = [
        each[k]
        for each, k in places
        if any(each[start : start + len(p)] == p for p in phrases for start in range(max(0, k - len(p) + 1), k + 1))
    ]
    found = coverage([entry(" ".join(phrase), "x") for phrase in phrases], "de-en", {"de": path, "en": path})["src"]["train"]
    types = {each[k] for each, k in places}
    assert found == {"types": len(set(held)) / max(len(types), 1), "tokens": len(held) / max(len(places), 1)}


def test_the_coverage_table_has_a_row_per_dictionary_and_pair(tmp_path):
    made(
        tmp_path,
        "de-en",
        (word_list(tmp_path / "list", "Hund dog"), "de-en", "train"),
        (word_list(tmp_path / "test", "Katze cat"), "de-en", "held_out"),
    )
    bitext = text_of(tmp_path / "x", ("Hund Katze Kuh Kuh", "dog"))
    dictionaries = {("muse", "de-en"): tmp_path / "out", ("again", "de-en"): tmp_path / "out"}
    make_coverage_table(dictionaries, {"de-en": bitext}, tmp_path / "out.md", tmp_path / "out.csv")
    lines = (tmp_path / "out.md").read_text(encoding="utf-8").splitlines()[3:]
    assert lines[0] == "| dictionary | pair | entries | train | held out | src types | src tokens | tgt types | tgt tokens |"
    assert lines[2:] == [
        f"| {name} | de-en | 2 | 1 | 1 | 66.7 (33.3) | 50.0 (25.0) | 100.0 (100.0) | 100.0 (100.0) |" for name in ("muse", "again")
    ]
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        tidy = list(csv.DictReader(file))
    assert len(tidy) == 8
    assert tidy[1] == {
        **{"dictionary": "muse", "pair": "de-en", "entries": "2", "train": "1", "held_out": "1"},
        **{"side": "src", "language": "de", "part": "train", "types": "0.333333", "tokens": "0.250000"},
    }
