"""Features: rows as arrays that come back from disk; tagged sentences: every word exactly once, rows that fit, spaces or none."""

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.artifacts import read_directory
from isogloss.errors import IsoglossError
from isogloss.features import NOTHING, TYPES, collect, make_features, make_rows, read_features, word_rows
from isogloss.tasks import get_task
from isogloss.tasks.kinds import KINDS
from isogloss.vocab import encode_plain, vocab_fingerprint
from toy import LENGTHS, WORDS, cut

words = st.lists(
    st.sampled_from([*WORDS["en"], *WORDS["zh"], "\u200b", "<mask>", "</s>", "x" * 30, "e\u0301", "👩‍👩‍👧", "½"])
    | st.text("ab狗", min_size=1, max_size=4),
    max_size=25,
)
CLS, PAD, SEP, UNK = 0, 1, 2, 3
TASK = get_task("udpos")
Row = namedtuple("Row", "record ids words places")


def shared_piece(tokenizer):
    """A piece of two Chinese characters or more that survives between full stops."""
    known = tokenizer.get_vocab()
    han = sorted(
        token
        for token in known
        if len(token) > 1 and len(set(token)) == len(token) and all("一" <= character <= "鿿" for character in token)
    )
    return next(token for token in han if known[token] in pieces(f"。{token}。{token}", tokenizer)[1:])


def pieces(word, tokenizer):
    return next(encode_plain(tokenizer, [word]))[0] or [UNK]


def rows_of(sentences, lang, tokenizer, max_length=32):
    return [Row(*found) for found in word_rows(sentences, lang, tokenizer, max_length)]


def test_every_word_stands_in_exactly_one_row_and_rows_fit(tokenizer):
    @given(st.lists(words, max_size=4), st.sampled_from(["en", "zh", "th"]), st.integers(8, 40))
    @settings(max_examples=300, deadline=None)
    def check(sentences, lang, max_length):
        rows = rows_of(sentences, lang, tokenizer, max_length)
        standing = [(row.record, word) for row in rows for word in row.words]
        assert standing == [(record, word) for record, sentence in enumerate(sentences) for word in range(len(sentence))]
        for row in rows:
            assert 3 <= len(row.ids) <= max_length and row.ids[0] == CLS and row.ids[-1] == SEP
            assert not set(row.ids[1:-1]) & {CLS, PAD, SEP, 4}
            assert len(row.places) == len(row.words) and row.places == sorted(row.places)
            assert all(0 < place < len(row.ids) - 1 for place in row.places)

    check()


def test_rows_of_spaced_words_are_their_pieces(tokenizer):
    @given(words.filter(bool), st.integers(8, 40))
    @settings(max_examples=200, deadline=None)
    def check(sentence, max_length):
        for row in rows_of([sentence], "en", tokenizer, max_length):
            whole = [piece for word in row.words for piece in pieces(sentence[word], tokenizer)]
            assert row.ids[1:-1] == whole[: max_length - 2] and (len(whole) <= max_length - 2 or len(row.words) == 1)
            assert [row.ids[place] for place in row.places] == [pieces(sentence[word], tokenizer)[0] for word in row.words]

    check()


def test_rows_are_filled_before_a_new_one_starts(tokenizer):
    @given(words.filter(bool), st.integers(8, 40))
    @settings(max_examples=200, deadline=None)
    def check(sentence, max_length):
        rows = rows_of([sentence], "en", tokenizer, max_length)
        for row, after in zip(rows, rows[1:], strict=False):
            assert len(row.ids) + len(pieces(sentence[after.words[0]], tokenizer)) > max_length

    check()


def test_a_word_without_a_piece_is_unknown(tokenizer):
    (row,) = rows_of([["dog", "\u200b", "cat"]], "en", tokenizer)
    assert row.ids[row.places[1]] == UNK and row.words == [0, 1, 2]
    (row,) = rows_of([["\u200b"]], "zh", tokenizer)
    assert row.ids == [CLS, UNK, SEP] and row.places == [1]


def test_unspaced_words_are_tokenised_as_one_string(tokenizer):
    sentence = WORDS["zh"][:6]
    (row,) = rows_of([sentence], "zh", tokenizer)
    assert row.ids[1:-1] == pieces("".join(sentence), tokenizer)
    standing = [tokenizer.convert_ids_to_tokens(row.ids[place]) for place in row.places]
    assert standing[0][0] == "▁"  # alone or with the first word
    assert all(word[0] in piece for word, piece in zip(sentence[1:], standing[1:], strict=True))


def test_unspaced_words_may_share_a_piece(tokenizer):
    joined = shared_piece(tokenizer)
    (row,) = rows_of([["。", *joined, "。"]], "zh", tokenizer)
    places = row.places[1:-1]
    assert set(places) == {row.ids.index(tokenizer.convert_tokens_to_ids(joined))} and len(places) == len(joined)


def test_words_that_share_a_piece_are_never_parted(tokenizer):
    joined = shared_piece(tokenizer)
    sentence = ["。", *joined] * 20
    rows = rows_of([sentence], "zh", tokenizer, 9)
    assert len(rows) > 3 and all(
        sentence[row.words[0]] in ("。", joined[0]) and sentence[row.words[-1]] in ("。", joined[-1]) for row in rows
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sentence_that_fits_is_one_row(tokenizer, lang):
    (row,) = rows_of([WORDS[lang][:4]], lang, tokenizer)
    assert row.words == [0, 1, 2, 3] and row.record == 0


# --------------------------------------------------------------------------------------------------------------------- arrays


def test_each_row_comes_back_out_of_the_arrays():
    rows = [
        {"ids": [0, 70_000, 2], "word": [0], "place": [1], "label": [NOTHING, 4, NOTHING], "record": [0]},
        {"ids": [0, 5, 6, 7, 2], "word": [3, 4], "place": [1, 3], "label": [NOTHING, 2, NOTHING, 0, NOTHING], "record": [7]},
    ]
    features = collect(rows)
    assert len(features) == 2 and features.lengths.tolist() == [3, 5]
    for number, row in enumerate(rows):
        assert features.cells(number).tolist() == row["ids"] and features.cells(number, "label").tolist() == row["label"]
        assert [features.words(number, name).tolist() for name in ("word", "place")] == [row["word"], row["place"]]
        assert features.of(number, "record") == row["record"][0]


def test_the_files_hold_every_split_and_language_of_the_task_data(toy, tokenizer):
    manifest, about = read_directory(toy.features("udpos"), "features"), read_directory(toy.taskdata("udpos"), "taskdata")
    assert (manifest["task"], manifest["pad"], manifest["vocab"]) == ("udpos", PAD, vocab_fingerprint(toy.vocab))
    assert {split: set(languages) for split, languages in manifest["rows"].items()} == {s: set(n) for s, n in about["n"].items()}
    for split, languages in manifest["rows"].items():
        for lang, size in languages.items():
            made = collect(
                make_rows(TASK, KINDS["tag"].read(toy.taskdata("udpos"), lang, split), lang, tokenizer, LENGTHS, split == "train")
            )
            read = read_features(toy.features("udpos"), split, lang)
            assert len(read) == len(made) == size and read.arrays.keys() == made.arrays.keys()
            for name, array in made.arrays.items():
                assert read.arrays[name].dtype == array.dtype == TYPES.get(name, np.uint32) and np.array_equal(read.arrays[name], array)


def test_only_training_data_tells_labels(toy):
    arrays = {split: set(read_features(toy.features("udpos"), split, "en").arrays) for split in ("train", "dev", "test")}
    assert arrays["train"] - {"label"} == arrays["dev"] == arrays["test"] == {"ids", "ends", "word", "place", "word_ends", "record"}


def test_labels_stand_at_the_first_piece_of_each_word(toy, tokenizer):
    records, read = KINDS["tag"].read(toy.taskdata("udpos"), "en", "train"), read_features(toy.features("udpos"), "train", "en")
    told = [["" for _ in record["tokens"]] for record in records]
    for row in range(len(read)):
        labels, places = read.cells(row, "label"), read.words(row, "place")
        for word, place in zip(read.words(row, "word"), places, strict=True):
            told[read.of(row, "record")][word] = TASK.labels[labels[place]]
        assert np.all(np.delete(labels, places) == NOTHING)
    assert told == [record["tags"] for record in records]


def test_words_that_share_a_piece_tell_the_label_of_the_first(tokenizer):
    joined = shared_piece(tokenizer)
    tags = ["ADJ", *TASK.labels[: len(joined)], "PUNCT"]
    features = cut("udpos", [{"id": "0", "tokens": ["。", *joined, "。"], "tags": tags}], tokenizer, lang="zh")
    taught = [TASK.labels[label] for label in features.cells(0, "label") if label != NOTHING]
    assert taught == ["ADJ", TASK.labels[0], "PUNCT"]


def test_records_are_numbered_through_beyond_what_is_tokenised_at_a_time(tokenizer, monkeypatch):
    records = [{"id": str(k), "tokens": WORDS["en"][: 1 + k % 3], "tags": ["X"] * (1 + k % 3)} for k in range(10)]
    whole = cut("udpos", records, tokenizer)
    monkeypatch.setattr("isogloss.features.CHUNK", 3)
    parts = cut("udpos", records, tokenizer)
    assert whole.arrays["record"].tolist() == list(range(10))
    assert all(np.array_equal(whole.arrays[name], parts.arrays[name]) for name in whole.arrays)


def test_features_of_a_language_that_is_not_there_are_refused(toy):
    with pytest.raises(IsoglossError, match=r"has no test of fr\. there is de, en, zh"):
        read_features(toy.features("udpos"), "test", "fr")


def test_task_data_of_another_task_are_refused(toy, tmp_path):
    with pytest.raises(IsoglossError, match="holds task udpos"):
        make_features({"task": "panx", **LENGTHS}, taskdata=toy.taskdata("udpos"), vocab=toy.vocab, out=tmp_path / "features")
    assert not (tmp_path / "features").exists()
