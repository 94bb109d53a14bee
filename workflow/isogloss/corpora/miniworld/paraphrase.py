"""Paraphrases and near-misses, as in PAWS: the same words in another order, which keeps the meaning or swaps who did what.

Anna and Peter saw the dog today.     Today Peter and Anna saw the dog.     1
Anna saw Peter in the park.           In the park Peter saw Anna.           0
"""

from collections.abc import Callable, Iterator

from isogloss.corpora.miniworld.concepts import CONCEPTS
from isogloss.corpora.miniworld.inference import acts, owned, swappable
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings

Change = Callable[[Sentence], None]  # of a copy


def paraphrase_pairs(meanings: Meanings) -> Iterator[tuple[Sentence, Sentence, str]]:
    """An endless stream of (sentence, other sentence, "1" for the same meaning, "0" for swapped roles).

    Both labels come from sentences in which something could be swapped, so that a sentence alone tells nothing.
    """
    same = meanings.random.chance(0.5)
    for sentence in meanings:
        swaps = near_misses(sentence)
        if swaps and (movable(sentence) or not same):
            other = turned_round(sentence) if same else changed(sentence, swaps[meanings.random.below(len(swaps))])
            yield sentence, other, "1" if same else "0"
            same = meanings.random.chance(0.5)


def has_near_miss(sentence: Sentence) -> bool:
    return bool(near_misses(sentence))


def turned_round(sentence: Sentence) -> Sentence:
    """The same meaning with coordinated agents, and clauses joined by `and`, the other way round."""
    other = sentence.copy()
    for event in other.events:
        event.agents.reverse()
    if other.link == "and" and not any(leans(event) for event in other.events):
        other.events.reverse()
    return other


def movable(sentence: Sentence) -> bool:
    """Can every language say it in another order? A time or a place may go to the front, two agents may change places."""
    return any(len(event.agents) > 1 or _has_circumstance(event) for event in sentence.events)


def _has_circumstance(event: Event) -> bool:
    """A time or a place of a doing; "often" and what is somewhere stay where they are in some language."""
    return event.frame in "itdm" and bool(event.place or (event.time and not event.often))


def leans(event: Event) -> bool:
    """Does it speak of somebody of another clause?"""
    return any(agent.pronoun for agent in event.agents)


def near_misses(sentence: Sentence) -> list[Change]:
    """What may be exchanged: two of its participants, adjectives, times or places."""
    if sentence.question:
        return []
    found: list[Change] = []
    for k, event in enumerate(sentence.events):
        if swappable(event):
            found.append(lambda s, k=k: exchange_agent(s.events[k], "object"))
        if recipient_swappable(event):
            found.append(lambda s, k=k: exchange_agent(s.events[k], "recipient"))
        for i, j in adjective_swaps(event):
            found.append(lambda s, k=k, i=i, j=j: exchange(s.events[k].things()[i], s.events[k].things()[j], "adjective"))
    if len(sentence.events) == 2:
        found += [lambda s, slot=slot: exchange(s.events[0], s.events[1], slot) for slot in between_clauses(*sentence.events)]
    return found


def changed(sentence: Sentence, change: Change) -> Sentence:
    """A copy with the change done."""
    other = sentence.copy()
    change(other)
    return other


def exchange(a: object, b: object, slot: str) -> None:
    mine, yours = getattr(a, slot), getattr(b, slot)
    setattr(a, slot, yours)
    setattr(b, slot, mine)


def exchange_agent(event: Event, role: str) -> None:
    event.agents[0], other = getattr(event, role), event.agents[0]
    setattr(event, role, other)


def recipient_swappable(event: Event) -> bool:
    if not event.recipient or len(event.agents) != 1 or owned(event) or not event.concept:
        return False
    agent = event.agents[0]
    plain = not (agent.relative or agent.pronoun or agent.seat or agent.concept == event.recipient.concept)
    return plain and agent.concept.kind != "name.org" and acts(event.concept, event.recipient)


def adjective_swaps(event: Event) -> list[tuple[int, int]]:
    """Pairs of things whose different adjectives would fit the other as well."""
    things = event.things()
    pairs = [(i, j) for i in range(len(things)) for j in range(i)]
    return [
        (i, j)
        for i, j in pairs
        if things[i].adjective != things[j].adjective and takes(things[i], things[j]) and takes(things[j], things[i])
    ]


def takes(thing: Thing, other: Thing) -> bool:
    """Could this thing have the other's adjective?"""
    return other.adjective is not None and CONCEPTS[other.adjective].fits(thing.concept)


def between_clauses(first: Event, second: Event) -> Iterator[str]:
    """Which of agents, times and places of the two clauses may be exchanged."""
    if both_act(first, second) and both_act(second, first) and not same_concepts(first.agents, second.agents):
        yield "agents"
    if first.tense == second.tense and first.frame in "itd" and second.frame in "itd":
        if first.time and second.time and first.time != second.time:
            yield "time"
        if first.place and second.place and not same_concepts([first.place], [second.place]):
            yield "place"


def same_concepts(mine: list[Thing], yours: list[Thing]) -> bool:
    """Are they called the same, so that nobody could tell them apart?"""
    return [thing.concept for thing in mine] == [thing.concept for thing in yours]


def both_act(event: Event, other: Event) -> bool:
    """Could the agents of the other clause have done this?"""
    if not event.concept or event.frame not in "itdm" or owned(event) or event.companion:
        return False
    return all(acts(event.concept, agent) and not (agent.pronoun or agent.relative or agent.seat) for agent in other.agents)
