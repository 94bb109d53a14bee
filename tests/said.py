"""Meanings written by hand; tests/test_miniworld_{code}.py have the sentences that each language says for them, checked by eye."""

from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing


class Plain:
    """No variation: the usual words, the plain order."""

    def chance(self, probability: float) -> bool:
        return probability >= 0.7

    def random(self) -> float:
        return 0.99

    def below(self, count: int) -> int:
        return 0


def thing(id: str, concept: str, **facts) -> Thing:
    return Thing(id, CONCEPTS.get(concept) or NAMES[concept], **facts)


def event(verb: str | None, *agents: Thing, frame: str = "", tense: str = "past", **roles) -> Event:
    concept = CONCEPTS[verb] if verb else None
    return Event("e" + (verb or frame), frame or concept.frame, concept, tense, agents=list(agents), **roles)


def teacher_reads(tense: str = "past", plural: bool = False) -> Sentence:
    agent = thing("n1", "teacher", plural=plural)
    return Sentence("school", [event("read", agent, tense=tense, object=thing("n2", "book", adjective="new", definite=not plural))])


def relative() -> Thing:
    return thing("n1", "driver", relative=event("repair", thing("n1", "driver"), object=thing("n2", "car"), tense="present"))


def explained() -> Event:
    """The example of docs/miniworld.md."""
    return event("explain", thing("n1", "professor"), negated=True, time="yesterday", recipient=thing("n3", "pupil", plural=True),
                 object=thing("n2", "rule", plural=True, adjective="new"), place=thing("n4", "school"))  # fmt: skip


def institution(id: str, concept: str, city: str) -> Thing:
    return thing(id, concept, seat=thing(f"{id}c", city))


def asked(role: str) -> Sentence:
    """Peter showed the picture to Anna in the library yesterday: who, what, to whom, where, when?"""
    shown = event("show", thing("n1", "Peter"), object=thing("n2", "picture"), recipient=thing("n3", "Anna"), place=thing("n4", "library"),
                  time="yesterday")  # fmt: skip
    return Sentence("home", [shown], question=True, asked=role)


MEANINGS = {
    "past": teacher_reads(),
    "plural present": teacher_reads("present", plural=True),
    "negation": Sentence("home", [event("buy", thing("n1", "father"), negated=True, time="yesterday",
                                        object=thing("n2", "apple", definite=False))]),
    "recipient, future, numeral": Sentence("home", [event("give", thing("n1", "Anna"), tense="future", recipient=thing("n2", "child"),
                                                          object=thing("n3", "book", plural=True, count="five", definite=False))]),
    "direction and vehicle": Sentence("travel", [event("travel_v", thing("n1", "tourist", plural=True), destination=thing("n2", "Ankara"),
                                                       tense="present", vehicle=thing("n3", "train"))]),
    "that": Sentence("law", [event("know", thing("n1", "judge"), tense="present", content=event(
        "steal", thing("n2", "thief"), object=thing("n3", "money")))]),
    "because, own, companion": Sentence("music", [
        event("dance", thing("n1", "girl"), place=thing("n2", "park"), tense="present"),
        event("see", thing("n3", "girl", pronoun=True), object=thing("n4", "mother", own=Owner("f", False)))], link="because"),
    "relative clause": Sentence("travel", [event("laugh", relative(), tense="past")]),
    "existence": Sentence("home", [event(None, frame="exists", negated=True, place=thing("n1", "garden"),
                                         object=thing("n2", "tree", definite=False))]),
    "property": Sentence("school", [event("difficult", thing("n1", "exam", plural=True), frame="is", negated=True)]),
    "owner and question": Sentence("office", [event("help", thing("n1", "secretary"),
                                                    object=thing("n2", "friend", owner=thing("n3", "director")))], question=True),
    "tool and manner": Sentence("kitchen", [event("cut", thing("n1", "cook_p"), object=thing("n2", "bread", definite=True), manner="quickly",
                                                  tool=thing("n3", "knife", adjective="sharp", definite=False))]),
    "all": Sentence("school", [event("see", thing("n1", "pupil", plural=True, count="all"),
                                     object=thing("n2", "bird", plural=True, count="some", definite=False, adjective="small"))]),
    "some, two clauses": Sentence("farm", [
        event("work", thing("n1", "farmer", plural=True, count="some", definite=False), place=thing("n2", "field"), tense="present"),
        event("sleep", thing("n3", "dog", plural=True, count="all"), tense="present")], link="but"),
    "family names": Sentence("music", [event("invite", thing("n1", "Anna", family=NAMES["Schmidt"]),
                                             object=thing("n2", "Viktor", family=NAMES["Costa"]), time="today", tense="past")]),
    "owner with a family name": Sentence("home", [event("find", thing("n1", "child"),
                                                        object=thing("n2", "key", owner=thing("n3", "Peter", family=NAMES["Keller"])))]),
    "institution": Sentence("office", [event("buy", institution("n1", "university", "Berlin"),
                                             object=thing("n2", "machine", adjective="modern", definite=False))]),
    "at an institution": Sentence("music", [event("play_i", thing("n1", "Maria"), object=thing("n2", "violin", definite=False),
                                                  place=institution("n3", "museum", "Vienna"), tense="future")]),
    "to an institution": Sentence("travel", [event("go", thing("n1", "doctor", plural=True), destination=institution("n3", "hospital", "Ankara"),
                                                   time="tomorrow", tense="future")]),
    "who": asked("agent"),
    "what": asked("object"),
    "to whom": asked("recipient"),
    "where": asked("place"),
    "when": asked("time"),
    "who among two": Sentence("sport", [event("train_v", thing("n1", "coach"), object=thing("n2", "player", plural=True), tense="present",
                                              time="every_day")], question=True, asked="agent"),
    "whom": Sentence("hospital", [event("visit", thing("n1", "doctor", plural=True), object=thing("n2", "patient"), tense="present")],
                     question=True, asked="object"),
    "where to": Sentence("travel", [event("travel_v", thing("n1", "tourist", plural=True), destination=thing("n2", "Ankara"),
                                          tense="future")], question=True, asked="destination"),
}  # fmt: skip
