"""What a sentence says, with no language in it: things, events, sentences.

Every node has an id; grammars put it on the words that express it. A node has parts with ids of their own (`n1.def`, `e1.neg`).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from isogloss.corpora.miniworld.concepts import CONCEPTS, Concept


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

    def gather(self, concepts: list[str], names: list["Thing"]) -> None:
        """Add what it is about to `concepts`, and the things inside that have a name, pronouns too, to `names`."""
        if self.concept.split:
            names.append(self)
        elif not self.pronoun:
            concepts.append(self.concept.id)
        if self.count:
            concepts.append(self.count)
        if self.adjective:
            concepts.append(self.adjective)
        for inner in (self.seat, self.owner):
            if inner:
                inner.gather(concepts, names)
        if self.relative:
            self.relative.gather(concepts, names, self.relative.things()[1:])  # its agent is this thing


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

    @property
    def often(self) -> bool:
        """Does its time say how often (always, sometimes), not when?"""
        return self.time is not None and CONCEPTS[self.time].frame == "frequency"

    def things(self) -> list[Thing]:
        """Who and what takes part, agents first."""
        others = (self.object, self.recipient, self.companion, self.tool, self.vehicle, self.place, self.destination)
        return self.agents + [thing for thing in others if thing]

    def copy(self) -> "Event":
        """A deep copy."""
        return Event(
            self.id,
            self.frame,
            self.concept,
            self.tense,
            self.negated,
            [thing.copy() for thing in self.agents],
            self.object and self.object.copy(),
            self.recipient and self.recipient.copy(),
            self.companion and self.companion.copy(),
            self.tool and self.tool.copy(),
            self.vehicle and self.vehicle.copy(),
            self.place and self.place.copy(),
            self.destination and self.destination.copy(),
            self.time,
            self.manner,
            self.content and self.content.copy(),
        )

    def nodes(self) -> Iterator[str]:
        yield self.id
        for thing in self.things():
            yield from thing.nodes()
        if self.content:
            yield from self.content.nodes()

    def gather(self, concepts: list[str], names: list[Thing], things: list[Thing] | None = None) -> None:
        """As `Thing.gather`, for the whole clause; `things`: those among its participants that count."""
        for thing in self.things() if things is None else things:
            thing.gather(concepts, names)
        if self.concept:
            concepts.append(self.concept.id)
        if self.time:
            concepts.append(self.time)
        if self.manner:
            concepts.append(self.manner)
        if self.content:
            self.content.gather(concepts, names)


@dataclass(slots=True)
class Sentence:
    """One or two events of one topic; `link` joins them.

    A question is answered by yes or no, or asks for the participant `asked`: agent, object, recipient, place, destination or time
    (of the only event, which is not negated and has one agent). `ids`: how many nodes have got an id, so that one more gets another.
    """

    topic: str
    events: list[Event]
    link: str | None = None
    question: bool = False
    asked: str | None = None
    ids: int = 0

    def copy(self) -> "Sentence":
        """A deep copy."""
        return Sentence(self.topic, [event.copy() for event in self.events], self.link, self.question, self.asked, self.ids)

    def gathered(self) -> tuple[list[str], list[Thing]]:
        """The concepts that it is about, but no names; and the things that have a name, or are pronouns for one."""
        concepts: list[str] = []
        names: list[Thing] = []
        for event in self.events:
            event.gather(concepts, names)
        return concepts, names

    def concepts(self) -> list[str]:
        """The bag of what it is about: every concept and name, but no pronoun, number, tense or negation."""
        concepts, named = self.gathered()
        names = [name.id for thing in named if not thing.pronoun for name in (thing.concept, thing.family) if name]
        return sorted(concepts + names)

    def split(self) -> str:
        """train, dev or test (8 : 1 : 1), by the bag of concepts alone: neither names nor tense, number or order can carry a sentence
        across."""
        return split_of(self.gathered()[0])


def split_of(concepts: list[str]) -> str:
    """The split of sentences about these concepts, in any order."""
    bucket = hashlib.blake2b(" ".join(sorted(concepts)).encode(), digest_size=2).digest()[0] % 10
    return "test" if bucket == 0 else "dev" if bucket == 1 else "train"
