"""Stage: the dictionary of the bases -> that of a pair with derived languages; of all steps only `script` changes a word."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..artifacts import iter_parquet
from ..corpora.transforms import Derived, Transform, has_step
from ..corpora.transforms.sentences import join, words
from ..languages import base_language, parse_pair
from .entries import Entry, Summary, read_dictionary, split_of, write_dictionary

MOST = 20_000  # word types of a dictionary between a language and its image


def make_derived_dictionary(pair: str, source: Path, derived: Derived, out: Path) -> Summary:
    """Write the dictionary of a pair with derived languages and return its summary.

    Args:
        source: the dictionary of the bases; where both languages have the same base its mono artifact, whose most frequent words are
            translated by their images.
    """
    languages = parse_pair(pair)
    images = [_Image(lang, derived) for lang in languages]
    same = len(set(map(base_language, languages))) == 1
    found: dict[tuple[str, str], Entry] = {}
    for entry in _frequent_words(source, languages[0]) if same else read_dictionary(source):
        key = images[0](entry.src), images[1](entry.tgt)
        found.setdefault(key, Entry(*key, entry.count, entry.p_tgt_given_src, entry.p_src_given_tgt, entry.split))
    return write_dictionary(pair, found.values(), out, derived={lang: steps for lang, steps in derived.items() if lang in languages})


class _Image:
    """A word of the base as a language writes it."""

    def __init__(self, lang: str, derived: Derived) -> None:
        self.lang = lang
        self._transform = Transform([step for step in derived.get(lang, ()) if has_step([step], "script")])

    def __call__(self, word: str) -> str:
        made, _ = self._transform(words(word, self.lang))
        return word if not self._transform.steps else join(made, self.lang)


def _frequent_words(mono: Path, lang: str) -> Iterator[Entry]:
    counts = Counter(word for text, _ in iter_parquet(mono, "mono") for word in words(text, lang))
    frequent = sorted((-count, word) for word, count in counts.items() if any(map(str.isalpha, word)))
    for count, word in frequent[:MOST]:
        yield Entry(word, word, -count, 1.0, 1.0, split_of(word))
