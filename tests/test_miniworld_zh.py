"""Chinese of the mini-world: sentences checked by eye, classifiers, aspect, word order, names."""

from itertools import islice

import pytest

from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.grammar import Token, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings
from isogloss.corpora.miniworld.zh import Chinese, Noun, fitting, read_adjective, read_noun, read_verb
from said import MEANINGS, Plain, event, institution, thing

SAID = {
    "past": "老师读了新书。",
    "plural present": "老师们在读一本新书。",
    "negation": "父亲昨天没有买苹果。",
    "recipient, future, numeral": "安娜会给孩子五本书。",
    "direction and vehicle": "游客们坐火车去安卡拉旅行。",
    "that": "法官知道小偷偷了钱。",
    "because, own, companion": "女孩在公园里跳舞，因为她看见了自己的母亲。",
    "relative clause": "修理汽车的司机笑了。",
    "existence": "花园里没有树。",
    "property": "这些考试不难。",
    "owner and question": "秘书帮助了经理的朋友吗？",
    "tool and manner": "厨师用一把锋利的刀迅速地切了面包。",
    "all": "所有学生都看见了一些小鸟。",
    "some, two clauses": "一些农民在田地里工作，但是所有狗都在睡觉。",
    "family names": "安娜·施密特今天邀请了维克托·科斯塔。",
    "owner with a family name": "孩子找到了彼得·凯勒的钥匙。",
    "institution": "柏林大学买了一台现代的机器。",
    "at an institution": "玛丽亚会在维也纳博物馆拉一把小提琴。",
    "to an institution": "医生们明天会去安卡拉医院。",
    "who": "谁昨天在图书馆向安娜展示了画？",
    "what": "彼得昨天在图书馆向安娜展示了什么？",
    "to whom": "彼得昨天在图书馆向谁展示了画？",
    "where": "彼得昨天在哪里向安娜展示了画？",
    "when": "彼得什么时候在图书馆向安娜展示了画？",
    "who among two": "谁每天训练球员们？",
    "whom": "医生们在看望谁？",
    "where to": "游客们会去哪里旅行？",
}


class Freely(Plain):
    """Takes every order and every other word that has a chance."""

    def chance(self, probability: float) -> bool:
        return probability > 0


def grammar(random: type[Plain] = Plain) -> Chinese:
    return Chinese(random(), Variation(synonymy=0.0))


def clause(said: Event, random: type[Plain] = Plain) -> str:
    return detokenise(grammar(random).clause(said)).replace(" ", "")


def phrase(concept: str, **facts) -> str:
    return detokenise(grammar().noun_phrase(thing("n1", concept, **facts))).replace(" ", "")


def is_(concept: str, adjective: str, **facts) -> str:
    return clause(event(adjective, thing("n1", concept), frame="is", **facts))


# -- sentences


def test_every_meaning_has_a_sentence() -> None:
    assert list(SAID) == list(MEANINGS)


@pytest.mark.parametrize("name", SAID)
def test_sentences_by_hand(name: str) -> None:
    assert detokenise(Chinese(Plain()).realise(MEANINGS[name])) == SAID[name]


def test_every_token_is_glued_and_tagged() -> None:
    tokens = Chinese(Plain()).realise(MEANINGS["tool and manner"])
    assert all(token.glued for token in tokens)
    assert " ".join(f"{token.text}/{token.upos}" for token in tokens) == (
        "厨师/NOUN 用/ADP 一/NUM 把/NOUN 锋利/ADJ 的/PART 刀/NOUN 迅速/ADJ 地/PART 切/VERB 了/AUX 面包/NOUN 。/PUNCT"
    )


def test_words_know_what_they_express() -> None:
    sources = {token.text: token.source for token in Chinese(Plain()).realise(MEANINGS["negation"])}
    assert sources["没有"] == ("ebuy.neg", "ebuy.tense") and sources["买"] == ("ebuy",) and sources["昨天"] == ("ebuy.time",)
    sources = {token.text: token.source for token in Chinese(Plain()).realise(MEANINGS["past"])}
    assert sources["读"] == ("eread",) and sources["了"] == ("eread.tense",)


# -- aspect, negation, future


@pytest.mark.parametrize(
    ("verb", "tense", "negated", "expected"),
    [("buy", "past", False, "母亲买了包"), ("buy", "past", True, "母亲没有买包"), ("buy", "present", True, "母亲不买包"),
     ("buy", "future", False, "母亲会买包"), ("buy", "future", True, "母亲不会买包"), ("buy", "present", False, "母亲在买包"),
     ("find", "present", True, "母亲没有找到包"), ("find", "present", False, "母亲找到包"), ("find", "future", True, "母亲不会找到包"),
     ("love", "past", False, "母亲喜爱包"), ("love", "past", True, "母亲不喜爱包"), ("pay", "past", False, "母亲给包付了钱"),
     ("wear", "past", False, "母亲穿着包"), ("wear", "past", True, "母亲没有穿包")],
)  # fmt: skip
def test_tenses(verb: str, tense: str, negated: bool, expected: str) -> None:
    said = event(verb, thing("n1", "mother"), tense=tense, negated=negated, object=thing("n2", "bag"))
    assert clause(said) == expected


@pytest.mark.parametrize(
    ("verb", "agent", "expected"),
    [("dance", "girl", "女孩跳了舞"), ("sing", "bird", "鸟唱了歌"), ("sit", "cat", "猫坐着"), ("run", "horse", "马奔跑了")],
)  # fmt: skip
def test_aspect_inside_a_verb(verb: str, agent: str, expected: str) -> None:
    assert clause(event(verb, thing("n1", agent))) == expected


@pytest.mark.parametrize(
    ("verb", "target", "expected"),
    [("go", "school", "老师去了学校"), ("go", "mountain", "老师去了山上"), ("walk", "forest", "老师步行去了森林"),
     ("fly", "Berlin", "老师飞往了柏林"), ("travel_v", "river", "老师去河边旅行了"), ("return", "balcony", "老师返回了阳台")],
)  # fmt: skip
def test_destinations(verb: str, target: str, expected: str) -> None:
    assert clause(event(verb, thing("n1", "teacher"), destination=thing("n2", target))) == expected


@pytest.mark.parametrize(
    ("time", "place", "expected"),
    [
        ("now", "park", "男孩现在正在公园里喝水"),
        ("now", None, "男孩现在正在喝水"),
        (None, None, "男孩在喝水"),
        ("every_day", None, "男孩每天喝水"),
    ],
)
def test_going_on(time: str | None, place: str | None, expected: str) -> None:
    said = event("drink_v", thing("n1", "boy"), object=thing("n2", "water"), tense="present", time=time)
    said.place = thing("n3", place) if place else None
    assert clause(said) == expected


def test_nothing_goes_on_again_and_again() -> None:
    said = event("drink_v", thing("n1", "boy"), object=thing("n2", "water"), tense="present", manner="again")
    assert clause(said) == "男孩再次喝水"


# -- predicates


@pytest.mark.parametrize(
    ("concept", "adjective", "facts", "expected"),
    [("book", "new", {}, "书很新"), ("book", "new", {"negated": True}, "书不新"), ("book", "new", {"tense": "future"}, "书会很新"),
     ("shirt", "red", {}, "衬衫是红色的"), ("shirt", "red", {"negated": True}, "衬衫不是红色的"),
     ("chair", "broken", {}, "椅子坏了"), ("chair", "broken", {"negated": True}, "椅子没有坏"),
     ("chair", "broken", {"tense": "future"}, "椅子会坏"), ("patient", "sick", {}, "病人生病了"),
     ("pen", "useful", {"negated": True}, "笔没有用"), ("guest", "tired", {}, "客人很累"),
     ("guest", "tired", {"negated": True, "tense": "future"}, "客人不会累")],
)  # fmt: skip
def test_properties(concept: str, adjective: str, facts: dict, expected: str) -> None:
    assert is_(concept, adjective, **facts) == expected


def test_no_degree_in_a_question() -> None:
    said = event("new", thing("n1", "book"), frame="is")
    assert detokenise(Chinese(Plain()).realise(Sentence("school", [said], question=True))) == "书新吗？"


@pytest.mark.parametrize(
    ("tense", "negated", "expected"),
    [
        ("past", False, "学校里有一棵树"),
        ("present", True, "学校里没有树"),
        ("future", True, "学校里不会有树"),
        ("future", False, "学校里会有一棵树"),
    ],
)
def test_existence(tense: str, negated: bool, expected: str) -> None:
    said = event(
        None, frame="exists", tense=tense, negated=negated, place=thing("n1", "school"), object=thing("n2", "tree", definite=False)
    )
    assert clause(said) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [("school", "狗在学校"), ("garden", "狗在花园里"), ("lake", "狗在湖边"), ("roof", "狗在屋顶上"), ("Kyiv", "狗在基辅")],
)
def test_being_somewhere(place: str, expected: str) -> None:
    assert clause(event(None, thing("n1", "dog"), frame="at", place=thing("n2", place))) == expected


# -- noun phrases


@pytest.mark.parametrize(
    ("concept", "facts", "expected"),
    [("book", {"definite": False}, "一本书"), ("horse", {"definite": False}, "一匹马"), ("teacher", {"definite": False}, "一位老师"),
     ("bread", {"definite": False}, "面包"), ("book", {}, "书"), ("book", {"plural": True}, "这些书"),
     ("book", {"plural": True, "definite": False}, "书"), ("teacher", {"plural": True}, "老师们"),
     ("teacher", {"plural": True, "definite": False}, "老师"), ("person_h", {}, "这个人"), ("person_h", {"plural": True}, "这些人"),
     ("book", {"plural": True, "count": "two"}, "这两本书"), ("book", {"plural": True, "count": "twelve", "definite": False}, "十二本书"),
     ("teacher", {"plural": True, "count": "all"}, "所有老师"), ("river", {"plural": True, "count": "some", "definite": False}, "一些河"),
     ("book", {"adjective": "new", "definite": False}, "一本新书"), ("flower", {"adjective": "beautiful", "plural": True}, "这些美丽的花"),
     ("elephant", {"adjective": "big"}, "大的大象"), ("shirt", {"adjective": "red"}, "红色的衬衫"), ("guest", {"adjective": "tired"}, "疲惫的客人"),
     ("castle", {"adjective": "old"}, "古老的城堡"), ("chair", {"adjective": "old"}, "旧椅子"),
     ("book", {"own": Owner("f", False), "plural": True}, "自己的书"), ("son", {"owner": thing("n2", "king"), "plural": True}, "国王的儿子们")],
)  # fmt: skip
def test_noun_phrases(concept: str, facts: dict, expected: str) -> None:
    assert phrase(concept, **facts) == expected


def test_pronouns() -> None:
    forms = [phrase(concept, pronoun=True, plural=plural) for plural in (False, True) for concept in ("mother", "father")]
    assert forms == ["她", "他", "她们", "他们"]


def test_every_word_of_a_phrase_belongs_to_it() -> None:
    """An answer is cut out of its sentence by the nodes of its words: none may be missing in between."""
    owner = thing("n2", "Anna", family=NAMES["Schmidt"])
    for facts in ({"count": "two", "plural": True}, {"owner": owner}, {"own": Owner("m", False)}, {"definite": False}):
        tokens = grammar().noun_phrase(thing("n1", "flower", adjective="beautiful", **facts))
        assert all(token.source and token.source[0].partition(".")[0] in ("n1", "n2") for token in tokens)


def test_relative_clauses() -> None:
    agent = thing("n1", "girl", plural=True)
    laughed = thing("n1", "girl", plural=True, relative=event("laugh", agent))
    read = thing("n1", "bird", plural=True, relative=event("eat", agent, object=thing("n2", "bread")))
    assert clause(event("cry", laughed)) == "笑过的女孩们哭了" and clause(event("sing", read)) == "吃了面包的这些鸟唱了歌"


# -- the word that goes with its object


@pytest.mark.parametrize(
    ("verb", "partner", "expected"),
    [("play_i", "piano", "弹"), ("play_i", "flute", "吹"), ("play_i", "instrument_h", "演奏"), ("eat", "soup", "喝"), ("eat", "rice", "吃"),
     ("wear", "hat", "戴"), ("wear", "coat", "穿"), ("visit", "museum", "参观"), ("visit", "Anna", "看望"), ("carry", "baby", "背"),
     ("love", "Peter", "爱"), ("love", "song", "喜爱"), ("old", "shoe", "旧"), ("old", "temple", "古老"), ("young", "cat", "年幼")],
)  # fmt: skip
def test_collocations(verb: str, partner: str, expected: str) -> None:
    assert fitting(verb, partner)[0].text == expected


def test_every_verb_and_adjective_has_a_word_for_all_it_goes_with() -> None:
    nouns = [concept for concept in CONCEPTS.values() if concept.noun]
    for concept in CONCEPTS.values():
        if concept.kind in ("verb", "adj"):
            wanted = [n for n in nouns if {n.kind, n.id} & set(concept.objects or concept.agents)]
            assert wanted and all(fitting(concept.id, noun.id) for noun in wanted), concept.id
    assert fitting("visit", "Berlin")  # a name may stand wherever a person may


def test_collocations_name_concepts_or_kinds() -> None:
    known = set(CONCEPTS) | {concept.kind for concept in CONCEPTS.values()}
    words = [word for words in Chinese.lexicon.values() for word in words if not isinstance(word, Noun)]
    assert {name for word in words for name in word.fits} <= known


# -- recipients and 把


@pytest.mark.parametrize(
    ("verb", "facts", "expected"),
    [("give", {}, "父亲把书给了孩子"), ("give", {"definite": False}, "父亲给了孩子一本书"), ("lend", {}, "父亲把书借给了孩子"),
     ("lend", {"definite": False}, "父亲借给了孩子一本书"), ("explain", {}, "父亲向孩子解释了书"), ("bring", {}, "父亲给孩子拿来了书")],
)  # fmt: skip
def test_recipients(verb: str, facts: dict, expected: str) -> None:
    assert clause(event(verb, thing("n1", "father"), recipient=thing("n2", "child"), object=thing("n3", "book", **facts))) == expected


def test_optional_orders() -> None:
    washed = event("wash", thing("n1", "father"), object=thing("n2", "car"), time="yesterday")
    assert clause(washed) == "父亲昨天洗了汽车" and clause(washed, Freely) == "昨天父亲把汽车洗了"
    danced = event("dance", thing("n1", "father"), place=thing("n2", "park"), time="yesterday")
    assert clause(danced) == "父亲昨天在公园里跳了舞" and clause(danced, Freely) == "昨天在公园里，父亲跳了舞"
    often = event("dance", thing("n1", "father"), tense="present", time="often")
    assert clause(often, Freely) == "父亲经常跳舞"  # how often stays with the verb


def test_reordering_zero_is_the_plain_order() -> None:
    sentence = Sentence("home", [event("wash", thing("n1", "father"), object=thing("n2", "car"), time="yesterday"),
                                 event("laugh", thing("n3", "child"))], link="because")  # fmt: skip
    assert detokenise(Chinese(Freely(), Variation(0.0, 0.0)).realise(sentence)) == "父亲昨天洗了汽车，因为孩子笑了。"
    assert detokenise(Chinese(Freely(), Variation(0.0, 1.0)).realise(sentence)) == "因为孩子笑了，所以昨天父亲把汽车洗了。"


def test_and_joins_other_people_with_another_word() -> None:
    first, same = event("laugh", thing("n1", "girl")), event("dance", thing("n2", "girl", pronoun=True))
    other = event("dance", thing("n2", "boy"))
    said = [detokenise(Chinese(Plain()).realise(Sentence("music", [first, second], link="and"))) for second in (same, other)]
    assert said == ["女孩笑了，并且她跳了舞。", "女孩笑了，而男孩跳了舞。"]


@pytest.mark.parametrize(
    ("vehicle", "expected"), [("train", "坐火车"), ("bicycle", "骑自行车"), ("motorcycle", "骑摩托车"), ("taxi", "坐出租车")]
)
def test_vehicles(vehicle: str, expected: str) -> None:
    said = event("go", thing("n1", "father"), destination=thing("n2", "school"), vehicle=thing("n3", vehicle))
    assert clause(said) == f"父亲{expected}去了学校"


# -- names


def test_name_tokens() -> None:
    """Family names and institutions: which tokens belong to a name."""
    anna = thing("n1", "Anna", family=NAMES["Schmidt"])
    assert grammar().noun_phrase(anna) == [
        Token("安娜", "PROPN", ("n1",)), Token("·", "PUNCT", ("n1.family",)), Token("施密特", "PROPN", ("n1.family",))
    ]  # fmt: skip
    assert grammar().noun_phrase(institution("n1", "bank", "Rome")) == [
        Token("罗马", "PROPN", ("n1c",)), Token("银行", "PROPN", ("n1",))
    ]  # fmt: skip


def test_owner_mark_is_outside_the_name() -> None:
    tokens = grammar().noun_phrase(thing("n1", "key", owner=thing("n2", "Peter", family=NAMES["Keller"])))
    assert [(token.text, token.source) for token in tokens[-2:]] == [("的", ("n2.of",)), ("钥匙", ("n1",))]


def test_institutions_take_no_localiser() -> None:
    said = event("sing", thing("n1", "Anna"), place=institution("n2", "library", "Madrid"))
    assert clause(said) == "安娜在马德里图书馆唱了歌"


def test_held_out_names_are_not_in_other_names() -> None:
    """Without spaces, a name inside another one could not be told from it."""
    local = {name: Chinese.names[name.id][0] for name in NAMES.values()}
    held_out = [text for name, text in local.items() if name.split == "test"]
    words = [word.text for words in Chinese.lexicon.values() for word in words]
    assert not [(a, b) for a in held_out for b in [*local.values(), *words] if a in b and a != b]


# -- questions


def test_who_and_what() -> None:
    def asked(agent: Thing, role: str) -> str:
        said = event("catch", agent, object=thing("n2", "thief"), time="yesterday" if role == "time" else None)
        return detokenise(Chinese(Plain()).realise(Sentence("law", [said], question=True, asked=role)))

    assert asked(thing("n1", "dog"), "agent") == "什么抓住了小偷？" and asked(thing("n1", "detective"), "agent") == "谁抓住了小偷？"
    assert asked(thing("n1", "pupil", plural=True, count="all"), "agent") == "谁抓住了小偷？"  # 都 goes with the answer
    assert asked(thing("n1", "pupil", plural=True, count="all"), "object") == "所有学生都抓住了谁？"
    assert asked(thing("n1", "pupil", plural=True, count="all"), "time") == "所有学生什么时候抓住了小偷？"  # 什么时候都: always


def test_question_word_carries_the_node() -> None:
    tokens = Chinese(Plain()).realise(MEANINGS["when"])
    assert [token.text for token in tokens if token.source == ("eshow.time",)] == ["什么", "时候"]
    assert [token.source for token in Chinese(Plain()).realise(MEANINGS["to whom"]) if token.text == "谁"] == [("n3",)]


def test_asking_leaves_no_trace() -> None:
    chinese = Chinese(Plain())
    chinese.realise(MEANINGS["what"])
    assert detokenise(chinese.realise(MEANINGS["past"])) == SAID["past"]


# -- words


def test_reading_words() -> None:
    assert read_noun("山 座 上") == Noun("山", "座", "上") and read_noun("学生") == Noun("学生", "个", "")
    assert tuple(read_verb("挤/奶 @给 ~ ! [cow]")) == ("挤", "奶", "给", "", "~!", ("cow",))
    assert tuple(read_verb("卖 +给 ^")) == ("卖", "", "", "给", "^", ())
    assert tuple(read_adjective("深的")) == ("深", True, "深", "", ())
    assert tuple(read_adjective("损坏/坏 了")) == ("损坏", True, "坏", "了", ()) and not read_adjective("新").linked


def test_every_concept_and_name_has_a_word() -> None:
    assert set(Chinese.lexicon | Chinese.phrases) == set(CONCEPTS) and set(Chinese.names) == set(NAMES)


def test_words_of_one_kind_differ() -> None:
    """No two concepts of one kind share their usual word."""
    known = Chinese.lexicon | Chinese.phrases
    usual = [(c.kind, known[c.id][0] if c.id in Chinese.phrases else known[c.id][0]._replace(fits=()) if not c.noun else known[c.id][0].text)
             for c in CONCEPTS.values()]  # fmt: skip
    assert len(set(usual)) == len(CONCEPTS)


# -- whatever the world draws


def test_random_meanings() -> None:
    chinese = Chinese(Random(5, "zh"))
    tags = set("ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PROPN PUNCT SCONJ VERB".split())
    for sentence in islice(Meanings(Random(5, "zh test"), "train"), 2000):
        tokens = chinese.realise(sentence)
        text = detokenise(tokens)
        assert text[-1] == ("？" if sentence.question else "。") and not set(text) & set(" .,?!"), text
        assert all(token.text and token.glued and token.upos in tags for token in tokens), text
        assert not any(a.text == b.text == "，" for a, b in zip(tokens, tokens[1:], strict=False)) and "，。" not in text, text
        assert not any(wrong in text for wrong in ("的的", "了了", "们们", "没有有", "不没有", "个这")), text
