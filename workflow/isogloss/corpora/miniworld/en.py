"""English: articles, do-support, prepositions, subject - verb - object.

Nouns: `singular[,plural]`, places after their preposition, `_` between two words (ice_cream). Verbs: `base[,past] [@preposition]`;
where the past is absent it is regular. Phrases: `word/TAG`, a bare word is an adverb.
"""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

PRONOUNS = {"f": ("she", "her", "her"), "m": ("he", "him", "his"), "": ("they", "them", "their")}  # subject, object, possessive
LINK_TAGS = {"and": "CCONJ", "but": "CCONJ", "because": "SCONJ"}
BEFORE_VERB = frozenset("often always sometimes suddenly gladly secretly".split())  # other times and manners close the clause
DOUBLE_OBJECT = frozenset("give show send bring tell lend offer_v sell".split())  # "give her the book", but not "explain her the book"


class Noun(NamedTuple):
    preposition: str  # of a place: at school
    singular: tuple[str, ...]
    plural: tuple[str, ...]

    @property
    def headword(self) -> str:
        return " ".join(self.singular)


class Verb(NamedTuple):
    base: str
    past: str
    third: str  # person singular present
    preposition: str  # of the object: wait for

    @property
    def headword(self) -> str:
        return self.base


class Parts(NamedTuple):
    """A clause in its plain order."""

    subject: Tokens
    auxiliary: Tokens  # with the negation
    core: Tokens
    place: Tokens  # empty where the place is the predicate
    time: Tokens
    content: Tokens

    @property
    def predicate(self) -> Tokens:
        """What follows the auxiliary."""
        return [*self.core, *self.place, *self.time, *self.content]


def plural_of(noun: str) -> str:
    """Regular plural."""
    if noun.endswith(("s", "sh", "ch", "x")):
        return noun + "es"
    return noun[:-1] + "ies" if noun[-1] == "y" and noun[-2] not in "aeiou" else noun + "s"


def past_of(verb: str) -> str:
    """Regular past; verbs that double their final consonant (hug, hugged) have it in their row."""
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "ed"


def third_person(verb: str) -> str:
    """Third person singular: goes, watches, cries."""
    return "goes" if verb == "go" else plural_of(verb)


def read_noun(text: str) -> Noun:
    preposition, _, forms = text.rpartition(" ")
    singular, _, plural = forms.partition(",")
    return Noun(preposition, tuple(singular.split("_")), tuple((plural or plural_of(singular)).split("_")))


def read_verb(text: str) -> Verb:
    forms, _, preposition = text.partition(" @")
    base, _, past = forms.partition(",")
    return Verb(base, past or past_of(base), third_person(base), preposition)


@cache
def article(word: str) -> str:
    """By sound: an umbrella, a useful tool, an honest man."""
    if word.startswith(("hour", "honest")):
        return "an"
    return "an" if word[0] in "aeiou" and not word.startswith(("uni", "use", "eu")) else "a"


class English(Grammar):
    code, iso3 = "en", "eng"
    names = {"Sevilla": "Seville"}  # the others are written as their ids are

    def clause(self, event: Event) -> Tokens:
        """Subject first, or before it a time or a place: yesterday the girl danced; in the park, the girl danced."""
        parts = self.parts(event)
        front: Tokens = []
        if parts.time and self.reorders(0.25):
            front, parts = parts.time, parts._replace(time=[])
        elif parts.place and self.reorders(0.15):
            comma = [] if event.frame == "exists" else [COMMA]
            front, parts = parts.place + comma, parts._replace(place=[])
        return [*front, *parts.subject, *parts.auxiliary, *parts.predicate]

    def subordinate(self, event: Event) -> Tokens:
        """The plain order."""
        parts = self.parts(event)
        return [*parts.subject, *parts.auxiliary, *parts.predicate]

    def question(self, event: Event) -> Tokens:
        """Did the teacher read the book?"""
        parts = self.parts(event, inverted=True)
        return [*parts.auxiliary, *parts.subject, *parts.predicate]

    def asks(self, event: Event, role: str) -> Tokens:
        """Who read the book? What did the teacher look for? Where will the tourists travel to?"""
        if role == "time":
            return [Token("when", "ADV", (f"{event.id}.time",)), *self.question(replace(event, time=None))]
        if role == "agent":
            agent = event.agents[0]
            parts = self.parts(replace(event, agents=[Thing(agent.id, agent.concept)]))  # "who" is singular
            who = "what" if agent.concept.kind == "animal" else "who"
            return [Token(who, "PRON", (agent.id,)), *parts.auxiliary, *parts.predicate]
        thing = getattr(event, role)
        return [*self.question_words(thing, role), *self.question(replace(event, **{role: None}))]

    def question_words(self, thing: Thing, role: str) -> Tokens:
        if role in ("place", "destination"):
            return [Token("where", "ADV", (thing.id,))]
        if role == "recipient":
            return [Token("to", "ADP", (f"{thing.id}.role",)), Token("whom", "PRON", (thing.id,))]
        return [Token("whom" if thing.concept.kind in ("person", "name.person") else "what", "PRON", (thing.id,))]

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        """Only after a comma may the second clause leave the plain order: "... on the roof and in Kyiv, a man ..." would mislead."""
        word = Token(link, LINK_TAGS[link], ("link",))
        return [*tokens, COMMA, word, *self.clause(event)] if link == "but" else [*tokens, word, *self.subordinate(event)]

    def parts(self, event: Event, inverted: bool = False) -> Parts:
        """A question only swaps subject and auxiliary; `inverted`: there must be one."""
        subject = self.coordinated(event.agents, self.subject, "and")
        time, manner, before = self.phrase(event.time, f"{event.id}.time"), self.phrase(event.manner, f"{event.id}.manner"), []
        if event.time in BEFORE_VERB:
            before, time = time, []
        if event.manner in BEFORE_VERB:
            before, manner = before + manner, []
        if event.frame in ("is", "at", "exists"):
            return self.copular(event, subject, before, time)
        verb = self.word(event.concept.id)
        auxiliary, main = self.verb_group(event, verb, inverted)
        core = [*before, main, *self.complements(event, verb.preposition), *manner, *self.circumstances(event)]
        place = self.located(event.place) if event.place else []
        content: Tokens = []
        if event.content:
            content = [Token("that", "SCONJ", (f"{event.id}.that",)), *self.subordinate(event.content)]
        return Parts(subject, auxiliary, core, place, time, content)

    def copular(self, event: Event, subject: Tokens, before: Tokens, time: Tokens) -> Parts:
        """Something is ADJECTIVE, is somewhere, or exists."""
        be = f"{event.id}.be"
        finite = {"past": "were" if event.plural else "was", "present": "are" if event.plural else "is", "future": "will"}[event.tense]
        tag = "VERB" if event.frame == "exists" else "AUX"
        auxiliary = [Token(finite, "AUX" if event.tense == "future" else tag, (f"{event.id}.tense" if finite == "will" else be,))]
        infinitive = [Token("be", tag, (be,))] if event.tense == "future" else []
        place = self.located(event.place) if event.place else []
        if event.frame == "exists":
            none = f"{event.id}.neg" if event.negated else ""
            core = [*before, *infinitive, *self.noun_phrase(event.object, none=none)]
            return Parts([Token("there", "PRON")], auxiliary, core, place, time, [])
        if event.negated:
            auxiliary.append(Token("not", "PART", (f"{event.id}.neg",)))
        predicate = [Token(self.word(event.concept.id), "ADJ", (event.id,))] if event.frame == "is" else place
        return Parts(subject, auxiliary, [*before, *infinitive, *predicate], [], time, [])

    def verb_group(self, event: Event, verb: Verb, inverted: bool) -> tuple[Tokens, Token]:
        """Auxiliary with negation, and the main verb; a plain verb carries the tense itself."""
        tense = f"{event.id}.tense"
        if event.tense == "future" or event.negated or inverted:
            do = {"past": "did", "present": "do" if event.plural else "does", "future": "will"}[event.tense]
            negation = [Token("not", "PART", (f"{event.id}.neg",))] if event.negated else []
            return [Token(do, "AUX", (tense,)), *negation], Token(verb.base, "VERB", (event.id,))
        form = verb.past if event.tense == "past" else verb.base if event.plural else verb.third
        return [], Token(form, "VERB", (event.id, tense))

    def complements(self, event: Event, preposition: str) -> Tokens:
        """give the child a book / give a book to the child; look for a book; go to the school. A preposition stays where it is asked for."""
        tokens: Tokens = [Token(preposition, "ADP")] if preposition else []
        if event.object:
            tokens += self.noun_phrase(event.object)
        if event.recipient:
            double = event.concept.id in DOUBLE_OBJECT and self.reorders(0.4)
            tokens = self.noun_phrase(event.recipient) + tokens if double else tokens + self.marked("to", event.recipient)
        if event.destination:
            tokens += self.marked("to", event.destination)
        elif event.frame == "m":
            tokens.append(Token("to", "ADP"))
        return tokens

    def circumstances(self, event: Event) -> Tokens:
        tokens: Tokens = []
        if event.companion:
            tokens += self.marked("with", event.companion)
        if event.tool:
            tokens += self.marked("with", event.tool)
        if event.vehicle:  # no article: by train
            vehicle = event.vehicle
            tokens += [Token("by", "ADP", (f"{vehicle.id}.role",)), *nouns(self.word(vehicle.concept.id).singular, vehicle.id)]
        return tokens

    def marked(self, preposition: str, thing: Thing) -> Tokens:
        return [Token(preposition, "ADP", (f"{thing.id}.role",)), *self.noun_phrase(thing)]

    def located(self, place: Thing) -> Tokens:
        if place.name:
            return self.marked("in", place)
        noun = self.word(place.concept.id)
        return [Token(noun.preposition, "ADP", (f"{place.id}.role",)), *self.noun_phrase(place, noun)]

    def subject(self, thing: Thing) -> Tokens:
        return self.noun_phrase(thing, case=0)

    def noun_phrase(self, thing: Thing, noun: Noun | None = None, case: int = 1, none: str = "") -> Tokens:
        """All, owner or article, numeral, adjective, noun, relative clause. `none`: the negation, said by the determiner."""
        if thing.pronoun:
            return [Token(PRONOUNS["" if thing.plural else thing.concept.sex][case], "PRON", (thing.id,))]
        if thing.name:
            return self.named(thing)
        noun = noun or self.word(thing.concept.id)
        if thing.seat:
            return self.institution(thing, noun)
        tokens = nouns(noun.plural if thing.plural else noun.singular, thing.id)
        if thing.adjective:
            tokens = [Token(self.word(thing.adjective), "ADJ", (f"{thing.id}.adj",)), *tokens]
        count = self.phrase(thing.count, f"{thing.id}.count")
        if thing.count == "all":
            tokens = count + self.determiner(thing, tokens[0].text, none) + tokens
        else:
            tokens = self.determiner(thing, tokens[0].text, none) + count + tokens
        if thing.relative:
            parts = self.parts(thing.relative)
            who = "who" if thing.concept.kind == "person" else "which"
            tokens += [Token(who, "PRON", (f"{thing.id}.rel",)), *parts.auxiliary, *parts.predicate]
        return tokens

    def named(self, thing: Thing) -> Tokens:
        """Anna, Anna Schmidt, Seville."""
        tokens = [Token(self.names.get(thing.concept.id, thing.concept.id), "PROPN", (thing.id,))]
        if thing.family:
            tokens.append(Token(thing.family.id, "PROPN", (f"{thing.id}.family",)))
        return tokens

    def institution(self, thing: Thing, noun: Noun) -> Tokens:
        """the University of Berlin; the article is no part of the name."""
        head = [Token(word.capitalize(), "PROPN", (thing.id,)) for word in noun.singular]
        return [Token("the", "DET", (f"{thing.id}.def",)), *head, Token("of", "ADP", (f"{thing.seat.id}.of",)), *self.named(thing.seat)]

    def determiner(self, thing: Thing, following: str, none: str) -> Tokens:
        if thing.own:
            possessive = PRONOUNS["" if thing.own.plural else thing.own.sex][2]
            return [Token(possessive, "PRON", (f"{thing.id}.own",))]
        if thing.owner:
            owner = self.noun_phrase(thing.owner)
            mark = "'" if thing.owner.plural and owner[-1].text.endswith("s") else "'s"
            return [*owner, Token(mark, "PART", (f"{thing.owner.id}.of",), True)]
        if thing.definite:
            return [Token("the", "DET", (f"{thing.id}.def",))]
        if none:
            return [Token("no", "DET", (f"{thing.id}.def", none))]
        if thing.plural or thing.concept.mass:
            return []
        return [Token(article(following), "DET", (f"{thing.id}.def",))]


def nouns(words: tuple[str, ...], node: str) -> Tokens:
    return [Token(word, "NOUN", (node,)) for word in words]


NOUNS = """
teacher | teacher
pupil | pupil ; student
doctor | doctor ; physician
nurse | nurse
cook_p | cook ; chef
farmer | farmer
driver | driver
customer | customer
singer | singer
player | player
hunter | hunter
director | director ; manager
mother | mother
judge | judge
father | father
patient | patient
professor | professor
child | child,children
girl | girl
boy | boy
waitress | waitress
guest | guest
baker | baker
grandmother | grandmother
grandfather | grandfather
son | son
daughter | daughter
brother | brother
sister | sister
wife | wife,wives
husband | husband
neighbour | neighbour
gardener | gardener
shepherd | shepherd
worker | worker
forester | forester
fisherman | fisherman,fishermen
tourist | tourist
pilot | pilot
passenger | passenger
captain | captain
seller | seller
merchant | merchant ; trader
surgeon | surgeon
pharmacist | pharmacist
musician | musician
dancer | dancer
composer | composer
painter | painter ; artist
poet | poet
actress | actress
coach | coach ; trainer
runner | runner
swimmer | swimmer
referee | referee
lawyer | lawyer
thief | thief,thieves
witness | witness
detective | detective
guard | guard
secretary | secretary
engineer | engineer
minister | minister
president | president
journalist | journalist
writer | writer ; author
librarian | librarian
friend | friend
woman | woman,women
man | man,men
dog | dog
cat | cat
horse | horse
cow | cow
sheep | sheep,sheep
goat | goat
pig | pig
hen | hen
duck | duck
rabbit | rabbit
wolf | wolf,wolves
bear | bear
fox | fox
bird | bird
fish | fish,fish
snake | snake
eagle | eagle
deer | deer,deer
mouse | mouse,mice
bread | bread
soup | soup
meat | meat
cheese | cheese
rice | rice
sugar | sugar
honey | honey
egg | egg
apple | apple
tomato | tomato,tomatoes
onion | onion
carrot | carrot
cake | cake
salad | salad
dish | dish
water | water
milk | milk
tea | tea
coffee | coffee
wine | wine
medicine | medicine ; drug
knife | knife,knives
spoon | spoon
fork | fork
plate | plate
pot | pot
cup | cup
bottle | bottle
table | table
chair | chair
bed | bed
cupboard | cupboard
bench | bench
door | door
window | window
box | box
suitcase | suitcase
lamp | lamp ; light
key | key
lock | lock
candle | candle
mirror | mirror
gift | gift ; present
bag | bag
ticket | ticket
map | map
passport | passport
coin | coin
money | money
ring | ring
picture | picture ; painting
book | book
letter | letter
newspaper | newspaper
dictionary | dictionary
poem | poem
report | report
contract | contract
alphabet_letter | letter
word | word
pen | pen
computer | computer
phone | phone ; telephone
machine | machine
ball | ball
medal | medal
shirt | shirt
coat | coat
hat | hat
dress | dress
shoe | shoe
guitar | guitar
piano | piano
violin | violin
flute | flute
tree | tree
flower | flower
rose | rose
mushroom | mushroom
berry | berry,berries
stone | stone
axe | axe
spade | spade
car | car
bus | bus
train | train
plane | plane
ship | ship
bicycle | bicycle ; bike
song | song
melody | melody ; tune
story | story
question | question
answer | answer
problem | problem
plan | plan
rule | rule
law_n | law
illness | illness ; disease
operation | operation
journey | journey ; trip
lesson | lesson
exam | exam
game | game
match | match
race | race
trial | trial
crime | crime
proof | proof ; evidence
secret | secret
meeting | meeting
decision | decision
idea | idea
price | price
prize | prize ; award
film | film ; movie
concert | concert
kitchen | in kitchen
restaurant | in restaurant
school | at school
library | in library
university | at university
farm | on farm
field | in field
barn | in barn ; in stable
village | in village
hospital | in hospital
pharmacy | in pharmacy
station | at station
airport | at airport
harbour | in harbour ; in port
hotel | in hotel
town | in town ; in city
market_l | at market
shop | in shop ; in store
bank | in bank
theatre | in theatre
museum | in museum
stadium | in stadium
court | in court
prison | in prison ; in jail
castle | in castle
forest | in forest ; in wood
river | at river
riverbank | on bank ; on shore
lake | at lake
mountain | on mountain
island | on island
office | in office
factory | in factory
ministry | in ministry
house | in house
garden | in garden
room | in room
street | on street
park | in park
pool | in pool
church | in church
athlete | athlete
soldier | soldier
policewoman | policewoman,policewomen
carpenter | carpenter
tailor | tailor
butcher | butcher
mechanic | mechanic
electrician | electrician
postman | postman,postmen ; mailman,mailmen
barber | barber
dentist | dentist
midwife | midwife,midwives
scientist | scientist
historian | historian
translator | translator
architect | architect
sailor | sailor
king | king
queen | queen
uncle | uncle
aunt | aunt
grandson | grandson
baby | baby
criminal | criminal
mayor | mayor
violinist | violinist
pianist | pianist
champion | champion
goalkeeper | goalkeeper
spectator | spectator
villager | villager
traveller | traveller
stewardess | stewardess
cashier | cashier
person_h | person,people
sparrow | sparrow
owl | owl
goose | goose,geese
donkey | donkey
lamb | lamb
calf | calf,calves
frog | frog
bee | bee
spider | spider
turtle | turtle
squirrel | squirrel
lion | lion
elephant | elephant
monkey | monkey
hedgehog | hedgehog
animal_h | animal
pear | pear
orange_f | orange
lemon | lemon
cherry | cherry
banana | banana
potato | potato,potatoes
cucumber | cucumber
cabbage | cabbage
pasta | pasta
sausage | sausage
butter | butter
salt | salt
flour | flour
ice_cream | ice_cream
chocolate | chocolate
nut | nut
pancake | pancake
yoghurt | yoghurt
fruit | fruit
vegetable | vegetable
juice | juice
beer | beer
lemonade | lemonade
clock | clock
umbrella | umbrella
blanket | blanket
pillow | pillow
towel | towel
comb | comb
toy | toy
doll | doll
rope | rope
basket | basket
flag | flag
camera | camera
wallet | wallet
stamp | stamp
envelope | envelope
photograph | photograph ; photo
statue | statue ; sculpture
vase | vase
pan | pan
bowl | bowl
glass | glass
bucket | bucket
carpet | carpet ; rug
sofa | sofa ; couch
shelf | shelf,shelves
hammer | hammer
saw | saw
needle | needle
brush | brush
ladder | ladder
tool_h | tool
sweater | sweater ; jumper
skirt | skirt
jacket | jacket
scarf | scarf,scarves
glove | glove
sock | sock
boot | boot
belt | belt
drum | drum
trumpet | trumpet
accordion | accordion
instrument_h | instrument
truck | truck ; lorry
boat | boat
tram | tram
motorcycle | motorcycle ; motorbike
taxi | taxi ; cab
vehicle_h | vehicle
television | television ; TV
radio | radio
refrigerator | refrigerator ; fridge
printer | printer
oak | oak
tulip | tulip
bush | bush ; shrub
plant_h | plant
magazine | magazine
diary | diary
novel | novel
textbook | textbook
message | message
list | list
recipe | recipe
invitation | invitation
joke | joke
fairy_tale | fairy_tale
project | project
discovery | discovery
mistake | mistake ; error
accident | accident
theory | theory
experiment | experiment
dream | dream
offer | offer
result | result
opera | opera
speech | speech
ballet | ballet
tournament | tournament
battle | battle
building | in building
bakery | in bakery
cafe | in café
post_office | at post_office
cinema | at cinema
beach | on beach
desert | in desert
valley | in valley
bridge | on bridge
square | in square
tower | in tower
palace | in palace
embassy | at embassy
laboratory | in laboratory ; in lab
classroom | in classroom
balcony | on balcony
cellar | in cellar ; in basement
bathroom | in bathroom
bedroom | in bedroom
gym | in gym
zoo | at zoo
sea | by sea
roof | on roof
corridor | in corridor ; in hallway
playground | in playground
workshop | in workshop
cave | in cave
hill | on hill
meadow | in meadow
temple | in temple
monastery | in monastery
"""

VERBS = """
eat | eat,ate
drink_v | drink,drank
cook | cook
bake | bake
cut | cut,cut
order | order
wash | wash
fill | fill
read | read,read
write | write,wrote
explain | explain
learn | learn
ask | ask
prepare | prepare
treat | treat
examine | examine
help | help
visit | visit
take | take,took
feed | feed,fed
milk_v | milk
plant | plant
fell | cut,cut
catch | catch,caught
hunt | hunt
watch | watch ; observe
find | find,found
collect | collect ; gather
lose | lose,lost
search | look @for ; search @for
buy | buy,bought
sell | sell,sold
pay | pay,paid
compare | compare
choose | choose,chose
wear | wear,wore
give | give,gave
show | show
send | send,sent
bring | bring,brought
tell | tell,told
steal | steal,stole
interrogate | question
defend | defend
discuss | discuss
sign | sign
criticise | criticise
repair | repair ; fix
use | use
open | open
close | close ; shut,shut
drive | drive,drove
wait | wait @for
meet | meet,met
play_i | play
perform | perform ; sing,sang
hear_t | listen @to
paint | paint ; draw,drew
admire | admire
win | win,won
throw | throw,threw
train_v | train
love | love
see | see,saw
fear | fear
sleep | sleep,slept
work | work
sing | sing,sang
dance | dance
laugh | laugh
cry | cry ; weep,wept
sit | sit,sat
swim | swim,swam
run | run,ran
practise | practise ; train
go | go,went
travel_v | travel,travelled
return | return
come | come,came
hurry | hurry
say | say,said
know | know,knew
believe | believe
hear | hear,heard
forget | forget,forgot
hope | hope
think | think,thought
understand | understand,understood
announce | announce
break_v | break,broke
build | build,built
carry | carry
clean_v | clean
count_v | count
describe | describe
destroy | destroy
hide | hide,hid
hate | hate
praise | praise
accept | accept
reject | reject
hug | hug,hugged ; embrace
invite | invite
lift | lift
measure | measure
peel | peel
pull | pull
push | push
publish | publish
translate | translate
solve | solve
taste | taste
touch | touch
protect | protect
follow | follow
greet | greet
rescue | rescue ; save
punish | punish
photograph_v | photograph
lend | lend,lent
offer_v | offer
recommend | recommend
smile | smile
cough | cough
jump | jump
fall | fall,fell
rest | rest
shout | shout ; yell
stand | stand,stood
fly | fly,flew
walk | walk
flee | flee,fled ; escape
remember | remember
notice | notice
promise | promise
report_s | report
"""

ADJECTIVES = """
new | new
old | old
aged | old
big | big ; large
small | small ; little
young | young
good | good
bad | bad
fresh | fresh
cold | cold
hot | hot
sweet | sweet
clean | clean
dirty | dirty
sick | sick ; ill
healthy | healthy
tired | tired
hungry | hungry
clever | clever ; smart
famous | famous
strong | strong
fast | fast ; quick
happy | happy
sad | sad
sad_n | sad
rich | rich ; wealthy
poor | poor
expensive | expensive
cheap | cheap
beautiful | beautiful
important | important
difficult | difficult ; hard
easy | easy
heavy | heavy
light_a | light
dangerous | dangerous
long | long
short | short
interesting | interesting
red | red
green | green
black | black
white | white
blue | blue
evil | evil ; wicked
quiet | quiet
empty | empty
full | full
secret_a | secret
brave | brave ; courageous
wild | wild
slow | slow
weak | weak
cowardly | cowardly
loud | loud ; noisy
dry | dry
wet | wet
warm | warm
yellow | yellow
brown | brown
polite | polite
rude | rude ; impolite
lazy | lazy
modern | modern
boring | boring ; dull
strange | strange ; odd
useful | useful
useless | useless
angry | angry
proud | proud
curious | curious
honest | honest
broken | broken
sharp | sharp
deep | deep
wide | wide
narrow | narrow
"""

PHRASES = """
two | two/NUM
three | three/NUM
four | four/NUM
five | five/NUM
six | six/NUM
ten | ten/NUM
seven | seven/NUM
eight | eight/NUM
twelve | twelve/NUM
twenty | twenty/NUM
hundred | one/NUM hundred/NUM
yesterday | yesterday
last_week | last/ADJ week/NOUN
recently | recently
last_year | last/ADJ year/NOUN
last_month | last/ADJ month/NOUN
now | now
today | today
every_day | every/DET day/NOUN
often | often
always | always
sometimes | sometimes
every_week | every/DET week/NOUN
tomorrow | tomorrow
next_week | next/ADJ week/NOUN
soon | soon
next_year | next/ADJ year/NOUN
morning | in/ADP the/DET morning/NOUN
evening | in/ADP the/DET evening/NOUN
night | at/ADP night/NOUN
monday | on/ADP Monday/PROPN
friday | on/ADP Friday/PROPN
sunday | on/ADP Sunday/PROPN
summer | in/ADP summer/NOUN
spring | in/ADP spring/NOUN
winter | in/ADP winter/NOUN
again | again
quickly | quickly
gladly | gladly
slowly | slowly
carefully | carefully
calmly | calmly ; quietly
secretly | secretly
alone | alone
nine | nine/NUM
thirty | thirty/NUM
all | all/DET
some | some/DET
tuesday | on/ADP Tuesday/PROPN
saturday | on/ADP Saturday/PROPN
autumn | in/ADP autumn/NOUN
afternoon | in/ADP the/DET afternoon/NOUN
next_month | next/ADJ month/NOUN
loudly | loudly
suddenly | suddenly
patiently | patiently
politely | politely
"""

English.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, str)
English.phrases = read_lexicon(PHRASES, read_phrase)
