"""The dials that make the world harder, and what they do to training text. Evaluation sets stay clean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from isogloss.corpora.miniworld.concepts import CONCEPTS
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.grammar import Grammar, Token, Tokens, Variation, headword

SHORTEST_TYPO = 4  # letters of a word that may be misspelt


@dataclass(frozen=True)
class Noise:
    """The dials, all off; the config has the defaults (`schema/corpora.py`).

    Args:
        ambiguity: how often concepts whose word means something else too, in any language, are drawn: 1 as often as others, 0 never.
        synonymy: probability of another word than the usual one.
        reordering: factor on the probability of every optional word order; 0 leaves the plain order.
        typos: probability that a word of training text is misspelt.
        misaligned: probability that a pair of the parallel text is no translation (its gold links are empty).
    """

    ambiguity: float = 0.0
    synonymy: float = 0.0
    reordering: float = 0.0
    typos: float = 0.0
    misaligned: float = 0.0

    @property
    def variation(self) -> Variation:
        return Variation(self.synonymy, self.reordering)


def ambiguous_concepts(grammars: Mapping[str, type[Grammar]]) -> list[str]:
    """The concepts one of whose words, in any language, belongs to another concept as well."""
    found = set()
    for grammar in grammars.values():
        owners: dict[str, set[str]] = {}
        for concept, words in (grammar.lexicon | grammar.phrases).items():
            for word in words:
                owners.setdefault(headword(word), set()).add(concept)
        found |= {concept for concepts in owners.values() if len(concepts) > 1 for concept in concepts}
    return [concept for concept in CONCEPTS if concept in found]


def misspelt(tokens: Tokens, probability: float, random: Random) -> Tokens:
    """Some words with two letters swapped, one left out, or one doubled; everything else, links too, stays. The same list if all does."""
    if not probability:
        return tokens
    wrong = [k for k in range(len(tokens)) if random.chance(probability) and _may_err(tokens[k])]
    if not wrong:
        return tokens
    written = list(tokens)
    for k in wrong:
        written[k] = _typo(tokens[k], random)
    return written


def _may_err(token: Token) -> bool:
    return len(token.text) >= SHORTEST_TYPO and token.text.isalpha()


def _typo(token: Token, random: Random) -> Token:
    place = 1 + random.below(len(token.text) - 2)  # never the first letter
    return token._replace(text=_SLIPS[random.below(len(_SLIPS))](token.text, place))


_SLIPS: tuple[Callable[[str, int], str], ...] = (
    lambda word, k: word[:k] + word[k + 1] + word[k] + word[k + 2 :],
    lambda word, k: word[:k] + word[k + 1 :],
    lambda word, k: word[:k] + word[k] + word[k:],
)
