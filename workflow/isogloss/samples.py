"""Stage: bitext + links + vocab -> the word-positioned samples of ML-CTL (arXiv 2202.13083), for other code to train on.

    samples/{vocab}/{aligner}/{pair}.parquet    one row per unit of the links (links/units.py); x is the first language of the pair
        sent_x, word_x, start_x, end_x, sent_y, word_y, start_y, end_y
            the pieces start to end, inclusive, of sent spell word; [CLS] is piece 0

Of links by the aligner `dictionary` with `once` these are what the authors' release trains on, of other links the aligned words of the
text. Not taken over from the release: lower-cased text for a cased model, and words found inside of other words.
Our own training reads no samples: it finds the same units in links and token stores.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from .artifacts import ParquetWriter, atomic_path, iter_parquet, read_parquet_summary
from .errors import IsoglossError
from .languages import parse_pair
from .linked import LinkedRow, read_linked
from .tokens import CHUNK
from .vocab import encode_plain, load_vocab, vocab_fingerprint

SPECIALS = 2  # around a sentence: [CLS] and [SEP]
REASONS = ("long", "pieces", "unknown")
_NOT_SPACE = re.compile(r"\S")


def make_samples(pair: str, bitext: Path, links: Path, vocab: Path, spec: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """Write samples/{vocab}/{aligner}/{pair}.parquet and return its summary.

    A unit is dropped, and counted, for the first reason that applies: `long`, one of the sentences is longer than max_length; `pieces`, a
    word does not begin and end where pieces do; `unknown`, the vocabulary does not know a piece of a word.

    Args:
        bitext, links: the artifacts of the pair; row k of the links aligns row k of the bitext.
        spec: {aligner, once, max_length}: the kind of the aligner that made the links; for the aligner `dictionary`, whether it linked
            only what occurs once; the most pieces of a sentence, special ones included.
    Raises:
        IsoglossError: links of another text, or those of a dictionary without `once`.
    """
    variant = "dictionary" if spec["aligner"] == "dictionary" else "aligner"
    if variant == "dictionary" and not spec["once"]:
        given, allowed = "links of a dictionary without `once`", "ML-CTL takes words that occur once on both sides"
        raise IsoglossError(f"samples {pair}", given, allowed, "Set `once: true` for this aligner")
    tokenizer, dropped, rows_used = load_vocab(vocab), Counter[str](dict.fromkeys(REASONS, 0)), 0
    rows = (row for row in read_linked(pair, bitext, links) if row.units)
    with ParquetWriter(out, "samples") as writer:
        for row, sides in _encoded(rows, tokenizer):
            before = writer.rows
            for *source, first, last in row.units:
                made = _sample(sides, (row.span(0, *source), row.span(1, first, last)), spec["max_length"])
                if isinstance(made, str):
                    dropped[made] += 1
                else:
                    writer.append(made)
            rows_used += writer.rows > before
        writer.summary = {
            **{"variant": variant, "aligner": spec["aligner"], "max_length": spec["max_length"], "languages": list(parse_pair(pair))},
            **{"vocab": vocab_fingerprint(vocab), "links": read_parquet_summary(links, "links")["sha256"]},
            **{"sentence_pairs": rows_used, "dropped": dict(dropped)},
        }
    return writer.summary


def write_samples_tsv(samples: Path, out: Path) -> None:
    """Write samples in the form that ML-CTL's released code reads: the eight columns, parted by tabs, without a header."""
    with atomic_path(out) as made, made.open("w", encoding="utf-8", newline="\n") as file:
        for row in iter_parquet(samples, "samples"):
            file.write("\t".join(map(str, row)) + "\n")  # normalised text holds no tab and no line end


class _Sentence:
    """A sentence in pieces.

    Args:
        ids, spans: of all its pieces, without special ones, as `vocab.encode_plain` gives them.
        unknown: the id of what the vocabulary does not know.
    """

    def __init__(self, text: str, ids: Sequence[int], spans: Sequence[tuple[int, int]], unknown: int) -> None:
        self.text, self._ids, self._unknown = text, ids, unknown
        # A SentencePiece span may begin with the space before, or be nothing else: as in the token stores, it belongs to what follows.
        self._starts = [found.start() if (found := _NOT_SPACE.search(text, start)) else start for start, _ in spans]
        self._ends = [end for _, end in spans]

    @property
    def length(self) -> int:
        return len(self._ids) + SPECIALS

    def pieces(self, word: tuple[int, int]) -> range | None:
        """The pieces that spell the characters [start, end), as the vocabulary normalises them; None where one reaches over an end."""
        first, last = bisect_left(self._starts, word[0]), bisect_left(self._starts, word[1]) - 1
        inside = first <= last and max(self._ends[:first], default=0) <= word[0] and self._ends[last] <= word[1]
        return range(first, last + 1) if inside else None

    def knows(self, pieces: range) -> bool:
        return all(self._ids[piece] != self._unknown for piece in pieces)


def _sample(sides: Sequence[_Sentence], words: Sequence[tuple[int, int]], max_length: int) -> tuple[str | int, ...] | str:
    """The eight columns for a unit of two words, given by their characters; or the reason why there is no sample."""
    if any(side.length > max_length for side in sides):
        return "long"
    pieces = [here for side, word in zip(sides, words, strict=True) if (here := side.pieces(word)) is not None]
    if len(pieces) < len(words):
        return "pieces"
    if not all(side.knows(here) for side, here in zip(sides, pieces, strict=True)):
        return "unknown"
    return tuple(
        cell
        for side, (start, end), here in zip(sides, words, pieces, strict=True)
        for cell in (side.text, side.text[start:end], here[0] + 1, here[-1] + 1)  # behind [CLS]
    )


def _encoded(rows: Iterator[LinkedRow], tokenizer) -> Iterator[tuple[LinkedRow, tuple[_Sentence, _Sentence]]]:
    while chunk := list(islice(rows, CHUNK)):
        encoded = (encode_plain(tokenizer, [row.texts[side] for row in chunk]) for side in (0, 1))
        for row, *pieces in zip(chunk, *encoded, strict=True):
            left, right = (
                _Sentence(text, ids, spans, tokenizer.unk_token_id) for text, (ids, spans) in zip(row.texts, pieces, strict=True)
            )
            yield row, (left, right)
