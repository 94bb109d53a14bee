"""Russian: Cyrillic, six cases, gender in adjectives and the past tense, no articles, free word order.

Nouns: `[в|на] nominative gender genitive-plural [stem=] [pl=] [ins=] [inspl=] [loc=] [!] [0]` (stem: of the other singular cases;
pl: nominative plural, when not by rule; !: stressed endings, which decide о/ё or е; 0: never declined). Verbs: `infinitive
third-singular third-plural past [future-singular future-plural] [@case or @preposition+case]`; with no future forms of its own
a verb takes будет and the infinitive.
"""

from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

VELARS, HUSHERS = "гкх", "жшщч"
ADJECTIVE = {  # case -> hard endings for m, f, n, plural
    "nom": ("ый", "ая", "ое", "ые"),
    "gen": ("ого", "ой", "ого", "ых"),
    "dat": ("ому", "ой", "ому", "ым"),
    "ins": ("ым", "ой", "ым", "ыми"),
    "pre": ("ом", "ой", "ом", "ых"),
}
OWN = {  # свой
    "nom": ("свой", "своя", "своё", "свои"),
    "gen": ("своего", "своей", "своего", "своих"),
    "dat": ("своему", "своей", "своему", "своим"),
    "ins": ("своим", "своей", "своим", "своими"),
    "pre": ("своём", "своей", "своём", "своих"),
}
COLUMN = {"m": 0, "f": 1, "n": 2, "pl": 3}
PRONOUNS = {"m": "он", "f": "она", "pl": "они"}
SMALL = {"два": ("двух", "двум", "двумя"), "три": ("трёх", "трём", "тремя"), "четыре": ("четырёх", "четырём", "четырьмя")}
LINKS = {"and": [("и", "CCONJ")], "but": [("но", "CCONJ")], "because": [("потому", "ADV"), ("что", "SCONJ")]}


class Noun(NamedTuple):
    preposition: str
    nominative: str
    gender: str
    genitive_plural: str
    stem: str = ""
    plural: str = ""
    instrumental: str = ""
    instrumental_plural: str = ""
    locative: str = ""
    stressed: bool = False
    fixed: bool = False


class Verb(NamedTuple):
    infinitive: str
    singular: str
    plural: str
    past: str
    future: tuple[str, ...]
    preposition: str
    case: str


FACTS = {"stem": "stem", "pl": "plural", "ins": "instrumental", "inspl": "instrumental_plural", "loc": "locative"}


def read_noun(text: str) -> Noun:
    words = text.split()
    preposition = words.pop(0) if words[0] in ("в", "на") else ""
    facts = {FACTS[key]: value for key, _, value in (word.partition("=") for word in words[3:] if "=" in word)}
    return Noun(preposition, *words[:3], **facts, stressed="!" in words, fixed="0" in words)


def read_verb(text: str) -> Verb:
    forms, _, government = text.partition(" @")
    infinitive, singular, plural, past, *future = forms.split()
    preposition, _, case = government.rpartition("+")
    return Verb(infinitive, singular, plural, past, tuple(future), preposition, case or "acc")


def read_name(text: str) -> tuple[str, str]:
    """-> the name and its gender ("": that of its bearer)."""
    name, _, gender = text.partition(" ")
    return name, gender


@cache
def decline(noun: Noun, case: str, plural: bool, animate: bool) -> str:
    """The form of a noun; the accusative of animates is their genitive (in the singular: of masculines in a consonant)."""
    if noun.fixed:
        return noun.nominative
    if plural or noun.gender == "pl":
        return plural_form(noun, case, animate)
    if noun.nominative[-1] in "ая":
        return first_declension(noun, case)
    if noun.nominative[-1] == "ь" and noun.gender == "f":
        stem = noun.stem or noun.nominative[:-1]
        return {"nom": noun.nominative, "acc": noun.nominative, "ins": noun.instrumental or stem + "ью"}.get(case, stem + "и")
    return second_declension(noun, case, animate)


def first_declension(noun: Noun, case: str) -> str:
    """книга, земля, and men like дедушка."""
    stem, soft = noun.stem or noun.nominative[:-1], noun.nominative[-1] == "я"
    if case == "ins":
        if soft:
            return stem + ("ёй" if noun.stressed else "ей")
        return stem + ("ей" if stem[-1] in HUSHERS + "ц" and not noun.stressed else "ой")
    oblique = "и" if stem[-1] == "и" else "е"
    genitive = "и" if soft or stem[-1] in VELARS + HUSHERS else "ы"
    return {"nom": noun.nominative, "acc": stem + ("ю" if soft else "у"), "gen": stem + genitive}.get(case, stem + oblique)


def second_declension(noun: Noun, case: str, animate: bool) -> str:
    """стол, словарь, музей, окно, поле, собрание."""
    last = noun.nominative[-1]
    stem = noun.stem or (noun.nominative[:-1] if last in "ьйое" else noun.nominative)
    soft = last in "ьйе"
    if case == "nom" or (case == "acc" and not (animate and noun.gender == "m")):
        return noun.nominative
    if case in ("gen", "acc"):
        return stem + ("я" if soft else "а")
    if case == "dat":
        return stem + ("ю" if soft else "у")
    if case == "ins":
        if soft:
            return stem + ("ём" if noun.stressed else "ем")
        return stem + ("ем" if last != "о" and stem[-1] in HUSHERS + "ц" and not noun.stressed else "ом")
    return stem + ("и" if noun.nominative.endswith("ие") else "е")


def nominative_plural(noun: Noun) -> str:
    last = noun.nominative[-1]
    if noun.plural or noun.gender == "pl":
        return noun.plural or noun.nominative
    if noun.gender == "n":
        return noun.nominative[:-1] + ("а" if last == "о" else "я")
    stem = noun.stem or (noun.nominative[:-1] if last in "аяьй" else noun.nominative)
    return stem + ("и" if last in "яьй" or stem[-1] in VELARS + HUSHERS else "ы")


def plural_form(noun: Noun, case: str, animate: bool) -> str:
    nominative = nominative_plural(noun)
    if case == "nom" or (case == "acc" and not animate):
        return nominative
    if case in ("gen", "acc"):
        return noun.genitive_plural
    if case == "ins" and noun.instrumental_plural:
        return noun.instrumental_plural
    stem = nominative[:-1]
    soft = nominative[-1] == "я" or (nominative[-1] == "и" and stem[-1] not in VELARS + HUSHERS)
    return stem + ("я" if soft else "а") + {"dat": "м", "ins": "ми", "pre": "х"}[case]


@cache
def agree(adjective: str, case: str, column: int, animate: bool) -> str:
    """The form of an adjective (nominative masculine given) for m, f, n, plural = column 0..3."""
    stem, ending = adjective[:-2], adjective[-2:]
    if case == "acc":
        if column == 1:
            return stem + ("юю" if stem[-1] == "н" and ending == "ий" else "ую")
        case = "gen" if animate and column != 2 else "nom"
    if case == "nom" and column == 0:
        return adjective
    form = ADJECTIVE[case][column]
    if stem[-1] in VELARS + HUSHERS:
        form = form.replace("ы", "и")
        if stem[-1] in HUSHERS and ending == "ий" and form[0] == "о":  # unstressed: свежего, but большого
            form = "е" + form[1:]
    elif ending == "ий":  # soft: синий, синего, синяя
        form = {"ая": "яя"}.get(form, form.replace("ы", "и", 1) if form[0] == "ы" else "е" + form[1:])
    return stem + form


@cache
def past_form(past: str, column: int) -> str:
    """читал, читала, читало, читали; пришёл, пришла; принёс, принесла; смеялся, смеялась."""
    if column == 0:
        return past
    if past.endswith("ся"):
        return past[:-2] + ("", "ась", "ось", "ись")[column]
    base = past[:-2] if past.endswith("шёл") else past[:-1] if past.endswith("л") else past.replace("ё", "е")
    return base + ("", "ла", "ло", "ли")[column]


def voiced(preposition: str, following: str) -> str:
    """в -> во Владимире, с -> со студентом: a vowel eases two consonants."""
    heavy = {"в": "вф", "с": "сзшж"}.get(preposition, "")
    word = following.lower()
    if word[0] in heavy and word[1] not in "аеёиоуыэюя":
        return preposition + "о"
    return "об" if preposition == "о" and word[0] in "аэиоу" else preposition


def numeral(word: str, case: str, column: int) -> str:
    """два стола, две книги, двум столам, пятью столами."""
    if case in ("nom", "acc"):
        return "две" if word == "два" and column == 1 else word
    if word in SMALL:  # genitive, dative, instrumental
        return SMALL[word][{"gen": 0, "dat": 1, "ins": 2, "pre": 0}[case]]
    if word == "сто":
        return "ста"
    stem = "восьм" if word == "восемь" else word[:-1]
    if case == "ins":
        return word + "ю"
    return stem + "и"


class Russian(Grammar):
    code, iso3 = "ru", "rus"

    def clause(self, event: Event) -> Tokens:
        return self.ordered(event, self.subjects(event), self.predicate(event))

    def question(self, event: Event) -> Tokens:
        """Прочитал ли учитель книгу? or the plain order with a question mark."""
        if event.frame in ("is", "at") or not self.random.chance(0.5):
            return self.clause(event)
        finite, *rest = self.predicate(event)
        adverbs = [*self.phrase(event.time, f"{event.id}.time"), *self.phrase(event.manner, f"{event.id}.manner")]
        return [finite, Token("ли", "PART"), *self.subjects(event), *adverbs, *rest, *self.after(event), *self.content(event)]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        return [*tokens, COMMA, *(Token(word, tag, ("link",)) for word, tag in LINKS[link]), *self.clause(event)]

    def subjects(self, event: Event) -> Tokens:
        return self.coordinated(event.agents, lambda thing: self.noun_phrase(thing, "nom"), "и")

    def ordered(self, event: Event, subject: Tokens, predicate: Tokens) -> Tokens:
        """Usually S V O; the object, the time or the place may come first."""
        if event.frame == "exists":
            return [*self.located(event.place), *predicate]
        time = self.phrase(event.time, f"{event.id}.time")
        manner = self.phrase(event.manner, f"{event.id}.manner")
        if event.frame in ("is", "at"):
            return [*time, *subject, *predicate] if self.random.chance(0.4) else [*subject, *time, *predicate]
        predicate = [*predicate, *manner] if event.negated else [*manner, *predicate]
        tail = self.content(event)
        draw = self.random.random()
        if event.object and subject and event.object.definite and draw < 0.17 and not (event.recipient or event.agents[0].pronoun):
            return [*time, *self.objects(event), *predicate, *subject, *self.rest(event), *tail]
        if event.place and subject and draw < 0.4:
            return [*self.located(event.place), *time, *subject, *predicate, *self.after(event, place_done=True), *tail]
        front = [*time, *subject] if self.random.chance(0.45) else [*subject, *time]
        return [*front, *predicate, *self.after(event), *tail]

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

    def verb(self, event: Event) -> Verb:
        """The usual verb, whose government is that of its synonyms."""
        return self.lexicon[event.concept.id][0]

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
        if thing.name:
            return COLUMN[self.name(thing.concept).gender]
        return COLUMN[self.chosen(thing).gender]

    def chosen(self, thing: Thing) -> Noun:
        """The word for a thing, the same wherever the sentence needs its gender."""
        if thing.id not in self.words:
            self.words[thing.id] = self.word(thing.concept.id)
        return self.words[thing.id]

    def realise(self, sentence) -> Tokens:
        self.words: dict[str, Noun] = {}
        return super().realise(sentence)

    def predicate(self, event: Event) -> Tokens:
        """читает, не читал, не будет читать; был новым; нет книги."""
        if event.frame == "exists":
            return self.existential(event)
        negation = [Token("не", "PART", (f"{event.id}.neg",))] if event.negated else []
        column, tense = self.column(event), f"{event.id}.tense"
        if event.frame in ("is", "at"):
            return self.copular(event, negation, column)
        verb = self.word(event.concept.id)
        if event.tense == "future" and not verb.future:
            will = Token("будут" if column == 3 else "будет", "AUX", (tense,))
            return [*negation, will, Token(verb.infinitive, "VERB", (event.id,))]
        if event.tense == "future":
            form = verb.future[column == 3]
        elif event.tense == "present":
            form = verb.plural if column == 3 else verb.singular
        else:
            form = past_form(verb.past, column)
        return [*negation, Token(form, "VERB", (event.id, tense))]

    def copular(self, event: Event, negation: Tokens, column: int) -> Tokens:
        """The present has no copula; beside the past and the future the adjective is instrumental."""
        if event.tense == "present":
            be = []
        elif event.tense == "past":
            be = [Token(past_form("был", column), "AUX", (f"{event.id}.be",))]
        else:
            be = [Token("будут" if column == 3 else "будет", "AUX", (f"{event.id}.be", f"{event.id}.tense"))]
        if event.frame == "at":
            return [*negation, *be, *self.located(event.place)]
        form = agree(self.word(event.concept.id), "ins" if be else "nom", column, False)
        return [*negation, *be, Token(form, "ADJ", (event.id,))]

    def existential(self, event: Event) -> Tokens:
        """есть книга, была книга, нет книги, не было книги."""
        be, neg = f"{event.id}.be", f"{event.id}.neg"
        if event.negated:
            phrase = self.noun_phrase(event.object, "gen")
            if event.tense == "present":
                return [Token("нет", "VERB", (be, neg)), *phrase]
            form = {"past": "было", "future": "будет"}[event.tense]
            nodes = (be,) if event.tense == "past" else (be, f"{event.id}.tense")
            return [Token("не", "PART", (neg,)), Token(form, "VERB", nodes), *phrase]
        column = self.column(event)
        if event.tense == "future":
            verb = Token("будут" if column == 3 else "будет", "VERB", (be, f"{event.id}.tense"))
        else:
            verb = Token("есть" if event.tense == "present" else past_form("был", column), "VERB", (be,))
        return [verb, *self.noun_phrase(event.object, "nom")]

    def marked(self, thing: Thing | None, case: str) -> Tokens:
        return self.noun_phrase(thing, case, role=True) if thing else []

    def prepositional(self, preposition: str, thing: Thing, case: str) -> Tokens:
        phrase = self.noun_phrase(thing, case)
        return [Token(voiced(preposition, phrase[0].text), "ADP", (f"{thing.id}.role",)), *phrase]

    def located(self, place: Thing, case: str = "pre") -> Tokens:
        """в школе, на рынок, в Берлине."""
        if place.name:
            return self.prepositional("в", place, case)
        noun = self.chosen(place)
        return self.prepositional(noun.preposition, place, "loc" if case == "pre" and noun.locative else case)

    def noun_phrase(self, thing: Thing, case: str, role: bool = False) -> Tokens:
        """Numeral, own, adjective, noun, owner in the genitive, relative clause."""
        nodes = (thing.id, f"{thing.id}.role") if role else (thing.id,)
        if thing.pronoun:
            return [Token(PRONOUNS["pl" if thing.plural else thing.concept.sex], "PRON", nodes)]
        if thing.name:
            return [Token(decline(self.name(thing.concept), case, False, thing.concept.animate), "PROPN", nodes)]
        noun, animate = self.chosen(thing), thing.concept.animate
        adjective_case = "pre" if case == "loc" else case
        column = 3 if thing.plural else COLUMN[noun.gender]
        tokens: Tokens = []
        if thing.own:
            own = case if case in OWN else ("gen" if animate and column != 2 else "nom")
            tokens.append(Token("свою" if case == "acc" and column == 1 else OWN[own][column], "DET", (f"{thing.id}.own",)))
        if thing.count:
            return self.counted(thing, noun, case, nodes) + self.relative(thing, 3)
        if thing.adjective:
            form = agree(self.word(thing.adjective), adjective_case, column, animate)
            tokens.append(Token(form, "ADJ", (f"{thing.id}.adj",)))
        form = noun.locative if case == "loc" else decline(noun, case, thing.plural, animate)
        tokens.append(Token(form, "NOUN", nodes))
        if thing.owner:
            *before, head = self.noun_phrase(thing.owner, "gen")
            tokens += [*before, head._replace(source=(*head.source, f"{thing.owner.id}.of"))]
        return tokens + self.relative(thing, column)

    def counted(self, thing: Thing, noun: Noun, case: str, nodes: tuple[str, ...]) -> Tokens:
        """два стола, пять столов; in other cases numeral and noun agree."""
        gender = COLUMN[noun.gender]
        word = self.phrases[thing.count][0][0][0]
        direct, small = case in ("nom", "acc"), word in SMALL
        tokens = [Token(numeral(word, case, gender), "NUM", (f"{thing.id}.count",))]
        if thing.adjective:
            adjective_case = ("nom" if small and gender == 1 else "gen") if direct else case
            form = agree(self.word(thing.adjective), adjective_case, 3, False)
            tokens.append(Token(form, "ADJ", (f"{thing.id}.adj",)))
        form = decline(noun, "gen" if direct else case, not (direct and small), False)
        return [*tokens, Token(form, "NOUN", nodes)]

    def relative(self, thing: Thing, column: int) -> Tokens:
        """, который читает книгу,"""
        event = thing.relative
        if event is None:
            return []
        pronoun = Token(agree("который", "nom", column, False), "PRON", (f"{thing.id}.rel",))
        return [COMMA, pronoun, *self.ordered(event, [], self.predicate(event)), COMMA]

    def name(self, concept: Concept) -> Noun:
        name, gender = self.names[concept.id][0]
        return Noun("", name, gender or concept.sex or ("f" if name[-1] == "а" else "m"), "")


NOUNS = """
teacher | учительница f учительниц
pupil | ученик m учеников
doctor | врач m врачей !
nurse | медсестра f медсестёр pl=медсёстры
cook_p | повар m поваров pl=повара
farmer | фермер m фермеров
driver | водитель m водителей
customer | покупатель m покупателей
singer | певица f певиц
player | игрок m игроков
hunter | охотник m охотников
director | директор m директоров pl=директора
mother | мать f матерей stem=матер
judge | судья m судей !
father | отец m отцов stem=отц !
patient | пациент m пациентов
professor | профессор m профессоров pl=профессора
child | ребёнок m детей stem=ребёнк pl=дети inspl=детьми
girl | девочка f девочек
boy | мальчик m мальчиков
waitress | официантка f официанток
guest | гость m гостей
baker | пекарь m пекарей
grandmother | бабушка f бабушек
grandfather | дедушка m дедушек
son | сын m сыновей pl=сыновья
daughter | дочь f дочерей stem=дочер
brother | брат m братьев pl=братья
sister | сестра f сестёр pl=сёстры
wife | жена f жён pl=жёны
husband | муж m мужей pl=мужья
neighbour | соседка f соседок
gardener | садовник m садовников
shepherd | пастух m пастухов
worker | работник m работников
forester | лесник m лесников
fisherman | рыбак m рыбаков
tourist | туристка f туристок
pilot | пилот m пилотов ; лётчик m лётчиков
passenger | пассажир m пассажиров
captain | капитан m капитанов
seller | продавщица f продавщиц
merchant | торговец m торговцев stem=торговц ; купец m купцов stem=купц !
surgeon | хирург m хирургов
pharmacist | аптекарь m аптекарей
musician | музыкант m музыкантов
dancer | танцовщица f танцовщиц
composer | композитор m композиторов
painter | художник m художников
poet | поэт m поэтов
actress | актриса f актрис
coach | тренер m тренеров
runner | бегунья f бегуний
swimmer | пловчиха f пловчих
referee | судья m судей !
lawyer | адвокат m адвокатов ; юрист m юристов
thief | вор m воров
witness | свидетельница f свидетельниц
detective | детектив m детективов ; сыщик m сыщиков
guard | сторож m сторожей pl=сторожа
secretary | секретарша f секретарш
engineer | инженер m инженеров
minister | министр m министров
president | президент m президентов
journalist | журналистка f журналисток
writer | писатель m писателей
librarian | библиотекарь m библиотекарей
friend | друг m друзей pl=друзья
woman | женщина f женщин
man | мужчина m мужчин
dog | собака f собак
cat | кошка f кошек
horse | лошадь f лошадей
cow | корова f коров
sheep | овца f овец !
goat | коза f коз
pig | свинья f свиней !
hen | курица f кур pl=куры
duck | утка f уток
rabbit | кролик m кроликов
wolf | волк m волков
bear | медведь m медведей
fox | лиса f лис
bird | птица f птиц
fish | рыба f рыб
snake | змея f змей !
eagle | орёл m орлов stem=орл
deer | олень m оленей
mouse | мышь f мышей
bread | хлеб m хлебов
soup | суп m супов
meat | мясо n мяс
cheese | сыр m сыров
rice | рис m рисов
sugar | сахар m сахаров
honey | мёд m мёдов
egg | яйцо n яиц !
apple | яблоко n яблок pl=яблоки
tomato | помидор m помидоров
onion | луковица f луковиц
carrot | морковь f морковей stem=морков
cake | торт m тортов ; пирог m пирогов
salad | салат m салатов
dish | блюдо n блюд
water | вода f вод
milk | молоко n молок
tea | чай m чаёв
coffee | кофе m кофе 0
wine | вино n вин
medicine | лекарство n лекарств
knife | нож m ножей !
spoon | ложка f ложек
fork | вилка f вилок
plate | тарелка f тарелок
pot | кастрюля f кастрюль
cup | чашка f чашек
bottle | бутылка f бутылок
table | стол m столов
chair | стул m стульев pl=стулья
bed | кровать f кроватей
cupboard | шкаф m шкафов
bench | скамейка f скамеек
door | дверь f дверей
window | окно n окон
box | коробка f коробок ; ящик m ящиков
suitcase | чемодан m чемоданов
lamp | лампа f ламп
key | ключ m ключей !
lock | замок m замков stem=замк
candle | свеча f свечей !
mirror | зеркало n зеркал
gift | подарок m подарков stem=подарк
bag | сумка f сумок
ticket | билет m билетов
map | карта f карт
passport | паспорт m паспортов pl=паспорта
coin | монета f монет
money | деньги pl денег stem=деньг
ring | кольцо n колец !
picture | картина f картин
book | книга f книг
letter | письмо n писем
newspaper | газета f газет
dictionary | словарь m словарей !
poem | стихотворение n стихотворений
report | отчёт m отчётов ; доклад m докладов
contract | договор m договоров ; контракт m контрактов
alphabet_letter | буква f букв
word | слово n слов
pen | ручка f ручек
computer | компьютер m компьютеров
phone | телефон m телефонов
machine | машина f машин
ball | мяч m мячей !
medal | медаль f медалей
shirt | рубашка f рубашек
coat | пальто n пальто 0
hat | шляпа f шляп
dress | платье n платьев
shoe | ботинок m ботинок stem=ботинк
guitar | гитара f гитар
piano | пианино n пианино 0
violin | скрипка f скрипок
flute | флейта f флейт
tree | дерево n деревьев pl=деревья
flower | цветок m цветов stem=цветк pl=цветы
rose | роза f роз
mushroom | гриб m грибов
berry | ягода f ягод
stone | камень m камней stem=камн
axe | топор m топоров
spade | лопата f лопат
car | машина f машин ; автомобиль m автомобилей
bus | автобус m автобусов
train | поезд m поездов pl=поезда
plane | самолёт m самолётов
ship | корабль m кораблей !
bicycle | велосипед m велосипедов
song | песня f песен
melody | мелодия f мелодий
story | рассказ m рассказов ; история f историй
question | вопрос m вопросов
answer | ответ m ответов
problem | проблема f проблем
plan | план m планов
rule | правило n правил
law_n | закон m законов
illness | болезнь f болезней
operation | операция f операций
journey | поездка f поездок
lesson | урок m уроков
exam | экзамен m экзаменов
game | игра f игр
match | матч m матчей
race | гонка f гонок
trial | процесс m процессов
crime | преступление n преступлений
proof | доказательство n доказательств
secret | тайна f тайн ; секрет m секретов
meeting | собрание n собраний ; совещание n совещаний
decision | решение n решений
idea | идея f идей
price | цена f цен
prize | приз m призов ; награда f наград
film | фильм m фильмов
concert | концерт m концертов
kitchen | на кухня f кухонь
restaurant | в ресторан m ресторанов
school | в школа f школ
library | в библиотека f библиотек
university | в университет m университетов
farm | на ферма f ферм
field | в поле n полей ; на поле n полей
barn | в сарай m сараев
village | в деревня f деревень
hospital | в больница f больниц
pharmacy | в аптека f аптек
station | на вокзал m вокзалов
airport | в аэропорт m аэропортов loc=аэропорту
harbour | в порт m портов loc=порту
hotel | в гостиница f гостиниц ; в отель m отелей
town | в город m городов pl=города
market_l | на рынок m рынков stem=рынк
shop | в магазин m магазинов
bank | в банк m банков
theatre | в театр m театров
museum | в музей m музеев
stadium | на стадион m стадионов
court | в суд m судов
prison | в тюрьма f тюрем
castle | в замок m замков stem=замк
forest | в лес m лесов pl=леса loc=лесу
river | на река f рек
riverbank | на берег m берегов pl=берега loc=берегу
lake | на озеро n озёр pl=озёра
mountain | на гора f гор
island | на остров m островов pl=острова
office | в офис m офисов
factory | на завод m заводов ; на фабрика f фабрик
ministry | в министерство n министерств
house | в дом m домов pl=дома
garden | в сад m садов loc=саду
room | в комната f комнат
street | на улица f улиц
park | в парк m парков
pool | в бассейн m бассейнов
church | в церковь f церквей stem=церкв ins=церковью
"""

VERBS = """
eat | есть ест едят съел
drink_v | пить пьёт пьют выпил
cook | варить варит варят сварил ; готовить готовит готовят приготовил
bake | печь печёт пекут испёк
cut | резать режет режут нарезал
order | заказывать заказывает заказывают заказал
wash | мыть моет моют вымыл
fill | наполнять наполняет наполняют наполнил
read | читать читает читают прочитал
write | писать пишет пишут написал
explain | объяснять объясняет объясняют объяснил
learn | учить учит учат выучил
ask | спрашивать спрашивает спрашивают спросил
prepare | готовить готовит готовят подготовил
treat | лечить лечит лечат вылечил
examine | осматривать осматривает осматривают осмотрел
help | помогать помогает помогают помог @dat
visit | посещать посещает посещают посетил ; навещать навещает навещают навестил
take | принимать принимает принимают принял
feed | кормить кормит кормят накормил
milk_v | доить доит доят подоил
plant | сажать сажает сажают посадил
fell | рубить рубит рубят срубил
catch | ловить ловит ловят поймал
hunt | преследовать преследует преследуют выследил
watch | наблюдать наблюдает наблюдают наблюдал @за+ins
find | находить находит находят нашёл найдёт найдут
collect | собирать собирает собирают собрал
lose | терять теряет теряют потерял
search | искать ищет ищут искал
buy | покупать покупает покупают купил
sell | продавать продаёт продают продал
pay | платить платит платят заплатил @dat
compare | сравнивать сравнивает сравнивают сравнил
choose | выбирать выбирает выбирают выбрал
wear | носить носит носят носил
give | давать даёт дают дал
show | показывать показывает показывают показал
send | посылать посылает посылают послал ; отправлять отправляет отправляют отправил
bring | приносить приносит приносят принёс
tell | рассказывать рассказывает рассказывают рассказал
steal | красть крадёт крадут украл
interrogate | допрашивать допрашивает допрашивают допросил
defend | защищать защищает защищают защитил
discuss | обсуждать обсуждает обсуждают обсудил
sign | подписывать подписывает подписывают подписал
criticise | критиковать критикует критикуют раскритиковал
repair | чинить чинит чинят починил ; ремонтировать ремонтирует ремонтируют отремонтировал
use | использовать использует используют использовал
open | открывать открывает открывают открыл
close | закрывать закрывает закрывают закрыл
drive | водить водит водят водил
wait | ждать ждёт ждут ждал
meet | встречать встречает встречают встретил
play_i | играть играет играют играл @на+pre
perform | исполнять исполняет исполняют исполнил
hear_t | слушать слушает слушают послушал
paint | рисовать рисует рисуют нарисовал
admire | восхищаться восхищается восхищаются восхищался @ins
win | выигрывать выигрывает выигрывают выиграл
throw | бросать бросает бросают бросил
train_v | тренировать тренирует тренируют тренировал
love | любить любит любят любил
see | видеть видит видят увидел
fear | бояться боится боятся испугался @gen
sleep | спать спит спят спал
work | работать работает работают работал
sing | петь поёт поют пел
dance | танцевать танцует танцуют танцевал
laugh | смеяться смеётся смеются смеялся
cry | плакать плачет плачут плакал
sit | сидеть сидит сидят сидел
swim | плавать плавает плавают плавал
run | бегать бегает бегают бегал
practise | тренироваться тренируется тренируются тренировался
go | идти идёт идут пошёл пойдёт пойдут
travel_v | ездить ездит ездят ездил
return | возвращаться возвращается возвращаются вернулся вернётся вернутся
come | приходить приходит приходят пришёл придёт придут
hurry | спешить спешит спешат поспешил поспешит поспешат
say | говорить говорит говорят сказал скажет скажут
know | знать знает знают знал
believe | верить верит верят поверил поверит поверят
hear | слышать слышит слышат услышал услышит услышат
forget | забывать забывает забывают забыл забудет забудут
hope | надеяться надеется надеются надеялся
think | думать думает думают подумал подумает подумают
understand | понимать понимает понимают понял поймёт поймут
announce | объявлять объявляет объявляют объявил объявит объявят
"""

ADJECTIVES = """
new | новый
old | старый
aged | старый
big | большой
small | маленький
young | молодой
good | хороший
bad | плохой
fresh | свежий
cold | холодный
hot | горячий
sweet | сладкий
clean | чистый
dirty | грязный
sick | больной
healthy | здоровый
tired | усталый
hungry | голодный
clever | умный
famous | известный ; знаменитый
strong | сильный
fast | быстрый
happy | счастливый
sad | грустный
sad_n | грустный ; печальный
rich | богатый
poor | бедный
expensive | дорогой
cheap | дешёвый
beautiful | красивый
important | важный
difficult | трудный ; сложный
easy | лёгкий
heavy | тяжёлый
light_a | лёгкий
dangerous | опасный
long | длинный
short | короткий
interesting | интересный
red | красный
green | зелёный
black | чёрный
white | белый
blue | синий
evil | злой
quiet | тихий
empty | пустой
full | полный
secret_a | тайный ; секретный
brave | смелый ; храбрый
wild | дикий
"""

PHRASES = """
two | два/NUM
three | три/NUM
four | четыре/NUM
five | пять/NUM
six | шесть/NUM
ten | десять/NUM
seven | семь/NUM
eight | восемь/NUM
twelve | двенадцать/NUM
twenty | двадцать/NUM
hundred | сто/NUM
yesterday | вчера
last_week | на/ADP прошлой/ADJ неделе/NOUN
recently | недавно
last_year | в/ADP прошлом/ADJ году/NOUN
last_month | в/ADP прошлом/ADJ месяце/NOUN
now | сейчас ; теперь
today | сегодня
every_day | каждый/DET день/NOUN
often | часто
always | всегда
sometimes | иногда
every_week | каждую/DET неделю/NOUN
tomorrow | завтра
next_week | на/ADP следующей/ADJ неделе/NOUN
soon | скоро
next_year | в/ADP следующем/ADJ году/NOUN
morning | утром
evening | вечером
night | ночью
monday | в/ADP понедельник/NOUN
friday | в/ADP пятницу/NOUN
sunday | в/ADP воскресенье/NOUN
summer | летом
spring | весной
winter | зимой
again | снова ; опять
quickly | быстро
gladly | охотно
slowly | медленно
carefully | осторожно
calmly | спокойно ; тихо
secretly | тайно ; тайком
alone | в/ADP одиночку/NOUN
"""

NAMES = """
Anna | Анна
Peter | Петер
Maria | Мария
Martin | Мартин
Elena | Елена
Viktor | Виктор
Sofia | София
Anton | Антон
Olga | Ольга
Robert | Роберт
Julia | Юлия
Adam | Адам
Emma | Эмма
Karl | Карл
Vera | Вера
Mehmet | Мехмет
Clara | Клара
Ivan | Иван
Irina | Ирина
Daniel | Даниэль
Selma | Сельма
Roman | Роман
Diana | Диана
Osman | Осман
Nina | Нина
Oskar | Оскар
Marta | Марта
Albert | Альберт
Amina | Амина
Kemal | Кемаль
Eva | Ева
Simon | Симон
Laura | Лаура
Bernard | Бернард
Tamara | Тамара
Hakan | Хакан
Lena | Лена
Herbert | Герберт
Alina | Алина
Gustav | Густав
Berlin | Берлин m
London | Лондон m
Moscow | Москва f
Ankara | Анкара f
Paris | Париж m
Vienna | Вена f
Istanbul | Стамбул m
Rome | Рим m
Munich | Мюнхен m
Prague | Прага f
Kazan | Казань f
Izmir | Измир m
Madrid | Мадрид m
Warsaw | Варшава f
Samara | Самара f
Hamburg | Гамбург m
Dublin | Дублин m
Bursa | Бурса f
Geneva | Женева f
Tver | Тверь f
Lisbon | Лиссабон m
Dresden | Дрезден m
Konya | Конья f
Venice | Венеция f
Krakow | Краков m
Riga | Рига f
Orion | Орион
Delta | Дельта
Atlas | Атлас
Nordbank | Нордбанк
Eurotex | Евротекс
Sputnik | Спутник
Merkur | Меркур
Astra | Астра
Titan | Титан
Omega | Омега
"""

Russian.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, str)
Russian.phrases = read_lexicon(PHRASES, read_phrase)
Russian.names = read_lexicon(NAMES, read_name)
