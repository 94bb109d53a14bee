"""Scores of extracted answers: exact match and token F1, by the rules of SQuAD v1.1 and of MLQA.

squad  English for every language, as XQuAD and TyDiQA are scored: lower case, without ASCII punctuation, without a, an, the. Chinese
       and Thai answers are one token then, so that F1 is nearly exact match.
mlqa   per language of the answer: lower case, without punctuation of any script, without the articles of the language (Vietnamese:
       classifiers); in Chinese each character is a token.

An answer scores the best of its gold answers, for each metric on its own. Answers without a token are alike, but share none: exact
match 1, F1 0 (SQuAD v2 says 1). Lewis et al. 2020 (arXiv 1910.07475), Rajpurkar et al. 2016 (arXiv 1606.05250).
"""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..errors import IsoglossError
from ..languages import base_language

_NEVER = r"(?!)"
# "ال" anywhere: MLQA's own pattern means the Arabic article, but cannot tell it from other places ("قال", he said, becomes "ق").
_MLQA_ARTICLES = {
    "en": r"\b(a|an|the)\b",
    "es": r"\b(un|una|unos|unas|el|la|los|las)\b",
    "de": r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b",
    "ar": "ال",
    "hi": _NEVER,
    "vi": r"\b(của|là|cái|chiếc|những)\b",
    "zh": _NEVER,
}
_HANZI = re.compile("([\u4e00-\u9fa5])")  # neither 〇 nor the extensions: those are parts of words


def squad_tokens(text: str, lang: str) -> list[str]:
    """The tokens of an answer by SQuAD's rule, which asks for no language."""
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(_MLQA_ARTICLES["en"], " ", bare).split()


def mlqa_tokens(text: str, lang: str) -> list[str]:
    """The tokens of an answer by MLQA's rule for its language, or for the one it is derived from. Raises IsoglossError for others."""
    base = base_language(lang)
    if base not in _MLQA_ARTICLES:
        remedy = "Score answers in other languages by the rule squad"
        raise IsoglossError("answer rule mlqa", f"language {lang}", f"MLQA has {', '.join(_MLQA_ARTICLES)}", remedy)
    bare = "".join(character for character in text.lower() if not _is_punctuation(character))
    words = re.sub(_MLQA_ARTICLES[base], " ", bare)
    return (_HANZI.sub(r" \1 ", words) if base == "zh" else words).split()


RULES: dict[str, Callable[[str, str], list[str]]] = {"squad": squad_tokens, "mlqa": mlqa_tokens}


def answer_scores(pred: str, golds: Sequence[str], lang: str, rule: str) -> tuple[float, float]:
    """(exact match, F1) of an answer, each in [0, 1]: the best over its gold answers."""
    if not golds:
        raise IsoglossError("answers", "a question without gold answers", "at least one", "Leave such questions out of dev and test sets")
    tokens = RULES[rule](pred, lang)
    right = [RULES[rule](gold, lang) for gold in golds]
    return float(tokens in right), max(_f1(tokens, gold) for gold in right)


def answer_counts(pairs: Iterable[tuple[Sequence[str], str | None]], lang: str, rule: str) -> dict[str, Any]:
    """{n, em, f1, missing} over (gold answers, predicted answer) of each question: em and f1 are sums.

    A question without a prediction (None) is missing: it scores 0, and counts in n.
    """
    pairs = list(pairs)
    scores = [answer_scores(pred, golds, lang, rule) for golds, pred in pairs if pred is not None]
    em, f1 = (math.fsum(score[k] for score in scores) for k in (0, 1))
    return {"n": len(pairs), "em": int(em), "f1": f1, "missing": len(pairs) - len(scores)}


def answer_metrics(counts: dict[str, Any]) -> dict[str, float]:
    """Every metric of `answer_counts`, in percent; 0/0 is 0."""
    return {name: 100 * counts[name] / counts["n"] if counts["n"] else 0.0 for name in ("em", "f1")}


def _f1(pred: Sequence[str], gold: Sequence[str]) -> float:
    """The harmonic mean of precision and recall of tokens, each as often as it stands there."""
    shared = (Counter(pred) & Counter(gold)).total()
    return 2 * shared / (len(pred) + len(gold)) if shared else 0.0


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
