"""What all engines share: real pairs, a tokenizer, token rows, the shape and the first weights of the model.

    tab-separated pairs --isogloss: bitext, vocab, tokens--> token store (ours) --> lists of ids (peers)

Every engine trains on rows `<s> x </s> </s> y </s>` of at most LENGTH tokens, made from one token store.
"""

import argparse
import gzip
import random
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

from isogloss.clean import CleanSettings
from isogloss.device import bf16_pays, choose_device
from isogloss.errors import IsoglossError
from isogloss.text import make_bitext, make_mono
from isogloss.tokens import TokenStore, make_bitext_tokens, make_mono_tokens, open_tokens
from isogloss.vocab import load_vocab, make_vocab, vocab_fingerprint

LENGTH = 128
HELD_OUT = 512  # pairs that nobody trains on
MASKED = 0.15
LARGEST_TRAINED = 32_000  # pieces that SentencePiece can learn from a few megabytes of text
XLMR_ROWS = 250_002
REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "bitext"
SHORT_PAIRS = 15_000  # Tatoeba pairs beside 22,500 of news: 45 to 50 tokens a pair, as in crawled bitext


@dataclass(frozen=True)
class Shape:
    """Layers, width and rows of the embedding; heads of 64, feed-forward of 4 times the width."""

    layers: int
    width: int
    vocabulary: int

    @classmethod
    def parse(cls, text: str) -> "Shape":
        """From "6x512/32k"."""
        found = re.fullmatch(r"(\d+)x(\d+)/(\d+)k", text)
        if not found or int(found[2]) % 64:
            raise IsoglossError("--size", text, "LAYERSxWIDTH/VOCABULARYk, the width a multiple of 64: 6x512/32k", "Correct it")
        return cls(int(found[1]), int(found[2]), XLMR_ROWS if found[3] == "250" else 1000 * int(found[3]))

    @property
    def trained_vocabulary(self) -> int:
        """Pieces of the tokenizer. What the softmax costs depends on its rows alone, so 250k rows need no tokenizer of that size."""
        return min(self.vocabulary, LARGEST_TRAINED)


@dataclass(frozen=True)
class Setup:
    """`rows`: token rows of the training pairs; `sides`: the same pairs as two sentences `<s> x </s>`; `held_out`: rows of others."""

    shape: Shape
    vocab: Path
    tokens: Path  # of the training pairs
    mono_tokens: dict[str, Path]
    language_pair: str
    tokenizer: object
    rows: list[list[int]]
    sides: list[tuple[list[int], list[int]]]
    held_out: list[list[int]]
    attention_dropout: float
    learning_rate: float
    seed: int

    @property
    def device(self) -> torch.device:
        return choose_device()

    @property
    def bf16(self) -> bool:
        return bf16_pays(self.device)

    @property
    def vocabulary(self) -> int:
        """Rows of the embedding, and of the softmax."""
        return max(self.shape.vocabulary, len(self.tokenizer))

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.rows)) / len(self.rows)

    @property
    def encoder(self) -> dict:
        """The section `encoder` of an isogloss config for this shape."""
        width = self.shape.width
        return {
            **{"architecture": "xlm-roberta", "vocab": "benchmark", "layers": self.shape.layers, "width": width},
            **{"heads": width // 64, "feed_forward": 4 * width, "dropout": 0.1, "max_length": LENGTH},
        }

    def masked_lm(self, attention: str = "sdpa"):
        """XLM-R with random weights, the same ones in every call. `attention`: transformers' "sdpa" or "eager"."""
        from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

        torch.manual_seed(self.seed)
        config = XLMRobertaConfig(
            vocab_size=self.vocabulary,
            num_hidden_layers=self.shape.layers,
            hidden_size=self.shape.width,
            num_attention_heads=self.shape.width // 64,
            intermediate_size=4 * self.shape.width,
            hidden_dropout_prob=0.1,
            attention_probs_dropout_prob=self.attention_dropout,
            max_position_embeddings=LENGTH + self.tokenizer.pad_token_id + 1,
            type_vocab_size=1,
            pad_token_id=self.tokenizer.pad_token_id,
            bos_token_id=self.tokenizer.cls_token_id,
            eos_token_id=self.tokenizer.sep_token_id,
        )
        model = XLMRobertaForMaskedLM(config)
        model.set_attn_implementation(attention)
        return model.to(self.device)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", default="6x512/32k", help="LAYERSxWIDTH/VOCABULARYk: 4x256/8k, 6x384/250k, 6x768/32k ...")
    parser.add_argument(
        "--pairs", type=Path, nargs="+", help="tab-separated pairs, plain or .gz (default: German-English news and Tatoeba)"
    )
    parser.add_argument("--languages", nargs=2, default=["en", "de"], help="codes of the two columns")
    parser.add_argument("--tokenizer", help="directory of a tokenizer to use instead of a trained vocabulary")
    parser.add_argument("--cache", type=Path, help="directory that keeps vocabulary and tokens for the next call (default: temporary)")
    parser.add_argument(
        "--attention-dropout", type=float, default=0.0, help="of all engines alike (default 0: fused attention of packed rows has none)"
    )
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=0)


def make_setup(options: argparse.Namespace, cache: Path) -> Setup:
    """Clean, learn the vocabulary and tokenise, or take these from `cache`. Raises IsoglossError where there are no pairs."""
    shape, columns = Shape.parse(options.size), options.languages
    lines = sorted(set(_lines(options.pairs)))  # sorted: the order of a set is no order
    random.Random(options.seed).shuffle(lines)
    if len(lines) < 4 * HELD_OUT:
        raise IsoglossError("--pairs", f"{len(lines)} different pairs", f"at least {4 * HELD_OUT}", "Give more")
    source = options.tokenizer or shape.trained_vocabulary
    key = zlib.crc32("\n".join([*columns, str(source), *lines]).encode())
    place = cache / f"{key:08x}"
    if not (place / "complete").exists():
        _make_artifacts(place, lines, columns, {"tokenizer": options.tokenizer} if options.tokenizer else _vocab_spec(shape))
    tokenizer = load_vocab(place / "vocab")
    sides = _sides(place / "train", place / "vocab")
    return Setup(
        shape=shape,
        vocab=place / "vocab",
        tokens=place / "train",
        mono_tokens={language: place / language for language in sorted(columns)},
        language_pair="-".join(sorted(columns)),
        tokenizer=tokenizer,
        rows=[_row(x, y, tokenizer) for x, y in sides],
        sides=[(_sentence(x, tokenizer), _sentence(y, tokenizer)) for x, y in sides],
        held_out=[_row(x, y, tokenizer) for x, y in _sides(place / "held", place / "vocab")],
        attention_dropout=options.attention_dropout,
        learning_rate=options.learning_rate,
        seed=options.seed,
    )


def _vocab_spec(shape: Shape) -> dict:
    size = shape.trained_vocabulary
    return {"size": size, "alpha": 0.7, "sentences": 1_000_000, "byte_fallback": False, "character_coverage": 0.9995}


def _lines(files: list[Path] | None) -> Iterator[str]:
    if files:
        for file in files:
            yield from _read(file)
    elif REAL.is_dir():
        short = list(_read(REAL / "manythings" / "deu-eng.tsv.gz"))
        yield from _read(REAL / "newstest" / "de-en.tsv.gz")
        yield from random.Random(0).sample(short, SHORT_PAIRS)
    else:
        raise IsoglossError("--pairs", "not given", "files with two tab-separated columns", f"Give some; {REAL} is not there")


def _read(file: Path) -> Iterable[str]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            return [line.rstrip("\n") for line in lines if line.count("\t") == 1]
    except OSError as error:
        raise IsoglossError(f"--pairs {file}", str(error), "a readable file", "Check the path") from error


def _make_artifacts(place: Path, lines: list[str], columns: list[str], vocab: dict) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name, part in (("held", lines[:HELD_OUT]), ("train", lines[HELD_OUT:])):
        (place / f"{name}.tsv").write_text("\n".join(part), encoding="utf-8")
    pair = "-".join(sorted(columns))
    corpora = {
        name: [{"id": name, "format": "tsv", "languages": columns, "paths": [place / f"{name}.tsv"], "limit": None}]
        for name in ("held", "train")
    }
    mono = {language: place / f"{language}.parquet" for language in columns}
    for language, path in mono.items():
        make_mono(language, corpora["train"], [], CleanSettings(), path)
    make_vocab(vocab, mono, place / "vocab")
    for language, path in mono.items():
        make_mono_tokens(language, path, place / "vocab", place / language)
    for name, corpus in corpora.items():
        make_bitext(pair, corpus, [], CleanSettings(), place / f"{name}.parquet")
        make_bitext_tokens(pair, place / f"{name}.parquet", place / "vocab", place / name)
    (place / "complete").touch()


def _sides(tokens: Path, vocab: Path) -> list[tuple[list[int], list[int]]]:
    source, target = open_tokens(tokens, vocab_fingerprint(vocab))
    pairs = zip(sentences(source), sentences(target), strict=True)
    return [_cut(x, y, LENGTH - 4) for x, y in pairs if x and y]


def sentences(store: TokenStore) -> Iterator[list[int]]:
    """The ids of every sentence of a store, without special tokens."""
    for row in range(len(store.lengths)):
        yield store[row][0].tolist()


def _cut(x: list[int], y: list[int], room: int) -> tuple[list[int], list[int]]:
    """Both sides in `room` tokens; what does not fit is cut from the longer one."""
    return x[: max(room - len(y), room - room // 2)], y[: max(room - len(x), room // 2)]


def _sentence(ids: list[int], tokenizer) -> list[int]:
    return [tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]


def _row(x: list[int], y: list[int], tokenizer) -> list[int]:
    return [*_sentence(x, tokenizer), tokenizer.sep_token_id, *y, tokenizer.sep_token_id]
