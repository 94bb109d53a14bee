"""The labelled sets: one function each, which writes one split of it in the layout of XTREME's files.

udpos, panx            {split}-{lang}.tsv                      "token TAB tag", a blank line after each sentence
conll                  {lang}.{train,testa,testb}              "token UPOS O tag", tags in IOB1, as CoNLL-2003
xnli, pawsx            {split}-{lang}.tsv                      "sentence TAB sentence TAB label"
tatoeba                tatoeba.{l3}-eng.{l3,eng}               line-aligned, all lines of a side unique
alignment              {a}-{b}.test.tsv                        "tokens TAB tokens TAB links" of those lines, codes in alphabetical order
bucc                   {lang}-en.{dev,test}.{lang,en,gold}     "id TAB sentence" of two corpora that share some sentences; gold pairs of ids

All of them say the same in every language, so that a difference between two languages is none of the sample. Sets of questions stand
in `squad.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TextIO

from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.entities import bio_tags, iob1, named_things
from isogloss.corpora.miniworld.grammar import Grammar, Tokens, Variation, detokenise, links
from isogloss.corpora.miniworld.inference import LABELS, inference_pairs, suitable
from isogloss.corpora.miniworld.meaning import Sentence
from isogloss.corpora.miniworld.paraphrase import has_near_miss, paraphrase_pairs
from isogloss.corpora.miniworld.stream import LANGUAGES, Said, Stream
from isogloss.corpora.miniworld.supply import Meanings, Suits, anything

RETRIEVAL_LINES = 1000  # at most, as in Tatoeba
GOLD_SHARE = 0.2  # of the sentences of a comparable corpus that have a translation in the other
REWORDED = Variation(synonymy=0.5, reordering=2.0)  # the second sentence of a paraphrase, whatever its label
CONLL_SPLITS = {"train": "train", "dev": "testa", "test": "testb"}
DOCUMENT, DOCSTART = 20, "-DOCSTART- -X- O O\n\n"  # sentences of a document of CoNLL, and what stands before them
REALISATIONS = 4  # of a paraphrase, until it reads unlike the sentence

PairStream = Callable[[Meanings], Iterator[tuple[Sentence, Sentence, str]]]


def write_tagging(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int) -> None:
    """UPOS tags of any sentences."""
    write_tagged(stream, directory, f"tasks/udpos/{split}", codes, count, lambda meaning, tokens: [token.upos for token in tokens])


def write_entities(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int) -> None:
    """BIO tags of sentences with a name."""
    write_tagged(stream, directory, f"tasks/panx/{split}", codes, count, bio_tags, has_name)


def write_tagged(
    stream: Stream,
    directory: Path,
    name: str,
    codes: Sequence[str],
    count: int,
    tags_of: Callable[[Sentence, Tokens], list[str]],
    suits: Suits = anything,
) -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(created(directory / f"{name}-{code}.tsv")) for code in codes]
        for meaning, sides, _ in reserved(stream, name, codes, count, suits):
            for file, tokens in zip(files, sides, strict=True):
                rows = zip(tokens, tags_of(meaning, tokens), strict=True)
                file.write("".join(f"{token.text}\t{tag}\n" for token, tag in rows) + "\n")


def write_documents(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int) -> None:
    """Tags of names, and UPOS tags, of other sentences with a name, in CoNLL's columns and documents; nothing is chunked."""
    with ExitStack() as stack:
        files = [stack.enter_context(created(directory / f"tasks/conll/{code}.{CONLL_SPLITS[split]}")) for code in codes]
        for number, (meaning, sides, _) in enumerate(reserved(stream, f"tasks/conll/{split}", codes, count, has_name)):
            for file, tokens in zip(files, sides, strict=True):
                rows = zip(tokens, iob1(bio_tags(meaning, tokens)), strict=True)
                file.write("" if number % DOCUMENT else DOCSTART)
                file.write("".join(f"{token.text} {token.upos} O {tag}\n" for token, tag in rows) + "\n")


def has_name(meaning: Sentence) -> bool:
    return bool(named_things(meaning))


def reserved(stream: Stream, name: str, codes: Sequence[str], count: int, suits: Suits) -> Iterator[Said]:
    """The sentences of a tagging set, kept for it."""
    split = name.rpartition("/")[2]
    for said in islice(stream.realised(name, split, codes, suits), count):
        for code, text in zip(codes, said.texts, strict=True):
            stream.hold_out(split, code, [text])
        yield said


def write_inference(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int, translated: int) -> None:
    """Premise, hypothesis, label."""
    write_pairs(stream, directory, f"tasks/xnli/{split}", codes, count, translated, inference_pairs, suitable, LABELS)


def write_paraphrases(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int, translated: int) -> None:
    """Two sentences, 1 where they mean the same."""
    write_pairs(stream, directory, f"tasks/pawsx/{split}", codes, count, translated, paraphrase_pairs, has_near_miss, ("0", "1"), REWORDED)


def write_pairs(
    stream: Stream,
    directory: Path,
    name: str,
    codes: Sequence[str],
    count: int,
    translated: int,
    pairs: PairStream,
    suits: Suits,
    labels: Sequence[str],
    rewording: Variation | None = None,
) -> None:
    """The same pairs in every language, those after the first `translated` in the first language alone; equally many of each label.

    A pair whose two sentences read alike in one of the languages is left out.
    """
    split = name.rpartition("/")[2]
    firsts, seconds = stream.grammars(f"{name}/1", codes), stream.grammars(f"{name}/2", codes, rewording)
    left: dict[str, int] = dict.fromkeys(labels, -(-count // len(labels)))
    with ExitStack() as stack:
        files = [stack.enter_context(created(directory / f"{name}-{code}.tsv")) for code in codes]
        written = 0
        for first, second, label in pairs(stream.meanings(name, split, suits)):
            if written == count:
                break
            said = len(codes) if written < translated else 1
            rows = said_differently(stream, split, firsts[:said], seconds[:said], first, second) if left[label] else []
            if not rows:
                continue
            left[label] -= 1
            written += 1
            for code, file, texts in zip(codes, files, rows, strict=False):
                stream.hold_out(split, code, texts)
                file.write("\t".join((*texts, label)) + "\n")


def said_differently(
    stream: Stream, split: str, firsts: Sequence[Grammar], seconds: Sequence[Grammar], first: Sentence, second: Sentence
) -> list[list[str]]:
    """Both sentences in each language, the second put in other words as long as it reads like the first; [] if it always does in one,
    or if one does not fit."""
    rows: list[list[str]] = []
    for one, other in zip(firsts, seconds, strict=True):
        tokens = one.realise(first)
        text = detokenise(tokens)
        for _ in range(REALISATIONS):
            reworded = other.realise(second)
            again = detokenise(reworded)
            if again != text:
                break
        if again == text or not (stream.fits(split, one.code, tokens, text) and stream.fits(split, other.code, reworded, again)):
            return []
        rows.append([text, again])
    return rows


def retrieval_rows(stream: Stream, codes: Sequence[str], count: int, min_concepts: int) -> list[Said]:
    """Test sentences with enough content, none twice in a language."""
    rows = list(islice(unique_rows(stream, "tasks/tatoeba", "test", codes, min_concepts), min(count, RETRIEVAL_LINES)))
    for side, code in enumerate(codes):
        stream.hold_out("test", code, [row.texts[side] for row in rows])
    return rows


def write_retrieval(directory: Path, codes: Sequence[str], rows: Sequence[Said]) -> None:
    """Their texts, line by line; `codes`: English first."""
    for side, code in list(enumerate(codes))[1:]:
        for column, iso3 in ((0, "eng"), (side, LANGUAGES[code].iso3)):
            with created(directory / f"tasks/tatoeba/tatoeba.{LANGUAGES[code].iso3}-eng.{iso3}") as file:
                file.writelines(f"{row.texts[column]}\n" for row in rows)


def write_alignment(directory: Path, codes: Sequence[str], rows: Sequence[Said]) -> None:
    """Their tokens with gold links, each language with English; `codes`: English first."""
    for side in range(1, len(codes)):
        columns = sorted((0, side), key=lambda column: codes[column])
        with created(directory / f"tasks/alignment/{'-'.join(codes[column] for column in columns)}.test.tsv") as file:
            for row in rows:
                source, target = (row.sides[column] for column in columns)
                texts = (" ".join(token.text for token in tokens) for tokens in (source, target))
                file.write("\t".join((*texts, gold_links(source, target))) + "\n")


def gold_links(source: Tokens, target: Tokens) -> str:
    """The links of the grammar, from 0: `i-j` sure, `ipj` possible.

    Possible are those inside a phrase of several words on both sides ("last week", "la semana pasada"): every word of it expresses the
    whole, so the grammar links each to each and does not say which stands for which.
    """
    several = repeated(source) & repeated(target)
    points = ((i, j, set(source[i].source) & set(target[j].source)) for i, j in links(source, target))
    return " ".join(f"{i}{'p' if shared <= several else '-'}{j}" for i, j, shared in points)


def repeated(tokens: Tokens) -> set[str]:
    """The nodes that more than one token expresses."""
    return {node for node, count in Counter(node for token in tokens for node in token.source).items() if count > 1}


def write_mining(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int, min_concepts: int) -> None:
    """Two corpora of `count` sentences for each language, the pairs among them scattered, as in BUCC; `codes`: English first."""
    name = f"tasks/bucc/{split}"
    rows = (row.texts for row in unique_rows(stream, name, split, codes, min_concepts))
    common = list(islice(rows, round(count * GOLD_SHARE)))
    alone = list(islice(rows, 2 * (count - len(common))))  # said on one side only: nobody's translation
    columns = [[row[side] for row in (*common, *alone[min(side, 1) :: 2])] for side in range(len(codes))]
    for side, code in enumerate(codes):
        stream.hold_out(split, code, columns[side])
    for side, code in list(enumerate(codes))[1:]:
        stem = directory / f"tasks/bucc/{code}-en.{split}"
        places = [write_numbered(stream, stem, language, column) for language, column in (("en", columns[0]), (code, columns[side]))]
        with created(stem.with_name(f"{stem.name}.gold")) as file:
            file.writelines(f"{places[1][k]}\t{places[0][k]}\n" for k in range(len(common)))


def write_numbered(stream: Stream, stem: Path, code: str, sentences: Sequence[str]) -> dict[int, str]:
    """The sentences in a seeded random order under running numbers -> {index of a sentence: its number}."""
    order = shuffled(len(sentences), stream.random(f"{stem.name}.{code}"))
    with created(stem.with_name(f"{stem.name}.{code}")) as file:
        file.writelines(f"{code}-{number:07d}\t{sentences[k]}\n" for number, k in enumerate(order, 1))
    return {k: f"{code}-{number:07d}" for number, k in enumerate(order, 1)}


def shuffled(count: int, random: Random) -> list[int]:
    """A seeded permutation (Fisher-Yates over the one generator whose sequence is promised)."""
    order = list(range(count))
    for k in range(count - 1, 0, -1):
        j = random.below(k + 1)
        order[k], order[j] = order[j], order[k]
    return order


def unique_rows(stream: Stream, name: str, split: str, codes: Sequence[str], min_concepts: int) -> Iterator[Said]:
    """Sentences with at least `min_concepts` concepts, in each language, none twice in any."""
    seen: list[set[str]] = [set() for _ in codes]
    for said in stream.realised(name, split, codes, lambda meaning: len(meaning.concepts()) >= min_concepts):
        if not any(text in known for text, known in zip(said.texts, seen, strict=True)):
            for text, known in zip(said.texts, seen, strict=True):
                known.add(text)
            yield said


def created(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(path, "w", encoding="utf-8", newline="\n")
