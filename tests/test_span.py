"""Questions: windows of a context, places of an answer, and the head that reads answers off its scores."""

import json
import random
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from isogloss.artifacts import read_directory, read_jsonl
from isogloss.encoder import load_reader, new_model
from isogloss.errors import IsoglossError
from isogloss.features import NOTHING, make_features, rows_of
from isogloss.finetune import finetune
from isogloss.heads.span import SpanHead
from isogloss.predict import predict
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from isogloss.vocab import encode_plain
from test_classify import bert_tokenizer
from toy import ENCODER, FINETUNE, LENGTHS, POISON, WORDS, cut, say, sentences

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"
CPU, TASK, PAD = torch.device("cpu"), get_task("xquad"), 1
WILD = [
    "cafe\u0301",
    "مرحبا",
    "ภาษาไทย",
    "狗跑。",
    "ﬁ",
    "½",
    "x" * 40,
    "한",
    "한국어",
    "\u200b",
    "\ufeffa",
    "a\u200db",
    "👩‍👩‍👧",
    "é\u0323",
]
contexts = st.lists(st.sampled_from([*WORDS["en"], *WORDS["zh"], *WILD, *POISON]) | st.text(max_size=5), max_size=30).map(" ".join)


def record(context, question="the dog ?", answer=None, start=0, number=0):
    answers = [] if answer is None else [{"text": answer, "start": start}]
    return {"id": str(number), "context": context, "question": question, "answers": answers}


def pieces(text, tokenizer):
    return next(encode_plain(tokenizer, [text]))[0]


def context_of(features, row):
    """[(id, begin, end)] of the cells of a row that are pieces of the context."""
    columns = zip(*(features.cells(row, name).tolist() for name in ("ids", "begin", "end")), strict=True)
    return [(piece, begin, end) for piece, begin, end in columns if begin != NOTHING]


def questions(size, seed, *, languages=("en",)):
    """{language: records that ask for the one noun of a context of some windows}."""
    made = {lang: [] for lang in languages}
    for number, meanings in enumerate(sentences(3 * size, seed)[::3]):
        rng = random.Random(f"{seed} {number}")
        others = [k for k in meanings if k > 2] + [rng.randrange(3, 14) for _ in range(rng.randrange(4, 30))]
        place = rng.randrange(len(others) + 1)
        for lang, records in made.items():
            before, noun, after = (say(part, lang) for part in (others[:place], [number % 3], others[place:]))
            gap = "" if lang == "zh" else " "
            context = gap.join(part for part in (before, noun, after) if part)
            start = len(before) + len(gap) * bool(before)
            records.append(record(context, say([9, 13, 15], lang), noun, start, number))
    return made


# ------------------------------------------------------------------------------------------------------------------- windows


def test_a_row_that_fits_is_what_the_tokenizer_makes_of_question_and_context(tokenizer, tmp_path):
    bert = bert_tokenizer(tmp_path)
    for made, question, context in ((tokenizer, "the dog ?", "the cat sees the dog."), (bert, "a b", "c d e f")):
        features, plain = cut("xquad", [record(context, question)], made), made(question, context, return_token_type_ids=True)
        assert len(features) == 1
        assert features.cells(0).tolist() == plain["input_ids"] and features.cells(0, "types").tolist() == plain["token_type_ids"]
    assert set(plain["token_type_ids"]) == {0, 1}


def test_windows_advance_by_the_stride_and_miss_nothing(tokenizer):
    @given(contexts, contexts, st.integers(24, 60), st.integers(1, 40), st.integers(1, 12))
    @settings(max_examples=200)
    def check(context, question, max_length, stride, max_question):
        lengths = {"max_length": max_length, "stride": stride, "max_question": max_question}
        features = cut("xquad", [record(context, question)], tokenizer, training=False, **lengths)
        asked, whole = pieces(question, tokenizer)[:max_question], pieces(context, tokenizer)
        head = [0, *asked, 2, 2]
        room = max_length - len(head) - 1
        step = min(stride, room)
        assert len(features) == 1 + max(0, -(-(len(whole) - room) // step))
        for row in range(len(features)):
            window = whole[row * step : row * step + room]
            assert features.cells(row).tolist() == [*head, *window, 2] and set(features.cells(row, "types")) == {0}
            outside = [NOTHING] * len(head)
            for name in ("begin", "end"):
                assert features.cells(row, name)[: len(head)].tolist() == outside and features.cells(row, name)[-1] == NOTHING
            assert [piece for piece, _, _ in context_of(features, row)] == window
        assert window == whole[(len(features) - 1) * step :]  # the last one reaches the end

    check()


def test_windows_of_bert_have_both_token_types(tmp_path):
    tokenizer = bert_tokenizer(tmp_path)
    features = cut("xquad", [record("a b c d e f g a b c", "g f e d")], tokenizer, max_length=10, stride=2, max_question=3)
    rows = [" ".join(tokenizer.convert_ids_to_tokens(features.cells(row).tolist())) for row in range(len(features))]
    assert rows[:2] == ["[CLS] g f e [SEP] a b c d [SEP]", "[CLS] g f e [SEP] c d e f [SEP]"] and len(rows) == 4
    assert {tuple(features.cells(row, "types").tolist()) for row in range(4)} == {(0, 0, 0, 0, 0, 1, 1, 1, 1, 1)}


def test_a_question_that_leaves_no_room_is_an_error(tokenizer):
    with pytest.raises(IsoglossError, match="leaves no room beside a question of 16 pieces"):
        cut("xquad", [record("dog", "the dog " * 20)], tokenizer, max_length=20, max_question=16)


def test_a_context_without_pieces_is_one_row(tokenizer):
    features = cut("xquad", [record(" \u200b "), record("dog")], tokenizer, training=False)
    assert features.arrays["record"].tolist() == [0, 1] and not context_of(features, 0)


# ------------------------------------------------------------------------------------------------------------------- offsets


def test_characters_of_a_piece_are_where_it_came_from(tokenizer):
    """Read off the original context: whatever the normaliser does to it, a piece has the place of what it was made of."""
    normalise = tokenizer.backend_tokenizer.normalizer.normalize_str

    @given(contexts)
    @settings(max_examples=400)
    def check(context):
        assume(unicodedata.category(context[:1] or " ") != "Cc")  # in front of all others it shifts the offsets of Precompiled
        features = cut("xquad", [record(context)], tokenizer, training=False, max_length=4000)
        cells = context_of(features, 0)
        covered = [False] * len(context)
        for (piece, begin, end), (_, following, _) in zip(cells, [*cells, (0, len(context), 0)][1:], strict=True):
            assert 0 <= begin <= end <= len(context) and begin <= following
            assert not context[begin:end][:1].isspace()
            covered[begin:end] = [True] * (end - begin)
            name = tokenizer.convert_ids_to_tokens(piece).replace("▁", "")
            assert piece == tokenizer.unk_token_id or name in normalise(context[begin:end])
        for place, character in enumerate(context):
            assert covered[place] or not normalise(character).strip(), (place, character)

    check()


@pytest.mark.parametrize("text", ["cafe\u0301", "e\u0302\u0301t", "\u1112\u1161\u11ab", "ﬁ", "…", "ำ", "Ａ"])
def test_an_answer_keeps_what_the_tokenizer_composes_and_takes_apart(tokenizer, text):
    context = f"dog {text} dog"
    features = cut("xquad", [record(context, answer=text, start=4)], tokenizer)
    begin, end = (int(features.cells(0, name)[features.of(0, side)]) for name, side in (("begin", "first"), ("end", "last")))
    assert context[begin:end] == text


def test_an_answer_of_whole_words_stands_at_exactly_its_pieces(tokenizer):
    normalise = tokenizer.backend_tokenizer.normalizer.normalize_str
    words = st.lists(st.sampled_from([*WORDS["en"], *WORDS["zh"], *WILD]), min_size=1, max_size=40)

    @given(words, st.data(), st.sampled_from(["", " ", "\n  "]))
    @settings(max_examples=300)
    def check(words, data, around):
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first, len(words) - 1))
        answer, context = " ".join(words[first : last + 1]), around + " ".join(words) + around
        start = len(around) + len(" ".join(words[:first])) + bool(first)
        assume(normalise(answer))
        features = cut("xquad", [record(context, answer=answer, start=start)], tokenizer, max_length=4000)
        begin, end = (int(features.cells(0, name)[features.of(0, side)]) for name, side in (("begin", "first"), ("end", "last")))
        assert start <= begin <= end <= start + len(answer)
        lost = context[start:begin] + context[end : start + len(answer)]
        assert not normalise(lost).strip()  # what leaves no piece: zero-width characters

    check()


def test_an_answer_inside_words_stands_at_the_fewest_pieces_that_cover_it(tokenizer):
    text = st.lists(st.sampled_from([*WORDS["zh"], "ภาษาไทย", "مرحبا بالعالم", "house"]), min_size=1, max_size=12).map("".join)

    @given(text, st.data())
    @settings(max_examples=200)
    def check(context, data):
        start = data.draw(st.integers(0, len(context) - 1))
        stop = data.draw(st.integers(start + 1, len(context)))
        assume(context[start:stop].strip() == context[start:stop])
        features = cut("xquad", [record(context, answer=context[start:stop], start=start)], tokenizer, max_length=400)
        first, last = features.of(0, "first"), features.of(0, "last")
        begin, end = features.cells(0, "begin"), features.cells(0, "end")
        assert begin[first] <= start and end[last] >= stop
        assert end[first] > start and begin[last] < stop  # neither of both can go

    check()


def test_an_answer_that_a_window_has_not_all_of_is_at_the_first_piece(tokenizer):
    @given(st.lists(st.sampled_from(WORDS["en"]), min_size=1, max_size=50), st.data(), st.integers(16, 40), st.integers(1, 10))
    @settings(max_examples=200)
    def check(words, data, max_length, stride):
        first = data.draw(st.integers(0, len(words) - 1))
        answer = " ".join(words[first : first + data.draw(st.integers(1, 12))])
        context, start = " ".join(words), len(" ".join(words[:first])) + bool(first)
        whole = cut("xquad", [record(context, answer=answer, start=start)], tokenizer, max_length=4000)
        features = cut("xquad", [record(context, answer=answer, start=start)], tokenizer, max_length=max_length, stride=stride)
        head = whole.cells(0, "begin").tolist().count(NOTHING) - 1
        room = max_length - head - 1
        place = whole.of(0, "first") - head, whole.of(0, "last") - head
        for row in range(len(features)):
            window = range(row * min(stride, room), row * min(stride, room) + room)
            inside = place[0] in window and place[1] in window
            expected = tuple(k - window.start + head for k in place) if inside else (0, 0)
            assert (features.of(row, "first"), features.of(row, "last")) == expected
            if inside:
                found = features.cells(row)[expected[0] : expected[1] + 1]
                assert np.array_equal(found, whole.cells(0)[whole.of(0, "first") : whole.of(0, "last") + 1])

    check()


def test_the_first_answer_that_has_a_place_is_taught(tokenizer):
    asked = record("the dog sees the cat")
    asked["answers"] = [{"text": "bird", "start": -1}, {"text": "cat", "start": 17}, {"text": "dog", "start": 4}]
    lost = record("the dog") | {"answers": [{"text": "bird", "start": -1}]}
    features = cut("xquad", [asked, lost], tokenizer)
    assert asked["context"][features.cells(0, "begin")[features.of(0, "first")] :] == "cat"
    assert (features.of(1, "first"), features.of(1, "last")) == (0, 0)


def test_only_training_rows_tell_the_answer(tokenizer):
    rows = cut("xquad", questions(4, 0)["en"], tokenizer), cut("xquad", questions(4, 0)["en"], tokenizer, training=False)
    assert set(rows[0].arrays) - set(rows[1].arrays) == {"first", "last"}


@pytest.mark.parametrize("lang", ["en", "ar", "th", "zh"])
def test_answers_of_xquad_are_read_off_the_context_as_it_stands(tokenizer, tmp_path, lang):
    """Some of its contexts begin or end with white space, and all offsets count it."""
    source = REAL / "tasks" / "xquad" / f"xquad.{lang}.json"
    if not source.is_file():
        pytest.skip(f"the published set is not here: {source.name}")
    records = list(TASK.published([source.parent])[lang, "test"].read((source,), lang, "test"))
    spaced = [record for record in records if record["context"] != record["context"].strip()]
    features = cut("xquad", [*spaced, *records[:100]], tokenizer, lang=lang, max_length=4000, max_question=64)
    assert spaced or lang in ("th", "zh")
    for row, right in enumerate([*spaced, *records[:100]]):
        ((answer, start),) = ((answer["text"], answer["start"]) for answer in right["answers"])
        begin, end = (int(features.cells(row, name)[features.of(row, side)]) for name, side in (("begin", "first"), ("end", "last")))
        assert answer.strip() in right["context"][begin:end] and begin <= start + len(answer) and end > start


# ------------------------------------------------------------------------------------------------------------------- decoding


def brute_force(starts, ends, inside, max_answer, best=None):
    """The best score of a pair in order; `best`: only the so many best starts and ends count."""
    places = [k for k, within in enumerate(inside) if within]
    left, right = (sorted(places, key=lambda k: (-scores[k], k))[:best] for scores in (starts, ends))
    sums = [starts[i] + ends[j] for i in left for j in right if 0 <= j - i < max_answer]
    return max(sums, default=float("-inf"))


scores = st.floats(-100, 100, width=32) | st.integers(-2, 2).map(float)  # the latter make ties


@given(st.data(), st.integers(1, 12), st.integers(1, 14), st.integers(1, 14))
@settings(max_examples=300)
def test_the_best_span_is_that_of_brute_force(data, cells, n_best, max_answer):
    columns = st.lists(scores, min_size=cells, max_size=cells)
    rows = data.draw(st.lists(st.tuples(columns, columns, st.lists(st.booleans(), min_size=cells, max_size=cells)), min_size=1, max_size=4))
    starts, ends = (torch.tensor([row[side] for row in rows], dtype=torch.float64) for side in (0, 1))
    found = SpanHead(n_best, max_answer).best_spans(starts, ends, torch.tensor([row[2] for row in rows]))
    for (left, right, inside), score, first, last in zip(rows, *(part.tolist() for part in found), strict=True):
        assert score == brute_force(left, right, inside, max_answer, n_best)
        if n_best >= cells:
            assert score == brute_force(left, right, inside, max_answer)
        if score > float("-inf"):
            assert inside[first] and inside[last] and 0 <= last - first < max_answer and left[first] + right[last] == score


def test_of_equal_spans_the_leftmost_wins():
    head, flat = SpanHead(20, 30), torch.zeros(1, 30)
    assert [int(part) for part in head.best_spans(flat, flat, torch.ones(1, 30, dtype=torch.bool))] == [0, 0, 0]


class Table(nn.Module):
    """Scores that depend on the piece alone."""

    def __init__(self, tokenizer):
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.scores = nn.Parameter(torch.randn(2, len(tokenizer), generator=generator))
        self.config = SimpleNamespace(type_vocab_size=1)

    def forward(self, input_ids, attention_mask):
        return SimpleNamespace(start_logits=self.scores[0][input_ids], end_logits=self.scores[1][input_ids])


@pytest.mark.parametrize("max_answer", [1, 3, 30])
def test_the_answer_is_the_best_of_all_windows(tokenizer, max_answer):
    rng, words = random.Random(0), [word for word in WORDS["en"] if len(pieces(word, tokenizer)) == 1][:12]
    data = [record("  " + " ".join(rng.sample(words, len(words))) + "\n", number=k) for k in range(20)]
    features = cut("xquad", data, tokenizer, training=False, max_length=14, stride=3)
    network, head = Table(tokenizer), SpanHead(1000, max_answer)
    found = head.predict(TASK, network, features, data, "en", PAD, CPU)
    left, right = network.scores.tolist()
    best = {}
    for row in range(len(features)):
        cells = context_of(features, row)
        for i, (first, begin, _) in enumerate(cells):
            for last, _, end in cells[i : i + max_answer]:
                best.setdefault(features.of(row, "record"), []).append((left[first] + right[last], begin, end))
    assert len(features) > 2 * len(data) and [answer["id"] for answer in found] == [right["id"] for right in data]
    for number, answer in enumerate(found):
        _, begin, end = max(best[number])
        assert answer["pred"] == data[number]["context"][begin:end].strip()
        assert 0 < len(pieces(answer["pred"], tokenizer)) <= max_answer


def test_a_context_of_which_nothing_can_be_read_is_answered_with_nothing(tokenizer):
    data = [record("dog"), record(" \u200b ", number=1)]
    found = SpanHead().predict(TASK, Table(tokenizer), cut("xquad", data, tokenizer, training=False), data, "en", PAD, CPU)
    assert found == [{"id": "0", "pred": "dog"}, {"id": "1", "pred": ""}]


# ----------------------------------------------------------------------------------------------------------------------- loss


@pytest.mark.parametrize("architecture", ["xlm-roberta", "bert"])
def test_the_loss_is_the_mean_cross_entropy_of_starts_and_ends(tokenizer, tmp_path, architecture):
    new_model(ENCODER | {"architecture": architecture}, tokenizer).save_pretrained(tmp_path / "model")
    network, head = load_reader(tmp_path / "model", trained=False).eval().double(), SpanHead()
    rows = rows_of([cut("xquad", questions(6, 1)["en"], tokenizer, max_length=24)])
    each = []
    for features, row in rows:
        output = network(torch.tensor([features.cells(row).tolist()]))
        each += [-output.start_logits[0].log_softmax(-1)[features.of(row, "first")]]
        each += [-output.end_logits[0].log_softmax(-1)[features.of(row, "last")]]
    loss = head.loss(network, rows, PAD, CPU) / head.targets(rows)
    assert {features.of(row, "first") for features, row in rows} > {0} and len({len(f.cells(row)) for f, row in rows}) > 1
    assert float(loss.detach()) == pytest.approx(float(torch.stack(each).mean().detach()), abs=1e-10)


# --------------------------------------------------------------------------------------------------------------- fine-tuning


def squad(records):
    """SQuAD's JSON."""
    entries = [
        {
            "context": record["context"],
            "qas": [
                {
                    "id": record["id"],
                    "question": record["question"],
                    "answers": [{"text": answer["text"], "answer_start": answer["start"]} for answer in record["answers"]],
                }
            ],
        }
        for record in records
    ]
    return json.dumps({"version": "1.1", "data": [{"title": "toy", "paragraphs": entries}]}, ensure_ascii=False)


@pytest.fixture(scope="module")
def reader(toy, trained, tmp_path_factory):
    """(directory of `data`, `features` and `model`): answers are nouns, in English and, for testing, in German and Chinese."""
    where = tmp_path_factory.mktemp("reader")
    (where / "source").mkdir()
    for name, (size, seed, languages) in {"train": (200, 1, ["en"]), "dev": (30, 2, ["en"]), "test": (30, 3, ["en", "de", "zh"])}.items():
        for lang, records in questions(size, seed, languages=languages).items():
            file = f"xquad.{lang}.json" if name == "test" else f"{name}-v1.1.json"
            (where / "source" / file).write_text(squad(records), encoding="utf-8")
    make_taskdata("xquad", where / "source", ["en", "de", "zh"], where / "data")
    make_features({"task": "xquad", **LENGTHS}, taskdata=where / "data", vocab=toy.vocab, out=where / "features")
    settings = FINETUNE | {"learning_rate": 3e-3, "epochs": 3.0}
    spec = {"task": "xquad", "setting": "zero_shot", "recipe": "toy", "seed": 0, "languages": None, "finetune": settings}
    finetune(spec, model=trained, taskdata=where / "data", features=where / "features", out=where / "model", threads=1)
    return where


def answers(reader, out, **changes):
    spec = {"task": "xquad", "setting": "zero_shot", "recipe": "toy", "seed": 0, "languages": None, "finetune": FINETUNE | changes}
    predict(spec, model=reader / "model", taskdata=reader / "data", features=reader / "features", out=out, threads=1)
    return {lang: read_jsonl(out / f"{lang}.jsonl") for lang in ("en", "de", "zh")}


def test_answers_are_learnt_and_said_in_the_words_of_the_context(reader, tmp_path):
    found = answers(reader, tmp_path / "predictions")
    assert read_directory(reader / "model", "finetuned")["dev"]["*"] > 80
    for lang, predicted in found.items():
        gold = KINDS["span"].read(reader / "data", lang, "test")
        assert [answer["id"] for answer in predicted] == [right["id"] for right in gold]
        assert all(answer["pred"] in right["context"] for answer, right in zip(predicted, gold, strict=True))
    assert KINDS["span"].metrics(TASK, KINDS["span"].read(reader / "data", "en", "test"), found["en"], "en")["f1"] > 80


@pytest.mark.parametrize("budget", [1, 64])
def test_answers_do_not_depend_on_the_batch(reader, tmp_path, monkeypatch, budget):
    usual = answers(reader, tmp_path / "usual")
    monkeypatch.setattr("isogloss.heads.network.BATCH_TOKENS", budget)
    assert answers(reader, tmp_path / "other") == usual


def test_an_answer_is_at_most_as_long_as_the_settings_say(reader, tokenizer, tmp_path):
    found = answers(reader, tmp_path / "predictions", max_answer=1)
    longest = max(len(pieces(answer["pred"], tokenizer)) for answer in found["en"])
    assert longest == 1
