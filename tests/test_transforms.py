"""Derived languages, step by step: what each does to a sentence, what is carried over to records, and the mirrored vocabulary."""

import re
import subprocess
import sys
import unicodedata
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.clean import normalise
from isogloss.corpora.transforms import STEPS, Transform, describe, has_step
from isogloss.corpora.transforms.order import FINAL_MARKS, Invert, Permute
from isogloss.corpora.transforms.records import BROKEN_ANSWER, carry, entities, move_tags
from isogloss.corpora.transforms.reorder import Reorder, make_lexicon
from isogloss.corpora.transforms.script import BLOCKS, KEPT, Script, fold, image, script, unscript
from isogloss.corpora.transforms.sentences import derive_text, join, words
from isogloss.errors import IsoglossError
from isogloss.languages import split_words
from isogloss.schema import DerivationStep
from isogloss.vocab import encode_plain, load_vocab, make_vocab, mirror_ids
from toy import POISON, ROOT, VOCAB

LEXICON = {
    **{"the": "DET", "a": "DET", "big": "ADJ", "old": "ADJ", "very": "ADV", "house": "NOUN", "man": "NOUN", "in": "ADP", "of": "ADP"},
    **{"has": "AUX", "not": "PART", "seen": "VERB", "sees": "VERB", "to": "PART", "and": "CCONJ", "because": "SCONJ", ",": "PUNCT"},
    **{".": "PUNCT", "he": "PRON", "today": "ADV", "his": "PRON", "'s": "PART"},
}
ALL_STEPS = [{"script": {"overlap": 0.3, "seed": 1}}, {"invert": {}}, {"permute": {"seed": 2}}, {"reorder": {}}]

written = st.characters(exclude_categories=["Cs", "Cn", "Cc", "Zs", "Zl", "Zp"])
token = st.one_of(
    st.sampled_from([*LEXICON, "!", "?", "。", "।", "42", "1,000", "Haus", "狗", "don't"]), st.text(written, min_size=1, max_size=5)
)
tokens = st.lists(token, max_size=15)
steps = st.lists(st.sampled_from(ALL_STEPS), max_size=4)


def transform(*names: str, **options) -> Transform:
    """The steps of these names; options are those of `script` and `permute`."""
    defaults = {"script": {"overlap": 0.0, "seed": 0}, "permute": {"seed": 0}}
    return Transform([{name: {**defaults.get(name, {}), **options.get(name, {})}} for name in names], LEXICON)


def moved(text: str, *names: str) -> str:
    return " ".join(transform(*names)(text.split())[0])


# ------------------------------------------------------------------------------------------------------------ all steps


@given(steps, tokens)
def test_order_says_where_each_token_comes_from(chosen, sentence):
    made, order = Transform(chosen, LEXICON)(sentence)
    assert sorted(order) == list(range(len(sentence)))
    plain = [step for step in chosen if "script" in step]
    respelt, _ = Transform(plain, LEXICON)(sentence)
    assert made == [respelt[k] for k in order]


@given(steps, steps, tokens)
def test_steps_compose_and_their_orders_do(first, second, sentence):
    once, inner = Transform(first, LEXICON)(sentence)
    twice, outer = Transform(second, LEXICON)(once)
    assert Transform([*first, *second], LEXICON)(sentence) == (twice, [inner[k] for k in outer])


def test_the_same_in_every_process():
    script = "from isogloss.corpora.transforms import Transform; print(Transform([{'permute': {'seed': 3}}, {'script': {'overlap': 0.5, 'seed': 7}}])('one two three four five six .'.split()))"
    path = ":".join(part for part in sys.path if part)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONPATH": path, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    expected = Transform([{"permute": {"seed": 3}}, {"script": {"overlap": 0.5, "seed": 7}}])("one two three four five six .".split())
    assert outputs == {f"{expected}\n"}


def test_unknown_steps_and_missing_lexicons_are_refused():
    with pytest.raises(IsoglossError, match=r"no step `invrt`\. allowed: script, invert, permute, reorder\. Did you mean `invert`\?"):
        Transform([{"invrt": {}}])
    with pytest.raises(IsoglossError, match="step reorder: has no lexicon"):
        Transform([{"reorder": {}}])


def test_config_and_code_know_the_same_steps():
    assert set(STEPS) == set(DerivationStep.model_fields)
    for name, step in STEPS.items():
        made = DerivationStep.model_validate({name: {}}).model_dump(exclude_none=True)
        Transform([made], LEXICON)
        assert has_step([made], name) and describe([made]) == name and step


def test_steps_are_described_with_their_options():
    assert describe([{"invert": {}}, {"script": {"overlap": 0.25, "seed": 0}}, {"permute": {"seed": 3}}]) == (
        "invert, script (overlap 0.25), permute (seed 3)"
    )


def test_the_examples_of_the_manual_are_real():
    manual = (ROOT / "docs/transforms.md").read_text(encoding="utf-8")
    (text, rows) = re.search(r"\| steps \| (.*) \|\n\|---\|---\|\n((?:\|.*\n)+)", manual).groups()
    lexicon = LEXICON | {"He": "PRON", "saw": "VERB", "Rome": "PROPN", "Why": "ADV"}
    defaults = {"script": {"overlap": 0.0, "seed": 0}, "permute": {"seed": 0}}
    examples = [re.match(r"\| `\[(.*)\]` \| (.*) \|", row).groups() for row in rows.splitlines()]
    assert len(examples) == 5
    for names, expected in examples:
        steps = [{name: defaults.get(name, {})} for name in names.split(", ")]
        assert derive_text(text, Transform(steps, lexicon), "en_x") == expected


# --------------------------------------------------------------------------------------------------------------- script


def characters() -> list[int]:
    """All code points that `script` moves."""
    return [point for point in range(sys.maxunicode + 1) if image(point) != point]


def test_the_map_is_one_to_one_over_all_of_unicode():
    everything = [point for point in range(sys.maxunicode + 1) if not 0x40000 <= point < 0xE0000]  # without the unassigned planes
    images = set(map(image, everything))
    assert len(images) == len(everything)
    stay = {point for point in everything if image(point) == point}
    assert stay == {
        point for point in everything if chr(point).isspace() or chr(point) in KEPT or unicodedata.category(chr(point)) in ("Cc", "Cs")
    }


def test_the_inverse_is_the_inverse_over_all_of_unicode():
    text = "".join(map(chr, characters()))
    assert unscript(script(text)) == text


def test_a_block_and_its_image_share_no_character():
    for first, last, _ in BLOCKS:
        block = {point for point in range(first, last + 1) if image(point) != point}
        assert block.isdisjoint(map(image, block))
    alphabets = {point for point in range(0x21, 0x9FFF) if image(point) != point} | {*range(0xFF00, 0xFFF0)}  # no Hangul among them
    assert alphabets.isdisjoint(map(image, alphabets))


def test_images_are_stable_under_everything_that_text_goes_through():
    for start in range(0, len(points := characters()), 1000):
        text = "".join(chr(image(point)) for point in points[start : start + 1000])
        assert text == unicodedata.normalize("NFC", text) == unicodedata.normalize("NFKC", text) == text.casefold() == normalise(text)


def test_neighbours_never_compose():
    """Jamo, marks and vowel signs become letters that are complete already."""
    for text in ("\u1100\u1161\u11a8", "e\u0301", "\u0915\u093c", "क्षत्रिय", "שָׁלוֹם", "ガ\u3099", "한국어"):
        assert unicodedata.normalize("NFKC", script(text)) == script(text) and len(script(text)) == len(text)


@pytest.mark.parametrize("lang", ["de", "tr", "ru", "ar", "hi", "el", "zh", "ja"])
def test_a_mapped_word_is_a_word(lang):
    text = {
        **{"de": "Größe don't 3.5 e.g. wohl-bekannt!", "tr": "İstanbul'da ığdır", "ru": "Что-то ещё", "ar": "مَرْحَبًا بالعالم ١٢"},
        **{"hi": "क्षत्रिय नमस्ते हैं ।", "el": "Καλημέρα κόσμε;", "zh": "我们去了北京。", "ja": "東京タワーへ行った。"},
    }[lang]
    for word in words(text, lang):
        image = script(word)
        assert split_words(image, lang) == split_words(image, "en") == [(0, len(image))]


def test_thai_letters_stay_words_of_their_own():
    assert len(words(script("สวัสดี"), "th")) == len("สวัสดี") and join(list(script("กข")), "th") == script("กข")


@given(st.text(written, max_size=20))
def test_script_and_back(text):
    assert unscript(script(text)) == text


@given(tokens)
def test_script_step_is_the_map_after_nfkc(sentence):
    made, order = transform("script")(sentence)
    assert made == [script(fold(word)) for word in sentence] and order == list(range(len(sentence)))
    assert not any(character.isspace() for word in made for character in word)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_overlap_is_nominal_on_word_types_and_fixed_by_the_seed(share):
    types = [f"word{k}" for k in range(5000)]
    kept = {seed: {word for word in types if Script(share, seed)([word])[0] == [word]} for seed in (0, 1)}
    error = 4 * (share * (1 - share) / len(types)) ** 0.5
    assert abs(len(kept[0]) / len(types) - share) <= error
    assert kept[0] == {word for word, made in zip(types, Script(share, 0)(types)[0], strict=True) if made == word}
    both = share**2 + 4 * (share * (1 - share) / len(types)) ** 0.5
    assert len(kept[0] & kept[1]) / len(types) <= both


# ---------------------------------------------------------------------------------------------------------------- order


def test_inversion_of_sentences():
    assert moved("the man sees . he is in ! and now", "invert") == "sees man the . in is he ! now and"
    assert moved("狗 跑 。 猫 ？", "invert") == "跑 狗 。 猫 ？"
    assert moved("? ! .", "invert") == "? ! ."


@given(tokens)
def test_inversion_is_an_involution_and_keeps_final_marks_in_place(sentence):
    once, _ = Invert()(sentence)
    assert Invert()(once)[0] == sentence
    assert [k for k, word in enumerate(once) if word in FINAL_MARKS] == [k for k, word in enumerate(sentence) if word in FINAL_MARKS]


@given(tokens, st.floats(0, 1))
def test_inversion_and_script_commute(sentence, overlap):
    options = {"script": {"overlap": overlap}}
    assert transform("script", "invert", **options)(sentence) == transform("invert", "script", **options)(sentence)


@given(tokens, st.integers(0, 5))
def test_permutation_keeps_the_words_of_each_sentence_and_its_mark(sentence, seed):
    made, _ = Permute(seed)(sentence)

    def parts(line):
        return [sorted(group) for last, group in groupby(line, lambda word: word in FINAL_MARKS)]

    assert parts(made) == parts(sentence)
    assert Permute(seed)(sentence) == Permute(seed)(list(sentence))
    assert Permute(seed)([*sentence, ".", *sentence])[0][: len(sentence)] == made


def test_permutations_are_different_ones():
    sentence = [str(k) for k in range(6)]
    orders = {tuple(Permute(seed)(sentence)[1]) for seed in range(200)}
    assert len(orders) > 150
    first = [Permute(seed)(sentence)[1][0] for seed in range(3000)]
    assert all(400 < first.count(k) < 600 for k in range(6))


# -------------------------------------------------------------------------------------------------------------- reorder


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the man sees the house .", "the man the house sees ."),
        ("the big old house", "the house big old"),
        ("a very old man", "a man very old"),
        ("in the big house of the man", "the house big in the man of"),
        ("he has not seen the man today .", "he the man today has not seen ."),
        ("he sees his house , because the man sees", "he his house sees , because the man sees"),
        ("the man and the house", "the man and the house"),
        ("the house of the man has seen the old house", "the house the man of the house old has seen"),
        ("the big house in Rome", "the house big Rome in"),
        ("in the old man 's very big house of", "the man old 's house very big in of"),
        ("a man of his sees a house in a house", "a man his of a house a house in sees"),
        ("he sees 42 wugs in 1999 .", "he 42 wugs 1999 in sees ."),
        ("", ""),
        ("sees", "sees"),
    ],
)
def test_reordering_by_rule(before, after):
    assert moved(before, "reorder") == after


@given(tokens)
def test_reordering_moves_nothing_over_punctuation_and_conjunctions(sentence):
    step = Reorder(LEXICON)
    made, order = step(sentence)
    fixed = [k for k, word in enumerate(sentence) if step.tag(word) in ("PUNCT", "CCONJ", "SCONJ")]
    assert all(order[k] == k for k in fixed)
    assert step(sentence) == (made, order)
    respelt = [script(fold(word)) for word in sentence]
    assert step(respelt)[1] == step([fold(word) for word in sentence])[1]


def test_words_are_tagged_by_the_lexicon_then_by_shape():
    step = Reorder(make_lexicon([(["run", "run", "run", "Run", "so", "so"], ["NOUN", "VERB", "VERB", "PROPN", "SCONJ", "ADV"])]))
    tags = {
        "run": "VERB",
        "Run": "PROPN",
        "RUN": "VERB",
        "so": "ADV",
        "1,000": "NUM",
        "3.5": "NUM",
        "--": "PUNCT",
        "$": "PUNCT",
        "wug": "NOUN",
    }
    assert {word: step.tag(word) for word in tags} == tags


# ----------------------------------------------------------------------------------------------------------------- text


@given(
    st.lists(st.sampled_from([*sorted(LEXICON.keys() - {"'s"}), "北", "京", "，", "iPhone", "7", "ア"]), max_size=10),
    st.sampled_from(["en", "zh", "en_x", "zh_x"]),
)
def test_words_that_are_joined_are_found_again(sentence, lang):
    assert words(join(sentence, lang), lang) == sentence


def test_derived_text_is_tokenised():
    assert derive_text("He sees it. Why?", transform("invert"), "en_x") == "it sees He . Why ?"
    assert derive_text("我有 iPhone 7。", transform("invert"), "zh_x") == "7 iPhone有我。"
    assert unscript(derive_text("It's 3.5!", transform("script"), "en_x")) == "It's 3.5 !"


# -------------------------------------------------------------------------------------------------------------- records


def test_tags_go_with_their_tokens():
    record = {"id": "en-test-0", "tokens": ["the", "man", "sees", "."], "tags": ["DET", "NOUN", "VERB", "PUNCT"]}
    ((made,), lost) = carry("tag", [record], transform("invert", "script"), "en")
    assert made == {
        "id": "en-test-0",
        "tokens": [script(word) for word in ("sees", "man", "the", ".")],
        "tags": ["VERB", "NOUN", "DET", "PUNCT"],
    }
    assert lost == {}


TYPES = ("PER", "LOC")
bio = st.lists(st.sampled_from(["O", *(f"{part}-{kind}" for part in "BI" for kind in TYPES)]), max_size=10)


@given(bio, st.randoms(use_true_random=False))
def test_entities_stay_what_they_are_wherever_their_words_go(tags, rng):
    order = list(range(len(tags)))
    rng.shuffle(order)
    made = move_tags(tags, order)
    assert [tag[2:] for tag in made] == [tags[k][2:] for k in order]  # a word keeps its type
    entity = entities(tags)
    for place, tag in enumerate(made):  # stated on pairs of neighbours: inside exactly where both come from one entity
        together = place > 0 and entity[order[place]] is not None and entity[order[place]] == entity[order[place - 1]]
        assert (tag[0] == "I") == together
    assert [k is None for k in entities(made)] == [tag == "O" for tag in made]


@given(bio)
def test_the_inversion_of_entities_is_the_flip_of_the_paper(tags):
    tags = [
        ("B" if entities(tags)[k] != (entities(tags)[k - 1] if k else None) else "I") + tag[1:] if tag != "O" else tag
        for k, tag in enumerate(tags)
    ]
    flipped = tags[::-1]  # each run I .. I B becomes B I .. I
    start = 0
    for k, tag in enumerate(flipped):
        if tag == "O":
            start = k + 1
        elif tag[0] == "B":
            flipped[start], flipped[k] = "B" + flipped[start][1:], ("I" if k > start else "B") + tag[1:]
            start = k + 1
    assert move_tags(tags, list(range(len(tags)))[::-1]) == flipped
    assert move_tags(flipped, list(range(len(tags)))[::-1]) == tags


def test_a_broken_entity_is_several():
    assert move_tags(["B-PER", "I-PER", "I-PER", "O"], [0, 3, 2, 1]) == ["B-PER", "O", "B-PER", "I-PER"]
    assert move_tags(["B-LOC", "B-LOC"], [1, 0]) == ["B-LOC", "B-LOC"]


def test_each_side_of_a_pair_by_itself_and_only_the_foreign_side_of_a_translation():
    pair = {"id": "1", "text_a": "the man sees.", "text_b": "he sees", "label": "entailment"}
    translation = {"query": {"id": "en-0", "text": "he sees"}, "match": {"id": "de-0", "text": "er sieht."}}
    inverted = transform("invert")
    assert carry("classify", [pair], inverted, "en")[0] == [{**pair, "text_a": "sees man the .", "text_b": "sees he"}]
    assert carry("retrieve", [translation], inverted, "de")[0] == [{**translation, "match": {"id": "de-0", "text": "sieht er ."}}]


def test_of_corpora_to_be_mined_and_of_a_lexicon_the_foreign_side_only():
    mined = [{"side": side, "id": side, "text": "er sieht."} for side in ("query", "corpus")] + [{"gold": ["query", "corpus"]}]
    assert carry("mine", mined, transform("invert"), "de") == ([{**mined[0], "text": "sieht er ."}, *mined[1:]], {})
    entry = {"id": "city hall", "source": "city hall", "targets": ["das Rathaus", "Rathaus", "Rathaus das"], "used": True}
    mirrored = ["Rathaus das", "Rathaus", "das Rathaus"]
    assert carry("lexicon", [entry], transform("invert"), "de") == ([{**entry, "targets": mirrored}], {})
    assert carry("lexicon", [{**entry, "targets": ["a,b", "a , b"]}], transform(), "de")[0] == [{**entry, "targets": ["a , b"]}]


def question(context: str, *answers: tuple[str, int]) -> dict:
    return {"id": "q", "context": context, "question": "who sees?", "answers": [{"text": text, "start": start} for text, start in answers]}


def test_an_answer_is_found_again_or_dropped_and_counted():
    kept, lost = carry("span", [question("The old man sees. He left.", ("old man", 4))], transform("invert"), "en")
    assert kept[0]["context"] == "sees man old The . left He ." and kept[0]["answers"] == [{"text": "man old", "start": 5}]
    assert kept[0]["question"] == "sees who ?" and lost == {}
    broken = [question("a b. c d", ("a b. c", 0)), question("1990s", ("1990", 0)), question("a b. c d", ("a b. c", 0), ("d", 7))]
    kept, lost = carry("span", broken, transform("invert"), "en")
    assert lost == {BROKEN_ANSWER: 2} and [record["answers"] for record in kept] == [[{"text": "d", "start": 6}]]


@given(st.lists(st.sampled_from("man sees the. house, Größe don't 3.5 狗 x!".split()), min_size=1, max_size=12), steps, st.data())
@settings(max_examples=200)
def test_answers_point_at_their_text_and_hold_the_same_words(pieces, chosen, data):
    context, chosen = " ".join(pieces), Transform(chosen, LEXICON)
    spans = split_words(context, "en")
    first = data.draw(st.integers(0, len(spans) - 1))
    last = data.draw(st.integers(first, len(spans) - 1))
    answer = context[spans[first][0] : spans[last][1]]
    kept, lost = carry("span", [question(context, (answer, spans[first][0]))], chosen, "en")
    made, order = chosen(words(context, "en"))
    places = [k for k, old in enumerate(order) if first <= old <= last]
    contiguous = places == list(range(places[0], places[-1] + 1))
    assert bool(kept) == contiguous and lost == ({} if contiguous else {BROKEN_ANSWER: 1})
    for record in kept:
        ((found,),) = (record["answers"],)
        assert record["context"] == join(made, "en")
        assert record["context"][found["start"] : found["start"] + len(found["text"])] == found["text"]
        assert found["text"].split() == made[places[0] : places[-1] + 1]


# ------------------------------------------------------------------------------------------------------- the vocabulary


@pytest.fixture(scope="module", params=[False, True], ids=["unknown", "byte_fallback"])
def mirrored(toy, request, tmp_path_factory):
    """A vocab with mirror images, and the same without."""
    room, mono = tmp_path_factory.mktemp("mirror"), {language: toy.text(language) for language in ("de", "en", "zh")}
    spec = VOCAB | {"byte_fallback": request.param, "size": 400 if request.param else 150}
    make_vocab(spec, mono, room / "plain")
    make_vocab({**spec, "mirror": True}, mono, room / "mirrored")
    return load_vocab(room / "plain"), load_vocab(room / "mirrored"), room / "mirrored", spec


def ids(tokenizer, text: str) -> list[int]:
    ((found, _),) = encode_plain(tokenizer, [text])
    return found


def test_every_learnt_piece_has_an_image_and_keeps_its_id(mirrored):
    plain, tokenizer, _, _ = mirrored
    images = mirror_ids(tokenizer)
    before, after = plain.get_vocab(), tokenizer.get_vocab()
    assert before.items() <= after.items()
    without = {piece for piece in before if before[piece] not in images}
    assert without == {"▁", *plain.all_special_tokens, *(piece for piece in before if piece.startswith("<0x"))}
    assert len(after) == len(before) + len(images) and set(images.values()) == set(range(len(before), len(after)))
    assert set(images).isdisjoint(images.values())
    names = {number: piece for piece, number in after.items()}
    assert all(unscript(names[twin]) == names[own] for own, twin in images.items())


def test_tokenising_derived_text_gives_the_images_of_the_pieces(mirrored):
    _, tokenizer, _, spec = mirrored
    images, shared = mirror_ids(tokenizer), {tokenizer.unk_token_id, tokenizer.get_vocab()["▁"]}

    def check(text: str) -> None:
        tokens = words(normalise(text), "en")
        own, twins = ids(tokenizer, " ".join(tokens)), ids(tokenizer, " ".join(transform("script")(tokens)[0]))
        if not spec["byte_fallback"]:
            assert [piece if piece in shared else images[piece] for piece in own] == twins
        elif set(own) <= {*images, *shared}:  # a byte of an unknown character has no image
            assert [images.get(piece, piece) for piece in own] == twins

    for text in [
        *POISON,
        "Der große Hund, die ﬁsche … und ½ ａｂｃ！",
        "the dog sees the cat. And not the house?",
        "狗跑。猫，大！",
        "می\u200cخواهم",
    ]:
        if "<" not in text:
            check(text)
    alphabet = st.text(st.one_of(st.sampled_from("dogcat house.,! hundkatzeä狗跑猫。"), written), max_size=30)
    # A base text in the letters of the images (Hangul, rare Han) would share pieces with them: docs/transforms.md excludes it.
    plain = alphabet.filter(lambda text: "<" not in text and unscript(text) == text)
    given(plain)(settings(max_examples=300, deadline=None)(check))()


def test_the_mirrored_sentencepiece_model_has_the_same_ids(mirrored):
    import sentencepiece

    _, tokenizer, directory, _ = mirrored
    processor = sentencepiece.SentencePieceProcessor(model_file=str(directory / "sentencepiece.model"))
    assert processor.get_piece_size() == len(tokenizer)
    for text in ("the dog sees the cat .", "狗 跑 。", "Haus und Hund"):
        for written_as in (text, " ".join(transform("script")(text.split())[0])):
            assert processor.encode(written_as) == ids(tokenizer, written_as)
            assert tokenizer.decode(ids(tokenizer, written_as)).strip() in (written_as, script(text)) or "<unk>" in tokenizer.decode(
                ids(tokenizer, written_as)
            )


def test_a_vocab_says_how_many_images_it_has(mirrored):
    from isogloss.artifacts import read_directory

    _, tokenizer, directory, spec = mirrored
    manifest = read_directory(directory, "vocab")
    assert manifest["mirrored"] == len(mirror_ids(tokenizer)) and manifest["size"] == spec["size"] + manifest["mirrored"]
