"""The concepts of the mini-world, in no language: what they are, which topics they belong to, what they go with.

    id | kind[.mark] | topics | agents=... objects=... tools=...

Nouns: a kind and perhaps `f`/`m` (the sex of a person) or `mass` (never plural, never counted). Verbs: `verb.` and a frame:
i (nobody else), t (an object), d (an object and a recipient), m (a destination), s (a "that" clause). `agents`, `objects` and
`tools` list kinds or concepts. Adjectives: `objects` are the nouns that they fit
(`-girl`: but not this one); `adj.state` passes with time (one is tired today, but not tall). Times: the tenses that they fit, as
"topics"; `time.frequency` (often) does not go with a negation, whose scope languages see differently.
The order of the lines is the Zipf rank of a concept in each of its topics. A new concept is a row here and one in each language.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of the inventory, or one name (then `split` says in which split it may occur)."""

    id: str
    kind: str
    topics: tuple[str, ...] = ()
    sex: str = ""  # f or m, for persons
    mass: bool = False
    frame: str = ""
    agents: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    split: str = ""

    @property
    def noun(self) -> bool:
        return self.kind not in ("verb", "adj", "time", "manner", "number")

    @property
    def animate(self) -> bool:
        return self.kind in ("person", "animal", "name.person")

    def fits(self, noun: "Concept") -> bool:
        """May this adjective describe the noun?"""
        return (noun.kind in self.objects or noun.id in self.objects) and f"-{noun.id}" not in self.objects


TOPICS = ("home", "kitchen", "school", "travel", "market", "office", "hospital", "nature", "law", "music", "sport", "farm")

# Persons of whom one may say "my": his sister, but not "his referee".
RELATIVES = frozenset("mother father grandmother grandfather son daughter brother sister wife husband friend neighbour child".split())

INVENTORY = """
teacher|person.f|school|
pupil|person.m|school|
doctor|person.m|hospital|
nurse|person.f|hospital|
cook_p|person.m|kitchen|
farmer|person.m|farm,market|
driver|person.m|travel|
customer|person.m|market|
singer|person.f|music|
player|person.m|sport|
hunter|person.m|nature|
director|person.m|office|
mother|person.f|home,kitchen|
judge|person.m|law|
father|person.m|home|
patient|person.m|hospital|
professor|person.m|school|
child|person.m|home,school,hospital|
girl|person.f|school,home,sport|
boy|person.m|school,home,sport|
waitress|person.f|kitchen|
guest|person.m|kitchen,home,travel|
baker|person.m|kitchen,market|
grandmother|person.f|home,kitchen|
grandfather|person.m|home,farm|
son|person.m|home|
daughter|person.f|home|
brother|person.m|home,sport|
sister|person.f|home,school|
wife|person.f|home|
husband|person.m|home|
neighbour|person.f|home,law|
gardener|person.m|home,nature|
shepherd|person.m|farm,nature|
worker|person.m|farm,office|
forester|person.m|nature|
fisherman|person.m|nature,market|
tourist|person.f|travel,nature|
pilot|person.m|travel|
passenger|person.m|travel|
captain|person.m|travel,sport|
seller|person.f|market|
merchant|person.m|market|
surgeon|person.m|hospital|
pharmacist|person.m|hospital,market|
musician|person.m|music|
dancer|person.f|music|
composer|person.m|music|
painter|person.m|music|
poet|person.m|music,school|
actress|person.f|music|
coach|person.m|sport|
runner|person.f|sport|
swimmer|person.f|sport|
referee|person.m|sport|
lawyer|person.m|law|
thief|person.m|law|
witness|person.f|law|
detective|person.m|law|
guard|person.m|law,office|
secretary|person.f|office|
engineer|person.m|office|
minister|person.m|office,law|
president|person.m|office|
journalist|person.f|office,law|
writer|person.m|school,music|
librarian|person.m|school|
friend|person.m|school,home,travel,music,sport,kitchen|
woman|person.f|market,travel,hospital,law,kitchen|
man|person.m|market,travel,hospital,law,office|
dog|animal|home,farm,nature|
cat|animal|home,farm|
horse|animal|farm,sport,travel|
cow|animal|farm|
sheep|animal|farm|
goat|animal|farm|
pig|animal|farm|
hen|animal|farm|
duck|animal|farm,nature|
rabbit|animal|farm,nature|
wolf|animal|nature|
bear|animal|nature|
fox|animal|nature,farm|
bird|animal|nature,home|
fish|animal|nature,market|
snake|animal|nature|
eagle|animal|nature|
deer|animal|nature|
mouse|animal|home,farm|
bread|food.mass|kitchen,market,home|
soup|food|kitchen,home,hospital|
meat|food.mass|kitchen,market|
cheese|food.mass|kitchen,market,farm|
rice|food.mass|kitchen|
sugar|food.mass|kitchen,market|
honey|food.mass|farm,kitchen|
egg|food|kitchen,farm,market|
apple|food|market,farm,kitchen,home|
tomato|food|market,kitchen|
onion|food|kitchen,market|
carrot|food|kitchen,market,farm|
cake|food|kitchen,home|
salad|food|kitchen|
dish|food|kitchen|
water|drink.mass|kitchen,hospital,home,sport|
milk|drink.mass|kitchen,farm,home,market|
tea|drink.mass|kitchen,home,office|
coffee|drink.mass|kitchen,office,travel|
wine|drink.mass|kitchen,market|
medicine|drug|hospital|
knife|tool|kitchen,law|
spoon|tool|kitchen|
fork|tool|kitchen|
plate|vessel|kitchen,home|
pot|vessel|kitchen|
cup|vessel|kitchen,home,office|
bottle|vessel|kitchen,market,hospital|
table|furniture|home,school,office|
chair|furniture|home,school,office|
bed|furniture|home,hospital|
cupboard|furniture|home,office|
bench|furniture|nature,sport|
door|opening|home,law,office|
window|opening|home,school,travel|
box|opening|market,home|
suitcase|opening|travel|
lamp|thing|home,office|
key|tool|home,law,travel|
lock|thing|law,home|
candle|thing|home,market|
mirror|thing|home,market|
gift|thing|home,market|
bag|thing|travel,school,market|
ticket|thing|travel,music,sport|
map|readable|travel,school|
passport|thing|travel,law|
coin|thing|market,law|
money|thing.mass|market,law,office|
ring|thing|market,law|
picture|artwork|music,home|
book|readable|school,home,law|
letter|readable|office,home,law|
newspaper|readable|office,home,travel|
dictionary|readable|school|
poem|readable|school,music|
report|readable|office,law,hospital|
contract|readable|office,law|
alphabet_letter|text|school|
word|text|school|
pen|tool|school,office|
computer|machine|office,school|
phone|machine|office,home|
machine|machine|office,farm|
ball|ball|sport,home|
medal|thing|sport|
shirt|clothing|market,home,sport|
coat|clothing|market,home|
hat|clothing|market,travel|
dress|clothing|market,music|
shoe|clothing|market,sport|
guitar|instrument|music|
piano|instrument|music|
violin|instrument|music|
flute|instrument|music|
tree|plant|nature,farm,home|
flower|plant|nature,home,market|
rose|plant|home,market|
mushroom|food|nature,kitchen|
berry|food|nature,market|
stone|thing|nature,farm|
axe|tool|farm,nature|
spade|tool|farm,home|
car|vehicle|travel,home,office|
bus|vehicle|travel,school|
train|vehicle|travel|
plane|vehicle|travel|
ship|vehicle|travel|
bicycle|vehicle|travel,sport,school|
song|performance|music|
melody|performance|music|
story|text|school,home,music|
question|text|school,law,office|
answer|text|school,law|
problem|issue|office,school,law|
plan|issue|office,travel|
rule|issue|sport,school,law|
law_n|issue|law,office|
illness|issue|hospital|
operation|issue|hospital|
journey|issue|travel|
lesson|issue|school|
exam|issue|school|
game|contest|sport,school|
match|contest|sport|
race|contest|sport|
trial|contest|law|
crime|issue|law|
proof|issue|law|
secret|issue|law,home|
meeting|issue|office|
decision|issue|office,law|
idea|issue|office,school,music|
price|issue|market|
prize|issue|sport,music|
film|performance|music,home|
concert|performance|music|
kitchen|place|kitchen,home|
restaurant|place|kitchen,travel|
school|place|school|
library|place|school|
university|place|school|
farm|place|farm|
field|place|farm,nature|
barn|place|farm|
village|place|farm,nature,travel|
hospital|place|hospital|
pharmacy|place|hospital,market|
station|place|travel|
airport|place|travel|
harbour|place|travel,market|
hotel|place|travel|
town|place|travel,market,office|
market_l|place|market|
shop|place|market|
bank|place|market,office,law|
theatre|place|music|
museum|place|music,travel|
stadium|place|sport|
court|place|law|
prison|place|law|
castle|place|travel,law|
forest|place|nature|
river|place|nature,farm|
riverbank|place|nature|
lake|place|nature,sport|
mountain|place|nature,travel|
island|place|travel,nature|
office|place|office|
factory|place|office|
ministry|place|office|
house|place|home,law|
garden|place|home,farm|
room|place|home,hospital,travel|
street|place|law,market,home|
park|place|home,sport,nature|
pool|place|sport|
church|place|music,travel|
eat|verb.t|kitchen,home,hospital|agents=person,animal objects=food tools=spoon,fork
drink_v|verb.t|kitchen,home,office|agents=person,animal objects=drink
cook|verb.t|kitchen,home|agents=person objects=soup,meat,rice,dish,egg
bake|verb.t|kitchen,home|agents=person objects=bread,cake
cut|verb.t|kitchen|agents=person objects=bread,meat,cheese,cake,onion,carrot,tomato tools=knife
order|verb.t|kitchen,travel|agents=person objects=food,drink
wash|verb.t|kitchen,home,travel|agents=person objects=vessel,clothing,vehicle,window
fill|verb.t|kitchen,hospital|agents=person objects=vessel
read|verb.t|school,office,home,law,travel|agents=person objects=readable
write|verb.t|school,office,music,law|agents=person objects=letter,poem,report,book,story,song,word,answer,contract,alphabet_letter tools=pen
explain|verb.d|school,office,law,hospital,sport|agents=person objects=rule,problem,lesson,word,plan,law_n,idea,story,illness,operation,decision
learn|verb.t|school,music|agents=person objects=word,poem,rule,song,alphabet_letter,lesson
ask|verb.t|school,law,hospital,office|agents=person objects=teacher,professor,doctor,witness,director,driver,librarian,lawyer,coach
prepare|verb.t|school,office,hospital,travel,music,law|agents=person objects=exam,lesson,report,meeting,plan,journey,operation,dish,concert,trial
treat|verb.t|hospital|agents=doctor,nurse,surgeon,professor objects=person,illness
examine|verb.t|hospital,sport|agents=doctor,nurse,surgeon objects=patient,child,woman,man,player
help|verb.t|hospital,home,school,farm,travel,law|agents=person objects=person
visit|verb.t|hospital,home,travel,school|agents=person objects=person,museum,castle,hospital,town
take|verb.t|hospital|agents=patient,child,woman,man,mother,father objects=medicine
feed|verb.t|farm,home,nature|agents=person objects=animal
milk_v|verb.t|farm|agents=farmer,worker,grandfather,grandmother,shepherd objects=cow,goat,sheep
plant|verb.t|farm,home,nature|agents=person objects=plant tools=spade
fell|verb.t|farm,nature|agents=farmer,worker,forester,gardener,father,grandfather objects=tree tools=axe
catch|verb.t|nature,law,farm|agents=hunter,fisherman,detective,cat,fox,wolf,eagle,dog,bear objects=animal,thief
hunt|verb.t|nature|agents=hunter,wolf,fox,eagle,snake objects=wolf,deer,fox,rabbit,duck,bird,mouse
watch|verb.t|nature,law,sport,music,home|agents=person,animal objects=animal,person,contest
find|verb.t|nature,law,home,travel,office|agents=person objects=thing,tool,readable,mushroom,berry,animal,proof,answer,secret
collect|verb.t|nature,farm,law,market|agents=person objects=mushroom,berry,flower,stone,apple,coin,picture,proof
lose|verb.t|travel,home,market,school|agents=person objects=thing,tool,readable
search|verb.t|travel,law,home|agents=person objects=tool,passport,ticket,bag,ring,proof,money,thief,suitcase
buy|verb.t|market,travel,home,kitchen,music,office|agents=person,org objects=food,drink,thing,clothing,vehicle,furniture,instrument,machine,artwork,readable,plant,ball
sell|verb.d|market,farm,hospital|agents=seller,merchant,farmer,fisherman,baker,pharmacist,man,woman objects=food,drink,thing,clothing,furniture,instrument,vehicle,artwork,plant,medicine,animal
pay|verb.t|market,office,kitchen,travel|agents=person,org objects=worker,waitress,driver,lawyer,seller,musician,gardener
compare|verb.t|market,school,law,office|agents=person objects=price,shoe,picture,answer,proof,plan
choose|verb.t|market,music,kitchen,home|agents=person objects=gift,dress,coat,shirt,hat,shoe,ring,book,song,dish,film
wear|verb.t|market,home,sport,music|agents=person objects=clothing
give|verb.d|home,school,hospital,market,kitchen,sport|agents=person objects=thing,tool,readable,food,drink,medicine,plant,ball,answer,prize
show|verb.d|home,travel,law,office,school,music|agents=person objects=picture,map,passport,readable,ring,animal,room,film,proof,ticket
send|verb.d|office,home,law,market|agents=person,org objects=letter,report,contract,gift,money,book,answer,flower
bring|verb.d|kitchen,home,hospital,office|agents=person objects=food,drink,vessel,medicine,newspaper,letter,gift,chair,wine,coffee
tell|verb.d|school,home,law,office|agents=person objects=story,secret,idea,plan
steal|verb.t|law,market,farm|agents=thief,man,woman,fox objects=ring,money,picture,vehicle,bag,hen,coin,letter,passport
interrogate|verb.t|law,office|agents=judge,lawyer,detective,journalist objects=witness,thief,neighbour,guard,minister,man,woman
defend|verb.t|law,office,sport|agents=lawyer,minister,president,director,player objects=thief,man,woman,decision,plan,law_n,player
discuss|verb.t|office,law,school,hospital,sport|agents=person objects=issue
sign|verb.t|office,law|agents=director,president,minister,merchant,lawyer,customer,engineer,secretary,judge objects=contract,letter,report,law_n,decision tools=pen
criticise|verb.t|office,law,sport,music|agents=person,org objects=minister,president,decision,plan,law_n,director,film,coach,referee
repair|verb.t|office,home,travel,farm|agents=engineer,worker,father,driver,man,pilot objects=machine,vehicle,lock,lamp,door,furniture
use|verb.t|office,kitchen,school,farm|agents=person,org objects=machine,tool
open|verb.t|home,travel,office,law,market|agents=person objects=door,box,suitcase tools=key
close|verb.t|home,travel,office,law|agents=person objects=opening
drive|verb.t|travel,office,home|agents=driver,farmer,father,woman,man,tourist objects=car,bus
wait|verb.t|travel,hospital,home,office|agents=person objects=train,bus,plane,ship,guest,doctor,passenger,friend,customer,answer,decision
meet|verb.t|travel,office,home,school,music|agents=person objects=person
play_i|verb.t|music|agents=person objects=instrument
perform|verb.t|music|agents=singer,musician,actress,dancer,child objects=song,melody
hear_t|verb.t|music,home,school|agents=person objects=performance,story,singer,professor,poet
paint|verb.t|music,home,school|agents=painter,child,girl,boy,friend objects=picture,tree,house,lake,woman,flower,horse
admire|verb.t|music,sport,travel|agents=person objects=artwork,performance,actress,singer,dancer,poet,player,castle,mountain
win|verb.t|sport,law|agents=player,swimmer,runner,coach,lawyer,captain,girl,boy objects=contest,prize,medal
throw|verb.t|sport,nature|agents=player,coach,boy,girl,captain,child objects=ball,stone
train_v|verb.t|sport|agents=coach,captain objects=player,swimmer,runner,girl,boy,horse
love|verb.t|home,music,sport,farm|agents=person objects=person,animal,game,performance,food
see|verb.t|nature,travel,law,farm|agents=person,animal objects=person,animal,vehicle,castle,mountain,river,thing
fear|verb.t|nature,hospital,law,farm,school|agents=person,animal objects=wolf,bear,snake,dog,illness,operation,judge,exam,thief
sleep|verb.i|home,hospital,farm,travel|agents=person,animal
work|verb.i|office,farm,hospital,kitchen,market|agents=person
sing|verb.i|music,nature,school|agents=person,bird
dance|verb.i|music|agents=person
laugh|verb.i|music,kitchen,school,home|agents=person
cry|verb.i|home,hospital,law|agents=person
sit|verb.i|home,office,law,nature|agents=person,cat,dog,bird
swim|verb.i|sport,nature|agents=person,fish,duck
run|verb.i|sport,nature,farm|agents=person,horse,dog,deer,rabbit
practise|verb.i|sport,music|agents=player,runner,swimmer,dancer,musician,captain
go|verb.m|travel,school,market,music,sport,office,farm,nature,hospital,home,law|agents=person,animal
travel_v|verb.m|travel,music,office|agents=person
return|verb.m|home,travel,school,nature,office,hospital|agents=person,animal
come|verb.m|hospital,market,school,law,farm,kitchen,sport|agents=person,animal
hurry|verb.m|travel,hospital,school,office,law|agents=person
say|verb.s|office,law,school,hospital,home,kitchen,travel,farm|agents=person
know|verb.s|law,school,office,home,sport,market|agents=person
believe|verb.s|law,sport,hospital,home,farm|agents=person
hear|verb.s|home,office,music,market,nature|agents=person
forget|verb.s|school,travel,kitchen,home|agents=person
hope|verb.s|hospital,sport,travel,music|agents=person
think|verb.s|school,music,office,nature,market|agents=person
understand|verb.s|school,law,hospital,sport|agents=person
announce|verb.s|office,sport,law,travel|agents=minister,president,director,coach,captain,journalist,org
new|adj|office,market,school,home,travel,law,music|objects=thing,tool,readable,furniture,clothing,vehicle,machine,place,issue,instrument,vessel,opening,performance,artwork,ball
old|adj|home,farm,travel,law,nature,music|objects=thing,readable,furniture,vehicle,place,opening,artwork,instrument,machine,clothing
aged|adj|farm,nature,home,law|objects=person,animal,tree,-girl,-boy,-child,-son,-daughter,-pupil
big|adj|nature,farm,travel,home,market,office|objects=animal,thing,place,furniture,vehicle,vessel,opening,plant,food,issue,machine,contest
small|adj|home,school,nature,market,farm|objects=animal,thing,place,furniture,vehicle,vessel,opening,plant,tool,issue,food
young|adj|school,sport,music,hospital,farm,office|objects=person,animal,-grandmother,-grandfather,-child,-girl,-boy
good|adj|kitchen,sport,music,office,home|objects=person,food,readable,performance,issue,instrument,drink
bad|adj|sport,law,travel,kitchen|objects=readable,performance,issue,food
fresh|adj.state|kitchen,market,farm|objects=food
cold|adj.state|kitchen,hospital,nature,home|objects=drink,food,place
hot|adj.state|kitchen,home,office|objects=drink,food
sweet|adj|kitchen,market,farm|objects=food,drink
clean|adj.state|hospital,kitchen,home|objects=vessel,clothing,place,opening
dirty|adj.state|home,farm,kitchen,law|objects=vessel,clothing,vehicle,tool,animal
sick|adj.state|hospital,farm,school|objects=person,animal
healthy|adj.state|hospital,farm,sport|objects=person,animal
tired|adj.state|travel,sport,hospital,farm,office|objects=person,animal
hungry|adj.state|kitchen,nature,farm,home|objects=person,animal
clever|adj|school,law,office,nature|objects=person,fox
famous|adj|music,sport,office,travel|objects=person,performance,artwork,place
strong|adj|sport,farm,nature|objects=person,animal
fast|adj|sport,travel,farm|objects=runner,swimmer,player,vehicle,horse
happy|adj.state|home,school,music,sport|objects=person
sad|adj.state|home,hospital,music,law|objects=person
sad_n|adj|music,school|objects=performance,story,poem
rich|adj|market,office,law,travel|objects=person
poor|adj|farm,market,law|objects=person
expensive|adj|market,music,travel,kitchen|objects=clothing,thing,vehicle,instrument,food,artwork,furniture
cheap|adj|market,travel,school|objects=clothing,thing,vehicle,food,furniture
beautiful|adj|music,nature,home,travel|objects=plant,place,artwork,performance,clothing,woman,actress,animal
important|adj|office,law,school,hospital|objects=issue,readable,text
difficult|adj|school,office,hospital,law,sport|objects=issue,text,contest
easy|adj|school,office,sport|objects=issue,text,contest
heavy|adj|travel,farm,home|objects=furniture,suitcase,bag,stone,box,machine,tool
light_a|adj|travel,sport,home|objects=suitcase,bag,bicycle,coat,shoe,chair
dangerous|adj|nature,law,hospital,sport|objects=wolf,bear,snake,illness,operation,thief,journey,contest,plan
long|adj|travel,school,office,law|objects=readable,-map,-newspaper,text,issue,contest,river,dress
short|adj|school,office,music,travel|objects=readable,-map,-newspaper,text,lesson,journey,meeting,film
interesting|adj|school,music,travel,office|objects=readable,text,performance,idea,place
red|adj|market,home,nature,sport|objects=clothing,vehicle,flower,rose,apple,bag,ball,pen
green|adj|nature,market,home|objects=clothing,tree,apple,furniture,bottle,field
black|adj|home,market,law,farm|objects=clothing,dog,cat,horse,vehicle,bag,bird
white|adj|home,hospital,farm|objects=clothing,dog,cat,horse,flower,house,plate,hen
blue|adj|market,sport,travel|objects=clothing,vehicle,bag,pen,cup,lake
evil|adj|law|objects=thief,wolf,snake
quiet|adj.state|nature,home,school|objects=place,child,girl,boy
empty|adj.state|kitchen,travel,market,law|objects=vessel,opening,place,bag,bus,train
full|adj.state|kitchen,travel,market|objects=vessel,bag,bus,train,box
secret_a|adj|law,office|objects=meeting,plan,contract,report,letter,decision
brave|adj|nature,law,sport,hospital|objects=person
wild|adj|nature,farm|objects=animal,plant
two|number||
three|number||
four|number||
five|number||
six|number||
ten|number||
seven|number||
eight|number||
twelve|number||
twenty|number||
hundred|number||
yesterday|time|past|
last_week|time|past|
recently|time|past|
last_year|time|past|
last_month|time|past|
now|time|present|
today|time|present,past,future|
every_day|time|present|
often|time.frequency|present|
always|time.frequency|present|
sometimes|time.frequency|present|
every_week|time|present|
tomorrow|time|future|
next_week|time|future|
soon|time|future|
next_year|time|future|
morning|time|past,future,present|
evening|time|past,future,present|
night|time|past,present|
monday|time|past,future|
friday|time|past,future|
sunday|time|past,future|
summer|time|past,future,present|
spring|time|past,future,present|
winter|time|past,future,present|
again|manner||
quickly|manner||
gladly|manner||
slowly|manner||
carefully|manner||
calmly|manner||
secretly|manner||
alone|manner||
"""  # noqa: E501

NAME_TABLE = """
Anna|name.person.f|train
Peter|name.person.m|train
Maria|name.person.f|train
Martin|name.person.m|train
Elena|name.person.f|train
Viktor|name.person.m|train
Sofia|name.person.f|train
Anton|name.person.m|train
Olga|name.person.f|train
Robert|name.person.m|train
Julia|name.person.f|train
Adam|name.person.m|train
Emma|name.person.f|train
Karl|name.person.m|train
Vera|name.person.f|train
Mehmet|name.person.m|train
Clara|name.person.f|train
Ivan|name.person.m|train
Irina|name.person.f|train
Daniel|name.person.m|train
Selma|name.person.f|train
Roman|name.person.m|train
Diana|name.person.f|train
Osman|name.person.m|train
Nina|name.person.f|dev
Oskar|name.person.m|dev
Marta|name.person.f|dev
Albert|name.person.m|dev
Amina|name.person.f|dev
Kemal|name.person.m|dev
Eva|name.person.f|dev
Simon|name.person.m|dev
Laura|name.person.f|test
Bernard|name.person.m|test
Tamara|name.person.f|test
Hakan|name.person.m|test
Lena|name.person.f|test
Herbert|name.person.m|test
Alina|name.person.f|test
Gustav|name.person.m|test
Berlin|name.city|train
London|name.city|train
Moscow|name.city|train
Ankara|name.city|train
Paris|name.city|train
Vienna|name.city|train
Istanbul|name.city|train
Rome|name.city|train
Munich|name.city|train
Prague|name.city|train
Kazan|name.city|train
Izmir|name.city|train
Madrid|name.city|train
Warsaw|name.city|train
Samara|name.city|train
Hamburg|name.city|train
Dublin|name.city|dev
Bursa|name.city|dev
Geneva|name.city|dev
Tver|name.city|dev
Lisbon|name.city|dev
Dresden|name.city|test
Konya|name.city|test
Venice|name.city|test
Krakow|name.city|test
Riga|name.city|test
Orion|name.org|train
Delta|name.org|train
Atlas|name.org|train
Nordbank|name.org|train
Eurotex|name.org|train
Sputnik|name.org|train
Merkur|name.org|dev
Astra|name.org|dev
Titan|name.org|test
Omega|name.org|test
"""


def read_concept(row: str) -> Concept:
    """One line of INVENTORY."""
    name, kind, topics, details = row.split("|")
    kind, _, mark = kind.partition(".")
    lists = {key: tuple(value.split(",")) for key, value in (detail.split("=") for detail in details.split())}
    return Concept(
        id=name,
        kind=kind,
        topics=tuple(topics.split(",")) if topics else (),
        sex=mark if kind == "person" else "",
        mass=mark == "mass",
        frame=mark if kind in ("verb", "adj", "time") else "",
        **lists,
    )


def read_name(row: str) -> Concept:
    """One line of NAME_TABLE: `id|name.kind[.sex]|split`."""
    name, kind, split = row.split("|")
    kinds = kind.split(".")
    return Concept(id=name, kind=".".join(kinds[:2]), sex="".join(kinds[2:]), split=split)


CONCEPTS = {concept.id: concept for concept in map(read_concept, INVENTORY.strip().splitlines())}
NAMES = {name.id: name for name in map(read_name, NAME_TABLE.strip().splitlines())}
