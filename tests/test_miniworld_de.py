"""German of the mini-world: sentences checked by eye, forms of words, agreement, names."""

from itertools import islice

import pytest

from isogloss.corpora.miniworld import de
from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.de import German
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.grammar import PLAIN, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings
from said import MEANINGS, Plain, event, institution, thing

SAID = {
    "past": "Die Lehrerin hat das neue Buch gelesen.",
    "plural present": "Die Lehrerinnen lesen ein neues Buch.",
    "negation": "Der Vater hat gestern keinen Apfel gekauft.",
    "recipient, future, numeral": "Anna wird dem Kind fünf Bücher geben.",
    "direction and vehicle": "Die Touristinnen reisen mit dem Zug nach Ankara.",
    "that": "Der Richter weiß, dass der Dieb das Geld gestohlen hat.",
    "because, own, companion": "Das Mädchen tanzt im Park, weil sie ihre Mutter gesehen hat.",
    "relative clause": "Der Fahrer, der das Auto repariert, hat gelacht.",
    "existence": "Im Garten gab es keinen Baum.",
    "property": "Die Prüfungen waren nicht schwierig.",
    "owner and question": "Hat die Sekretärin dem Freund des Direktors geholfen?",
    "tool and manner": "Der Koch hat das Brot schnell mit einem scharfen Messer geschnitten.",
    "all": "Alle Schüler haben einige kleine Vögel gesehen.",
    "some, two clauses": "Einige Bauern arbeiten auf dem Feld, aber alle Hunde schlafen.",
    "family names": "Anna Schmidt hat heute Viktor Costa eingeladen.",
    "owner with a family name": "Das Kind hat Peter Kellers Schlüssel gefunden.",
    "institution": "Die Universität Berlin hat eine moderne Maschine gekauft.",
    "at an institution": "Maria wird im Museum Wien eine Geige spielen.",
    "to an institution": "Die Ärzte werden morgen ins Krankenhaus Ankara gehen.",
    "who": "Wer hat gestern Anna das Bild in der Bibliothek gezeigt?",
    "what": "Was hat Peter gestern Anna in der Bibliothek gezeigt?",
    "to whom": "Wem hat Peter gestern das Bild in der Bibliothek gezeigt?",
    "where": "Wo hat Peter gestern Anna das Bild gezeigt?",
    "when": "Wann hat Peter Anna das Bild in der Bibliothek gezeigt?",
    "who among two": "Wer trainiert jeden Tag die Spieler?",
    "whom": "Wen besuchen die Ärzte?",
    "where to": "Wohin werden die Touristinnen reisen?",
}


class Eager(Plain):
    """Whatever may be put in front, is."""

    def chance(self, probability: float) -> bool:
        return probability > 0


def say(*events: Event, **facts) -> str:
    return detokenise(German(Plain()).realise(Sentence("home", list(events), **facts)))


def phrase(case: str, concept: str, **facts) -> str:
    return detokenise(German(Plain()).noun_phrase(thing("n1", concept, **facts), case))


def sources(tokens: Tokens) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(token.text, token.upos, token.source) for token in tokens]


@pytest.mark.parametrize("name", MEANINGS)
def test_sentences_by_hand(name: str) -> None:
    assert detokenise(German(Plain()).realise(MEANINGS[name])) == SAID[name]


# -- words


def test_every_concept_has_a_word() -> None:
    assert set(German.lexicon | German.phrases) == set(CONCEPTS)


def test_names_are_of_the_inventory() -> None:
    assert set(German.names) <= set(NAMES)
    assert [German.names[city][0] for city in ("Milan", "Beijing", "Kyiv", "Munich")] == ["Mailand", "Peking", "Kiew", "München"]


def test_every_noun_has_a_gender_and_a_plural() -> None:
    for concept in CONCEPTS.values():
        for noun in German.lexicon.get(concept.id, ()) if concept.noun else ():
            assert noun.gender in ("m", "f", "n") and noun.declension in ("", "w", "ns", "a")
            assert noun.singular[0].isupper() and (noun.plural[0].isupper() or (concept.mass and noun.plural == "-"))
            assert bool(noun.where) == (concept.kind == "place")


def test_persons_have_the_sex_of_their_concept() -> None:
    for concept in CONCEPTS.values():
        if concept.kind == "person":
            assert {noun.gender for noun in German.lexicon[concept.id]} <= {concept.sex, "n"}, concept.id


@pytest.mark.parametrize(
    ("concept", "forms"),
    [  # nominative, genitive, dative, accusative; singular / plural
        ("teacher", "Lehrerin Lehrerin Lehrerin Lehrerin / Lehrerinnen Lehrerinnen Lehrerinnen Lehrerinnen"),
        ("farmer", "Bauer Bauern Bauern Bauern / Bauern Bauern Bauern Bauern"),
        ("person_h", "Mensch Menschen Menschen Menschen / Menschen Menschen Menschen Menschen"),
        ("alphabet_letter", "Buchstabe Buchstabens Buchstaben Buchstaben / Buchstaben Buchstaben Buchstaben Buchstaben"),
        ("dentist", "Zahnarzt Zahnarztes Zahnarzt Zahnarzt / Zahnärzte Zahnärzte Zahnärzten Zahnärzte"),
        ("result", "Ergebnis Ergebnisses Ergebnis Ergebnis / Ergebnisse Ergebnisse Ergebnissen Ergebnisse"),
        ("bus", "Bus Busses Bus Bus / Busse Busse Bussen Busse"),
        ("house", "Haus Hauses Haus Haus / Häuser Häuser Häusern Häuser"),
        ("calf", "Kalb Kalbes Kalb Kalb / Kälber Kälber Kälbern Kälber"),
        ("sofa", "Sofa Sofas Sofa Sofa / Sofas Sofas Sofas Sofas"),
        ("baby", "Baby Babys Baby Baby / Babys Babys Babys Babys"),
        ("goose", "Gans Gans Gans Gans / Gänse Gänse Gänsen Gänse"),
        ("pancake", "Pfannkuchen Pfannkuchens Pfannkuchen Pfannkuchen / Pfannkuchen Pfannkuchen Pfannkuchen Pfannkuchen"),
    ],
)
def test_declension(concept: str, forms: str) -> None:
    noun, cases = German.lexicon[concept][0], ("nom", "gen", "dat", "acc")
    declined = [" ".join(de.decline(noun, case, plural) for case in cases) for plural in (False, True)]
    assert " / ".join(declined) == forms


@pytest.mark.parametrize(("name", "expected"), [("Anna", "Annas"), ("Felix", "Felix'"), ("Tomas", "Tomas'"), ("Lorenz", "Lorenz'")])
def test_genitive_of_names(name: str, expected: str) -> None:
    assert de.genitive_of_name(name) == expected


@pytest.mark.parametrize(
    ("verb", "present", "subordinate", "perfect", "future"),
    [
        ("lift", "hebt", "hebt", "hat gehoben", "wird heben"),
        ("invite", "lädt ein", "einlädt", "hat eingeladen", "wird einladen"),
        ("translate", "übersetzt", "übersetzt", "hat übersetzt", "wird übersetzen"),
        ("flee", "flieht", "flieht", "ist geflohen", "wird fliehen"),
        ("offer_v", "bietet an", "anbietet", "hat angeboten", "wird anbieten"),
        ("follow", "folgt", "folgt", "ist gefolgt", "wird folgen"),
        ("stand", "steht", "steht", "hat gestanden", "wird stehen"),
    ],
)
def test_conjugation(verb: str, present: str, subordinate: str, perfect: str, future: str) -> None:
    grammar = German(Plain())

    def said(tense: str, verb_last: bool = False) -> str:
        finite, last = grammar.verb_group(event(verb, thing("n1", "Anna"), tense=tense), grammar.word(verb), verb_last)
        return detokenise([finite, *last])

    assert [said("present"), said("present", verb_last=True), said("past"), said("future")] == [present, subordinate, perfect, future]


def test_reflexive_verbs() -> None:
    farmer, she = thing("n1", "farmer"), thing("n1", "woman", pronoun=True)
    assert say(event("rest", farmer, tense="present", time="today")) == "Der Bauer ruht sich heute aus."
    assert say(event("rest", farmer), question=True) == "Hat sich der Bauer ausgeruht?"
    assert say(event("rest", she), question=True) == "Hat sie sich ausgeruht?"
    assert say(event("laugh", she), event("rest", farmer, tense="present"), link="because") == (
        "Sie hat gelacht, weil der Bauer sich ausruht."
    )


def test_the_word_depends_on_its_company() -> None:
    bread, plane = thing("n2", "bread"), thing("n3", "plane")
    assert say(event("eat", thing("n1", "donkey"), object=bread, tense="present")) == "Der Esel frisst das Brot."
    assert say(event("eat", thing("n1", "child"), object=bread, tense="present")) == "Das Kind isst das Brot."
    assert say(event("go", thing("n1", "child"), destination=thing("n2", "Milan"), vehicle=plane)) == (
        "Das Kind ist mit dem Flugzeug nach Mailand geflogen."
    )
    assert say(event("solve", thing("n1", "detective"), object=thing("n2", "crime"), tense="present")) == (
        "Der Detektiv klärt das Verbrechen auf."
    )


# -- agreement and order


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("nom", {"count": "all"}, "alle neuen Bücher"),
        ("dat", {"count": "all"}, "allen neuen Büchern"),
        ("gen", {"count": "all"}, "aller neuen Bücher"),
        ("nom", {"count": "some", "definite": False}, "einige neue Bücher"),
        ("dat", {"count": "some", "definite": False}, "einigen neuen Büchern"),
        ("gen", {"count": "some", "definite": False}, "einiger neuer Bücher"),
        ("acc", {"count": "nine"}, "die neun neuen Bücher"),
        ("acc", {"count": "thirty", "definite": False}, "dreißig neue Bücher"),
    ],
)
def test_quantifiers_and_numerals(case: str, facts: dict, expected: str) -> None:
    assert phrase(case, "book", plural=True, adjective="new", **facts) == expected


def test_quantifiers_are_determiners() -> None:
    tokens = German(Plain()).noun_phrase(thing("n1", "book", plural=True, count="all"), "nom")
    assert sources(tokens) == [("alle", "DET", ("n1.count",)), ("Bücher", "NOUN", ("n1",))]


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("nom", {}, "der Reisende"),
        ("nom", {"definite": False}, "ein Reisender"),
        ("acc", {"definite": False, "adjective": "tired"}, "einen müden Reisenden"),
        ("nom", {"plural": True}, "die Reisenden"),
        ("nom", {"plural": True, "definite": False, "adjective": "tired"}, "müde Reisende"),
        ("gen", {}, "des Reisenden"),
    ],
)
def test_an_adjective_used_as_a_noun(case: str, facts: dict, expected: str) -> None:
    assert phrase(case, "traveller", **facts) == expected


def test_adjectives_with_a_changing_stem() -> None:
    assert phrase("nom", "camera", adjective="expensive", definite=False) == "eine teure Kamera"
    assert phrase("nom", "soldier", adjective="cowardly", definite=False) == "ein feiger Soldat"


def test_pronouns_of_children() -> None:
    """A child that was mentioned is "es", a girl "sie"; without a noun before it the sex decides."""

    def twice(concept: str) -> str:
        again = event("cough", thing("n2", concept, pronoun=True), tense="present")
        return say(event("laugh", thing("n1", concept), tense="present"), again, link="but")

    assert twice("baby") == "Das Baby lacht, aber es hustet."
    assert twice("girl") == "Das Mädchen lacht, aber sie hustet."
    assert say(event("cough", thing("n1", "child", pronoun=True), tense="present")) == "Er hustet."


@pytest.mark.parametrize(
    ("place", "where", "whereto"),
    [
        ("station", "am Bahnhof", "zum Bahnhof"),
        ("embassy", "in der Botschaft", "zur Botschaft"),
        ("sea", "am Meer", "ans Meer"),
        ("cinema", "im Kino", "ins Kino"),
        ("hill", "auf dem Hügel", "auf den Hügel"),
        ("Cairo", "in Kairo", "nach Kairo"),
    ],
)
def test_where_and_where_to(place: str, where: str, whereto: str) -> None:
    grammar = German(Plain())
    assert detokenise(grammar.located(thing("n1", place))) == where
    assert detokenise(grammar.directed(thing("n1", place))) == whereto


def test_denial_beside_a_manner() -> None:
    cut = event("peel", thing("n1", "cook_p"), object=thing("n2", "apple", definite=False), negated=True, manner="slowly",
                place=thing("n3", "kitchen"))  # fmt: skip
    assert say(cut) == "Der Koch hat einen Apfel in der Küche nicht langsam geschält."


def test_definite_before_indefinite() -> None:
    lent = event("lend", thing("n1", "Anna"), object=thing("n2", "umbrella"), recipient=thing("n3", "tailor", definite=False))
    assert say(lent) == "Anna hat den Regenschirm einem Schneider geliehen."


def test_one_meaning_in_two_orders() -> None:
    meaning = MEANINGS["to an institution"]
    assert detokenise(German(Eager(), Variation(0.0, 1.0)).realise(meaning)) == "Morgen werden die Ärzte ins Krankenhaus Ankara gehen."
    assert detokenise(German(Eager(), PLAIN).realise(meaning)) == SAID["to an institution"]


def test_an_institution_moves_as_a_whole() -> None:
    said = detokenise(German(Eager(), Variation(0.0, 1.0)).realise(MEANINGS["at an institution"]))
    assert said == "Im Museum Wien wird Maria eine Geige spielen."


# -- names


def test_institution() -> None:
    grammar = German(Plain())
    bank = institution("n1", "bank", "Athens")
    article, head, city = grammar.noun_phrase(bank, "nom")
    assert sources([article, head, city]) == [("die", "DET", ("n1.def",)), ("Bank", "PROPN", ("n1",)), ("Athen", "PROPN", ("n1c",))]
    assert detokenise(grammar.directed(bank)) == "zur Bank Athen"
    assert sources(grammar.located(institution("n1", "theatre", "Rome")))[0] == ("im", "ADP", ("n1.role", "n1.def"))


def test_family_names() -> None:
    owner = thing("n2", "Maria", family=NAMES["Lorenz"])
    tokens = German(Plain()).noun_phrase(thing("n1", "dog", owner=owner, adjective="aged"), "dat")
    assert sources(tokens) == [
        ("Maria", "PROPN", ("n2",)), ("Lorenz'", "PROPN", ("n2.family", "n2.of")), ("altem", "ADJ", ("n1.adj",)), ("Hund", "NOUN", ("n1",)),
    ]  # fmt: skip


# -- content questions


def ask(asked: Event, role: str) -> str:
    return say(asked, question=True, asked=role)


@pytest.mark.parametrize(
    ("verb", "object", "expected"),
    [
        ("wait", thing("n2", "customer"), "Auf wen wartet der Mann?"),
        ("wait", thing("n2", "bus"), "Worauf wartet der Mann?"),
        ("help", thing("n2", "Anna"), "Wem hilft der Mann?"),
        ("follow", thing("n2", "truck"), "Wem folgt der Mann?"),
        ("hate", thing("n2", "spider"), "Was hasst der Mann?"),
        ("hate", thing("n2", "king", plural=True), "Wen hasst der Mann?"),
    ],
)
def test_the_case_of_what(verb: str, object: Thing, expected: str) -> None:
    assert ask(event(verb, thing("n1", "man"), object=object, tense="present"), "object") == expected


def test_who_is_singular_and_has_its_own() -> None:
    lost = event("lose", thing("n1", "girl", plural=True), object=thing("n2", "doll", own=Owner("f", True)))
    assert ask(lost, "agent") == "Wer hat seine Puppe verloren?"
    assert lost.agents[0].plural and lost.object.own == Owner("f", True)


@pytest.mark.parametrize(
    ("role", "word", "source"),
    [("agent", "Wer", "n1"), ("object", "Was", "n2"), ("recipient", "Wem", "n3"), ("place", "Wo", "n4"), ("time", "Wann", "eshow.time")],
)
def test_the_question_word_stands_for_what_it_asks(role: str, word: str, source: str) -> None:
    shown = event("show", thing("n1", "Anna"), object=thing("n2", "map"), recipient=thing("n3", "child"), place=thing("n4", "park"),
                  time="tuesday")  # fmt: skip
    tokens = German(Plain()).realise(Sentence("home", [shown], question=True, asked=role))
    assert tokens[0].text == word and tokens[0].source == (source,)
    assert not any(source in token.source for token in tokens[1:])
    assert tokens[-1].text == "?"


# -- whatever is drawn


def test_random_meanings() -> None:
    grammar = German(Random(5, "de"))
    fronted = 0
    for meaning in islice(Meanings(Random(5, "meanings"), "train"), 2000):
        tokens = grammar.realise(meaning)
        text = detokenise(tokens)
        assert text[0].isupper() and text[-1] in ".?" and "  " not in text, text
        assert not any(f" {mark}" in text for mark in ".,?") and ",," not in text and ",." not in text, text
        for token in tokens[1:]:
            assert token.text and token.text[0].isupper() == (token.upos in ("NOUN", "PROPN")) or token.upos == "PUNCT", (token, text)
        fronted += tokens[0].source[:1] in {(f"{said.id}.time",) for said in meaning.events if said.time}
    assert 100 < fronted < 800
