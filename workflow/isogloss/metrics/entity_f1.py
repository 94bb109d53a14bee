"""The score of named entity recognition: micro F1 over entities, as conlleval counts them (seqeval's default), and strictly.

A token opens an entity if its tag is B-x, or I-x after O, after another type or at the start of the sentence. An entity ends before
O, B-, another type and the end of the sentence. An entity is right if type, start and end are those of a gold entity.

entity_f1, entity_precision, entity_recall  as above
entity_f1_strict                            only entities that B- opened count, in gold and in predictions (seqeval's strict IOB2)
"""

from collections.abc import Sequence
from typing import Any

from . import Scoring
from .spans import Span, Tags, precision_recall_f1, span_counts


def entities(tags: Tags) -> set[Span]:
    """{(type, start, end)} of one sentence of BIO tags, end exclusive; the type is what follows the first hyphen."""
    found, start = set(), 0
    for end in range(1, len(tags) + 1):
        if end == len(tags) or not _goes_on(tags[start], tags[end]):
            if tags[start] != "O":
                found.add((_type(tags[start]), start, end))
            start = end
    return found


def strict_entities(tags: Tags) -> set[Span]:
    """Those of `entities` that B- opened."""
    return {entity for entity in entities(tags) if tags[entity[1]].startswith("B-")}


def entity_counts(pairs: Sequence[tuple[Tags, Tags]]) -> dict[str, Any]:
    """{conll: {tp, fp, fn}, strict: {tp, fp, fn}} over (gold tags, predicted tags) of each sentence."""
    return {"conll": span_counts(pairs, entities), "strict": span_counts(pairs, strict_entities)}


def entity_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `entity_counts`, in percent; 0/0 is 0."""
    precision, recall, f1 = precision_recall_f1(**counts["conll"])
    *_, strict = precision_recall_f1(**counts["strict"])
    return {"entity_f1": f1, "entity_f1_strict": strict, "entity_precision": precision, "entity_recall": recall}


def _goes_on(first: str, tag: str) -> bool:
    """Whether `tag` continues the entity whose first tag is `first`; O is of no type."""
    return tag.startswith("I-") and _type(tag) == _type(first)


def _type(tag: str) -> str:
    return tag.partition("-")[2]


ENTITIES = Scoring(entity_counts, entity_metrics)
