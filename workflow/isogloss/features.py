"""Records -> rows of pieces: pairs of texts, and tagged sentences with which piece stands for which word.

The first piece of a word stands for it. A sentence that is too long for a row is cut at word boundaries into several rows, so
that every word gets a prediction (XTREME, utils_tag.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .languages import joiner
from .vocab import encode_pairs, encode_plain


@dataclass(frozen=True)
class Row:
    """ids (n,) with special tokens; places[k] is the index in ids of the piece that stands for word words[k] of record `record`."""

    record: int
    ids: list[int]
    words: list[int]
    places: list[int]


@dataclass(frozen=True)
class PairRow:
    """ids (n,) of record `record` with special tokens; types (n,) tells the sides apart where the tokenizer does."""

    record: int
    ids: list[int]
    types: list[int]


def pair_rows(pairs: Sequence[tuple[str, str]], tokenizer, max_length: int) -> Iterator[PairRow]:
    """One row a pair, in order (`vocab.encode_pairs`)."""
    for record, (ids, types) in enumerate(encode_pairs(tokenizer, pairs, max_length)):
        yield PairRow(record, ids, types)


def word_rows(sentences: Sequence[Sequence[str]], lang: str, tokenizer, max_length: int) -> Iterator[Row]:
    """Rows for sentences of words, in order; each word of each sentence stands in exactly one row.

    A language that is written without spaces is tokenised as one string, as in pre-training; its words may share a piece.
    """
    pieces_of = _spaced_pieces if joiner(lang) else _unspaced_pieces
    for record, words in enumerate(sentences):
        pieces, place = pieces_of(list(words), tokenizer)
        start = 0
        while start < len(words):
            end = _last_that_fits(place, start, len(pieces), max_length - 2)
            stop = place[end] if end < len(words) else len(pieces)
            body = pieces[place[start] : stop][: max_length - 2]
            ids = [tokenizer.cls_token_id, *body, tokenizer.sep_token_id]
            yield Row(record, ids, list(range(start, end)), [place[k] - place[start] + 1 for k in range(start, end)])
            start = end


def _last_that_fits(place: list[int], start: int, pieces: int, room: int) -> int:
    """The end (exclusive) of the words that fit from `start`; at least one word, and never between words that share a piece."""
    ends = [k for k in range(start + 1, len(place) + 1) if k == len(place) or place[k] > place[k - 1]]
    fitting = [k for k in ends if (place[k] if k < len(place) else pieces) - place[start] <= room]
    return fitting[-1] if fitting else ends[0]


def _spaced_pieces(words: list[str], tokenizer) -> tuple[list[int], list[int]]:
    pieces: list[int] = []
    place: list[int] = []
    for ids, _ in encode_plain(tokenizer, words):
        place.append(len(pieces))
        pieces += ids or [tokenizer.unk_token_id]
    return pieces, place


def _unspaced_pieces(words: list[str], tokenizer) -> tuple[list[int], list[int]]:
    ((ids, spans),) = encode_plain(tokenizer, ["".join(words)])
    ends = [end for _, end in spans]
    place, at, start = [], 0, 0
    for word in words:
        while at < len(ends) - 1 and ends[at] <= start:
            at += 1
        place.append(at)
        start += len(word)
    return ids or [tokenizer.unk_token_id], place
