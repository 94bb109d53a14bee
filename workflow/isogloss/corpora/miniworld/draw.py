"""Draws meanings.

    topic -> event (who does what to whom, where, when, how) -> one or two events joined -> Sentence

Concepts are drawn by topic with Zipf-like weights, and by what a verb selects (one eats food, nurses treat patients), so that a
masked word can be predicted from its neighbours.
"""

import hashlib
import random as stdlib_random
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from isogloss.corpora.miniworld.concepts import CONCEPTS, INSTITUTIONS, NAMES, OPEN, RELATIVES, TOPICS, Concept
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing

ZIPF = 0.9  # weight of the k-th concept of a list is (k+1) ** -ZIPF
OFF_TOPIC = 0.03  # weight of a concept of another topic, relative to one of the topic

# How often things happen. Nothing reads these but this module: they are the shape of the world, the same in every language.
NAMED, ORGANISED, PRONOUN, SAME_AGENT = 0.22, 0.25, 0.05, 0.4
FAMILY, INSTITUTE, INSTITUTION_AGENT = 0.35, 0.12, 0.35
PLURAL, COUNTED, QUANTIFIED, DESCRIBED, OWNED, OWN, RELATIVE, TWO_AGENTS = 0.18, 0.07, 0.06, 0.3, 0.18, 0.5, 0.07, 0.07
PLACED, TIMED, MANNER, WITH_TOOL, BY_VEHICLE, ACCOMPANIED, CITY = 0.45, 0.5, 0.18, 0.4, 0.3, 0.12, 0.18
NEGATED, ASKED = 0.13, 0.06
OF_SEVERAL = ("compare", "count_v")  # one compares prices, not a price
FRAMES = (("verb", 0.78), ("is", 0.12), ("at", 0.04), ("exists", 0.06))
LINKS = ((None, 0.66), ("and", 0.12), ("but", 0.08), ("because", 0.14))
TENSES = (("past", 0.5), ("present", 0.35), ("future", 0.15))


NOUNS = [c for c in CONCEPTS.values() if c.noun]
VERBS = [c for c in CONCEPTS.values() if c.kind == "verb"]
ADJECTIVES = [c for c in CONCEPTS.values() if c.kind == "adj"]


class Random:
    """Choices built on `random.Random.random` only: its sequence is promised to stay the same in every Python."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self.random = random = stdlib_random.Random(int.from_bytes(digest[:8], "big")).random
        self.chance: Callable[[float], bool] = lambda probability: random() < probability  # the most frequent call of all

    def below(self, count: int) -> int:
        return int(self.random() * count)


class Table:
    """Items drawn in proportion to their weights."""

    def __init__(self, weighted: Sequence[tuple[Any, float]]) -> None:
        self.items = [item for item, _ in weighted]
        sums = list(accumulate(weight for _, weight in weighted))
        self.bounds = [sum / sums[-1] for sum in sums]  # the last is 1, and what is drawn is less

    def draw(self, random: Random) -> Any:
        return self.items[bisect_right(self.bounds, random.random())]


def weight(rank: int, exponent: float = ZIPF) -> float:
    """(rank + 1) ** -exponent, rounded because the last bits of a power differ between C libraries."""
    return round((rank + 1) ** -exponent, 9)


class Tables:
    """What can be drawn where, with which weight; made on demand and shared by all streams of a world.

    Args:
        factors: {concept: factor on how often it is drawn}, 1 where absent; where they leave nothing to draw they do not count.
    """

    def __init__(self, factors: Mapping[str, float] | None = None) -> None:
        self.factors = factors or {}
        self.made: dict[tuple, Table] = {}
        self.topics = Table([(topic, weight(k, 0.3)) for k, topic in enumerate(TOPICS)])
        self.frames, self.links, self.tenses = Table(FRAMES), Table(LINKS), Table(TENSES)

    def nouns(self, classes: tuple[str, ...], topic: str) -> Table:
        """Nouns whose kind or id is one of `classes`."""
        key = (classes, topic)
        if key not in self.made:
            self.made[key] = self.zipf([c for c in NOUNS if c.kind in classes or c.id in classes], topic)
        return self.made[key]

    def verbs(self, topic: str, inner: bool) -> Table:
        """The verbs of a topic; an inner clause takes no "that" of its own."""
        key = ("verb", topic, inner)
        if key not in self.made:
            self.made[key] = self.zipf([c for c in VERBS if topic in c.topics and not (inner and c.frame == "s")], topic)
        return self.made[key]

    def adjectives(self, noun: Concept, topic: str) -> Table:
        """The adjectives that fit a noun, perhaps none."""
        key = ("adj", noun.id, topic)
        if key not in self.made:
            self.made[key] = self.zipf([c for c in ADJECTIVES if c.fits(noun)], topic)
        return self.made[key]

    def fixed(self, kind: str, label: str) -> Table:
        """Numerals, manners, or the times that fit a tense."""
        key = (kind, label)
        if key not in self.made:
            fitting = [c for c in CONCEPTS.values() if c.kind == kind and label in (c.topics or (label,))]
            self.made[key] = self.weighted([(c, weight(k)) for k, c in enumerate(fitting)])
        return self.made[key]

    def names(self, kind: str, sex: str, split: str) -> Table:
        key = (kind, sex, split)
        if key not in self.made:
            names = [c for c in NAMES.values() if (c.kind, c.sex, c.split) == key]
            self.made[key] = Table([(c, weight(k, 0.5)) for k, c in enumerate(names)])
        return self.made[key]

    def zipf(self, concepts: Sequence[Concept], topic: str) -> Table:
        """Concepts of the topic first, each list with its own ranks."""
        inside = [c for c in concepts if topic in c.topics]
        outside = [c for c in concepts if topic not in c.topics]
        ranked = [(c, weight(k)) for k, c in enumerate(inside)]
        ranked += [(c, (OFF_TOPIC if inside else 1) * weight(k)) for k, c in enumerate(outside)]
        return self.weighted(ranked)

    def weighted(self, ranked: Sequence[tuple[Concept, float]]) -> Table:
        kept = [(c, w * self.factors.get(c.id, 1)) for c, w in ranked]
        kept = [(c, w) for c, w in kept if w > 0]
        return Table(kept or ranked)


@cache
def open_name(kind: str, sex: str, number: int) -> Concept:
    """A name that is chosen later (`supply.py`); `number` tells it from others of the sentence."""
    return Concept(f"{kind}.{number}", kind, sex=sex, split=OPEN)


class World:
    """Draws sentences of any split, and what is added to them. Their names are open: the split follows from the rest, and names from it."""

    def __init__(self, random: Random, tables: Tables) -> None:
        self.random, self.chance, self.tables = random, random.chance, tables
        self.nodes = 0  # ids given to nodes of the sentence

    # -- drawing concepts

    def among(self, classes: tuple[str, ...], topic: str) -> Concept:
        """A noun whose kind or id is one of `classes`."""
        return self.tables.nouns(classes, topic).draw(self.random)

    def verb(self, topic: str, inner: bool) -> Concept:
        return self.tables.verbs(topic, inner).draw(self.random)

    def adjective(self, noun: Concept, topic: str) -> Concept | None:
        table = self.tables.adjectives(noun, topic)
        return table.draw(self.random) if table.items else None

    def time(self, event: Event) -> str | None:
        """A time that fits the tense; no frequency beside a negation."""
        time = self.fixed("time", event.tense)
        return None if event.negated and CONCEPTS[time].frame == "frequency" else time

    def fixed(self, kind: str, label: str) -> str:
        """A numeral, a manner, or a time that fits a tense."""
        return self.tables.fixed(kind, label).draw(self.random).id

    def named(self, kind: str) -> Thing:
        id = self.new("n")
        if kind != "name.person":
            return Thing(id, open_name(kind, "", self.nodes))
        thing = Thing(id, open_name(kind, "f" if self.chance(0.5) else "m", self.nodes))
        if self.chance(FAMILY):
            thing.family = open_name("name.family", "", self.nodes)
        return thing

    def new(self, letter: str) -> str:
        self.nodes += 1
        return f"{letter}{self.nodes}"

    def institution(self, topic: str) -> Thing:
        """The University of Berlin."""
        return Thing(self.new("n"), self.among(INSTITUTIONS, topic), seat=self.named("name.city"))

    # -- drawing participants

    def thing(self, concept: Concept, topic: str, *, definite: float, countable: bool = False) -> Thing:
        """A noun phrase: its number, article and adjective."""
        chance = self.chance
        thing = Thing(self.new("n"), concept, definite=chance(definite))
        if not concept.mass:
            thing.plural = chance(PLURAL)
            if countable and chance(COUNTED):
                thing.plural, thing.count = True, self.fixed("number", "")
            elif countable and chance(QUANTIFIED):
                thing.plural, thing.definite = True, chance(0.5)
                thing.count = "all" if thing.definite else "some"
        if chance(DESCRIBED):
            adjective = self.adjective(concept, topic)
            thing.adjective = adjective.id if adjective else None
        return thing

    def agent(self, classes: tuple[str, ...], topic: str) -> Thing:
        chance = self.chance
        if "org" in classes and chance(ORGANISED):
            return self.institution(topic) if chance(INSTITUTION_AGENT) else self.named("name.org")
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
        tense = self.tables.tenses.draw(self.random)
        event = Event(self.new("e"), verb.frame, verb, tense, agents=[Thing(thing.id, thing.concept, thing.plural)])
        if verb.frame == "t":
            event.object = self.thing(self.among(verb.objects, topic), topic, definite=0.6)
        return event

    def patient(self, classes: tuple[str, ...], topic: str, agents: list[Thing]) -> Thing:
        """The object: perhaps somebody's."""
        concept = self.other(classes, topic, (agents[0].concept,))
        thing = self.thing(concept, topic, definite=0.55, countable=concept.kind not in ("person", "animal"))
        if thing.count or (concept.kind == "person" and concept.id not in RELATIVES) or not self.chance(OWNED):
            return thing
        thing.definite = True
        first = agents[0].concept
        if self.chance(OWN) and first.sex:
            thing.own = Owner(first.sex, len(agents) > 1 or agents[0].plural)
        elif self.chance(0.5):
            thing.owner = self.somebody(topic, (first,), 1.0)
        else:
            owner = self.other(("person",), topic, (first, concept))
            thing.owner = Thing(self.new("n"), owner, plural=self.chance(0.15))
        return thing

    def other(self, classes: tuple[str, ...], topic: str, taken: tuple[Concept, ...]) -> Concept:
        """A concept that the clause does not have yet."""
        concept = self.among(classes, topic)
        while concept in taken:
            concept = self.among(classes, topic)
        return concept

    def somebody(self, topic: str, taken: tuple[Concept, ...], named: float) -> Thing:
        """A recipient or companion who is not one of the others."""
        if self.chance(named):
            return self.named("name.person")
        return self.thing(self.other(("person",), topic, taken), topic, definite=0.8)

    def location(self, topic: str) -> Thing:
        if self.chance(CITY):
            return self.named("name.city")
        if self.chance(INSTITUTE):
            return self.institution(topic)
        place = Thing(self.new("n"), self.among(("place",), topic))
        if self.chance(0.12):
            adjective = self.adjective(place.concept, topic)
            place.adjective = adjective.id if adjective else None
        return place

    # -- drawing events

    def event(self, topic: str, *, inner: bool = False, before: list[Thing] | None = None) -> Event:
        """`before`: the agents of an earlier event, to whom a pronoun may point."""
        frame = self.tables.frames.draw(self.random)
        while inner and frame in ("at", "exists"):
            frame = self.tables.frames.draw(self.random)
        if frame == "verb":
            return self.action(topic, inner, before)
        event = Event(self.new("e"), frame, None, self.tables.tenses.draw(self.random), self.chance(NEGATED))
        if frame == "is":
            self.describe(event, topic)
            return event
        event.place = self.location(topic)
        if frame == "at":
            event.agents = [self.agent(("person", "animal"), topic)]
            event.negated = event.negated and not event.agents[0].quantified
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
        if subject.concept.kind == "person" and self.chance(NAMED):
            subject = self.named("name.person")
        event.agents = [subject]
        if event.concept.frame == "state" and self.chance(TIMED):
            event.time = self.time(event)

    def action_of(self, verb: Concept, topic: str, tense: str) -> Sentence:
        """A plain affirmative clause with this verb, a single described agent and no relative clause."""
        self.nodes = 0
        event = Event(self.new("e"), verb.frame, verb, tense, agents=[self.agent(verb.agents, topic)])
        event.agents[0].relative = None
        self.fill(event, topic)
        self.circumstances(event, topic, inner=False)
        return Sentence(topic, [event], ids=self.nodes)

    def action(self, topic: str, inner: bool, before: list[Thing] | None) -> Event:
        chance = self.chance
        verb = self.verb(topic, inner)
        event = Event(self.new("e"), verb.frame, verb, self.tables.tenses.draw(self.random), chance(NEGATED))
        if before and len(before) == 1 and before[0].concept.sex and "person" in verb.agents and chance(SAME_AGENT):
            event.agents = [self.pronoun(before[0].concept, before[0].plural)]
        else:
            event.agents = [self.agent(verb.agents, topic)]
            if "person" in verb.agents and not event.agents[0].relative and not event.agents[0].pronoun and chance(TWO_AGENTS):
                event.agents.append(self.somebody(topic, (event.agents[0].concept,), NAMED))
        self.fill(event, topic)
        if any(thing.quantified for thing in (*event.agents, event.object) if thing):
            event.negated = False  # languages differ in what "all" and "some" mean beside a negation
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
            event.object.plural |= verb.id in OF_SEVERAL and not event.object.concept.mass
        if event.frame == "d":
            event.recipient = self.somebody(topic, (event.agents[0].concept, event.object.concept), NAMED)
        if event.frame == "m":
            event.destination = self.location(topic)

    def circumstances(self, event: Event, topic: str, inner: bool) -> None:
        chance = self.chance
        if event.frame in "itd" and chance(PLACED):
            event.place = self.location(topic)
        if chance(TIMED):
            event.time = self.time(event)
        tools = event.concept.tools
        if tools and event.frame != "m" and chance(WITH_TOOL):
            event.tool = Thing(self.new("n"), self.among(tools, topic), definite=chance(0.4))
        elif tools and event.frame == "m" and event.agents[0].concept.kind != "animal" and chance(BY_VEHICLE):
            event.vehicle = Thing(self.new("n"), self.among(tools, topic))
        elif event.agents[0].concept.sex and event.frame in "im" and chance(ACCOMPANIED):
            event.companion = self.somebody(topic, tuple(agent.concept for agent in event.agents), 0.5)
        elif not inner and chance(MANNER):
            event.manner = self.fixed("manner", event.frame)

    def sentence(self) -> Sentence:
        """One sentence of any topic and split."""
        self.nodes = 0
        topic = self.tables.topics.draw(self.random)
        sentence = Sentence(topic, [self.event(topic)])
        if sentence.events[0].content is None:
            sentence.link = self.tables.links.draw(self.random)
            if sentence.link:
                sentence.events.append(self.event(topic, inner=True, before=sentence.events[0].agents))
            elif not sentence.events[0].negated and sentence.events[0].frame != "exists":
                sentence.question = self.chance(ASKED)
        sentence.ids = self.nodes
        return sentence
