"""docs/miniworld.md shows what the mini-world says: every example on the page is made here again, in every language."""

from pathlib import Path

import pytest

from isogloss.corpora.miniworld import LANGUAGES, sets, squad
from isogloss.corpora.miniworld.concepts import NAMES
from isogloss.corpora.miniworld.entities import bio_tags, iob1
from isogloss.corpora.miniworld.grammar import Tokens, detokenise, links
from isogloss.corpora.miniworld.meaning import Sentence
from isogloss.corpora.miniworld.questions import Paragraph, Question, answer_span
from said import Plain, event, explained, institution, thing

PAGE = Path(__file__).parents[1] / "docs/miniworld.md"
CODES = list(LANGUAGES)


class Free(Plain):
    """Every optional order is taken."""

    def chance(self, probability: float) -> bool:
        return 0 < probability < 1


def said(code: str, sentence: Sentence, random: Plain | None = None) -> Tokens:
    return LANGUAGES[code](random or Plain()).realise(sentence)


def sentence(*events, **facts) -> Sentence:
    return Sentence("home", list(events), **facts)


def bought(food: str, **facts) -> Sentence:
    return sentence(event("buy", thing("n1", "father"), object=thing("n2", food, definite=False), **facts))


def hugged(who: str, whom: str) -> Sentence:
    return sentence(event("hug", thing("n1", who), object=thing("n2", whom), time="yesterday", place=thing("n3", "park")))


def tags(code: str) -> list[str]:
    tokens = said(code, sentence(explained()))
    return [detokenise(tokens), " ".join(f"{token.text}/{token.upos}" for token in tokens)]


def gold_links(code: str) -> list[str]:
    if code == "en":
        return []
    a, b = sorted((code, "en"))
    points = links(said(a, sentence(explained())), said(b, sentence(explained())))
    return [f"{a}-{b}: " + " ".join(f"{i}-{j}" for i, j in points)]


def gold_alignments(code: str) -> list[str]:
    bought_flour = bought("flour", time="last_week")
    tokens = said(code, bought_flour)
    if code == "en":
        return [" ".join(token.text for token in tokens)]
    a, b = sorted((code, "en"))
    marked = sets.gold_links(said(a, bought_flour), said(b, bought_flour))
    return [" ".join(token.text for token in tokens), f"{a}-{b}: {marked}"]


def entities(code: str) -> list[str]:
    invited = sentence(event("invite", institution("n1", "university", "Berlin"), object=thing("n2", "Anna", family=NAMES["Schmidt"]),
                             time="today", tense="past"))  # fmt: skip
    tokens = said(code, invited)
    return [" ".join(token.text + (f"/{tag}" if tag != "O" else "") for token, tag in zip(tokens, bio_tags(invited, tokens), strict=True))]


def columns(code: str) -> list[str]:
    met = sentence(event("hug", thing("n1", "Anna"), object=thing("n2", "Peter")))
    tokens = said(code, met)
    rows = zip(tokens, iob1(bio_tags(met, tokens)), strict=True)
    return [" ".join(token.text + (f"/{tag}" if tag != "O" else "") for token, tag in rows)]


def inference(code: str) -> list[str]:
    premise, denied = bought("apple", time="yesterday"), bought("fruit")
    denied.events[0].negated = True
    rows = [("entailment", bought("fruit")), ("neutral", bought("apple", time="yesterday", place=thing("n3", "market_l"))),
            ("contradiction", denied)]  # fmt: skip
    return [detokenise(said(code, premise)), *(f"{label}: {detokenise(said(code, hypothesis))}" for label, hypothesis in rows)]


def paraphrases(code: str) -> list[str]:
    one = detokenise(said(code, hugged("Anna", "Peter")))
    return [
        one,
        f"1: {detokenise(said(code, hugged('Anna', 'Peter'), Free()))}",
        f"0: {detokenise(said(code, hugged('Peter', 'Anna'), Free()))}",
    ]


def found_things() -> Paragraph:
    found = event("find", thing("n1", "cook_p"), object=thing("n2", "knife", definite=False), place=thing("n3", "kitchen"))
    rival = event("find", thing("n1", "child"), object=thing("n2", "key", definite=False), place=thing("n3", "garden"))
    asked = sentence(found, question=True, asked="agent")
    return Paragraph([sentence(rival), sentence(found)], [Question(1, asked, "agent")])


def questions(code: str) -> list[str]:
    told, (question,) = found_things()
    tokens = [said(code, one) for one in told]
    span = answer_span(question, tokens[1])
    assert span is not None
    context = LANGUAGES[code](Plain()).paragraph([detokenise(told) for told in tokens])
    return [context, f"{detokenise(said(code, question.asked))} -> {detokenise(tokens[1][slice(*span)])}"]


def across(code: str) -> list[str]:
    mixed = squad.asked_in(article(code), article(CODES[(CODES.index(code) + 1) % len(CODES)]))
    (question,) = mixed["paragraphs"][0]["qas"]
    (answer,) = question["answers"]
    return [f"{question['question']} -> {answer['text']} ({answer['answer_start']})"]


def article(code: str) -> squad.Article:
    paragraph = found_things()
    tokens = [said(code, told) for told in paragraph.sentences]
    entry = squad.asked(paragraph, tokens, [detokenise(told) for told in tokens], LANGUAGES[code](Plain()), "test-0")
    return {"title": "test-0", "paragraphs": [entry]}


VIEWS = {
    "Tags": tags,
    "Links": gold_links,
    "Entities": entities,
    "Columns": columns,
    "Inference": inference,
    "Paraphrases": paraphrases,
    "Questions": questions,
    "Across": across,
    "Alignments": gold_alignments,
}


def block(view: str) -> str:
    """What the page shows of a view: the language once, further lines below it."""
    rows = []
    for code in CODES:
        rows += [f"    {code if k == 0 else '  '}  {line}" for k, line in enumerate(VIEWS[view](code))]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_shows_what_is_said(view: str) -> None:
    assert block(view) in PAGE.read_text(encoding="utf-8")


def test_the_page_names_every_language_and_dial() -> None:
    page = PAGE.read_text(encoding="utf-8")
    from isogloss.schema import Noise, World

    assert all(grammar.__name__ in page for grammar in LANGUAGES.values())
    assert all(f"`{key}`" in page for key in (*Noise.model_fields, *World.model_fields) if key != "format")


if __name__ == "__main__":  # prints the blocks, for the page
    for name in VIEWS:
        print(f"{name}\n\n{block(name)}")
