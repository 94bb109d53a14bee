"""Russian: Cyrillic, six cases, gender in adjectives and the past tense, no articles, free word order.

The words stand in `ru_lexicon.py`, their forms are made in `ru_inflection.py`, whose head explains the notation of the tables. The past
is perfective where the verb has a pair, and so is its future; the present is imperfective. The first name carries the case
of a person's whole name.
"""

from dataclasses import replace
from typing import Any

from isogloss.corpora.miniworld import concepts
from isogloss.corpora.miniworld.concepts import Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Sentence, Thing
from isogloss.corpora.miniworld.names import INVENTED
from isogloss.corpora.miniworld.ru_inflection import (
    COLUMN,
    SMALL,
    Noun,
    Verb,
    agree,
    decline,
    numeral,
    own,
    past_form,
    quantifier,
    read_adjective,
    read_name,
    read_noun,
    read_verb,
    short_form,
    voiced,
)
from isogloss.corpora.miniworld.ru_lexicon import ADJECTIVES, NAMES, NOUNS, PHRASES, VERBS

PRONOUNS = {"m": "он", "f": "она", "pl": "они"}
WHO = {"nom": "кто", "gen": "кого", "dat": "кому", "acc": "кого", "ins": "кем", "pre": "ком"}
WHAT = {"nom": "что", "gen": "чего", "dat": "чему", "acc": "что", "ins": "чем", "pre": "чём"}
WHERE = {"place": "где", "destination": "куда", "time": "когда"}
LINKS = {"and": [("и", "CCONJ")], "but": [("но", "CCONJ")], "because": [("потому", "ADV"), ("что", "SCONJ")]}
REPEATED = frozenset("every_day every_week often always sometimes".split())
HABITUAL = {"идёт": "ходит", "идут": "ходят", "едет": "ездит", "едут": "ездят", "летит": "летает", "летят": "летают",
            "несёт": "носит", "несут": "носят"}  # fmt: skip


class Russian(Grammar):
    code, iso3 = "ru", "rus"

    def realise(self, sentence: Sentence) -> Tokens:
        self.words: dict[str, Noun] = {}  # the words chosen for the things and the events of the sentence
        self.verbs: dict[str, Verb] = {}
        return super().realise(sentence)

    # -- clauses

    def clause(self, event: Event) -> Tokens:
        return self.ordered(event, self.subjects(event), self.predicate(event, self.column(event)))

    def question(self, event: Event) -> Tokens:
        """Прочитал ли учитель книгу? or the plain order with a question mark."""
        if event.frame in ("is", "at") or not self.reorders(0.5):
            return self.clause(event)
        finite, *rest = self.predicate(event, self.column(event))
        adverbs = [*self.phrase(event.time, f"{event.id}.time"), *self.phrase(event.manner, f"{event.id}.manner")]
        return [finite, Token("ли", "PART"), *self.subjects(event), *adverbs, *rest, *self.after(event), *self.content(event)]

    def asks(self, event: Event, role: str) -> Tokens:
        """Кто купил книгу? Что купила Анна? Куда поехали туристы?"""
        if role == "agent":
            who = [Token(WHO["nom"], "PRON", (event.agents[0].id,))]
            return who + self.ordered(event, [], self.predicate(event, COLUMN["m"]))
        subject, predicate = self.subjects(event), self.predicate(event, self.column(event))
        word = self.question_word(event, role)
        known = replace(event, **{role: None})
        time, manner = self.phrase(known.time, f"{event.id}.time"), self.phrase(event.manner, f"{event.id}.manner")
        rest = self.after(known)
        inverted = bool(rest) == self.reorders(0.3) and not event.agents[0].pronoun  # a bare verb comes before its subject
        clause = [*time, *manner, *predicate, *subject] if inverted else [*subject, *time, *manner, *predicate]
        return [*word, *clause, *rest]

    def question_word(self, event: Event, role: str) -> Tokens:
        """кому, за кем, на чём, где: animals are кто as well."""
        if role == "time":
            return [Token(WHERE[role], "ADV", (f"{event.id}.time",))]
        if role == "recipient":
            return [Token(WHO["dat"], "PRON", (event.recipient.id, f"{event.recipient.id}.role"))]
        if role != "object":
            return [Token(WHERE[role], "ADV", (getattr(event, role).id,))]
        verb = self.verb(event)
        word = (WHO if event.object.concept.animate else WHAT)[verb.case]
        pronoun = Token(word, "PRON", (event.object.id,))
        return [Token(voiced(verb.preposition, word), "ADP"), pronoun] if verb.preposition else [pronoun]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        return [*tokens, COMMA, *(Token(word, tag, ("link",)) for word, tag in LINKS[link]), *self.clause(event)]

    def subjects(self, event: Event) -> Tokens:
        return self.coordinated(event.agents, lambda thing: self.noun_phrase(thing, "nom"), "и")

    def ordered(self, event: Event, subject: Tokens, predicate: Tokens) -> Tokens:
        """Usually S V O; the object, the time or the place may come first."""
        if event.frame == "exists":
            return [*self.located(event.place), *predicate]
        if event.frame in ("is", "at"):
            return [*self.opening(event, subject), *predicate]
        manner = self.phrase(event.manner, f"{event.id}.manner")
        predicate = [*predicate, *manner] if event.negated else [*manner, *predicate]
        tail = self.content(event)
        if subject and event.object and event.object.definite and not (event.recipient or event.agents[0].pronoun) and self.reorders(0.17):
            time = self.phrase(event.time, f"{event.id}.time")
            return [*time, *self.objects(event), *predicate, *subject, *self.rest(event), *tail]
        if subject and event.place and self.reorders(0.28):
            return [*self.located(event.place), *self.opening(event, subject), *predicate, *self.after(event, place_done=True), *tail]
        return [*self.opening(event, subject), *predicate, *self.after(event), *tail]

    def opening(self, event: Event, subject: Tokens) -> Tokens:
        """Анна вчера, вчера Анна; but not всегда умная Анна, who would be always clever."""
        time = self.phrase(event.time, f"{event.id}.time")
        return [*time, *subject] if subject and time and event.time != "always" and self.reorders(0.45) else [*subject, *time]

    def after(self, event: Event, place_done: bool = False) -> Tokens:
        """What follows the verb in the plain order."""
        return [*self.marked(event.recipient, "dat"), *self.objects(event), *self.rest(event, place_done)]

    def objects(self, event: Event) -> Tokens:
        if not event.object:
            return []
        verb = self.verb(event)
        phrase = self.noun_phrase(event.object, verb.case)
        return [Token(voiced(verb.preposition, phrase[0].text), "ADP"), *phrase] if verb.preposition else phrase

    def rest(self, event: Event, place_done: bool = False) -> Tokens:
        tokens = [] if not event.companion else self.prepositional("с", event.companion, "ins")
        tokens += self.marked(event.tool, "ins")
        if event.vehicle:
            tokens += self.prepositional("на", event.vehicle, "pre")
        if event.place and not place_done:
            tokens += self.located(event.place)
        return tokens + (self.located(event.destination, "acc") if event.destination else [])

    def content(self, event: Event) -> Tokens:
        return [COMMA, Token("что", "SCONJ", (f"{event.id}.that",)), *self.clause(event.content)] if event.content else []

    # -- the choice of words, and what agrees with them

    def verb(self, event: Event) -> Verb:
        """The verb of a clause, the same for its form and its government."""
        if event.id not in self.verbs:
            things = (event.object, event.destination, event.vehicle)
            self.verbs[event.id] = self.fitting(event.concept.id, tuple(thing.concept for thing in things if thing and not thing.seat))
        return self.verbs[event.id]

    def fitting(self, concept: str, company: tuple[Concept, ...]) -> Any:
        """A verb or adjective that goes with one of its companions: стирать рубашку, мыть чашку."""
        words = self.lexicon[concept]
        if not words[-1].companions:
            return self.among(words)
        special = tuple(word for word in words if any(c.id in word.companions or c.kind in word.companions for c in company))
        return self.among(special or tuple(word for word in words if not word.companions))

    def chosen(self, thing: Thing) -> Noun:
        """The word for a thing, the same wherever the sentence needs its gender."""
        if thing.id not in self.words:
            self.words[thing.id] = self.word(thing.concept.id)
        return self.words[thing.id]

    def column(self, event: Event) -> int:
        """What the verb agrees with: m, f, n or plural = 0..3."""
        if len(event.agents) > 1:
            return 3
        return self.gender(event.agents[0] if event.agents else event.object)

    def gender(self, thing: Thing) -> int:
        if thing.plural:
            return 3
        if thing.pronoun:
            return COLUMN[thing.concept.sex]
        return COLUMN[(self.names[thing.concept.id][0] if thing.name else self.chosen(thing)).gender]

    # -- predicates

    def predicate(self, event: Event, column: int) -> Tokens:
        """читает, не читал, не будет читать; был новым; нет книги."""
        if event.frame == "exists":
            return self.existential(event, column)
        negation = [Token("не", "PART", (f"{event.id}.neg",))] if event.negated else []
        if event.frame in ("is", "at"):
            return self.copular(event, negation, column)
        verb, tense = self.verb(event), f"{event.id}.tense"
        adverb = [Token(verb.adverb, "ADV", (event.id,))] if verb.adverb else []
        if event.tense == "future" and not verb.future:
            will = Token("будут" if column == 3 else "будет", "AUX", (tense,))
            return [*negation, will, Token(verb.infinitive, "VERB", (event.id,)), *adverb]
        if event.tense == "future":
            form = verb.future[column == 3]
        elif event.tense == "past":
            form = past_form(verb.past, column)
        else:
            form = verb.plural if column == 3 else verb.singular
            form = HABITUAL.get(form, form) if event.time in REPEATED else form
        return [*negation, Token(form, "VERB", (event.id, tense)), *adverb]

    def copular(self, event: Event, negation: Tokens, column: int) -> Tokens:
        """The present has no copula; beside the past and the future the adjective is instrumental, or short."""
        if event.tense == "present":
            be = []
        elif event.tense == "past":
            be = [Token(past_form("был", column), "AUX", (f"{event.id}.be",))]
        else:
            be = [Token("будут" if column == 3 else "будет", "AUX", (f"{event.id}.be", f"{event.id}.tense"))]
        if event.frame == "at":
            return [*negation, *be, *self.located(event.place)]
        word = self.fitting(event.concept.id, (event.agents[0].concept,))
        form = short_form(word.short, column) if word.short else agree(word.full, "ins" if be else "nom", column, False)
        return [*negation, *be, Token(form, "ADJ", (event.id,))]

    def existential(self, event: Event, column: int) -> Tokens:
        """есть книга, была книга, нет книги, не было книги."""
        be, neg = f"{event.id}.be", f"{event.id}.neg"
        if event.negated:
            phrase = self.noun_phrase(event.object, "gen")
            if event.tense == "present":
                return [Token("нет", "VERB", (be, neg)), *phrase]
            form = {"past": "было", "future": "будет"}[event.tense]
            nodes = (be,) if event.tense == "past" else (be, f"{event.id}.tense")
            return [Token("не", "PART", (neg,)), Token(form, "VERB", nodes), *phrase]
        if event.tense == "future":
            verb = Token("будут" if column == 3 else "будет", "VERB", (be, f"{event.id}.tense"))
        else:
            verb = Token("есть" if event.tense == "present" else past_form("был", column), "VERB", (be,))
        return [verb, *self.noun_phrase(event.object, "nom")]

    # -- noun phrases; `more`: nodes (role, of) that the case of the phrase expresses

    def marked(self, thing: Thing | None, case: str) -> Tokens:
        return self.noun_phrase(thing, case, (f"{thing.id}.role",)) if thing else []

    def prepositional(self, preposition: str, thing: Thing, case: str) -> Tokens:
        phrase = self.noun_phrase(thing, case)
        return [Token(voiced(preposition, phrase[0].text), "ADP", (f"{thing.id}.role",)), *phrase]

    def located(self, place: Thing, case: str = "pre") -> Tokens:
        """в школе, на рынок, в Берлине."""
        if place.name:
            return self.prepositional("в", place, case)
        noun = self.chosen(place)
        return self.prepositional(noun.preposition, place, "loc" if case == "pre" and noun.locative else case)

    def noun_phrase(self, thing: Thing, case: str, more: tuple[str, ...] = ()) -> Tokens:
        """Own or quantifier, numeral, adjective, noun, owner in the genitive, relative clause."""
        if thing.pronoun:
            return [Token(PRONOUNS["pl" if thing.plural else thing.concept.sex], "PRON", (thing.id, *more))]
        if thing.name:
            return self.person_name(thing, case, more) if thing.family else [self.bare_name(thing, case, more)]
        noun, nodes = self.chosen(thing), (thing.id, *more)
        if thing.seat:
            return self.institution(thing, noun, case, nodes)
        if thing.count and not thing.quantified:
            return self.counted(thing, noun, case, nodes) + self.relative(thing, 3)
        animate, column = thing.concept.animate, 3 if thing.plural else COLUMN[noun.gender]
        form = noun.locative if case == "loc" else decline(noun, case, thing.plural, animate)
        tokens = [*self.determined(thing, case, column), *self.described(thing, noun, "pre" if case == "loc" else case, column)]
        tokens.append(Token(form, "NOUN", nodes))
        if thing.owner:
            tokens += self.noun_phrase(thing.owner, "gen", (f"{thing.owner.id}.of",))
        return tokens + self.relative(thing, column)

    def determined(self, thing: Thing, case: str, column: int) -> Tokens:
        """свой; все, некоторые."""
        if thing.own:
            return [Token(own(case, column, thing.concept.animate), "DET", (f"{thing.id}.own",))]
        if thing.quantified:
            word, tag = self.phrases[thing.count][0][0]
            return [Token(quantifier(word, case, thing.concept.animate), tag, (f"{thing.id}.count",))]
        return []

    def described(self, thing: Thing, noun: Noun, case: str, column: int) -> Tokens:
        """The adjective, and the one that is part of the noun: новое транспортное [средство]."""
        tokens, animate = [], thing.concept.animate
        if thing.adjective:
            word = self.fitting(thing.adjective, (thing.concept,)).full
            tokens.append(Token(agree(word, case, column, animate), "ADJ", (f"{thing.id}.adj",)))
        if noun.attribute:
            tokens.append(Token(agree(noun.attribute, case, column, animate), "ADJ", (thing.id,)))
        return tokens

    def counted(self, thing: Thing, noun: Noun, case: str, nodes: tuple[str, ...]) -> Tokens:
        """два стола, пять столов; in other cases numeral and noun agree."""
        word, gender, animate = self.phrases[thing.count][0][0][0], COLUMN[noun.gender], thing.concept.animate
        small = word in SMALL and gender != 3
        if case == "acc" and small and animate:  # двух учеников, but пять учеников
            case = "gen"
        direct = case in ("nom", "acc")
        tokens = [Token(numeral(word, case, gender), "NUM", (f"{thing.id}.count",))]
        adjective_case = ("nom" if small and gender == 1 else "gen") if direct else case
        described = self.described(thing, noun, adjective_case, 3)
        if direct and small and noun.adjectival:  # две мастерские, два животных
            form = decline(noun, adjective_case, True, animate)
        elif direct and not small and noun.counted and not described:
            form = noun.counted
        else:
            form = decline(noun, "gen" if direct else case, not (direct and small), animate)
        return [*tokens, *described, Token(form, "NOUN", nodes)]

    def relative(self, thing: Thing, column: int) -> Tokens:
        """, который читает книгу,"""
        event = thing.relative
        if event is None:
            return []
        pronoun = Token(agree("который", "nom", column, False), "PRON", (f"{thing.id}.rel",))
        return [COMMA, pronoun, *self.ordered(event, [], self.predicate(event, self.column(event))), COMMA]

    # -- names

    def bare_name(self, thing: Thing, case: str, more: tuple[str, ...]) -> Token:
        name = self.names[thing.concept.id][0]
        return Token(decline(name, case, False, thing.concept.animate), "PROPN", (thing.id, *more))

    def person_name(self, thing: Thing, case: str, more: tuple[str, ...]) -> Tokens:
        """Петера Келлера, Анны Келлер, Анны Косты: women's family names in a consonant are not declined."""
        given, family = self.names[thing.concept.id][0], self.names[thing.family.id][0]
        woman = thing.concept.sex == "f" and family.nominative[-1] not in "ая"
        form = family.nominative if woman else decline(family, case, False, True)
        first = self.bare_name(thing, case, () if given.fixed else more)
        return [first, Token(form, "PROPN", (f"{thing.id}.family", *(more if given.fixed else ())))]

    def institution(self, thing: Thing, noun: Noun, case: str, nodes: tuple[str, ...]) -> Tokens:
        """Университет Берлина: the city in the genitive, which is its "of"."""
        form = decline(noun, case, False, False)
        city = self.bare_name(thing.seat, "gen", (f"{thing.seat.id}.of",))
        return [Token(form[0].upper() + form[1:], "PROPN", nodes), city]


Russian.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, read_adjective)
Russian.phrases = read_lexicon(PHRASES, read_phrase)
WRITTEN = {id: name for id, (name,) in read_lexicon(NAMES, str).items()} | {name.id: name.cyrillic for name in INVENTED}
Russian.names = {id: (read_name(concepts.NAMES[id], name),) for id, name in WRITTEN.items()}
