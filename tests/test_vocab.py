"""The vocab: one vocabulary under two names (SentencePiece and AutoTokenizer), fair sampling, adopted tokenizers."""

import json
import math
import unicodedata
from collections import Counter

import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.errors import IsoglossError
from isogloss.vocab import copy_tokenizer, encode_plain, load_vocab, make_vocab, sample_sentences, tokenizer_of
from toy import POISON, VOCAB, outside, write_text

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
PUBLISHED = """
import json, sys, sentencepiece
from transformers import AutoTokenizer
tokenizer, texts = AutoTokenizer.from_pretrained(sys.argv[1]), json.load(open(sys.argv[2]))
processor = sentencepiece.SentencePieceProcessor(model_file=sys.argv[1] + "/sentencepiece.model")
print(json.dumps([[tokenizer(text, add_special_tokens=False).input_ids, processor.encode(text)] for text in texts]))
"""
marks = st.characters(categories=["Mn", "Mc"])
anything = st.characters(exclude_categories=["Cs", "Cn", "Co"])
wild = (
    st.lists(st.one_of(anything, marks, st.sampled_from(list("  dogcat狗跑"))), max_size=12)
    .map("".join)
    .filter(lambda text: "<" not in text)
)


@pytest.fixture(scope="module", params=[False, True], ids=["unknown", "byte_fallback"])
def vocab(toy, request, tmp_path_factory):
    out = tmp_path_factory.mktemp("vocab") / "spm"
    spec = VOCAB | {"byte_fallback": request.param, "size": 400 if request.param else 150}
    make_vocab(spec, {language: toy.text(language) for language in ("de", "en", "zh")}, out)
    return out


@pytest.fixture(scope="module")
def both(vocab):
    return load_vocab(vocab), sentencepiece.SentencePieceProcessor(model_file=str(vocab / "sentencepiece.model"))


def test_every_text_gets_the_ids_of_sentencepiece(both):
    tokenizer, processor = both

    @given(wild)
    @settings(max_examples=400, deadline=None)
    def check(text):
        text = unicodedata.normalize("NFKC", text)  # a compatibility character with several marks may be composed otherwise
        ((ids, _),) = encode_plain(tokenizer, [text])
        assert ids == processor.encode(text)

    check()


def test_every_character_gets_the_ids_of_sentencepiece(both):
    tokenizer, processor = both
    characters = map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x1F000, 0x20000)])
    texts = [
        unicodedata.normalize("NFC", f"a{character}b")
        for character in characters
        if unicodedata.category(character) not in ("Cn", "Co", "Cc")
    ]
    differ = [text for text, (ids, _) in zip(texts, encode_plain(tokenizer, texts), strict=True) if ids != processor.encode(text)]
    assert not differ


def test_marks_after_compatibility_characters_survive(both):
    tokenizer, processor = both
    for text in ("ﻻً", "²\u0301", "ᄒ\u1161ᆫ", "～", "ａ\u0301", "\x85dog"):
        ((ids, _),) = encode_plain(tokenizer, [text])
        assert ids == processor.encode(text), text


def test_the_published_directory_alone_gives_the_ids_of_sentencepiece(vocab, tmp_path):
    texts = [text for text in POISON if "<" not in text]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    for text, (ours, theirs) in zip(texts, json.loads(outside(PUBLISHED, vocab, tmp_path / "texts.json")), strict=True):
        assert ours == theirs, text


def test_special_ids_and_templates(both):
    tokenizer, processor = both
    assert (
        [tokenizer.convert_tokens_to_ids(name) for name in SPECIAL] == [processor.piece_to_id(name) for name in SPECIAL] == [0, 1, 2, 3, 4]
    )
    assert (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.mask_token_id) == (
        0,
        2,
        1,
        3,
        4,
    )
    dog, hund = (tokenizer(word, add_special_tokens=False).input_ids for word in ("dog", "hund"))
    assert tokenizer("dog").input_ids == [0, *dog, 2]
    assert tokenizer("dog", "hund").input_ids == [0, *dog, 2, 2, *hund, 2]
    assert tokenizer("dog <mask>").input_ids == [0, *dog, 4, 2]
    assert len(tokenizer) == processor.get_piece_size()


@pytest.mark.parametrize("text", [text for text in POISON if "<" in text] + [name * 2 for name in SPECIAL])
def test_no_text_can_inject_a_special_token(both, text):
    tokenizer, _ = both
    ((ids, _),) = encode_plain(tokenizer, [text])
    assert ids and not set(ids) & (set(tokenizer.all_special_ids) - {tokenizer.unk_token_id})


def test_ids_decode_to_the_text(both):
    tokenizer, _ = both
    for text in ("the big dog runs.", "狗跑。", "the 狗 läuft"):
        assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True) == text


def test_a_vocabulary_larger_than_the_text_allows_is_refused(toy, tmp_path):
    with pytest.raises(IsoglossError, match=r"Vocabulary size.*Change vocabs\.<name>\.size"):
        make_vocab(VOCAB | {"size": 50_000}, {"en": toy.text("en")}, tmp_path / "vocab")
    assert not (tmp_path / "vocab").exists()


def test_same_input_same_bytes(toy, vocab, tmp_path):
    again = tmp_path / "again"
    spec = VOCAB | ({"size": 400, "byte_fallback": True} if len(load_vocab(vocab)) > 150 else {})
    make_vocab(spec, {language: toy.text(language) for language in ("zh", "de", "en")}, again)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {path.name: path.read_bytes() for path in vocab.iterdir()}


# ------------------------------------------------------------------------------------------------------------------ sampling


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_languages_are_sampled_by_size_to_the_power_of_alpha(tmp_path, alpha):
    sizes = {"de": 10, "en": 1000, "tr": 90}
    mono = {lang: write_text(tmp_path / f"{lang}.parquet", "mono", [(f"{lang} {k}",) for k in range(size)]) for lang, size in sizes.items()}
    drawn = Counter(sample_sentences(mono, alpha, 600))
    mass = sum(size**alpha for size in sizes.values())
    for lang, size in sizes.items():
        counts = [count for text, count in drawn.items() if text.startswith(lang)]
        assert sum(counts) == round(600 * size**alpha / mass)
        share = sum(counts) / size  # evenly spaced: every line as often as any other, but for rounding
        assert {*counts, *[0] * (size - len(counts))} <= {math.floor(share), math.ceil(share)}


# ------------------------------------------------------------------------------------------------------------------ adopting


def _bert(directory):
    from transformers import BertTokenizer

    words = "[PAD] [UNK] [CLS] [SEP] [MASK] the dog ##s runs mask [ ]".split()
    BertTokenizer(vocab={word: k for k, word in enumerate(words)}).save_pretrained(directory)


def _xlm_r(directory):
    from transformers import XLMRobertaTokenizer

    pieces = [(name, 0.0) for name in SPECIAL[:4]] + [
        ("▁", -1.0),
        ("▁the", -2.0),
        ("▁dog", -2.0),
        ("s", -3.0),
        ("▁runs", -2.0),
        ("<mask>", 0.0),
    ]
    XLMRobertaTokenizer(vocab=pieces).save_pretrained(directory)


@pytest.mark.parametrize("make", [_bert, _xlm_r])
def test_an_existing_tokenizer_keeps_its_ids(tmp_path, make):
    from transformers import AutoTokenizer

    make(tmp_path / "theirs")
    make_vocab({"tokenizer": str(tmp_path / "theirs")}, {}, tmp_path / "vocab")
    ours, theirs = load_vocab(tmp_path / "vocab"), AutoTokenizer.from_pretrained(tmp_path / "theirs")
    for text in ("the dogs", "runs", f"the {theirs.mask_token} runs", ""):
        assert ours(text, "dog").input_ids == theirs(text, "dog").input_ids
    ((ids, _),) = encode_plain(ours, [f"the {theirs.mask_token} {theirs.cls_token} {theirs.sep_token}"])
    assert not set(ids) & (set(theirs.all_special_ids) - {theirs.unk_token_id})


def test_texts_are_never_truncated_by_an_adopted_tokenizer(tmp_path):
    _bert(tmp_path / "theirs")
    file = tmp_path / "theirs" / "tokenizer.json"
    cut = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    file.write_text(json.dumps(json.loads(file.read_text()) | {"truncation": cut}))
    make_vocab({"tokenizer": str(tmp_path / "theirs")}, {}, tmp_path / "vocab")
    ((ids, _),) = encode_plain(load_vocab(tmp_path / "vocab"), ["the dog runs " * 5])
    assert len(ids) == 15


def test_a_tokenizer_that_cannot_mask_is_refused(tmp_path):
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.WordLevel({"[UNK]": 0, "dog": 1}, unk_token="[UNK]"))
    PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="[UNK]").save_pretrained(tmp_path / "theirs")
    with pytest.raises(IsoglossError, match="lacks cls_token, sep_token, pad_token, mask_token"):
        make_vocab({"tokenizer": str(tmp_path / "theirs")}, {}, tmp_path / "vocab")
    with pytest.raises(IsoglossError, match="cannot be loaded"):
        make_vocab({"tokenizer": str(tmp_path / "nowhere")}, {}, tmp_path / "vocab")


def test_a_model_gets_the_tokenizer_files_and_no_manifest(vocab, tmp_path):
    copy_tokenizer(vocab, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in vocab.iterdir()} - {"artifact.json"}


def test_the_tokenizer_is_a_function_of_the_sentencepiece_model(vocab):
    rebuilt = tokenizer_of((vocab / "sentencepiece.model").read_bytes())
    assert rebuilt.backend_tokenizer.to_str() == load_vocab(vocab).backend_tokenizer.to_str()
