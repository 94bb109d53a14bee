"""Word-positioned samples: against every run of pieces of the sentence tokenised alone, for vocabularies of two families."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.artifacts import KINDS, ParquetWriter, iter_parquet, read_parquet_summary
from isogloss.corpora.transforms.sentences import words
from isogloss.dictionaries import make_dictionary
from isogloss.errors import IsoglossError
from isogloss.languages import split_words
from isogloss.links import make_links
from isogloss.links.stage import write_links
from isogloss.samples import make_samples, write_samples_tsv
from isogloss.vocab import load_vocab, make_vocab, vocab_fingerprint

SPEC = {"aligner": "hmm", "once": None, "max_length": 128}
BERT_PIECES = "[PAD] [UNK] [CLS] [SEP] [MASK] dog ##s cat ##dog . don ##don ' t 猫 狗 c ##c ##a ##t".split()


@pytest.fixture(scope="module")
def wordpiece(tmp_path_factory):
    """The vocab artifact of a cased WordPiece tokenizer in BERT's layout."""
    from transformers import BertTokenizerFast

    directory = tmp_path_factory.mktemp("bert")
    (directory / "vocab.txt").write_text("\n".join(BERT_PIECES), "utf-8")
    BertTokenizerFast(str(directory / "vocab.txt"), do_lower_case=False).save_pretrained(directory / "published")
    make_vocab({"tokenizer": str(directory / "published")}, {}, directory / "vocab")
    return directory / "vocab"


def linked(directory: Path, pair: str, *rows: tuple[str, str, list[tuple[int, int]]]) -> tuple[Path, Path]:
    """The bitext and the links of (source, target, links), without stop words."""
    directory.mkdir(exist_ok=True)
    with ParquetWriter(directory / "bitext", "bitext") as writer:
        for src, tgt, _ in rows:
            writer.append((src, tgt, "c"))
    sides = [tuple(words(text, lang) for text, lang in zip(row, pair.split("-"), strict=False)) for row in rows]
    write_links(directory / "links", pair.split("-"), [], [(side, row[2]) for side, row in zip(sides, rows, strict=True)])
    return directory / "bitext", directory / "links"


def spellings(text: str, tokenizer) -> dict[tuple[str, str], tuple[int, int]]:
    """(the text before, the text itself) without spaces -> the longest run (start, end) that spells it, with [CLS] = 0."""
    ids = tokenizer(text)["input_ids"]
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for start in range(1, len(ids) - 1):
        for end in range(start, len(ids) - 1):
            key = (spelt(ids[1:start], tokenizer), spelt(ids[start : end + 1], tokenizer))
            found[key] = max(found.get(key, (start, end)), (start, end), key=lambda run: run[1] - run[0])
    return found


def spelt(ids: list[int], tokenizer) -> str:
    """What pieces say, without any space; the one word that no vocabulary here knows is Ω."""
    pieces = ("Ω" if piece == tokenizer.unk_token else piece for piece in tokenizer.convert_ids_to_tokens(ids))
    return "".join(piece.removeprefix("##").replace("▁", "") for piece in pieces)


def expected_samples(bitext: Path, links: Path, languages: list[str], tokenizer, max_length: int) -> list[tuple]:
    """By brute force: per unit, the run of pieces of each sentence that spells its words behind what spells the words before."""
    samples = []
    for (*texts, _), (_, _, flat) in zip(iter_parquet(bitext, "bitext"), iter_parquet(links, "links"), strict=True):
        runs = [spellings(text, tokenizer) for text in texts]
        short = all(len(tokenizer(text)["input_ids"]) <= max_length for text in texts)
        for k in range(0, len(flat), 4):
            row = []
            for text, run, lang, first, last in zip(texts, runs, languages, flat[k : k + 4 : 2], flat[k + 1 : k + 4 : 2], strict=True):
                spans = split_words(text, lang)
                before, word = text[: spans[first][0]], text[spans[first][0] : spans[last][1]]
                row += [text, word, *run.get((before.replace(" ", ""), word.replace(" ", "")), (None, None))]
            if short and None not in row and "Ω" not in (row[1], row[5]):
                samples.append(tuple(row))
    return samples


@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
def test_pieces_of_the_toy_world_spell_the_words_and_no_unit_that_can_be_spelt_is_left_out(pair, toy, tokenizer, tmp_path):
    summary = make_samples(pair, toy.text(pair), toy.links()[pair], toy.vocab, SPEC | {"max_length": 14}, tmp_path / "out")
    samples = list(iter_parquet(tmp_path / "out", "samples"))
    assert samples == expected_samples(toy.text(pair), toy.links()[pair], pair.split("-"), tokenizer, 14)
    dropped, units = summary["dropped"], read_parquet_summary(toy.links()[pair], "links")["units"]
    assert len(samples) + sum(dropped.values()) == units and len(samples) > 200 and dropped["long"] > 0
    assert (dropped["pieces"] > 0) == (pair == "en-zh")  # Chinese pieces cover several words
    assert summary["sentence_pairs"] == len({(row[0], row[4]) for row in samples})


text = st.lists(
    st.sampled_from(["dog", "dogs", "dogdog", "cat", "cats", "don't", " Ω ", "狗", "猫", ".", " ", " "]), min_size=1, max_size=8
)


@settings(max_examples=60)
@given(st.data())
def test_pieces_of_a_wordpiece_vocabulary_spell_the_words(wordpiece, tmp_path_factory, data):
    tokenizer, directory, rows = load_vocab(wordpiece), tmp_path_factory.mktemp("samples"), []
    for _ in range(2):
        src, tgt = (" ".join("".join(data.draw(text)).split()) or "." for _ in range(2))
        count = min(len(words(src, "en")), len(words(tgt, "zh")))
        rows.append((src, tgt, [(k, count - 1 - k) for k in range(count)]))
    bitext, links = linked(directory, "en-zh", *rows)
    summary = make_samples("en-zh", bitext, links, wordpiece, SPEC, directory / "out")
    assert list(iter_parquet(directory / "out", "samples")) == expected_samples(bitext, links, ["en", "zh"], tokenizer, 128)
    assert set(summary["dropped"]) == {"long", "pieces", "unknown"}


def test_a_sample_by_hand(wordpiece, tmp_path):
    row = ("don't dogs", "猫dog狗狗.", [(0, 0), (1, 2), (1, 3)])
    summary = make_samples(
        "en-zh", *linked(tmp_path, "en-zh", row, ("Ω cat", "狗 猫", [(0, 0), (1, 1)])), wordpiece, SPEC, tmp_path / "out"
    )
    assert list(iter_parquet(tmp_path / "out", "samples")) == [
        ("don't dogs", "don't", 1, 3, "猫dog狗狗.", "猫", 1, 1),
        ("don't dogs", "dogs", 4, 5, "猫dog狗狗.", "狗狗", 3, 4),
        ("Ω cat", "cat", 2, 2, "狗 猫", "猫", 2, 2),
    ]
    assert summary == {
        **{"variant": "aligner", "aligner": "hmm", "max_length": 128, "languages": ["en", "zh"], "sentence_pairs": 2},
        **{"vocab": vocab_fingerprint(wordpiece), "links": read_parquet_summary(tmp_path / "links", "links")["sha256"]},
        "dropped": {"long": 0, "pieces": 0, "unknown": 1},
    }


def test_a_word_that_begins_or_ends_inside_of_a_piece_is_dropped(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁bread", "▁我面", "包", "▁", "面", "包吃"]
    backend = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=3))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    names = {"cls_token": "<s>", "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>"}
    PreTrainedTokenizerFast(tokenizer_object=backend, **names).save_pretrained(tmp_path / "published")
    make_vocab({"tokenizer": str(tmp_path / "published")}, {}, tmp_path / "vocab")
    bread = [("bread", text, [(0, text.index("面")), (0, text.index("包"))]) for text in ("我面包", "面包", "面包吃")]
    summary = make_samples("en-zh", *linked(tmp_path, "en-zh", *bread), tmp_path / "vocab", SPEC, tmp_path / "out")
    assert list(iter_parquet(tmp_path / "out", "samples")) == [("bread", "bread", 1, 1, "面包", "面包", 1, 3)]  # ▁ 面 包
    assert summary["dropped"] == {"long": 0, "pieces": 2, "unknown": 0}


@pytest.mark.parametrize(("max_length", "kept"), [(5, 0), (6, 1)])
def test_the_limit_counts_the_special_pieces(max_length, kept, wordpiece, tmp_path):
    files = linked(tmp_path, "de-en", ("dog", "dog cat cat cat", [(0, 0)]))
    summary = make_samples("de-en", *files, wordpiece, SPEC | {"max_length": max_length}, tmp_path / "out")
    assert len(list(iter_parquet(tmp_path / "out", "samples"))) == kept == 1 - summary["dropped"]["long"]


def test_dictionary_links_must_be_of_words_that_occur_once(wordpiece, tmp_path):
    bitext, _ = linked(tmp_path, "de-en", ("cat dog dogs", "dog cat", []), ("cat cat", "cat", []), ("cats", "cat", []))
    (tmp_path / "list").write_text("cat\tcat\n", encoding="utf-8")
    make_dictionary("de-en", [{"path": tmp_path / "list", "languages": ["de", "en"], "split": "train"}], tmp_path / "dictionary")
    once = {"aligner": "dictionary", "once": True}
    make_links("de-en", bitext, once, tmp_path / "hits", tmp_path / "dictionary")
    # In a text so small every word is frequent, and the units leave out stop words: so they are set aside here.
    with ParquetWriter(tmp_path / "links", "links") as writer:
        for src, tgt, _ in iter_parquet(tmp_path / "hits", "links"):
            writer.append((src, tgt, [place for i, j in zip(src, tgt, strict=True) for place in (i, i, j, j)]))
    summary = make_samples("de-en", bitext, tmp_path / "links", wordpiece, SPEC | once, tmp_path / "out")
    assert list(iter_parquet(tmp_path / "out", "samples")) == [("cat dog dogs", "cat", 1, 1, "dog cat", "cat", 2, 2)]
    assert summary["variant"] == summary["aligner"] == "dictionary"
    with pytest.raises(IsoglossError, match=r"samples de-en: links of a dictionary without `once`"):
        make_samples("de-en", bitext, tmp_path / "links", wordpiece, SPEC | {"aligner": "dictionary", "once": False}, tmp_path / "no")
    with pytest.raises(IsoglossError, match="has other rows"):
        make_samples("de-en", bitext, linked(tmp_path / "x", "de-en")[1], wordpiece, SPEC, tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_the_tab_separated_form_has_a_line_of_eight_columns_per_sample(toy, tmp_path):
    make_samples("en-zh", toy.text("en-zh"), toy.links()["en-zh"], toy.vocab, SPEC, tmp_path / "out")
    write_samples_tsv(tmp_path / "out", tmp_path / "out.tsv")
    lines = (tmp_path / "out.tsv").read_bytes().decode().split("\n")
    assert lines.pop() == ""
    rows = [tuple(map(str, row)) for row in iter_parquet(tmp_path / "out", "samples")]
    assert [tuple(line.strip().split("\t")) for line in lines] == rows  # as the release reads them
    assert len(KINDS["samples"].columns) == 8 == len(rows[0])
