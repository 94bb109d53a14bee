"""German: gender, number and case on articles and adjectives, verb second, participles and infinitives last.

Nouns: `Wort gender Plural [w|ns|a]` (w: weak, -n in all but the nominative: des Bauern; ns: also -s in the genitive: des Buchstabens;
a: an adjective used as a noun, given as its stem: ein Reisender). Places stand after their preposition: `in`, `auf`, `an` with the dative
for "where" and the accusative for "where to", `an/zu` when "where to" is zu. Verbs: `[sich] infinitive third-person participle [s] [@case
or @preposition+case]` (s: perfect with sein; `vor+bereiten`: separable). Adjectives: `base[/stem]`. `COLLOCATIONS`: the word that a verb
takes with this agent, object or vehicle (a concept or a kind): animals fressen.
"""

from collections.abc import Set
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import CONCEPTS, Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing

DEFINITE = {  # case -> m, f, n, plural
    "nom": ("der", "die", "das", "die"),
    "acc": ("den", "die", "das", "die"),
    "dat": ("dem", "der", "dem", "den"),
    "gen": ("des", "der", "des", "der"),
}
EIN_ENDINGS = {"nom": ("", "e", "", "e"), "acc": ("en", "e", "", "e"), "dat": ("em", "er", "em", "en"), "gen": ("es", "er", "es", "er")}
STRONG = {"nom": ("er", "e", "es", "e"), "acc": ("en", "e", "es", "e"), "dat": ("em", "er", "em", "en"), "gen": ("en", "er", "en", "er")}
OBLIQUE = ("en", "en", "en", "en")
WEAK = {"nom": ("e", "e", "e", "en"), "acc": ("en", "e", "e", "en"), "dat": OBLIQUE, "gen": OBLIQUE}
MIXED = {"nom": ("er", "e", "es", "en"), "acc": ("en", "e", "es", "en"), "dat": OBLIQUE, "gen": OBLIQUE}
VOWELS = "aeiouyäöü"
COLUMN = {"m": 0, "f": 1, "n": 2}
PRONOUNS = {"nom": ("er", "sie", "es", "sie"), "acc": ("ihn", "sie", "es", "sie"), "dat": ("ihm", "ihr", "ihm", "ihnen")}  # m, f, n, plural
CONTRACTIONS = {
    ("in", "dem"): "im", ("in", "das"): "ins", ("an", "dem"): "am", ("an", "das"): "ans", ("zu", "dem"): "zum", ("zu", "der"): "zur",
}  # fmt: skip
LINKS = {"and": ("und", "CCONJ"), "but": ("aber", "CCONJ"), "because": ("weil", "SCONJ")}
WHO = {"nom": "wer", "acc": "wen", "dat": "wem"}
WHERE = {"place": "wo", "destination": "wohin"}
FRONTED = 0.4  # how often a time or a place stands first


class Noun(NamedTuple):
    """`where` and `whereto`: the prepositions of a place."""

    where: str
    whereto: str
    singular: str
    gender: str
    plural: str
    declension: str

    @property
    def headword(self) -> str:
        return self.singular


class Verb(NamedTuple):
    """`finite` is the third person singular without a separable prefix."""

    reflexive: bool
    prefix: str
    infinitive: str
    finite: str
    participle: str
    perfect: str
    preposition: str
    case: str

    @property
    def headword(self) -> str:
        return self.prefix + self.infinitive


def read_noun(text: str) -> Noun:
    words = text.split()
    where, _, whereto = words.pop(0).partition("/") if words[0].islower() else ("", "", "")
    return Noun(where, whereto or where, *words[:3], declension="".join(words[3:]))


def read_verb(text: str) -> Verb:
    forms, _, government = text.partition(" @")
    reflexive = forms.startswith("sich ")
    infinitive, finite, participle, *auxiliary = forms.removeprefix("sich ").split()
    prefix, _, base = infinitive.rpartition("+")
    preposition, _, case = government.rpartition("+")
    return Verb(reflexive, prefix, base, finite, participle, "sein" if auxiliary else "haben", preposition, case or "acc")


def read_adjective(text: str) -> tuple[str, str]:
    """-> predicative form, stem of the inflected forms."""
    base, _, stem = text.partition("/")
    return base, stem or base.removesuffix("e")


def read_collocations(table: str) -> dict[str, dict[str, tuple[Verb, ...]]]:
    """`eat animal | fressen frisst gefressen` -> {eat: {animal: (fressen,)}}."""
    found: dict[str, dict[str, tuple[Verb, ...]]] = {}
    for key, words in read_lexicon(table, read_verb).items():
        verb, other = key.split()
        found.setdefault(verb, {})[other] = words
    return found


@cache
def decline(noun: Noun, case: str, plural: bool) -> str:
    """The form of a noun that is no adjective."""
    if plural:
        return noun.plural + "n" if case == "dat" and noun.plural[-1] not in "ns" else noun.plural
    if noun.declension:
        return noun.singular if case == "nom" else noun.plural + ("s" if case == "gen" and noun.declension == "ns" else "")
    return genitive(noun.singular) if case == "gen" and noun.gender != "f" else noun.singular


def genitive(word: str) -> str:
    """Lehrers, but Freundes, Zahnarztes, Ergebnisses: one syllable, or a final s or z, takes -es; a short final s doubles."""
    if word.endswith("nis") or word == "Bus":
        return word + "ses"
    syllables = sum(a in VOWELS and b not in VOWELS for a, b in zip(word.lower(), word.lower()[1:] + "-", strict=True))
    return word + ("es" if word[-1] in "sßzx" or word.endswith("zt") or (syllables == 1 and word[-1] not in VOWELS + "hr") else "s")


def genitive_of_name(name: str) -> str:
    """Annas, Felix'."""
    return name + ("'" if name[-1] in "sßzx" else "s")


class German(Grammar):
    code, iso3 = "de", "deu"
    names: dict[str, tuple[str, ...]]
    antecedents: Set[str] = frozenset()  # concepts of the first subject

    def realise(self, sentence: Sentence) -> Tokens:
        self.antecedents = {agent.concept.id for agent in sentence.events[0].agents if not agent.pronoun}
        return super().realise(sentence)

    def clause(self, event: Event) -> Tokens:
        """Verb second; a time or a place may come first instead of the subject."""
        front, subject = self.front(event), self.subject(event)
        middle, finite, last = self.parts(event, front=front)
        if front == "time":
            opening = self.phrase(event.time, f"{event.id}.time")
        elif front == "place":
            opening = self.located(event.place)
        else:
            opening, subject = subject, []
        return [*opening, finite, *self.field(subject, middle), *last, *self.content(event)]

    def question(self, event: Event) -> Tokens:
        middle, finite, last = self.parts(event)
        return [finite, *self.field(self.subject(event), middle), *last, *self.content(event)]

    def asks(self, event: Event, role: str) -> Tokens:
        """Wer hat ... gelesen? The question word takes the place of the subject in front."""
        verb = self.verb(event)
        asking = self.question_word(event, role, verb)
        if role == "agent":  # "wer" is singular, and what is "his own" is sein
            agent, thing = event.agents[0], event.object
            own = replace(thing, own=Owner("m", False)) if thing and thing.own else thing
            event, subject = replace(event, agents=[Thing(agent.id, agent.concept)], object=own), []
        else:
            event, subject = replace(event, **{role: None}), self.subject(event)
        finite, last = self.verb_group(event, verb, False)
        return [*asking, finite, *self.field(subject, self.middle(event, verb)), *last]

    def question_word(self, event: Event, role: str, verb: Verb) -> Tokens:
        """wer, wen, auf wen, worauf, wem, wo, wohin, wann."""
        if role == "time":
            return [Token("wann", "ADV", (f"{event.id}.time",))]
        thing = event.agents[0] if role == "agent" else getattr(event, role)
        node = (thing.id,)
        if role in WHERE:
            return [Token(WHERE[role], "ADV", node)]
        if role != "object":
            return [Token(WHO["nom" if role == "agent" else "dat"], "PRON", node)]
        who = thing.concept.kind in ("person", "name.person")
        if verb.preposition and not who:
            return [Token(("wor" if verb.preposition[0] in VOWELS else "wo") + verb.preposition, "ADV", node)]
        asking = Token(WHO[verb.case] if who or verb.case == "dat" else "was", "PRON", node)
        return [Token(verb.preposition, "ADP"), asking] if verb.preposition else [asking]

    def subordinate(self, event: Event) -> Tokens:
        """Verb last: dass der Lehrer das Buch gelesen hat; a separable verb is whole."""
        subject = self.subject(event)
        middle, finite, last = self.parts(event, verb_last=True)
        return [*subject, *middle, *last, finite, *self.content(event)]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        word, tag = LINKS[link]
        clause = self.subordinate(event) if link == "because" else self.clause(event)
        return [*tokens, *([] if link == "and" else [COMMA]), Token(word, tag, ("link",)), *clause]

    def content(self, event: Event) -> Tokens:
        if not event.content:
            return []
        return [COMMA, Token("dass", "SCONJ", (f"{event.id}.that",)), *self.subordinate(event.content)]

    def front(self, event: Event) -> str:
        """What stands first: the time or the place, or nothing but the subject. Im Wald gibt es ...: always the place."""
        if event.frame == "exists":
            return "place"
        if event.frame == "at" or not (event.time or event.place) or not self.reorders(FRONTED):
            return ""
        return "time" if event.time else "place"

    def subject(self, event: Event) -> Tokens:
        if event.frame == "exists":
            return [Token("es", "PRON")]
        return self.coordinated(event.agents, lambda thing: self.noun_phrase(thing, "nom"), "und")

    def field(self, subject: Tokens, middle: Tokens) -> Tokens:
        """What follows the finite verb: heute hat sie sich ausgeruht, but heute hat sich die Lehrerin ausgeruht."""
        if subject and subject[0].upos != "PRON" and middle and middle[0].text == "sich":
            return [middle[0], *subject, *middle[1:]]
        return [*subject, *middle]

    def verb(self, event: Event) -> Verb:
        """The word for the verb, which may depend on who does it to what: animals fressen."""
        special = COLLOCATIONS.get(event.concept.id)
        if special:
            for thing in (event.vehicle, event.object, event.agents[0]):
                words = thing and (special.get(thing.concept.id) or special.get(thing.concept.kind))
                if words:
                    return self.among(words)
        return self.word(event.concept.id)

    def parts(self, event: Event, verb_last: bool = False, front: str = "") -> tuple[Tokens, Token, Tokens]:
        """Middle field, finite verb, and what closes the clause. `front`: the time or the place stands elsewhere."""
        if event.frame in ("is", "at", "exists"):
            return self.copular(event, front)
        verb = self.verb(event)
        return self.middle(event, verb, front), *self.verb_group(event, verb, verb_last)

    def verb_group(self, event: Event, verb: Verb, verb_last: bool) -> tuple[Token, Tokens]:
        """liest / hat ... gelesen / wird ... lesen / bereitet ... vor."""
        tense = f"{event.id}.tense"
        if event.tense == "present":
            form = verb.infinitive if event.plural else verb.finite
            if verb_last or not verb.prefix:
                return Token(verb.prefix + form, "VERB", (event.id, tense)), []
            return Token(form, "VERB", (event.id, tense)), [Token(verb.prefix, "ADP", (event.id,))]
        if event.tense == "future":
            return Token("werden" if event.plural else "wird", "AUX", (tense,)), [Token(verb.prefix + verb.infinitive, "VERB", (event.id,))]
        auxiliary = {"haben": ("hat", "haben"), "sein": ("ist", "sind")}[verb.perfect][event.plural]
        return Token(auxiliary, "AUX", (tense,)), [Token(verb.participle, "VERB", (event.id,))]

    def copular(self, event: Event, front: str) -> tuple[Tokens, Token, Tokens]:
        """ist neu, war im Haus, im Haus gibt es ein Buch."""
        if event.frame == "exists":
            return self.existence(event)
        be = (f"{event.id}.be",)
        time = [] if front == "time" else self.phrase(event.time, f"{event.id}.time")
        if event.frame == "is":
            predicate = [Token(self.word(event.concept.id)[0], "ADJ", (event.id,))]
        else:
            predicate = self.located(event.place)
        if event.tense == "future":
            finite, last = Token("werden" if event.plural else "wird", "AUX", (f"{event.id}.tense",)), [Token("sein", "AUX", be)]
        else:
            finite, last = Token({"past": ("war", "waren"), "present": ("ist", "sind")}[event.tense][event.plural], "AUX", be), []
        return [*time, *self.negation(event), *predicate], finite, last

    def existence(self, event: Event) -> tuple[Tokens, Token, Tokens]:
        """es gibt: impersonal, what there is stands in the accusative."""
        be = (f"{event.id}.be",)
        thing, none = self.object_phrase(event, "acc")
        middle = [*([] if none else self.negation(event)), *thing]
        if event.tense == "future":
            return middle, Token("wird", "AUX", (f"{event.id}.tense",)), [Token("geben", "VERB", be)]
        return middle, Token("gab" if event.tense == "past" else "gibt", "VERB", be), []

    def negation(self, event: Event) -> Tokens:
        return [Token("nicht", "PART", (f"{event.id}.neg",))] if event.negated else []

    def middle(self, event: Event, verb: Verb, front: str = "") -> Tokens:
        """Known before new: sich, time, recipient, definite object, manner, place, companion, new object, destination.

        "nicht" stands after the place; what it denies, the manner too, follows it. Beside a manner it is not said by "kein".
        """
        recipient = self.noun_phrase(event.recipient, "dat") if event.recipient else []
        old, new, none = [], [], False
        if event.object and verb.preposition:
            new = [Token(verb.preposition, "ADP"), *self.noun_phrase(event.object, verb.case)]
        elif event.object and (event.object.definite or (event.negated and event.manner)):
            old = self.noun_phrase(event.object, verb.case)
        elif event.object:
            new, none = self.object_phrase(event, verb.case)
        if old and event.recipient and event.object.definite > event.recipient.definite:
            recipient, old = old, recipient
        manner = self.phrase(event.manner, f"{event.id}.manner")
        place = self.located(event.place) if event.place and front != "place" else []
        if event.negated:
            place = [*place, *([] if none else self.negation(event)), *manner]
        else:
            place = [*manner, *place]
        return [
            *([Token("sich", "PRON", (event.id,))] if verb.reflexive else []),
            *([] if front == "time" else self.phrase(event.time, f"{event.id}.time")), *recipient, *old, *place,
            *self.marked("mit", event.companion), *self.marked("mit", event.tool), *self.marked("mit", event.vehicle),
            *new, *self.directed(event.destination),
        ]  # fmt: skip

    def object_phrase(self, event: Event, case: str) -> tuple[Tokens, bool]:
        """An indefinite object; under negation it says `kein` itself."""
        thing = event.object
        if not event.negated or thing.count:
            return self.noun_phrase(thing, case), False
        return self.noun_phrase(thing, case, none=f"{event.id}.neg"), True

    def marked(self, preposition: str, thing: Thing | None) -> Tokens:
        """A preposition with the dative."""
        if thing is None:
            return []
        return [Token(preposition, "ADP", (f"{thing.id}.role",)), *self.noun_phrase(thing, "dat")]

    def located(self, place: Thing) -> Tokens:
        """im Haus, in Berlin."""
        if place.name:
            return self.marked("in", place)
        noun = self.word(place.concept.id)
        return self.placed(place, noun, noun.where, "dat")

    def directed(self, place: Thing | None) -> Tokens:
        """ins Haus, zum Bahnhof, nach Berlin."""
        if place is None:
            return []
        if place.name:
            return self.marked("nach", place)
        noun = self.word(place.concept.id)
        return self.placed(place, noun, noun.whereto, "dat" if noun.whereto == "zu" else "acc")

    def placed(self, place: Thing, noun: Noun, preposition: str, case: str) -> Tokens:
        """Preposition and article as one word where German has one."""
        phrase = self.noun_phrase(place, case, noun)
        contracted = CONTRACTIONS.get((preposition, phrase[0].text))
        if contracted:
            return [Token(contracted, "ADP", (f"{place.id}.role", f"{place.id}.def")), *phrase[1:]]
        return [Token(preposition, "ADP", (f"{place.id}.role",)), *phrase]

    def noun_phrase(self, thing: Thing, case: str, noun: Noun | None = None, none: str = "") -> Tokens:
        """Article, numeral, adjective, noun, owner, relative clause; all that agrees, agrees. `none`: the negation, said by kein."""
        if thing.pronoun:
            return [Token(PRONOUNS[case][self.sex(thing)], "PRON", (thing.id,))]
        if thing.name:
            return self.named(thing)
        noun = noun or self.word(thing.concept.id)
        column = 3 if thing.plural else COLUMN[noun.gender]
        tokens, endings = self.determiner(thing, case, column, none)
        if thing.count and not thing.quantified:
            tokens += self.phrase(thing.count, f"{thing.id}.count")
        if thing.adjective:
            tokens.append(Token(self.word(thing.adjective)[1] + endings[case][column], "ADJ", (f"{thing.id}.adj",)))
        form = noun.singular + endings[case][column] if noun.declension == "a" else decline(noun, case, thing.plural)
        tokens.append(Token(form, "PROPN" if thing.seat else "NOUN", (thing.id,)))
        if thing.seat:  # die Universität Berlin: the city stands beside it, in no case
            tokens += self.named(thing.seat)
        if thing.owner and not thing.owner.name:
            owner = self.noun_phrase(thing.owner, "gen")
            tokens += [owner[0]._replace(source=(*owner[0].source, f"{thing.owner.id}.of")), *owner[1:]]
        if thing.relative:
            relative = Token(DEFINITE["nom"][column], "PRON", (f"{thing.id}.rel",))
            middle, finite, last = self.parts(thing.relative, verb_last=True)
            tokens += [COMMA, relative, *middle, *last, finite, COMMA]
        return tokens

    def sex(self, thing: Thing) -> int:
        """The column of a pronoun: of the sex (das Mädchen, sie), but a child that was named so is "es"."""
        if thing.plural:
            return 3
        neuter = thing.concept.id in NEUTER_PERSONS and thing.concept.id in self.antecedents
        return 2 if neuter else COLUMN[thing.concept.sex]

    def determiner(self, thing: Thing, case: str, column: int, none: str) -> tuple[Tokens, dict]:
        """What opens the noun phrase, and the adjective endings that it asks for."""
        node = f"{thing.id}.def"
        if thing.own:
            stem = "ihr" if thing.own.plural or thing.own.sex == "f" else "sein"
            return [Token(stem + EIN_ENDINGS[case][column], "DET", (f"{thing.id}.own",))], MIXED
        if thing.owner and thing.owner.name:
            return self.possessor(thing.owner), STRONG
        if thing.quantified:
            return self.quantifier(thing, case), WEAK if thing.count == "all" else STRONG
        if thing.definite:
            return [Token(DEFINITE[case][column], "DET", (node,))], WEAK
        if none:
            return [Token("kein" + EIN_ENDINGS[case][column], "DET", (node, none))], MIXED
        if thing.plural or thing.concept.mass:
            return [], STRONG
        return [Token("ein" + EIN_ENDINGS[case][column], "DET", (node,))], MIXED

    def quantifier(self, thing: Thing, case: str) -> Tokens:
        """alle, allen, aller: it ends like an adjective without article."""
        (word,) = self.phrase(thing.count, f"{thing.id}.count")
        return [word._replace(text=word.text[:-1] + STRONG[case][3])]

    def named(self, thing: Thing) -> Tokens:
        """Anna Schmidt, Berlin."""
        tokens = [Token(self.name(thing.concept), "PROPN", (thing.id,))]
        if thing.family:
            tokens.append(Token(self.name(thing.family), "PROPN", (f"{thing.id}.family",)))
        return tokens

    def possessor(self, owner: Thing) -> Tokens:
        """Annas, Anna Schmidts: the last name takes the ending."""
        *first, last = self.named(owner)
        return [*first, last._replace(text=genitive_of_name(last.text), source=(*last.source, f"{owner.id}.of"))]

    def name(self, concept: Concept) -> str:
        return self.names.get(concept.id, (concept.id,))[0]


NOUNS = """
teacher | Lehrerin f Lehrerinnen
pupil | Schüler m Schüler
doctor | Arzt m Ärzte
nurse | Krankenschwester f Krankenschwestern
cook_p | Koch m Köche
farmer | Bauer m Bauern w ; Landwirt m Landwirte
driver | Fahrer m Fahrer
customer | Kunde m Kunden w
singer | Sängerin f Sängerinnen
player | Spieler m Spieler
hunter | Jäger m Jäger
director | Direktor m Direktoren
mother | Mutter f Mütter
judge | Richter m Richter
father | Vater m Väter
patient | Patient m Patienten w
professor | Professor m Professoren
child | Kind n Kinder
girl | Mädchen n Mädchen
boy | Junge m Jungen w
waitress | Kellnerin f Kellnerinnen
guest | Gast m Gäste
baker | Bäcker m Bäcker
grandmother | Großmutter f Großmütter ; Oma f Omas
grandfather | Großvater m Großväter ; Opa m Opas
son | Sohn m Söhne
daughter | Tochter f Töchter
brother | Bruder m Brüder
sister | Schwester f Schwestern
wife | Frau f Frauen ; Ehefrau f Ehefrauen
husband | Mann m Männer ; Ehemann m Ehemänner
neighbour | Nachbarin f Nachbarinnen
gardener | Gärtner m Gärtner
shepherd | Hirte m Hirten w ; Schäfer m Schäfer
worker | Arbeiter m Arbeiter
forester | Förster m Förster
fisherman | Fischer m Fischer
tourist | Touristin f Touristinnen
pilot | Pilot m Piloten w
passenger | Passagier m Passagiere ; Fahrgast m Fahrgäste
captain | Kapitän m Kapitäne
seller | Verkäuferin f Verkäuferinnen
merchant | Händler m Händler
surgeon | Chirurg m Chirurgen w
pharmacist | Apotheker m Apotheker
musician | Musiker m Musiker
dancer | Tänzerin f Tänzerinnen
composer | Komponist m Komponisten w
painter | Maler m Maler
poet | Dichter m Dichter
actress | Schauspielerin f Schauspielerinnen
coach | Trainer m Trainer
runner | Läuferin f Läuferinnen
swimmer | Schwimmerin f Schwimmerinnen
referee | Schiedsrichter m Schiedsrichter
lawyer | Anwalt m Anwälte ; Rechtsanwalt m Rechtsanwälte
thief | Dieb m Diebe
witness | Zeugin f Zeuginnen
detective | Detektiv m Detektive
guard | Wächter m Wächter
secretary | Sekretärin f Sekretärinnen
engineer | Ingenieur m Ingenieure
minister | Minister m Minister
president | Präsident m Präsidenten w
journalist | Journalistin f Journalistinnen
writer | Schriftsteller m Schriftsteller ; Autor m Autoren
librarian | Bibliothekar m Bibliothekare
friend | Freund m Freunde
woman | Frau f Frauen
man | Mann m Männer
dog | Hund m Hunde
cat | Katze f Katzen
horse | Pferd n Pferde
cow | Kuh f Kühe
sheep | Schaf n Schafe
goat | Ziege f Ziegen
pig | Schwein n Schweine
hen | Huhn n Hühner ; Henne f Hennen
duck | Ente f Enten
rabbit | Kaninchen n Kaninchen
wolf | Wolf m Wölfe
bear | Bär m Bären w
fox | Fuchs m Füchse
bird | Vogel m Vögel
fish | Fisch m Fische
snake | Schlange f Schlangen
eagle | Adler m Adler
deer | Hirsch m Hirsche
mouse | Maus f Mäuse
bread | Brot n Brote
soup | Suppe f Suppen
meat | Fleisch n -
cheese | Käse m -
rice | Reis m -
sugar | Zucker m -
honey | Honig m -
egg | Ei n Eier
apple | Apfel m Äpfel
tomato | Tomate f Tomaten
onion | Zwiebel f Zwiebeln
carrot | Karotte f Karotten ; Möhre f Möhren
cake | Kuchen m Kuchen ; Torte f Torten
salad | Salat m Salate
dish | Gericht n Gerichte ; Speise f Speisen
water | Wasser n -
milk | Milch f -
tea | Tee m -
coffee | Kaffee m -
wine | Wein m -
medicine | Medikament n Medikamente ; Arznei f Arzneien
knife | Messer n Messer
spoon | Löffel m Löffel
fork | Gabel f Gabeln
plate | Teller m Teller
pot | Topf m Töpfe
cup | Tasse f Tassen
bottle | Flasche f Flaschen
table | Tisch m Tische
chair | Stuhl m Stühle
bed | Bett n Betten
cupboard | Schrank m Schränke
bench | Bank f Bänke
door | Tür f Türen
window | Fenster n Fenster
box | Kiste f Kisten ; Schachtel f Schachteln
suitcase | Koffer m Koffer
lamp | Lampe f Lampen
key | Schlüssel m Schlüssel
lock | Schloss n Schlösser
candle | Kerze f Kerzen
mirror | Spiegel m Spiegel
gift | Geschenk n Geschenke
bag | Tasche f Taschen
ticket | Ticket n Tickets ; Karte f Karten
map | Karte f Karten ; Landkarte f Landkarten
passport | Pass m Pässe ; Reisepass m Reisepässe
coin | Münze f Münzen
money | Geld n -
ring | Ring m Ringe
picture | Bild n Bilder ; Gemälde n Gemälde
book | Buch n Bücher
letter | Brief m Briefe
newspaper | Zeitung f Zeitungen
dictionary | Wörterbuch n Wörterbücher
poem | Gedicht n Gedichte
report | Bericht m Berichte
contract | Vertrag m Verträge
alphabet_letter | Buchstabe m Buchstaben ns
word | Wort n Wörter
pen | Stift m Stifte ; Kugelschreiber m Kugelschreiber
computer | Computer m Computer ; Rechner m Rechner
phone | Telefon n Telefone
machine | Maschine f Maschinen
ball | Ball m Bälle
medal | Medaille f Medaillen
shirt | Hemd n Hemden
coat | Mantel m Mäntel
hat | Hut m Hüte
dress | Kleid n Kleider
shoe | Schuh m Schuhe
guitar | Gitarre f Gitarren
piano | Klavier n Klaviere
violin | Geige f Geigen ; Violine f Violinen
flute | Flöte f Flöten
tree | Baum m Bäume
flower | Blume f Blumen
rose | Rose f Rosen
mushroom | Pilz m Pilze
berry | Beere f Beeren
stone | Stein m Steine
axe | Axt f Äxte
spade | Spaten m Spaten
car | Auto n Autos ; Wagen m Wagen
bus | Bus m Busse
train | Zug m Züge
plane | Flugzeug n Flugzeuge
ship | Schiff n Schiffe
bicycle | Fahrrad n Fahrräder ; Rad n Räder
song | Lied n Lieder
melody | Melodie f Melodien
story | Geschichte f Geschichten ; Erzählung f Erzählungen
question | Frage f Fragen
answer | Antwort f Antworten
problem | Problem n Probleme
plan | Plan m Pläne
rule | Regel f Regeln
law_n | Gesetz n Gesetze
illness | Krankheit f Krankheiten
operation | Operation f Operationen
journey | Reise f Reisen
lesson | Unterrichtsstunde f Unterrichtsstunden ; Lektion f Lektionen
exam | Prüfung f Prüfungen
game | Spiel n Spiele
match | Spiel n Spiele ; Match n Matches
race | Rennen n Rennen
trial | Prozess m Prozesse
crime | Verbrechen n Verbrechen
proof | Beweis m Beweise
secret | Geheimnis n Geheimnisse
meeting | Sitzung f Sitzungen ; Besprechung f Besprechungen
decision | Entscheidung f Entscheidungen
idea | Idee f Ideen
price | Preis m Preise
prize | Preis m Preise
film | Film m Filme
concert | Konzert n Konzerte
kitchen | in Küche f Küchen
restaurant | in Restaurant n Restaurants
school | in Schule f Schulen
library | in Bibliothek f Bibliotheken ; in Bücherei f Büchereien
university | an/zu Universität f Universitäten
farm | auf Bauernhof m Bauernhöfe
field | auf Feld n Felder
barn | in Stall m Ställe ; in Scheune f Scheunen
village | in Dorf n Dörfer
hospital | in Krankenhaus n Krankenhäuser ; in Klinik f Kliniken
pharmacy | in Apotheke f Apotheken
station | an/zu Bahnhof m Bahnhöfe
airport | an/zu Flughafen m Flughäfen
harbour | in/zu Hafen m Häfen
hotel | in Hotel n Hotels
town | in Stadt f Städte
market_l | auf Markt m Märkte
shop | in Laden m Läden ; in Geschäft n Geschäfte
bank | in/zu Bank f Banken
theatre | in Theater n Theater
museum | in Museum n Museen
stadium | in Stadion n Stadien
court | in/zu Gericht n Gerichte
prison | in Gefängnis n Gefängnisse
castle | in Schloss n Schlösser ; in Burg f Burgen
forest | in Wald m Wälder
river | an Fluss m Flüsse
riverbank | an Ufer n Ufer
lake | an See m Seen
mountain | auf Berg m Berge
island | auf Insel f Inseln
office | in Büro n Büros
factory | in Fabrik f Fabriken
ministry | in Ministerium n Ministerien
house | in Haus n Häuser
garden | in Garten m Gärten
room | in Zimmer n Zimmer
street | auf Straße f Straßen
park | in Park m Parks
pool | in Schwimmbad n Schwimmbäder
church | in Kirche f Kirchen
athlete | Sportlerin f Sportlerinnen ; Athletin f Athletinnen
soldier | Soldat m Soldaten w
policewoman | Polizistin f Polizistinnen
carpenter | Tischler m Tischler ; Schreiner m Schreiner
tailor | Schneider m Schneider
butcher | Metzger m Metzger ; Fleischer m Fleischer
mechanic | Mechaniker m Mechaniker
electrician | Elektriker m Elektriker
postman | Briefträger m Briefträger ; Postbote m Postboten w
barber | Friseur m Friseure
dentist | Zahnarzt m Zahnärzte
midwife | Hebamme f Hebammen
scientist | Wissenschaftlerin f Wissenschaftlerinnen ; Forscherin f Forscherinnen
historian | Historiker m Historiker
translator | Übersetzerin f Übersetzerinnen
architect | Architekt m Architekten w
sailor | Matrose m Matrosen w
king | König m Könige
queen | Königin f Königinnen
uncle | Onkel m Onkel
aunt | Tante f Tanten
grandson | Enkel m Enkel
baby | Baby n Babys
criminal | Verbrecher m Verbrecher
mayor | Bürgermeister m Bürgermeister
violinist | Geigerin f Geigerinnen ; Violinistin f Violinistinnen
pianist | Pianist m Pianisten w
champion | Meister m Meister ; Champion m Champions
goalkeeper | Torwart m Torwarte ; Torhüter m Torhüter
spectator | Zuschauer m Zuschauer
villager | Dorfbewohner m Dorfbewohner
traveller | Reisend m Reisend a
stewardess | Stewardess f Stewardessen ; Flugbegleiterin f Flugbegleiterinnen
cashier | Kassiererin f Kassiererinnen
person_h | Mensch m Menschen w
sparrow | Spatz m Spatzen w
owl | Eule f Eulen
goose | Gans f Gänse
donkey | Esel m Esel
lamb | Lamm n Lämmer
calf | Kalb n Kälber
frog | Frosch m Frösche
bee | Biene f Bienen
spider | Spinne f Spinnen
turtle | Schildkröte f Schildkröten
squirrel | Eichhörnchen n Eichhörnchen
lion | Löwe m Löwen w
elephant | Elefant m Elefanten w
monkey | Affe m Affen w
hedgehog | Igel m Igel
animal_h | Tier n Tiere
pear | Birne f Birnen
orange_f | Orange f Orangen ; Apfelsine f Apfelsinen
lemon | Zitrone f Zitronen
cherry | Kirsche f Kirschen
banana | Banane f Bananen
potato | Kartoffel f Kartoffeln
cucumber | Gurke f Gurken
cabbage | Kohlkopf m Kohlköpfe
pasta | Pasta f -
sausage | Wurst f Würste
butter | Butter f -
salt | Salz n -
flour | Mehl n -
ice_cream | Eis n -
chocolate | Schokolade f -
nut | Nuss f Nüsse
pancake | Pfannkuchen m Pfannkuchen
yoghurt | Joghurt m -
fruit | Frucht f Früchte
vegetable | Gemüse n Gemüse
juice | Saft m -
beer | Bier n -
lemonade | Limonade f -
clock | Uhr f Uhren
umbrella | Regenschirm m Regenschirme ; Schirm m Schirme
blanket | Decke f Decken
pillow | Kissen n Kissen
towel | Handtuch n Handtücher
comb | Kamm m Kämme
toy | Spielzeug n Spielzeuge
doll | Puppe f Puppen
rope | Seil n Seile
basket | Korb m Körbe
flag | Fahne f Fahnen ; Flagge f Flaggen
camera | Kamera f Kameras
wallet | Geldbörse f Geldbörsen ; Geldbeutel m Geldbeutel
stamp | Briefmarke f Briefmarken
envelope | Umschlag m Umschläge ; Briefumschlag m Briefumschläge
photograph | Foto n Fotos
statue | Statue f Statuen
vase | Vase f Vasen
pan | Pfanne f Pfannen
bowl | Schüssel f Schüsseln ; Schale f Schalen
glass | Glas n Gläser
bucket | Eimer m Eimer
carpet | Teppich m Teppiche
sofa | Sofa n Sofas ; Couch f Couchs
shelf | Regal n Regale
hammer | Hammer m Hämmer
saw | Säge f Sägen
needle | Nadel f Nadeln
brush | Bürste f Bürsten
ladder | Leiter f Leitern
tool_h | Werkzeug n Werkzeuge
sweater | Pullover m Pullover
skirt | Rock m Röcke
jacket | Jacke f Jacken
scarf | Schal m Schals
glove | Handschuh m Handschuhe
sock | Socke f Socken
boot | Stiefel m Stiefel
belt | Gürtel m Gürtel
drum | Trommel f Trommeln
trumpet | Trompete f Trompeten
accordion | Akkordeon n Akkordeons
instrument_h | Instrument n Instrumente
truck | Lastwagen m Lastwagen ; Lkw m Lkws
boat | Boot n Boote
tram | Straßenbahn f Straßenbahnen
motorcycle | Motorrad n Motorräder
taxi | Taxi n Taxis
vehicle_h | Fahrzeug n Fahrzeuge
television | Fernseher m Fernseher
radio | Radio n Radios
refrigerator | Kühlschrank m Kühlschränke
printer | Drucker m Drucker
oak | Eiche f Eichen
tulip | Tulpe f Tulpen
bush | Busch m Büsche ; Strauch m Sträucher
plant_h | Pflanze f Pflanzen
magazine | Zeitschrift f Zeitschriften
diary | Tagebuch n Tagebücher
novel | Roman m Romane
textbook | Lehrbuch n Lehrbücher
message | Nachricht f Nachrichten
list | Liste f Listen
recipe | Rezept n Rezepte
invitation | Einladung f Einladungen
joke | Witz m Witze
fairy_tale | Märchen n Märchen
project | Projekt n Projekte
discovery | Entdeckung f Entdeckungen
mistake | Fehler m Fehler
accident | Unfall m Unfälle
theory | Theorie f Theorien
experiment | Experiment n Experimente ; Versuch m Versuche
dream | Traum m Träume
offer | Angebot n Angebote
result | Ergebnis n Ergebnisse
opera | Oper f Opern
speech | Rede f Reden ; Ansprache f Ansprachen
ballet | Ballett n Ballette
tournament | Turnier n Turniere
battle | Schlacht f Schlachten
building | in Gebäude n Gebäude
bakery | in Bäckerei f Bäckereien
cafe | in Café n Cafés
post_office | in/zu Postamt n Postämter
cinema | in Kino n Kinos
beach | an Strand m Strände
desert | in Wüste f Wüsten
valley | in Tal n Täler
bridge | auf/zu Brücke f Brücken
square | auf/zu Platz m Plätze
tower | in/zu Turm m Türme
palace | in Palast m Paläste
embassy | in/zu Botschaft f Botschaften
laboratory | in Labor n Labore
classroom | in Klassenzimmer n Klassenzimmer
balcony | auf Balkon m Balkone
cellar | in Keller m Keller
bathroom | in Badezimmer n Badezimmer ; in Bad n Bäder
bedroom | in Schlafzimmer n Schlafzimmer
gym | in Turnhalle f Turnhallen ; in Sporthalle f Sporthallen
zoo | in Zoo m Zoos
sea | an Meer n Meere
roof | auf Dach n Dächer
corridor | in Flur m Flure ; in Korridor m Korridore
playground | auf Spielplatz m Spielplätze
workshop | in Werkstatt f Werkstätten
cave | in Höhle f Höhlen
hill | auf Hügel m Hügel
meadow | auf Wiese f Wiesen
temple | in Tempel m Tempel
monastery | in Kloster n Klöster
"""

VERBS = """
eat | essen isst gegessen
drink_v | trinken trinkt getrunken
cook | kochen kocht gekocht ; zu+bereiten bereitet zubereitet
bake | backen backt gebacken
cut | schneiden schneidet geschnitten
order | bestellen bestellt bestellt
wash | waschen wäscht gewaschen
fill | füllen füllt gefüllt
read | lesen liest gelesen
write | schreiben schreibt geschrieben
explain | erklären erklärt erklärt
learn | lernen lernt gelernt
ask | fragen fragt gefragt
prepare | vor+bereiten bereitet vorbereitet
treat | behandeln behandelt behandelt
examine | untersuchen untersucht untersucht
help | helfen hilft geholfen @dat
visit | besuchen besucht besucht
take | nehmen nimmt genommen ; ein+nehmen nimmt eingenommen
feed | füttern füttert gefüttert
milk_v | melken melkt gemolken
plant | pflanzen pflanzt gepflanzt
fell | fällen fällt gefällt
catch | fangen fängt gefangen
hunt | jagen jagt gejagt
watch | beobachten beobachtet beobachtet
find | finden findet gefunden
collect | sammeln sammelt gesammelt
lose | verlieren verliert verloren
search | suchen sucht gesucht
buy | kaufen kauft gekauft
sell | verkaufen verkauft verkauft
pay | bezahlen bezahlt bezahlt
compare | vergleichen vergleicht verglichen
choose | aus+suchen sucht ausgesucht ; wählen wählt gewählt
wear | tragen trägt getragen
give | geben gibt gegeben
show | zeigen zeigt gezeigt
send | schicken schickt geschickt ; senden sendet gesendet
bring | bringen bringt gebracht
tell | erzählen erzählt erzählt
steal | stehlen stiehlt gestohlen
interrogate | befragen befragt befragt ; vernehmen vernimmt vernommen
defend | verteidigen verteidigt verteidigt
discuss | besprechen bespricht besprochen
sign | unterschreiben unterschreibt unterschrieben
criticise | kritisieren kritisiert kritisiert
repair | reparieren repariert repariert
use | benutzen benutzt benutzt ; verwenden verwendet verwendet
open | öffnen öffnet geöffnet
close | schließen schließt geschlossen
drive | fahren fährt gefahren
wait | warten wartet gewartet @auf+acc
meet | treffen trifft getroffen
play_i | spielen spielt gespielt
perform | vor+tragen trägt vorgetragen ; singen singt gesungen
hear_t | hören hört gehört
paint | malen malt gemalt
admire | bewundern bewundert bewundert
win | gewinnen gewinnt gewonnen
throw | werfen wirft geworfen
train_v | trainieren trainiert trainiert
love | lieben liebt geliebt
see | sehen sieht gesehen
fear | fürchten fürchtet gefürchtet
sleep | schlafen schläft geschlafen
work | arbeiten arbeitet gearbeitet
sing | singen singt gesungen
dance | tanzen tanzt getanzt
laugh | lachen lacht gelacht
cry | weinen weint geweint
sit | sitzen sitzt gesessen
swim | schwimmen schwimmt geschwommen s
run | laufen läuft gelaufen s ; rennen rennt gerannt s
practise | üben übt geübt ; trainieren trainiert trainiert
go | gehen geht gegangen s
travel_v | reisen reist gereist s ; fahren fährt gefahren s
return | zurück+kehren kehrt zurückgekehrt s
come | kommen kommt gekommen s
hurry | eilen eilt geeilt s
say | sagen sagt gesagt
know | wissen weiß gewusst
believe | glauben glaubt geglaubt
hear | hören hört gehört
forget | vergessen vergisst vergessen
hope | hoffen hofft gehofft
think | denken denkt gedacht
understand | verstehen versteht verstanden
announce | verkünden verkündet verkündet
break_v | zerbrechen zerbricht zerbrochen
build | bauen baut gebaut
carry | tragen trägt getragen
clean_v | putzen putzt geputzt ; reinigen reinigt gereinigt
count_v | zählen zählt gezählt
describe | beschreiben beschreibt beschrieben
destroy | zerstören zerstört zerstört
hide | verstecken versteckt versteckt
hate | hassen hasst gehasst
praise | loben lobt gelobt
accept | an+nehmen nimmt angenommen ; akzeptieren akzeptiert akzeptiert
reject | ab+lehnen lehnt abgelehnt ; zurück+weisen weist zurückgewiesen
hug | umarmen umarmt umarmt
invite | ein+laden lädt eingeladen
lift | heben hebt gehoben ; hoch+heben hebt hochgehoben
measure | messen misst gemessen ; aus+messen misst ausgemessen
peel | schälen schält geschält
pull | ziehen zieht gezogen
push | schieben schiebt geschoben
publish | veröffentlichen veröffentlicht veröffentlicht
translate | übersetzen übersetzt übersetzt
solve | lösen löst gelöst
taste | probieren probiert probiert ; kosten kostet gekostet
touch | berühren berührt berührt ; an+fassen fasst angefasst
protect | schützen schützt geschützt ; beschützen beschützt beschützt
follow | folgen folgt gefolgt s @dat
greet | begrüßen begrüßt begrüßt ; grüßen grüßt gegrüßt
rescue | retten rettet gerettet
punish | bestrafen bestraft bestraft
photograph_v | fotografieren fotografiert fotografiert
lend | leihen leiht geliehen
offer_v | an+bieten bietet angeboten
recommend | empfehlen empfiehlt empfohlen
smile | lächeln lächelt gelächelt
cough | husten hustet gehustet
jump | springen springt gesprungen s
fall | stürzen stürzt gestürzt s ; hin+fallen fällt hingefallen s
rest | sich aus+ruhen ruht ausgeruht
shout | schreien schreit geschrien
stand | stehen steht gestanden
fly | fliegen fliegt geflogen s
walk | spazieren spaziert spaziert s
flee | fliehen flieht geflohen s ; flüchten flüchtet geflüchtet s
remember | sich erinnern erinnert erinnert
notice | bemerken bemerkt bemerkt ; merken merkt gemerkt
promise | versprechen verspricht versprochen
report_s | berichten berichtet berichtet ; melden meldet gemeldet
"""

ADJECTIVES = """
new | neu
old | alt
aged | alt
big | groß
small | klein
young | jung
good | gut
bad | schlecht
fresh | frisch
cold | kalt
hot | heiß
sweet | süß
clean | sauber
dirty | schmutzig
sick | krank
healthy | gesund
tired | müde
hungry | hungrig
clever | klug
famous | berühmt
strong | stark
fast | schnell
happy | glücklich
sad | traurig
sad_n | traurig
rich | reich
poor | arm
expensive | teuer/teur
cheap | billig
beautiful | schön
important | wichtig
difficult | schwierig ; schwer
easy | leicht ; einfach
heavy | schwer
light_a | leicht
dangerous | gefährlich
long | lang
short | kurz
interesting | interessant
red | rot
green | grün
black | schwarz
white | weiß
blue | blau
evil | böse
quiet | ruhig
empty | leer
full | voll
secret_a | geheim
brave | mutig ; tapfer
wild | wild
slow | langsam
weak | schwach
cowardly | feige
loud | laut
dry | trocken
wet | nass
warm | warm
yellow | gelb
brown | braun
polite | höflich
rude | unhöflich
lazy | faul
modern | modern
boring | langweilig
strange | seltsam ; merkwürdig
useful | nützlich
useless | nutzlos
angry | wütend
proud | stolz
curious | neugierig
honest | ehrlich
broken | kaputt
sharp | scharf
deep | tief
wide | breit
narrow | schmal
"""

PHRASES = """
two | zwei/NUM
three | drei/NUM
four | vier/NUM
five | fünf/NUM
six | sechs/NUM
ten | zehn/NUM
seven | sieben/NUM
eight | acht/NUM
twelve | zwölf/NUM
twenty | zwanzig/NUM
hundred | hundert/NUM
yesterday | gestern
last_week | letzte/ADJ Woche/NOUN
recently | neulich ; kürzlich
last_year | letztes/ADJ Jahr/NOUN
last_month | letzten/ADJ Monat/NOUN
now | jetzt ; nun
today | heute
every_day | jeden/DET Tag/NOUN ; täglich
often | oft
always | immer
sometimes | manchmal
every_week | jede/DET Woche/NOUN
tomorrow | morgen
next_week | nächste/ADJ Woche/NOUN
soon | bald
next_year | nächstes/ADJ Jahr/NOUN
morning | am/ADP Morgen/NOUN
evening | am/ADP Abend/NOUN ; abends
night | in/ADP der/DET Nacht/NOUN ; nachts
monday | am/ADP Montag/NOUN
friday | am/ADP Freitag/NOUN
sunday | am/ADP Sonntag/NOUN
summer | im/ADP Sommer/NOUN
spring | im/ADP Frühling/NOUN ; im/ADP Frühjahr/NOUN
winter | im/ADP Winter/NOUN
again | wieder
quickly | schnell
gladly | gern
slowly | langsam
carefully | vorsichtig
calmly | ruhig
secretly | heimlich
alone | allein
nine | neun/NUM
thirty | dreißig/NUM
all | alle/DET
some | einige/DET
tuesday | am/ADP Dienstag/NOUN
saturday | am/ADP Samstag/NOUN
autumn | im/ADP Herbst/NOUN
afternoon | am/ADP Nachmittag/NOUN
next_month | nächsten/ADJ Monat/NOUN
loudly | laut
suddenly | plötzlich
patiently | geduldig
politely | höflich
"""

NAMES = """
Moscow | Moskau
Vienna | Wien
Rome | Rom
Munich | München
Prague | Prag
Kazan | Kasan
Warsaw | Warschau
Geneva | Genf
Tver | Twer
Lisbon | Lissabon
Venice | Venedig
Krakow | Krakau
Milan | Mailand
Athens | Athen
Kyiv | Kiew
Beijing | Peking
Cairo | Kairo
Malaga | Málaga
Tokyo | Tokio
"""

# verb, and the agent, object or vehicle (a concept or a kind)
COLLOCATIONS_TABLE = """
eat animal | fressen frisst gefressen
go plane | fliegen fliegt geflogen s
go vehicle | fahren fährt gefahren s
travel_v plane | reisen reist gereist s ; fliegen fliegt geflogen s
accept decision | akzeptieren akzeptiert akzeptiert
accept price | akzeptieren akzeptiert akzeptiert
clean_v carpet | reinigen reinigt gereinigt
clean_v street | reinigen reinigt gereinigt ; fegen fegt gefegt
solve crime | auf+klären klärt aufgeklärt
solve question | klären klärt geklärt
"""

German.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, read_adjective)
German.phrases = read_lexicon(PHRASES, read_phrase)
German.names = read_lexicon(NAMES, str)
COLLOCATIONS = read_collocations(COLLOCATIONS_TABLE)
NEUTER_PERSONS = {c.id for c in CONCEPTS.values() if c.kind == "person" and c.sex == "m" and German.lexicon[c.id][0].gender == "n"}
