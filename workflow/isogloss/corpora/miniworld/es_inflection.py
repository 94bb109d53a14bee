"""Spanish word forms, and how the words of `es_words.py` are written.

Nouns: `word gender [plural] [el] [+ words]` (el: a feminine in a stressed a, el agua; words: oficina + de correos).
Verbs: `infinitive [pres= past= fut= subj=] [flags] [@preposition] [+ words]`, with the irregular forms of the third person singular
(past: the preterite, fut: the stem of the future). Flags: imp (the past is the imperfect, `imp=` an irregular one), le (the object is
a dative), a / -a (the personal a before every / no animal, else before definite ones), doubt (not believing asks for the subjunctive).
Adjectives: after the noun; `first`: before it, `either`: at will. Phrases: `^` goes before the verb.
"""

from typing import NamedTuple

from isogloss.corpora.miniworld.grammar import read_phrase

PLAIN_VOWELS = str.maketrans("áéíóú", "aeiou")


class Noun(NamedTuple):
    singular: str
    gender: str
    plural: str
    stressed: bool
    tail: tuple[tuple[str, str], ...]

    @property
    def headword(self) -> str:
        return " ".join((self.singular, *(word for word, _ in self.tail)))


class Verb(NamedTuple):
    """`forms`: tense -> third person singular and plural; `preposition`: of the object, the destination or the "that" clause."""

    infinitive: str
    forms: dict[str, tuple[str, str]]
    reflexive: bool
    preposition: str
    flags: tuple[str, ...]
    tail: tuple[tuple[str, str], ...]

    @property
    def headword(self) -> str:
        return " ".join((self.infinitive, *(word for word, _ in self.tail)))


class Adjective(NamedTuple):
    """`forms`: gender -> singular and plural."""

    forms: dict[str, tuple[str, str]]
    position: str

    @property
    def headword(self) -> str:
        return self.forms["m"][0]


def plural_of(word: str) -> str:
    """casas, autobuses, luces, canciones, paraguas; words that move their stress (exámenes) say it themselves."""
    if word[-1] in "aeiouáéó":
        return word + "s"
    if word[-1] == "z":
        return word[:-1] + "ces"
    if word[-1] in "ns" and word[-2] in "áéíóú":
        return word[:-2] + word[-2:].translate(PLAIN_VOWELS) + "es"
    return word if word[-1] == "s" else word + "es"


def preterite_of(infinitive: str) -> tuple[str, str]:
    """habló, hablaron; comió, comieron; leyó, leyeron."""
    stem = infinitive[:-2]
    if infinitive[-2] == "a":
        return stem + "ó", stem + "aron"
    glide = "y" if stem[-1] in "aeou" and not stem.endswith("gu") else "i"
    return stem + glide + "ó", stem + glide + "eron"


def plural_preterite(form: str) -> str:
    """Of an irregular one: durmió, dijo, vino, fue."""
    if form == "fue":
        return "fueron"
    stem = form[:-1]
    return stem + ("eron" if stem[-1] in "iyj" else "ieron")


def subjunctive_of(infinitive: str, present: str) -> str:
    """The present subjunctive, from the present: busca, busque; sigue, siga; ofrece, ofrezca."""
    stem = present[:-1]
    if infinitive[-2] == "a":
        softened = {"c": "qu", "g": "gu", "z": "c"}
        return stem[:-1] + softened.get(stem[-1], stem[-1]) + "e"
    if stem.endswith("gu"):
        return stem[:-1] + "a"
    return stem[:-1] + {"c": "zc", "g": "j"}.get(stem[-1], stem[-1]) + "a"


def read_noun(text: str) -> Noun:
    text, _, tail = text.partition(" + ")
    singular, gender, *details = text.split()
    stressed = "el" in details
    plural = [word for word in details if word != "el"]
    return Noun(singular, gender, plural[0] if plural else plural_of(singular), stressed, read_phrase(tail))


def read_verb(text: str) -> Verb:
    text, _, tail = text.partition(" + ")
    text, _, preposition = text.partition(" @")
    infinitive, *details = text.split()
    facts = dict(detail.split("=") for detail in details if "=" in detail)
    flags = tuple(detail for detail in details if "=" not in detail)
    forms = conjugated(infinitive.removesuffix("se"), facts, "imp" in flags)
    return Verb(infinitive, forms, infinitive.endswith("se"), preposition, flags, read_phrase(tail))


def conjugated(infinitive: str, facts: dict[str, str], imperfect: bool) -> dict[str, tuple[str, str]]:
    """All forms of a verb, irregular ones given."""
    stem, theme = infinitive[:-2], infinitive[-2]
    glide = "y" if infinitive.endswith("uir") and not infinitive.endswith("guir") else ""
    present = facts.get("pres") or stem + glide + ("a" if theme == "a" else "e")
    preterite = (facts["past"], plural_preterite(facts["past"])) if "past" in facts else preterite_of(infinitive)
    durative = facts.get("imp") or stem + ("aba" if theme == "a" else "ía")
    future = facts.get("fut") or stem + infinitive[-2:].translate(PLAIN_VOWELS)
    subjunctive = facts.get("subj") or subjunctive_of(infinitive, present)
    doubted = preterite[1].removesuffix("ron") + "ra"
    return {
        "present": (present, "son" if present == "es" else present + "n"),
        "past": (durative, durative + "n") if imperfect or "imp" in facts else preterite,
        "future": (future + "á", future + "án"),
        "subjunctive": (subjunctive, "den" if subjunctive == "dé" else subjunctive + "n"),
        "past subjunctive": (doubted, doubted + "n"),
    }


def read_adjective(text: str) -> Adjective:
    word, _, position = text.partition(" ")
    feminine = word[:-1] + "a" if word[-1] == "o" else word
    plural = "jóvenes" if word == "joven" else plural_of(word)
    return Adjective({"m": (word, plural), "f": (feminine, plural if feminine == word else plural_of(feminine))}, position)


SER = read_verb("ser pres=es past=fue imp=era subj=sea")
ESTAR = read_verb("estar pres=está past=estuvo subj=esté imp")
HABER = read_verb("haber pres=hay past=hubo fut=habr subj=haya imp")
BE = {"": SER, "state": ESTAR, "at": ESTAR, "exists": HABER}
