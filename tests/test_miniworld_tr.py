"""Turkish of the mini-world: sentences checked by eye, harmony and irregular forms, cases, names, question words, word order."""

from itertools import islice

import pytest

from isogloss.corpora.miniworld.concepts import CONCEPTS, NAMES
from isogloss.corpora.miniworld.draw import Random
from isogloss.corpora.miniworld.grammar import PLAIN, Tokens, Variation, detokenise
from isogloss.corpora.miniworld.meaning import Owner, Sentence, Thing
from isogloss.corpora.miniworld.supply import Meanings
from isogloss.corpora.miniworld.tr import COLLOCATIONS, Stem, Turkish, attach, conjugate, decline, decline_name, nominal, read_stem
from said import MEANINGS, Plain, asked, event, institution, thing

SAID = {
    "past": "Öğretmen yeni kitabı okudu.",
    "plural present": "Öğretmenler yeni bir kitap okuyor.",
    "negation": "Baba dün bir elma satın almadı.",
    "recipient, future, numeral": "Anna çocuğa beş kitap verecek.",
    "direction and vehicle": "Turistler trenle Ankara'ya seyahat ediyor.",
    "that": "Hakim hırsızın parayı çaldığını biliyor.",
    "because, own, companion": "Kız parkta dans ediyor, çünkü o kendi annesini gördü.",
    "relative clause": "Arabayı onaran sürücü güldü.",
    "existence": "Bahçede bir ağaç yoktu.",
    "property": "Sınavlar zor değildi.",
    "owner and question": "Sekreter müdürün arkadaşına yardım etti mi?",
    "tool and manner": "Aşçı ekmeği çabucak keskin bir bıçakla kesti.",
    "all": "Bütün öğrenciler bazı küçük kuşları gördü.",
    "some, two clauses": "Bazı çiftçiler tarlada çalışıyor, ama bütün köpekler uyuyor.",
    "family names": "Anna Schmidt bugün Viktor Costa'yı davet etti.",
    "owner with a family name": "Çocuk Peter Keller'in anahtarını buldu.",
    "institution": "Berlin Üniversitesi modern bir makine satın aldı.",
    "at an institution": "Maria Viyana Müzesinde bir keman çalacak.",
    "to an institution": "Doktorlar yarın Ankara Hastanesine gidecek.",
    "who": "Dün kütüphanede Anna'ya resmi kim gösterdi?",
    "what": "Peter dün kütüphanede Anna'ya ne gösterdi?",
    "to whom": "Peter dün kütüphanede resmi kime gösterdi?",
    "where": "Peter dün Anna'ya resmi nerede gösterdi?",
    "when": "Peter kütüphanede Anna'ya resmi ne zaman gösterdi?",
    "who among two": "Her gün oyuncuları kim çalıştırıyor?",
    "whom": "Doktorlar kimi ziyaret ediyor?",
    "where to": "Turistler nereye seyahat edecek?",
}


class Always(Plain):
    """Takes every optional order and drops every pronoun."""

    def chance(self, probability: float) -> bool:
        return probability > 0


def said(sentence: Sentence) -> str:
    return detokenise(Turkish(Plain(), PLAIN).realise(sentence))


def says(*arguments, asked: str | None = None, **roles) -> str:
    """One clause, said plainly."""
    return said(Sentence("home", [event(*arguments, **roles)], question=bool(asked), asked=asked))


def phrase(thing: Thing, case: str) -> str:
    return detokenise(Turkish(Plain(), PLAIN).noun_phrase(thing, case))


def sources(tokens: Tokens) -> dict[str, tuple[str, ...]]:
    return {token.text: token.source for token in tokens}


@pytest.mark.parametrize("name", MEANINGS)
def test_sentences_by_hand(name: str) -> None:
    assert detokenise(Turkish(Plain()).realise(MEANINGS[name])) == SAID[name]


# -- lexicon


def test_every_concept_has_words() -> None:
    assert set(Turkish.lexicon | Turkish.phrases) == set(CONCEPTS)
    assert not set(Turkish.names) - set(NAMES)


def test_synonyms_agree_on_the_case() -> None:
    for concept in CONCEPTS.values():
        if concept.kind == "verb":
            assert len({stem.case for stem in Turkish.lexicon[concept.id]}) == 1, concept.id


def test_collocations_name_concepts() -> None:
    """`sing animal`: a verb or adjective, and a noun or a kind of noun that it may have; nothing else would ever be said."""
    for words in COLLOCATIONS:
        concept, noun = words.split()
        assert noun in CONCEPTS or noun in {c.kind for c in CONCEPTS.values()}
        assert CONCEPTS[concept].kind in ("verb", "adj")


# -- forms


@pytest.mark.parametrize(
    ("stem", "suffix", "expected"),
    [("saat", "lAr", "saatler"), ("saat", "DA", "saatte"), ("saat", "I", "saati"), ("harf", "In", "harfin"), ("Kemal", "lA", "Kemalle")],
)  # fmt: skip
def test_front_harmony_after_a_back_vowel(stem: str, suffix: str, expected: str) -> None:
    assert attach(stem, suffix, front=True) == expected


@pytest.mark.parametrize(
    ("concept", "forms"),
    [  # accusative, locative, instrumental, plural accusative, possessive dative
        ("shop", "dükkânı dükkânda dükkânla dükkânları dükkânına"),
        ("water", "suyu suda suyla suları suyuna"),
        ("clock", "saati saatte saatle saatleri saatine"),
        ("son", "oğlu oğulda oğulla oğulları oğluna"),
        ("secret", "sırrı sırda sırla sırları sırrına"),
        ("discovery", "keşfi keşifte keşifle keşifleri keşfine"),
        ("squirrel", "sincabı sincapta sincapla sincapları sincabına"),
        ("orange_f", "portakalı portakalda portakalla portakalları portakalına"),
        ("airport", "havaalanını havaalanında havaalanıyla havaalanlarını havaalanına"),
        ("refrigerator", "buzdolabını buzdolabında buzdolabıyla buzdolaplarını buzdolabına"),
        ("textbook", "kitabını kitabında kitabıyla kitaplarını kitabına"),
        ("camera", "makinesini makinesinde makinesiyle makinelerini makinesine"),
    ],
)
def test_nouns(concept: str, forms: str) -> None:
    stem = Turkish.lexicon[concept][0]
    cases = [("acc", False, False), ("loc", False, False), ("ins", False, False), ("acc", True, False), ("dat", False, True)]
    assert " ".join(decline(stem, *case) for case in cases) == forms


@pytest.mark.parametrize(
    ("entry", "forms"),
    [  # past, present, future, participle, their negations
        ("it", "itti itiyor itecek iten itmedi itmiyor itmeyecek itmeyen"),
        ("yürü", "yürüdü yürüyor yürüyecek yürüyen yürümedi yürümüyor yürümeyecek yürümeyen"),
        ("gülümse", "gülümsedi gülümsüyor gülümseyecek gülümseyen gülümsemedi gülümsemiyor gülümsemeyecek gülümsemeyen"),
        ("reddet/redded", "reddetti reddediyor reddedecek reddeden reddetmedi reddetmiyor reddetmeyecek reddetmeyen"),
        ("ye", "yedi yiyor yiyecek yiyen yemedi yemiyor yemeyecek yemeyen"),
    ],
)
def test_verbs(entry: str, forms: str) -> None:
    endings = ("DI", "Iyor", "AcAk", "An")
    assert " ".join(conjugate(read_stem(entry), ending, negated) for negated in (False, True) for ending in endings) == forms


def test_entries() -> None:
    assert read_stem("ders kitabı/kitap°") == Stem("kitabı", "kitap", compound=True, words=(("ders", "NOUN"),))
    assert read_stem("yok:ADJ et/ed @acc") == Stem("et", "ed", words=(("yok", "ADJ"),), case="acc")


def test_past_of_nouns() -> None:
    assert [nominal(word, "past") for word in ("bozuk", "dar", "evde", "kötü")] == ["bozuktu", "dardı", "evdeydi", "kötüydü"]


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [("Omsk", "loc", "Omsk'ta"), ("Kemal", "dat", "Kemal'e"), ("Kemal", "ins", "Kemal'le"), ("Romero", "gen", "Romero'nun"),
     ("Frankfurt", "loc", "Frankfurt'ta"), ("Felix", "abl", "Felix'ten"), ("İzmir", "dat", "İzmir'e"), ("Roma", "nom", "Roma")],
)  # fmt: skip
def test_an_apostrophe_before_the_suffix_of_a_name(name: str, case: str, expected: str) -> None:
    assert decline_name(name, case) == expected


# -- noun phrases


@pytest.mark.parametrize(
    ("facts", "case", "expected"),
    [({"plural": True, "count": "all", "adjective": "new"}, "acc", "bütün yeni makineleri"),
     ({"plural": True, "count": "some", "definite": False}, "dat", "bazı makinelere"),
     ({"plural": True, "count": "thirty"}, "gen", "otuz makinenin"),
     ({"definite": False, "adjective": "strange"}, "loc", "garip bir makinede"),
     ({"own": Owner("f", False)}, "acc", "kendi makinesini"), ({"own": Owner("f", True)}, "acc", "kendi makinelerini"),
     ({"owner": thing("n9", "Anna", family=NAMES["Schmidt"])}, "nom", "Anna Schmidt'in makinesi")],
)  # fmt: skip
def test_noun_phrases(facts: dict, case: str, expected: str) -> None:
    assert phrase(thing("n1", "machine", **facts), case) == expected


def test_a_compound_has_one_possessive() -> None:
    assert phrase(thing("n1", "camera", definite=False), "nom") == "bir fotoğraf makinesi"
    assert phrase(thing("n1", "camera", owner=thing("n2", "mayor")), "acc") == "belediye başkanının fotoğraf makinesini"


def test_every_word_of_a_compound_expresses_it() -> None:
    tokens = Turkish(Plain(), PLAIN).noun_phrase(thing("n1", "bedroom"), "loc", role=True)
    assert sources(tokens) == {"yatak": ("n1",), "odasında": ("n1", "n1.role")}


def test_quantifiers_are_determiners() -> None:
    tokens = Turkish(Plain(), PLAIN).realise(MEANINGS["all"])
    assert [(t.text, t.source) for t in tokens if t.upos == "DET"] == [("Bütün", ("n1.count",)), ("bazı", ("n2.count",))]


def test_a_family_name_carries_the_case() -> None:
    tokens = Turkish(Plain(), PLAIN).realise(MEANINGS["owner with a family name"])
    assert [(t.text, t.source) for t in tokens if t.upos == "PROPN"] == [("Peter", ("n3",)), ("Keller'in", ("n3.family", "n3.of"))]


def test_an_institution_is_a_compound_without_apostrophe() -> None:
    grammar, library = Turkish(Plain(), PLAIN), institution("n1", "library", "Izmir")
    phrases = [detokenise(grammar.noun_phrase(library, case)) for case in ("gen", "abl")]
    assert phrases == ["İzmir Kütüphanesinin", "İzmir Kütüphanesinden"]
    tokens = grammar.noun_phrase(library, "loc", role=True)
    assert [(t.text, t.upos, t.source) for t in tokens] == [
        ("İzmir", "PROPN", ("n1c",)), ("Kütüphanesinde", "PROPN", ("n1", "n1.role"))]  # fmt: skip
    assert says(None, thing("n2", "Anna"), frame="at", place=library) == "Anna İzmir Kütüphanesindeydi."


# -- clauses


@pytest.mark.parametrize(
    ("verb", "object", "expected"),
    [("read", thing("n2", "book", definite=False), "Anna bir kitap okudu."),
     ("praise", thing("n2", "poem", definite=False), "Anna bir şiiri övdü."),
     ("see", thing("n2", "doctor", definite=False), "Anna bir doktoru gördü."),
     ("see", thing("n2", "bird", definite=False), "Anna bir kuş gördü."),
     ("touch", thing("n2", "bird", definite=False), "Anna bir kuşa dokundu."),
     ("hate", thing("n2", "spider"), "Anna örümcekten nefret etti."),
     ("meet", thing("n2", "uncle"), "Anna amcayla buluştu."),
     ("photograph_v", thing("n2", "bridge"), "Anna köprünün fotoğrafını çekti.")],
)  # fmt: skip
def test_the_case_of_the_object(verb: str, object: Thing, expected: str) -> None:
    assert says(verb, thing("n1", "Anna"), object=object) == expected


def test_nothing_stands_between_a_genitive_and_its_noun() -> None:
    assert says("taste", thing("n1", "guest"), object=thing("n2", "soup"), manner="slowly") == "Misafir yavaşça çorbanın tadına baktı."


def test_words_that_go_together() -> None:
    assert says("sing", thing("n1", "bird")) == "Kuş öttü."
    assert says("sing", thing("n1", "queen")) == "Kraliçe şarkı söyledi."
    assert says("broken", thing("n1", "computer"), frame="is") == "Bilgisayar bozuktu."
    assert says("broken", thing("n1", "window"), frame="is") == "Pencere kırıktı."


@pytest.mark.parametrize(
    ("verb", "tense", "plural", "expected"),
    [("know", "past", False, "Hakim parayı çaldığını bildi."), ("know", "future", True, "Hakim parayı çalacaklarını bildi."),
     ("promise", "future", False, "Hakim parayı çalacağına söz verdi.")],
)  # fmt: skip
def test_a_that_clause_takes_the_case_of_its_verb(verb: str, tense: str, plural: bool, expected: str) -> None:
    content = event("steal", thing("n2", "thief", pronoun=True, plural=plural), object=thing("n3", "money"), tense=tense)
    assert says(verb, thing("n1", "judge"), content=content) == expected


def test_the_verb_stands_for_a_dropped_pronoun() -> None:
    clause = event("shout", thing("n1", "boy", pronoun=True, plural=True))
    tokens = Turkish(Always(), PLAIN).clause(clause)
    assert [(t.text, t.source) for t in tokens] == [("bağırdılar", ("eshout", "eshout.tense", "n1"))]
    assert detokenise(Turkish(Plain(), PLAIN).clause(clause)) == "onlar bağırdılar"


def test_a_pronoun_without_a_verb_is_not_dropped() -> None:
    clause = event(None, thing("n1", "boy", pronoun=True), frame="at", place=thing("n2", "cave"))
    assert detokenise(Turkish(Always(), PLAIN).clause(clause)) == "o mağaradaydı"


# -- questions


@pytest.mark.parametrize(
    ("verb", "object", "expected"),
    [("eat", thing("n2", "pear"), "Anna ne yedi?"), ("praise", thing("n2", "poem"), "Anna neyi övdü?"),
     ("praise", thing("n2", "poet"), "Anna kimi övdü?"), ("invite", thing("n2", "Peter"), "Anna kimi davet etti?"),
     ("touch", thing("n2", "tree"), "Anna neye dokundu?"), ("help", thing("n2", "aunt"), "Anna kime yardım etti?"),
     ("fear", thing("n2", "wolf"), "Anna neyden korktu?"), ("hate", thing("n2", "king"), "Anna kimden nefret etti?"),
     ("meet", thing("n2", "aunt"), "Anna kiminle buluştu?"), ("photograph_v", thing("n2", "aunt"), "Anna kimin fotoğrafını çekti?")],
)  # fmt: skip
def test_asking_for_the_object(verb: str, object: Thing, expected: str) -> None:
    assert says(verb, thing("n1", "Anna"), object=object, asked="object") == expected


@pytest.mark.parametrize(
    ("role", "word", "source"),
    [("agent", "kim", ("n1",)), ("object", "ne", ("n2",)), ("recipient", "kime", ("n3",)), ("place", "nerede", ("n4",)),
     ("time", "zaman", ("eshow.time",))],
)  # fmt: skip
def test_the_question_word_carries_the_node(role: str, word: str, source: tuple[str, ...]) -> None:
    tokens = Turkish(Plain(), PLAIN).realise(asked(role))
    assert sources(tokens)[word] == source
    assert sum(source[0] in token.source for token in tokens) == (2 if role == "time" else 1)


def test_who_stands_before_a_new_object() -> None:
    agent, object = thing("n1", "girl", plural=True), thing("n2", "boat", definite=False)
    assert says("build", agent, object=object, time="next_month", tense="future", asked="agent") == "Gelecek ay kim bir tekne inşa edecek?"


# -- word order


def test_optional_orders_and_the_plain_one() -> None:
    meaning = Sentence("school", [event("describe", thing("n1", "pupil"), object=thing("n2", "plan"), recipient=thing("n3", "Anna"),
                                        time="tuesday", place=thing("n4", "cellar"))])  # fmt: skip
    assert detokenise(Turkish(Always(), Variation(0, 0)).realise(meaning)) == "Öğrenci salı günü bodrumda Anna'ya planı tarif etti."
    assert detokenise(Turkish(Always(), Variation(0, 1)).realise(meaning)) == "Planı bodrumda salı günü öğrenci Anna'ya tarif etti."


def test_what_is_his_own_follows_him() -> None:
    meaning = Sentence("home", [event("find", thing("n1", "pupil"), object=thing("n2", "pen", own=Owner("m", False)))])
    assert detokenise(Turkish(Always(), Variation(0, 1)).realise(meaning)) == "Öğrenci kendi kalemini buldu."


def test_random_meanings() -> None:
    grammar = Turkish(Random(5, "tr"))
    for meaning in islice(Meanings(Random(5, "meanings"), "train"), 2000):
        tokens = grammar.realise(meaning)
        text = detokenise(tokens)
        assert text[0].isupper() and text[-1] in ".?" and "  " not in text, text
        assert not any(f" {mark}" in text or f"{mark}," in text for mark in ".,?"), text
        for token in tokens[1:]:
            assert token.text[0].isupper() == (token.upos == "PROPN") or token.upos == "PUNCT", (token, text)
        assert all(token.source for token in tokens if token.upos in ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "DET", "PRON")), text
