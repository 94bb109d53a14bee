"""Natural language inference: a premise, a hypothesis made from it, and the label that follows from how it was made.

    premise --say less (delete, hypernym, fewer)--> entailment
            --say more (add, hyponym, all)--------> neutral
            --negate, opposite, swap roles--------> contradiction

Under a negation the directions turn round: whoever bought no fruit bought no apple, and no fruit in the market either.
Clauses joined by a conjunction are all asserted, so leaving one out says less. A definite thing is the same in both sentences.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import CONCEPTS, OPPOSITE, Concept, broader
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings

LABELS = ("contradiction", "entailment", "neutral")
CLAUSE_LEFT_OUT, ALSO_LESS, NOT_OPPOSITE, DENIED = 0.6, 0.5, 0.4, 0.2
BY_NEGATION = 0.5  # of the contradictions; the others are opposites and swapped roles
TRIES = 12  # hypotheses per premise: one must fall into the same split

NARROWER: dict[str, list[str]] = {}
for _concept in CONCEPTS:
    for _above in broader(_concept):
        NARROWER.setdefault(_above, []).append(_concept)


class Edit(NamedTuple):
    """A change of a clause, and the participant that it is about."""

    apply: Callable[[], object]
    thing: Thing | None = None


def inference_pairs(meanings: Meanings) -> Iterator[tuple[Sentence, Sentence, str]]:
    """An endless stream of (premise, hypothesis, label), all of one split, the labels about equally often."""
    editor, random = Editor(meanings), meanings.random
    while True:
        label, by_negation = LABELS[random.below(len(LABELS))], random.chance(BY_NEGATION)
        yield next(pair for premise in meanings if suitable(premise) for pair in editor.pairs(premise, label, by_negation))


def suitable(sentence: Sentence) -> bool:
    """Assertions about who is named or described, of which one does not touch the other."""
    if sentence.question or any(event.content or any(a.pronoun for a in event.agents) for event in sentence.events):
        return False
    predicates = [event.concept.id if event.concept else event.frame for event in sentence.events]
    return len(predicates) == 1 or predicates[1] not in (predicates[0], OPPOSITE.get(predicates[0]))


class Editor:
    """Makes hypotheses; what is added is drawn from the world as everything else is."""

    def __init__(self, meanings: Meanings) -> None:
        self.meanings, self.random = meanings, meanings.random

    def pairs(self, premise: Sentence, label: str, by_negation: bool) -> Iterator[tuple[Sentence, Sentence, str]]:
        """The premise with one hypothesis of this label, if a few draws find one in the same split."""
        if label == "contradiction" and not by_negation and not any(opposite(event) or swappable(event) for event in premise.events):
            return
        if self.random.chance(DENIED):  # more negations than in other text, so that a negation tells nothing of the label
            premise.events[0].negated = negatable(premise.events[0])
        for _ in range(TRIES):
            hypothesis = self.hypothesis(premise, label, by_negation)
            if hypothesis and self.meanings.accepts(hypothesis):
                yield premise, hypothesis, label
                return

    def hypothesis(self, premise: Sentence, label: str, by_negation: bool = True) -> Sentence | None:
        """A sentence that stands in this relation to the premise; None if the draw leads nowhere. A contradiction without
        `by_negation` is one of opposites or swapped roles."""
        sentence = premise.copy()
        self.meanings.nodes = sentence.ids
        shorter = len(sentence.events) > 1 and self.random.chance(CLAUSE_LEFT_OUT)
        if shorter:
            sentence.events, sentence.link = [sentence.events[self.random.below(2)]], None
        event = sentence.events[self.random.below(len(sentence.events))]
        if label == "entailment":
            return sentence if self.entail(event, sentence.topic) or shorter else None
        if label == "neutral":
            return sentence if self.leave_open(event, sentence.topic) else None
        return sentence if self.contradict(event, sentence.topic, by_negation) else None

    # ---------------------------------------------------------------------- labels; each returns whether it found something

    def entail(self, event: Event, topic: str) -> bool:
        if event.negated:
            return self.one(self.more(event, topic, of_nothing=True))
        if event.frame == "is" and event.concept.id in OPPOSITE and self.random.chance(NOT_OPPOSITE):  # hot, so not cold
            event.concept, event.negated = CONCEPTS[OPPOSITE[event.concept.id]], True
            return True
        found = self.one(self.less(event))
        if found and self.random.chance(ALSO_LESS):
            self.one(self.less(event))
        return found

    def leave_open(self, event: Event, topic: str) -> bool:
        if event.negated and event.frame == "is" and event.concept.id in OPPOSITE and self.random.chance(NOT_OPPOSITE):
            event.concept, event.negated = CONCEPTS[OPPOSITE[event.concept.id]], False  # not hot is not yet cold
            return True
        if event.negated:
            return self.one(self.less(event, of_nothing=True))
        more = self.more(event, topic)  # before anything is left out: what was said is not said again in other words
        if self.random.chance(ALSO_LESS):
            self.one(self.less(event))
        there = [id(thing) for thing in event.things()]
        return self.one([edit for edit in more if edit.thing is None or id(edit.thing) in there])

    def contradict(self, event: Event, topic: str, by_negation: bool) -> bool:
        if event.negated and by_negation:
            event.negated = False
            if self.random.chance(ALSO_LESS):
                self.one(self.more(event, topic, of_nothing=True))
            return True
        if by_negation:
            return self.negate(event)
        ways = [] if event.negated else [way for way, can in ((self.oppose, opposite), (self.swap, swappable)) if can(event)]
        return bool(ways) and ways[self.random.below(len(ways))](event)

    def negate(self, event: Event) -> bool:
        """Deny the clause, or what follows from it."""
        if self.random.chance(ALSO_LESS):
            self.one(self.less(event))
        event.negated = negatable(event)
        return event.negated

    def oppose(self, event: Event) -> bool:
        event.concept = opposite(event)
        return True

    def swap(self, event: Event) -> bool:
        event.agents[0], event.object = event.object, event.agents[0]  # type: ignore[assignment, list-item]
        return True

    def one(self, edits: list[Edit]) -> bool:
        """Do one of the edits."""
        if edits:
            edits[self.random.below(len(edits))].apply()
        return bool(edits)

    # ---------------------------------------------------------------------------------------------------- what can be changed

    def less(self, event: Event, of_nothing: bool = False) -> list[Edit]:
        """What may be left out or said more generally. `of_nothing`: of a negated clause, whose definite things stay as they are."""
        slots = ["time", "manner", "companion", "tool", "vehicle", *(["place"] if event.frame in "itd" else [])]
        edits = [Edit(lambda slot=slot: setattr(event, slot, None)) for slot in slots if getattr(event, slot)]
        things = new_things(event) if of_nothing else event.things()
        for thing in things:
            if thing.adjective:
                edits.append(Edit(lambda t=thing: setattr(t, "adjective", None), thing))
            if thing.relative:
                edits.append(Edit(lambda t=thing: setattr(t, "relative", None), thing))
            if thing.owner:
                edits.append(Edit(lambda t=thing: setattr(t, "owner", None), thing))
            if renamable(event, thing) and thing.count != "all":
                edits += [Edit(lambda t=thing, c=c: setattr(t, "concept", CONCEPTS[c]), thing) for c in broader(thing.concept.id)]
            if thing.count and thing.count != "some":
                edits.append(Edit(lambda t=thing: self.some(t), thing))
        if len(event.agents) > 1 and not of_nothing and not owned(event):
            edits.append(Edit(lambda: event.agents.pop(self.random.below(2))))
        return edits

    def more(self, event: Event, topic: str, of_nothing: bool = False) -> list[Edit]:
        """What may be added or said more precisely. `of_nothing`: to a negated clause, whose definite things stay as they are."""
        world, edits = self.meanings, []
        verb = event.concept is not None and event.frame in "itdm"
        if verb and not event.time:
            edits.append(Edit(lambda: setattr(event, "time", world.time(event))))
        if verb and event.frame in "itd" and not event.place:
            edits.append(Edit(lambda: setattr(event, "place", world.location(topic))))
        if verb and event.frame in "im" and event.agents[0].concept.sex and not event.companion:
            taken = tuple(agent.concept for agent in event.agents)
            edits.append(Edit(lambda: setattr(event, "companion", world.somebody(topic, taken, 0.5))))
        if verb and not event.manner and not of_nothing:
            edits.append(Edit(lambda: setattr(event, "manner", world.fixed("manner", event.frame))))
        for thing in new_things(event) if of_nothing else event.things():
            fitting = None if thing.adjective or thing.name or thing.seat or event.frame == "is" else world.adjective(thing.concept, topic)
            if fitting:
                edits.append(Edit(lambda t=thing, a=fitting: setattr(t, "adjective", a.id), thing))
            if renamable(event, thing) and thing.concept.id in NARROWER:
                below = self.narrower(thing.concept)
                edits.append(Edit(lambda t=thing, c=below: setattr(t, "concept", c), thing))
            if thing.count == "some":
                edits.append(Edit(lambda t=thing: self.all(t), thing))
        return edits

    def narrower(self, concept: Concept) -> Concept:
        among = NARROWER[concept.id]
        return CONCEPTS[among[self.random.below(len(among))]]

    def some(self, thing: Thing) -> None:
        thing.count, thing.definite = "some", False

    def all(self, thing: Thing) -> None:
        thing.count, thing.definite = "all", True


def new_things(event: Event) -> list[Thing]:
    """The things of which a negated clause says that there is none: no apple; but not: the apple."""
    return [event.object] if event.object and not event.object.definite and not event.object.name else []


def renamable(event: Event, thing: Thing) -> bool:
    """May its concept change? Not in a name, and not where "his" or "her" depends on it."""
    return not (thing.name or thing.seat or thing.relative or (owned(event) and thing in event.agents))


def owned(event: Event) -> bool:
    return any(thing.own for thing in event.things())


def negatable(event: Event) -> bool:
    """Is the negation of this clause its denial? Not beside quantifiers, and not of an indefinite agent (another one may have done it)."""
    agents = all(agent.definite or agent.name or agent.seat for agent in event.agents)
    return agents and not event.often and not any(thing.count for thing in event.things())


def opposite(event: Event) -> Concept | None:
    """The verb or adjective that excludes this one here."""
    other = CONCEPTS[OPPOSITE[event.concept.id]] if event.concept and event.concept.id in OPPOSITE else None
    if other is None or event.frame == "is":
        return other
    fits = event.object and {event.object.concept.kind, event.object.concept.id} & set(other.objects)
    return other if fits else None


def swappable(event: Event) -> bool:
    """Could the two also have done it to each other?"""
    if event.frame != "t" or len(event.agents) != 1 or not event.object or not event.concept:
        return False
    agent, patient = event.agents[0], event.object
    plain = not (
        agent.relative or patient.own or patient.owner or agent.count or patient.count or agent.seat or agent.concept == patient.concept
    )
    return plain and acts(event.concept, patient) and suffers(event.concept, agent)


def acts(verb: Concept, thing: Thing) -> bool:
    """May this thing be the agent of the verb?"""
    return thing.concept.id in verb.agents or thing.concept.kind.removeprefix("name.") in verb.agents


def suffers(verb: Concept, thing: Thing) -> bool:
    """May this thing be its object?"""
    return thing.concept.id in verb.objects or thing.concept.kind.removeprefix("name.") in verb.objects
