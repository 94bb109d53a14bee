"""Task data + vocab -> features: the rows of pieces that a model reads, with what is asked of them, as arrays on disk.

Made once for a task, a vocabulary and a length; all models and seeds map the same files into memory.

    {split}/{lang}/{array}.npy, split: train, translated, dev, test

    all        ids (cells,) pieces of all rows one after the other, special ones included; ends (rows,) where each row ends;
               record (rows,) which record of the split a row is of
    tag        word, place (words,): the cell of a row that stands for a word of its record; word_ends (rows,);
               label (cells,) of the first word that stands at a cell, NOTHING where none does
    classify   types (cells,); label (rows,)
    span       types (cells,); begin, end (cells,) the characters of the context that a piece covers, NOTHING outside the context;
               first, last (rows,) the cells of the answer, 0 (the first special piece) where the row has not all of it

label, first and last are there for training data only. The first piece of a word stands for it. A sentence that is too long for a row
is cut at word boundaries into several rows, so that every word gets a prediction (XTREME, utils_tag.py).
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .artifacts import atomic_directory, read_directory
from .errors import IsoglossError
from .languages import joiner
from .taskdata import read_taskdata
from .tasks import Record, Task, get_task
from .tasks.kinds import KINDS
from .vocab import encode_pairs, encode_plain, load_vocab, pair_template, vocab_fingerprint

TRAINING = ("train", "translated")
NOTHING = -1  # of a cell: no label is asked here, no character of the context is here
TYPES = {"begin": np.int32, "end": np.int32, "label": np.int16, "types": np.uint8, "ends": np.int64, "word_ends": np.int64}
CHUNK = 8192  # records that are tokenised at a time

Made = dict[str, list[int]]  # the arrays of one row


@dataclass(frozen=True)
class Features:
    """The rows of one language and split; `arrays` by name."""

    arrays: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.arrays["ends"])

    @cached_property
    def lengths(self) -> np.ndarray:
        """(rows,) cells of each."""
        return np.diff(self.arrays["ends"], prepend=0)

    def cells(self, row: int, name: str = "ids") -> np.ndarray:
        """What `name` says of the cells of one row."""
        return self._slice(row, name, self.arrays["ends"])

    def words(self, row: int, name: str) -> np.ndarray:
        """What `name` says of the words of one row."""
        return self._slice(row, name, self.arrays["word_ends"])

    def of(self, row: int, name: str) -> int:
        """What `name` says of a row."""
        return int(self.arrays[name][row])

    def _slice(self, row: int, name: str, ends: np.ndarray) -> np.ndarray:
        return self.arrays[name][ends[row - 1] if row else 0 : ends[row]]


Row = tuple[Features, int]


def rows_of(parts: Iterable[Features]) -> list[Row]:
    """The rows of several languages, one after the other."""
    return [(part, row) for part in parts for row in range(len(part))]


# ------------------------------------------------------------------------------------------------------------------ stage


def make_features(spec: Mapping[str, Any], *, taskdata: Path, vocab: Path, out: Path) -> None:
    """Write the directory artifact `features`.

    Args:
        spec: {task, max_length, stride, max_question}; the last two are for questions only.
    """
    task, tokenizer = get_task(spec["task"]), load_vocab(vocab)
    read_taskdata(task.name, taskdata)
    with atomic_directory(out, "features") as (directory, manifest):
        sizes: dict[str, dict[str, int]] = {}
        for split, lang in KINDS[task.kind].files(taskdata):
            records = KINDS[task.kind].read(taskdata, lang, split)
            features = collect(make_rows(task, records, lang, tokenizer, spec, split in TRAINING))
            place = directory / split / lang
            place.mkdir(parents=True)
            for name, array in features.arrays.items():
                np.save(place / f"{name}.npy", array, allow_pickle=False)
            sizes.setdefault(split, {})[lang] = len(features)
        manifest.update(task=task.name, vocab=vocab_fingerprint(vocab), pad=tokenizer.pad_token_id, rows=sizes)


def read_features(directory: Path, split: str, lang: str) -> Features:
    """Mapped into memory. Raises IsoglossError where the language has no such split."""
    place = Path(directory) / split / lang
    if not place.is_dir():
        languages = read_directory(directory, "features")["rows"].get(split, {})
        raise IsoglossError(str(directory), f"has no {split} of {lang}", f"there is {', '.join(languages) or 'none'}", "Choose another")
    # as plain arrays: a slice of a memmap costs more than the rest of padding
    return Features({path.stem: np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)) for path in sorted(place.glob("*.npy"))})


def collect(rows: Iterable[Made]) -> Features:
    """One array for each name out of those of the rows."""
    made: dict[str, list[np.ndarray]] = {}
    ends: dict[str, list[int]] = {"ends": [], "word_ends": []}
    for row in rows:
        for name, values in row.items():
            made.setdefault(name, []).append(np.asarray(values, TYPES.get(name, np.uint32)))
        for name, of in (("ends", "ids"), ("word_ends", "word")):
            if of in row:
                ends[name].append((ends[name][-1] if ends[name] else 0) + len(row[of]))
    arrays = {name: np.concatenate(values) for name, values in made.items()}
    return Features(arrays | {name: np.array(values, np.int64) for name, values in ends.items() if values or name == "ends"})


def make_rows(task: Task, records: Sequence[Record], lang: str, tokenizer, spec: Mapping[str, Any], training: bool) -> Iterator[Made]:
    """The arrays of each row, in the order of the records; with what is to be learnt, if `training`."""
    make = MAKERS[task.kind]
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        for number, row in make(task, chunk, lang, tokenizer, spec, training):
            yield {**row, "record": [start + number]}


# ------------------------------------------------------------------------------------------------------------------- words


def _tagged_rows(task: Task, records: Sequence[Record], lang: str, tokenizer, spec: Mapping[str, Any], training: bool):
    numbers = {label: k for k, label in enumerate(task.labels)}
    for record, ids, words, places in word_rows([record["tokens"] for record in records], lang, tokenizer, spec["max_length"]):
        made = {"ids": ids, "word": words, "place": places}
        yield record, made | ({"label": _labels(ids, words, places, [numbers[tag] for tag in records[record]["tags"]])} if training else {})


def _labels(ids: list[int], words: list[int], places: list[int], labels: list[int]) -> list[int]:
    at = {place: labels[word] for word, place in zip(reversed(words), reversed(places), strict=True)}
    return [at.get(cell, NOTHING) for cell in range(len(ids))]


def word_rows(
    sentences: Sequence[Sequence[str]], lang: str, tokenizer, max_length: int
) -> Iterator[tuple[int, list[int], list[int], list[int]]]:
    """(sentence, ids, words, places): rows for sentences of words, in order; each word of each sentence stands in exactly one row.

    places[k] is the index in ids of the piece that stands for word words[k]. A language that is written without spaces is tokenised as
    one string, as in pre-training; its words may share a piece.
    """
    pieces_of = _spaced_pieces if joiner(lang) else _unspaced_pieces
    last = max_length - 2  # the place of the last piece that fits
    for record, words in enumerate(sentences):
        pieces, place = pieces_of(list(words), tokenizer)
        start = 0
        while start < len(words):
            end = _last_that_fits(place, start, len(pieces), last)
            stop = place[end] if end < len(words) else len(pieces)
            body = pieces[place[start] : stop][:last]
            ids = [tokenizer.cls_token_id, *body, tokenizer.sep_token_id]
            yield record, ids, list(range(start, end)), [min(place[k] - place[start] + 1, len(body)) for k in range(start, end)]
            start = end


def _last_that_fits(place: list[int], start: int, pieces: int, room: int) -> int:
    """The end (exclusive) of the words that fit from `start`; at least one word, and never between words that share a piece."""
    best = 0
    for k in range(start + 1, len(place) + 1):
        if k == len(place) or place[k] > place[k - 1]:
            if best and (place[k] if k < len(place) else pieces) - place[start] > room:
                break
            best = k
    return best


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


# ------------------------------------------------------------------------------------------------------------------- pairs


def _pair_rows(task: Task, records: Sequence[Record], lang: str, tokenizer, spec: Mapping[str, Any], training: bool):
    texts = [(record["text_a"], record["text_b"]) for record in records]
    for record, (ids, types) in enumerate(encode_pairs(tokenizer, texts, spec["max_length"])):
        label = {"label": [task.labels.index(records[record]["label"])]} if training else {}
        yield record, {"ids": ids, "types": types} | label


# --------------------------------------------------------------------------------------------------------------- questions


def _span_rows(task: Task, records: Sequence[Record], lang: str, tokenizer, spec: Mapping[str, Any], training: bool):
    """Question and a window of the context in each row; windows begin `stride` pieces after each other (XTREME, third_party/run_squad.py)."""
    (before, between, after), types = pair_template(tokenizer)
    contexts = {text: number for number, text in enumerate(dict.fromkeys(record["context"] for record in records))}
    encoded = [(ids, _exact(text, spans)) for text, (ids, spans) in zip(contexts, encode_plain(tokenizer, list(contexts)), strict=True)]
    questions = encode_plain(tokenizer, [record["question"] for record in records])
    for number, (record, (asked, _)) in enumerate(zip(records, questions, strict=True)):
        pieces, spans = encoded[contexts[record["context"]]]
        head = [*before, *asked[: spec["max_question"]], *between]
        room = spec["max_length"] - len(head) - len(after)
        if room < 1:
            given = f"max_length {spec['max_length']} leaves no room beside a question of {spec['max_question']} pieces"
            raise IsoglossError(f"features of {task.name}", given, "", "Raise max_length, or lower max_question")
        answer = _answer_pieces(record, spans) if training else None
        for start in _windows(len(pieces), room, min(spec["stride"], room)):
            window = slice(start, start + room)
            shown = spans[window]
            row = {"ids": [*head, *pieces[window], *after]}
            row["types"] = [types[0]] * len(head) + [types[1]] * (len(shown) + len(after))
            outside = [NOTHING] * len(head), [NOTHING] * len(after)
            for place, side in enumerate(("begin", "end")):
                row[side] = [*outside[0], *(span[place] for span in shown), *outside[1]]
            if training:
                inside = answer and start <= answer[0] and answer[1] < start + len(shown)
                row["first"], row["last"] = ([len(head) + place - start if inside else 0] for place in answer or (0, 0))
            yield number, row


def _windows(pieces: int, room: int, stride: int) -> Iterator[int]:
    """Where windows begin, up to the one that reaches the end."""
    start = 0
    yield start
    while start + room < pieces:
        start += stride
        yield start


def _exact(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without the white space that SentencePiece counts to the piece behind it, and with marks that the tokenizer counts to none:
    where it composes e and an acute accent, the piece has the place of the e alone."""
    exact, limits = [], [*(start for start, _ in spans), len(text)][1:]
    for (start, end), limit in zip(spans, limits, strict=True):
        while start < end and text[start].isspace():
            start += 1
        while start < end < limit and _composed(text[start : end + 1]) == _composed(text[start:end]):
            end += 1
        exact.append((start, end))
    return exact


def _composed(text: str) -> int:
    """Characters after canonical composition."""
    return len(unicodedata.normalize("NFC", text))


def _answer_pieces(record: Record, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The first and last piece of the first answer that has a place; None where no piece covers it."""
    for answer in record["answers"]:
        start, end = answer["start"], answer["start"] + len(answer["text"])
        inside = [k for k, (first, last) in enumerate(spans) if first < end and last > start] if start >= 0 else []
        if inside:
            return inside[0], inside[-1]
    return None


MAKERS: dict[str, Callable[..., Iterator[tuple[int, Made]]]] = {"tag": _tagged_rows, "classify": _pair_rows, "span": _span_rows}
