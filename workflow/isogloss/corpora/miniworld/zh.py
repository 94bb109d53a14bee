"""Chinese (simplified characters): no inflection, no spaces; classifiers, particles, and all adverbials before the verb.

Nouns (`zh_words.py`): `word[ classifier[ localiser]]`; the classifier is 个 where none stands; a place takes a localiser (在花园里).
Verbs: `word[/object] [@preposition] [+marker] [marks]`: 跳/舞 lets 了 in (跳了舞); @向 stands before the recipient, object or
destination, +给 after the verb. Marks: ~ no 了 in the past; ! negated by 不 in the past too; = negated by 没有 in the present too;
^ its object may go before it with 把; 着 follows it where it is not negated.
Adjectives: `word[的][/predicate] [mark]`: before a noun, 的 follows words of two characters and marked ones; a predicate takes 很, but
with 是 it is 是 ... 的, with 了 a verb (坏了, 没有坏), with 没 it is negated by 没 (没有用).
`[kinds or concepts]` after a verb or an adjective: it goes with these alone (objects of a verb, or its agents where it has none), and
they go with no other.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld import zh_words
from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.grammar import Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing
from isogloss.corpora.miniworld.names import INVENTED

COMMA = Token("，", "PUNCT", (), True)
MARKS = {".": "。", "?": "？"}
LINKS = {"but": (("但是", "CCONJ"), ("不过", "CCONJ")), "because": (("因为", "SCONJ"),)}
SUDDEN = ("again", "suddenly")  # do not go with 在
RIDDEN = ("bicycle", "motorcycle")  # 骑; one sits (坐) in all other vehicles


class Noun(NamedTuple):
    """A noun with what counts it and, for a place, what says "in" after it."""

    text: str
    classifier: str = "个"
    localiser: str = ""

    @property
    def headword(self) -> str:
        return self.text


class Verb(NamedTuple):
    """A verb; `fits`: the only kinds or concepts that it goes with (none: all others)."""

    text: str
    part: str
    before: str
    after: str
    marks: str
    fits: tuple[str, ...]

    @property
    def headword(self) -> str:
        return self.text + self.part


class Adjective(NamedTuple):
    """Before a noun (`linked`: with 的), and as a predicate (`mark`: 是, 了, 没 or nothing)."""

    text: str
    linked: bool
    predicate: str
    mark: str
    fits: tuple[str, ...]

    @property
    def headword(self) -> str:
        return self.text


def read_noun(text: str) -> Noun:
    return Noun(*text.split())


def read_fits(text: str) -> tuple[list[str], tuple[str, ...]]:
    """`治 @给 [person]` -> its details, what it goes with."""
    details, _, fits = text.partition(" [")
    return details.split(), tuple(fits.rstrip("]").split())


def read_verb(text: str) -> Verb:
    (word, *details), fits = read_fits(text)
    stem, _, part = word.partition("/")
    marker = {detail[0]: detail[1:] for detail in details if detail[0] in "@+"}
    marks = "".join(detail for detail in details if detail[0] not in "@+")
    return Verb(stem, part, marker.get("@", ""), marker.get("+", ""), marks, fits)


def read_adjective(text: str) -> Adjective:
    (word, *marks), fits = read_fits(text)
    attribute, _, predicate = word.partition("/")
    plain = attribute.rstrip("的")
    return Adjective(plain, len(attribute) > 1, predicate or plain, "".join(marks), fits)


@cache
def fitting(concept: str, partner: str) -> tuple:
    """The words of a verb or adjective that go with the partner (both concepts by id): its own ones, else the general ones."""
    words = Chinese.lexicon[concept]
    names = {partner, (CONCEPTS.get(partner) or NAMES[partner]).kind.removeprefix("name.")}
    return tuple(word for word in words if names & set(word.fits)) or tuple(word for word in words if not word.fits)


class Chinese(Grammar):
    code, iso3 = "zh", "cmn"
    names: dict[str, tuple[str, ...]]
    asked: tuple[str, Tokens] = ("", [])  # the node that a question asks for, and its question word

    def clause(self, event: Event) -> Tokens:
        return self.said(event)

    def question(self, event: Event) -> Tokens:
        """老师读了书吗"""
        return [*self.said(event, question=True), Token("吗", "PART")]

    def asks(self, event: Event, role: str) -> Tokens:
        """The question word stands where the answer would."""
        node, word = self.asked_for(event, role)
        self.asked = node, [Token(text, tag, (node,)) for text, tag in word]
        tokens = self.said(event)
        self.asked = "", []
        return tokens

    def asked_for(self, event: Event, role: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The node asked for, and the words that ask for it."""
        if role == "time":
            return f"{event.id}.time", (("什么", "DET"), ("时候", "NOUN"))
        if role in ("place", "destination"):
            return getattr(event, role).id, (("哪里", "PRON"),)
        thing = event.agents[0] if role == "agent" else getattr(event, role)
        what = thing.concept.kind == "animal" or (role == "object" and thing.concept.kind not in ("person", "name.person"))
        return thing.id, (("什么" if what else "谁", "PRON"),)

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        pronoun = bool(event.agents) and event.agents[0].pronoun
        if link == "because" and not pronoun and self.reorders(0.25):
            first, second = Token("因为", "SCONJ", ("link",)), Token("所以", "SCONJ", ("link",))
            return [first, *self.clause(event), COMMA, second, *tokens]
        word, tag = ("并且" if pronoun else "而", "CCONJ") if link == "and" else self.among(LINKS[link])
        return [*tokens, COMMA, Token(word, tag, ("link",)), *self.clause(event)]

    def finish(self, tokens: Tokens, mark: str) -> Tokens:
        """No spaces, no capitals, wide marks."""
        words = [Token(text, upos, source, True) for text, upos, source, _ in tokens]
        return [*words, Token(MARKS[mark], "PUNCT", ("end",), True)]

    def paragraph(self, sentences: Sequence[str]) -> str:
        return "".join(sentences)

    # -- clauses

    def said(self, event: Event, question: bool = False, embedded: bool = False) -> Tokens:
        """A clause; the time, and the place of a clause that is not embedded, may stand in front of the subject."""
        if event.frame == "exists":
            return self.existential(event)
        subject = self.coordinated(event.agents, self.noun_phrase, "和")
        time, adverbs = self.adverbs(event)
        timed = bool(time) and self.asked[0] != f"{event.id}.time" and self.reorders(0.35)
        movable = event.place and event.frame != "at" and not (embedded or self.asked[0])
        place: Tokens = []
        if movable and self.reorders(0.12):
            place, event = [*self.located(event.place), COMMA], replace(event, place=None)
        front = [*time, *place, *subject] if timed else [*place, *subject, *time]
        return [*front, *adverbs, *self.predicate(event, question)]

    def adverbs(self, event: Event) -> tuple[Tokens, Tokens]:
        """The time, which may stand in front of the subject; what may not: 都 after "all", how often."""
        node = f"{event.id}.time"
        time = self.asked[1] if self.asked[0] == node else self.phrase(event.time, node)
        everybody = any(agent.count == "all" and agent.id != self.asked[0] for agent in event.agents)
        both = [Token("都", "ADV")] if everybody and self.asked[0] != node else []  # 什么时候都 would be "always"
        if event.time and CONCEPTS[event.time].frame == "frequency" and self.asked[0] != node:
            return [], [*both, *time]
        return time, both

    def predicate(self, event: Event, question: bool = False, attributive: bool = False) -> Tokens:
        """All that follows the subject and the time; `attributive`: in a relative clause."""
        if event.frame == "is":
            return self.property(event, question)
        if event.frame == "at":
            be = Token("在", "VERB", (f"{event.id}.be", f"{event.place.id}.role"))
            return [*self.auxiliaries(event, ("会",)), be, *self.place(event.place)]
        return self.action(event, attributive)

    def existential(self, event: Event) -> Tokens:
        """花园里有一棵树, 没有树, 会有一棵树, 不会有树"""
        be, thing = f"{event.id}.be", self.noun_phrase(event.object, bare=event.negated)
        place = self.place(event.place, "里")
        if event.tense == "future":
            return [*place, *self.auxiliaries(event, ("会",)), Token("有", "VERB", (be,)), *thing]
        verb = Token("没有", "VERB", (f"{event.id}.neg", be)) if event.negated else Token("有", "VERB", (be,))
        return [*place, verb, *thing]

    def property(self, event: Event, question: bool) -> Tokens:
        """书很新, 书不新, 书新吗; 衬衫是红色的; 椅子坏了, 椅子没有坏; 书没有用"""
        be = f"{event.id}.be"
        adjective = self.among(fitting(event.concept.id, event.agents[0].concept.id))
        word = Token(adjective.predicate, "ADJ", (event.id,))
        if adjective.mark == "是":
            return [*self.auxiliaries(event, ("会",)), Token("是", "AUX", (be,)), word, Token("的", "PART")]
        if adjective.mark == "了":
            changed = [] if event.negated or event.tense == "future" else [Token("了", "AUX", (be,))]
            return [*self.auxiliaries(event, ("会",), "="), word, *changed]
        if adjective.mark == "没" and event.negated and event.tense != "future":
            return [Token("没", "ADV", (f"{event.id}.neg",)), word]
        very = [] if event.negated or question else [Token("很", "ADV")]
        return [*self.auxiliaries(event, ("会",)), *very, word]

    def auxiliaries(self, event: Event, future: tuple[str, ...] = ("会", "将"), marks: str = "!") -> Tokens:
        """The future and the negation; `marks` as those of verbs."""
        tense, negation = f"{event.id}.tense", f"{event.id}.neg"
        no = [Token("不", "ADV", (negation,))] if event.negated else []
        if event.tense == "future":
            will = Token(self.among(future), "AUX", (tense,))
            return [*no, will] if will.text == "会" else [will, *no]
        if no and ("=" in marks or (event.tense == "past" and "!" not in marks)):
            return [Token("没有", "ADV", (negation, tense))]
        return no

    def action(self, event: Event, attributive: bool) -> Tokens:
        """Adverbials, verb, what follows the verb."""
        verb = self.verb(event)
        auxiliaries = self.auxiliaries(event, marks=verb.marks)
        if not (auxiliaries or attributive):
            auxiliaries = self.ongoing(event, verb)
        told = any(f"{event.id}.tense" in token.source for token in auxiliaries)
        before, after = self.participants(event, verb)
        group = self.verb_group(event, verb, told, attributive)
        content = self.said(event.content, embedded=True) if event.content else []
        return [*auxiliaries, *self.adverbials(event), *before, *group, *after, *content]

    def participants(self, event: Event, verb: Verb) -> tuple[Tokens, Tokens]:
        """Recipient, object and destination: before the verb, the first with its preposition and the object with 把, or after it."""
        disposed = self.disposed(event, verb)
        phrases: list[tuple[Thing, Tokens]] = []
        if event.recipient:
            phrases.append((event.recipient, self.noun_phrase(event.recipient)))
        if event.object:
            phrases.append((event.object, self.noun_phrase(event.object, bare=event.negated)))
        if event.destination:
            phrases.append((event.destination, self.place(event.destination, arrived=True)))
        before: Tokens = []
        after: Tokens = []
        for k, (thing, phrase) in enumerate(phrases):
            if verb.before and k == 0:
                before += [self.marker(verb.before, thing), *phrase]
            elif disposed and thing is event.object:
                before += [Token("把", "ADP"), *phrase]
            else:
                after += phrase
        return before, after

    def verb(self, event: Event) -> Verb:
        return self.among(fitting(event.concept.id, (event.object or event.agents[0]).concept.id))

    def marker(self, word: str, thing: Thing) -> Token:
        """A preposition, or the verb 去 that serves as one."""
        return Token(word, "VERB" if word == "去" else "ADP", (f"{thing.id}.role",))

    def disposed(self, event: Event, verb: Verb) -> bool:
        """Does a known object go before the verb with 把? It does by rule before a verb that the recipient follows (把书卖给了安娜)."""
        if not event.object or not event.object.definite or event.object.id == self.asked[0] or verb.before or "^" not in verb.marks:
            return False
        if event.recipient:
            return not self.reorders(0.2)
        return event.tense == "past" and not event.negated and self.reorders(0.4)

    def verb_group(self, event: Event, verb: Verb, told: bool, attributive: bool) -> Tokens:
        """The verb with its marker, 了 (but 笑过的女孩) or 着, and its own object; `told`: the tense is expressed already."""
        tense = f"{event.id}.tense"
        perfect = event.tense == "past" and not event.negated and "~" not in verb.marks
        nodes = (event.id,) if told or perfect else (event.id, tense)
        target = event.recipient or event.destination
        if event.destination and not (verb.before or verb.after):
            nodes = (*nodes, f"{target.id}.role")
        tokens = [Token(verb.text, "VERB", nodes)]
        if verb.after:
            tokens.append(self.marker(verb.after, target))
        if "着" in verb.marks and not event.negated:
            tokens.append(Token("着", "AUX"))
        elif perfect:
            tokens.append(Token("过" if attributive and event.frame == "i" else "了", "AUX", (tense,)))
        return [*tokens, Token(verb.part, "NOUN", (event.id,))] if verb.part else tokens

    def ongoing(self, event: Event, verb: Verb) -> Tokens:
        """在 in a present with neither time nor place; 正在 beside "now", or 正 before the 在 of a place."""
        if event.tense != "present" or event.negated or event.frame not in ("i", "t", "d") or verb.marks.strip("^"):
            return []
        if event.manner in SUDDEN:
            return []
        if event.time == "now" and self.asked[0] != f"{event.id}.time":
            word = "正" if event.place else "正在"
        elif event.time or event.place or (event.recipient and not verb.before):
            return []
        else:
            word = "在"
        return [Token(word, "ADV", (f"{event.id}.tense",))]

    def adverbials(self, event: Event) -> Tokens:
        """With whom, where, by what, how: in this order, before the verb."""
        tokens: Tokens = []
        if event.companion:
            role = (f"{event.companion.id}.role",)
            tokens += [Token("和", "ADP", role), *self.noun_phrase(event.companion), Token("一起", "ADV", role)]
        if event.place:
            tokens += self.located(event.place)
        if event.vehicle:
            ride = "骑" if event.vehicle.concept.id in RIDDEN else self.among(("坐", "乘"))
            tokens += [Token(ride, "VERB", (f"{event.vehicle.id}.role",)), *self.noun_phrase(event.vehicle)]
        if event.tool:
            tokens += [Token("用", "ADP", (f"{event.tool.id}.role",)), *self.noun_phrase(event.tool)]
        return tokens + self.phrase(event.manner, f"{event.id}.manner")

    # -- noun phrases

    def located(self, place: Thing) -> Tokens:
        """在花园里"""
        return [Token("在", "ADP", (f"{place.id}.role",)), *self.place(place)]

    def place(self, place: Thing, default: str = "", arrived: bool = False) -> Tokens:
        """A place and its localiser, or `default` where its word has none; a destination has one after a word of one character."""
        tokens = self.noun_phrase(place)
        if place.name or place.id == self.asked[0]:
            return tokens
        localiser = default if place.seat else self.lexicon[place.concept.id][0].localiser or default
        if localiser and not (arrived and len(tokens[-1].text) > 1):
            tokens.append(Token(localiser, "ADP", (f"{place.id}.role",)))
        return tokens

    def noun_phrase(self, thing: Thing, bare: bool = False) -> Tokens:
        """Relative clause, owner, 这, numeral with classifier, adjective, noun; `bare`: without 一, after a negation."""
        if thing.id == self.asked[0]:
            return list(self.asked[1])
        if thing.pronoun:
            return [Token(("她" if thing.concept.sex == "f" else "他") + ("们" if thing.plural else ""), "PRON", (thing.id,))]
        if thing.name or thing.seat:
            return self.named(thing)
        noun = self.word(thing.concept.id)
        many = thing.plural and thing.definite and not thing.count
        suffix = many and thing.concept.kind == "person" and len(noun.text) > 1  # 人们 would be people at large
        owned = self.owned(thing)
        determiner = [] if owned or suffix else self.determiner(thing, noun, bare)
        head = Token(noun.text + "们" if suffix else noun.text, "NOUN", (thing.id,))
        return [*self.relative(thing), *owned, *determiner, *self.adjective(thing, noun), head]

    def named(self, thing: Thing) -> Tokens:
        """安娜, 安娜·施密特, 柏林大学"""
        if thing.seat:
            head = self.lexicon[thing.concept.id][0].text
            return [*self.named(thing.seat), Token(head, "PROPN", (thing.id,))]
        tokens = [Token(self.names[thing.concept.id][0], "PROPN", (thing.id,))]
        if thing.family:
            family = (f"{thing.id}.family",)
            tokens += [Token("·", "PUNCT", family), Token(self.names[thing.family.id][0], "PROPN", family)]
        return tokens

    def relative(self, thing: Thing) -> Tokens:
        """修理汽车的 (司机)"""
        if not thing.relative:
            return []
        time, adverbs = self.adverbs(thing.relative)
        return [*time, *adverbs, *self.predicate(thing.relative, attributive=True), Token("的", "PART", (f"{thing.id}.rel",))]

    def owned(self, thing: Thing) -> Tokens:
        """自己的, 经理的"""
        if thing.own:
            own = (f"{thing.id}.own",)
            return [Token("自己", "PRON", own), Token("的", "PART", own)]
        return [*self.noun_phrase(thing.owner), Token("的", "PART", (f"{thing.owner.id}.of",))] if thing.owner else []

    def determiner(self, thing: Thing, noun: Noun, bare: bool) -> Tokens:
        """所有; 五本, 这五本; 一本; 这些; nothing for what is singular and known."""
        known, count = (f"{thing.id}.def",), (f"{thing.id}.count",)
        if thing.quantified:
            return self.phrase(thing.count, count[0])
        if thing.count:
            this = [Token("这", "DET", known)] if thing.definite else []
            return [*this, *self.phrase(thing.count, count[0]), Token(noun.classifier, "NOUN", count)]
        if thing.definite and thing.plural:
            return [Token("这些", "DET", known)]
        if thing.definite and noun.text == "人":  # 人 alone would be anybody
            return [Token("这", "DET", known), Token(noun.classifier, "NOUN", known)]
        if thing.definite or thing.plural or thing.concept.mass or bare:
            return []
        return [Token("一", "NUM", known), Token(noun.classifier, "NOUN", known)]

    def adjective(self, thing: Thing, noun: Noun) -> Tokens:
        """新(书), 美丽的(花); 大的(大象), because 大大 would read as one word."""
        if not thing.adjective:
            return []
        adjective = self.among(fitting(thing.adjective, thing.concept.id))
        word = Token(adjective.text, "ADJ", (f"{thing.id}.adj",))
        linked = adjective.linked or adjective.text == noun.text[0]
        return [word, Token("的", "PART", (f"{thing.id}.de",))] if linked else [word]


Chinese.lexicon = (
    read_lexicon(zh_words.NOUNS, read_noun) | read_lexicon(zh_words.VERBS, read_verb) | read_lexicon(zh_words.ADJECTIVES, read_adjective)
)
Chinese.phrases = read_lexicon(zh_words.PHRASES, read_phrase)
Chinese.names = read_lexicon(zh_words.NAMES, str) | {name.id: (name.chinese,) for name in INVENTED}
