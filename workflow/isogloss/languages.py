"""Language codes, and where words begin and end. Standard library only.

A language is `xx` or `xxx` (ISO 639-1, or 639-3 where there is no two-letter code), with a suffix for a language derived from it
(`en_inverted`); a derived language has the script habits of its base. A pair is two of them in alphabetical order: `de-en`.
"""

import re
import unicodedata
from functools import cache
from itertools import chain

from .errors import IsoglossError

PIVOT = "en"  # what other languages are paired with

# The 40 languages of XTREME: two letters, three letters (as in the Tatoeba file names), name. Others are allowed, but not by name.
LANGUAGES = {
    "af": ("afr", "Afrikaans"),
    "ar": ("ara", "Arabic"),
    "bg": ("bul", "Bulgarian"),
    "bn": ("ben", "Bengali"),
    "de": ("deu", "German"),
    "el": ("ell", "Greek"),
    "en": ("eng", "English"),
    "es": ("spa", "Spanish"),
    "et": ("est", "Estonian"),
    "eu": ("eus", "Basque"),
    "fa": ("pes", "Persian"),
    "fi": ("fin", "Finnish"),
    "fr": ("fra", "French"),
    "he": ("heb", "Hebrew"),
    "hi": ("hin", "Hindi"),
    "hu": ("hun", "Hungarian"),
    "id": ("ind", "Indonesian"),
    "it": ("ita", "Italian"),
    "ja": ("jpn", "Japanese"),
    "jv": ("jav", "Javanese"),
    "ka": ("kat", "Georgian"),
    "kk": ("kaz", "Kazakh"),
    "ko": ("kor", "Korean"),
    "ml": ("mal", "Malayalam"),
    "mr": ("mar", "Marathi"),
    "ms": ("zsm", "Malay"),
    "my": ("mya", "Burmese"),
    "nl": ("nld", "Dutch"),
    "pt": ("por", "Portuguese"),
    "ru": ("rus", "Russian"),
    "sw": ("swh", "Swahili"),
    "ta": ("tam", "Tamil"),
    "te": ("tel", "Telugu"),
    "th": ("tha", "Thai"),
    "tl": ("tgl", "Tagalog"),
    "tr": ("tur", "Turkish"),
    "ur": ("urd", "Urdu"),
    "vi": ("vie", "Vietnamese"),
    "yo": ("yor", "Yoruba"),
    "zh": ("cmn", "Chinese"),
}
_MACRO = {"zho": "zh", "chi": "zh", "fas": "fa", "per": "fa", "swa": "sw", "msa": "ms", "fil": "tl"}
_TWO_LETTERS = {three: two for two, (three, _) in LANGUAGES.items()} | {name.lower(): two for two, (_, name) in LANGUAGES.items()} | _MACRO

SPACELESS = frozenset({"zh", "ja", "th", "lo", "km", "my"})  # written without spaces between words

# Characters per character of the English translation, where far from 1: zh measured (NTREX 0.34, bible 0.27), ja and ko estimated.
_DENSITY = {"zh": 0.3, "ja": 0.45, "ko": 0.5}


def base_language(lang: str) -> str:
    """`en` for `en` and for anything derived from it (`en_inverted`)."""
    return lang.partition("_")[0]


def joiner(lang: str) -> str:
    """What stands between two texts of this language that are joined: a space, or nothing where words are written without."""
    return "" if base_language(lang) in SPACELESS else " "


def density(lang: str) -> float:
    """Expected characters of a text per character of its English translation."""
    return _DENSITY.get(base_language(lang), 1.0)


def parse_language(code: str) -> str:
    """The code used everywhere here: `deu`, `DE` and `German` are `de`; an unlisted code such as `gsw` is itself.

    Raises IsoglossError for anything that cannot be a code.
    """
    given, *suffix = code.strip().lower().split("_", 1)
    given = _TWO_LETTERS.get(given, given)
    parsed = "_".join([given, *suffix])
    if not re.fullmatch(r"[a-z]{2,3}(_[a-z0-9]+)?", parsed):
        allowed = "a code of two or three letters such as `de`, `gsw`, or `en_name` for a language derived from English"
        raise IsoglossError("language", f"`{code}` is not a language code", allowed, f"Known by name: {' '.join(LANGUAGES)}")
    return parsed


def with_pivot(lang: str) -> tuple[str, str]:
    """The languages of the pair of `lang` and English, in alphabetical order."""
    first, second = sorted((lang, PIVOT))
    return first, second


def parse_pair(pair: str) -> tuple[str, str]:
    """The two languages of `de-en`. Raises IsoglossError unless they are two, different and in alphabetical order."""
    languages = [parse_language(code) for code in pair.split("-")]
    if len(languages) != 2 or sorted(set(languages)) != languages or "-".join(languages) != pair:
        proper = "-".join(sorted(set(languages))) if len(set(languages)) == 2 else "de-en"
        raise IsoglossError("pair", f"`{pair}` is not a pair", "two languages in alphabetical order", f"Write it like `{proper}`")
    return languages[0], languages[1]


# -------------------------------------------------------------------------------------------------------------- characters


@cache
def characters(*categories: str) -> str:
    """The inside of a regex class with every character of these Unicode general categories (`re` has no \\p{M}).

    Only planes 0, 1 and 14 are searched: none other has marks, controls or format characters.
    """
    planes = chain(range(0x20000), range(0xE0000, 0xE1000))
    found = (point for point in planes if unicodedata.category(chr(point)) in categories)
    ranges: list[list[int]] = []
    for point in found:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# ------------------------------------------------------------------------------------------------------------------- words

# Han, Hiragana and Katakana; and the letters (not the digits) of Thai, Lao, Burmese and Khmer.
_CJK = "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_CJK += "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U000323af"
_SOUTH_EAST = "\u0e01-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17dc"


@cache
def _word_pattern(spaceless: bool) -> re.Pattern[str]:
    marks = characters("Mn", "Mc", "Me") + "\u200c\u200d"  # the joiners live inside Persian and Indic words
    single = _CJK + (_SOUTH_EAST if spaceless else "")
    run = rf"(?:[^\W_{single}]++[{marks}]*+)++"
    return re.compile(
        rf"{run}(?:(?:['’.·\-‐‑]|(?<=\d),(?=\d)){run})*+"  # don't, l’eau, e.g, col·lecció, 3.5, 1,000
        rf"|[^\s_\W][{marks}]*+"  # one letter of a script whose words are not marked
        rf"|\S[{marks}]*+(?:(?<=\u200d)[^\w\s][{marks}]*+)*+"  # anything else; emoji joined by ZWJ stay one
    )


def split_words(text: str, lang: str) -> list[tuple[int, int]]:
    """The character spans [start, end) of the words of `text`, in order; every non-space character is in exactly one.

    A word is a run of letters, marks and digits; one apostrophe, hyphen or dot between two such runs (or a comma between
    digits) keeps them together: `don't`, `well-known`, `3.5`, `e.g` + `.`. Any other character is a word of its own, with the
    combining marks after it. Han, Hiragana and Katakana characters in every language, and Thai, Lao, Khmer and Burmese letters
    in the languages without spaces, are one word each.
    """
    return [match.span() for match in _word_pattern(base_language(lang) in SPACELESS).finditer(text)]
