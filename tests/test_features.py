"""Tagged sentences as rows: every word exactly once, rows that fit, in spaced and unspaced languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.features import word_rows
from isogloss.vocab import encode_plain
from toy import WORDS

words = st.lists(
    st.sampled_from([*WORDS["en"], *WORDS["zh"], "\u200b", "<mask>", "</s>", "x" * 30, "e\u0301", "👩‍👩‍👧", "½"])
    | st.text("ab狗", min_size=1, max_size=4),
    max_size=25,
)
CLS, PAD, SEP, UNK = 0, 1, 2, 3


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
    return list(word_rows(sentences, lang, tokenizer, max_length))


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
