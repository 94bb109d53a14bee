"""The mini-world's sets in the layouts of SQuAD, MLQA, TyDiQA, CoNLL-2003 and MUSE: form, answers, ids, and what languages share.

Nothing is said in two ways here (no noise), so that two texts of one meaning are one text.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.corpora.miniworld import LANGUAGES, write_world
from isogloss.corpora.miniworld.entities import iob1

CODES = list(LANGUAGES)
NAMES = {"en": "english", "de": "german", "es": "spanish", "tr": "turkish", "ru": "russian", "zh": "chinese"}
SIZES: dict[str, Any] = {"seed": 5, "mono_sentences": 100, "pairs": 150, "task_sentences": 240, "translated": 0.5}
COLUMNS = {"train": 120, "testa": 30, "testb": 30}  # sentences
Chunk = tuple[str, int, int]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, languages=CODES, **SIZES)
    return path / "tasks"


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


# -- SQuAD and its relatives


def paragraphs(path: Path) -> list[dict]:
    return [paragraph for article in json.loads(path.read_text(encoding="utf-8"))["data"] for paragraph in article["paragraphs"]]


def contexts(path: Path) -> list[str]:
    return [paragraph["context"] for paragraph in paragraphs(path)]


def questions(path: Path) -> list[dict]:
    return [question for paragraph in paragraphs(path) for question in paragraph["qas"]]


def ids(path: Path) -> list[list[str]]:
    """Of the questions, by paragraph."""
    return [[question["id"] for question in paragraph["qas"]] for paragraph in paragraphs(path)]


def sentences(path: Path) -> set[str]:
    return {sentence.strip() for context in contexts(path) for sentence in re.findall(r"[^.。]+[.。]", context)}


def test_squad_has_the_training_questions_and_xquad_the_test_questions(world: Path) -> None:
    translations = {f"squad.translate.train.en-{code}.json" for code in CODES[1:]}
    assert names_in(world / "squad") == {"train-v1.1.json", "dev-v1.1.json"} | translations
    assert names_in(world / "xquad") == {f"xquad.{code}.json" for code in CODES}
    for name in translations:
        assert ids(world / "squad" / name) == ids(world / "squad/train-v1.1.json")[:15]  # a half of 30


def test_every_file_of_questions_is_squads(world: Path) -> None:
    files = [path for task in ("squad", "xquad", "mlqa", "tydiqa") for path in (world / task).iterdir()]
    assert len(files) == 7 + 6 + 42 + 17
    for path in files:
        asked = [question["id"] for question in questions(path)]
        assert len(set(asked)) == len(asked) > 0 and json.loads(path.read_text(encoding="utf-8"))["version"] == "1.1"
        for paragraph in paragraphs(path):
            assert set(paragraph) == {"context", "qas"} and paragraph["qas"]
            for question in paragraph["qas"]:
                assert set(question) == {"id", "question", "answers"} and question["question"][-1] in "?？"
                (answer,) = question["answers"]
                assert answer["text"] and paragraph["context"].startswith(answer["text"], answer["answer_start"])


def test_mlqa_asks_in_every_language_of_a_context_in_any(world: Path) -> None:
    mlqa = world / "mlqa"
    across = {f"test-context-{code}-question-{asking}.json" for code in CODES for asking in CODES}
    assert names_in(mlqa) == across | {f"dev-context-{code}-question-{code}.json" for code in CODES}
    for code in CODES:
        own = paragraphs(mlqa / f"test-context-{code}-question-{code}.json")
        for asking in CODES:
            mixed = mlqa / f"test-context-{code}-question-{asking}.json"
            theirs = questions(mlqa / f"test-context-{asking}-question-{asking}.json")
            assert contexts(mixed) == [paragraph["context"] for paragraph in own]
            assert [q["answers"] for q in questions(mixed)] == [q["answers"] for paragraph in own for q in paragraph["qas"]]
            assert [(q["id"], q["question"]) for q in questions(mixed)] == [(q["id"], q["question"]) for q in theirs]


@pytest.mark.parametrize("code", CODES)
def test_the_sets_of_questions_have_paragraphs_of_their_own(world: Path, code: str) -> None:
    said = [sentences(world / name) for name in (f"xquad/xquad.{code}.json", f"mlqa/test-context-{code}-question-{code}.json",
            f"mlqa/dev-context-{code}-question-{code}.json", f"tydiqa/tydiqa.goldp.{code}.dev.json")]  # fmt: skip
    assert sum(map(len, said)) == len(set().union(*said))


def test_tydiqa_is_not_translated(world: Path) -> None:
    """What one language says is not what English says, unlike in the translations."""
    tydiqa = world / "tydiqa"
    for code in CODES[1:]:
        own, translated = tydiqa / f"tydiqa.goldp.{code}.train.json", tydiqa / f"tydiqa.translate.train.en-{code}.json"
        assert ids(translated) == ids(tydiqa / "tydiqa.goldp.en.train.json")[:5]  # a half of 10
        assert not sentences(own) & sentences(translated)
    assert len({str([len(asked) for asked in ids(tydiqa / f"tydiqa.goldp.{code}.train.json")]) for code in CODES}) > 3


@pytest.mark.parametrize("code", CODES)
def test_ids_of_tydiqa_begin_with_the_language(world: Path, code: str) -> None:
    train, dev = (
        [name for asked in ids(world / f"tydiqa/tydiqa.goldp.{code}.{split}.json") for name in asked] for split in ("train", "dev")
    )
    assert all(re.fullmatch(rf"{NAMES[code]}-\d+-\d", name) for name in (*train, *dev)) and not set(train) & set(dev)


def test_a_language_of_tydiqa_does_not_depend_on_the_others(world: Path, tmp_path: Path) -> None:
    write_world(tmp_path, languages=["tr", "en"], **SIZES)
    name = "tydiqa/tydiqa.goldp.tr.dev.json"
    assert (tmp_path / "tasks" / name).read_bytes() == (world / name).read_bytes()


def test_sizes_follow(tmp_path: Path) -> None:
    sizes: dict[str, Any] = {"mono_sentences": 4, "pairs": 4, "translated": 0.25}
    for size, expected in ((1.0, [40, 10, 10, 10, 10, 14, 5, 4]), (0.5, [20, 5, 5, 5, 5, 7, 3, 2])):
        write_world(tmp_path / str(size), languages=["en", "tr"], seed=1, task_sentences=320, size=size, **sizes)
        files = ("squad/train-v1.1.json", "squad/dev-v1.1.json", "xquad/xquad.tr.json", "mlqa/dev-context-tr-question-tr.json",
                 "mlqa/test-context-en-question-tr.json", "tydiqa/tydiqa.goldp.tr.train.json", "tydiqa/tydiqa.goldp.tr.dev.json",
                 "tydiqa/tydiqa.translate.train.en-tr.json")  # fmt: skip
        tasks = tmp_path / str(size) / "tasks"
        assert [len(paragraphs(tasks / name)) for name in files] == expected
        assert [len(columns(tasks / f"conll/tr.{split}")) for split in COLUMNS] == [round(size * n) for n in (160, 40, 40)]


def test_without_english_there_is_nothing_to_translate(tmp_path: Path) -> None:
    write_world(tmp_path, languages=["zh", "tr"], seed=1, mono_sentences=1, pairs=1, task_sentences=16)
    assert names_in(tmp_path / "tasks") == {"udpos", "panx", "conll", "xnli", "pawsx", "mlqa", "tydiqa"}
    assert names_in(tmp_path / "tasks/tydiqa") == {
        f"tydiqa.goldp.{code}.{split}.json" for code in ("zh", "tr") for split in ("train", "dev")
    }


# -- CoNLL


def columns(path: Path) -> list[list[list[str]]]:
    """Sentences of rows, without the starts of documents."""
    blocks = path.read_text(encoding="utf-8").removesuffix("\n\n").split("\n\n")
    return [[line.split(" ") for line in block.split("\n")] for block in blocks if block != "-DOCSTART- -X- O O"]


def chunks(tags: list[str]) -> Iterator[Chunk]:
    """(type, start, end) of the entities of IOB1 tags: one ends before O, another type or B-."""
    start = 0
    for k, tag in enumerate([*tags, "O"]):
        before = tags[k - 1] if k else "O"
        if before != "O" and (tag[0] != "I" or tag[2:] != before[2:]):
            yield before[2:], start, k
        if tag[0] == "B" or tag[1:] != before[1:]:
            start = k


def test_conll_has_four_columns_and_documents(world: Path) -> None:
    assert names_in(world / "conll") == {f"{code}.{split}" for code in CODES for split in COLUMNS}
    for path in (world / "conll").iterdir():
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        starts = [k for k, block in enumerate(blocks) if block == "-DOCSTART- -X- O O"]
        assert starts[0] == 0 and blocks[-1] == "" and len(blocks) - len(starts) - 1 == COLUMNS[path.suffix[1:]]
        assert {after - before for before, after in zip(starts, starts[1:], strict=False)} <= {21}  # 20 sentences
        for token, upos, chunk, tag in (row for sentence in columns(path) for row in sentence):
            assert token and re.fullmatch("[A-Z]+", upos) and chunk == "O" and re.fullmatch("O|[IB]-(PER|LOC|ORG)", tag)


def test_conll_names_the_same_in_every_language(world: Path) -> None:
    for split in COLUMNS:
        files = [columns(world / f"conll/{code}.{split}") for code in CODES]
        named = [[sorted(kind for kind, _, _ in chunks([row[3] for row in sentence])) for sentence in file] for file in files]
        assert all(said == named[0] for said in named) and all(named[0])


def test_conll_has_sentences_of_its_own(world: Path) -> None:
    for code in CODES:
        panx = [block.split("\n") for split in ("train", "dev", "test")
                for block in (world / f"panx/{split}-{code}.tsv").read_text(encoding="utf-8").split("\n\n")]  # fmt: skip
        said = {" ".join(line.split("\t")[0] for line in block) for block in panx}
        conll = [" ".join(row[0] for row in sentence) for split in COLUMNS for sentence in columns(world / f"conll/{code}.{split}")]
        assert len(said & set(conll)) < 0.02 * len(conll)


def test_conll_marks_a_beginning_only_behind_its_like(world: Path) -> None:
    tags = [[row[3] for row in sentence] for path in (world / "conll").iterdir() for sentence in columns(path)]
    begun = [pair for sentence in tags for pair in zip(["O", *sentence], sentence, strict=False) if pair[1][0] == "B"]
    assert begun and all(before[2:] == tag[2:] for before, tag in begun)


@given(st.lists(st.tuples(st.sampled_from(["PER", "LOC", "ORG", "O"]), st.integers(1, 3)), max_size=8))
def test_iob1_is_iob2_with_no_more_beginnings_than_needed(spans: list[tuple[str, int]]) -> None:
    iob2: list[str] = []
    wanted: list[Chunk] = []
    for kind, length in spans:
        if kind != "O":
            wanted.append((kind, len(iob2), len(iob2) + length))
        iob2 += ["O"] * length if kind == "O" else [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
    tags = iob1(iob2)
    assert list(chunks(tags)) == wanted
    for k, tag in enumerate(tags):  # without any one of its B-, the entities are others
        if tag[0] == "B":
            assert list(chunks([*tags[:k], f"I{tag[1:]}", *tags[k + 1 :]])) != wanted


def test_iob1_as_conll_2003_has_it() -> None:
    assert iob1("B-PER I-PER B-PER O B-LOC B-ORG".split()) == "I-PER I-PER B-PER O I-LOC I-ORG".split()


# -- dictionaries


def test_bli_is_the_dictionaries(world: Path) -> None:
    assert names_in(world / "bli") == {f"en-{code}.{split}.tsv" for code in CODES[1:] for split in ("train", "test")}
    for path in (world / "bli").iterdir():
        assert path.read_bytes() == (world.parent / "dictionaries" / path.name).read_bytes() != b""
