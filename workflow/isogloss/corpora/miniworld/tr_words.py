"""The Turkish words of the mini-world. `tr.py` explains how they are written."""

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
boy | oğlan ; erkek çocuk/çocuğ
waitress | garson
guest | misafir ; konuk/konuğ
baker | fırıncı
grandmother | büyükanne
grandfather | dede ; büyükbaba
son | oğul/oğl
daughter | kız ; kız evlat/evlad
brother | erkek kardeş ; kardeş
sister | kız kardeş ; abla
wife | eş
husband | koca ; eş
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
actress | oyuncu ; aktris
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
coin | madeni:ADJ para ; bozuk:ADJ para
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
airport | havaalanı/havaalan° ; havalimanı/havaliman°
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
prison | hapishane ; cezaevi/cezaev°
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
athlete | sporcu
soldier | asker
policewoman | polis
carpenter | marangoz
tailor | terzi
butcher | kasap/kasab
mechanic | tamirci
electrician | elektrikçi
postman | postacı
barber | berber
dentist | dişçi ; diş hekimi/hekim°
midwife | ebe
scientist | bilim insanı/insan°
historian | tarihçi
translator | çevirmen ; tercüman
architect | mimar
sailor | denizci
king | kral
queen | kraliçe
uncle | amca ; dayı
aunt | teyze ; hala
grandson | torun
baby | bebek/bebeğ
criminal | suçlu
mayor | belediye başkanı/başkan°
violinist | kemancı
pianist | piyanist
champion | şampiyon
goalkeeper | kaleci
spectator | seyirci ; izleyici
villager | köylü
traveller | gezgin
stewardess | hostes
cashier | kasiyer
person_h | kişi ; insan
sparrow | serçe
owl | baykuş
goose | kaz
donkey | eşek/eşeğ
lamb | kuzu
calf | buzağı
frog | kurbağa
bee | arı
spider | örümcek/örümceğ
turtle | kaplumbağa
squirrel | sincap/sincab
lion | aslan
elephant | fil
monkey | maymun
hedgehog | kirpi
animal_h | hayvan
pear | armut/armud
orange_f | portakal
lemon | limon
cherry | kiraz
banana | muz
potato | patates
cucumber | salatalık/salatalığ
cabbage | lahana
pasta | makarna
sausage | sosis
butter | tereyağı/tereyağ°
salt | tuz
flour | un
ice_cream | dondurma
chocolate | çikolata
nut | fındık/fındığ
pancake | krep
yoghurt | yoğurt/yoğurd
fruit | meyve
vegetable | sebze
juice | meyve suyu/su°
beer | bira
lemonade | limonata
clock | saat^
umbrella | şemsiye
blanket | battaniye
pillow | yastık/yastığ
towel | havlu
comb | tarak/tarağ
toy | oyuncak/oyuncağ
doll | bebek/bebeğ ; oyuncak bebek/bebeğ
rope | ip ; halat
basket | sepet
flag | bayrak/bayrağ
camera | fotoğraf makinesi/makine° ; kamera
wallet | cüzdan
stamp | pul
envelope | zarf
photograph | fotoğraf
statue | heykel
vase | vazo
pan | tava
bowl | kâse
glass | bardak/bardağ
bucket | kova
carpet | halı
sofa | kanepe
shelf | raf
hammer | çekiç/çekic
saw | testere
needle | iğne
brush | fırça
ladder | merdiven
tool_h | alet
sweater | kazak/kazağ
skirt | etek/eteğ
jacket | ceket
scarf | atkı
glove | eldiven
sock | çorap/çorab
boot | çizme ; bot
belt | kemer
drum | davul
trumpet | trompet
accordion | akordeon
instrument_h | çalgı ; enstrüman
truck | kamyon
boat | tekne
tram | tramvay
motorcycle | motosiklet
taxi | taksi
vehicle_h | araç/arac ; taşıt
television | televizyon
radio | radyo
refrigerator | buzdolabı/buzdolap°
printer | yazıcı
oak | meşe
tulip | lale
bush | çalı
plant_h | bitki
magazine | dergi
diary | günlük/günlüğ
novel | roman
textbook | ders kitabı/kitap°
message | mesaj ; ileti
list | liste
recipe | tarif ; yemek tarifi/tarif°
invitation | davetiye
joke | fıkra
fairy_tale | masal
project | proje
discovery | keşif/keşf ; buluş
mistake | hata ; yanlış
accident | kaza
theory | kuram ; teori
experiment | deney
dream | rüya ; düş
offer | teklif ; öneri
result | sonuç/sonuc
opera | opera
speech | konuşma
ballet | bale
tournament | turnuva
battle | savaş ; muharebe
building | bina ; yapı
bakery | fırın
cafe | kafe
post_office | postane
cinema | sinema
beach | plaj ; kumsal
desert | çöl
valley | vadi
bridge | köprü
square | meydan
tower | kule
palace | saray
embassy | büyükelçilik/büyükelçiliğ ; elçilik/elçiliğ
laboratory | laboratuvar
classroom | sınıf ; derslik/dersliğ
balcony | balkon
cellar | bodrum ; mahzen
bathroom | banyo
bedroom | yatak odası/oda°
gym | spor salonu/salon°
zoo | hayvanat bahçesi/bahçe°
sea | deniz
roof | çatı ; dam
corridor | koridor
playground | oyun alanı/alan° ; çocuk parkı/park°
workshop | atölye
cave | mağara
hill | tepe
meadow | çayır
temple | tapınak/tapınağ
monastery | manastır
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
treat | tedavi et/ed @acc
examine | muayene et/ed @acc
help | yardım et/ed @dat
visit | ziyaret et/ed @acc
take | al ; iç
feed | besle @acc
milk_v | sağ
plant | dik
fell | kes
catch | yakala
hunt | avla
watch | izle ; seyret/seyred
find | bul
collect | topla
lose | kaybet/kaybed
search | ara
buy | satın al
sell | sat
pay | para öde @dat
compare | karşılaştır @acc
choose | seç
wear | giy
give | ver
show | göster
send | gönder ; yolla
bring | getir
tell | anlat
steal | çal
interrogate | sorgula @acc
defend | savun @acc
discuss | tartış @acc
sign | imzala
criticise | eleştir @acc
repair | onar @acc ; tamir et/ed @acc
use | kullan
open | aç
close | kapat @acc
drive | kullan ; sür
wait | bekle
meet | buluş @ins ; karşılaş @ins
play_i | çal
perform | söyle ; seslendir
hear_t | dinle
paint | çiz
admire | beğen @acc
win | kazan
throw | at ; fırlat
train_v | çalıştır @acc
love | sev @acc
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
hurry | koştur
say | söyle
know | bil
believe | inan @dat
hear | duy ; işit
forget | unut
hope | um
think | düşün
understand | anla
announce | duyur ; ilan et/ed
break_v | kır
build | inşa et/ed ; yap
carry | taşı
clean_v | temizle @acc
count_v | say
describe | tarif et/ed @acc ; betimle @acc
destroy | yok:ADJ et/ed @acc ; tahrip et/ed @acc
hide | sakla ; gizle
hate | nefret et/ed @abl
praise | öv @acc
accept | kabul et/ed @acc
reject | reddet/redded @acc ; geri:ADV çevir @acc
hug | kucakla @acc
invite | davet et/ed @acc
lift | kaldır @acc
measure | ölç @acc
peel | soy
pull | çek @acc
push | it @acc
publish | yayımla ; yayınla
translate | çevir ; tercüme et/ed
solve | çöz @acc
taste | tadına bak @gen
touch | dokun @dat
protect | koru @acc
follow | takip et/ed @acc
greet | selamla @acc
rescue | kurtar @acc
punish | cezalandır @acc
photograph_v | fotoğrafını çek @gen
lend | ödünç:ADJ ver
offer_v | sun ; teklif et/ed
recommend | tavsiye et/ed ; öner
smile | gülümse
cough | öksür
jump | zıpla ; sıçra
fall | düş
rest | dinlen
shout | bağır
stand | ayakta dur
fly | uç
walk | yürü
flee | kaç
remember | hatırla ; anımsa
notice | fark et/ed
promise | söz ver @dat
report_s | bildir ; haber ver
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
slow | yavaş
weak | zayıf ; güçsüz
cowardly | korkak
loud | gürültülü
dry | kuru
wet | ıslak
warm | sıcacık ; sıcak
yellow | sarı
brown | kahverengi
polite | kibar ; nazik
rude | kaba
lazy | tembel
modern | modern ; çağdaş
boring | sıkıcı
strange | garip ; tuhaf
useful | yararlı ; faydalı
useless | yararsız ; faydasız
angry | kızgın ; öfkeli
proud | gururlu
curious | meraklı
honest | dürüst
broken | kırık
sharp | keskin
deep | derin
wide | geniş
narrow | dar
"""

# The word beside a certain noun or kind of noun: a bird does not "say a song", a window is kırık and a machine bozuk.
VERBS_WITH = """
sing animal | öt
catch fish | tut
wear hat | tak
wear belt | tak
wear glove | tak
wear scarf | tak
"""

ADJECTIVES_WITH = """
broken machine | bozuk
broken vehicle | bozuk
broken clock | bozuk
sharp needle | sivri
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
alone | tek/ADJ başına/NOUN ; yalnız/ADV başına/NOUN
nine | dokuz/NUM
thirty | otuz/NUM
all | bütün/DET ; tüm/DET
some | bazı/DET
tuesday | salı/NOUN günü/NOUN
saturday | cumartesi/NOUN günü/NOUN
autumn | sonbaharda/NOUN ; güzün
afternoon | öğleden/NOUN sonra/ADP
next_month | gelecek/ADJ ay/NOUN
loudly | yüksek/ADJ sesle/NOUN
suddenly | aniden ; birden
patiently | sabırla
politely | kibarca ; nazikçe
"""

NAMES = """
Ivan | İvan
Irina | İrina
Aydin | Aydın
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
Barcelona | Barselona
Milan | Milano
Athens | Atina
Budapest | Budapeşte
Kyiv | Kiev
Valencia | Valensiya
Beijing | Pekin
Cairo | Kahire
"""
