"""Writes a world to disk.

mono/{lang}.txt                              sentences, other meanings in each language (comparable, not parallel)
bitext/{a}-{b}.tsv                           pairs "a TAB b", codes in alphabetical order, each language with English
bitext/{a}-{b}.tokens.tsv                    the same pairs, tokens joined by spaces
links/{a}-{b}.txt                            gold links "i-j i-j" between those tokens
tasks/udpos/{train,dev,test}-{lang}.tsv      "token TAB tag", a blank line after each sentence
tasks/tatoeba/tatoeba.{l3}-eng.{l3|eng}      line-aligned sentences, all lines of a side unique
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TextIO

from isogloss.corpora.miniworld.de import German
from isogloss.corpora.miniworld.draw import Meanings, Random
from isogloss.corpora.miniworld.en import English
from isogloss.corpora.miniworld.grammar import Grammar, Tokens, detokenise, links
from isogloss.corpora.miniworld.meaning import Sentence
from isogloss.corpora.miniworld.ru import Russian
from isogloss.corpora.miniworld.tr import Turkish
from isogloss.errors import IsoglossError

LANGUAGES: dict[str, type[Grammar]] = {"en": English, "de": German, "tr": Turkish, "ru": Russian}
RETRIEVAL_LINES = 1000  # at most, as in Tatoeba


def write_world(
    directory: Path,
    *,
    languages: Sequence[str],
    seed: int,
    mono_sentences: int,
    pairs: int,
    task_sentences: int,
    min_tokens: int = 4,
    max_tokens: int = 24,
    min_retrieval_concepts: int = 5,
) -> dict[str, int]:
    """Write the whole world below `directory` -> file name (without suffix) -> number of sentences."""
    check_languages(languages)
    directory = Path(directory)
    stream = Stream(seed, min_tokens, max_tokens)
    others = [code for code in languages if code != "en"] if "en" in languages else []
    counts: dict[str, int] = {}
    held_out: dict[str, set[str]] = {code: set() for code in languages}
    for code in languages:
        for split, wanted in (("test", task_sentences // 4), ("dev", task_sentences // 4)):
            name = f"tasks/udpos/{split}-{code}"
            counts[name] = write_tags(directory / f"{name}.tsv", stream.tagged(name, split, code, wanted), held_out[code])
    for code in others:
        name = f"tasks/tatoeba/tatoeba.{LANGUAGES[code].iso3}-eng"
        wanted = min(task_sentences // 4, RETRIEVAL_LINES)
        counts[name] = write_retrieval(directory, name, stream.retrieval(name, code, wanted, min_retrieval_concepts), code, held_out)
    stream.held_out = held_out  # whatever the meaning, no train sentence may read like a held-out one
    for code in languages:
        name = f"tasks/udpos/train-{code}"
        counts[name] = write_tags(directory / f"{name}.tsv", stream.tagged(name, "train", code, task_sentences))
        name = f"mono/{code}"
        sentences = (detokenise(tokens) for tokens in stream.tagged(name, "train", code, mono_sentences))
        counts[name] = write_lines(directory / f"{name}.txt", sentences)
    for code in others:
        pair = "-".join(sorted((code, "en")))
        counts[f"bitext/{pair}"] = write_pairs(directory, pair, stream.pairs(f"bitext/{pair}", "train", pair.split("-"), pairs))
    return counts


def check_languages(languages: Sequence[str]) -> None:
    for code in languages:
        if code not in LANGUAGES:
            raise IsoglossError("miniworld", f"unknown language '{code}'", f"Known: {', '.join(LANGUAGES)}",
                                "Correct the code, or write its grammar as one more file (docs/miniworld.md)")  # fmt: skip


class Stream:
    """Realised sentences. Every file draws from a seed of its own name, so that files do not depend on each other's size."""

    def __init__(self, seed: int, min_tokens: int, max_tokens: int) -> None:
        self.seed, self.min_tokens, self.max_tokens = seed, min_tokens, max_tokens
        self.held_out: dict[str, set[str]] = {}

    def realised(self, name: str, split: str, codes: Sequence[str]) -> Iterator[tuple[Sentence, list[Tokens]]]:
        """Meanings of a split with their tokens in each language, within the length limits in all of them."""
        grammars = [LANGUAGES[code](Random(self.seed, f"{name}/{code}")) for code in codes]
        for meaning in Meanings(Random(self.seed, name), split):
            sides = [grammar.realise(meaning) for grammar in grammars]
            if all(self.min_tokens <= len(tokens) <= self.max_tokens for tokens in sides) and not self.is_held_out(codes, sides):
                yield meaning, sides

    def is_held_out(self, codes: Sequence[str], sides: list[Tokens]) -> bool:
        return any(detokenise(tokens) in self.held_out.get(code, ()) for code, tokens in zip(codes, sides, strict=True))

    def tagged(self, name: str, split: str, code: str, count: int) -> Iterator[Tokens]:
        return islice((sides[0] for _, sides in self.realised(name, split, [code])), count)

    def pairs(self, name: str, split: str, codes: Sequence[str], count: int) -> Iterator[list[Tokens]]:
        return islice((sides for _, sides in self.realised(name, split, codes)), count)

    def retrieval(self, name: str, code: str, count: int, min_concepts: int) -> Iterator[tuple[str, str]]:
        """Pairs of test sentences (foreign, English) with enough content, unique on each side."""
        seen: tuple[set[str], set[str]] = (set(), set())

        def unique() -> Iterator[tuple[str, str]]:
            for meaning, sides in self.realised(name, "test", [code, "en"]):
                foreign, english = map(detokenise, sides)
                if len(meaning.concepts()) >= min_concepts and foreign not in seen[0] and english not in seen[1]:
                    seen[0].add(foreign)
                    seen[1].add(english)
                    yield foreign, english

        return islice(unique(), count)


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """One line each -> how many."""
    count = 0
    with created(path) as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    return count


def write_tags(path: Path, sentences: Iterable[Tokens], seen: set[str] | None = None) -> int:
    """Tokens with tags; `seen` collects the sentences."""

    def blocks() -> Iterator[str]:
        for tokens in sentences:
            if seen is not None:
                seen.add(detokenise(tokens))
            yield "".join(f"{token.text}\t{token.upos}\n" for token in tokens)

    return write_lines(path, blocks())


def write_retrieval(directory: Path, name: str, pairs: Iterable[tuple[str, str]], code: str, seen: dict[str, set[str]]) -> int:
    pairs = list(pairs)
    for side, language in enumerate((code, "en")):
        lines = [pair[side] for pair in pairs]
        seen[language].update(lines)
        write_lines(directory / f"{name}.{LANGUAGES[language].iso3}", lines)
    return len(pairs)


def write_pairs(directory: Path, pair: str, pairs: Iterable[list[Tokens]]) -> int:
    """Text, tokens and links of a pair, line by line."""
    paths = [directory / name for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt")]
    count = 0
    with ExitStack() as stack:
        text, tokens, gold = (stack.enter_context(created(path)) for path in paths)
        for a, b in pairs:
            text.write(f"{detokenise(a)}\t{detokenise(b)}\n")
            tokens.write(f"{spaced(a)}\t{spaced(b)}\n")
            gold.write(" ".join(f"{i}-{j}" for i, j in links(a, b)) + "\n")
            count += 1
    return count


def created(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(path, "w", encoding="utf-8", newline="\n")


def spaced(tokens: Tokens) -> str:
    return " ".join(token.text for token in tokens)
