"""German: gender, number and case on articles and adjectives, verb second, participles and infinitives last.

Nouns: `Wort gender Plural [w]` (w: weak, -n in all but the nominative), places after their preposition. Verbs: `infinitive
third-person participle [s] [@case or @preposition+case]` (s: perfect with sein; `vor+bereiten`: separable). Adjectives: `base[/stem]`.
"""

from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

DEFINITE = {  # case -> m, f, n, plural
    "nom": ("der", "die", "das", "die"),
    "acc": ("den", "die", "das", "die"),
    "dat": ("dem", "der", "dem", "den"),
    "gen": ("des", "der", "des", "der"),
}
EIN_ENDINGS = {"nom": ("", "e", "", "e"), "acc": ("en", "e", "", "e"), "dat": ("em", "er", "em", "en"), "gen": ("es", "er", "es", "er")}
STRONG = {"nom": ("er", "e", "es", "e"), "acc": ("en", "e", "es", "e"), "dat": ("em", "er", "em", "en"), "gen": ("en", "er", "en", "er")}
WEAK = {"nom": ("e", "e", "e", "en"), "acc": ("en", "e", "e", "en")}  # elsewhere -en
MIXED = {"nom": ("er", "e", "es", "en"), "acc": ("en", "e", "es", "en")}
VOWELS = "aeiouyäöü"
COLUMN = {"m": 0, "f": 1, "n": 2}
PRONOUNS = {"nom": ("er", "sie", "sie"), "acc": ("ihn", "sie", "sie"), "dat": ("ihm", "ihr", "ihnen")}  # m, f, plural
CONTRACTIONS = {("in", "dem"): "im", ("in", "das"): "ins", ("an", "dem"): "am", ("an", "das"): "ans"}
LINKS = {"and": ("und", "CCONJ"), "but": ("aber", "CCONJ"), "because": ("weil", "SCONJ")}


class Noun(NamedTuple):
    preposition: str
    singular: str
    gender: str
    plural: str
    weak: bool


class Verb(NamedTuple):
    """`finite` is the third person singular without a separable prefix."""

    prefix: str
    infinitive: str
    finite: str
    participle: str
    perfect: str
    preposition: str
    case: str


def read_noun(text: str) -> Noun:
    words = text.split()
    preposition = words.pop(0) if words[0].islower() else ""
    return Noun(preposition, *words[:3], weak="w" in words[3:])


def read_verb(text: str) -> Verb:
    forms, _, government = text.partition(" @")
    infinitive, finite, participle, *auxiliary = forms.split()
    prefix, _, base = infinitive.rpartition("+")
    preposition, _, case = government.rpartition("+")
    return Verb(prefix, base, finite, participle, "sein" if auxiliary else "haben", preposition, case or "acc")


def read_adjective(text: str) -> tuple[str, str]:
    """-> predicative form, stem of the inflected forms."""
    base, _, stem = text.partition("/")
    return base, stem or base.removesuffix("e")


@cache
def decline(noun: Noun, case: str, plural: bool) -> str:
    """The form of a noun."""
    if plural:
        return noun.plural + "n" if case == "dat" and noun.plural[-1] not in "ns" else noun.plural
    if noun.weak:
        return noun.singular if case == "nom" else noun.plural
    return genitive(noun.singular) if case == "gen" and noun.gender != "f" else noun.singular


def genitive(word: str) -> str:
    """Lehrers, but Arztes: one syllable, or a final s or z, takes -es."""
    syllables = sum(a in VOWELS and b not in VOWELS for a, b in zip(word.lower(), word.lower()[1:] + "-", strict=True))
    return word + ("es" if word[-1] in "sßzx" or (syllables == 1 and word[-1] not in VOWELS + "hr") else "s")


class German(Grammar):
    code, iso3 = "de", "deu"

    def clause(self, event: Event) -> Tokens:
        """Verb second; a time or a place may come first instead of the subject."""
        subject, middle, finite, last = self.parts(event)
        front = self.front(event, subject, middle)
        return [*front, finite, *([] if front is subject else subject), *middle, *last, *self.content(event)]

    def question(self, event: Event) -> Tokens:
        subject, middle, finite, last = self.parts(event)
        return [finite, *subject, *middle, *last, *self.content(event)]

    def subordinate(self, event: Event) -> Tokens:
        """Verb last: dass der Lehrer das Buch gelesen hat; a separable verb is whole."""
        subject, middle, finite, last = self.parts(event, verb_last=True)
        return [*subject, *middle, *last, finite, *self.content(event)]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        word, tag = LINKS[link]
        clause = self.subordinate(event) if link == "because" else self.clause(event)
        return [*tokens, *([] if link == "and" else [COMMA]), Token(word, tag, ("link",)), *clause]

    def content(self, event: Event) -> Tokens:
        if not event.content:
            return []
        return [COMMA, Token("dass", "SCONJ", (f"{event.id}.that",)), *self.subordinate(event.content)]

    def front(self, event: Event, subject: Tokens, middle: Tokens) -> Tokens:
        """Take the fronted phrase out of the middle field; the subject itself when nothing is fronted."""
        node = f"{event.id}.time" if event.time else event.place.id if event.place else None
        if event.frame != "exists" and (node is None or not self.random.chance(0.4)):
            return subject
        fronted = [t for t in middle if any(s == node or s.startswith(f"{node}.") for s in t.source)]
        for token in fronted:
            middle.remove(token)
        return fronted

    def parts(self, event: Event, verb_last: bool = False) -> tuple[Tokens, Tokens, Token, Tokens]:
        """Subject, middle field, finite verb, and what closes the clause."""
        subject = self.coordinated(event.agents, lambda thing: self.noun_phrase(thing, "nom"), "und")
        if event.frame in ("is", "at", "exists"):
            return self.copular(event, subject)
        verb = self.word(event.concept.id)
        finite, last = self.verb_group(event, verb, verb_last)
        return subject, self.middle(event, verb), finite, last

    def verb_group(self, event: Event, verb: Verb, verb_last: bool) -> tuple[Token, Tokens]:
        """liest / hat ... gelesen / wird ... lesen / bereitet ... vor."""
        tense = (f"{event.id}.tense",)
        if event.tense == "present":
            form = verb.infinitive if event.plural else verb.finite
            if verb_last or not verb.prefix:
                return Token(verb.prefix + form, "VERB", (event.id, *tense)), []
            return Token(form, "VERB", (event.id, *tense)), [Token(verb.prefix, "ADP", (event.id,))]
        if event.tense == "future":
            return Token("werden" if event.plural else "wird", "AUX", tense), [Token(verb.prefix + verb.infinitive, "VERB", (event.id,))]
        auxiliary = {"haben": ("hat", "haben"), "sein": ("ist", "sind")}[verb.perfect][event.plural]
        return Token(auxiliary, "AUX", tense), [Token(verb.participle, "VERB", (event.id,))]

    def copular(self, event: Event, subject: Tokens) -> tuple[Tokens, Tokens, Token, Tokens]:
        """ist neu, war im Haus, im Haus gibt es ein Buch."""
        be, time = (f"{event.id}.be",), self.phrase(event.time, f"{event.id}.time")
        negation = self.negation(event)
        if event.frame == "exists":
            if event.tense == "future":
                finite, last = Token("wird", "AUX", (f"{event.id}.tense",)), [Token("geben", "VERB", be)]
            else:
                finite, last = Token("gab" if event.tense == "past" else "gibt", "VERB", be), []
            thing, none = self.object_phrase(event, "acc")
            return [Token("es", "PRON")], [*self.located(event.place), *([] if none else negation), *thing], finite, last
        if event.frame == "is":
            predicate = [Token(self.word(event.concept.id)[0], "ADJ", (event.id,))]
        else:
            predicate = self.located(event.place)
        if event.tense == "future":
            finite, last = Token("werden" if event.plural else "wird", "AUX", (f"{event.id}.tense",)), [Token("sein", "AUX", be)]
        else:
            finite, last = Token({"past": ("war", "waren"), "present": ("ist", "sind")}[event.tense][event.plural], "AUX", be), []
        return subject, [*time, *negation, *predicate], finite, last

    def negation(self, event: Event) -> Tokens:
        return [Token("nicht", "PART", (f"{event.id}.neg",))] if event.negated else []

    def middle(self, event: Event, verb: Verb) -> Tokens:
        """Known before new: time, recipient, definite object, place, not, manner, companion, new object, destination."""
        recipient = self.noun_phrase(event.recipient, "dat") if event.recipient else []
        time = self.phrase(event.time, f"{event.id}.time")
        old, new, none = [], [], False
        if event.object and verb.preposition:
            new = [Token(verb.preposition, "ADP"), *self.noun_phrase(event.object, verb.case)]
        elif event.object and (event.object.definite or event.object.count):
            old = self.noun_phrase(event.object, verb.case)
        elif event.object:
            new, none = self.object_phrase(event, verb.case)
        if old and event.recipient and not event.recipient.definite:
            recipient, old = old, recipient
        manner = self.phrase(event.manner, f"{event.id}.manner")
        if none:
            new, manner = [*new, *manner], []
        return [
            *time, *recipient, *old, *(self.located(event.place) if event.place else []), *([] if none else self.negation(event)), *manner,
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

    def located(self, place: Thing, case: str = "dat") -> Tokens:
        """im Haus, in Berlin; with the accusative: ins Haus."""
        if place.name:
            return self.marked("in", place)
        noun = self.word(place.concept.id)
        phrase = self.noun_phrase(place, case, noun)
        contracted = CONTRACTIONS.get((noun.preposition, phrase[0].text))
        if contracted:
            return [Token(contracted, "ADP", (f"{place.id}.role", f"{place.id}.def")), *phrase[1:]]
        return [Token(noun.preposition, "ADP", (f"{place.id}.role",)), *phrase]

    def directed(self, place: Thing | None) -> Tokens:
        if place is None:
            return []
        return self.marked("nach", place) if place.name else self.located(place, "acc")

    def noun_phrase(self, thing: Thing, case: str, noun: Noun | None = None, none: str = "") -> Tokens:
        """Article, numeral, adjective, noun, owner, relative clause; all that agrees, agrees. `none`: the negation, said by kein."""
        if thing.pronoun:
            form = PRONOUNS[case][2 if thing.plural else "mf".index(thing.concept.sex)]
            return [Token(form, "PRON", (thing.id,))]
        if thing.name:
            return [Token(self.name(thing.concept), "PROPN", (thing.id,))]
        noun = noun or self.word(thing.concept.id)
        column = 3 if thing.plural else COLUMN[noun.gender]
        tokens, endings = self.determiner(thing, case, column, none)
        if thing.count:
            tokens += self.phrase(thing.count, f"{thing.id}.count")
        if thing.adjective:
            ending = endings[case][column] if case in endings else "en"
            tokens.append(Token(self.word(thing.adjective)[1] + ending, "ADJ", (f"{thing.id}.adj",)))
        tokens.append(Token(decline(noun, case, thing.plural), "NOUN", (thing.id,)))
        if thing.owner and not thing.owner.name:
            owner = self.noun_phrase(thing.owner, "gen")
            tokens += [owner[0]._replace(source=(*owner[0].source, f"{thing.owner.id}.of")), *owner[1:]]
        if thing.relative:
            relative = Token(DEFINITE["nom"][column], "PRON", (f"{thing.id}.rel",))
            _, middle, finite, last = self.parts(thing.relative, verb_last=True)
            tokens += [COMMA, relative, *middle, *last, finite, COMMA]
        return tokens

    def determiner(self, thing: Thing, case: str, column: int, none: str) -> tuple[Tokens, dict]:
        """What opens the noun phrase, and the adjective endings that it asks for."""
        node = f"{thing.id}.def"
        if thing.own:
            stem = "ihr" if thing.own.plural or thing.own.sex == "f" else "sein"
            return [Token(stem + EIN_ENDINGS[case][column], "DET", (f"{thing.id}.own",))], MIXED
        if thing.owner and thing.owner.name:
            return [Token(self.name(thing.owner.concept) + "s", "PROPN", (thing.owner.id, f"{thing.owner.id}.of"))], STRONG
        if thing.definite:
            return [Token(DEFINITE[case][column], "DET", (node,))], WEAK
        if none:
            return [Token("kein" + EIN_ENDINGS[case][column], "DET", (node, none))], MIXED
        if thing.plural or thing.concept.mass:
            return [], STRONG
        return [Token("ein" + EIN_ENDINGS[case][column], "DET", (node,))], MIXED

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
box | Schachtel f Schachteln ; Kiste f Kisten
suitcase | Koffer m Koffer
lamp | Lampe f Lampen
key | Schlüssel m Schlüssel
lock | Schloss n Schlösser
candle | Kerze f Kerzen
mirror | Spiegel m Spiegel
gift | Geschenk n Geschenke
bag | Tasche f Taschen
ticket | Fahrkarte f Fahrkarten ; Ticket n Tickets
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
alphabet_letter | Buchstabe m Buchstaben w
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
university | an Universität f Universitäten
farm | auf Bauernhof m Bauernhöfe
field | auf Feld n Felder
barn | in Stall m Ställe ; in Scheune f Scheunen
village | in Dorf n Dörfer
hospital | in Krankenhaus n Krankenhäuser ; in Klinik f Kliniken
pharmacy | in Apotheke f Apotheken
station | auf Bahnhof m Bahnhöfe
airport | auf Flughafen m Flughäfen
harbour | in Hafen m Häfen
hotel | in Hotel n Hotels
town | in Stadt f Städte
market_l | auf Markt m Märkte
shop | in Laden m Läden ; in Geschäft n Geschäfte
bank | in Bank f Banken
theatre | in Theater n Theater
museum | in Museum n Museen
stadium | in Stadion n Stadien
court | in Gericht n Gerichte
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
choose | wählen wählt gewählt ; aus+suchen sucht ausgesucht
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
perform | singen singt gesungen
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
practise | trainieren trainiert trainiert ; üben übt geübt
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
calmly | ruhig ; leise
secretly | heimlich
alone | allein
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
"""

German.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, read_adjective)
German.phrases = read_lexicon(PHRASES, read_phrase)
German.names = read_lexicon(NAMES, str)
