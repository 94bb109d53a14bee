"""Dictionaries: word lists of any direction, the split, probabilities, and those of derived languages."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.artifacts import ParquetWriter, read_parquet_summary
from isogloss.corpora.transforms.script import script
from isogloss.dictionaries import Entry, make_derived_dictionary, make_dictionary, read_dictionary, read_word_list, split_of
from isogloss.errors import IsoglossError

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
        Entry("Bank", "bank", 2, 1.0, "train"),
        Entry("Ufer", "bank", 1, 1.0, "train"),
        Entry("hohes Alter", "old age", 1, 1.0, "train"),
        Entry("Café", "café", 1, 1.0, "train"),
    ]
    turned = word_list(tmp_path / "y", "Bank bank", "Ufer   bank ", "Bank bank", "", "Bank bench")
    assert [(e.src, e.tgt, e.count, e.p) for e in made(tmp_path, "de-en", (turned, "de-en", "train"))] == [
        ("Bank", "bank", 2, 2 / 3),
        ("Ufer", "bank", 1, 1.0),
        ("Bank", "bench", 1, 1 / 3),
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
    counts, totals = Counter([*train, *held_out]), Counter(src for src, _ in [*train, *held_out])
    assert {(e.src, e.tgt): e.count for e in entries} == counts and len(entries) == len(counts)
    assert all(e.p == pytest.approx(e.count / totals[e.src]) for e in entries)
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
        totals[e.src] += e.p
    assert all(total == pytest.approx(1) for total in totals.values())


# -------------------------------------------------------------------------------------------------------- derived languages

SCRIPT = {"script": {"overlap": 0.0, "seed": 0}}
DERIVED = {"en_x": [{"invert": {}}, SCRIPT], "de_x": [{"permute": {"seed": 1}}], "zh_x": [SCRIPT, {"invert": {}}], "en_y": [{"invert": {}}]}


@pytest.mark.parametrize(("pair", "images"), [("de-en_x", (str, script)), ("de_x-en", (str, str)), ("de_x-en_x", (str, script))])
def test_a_derived_dictionary_is_that_of_the_bases_in_other_letters(pair, images, tmp_path):
    base = made(tmp_path, "de-en", (word_list(tmp_path / "x", *(f"word{k} Wort{k % 9}" for k in range(30))), "en-de", None))
    summary = make_derived_dictionary(pair, tmp_path / "out", DERIVED, tmp_path / "derived")
    expected = [Entry(images[0](e.src), images[1](e.tgt), e.count, e.p, e.split) for e in base]
    assert read_dictionary(tmp_path / "derived") == expected
    assert summary["derived"] == {lang: steps for lang, steps in DERIVED.items() if lang in pair.split("-")}


def test_characters_of_a_language_without_spaces_stay_in_their_order(tmp_path):
    made(tmp_path, "en-zh", (word_list(tmp_path / "x", "bread 面包"), "en-zh", "train"))
    make_derived_dictionary("en-zh_x", tmp_path / "out", DERIVED, tmp_path / "derived")
    assert read_dictionary(tmp_path / "derived") == [Entry("bread", script("面包"), 1, 1.0, "train")]


def test_a_language_and_its_image_share_the_frequent_words_of_the_text(tmp_path, monkeypatch):
    monkeypatch.setattr("isogloss.dictionaries.MOST", 4)
    with ParquetWriter(tmp_path / "en", "mono") as writer:
        for text in ("dog dog dog. cat cat! 7 7 7 7", "The dog, the cat a b2 zz"):
            writer.append((text, "c"))
    make_derived_dictionary("en-en_x", tmp_path / "en", DERIVED, tmp_path / "out")
    expected = [("dog", 4), ("cat", 3), ("The", 1), ("a", 1)]
    assert read_dictionary(tmp_path / "out") == [Entry(word, script(word), count, 1.0, split_of(word)) for word, count in expected]
    make_derived_dictionary("en_x-en_y", tmp_path / "en", DERIVED, tmp_path / "out")
    assert [(e.src, e.tgt) for e in read_dictionary(tmp_path / "out")] == [(script(word), word) for word, _ in expected]
