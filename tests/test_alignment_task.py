"""The task `alignment`: gold links in every published format, what the stage leaves, predictions and their scores, projection."""

import copy
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.aligners.projection import project, sentence
from isogloss.artifacts import atomic_directory, read_json, read_jsonl, write_jsonl
from isogloss.corpora.transforms import Transform
from isogloss.corpora.transforms.records import carry
from isogloss.corpora.transforms.sentences import words
from isogloss.errors import IsoglossError
from isogloss.languages import split_words
from isogloss.metrics.alignment import alignment_counts, alignment_metrics
from isogloss.score import make_scores, make_trivial, score_files, trivial_predictions
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.gold_links import FORMATS, LinkedPair, read_linked
from isogloss.tasks.kinds import KINDS

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "gold_alignments"
TASK = get_task("alignment")

# One set of two pairs in every format: 0-0 and 2-1 of the first are sure, 1-1 is possible; the second has no links.
PAIRS = [
    LinkedPair(["a", "b", "c"], ["A", "B"], [(0, 0), (2, 1)], [(0, 0), (1, 1), (2, 1)]),
    LinkedPair(["d"], ["D", "E"], [], []),
]
SENTENCES = "a b c ||| A B\nd ||| D E\n"
WA = "1 1 1 S\n1 3 2\n0001 2 2 P 0.5\n2 0 1 S\n2 1 0 P\n"
SETS = {
    "tsv": {"tsv": "a b c\tA B\t0-0 1p1 2-1\nd\tD E\t\n"},
    "gold": {"src-tgt": SENTENCES, "gold": "1-1 2p2 3-2\n\n"},
    "pharaoh": {"src-tgt": SENTENCES, "pharaoh": "2-1 0-0 1?1 0-0\n\n"},
    "wa": {"en": "a b c\nd\n", "fr": "A B\nD E\n", "wa": WA},
    "sgml": {"en": "<s snum=1> a b c </s>\n<s snum=2> d </s>\n", "fr": "<s snum=0001>A B</s>\n<s snum=0002>D E</s>\n", "wa": WA},
    "wa.nonullalign": {"en": "a b c\nd\n", "fr": "A B\nD E\n", "wa.nonullalign": WA.partition("2 0")[0]},
    "wa.nullalign": {"en": "a b c\nd\n", "fr": "A B\nD E\n", "wa.nullalign": WA},
}


def written(directory, files, stem="en-fr"):
    """The files of a set: {what stands after the stem: text}."""
    directory.mkdir(exist_ok=True)
    paths = []
    for suffix, text in files.items():
        paths.append(directory / f"{stem}.{suffix}")
        paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def records(directory, files, stem="en-fr", lang="fr", split="test"):
    written(directory, files, stem)
    return read(directory, lang, split)


def read(source, lang, split="test"):
    published = TASK.published([source])[lang, split]
    return list(published.read(published.files, lang, split))


def real(*parts):
    path = REAL.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no real gold alignments in {REAL}")
    return path


# ------------------------------------------------------------------------------------------------------------------ formats


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    "harmless",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n \n\n",
        lambda text: text.replace(" ", "  "),
    ],
    ids=["plain", "BOM", "CRLF", "blank lines at the end", "wide spaces"],
)
def test_one_set_in_every_format(tmp_path, name, harmless):
    assert read_linked(written(tmp_path, {suffix: harmless(text) for suffix, text in SETS[name].items()})) == PAIRS


def test_every_format_is_in_the_examples():
    assert {f".{list(files)[-1]}" for files in SETS.values()} == set(FORMATS)


def test_a_link_that_is_sure_and_possible_is_sure(tmp_path):
    (pair,) = read_linked(written(tmp_path, {"tsv": "a\tb\t0p0 0-0\n"}))
    assert pair.sure == pair.possible == [(0, 0)]


def test_sentences_of_sgml_are_found_by_number(tmp_path):
    files = {"en": "<s snum=9>x y</s>\n<S SNUM=3>z</S>\n", "fr": "<s snum=3>Z</s>\n<s snum=9>X</s>\n", "wa": "9 2 1\n3 1 1\n"}
    assert read_linked(written(tmp_path, files)) == [LinkedPair(["x", "y"], ["X"], [(1, 0)], [(1, 0)]), PAIRS[1]._replace(
        src=["z"], tgt=["Z"], sure=[(0, 0)], possible=[(0, 0)]
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"tsv": "a\tb\t0-0\n\na\tb\n"}, r"en-fr\.tsv line 3: has 2 columns\. expected tokens TAB tokens TAB links"),
        ({"tsv": "a\tb\t0-0 0:0\n"}, r"en-fr\.tsv line 1: `0:0` is no link\. `i-j` \(sure\), `ipj`"),
        ({"tsv": "a\tb\t0-\n"}, "line 1: `0-` is no link"),
        ({"tsv": "a\tb\t0-²\n"}, "line 1: `0-²` is no link"),
        ({"tsv": "a\tb\t-1-0\n"}, "line 1: `-1-0` is no link"),
        ({"tsv": "a\tb\t0-0\na b\tc\t0-1\n"}, r"en-fr\.tsv line 2: links token 0 with 1\. the sides have 2 and 1 tokens, counted from 0"),
        ({"tsv": " \tb\t\n"}, r"line 1: has a side without tokens"),
        ({"tsv": b"a\tb\t0-0\n\xff\tb\t0-0\n"}, r"en-fr\.tsv line 2: is not UTF-8"),
        ({"src-tgt": SENTENCES, "gold": "1-1\n0-1\n"}, r"en-fr\.gold line 2: links token 0 with 1, but this format counts from 1"),
        ({"src-tgt": SENTENCES, "gold": "3p3\n\n"}, r"en-fr\.gold line 1: links token 3 with 3\. the sides have 3 and 2 tokens, counted from 1"),
        ({"src-tgt": SENTENCES, "gold": "1-1\n"}, r"en-fr\.gold: has 1 lines, but en-fr\.src-tgt has 2"),
        ({"src-tgt": SENTENCES, "gold": "1-1\n\n1-1\n"}, r"en-fr\.gold: has 3 lines, but en-fr\.src-tgt has 2"),
        ({"src-tgt": "a b\n", "gold": "1-1\n"}, r"en-fr\.src-tgt line 1: has 1 sides\. expected `tokens \|\|\| tokens`"),
        ({"src-tgt": "a ||| b ||| c\n", "gold": "1-1\n"}, r"en-fr\.src-tgt line 1: has 3 sides"),
        ({"src-tgt": "a ||| b\n ||| \nc ||| d\n", "gold": "1-1\n\n\n"}, r"en-fr\.src-tgt line 2: has a side without tokens"),
        ({"src-tgt": SENTENCES, "pharaoh": "3-1\n\n"}, r"en-fr\.pharaoh line 1: links token 3 with 1\. .*3 and 2 tokens, counted from 0"),
        ({"gold": "1-1\n"}, r"en-fr\.src-tgt: cannot be read to its end \(No such file"),
        ({"en": "a\n", "fr": "A\n", "wa": "1 1 1 X\n"}, r"en-fr\.wa line 1: `1 1 1 X` is no link"),
        ({"en": "a\n", "fr": "A\n", "wa": "1 1 1\n2 1 1\n"}, r"en-fr\.wa line 2: there is no sentence 2\. those of en-fr\.en"),
        ({"en": "a\n", "fr": "A\n", "wa": "1 2 1\n"}, r"en-fr\.wa line 1: links token 2 with 1\. the sides have 1 and 1 tokens, counted from 1"),
        ({"en": "a\nb\n", "fr": "A\n", "wa": ""}, r"en-fr\.en: has sentence 2, which the other side lacks"),
        ({"en": "a\n", "fr": "A\nB\n", "wa": ""}, r"en-fr\.fr: has sentence 2, which the other side lacks"),
        ({"en": "<s snum=1>a</s>\nb\n", "fr": "A\nB\n", "wa": ""}, r"en-fr\.en line 2: `b` is no sentence"),
        ({"en": "<s snum=1>a</s>\n<s snum=01>b</s>\n", "fr": "A\nB\n", "wa": ""}, r"en-fr\.en line 2: .* repeats a sentence"),
        ({"en": "a\n\nb\n", "fr": "A\nB\nC\n", "wa": ""}, r"en-fr\.en sentence 2: has a side without tokens"),
    ],
)  # fmt: skip
def test_damage_is_named_with_file_and_line(tmp_path, files, message):
    with pytest.raises(IsoglossError, match=message):
        records(tmp_path, files)


def test_only_files_of_a_known_form_are_read(tmp_path):
    for names in ([], ["x.gold"], ["x.txt"], ["x.en", "x.wa"], ["x.src-tgt", "x.tsv"]):
        with pytest.raises(IsoglossError, match="is no set of gold links. expected X.tsv, X.src-tgt X.gold"):
            read_linked([tmp_path / name for name in names])


# --------------------------------------------------------------------------------------------------------- source directory


@pytest.mark.parametrize("stem", ["en-fr", "enfr", "eng-fra", "en-fr.test", "enfr.test"])
@pytest.mark.parametrize("name", ["tsv", "gold"])
def test_names_of_a_pair(tmp_path, stem, name):
    assert [record["src"] for record in records(tmp_path, SETS[name], stem)] == [["a", "b", "c"], ["d"]]
    assert set(TASK.published([tmp_path])) == {("fr", "test")}


def test_sides_are_turned_into_the_order_of_their_codes(tmp_path):
    first = {"id": "fr-test-0", "src": ["A", "B"], "tgt": ["a", "b", "c"], "sure": [[0, 0], [1, 2]], "possible": [[0, 0], [1, 1], [1, 2]]}
    assert records(tmp_path / "fr", SETS["gold"], "fren")[0] == first
    assert records(tmp_path / "de", SETS["gold"], "ende", "de")[0] == first | {"id": "de-test-0"}
    straight = records(tmp_path / "zh", SETS["tsv"], "en-zh.dev", "zh", "dev")[0]
    assert (straight["id"], straight["src"], straight["sure"]) == ("zh-dev-0", ["a", "b", "c"], [[0, 0], [2, 1]])
    naacl = records(tmp_path / "wa", {"fr": "A B\n", "en": "a b c\n", "wa": "1 2 3\n"}, "fr-en")[0]
    assert naacl["src"] == ["a", "b", "c"] and naacl["sure"] == [[2, 1]]


def test_what_is_no_set_with_english_is_left_alone(tmp_path):
    for name in ("de-fr.tsv", "notes.tsv", "en-fr.train.tsv", "en-fr.txt", "readme", "en-en.gold", "en-fr.TSV"):
        written(tmp_path, {name: "x"}, "")
        (tmp_path / f".{name}").rename(tmp_path / name)
    assert TASK.published([tmp_path]) == {}
    with pytest.raises(IsoglossError, match="has no test data of fr. there are no files of this task at all"):
        make_taskdata("alignment", [tmp_path], ["fr"], tmp_path / "out")


def test_two_sets_of_one_pair_and_split_are_refused(tmp_path):
    written(tmp_path, SETS["tsv"], "en-fr.test")
    written(tmp_path, SETS["gold"], "fren")
    with pytest.raises(IsoglossError, match=r"fren\.gold: is of the same pair and split as .*/en-fr\.test\.tsv"):
        TASK.published([tmp_path])


# ------------------------------------------------------------------------------------------------------------------- stage


@pytest.fixture
def data(tmp_path):
    """French with dev and test, Chinese with test, Turkish with dev only."""
    written(tmp_path / "s", SETS["tsv"], "en-fr.dev")
    written(tmp_path / "s", SETS["gold"], "enfr")
    written(tmp_path / "s", SETS["pharaoh"], "zhen")
    written(tmp_path / "s", SETS["tsv"], "en-tr.dev")
    make_taskdata("alignment", [tmp_path / "s"], ["en", "fr", "zh", "tr", "de"], tmp_path / "data")
    return tmp_path / "data"


def test_task_data(data):
    manifest = read_taskdata("alignment", data)
    assert manifest["splits"] == {"fr": "test", "zh": "test", "tr": "dev"} and manifest["missing"] == ["de"]
    assert manifest["n"] == {"dev": {"fr": 2}, "test": {"fr": 2, "zh": 2, "tr": 2}}
    assert set(manifest["files"]) == {"en-fr.dev.tsv", "enfr.src-tgt", "enfr.gold", "zhen.src-tgt", "zhen.pharaoh", "en-tr.dev.tsv"}
    assert (data / "sentences.txt").read_text("utf-8") == "a b c\nA B\nd\nD E\n"
    (first, second), dev = KINDS["align"].read(data, "fr"), KINDS["align"].read(data, "fr", "dev")
    assert first == {
        "id": "fr-test-0",
        "src": list("abc"),
        "tgt": list("AB"),
        "sure": [[0, 0], [2, 1]],
        "possible": [[0, 0], [1, 1], [2, 1]],
    }
    assert second == {"id": "fr-test-1", "src": ["d"], "tgt": ["D", "E"], "sure": [], "possible": []}
    assert [record["sure"] for record in dev] == [first["sure"], []]


def test_a_converter_that_breaks_the_contract_is_caught():
    record = {"id": "0", "src": ["a"], "tgt": ["b", "c"], "sure": [[0, 0]], "possible": [[0, 0], [0, 1]]}
    check = KINDS["align"].check
    check(TASK, [record])
    for broken, message in [
        ([record, record], "id '0' occurs twice"),
        ([{**record, "src": []}], "record 0: has a side without tokens"),
        ([{**record, "possible": [[0, 1]]}], "record 0: has links .* the sure ones among the possible"),
        ([{**record, "possible": [[0, 0], [0, 2]]}], "record 0: has links"),
        ([{**record, "possible": [[0, 0], [0, -1]]}], "record 0: has links"),
    ]:
        with pytest.raises(IsoglossError, match=message):
            check(TASK, broken)


# ------------------------------------------------------------------------------------------------------------------ scores


def scored(data, predictions, out, **about):
    with atomic_directory(out / "p", "predictions") as (directory, manifest):
        for lang, rows in predictions.items():
            write_jsonl(directory / f"{lang}.jsonl", rows)
        manifest.update(task="alignment", setting="no_train", recipe="mlm", seed=1, languages=sorted(predictions), **about)
    make_scores("alignment", "no_train", "mlm", 1, data, out / "p", out / "s.json")
    return read_json(out / "s.json", "scores")


def layered(data, layers):
    """Layer k predicts the first k possible links of every pair, and one wrong link."""

    def pred(record):
        wrong = [0, 1] if len(record["tgt"]) > 1 else [1, 0]
        return [[*record["possible"][:k], wrong] for k in range(layers)]

    return {lang: [{"id": record["id"], "pred": pred(record)} for record in KINDS["align"].read(data, lang)] for lang in ("fr", "zh", "tr")}


def test_every_layer_is_scored_and_the_headline_is_two_thirds_up(data, tmp_path):
    scores = scored(data, layered(data, 4), tmp_path)
    assert scores["headline"] == "f1" and scores["headline_layer"] == 2
    fr, layers = scores["languages"]["fr"], scores["layers"]["fr"]
    assert fr["counts"] == {
        "n": 2, "predicted": [2, 3, 4, 5], "sure": [2] * 4, "possible": [3] * 4, "sure_found": [0, 1, 1, 2], "possible_found": [0, 1, 2, 3],
    }  # fmt: skip
    assert layers["precision"] == pytest.approx([0, 100 / 3, 50, 60]) and layers["recall"] == [0, 50, 50, 100]
    assert layers["aer"] == pytest.approx([100, 60, 50, 100 * 2 / 7])
    for k in range(4):
        part = {name: of_layer[k] for name, of_layer in fr["counts"].items() if name != "n"}
        assert alignment_metrics(part) == {metric: values[k] for metric, values in layers.items()}
    assert fr["metrics"] == {metric: values[2] for metric, values in layers.items()}
    assert scores["average"] == scores["average_transfer"] == pytest.approx(fr["metrics"])
    assert scores["languages"]["tr"]["split"] == "dev"


def test_the_headline_layer_of_the_predictions_counts(data, tmp_path):
    assert scored(data, layered(data, 4), tmp_path, headline_layer=3)["average"]["recall"] == 100
    with pytest.raises(IsoglossError, match="has layers 0 to 3, headline layer 4"):
        scored(data, layered(data, 4), tmp_path, headline_layer=4)


def test_an_aligner_that_is_no_encoder_has_one_layer(data, tmp_path):
    scores = scored(data, {lang: [{**row, "pred": row["pred"][-1:]} for row in rows] for lang, rows in layered(data, 4).items()}, tmp_path)
    assert scores["headline_layer"] == 0 and scores["layers"]["zh"]["recall"] == [100]


def test_the_trivial_aligner_is_the_diagonal(data, tmp_path):
    found = trivial_predictions("alignment", data, 1)
    assert [row["pred"] for row in found["fr"]] == [[[[0, 0], [1, 1], [2, 1]]], [[[0, 1]]]]
    assert [row["pred"] for row in found["zh"]] == [[[[0, 0], [1, 2]]], [[[0, 0], [1, 0]]]]
    make_trivial("alignment", data, 1, "no_train", None, tmp_path / "p")
    make_scores("alignment", "no_train", "trivial", 1, data, tmp_path / "p", tmp_path / "s.json")
    fr = read_json(tmp_path / "s.json", "scores")["languages"]["fr"]["metrics"]
    assert fr == pytest.approx({"precision": 75, "recall": 100, "f1": 600 / 7, "aer": 100 / 6})


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.pop(), r"fr\.jsonl: 1 ids are missing.*\(fr-test-1\)"),
        (lambda rows: rows.append(rows[0]), "1 are repeated"),
        (lambda rows: rows.append({"id": "x", "pred": [[]]}), r"1 are not in the task data.*\(x\)"),
        (lambda rows: rows[0]["pred"].pop(), r"fr\.jsonl: has \[3, 4\] layers in its records"),
        (lambda rows: rows[0].update(pred=[]), r"id fr-test-0: predicts \[\]\. expected links .* between 3 and 2 tokens"),
        (lambda rows: rows[0].pop("pred"), "id fr-test-0: predicts None"),
        (lambda rows: rows[0]["pred"][0].append([3, 0]), "id fr-test-0: predicts"),
        (lambda rows: rows[0]["pred"][0].append([0, 2]), "id fr-test-0: predicts"),
        (lambda rows: rows[0]["pred"][0].append([-1, 0]), "id fr-test-0: predicts"),
        (lambda rows: rows[0]["pred"][0].append([0, 0, 0]), "id fr-test-0: predicts"),
        (lambda rows: rows[0]["pred"][0].append([True, 0]), "id fr-test-0: predicts"),
        (lambda rows: rows[0]["pred"].append("0-0"), "id fr-test-0: predicts"),
    ],
)
def test_malformed_predictions_are_refused(data, tmp_path, spoil, message):
    predictions = copy.deepcopy(layered(data, 4))
    spoil(predictions["fr"])
    with pytest.raises(IsoglossError, match=message):
        scored(data, predictions, tmp_path)
    assert not (tmp_path / "s.json").exists()


def test_languages_of_different_depth_are_refused(data, tmp_path):
    with pytest.raises(IsoglossError, match=r"has \[3, 4\] layers in its languages"):
        scored(data, layered(data, 4) | {"zh": layered(data, 3)["zh"]}, tmp_path)


# ------------------------------------------------------------------------------------------------------- files, for people


@pytest.mark.parametrize("name", SETS)
def test_files_are_scored_outside_of_any_experiment(tmp_path, name):
    (tmp_path / "x.links").write_text("0-0 1-0 2-1 2-1\n0-1\n")
    found = score_files(written(tmp_path, SETS[name]), tmp_path / "x.links")
    assert found["counts"] == {"n": 2, "predicted": 4, "sure": 2, "possible": 3, "sure_found": 2, "possible_found": 2}
    assert found["metrics"] == pytest.approx({"precision": 50, "recall": 100, "f1": 200 / 3, "aer": 100 / 3})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0-0\n", r"x\.links: has 1 lines, but there are 2 pairs in en-fr\.gold"),
        ("0-0\n\n\n", r"x\.links: has 3 lines"),
        ("0-0\n1-0\n", r"x\.links line 2: links token 1 with 0\. the sides have 1 and 2 tokens, counted from 0"),
        ("0 0\n\n", r"x\.links line 1: `0` is no link"),
        ("0p0\n\n", r"x\.links line 1: holds possible links"),
    ],
)
def test_damaged_predictions_of_people_are_named(tmp_path, text, message):
    (tmp_path / "x.links").write_text(text)
    with pytest.raises(IsoglossError, match=message):
        score_files(written(tmp_path, SETS["gold"]), tmp_path / "x.links")


# -------------------------------------------------------------------------------------------------------- derived languages


@pytest.mark.parametrize(("lang", "side", "other"), [("fr", "tgt", "src"), ("de", "src", "tgt")])
def test_links_go_with_the_tokens_of_a_derived_language(lang, side, other):
    record = {"id": "0", "src": list("abcd."), "tgt": list("ABCD."), "sure": [[0, 1], [3, 3]], "possible": [[0, 1], [2, 4], [3, 3]]}
    ((moved,), lost) = carry("align", [record], Transform([{"invert": {}}]), lang)
    assert lost == {} and moved["id"] == "0" and moved[other] == record[other] and moved[side] != record[side]
    for links in ("sure", "possible"):
        spelt = [{(row["src"][i], row["tgt"][j]) for i, j in row[links]} for row in (record, moved)]
        assert spelt[0] == spelt[1] and moved[links] == sorted(moved[links])


def test_task_data_of_a_derived_language(tmp_path):
    written(tmp_path, {"tsv": "a b c .\tA B C .\t0-0 1-1 3-3\n"})
    make_taskdata("alignment", [tmp_path], ["fr", "fr_x"], tmp_path / "out", derived={"fr_x": [{"invert": {}}]})
    (record,) = KINDS["align"].read(tmp_path / "out", "fr_x")
    assert record["tgt"] == ["C", "B", "A", "."] and record["sure"] == [[0, 2], [1, 1], [3, 3]]


# -------------------------------------------------------------------------------------------------------------- projection


def test_words_become_tokens():
    tokens = (["Don", "'t", "go", "!"], ["N'", "y", "va-t-il"])
    assert [words(sentence(side), lang) for side, lang in zip(tokens, ("en", "fr"), strict=True)] == [
        ["Don", "'", "t", "go", "!"], ["N", "'", "y", "va-t-il"],
    ]  # fmt: skip
    assert project([(0, 0), (2, 1), (3, 3), (1, 1)], tokens, ("en", "fr")) == [(0, 0), (1, 0), (2, 2)]


def test_characters_become_words_and_a_word_several_tokens():
    assert project([(0, 0), (0, 1), (1, 2)], (["good", "day"], ["你好", "天"]), ("en", "zh")) == [(0, 0), (1, 1)]
    assert words(sentence(["1", ",", "000"]), "en") == ["1", ",", "000"]  # tokens are parted by spaces, so no word has two
    assert project([(0, 0)], (["New York", "x"], ["\u200b", "\u2028纽"]), ("en", "zh")) == [
        (0, 1)
    ]  # spaces within, nothing left of a token


def test_no_links_and_links_to_nowhere():
    assert project([], (["a"], []), ("en", "fr")) == []
    with pytest.raises(IsoglossError, match="alignment en-fr: word 1 is linked with 0. the sentences have 1 and 1 words"):
        project([(1, 0)], (["a"], ["b"]), ("en", "fr"))


TOKENS = st.lists(st.text(st.sampled_from("abé'-.,1 狗\u0301\u200b\u2028가"), max_size=4), max_size=5)


@given(TOKENS, TOKENS, st.randoms(use_true_random=False))
def test_tokens_are_linked_if_words_that_they_share_characters_with_are(source, target, rng):
    """Against the characters of the text without spaces: who owns which, as a token and as a word."""
    sides, languages = (source, target), ("en", "zh")
    owners = []
    for side, lang in zip(sides, languages, strict=True):
        text = sentence(side)
        of_word = [k for k, (start, end) in enumerate(split_words(text, lang)) for _ in text[start:end]]
        of_token = [k for k, token in enumerate(side) for _ in sentence([token]).replace(" ", "")]
        assert len(of_word) == len(of_token)
        owners.append(set(zip(of_word, of_token, strict=True)))
    sizes = [len({word for word, _ in owner}) for owner in owners]
    links = {(rng.randrange(sizes[0]), rng.randrange(sizes[1])) for _ in range(4)} if all(sizes) else set()
    expected = sorted({(i, j) for v, i in owners[0] for w, j in owners[1] if (v, w) in links})
    assert project(links, sides, languages) == expected


# ---------------------------------------------------------------------------------------------------------------- real data


@pytest.mark.parametrize(
    ("part", "lang", "split", "pairs", "sure", "possible"),
    [
        (".", "fr", "test", 447, 4038, 17438),
        (".", "zh", "test", 450, 11238, 11416),
        ("xl-wa", "es", "dev", 105, 1961, 1961),
        ("xl-wa", "es", "test", 245, 4722, 4722),
        ("xl-wa", "ru", "dev", 90, 1113, 1113),
        ("xl-wa", "ru", "test", 210, 2580, 2580),
    ],
)
def test_real_files_are_read_to_the_last_link(part, lang, split, pairs, sure, possible):
    found = read(real(part), lang, split)
    assert [len(found), *(sum(len(record[links]) for record in found) for links in ("sure", "possible"))] == [pairs, sure, possible]


def test_sides_of_real_files():
    french, chinese = (read(real(), lang)[0] for lang in ("fr", "zh"))
    assert french["src"] == french["tgt"] == ["2", "."] and french["sure"] == [[0, 0], [1, 1]]
    assert chinese["src"][:2] == ["scientists", "have"] and chinese["tgt"][:2] == ["科学家", "一直"]  # the file has Chinese first
    assert chinese["sure"][0] == [0, 0] and [11, 3] in chinese["sure"]  # titan, 土卫六


def test_real_gold_against_itself_and_against_chance(tmp_path):
    files = [real("enfr.src-tgt"), real("enfr.gold")]
    pairs, rng = read_linked(files), random.Random(0)

    def error(links):
        (tmp_path / "x").write_text("".join(" ".join(f"{i}-{j}" for i, j in row) + "\n" for row in links))
        return score_files(files, tmp_path / "x")["metrics"]["aer"]

    assert error([pair.sure for pair in pairs]) == error([pair.possible for pair in pairs]) == 0
    assert error([[]] * len(pairs)) == 100
    assert error([[(i, rng.randrange(len(pair.tgt))) for i in range(len(pair.src))] for pair in pairs]) > 80


def test_every_real_word_lies_in_its_token(tmp_path):
    """Words linked with themselves link tokens with themselves."""
    make_taskdata("alignment", [real()], ["fr", "zh"], tmp_path / "out")
    for lang in ("fr", "zh"):
        for record in read_jsonl(tmp_path / "out" / "test" / f"{lang}.jsonl"):
            tokens = record["tgt"]
            itself = [(k, k) for k in range(len(words(sentence(tokens), lang)))]
            assert project(itself, (tokens, tokens), (lang, lang)) == [(k, k) for k in range(len(tokens))]


def test_counts_are_those_of_the_records(tmp_path):
    make_taskdata("alignment", [real("xl-wa")], ["es", "ru"], tmp_path / "out")
    make_trivial("alignment", tmp_path / "out", 1, "no_train", None, tmp_path / "p")
    make_scores("alignment", "no_train", "trivial", 1, tmp_path / "out", tmp_path / "p", tmp_path / "s.json")
    for lang, part in read_json(tmp_path / "s.json", "scores")["languages"].items():
        gold, pred = KINDS["align"].read(tmp_path / "out", lang), read_jsonl(tmp_path / "p" / f"{lang}.jsonl")
        pairs = [
            (tuple({tuple(link) for link in row[links]} for links in ("sure", "possible")), {tuple(link) for link in guess["pred"][0]})
            for row, guess in zip(gold, pred, strict=True)
        ]
        assert part["metrics"] == alignment_metrics(alignment_counts(pairs)) and 0 < part["metrics"]["f1"] < 60
