"""The stages that align, for a bitext and for the task `alignment`; and what is made of the candidates: links, dictionaries, rows."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from isogloss.aligners import ALIGNERS, Entry, fast_align, hmm, stage
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.stage import make_alignments, make_test_alignments, make_test_predictions
from isogloss.artifacts import ParquetWriter, iter_parquet, read_directory, read_json, read_jsonl, read_parquet_summary
from isogloss.cli import main
from isogloss.corpora.transforms.sentences import words
from isogloss.errors import IsoglossError
from isogloss.links import make_links
from isogloss.report.tables import make_tables
from isogloss.score import make_scores, make_trivial
from isogloss.taskdata import make_taskdata
from toy import PAIRS, WORDS, sentences, write_text

HMM = {"aligner": "hmm", "options": {"model1": 3, "hmm": 3}}
RULE = {"symmetrise": "threshold", "threshold": 0.4}
ROW = {"aligner": "row", "seed": 7, **RULE}
TESTED = {"de": "de-en", "zh": "en-zh"}


@pytest.fixture(scope="module")
def taskdata(toy, tmp_path_factory):
    """Test sentences of the toy languages, word for word; Turkish and French have none."""
    source, out = tmp_path_factory.mktemp("gold"), tmp_path_factory.mktemp("task") / "alignment"
    for pair in TESTED.values():
        left, right = pair.split("-")
        lines = []
        for meanings in sentences(20, 77):
            sides = (" ".join(WORDS[lang][k] for k in meanings) for lang in (left, right))
            lines.append("\t".join([*sides, " ".join(f"{k}-{k}" for k in range(len(meanings)))]))
        (source / f"{pair}.test.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    make_taskdata("alignment", source, ["de", "zh", "tr"], out)
    return out


@pytest.fixture(scope="module")
def aligned(toy, tmp_path_factory):
    """The candidates of `hmm` for both bitexts."""
    directory = tmp_path_factory.mktemp("aligned")
    for pair in PAIRS:
        make_alignments(pair, toy.text(pair), HMM, directory / f"{pair}.parquet")
    return directory


@pytest.fixture(scope="module")
def tested(toy, taskdata, tmp_path_factory):
    """The candidates of `hmm` for the test sentences of both languages."""
    directory = tmp_path_factory.mktemp("tested")
    for lang, pair in TESTED.items():
        make_test_alignments(lang, taskdata, toy.text(pair), HMM, directory / f"{lang}.parquet")
    return {lang: directory / f"{lang}.parquet" for lang in TESTED}


class Scripted:
    """An aligner that answers what the test says, and remembers what it was given."""

    answers: list[Candidates] = []
    given: dict = {}

    def __init__(self, **options) -> None:
        type(self).given = {"options": options}

    @classmethod
    def missing(cls) -> str | None:
        return None

    def align(self, pairs, state=None):
        self.given.update(pairs=[*pairs], size=len(pairs), state=state)
        yield from self.answers or (NONE for _ in range(len(pairs)))


@pytest.fixture(params=[False, True], ids=["learns", "model"])
def scripted(request, monkeypatch):
    """`Scripted` in the table, as an aligner that learns or as one that reads a model."""
    monkeypatch.setitem(ALIGNERS, "scripted", Entry("x:y", symmetrise="intersect", model=request.param))
    monkeypatch.setattr(stage, "load_aligner", lambda name: Scripted)
    monkeypatch.setattr(Scripted, "answers", [])
    return request.param


SPEC = {"aligner": "scripted", "options": {"stem": 3}}


def rows_of(path: Path) -> list[Candidates]:
    return [Candidates(*row) for row in iter_parquet(path, "alignments")]


def points_of(path: Path) -> list[set[tuple[int, int]]]:
    return [set(zip(src, tgt, strict=True)) for src, tgt, _ in iter_parquet(path, "links")]


def alignments(path: Path, rows: list[Candidates]) -> Path:
    with ParquetWriter(path, "alignments") as writer:
        for row in rows:
            writer.append(tuple(row))
    return path


# ------------------------------------------------------------------------------------------------------------------- a bitext


@pytest.mark.parametrize("pair", PAIRS)
def test_row_k_aligns_row_k_of_the_bitext(pair, toy, aligned):
    texts, found = list(iter_parquet(toy.text(pair), "bitext")), rows_of(aligned / f"{pair}.parquet")
    assert len(texts) == len(found) == PAIRS[pair]
    for (src, tgt, _), row in zip(texts, found, strict=True):
        n, m = (len(words(text, lang)) for text, lang in zip((src, tgt), pair.split("-"), strict=True))
        assert all(0 <= i < n for i in row.src) and all(0 <= j < m for j in row.tgt)
        assert set(row.direction) <= {0, FORWARD, BACKWARD, BOTH} and all(0 <= p <= 100 for p in row.p)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_summary_counts_what_was_found(pair, aligned):
    summary, found = read_parquet_summary(aligned / f"{pair}.parquet", "alignments"), rows_of(aligned / f"{pair}.parquet")
    assert (summary["aligner"], summary["options"]) == ("hmm", HMM["options"])
    assert summary["aligned"] == sum(bool(row.src) for row in found) and summary["candidates"] == sum(len(row.src) for row in found)


@pytest.mark.parametrize("pair", PAIRS)
def test_links_of_the_hmm_are_nearly_those_of_the_toy(pair, toy, aligned, tmp_path):
    summary = make_links(pair, toy.text(pair), RULE, tmp_path / "links", alignments=aligned / f"{pair}.parquet")
    found, right = points_of(tmp_path / "links"), points_of(toy.links()[pair])
    both = sum(len(mine & gold) for mine, gold in zip(found, right, strict=True))
    assert 2 * both / (sum(map(len, found)) + sum(map(len, right))) > 0.8
    assert summary["links"] == sum(map(len, found)) and summary["linked"] == sum(map(bool, found))


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        ({"symmetrise": "intersect", "threshold": 0.5}, lambda direction, p: direction == BOTH),
        ({"symmetrise": "union", "threshold": 0.5}, lambda direction, p: direction > 0),
        ({"symmetrise": "forward", "threshold": 0.5}, lambda direction, p: direction in (FORWARD, BOTH)),
        ({"symmetrise": "threshold", "threshold": 0.7}, lambda direction, p: p >= 70),
        ({"symmetrise": "threshold", "threshold": 0.0}, lambda direction, p: True),
    ],
    ids=lambda value: value["symmetrise"] if isinstance(value, dict) else "",
)
def test_a_rule_chooses_among_the_candidates_without_aligning_again(rule, chosen, toy, aligned, tmp_path):
    make_links("de-en", toy.text("de-en"), rule, tmp_path / "links", alignments=aligned / "de-en.parquet")
    expected = [{(i, j) for i, j, *how in zip(*row, strict=True) if chosen(*how)} for row in rows_of(aligned / "de-en.parquet")]
    assert points_of(tmp_path / "links") == expected and any(expected)


def test_rows_without_links_are_counted_by_reason(tmp_path):
    texts = [("", "a dog"), ("ein Hund", ""), ("ein Hund", "a dog"), ("ein Hund", "a dog"), ("ein Hund", "a dog")]
    bitext = write_text(tmp_path / "bitext", "bitext", texts)
    weak, strong = Candidates([1], [1], [BOTH], [39]), Candidates([0, 1], [0, 1], [BOTH, 0], [90, 40])
    found = alignments(tmp_path / "alignments", [NONE, NONE, NONE, weak, strong])
    summary = make_links("de-en", bitext, RULE, tmp_path / "links", alignments=found)
    assert summary["unlinked"] == {"empty": 1, "no words": 2, "unaligned": 1}
    assert (summary["linked"], summary["links"]) == (1, 2) and points_of(tmp_path / "links")[4] == {(0, 0), (1, 1)}


@pytest.mark.parametrize("rows", [4, 6])
def test_links_of_alignments_of_another_text_are_refused(rows, tmp_path):
    bitext = write_text(tmp_path / "bitext", "bitext", [("ein Hund", "a dog")] * 5)
    found = alignments(tmp_path / "found.parquet", [NONE] * rows)
    with pytest.raises(
        IsoglossError, match=rf"found\.parquet: has {rows} rows, and the bitext 5\. row k aligns row k\. Align the bitext again"
    ):
        make_links("de-en", bitext, RULE, tmp_path / "links", alignments=found)
    assert not (tmp_path / "links").exists()


def test_an_aligner_is_given_its_options_the_languages_and_the_words(scripted, tmp_path):
    bitext = write_text(tmp_path / "bitext", "bitext", [("It's a dog.", "狗。"), ("", "狗")])
    make_alignments("en-zh", bitext, SPEC, tmp_path / "out", model="some/bert", state=tmp_path / "state")
    assert Scripted.given["options"] == {"languages": ("en", "zh"), "stem": 3, **({"model": "some/bert"} if scripted else {})}
    assert Scripted.given["pairs"] == [(words("It's a dog.", "en"), ["狗", "。"]), ([], ["狗"])]
    assert Scripted.given["size"] == 2 and Scripted.given["state"] == tmp_path / "state"


@pytest.mark.parametrize("side", ["src", "tgt"])
def test_a_row_with_a_place_that_cannot_be_stored_has_no_candidates(side, scripted, monkeypatch, tmp_path):
    def at(place: int) -> Candidates:
        return Candidates([0, 1], [0, 1], [BOTH, BOTH], [9, 9])._replace(**{side: [0, place]})

    bitext = write_text(tmp_path / "bitext", "bitext", [("ein Hund", "a dog")] * 3)
    monkeypatch.setattr(Scripted, "answers", [at(65_536), at(65_535), NONE])
    summary = make_alignments("de-en", bitext, SPEC, tmp_path / "out")
    assert [list(getattr(row, side)) for row in rows_of(tmp_path / "out")] == [[], [0, 65_535], []]
    assert (summary["aligned"], summary["candidates"]) == (1, 2)


@pytest.mark.parametrize("answers", [2, 4])
def test_an_aligner_that_answers_too_few_or_too_many_rows_leaves_nothing(answers, scripted, monkeypatch, tmp_path):
    bitext = write_text(tmp_path / "bitext", "bitext", [("ein Hund", "a dog")] * 3)
    monkeypatch.setattr(Scripted, "answers", [Candidates([0], [0], [BOTH], [50])] * answers)
    with pytest.raises(IsoglossError, match=rf"scripted aligned {answers} of 3 rows\. all of them"):
        make_alignments("de-en", bitext, SPEC, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["bitext"]


def test_an_aligner_that_is_not_installed_is_told_with_what_to_do(toy, monkeypatch, tmp_path):
    monkeypatch.setattr(fast_align, "_installed", lambda program: False)
    with pytest.raises(IsoglossError) as caught:
        make_alignments("de-en", toy.text("de-en"), {"aligner": "fast_align", "options": {}}, tmp_path / "out")
    assert str(caught.value) == (
        "aligner fast_align: cannot run here: fast_align is not on PATH, and systran-align is not installed: `pip install systran-align`."
        " Install it, or choose another aligner (hmm needs nothing)."
    )
    assert not (tmp_path / "out").exists()


# -------------------------------------------------------------------------------------------------------------- the evaluation set


@pytest.mark.parametrize("lang", TESTED)
def test_test_sentences_are_aligned_nearly_right(lang, taskdata, tested, tmp_path):
    make_test_predictions(ROW, taskdata, tested, tmp_path / "out")
    records, answers = read_jsonl(taskdata / "test" / f"{lang}.jsonl"), read_jsonl(tmp_path / "out" / f"{lang}.jsonl")
    assert [answer["id"] for answer in answers] == [record["id"] for record in records]
    gold, found = (
        [{tuple(link) for link in links} for links in side] for side in ([r["sure"] for r in records], [a["pred"][0] for a in answers])
    )
    both = sum(len(mine & right) for mine, right in zip(found, gold, strict=True))
    assert 2 * both / (sum(map(len, found)) + sum(map(len, gold))) > 0.8
    for record, links in zip(records, found, strict=True):  # between the tokens that people cut, not between the aligner's words
        assert all(i < len(record["src"]) and j < len(record["tgt"]) for i, j in links)


def test_predictions_say_whose_they_are(taskdata, tested, tmp_path):
    make_test_predictions(ROW, taskdata, tested, tmp_path / "out")
    manifest = read_directory(tmp_path / "out", "predictions")
    expected = {"task": "alignment", "setting": "no_train", "recipe": "row", "seed": 7, "languages": ["de", "zh"]}
    assert {key: manifest[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("rule", "links"), [("intersect", [[0, 0]]), ("union", [[0, 0], [1, 0]]), ("backward", [[0, 0]]), ("threshold", [])]
)
def test_another_rule_gives_other_predictions_of_the_same_alignments(rule, links, taskdata, tmp_path):
    found = alignments(tmp_path / "de.parquet", [Candidates([0, 1], [0, 0], [BOTH, FORWARD], [30, 20])] * 20)
    make_test_predictions({**ROW, "symmetrise": rule}, taskdata, {"de": found}, tmp_path / "out")
    assert [record["pred"] for record in read_jsonl(tmp_path / "out" / "de.jsonl")] == [[links]] * 20


def test_an_aligner_that_learns_sees_the_test_sentences_first_and_then_the_bitext_and_no_links(scripted, taskdata, tmp_path):
    bitext = write_text(tmp_path / "bitext", "bitext", [("ein Hund", "a dog"), ("eine Katze", "a cat")])
    answers = [Candidates([k], [k], [BOTH], [k]) for k in range(22)]
    Scripted.answers = answers if not scripted else answers[:20]
    summary = make_test_alignments("de", taskdata, bitext, SPEC, tmp_path / "out", model="some/bert", state=tmp_path / "state")
    records = read_jsonl(taskdata / "test" / "de.jsonl")
    test = [tuple(words(" ".join(record[side]), lang) for side, lang in (("src", "de"), ("tgt", "en"))) for record in records]
    learnt = [] if scripted else [(["ein", "Hund"], ["a", "dog"]), (["eine", "Katze"], ["a", "cat"])]
    assert Scripted.given["pairs"] == [*test, *learnt] and Scripted.given["size"] == len(test) + len(learnt)
    assert Scripted.given["options"]["languages"] == ("de", "en") and Scripted.given["state"] == tmp_path / "state"
    assert [list(row.src) for row in rows_of(tmp_path / "out")] == [[k] for k in range(20)] and summary["aligned"] == 20


def test_an_aligner_that_learns_needs_a_bitext_and_one_with_a_model_none(scripted, taskdata, tmp_path):
    if scripted:
        assert make_test_alignments("de", taskdata, None, SPEC, tmp_path / "out", model="x")["aligned"] == 0
        return
    with pytest.raises(IsoglossError, match=r"alignment de: scripted learns from a bitext, and none was given\. Give it as --bitext"):
        make_test_alignments("de", taskdata, None, SPEC, tmp_path / "out")


def test_alignments_of_other_sentences_are_refused(taskdata, tested, tmp_path):
    short = alignments(tmp_path / "short.parquet", rows_of(tested["de"])[:-1])
    with pytest.raises(IsoglossError, match=r"short\.parquet: has 19 rows\. one for each of 20 test records\. Align the test set again"):
        make_test_predictions(ROW, taskdata, {"de": short, "zh": tested["zh"]}, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    far = alignments(tmp_path / "far.parquet", [Candidates([40], [0], [BOTH], [99])] * 20)
    with pytest.raises(IsoglossError, match=r"alignment de-en: word 40 is linked with 0\. the sentences have \d+ and \d+ words"):
        make_test_predictions(ROW, taskdata, {"de": far}, tmp_path / "out")


def test_a_language_that_the_set_turns_out_not_to_have_is_left_out(scripted, taskdata, tested, tmp_path):
    """Which languages a published set has is known only when it is there, after the jobs are planned."""
    Scripted.given = {}
    make_test_alignments("tr", taskdata, None, SPEC, tmp_path / "tr.parquet")
    assert rows_of(tmp_path / "tr.parquet") == [] and Scripted.given == {}
    make_test_predictions(ROW, taskdata, {**tested, "tr": tmp_path / "tr.parquet"}, tmp_path / "out")
    assert read_directory(tmp_path / "out", "predictions")["languages"] == ["de", "zh"]


def test_a_row_of_fewer_languages_has_its_cells_and_no_average(taskdata, tested, tmp_path):
    """Aligners are not tried on derived languages, recipes are: their means would compare different things."""
    make_test_predictions(ROW, taskdata, {"de": tested["de"]}, tmp_path / "row")
    make_trivial("alignment", taskdata, 7, "no_train", None, tmp_path / "trivial")
    for name in ("row", "trivial"):
        make_scores("alignment", "no_train", name, 7, taskdata, tmp_path / name, tmp_path / f"{name}.json")
    scores = {name: read_json(tmp_path / f"{name}.json", "scores") for name in ("row", "trivial")}
    assert list(scores["row"]["languages"]) == ["de"] and list(scores["trivial"]["languages"]) == ["de", "zh"]
    make_tables([tmp_path / "row.json", tmp_path / "trivial.json"], ["trivial"], *(tmp_path / f"t.{kind}" for kind in ("csv", "md", "tex")))
    (block,) = (block for block in (tmp_path / "t.md").read_text().split("\n## ") if "no_train: aer" in block)
    cells = {line.split(" | ")[0]: line.strip(" |").split(" | ") for line in block.splitlines() if line.startswith("| ")}
    error = scores["row"]["languages"]["de"]["metrics"]["aer"]
    assert cells["| recipe"] == ["recipe", "n", "de", "zh", "avg"]
    assert cells["| row"] == ["row", "1", f"**{error:.1f}**", "–", "–"] and error < 25
    assert "–" not in "".join(cells["| trivial"])


# ---------------------------------------------------------------------------------------------- the same, and dictionaries, as commands


def command(verb: str, *arguments: object, **spec: object) -> None:
    main([verb, "--spec", json.dumps(spec), *map(str, arguments)])


def test_the_commands_of_the_workflow_give_the_same(toy, taskdata, aligned, tested, tmp_path):
    text, none = toy.text("de-en"), ["--model", "", "--state", tmp_path / "state"]
    command("align", "--pair", "de-en", "--bitext", text, *none, "--out", tmp_path / "a.parquet", **HMM, version=1)
    assert rows_of(tmp_path / "a.parquet") == rows_of(aligned / "de-en.parquet")
    given = ["--lang", "de", "--taskdata", taskdata, "--bitext", text, *none]
    command("align_test", *given, "--out", tmp_path / "de.parquet", **HMM, version=1)
    assert rows_of(tmp_path / "de.parquet") == rows_of(tested["de"])
    command("aligned_test", "--taskdata", taskdata, "--alignments", *tested.values(), "--out", tmp_path / "command", **ROW, version=1)
    make_test_predictions(ROW, taskdata, tested, tmp_path / "function")
    for lang in TESTED:
        assert read_jsonl(tmp_path / "command" / f"{lang}.jsonl") == read_jsonl(tmp_path / "function" / f"{lang}.jsonl")


@pytest.mark.parametrize(("min_count", "min_p"), [(1, 0.0), (3, 0.3)])
def test_an_induced_dictionary_holds_the_translations_with_their_frequencies(min_count, min_p, toy, aligned, tmp_path):
    text, links, out = toy.text("de-en"), tmp_path / "links.parquet", tmp_path / "dictionary.parquet"
    command("links", "--pair", "de-en", "--bitext", text, "--dictionary", "--alignments", aligned / "de-en.parquet", "--out", links, **RULE)
    kept = {"min_count": min_count, "min_p": min_p, "one_to_one": False, "most": None}
    command("dictionary", "--pair", "de-en", "--bitext", text, "--links", links, "--out", out, **kept)

    counts: Counter[tuple[str, str]] = Counter()
    for (src, tgt, _), points in zip(iter_parquet(text, "bitext"), points_of(links), strict=True):
        sides = words(src, "de"), words(tgt, "en")
        counts.update((sides[0][i], sides[1][j]) for i, j in points)
    counts = Counter({pair: n for pair, n in counts.items() if all(word[0].isalpha() for word in pair)})
    totals = [Counter(), Counter()]
    for pair, n in counts.items():
        for word, total in zip(pair, totals, strict=True):
            total[word] += n
    expected = {}
    for pair, n in counts.items():
        p = [n / total[word] for word, total in zip(pair, totals, strict=True)]
        if n >= min_count and min(p) >= min_p:
            expected[pair] = (n, *p)
    found = {(row[0], row[1]): row[2:5] for row in iter_parquet(out, "dictionary")}
    assert found.keys() == expected.keys() and len(found) >= 12
    assert all(math.isclose(a, b, rel_tol=1e-6) for pair in found for a, b in zip(found[pair], expected[pair], strict=True))
    best = {src: tgt for (src, tgt), (n, *_) in sorted(found.items(), key=lambda item: item[1][0])}
    right = {src: tgt for src, tgt in zip(WORDS["de"], WORDS["en"], strict=True) if src[0].isalpha()}
    assert sum(best.get(src) == tgt for src, tgt in right.items()) >= len(right) - 1


def test_a_dictionary_of_the_links_of_another_text_is_refused(toy, tmp_path):
    kept = {"min_count": 1, "min_p": 0.0, "one_to_one": False, "most": None}
    files = ["--bitext", toy.text("de-en"), "--links", toy.links()["en-zh"], "--out", tmp_path / "out"]
    with pytest.raises(SystemExit, match=r"isogloss dictionary: .*en-zh\.parquet: "):
        command("dictionary", "--pair", "de-en", *files, **kept)
    assert not (tmp_path / "out").exists()


def test_the_state_of_a_finished_alignment_is_removed(toy, tmp_path, monkeypatch):
    state, saved, save = tmp_path / "state" / "de-en", [], hmm.Training._save
    monkeypatch.setattr(hmm, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(hmm.Training, "_save", lambda self, place: (save(self, place), saved.extend(place.iterdir())))
    make_alignments("de-en", toy.text("de-en"), HMM, tmp_path / "out.parquet", state=state)
    assert saved and not state.exists() and (tmp_path / "out.parquet").is_file()
