"""mono, bitext + vocab -> token stores: flat memory-mapped arrays that the training loop reads without copying.

    ids.bin      token ids of all sentences, one after the other, uint16 (uint32 for vocabularies of more than 65,536)
    words.bin    for each token the index of the word it starts in, uint16 (words as `languages.split_words` cuts them)
    offsets.npy  int64, sentence k is [offsets[k], offsets[k + 1])

A token that covers several words (Chinese pieces) bears the first one's index; it covers the words up to the next token's.
No special tokens are stored: objectives lay them out. A bitext has two stores, src/ and tgt/, of the same length.
"""

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .artifacts import atomic_directory, iter_parquet, read_directory
from .errors import IsoglossError
from .languages import split_words
from .vocab import encode_plain, load_vocab, vocab_fingerprint

CHUNK = 2048  # sentences tokenised at a time
_NOT_SPACE = re.compile(r"\S")
MAX_WORD = np.iinfo(np.uint16).max


def make_mono_tokens(lang: str, mono: Path, vocab: Path, out: Path) -> None:
    """Tokenise a mono artifact into a store directory."""
    with atomic_directory(out, "tokens") as (directory, manifest):
        texts = (text for text, _ in iter_parquet(mono, "mono"))
        manifest.update(
            vocab=vocab_fingerprint(vocab), stores={".": {"language": lang, **_write_store(directory, texts, lang, load_vocab(vocab))}}
        )


def make_bitext_tokens(pair: str, bitext: Path, vocab: Path, out: Path) -> None:
    """Tokenise both sides of a bitext artifact into src/ and tgt/; row k stays row k."""
    tokenizer = load_vocab(vocab)
    with atomic_directory(out, "tokens") as (directory, manifest):
        stores = {}
        for column, (side, lang) in enumerate(zip(("src", "tgt"), pair.split("-"), strict=True)):
            (directory / side).mkdir()
            texts = (row[column] for row in iter_parquet(bitext, "bitext"))
            stores[side] = {"language": lang, **_write_store(directory / side, texts, lang, tokenizer)}
        manifest.update(vocab=vocab_fingerprint(vocab), stores=stores)


def _write_store(directory: Path, texts: Iterable[str], lang: str, tokenizer) -> dict[str, Any]:
    size = len(tokenizer)
    dtype, digest, offsets, counts = np.dtype(np.uint16 if size <= 65_536 else np.uint32), hashlib.sha256(), [0], np.zeros(size, np.int64)
    with (directory / "ids.bin").open("wb") as id_file, (directory / "words.bin").open("wb") as word_file:
        for ids, words in encode_texts(texts, lang, tokenizer):
            block = np.asarray(ids, dtype)
            np.add.at(counts, block, 1)
            offsets.append(offsets[-1] + len(ids))
            digest.update(block.tobytes())
            id_file.write(block.tobytes())
            word_file.write(np.minimum(words, MAX_WORD).astype(np.uint16).tobytes())
    np.save(directory / "offsets.npy", np.asarray(offsets, np.int64))
    digest.update(np.asarray(offsets, np.int64).tobytes())
    return {
        "sentences": len(offsets) - 1,
        "tokens": offsets[-1],
        "unknown": int(counts[tokenizer.unk_token_id]),
        "unigram_entropy": _entropy(counts),
        "dtype": dtype.name,
        "sha256": digest.hexdigest(),
    }


def encode_texts(texts: Iterable[str], lang: str, tokenizer) -> Iterator[tuple[list[int], np.ndarray]]:
    """Yield (ids, word index of each id) per text, without special tokens."""
    stream = iter(texts)
    while chunk := list(itertools.islice(stream, CHUNK)):
        for text, (ids, spans) in zip(chunk, encode_plain(tokenizer, chunk), strict=True):
            yield ids, word_indices(text, spans, lang)


def word_indices(text: str, token_spans: list[tuple[int, int]], lang: str) -> np.ndarray:
    """For each token the index of the word that holds its first character which is not a space.

    Args:
        token_spans: (start, end) of each token in `text`, in code points; a SentencePiece span may start with the space before.
    """
    starts = np.asarray([start for start, _ in split_words(text, lang)] or [0])
    first = [found.start() if (found := _NOT_SPACE.search(text, start)) else start for start, _ in token_spans]
    return np.maximum(np.searchsorted(starts, np.asarray(first, np.int64), side="right") - 1, 0)


def _entropy(counts: np.ndarray) -> float:
    """Entropy in nats of the unigram distribution: what an encoder that knows only frequencies pays per token."""
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return float(-(shares * np.log(shares)).sum())


# -------------------------------------------------------------------------------------------------------------- reading


class TokenStore:
    """Read-only view of one store: `store[k] -> (ids, words)`; `store.lengths` (n,) in tokens."""

    def __init__(self, directory: Path, facts: dict[str, Any]) -> None:
        self.language: str = facts["language"]
        self.sha256: str = facts["sha256"]
        self.unigram_entropy: float = facts["unigram_entropy"]
        try:
            self.offsets = np.load(directory / "offsets.npy", mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise IsoglossError(
                str(directory / "offsets.npy"), f"cannot be read ({error})", "", "Delete the store and make it again"
            ) from error
        self.ids = self._map(directory / "ids.bin", np.dtype(facts["dtype"]), facts["tokens"])
        self.words = self._map(directory / "words.bin", np.dtype(np.uint16), facts["tokens"])
        if len(self.offsets) != facts["sentences"] + 1:
            raise IsoglossError(
                str(directory / "offsets.npy"),
                f"{len(self.offsets) - 1} sentences",
                f"expected {facts['sentences']}",
                "Delete the store and make it again",
            )

    @staticmethod
    def _map(path: Path, dtype: np.dtype, tokens: int) -> np.ndarray:
        size = path.stat().st_size if path.is_file() else -1
        if size != tokens * dtype.itemsize:
            raise IsoglossError(str(path), f"{size} bytes", f"expected {tokens * dtype.itemsize}", "Delete the store and make it again")
        return np.memmap(path, dtype, "r") if tokens else np.empty(0, dtype)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.offsets)

    def __getitem__(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        start, end = self.offsets[k], self.offsets[k + 1]
        return self.ids[start:end], self.words[start:end]


def open_tokens(path: str | Path, vocab: str | None = None) -> list[TokenStore]:
    """The stores of a tokens artifact: one for mono, [src, tgt] for a bitext.

    Raises IsoglossError if a file is cut short, or if the store was made with another vocab than the fingerprint `vocab`.
    """
    manifest = read_directory(path, "tokens")
    if vocab is not None and manifest["vocab"] != vocab:
        raise IsoglossError(
            str(path), f"was tokenised with the vocab {manifest['vocab'][:12]}", f"the vocab here is {vocab[:12]}", "Tokenise again"
        )
    return [TokenStore(Path(path) / name, facts) for name, facts in sorted(manifest["stores"].items())]
