"""Turkish: verb last, no articles; number, owner, case, tense and negation are suffixes under vowel harmony.

Words (`tr_words.py`): `[words before it] stem[/stem before a vowel] [@case]`; a word before it is a noun unless it says `word:TAG`.
Nouns: `^` front harmony in spite of a back vowel (saat-i); `°` a compound that ends in a possessive, with its bare noun
(ders kitabı/kitap°). Verbs: `@case` of the object; without it the accusative, but nothing on a new thing (bir kitap okudu, kitabı
okudu). Suffixes are written with A (a e), I (ı i u ü) and D (d t). `concept noun | word`: what is said beside that (kind of) noun.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from isogloss.corpora.miniworld import tr_words
from isogloss.corpora.miniworld.concepts import Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

HIGH = {"a": "ı", "â": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}  # vowel -> its I
BACK = "aâıou"
FRONTED = {"a": "e", "ı": "i", "o": "ö", "u": "ü"}
VOICELESS = "fstkçşhpx"
CASES = {  # case -> after a consonant, after a vowel, after a possessive
    "nom": ("", "", ""),
    "acc": ("I", "yI", "nI"),
    "dat": ("A", "yA", "nA"),
    "loc": ("DA", "DA", "nDA"),
    "abl": ("DAn", "DAn", "nDAn"),
    "gen": ("In", "nIn", "nIn"),
    "ins": ("lA", "ylA", "ylA"),
}
LINKS = {"and": ("ve", "CCONJ"), "but": ("ama", "CCONJ"), "because": ("çünkü", "CCONJ")}
FINITE = {"past": "DI", "present": "Iyor", "future": "AcAk"}
FRONT_NAMES = ("Kemal",)  # Kemal'in: the l is a front one

# How often the optional orders are taken, before the dial.
TIME_FIRST, PLACE_FIRST, OBJECT_FIRST, ASKED_FIRST = 0.45, 0.15, 0.12, 0.3
DROPPED = 0.65  # subject pronouns


class Stem(NamedTuple):
    """A stem before consonants and before vowels (of a compound: with the possessive, without it); what it needs besides."""

    plain: str
    before_vowel: str
    front: bool = False
    compound: bool = False
    words: tuple[tuple[str, str], ...] = ()  # yardım etmek, ders kitabı: the words before it, with tags
    case: str = ""  # of the object; "" is the accusative that a new thing does without

    @property
    def headword(self) -> str:
        return " ".join((*(word for word, _ in self.words), self.plain))


def read_stem(text: str) -> Stem:
    forms, _, case = text.partition(" @")
    *words, form = forms.split()
    plain, _, before_vowel = form.rstrip("^°").partition("/")
    tagged = tuple((word, tag or "NOUN") for word, _, tag in (word.partition(":") for word in words))
    return Stem(plain, before_vowel or plain, "^" in form, "°" in form, tagged, case)


@cache
def attach(stem: str, suffix: str, front: bool = False) -> str:
    """Write a suffix with the vowels and the d/t that the stem asks for."""
    last = next((letter for letter in reversed(stem.lower()) if letter in HIGH), "e")
    last = FRONTED.get(last, last) if front else last
    word = stem
    for letter in suffix:
        if letter == "A":
            letter = "a" if last in BACK else "e"
        elif letter == "I":
            letter = HIGH[last]
        elif letter == "D":
            letter = "t" if word[-1] in VOICELESS else "d"
        last = letter if letter in HIGH else last
        word += letter
    return word


@cache
def decline(stem: Stem, case: str, plural: bool, owned: bool) -> str:
    """Stem + plural + possessive + case: kitap, kitabı, kitaplarında. The possessive of a compound is there already."""
    if stem.compound:
        base = attach(stem.before_vowel, "lArI") if plural else stem.plain
        return attach(base, CASES[case][2])
    word, before_vowel, front = stem.plain, stem.before_vowel, stem.front
    if plural:
        word = before_vowel = attach(word, "lAr", front)
        front = False
    if owned:
        return attach(attach(before_vowel, "sI" if before_vowel[-1] in HIGH else "I", front), CASES[case][2])
    suffix = CASES[case][before_vowel[-1] in HIGH]
    if suffix[:1] in ("A", "I"):
        return attach(before_vowel, suffix, front)
    return attach(word, CASES[case][word[-1] in HIGH], front)


@cache
def decline_name(name: str, case: str) -> str:
    """A name; an apostrophe before its suffix: Anna'nın."""
    suffix = decline(Stem(name, name, name in FRONT_NAMES), case, False, False)[len(name) :]
    return f"{name}'{suffix}" if suffix else name


@cache
def conjugate(stem: Stem, ending: str, negated: bool) -> str:
    """A verb stem with a tense or participle; `ending` is written as after a consonant (DI, Iyor, AcAk, DIğI, AcAğI, An)."""
    word = stem.plain
    if negated:
        return attach(word, "mIyor") if ending == "Iyor" else attach(word, ("mAy" if ending[0] == "A" else "mA") + ending)
    if ending[0] == "D":
        return attach(word, ending)
    if word[-1] not in HIGH:
        return attach(stem.before_vowel, ending)
    if word in ("ye", "de"):  # yiyor, yiyecek, yiyen
        return attach(word[0] + "i", "yor" if ending == "Iyor" else "y" + ending)
    if ending == "Iyor":  # oku -> okuyor, söyle -> söylüyor: the last vowel is raised
        return attach(word[:-1], ending)
    return attach(word, "y" + ending)


@cache
def nominal(word: str, tense: str) -> str:
    """The past of a noun or adjective: yeniydi, evdeydi, soğuktu."""
    if tense != "past":
        return word
    return attach(word, "yDI" if word[-1] in HIGH else "DI")


class Turkish(Grammar):
    code, iso3 = "tr", "tur"
    names: dict[str, tuple[str, ...]]

    def clause(self, event: Event) -> Tokens:
        subject = self.subjects(event)
        return self.ordered(event, subject, self.predicate(event, dropped=not subject))

    def question(self, event: Event) -> Tokens:
        """Kitabı okudu mu? Kitap yeni miydi?"""
        subject = self.subjects(event)
        if event.frame in ("is", "at") and event.tense != "future":
            predicate = self.copular(event, "present")
            particle = nominal(attach(predicate[-1].text, " mI")[-2:], event.tense)
            source: tuple[str, ...] = (f"{event.id}.be",)
        else:
            predicate, source = self.predicate(event, dropped=not subject), ()
            particle = attach(predicate[-1].text, " mI")[-2:]
        return [*self.ordered(event, subject, predicate), Token(particle, "AUX", source)]

    def asks(self, event: Event, role: str) -> Tokens:
        """The question word stands before the verb: Resmi Anna'ya kim gösterdi?"""
        asked = self.question_word(event, role)
        rest = replace(event, agents=[]) if role == "agent" else replace(event, **{role: None})
        subject = self.subjects(rest)
        predicate = self.predicate(rest, dropped=not subject)
        if role in ("agent", "time") and self.reorders(ASKED_FIRST):
            return [*asked, *self.ordered(rest, subject, predicate)]
        return self.ordered(rest, subject, predicate, asked)

    def question_word(self, event: Event, role: str) -> Tokens:
        if role == "time":
            return [Token("ne", "DET", (f"{event.id}.time",)), Token("zaman", "NOUN", (f"{event.id}.time",))]
        thing = event.agents[0] if role == "agent" else getattr(event, role)
        if role != "object":
            word = ASKED[role]
        else:
            word = (WHOM if thing.concept.kind in ("person", "name.person") else WHAT)[self.verb_case(event)]
        return [Token(word, "PRON", (thing.id,))]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        word, tag = LINKS[link]
        return [*tokens, *([] if link == "and" else [COMMA]), Token(word, tag, ("link",)), *self.clause(event)]

    def ordered(self, event: Event, subject: Tokens, predicate: Tokens, asked: Sequence[Token] = ()) -> Tokens:
        """Subject, time, place, the known and then the new before the verb; time, place or a known object may come first."""
        if event.frame == "exists":
            return [*self.marked(event.place, "loc"), *self.noun_phrase(event.object, "nom"), *predicate]
        time = self.phrase(event.time, f"{event.id}.time")
        place = self.marked(event.place, "loc") if event.frame != "at" else []
        front = [*time, *subject] if self.reorders(TIME_FIRST) else [*subject, *time]
        front = [*place, *front] if self.reorders(PLACE_FIRST) else [*front, *place]
        known, new = self.objects(event)
        if known and subject and event.object.definite and not event.object.own and self.reorders(OBJECT_FIRST):
            front, known = [*known, *front], []
        return [*front, *self.middle(event, known), *asked, *new, *self.content(event), *predicate]

    def objects(self, event: Event) -> tuple[Tokens, Tokens]:
        """A known object (with its case) and one that must stand beside the verb: one of the two is empty. Persons count as known."""
        thing = event.object
        if not thing:
            return [], []
        if not (self.verb_case(event) or thing.definite or thing.quantified or thing.concept.kind == "person"):
            return [], self.noun_phrase(thing, "nom")
        case = self.case_of(event)
        phrase = self.noun_phrase(thing, case)
        return ([], phrase) if case == "gen" else (phrase, [])

    def middle(self, event: Event, known: Tokens) -> Tokens:
        """Companion, recipient, known object, manner, tool, vehicle, destination."""
        companion = self.noun_phrase(event.companion, "nom") if event.companion else []
        if companion:
            companion.append(Token("ile", "ADP", (f"{event.companion.id}.role",)))
        return [
            *companion,
            *self.marked(event.recipient, "dat"),
            *known,
            *self.phrase(event.manner, f"{event.id}.manner"),
            *self.marked(event.tool, "ins"),
            *self.marked(event.vehicle, "ins"),
            *self.marked(event.destination, "dat"),
        ]

    def verb_case(self, event: Event) -> str:
        """The case that the table gives: synonyms agree on it, so that the first may speak for all."""
        return self.lexicon[event.concept.id][0].case

    def case_of(self, event: Event) -> str:
        """The case of a known object or of a "that" clause."""
        return self.verb_case(event) or "acc"

    def marked(self, thing: Thing | None, case: str) -> Tokens:
        return self.noun_phrase(thing, case, role=True) if thing else []

    def beside(self, concept: str, noun: Concept | None) -> Any:
        """The word of a verb or an adjective that goes with a noun: kırık pencere, bozuk makine."""
        words = noun and (COLLOCATIONS.get(f"{concept} {noun.id}") or COLLOCATIONS.get(f"{concept} {noun.kind}"))
        return self.among(words) if words else self.word(concept)

    def predicate(self, event: Event, ending: str = "", dropped: bool = False) -> Tokens:
        """The words that end the clause; `ending` replaces the finite one in participles; the verb stands for a dropped pronoun."""
        if event.frame in ("is", "at"):
            return self.copular(event, event.tense)
        if event.frame == "exists":
            return self.existential(event)
        noun = event.object or (event.agents[0] if event.agents else None)
        stem = self.beside(event.concept.id, noun and noun.concept)
        nodes = [event.id, f"{event.id}.tense"] + ([f"{event.id}.neg"] if event.negated else [])
        nodes += [thing.id for thing in event.agents if thing.pronoun and dropped]
        form = conjugate(stem, ending or FINITE[event.tense], event.negated)
        if not ending and len(event.agents) == 1 and event.agents[0].pronoun and event.plural:
            form = attach(form, "lAr")
        return [*(Token(word, tag, (event.id,)) for word, tag in stem.words), Token(form, "VERB", tuple(nodes))]

    def copular(self, event: Event, tense: str) -> Tokens:
        """yeni, yeniydi, yeni değil, yeni değildi, yeni olacak, yeni olmayacak."""
        be = f"{event.id}.be"
        if event.frame == "is":
            words = [self.property(event)]
        else:
            words = self.marked(event.place, "loc")
        if tense == "future":
            nodes = (be, f"{event.id}.tense", *((f"{event.id}.neg",) if event.negated else ()))
            return [*words, Token("olmayacak" if event.negated else "olacak", "AUX", nodes)]
        if event.negated:
            return [*words, Token(nominal("değil", tense), "AUX", (f"{event.id}.neg", be))]
        last = words[-1]
        words[-1] = last._replace(text=nominal(last.text, tense), source=(*last.source, be) if tense == "past" else last.source)
        return words

    def property(self, event: Event) -> Token:
        return Token(self.beside(event.concept.id, event.agents[0].concept), "ADJ", (event.id,))

    def existential(self, event: Event) -> Tokens:
        """var, vardı, yok, yoktu, olacak, olmayacak."""
        nodes = (f"{event.id}.be", *((f"{event.id}.neg",) if event.negated else ()))
        if event.tense == "future":
            return [Token("olmayacak" if event.negated else "olacak", "VERB", (*nodes, f"{event.id}.tense"))]
        return [Token(nominal("yok" if event.negated else "var", event.tense), "ADJ", nodes)]

    def content(self, event: Event) -> Tokens:
        """A "that" clause is a noun: öğrencinin kitabı okuduğunu (söyledi)."""
        inner = event.content
        if inner is None:
            return []
        ending = "AcAğI" if inner.tense == "future" else "DIğI"
        if inner.agents[0].pronoun and inner.plural:  # dropped: the suffix says they
            ending = ending.replace("ğ", "klAr")
        case = CASES[self.case_of(event)][2]
        subject = self.subjects(inner, "gen")
        if inner.frame == "is":
            nodes = (f"{inner.id}.be", f"{event.id}.that", f"{inner.id}.tense", *((f"{inner.id}.neg",) if inner.negated else ()))
            verb = Token(attach(conjugate(BE, ending, inner.negated), case), "AUX", nodes)
            return self.ordered(inner, subject, [self.property(inner), verb])
        *words, verb = self.predicate(inner, ending, dropped=not subject)
        verb = verb._replace(text=attach(verb.text, case), source=(*verb.source, f"{event.id}.that"))
        return self.ordered(inner, subject, [*words, verb])

    def subjects(self, event: Event, case: str = "nom") -> Tokens:
        """The agents; only the last of two carries the case. A pronoun is often dropped, in a "that" clause always: the verb then
        stands for it. Without a verb (evdeydi) it stays."""
        agents = event.agents
        if len(agents) == 1 and agents[0].pronoun and event.frame != "at" and (case == "gen" or self.random.chance(DROPPED)):
            return []
        return self.coordinated(agents, lambda thing: self.noun_phrase(thing, case if thing is agents[-1] else "nom"), "ve")

    def noun_phrase(self, thing: Thing, case: str, role: bool = False) -> Tokens:
        """Relative clause, owner, numeral, adjective, bir, noun with its suffixes."""
        nodes = (f"{thing.id}.role",) if role else ()
        if thing.pronoun:
            return [Token(decline(THEY if thing.plural else HE, case, False, False), "PRON", (thing.id, *nodes))]
        if thing.name or thing.seat:
            return self.proper(thing, case, nodes)
        tokens = self.relative(thing) if thing.relative else []
        if thing.own:
            tokens.append(Token("kendi", "PRON", (f"{thing.id}.own",)))
        if thing.owner:
            owner = self.noun_phrase(thing.owner, "gen")
            tokens += [*owner[:-1], owner[-1]._replace(source=(*owner[-1].source, f"{thing.owner.id}.of"))]
        if thing.count:
            tokens += self.phrase(thing.count, f"{thing.id}.count")
        if thing.adjective:
            tokens.append(Token(self.beside(thing.adjective, thing.concept), "ADJ", (f"{thing.id}.adj",)))
        if not (thing.definite or thing.plural or thing.concept.mass):
            tokens.append(Token("bir", "DET", (f"{thing.id}.def",)))
        return tokens + self.noun(thing, case, nodes)

    def noun(self, thing: Thing, case: str, nodes: tuple[str, ...]) -> Tokens:
        """The noun, and the words of a compound before it."""
        plural = thing.plural and (thing.quantified or not thing.count)  # iki kitap: the numeral says it
        plural = plural or bool(thing.own and thing.own.plural)  # kendi kitapları: their own
        stem = self.word(thing.concept.id)
        form = decline(stem, case, plural, bool(thing.own or thing.owner))
        return [*(Token(word, tag, (thing.id,)) for word, tag in stem.words), Token(form, "NOUN", (thing.id, *nodes))]

    def proper(self, thing: Thing, case: str, nodes: tuple[str, ...]) -> Tokens:
        """Anna'nın, Anna Schmidt'in, Berlin Üniversitesinin: the last word carries the case."""
        if thing.seat:
            head = decline(self.word(thing.concept.id), case, False, True)
            city = Token(self.local(thing.seat.concept), "PROPN", (thing.seat.id,))
            return [city, Token(self.upper(head[0]) + head[1:], "PROPN", (thing.id, *nodes))]
        if thing.family:
            family = decline_name(self.local(thing.family), case)
            given = Token(self.local(thing.concept), "PROPN", (thing.id,))
            return [given, Token(family, "PROPN", (f"{thing.id}.family", *nodes))]
        return [Token(decline_name(self.local(thing.concept), case), "PROPN", (thing.id, *nodes))]

    def relative(self, thing: Thing) -> Tokens:
        """A participle before the noun: kitabı okuyan öğretmen."""
        event = thing.relative
        *words, verb = self.predicate(event, "AcAk" if event.tense == "future" else "An")
        return self.ordered(event, [], [*words, verb._replace(source=(*verb.source, f"{thing.id}.rel"))])

    def local(self, name: Concept) -> str:
        return self.names[name.id][0] if name.id in self.names else name.id

    def upper(self, letter: str) -> str:
        return "İ" if letter == "i" else letter.upper()


HE, THEY = Stem("o", "on"), Stem("onlar", "onlar")
BE = Stem("ol", "ol")
ASKED = {"agent": "kim", "recipient": "kime", "place": "nerede", "destination": "nereye"}
WHAT = {"": "ne", "acc": "neyi", "dat": "neye", "abl": "neyden", "gen": "neyin", "ins": "neyle"}  # by the case in the verb's row
WHOM = {"": "kimi", "acc": "kimi", "dat": "kime", "abl": "kimden", "gen": "kimin", "ins": "kiminle"}

COLLOCATIONS = read_lexicon(tr_words.VERBS_WITH, read_stem) | read_lexicon(tr_words.ADJECTIVES_WITH, str)

Turkish.lexicon = read_lexicon(tr_words.NOUNS, read_stem) | read_lexicon(tr_words.VERBS, read_stem) | read_lexicon(tr_words.ADJECTIVES, str)
Turkish.phrases = read_lexicon(tr_words.PHRASES, read_phrase)
Turkish.names = read_lexicon(tr_words.NAMES, str)
