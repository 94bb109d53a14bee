"""What the tests of the aligners share: a model of random weights, and pairs that are hard on programs."""

import random
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertModel

LANGUAGES = "en", "zh"
POISON = [
    (["The", "dog", "sees", "it"], ["狗", "看", "见"]),
    ([], ["狗"]),
    (["dog"], []),
    ([], []),
    (["|||", "a|||b", "|||"], ["|||", "狗"]),
    (["tab\tin", "line\nbreak", "next\x85", " "], ["\u2028", "u\u2028v", "狗"]),
    (["dog"], ["狗"]),
    (["dog"] * 1000, ["狗"] * 3),
    (["The", "dog", "sees", "it"], ["狗", "看", "见"]),
    (["<eps>", "0", "-1", "1-1"], ["</s>", "<mask>", "ſ", "ß"]),
    (["🇩🇪", "e\u0301", "\u200b", "\ufeff"], ["مرحبا", "👩‍👩‍👧‍👦"]),
    (["long"] * 2000, ["长"]),
]


class Corpus:
    """Pairs that can be read again, and that tell how often they were."""

    def __init__(self, pairs) -> None:
        self.pairs, self.read = pairs, 0

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self):
        self.read += 1
        yield from self.pairs


def make_bert(directory: Path, tokenizer, layers: int = 3, positions: int = 48) -> Path:
    """A BERT of random weights, large enough that states differ, with this tokenizer."""
    torch.manual_seed(5)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "initializer_range": 0.6}
    config = BertConfig(vocab_size=len(tokenizer), num_hidden_layers=layers, max_position_embeddings=positions, **sizes)
    BertModel(config, add_pooling_layer=False).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def translated(count: int, seed: int = 0, words: int = 12) -> list[tuple[list[str], list[str]]]:
    """Pairs in which word `sN` of the source is word `tN` of the target, none occurs twice, and the order is another."""
    rng, made = random.Random(seed), []
    for _ in range(count):
        meanings = rng.sample(range(words), rng.randrange(1, 7))
        made.append(([f"s{k}" for k in meanings], [f"t{k}" for k in rng.sample(meanings, len(meanings))]))
    return made


def right_links(pair: tuple[list[str], list[str]]) -> set[tuple[int, int]]:
    """The links between the words of a pair of `translated`."""
    src, tgt = pair
    return {(i, j) for i, word in enumerate(src) for j, other in enumerate(tgt) if word[1:] == other[1:]}


def put_on_path(monkeypatch, directory: Path, name: str, body: str) -> None:
    """A program of this name, the only one on PATH, that is this Python code."""
    program = directory / name
    program.write_text(f"#!{sys.executable}\n{body}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))
