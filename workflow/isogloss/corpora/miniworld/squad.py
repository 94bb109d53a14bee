"""The sets of questions: one function each, which writes one split of it as SQuAD's JSON.

squad     {train,dev}-v1.1.json                       in English; squad.translate.train.en-{lang}.json its translations
xquad     xquad.{lang}.json                           the test questions, the same ones in every language
mlqa      {dev,test}-context-{c}-question-{q}.json    others, asked of a context in any language; dev in the language of the context alone
tydiqa    tydiqa.goldp.{lang}.{train,dev}.json        others in each language, no translations; dev is the test set
          tydiqa.translate.train.en-{lang}.json       translations of the English training paragraphs
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isogloss.corpora.miniworld.grammar import Grammar, Tokens, detokenise
from isogloss.corpora.miniworld.questions import Paragraph, answer_span, paragraphs
from isogloss.corpora.miniworld.sets import created
from isogloss.corpora.miniworld.stream import Stream
from isogloss.languages import LANGUAGES

Article = dict[str, Any]  # one paragraph and its questions, under a title

TYDIQA_SPLITS = {"train": "train", "test": "dev"}
TYDIQA_FIRST = {"test": 1, "train": 1_000_001}  # number of the first paragraph, so that no id is in both


def write_questions(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int, translated: int) -> None:
    """xquad's test paragraphs, or squad's for training (those after the first `translated` in English alone) and dev (English alone)."""
    codes = codes if split != "dev" else ["en"]
    for code, said in articles(stream, f"tasks/xquad/{split}", codes, count, translated, name=split).items():
        file = f"squad/{split}-v1.1.json" if code == "en" else f"squad/squad.translate.train.en-{code}.json"
        write(directory / "tasks" / (f"xquad/xquad.{code}.json" if split == "test" else file), said)


def write_across(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int) -> None:
    """mlqa: `count` paragraphs in every language, with questions in every language."""
    said = articles(stream, f"tasks/mlqa/{split}", codes, count, count, name=split)
    for code in codes:
        for asking in codes if split == "test" else [code]:
            mixed = [asked_in(*pair) for pair in zip(said[code], said[asking], strict=True)]
            write(directory / f"tasks/mlqa/{split}-context-{code}-question-{asking}.json", mixed)


def asked_in(article: Article, other: Article) -> Article:
    """An article with the questions of another, which says the same in another language."""
    (paragraph,), (asking,) = article["paragraphs"], other["paragraphs"]
    questions = [{**mine, "question": theirs["question"]} for mine, theirs in zip(paragraph["qas"], asking["qas"], strict=True)]
    return {**article, "paragraphs": [{**paragraph, "qas": questions}]}


def write_independent(stream: Stream, directory: Path, split: str, codes: Sequence[str], count: int, translated: int) -> None:
    """tydiqa: `count` paragraphs of its own in each language; the first `translated` English ones for training in all languages."""
    for code in codes:
        told = codes if (code, split) == ("en", "train") else [code]
        name, first = LANGUAGES[code][1].lower(), TYDIQA_FIRST[split]
        said = articles(stream, f"tasks/tydiqa/{code}/{split}", told, count, translated, name=name, first=first)
        write(directory / f"tasks/tydiqa/tydiqa.goldp.{code}.{TYDIQA_SPLITS[split]}.json", said.pop(code))
        for other, translations in said.items():
            write(directory / f"tasks/tydiqa/tydiqa.translate.train.en-{other}.json", translations)


def articles(
    stream: Stream, file: str, codes: Sequence[str], count: int, translated: int, *, name: str, first: int = 0
) -> dict[str, list[Article]]:
    """{language: `count` paragraphs that say the same in each, those after the first `translated` in the first language alone}.

    Titles are `{name}-{number}` from `first` on, ids of questions `{title}-{k}`.
    """
    split = file.rpartition("/")[2]
    grammars = stream.grammars(file, codes)
    found: dict[str, list[Article]] = {code: [] for code in codes}
    for paragraph in paragraphs(stream.meanings(file, split)):
        number = len(found[codes[0]])
        if number == count:
            break
        title = f"{name}-{first + number}"
        speaking = grammars if number < translated else grammars[:1]
        said = [stream.said(sentence, split, speaking) for sentence in paragraph.sentences]
        if not all(said):
            continue
        told = list(zip(*(one.sides for one in said if one), strict=True))  # by language
        texts = list(zip(*(one.texts for one in said if one), strict=True))
        entries = [asked(paragraph, *side, title) for side in zip(told, texts, speaking, strict=True)]
        if len({tuple(question["id"] for question in entry["qas"]) for entry in entries}) > 1 or not entries[0]["qas"]:
            continue  # an answer is not in one piece in some language
        for code, side, entry in zip(codes, texts, entries, strict=False):
            stream.hold_out(split, code, [*side, *(question["question"] for question in entry["qas"])])
            found[code].append({"title": title, "paragraphs": [entry]})
    return found


def asked(paragraph: Paragraph, told: Sequence[Tokens], texts: Sequence[str], grammar: Grammar, name: str) -> dict[str, Any]:
    """{context, qas} of one paragraph in one language; `told`, `texts`: its sentences."""
    context = grammar.paragraph(texts)
    found = []
    for k, question in enumerate(paragraph.questions):
        span = answer_span(question, told[question.sentence])
        if span is None:
            continue
        before, inside = (detokenise(told[question.sentence][:end]) for end in span)
        start = len(before) + (len(inside) > len(before) and inside[len(before)] == " ")
        offset = len(grammar.paragraph([*texts[: question.sentence], "x"])) - 1
        answer = {"text": inside[start:], "answer_start": offset + start}
        found.append({"id": f"{name}-{k}", "question": detokenise(grammar.realise(question.asked)), "answers": [answer]})
    return {"context": context, "qas": found}


def write(path: Path, data: Sequence[Article]) -> None:
    with created(path) as file:
        json.dump({"version": "1.1", "data": data}, file, ensure_ascii=False)
        file.write("\n")
