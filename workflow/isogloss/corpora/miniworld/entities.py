"""Named entities: which tokens belong to which name.

A name inside a name is no entity of its own: Berlin in "the University of Berlin" is part of an organisation.
"""

from collections.abc import Sequence

from isogloss.corpora.miniworld.grammar import Tokens
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing

LABELS = {"name.person": "PER", "name.city": "LOC", "name.org": "ORG"}

NAMING = ("PROPN", "ADP", "PUNCT")  # of a token in a name: not the "where" that asks for it


def named_things(sentence: Sentence) -> dict[str, tuple[str, str]]:
    """{meaning node: (id of the entity, PER | LOC | ORG)} of all names in a sentence."""
    found: dict[str, tuple[str, str]] = {}
    for event in sentence.events:
        for thing in _inside_event(event):
            if thing.seat:
                entity = (thing.id, "ORG")
                found |= {thing.id: entity, thing.seat.id: entity, f"{thing.seat.id}.of": entity}
            elif thing.name and not thing.pronoun:
                entity = (thing.id, LABELS[thing.concept.kind])
                found |= {thing.id: entity, f"{thing.id}.family": entity}
    return found


def bio_tags(sentence: Sentence, tokens: Tokens) -> list[str]:
    """One IOB2 tag a token."""
    entities, tags, last = named_things(sentence), [], ""
    for token in tokens:
        found = token.upos in NAMING and next((entities[node] for node in token.source if node in entities), None)
        entity, label = found or ("", "")
        tags.append(f"{'I' if entity == last else 'B'}-{label}" if entity else "O")
        last = entity
    return tags


def iob1(tags: Sequence[str]) -> list[str]:
    """IOB2 tags as CoNLL-2003 writes them: B- only where an entity directly follows another of its type."""
    return [f"I{tag[1:]}" if tag[0] == "B" and tag[1:] != before[1:] else tag for before, tag in zip(["O", *tags], tags, strict=False)]


def _inside_event(event: Event) -> list[Thing]:
    found = [thing for participant in event.things() for thing in _inside_thing(participant)]
    return found + (_inside_event(event.content) if event.content else [])


def _inside_thing(thing: Thing) -> list[Thing]:
    found = [thing] + (_inside_thing(thing.owner) if thing.owner else [])
    return found + (_inside_event(thing.relative) if thing.relative else [])
