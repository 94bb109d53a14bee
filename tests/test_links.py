"""Word links: gold and Pharaoh files, dictionary hits, units, derived languages; each against a second way to find the same."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.artifacts import ParquetWriter, iter_parquet, read_parquet_summary
from isogloss.clean import CleanSettings, normalise
from isogloss.corpora.miniworld import write_world
from isogloss.corpora.transforms import Transform
from isogloss.corpora.transforms.script import unscript
from isogloss.corpora.transforms.sentences import derive_text, words
from isogloss.derive import make_derived_bitext
from isogloss.dictionaries import make_dictionary
from isogloss.errors import IsoglossError
from isogloss.languages import split_words
from isogloss.links import make_derived_links, make_links, read_links
from isogloss.links.files import parse_links, token_words
from isogloss.links.hits import DictionaryHits
from isogloss.links.units import Units, components
from isogloss.text import make_bitext, make_mono

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"


def rows_of(path: Path) -> list[set[tuple[int, int]]]:
    return [set(zip(src, tgt, strict=True)) for src, tgt, _ in iter_parquet(path, "links")]


def units_of(path: Path) -> list[list[tuple[int, ...]]]:
    return [[tuple(flat[k : k + 4]) for k in range(0, len(flat), 4)] for *_, flat in iter_parquet(path, "links")]


def local(directory: Path, lines: list[str], links: list[str] | None, *languages: str, tokens: list[str] | None = None, **more) -> dict:
    """The source of links of a tsv corpus in these languages, whose links are in the same direction."""
    files = {"corpus": lines, "links": links, "tokens": tokens}
    for name, content in files.items():
        if content is not None:
            (directory / name).write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    corpus = {"id": "ours", "format": "tsv", "languages": list(languages), "paths": [str(directory / "corpus")]}
    paths = {name: str(directory / name) if files[name] is not None else None for name in ("links", "tokens")}
    return {"corpus": corpus, "languages": list(languages), **paths, **more}


def link(directory: Path, pair: str, *sources: dict) -> Path:
    """The links artifact of the clean bitext of these sources."""
    make_bitext(pair, [{**source["corpus"], "id": str(k)} for k, source in enumerate(sources)], [], CleanSettings(), directory / "bitext")
    make_links(pair, directory / "bitext", {"aligner": "pharaoh", "sources": sources}, directory / "out")
    return directory / "out"


# ------------------------------------------------------------------------------------------------------------------- units

points = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=14)
sentence = st.lists(st.sampled_from(["the", "The", "dog", "runs", ".", "7", "3rd", "狗"]), min_size=10, max_size=10)


def reachable(links: list[tuple[int, int]]) -> set[tuple[frozenset[int], frozenset[int]]]:
    """Components from the transitive closure of the adjacency matrix of both sides' ten words."""
    near = np.eye(20, dtype=bool)
    for i, j in links:
        near[i, 10 + j] = near[10 + j, i] = True
    for _ in range(5):
        near = near @ near
    linked = {i for i, _ in links}
    return {(frozenset(np.flatnonzero(near[i, :10])), frozenset(np.flatnonzero(near[i, 10:]))) for i in linked}


@given(points)
def test_components_are_what_can_be_reached(links):
    found = components(links)
    assert {(frozenset(source), frozenset(target)) for source, target in found} == reachable(links)
    assert len(found) == len(reachable(links))


@given(points, sentence, sentence, st.sampled_from([("de", "en"), ("en", "zh"), ("en", "zh_x"), ("ja", "zh")]))
def test_units_are_the_components_that_the_definition_allows(links, source, target, languages):
    filler = ["word"] * 200
    finder = Units(languages, [(filler + ["the", "THE", "rare"], filler + ["Dog", "dog"])])

    def allowed(side: int, places: list[int], sentence: list[str]) -> bool:
        longest = 4 if languages[side][:2] in ("zh", "ja") else 1
        stop = {0: {"the"}, 1: {"dog"}}[side]
        text = "".join(sentence[k] for k in places)
        gapless = places == list(range(min(places), max(places) + 1))
        return gapless and len(places) <= longest and any(map(str.isalpha, text)) and not (len(places) == 1 and text.lower() in stop)

    expected = []
    for left, right in reachable(links):
        left, right = sorted(map(int, left)), sorted(map(int, right))
        if allowed(0, left, source) and allowed(1, right, target):
            expected.append((left[0], left[-1], right[0], right[-1]))
    assert finder.of(links, (source, target)) == sorted(expected)


def test_a_stop_word_is_more_than_one_word_in_two_hundred_of_its_side():
    common = Counter({"x": 2, "X": 1, "y": 2, "z": 3})
    source = [*common.elements()] + [f"w{k}" for k in range(400 - common.total())]
    finder = Units(("de", "en"), [(source[:7], ["a"]), (source[7:], ["b"])])
    assert finder.stop_words == [{"x", "z"}, {"a", "b"}]


# --------------------------------------------------------------------------------------------------------- tokens to words


@st.composite
def tokenised(draw):
    """(a normalised text, its tokens: cut anywhere, not only where there are spaces, with spaces anywhere)."""
    text = normalise(draw(st.text(st.sampled_from("ab c'-.3,é\u0301狗貓 \t\u3000我!"), max_size=25)))
    solid = text.replace(" ", "")
    cuts = sorted(draw(st.sets(st.integers(0, len(solid)))) | {0, len(solid)})
    return text, [solid[a:b] for a, b in zip(cuts, cuts[1:], strict=False)] or [""]


def overlaps(tokens: list[str], text: str, lang: str) -> list[set[int]]:
    """For each token the words whose character spans in the text meet its own, found by walking through the text."""
    spans, at = [], 0
    for token in tokens:
        places = []
        for character in token:
            at = text.index(character, at)
            places.append(at)
            at += 1
        spans.append(set(places))
    return [{k for k, (a, b) in enumerate(split_words(text, lang)) if any(a <= place < b for place in span)} for span in spans]


@given(tokenised(), st.sampled_from(["en", "zh"]))
def test_a_token_is_every_word_that_it_overlaps(sample, lang):
    text, tokens = sample
    found = token_words(tokens, text, lang)
    if any(normalise(token) != token for token in tokens):  # a mark was cut from its letter
        return
    assert [set(covered) for covered in found] == overlaps(tokens, text, lang)


@given(tokenised())
def test_tokens_that_do_not_spell_the_text_are_no_tokens_of_it(sample):
    text, tokens = sample
    assert token_words([*tokens, "x"], text, "en") is None
    assert token_words(tokens[:-1], text, "en") is None or not tokens[-1]


@pytest.mark.parametrize(
    ("tokens", "text", "lang", "expected"),
    [
        ("Don 't go !", "Don't go!", "en", [{0}, {0}, {1}, {2}]),
        ("New York", "New York", "en", [{0}, {1}]),
        ("面包 好", "面包好", "zh", [{0, 1}, {2}]),
        ("caf\u0065\u0301 x", "café x", "en", [{0}, {1}]),
        ("a \u200b b", "a b", "en", [{0}, set(), {1}]),
    ],
)
def test_examples_of_tokens(tokens, text, lang, expected):
    assert [set(covered) for covered in token_words(tokens.split(" "), text, lang)] == expected


# ------------------------------------------------------------------------------------------------------------- mini-world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A small world, with noise, its clean bitexts and their gold links."""
    root = tmp_path_factory.mktemp("world")
    noise = {"ambiguity": 1.0, "synonymy": 0.3, "reordering": 1.0, "typos": 0.02, "misaligned": 0.05}
    write_world(root / "raw", languages=["en", "de", "zh"], seed=5, mono_sentences=150, pairs=400, task_sentences=8, noise=noise)
    for pair in ("de-en", "en-zh"):
        languages = pair.split("-")
        corpus = {"id": "world", "format": "tsv", "languages": languages, "paths": [str(root / f"raw/bitext/{pair}.tsv")]}
        files = {"links": str(root / f"raw/links/{pair}.txt"), "tokens": str(root / f"raw/bitext/{pair}.tokens.tsv")}
        make_bitext(pair, [corpus], [], CleanSettings(min_chars=25), root / f"bitext/{pair}.parquet")
        source = {"corpus": corpus, "languages": languages, **files}
        make_links(pair, root / f"bitext/{pair}.parquet", {"aligner": "gold", "sources": [source]}, root / f"links/{pair}.parquet")
        english_first = sorted(languages, key=lambda lang: lang != "en")
        train = root / f"raw/dictionaries/{'-'.join(english_first)}.train.tsv"
        word_lists = [{"path": train, "languages": english_first, "split": "train"}]
        make_dictionary(pair, word_lists, root / f"dictionary/{pair}.parquet")
    corpus = {"id": "mono", "format": "lines", "languages": ["en"], "paths": [str(root / "raw/mono/en.txt")]}
    make_mono("en", [corpus], [], CleanSettings(), root / "mono/en.parquet")
    return root


@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
def test_gold_links_come_through_cleaning(pair, world):
    lines = {
        name: (world / f"raw/{name}").read_text().split("\n")
        for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt")
    }
    gold: dict[tuple[str, ...], set[tuple[int, int]]] = {}
    for text, tokens, points in zip(*lines.values(), strict=True):
        if text:
            sides = tuple(text.split("\t"))
            spans = [
                overlaps(side.split(" "), whole, lang) for side, whole, lang in zip(tokens.split("\t"), sides, pair.split("-"), strict=True)
            ]
            linked = [tuple(map(int, point.split("-"))) for point in points.split()]
            gold.setdefault(sides, {(v, w) for i, j in linked for v in spans[0][i] for w in spans[1][j]})
    bitext = [row[:2] for row in iter_parquet(world / f"bitext/{pair}.parquet", "bitext")]
    assert 50 < len(bitext) < 400  # cleaning has dropped some
    assert rows_of(world / f"links/{pair}.parquet") == [gold[row] for row in bitext]
    summary = read_parquet_summary(world / f"links/{pair}.parquet", "links")
    assert set(summary["unlinked"]) == {"empty"} and summary["unlinked"]["empty"] == sum(not gold[row] for row in bitext)
    assert summary["linked"] > 0.9 * len(bitext)


@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
def test_units_of_the_world_are_content_words(pair, world):
    bitext = list(iter_parquet(world / f"bitext/{pair}.parquet", "bitext"))
    sides = [[words(text, lang) for text, lang in zip(row, pair.split("-"), strict=False)] for row in bitext]
    english = pair.split("-").index("en")
    contrasted = Counter(
        sides[k][english][unit[2 * english]].lower() for k, units in enumerate(units_of(world / f"links/{pair}.parquet")) for unit in units
    )
    assert not set(contrasted) & {"the", "a", "in", "of", "."} and len(contrasted) > 100 and contrasted.total() > 2 * len(bitext)


def test_most_dictionary_hits_are_gold_links_and_of_other_links_most_are_none(world):
    for pair in ("de-en", "en-zh"):
        out = world / f"hits-{pair}.parquet"
        spec = {"aligner": "dictionary", "once": True}
        make_links(pair, world / f"bitext/{pair}.parquet", spec, out, world / f"dictionary/{pair}.parquet")
        hits, gold = rows_of(out), rows_of(world / f"links/{pair}.parquet")
        right = sum(len(mine & theirs) for mine, theirs in zip(hits, gold, strict=True) if theirs)
        assert right > 0.9 * sum(len(mine) for mine, theirs in zip(hits, gold, strict=True) if theirs) > 100


# ------------------------------------------------------------------------------------------------------------ Pharaoh files

LINES = ["Der Hund bellt!\tThe dog barks!", "Ein Haus.\tA house."]


def test_the_words_between_spaces_are_the_tokens_where_no_others_are_given(tmp_path):
    out = link(tmp_path, "de-en", local(tmp_path, LINES, ["0-0 1-1 2-2", "1-1"], "de", "en"))
    assert rows_of(out) == [{(0, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)}, {(1, 1), (1, 2), (2, 1), (2, 2)}]


@pytest.mark.parametrize("between", ["\t", " ||| "])
def test_links_count_in_the_tokens_of_their_file(between, tmp_path):
    tokens = [f"Der Hund bellt !{between}The dog barks !", f"Ein Ha us .{between}A house."]
    out = link(tmp_path, "de-en", local(tmp_path, LINES, ["0-0 1-1 3-3", "2-1 2-1"], "de", "en", tokens=tokens))
    assert rows_of(out) == [{(0, 0), (1, 1), (3, 3)}, {(1, 1), (1, 2)}]


def test_links_in_the_other_direction_are_turned(tmp_path):
    turned = ["\t".join(reversed(line.split("\t"))) for line in LINES]
    out = link(
        tmp_path,
        "de-en",
        local(tmp_path, turned, ["0-2 1-0", ""], "en", "de", tokens=["The dog barks!\tDer Hund bellt!", "A house.\tEin Haus."]),
    )
    assert rows_of(out) == [{(2, 0), (3, 0), (0, 1)}, set()]
    (tmp_path / "corpus").write_text("\n".join(LINES) + "\n")
    corpus = {"id": "ours", "format": "tsv", "languages": ["de", "en"], "paths": [str(tmp_path / "corpus")]}
    source = {"corpus": corpus, "languages": ["en", "de"], "links": str(tmp_path / "links"), "tokens": str(tmp_path / "tokens")}
    make_links("de-en", tmp_path / "bitext", {"aligner": "pharaoh", "sources": [source]}, tmp_path / "again")
    assert read_links(tmp_path / "again").sha256 == read_links(out).sha256


def test_rows_are_found_by_their_normalised_texts_and_the_first_of_equal_ones_counts(tmp_path):
    lines = ["\ufeffein\u00a0 x\tone  x", "zu lang" * 999 + "\tx", "ein x\tone x", "nur eins", "zwei\ttwo"]
    out = link(tmp_path, "de-en", local(tmp_path, lines, ["0-1", "", "1-1", "", "0-0"], "de", "en"))
    assert rows_of(out) == [{(0, 1)}, {(0, 0)}]


def test_every_row_without_links_is_counted_under_one_reason(tmp_path):
    tokens = ["Der Hund bellt !\tThe dog barks .", "Ein Haus .\tA house ."]
    aligned = local(tmp_path, LINES, ["0-0", ""], "de", "en", tokens=tokens)
    (tmp_path / "other").mkdir()
    other = {"corpus": local(tmp_path / "other", ["drei\tthree"], None, "de", "en")["corpus"]}
    corpora = [{**source["corpus"], "id": str(k)} for k, source in enumerate((other, aligned))]
    make_bitext("de-en", corpora, [], CleanSettings(), tmp_path / "bitext")
    summary = make_links("de-en", tmp_path / "bitext", {"aligner": "pharaoh", "sources": [aligned]}, tmp_path / "out")
    assert summary == {"linked": 0, "links": 0, "units": 0, "unlinked": {"absent": 1, "empty": 1, "spelling": 1}}
    assert rows_of(tmp_path / "out") == [set()] * 3


def test_an_index_that_does_not_fit_is_no_link(tmp_path):
    with ParquetWriter(tmp_path / "bitext", "bitext") as writer:
        writer.append(("x " * 70_000 + "y", "y", "c"))
    lists = tmp_path / "list"
    lists.write_text("y y\n")
    make_dictionary("de-en", [{"path": lists, "languages": ["de", "en"], "split": "train"}], tmp_path / "dictionary")
    summary = make_links("de-en", tmp_path / "bitext", {"aligner": "dictionary", "once": False}, tmp_path / "out", tmp_path / "dictionary")
    assert summary["unlinked"] == {"length": 1} and rows_of(tmp_path / "out") == [set()]


@pytest.mark.parametrize(
    ("links", "tokens", "expected"),
    [
        (["0-0", "3-0"], None, r"links line 2: `3-0` points to no token\. the sides have 2 and 2 tokens, counted from 0"),
        (["0-0 0-3", ""], None, r"links line 1: `0-3` points to no token"),
        (["0-0", "0-9"], ["a\tb", "a b\tc"], r"links line 2: `0-9` points to no token\. the sides have 2 and 1 tokens"),
        (["0-0", "0"], None, r"links line 2: `0` is no link\. `i-j` with two numbers from 0"),
        (["0--1", ""], None, r"links line 1: `0--1` is no link"),
        (["1p1", ""], None, r"links line 1: `1p1` is no link"),
        (["٣-٣", ""], None, "is no link"),
        (["0-0"], None, r"links: fewer lines than the corpus `ours` has rows\. a line per row"),
        (["", "", ""], None, r"links: more lines than the corpus `ours` has rows"),
        (["", ""], ["a\tb"], r"tokens: fewer lines than the corpus"),
        (["", ""], ["a\tb"] * 3, r"tokens: more lines than the corpus"),
        (["", ""], ["a\tb", "a b"], r"tokens line 2: 1 columns\. the tokens of both sides"),
        (["", ""], ["a ||| b ||| c", "a\tb"], r"tokens line 1: 3 columns"),
    ],
)
def test_damaged_files_are_refused_by_file_and_line_and_nothing_is_left(links, tokens, expected, tmp_path):
    with pytest.raises(IsoglossError, match=expected):
        link(tmp_path, "de-en", local(tmp_path, LINES, links, "de", "en", tokens=tokens))
    assert not (tmp_path / "out").exists()


def test_missing_files_are_refused(tmp_path):
    source = local(tmp_path, LINES, ["", ""], "de", "en")
    link(tmp_path, "de-en", source)
    for spec, expected in (
        ({"aligner": "pharaoh", "sources": []}, "links de-en: the aligner has no links for this pair"),
        ({"aligner": "dictionary", "once": False}, "links de-en: no dictionary was given"),
        ({"aligner": "pharaoh", "sources": [{**source, "links": str(tmp_path / "none")}]}, "none: cannot be read"),
    ):
        with pytest.raises(IsoglossError, match=expected):
            make_links("de-en", tmp_path / "bitext", spec, tmp_path / "again")
    with pytest.raises(IsoglossError, match="there is no bitext file here"):
        make_links("de-en", tmp_path / "nowhere", {"aligner": "pharaoh", "sources": [source]}, tmp_path / "again")


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_what_is_written_in_pharaoh_format_is_read(links):
    assert parse_links("  ".join(f"{i}-{j}" for i, j in links), "here") == links


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data are not here")
@pytest.mark.parametrize("lang", ["es", "ru"])
def test_links_by_hand_find_their_rows(lang, tmp_path):
    lines = (REAL / f"gold_alignments/xl-wa/en-{lang}.dev.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines]
    out = link(tmp_path, f"en-{lang}", local(tmp_path, ["\t".join(row[:2]) for row in cells], [row[2] for row in cells], "en", lang))
    summary = read_parquet_summary(out, "links")
    assert summary["rows"] >= 0.95 * len(lines) and set(summary["unlinked"]) <= {"empty"}
    assert summary["links"] >= 0.9 * sum(len(set(row[2].split())) for row in cells) and summary["units"] > 2 * len(lines)


# ---------------------------------------------------------------------------------------------------------- dictionary hits

VOCABULARY = ["Hund", "hund", "katze", "der", "x"]
phrases = st.sampled_from(["Hund", "KATZE", "der Hund", "x", "der"])


@given(
    st.lists(st.sampled_from(VOCABULARY), max_size=8),
    st.lists(st.sampled_from(VOCABULARY), max_size=8),
    st.lists(st.tuples(phrases, phrases, st.sampled_from(["train", "held_out"])), max_size=6),
    st.booleans(),
)
def test_hits_are_all_occurrences_of_all_learnt_entries(source, target, entries, once):
    from isogloss.dictionaries import Entry

    expected = set()
    for src, tgt, split in entries:
        places = []
        for phrase, sentence in ((src.lower().split(), source), (tgt.lower().split(), target)):
            lower = [word.lower() for word in sentence]
            places.append([range(k, k + len(phrase)) for k in range(len(lower)) if lower[k : k + len(phrase)] == phrase])
        if split == "train" and (not once or len(places[0]) == len(places[1]) == 1):
            expected |= {(i, j) for left in places[0] for right in places[1] for i in left for j in right}
    hits = DictionaryHits(("de", "en"), [Entry(src, tgt, 1, 1.0, 1.0, split) for src, tgt, split in entries], once)
    assert set(hits(("", ""), (source, target))) == expected


def test_an_entry_of_a_language_without_spaces_is_a_sequence_of_characters():
    from isogloss.dictionaries import Entry

    hits = DictionaryHits(("en", "zh"), [Entry("bread", "面包", 1, 1.0, 1.0, "train")], once=True)
    assert hits(("", ""), (["Bread", "!"], list("我面包包"))) == [(0, 1), (0, 2)]


# -------------------------------------------------------------------------------------------------------- derived languages

STEPS = {
    "en_x": [{"invert": {}}, {"script": {"overlap": 0.0, "seed": 0}}],
    "de_x": [{"permute": {"seed": 3}}],
    "zh_x": [{"script": {"overlap": 0.3, "seed": 1}}, {"permute": {"seed": 0}}],
}


@pytest.mark.parametrize("pair", ["de_x-en", "de_x-en_x", "de-en_x", "en-zh_x", "en_x-zh", "en_x-zh_x"])
def test_derived_links_join_the_same_words_in_their_new_places(pair, world, tmp_path):
    base = "-".join(lang[:2] for lang in pair.split("-"))
    text, links = world / f"bitext/{base}.parquet", world / f"links/{base}.parquet"
    make_derived_bitext(pair, text, STEPS, tmp_path / "bitext")
    summary = make_derived_links(pair, text, links, STEPS, tmp_path / "links")
    known = read_parquet_summary(links, "links")
    assert {key: summary[key] for key in ("linked", "links")} == {key: known[key] for key in ("linked", "links")}

    def joined(row, points, languages):
        sides = [[unscript(word) for word in words(side, lang)] for side, lang in zip(row, languages, strict=False)]
        return Counter((sides[0][i], sides[1][j]) for i, j in points)

    before, after = (list(iter_parquet(path, "bitext")) for path in (text, tmp_path / "bitext"))
    for row, points, derived_row, derived_points in zip(before, rows_of(links), after, rows_of(tmp_path / "links"), strict=True):
        assert joined(row, points, base.split("-")) == joined(derived_row, derived_points, pair.split("-"))


@pytest.mark.parametrize("pair", ["de_x-en", "de-en_x"])
def test_in_another_order_or_script_single_words_are_the_same_units(pair, world, tmp_path):
    """A full stop in another script is a letter, `The` and `the` are two words: neither must make a difference."""
    make_derived_links(pair, world / "bitext/de-en.parquet", world / "links/de-en.parquet", STEPS, tmp_path / "links")
    base, derived = units_of(world / "links/de-en.parquet"), units_of(tmp_path / "links")
    assert [len(units) for units in base] == [len(units) for units in derived] and sum(map(len, base)) > 500


def test_a_text_and_its_image_are_linked_word_by_word(world, tmp_path):
    mono = [text for text, _ in iter_parquet(world / "mono/en.parquet", "mono")]
    make_derived_links("en-en_x", world / "mono/en.parquet", None, STEPS, tmp_path / "links")
    transform = Transform(STEPS["en_x"])
    for text, points in zip(mono, rows_of(tmp_path / "links"), strict=True):
        sides = words(text, "en"), [unscript(word) for word in words(derive_text(text, transform, "en_x"), "en_x")]
        assert sorted(i for i, _ in points) == sorted(j for _, j in points) == list(range(len(sides[0])))
        assert all(sides[0][i] == sides[1][j] for i, j in points)
    assert read_parquet_summary(tmp_path / "links", "links")["derived"] == {"en_x": STEPS["en_x"]}


def test_links_of_other_rows_or_of_nothing_are_refused(world, tmp_path):
    with pytest.raises(IsoglossError, match=r"has other rows than .*en-zh\.parquet"):
        make_derived_links("en-zh_x", world / "bitext/en-zh.parquet", world / "links/de-en.parquet", STEPS, tmp_path / "x")
    for pair, links in (("en-zh_x", None), ("en-en_x", world / "links/de-en.parquet")):
        with pytest.raises(IsoglossError, match=f"links {pair}: "):
            make_derived_links(pair, world / "mono/en.parquet", links, STEPS, tmp_path / "x")


# ------------------------------------------------------------------------------------------------------------------ reading

lists = st.lists(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 65_535)), max_size=4), max_size=12)


@settings(max_examples=40)
@given(lists, st.integers(1, 5))
def test_the_arrays_hold_the_rows(tmp_path_factory, rows, group):
    path = tmp_path_factory.mktemp("read") / "links"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ParquetWriter, "ROWS_PER_GROUP", group)
        with ParquetWriter(path, "links") as writer:
            for row in rows:
                writer.append(([i for i, _ in row], [j for _, j in row], [place for i, j in row for place in (i, i, j, j)]))
    links = read_links(path)
    assert len(links) == len(rows)
    assert (links.offsets.dtype, links.links.dtype, links.unit_offsets.dtype, links.units.dtype) == (
        np.int64,
        np.uint16,
        np.int64,
        np.uint16,
    )
    assert links.links.shape[1:] == (2,) and links.units.shape[1:] == (4,)
    for k, row in enumerate(rows):
        assert links.links[links.offsets[k] : links.offsets[k + 1]].tolist() == [list(point) for point in row]
        assert links.units[links.unit_offsets[k] : links.unit_offsets[k + 1]].tolist() == [[i, i, j, j] for i, j in row]


def test_the_digest_is_of_the_content(tmp_path):
    digests = set()
    for links in (["0-0", ""], ["0-0", ""], ["0-1", ""], ["", "0-0"]):
        digests.add(read_links(link(tmp_path, "de-en", local(tmp_path, LINES, links, "de", "en"))).sha256)
    assert len(digests) == 3 and all(len(digest) == 64 for digest in digests)


def test_a_damaged_or_foreign_file_is_refused(world, tmp_path):
    content = (world / "links/de-en.parquet").read_bytes()
    (tmp_path / "half").write_bytes(content[: len(content) // 2])
    for path, expected in (
        (tmp_path / "half", "is not a complete Parquet file"),
        (tmp_path / "none", "there is no links file here"),
        (world / "bitext/de-en.parquet", "holds bitext. expected links"),
    ):
        with pytest.raises(IsoglossError, match=expected):
            read_links(path)


def test_the_order_of_the_files_does_not_matter(world, tmp_path):
    """The same bitext, its corpus in another order: the same links, because rows are found by their texts."""
    lines = [
        (world / f"raw/{name}").read_text().split("\n")[:-1] for name in ("bitext/de-en.tsv", "links/de-en.txt", "bitext/de-en.tokens.tsv")
    ]
    first = {text: k for k, text in reversed(list(enumerate(lines[0])))}
    order = sorted(first.values())
    random.Random(1).shuffle(order)
    text, links, tokens = ([column[k] for k in order] for column in lines)
    source = local(tmp_path, text, links, "de", "en", tokens=tokens)
    spec = json.loads(json.dumps({"aligner": "gold", "sources": [source]}))
    make_links("de-en", world / "bitext/de-en.parquet", spec, tmp_path / "out")
    assert read_links(tmp_path / "out").sha256 == read_links(world / "links/de-en.parquet").sha256
