"""Russian word forms: nouns in six cases, adjectives, the past tense, numerals. The entries that they start from are read here too.

Nouns: `[в|на] nominative gender genitive-plural [stem=] [pl=] [ins=] [inspl=] [loc=] [num=] [as=] [attr=] [!] [0]` (stem: of the other
singular cases; pl: nominative plural, when not by rule; num: genitive plural after a bare numeral; as: declined like this adjective;
attr: an adjective that is part of the word; !: stressed endings, which decide о/ё or е; 0: never declined).
Verbs: `infinitive third-singular third-plural past [future-singular future-plural] [@case or @preposition+case] [+adverb] [&companions]`;
with no future forms of its own a verb takes будет and the infinitive.
Adjectives: `masculine [short-masculine,short-stem] [&companions]`; the short forms are those of the predicate.
&: the word is used only with these kinds or concepts, and is then the only one used (стирать рубашку, but мыть чашку); it comes last.
"""

from functools import cache
from typing import Any, NamedTuple

from isogloss.corpora.miniworld.concepts import Concept

VELARS, HUSHERS = "гкх", "жшщч"
VOWELS = "аеёиоуыэюя"
ADJECTIVE = {  # case -> hard endings for m, f, n, plural
    "nom": ("ый", "ая", "ое", "ые"),
    "gen": ("ого", "ой", "ого", "ых"),
    "dat": ("ому", "ой", "ому", "ым"),
    "ins": ("ым", "ой", "ым", "ыми"),
    "pre": ("ом", "ой", "ом", "ых"),
}
POSSESSIVE = {  # свой
    "nom": ("свой", "своя", "своё", "свои"),
    "gen": ("своего", "своей", "своего", "своих"),
    "dat": ("своему", "своей", "своему", "своим"),
    "ins": ("своим", "своей", "своим", "своими"),
    "pre": ("своём", "своей", "своём", "своих"),
}
ALL = {"nom": "все", "gen": "всех", "dat": "всем", "ins": "всеми", "pre": "всех"}
COLUMN = {"m": 0, "f": 1, "n": 2, "pl": 3}
SMALL = {"два": ("двух", "двум", "двумя"), "три": ("трёх", "трём", "тремя"), "четыре": ("четырёх", "четырём", "четырьмя")}
COLLECTIVE = {"два": "двое", "три": "трое", "четыре": "четверо"}  # beside nouns without a singular: двое часов
EASED = {"в": ("дворц",), "с": ("все",)}  # во and со besides the clusters of `voiced`


class Noun(NamedTuple):
    nominative: str
    gender: str
    genitive_plural: str
    preposition: str = ""
    stem: str = ""
    plural: str = ""
    instrumental: str = ""
    instrumental_plural: str = ""
    locative: str = ""
    counted: str = ""
    adjectival: str = ""
    attribute: str = ""
    stressed: bool = False
    fixed: bool = False

    @property
    def headword(self) -> str:
        return f"{self.attribute} {self.nominative}".strip()


class Verb(NamedTuple):
    infinitive: str
    singular: str
    plural: str
    past: str
    future: tuple[str, ...]
    preposition: str = ""
    case: str = "acc"
    adverb: str = ""
    companions: tuple[str, ...] = ()

    @property
    def headword(self) -> str:
        return f"{self.infinitive} {self.adverb}".strip()


class Adjective(NamedTuple):
    full: str
    short: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()

    @property
    def headword(self) -> str:
        return self.full


FACTS = {"stem": "stem", "pl": "plural", "ins": "instrumental", "inspl": "instrumental_plural", "loc": "locative", "num": "counted",
         "as": "adjectival", "attr": "attribute"}  # fmt: skip


def read_noun(text: str) -> Noun:
    words = text.split()
    preposition = words.pop(0) if words[0] in ("в", "на") else ""
    nominative, gender, genitive_plural, *details = words
    return Noun(nominative, gender, genitive_plural, preposition, **read_facts(details), stressed="!" in details, fixed="0" in details)


def read_facts(words: list[str]) -> dict[str, Any]:
    """`stem=отц` -> {"stem": "отц"}."""
    return {FACTS[key]: value for key, _, value in (word.partition("=") for word in words if "=" in word)}


def read_verb(text: str) -> Verb:
    words = text.split()
    infinitive, singular, plural, past, *future = (word for word in words if word[0] not in "@+&")
    preposition, _, case = marked(words, "@").rpartition("+")
    return Verb(infinitive, singular, plural, past, tuple(future), preposition, case or "acc", marked(words, "+"), read_companions(words))


def read_adjective(text: str) -> Adjective:
    words = text.split()
    short = next((word for word in words[1:] if word[0] != "&"), "")
    return Adjective(words[0], tuple(short.split(",")) if short else (), read_companions(words))


def read_companions(words: list[str]) -> tuple[str, ...]:
    companions = marked(words, "&")
    return tuple(companions.split(",")) if companions else ()


def marked(words: list[str], mark: str) -> str:
    """What follows the mark (@, +, &) in the word that has it."""
    return next((word[1:] for word in words if word[0] == mark), "")


def read_name(concept: Concept, text: str) -> Noun:
    """`name [gender [genitive-plural]] [stem=]`: persons have the gender of their sex, organisations and families that of the last letter.

    Names in another vowel than а and я are not declined, nor are women's names in a hard consonant.
    """
    words = text.split()
    plain = [word for word in words[1:] if "=" not in word]
    gender = plain[0] if plain else concept.sex or ("f" if words[0][-1] in "ая" else "m")
    last = words[0][-1]
    fixed = (last in "еёиоуыэю" and gender != "pl") or (concept.sex == "f" and last not in "аяь")
    return Noun(words[0], gender, plain[1] if len(plain) > 1 else "", **read_facts(words), fixed=fixed)


@cache
def decline(noun: Noun, case: str, plural: bool, animate: bool) -> str:
    """The form of a noun; the accusative of animates is their genitive (in the singular: of masculines in a consonant)."""
    if noun.fixed:
        return noun.nominative
    if noun.adjectival:
        return agree(noun.adjectival, case, 3 if plural else COLUMN[noun.gender], animate)
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
    """стол, словарь, музей, окно, поле, полотенце, собрание."""
    last = noun.nominative[-1]
    stem = noun.stem or (noun.nominative[:-1] if last in "ьйое" else noun.nominative)
    soft = last in "ьйе" and stem[-1] not in HUSHERS + "ц"
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
        return noun.nominative[:-1] + ("а" if last == "о" or noun.nominative[-2] in HUSHERS + "ц" else "я")
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
        case = accusative(column, animate)
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


def accusative(column: int, animate: bool) -> str:
    """The case that an accusative other than the feminine looks like."""
    return "gen" if animate and column != 2 else "nom"


def own(case: str, column: int, animate: bool) -> str:
    """свой, agreeing."""
    if case == "acc" and column == 1:
        return "свою"
    return POSSESSIVE[accusative(column, animate) if case == "acc" else case][column]


def quantifier(word: str, case: str, animate: bool) -> str:
    """все, некоторые."""
    case = accusative(3, animate) if case == "acc" else case
    return ALL[case] if word == "все" else agree("некоторый", case, 3, animate)


def short_form(short: tuple[str, ...], column: int) -> str:
    """болен, больна, больно, больны."""
    masculine, stem = short
    return masculine if column == 0 else stem + ("", "а", "о", "ы")[column]


@cache
def past_form(past: str, column: int) -> str:
    """читал, читала, читало, читали; пришёл, пришла; перевёл, перевела; принёс, принесла; смеялся, смеялась."""
    if column == 0:
        return past
    if past.endswith("ся"):
        return past[:-2] + ("", "ась", "ось", "ись")[column]
    if past.endswith("шёл"):
        base = past[:-2]
    elif past.endswith("л"):
        base = past[:-1].removesuffix("ё") + ("е" if past.endswith("ёл") else "")
    else:
        base = past.replace("ё", "е")
    return base + ("", "ла", "ло", "ли")[column]


@cache
def voiced(preposition: str, following: str) -> str:
    """в -> во Франкфурте, с -> со студентом: a vowel eases two consonants."""
    heavy = {"в": "вф", "с": "сзшж"}.get(preposition, "")
    word = following.lower()
    cluster = word[0] in heavy and word[1] not in VOWELS
    return preposition + "о" if cluster or word.startswith(EASED.get(preposition, ("-",))) else preposition


@cache
def numeral(word: str, case: str, column: int) -> str:
    """два стола, две книги, двое часов, двум столам, пятью столами."""
    if case in ("nom", "acc"):
        return COLLECTIVE.get(word, word) if column == 3 else "две" if word == "два" and column == 1 else word
    if word in SMALL:  # genitive, dative, instrumental
        return SMALL[word][{"gen": 0, "dat": 1, "ins": 2, "pre": 0}[case]]
    if word == "сто":
        return "ста"
    stem = "восьм" if word == "восемь" else word[:-1]
    if case == "ins":
        return word + "ю"
    return stem + "и"
