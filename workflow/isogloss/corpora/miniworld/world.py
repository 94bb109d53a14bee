"""Writes a world to disk.

mono/{lang}.txt                       sentences, other meanings in each language (comparable, not parallel)
bitext/{a}-{b}.tsv                    pairs "a TAB b", codes in alphabetical order, each language with English
bitext/{a}-{b}.tokens.tsv             the same pairs, tokens joined by spaces
links/{a}-{b}.txt                     gold links "i-j i-j" between those tokens; an empty line for a pair that is no translation
dictionaries/en-{lang}.{train,test}.tsv   word pairs, the most frequent first
tasks/bli/en-{lang}.{train,test}.tsv  the same word pairs, as the set to test
tasks/...                             the other labelled sets (`sets.py`, `squad.py`)

Evaluation sets come first, so that training text can be kept clear of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from isogloss.corpora.miniworld import sets, squad
from isogloss.corpora.miniworld.dictionary import Dictionary
from isogloss.corpora.miniworld.grammar import Tokens, detokenise, links
from isogloss.corpora.miniworld.noise import Noise, misspelt
from isogloss.corpora.miniworld.stream import Stream, check_languages

# Training examples of a set per `task_sentences`; dev and test have a quarter of `task_sentences`. Paragraphs count as eight sentences.
INFERENCE, PARAPHRASES, HELD_OUT, PARAGRAPH = 3, 1, 4, 8
DOCUMENTS = 2  # conll has a half of panx
INDEPENDENT = {"train": 3, "test": 2}  # tydiqa, in each language, a third of squad's training paragraphs and a half of xquad's


def write_world(
    directory: Path,
    *,
    languages: Sequence[str],
    seed: int,
    mono_sentences: int,
    pairs: int,
    task_sentences: int,
    size: float = 1.0,
    translated: float = 1.0,
    noise: Mapping[str, float] | None = None,
    min_tokens: int = 4,
    max_tokens: int = 24,
    min_retrieval_concepts: int = 5,
) -> dict[str, int]:
    """Write the whole world below `directory` -> {file: lines}.

    Args:
        languages: codes of `LANGUAGES`; pairs, retrieval, mining and squad need English among them.
        mono_sentences: per language; pairs: per pair; task_sentences: training sentences of a tagging task (the constants above have
            the others).
        size: factor on these three.
        translated: share of the training pairs and paragraphs that are also written in the languages other than English.
        noise: dials by name (`Noise`); one that is not named is off.
        min_tokens, max_tokens: length of a sentence in every language that it is written in.
        min_retrieval_concepts: content that a sentence to be retrieved, aligned or mined has at least.
    Raises:
        IsoglossError: a language that has no grammar.
    """
    check_languages(languages)
    directory = Path(directory)
    mono_sentences, pairs, task_sentences = (max(1, round(size * count)) for count in (mono_sentences, pairs, task_sentences))
    stream = Stream(seed, min_tokens, max_tokens, Noise(**(noise or {})))
    languages = sorted(languages, key=lambda code: code != "en")  # English first, the others as they are
    others = languages[1:] if "en" in languages else []
    for split in ("test", "dev", "train"):
        count = task_sentences if split == "train" else max(1, task_sentences // HELD_OUT)
        premises, paraphrases = (INFERENCE * count, PARAPHRASES * count) if split == "train" else (count, count)
        questions, share = -(-count // PARAGRAPH), translated if split == "train" else 1
        sets.write_tagging(stream, directory, split, languages, count)
        sets.write_entities(stream, directory, split, languages, count)
        sets.write_documents(stream, directory, split, languages, max(1, count // DOCUMENTS))
        sets.write_inference(stream, directory, split, languages, premises, round(share * premises))
        sets.write_paraphrases(stream, directory, split, languages, paraphrases, round(share * paraphrases))
        if "en" in languages:
            squad.write_questions(stream, directory, split, languages, questions, round(share * questions))
        if split != "train":
            squad.write_across(stream, directory, split, languages, questions)
        if split in INDEPENDENT:
            own = -(-questions // INDEPENDENT[split])
            squad.write_independent(stream, directory, split, languages, own, round(share * own))
        if others and split != "train":
            sets.write_mining(stream, directory, split, languages, max(1, count // 2), min_retrieval_concepts)
        if others and split == "test":
            rows = sets.retrieval_rows(stream, languages, count, min_retrieval_concepts)
            sets.write_retrieval(directory, languages, rows)
            sets.write_alignment(directory, languages, rows)
    for code in languages:
        write_mono(stream, directory, code, mono_sentences)
    for code in others:
        write_bitext(stream, directory, "-".join(sorted((code, "en"))), pairs)
    return {path.relative_to(directory).as_posix(): path.read_bytes().count(b"\n") for path in sorted(directory.rglob("*.*"))}


def write_mono(stream: Stream, directory: Path, code: str, count: int) -> None:
    name = f"mono/{code}"
    random = stream.random(f"{name}/typos")
    with sets.created(directory / f"{name}.txt") as file:
        for _, (tokens,), (text,) in islice(stream.realised(name, "train", [code]), count):
            written = misspelt(tokens, stream.noise.typos, random)
            file.write((text if written is tokens else detokenise(written)) + "\n")


def write_bitext(stream: Stream, directory: Path, pair: str, count: int) -> None:
    """Text, tokens and links of a pair, line by line, and its dictionary, which is the set bli as well."""
    codes = pair.split("-")
    dictionary = Dictionary(english=codes.index("en"))
    with ExitStack() as stack:
        text, tokens, gold = (
            stack.enter_context(sets.created(directory / name))
            for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt")
        )
        for sides, texts, points in islice(noisy_pairs(stream, pair), count):
            dictionary.add(sides, points)
            text.write("\t".join(texts) + "\n")
            tokens.write("\t".join(" ".join(token.text for token in side) for side in sides) + "\n")
            gold.write(" ".join(f"{i}-{j}" for i, j in points) + "\n")
    foreign = codes[1 - codes.index("en")]
    for split, rows in dictionary.splits().items():
        for folder in ("dictionaries", "tasks/bli"):
            with sets.created(directory / f"{folder}/en-{foreign}.{split}.tsv") as file:
                file.writelines(f"{english}\t{other}\n" for english, other in rows)


def noisy_pairs(stream: Stream, pair: str) -> Iterator[tuple[list[Tokens], list[str], list[tuple[int, int]]]]:
    """Both sides, as tokens and as text, and the links between them: none where the second side is of another sentence."""
    name, codes = f"bitext/{pair}", pair.split("-")
    random, realised = stream.random(f"{name}/noise"), stream.realised(name, "train", codes)
    for said in realised:
        sides, texts, points = said.sides, said.texts, links(*said.sides)
        if stream.noise.misaligned and random.chance(stream.noise.misaligned):
            other = next(realised)
            sides, texts, points = [sides[0], other.sides[1]], [texts[0], other.texts[1]], []
        written = [misspelt(side, stream.noise.typos, random) for side in sides]
        yield written, [text if new is old else detokenise(new) for text, new, old in zip(texts, written, sides, strict=True)], points
