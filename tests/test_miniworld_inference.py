"""The labels of the mini-world's inference pairs against truth in situations, found by brute force.

A situation is a set of facts; a fact is a clause that says everything there is. A clause holds where some fact fits it, a negated
one where none does. A premise entails what holds wherever it holds, and contradicts what holds nowhere where it holds.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice

import pytest

from isogloss.corpora.miniworld.concepts import OPPOSITE, broader
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.inference import Editor, inference_pairs, negatable
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings
from said import event, thing

PARTICIPANTS = ("object", "recipient", "companion", "tool", "vehicle", "place", "destination")

# -- truth


def fits(fact: Event, clause: Event) -> bool:
    """Does the fact make the (affirmative) clause true?"""
    same = (fact.frame, fact.concept, fact.tense) == (clause.frame, clause.concept, clause.tense)
    said = all(getattr(clause, slot) in (None, getattr(fact, slot)) for slot in ("time", "manner"))
    roles = ((getattr(fact, role), getattr(clause, role)) for role in PARTICIPANTS)
    who = all(any(described(mine, yours) for mine in fact.agents) for yours in clause.agents)
    return same and said and who and all(yours is None or (mine is not None and described(mine, yours)) for mine, yours in roles)


def described(mine: Thing, yours: Thing) -> bool:
    """Is `yours` a true description of this thing?"""
    kind = yours.concept == mine.concept or yours.concept.id in broader(mine.concept.id)
    count = yours.count == mine.count or (yours.count == "some" and mine.count is not None)
    more = all(getattr(yours, slot) in (None, getattr(mine, slot)) for slot in ("adjective", "owner", "relative", "family", "own", "seat"))
    return kind and count and more


def holds(sentence: Sentence, situation: tuple[Event, ...]) -> bool:
    return all(any(fits(fact, clause) for fact in situation) != clause.negated for clause in sentence.events)


def merged(a: Event, b: Event) -> Event | None:
    """A fact that makes both clauses true, if they speak of the same doing by the same people."""
    if (a.frame, a.concept, a.tense) != (b.frame, b.concept, b.tense):
        return None
    if any(x and y and x.id != y.id for x, y in ((getattr(a, role), getattr(b, role)) for role in PARTICIPANTS)):
        return None
    fact = replace(a.copy(), negated=False)
    for slot in ("time", "manner", *PARTICIPANTS):
        if getattr(fact, slot) is None:
            setattr(fact, slot, getattr(b, slot))
        elif slot in PARTICIPANTS and getattr(b, slot) is not None:
            setattr(fact, slot, both(getattr(fact, slot), getattr(b, slot)))
    known = {agent.id: agent for agent in b.agents}
    fact.agents = [both(agent, known.pop(agent.id)) if agent.id in known else agent for agent in fact.agents] + list(known.values())
    return fact


def both(a: Thing, b: Thing) -> Thing:
    """One thing of which both descriptions are true."""
    narrow = b.concept if a.concept.id in broader(b.concept.id) else a.concept
    count = "all" if "all" in (a.count, b.count) else a.count if a.count != "some" else b.count
    return replace(a, concept=narrow, count=count, **{k: getattr(a, k) or getattr(b, k) for k in ("adjective", "owner", "relative")})


def excluded(a: Event, b: Event) -> bool:
    """Opposites, and the same thing done the other way round, are not true together."""
    opposite = a.concept and b.concept and OPPOSITE.get(a.concept.id) == b.concept.id
    two = a.frame == b.frame == "t" and a.concept == b.concept
    around = two and [a.agents[0].id, a.object.id] == [b.object.id, b.agents[0].id]
    return bool(opposite or around)


def situations(premise: Sentence, hypothesis: Sentence) -> Iterator[tuple[Event, ...]]:
    clauses = [*premise.events, *hypothesis.events]
    facts = [replace(clause.copy(), negated=False) for clause in clauses]
    facts += [fact for a, b in combinations(clauses, 2) for fact in (merged(a, b), merged(b, a)) if fact]
    facts = [fact for k, fact in enumerate(facts) if fact not in facts[:k]]
    for size in range(len(facts) + 1):
        for chosen in combinations(facts, size):
            if not any(excluded(a, b) for a, b in combinations(chosen, 2)):
                yield chosen


def judged(premise: Sentence, hypothesis: Sentence) -> str:
    found = {holds(hypothesis, situation) for situation in situations(premise, hypothesis) if holds(premise, situation)}
    return {(True,): "entailment", (False,): "contradiction", (False, True): "neutral"}[tuple(sorted(found))]


# -- tests


@pytest.mark.parametrize("split", ["train", "test"])
def test_labels_follow_from_the_meanings(split: str) -> None:
    for premise, hypothesis, label in islice(inference_pairs(Meanings(Random(5, split), split)), 400 if split == "train" else 60):
        assert judged(premise, hypothesis) == label, (premise, hypothesis)
        assert premise.split() == hypothesis.split() == split


def test_every_way_to_a_label_is_used() -> None:
    """Negation must not give the label away: both polarities stand in premises and hypotheses of every label."""
    seen, ways = Counter(), Counter()
    for premise, hypothesis, label in islice(inference_pairs(Meanings(Random(6, "ways"), "train")), 1500):
        seen[label, any(e.negated for e in hypothesis.events)] += 1
        pairs = [(a, b) for a in premise.events for b in hypothesis.events if a.id == b.id]
        ways["opposite"] += any(a.concept != b.concept for a, b in pairs)
        ways["swap"] += any(a.object and b.object and a.object.id == b.agents[0].id for a, b in pairs if b.agents)
        ways["hypernym"] += any(t.id == u.id and t.concept != u.concept for a, b in pairs for t in a.things() for u in b.things())
        ways["quantifier"] += any(t.id == u.id and t.count != u.count for a, b in pairs for t in a.things() for u in b.things())
        ways["clause"] += len(premise.events) > len(hypothesis.events)
        ways["longer"] += len(hypothesis.concepts()) > len(premise.concepts())
    labels = Counter(label for label, _ in seen.elements())
    assert min(labels.values()) > 0.28 * 1500
    assert all(0.05 < seen[label, True] / labels[label] < 0.75 for label in labels), seen
    assert min(ways.values()) > 15, ways


def negated(sentence: Sentence) -> Sentence:
    other = sentence.copy()
    other.events[0].negated = True
    return other


def bought(food: str, **facts) -> Sentence:
    return Sentence("market", [event("buy", thing("n1", "father"), object=thing("n2", food, definite=False), **facts)])


@pytest.mark.parametrize(
    ("premise", "hypothesis", "label"),
    [
        (bought("apple"), bought("fruit"), "entailment"),
        (bought("fruit"), bought("apple"), "neutral"),
        (negated(bought("fruit")), negated(bought("apple")), "entailment"),
        (negated(bought("apple")), negated(bought("fruit")), "neutral"),
        (bought("apple", time="yesterday"), bought("apple"), "entailment"),
        (bought("apple"), negated(bought("fruit")), "contradiction"),
        (negated(bought("fruit")), bought("apple", time="yesterday"), "contradiction"),
        (bought("apple"), bought("apple", time="yesterday"), "neutral"),
    ],
)
def test_the_judge_itself(premise: Sentence, hypothesis: Sentence, label: str) -> None:
    assert judged(premise, hypothesis) == label


def test_what_may_be_denied() -> None:
    sleeps = event("sleep", thing("n1", "cat", definite=False))
    assert not negatable(sleeps)  # a cat that did not sleep does not say that none did
    assert negatable(event("sleep", thing("n1", "cat")))
    assert not negatable(event("sleep", thing("n1", "cat", plural=True, count="all")))
    assert not negatable(event("sleep", thing("n1", "cat"), time="often", tense="present"))


def test_all_dogs_are_not_all_animals() -> None:
    editor = Editor(Meanings(Random(1, "x"), "train"))
    clause = event("sleep", thing("n1", "dog", plural=True, count="all"))
    for edit in editor.less(clause):
        edit.apply()
    assert (clause.agents[0].concept.id, clause.agents[0].count) == ("dog", "some")
