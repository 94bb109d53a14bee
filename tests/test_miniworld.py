"""The mini-world: the same bytes everywhere, links that are translations, splits that do not leak, text that decodes to its meaning.

The grammars have tests of their own (test_miniworld_{code}.py), the inference labels too (test_miniworld_inference.py), and the layouts
of questions, CoNLL and dictionaries (test_miniworld_sets.py).
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.corpora.miniworld import LANGUAGES, concepts, write_world
from isogloss.corpora.miniworld.concepts import CONCEPTS, HYPERNYM, NAMES, OPPOSITE
from isogloss.corpora.miniworld.draw import Random, Tables
from isogloss.corpora.miniworld.entities import bio_tags
from isogloss.corpora.miniworld.grammar import Token, Tokens, detokenise, links
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.names import INVENTED
from isogloss.corpora.miniworld.noise import Noise, ambiguous_concepts, misspelt
from isogloss.corpora.miniworld.paraphrase import paraphrase_pairs
from isogloss.corpora.miniworld.questions import answer_span, paragraphs
from isogloss.corpora.miniworld.sets import gold_links
from isogloss.corpora.miniworld.stream import Stream
from isogloss.corpora.miniworld.supply import Meanings, Supply
from isogloss.errors import IsoglossError
from said import teacher_reads

UPOS = set("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
CODES = list(LANGUAGES)
PAIRS = ["-".join(sorted((code, "en"))) for code in CODES[1:]]
SIZES = {"languages": CODES, "mono_sentences": 300, "pairs": 200, "task_sentences": 120}
CLEAN = Noise(ambiguity=0, synonymy=0.3, reordering=1)
TINY_SHA256 = "a7a45f369f53c02875cb7b681038beb28e8b95c94c7827acac16146e5efb06fe"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, seed=7, noise={"ambiguity": 1.0, "synonymy": 0.3, "reordering": 1.0}, **SIZES)
    return path


def digest(directory: Path) -> str:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    content = b"".join(path.relative_to(directory).as_posix().encode() + b"\0" + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def tagged(path: Path) -> list[list[list[str]]]:
    """Sentences of (token, tag)."""
    return [[line.split("\t") for line in block.split("\n")] for block in path.read_text(encoding="utf-8").strip().split("\n\n")]


def squeezed(text: str) -> str:
    return text.replace(" ", "")


def stream(noise: Noise = CLEAN, seed: int = 3) -> Stream:
    return Stream(seed, 4, 24, noise)


# -- files


def test_same_seed_same_bytes(directory: Path, tmp_path: Path) -> None:
    write_world(tmp_path, seed=7, noise={"ambiguity": 1.0, "synonymy": 0.3, "reordering": 1.0}, **SIZES)
    assert digest(tmp_path) == digest(directory)


def test_bytes_do_not_drift(tmp_path: Path) -> None:
    """Fails when the world changes: on purpose (renew the sum) or between platforms (a bug)."""
    noise = {"ambiguity": 1.0, "synonymy": 0.3, "reordering": 1.0, "typos": 0.01, "misaligned": 0.05}
    write_world(tmp_path, languages=CODES, seed=1, mono_sentences=20, pairs=20, task_sentences=20, noise=noise)
    assert digest(tmp_path) == TINY_SHA256


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from isogloss.corpora.miniworld import write_world; write_world(Path(sys.argv[1]), "
    code += "languages=['en', 'tr', 'zh'], seed=1, mono_sentences=9, pairs=9, task_sentences=16, noise={'synonymy': 0.5, 'ambiguity': 0.5})"
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1] / "workflow")}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    assert digest(tmp_path / "1") == digest(tmp_path / "2")


def test_other_seed_other_bytes(tmp_path: Path) -> None:
    sizes = {"languages": ["en", "zh"], "mono_sentences": 5, "pairs": 5, "task_sentences": 8}
    for seed in (1, 2):
        write_world(tmp_path / str(seed), seed=seed, **sizes)
    assert digest(tmp_path / "1") != digest(tmp_path / "2")


def test_a_file_does_not_depend_on_the_size_of_others(directory: Path, tmp_path: Path) -> None:
    noise = {"ambiguity": 1.0, "synonymy": 0.3, "reordering": 1.0}
    write_world(tmp_path, seed=7, noise=noise, **{**SIZES, "pairs": 10, "mono_sentences": 10})
    for name in ("bitext/de-en.tsv", "mono/tr.txt"):
        assert lines(tmp_path / name) == lines(directory / name)[:10]


def test_size_is_a_factor(tmp_path: Path) -> None:
    counts = write_world(tmp_path, languages=["en", "es"], seed=1, mono_sentences=100, pairs=60, task_sentences=80, size=0.5)
    assert (counts["mono/en.txt"], counts["bitext/en-es.tsv"], counts["tasks/xnli/train-es.tsv"]) == (50, 30, 120)
    assert counts["tasks/pawsx/test-en.tsv"] == 10
    assert counts["tasks/xnli/train-en.tsv"] == 120


def test_a_share_of_the_training_pairs_is_translated(tmp_path: Path) -> None:
    """The first ones, line by line; test sets always are."""
    sizes = {"mono_sentences": 2, "pairs": 2, "task_sentences": 80, "seed": 1, "noise": {"synonymy": 0.3, "reordering": 1.0}}
    counts = write_world(tmp_path / "some", languages=["es", "en"], translated=0.25, **sizes)
    for task, train in (("xnli", 240), ("pawsx", 80)):
        assert (counts[f"tasks/{task}/train-en.tsv"], counts[f"tasks/{task}/train-es.tsv"]) == (train, train / 4)
        assert counts[f"tasks/{task}/test-es.tsv"] == counts[f"tasks/{task}/dev-es.tsv"] == 20
        labels = [[line.split("\t")[2] for line in lines(tmp_path / f"some/tasks/{task}/train-{code}.tsv")] for code in ("en", "es")]
        assert labels[0][: train // 4] == labels[1]
    paragraphs = [len(json.loads((tmp_path / "some/tasks/squad" / name).read_text(encoding="utf-8"))["data"])
                  for name in ("train-v1.1.json", "squad.translate.train.en-es.json")]  # fmt: skip
    assert paragraphs == [10, 2]


def test_counts_are_what_was_asked(directory: Path) -> None:
    for code in CODES:
        assert len(lines(directory / f"mono/{code}.txt")) == 300
        for task in ("udpos", "panx"):
            assert [len(tagged(directory / f"tasks/{task}/{split}-{code}.tsv")) for split in ("train", "dev", "test")] == [120, 30, 30]
        for task, train in (("xnli", 360), ("pawsx", 120)):
            assert [len(lines(directory / f"tasks/{task}/{split}-{code}.tsv")) for split in ("train", "dev", "test")] == [train, 30, 30]
    for pair in PAIRS:
        for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt"):
            assert len(lines(directory / name)) == 200
    for code in CODES[1:]:
        iso3 = LANGUAGES[code].iso3
        sides = [lines(directory / f"tasks/tatoeba/tatoeba.{iso3}-eng.{side}") for side in (iso3, "eng")]
        assert [len(set(side)) for side in sides] == [30, 30]


def test_mono_is_not_parallel() -> None:
    """Each language draws meanings of its own."""
    bags = [{tuple(m.concepts()) for m, _, _ in islice(stream().realised(f"mono/{code}", "train", [code]), 200)} for code in CODES]
    assert len(bags[0] & bags[1]) < 10


def test_unknown_language(tmp_path: Path) -> None:
    with pytest.raises(IsoglossError, match="unknown language 'xx'.*en, de, es, tr, ru, zh"):
        write_world(tmp_path, languages=["en", "xx"], seed=1, mono_sentences=1, pairs=1, task_sentences=4)


# -- links, text, tags


@pytest.mark.parametrize("pair", PAIRS)
def test_text_tokens_and_links_agree(directory: Path, pair: str) -> None:
    files = (lines(directory / name) for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt"))
    for text, tokens, gold in zip(*files, strict=True):
        assert squeezed(text) == squeezed(tokens)
        counts = [len(side.split(" ")) for side in tokens.split("\t")]
        points = [tuple(map(int, link.split("-"))) for link in gold.split()]
        assert points and all(i < counts[0] and j < counts[1] for i, j in points)


@pytest.mark.parametrize("code", CODES)
def test_tags_and_text(code: str) -> None:
    for _, (tokens,), _ in islice(stream().realised("x", "train", [code]), 500):
        assert {token.upos for token in tokens} <= UPOS
        text = detokenise(tokens)
        assert not re.search(r"\s[.,?']|\s\s|^\s|\s$|,[.,?]", text) and text[-1] in ".?。？" and not text[0].islower(), text
        assert all(token.text and not re.search(r"\s", token.text) for token in tokens)


@given(st.integers(0, 10**6), st.sampled_from(CODES[1:]))
def test_links_join_the_words_of_one_source(seed: int, code: str) -> None:
    for _, (a, b), _ in islice(stream(seed=seed).realised("x", "train", ["en", code]), 5):
        points = set(links(a, b))
        for i, token in enumerate(a):
            for j, other in enumerate(b):
                assert ((i, j) in points) == bool(set(token.source) & set(other.source))


@pytest.mark.parametrize("code", CODES[1:])
def test_no_language_leaves_out_what_another_says(code: str) -> None:
    for _, (a, b), _ in islice(stream().realised("x", "train", ["en", code]), 400):
        points = links(a, b)
        for side, tokens in enumerate((a, b)):
            linked = {point[side] for point in points}
            missing = [t.text for i, t in enumerate(tokens) if t.upos in ("NOUN", "VERB", "ADJ", "PROPN") and t.source and i not in linked]
            assert not missing, (detokenise(a), detokenise(b), missing)


def test_links_of_all_shapes() -> None:
    """One to one, one to many, many to one, and words without a partner."""
    seen = set()
    for _, (a, b), _ in islice(stream().realised("x", "train", ["en", "tr"]), 300):
        points = links(a, b)
        fans = [[sum(p[side] == k for p in points) for k in range(len(tokens))] for side, tokens in enumerate((a, b))]
        seen |= {("en", min(n, 2)) for n in fans[0]} | {("tr", min(n, 2)) for n in fans[1]}
    assert seen == {(side, n) for side in ("en", "tr") for n in (0, 1, 2)}


# -- gold alignments


@pytest.mark.parametrize("pair", PAIRS)
def test_gold_alignments_are_of_the_retrieval_sentences(directory: Path, pair: str) -> None:
    """The tokens of the same lines, and every pair of tokens of which the grammar knows that they say the same."""
    codes = pair.split("-")
    foreign = next(LANGUAGES[code].iso3 for code in codes if code != "en")
    texts = [lines(directory / f"tasks/tatoeba/tatoeba.{foreign}-eng.{LANGUAGES[code].iso3}") for code in codes]
    rows = [line.split("\t") for line in lines(directory / f"tasks/alignment/{pair}.test.tsv")]
    assert [[squeezed(row[side]) for row in rows] for side in (0, 1)] == [[squeezed(text) for text in column] for column in texts]
    said = islice(stream(Noise(1.0, 0.3, 1.0), 7).realised("tasks/tatoeba", "test", CODES, of_five), 40)
    known = {" ".join(token.text for token in a): (a, b) for a, b in ([one.sides[CODES.index(code)] for code in codes] for one in said)}
    for source, target, gold in rows:
        a, b = known[source]
        assert target == " ".join(token.text for token in b)
        assert gold.split(" ") == [f"{i}{mark}{j}" for i in range(len(a)) for j in range(len(b)) if (mark := link(a, b, i, j))]


def of_five(meaning: Sentence) -> bool:
    return len(meaning.concepts()) >= 5


def link(a: Tokens, b: Tokens, i: int, j: int) -> str:
    """- where they share a node that one token says on one side at least, p where both sides need several for all they share."""
    shared = [node for node in a[i].source if node in b[j].source]
    if any(sum(node in token.source for token in side) == 1 for node in shared for side in (a, b)):
        return "-"
    return "p" if shared else ""


def test_only_phrases_have_possible_links() -> None:
    """A word against a phrase is sure; phrase against phrase, the grammar does not say which word is which."""
    words = {"last": "time", "week": "time", "read": "verb", "it": "object"}
    english = [Token(text, "X", (node,)) for text, node in words.items()]
    assert gold_links(english, [Token("gestern", "X", ("time",)), Token("las", "X", ("verb",))]) == "0-0 1-0 2-1"
    spanish = [Token("semana", "X", ("time",)), Token("pasada", "X", ("time", "verb"))]
    assert gold_links(english, spanish) == "0p0 0p1 1p0 1p1 2-1"


# -- what a text says


def concepts_by_node(sentence: Sentence) -> dict[str, str]:
    found: dict[str, str] = {}

    def of_thing(thing: Thing) -> None:
        if not thing.pronoun:
            found[thing.id] = thing.concept.id
        found.update({f"{thing.id}.{slot}": value for slot, value in (("count", thing.count), ("adj", thing.adjective)) if value})
        if thing.family:
            found[f"{thing.id}.family"] = thing.family.id
        for inner in (thing.owner, thing.seat):
            if inner:
                of_thing(inner)
        if thing.relative:
            of_event(thing.relative, thing.relative.things()[1:])

    def of_event(event: Event, things: list[Thing]) -> None:
        for participant in things:
            of_thing(participant)
        found.update({f"{event.id}.{slot}": value for slot, value in (("time", event.time), ("manner", event.manner)) if value})
        if event.concept:
            found[event.id] = event.concept.id
        if event.content:
            of_event(event.content, event.content.things())

    for event in sentence.events:
        of_event(event, event.things())
    return found


def units(sentence: Sentence, tokens: Tokens) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Runs of words that express the same concepts; a word without any is a unit of its own."""
    known = concepts_by_node(sentence)
    expressed = [frozenset(known[node] for node in token.source if node in known) for token in tokens]
    for _, run in groupby(range(len(tokens)), key=lambda k: (expressed[k], None if expressed[k] else k)):
        places = list(run)
        yield tuple(tokens[k].text.lower() for k in places), expressed[places[0]]


def read(words: list[str], known: Mapping[tuple[str, ...], set[frozenset[str]]]) -> set[str] | None:
    """The concepts of a text, units read greedily, the longest first; None where one is unknown or has two meanings."""
    found: set[str] = set()
    place = 0
    while place < len(words):
        length = next((n for n in (5, 4, 3, 2, 1) if tuple(words[place : place + n]) in known), 0)
        meanings = known.get(tuple(words[place : place + length]), set())
        if len(meanings) != 1:
            return None
        found |= next(iter(meanings))
        place += length
    return found


@pytest.mark.parametrize("code", CODES)
def test_text_decodes_to_its_meaning(code: str) -> None:
    """Words learnt from other sentences tell which concepts a sentence is about, wherever they have one meaning."""
    known: dict[tuple[str, ...], set[frozenset[str]]] = {}
    for meaning, (tokens,), _ in islice(stream(seed=1).realised("learn", "train", [code]), 6000):
        for words, expressed in units(meaning, tokens):
            known.setdefault(words, set()).add(expressed)
    decoded = 0
    for meaning, (tokens,), _ in islice(stream(seed=2).realised("decode", "train", [code]), 1000):
        found = read([token.text.lower() for token in tokens], known)
        assert found in (None, set(meaning.concepts())), detokenise(tokens)
        decoded += found is not None
    assert decoded > 300


def test_split_ignores_what_languages_neutralise() -> None:
    """Tense, number, definiteness and pronouns cannot carry a sentence from train to test."""
    assert teacher_reads(tense="past").split() == teacher_reads(tense="present", plural=True).split()


def test_split_ignores_names() -> None:
    """Two sentences that differ in names alone are of one split, so that no name gives it away."""
    people = [Thing("n1", name) for name in NAMES.values() if name.kind == "name.person"]
    splits = {Sentence("home", [Event("e1", "i", CONCEPTS["sleep"], agents=[person])]).split() for person in people}
    assert len(splits) == 1


def test_names_of_a_sentence_differ() -> None:
    for meaning in islice(Meanings(Random(2, "names"), "test"), 1500):
        known = [concept for concept in concepts_by_node(meaning).values() if concept in NAMES]
        assert len(known) == len(set(known))


def test_a_pronoun_for_a_name_keeps_it() -> None:
    found = 0
    for meaning in islice(Meanings(Random(3, "names"), "train"), 4000):
        first, *others = [*meaning.events, *(event.content for event in meaning.events if event.content)]
        for pronoun in (agent for other in others for agent in other.agents if agent.pronoun and agent.name):
            found += 1
            assert pronoun.concept == first.agents[0].concept and pronoun.concept.id in NAMES
    assert found > 20


def test_a_split_does_not_depend_on_what_is_asked_of_the_others() -> None:
    supplies = [Supply(Random(4, "supply"), Tables()) for _ in range(2)]
    alone = [supplies[0].next("train") for _ in range(50)]
    tested = [supplies[1].next("test") for _ in range(20)]
    assert [supplies[1].next("train") for _ in range(50)] == alone
    assert {sentence.split() for sentence in tested} == {"test"}


# -- splits


CONLL = {"train": "train", "dev": "testa", "test": "testb"}
QUESTIONS = {
    "train": ["squad/*.train.en-{code}.json", "tydiqa/*.{code}.train.json", "tydiqa/*.train.en-{code}.json"],
    "dev": ["mlqa/dev-context-{code}-question-{code}.json"],
    "test": ["xquad/xquad.{code}.json", "mlqa/test-context-{code}-question-{code}.json", "tydiqa/*.{code}.dev.json"],
}


def sentences_of(directory: Path, code: str, split: str) -> set[str]:
    """Every sentence of one language in the labelled sets of a split, spaces left out."""
    found: set[str] = set()
    for task in ("udpos", "panx"):
        found |= {"".join(token for token, _ in sentence) for sentence in tagged(directory / f"tasks/{task}/{split}-{code}.tsv")}
    for task in ("xnli", "pawsx"):
        for line in lines(directory / f"tasks/{task}/{split}-{code}.tsv"):
            found |= set(line.split("\t")[:2])
    for path in (directory / "tasks/bucc").glob(f"*.{split}.{code}"):
        found |= {line.split("\t")[1] for line in lines(path)}
    if split == "test":
        for path in (directory / "tasks/tatoeba").glob(f"*.{LANGUAGES[code].iso3}"):
            found |= set(lines(path))
    for pattern in QUESTIONS[split]:
        for path in (directory / "tasks").glob(pattern.format(code=code)):
            articles = json.loads(path.read_text(encoding="utf-8"))["data"]
            contexts = [p["context"] for a in articles for p in a["paragraphs"]]
            found |= {s for context in contexts for s in re.findall(r"[^.。]+[.。]", context)}
            if split != "train":  # a question for training may be one of the test, about other sentences
                found |= {q["question"] for a in articles for p in a["paragraphs"] for q in p["qas"]}
    columns = (directory / f"tasks/conll/{code}.{CONLL[split]}").read_text(encoding="utf-8").split("\n\n")
    found |= {"".join(line.split(" ")[0] for line in block.split("\n")) for block in columns}
    return {squeezed(text) for text in found} - {"", "-DOCSTART-"}


def training_text(directory: Path, code: str) -> set[str]:
    found = set(lines(directory / f"mono/{code}.txt"))
    for pair in PAIRS:
        if code in pair.split("-"):
            found |= {line.split("\t")[pair.split("-").index(code)] for line in lines(directory / f"bitext/{pair}.tsv")}
    return {squeezed(text) for text in found}


@pytest.mark.parametrize("code", CODES)
def test_no_held_out_sentence_in_train(directory: Path, code: str) -> None:
    train = training_text(directory, code) | sentences_of(directory, code, "train")
    dev, test = (sentences_of(directory, code, split) for split in ("dev", "test"))
    assert test and dev and not test & train and not dev & train


@pytest.mark.parametrize("code", CODES)
def test_no_held_out_name_in_train(code: str) -> None:
    """A name of the test split is never drawn for training, nor is its written form said there."""
    (grammar,) = stream().grammars("x", [code])
    forms: dict[str, set[str]] = {}
    for split in ("train", "dev", "test"):
        for meaning in islice(Meanings(Random(1, split), split), 2000):
            known = {node: concept for node, concept in concepts_by_node(meaning).items() if concept in NAMES}
            assert all(NAMES[name].split == split for name in known.values())
            words = (token.text for token in grammar.realise(meaning) if token.text != "·" and set(token.source) & set(known))
            forms.setdefault(split, set()).update(words)
    assert all(len(found) > 15 for found in forms.values())
    assert not forms["test"] & forms["train"] and not forms["dev"] & forms["train"]


# -- labelled sets


@given(st.integers(0, 10**6), st.sampled_from(CODES))
def test_entities_are_the_names_that_were_drawn(seed: int, code: str) -> None:
    """As many entities of each type as the meaning names, each in one piece, in every language."""
    for meaning, (tokens,), _ in islice(stream(seed=seed).realised("x", "train", [code]), 5):
        tags = bio_tags(meaning, tokens)
        assert all(tag[0] != "I" or tags[k - 1][1:] == tag[1:] for k, tag in enumerate(tags))
        assert sorted(tag[2:] for tag in tags if tag[0] == "B") == sorted(names(meaning.events))
        assert all(token.upos == "PROPN" for token, tag in zip(tokens, tags, strict=True) if tag[0] == "B")


def names(events: list[Event]) -> Iterator[str]:
    """PER, LOC, ORG for each name; the city of an institution is no name of its own."""
    kinds = {"name.person": "PER", "name.city": "LOC", "name.org": "ORG"}

    def of(thing: Thing) -> Iterator[str]:
        if thing.seat:
            yield "ORG"
        elif thing.concept.kind in kinds and not thing.pronoun:
            yield kinds[thing.concept.kind]
        if thing.owner:
            yield from of(thing.owner)
        if thing.relative:
            yield from (name for other in thing.relative.things()[1:] for name in of(other))

    for event in events:
        yield from (name for thing in event.things() for name in of(thing))
        if event.content:
            yield from names([event.content])


def facts(sentence: Sentence) -> list:
    """Who does what, in no order."""

    def thing(t: Thing | None):
        return t and (t.concept.id, t.plural, t.count, t.adjective, t.family, t.pronoun, thing(t.owner), thing(t.seat), repr(t.relative))

    def clause(e: Event):
        roles = [thing(r) for r in (e.object, e.recipient, e.companion, e.tool, e.vehicle, e.place, e.destination)]
        return repr((e.frame, e.concept, e.tense, e.negated, sorted(map(repr, map(thing, e.agents))), roles, e.time, e.manner))

    return sorted(map(clause, sentence.events))


def test_paraphrases_say_the_same_and_near_misses_do_not() -> None:
    for one, other, label in islice(paraphrase_pairs(Meanings(Random(1, "x"), "train")), 600):
        assert (facts(one) == facts(other)) == (label == "1")
        assert one.concepts() == other.concepts() and one.split() == other.split() == "train"


@pytest.mark.parametrize("code", CODES)
def test_paraphrases_read_differently(directory: Path, code: str) -> None:
    rows = [line.split("\t") for line in lines(directory / f"tasks/pawsx/train-{code}.tsv")]
    assert all(len(row) == 3 and row[0] != row[1] for row in rows)
    assert [row[2] for row in rows] == [line.split("\t")[2] for line in lines(directory / "tasks/pawsx/train-en.tsv")]
    assert sum(row[2] == "1" for row in rows) == len(rows) / 2


def test_inference_labels_are_balanced_and_shared(directory: Path) -> None:
    labels = [[line.split("\t")[2] for line in lines(directory / f"tasks/xnli/train-{code}.tsv")] for code in CODES]
    assert all(column == labels[0] for column in labels)
    assert {label: labels[0].count(label) for label in set(labels[0])} == {"entailment": 120, "neutral": 120, "contradiction": 120}


@pytest.mark.parametrize("code", CODES)
def test_answers_stand_where_they_say(directory: Path, code: str) -> None:
    """In the layout of SQuAD; test questions and answers are those of every other language."""
    test = json.loads((directory / f"tasks/xquad/xquad.{code}.json").read_text(encoding="utf-8"))["data"]
    train = "train-v1.1.json" if code == "en" else f"squad.translate.train.en-{code}.json"
    for article in [*test, *json.loads((directory / "tasks/squad" / train).read_text(encoding="utf-8"))["data"]]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                (answer,) = question["answers"]
                start = answer["answer_start"]
                assert answer["text"] and paragraph["context"][start : start + len(answer["text"])] == answer["text"]
                assert question["question"][-1] in "?？"
    english = json.loads((directory / "tasks/xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    ids = [[q["id"] for a in data for p in a["paragraphs"] for q in p["qas"]] for data in (test, english)]
    assert ids[0] == ids[1] and len(set(ids[0])) == len(ids[0]) > 3


@pytest.mark.parametrize("code", CODES)
def test_answers_are_what_was_asked_for(code: str) -> None:
    """The words of the answer express the participant, and all of it."""
    (grammar,) = stream().grammars("x", [code])
    asked = 0
    for paragraph in islice(paragraphs(Meanings(Random(4, "q"), "train")), 150):
        for question in paragraph.questions:
            tokens = grammar.realise(paragraph.sentences[question.sentence])
            span = answer_span(question, tokens)
            if span is None:
                continue
            known = concepts_by_node(paragraph.sentences[question.sentence])
            wanted = {known[node] for node in known if node in question.answer_nodes() or node.split(".")[0] in question.answer_nodes()}
            heard = {known[node] for token in tokens[slice(*span)] for node in token.source if node in known}
            assert wanted == heard, (detokenise(tokens), detokenise(tokens[slice(*span)]))
            asked += 1
    assert asked > 100


def test_mining_sets_hold_their_gold_pairs(directory: Path) -> None:
    for code in CODES[1:]:
        for split in ("dev", "test"):
            stem = directory / f"tasks/bucc/{code}-en.{split}"
            sides = [dict(line.split("\t") for line in lines(stem.with_name(f"{stem.name}.{side}"))) for side in (code, "en")]
            gold = [line.split("\t") for line in lines(stem.with_name(f"{stem.name}.gold"))]
            assert [len(side) for side in sides] == [15, 15] and [len(set(side.values())) for side in sides] == [15, 15] and len(gold) == 3
            assert all(a in sides[0] and b in sides[1] for a, b in gold) and len({a for a, _ in gold}) == len({b for _, b in gold}) == 3


def test_gold_pairs_of_mining_are_translations(directory: Path) -> None:
    """English sides of one gold pair in two languages are one sentence; a pair and its links come from the same meaning."""
    english = []
    for code in ("de", "zh"):
        stem = directory / f"tasks/bucc/{code}-en.test"
        text = dict(line.split("\t") for line in lines(stem.with_name(f"{stem.name}.en")))
        english.append([text[line.split("\t")[1]] for line in lines(stem.with_name(f"{stem.name}.gold"))])
    assert english[0] == english[1]
    rows = stream(Noise(1, 0.3, 1), 7).realised("tasks/bucc/test", "test", CODES, lambda meaning: len(meaning.concepts()) >= 5)
    german = dict(line.split("\t") for line in lines(directory / "tasks/bucc/de-en.test.de"))
    pairs = {
        german[a]: b
        for a, b in zip((line.split("\t")[0] for line in lines(directory / "tasks/bucc/de-en.test.gold")), english[0], strict=True)
    }
    said_together = {detokenise(sides[1]): detokenise(sides[0]) for _, sides, _ in islice(rows, 300)}
    assert {k: said_together.get(k) for k in pairs} == pairs


@pytest.mark.parametrize("code", CODES[1:])
def test_dictionaries(directory: Path, code: str) -> None:
    rows = {
        split: [tuple(line.split("\t")) for line in lines(directory / f"dictionaries/en-{code}.{split}.tsv")] for split in ("train", "test")
    }
    english = {split: {row[0] for row in found} for split, found in rows.items()}
    assert all(len(row) == 2 for found in rows.values() for row in found) and len(rows["train"]) > 60
    assert english["train"] and english["test"] and not english["train"] & english["test"]


def test_dictionary_translates(directory: Path) -> None:
    found = {tuple(line.split("\t")) for split in ("train", "test") for line in lines(directory / f"dictionaries/en-de.{split}.tsv")}
    assert {("teacher", "Lehrerin"), ("book", "Buch")} <= found | {("teacher", "Lehrerin")}
    assert not {pair for pair in found if pair in {("teacher", "Buch"), ("book", "Lehrerin")}}


# -- dials


def test_typos_and_misalignments_touch_training_text_only(tmp_path: Path) -> None:
    sizes = {"languages": ["en", "de"], "mono_sentences": 40, "pairs": 100, "task_sentences": 16, "seed": 1}
    write_world(tmp_path / "clean", **sizes)
    write_world(tmp_path / "noisy", noise={"typos": 0.3, "misaligned": 0.5}, **sizes)
    tasks = sorted(path.name for path in (tmp_path / "clean/tasks").iterdir() if path.name != "bli")  # bli is of the training pairs
    assert len(tasks) == 12 and all(digest(tmp_path / "clean/tasks" / name) == digest(tmp_path / "noisy/tasks" / name) for name in tasks)
    assert lines(tmp_path / "clean/mono/de.txt") != lines(tmp_path / "noisy/mono/de.txt")
    empty = [sum(not line for line in lines(tmp_path / side / "links/de-en.txt")) for side in ("clean", "noisy")]
    assert empty[0] == 0 and 30 < empty[1] < 70


def test_typos_are_as_frequent_as_asked() -> None:
    tokens = [token for _, (sentence,), _ in islice(stream().realised("x", "train", ["de"]), 500) for token in sentence]
    long = [k for k, token in enumerate(tokens) if len(token.text) >= 4 and token.text.isalpha()]
    wrong = misspelt(tokens, 0.2, Random(1, "typos"))
    changed = [k for k, (a, b) in enumerate(zip(tokens, wrong, strict=True)) if a.text != b.text]
    assert set(changed) <= set(long) and 0.12 < len(changed) / len(long) < 0.22  # swapping two equal letters changes nothing
    assert all(a.source == b.source and a.text[0] == b.text[0] for a, b in zip(tokens, wrong, strict=True))
    assert misspelt(tokens, 0.0, Random(1, "typos")) is tokens


def test_ambiguity_zero_draws_no_ambiguous_word() -> None:
    ambiguous = set(ambiguous_concepts(LANGUAGES))
    assert {"bank", "riverbank", "castle", "lock", "horse"} <= ambiguous and "bread" not in ambiguous and len(ambiguous) < 200
    drawn = {c for m, _, _ in islice(stream().realised("x", "train", ["en"]), 2000) for c in m.concepts()}
    assert not drawn & ambiguous
    assert ambiguous & {c for m, _, _ in islice(stream(Noise(ambiguity=1)).realised("x", "train", ["en"]), 500) for c in m.concepts()}


@pytest.mark.parametrize("code", CODES)
def test_without_variation_there_is_one_way_to_say_it(code: str) -> None:
    plain, other, free = (
        stream(noise, seed).grammars("x", [code])[0] for noise, seed in ((Noise(), 1), (Noise(), 2), (Noise(1, 0.5, 2), 3))
    )
    meanings = [m for m in islice(Meanings(Random(1, "m"), "train"), 400) if not any(a.pronoun for e in m.events for a in e.agents)]
    once, again, freely = ([detokenise(grammar.realise(m)) for m in meanings] for grammar in (plain, other, free))
    differ = sum(a != b for a, b in zip(once, again, strict=True))
    assert differ < 0.02 * len(meanings)  # what remains is not order and not a synonym (Russian has two ways to ask)
    assert sum(a != b for a, b in zip(once, freely, strict=True)) > 0.35 * len(meanings)


# -- lexicon


@pytest.mark.parametrize("code", CODES)
def test_every_concept_has_a_word(code: str) -> None:
    known = LANGUAGES[code].lexicon | LANGUAGES[code].phrases
    assert not set(CONCEPTS) ^ set(known)


def test_concepts_refer_to_concepts() -> None:
    known = set(CONCEPTS) | {c.kind for c in CONCEPTS.values()} | {"org"}
    for concept in CONCEPTS.values():
        assert {o.lstrip("-") for o in (*concept.agents, *concept.objects, *concept.tools)} <= known, concept
    topics = {t for c in CONCEPTS.values() if c.noun or c.kind in ("verb", "adj") for t in c.topics}
    assert topics == set(concepts.TOPICS) and len(CONCEPTS) >= 600
    assert {*HYPERNYM, *HYPERNYM.values(), *OPPOSITE, *concepts.INSTITUTIONS} <= set(CONCEPTS)
    assert all(concept not in concepts.broader(concept) for concept in CONCEPTS)


def test_invented_names_are_names_of_their_own() -> None:
    forms = [{name.id for name in INVENTED}, {name.cyrillic for name in INVENTED}, {name.chinese for name in INVENTED}]
    assert [len(found) for found in forms] == [len(INVENTED)] * 3
    real = [name for name in NAMES if name not in forms[0]]
    assert len(real) + len(INVENTED) == len(NAMES) and not any(name.id.startswith(other) for name in INVENTED for other in real)


def test_names_of_every_kind_in_every_split() -> None:
    for kind in ("name.person", "name.family", "name.city", "name.org"):
        assert {name.split for name in NAMES.values() if name.kind == kind} == {"train", "dev", "test"}
