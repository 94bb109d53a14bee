"""Draws meanings.

    topic -> event (who does what to whom, where, when, how) -> one or two events joined -> Sentence

Concepts are drawn by topic with Zipf-like weights, and by what a verb selects (one eats food, nurses treat patients), so that a
masked word can be predicted from its neighbours.
"""

import hashlib
import random as stdlib_random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES, RELATIVES, TOPICS, Concept
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing

ZIPF = 0.9  # weight of the k-th concept of a list is (k+1) ** -ZIPF
OFF_TOPIC = 0.03  # weight of a concept of another topic, relative to one of the topic

# How often things happen. Nothing reads these but this module: they are the shape of the world, the same in every language.
NAMED, ORGANISED, PRONOUN, SAME_AGENT = 0.22, 0.25, 0.05, 0.4
PLURAL, COUNTED, DESCRIBED, OWNED, OWN, RELATIVE, TWO_AGENTS = 0.18, 0.07, 0.3, 0.18, 0.5, 0.07, 0.07
PLACED, TIMED, MANNER, WITH_TOOL, BY_VEHICLE, ACCOMPANIED, CITY = 0.45, 0.5, 0.18, 0.4, 0.3, 0.12, 0.18
NEGATED, ASKED = 0.13, 0.06
FRAMES = (("verb", 0.78), ("is", 0.12), ("at", 0.04), ("exists", 0.06))
LINKS = ((None, 0.66), ("and", 0.12), ("but", 0.08), ("because", 0.14))
TENSES = (("past", 0.5), ("present", 0.35), ("future", 0.15))


class Random:
    """Choices built on `random.Random.random` only: its sequence is promised to stay the same in every Python."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self.random = stdlib_random.Random(int.from_bytes(digest[:8], "big")).random

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def below(self, count: int) -> int:
        return int(self.random() * count)

    def weighted(self, items: Sequence, cumulative: Sequence[float]):
        return items[bisect(cumulative, self.random() * cumulative[-1], 0, len(items) - 1)]


@dataclass(slots=True)
class Table:
    """Items with cumulative weights."""

    items: list
    cumulative: list[float]

    @classmethod
    def of(cls, weighted: Sequence[tuple[object, float]]) -> "Table":
        return cls([item for item, _ in weighted], list(accumulate(weight for _, weight in weighted)))

    def draw(self, random: Random):
        return random.weighted(self.items, self.cumulative)


def weight(rank: int, exponent: float = ZIPF) -> float:
    """(rank + 1) ** -exponent, rounded because the last bits of a power differ between C libraries."""
    return round((rank + 1) ** -exponent, 9)


def zipf(concepts: Sequence[Concept], topic: str) -> Table:
    """Concepts of the topic first, each list with its own ranks."""
    inside = [c for c in concepts if topic in c.topics]
    outside = [c for c in concepts if topic not in c.topics]
    share = OFF_TOPIC if inside else 1
    return Table.of([(c, weight(k)) for k, c in enumerate(inside)] + [(c, share * weight(k)) for k, c in enumerate(outside)])


class Meanings:
    """An endless stream of sentences of one split (train, dev, test)."""

    def __init__(self, random: Random, split: str) -> None:
        self.random, self.split = random, split
        self.tables: dict[tuple, Table] = {}
        self.names = {}
        for kind in ("name.person", "name.city", "name.org"):
            names = [c for c in NAMES.values() if c.kind == kind and c.split == split]
            self.names[kind] = Table.of([(c, weight(k, 0.5)) for k, c in enumerate(names)])
        self.topics = Table.of([(topic, weight(k, 0.3)) for k, topic in enumerate(TOPICS)])
        self.frames, self.links, self.tenses = Table.of(FRAMES), Table.of(LINKS), Table.of(TENSES)

    def __iter__(self) -> Iterator[Sentence]:
        while True:
            sentence = self.sentence()
            if sentence.split() == self.split:
                yield sentence

    # -- drawing concepts

    def among(self, classes: tuple[str, ...], topic: str) -> Concept:
        """A noun whose kind or id is one of `classes`."""
        key = (classes, topic)
        if key not in self.tables:
            wanted = [c for c in CONCEPTS.values() if c.noun and (c.kind in classes or c.id in classes)]
            self.tables[key] = zipf(wanted, topic)
        return self.tables[key].draw(self.random)

    def verb(self, topic: str, inner: bool) -> Concept:
        """A verb of the topic; an inner clause takes no "that" of its own."""
        key = ("verb", topic, inner)
        if key not in self.tables:
            verbs = [c for c in CONCEPTS.values() if c.kind == "verb" and topic in c.topics and not (inner and c.frame == "s")]
            self.tables[key] = zipf(verbs, topic)
        return self.tables[key].draw(self.random)

    def adjective(self, noun: Concept, topic: str) -> Concept | None:
        key = ("adj", noun.id, topic)
        if key not in self.tables:
            self.tables[key] = zipf([c for c in CONCEPTS.values() if c.kind == "adj" and c.fits(noun)], topic)
        return self.tables[key].draw(self.random) if self.tables[key].items else None

    def time(self, event: Event) -> str | None:
        """A time that fits the tense; no frequency beside a negation."""
        time = self.fixed("time", event.tense)
        return None if event.negated and CONCEPTS[time].frame == "frequency" else time

    def fixed(self, kind: str, label: str) -> str:
        """A numeral, a manner, or a time that fits a tense."""
        key = (kind, label)
        if key not in self.tables:
            fitting = [c for c in CONCEPTS.values() if c.kind == kind and label in (c.topics or (label,))]
            self.tables[key] = Table.of([(c, weight(k)) for k, c in enumerate(fitting)])
        return self.tables[key].draw(self.random).id

    def named(self, kind: str) -> Thing:
        return Thing(self.new("n"), self.names[kind].draw(self.random))

    def new(self, letter: str) -> str:
        self.nodes += 1
        return f"{letter}{self.nodes}"

    # -- drawing participants

    def thing(self, concept: Concept, topic: str, *, definite: float, countable: bool = False) -> Thing:
        """A noun phrase: its number, article and adjective."""
        chance = self.random.chance
        thing = Thing(self.new("n"), concept, definite=chance(definite))
        if not concept.mass:
            thing.plural = chance(PLURAL)
            if countable and chance(COUNTED):
                thing.plural, thing.count = True, self.fixed("number", "")
        if chance(DESCRIBED):
            adjective = self.adjective(concept, topic)
            thing.adjective = adjective.id if adjective else None
        return thing

    def agent(self, classes: tuple[str, ...], topic: str) -> Thing:
        chance = self.random.chance
        if "org" in classes and chance(ORGANISED):
            return self.named("name.org")
        if "person" in classes:
            if chance(NAMED):
                return self.named("name.person")
            if chance(PRONOUN):
                return self.pronoun(self.among(("person",), topic), chance(0.3))
        thing = self.thing(self.among(classes, topic), topic, definite=0.8, countable=True)
        if thing.definite and not thing.count and chance(RELATIVE):
            thing.relative = self.relative(thing, topic)
        return thing

    def pronoun(self, concept: Concept, plural: bool) -> Thing:
        return Thing(self.new("n"), concept, plural=plural, pronoun=True)

    def relative(self, thing: Thing, topic: str) -> Event | None:
        """An event of a plain verb that the thing can do."""
        verb = self.verb(topic, inner=True)
        if verb.frame not in "it" or not {thing.concept.kind, thing.concept.id} & set(verb.agents):
            return None
        tense = self.tenses.draw(self.random)
        event = Event(self.new("e"), verb.frame, verb, tense, agents=[Thing(thing.id, thing.concept, thing.plural)])
        if verb.frame == "t":
            event.object = self.thing(self.among(verb.objects, topic), topic, definite=0.6)
        return event

    def patient(self, classes: tuple[str, ...], topic: str, agents: list[Thing]) -> Thing:
        """The object: perhaps somebody's."""
        concept = self.other(classes, topic, (agents[0].concept,))
        thing = self.thing(concept, topic, definite=0.55, countable=concept.kind not in ("person", "animal"))
        if thing.count or (concept.kind == "person" and concept.id not in RELATIVES) or not self.random.chance(OWNED):
            return thing
        thing.definite = True
        first = agents[0].concept
        if self.random.chance(OWN) and first.sex:
            thing.own = Owner(first.sex, len(agents) > 1 or agents[0].plural)
        elif self.random.chance(0.5):
            thing.owner = self.somebody(topic, (first,), 1.0)
        else:
            owner = self.other(("person",), topic, (first, concept))
            thing.owner = Thing(self.new("n"), owner, plural=self.random.chance(0.15))
        return thing

    def other(self, classes: tuple[str, ...], topic: str, taken: tuple[Concept, ...]) -> Concept:
        """A concept that the clause does not have yet."""
        concept = self.among(classes, topic)
        while concept in taken:
            concept = self.among(classes, topic)
        return concept

    def somebody(self, topic: str, taken: tuple[Concept, ...], named: float) -> Thing:
        """A recipient or companion who is not one of the others."""
        if not self.random.chance(named):
            return self.thing(self.other(("person",), topic, taken), topic, definite=0.8)
        thing = self.named("name.person")
        while thing.concept in taken:
            thing = self.named("name.person")
        return thing

    def location(self, topic: str) -> Thing:
        if self.random.chance(CITY):
            return self.named("name.city")
        place = Thing(self.new("n"), self.among(("place",), topic))
        if self.random.chance(0.12):
            adjective = self.adjective(place.concept, topic)
            place.adjective = adjective.id if adjective else None
        return place

    # -- drawing events

    def event(self, topic: str, *, inner: bool = False, before: list[Thing] | None = None) -> Event:
        """`before`: the agents of an earlier event, to whom a pronoun may point."""
        frame = self.frames.draw(self.random)
        while inner and frame in ("at", "exists"):
            frame = self.frames.draw(self.random)
        if frame == "verb":
            return self.action(topic, inner, before)
        event = Event(self.new("e"), frame, None, self.tenses.draw(self.random), self.random.chance(NEGATED))
        if frame == "is":
            self.describe(event, topic)
            return event
        event.place = self.location(topic)
        if frame == "at":
            event.agents = [self.agent(("person", "animal"), topic)]
        else:
            kinds = ("person", "animal", "thing", "furniture", "plant", "vehicle")
            event.object = self.thing(self.among(kinds, topic), topic, definite=0)
        return event

    def describe(self, event: Event, topic: str) -> None:
        """The book is new."""
        subject = None
        while subject is None or event.concept is None:
            kinds = ("person", "animal", "food", "readable", "clothing", "vehicle", "place", "issue", "performance", "contest", "text")
            subject = self.thing(self.among(kinds, topic), topic, definite=1)
            subject.adjective = None
            event.concept = self.adjective(subject.concept, topic)
        if subject.concept.kind == "person" and self.random.chance(NAMED):
            subject = self.named("name.person")
        event.agents = [subject]
        if event.concept.frame == "state" and self.random.chance(TIMED):
            event.time = self.time(event)

    def action(self, topic: str, inner: bool, before: list[Thing] | None) -> Event:
        chance = self.random.chance
        verb = self.verb(topic, inner)
        event = Event(self.new("e"), verb.frame, verb, self.tenses.draw(self.random), chance(NEGATED))
        if before and len(before) == 1 and before[0].concept.sex and "person" in verb.agents and chance(SAME_AGENT):
            event.agents = [self.pronoun(before[0].concept, before[0].plural)]
        else:
            event.agents = [self.agent(verb.agents, topic)]
            if "person" in verb.agents and not event.agents[0].relative and not event.agents[0].pronoun and chance(TWO_AGENTS):
                event.agents.append(self.somebody(topic, (event.agents[0].concept,), NAMED))
        self.fill(event, topic)
        if verb.frame == "s":
            event.content = self.event(topic, inner=True, before=event.agents)
            event.negated = event.negated and chance(0.5)
        else:
            self.circumstances(event, topic, inner)
        return event

    def fill(self, event: Event, topic: str) -> None:
        """The participants that the frame of the verb demands."""
        verb = event.concept
        if event.frame in "td":
            event.object = self.patient(verb.objects, topic, event.agents)
        if event.frame == "d":
            event.recipient = self.somebody(topic, (event.agents[0].concept, event.object.concept), NAMED)
        if event.frame == "m":
            event.destination = self.location(topic)

    def circumstances(self, event: Event, topic: str, inner: bool) -> None:
        chance = self.random.chance
        if event.frame in "itd" and chance(PLACED):
            event.place = self.location(topic)
        if chance(TIMED):
            event.time = self.time(event)
        if event.concept.tools and chance(WITH_TOOL):
            event.tool = Thing(self.new("n"), self.among(event.concept.tools, topic), definite=chance(0.4))
        elif event.frame == "m" and "person" in event.concept.agents and event.agents[0].concept.kind != "animal" and chance(BY_VEHICLE):
            event.vehicle = Thing(self.new("n"), self.among(("vehicle",), topic))
        elif event.agents[0].concept.sex and event.frame in "im" and chance(ACCOMPANIED):
            event.companion = self.somebody(topic, tuple(agent.concept for agent in event.agents), 0.5)
        elif not inner and chance(MANNER):
            event.manner = self.fixed("manner", event.frame)

    def sentence(self) -> Sentence:
        self.nodes = 0
        topic = self.topics.draw(self.random)
        sentence = Sentence(topic, [self.event(topic)])
        if sentence.events[0].content is None:
            sentence.link = self.links.draw(self.random)
            if sentence.link:
                sentence.events.append(self.event(topic, inner=True, before=sentence.events[0].agents))
            elif not sentence.events[0].negated and sentence.events[0].frame != "exists":
                sentence.question = self.random.chance(ASKED)
        return sentence
