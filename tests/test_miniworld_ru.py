"""Russian of the mini-world: sentences checked by eye, forms of words, government and agreement, names, word order."""

import re
from itertools import islice

import pytest

from isogloss.corpora.miniworld import ru_inflection as forms
from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.entities import bio_tags
from isogloss.corpora.miniworld.grammar import PLAIN, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing
from isogloss.corpora.miniworld.ru import Russian
from isogloss.corpora.miniworld.supply import Meanings
from said import MEANINGS, Plain, asked, event, institution, thing

CASES = ("nom", "gen", "dat", "acc", "ins", "pre")
SAID = {
    "past": "Учительница прочитала новую книгу.",
    "plural present": "Учительницы читают новую книгу.",
    "negation": "Отец вчера не купил яблоко.",
    "recipient, future, numeral": "Анна даст ребёнку пять книг.",
    "direction and vehicle": "Туристки едут на поезде в Анкару.",
    "that": "Судья знает, что вор украл деньги.",
    "because, own, companion": "Девочка танцует в парке, потому что она увидела свою мать.",
    "relative clause": "Водитель, который чинит машину, смеялся.",
    "existence": "В саду не было дерева.",
    "property": "Экзамены не были трудными.",
    "owner and question": "Секретарша помогла другу директора?",
    "tool and manner": "Повар быстро нарезал хлеб острым ножом.",
    "all": "Все ученики увидели некоторых маленьких птиц.",
    "some, two clauses": "Некоторые фермеры работают в поле, но все собаки спят.",
    "family names": "Анна Шмидт сегодня пригласила Виктора Косту.",
    "owner with a family name": "Ребёнок нашёл ключ Петера Келлера.",
    "institution": "Университет Берлина купил современную машину.",
    "at an institution": "Мария будет играть на скрипке в Музее Вены.",
    "to an institution": "Врачи завтра пойдут в Больницу Анкары.",
    "who": "Кто вчера показал Анне картину в библиотеке?",
    "what": "Что Петер вчера показал Анне в библиотеке?",
    "to whom": "Кому Петер вчера показал картину в библиотеке?",
    "where": "Где Петер вчера показал Анне картину?",
    "when": "Когда Петер показал Анне картину в библиотеке?",
    "who among two": "Кто каждый день тренирует игроков?",
    "whom": "Кого навещают врачи?",
    "where to": "Куда поедут туристки?",
}


class Eager(Plain):
    """Every optional order is taken."""

    def chance(self, probability: float) -> bool:
        return probability > 0


class First(Plain):
    """Only the orders rarer than a limit are taken."""

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def chance(self, probability: float) -> bool:
        return 0 < probability <= self.limit


def realise(*events: Event, random: Plain | None = None, **facts) -> Tokens:
    return Russian(random or Plain()).realise(Sentence("home", list(events), **facts))


def say(*events: Event, random: Plain | None = None, **facts) -> str:
    return detokenise(realise(*events, random=random, **facts))


def tokens_of(case: str, concept: str, **facts) -> Tokens:
    grammar = Russian(Plain())
    grammar.words = {}
    return grammar.noun_phrase(thing("n1", concept, **facts), case)


def phrase(case: str, concept: str, **facts) -> str:
    return detokenise(tokens_of(case, concept, **facts))


def singular(entry: str, animate: bool) -> str:
    return " ".join(forms.decline(forms.read_noun(entry), case, False, animate) for case in CASES)


def plural(entry: str, animate: bool) -> str:
    return " ".join(forms.decline(forms.read_noun(entry), case, True, animate) for case in CASES)


def test_every_meaning_has_a_sentence() -> None:
    assert set(SAID) == set(MEANINGS)


@pytest.mark.parametrize("name", SAID)
def test_sentences_by_hand(name: str) -> None:
    assert detokenise(Russian(Plain()).realise(MEANINGS[name])) == SAID[name]


def test_every_concept_and_name_has_a_word() -> None:
    assert set(Russian.lexicon) | set(Russian.phrases) == set(CONCEPTS)
    assert set(Russian.names) == set(NAMES)


def test_words_refer_to_concepts() -> None:
    """A misspelt companion would never match."""
    known = set(CONCEPTS) | {concept.kind for concept in (*CONCEPTS.values(), *NAMES.values())}
    for words in Russian.lexicon.values():
        restricted = [bool(getattr(word, "companions", ())) for word in words]
        assert restricted == sorted(restricted) and not restricted[0]  # the unrestricted first, at least one
        assert {companion for word in words for companion in getattr(word, "companions", ())} <= known


# -- forms


@pytest.mark.parametrize(
    ("entry", "animate", "expected", "expected_plural"),
    [  # nominative, genitive, dative, accusative, instrumental, prepositional
        ("лев m львов stem=льв", True, "лев льва льву льва львом льве", "львы львов львам львов львами львах"),
        ("воробей m воробьёв stem=воробь !", True, "воробей воробья воробью воробья воробьём воробье",
         "воробьи воробьёв воробьям воробьёв воробьями воробьях"),
        ("ёж m ежей stem=еж !", True, "ёж ежа ежу ежа ежом еже", "ежи ежей ежам ежей ежами ежах"),
        ("телёнок m телят stem=телёнк pl=телята", True, "телёнок телёнка телёнку телёнка телёнком телёнке",
         "телята телят телятам телят телятами телятах"),
        ("сельчанин m сельчан pl=сельчане", True, "сельчанин сельчанина сельчанину сельчанина сельчанином сельчанине",
         "сельчане сельчан сельчанам сельчан сельчанами сельчанах"),
        ("человек m людей pl=люди inspl=людьми num=человек", True, "человек человека человеку человека человеком человеке",
         "люди людей людям людей людьми людях"),
        ("дядя m дядей", True, "дядя дяди дяде дядю дядей дяде", "дяди дядей дядям дядей дядями дядях"),
        ("портной m портных as=портной", True, "портной портного портному портного портным портном",
         "портные портных портным портных портными портных"),
        ("животное n животных as=животный", True, "животное животного животному животное животным животном",
         "животные животных животным животных животными животных"),
        ("мастерская f мастерских as=мастерский", False, "мастерская мастерской мастерской мастерскую мастерской мастерской",
         "мастерские мастерских мастерским мастерские мастерскими мастерских"),
        ("полотенце n полотенец", False, "полотенце полотенца полотенцу полотенце полотенцем полотенце",
         "полотенца полотенец полотенцам полотенца полотенцами полотенцах"),
        ("море n морей", False, "море моря морю море морем море", "моря морей морям моря морями морях"),
        ("статуя f статуй", False, "статуя статуи статуе статую статуей статуе", "статуи статуй статуям статуи статуями статуях"),
        ("авария f аварий", False, "авария аварии аварии аварию аварией аварии", "аварии аварий авариям аварии авариями авариях"),
        ("речь f речей", False, "речь речи речи речь речью речи", "речи речей речам речи речами речах"),
        ("огурец m огурцов stem=огурц !", False, "огурец огурца огурцу огурец огурцом огурце",
         "огурцы огурцов огурцам огурцы огурцами огурцах"),
        ("ремень m ремней stem=ремн !", False, "ремень ремня ремню ремень ремнём ремне", "ремни ремней ремням ремни ремнями ремнях"),
        ("такси n такси 0", False, "такси такси такси такси такси такси", "такси такси такси такси такси такси"),
        ("часы pl часов", False, "часы часов часам часы часами часах", "часы часов часам часы часами часах"),
    ],
)  # fmt: skip
def test_nouns(entry: str, animate: bool, expected: str, expected_plural: str) -> None:
    assert singular(entry, animate) == expected
    assert plural(entry, animate) == expected_plural


@pytest.mark.parametrize(
    ("past", "expected"),
    [("читал", "читал читала читало читали"), ("пошёл", "пошёл пошла пошло пошли"), ("перевёл", "перевёл перевела перевело перевели"),
     ("съел", "съел съела съело съели"), ("испёк", "испёк испекла испекло испекли"), ("нёс", "нёс несла несло несли"),
     ("отверг", "отверг отвергла отвергло отвергли"), ("спас", "спас спасла спасло спасли"),
     ("улыбнулся", "улыбнулся улыбнулась улыбнулось улыбнулись")],
)  # fmt: skip
def test_past(past: str, expected: str) -> None:
    assert " ".join(forms.past_form(past, column) for column in range(4)) == expected


@pytest.mark.parametrize(
    ("preposition", "following", "expected"),
    [("в", "Вене", "в"), ("в", "Франкфурте", "во"), ("в", "дворце", "во"), ("в", "школе", "в"), ("с", "спортсменкой", "со"),
     ("с", "Шмидтом", "со"), ("с", "сестрой", "с"), ("с", "всеми", "со"), ("с", "врачом", "с"), ("на", "всех", "на")],
)  # fmt: skip
def test_prepositions_before_clusters(preposition: str, following: str, expected: str) -> None:
    assert forms.voiced(preposition, following) == expected


def test_read_verb() -> None:
    verb = forms.read_verb("идти идёт идут пошёл пойдёт пойдут @за+ins +пешком &vehicle,name.city")
    assert (verb.infinitive, verb.past, verb.future) == ("идти", "пошёл", ("пойдёт", "пойдут"))
    assert (verb.preposition, verb.case, verb.adverb, verb.companions) == ("за", "ins", "пешком", ("vehicle", "name.city"))
    assert forms.read_verb("спать спит спят спал")[4:] == ((), "", "acc", "", ())


# -- noun phrases


@pytest.mark.parametrize(
    ("concept", "count", "case", "expected"),
    [("table", "nine", "nom", "девять новых столов"), ("table", "thirty", "gen", "тридцати новых столов"),
     ("cinema", "two", "pre", "двух новых кинотеатрах"), ("workshop", "two", "nom", "две новые мастерские"),
     ("animal_h", "three", "nom", "три новых животных"), ("animal_h", "five", "nom", "пять новых животных"),
     ("clock", "two", "acc", "двое новых часов"), ("clock", "seven", "acc", "семь новых часов"),
     ("clock", "three", "dat", "трём новым часам"), ("instrument_h", "four", "nom", "четыре новых музыкальных инструмента"),
     ("soldier", "two", "acc", "двух новых солдат"), ("soldier", "five", "acc", "пять новых солдат"),
     ("book", "hundred", "ins", "ста новыми книгами"), ("boot", "six", "nom", "шесть новых сапог")],
)  # fmt: skip
def test_numerals(concept: str, count: str, case: str, expected: str) -> None:
    assert phrase(case, concept, plural=True, count=count, adjective="new") == expected


def test_people_after_numerals() -> None:
    """пять человек, but пять умных людей."""
    said = [phrase("nom", "person_h", plural=True, count=count) for count in ("two", "five")]
    assert said == ["два человека", "пять человек"]
    assert phrase("nom", "person_h", plural=True, count="five", adjective="clever") == "пять умных людей"
    assert phrase("gen", "person_h", plural=True) == "людей"


@pytest.mark.parametrize(
    ("case", "animals", "things"),
    [("nom", "все старые кошки", "некоторые старые книги"), ("gen", "всех старых кошек", "некоторых старых книг"),
     ("dat", "всем старым кошкам", "некоторым старым книгам"), ("acc", "всех старых кошек", "некоторые старые книги"),
     ("ins", "всеми старыми кошками", "некоторыми старыми книгами"), ("pre", "всех старых кошках", "некоторых старых книгах")],
)  # fmt: skip
def test_quantifiers(case: str, animals: str, things: str) -> None:
    assert phrase(case, "cat", plural=True, count="all", adjective="aged") == animals
    assert phrase(case, "book", plural=True, count="some", definite=False, adjective="old") == things
    token = tokens_of(case, "cat", plural=True, count="all")[0]
    assert (token.upos, token.source) == ("DET", ("n1.count",))


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [("acc", {"own": Owner("m", False)}, "своё старое письмо"), ("ins", {"own": Owner("f", True), "plural": True}, "своими старыми письмами"),
     ("gen", {"owner": thing("n2", "Elif", family=NAMES["Costa"])}, "старого письма Элиф Косты"),
     ("nom", {"owner": thing("n2", "policewoman", plural=True)}, "старое письмо полицейских")],
)  # fmt: skip
def test_owners(case: str, facts: dict, expected: str) -> None:
    assert phrase(case, "letter", adjective="old", **facts) == expected


def test_an_adjective_may_be_part_of_a_noun() -> None:
    tokens = tokens_of("pre", "vehicle_h", adjective="new", plural=True)
    assert detokenise(tokens) == "новых транспортных средствах"
    assert [token.source for token in tokens] == [("n1.adj",), ("n1",), ("n1",)]


def test_second_locative() -> None:
    expected = {"bridge": "на мосту", "meadow": "на лугу", "palace": "во дворце", "Athens": "в Афинах", "Oslo": "в Осло"}
    assert {place: say(event("sleep", thing("n1", "cat"), place=thing("n2", place))) for place in expected} == {
        place: f"Кошка спала {where}." for place, where in expected.items()
    }
    assert say(event("sleep", thing("n1", "cat"), place=thing("n2", "bridge", adjective="wide"))) == "Кошка спала на широком мосту."


# -- names


@pytest.mark.parametrize(
    ("given", "family", "expected"),  # nominative, genitive, dative, accusative, instrumental, prepositional
    [("Anna", "Schmidt", "Анна Шмидт, Анны Шмидт, Анне Шмидт, Анну Шмидт, Анной Шмидт, Анне Шмидт"),
     ("Anna", "Costa", "Анна Коста, Анны Косты, Анне Косте, Анну Косту, Анной Костой, Анне Косте"),
     ("Pavel", "Lorenz", "Павел Лоренц, Павла Лоренца, Павлу Лоренцу, Павла Лоренца, Павлом Лоренцем, Павле Лоренце"),
     ("Kemal", "Kowal", "Кемаль Коваль, Кемаля Коваля, Кемалю Ковалю, Кемаля Коваля, Кемалем Ковалем, Кемале Ковале"),
     ("Emre", "Romero", ", ".join(["Эмре Ромеро"] * 6)), ("Judith", "Berg", ", ".join(["Юдит Берг"] * 6)),
     ("Hugo", "Molnar", "Хуго Мольнар, Хуго Мольнара, Хуго Мольнару, Хуго Мольнара, Хуго Мольнаром, Хуго Мольнаре")],
)  # fmt: skip
def test_family_names(given: str, family: str, expected: str) -> None:
    assert ", ".join(phrase(case, given, family=NAMES[family]) for case in CASES) == expected


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [("Anna", "Schmidt", [("n2", "n2.of"), ("n2.family",)]), ("Viktor", "Keller", [("n2", "n2.of"), ("n2.family",)]),
     ("Zeynep", "Costa", [("n2",), ("n2.family", "n2.of")])],
)  # fmt: skip
def test_the_first_declined_name_is_the_genitive(given: str, family: str, expected: list) -> None:
    _, *name = tokens_of("acc", "book", owner=thing("n2", given, family=NAMES[family]))
    assert [token.source for token in name] == expected
    assert {token.upos for token in name} == {"PROPN"}


@pytest.mark.parametrize(
    ("concept", "city", "case", "expected"),
    [("university", "Berlin", "nom", "Университет Берлина"), ("library", "Prague", "pre", "Библиотеке Праги"),
     ("museum", "Athens", "ins", "Музеем Афин"), ("theatre", "Tokyo", "gen", "Театра Токио"), ("hospital", "Kazan", "acc", "Больницу Казани"),
     ("bank", "Sevilla", "dat", "Банку Севильи")],
)  # fmt: skip
def test_institutions(concept: str, city: str, case: str, expected: str) -> None:
    assert phrase(case, concept, seat=thing("n1c", city)) == expected


def test_the_city_is_its_own_of() -> None:
    tokens = realise(event("go", thing("n1", "doctor"), destination=institution("n3", "hospital", "Ankara")))[2:-1]
    assert [(token.text, token.upos, token.source) for token in tokens] == [
        ("в", "ADP", ("n3.role",)), ("Больницу", "PROPN", ("n3",)), ("Анкары", "PROPN", ("n3c", "n3c.of")),
    ]  # fmt: skip


def test_entities() -> None:
    meaning = Sentence("law", [event("visit", thing("n1", "Anna", family=NAMES["Schmidt"]), object=thing("n2", "Viktor"),
                                     place=institution("n3", "museum", "Vienna"))])  # fmt: skip
    tags = bio_tags(meaning, Russian(Plain()).realise(meaning))  # Анна Шмидт навестила Виктора в Музее Вены .
    assert tags == ["B-PER", "I-PER", "O", "B-PER", "O", "B-ORG", "I-ORG", "O"]


# -- verbs and adjectives that depend on their company


@pytest.mark.parametrize(
    ("verb", "object", "expected"),
    [("wash", "shirt", "постирал рубашку"), ("wash", "cup", "вымыл чашку"), ("cook", "soup", "сварил суп"), ("cook", "meat", "приготовил мясо"),
     ("visit", "Anna", "навестил Анну"), ("visit", "castle", "посетил замок"), ("wait", "answer", "ждал ответа"), ("wait", "train", "ждал поезд"),
     ("break_v", "chair", "сломал стул"), ("break_v", "glass", "разбил стакан"), ("watch", "match", "посмотрел матч"),
     ("watch", "wolf", "наблюдал за волком"), ("fear", "snake", "испугался змеи"), ("hunt", "fox", "охотился на лису"),
     ("play_i", "violin", "играл на скрипке"), ("solve", "crime", "раскрыл преступление"), ("clean_v", "kitchen", "убрал кухню")],
)  # fmt: skip
def test_objects(verb: str, object: str, expected: str) -> None:
    assert say(event(verb, thing("n1", "father"), object=thing("n2", object))) == f"Отец {expected}."


@pytest.mark.parametrize(
    ("verb", "facts", "expected"),
    [("go", {"destination": thing("n2", "school")}, "пошла в школу"), ("go", {"destination": thing("n2", "Paris")}, "поехала в Париж"),
     ("go", {"destination": thing("n2", "school"), "vehicle": thing("n3", "tram")}, "поехала на трамвае в школу"),
     ("go", {"destination": institution("n2", "bank", "Paris")}, "пошла в Банк Парижа"),
     ("come", {"destination": thing("n2", "Cairo")}, "приехала в Каир"), ("walk", {"destination": thing("n2", "sea")}, "пошла пешком на море"),
     ("fly", {"destination": thing("n2", "Frankfurt"), "tense": "future"}, "полетит во Франкфурт"),
     ("go", {"destination": thing("n2", "school"), "tense": "present"}, "идёт в школу"),
     ("go", {"destination": thing("n2", "school"), "tense": "present", "time": "every_day"}, "каждый день ходит в школу"),
     ("fly", {"destination": thing("n2", "Rome"), "tense": "present", "time": "often"}, "часто летает в Рим"),
     ("go", {"destination": thing("n2", "school"), "tense": "present", "time": "now"}, "сейчас идёт в школу")],
)  # fmt: skip
def test_motion(verb: str, facts: dict, expected: str) -> None:
    assert say(event(verb, thing("n1", "aunt"), **facts)) == f"Тётя {expected}."


@pytest.mark.parametrize(
    ("adjective", "subject", "tense", "expected"),
    [("sick", "mother", "present", "Мать больна."), ("sick", "father", "past", "Отец был болен."), ("hungry", "Anna", "future", "Анна будет голодна."),
     ("full", "bus", "past", "Автобус был полон."), ("broken", "cup", "present", "Чашка разбита."), ("broken", "clock", "past", "Часы были сломаны."),
     ("tired", "mother", "past", "Мать была усталой."), ("loud", "street", "present", "Улица шумная."), ("loud", "song", "present", "Песня громкая."),
     ("new", "vehicle_h", "past", "Транспортное средство было новым.")],
)  # fmt: skip
def test_predicative_adjectives(adjective: str, subject: str, tense: str, expected: str) -> None:
    assert say(event(adjective, thing("n1", subject), frame="is", tense=tense)) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [(thing("n1", "Vega"), "Вега купила"), (thing("n1", "Kronos"), "Кронос купил"), (thing("n1", "Zeynep"), "Зейнеп купила"),
     (thing("n1", "Emre"), "Эмре купил"), (institution("n1", "library", "Rome"), "Библиотека Рима купила"),
     (thing("n1", "person_h", plural=True, count="five"), "Пять человек купили"), (thing("n1", "policewoman"), "Полицейская купила"),
     (thing("n1", "uncle", pronoun=True), "Он купил")],
)  # fmt: skip
def test_the_verb_agrees(agent: Thing, expected: str) -> None:
    assert say(event("buy", agent, object=thing("n2", "salt"))) == f"{expected} соль."


# -- questions and orders


@pytest.mark.parametrize(
    ("verb", "object", "expected"),
    [("hunt", "bear", "На кого охотились дети?"), ("watch", "trial", "За чем наблюдали дети?"), ("play_i", "drum", "На чём играли дети?"),
     ("fear", "exam", "Чего испугались дети?"), ("help", "uncle", "Кому помогли дети?"), ("admire", "Anna", "Кем восхищались дети?"),
     ("feed", "cat", "Кого накормили дети?"), ("read", "novel", "Что прочитали дети?")],
)  # fmt: skip
def test_what_is_asked_has_the_case_of_the_verb(verb: str, object: str, expected: str) -> None:
    assert say(event(verb, thing("n1", "child", plural=True), object=thing("n2", object)), question=True, asked="object") == expected


@pytest.mark.parametrize(
    ("role", "node", "tag"),
    [("agent", "n1", "PRON"), ("object", "n2", "PRON"), ("recipient", "n3", "PRON"), ("place", "n4", "ADV"), ("time", "eshow.time", "ADV")],
)  # fmt: skip
def test_the_question_word_is_what_it_asks_for(role: str, node: str, tag: str) -> None:
    word, *others = Russian(Plain()).realise(asked(role))
    assert word.source[0] == node and word.upos == tag
    assert not any(node in token.source for token in others)


def test_who_is_singular() -> None:
    gone = event("go", thing("n1", "aunt", plural=True), destination=thing("n2", "Oslo"))
    assert say(gone, question=True, asked="agent") == "Кто поехал в Осло?"


def test_one_meaning_in_several_orders() -> None:
    read = event("read", thing("n1", "father"), object=thing("n2", "letter"), place=thing("n3", "kitchen"), time="today")
    limits = {0.0: "Отец сегодня прочитал письмо на кухне.", 0.17: "Сегодня письмо прочитал отец на кухне."}
    assert {limit: say(read, random=First(limit)) for limit in limits} == limits
    read.object.definite = False  # what is new does not come first
    assert say(read, random=First(0.3)) == "На кухне отец сегодня прочитал письмо."
    read.place = None
    assert say(read, random=First(0.45)) == "Сегодня отец прочитал письмо."
    assert say(read, random=First(0.5), question=True) == "Прочитал ли отец сегодня письмо?"


def test_always_does_not_describe_the_subject() -> None:
    reads = event(
        "read", thing("n1", "sister", adjective="clever"), object=thing("n2", "novel", definite=False), tense="present", time="always"
    )
    assert say(reads, random=Eager()) == "Умная сестра всегда читает роман."


def test_no_reordering_leaves_the_plain_order() -> None:
    for name, meaning in MEANINGS.items():
        assert detokenise(Russian(Eager(), PLAIN).realise(meaning)) == SAID[name]


def test_no_synonymy_leaves_the_usual_words() -> None:
    said = {detokenise(Russian(Random(seed, "x"), Variation(0.0, 0.0)).realise(MEANINGS["whom"])) for seed in range(20)}
    assert said == {SAID["whom"]}


def test_random_sentences_are_well_formed() -> None:
    grammar = Russian(Random(5, "ru"))
    for meaning in islice(Meanings(Random(5, "meanings"), "train"), 2000):
        tokens = grammar.realise(meaning)
        text = detokenise(tokens)
        assert not re.search(r"\s[.,?]|\s\s|^\s|\s$|,[.,?]|[A-Za-z]", text) and text[-1] in ".?" and not text[0].islower(), text
        assert all(token.text and " " not in token.text for token in tokens)
        assert all(token.text[0].isupper() for token in tokens if token.upos == "PROPN"), text
        nodes = {node for token in tokens for node in token.source}
        assert {thing.id for event in meaning.events for thing in event.agents} <= nodes
