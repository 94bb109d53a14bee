"""English: articles, do-support, prepositions, subject - verb - object.

Nouns: `singular[,plural]`, places after their preposition. Verbs: `base[,past] [@preposition]`. Phrases: `^` goes before the verb.
"""

from functools import cache

from isogloss.corpora.miniworld.grammar import COMMA, Grammar, Token, Tokens, read_lexicon, read_phrase
from isogloss.corpora.miniworld.meaning import Event, Thing

PRONOUNS = {"f": ("she", "her", "her"), "m": ("he", "him", "his"), "": ("they", "them", "their")}  # subject, object, possessive
LINK_TAGS = {"and": "CCONJ", "but": "CCONJ", "because": "SCONJ"}


def plural_of(noun: str) -> str:
    """Regular plural."""
    if noun.endswith(("s", "sh", "ch", "x")):
        return noun + "es"
    return noun[:-1] + "ies" if noun[-1] == "y" and noun[-2] not in "aeiou" else noun + "s"


def past_of(verb: str) -> str:
    """Regular past; a final consonant doubles in one-syllable verbs with one short vowel (fit, stop), of which we have none."""
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "ed"


def third_person(verb: str) -> str:
    """Third person singular: goes, watches, cries."""
    return "goes" if verb == "go" else plural_of(verb)


def read_noun(text: str) -> tuple[str, str, str]:
    """-> preposition (places), singular, plural."""
    preposition, _, forms = text.rpartition(" ")
    singular, _, plural = forms.partition(",")
    return preposition, singular, plural or plural_of(singular)


def read_verb(text: str) -> tuple[str, str, str]:
    """-> base, past, preposition of the object."""
    forms, _, preposition = text.partition(" @")
    base, _, past = forms.partition(",")
    return base, past or past_of(base), preposition


@cache
def article(word: str) -> str:
    return "an" if word[0] in "aeiou" and not word.startswith(("uni", "eu")) or word == "hour" else "a"


class English(Grammar):
    code, iso3 = "en", "eng"

    def clause(self, event: Event) -> Tokens:
        subject, auxiliary, rest = self.parts(event)
        return subject + auxiliary + rest

    def question(self, event: Event) -> Tokens:
        """Did the teacher read the book?"""
        subject, auxiliary, rest = self.parts(event, asked=True)
        return auxiliary + subject + rest

    def joined(self, tokens: Tokens, link: str, event: Event) -> Tokens:
        comma = [COMMA] if link == "but" else []
        return [*tokens, *comma, Token(link, LINK_TAGS[link], ("link",)), *self.clause(event)]

    def parts(self, event: Event, asked: bool = False) -> tuple[Tokens, Tokens, Tokens]:
        """Subject, auxiliary with negation, and everything after: a question only swaps the first two."""
        subject = self.coordinated(event.agents, self.subject, "and")
        if event.frame in ("is", "at", "exists"):
            return self.copular(event, subject)
        base, past, preposition = self.word(event.concept.id)
        auxiliary, verb = self.verb_group(event, base, past, asked)
        before, after = self.timed(event)
        if after and not asked and self.random.chance(0.25):
            subject, after = after + subject, []
        rest = [*before, verb, *self.complements(event, preposition), *self.circumstances(event), *after]
        if event.content:
            rest += [Token("that", "SCONJ", (f"{event.id}.that",)), *self.clause(event.content)]
        return subject, auxiliary, rest

    def copular(self, event: Event, subject: Tokens) -> tuple[Tokens, Tokens, Tokens]:
        """Something is ADJECTIVE, is somewhere, or exists."""
        be = f"{event.id}.be"
        finite = {"past": "were" if event.plural else "was", "present": "are" if event.plural else "is", "future": "will"}[event.tense]
        tag = "VERB" if event.frame == "exists" else "AUX"
        auxiliary = [Token(finite, "AUX" if event.tense == "future" else tag, (f"{event.id}.tense" if finite == "will" else be,))]
        if event.negated:
            auxiliary.append(Token("not", "PART", (f"{event.id}.neg",)))
        rest = [Token("be", tag, (be,))] if event.tense == "future" else []
        if event.frame == "exists":
            subject = [Token("there", "PRON")]
            rest += self.noun_phrase(event.object)
        if event.frame == "is":
            rest.append(Token(self.word(event.concept.id), "ADJ", (event.id,)))
        else:
            rest += self.located(event.place)
        before, after = self.timed(event)
        return subject, auxiliary, before + rest + after

    def timed(self, event: Event) -> tuple[Tokens, Tokens]:
        """The time, before the verb (often) or after everything (last year): one of the two is empty."""
        time = self.phrase(event.time, f"{event.id}.time")
        if time and time[0].text[0] == "^":
            return [time[0]._replace(text=time[0].text[1:])], []
        return [], time

    def verb_group(self, event: Event, base: str, past: str, asked: bool) -> tuple[Tokens, Token]:
        """Auxiliary with negation, and the main verb; a plain verb carries the tense itself."""
        tense = f"{event.id}.tense"
        if event.tense == "future" or event.negated or asked:
            do = {"past": "did", "present": "do" if event.plural else "does", "future": "will"}[event.tense]
            negation = [Token("not", "PART", (f"{event.id}.neg",))] if event.negated else []
            return [Token(do, "AUX", (tense,)), *negation], Token(base, "VERB", (event.id,))
        form = past if event.tense == "past" else base if event.plural else third_person(base)
        return [], Token(form, "VERB", (event.id, tense))

    def complements(self, event: Event, preposition: str) -> Tokens:
        """give the child a book / give a book to the child; look for a book; go to the school."""
        tokens: Tokens = []
        if event.object:
            tokens = self.noun_phrase(event.object)
            if preposition:
                tokens.insert(0, Token(preposition, "ADP"))
        if event.recipient:
            double = event.concept.id in ("give", "show", "send", "bring", "tell") and self.random.chance(0.4)
            tokens = self.noun_phrase(event.recipient) + tokens if double else tokens + self.marked("to", event.recipient)
        if event.destination:
            tokens += self.marked("to", event.destination)
        return tokens

    def circumstances(self, event: Event) -> Tokens:
        tokens = self.phrase(event.manner, f"{event.id}.manner")
        if event.companion:
            tokens += self.marked("with", event.companion)
        if event.tool:
            tokens += self.marked("with", event.tool)
        if event.vehicle:  # no article: by train
            vehicle = event.vehicle
            tokens += [Token("by", "ADP", (f"{vehicle.id}.role",)), Token(self.word(vehicle.concept.id)[1], "NOUN", (vehicle.id,))]
        return tokens + (self.located(event.place) if event.place else [])

    def marked(self, preposition: str, thing: Thing) -> Tokens:
        return [Token(preposition, "ADP", (f"{thing.id}.role",)), *self.noun_phrase(thing)]

    def located(self, place: Thing) -> Tokens:
        if place.name:
            return self.marked("in", place)
        word = self.word(place.concept.id)
        return [Token(word[0], "ADP", (f"{place.id}.role",)), *self.noun_phrase(place, word)]

    def subject(self, thing: Thing) -> Tokens:
        return self.noun_phrase(thing, case=0)

    def noun_phrase(self, thing: Thing, word: tuple | None = None, case: int = 1) -> Tokens:
        """Owner or article, numeral, adjective, noun, relative clause."""
        if thing.pronoun:
            return [Token(PRONOUNS["" if thing.plural else thing.concept.sex][case], "PRON", (thing.id,))]
        if thing.name:
            return [Token(thing.concept.id, "PROPN", (thing.id,))]
        singular, plural = (word or self.word(thing.concept.id))[1:]
        tokens: Tokens = []
        if thing.count:
            tokens += self.phrase(thing.count, f"{thing.id}.count")
        if thing.adjective:
            tokens.append(Token(self.word(thing.adjective), "ADJ", (f"{thing.id}.adj",)))
        tokens.append(Token(plural if thing.plural else singular, "NOUN", (thing.id,)))
        tokens = self.determiner(thing, tokens[0].text) + tokens
        if thing.relative:
            person = thing.concept.kind == "person"
            tokens += [Token("who" if person else "which", "PRON", (f"{thing.id}.rel",)), *self.relative(thing.relative)]
        return tokens

    def relative(self, event: Event) -> Tokens:
        """The clause without its subject."""
        _, auxiliary, rest = self.parts(event)
        return auxiliary + rest

    def determiner(self, thing: Thing, following: str) -> Tokens:
        if thing.own:
            possessive = PRONOUNS["" if thing.own.plural else thing.own.sex][2]
            return [Token(possessive, "PRON", (f"{thing.id}.own",))]
        if thing.owner:
            owner = self.noun_phrase(thing.owner)
            mark = "'" if thing.owner.plural and owner[-1].text.endswith("s") else "'s"
            return [*owner, Token(mark, "PART", (f"{thing.owner.id}.of",), True)]
        if thing.definite:
            return [Token("the", "DET", (f"{thing.id}.def",))]
        if thing.plural or thing.concept.mass:
            return []
        return [Token(article(following), "DET", (f"{thing.id}.def",))]


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
travel_v | travel
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
hundred | hundred/NUM
yesterday | yesterday
last_week | last/ADJ week/NOUN
recently | recently
last_year | last/ADJ year/NOUN
last_month | last/ADJ month/NOUN
now | now
today | today
every_day | every/DET day/NOUN
often | ^often
always | ^always
sometimes | ^sometimes
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
"""

English.lexicon = read_lexicon(NOUNS, read_noun) | read_lexicon(VERBS, read_verb) | read_lexicon(ADJECTIVES, str)
English.phrases = read_lexicon(PHRASES, read_phrase)
