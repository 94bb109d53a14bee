"""Spanish: gender and number, ser and estar, al and del, the personal a, le beside a recipient, inverted questions.

The words stand in `es_words.py`, their forms are made in `es_inflection.py`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from isogloss.corpora.miniworld import concepts, es_words
from isogloss.corpora.miniworld.es_inflection import BE, Noun, Verb, read_adjective, read_noun, read_verb
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing

THE = {"m": ("el", "los"), "f": ("la", "las")}  # singular, plural
A = {"m": ("un", "unos"), "f": ("una", "unas")}
NO = {"m": "ningún", "f": "ninguna"}
PRONOUNS = {"m": ("él", "ellos"), "f": ("ella", "ellas")}
CONTRACTIONS = {"a": "al", "de": "del"}
APOCOPE = {"bueno": "buen", "malo": "mal"}  # before a masculine singular
LINKS = {"and": ("y", "CCONJ"), "but": ("pero", "CCONJ"), "because": ("porque", "SCONJ")}
ASKED = {"place": "dónde", "destination": "adónde", "time": "cuándo"}
DROPPED = 0.75  # of the subject pronouns
TIME_FIRST, PLACE_FIRST, PLACE_FIRST_THERE, VERB_FIRST, RECIPIENT_FIRST, ADJECTIVE_FIRST = 0.3, 0.12, 0.4, 0.4, 0.25, 0.4


class Parts(NamedTuple):
    """A clause in pieces, in the plain order."""

    verb: Verb
    subject: Tokens
    adverb: Tokens
    group: Tokens
    rest: Tokens
    place: Tokens
    time: Tokens


def prefixed(preposition: str, source: tuple[str, ...], phrase: Tokens) -> Tokens:
    """de la casa, del libro; the name El Cairo keeps its article."""
    if phrase[0].text == "el" and preposition in CONTRACTIONS:
        return [Token(CONTRACTIONS[preposition], "ADP", source + phrase[0].source), *phrase[1:]]
    return [Token(preposition, "ADP", source), *phrase]


def eased(tokens: Tokens) -> Tokens:
    """y -> e before the sound i: Anna e Irina, padre e hijo, but nieve y hielo."""
    for i, token in enumerate(tokens):
        if token.text == "y" and opens_with_i(tokens[i + 1].text.lower()):
            tokens[i] = token._replace(text="e")
    return tokens


def opens_with_i(word: str) -> bool:
    return word.startswith(("i", "í", "hi", "hí")) and not word.startswith(("hia", "hie"))


class Spanish(Grammar):
    code, iso3 = "es", "spa"

    def realise(self, sentence: Sentence) -> Tokens:
        self.words: dict[str, Noun] = {}
        return super().realise(sentence)

    def finish(self, tokens: Tokens, mark: str) -> Tokens:
        tokens = super().finish(eased(tokens), mark)
        if mark != "?":
            return tokens
        return [Token("¿", "PUNCT"), tokens[0]._replace(glued=True), *tokens[1:]]

    def clause(self, event: Event) -> Tokens:
        return self.ordered(event, self.parts(event))

    def question(self, event: Event) -> Tokens:
        """¿Leyó la maestra el libro?"""
        return self.inverted(event, self.parts(event))

    def asks(self, event: Event, role: str) -> Tokens:
        """¿A quién visitan los médicos?"""
        parts = self.parts(event, asked=role)
        return [*self.question_word(event, role, parts.verb), *self.inverted(event, parts)]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        word, tag = LINKS[link]
        return [*tokens, *([COMMA] if link == "but" else []), Token(word, tag, ("link",)), *self.clause(event)]

    # -- clauses

    def ordered(self, event: Event, parts: Parts) -> Tokens:
        """Subject, verb, the rest, place, time; a time or a place may come first, then perhaps the verb before the subject."""
        verb, subject, adverb, group, rest, place, time = parts
        front: Tokens = []
        if time and self.reorders(TIME_FIRST):
            front, time = time, front
        elif place and event.frame != "at" and self.reorders(PLACE_FIRST_THERE if event.frame == "exists" else PLACE_FIRST):
            front, place = place, front
        if front and event.frame == "i" and not adverb and not event.agents[0].pronoun and self.reorders(VERB_FIRST):
            group, subject = subject, group
        return [*front, *subject, *adverb, *group, *rest, *place, *time, *self.content(event, verb)]

    def inverted(self, event: Event, parts: Parts) -> Tokens:
        """The verb before the subject; after a predicate adjective, and at the end if a relative clause makes it heavy."""
        _, subject, adverb, group, rest, place, time = parts
        if event.agents[0].relative:
            return [*group, *adverb, *rest, *place, *time, *subject]
        if event.frame == "is":
            return [*group, *adverb, *rest, *subject, *time]
        return [*group, *adverb, *subject, *rest, *place, *time]

    def parts(self, event: Event, asked: str = "", tense: str = "") -> Parts:
        """The pieces of a clause without what is asked for; `tense`: a subjunctive in place of its own tense."""
        tense = tense or event.tense
        subject, dropped = ([], ()) if asked == "agent" else self.subject(event)
        time = [] if asked == "time" else self.phrase(event.time, f"{event.id}.time")
        adverb: Tokens = []
        if time and time[0].text[0] == "^":
            adverb, time = [time[0]._replace(text=time[0].text[1:])], []
        place = [] if asked == "place" or not event.place else self.marked("en", event.place)
        if event.frame in ("is", "at", "exists"):
            verb = BE[event.frame if event.frame != "is" else event.concept.frame]
            return Parts(verb, subject, adverb, self.copula(event, verb, tense), self.complement(event), place, time)
        verb = self.word(event.concept.id)
        group = self.verb_group(event, verb, verb.forms[tense][event.plural and asked != "agent"], asked, dropped)
        rest = [*self.phrase(event.manner, f"{event.id}.manner"), *self.participants(event, verb, asked), *self.circumstances(event)]
        return Parts(verb, subject, adverb, group, rest, place, time)

    def subject(self, event: Event) -> tuple[Tokens, tuple[str, ...]]:
        """The agents; or nothing and the node of a dropped pronoun, which the verb then expresses."""
        if event.frame == "exists":
            return [], ()
        if event.agents[0].pronoun and event.frame not in ("is", "at") and self.random.chance(DROPPED):
            return [], (event.agents[0].id,)
        return self.coordinated(event.agents, self.noun_phrase, "y"), ()

    def verb_group(self, event: Event, verb: Verb, finite: str, asked: str, dropped: tuple[str, ...]) -> Tokens:
        """no les explicó, se sienta, está de pie."""
        tokens = self.negation(event)
        role = "object" if "le" in verb.flags else "recipient"
        dative = getattr(event, role)
        if verb.reflexive:
            tokens.append(Token("se", "PRON", (event.id,)))
        if dative:
            tokens.append(Token("les" if dative.plural and asked != role else "le", "PRON", (f"{dative.id}.clitic",)))
        tokens.append(Token(finite, "VERB", (event.id, f"{event.id}.tense", *dropped)))
        return tokens + [Token(text, tag, (event.id,)) for text, tag in verb.tail]

    def negation(self, event: Event) -> Tokens:
        return [Token("no", "ADV", (f"{event.id}.neg",))] if event.negated else []

    def copula(self, event: Event, verb: Verb, tense: str) -> Tokens:
        """es, está, había: only the last is a verb of its own, and always singular."""
        there = event.frame == "exists"
        nodes = (f"{event.id}.be", *((f"{event.id}.tense",) if tense == "future" else ()))
        finite = verb.forms[tense][not there and event.plural]
        return [*self.negation(event), Token(finite, "VERB" if there else "AUX", nodes)]

    def complement(self, event: Event) -> Tokens:
        """What is there, or what something is like."""
        if event.frame == "exists":
            return self.object_phrase(event, "")
        if event.frame == "at":
            return []
        subject = event.agents[0]
        gender = subject.concept.sex if subject.name or subject.pronoun else self.noun(subject).gender
        return [Token(self.word(event.concept.id).forms[gender][subject.plural], "ADJ", (event.id,))]

    def content(self, event: Event, verb: Verb) -> Tokens:
        """que ..., de que ...; what is not believed stands in the subjunctive."""
        inner = event.content
        if not inner:
            return []
        that = f"{event.id}.that"
        tense = ""
        if event.negated and "doubt" in verb.flags:
            tense = "past subjunctive" if "past" in (event.tense, inner.tense) else "subjunctive"
        preposition = [Token(verb.preposition, "ADP", (that,))] if verb.preposition else []
        return [*preposition, Token("que", "SCONJ", (that,)), *self.ordered(inner, self.parts(inner, tense=tense))]

    def participants(self, event: Event, verb: Verb, asked: str) -> Tokens:
        """Object, recipient, destination."""
        thing, receiver, goal = (None if asked == role else getattr(event, role) for role in ("object", "recipient", "destination"))
        objects = self.object_phrase(event, self.preposition(verb, thing)) if thing else []
        recipient = self.marked("a", receiver) if receiver else []
        if len(objects) > 1 and recipient and self.reorders(RECIPIENT_FIRST):  # but "les da paraguas a unos chicos"
            objects, recipient = recipient, objects
        return [*objects, *recipient, *(self.marked(verb.preposition or "a", goal) if goal else [])]

    def preposition(self, verb: Verb, thing: Thing) -> str:
        """That of the verb, or the personal a."""
        if verb.preposition or not thing.concept.animate:
            return verb.preposition
        if thing.concept.kind != "animal" or "a" in verb.flags:
            return "a"
        return "a" if thing.definite and "-a" not in verb.flags else ""

    def object_phrase(self, event: Event, preposition: str) -> Tokens:
        """manzanas, a unos niños; under negation ninguna manzana."""
        phrase = self.noun_phrase(event.object, bare=event.negated or not preposition, none=f"{event.id}.neg" if event.negated else "")
        return prefixed(preposition, (), phrase) if preposition else phrase

    def circumstances(self, event: Event) -> Tokens:
        tokens = self.marked("con", event.companion) if event.companion else []
        if event.tool:
            tokens += self.marked("con", event.tool)
        if event.vehicle:  # no article: en tren
            vehicle = event.vehicle
            tokens += [Token("en", "ADP", (f"{vehicle.id}.role",)), Token(self.noun(vehicle).singular, "NOUN", (vehicle.id,))]
        return tokens

    def marked(self, preposition: str, thing: Thing) -> Tokens:
        return prefixed(preposition, (f"{thing.id}.role",), self.noun_phrase(thing))

    def question_word(self, event: Event, role: str, verb: Verb) -> Tokens:
        """quién, qué, a quién, con quién, dónde, adónde, cuándo."""
        if role == "time":
            return [Token(ASKED[role], "ADV", (f"{event.id}.time",))]
        if role == "agent":
            agent = event.agents[0]
            return [Token("qué" if agent.concept.kind == "animal" else "quién", "PRON", (agent.id,))]
        thing = getattr(event, role)
        if role in ASKED:
            return [Token(ASKED[role], "ADV", (thing.id,))]
        person = thing.concept.kind in ("person", "name.person")
        word = Token("quién" if person else "qué", "PRON", (thing.id,))
        if role == "recipient":
            return [Token("a", "ADP", (f"{thing.id}.role",)), word]
        preposition = verb.preposition or ("a" if person else "")
        return [Token(preposition, "ADP"), word] if preposition else [word]

    # -- noun phrases

    def noun(self, thing: Thing) -> Noun:
        """The word for a thing, the same wherever the sentence needs its gender."""
        if thing.id not in self.words:
            self.words[thing.id] = self.word(thing.concept.id)
        return self.words[thing.id]

    def noun_phrase(self, thing: Thing, bare: bool = False, none: str = "") -> Tokens:
        """Quantifier, article or possessive, numeral, noun with its adjective, owner, relative clause.

        `bare`: an indefinite plural has no article; `none`: the negation that ningún repeats.
        """
        if thing.pronoun:
            return [Token(PRONOUNS[thing.concept.sex][thing.plural], "PRON", (thing.id,))]
        if thing.name:
            return self.named(thing)
        noun = self.noun(thing)
        if thing.seat:
            return self.institution(thing, noun)
        core = self.core(thing, noun)
        count = self.counted(thing, noun.gender)
        article = self.determiner(thing, noun, bare, none, core)
        tokens = [*count, *article, *core] if thing.quantified else [*article, *count, *core]
        if thing.owner:
            tokens += prefixed("de", (f"{thing.owner.id}.of",), self.noun_phrase(thing.owner))
        if thing.relative:
            _, _, adverb, group, rest, place, time = self.parts(thing.relative)
            tokens += [Token("que", "PRON", (f"{thing.id}.rel",)), *adverb, *group, *rest, *place, *time]
        return tokens

    def named(self, thing: Thing) -> Tokens:
        tokens = [Token(word, "PROPN", (thing.id,)) for word in self.names[thing.concept.id]]
        if thing.family:
            tokens += [Token(word, "PROPN", (f"{thing.id}.family",)) for word in self.names[thing.family.id]]
        return tokens

    def institution(self, thing: Thing, noun: Noun) -> Tokens:
        """la Universidad de Berlín."""
        head = Token(noun.singular.capitalize(), "PROPN", (thing.id,))
        article = Token(THE[noun.gender][0], "DET", (f"{thing.id}.def",))
        return [article, head, Token("de", "ADP", (f"{thing.seat.id}.of",)), *self.named(thing.seat)]

    def core(self, thing: Thing, noun: Noun) -> Tokens:
        """libro nuevo, buen libro, oficina de correos."""
        tokens = [Token(noun.plural if thing.plural else noun.singular, "NOUN", (thing.id,))]
        tokens += [Token(text, tag, (thing.id,)) for text, tag in noun.tail]
        if not thing.adjective:
            return tokens
        adjective = self.word(thing.adjective)
        form = adjective.forms[noun.gender][thing.plural]
        if adjective.position == "first" or (adjective.position == "either" and self.reorders(ADJECTIVE_FIRST)):
            return [Token(APOCOPE.get(form, form), "ADJ", (f"{thing.id}.adj",)), *tokens]
        return [*tokens, Token(form, "ADJ", (f"{thing.id}.adj",))]

    def counted(self, thing: Thing, gender: str) -> Tokens:
        """A numeral, todos or algunos."""
        tokens = self.phrase(thing.count, f"{thing.id}.count")
        if thing.quantified and gender == "f":
            return [token._replace(text=token.text[:-2] + "as") for token in tokens]
        return tokens

    def determiner(self, thing: Thing, noun: Noun, bare: bool, none: str, core: Sequence[Token]) -> Tokens:
        node = f"{thing.id}.def"
        if thing.own:
            return [Token("sus" if thing.plural else "su", "DET", (f"{thing.id}.own",))]
        gender = "m" if noun.stressed and not thing.plural and core[0].upos == "NOUN" else noun.gender
        if thing.definite:
            return [Token(THE[gender][thing.plural], "DET", (node,))]
        if thing.concept.mass or thing.count or (bare and thing.plural):
            return []
        if none and not thing.plural:
            return [Token(NO[gender], "DET", (node, none))]
        return [Token(A[gender][thing.plural], "DET", (node,))]


Spanish.lexicon = (
    read_lexicon(es_words.NOUNS, read_noun) | read_lexicon(es_words.VERBS, read_verb) | read_lexicon(es_words.ADJECTIVES, read_adjective)
)
Spanish.phrases = read_lexicon(es_words.PHRASES, read_phrase)
Spanish.names = {name: (name,) for name in concepts.NAMES} | {
    name: tuple(word.split()) for name, (word,) in read_lexicon(es_words.NAMES, str).items()
}
