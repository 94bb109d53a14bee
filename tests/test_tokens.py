"""Token stores: ids of every text, words of every token, damage noticed."""

import json
import shutil
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.artifacts import iter_parquet, read_directory
from isogloss.errors import IsoglossError
from isogloss.languages import split_words
from isogloss.tokens import encode_texts, make_bitext_tokens, make_mono_tokens, open_tokens, word_indices
from isogloss.vocab import make_vocab, vocab_fingerprint
from toy import POISON, say, write_text


def folded(text: str) -> str:
    """What the vocab makes of full-width punctuation."""
    return unicodedata.normalize("NFKC", text)


def test_ids_decode_to_the_sentences(toy, tokenizer):
    for lang, path in toy.mono().items():
        (store,) = open_tokens(path, vocab_fingerprint(toy.vocab))
        texts = [folded(text) for text, _ in iter_parquet(toy.text(lang), "mono")]
        assert store.language == lang and len(store) == len(texts)
        assert [tokenizer.decode(store[k][0]) for k in range(len(store))] == texts


def test_sides_of_a_bitext_are_the_rows_of_the_text(toy, tokenizer):
    for pair, path in toy.bitext().items():
        src, tgt = open_tokens(path)
        assert (src.language, tgt.language) == tuple(pair.split("-"))
        decoded = [(tokenizer.decode(src[k][0]), tokenizer.decode(tgt[k][0])) for k in range(len(src))]
        assert decoded == [(folded(a), folded(b)) for a, b, _ in iter_parquet(toy.text(pair), "bitext")]


def test_sides_stay_in_step_when_one_tokenises_to_nothing(toy, tokenizer, tmp_path):
    rows = [("der hund", "the dog"), ("\u200b", "the cat"), ("die katze", "\u200e"), ("haus", "house")]
    make_bitext_tokens("de-en", write_text(tmp_path / "b.parquet", "bitext", rows), toy.vocab, tmp_path / "store")
    src, tgt = open_tokens(tmp_path / "store")
    assert len(src) == len(tgt) == 4 and src.lengths[1] == tgt.lengths[2] == 0
    assert (tokenizer.decode(src[3][0]), tokenizer.decode(tgt[3][0])) == ("haus", "house")


def test_offsets_lengths_and_counts_agree(toy, tokenizer):
    (store,) = open_tokens(toy.mono()["en"])
    facts = read_directory(toy.mono()["en"], "tokens")["stores"]["."]
    assert store.offsets[0] == 0 and (np.diff(store.offsets) == store.lengths).all()
    assert [len(store[k][0]) for k in range(len(store))] == [len(store[k][1]) for k in range(len(store))] == store.lengths.tolist()
    assert facts["tokens"] == store.lengths.sum() == len(store.ids) and facts["unknown"] == (np.asarray(store.ids) == 3).sum()
    shares = np.unique(store.ids, return_counts=True)[1] / facts["tokens"]
    assert facts["unigram_entropy"] == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-12)


# ------------------------------------------------------------------------------------------------------------------ word index


def word_by_character(text: str, start: int, lang: str) -> int:
    """Walk right from a token's first character to one that is in a word; past the last word: the last word."""
    words = split_words(text, lang)
    for place in range(start, len(text)):
        for number, (first, end) in enumerate(words):
            if first <= place < end:
                return number
    return max(len(words) - 1, 0)


def test_a_token_belongs_to_the_word_it_starts_in(tokenizer):
    texts = st.lists(
        st.sampled_from(["dog", "the", " ", "  ", "-", "狗", "房子", "é", "e\u0301", ".", "👩‍👩‍👧", "ｆｕｌｌ", "ไทย", "\u200b", "½"]),
        max_size=10,
    )

    @given(texts.map("".join) | st.text(max_size=10), st.sampled_from(["en", "zh", "th"]))
    @settings(max_examples=300, deadline=None)
    def check(text, lang):
        spans = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).offsets
        assert word_indices(text, spans, lang).tolist() == [word_by_character(text, start, lang) for start, _ in spans]

    check()


def test_spaced_words_are_numbered_as_they_are_split(tokenizer):
    ((ids, words),) = encode_texts(["the big dog runs ."], "en", tokenizer)
    for number, word in enumerate("the big dog runs .".split()):
        assert tokenizer.decode(np.asarray(ids)[words == number]).strip() == word


def test_unspaced_words_cover_all_characters(tokenizer):
    text = say([0, 1, 3, 14], "zh")
    ((_, words),) = encode_texts([text], "zh", tokenizer)
    assert words[0] == 0 and (np.diff(words) >= 0).all() and words[-1] < len(split_words(text, "zh"))


def test_a_line_of_five_thousand_words_and_an_empty_one(toy, tmp_path):
    write_text(tmp_path / "t.parquet", "mono", [("dog " * 4999 + "cat",), ("",), ("cat",)])
    make_mono_tokens("en", tmp_path / "t.parquet", toy.vocab, tmp_path / "store")
    (store,) = open_tokens(tmp_path / "store")
    ids, words = store[0]
    assert sorted(set(words.tolist())) == list(range(5000)) and store.lengths[1] == 0 and store.lengths[2] == len(store[2][0]) > 0
    assert len(store[1][0]) == 0 and ids[-len(store[2][0]) :].tolist() == store[2][0].tolist()


def test_no_text_at_all_gives_an_empty_store(toy, tmp_path):
    make_mono_tokens("en", write_text(tmp_path / "t.parquet", "mono", []), toy.vocab, tmp_path / "store")
    (store,) = open_tokens(tmp_path / "store")
    assert len(store) == 0 and store.unigram_entropy == 0


def test_special_tokens_spelt_out_are_not_stored(toy, tokenizer, tmp_path):
    make_mono_tokens("en", write_text(tmp_path / "t.parquet", "mono", [(text,) for text in POISON]), toy.vocab, tmp_path / "store")
    (store,) = open_tokens(tmp_path / "store")
    assert len(store) == len(POISON)
    assert not set(np.asarray(store.ids).tolist()) & (set(tokenizer.all_special_ids) - {tokenizer.unk_token_id})


@pytest.mark.parametrize(("size", "dtype"), [(65_536, "uint16"), (65_537, "uint32")])
def test_ids_take_two_bytes_as_long_as_they_fit(tmp_path, size, dtype):
    from transformers import BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{k}" for k in range(size - 5))]
    BertTokenizer(vocab={word: k for k, word in enumerate(words)}).save_pretrained(tmp_path / "bert")
    make_vocab({"tokenizer": str(tmp_path / "bert")}, {}, tmp_path / "vocab")
    make_mono_tokens("en", write_text(tmp_path / "t.parquet", "mono", [(f"w{size - 6} w0",)]), tmp_path / "vocab", tmp_path / "store")
    (store,) = open_tokens(tmp_path / "store")
    assert store.ids.dtype.name == dtype and store[0][0].tolist() == [size - 1, 5]


# ------------------------------------------------------------------------------------------------------------------ damage


@pytest.mark.parametrize("name", ["ids.bin", "words.bin", "offsets.npy"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_store_is_refused(toy, tmp_path, name, damage):
    store = tmp_path / "store"
    shutil.copytree(toy.mono()["en"], store)
    if damage == "gone":
        (store / name).unlink()
    else:
        (store / name).write_bytes((store / name).read_bytes()[:-2])
    with pytest.raises(IsoglossError, match="make it again"):
        open_tokens(store)


def test_a_store_of_another_length_than_its_manifest_is_refused(toy, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(toy.mono()["en"], store)
    np.save(store / "offsets.npy", np.arange(3))
    with pytest.raises(IsoglossError, match="2 sentences"):
        open_tokens(store)


def test_a_store_of_another_vocab_or_version_is_refused(toy, tmp_path):
    with pytest.raises(IsoglossError, match="Tokenise again"):
        open_tokens(toy.mono()["en"], "0" * 64)
    store = tmp_path / "store"
    shutil.copytree(toy.mono()["en"], store)
    (store / "artifact.json").write_text(json.dumps(json.loads((store / "artifact.json").read_text()) | {"version": 0}))
    with pytest.raises(IsoglossError, match="version 0"):
        open_tokens(store)


def test_same_input_same_bytes(toy, tmp_path):
    make_mono_tokens("zh", toy.text("zh"), toy.vocab, tmp_path / "again")
    for name in ("ids.bin", "words.bin", "offsets.npy", "artifact.json"):
        assert (tmp_path / "again" / name).read_bytes() == (toy.mono()["zh"] / name).read_bytes()
