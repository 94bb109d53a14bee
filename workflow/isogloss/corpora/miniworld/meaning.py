"""What a sentence says, with no language in it: things, events, sentences.

Every node has an id; grammars put it on the words that express it. A node has parts with ids of their own (`n1.def`, `e1.neg`).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from isogloss.corpora.miniworld.concepts import Concept


@dataclass(slots=True)
class Thing:
    """A participant: a concept, a name, an institution (a concept with a `seat`: the University of Berlin) or a pronoun for a person."""

    id: str
    concept: Concept
    plural: bool = False
    definite: bool = True
    count: str | None = None  # a numeral, or the quantifier `all` (then definite) or `some` (then not); then plural
    adjective: str | None = None
    owner: "Thing | None" = None
    own: "Owner | None" = None  # "his", "her", "their" own: the owner is the subject
    relative: "Event | None" = None  # "who reads": an event whose agent is this thing
    pronoun: bool = False
    family: Concept | None = None  # the family name after a person's name
    seat: "Thing | None" = None  # the city in the name of an institution

    @property
    def name(self) -> bool:
        """A bare name, with no article anywhere."""
        return bool(self.concept.split)

    @property
    def quantified(self) -> bool:
        return self.count in ("all", "some")

    def copy(self) -> "Thing":
        """A deep copy (concepts are never changed, so they are shared)."""
        return Thing(
            self.id,
            self.concept,
            self.plural,
            self.definite,
            self.count,
            self.adjective,
            self.owner and self.owner.copy(),
            self.own,
            self.relative and self.relative.copy(),
            self.pronoun,
            self.family,
            self.seat and self.seat.copy(),
        )  # in full, because dataclasses.replace takes several times as long

    def nodes(self) -> Iterator[str]:
        """The ids of everything inside: its own, those of owner and seat, of the relative clause and who is in it."""
        yield self.id
        for inner in (self.owner, self.seat):
            if inner:
                yield from inner.nodes()
        if self.relative:
            yield from self.relative.nodes()

    def concepts(self) -> list[str]:
        found = [] if self.pronoun else [self.concept.id]
        found += [id for id in (self.count, self.adjective, self.family and self.family.id) if id]
        if self.seat:
            found += self.seat.concepts()
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


PARTICIPANTS = ("object", "recipient", "companion", "tool", "vehicle", "place", "destination")


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

    def things(self) -> list[Thing]:
        """Who and what takes part, agents first."""
        others = (self.object, self.recipient, self.companion, self.tool, self.vehicle, self.place, self.destination)
        return [*self.agents, *(thing for thing in others if thing)]

    def copy(self) -> "Event":
        participants = {role: thing.copy() for role in PARTICIPANTS if (thing := getattr(self, role))}
        return replace(self, agents=[thing.copy() for thing in self.agents], content=self.content and self.content.copy(), **participants)

    def nodes(self) -> Iterator[str]:
        yield self.id
        for thing in self.things():
            yield from thing.nodes()
        if self.content:
            yield from self.content.nodes()

    def concepts(self) -> list[str]:
        found = [id for thing in self.things() for id in thing.concepts()]
        found += [id for id in (self.concept and self.concept.id, self.time, self.manner) if id]
        return found + (self.content.concepts() if self.content else [])


@dataclass(slots=True)
class Sentence:
    """One or two events of one topic; `link` joins them.

    A question is answered by yes or no, or asks for the participant `asked`: agent, object, recipient, place, destination or time
    (of the only event, which is not negated and has one agent).
    """

    topic: str
    events: list[Event]
    link: str | None = None
    question: bool = False
    asked: str | None = None

    def copy(self) -> "Sentence":
        return replace(self, events=[event.copy() for event in self.events])

    def concepts(self) -> list[str]:
        """The bag of what it is about: every concept and name, but no pronoun, number, tense or negation."""
        return sorted(id for event in self.events for id in event.concepts())

    def split(self) -> str:
        """train, dev or test (8 : 1 : 1), by the bag of concepts alone: tense, number or order cannot carry a sentence across."""
        bucket = hashlib.blake2b(" ".join(self.concepts()).encode(), digest_size=2).digest()[0] % 10
        return "test" if bucket == 0 else "dev" if bucket == 1 else "train"
