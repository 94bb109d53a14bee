"""English in the mini-world: sentences checked by eye, forms of words, names, questions, free order."""

from dataclasses import replace
from itertools import islice

import pytest

from isogloss.corpora.miniworld import en
from isogloss.corpora.miniworld.concepts import CONCEPTS, INSTITUTIONS, NAMES
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.en import English
from isogloss.corpora.miniworld.grammar import PLAIN, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Owner, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings
from said import MEANINGS, Plain, event, institution, teacher_reads, thing

SAID = {
    "past": "The teacher read the new book.",
    "plural present": "The teachers read a new book.",
    "negation": "The father did not buy an apple yesterday.",
    "recipient, future, numeral": "Anna will give five books to the child.",
    "direction and vehicle": "The tourists travel to Ankara by train.",
    "that": "The judge knows that the thief stole the money.",
    "because, own, companion": "The girl dances in the park because she saw her mother.",
    "relative clause": "The driver who repairs the car laughed.",
    "existence": "There was no tree in the garden.",
    "property": "The exams were not difficult.",
    "owner and question": "Did the secretary help the director's friend?",
    "tool and manner": "The cook cut the bread quickly with a sharp knife.",
    "all": "All the pupils saw some small birds.",
    "some, two clauses": "Some farmers work in the field, but all the dogs sleep.",
    "family names": "Anna Schmidt invited Viktor Costa today.",
    "owner with a family name": "The child found Peter Keller's key.",
    "institution": "The University of Berlin bought a modern machine.",
    "at an institution": "Maria will play a violin in the Museum of Vienna.",
    "to an institution": "The doctors will go to the Hospital of Ankara tomorrow.",
    "who": "Who showed the picture to Anna in the library yesterday?",
    "what": "What did Peter show to Anna in the library yesterday?",
    "to whom": "To whom did Peter show the picture in the library yesterday?",
    "where": "Where did Peter show the picture to Anna yesterday?",
    "when": "When did Peter show the picture to Anna in the library?",
    "who among two": "Who trains the players every day?",
    "whom": "Whom do the doctors visit?",
    "where to": "Where will the tourists travel to?",
}


class Restless(Plain):
    """Takes every choice."""

    def chance(self, probability: float) -> bool:
        return probability > 0


def said(sentence: Sentence, variation: Variation = PLAIN) -> str:
    return detokenise(English(Restless(), variation).realise(sentence))


def phrase(noun: Thing) -> str:
    return detokenise(English(Plain()).noun_phrase(noun))


def named(tokens: Tokens, *nodes: str) -> str:
    return " ".join(token.text for token in tokens if set(token.source) & set(nodes))


# -- sentences


def test_every_meaning_is_checked() -> None:
    assert set(SAID) == set(MEANINGS)


@pytest.mark.parametrize("name", SAID)
def test_sentences_by_hand(name: str) -> None:
    assert detokenise(English(Plain()).realise(MEANINGS[name])) == SAID[name]


def test_no_variation_is_the_plain_order() -> None:
    assert [said(MEANINGS[name]) for name in SAID] == list(SAID.values())


REORDERED = Variation(0.0, 1.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("negation", "Yesterday the father did not buy an apple."),
        ("recipient, future, numeral", "Anna will give the child five books."),
        ("existence", "In the garden there was no tree."),
        ("at an institution", "In the Museum of Vienna, Maria will play a violin."),
        ("because, own, companion", "In the park, the girl dances because she saw her mother."),
        ("some, two clauses", "In the field, some farmers work, but all the dogs sleep."),
        ("what", "What did Peter show Anna in the library yesterday?"),
        ("direction and vehicle", SAID["direction and vehicle"]),
    ],
)
def test_another_order(name: str, expected: str) -> None:
    assert said(MEANINGS[name], REORDERED) == expected


def test_subordinate_clauses_keep_their_order() -> None:
    slept = event("sleep", thing("n2", "thief"), place=thing("n3", "park"))
    that = Sentence("law", [event("know", thing("n1", "judge"), tense="present", content=slept)])
    because = Sentence("law", [event("laugh", thing("n1", "judge")), slept], link="because")
    second = Sentence("law", [event("laugh", thing("n1", "judge")), slept], link="and")
    place = Sentence("law", [event(None, thing("n1", "judge"), frame="at", place=thing("n3", "park"))])
    assert said(that, REORDERED) == "The judge knows that the thief slept in the park."
    assert said(because, REORDERED) == "The judge laughed because the thief slept in the park."
    assert said(second, REORDERED) == "The judge laughed and the thief slept in the park."
    assert said(place, REORDERED) == "The judge was in the park."


@pytest.mark.parametrize(
    ("verb", "roles", "expected"),
    [
        ("dance", {"time": "often"}, "The girls often dance."),
        ("dance", {"manner": "suddenly", "tense": "future"}, "The girls will suddenly dance."),
        ("dance", {"manner": "slowly", "companion": thing("n2", "Anna"), "time": "monday"}, "The girls danced slowly with Anna on Monday."),
        ("flee", {"destination": thing("n2", "sea"), "negated": True}, "The girls did not flee to the sea."),
        ("sleep", {"place": thing("n2", "sea")}, "The girls slept by the sea."),
        ("search", {"object": thing("n2", "umbrella", definite=False)}, "The girls looked for an umbrella."),
    ],
)
def test_clauses(verb: str, roles: dict, expected: str) -> None:
    tense = roles.get("tense") or ("present" if roles.get("time") == "often" else "past")
    girls = event(verb, thing("n1", "girl", plural=True), **{**roles, "tense": tense})
    assert said(Sentence("music", [girls])) == expected


@pytest.mark.parametrize(
    ("tense", "plural", "negated", "expected"),
    [
        ("past", False, True, "There was no mouse by the sea."),
        ("present", True, True, "There are no mice by the sea."),
        ("future", True, False, "There will be mice by the sea."),
        ("future", False, True, "There will be no mouse by the sea."),
    ],
)
def test_existence(tense: str, plural: bool, negated: bool, expected: str) -> None:
    mouse = thing("n2", "mouse", plural=plural, definite=False)
    assert (
        said(Sentence("home", [event(None, frame="exists", tense=tense, negated=negated, object=mouse, place=thing("n1", "sea"))]))
        == expected
    )


# -- questions


@pytest.mark.parametrize(
    ("asked", "role", "expected"),
    [
        (event("wait", thing("n1", "Anna"), object=thing("n2", "doctor")), "object", "Whom did Anna wait for?"),
        (event("wait", thing("n1", "Anna"), object=thing("n2", "bus"), place=thing("n3", "station")), "object",
         "What did Anna wait for at the station?"),
        (event("hear_t", thing("n1", "girl", plural=True), object=thing("n2", "speech"), tense="present"), "object",
         "What do the girls listen to?"),
        (event("buy", institution("n1", "university", "Berlin"), object=thing("n2", "machine", definite=False)), "agent",
         "Who bought a machine?"),
        (event("follow", thing("n1", "dog", plural=True), object=thing("n2", "cat"), tense="present"), "agent", "What follows the cat?"),
        (event("return", thing("n1", "girl", plural=True, pronoun=True), destination=thing("n2", "Rome"), vehicle=thing("n3", "train")),
         "destination", "Where did they return to by train?"),
        (event("work", thing("n1", "farmer", plural=True, count="all"), place=thing("n2", "field"), tense="present", time="always"), "place",
         "Where do all the farmers always work?"),
        (event("help", thing("n1", "Anna"), object=thing("n2", "Peter", family=NAMES["Keller"]), tense="future"), "object",
         "Whom will Anna help?"),
    ],
)  # fmt: skip
def test_content_questions(asked, role: str, expected: str) -> None:
    assert said(Sentence("home", [asked], question=True, asked=role)) == expected


@pytest.mark.parametrize(
    ("name", "word", "node"),
    [("who", "Who", "n1"), ("what", "What", "n2"), ("to whom", "whom", "n3"), ("where", "Where", "n4"), ("when", "When", "eshow.time")],
)
def test_the_question_word_carries_the_node(name: str, word: str, node: str) -> None:
    assert named(English(Plain()).realise(MEANINGS[name]), node) == word


# -- names


def test_an_institution_is_a_name_without_its_article() -> None:
    tokens = English(Plain()).realise(MEANINGS["at an institution"])
    assert named(tokens, "n3", "n3c", "n3c.of") == "Museum of Vienna"
    assert [token.upos for token in tokens if token.text in ("Museum", "of", "Vienna")] == ["PROPN", "ADP", "PROPN"]
    assert named(tokens, "n3.def") == "the" and named(tokens, "n3.role") == "in"


@pytest.mark.parametrize("concept", INSTITUTIONS)
def test_institutions(concept: str) -> None:
    assert phrase(institution("n1", concept, "Sevilla")) == f"the {concept.capitalize()} of Seville"


def test_family_names() -> None:
    tokens = English(Plain()).realise(MEANINGS["owner with a family name"])
    assert named(tokens, "n3", "n3.family") == "Peter Keller"
    assert [(token.text, token.upos) for token in tokens if "n3.of" in token.source] == [("'s", "PART")]


# -- noun phrases


@pytest.mark.parametrize(
    ("concept", "facts", "expected"),
    [
        ("pupil", {"plural": True, "count": "all", "adjective": "honest"}, "all the honest pupils"),
        ("key", {"plural": True, "count": "some", "definite": False}, "some keys"),
        ("sheep", {"plural": True, "count": "hundred", "definite": False}, "one hundred sheep"),
        ("sheep", {"plural": True, "count": "hundred"}, "the one hundred sheep"),
        ("tool_h", {"definite": False, "adjective": "useful"}, "a useful tool"),
        ("witness", {"definite": False, "adjective": "honest"}, "an honest witness"),
        ("umbrella", {"definite": False}, "an umbrella"),
        ("university", {"definite": False}, "a university"),
        ("ice_cream", {"definite": False, "adjective": "cold"}, "cold ice cream"),
        ("fairy_tale", {"plural": True, "own": Owner("f", True)}, "their fairy tales"),
        ("book", {"owner": thing("n9", "thief", plural=True)}, "the thieves' book"),
        ("book", {"owner": thing("n9", "child", plural=True)}, "the children's book"),
        ("book", {"owner": thing("n9", "Anna", family=NAMES["Santos"])}, "Anna Santos's book"),
    ],
)
def test_noun_phrases(concept: str, facts: dict, expected: str) -> None:
    assert phrase(thing("n1", concept, **facts)) == expected


def test_all_and_some_are_determiners() -> None:
    tokens = English(Plain()).realise(MEANINGS["all"])
    assert [(token.text, token.upos) for token in tokens if any(node.endswith(".count") for node in token.source)] == [
        ("All", "DET"),
        ("some", "DET"),
    ]


# -- forms


@pytest.mark.parametrize(
    ("concept", "plural"),
    [("goose", "geese"), ("mouse", "mice"), ("calf", "calves"), ("shelf", "shelves"), ("scarf", "scarves"), ("roof", "roofs"),
     ("midwife", "midwives"), ("person_h", "people"), ("policewoman", "policewomen"), ("postman", "postmen"), ("potato", "potatoes"),
     ("photograph", "photographs"), ("cherry", "cherries"), ("monkey", "monkeys"), ("brush", "brushes"), ("witness", "witnesses"),
     ("bench", "benches"), ("fox", "foxes"), ("fish", "fish"), ("post_office", "post offices"), ("embassy", "embassies"),
     ("battle", "battles")],
)  # fmt: skip
def test_plurals(concept: str, plural: str) -> None:
    assert " ".join(English.lexicon[concept][0].plural) == plural


@pytest.mark.parametrize(
    ("concept", "forms"),
    [("go", "go goes went"), ("fly", "fly flies flew"), ("carry", "carry carries carried"), ("flee", "flee flees fled"),
     ("hug", "hug hugs hugged"), ("hide", "hide hides hid"), ("push", "push pushes pushed"), ("touch", "touch touches touched"),
     ("destroy", "destroy destroys destroyed"), ("lend", "lend lends lent"), ("travel_v", "travel travels travelled"),
     ("cut", "cut cuts cut"), ("rescue", "rescue rescues rescued"), ("cough", "cough coughs coughed"),
     ("practise", "practise practises practised"), ("play_i", "play plays played")],
)  # fmt: skip
def test_verbs(concept: str, forms: str) -> None:
    verb = English.lexicon[concept][0]
    assert f"{verb.base} {verb.third} {verb.past}" == forms


@pytest.mark.parametrize(
    ("tense", "negated", "expected"),
    [("present", False, "reads"), ("present", True, "does not read"), ("past", True, "did not read"), ("future", True, "will not read")],
)
def test_do_support(tense: str, negated: bool, expected: str) -> None:
    meaning = teacher_reads(tense)
    meaning.events[0] = replace(meaning.events[0], negated=negated)
    assert said(meaning) == f"The teacher {expected} the new book."


# -- all of it


def test_every_concept_has_a_word() -> None:
    assert set(English.lexicon | English.phrases) == set(CONCEPTS)
    assert en.BEFORE_VERB | en.DOUBLE_OBJECT <= set(CONCEPTS) and set(English.names) <= set(NAMES)


def test_random_sentences_are_well_formed() -> None:
    grammar = English(Random(5, "words"))
    for meaning in islice(Meanings(Random(5, "meanings"), "train"), 2000):
        text = detokenise(grammar.realise(meaning))
        assert text[0].isupper() and text[-1] == ("?" if meaning.question else ".") and text == text.strip(), text
        assert not any(wrong in text for wrong in ("  ", " ,", " .", " ?", " '", ",.", ",?", "_", "^")), text
        assert not any(wrong in text for wrong in (" a a", " a e", " a i", " a o", " an us", " an uni", " a hon", " a unc", " a umb")), text
