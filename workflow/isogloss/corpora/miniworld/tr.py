"""Turkish: verb last, no articles; number, owner, case, tense and negation are suffixes under vowel harmony.

Nouns: `stem[/stem before a vowel][^][°]` (^: front harmony in spite of a back vowel, saat-i; °: a compound that already ends in a
possessive). Verbs: `[word] stem[/stem before a vowel] [@case]`. Suffixes are written with A (a e), I (ı i u ü) and D (d t).
"""

from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.concepts import Concept
from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

VOWELS = "aeıioöuü"
HIGH = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
FRONTED = {"a": "e", "ı": "i", "o": "ö", "u": "ü"}
VOICELESS = "fstkçşhp"
CASES = {  # case -> after a consonant, after a vowel, after a possessive
    "nom": ("", "", ""),
    "acc": ("I", "yI", "nI"),
    "dat": ("A", "yA", "nA"),
    "loc": ("DA", "DA", "nDA"),
    "abl": ("DAn", "DAn", "nDAn"),
    "gen": ("In", "nIn", "nIn"),
    "ins": ("lA", "ylA", "ylA"),
}
LINKS = {"and": ("ve", "CCONJ"), "but": ("ama", "CCONJ"), "because": ("çünkü", "CCONJ")}
FINITE = {"past": "DI", "present": "Iyor", "future": "AcAk"}


class Stem(NamedTuple):
    """A stem before consonants and before vowels; what it needs besides."""

    plain: str
    before_vowel: str
    front: bool = False
    compound: bool = False
    words: tuple[str, ...] = ()  # yardım etmek: the words before the verb
    case: str = "acc"


def read_stem(text: str) -> Stem:
    forms, _, case = text.partition(" @")
    *words, form = forms.split()
    plain, _, before_vowel = form.rstrip("^°").partition("/")
    return Stem(plain, before_vowel or plain, "^" in form, "°" in form, tuple(words), case or "acc")


@cache
def attach(stem: str, suffix: str, front: bool = False) -> str:
    """Write a suffix with the vowels and the d/t that the stem asks for."""
    word = stem
    for letter in suffix:
        last = next((v for v in reversed(word) if v in VOWELS), "e")
        if front and word == stem:
            last = FRONTED.get(last, last)
        if letter == "A":
            letter = "a" if last in "aıou" else "e"
        elif letter == "I":
            letter = HIGH[last]
        elif letter == "D":
            letter = "t" if word[-1] in VOICELESS else "d"
        word += letter
    return word


@cache
def decline(stem: Stem, case: str, plural: bool, owned: bool) -> str:
    """Stem + plural + possessive + case: kitap, kitabı, kitaplarında."""
    if stem.compound:
        base = attach(stem.plain[:-1], "lArI") if plural else stem.plain
        return attach(base, CASES[case][2])
    word, before_vowel, front = stem.plain, stem.before_vowel, stem.front
    if plural:
        word = before_vowel = attach(word, "lAr", front)
        front = False
    if owned:
        return attach(attach(before_vowel, "sI" if before_vowel[-1] in VOWELS else "I", front), CASES[case][2])
    suffix = CASES[case][before_vowel[-1] in VOWELS]
    return attach(before_vowel if suffix[:1] in ("A", "I") else word, suffix, front)


@cache
def conjugate(stem: Stem, ending: str, negated: bool) -> str:
    """A verb stem with a tense or participle; `ending` is written as after a consonant (DI, Iyor, AcAk, DIğI, AcAğI, An)."""
    word = stem.plain
    if negated:
        return attach(word, "mIyor") if ending == "Iyor" else attach(word, ("mAy" if ending[0] == "A" else "mA") + ending)
    if ending[0] == "D":
        return attach(word, ending)
    if word[-1] not in VOWELS:
        return attach(stem.before_vowel, ending)
    if word in ("ye", "de"):  # yiyor, yiyecek, yiyen
        return attach(word[0] + "i", "yor" if ending == "Iyor" else "y" + ending)
    if ending == "Iyor":  # oku -> okuyor, söyle -> söylüyor: the last vowel is raised
        return attach(word[:-1], ending)
    return attach(word, "y" + ending)


def nominal(word: str, tense: str) -> str:
    """The past of a noun or adjective: yeniydi, evdeydi, soğuktu."""
    if tense != "past":
        return word
    return attach(word, "yDI" if word[-1] in VOWELS else "DI")


class Turkish(Grammar):
    code, iso3 = "tr", "tur"

    def clause(self, event: Event) -> Tokens:
        return self.ordered(event, self.subjects(event, "nom"), self.predicate(event))

    def question(self, event: Event) -> Tokens:
        """Kitabı okudu mu? Kitap yeni miydi?"""
        if event.frame in ("is", "at") and event.tense != "future":
            predicate = self.predicate(event, plain=True)
            particle = nominal(attach(predicate[-1].text, " mI")[-2:], event.tense)
            source: tuple[str, ...] = (f"{event.id}.be",)
        else:
            predicate, source = self.predicate(event), ()
            particle = attach(predicate[-1].text, " mI")[-2:]
        return [*self.ordered(event, self.subjects(event, "nom"), predicate), Token(particle, "AUX", source)]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        word, tag = LINKS[link]
        return [*tokens, *([] if link == "and" else [COMMA]), Token(word, tag, ("link",)), *self.clause(event)]

    def ordered(self, event: Event, subject: Tokens, predicate: Tokens) -> Tokens:
        """Time and place before or after the subject, the object before the verb."""
        time = self.phrase(event.time, f"{event.id}.time")
        place = self.noun_phrase(event.place, "loc", role=True) if event.place and event.frame not in ("at", "exists") else []
        if event.frame == "exists":
            return [*self.noun_phrase(event.place, "loc", role=True), *self.noun_phrase(event.object, "nom"), *predicate]
        front = [*time, *subject] if self.random.chance(0.45) else [*subject, *time]
        front = [*place, *front] if self.random.chance(0.15) else [*front, *place]
        content = self.content(event)
        return [*front, *self.middle(event), *content, *predicate]

    def middle(self, event: Event) -> Tokens:
        """Companion, recipient, known object, manner, tool, new object, destination."""
        old: Tokens = []
        new: Tokens = []
        if event.object:
            case = self.case_of(event)
            known = event.object.definite or case != "acc"
            phrase = self.noun_phrase(event.object, case if known else "nom")
            old, new = (phrase, []) if known else ([], phrase)
        companion = self.noun_phrase(event.companion, "nom") if event.companion else []
        if companion:
            companion.append(Token("ile", "ADP", (f"{event.companion.id}.role",)))
        return [
            *companion,
            *self.marked(event.recipient, "dat"),
            *old,
            *self.phrase(event.manner, f"{event.id}.manner"),
            *self.marked(event.tool, "ins"),
            *self.marked(event.vehicle, "ins"),
            *new,
            *self.marked(event.destination, "dat"),
        ]

    def case_of(self, event: Event) -> str:
        """The case that a verb asks for: synonyms agree on it, so that the first may speak for all."""
        return self.lexicon[event.concept.id][0].case

    def marked(self, thing: Thing | None, case: str) -> Tokens:
        return self.noun_phrase(thing, case, role=True) if thing else []

    def predicate(self, event: Event, ending: str = "", plain: bool = False) -> Tokens:
        """The words that end the clause; `ending` replaces the finite one in participles, `plain` leaves out the past of a noun."""
        tense = "present" if plain else event.tense
        if event.frame in ("is", "at"):
            return self.copular(event, tense)
        if event.frame == "exists":
            return self.existential(event)
        stem = self.word(event.concept.id)
        nodes = [event.id, f"{event.id}.tense"] + ([f"{event.id}.neg"] if event.negated else [])
        nodes += [thing.id for thing in event.agents if thing.pronoun and thing.id in self.dropped]
        form = conjugate(stem, ending or FINITE[event.tense], event.negated)
        if not ending and len(event.agents) == 1 and event.agents[0].pronoun and event.plural:
            form = attach(form, "lAr")
        return [*(Token(word, "NOUN", (event.id,)) for word in stem.words), Token(form, "VERB", tuple(nodes))]

    def copular(self, event: Event, tense: str) -> Tokens:
        """yeni, yeniydi, yeni değil, yeni değildi, yeni olacak, yeni olmayacak."""
        be = f"{event.id}.be"
        if event.frame == "is":
            words = [Token(self.word(event.concept.id), "ADJ", (event.id,))]
        else:
            words = self.noun_phrase(event.place, "loc", role=True)
        if tense == "future":
            nodes = (be, f"{event.id}.tense", *((f"{event.id}.neg",) if event.negated else ()))
            return [*words, Token("olmayacak" if event.negated else "olacak", "AUX", nodes)]
        if event.negated:
            return [*words, Token(nominal("değil", tense), "AUX", (f"{event.id}.neg", be))]
        last = words[-1]
        words[-1] = last._replace(text=nominal(last.text, tense), source=(*last.source, be) if tense == "past" else last.source)
        return words

    def existential(self, event: Event) -> Tokens:
        """var, vardı, yok, yoktu, olacak, olmayacak."""
        nodes = (f"{event.id}.be", *((f"{event.id}.neg",) if event.negated else ()))
        if event.tense == "future":
            return [Token("olmayacak" if event.negated else "olacak", "VERB", (*nodes, f"{event.id}.tense"))]
        return [Token(nominal("yok" if event.negated else "var", event.tense), "ADJ", nodes)]

    def content(self, event: Event) -> Tokens:
        """A "that" clause is a noun: öğrencinin kitabı okuduğunu (söyledi)."""
        inner = event.content
        if inner is None:
            return []
        ending = "AcAğI" if inner.tense == "future" else "DIğI"
        if inner.agents[0].pronoun and inner.plural:  # dropped: the suffix says they
            ending = ending.replace("ğ", "klAr")
        case = CASES[self.case_of(event)][2]
        subject = self.subjects(inner, "gen")
        if inner.frame == "is":
            adjective = Token(self.word(inner.concept.id), "ADJ", (inner.id,))
            nodes = (f"{inner.id}.be", f"{event.id}.that", f"{inner.id}.tense", *((f"{inner.id}.neg",) if inner.negated else ()))
            verb = Token(attach(conjugate(BE, ending, inner.negated), case), "AUX", nodes)
            return self.ordered(inner, subject, [adjective, verb])
        *words, verb = self.predicate(inner, ending)
        verb = verb._replace(text=attach(verb.text, case), source=(*verb.source, f"{event.id}.that"))
        return self.ordered(inner, subject, [*words, verb])

    def subjects(self, event: Event, case: str) -> Tokens:
        """The agents; only the last of two carries the case. A pronoun is dropped half of the time,
        in a "that" clause always: the verb then stands for it."""
        self.dropped = set()
        agents = event.agents
        if len(agents) == 1 and agents[0].pronoun and (case == "gen" or self.random.chance(0.5)):
            self.dropped.add(agents[0].id)
            return []
        return self.coordinated(agents, lambda thing: self.noun_phrase(thing, case if thing is agents[-1] else "nom"), "ve")

    def noun_phrase(self, thing: Thing, case: str, role: bool = False) -> Tokens:
        """Relative clause, owner, numeral, adjective, bir, noun with its suffixes."""
        nodes = (thing.id, f"{thing.id}.role") if role else (thing.id,)
        if thing.pronoun:
            return [Token(decline(THEY if thing.plural else HE, case, False, False), "PRON", nodes)]
        if thing.name:
            return [Token(self.named(thing.concept, case), "PROPN", nodes)]
        tokens = self.relative(thing) if thing.relative else []
        if thing.own:
            tokens.append(Token("kendi", "PRON", (f"{thing.id}.own",)))
        if thing.owner:
            owner = self.noun_phrase(thing.owner, "gen")
            tokens += [*owner[:-1], owner[-1]._replace(source=(*owner[-1].source, f"{thing.owner.id}.of"))]
        if thing.count:
            tokens += self.phrase(thing.count, f"{thing.id}.count")
        if thing.adjective:
            tokens.append(Token(self.word(thing.adjective), "ADJ", (f"{thing.id}.adj",)))
        if not (thing.definite or thing.plural or thing.concept.mass):
            tokens.append(Token("bir", "DET", (f"{thing.id}.def",)))
        plural = thing.plural and not thing.count  # iki kitap: the numeral says it
        form = decline(self.word(thing.concept.id), case, plural, bool(thing.own or thing.owner))
        return [*tokens, Token(form, "NOUN", nodes)]

    def relative(self, thing: Thing) -> Tokens:
        """A participle before the noun: kitabı okuyan öğretmen."""
        event = thing.relative
        *words, verb = self.predicate(event, "AcAk" if event.tense == "future" else "An")
        return self.ordered(event, [], [*words, verb._replace(source=(*verb.source, f"{thing.id}.rel"))])

    def named(self, concept: Concept, case: str) -> str:
        """A name; an apostrophe before its suffix."""
        name = self.names.get(concept.id, (concept.id,))[0]
        suffix = decline(Stem(name, name), case, False, False)[len(name) :]
        return f"{name}'{suffix}" if suffix else name

    def upper(self, letter: str) -> str:
        return "İ" if letter == "i" else letter.upper()


HE, THEY = Stem("o", "on"), Stem("onlar", "onlar")
BE = Stem("ol", "ol")

NOUNS = """
teacher | öğretmen
pupil | öğrenci
doctor | doktor ; hekim
nurse | hemşire
cook_p | aşçı
farmer | çiftçi
driver | sürücü ; şoför
customer | müşteri
singer | şarkıcı
player | oyuncu
hunter | avcı
director | müdür
mother | anne
judge | hakim ; yargıç/yargıc
father | baba
patient | hasta
professor | profesör
child | çocuk/çocuğ
girl | kız
boy | oğlan
waitress | garson
guest | misafir ; konuk/konuğ
baker | fırıncı
grandmother | büyükanne
grandfather | dede ; büyükbaba
son | oğul/oğl
daughter | kız
brother | kardeş
sister | kardeş ; abla
wife | eş
husband | eş ; koca
neighbour | komşu
gardener | bahçıvan
shepherd | çoban
worker | işçi
forester | ormancı
fisherman | balıkçı
tourist | turist
pilot | pilot
passenger | yolcu
captain | kaptan
seller | satıcı
merchant | tüccar
surgeon | cerrah
pharmacist | eczacı
musician | müzisyen
dancer | dansçı
composer | besteci
painter | ressam
poet | şair
actress | oyuncu
coach | antrenör
runner | koşucu
swimmer | yüzücü
referee | hakem
lawyer | avukat
thief | hırsız
witness | tanık/tanığ
detective | dedektif
guard | bekçi
secretary | sekreter
engineer | mühendis
minister | bakan
president | başkan
journalist | gazeteci
writer | yazar
librarian | kütüphaneci
friend | arkadaş ; dost
woman | kadın
man | adam
dog | köpek/köpeğ
cat | kedi
horse | at
cow | inek/ineğ
sheep | koyun
goat | keçi
pig | domuz
hen | tavuk/tavuğ
duck | ördek/ördeğ
rabbit | tavşan
wolf | kurt/kurd
bear | ayı
fox | tilki
bird | kuş
fish | balık/balığ
snake | yılan
eagle | kartal
deer | geyik/geyiğ
mouse | fare
bread | ekmek/ekmeğ
soup | çorba
meat | et
cheese | peynir
rice | pirinç/pirinc
sugar | şeker
honey | bal
egg | yumurta
apple | elma
tomato | domates
onion | soğan
carrot | havuç/havuc
cake | pasta ; kek
salad | salata
dish | yemek/yemeğ
water | su/suy
milk | süt
tea | çay
coffee | kahve
wine | şarap/şarab
medicine | ilaç/ilac
knife | bıçak/bıçağ
spoon | kaşık/kaşığ
fork | çatal
plate | tabak/tabağ
pot | tencere
cup | fincan
bottle | şişe
table | masa
chair | sandalye
bed | yatak/yatağ
cupboard | dolap/dolab
bench | bank
door | kapı
window | pencere
box | kutu
suitcase | bavul ; valiz
lamp | lamba
key | anahtar
lock | kilit/kilid
candle | mum
mirror | ayna
gift | hediye ; armağan
bag | çanta
ticket | bilet
map | harita
passport | pasaport
coin | para
money | para
ring | yüzük/yüzüğ
picture | resim/resm
book | kitap/kitab
letter | mektup/mektub
newspaper | gazete
dictionary | sözlük/sözlüğ
poem | şiir
report | rapor
contract | sözleşme
alphabet_letter | harf^
word | kelime ; sözcük/sözcüğ
pen | kalem
computer | bilgisayar
phone | telefon
machine | makine
ball | top
medal | madalya
shirt | gömlek/gömleğ
coat | palto
hat | şapka
dress | elbise
shoe | ayakkabı
guitar | gitar
piano | piyano
violin | keman
flute | flüt
tree | ağaç/ağac
flower | çiçek/çiçeğ
rose | gül
mushroom | mantar
berry | böğürtlen
stone | taş
axe | balta
spade | kürek/küreğ
car | araba ; otomobil
bus | otobüs
train | tren
plane | uçak/uçağ
ship | gemi
bicycle | bisiklet
song | şarkı
melody | ezgi ; melodi
story | hikâye ; öykü
question | soru
answer | cevap/cevab ; yanıt
problem | sorun ; problem
plan | plan
rule | kural
law_n | yasa ; kanun
illness | hastalık/hastalığ
operation | ameliyat
journey | yolculuk/yolculuğ ; gezi
lesson | ders
exam | sınav
game | oyun
match | maç
race | yarış
trial | dava
crime | suç
proof | kanıt
secret | sır/sırr
meeting | toplantı
decision | karar
idea | fikir/fikr ; düşünce
price | fiyat
prize | ödül
film | film
concert | konser
kitchen | mutfak/mutfağ
restaurant | restoran ; lokanta
school | okul
library | kütüphane
university | üniversite
farm | çiftlik/çiftliğ
field | tarla
barn | ahır
village | köy
hospital | hastane
pharmacy | eczane
station | istasyon ; gar
airport | havaalanı°
harbour | liman
hotel | otel
town | şehir/şehr ; kent
market_l | pazar
shop | dükkân ; mağaza
bank | banka
theatre | tiyatro
museum | müze
stadium | stadyum
court | mahkeme
prison | hapishane ; cezaevi°
castle | kale ; şato
forest | orman
river | nehir/nehr ; ırmak/ırmağ
riverbank | kıyı
lake | göl
mountain | dağ
island | ada
office | ofis ; büro
factory | fabrika
ministry | bakanlık/bakanlığ
house | ev
garden | bahçe
room | oda
street | sokak/sokağ ; cadde
park | park
pool | havuz
church | kilise
"""

VERBS = """
eat | ye
drink_v | iç
cook | pişir
bake | pişir
cut | kes
order | sipariş et/ed
wash | yıka
fill | doldur
read | oku
write | yaz
explain | açıkla ; anlat
learn | öğren
ask | sor @dat
prepare | hazırla
treat | tedavi et/ed
examine | muayene et/ed
help | yardım et/ed @dat
visit | ziyaret et/ed
take | al
feed | besle
milk_v | sağ
plant | dik
fell | kes
catch | yakala
hunt | avla
watch | izle ; gözle
find | bul
collect | topla
lose | kaybet/kaybed
search | ara
buy | satın al
sell | sat
pay | para öde @dat
compare | karşılaştır
choose | seç
wear | giy
give | ver
show | göster
send | gönder ; yolla
bring | getir
tell | anlat
steal | çal
interrogate | sorgula
defend | savun
discuss | tartış
sign | imzala
criticise | eleştir
repair | onar ; tamir et/ed
use | kullan
open | aç
close | kapat
drive | kullan ; sür
wait | bekle
meet | karşıla
play_i | çal
perform | söyle
hear_t | dinle
paint | çiz
admire | beğen
win | kazan
throw | at
train_v | çalıştır
love | sev
see | gör
fear | kork @abl
sleep | uyu
work | çalış
sing | şarkı söyle
dance | dans et/ed
laugh | gül
cry | ağla
sit | otur
swim | yüz
run | koş
practise | antrenman yap ; çalış
go | git/gid
travel_v | seyahat et/ed
return | dön
come | gel
hurry | koş
say | söyle
know | bil
believe | inan @dat
hear | duy ; işit
forget | unut
hope | um
think | düşün
understand | anla
announce | duyur
"""

ADJECTIVES = """
new | yeni
old | eski
aged | yaşlı
big | büyük
small | küçük
young | genç
good | iyi
bad | kötü
fresh | taze
cold | soğuk
hot | sıcak
sweet | tatlı
clean | temiz
dirty | kirli
sick | hasta
healthy | sağlıklı
tired | yorgun
hungry | aç
clever | zeki ; akıllı
famous | ünlü
strong | güçlü
fast | hızlı
happy | mutlu
sad | üzgün
sad_n | hüzünlü
rich | zengin
poor | fakir ; yoksul
expensive | pahalı
cheap | ucuz
beautiful | güzel
important | önemli
difficult | zor ; güç
easy | kolay
heavy | ağır
light_a | hafif
dangerous | tehlikeli
long | uzun
short | kısa
interesting | ilginç
red | kırmızı
green | yeşil
black | siyah ; kara
white | beyaz
blue | mavi
evil | kötü
quiet | sessiz ; sakin
empty | boş
full | dolu
secret_a | gizli
brave | cesur
wild | vahşi ; yabani
"""

PHRASES = """
two | iki/NUM
three | üç/NUM
four | dört/NUM
five | beş/NUM
six | altı/NUM
ten | on/NUM
seven | yedi/NUM
eight | sekiz/NUM
twelve | on/NUM iki/NUM
twenty | yirmi/NUM
hundred | yüz/NUM
yesterday | dün
last_week | geçen/ADJ hafta/NOUN
recently | geçenlerde
last_year | geçen/ADJ yıl/NOUN ; geçen/ADJ sene/NOUN
last_month | geçen/ADJ ay/NOUN
now | şimdi
today | bugün
every_day | her/DET gün/NOUN
often | sık/ADV sık/ADV
always | hep ; her/DET zaman/NOUN
sometimes | bazen
every_week | her/DET hafta/NOUN
tomorrow | yarın
next_week | gelecek/ADJ hafta/NOUN
soon | yakında
next_year | gelecek/ADJ yıl/NOUN
morning | sabahleyin ; sabah/NOUN
evening | akşamleyin ; akşam/NOUN
night | geceleyin
monday | pazartesi/NOUN günü/NOUN
friday | cuma/NOUN günü/NOUN
sunday | pazar/NOUN günü/NOUN
summer | yazın
spring | ilkbaharda/NOUN
winter | kışın
again | yine ; tekrar
quickly | çabucak ; hızla
gladly | seve/ADV seve/ADV
slowly | yavaşça
carefully | dikkatle
calmly | sakince ; sessizce
secretly | gizlice
alone | yalnız
"""

NAMES = """
London | Londra
Moscow | Moskova
Vienna | Viyana
Istanbul | İstanbul
Rome | Roma
Munich | Münih
Prague | Prag
Izmir | İzmir
Warsaw | Varşova
Geneva | Cenevre
Lisbon | Lizbon
Venice | Venedik
Krakow | Krakov
"""

Turkish.lexicon = read_lexicon(NOUNS, read_stem) | read_lexicon(VERBS, read_stem) | read_lexicon(ADJECTIVES, str)
Turkish.phrases = read_lexicon(PHRASES, read_phrase)
Turkish.names = read_lexicon(NAMES, str)
