"""Reading comprehension: a paragraph of one topic, a question about one of its sentences, and the words that answer it.

    Anna found a key in the garden.  The cook found a knife in the kitchen. ...     Who found a knife in the kitchen?  The cook

Another sentence of the paragraph uses the same verb, so that the verb alone does not find the answer.
"""

from collections.abc import Iterator
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import TOPICS, broader
from isogloss.corpora.miniworld.grammar import Tokens
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings

SENTENCES = (3, 5)  # of a paragraph, before the one with the same verb is added
TRIES = 60  # draws of a sentence with a given verb: it must fall into the same split


class Question(NamedTuple):
    """A sentence of the paragraph, the question about it, and the role asked for."""

    sentence: int
    asked: Sentence
    role: str

    def answer_nodes(self) -> frozenset[str]:
        """The meaning nodes of the answer."""
        event = self.asked.events[0]
        if self.role == "time":
            return frozenset({f"{event.id}.time"})
        return frozenset((event.agents[0] if self.role == "agent" else getattr(event, self.role)).nodes())


class Paragraph(NamedTuple):
    sentences: list[Sentence]
    questions: list[Question]


def paragraphs(meanings: Meanings) -> Iterator[Paragraph]:
    """An endless stream of paragraphs with one to three questions each."""
    for sentences in _told(meanings):
        asked = _questions(meanings, sentences)
        if asked:
            yield Paragraph(sentences, asked)


def _told(meanings: Meanings) -> Iterator[list[Sentence]]:
    """Sentences of one topic that are no questions, as many as a paragraph has; each topic gathers its own."""
    shortest, longest = SENTENCES
    lengths = {topic: shortest + meanings.random.below(longest - shortest + 1) for topic in TOPICS}
    gathered: dict[str, list[Sentence]] = {topic: [] for topic in TOPICS}
    for sentence in meanings:
        topic = sentence.topic
        if not sentence.question:
            gathered[topic].append(sentence)
        if len(gathered[topic]) == lengths[topic]:
            yield gathered[topic]
            lengths[topic], gathered[topic] = shortest + meanings.random.below(longest - shortest + 1), []


def _questions(meanings: Meanings, sentences: list[Sentence]) -> list[Question]:
    """Questions about the clauses that can be asked about; each gets a rival with the same verb, behind the others."""
    found: list[Question] = []
    for k in [k for k, sentence in enumerate(sentences) if askable(sentence)][:3]:
        roles = [role for role in ("agent", "object", "recipient", "place", "destination", "time") if _has(sentences[k].events[0], role)]
        role = roles[meanings.random.below(len(roles))] if roles else ""
        rival = _rival(meanings, sentences[k], role) if role else None
        if not rival:
            continue
        sentences.append(rival)
        if all(_distinct(sentences[k].events[0], event, role) for j, s in enumerate(sentences) if j != k for event in s.events):
            asked = sentences[k].copy()
            asked.question, asked.asked = True, role
            found.append(Question(k, asked, role))
    return found


def askable(sentence: Sentence) -> bool:
    """One plain, affirmative clause with one agent and more than a verb."""
    event = sentence.events[0]
    plain = len(sentence.events) == 1 and event.frame in "itdm" and not event.negated and not event.content
    return plain and len(event.agents) == 1 and not event.agents[0].pronoun and not any(t.relative or t.own for t in event.things())


def _has(event: Event, role: str) -> bool:
    if role == "time":
        return event.time is not None
    thing = event.agents[0] if role == "agent" else getattr(event, role)
    if thing is None:
        return False
    person = thing.concept.kind in ("person", "name.person")
    return {"agent": person or thing.concept.kind == "name.org" or bool(thing.seat), "object": thing.concept.kind != "animal"}.get(
        role, True
    )


def _rival(meanings: Meanings, sentence: Sentence, role: str) -> Sentence | None:
    """A sentence with the same verb and tense in which somebody else does it."""
    event = sentence.events[0]
    for _ in range(TRIES):
        rival = meanings.action_of(event.concept, sentence.topic, event.tense)
        if meanings.accepts(rival) and _distinct(event, rival.events[0], role):
            return rival
    return None


def _distinct(event: Event, other: Event, role: str) -> bool:
    """Does what the question says of the one event not hold of the other?"""
    if other.concept != event.concept:
        return True
    for slot in ("agent", "object", "recipient", "place", "destination"):
        if slot == role:
            continue
        mine = event.agents[0] if slot == "agent" else getattr(event, slot)
        yours = other.agents if slot == "agent" else [getattr(other, slot)]
        if mine and all(thing is not None and not thing.pronoun and _other(mine, thing) for thing in yours):
            return True
    return False


def _other(mine: Thing, yours: Thing) -> bool:
    """Surely somebody or something else: neither the same word nor a more general one."""
    a, b = mine.concept.id, yours.concept.id
    return a != b and a not in broader(b) and b not in broader(a)


def answer_span(question: Question, tokens: Tokens) -> tuple[int, int] | None:
    """The tokens [start, end) of the answer in its sentence: the noun phrase without its adposition; None if it is not in one piece.

    A clitic that doubles a participant, and a verb that stands for a dropped one, are not the answer.
    """
    nodes = question.answer_nodes()
    inside = [k for k, token in enumerate(tokens) if _answers(token.source, nodes) and token.upos not in ("VERB", "AUX")]
    if question.role != "time":
        while inside and tokens[inside[0]].upos == "ADP":
            inside.pop(0)
        while inside and tokens[inside[-1]].upos == "ADP":
            inside.pop()
    contiguous = inside and inside == list(range(inside[0], inside[-1] + 1))
    return (inside[0], inside[-1] + 1) if contiguous else None


def _answers(source: tuple[str, ...], nodes: frozenset[str]) -> bool:
    return any(node in nodes or (node.partition(".")[0] in nodes and not node.endswith(".clitic")) for node in source)
