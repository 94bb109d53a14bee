"""The mini-world: the same bytes everywhere, links that are translations, grammar that a reader would accept, splits that do not leak."""

import hashlib
import re
from pathlib import Path

import pytest

from isogloss.corpora.miniworld import LANGUAGES, concepts, de, ru, tr, world, write_world
from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.grammar import detokenise, links
from isogloss.corpora.miniworld.meaning import Event, Owner, Sentence, Thing
from isogloss.errors import IsoglossError

UPOS = set("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
CODES = list(LANGUAGES)
SIZES = {"languages": CODES, "mono_sentences": 300, "pairs": 200, "task_sentences": 120}
TINY_SHA256 = "55eaee56df56b246798b890ebfc8ec64c284f13d9316e5efec1bf533007993df"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world")
    write_world(path, seed=7, **SIZES)
    return path


def digest(directory: Path) -> str:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    content = b"".join(path.relative_to(directory).as_posix().encode() + b"\0" + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def tagged(path: Path) -> list[list[list[str]]]:
    """Sentences of (token, tag)."""
    return [[line.split("\t") for line in block.split("\n")] for block in path.read_text(encoding="utf-8").strip().split("\n\n")]


def squeezed(text: str) -> str:
    return text.replace(" ", "")


# -- files


def test_same_seed_same_bytes(directory: Path, tmp_path: Path) -> None:
    write_world(tmp_path, seed=7, **SIZES)
    assert digest(tmp_path) == digest(directory)


def test_other_seed_other_bytes(directory: Path, tmp_path: Path) -> None:
    write_world(tmp_path, seed=8, **SIZES)
    assert digest(tmp_path) != digest(directory)


def test_bytes_do_not_drift(tmp_path: Path) -> None:
    """Fails when the world changes: on purpose (raise the artifact's version, renew the sum) or between platforms (a bug)."""
    write_world(tmp_path, languages=CODES, seed=1, mono_sentences=20, pairs=20, task_sentences=20)
    assert digest(tmp_path) == TINY_SHA256


def test_a_file_does_not_depend_on_the_size_of_others(directory: Path, tmp_path: Path) -> None:
    write_world(tmp_path, seed=7, **{**SIZES, "pairs": 10, "mono_sentences": 10})
    assert lines(tmp_path / "bitext/de-en.tsv") == lines(directory / "bitext/de-en.tsv")[:10]
    assert lines(tmp_path / "mono/tr.txt") == lines(directory / "mono/tr.txt")[:10]


def test_counts_are_what_was_asked(directory: Path) -> None:
    for code in CODES:
        assert len(lines(directory / f"mono/{code}.txt")) == 300
        assert [len(tagged(directory / f"tasks/udpos/{split}-{code}.tsv")) for split in ("train", "dev", "test")] == [120, 30, 30]
    for pair in ("de-en", "en-ru", "en-tr"):
        for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt"):
            assert len(lines(directory / name)) == 200
    for iso3 in ("deu", "rus", "tur"):
        sides = [lines(directory / f"tasks/tatoeba/tatoeba.{iso3}-eng.{side}") for side in (iso3, "eng")]
        assert [len(set(side)) for side in sides] == [30, 30]


def test_mono_is_not_parallel(tmp_path: Path) -> None:
    """Each language draws meanings of its own."""
    stream = world.Stream(7, 4, 24)
    bags = [{tuple(m.concepts()) for m, _ in take(stream.realised(f"mono/{code}", "train", [code]), 200)} for code in CODES]
    assert len(bags[0] & bags[1]) < 10


def take(items, count: int) -> list:
    return [item for _, item in zip(range(count), items, strict=False)]


@pytest.mark.parametrize("pair", ["de-en", "en-ru", "en-tr"])
def test_text_tokens_and_links_agree(directory: Path, pair: str) -> None:
    files = (lines(directory / name) for name in (f"bitext/{pair}.tsv", f"bitext/{pair}.tokens.tsv", f"links/{pair}.txt"))
    for text, tokens, gold in zip(*files, strict=True):
        assert squeezed(text) == squeezed(tokens)
        counts = [len(side.split(" ")) for side in tokens.split("\t")]
        points = [tuple(map(int, link.split("-"))) for link in gold.split()]
        assert points and all(i < counts[0] and j < counts[1] for i, j in points)


@pytest.mark.parametrize("code", CODES)
def test_tags_and_text(code: str) -> None:
    for _, (tokens,) in take(world.Stream(3, 4, 24).realised("x", "train", [code]), 500):
        assert {token.upos for token in tokens} <= UPOS
        text = detokenise(tokens)
        assert not re.search(r"\s[.,?']|\s\s|^\s|\s$|,[.,?]", text) and text[-1] in ".?" and not text[0].islower(), text
        assert all(token.text and not re.search(r"\s", token.text) for token in tokens)


@pytest.mark.parametrize("code", CODES[1:])
def test_links_join_words_of_one_source(code: str) -> None:
    linked = total = 0
    for _, (a, b) in take(world.Stream(3, 4, 24).realised("x", "train", ["en", code]), 300):
        points = links(a, b)
        assert all(set(a[i].source) & set(b[j].source) for i, j in points)
        content = [i for i, token in enumerate(a) if token.upos in ("NOUN", "VERB", "ADJ", "PROPN")]
        linked += len({i for i, _ in points} & set(content))
        total += len(content)
    assert linked / total > 0.99  # no language leaves out what another one says


# -- splits


def test_no_held_out_sentence_in_train(directory: Path) -> None:
    for code in CODES:
        train = set(lines(directory / f"mono/{code}.txt"))
        for pair in ("de-en", "en-ru", "en-tr"):
            if code in pair.split("-"):
                train |= {line.split("\t")[pair.split("-").index(code)] for line in lines(directory / f"bitext/{pair}.tsv")}
        train = {squeezed(text) for text in train}
        train |= {"".join(t for t, _ in s) for s in tagged(directory / f"tasks/udpos/train-{code}.tsv")}
        held = {"".join(t for t, _ in s) for split in ("dev", "test") for s in tagged(directory / f"tasks/udpos/{split}-{code}.tsv")}
        for path in (directory / "tasks/tatoeba").glob(f"*.{LANGUAGES[code].iso3}"):
            held |= {squeezed(text) for text in lines(path)}
        assert held and not held & train


def test_no_held_out_name_in_train(directory: Path) -> None:
    text = {code: (directory / f"mono/{code}.txt").read_text(encoding="utf-8") for code in CODES}
    tests = {"en": (directory / "tasks/udpos/test-en.tsv").read_text(encoding="utf-8")}
    for name in NAMES.values():
        if name.split == "test":
            local = {"en": name.id, "de": de.German.names.get(name.id, [name.id])[0], "tr": tr.Turkish.names.get(name.id, [name.id])[0],
                     "ru": ru.Russian.names[name.id][0][0]}  # fmt: skip
            for code in CODES:
                assert not re.search(rf"\b{local[code].rstrip('aа')}", text[code])
    assert any(name.id in tests["en"] for name in NAMES.values() if name.split == "test")


def test_split_ignores_what_languages_neutralise() -> None:
    """Tense, number, definiteness and pronouns cannot carry a sentence from train to test."""
    past, present = teacher_reads(tense="past"), teacher_reads(tense="present", plural=True)
    assert past.split() == present.split()


# -- lexicon


@pytest.mark.parametrize("code", CODES)
def test_every_concept_has_a_word(code: str) -> None:
    known = LANGUAGES[code].lexicon | LANGUAGES[code].phrases
    assert not set(CONCEPTS) ^ set(known)


def test_concepts_refer_to_concepts() -> None:
    known = set(CONCEPTS) | {c.kind for c in CONCEPTS.values()} | {"org"}
    for concept in CONCEPTS.values():
        assert {o.lstrip("-") for o in (*concept.agents, *concept.objects, *concept.tools)} <= known, concept
    topics = {t for c in CONCEPTS.values() if c.noun or c.kind in ("verb", "adj") for t in c.topics}
    assert topics == set(concepts.TOPICS) and len(CONCEPTS) > 400


def test_unknown_language(tmp_path: Path) -> None:
    with pytest.raises(IsoglossError, match="unknown language 'xx'.*en, de, tr, ru"):
        write_world(tmp_path, languages=["en", "xx"], seed=1, mono_sentences=1, pairs=1, task_sentences=4)


# -- grammar: meanings written by hand, sentences checked by eye


class Plain:
    """No variation: the usual words, the plain order."""

    def chance(self, probability: float) -> bool:
        return probability >= 0.7

    def random(self) -> float:
        return 0.99

    def below(self, count: int) -> int:
        return 0


def thing(id: str, concept: str, **facts) -> Thing:
    return Thing(id, CONCEPTS.get(concept) or NAMES[concept], **facts)


def event(verb: str | None, *agents: Thing, frame: str = "", tense: str = "past", **roles) -> Event:
    concept = CONCEPTS[verb] if verb else None
    return Event("e" + (verb or frame), frame or concept.frame, concept, tense, agents=list(agents), **roles)


def teacher_reads(tense: str = "past", plural: bool = False) -> Sentence:
    agent = thing("n1", "teacher", plural=plural)
    return Sentence("school", [event("read", agent, tense=tense, object=thing("n2", "book", adjective="new", definite=not plural))])


def relative() -> Thing:
    return thing("n1", "driver", relative=event("repair", thing("n1", "driver"), object=thing("n2", "car"), tense="present"))


SAID = {
    "past": (
        teacher_reads(),
        "The teacher read the new book.",
        "Die Lehrerin hat das neue Buch gelesen.",
        "Öğretmen yeni kitabı okudu.",
        "Учительница прочитала новую книгу.",
    ),
    "plural present": (
        teacher_reads("present", plural=True),
        "The teachers read a new book.",
        "Die Lehrerinnen lesen ein neues Buch.",
        "Öğretmenler yeni bir kitap okuyor.",
        "Учительницы читают новую книгу.",
    ),
    "negation": (
        Sentence("home", [event("buy", thing("n1", "father"), negated=True, time="yesterday",
                                object=thing("n2", "apple", definite=False))]),
        "The father did not buy an apple yesterday.",
        "Der Vater hat gestern keinen Apfel gekauft.",
        "Baba dün bir elma satın almadı.",
        "Отец вчера не купил яблоко.",
    ),
    "recipient, future, numeral": (
        Sentence("home", [event("give", thing("n1", "Anna"), tense="future", recipient=thing("n2", "child"),
                                object=thing("n3", "book", plural=True, count="five", definite=False))]),
        "Anna will give five books to the child.",
        "Anna wird dem Kind fünf Bücher geben.",
        "Anna çocuğa beş kitap verecek.",
        "Анна будет давать ребёнку пять книг.",
    ),
    "direction and vehicle": (
        Sentence("travel", [event("travel_v", thing("n1", "tourist", plural=True), destination=thing("n2", "Ankara"), tense="present",
                                  vehicle=thing("n3", "train"))]),
        "The tourists travel to Ankara by train.",
        "Die Touristinnen reisen mit dem Zug nach Ankara.",
        "Turistler trenle Ankara'ya seyahat ediyor.",
        "Туристки ездят на поезде в Анкару.",
    ),
    "that": (
        Sentence("law", [event("know", thing("n1", "judge"), tense="present", content=event(
            "steal", thing("n2", "thief"), object=thing("n3", "money")))]),
        "The judge knows that the thief stole the money.",
        "Der Richter weiß, dass der Dieb das Geld gestohlen hat.",
        "Hakim hırsızın parayı çaldığını biliyor.",
        "Судья знает, что вор украл деньги.",
    ),
    "because, own, companion": (
        Sentence("music", [event("dance", thing("n1", "girl"), place=thing("n2", "park"), tense="present"), event(
            "see", thing("n3", "girl", pronoun=True), object=thing("n4", "mother", own=Owner("f", False)))], link="because"),
        "The girl dances in the park because she saw her mother.",
        "Das Mädchen tanzt im Park, weil sie ihre Mutter gesehen hat.",
        "Kız parkta dans ediyor, çünkü o kendi annesini gördü.",
        "Девочка танцует в парке, потому что она увидела свою мать.",
    ),
    "relative clause": (
        Sentence("travel", [event("laugh", relative(), tense="past")]),
        "The driver who repairs the car laughed.",
        "Der Fahrer, der das Auto repariert, hat gelacht.",
        "Arabayı onaran sürücü güldü.",
        "Водитель, который чинит машину, смеялся.",
    ),
    "existence": (
        Sentence("home", [event(None, frame="exists", negated=True, place=thing("n1", "garden"),
                                object=thing("n2", "tree", definite=False))]),
        "There was not a tree in the garden.",
        "Im Garten gab es keinen Baum.",
        "Bahçede bir ağaç yoktu.",
        "В саду не было дерева.",
    ),
    "property": (
        Sentence("school", [event("difficult", thing("n1", "exam", plural=True), frame="is", negated=True)]),
        "The exams were not difficult.",
        "Die Prüfungen waren nicht schwierig.",
        "Sınavlar zor değildi.",
        "Экзамены не были трудными.",
    ),
    "owner and question": (
        Sentence("office", [event("help", thing("n1", "secretary"), object=thing("n2", "friend", owner=thing("n3", "director")))],
                 question=True),
        "Did the secretary help the director's friend?",
        "Hat die Sekretärin dem Freund des Direktors geholfen?",
        "Sekreter müdürün arkadaşına yardım etti mi?",
        "Секретарша помогла другу директора?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_sentences_by_hand(name: str) -> None:
    meaning, *expected = SAID[name]
    assert [detokenise(LANGUAGES[code](Plain()).realise(meaning)) for code in ("en", "de", "tr", "ru")] == expected


def test_the_page_shows_what_is_said() -> None:
    """The example of docs/miniworld.md."""
    page = (Path(__file__).parents[1] / "docs/miniworld.md").read_text(encoding="utf-8")
    explained = event("explain", thing("n1", "professor"), negated=True, time="yesterday", recipient=thing("n3", "pupil", plural=True),
                      object=thing("n2", "rule", plural=True, adjective="new"), place=thing("n4", "school"))  # fmt: skip
    said = {code: LANGUAGES[code](Plain()).realise(Sentence("school", [explained])) for code in ("en", "de", "tr", "ru")}
    for code, tokens in said.items():
        assert f"    {code}  {detokenise(tokens)}\n" in page
        assert " ".join(f"{token.text}/{token.upos}" for token in tokens) + "\n" in page
    for a, b in (("de", "en"), ("en", "tr"), ("en", "ru")):
        assert f"    {a}-{b}  " + " ".join(f"{i}-{j}" for i, j in links(said[a], said[b])) + "\n" in page


def test_one_turkish_word_is_three_english_words() -> None:
    english, turkish = (LANGUAGES[code](Plain()).realise(SAID["negation"][0]) for code in ("en", "tr"))
    almadi = [token.text for token in turkish].index("almadı")
    assert [english[i].text for i, j in links(english, turkish) if j == almadi] == ["did", "not", "buy"]
    assert not [link for link in links(english, turkish) if english[link[0]].text == "The"]


@pytest.mark.parametrize(
    ("stem", "suffix", "expected"),
    [("ev", "lAr", "evler"), ("okul", "DA", "okulda"), ("kitap", "DA", "kitapta"), ("göl", "I", "gölü"), ("köy", "DAn", "köyden"),
     ("kız", "I", "kızı"), ("oku", "DI", "okudu"), ("gör", "DI", "gördü"), ("git", "DI", "gitti"), ("yaz", "AcAk", "yazacak")],
)  # fmt: skip
def test_vowel_harmony(stem: str, suffix: str, expected: str) -> None:
    assert tr.attach(stem, suffix) == expected


@pytest.mark.parametrize(
    ("entry", "ending", "negated", "expected"),
    [("oku", "Iyor", False, "okuyor"), ("söyle", "Iyor", False, "söylüyor"), ("ye", "Iyor", False, "yiyor"), ("ye", "An", False, "yiyen"),
     ("git/gid", "Iyor", False, "gidiyor"), ("git/gid", "Iyor", True, "gitmiyor"), ("et/ed", "AcAk", False, "edecek"),
     ("bekle", "AcAk", False, "bekleyecek"), ("gör", "AcAk", True, "görmeyecek"), ("oku", "DIğI", False, "okuduğu"),
     ("yaz", "DIğI", True, "yazmadığı"), ("anla", "Iyor", False, "anlıyor")],
)  # fmt: skip
def test_turkish_verbs(entry: str, ending: str, negated: bool, expected: str) -> None:
    assert tr.conjugate(tr.read_stem(entry), ending, negated) == expected


@pytest.mark.parametrize(
    ("entry", "case", "plural", "owned", "expected"),
    [("kitap/kitab", "acc", False, False, "kitabı"), ("kitap/kitab", "loc", False, True, "kitabında"),
     ("su/suy", "gen", False, False, "suyun"),
     ("şehir/şehr", "dat", False, False, "şehre"), ("anne", "acc", False, True, "annesini"), ("araba", "dat", True, False, "arabalara"),
     ("harf^", "acc", False, False, "harfi"), ("havaalanı°", "dat", False, False, "havaalanına"),
     ("çocuk/çocuğ", "ins", False, False, "çocukla")],
)  # fmt: skip
def test_turkish_nouns(entry: str, case: str, plural: bool, owned: bool, expected: str) -> None:
    assert tr.decline(tr.read_stem(entry), case, plural, owned) == expected


@pytest.mark.parametrize(
    ("entry", "case", "plural", "expected"),
    [("Arzt m Ärzte", "gen", False, "Arztes"), ("Lehrer m Lehrer", "gen", False, "Lehrers"), ("Junge m Jungen w", "acc", False, "Jungen"),
     ("Kind n Kinder", "dat", True, "Kindern"), ("Auto n Autos", "dat", True, "Autos"), ("Frau f Frauen", "gen", False, "Frau")],
)  # fmt: skip
def test_german_nouns(entry: str, case: str, plural: bool, expected: str) -> None:
    assert de.decline(de.read_noun(entry), case, plural) == expected


@pytest.mark.parametrize(
    ("facts", "case", "expected"),
    [({}, "acc", "den alten Hund"), ({"definite": False}, "nom", "ein alter Hund"), ({"definite": False}, "dat", "einem alten Hund"),
     ({"plural": True}, "nom", "die alten Hunde"), ({"plural": True, "definite": False}, "dat", "alten Hunden"),
     ({"own": Owner("f", False)}, "acc", "ihren alten Hund"), ({"owner": thing("n9", "Anna")}, "nom", "Annas alter Hund")],
)  # fmt: skip
def test_german_agreement(facts: dict, case: str, expected: str) -> None:
    assert detokenise(de.German(Plain()).noun_phrase(thing("n1", "dog", adjective="aged", **facts), case)) == expected


@pytest.mark.parametrize(
    ("entry", "animate", "singular", "plural"),
    [  # nominative, genitive, dative, accusative, instrumental, prepositional
        ("книга f книг", False, "книга книги книге книгу книгой книге", "книги книг книгам книги книгами книгах"),
        ("отец m отцов stem=отц !", True, "отец отца отцу отца отцом отце", "отцы отцов отцам отцов отцами отцах"),
        ("словарь m словарей !", False, "словарь словаря словарю словарь словарём словаре",
         "словари словарей словарям словари словарями словарях"),
        ("дочь f дочерей stem=дочер", True, "дочь дочери дочери дочь дочерью дочери", "дочери дочерей дочерям дочерей дочерями дочерях"),
        ("окно n окон", False, "окно окна окну окно окном окне", "окна окон окнам окна окнами окнах"),
        ("собрание n собраний", False, "собрание собрания собранию собрание собранием собрании",
         "собрания собраний собраниям собрания собраниями собраниях"),
        ("певица f певиц", True, "певица певицы певице певицу певицей певице", "певицы певиц певицам певиц певицами певицах"),
        ("стул m стульев pl=стулья", False, "стул стула стулу стул стулом стуле", "стулья стульев стульям стулья стульями стульях"),
        ("врач m врачей !", True, "врач врача врачу врача врачом враче", "врачи врачей врачам врачей врачами врачах"),
    ],
)  # fmt: skip
def test_russian_nouns(entry: str, animate: bool, singular: str, plural: str) -> None:
    noun, cases = ru.read_noun(entry), ("nom", "gen", "dat", "acc", "ins", "pre")
    assert " ".join(ru.decline(noun, case, False, animate) for case in cases) == singular
    assert " ".join(ru.decline(noun, case, True, animate) for case in cases) == plural


def test_russian_agreement() -> None:
    forms = [ru.agree("новый", "acc", 1, False), ru.agree("свежий", "gen", 0, False), ru.agree("большой", "nom", 2, False),
             ru.agree("синий", "nom", 1, False), ru.agree("тихий", "ins", 3, False), ru.agree("злой", "acc", 0, True)]  # fmt: skip
    assert forms == ["новую", "свежего", "большое", "синяя", "тихими", "злого"]
    assert [ru.past_form("пришёл", 1), ru.past_form("принёс", 3), ru.past_form("смеялся", 1)] == ["пришла", "принесли", "смеялась"]


@pytest.mark.parametrize(
    ("concept", "count", "case", "expected"),
    [("table", "two", "nom", "два новых стола"), ("book", "two", "acc", "две новые книги"), ("table", "five", "nom", "пять новых столов"),
     ("book", "three", "ins", "тремя новыми книгами"), ("book", "eight", "pre", "восьми новых книгах")],
)  # fmt: skip
def test_russian_numerals(concept: str, count: str, case: str, expected: str) -> None:
    grammar = ru.Russian(Plain())
    grammar.words = {}
    assert detokenise(grammar.noun_phrase(thing("n1", concept, plural=True, count=count, adjective="new"), case)) == expected
