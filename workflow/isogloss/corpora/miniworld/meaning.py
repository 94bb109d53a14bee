"""What a sentence says, with no language in it: things, events, sentences.

Every node has an id; grammars put it on the words that express it. A node has parts with ids of their own (`n1.def`, `e1.neg`).
"""

import hashlib
from dataclasses import dataclass, field

from isogloss.corpora.miniworld.concepts import Concept


@dataclass(slots=True)
class Thing:
    """A participant: a concept, a name (`name`: its concept is PERSON, CITY or ORG) or a pronoun for a person."""

    id: str
    concept: Concept
    plural: bool = False
    definite: bool = True
    count: str | None = None  # a numeral concept; then plural
    adjective: str | None = None
    owner: "Thing | None" = None
    own: "Owner | None" = None  # "his", "her", "their" own: the owner is the subject
    relative: "Event | None" = None  # "who reads": an event whose agent is this thing
    pronoun: bool = False

    @property
    def name(self) -> bool:
        return bool(self.concept.split)

    def concepts(self) -> list[str]:
        found = [] if self.pronoun else [self.concept.id]
        found += [id for id in (self.count, self.adjective) if id]
        if self.owner:
            found += self.owner.concepts()
        if self.relative:
            found += self.relative.concepts()[1:]  # its agent is this thing
        return found


@dataclass(slots=True)
class Owner:
    """What a language needs to say "own": the sex and the number of the subject."""

    sex: str
    plural: bool


@dataclass(slots=True)
class Event:
    """A clause. `frame`: i, t, d, m, s (a verb's own), is (agent + adjective), at (agent + place), exists (place + object)."""

    id: str
    frame: str
    concept: Concept | None  # the verb, or the adjective of `is`
    tense: str = "past"
    negated: bool = False
    agents: list[Thing] = field(default_factory=list)
    object: Thing | None = None
    recipient: Thing | None = None
    companion: Thing | None = None
    tool: Thing | None = None
    vehicle: Thing | None = None
    place: Thing | None = None
    destination: Thing | None = None
    time: str | None = None
    manner: str | None = None
    content: "Event | None" = None  # "that ..."

    @property
    def plural(self) -> bool:
        """Is the subject plural?"""
        return len(self.agents) > 1 or (self.agents[0].plural if self.agents else self.object.plural)

    def concepts(self) -> list[str]:
        others = (self.object, self.recipient, self.companion, self.tool, self.vehicle, self.place, self.destination)
        found = [id for thing in (*self.agents, *others) if thing for id in thing.concepts()]
        found += [id for id in (self.concept and self.concept.id, self.time, self.manner) if id]
        return found + (self.content.concepts() if self.content else [])


@dataclass(slots=True)
class Sentence:
    """One or two events of one topic; `link` joins them."""

    topic: str
    events: list[Event]
    link: str | None = None
    question: bool = False

    def concepts(self) -> list[str]:
        """The bag of what it is about: every concept and name, but no pronoun, number, tense or negation."""
        return sorted(id for event in self.events for id in event.concepts())

    def split(self) -> str:
        """train, dev or test (14 : 1 : 1), by the bag of concepts alone: tense, number or order cannot carry a sentence across."""
        bucket = hashlib.blake2b(" ".join(self.concepts()).encode(), digest_size=2).digest()[0] & 15
        return "test" if bucket == 0 else "dev" if bucket == 1 else "train"
