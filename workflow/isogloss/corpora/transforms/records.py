"""A transform on the records of evaluation sets: what belongs to a token goes with it. One function for each shape of record.

    tag       {id, tokens, tags}                                         tags move along; BIO tags are made well-formed again
    classify  {id, text_a, text_b, label}                                each side by itself
    retrieve  {query: {id, text}, match: {id, text}}                     the foreign side only: the query is English
    align     {id, src, tgt, sure, possible}                             the side that is not English; links go with their tokens
    span      {id, context, question, answers: [{text, start}]}          answers are found again by the words they are made of
    mine      {side, id, text} or {gold: [query id, corpus id]}          the query side only: the corpus is English
    lexicon   {id, source, targets, used}                                each target by itself: the source is English

Ids stay those of the base language, so that predictions for the two can be compared record by record. A record that cannot be
carried over is dropped under a reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...languages import PIVOT, split_words
from ...metrics import entity_f1
from . import Transform
from .sentences import derive_text, gaps

Record = dict[str, Any]
BROKEN_ANSWER = "answer not contiguous"


def carry(kind: str, records: Iterable[Record], transform: Transform, lang: str) -> tuple[list[Record], dict[str, int]]:
    """(carried records, {reason: dropped}) of a task of this kind; `lang` is the base language or one derived from it."""
    kept: list[Record] = []
    lost: Counter[str] = Counter()
    for record in records:
        carried = CARRIERS[kind](record, transform, lang)
        if isinstance(carried, str):
            lost[carried] += 1
        else:
            kept.append(carried)
    return kept, dict(lost)


def _tagged(record: Record, transform: Transform, lang: str) -> Record:
    tokens, order = transform(record["tokens"])
    return {**record, "tokens": tokens, "tags": move_tags(record["tags"], order)}


def _pair(record: Record, transform: Transform, lang: str) -> Record:
    return {**record, **{side: derive_text(record[side], transform, lang) for side in ("text_a", "text_b")}}


def _translation(record: Record, transform: Transform, lang: str) -> Record:
    match = record["match"]
    return {**record, "match": {**match, "text": derive_text(match["text"], transform, lang)}}


def _linked(record: Record, transform: Transform, lang: str) -> Record:
    side = 0 if lang < PIVOT else 1  # sides stand in the order of their codes
    name = ("src", "tgt")[side]
    tokens, order = transform(record[name])
    place = {old: new for new, old in enumerate(order)}

    def moved(link: list[int]) -> list[int]:
        return [place[k] if at == side else k for at, k in enumerate(link)]

    return {**record, name: tokens, **{links: sorted(map(moved, record[links])) for links in ("sure", "possible")}}


def _answered(record: Record, transform: Transform, lang: str) -> Record | str:
    spans = split_words(record["context"], lang)
    tokens, order = transform([record["context"][start:end] for start, end in spans])
    before = gaps(tokens, lang)
    context, starts = "", []
    for gap, token in zip(before, tokens, strict=True):
        starts.append(len(context) + len(gap))
        context += gap + token
    place = {old: new for new, old in enumerate(order)}
    answers = []
    for answer in record["answers"]:
        old = _words_of(answer, record["context"], spans)
        new = sorted(place[k] for k in old)
        if new and new[-1] - new[0] + 1 == len(new):
            first, stop = starts[new[0]], starts[new[-1]] + len(tokens[new[-1]])
            answers.append({**answer, "text": context[first:stop], "start": first})
    if not answers:
        return BROKEN_ANSWER
    return {**record, "context": context, "question": derive_text(record["question"], transform, lang), "answers": answers}


def _mined(record: Record, transform: Transform, lang: str) -> Record:
    return {**record, "text": derive_text(record["text"], transform, lang)} if record.get("side") == "query" else record


def _entry(record: Record, transform: Transform, lang: str) -> Record:
    return {**record, "targets": list(dict.fromkeys(derive_text(target, transform, lang) for target in record["targets"]))}


CARRIERS: dict[str, Callable[[Record, Transform, str], Record | str]] = {
    "tag": _tagged,
    "classify": _pair,
    "retrieve": _translation,
    "align": _linked,
    "span": _answered,
    "mine": _mined,
    "lexicon": _entry,
}


def _words_of(answer: Record, context: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """The numbers of the words that an answer consists of; none if it starts or ends inside one."""
    start, end = answer["start"], answer["start"] + len(answer["text"])
    inside = [k for k, (first, last) in enumerate(spans) if first < end and last > start]
    whole = inside and context[spans[inside[0]][0] : spans[inside[-1]][1]] == answer["text"].strip()
    return inside if whole else []


# ------------------------------------------------------------------------------------------------------------------- tags


def move_tags(tags: Sequence[str], order: Sequence[int]) -> list[str]:
    """Tags in the order of their tokens. BIO tags: every run of one entity is B I I ..., an entity that was broken is several."""
    if not all(tag == "O" or tag[:2] in ("B-", "I-") for tag in tags):
        return [tags[k] for k in order]
    entity = entities(tags)
    moved: list[str] = []
    for place, k in enumerate(order):
        inside = place > 0 and entity[k] is not None and entity[order[place - 1]] == entity[k]
        moved.append(tags[k] if entity[k] is None else ("I-" if inside else "B-") + tags[k][2:])
    return moved


def entities(tags: Sequence[str]) -> list[int | None]:
    """The number of the entity that each token is part of, as `metrics.entity_f1` finds entities."""
    numbers: list[int | None] = [None] * len(tags)
    for number, (_, start, end) in enumerate(sorted(entity_f1.entities(tags), key=lambda entity: entity[1]), 1):
        numbers[start:end] = [number] * (end - start)
    return numbers
