"""The rows of the mini-world: concepts, names, what is a kind of what, what excludes what. `concepts.py` reads them.

Concepts: `id | kind[.mark] | topics | agents=... objects=... tools=...`

Nouns: a kind and perhaps `f`/`m` (the sex of a person) or `mass` (never plural, never counted). Verbs: `verb.` and a frame:
i (nobody else), t (an object), d (an object and a recipient), m (a destination), s (a "that" clause). `agents`, `objects` and
`tools` list kinds or concepts (of the verbs of frame m: vehicles). Adjectives: `objects` are the nouns that they fit
(`-girl`: but not this one); `adj.state` passes with time (one is tired today, but not tall). Times: the tenses that they fit, as
"topics"; `time.frequency` (often) does not go with a negation, whose scope languages see differently.
The order of the lines is the Zipf rank of a concept in each of its topics. `_h`: the word for the whole kind (animal, tool).
"""

CONCEPTS = """
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
go|verb.m|travel,school,market,music,sport,office,farm,nature,hospital,home,law|agents=person,animal tools=vehicle
travel_v|verb.m|travel,music,office|agents=person tools=vehicle
return|verb.m|home,travel,school,nature,office,hospital|agents=person,animal tools=vehicle
come|verb.m|hospital,market,school,law,farm,kitchen,sport|agents=person,animal tools=vehicle
hurry|verb.m|travel,hospital,school,office,law|agents=person tools=vehicle
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
aged|adj|farm,nature,home,law|objects=person,animal,tree,-girl,-boy,-child,-son,-daughter,-pupil,-baby,-grandson
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
athlete|person.f|sport|
soldier|person.m|law,travel|
policewoman|person.f|law,travel|
carpenter|person.m|home,farm|
tailor|person.m|market,home|
butcher|person.m|market,kitchen|
mechanic|person.m|travel,office|
electrician|person.m|home,office|
postman|person.m|home,office|
barber|person.m|market|
dentist|person.m|hospital|
midwife|person.f|hospital|
scientist|person.f|school,nature|
historian|person.m|school|
translator|person.f|school,office,travel|
architect|person.m|office|
sailor|person.m|travel,nature|
king|person.m|law,music|
queen|person.f|law,music|
uncle|person.m|home,farm|
aunt|person.f|home,kitchen|
grandson|person.m|home|
baby|person.m|home,hospital|
criminal|person.m|law|
mayor|person.m|office,law|
violinist|person.f|music|
pianist|person.m|music|
champion|person.m|sport|
goalkeeper|person.m|sport|
spectator|person.m|sport,music|
villager|person.m|farm|
traveller|person.m|travel,nature|
stewardess|person.f|travel|
cashier|person.f|market|
person_h|person.m|law,hospital,travel,market,home,school|
sparrow|animal|nature,home|
owl|animal|nature|
goose|animal|farm|
donkey|animal|farm,travel|
lamb|animal|farm|
calf|animal|farm|
frog|animal|nature|
bee|animal|nature,farm|
spider|animal|nature,home|
turtle|animal|nature|
squirrel|animal|nature|
lion|animal|nature|
elephant|animal|nature|
monkey|animal|nature,travel|
hedgehog|animal|nature,home|
animal_h|animal|nature,farm,home|
pear|food|kitchen,market|
orange_f|food|kitchen,market,home|
lemon|food|kitchen,market|
cherry|food|kitchen,farm|
banana|food|kitchen,market|
potato|food|kitchen,market,farm|
cucumber|food|kitchen,market|
cabbage|food|kitchen,farm|
pasta|food.mass|kitchen,home|
sausage|food|kitchen,market|
butter|food.mass|kitchen,farm|
salt|food.mass|kitchen,market|
flour|food.mass|kitchen,farm|
ice_cream|food.mass|kitchen,travel|
chocolate|food.mass|home,market|
nut|food|nature,market|
pancake|food|kitchen,home|
yoghurt|food.mass|kitchen,hospital|
fruit|food|kitchen,market,farm|
vegetable|food|kitchen,market,farm|
juice|drink.mass|kitchen,home,hospital|
beer|drink.mass|kitchen,sport|
lemonade|drink.mass|kitchen,travel|
clock|thing|home,office,school|
umbrella|thing|travel,home|
blanket|thing|home,hospital|
pillow|thing|home,hospital|
towel|thing|home,sport|
comb|thing|home,market|
toy|thing|home,school|
doll|thing|home|
rope|thing|farm,sport|
basket|thing|market,farm,kitchen|
flag|thing|sport,law,travel|
camera|thing|travel,music|
wallet|thing|market,law,travel|
stamp|thing|office,travel|
envelope|thing|office,home|
photograph|artwork|home,travel,law|
statue|artwork|music,travel|
vase|vessel|home|
pan|vessel|kitchen|
bowl|vessel|kitchen,home|
glass|vessel|kitchen,home|
bucket|vessel|farm,home|
carpet|furniture|home,market|
sofa|furniture|home|
shelf|furniture|home,school,office|
hammer|tool|home,farm|
saw|tool|farm,home|
needle|tool|home,hospital|
brush|tool|home,music|
ladder|tool|home,farm|
tool_h|tool|home,farm,office|
sweater|clothing|home,market|
skirt|clothing|market,home|
jacket|clothing|market,travel,sport|
scarf|clothing|home,travel|
glove|clothing|sport,market|
sock|clothing|home,sport|
boot|clothing|farm,nature,market|
belt|clothing|market,travel|
drum|instrument|music|
trumpet|instrument|music|
accordion|instrument|music|
instrument_h|instrument|music,school|
truck|vehicle|travel,farm|
boat|vehicle|nature,travel|
tram|vehicle|travel,office|
motorcycle|vehicle|travel,sport|
taxi|vehicle|travel,office|
vehicle_h|vehicle|travel,law,office|
television|machine|home|
radio|machine|home,music|
refrigerator|machine|kitchen,home|
printer|machine|office,school|
oak|plant|nature|
tulip|plant|home,nature|
bush|plant|nature,farm|
plant_h|plant|nature,farm,home|
magazine|readable|market,office,home|
diary|readable|home,travel|
novel|readable|school,music|
textbook|readable|school|
message|readable|office,travel,home|
list|readable|office,market|
recipe|readable|kitchen|
invitation|readable|music,office|
joke|text|school,home,kitchen|
fairy_tale|text|home,school|
project|issue|office,school|
discovery|issue|school,nature,hospital|
mistake|issue|school,office,sport|
accident|issue|travel,law|
theory|issue|school|
experiment|issue|school,hospital|
dream|issue|home,music|
offer|issue|market,office|
result|issue|sport,school,hospital|
opera|performance|music|
speech|performance|law,office,school|
ballet|performance|music|
tournament|contest|sport|
battle|contest|law|
building|place|travel,office,law|
bakery|place|kitchen,market|
cafe|place|kitchen,travel|
post_office|place|office,market|
cinema|place|music|
beach|place|travel,nature|
desert|place|nature,travel|
valley|place|nature,farm|
bridge|place|travel,nature|
square|place|travel,market|
tower|place|travel,law|
palace|place|law,music|
embassy|place|office,travel|
laboratory|place|school,hospital|
classroom|place|school|
balcony|place|home|
cellar|place|home,law|
bathroom|place|home|
bedroom|place|home|
gym|place|sport|
zoo|place|nature,travel|
sea|place|nature,travel|
roof|place|home,farm|
corridor|place|hospital,school,law|
playground|place|school,home,sport|
workshop|place|office,farm|
cave|place|nature|
hill|place|nature,farm|
meadow|place|farm,nature|
temple|place|travel|
monastery|place|travel,music|
break_v|verb.t|home,sport,kitchen,law|agents=person objects=vessel,window,mirror,toy,chair,lamp,glass
build|verb.t|farm,office,home|agents=person objects=house,bridge,tower,church,ship,machine,barn,palace,boat
carry|verb.t|travel,farm,home,market|agents=person,donkey,horse objects=suitcase,bag,box,basket,ladder,bucket,furniture,child,baby
clean_v|verb.t|home,hospital,office,kitchen|agents=person objects=room,kitchen,window,carpet,furniture,shoe,street,corridor,vessel tools=brush
count_v|verb.t|market,school,farm,office|agents=person objects=coin,money,sheep,egg,ticket,book,bottle
describe|verb.d|school,law,travel,music|agents=person objects=picture,journey,accident,plan,dream,film,problem,illness,animal
destroy|verb.t|law,nature,farm|agents=person,bear,elephant,goat objects=house,bridge,field,proof,garden,letter,machine,toy
hide|verb.t|law,home,nature|agents=person,squirrel,dog objects=key,money,ring,letter,knife,nut,gift,proof,diary
hate|verb.t|home,law,school,sport|agents=person objects=thief,exam,lesson,spider,snake,vegetable,rule,king,judge,mouse
praise|verb.t|school,music,sport,kitchen,office|agents=person,org objects=pupil,singer,cook_p,player,poem,film,speech,dish,soldier,plan,decision,coach
accept|verb.t|office,law,market|agents=person,org objects=offer,gift,plan,invitation,contract,decision,price
reject|verb.t|office,law,school|agents=person,org objects=offer,plan,invitation,contract,theory,decision,idea
hug|verb.t|home,hospital,travel|agents=person objects=person,dog,doll,cat
invite|verb.t|home,music,office|agents=person objects=person
lift|verb.t|sport,farm,home|agents=person,elephant objects=box,suitcase,stone,child,furniture,basket
measure|verb.t|school,office,home|agents=person objects=table,room,window,field,door,carpet tools=rope
peel|verb.t|kitchen|agents=person,monkey objects=apple,orange_f,potato,onion,banana,carrot,cucumber,egg tools=knife
pull|verb.t|farm,travel,sport|agents=person,horse,donkey,elephant objects=rope,boat,vehicle,tree
push|verb.t|travel,home,farm|agents=person objects=vehicle,furniture,door,box,child
publish|verb.t|office,school,music|agents=person,org objects=book,novel,report,poem,newspaper,letter,result,discovery
translate|verb.t|school,office,travel|agents=translator,pupil,professor,writer,poet,scientist objects=book,poem,letter,novel,contract,word,fairy_tale
solve|verb.t|school,law,office|agents=person objects=problem,crime,question
taste|verb.t|kitchen,market|agents=person objects=food,drink tools=spoon
touch|verb.t|nature,hospital,home|agents=person objects=animal,plant,artwork,instrument,furniture
protect|verb.t|law,nature,farm|agents=person,dog,lion objects=child,animal,forest,house,witness,plant,president,lamb
follow|verb.t|law,nature,travel|agents=person,animal objects=person,animal,vehicle
greet|verb.t|home,office,school,market|agents=person objects=person
rescue|verb.t|nature,hospital,travel,law|agents=person,dog objects=person,animal
punish|verb.t|law,school,home|agents=person objects=thief,criminal,child,player,soldier,pupil,guard
photograph_v|verb.t|travel,nature,sport|agents=person objects=animal,person,castle,mountain,statue,bridge,flower,champion
lend|verb.d|home,school,office|agents=person objects=money,book,tool,vehicle,umbrella,clothing,camera
offer_v|verb.d|market,kitchen,office|agents=person objects=drink,food,money,project,chair,contract,gift
recommend|verb.d|kitchen,music,travel,hospital|agents=person objects=film,book,dish,restaurant,hotel,medicine,wine,museum,novel
smile|verb.i|home,school,music|agents=person
cough|verb.i|hospital,home|agents=person
jump|verb.i|sport,nature|agents=person,frog,cat,horse,monkey,squirrel
fall|verb.i|sport,hospital,nature|agents=person
rest|verb.i|travel,farm,nature|agents=person,animal
shout|verb.i|sport,market,law|agents=person
stand|verb.i|travel,law,farm,office|agents=person,horse,cow,sheep
fly|verb.m|travel,nature|agents=pilot,tourist,minister,president,bird,sparrow,owl,goose,eagle,journalist,stewardess tools=plane
walk|verb.m|nature,home,school,market|agents=person
flee|verb.m|law,nature|agents=thief,criminal,animal,soldier
remember|verb.s|home,law,school|agents=person
notice|verb.s|law,office,hospital|agents=person
promise|verb.s|home,office,sport|agents=person
report_s|verb.s|law,office,travel|agents=journalist,policewoman,witness,secretary,soldier,guard
slow|adj|travel,sport,farm|objects=runner,swimmer,player,vehicle,horse,turtle,donkey
weak|adj|hospital,sport,farm|objects=person,animal
cowardly|adj|law,nature,sport|objects=person
loud|adj.state|music,school,market|objects=child,performance,instrument,machine,street,guest
dry|adj.state|farm,home,kitchen|objects=clothing,field,bread,plant,towel
wet|adj.state|home,nature,travel|objects=clothing,dog,street,towel,umbrella,stone,animal
warm|adj.state|home,kitchen,hospital|objects=food,drink,room,clothing,blanket
yellow|adj|market,home,nature|objects=clothing,vehicle,flower,tulip,bird,pear,bag,flag
brown|adj|farm,home,market|objects=clothing,dog,horse,bear,furniture,bag,cow
polite|adj|school,office,kitchen|objects=person
rude|adj|market,sport,travel|objects=person
lazy|adj|school,farm,office|objects=person,cat,donkey,dog
modern|adj|office,music,hospital|objects=machine,building,theory,kitchen,school,artwork,furniture,hospital
boring|adj|school,music,office|objects=readable,text,performance,lesson,meeting,contest
strange|adj|nature,law,music|objects=person,animal,text,idea,thing,place,dream,machine
useful|adj|school,office,home|objects=tool,machine,thing,idea,readable,animal
useless|adj|law,office,home|objects=tool,machine,thing,idea,proof
angry|adj.state|home,law,sport|objects=person,dog,bear,goose
proud|adj.state|home,school,music|objects=person
curious|adj|school,nature,travel|objects=child,person,cat,animal
honest|adj|law,market,office|objects=person
broken|adj.state|home,office,kitchen|objects=vessel,machine,vehicle,furniture,window,toy,clock
sharp|adj|kitchen,farm|objects=knife,axe,saw,needle,stone
deep|adj|nature,travel|objects=river,lake,sea,valley,cave,cellar
wide|adj|travel,nature|objects=street,river,field,valley,bridge,square
narrow|adj|travel,home|objects=street,river,bridge,corridor,bed,room
nine|number||
thirty|number||
all|quantifier||
some|quantifier||
tuesday|time|past,future|
saturday|time|past,future|
autumn|time|past,future,present|
afternoon|time|past,future,present|
next_month|time|future|
loudly|manner||
suddenly|manner||
patiently|manner||
politely|manner||
"""

# id | name.kind[.sex] | the split in which it may occur
NAMES = """
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
Lucia|name.person.f|train
Pavel|name.person.m|train
Helena|name.person.f|train
Felix|name.person.m|train
Zeynep|name.person.f|train
Oliver|name.person.m|train
Monika|name.person.f|train
Leon|name.person.m|train
Ayla|name.person.f|train
Rosa|name.person.f|train
Tomas|name.person.m|train
Elif|name.person.f|train
Hugo|name.person.m|dev
Silvia|name.person.f|dev
Emre|name.person.m|dev
Teresa|name.person.f|dev
Boris|name.person.m|test
Camila|name.person.f|test
Murat|name.person.m|test
Judith|name.person.f|test
Nadia|name.person.f|test
Jakob|name.person.m|test
Leyla|name.person.f|test
Ramon|name.person.m|test
Schmidt|name.family|train
Novak|name.family|train
Demir|name.family|train
Keller|name.family|train
Weber|name.family|train
Costa|name.family|train
Arslan|name.family|train
Berg|name.family|train
Lorenz|name.family|train
Silva|name.family|train
Martinez|name.family|train
Fischer|name.family|train
Horvat|name.family|train
Kaplan|name.family|train
Brandt|name.family|dev
Santos|name.family|dev
Aydin|name.family|dev
Molnar|name.family|dev
Hoffman|name.family|test
Torres|name.family|test
Polat|name.family|test
Lindner|name.family|test
Kowal|name.family|test
Romero|name.family|test
Barcelona|name.city|train
Milan|name.city|train
Athens|name.city|train
Budapest|name.city|train
Oslo|name.city|train
Adana|name.city|train
Frankfurt|name.city|train
Kyiv|name.city|train
Valencia|name.city|train
Beijing|name.city|train
Cairo|name.city|train
Zagreb|name.city|dev
Malaga|name.city|dev
Sivas|name.city|dev
Sevilla|name.city|test
Leipzig|name.city|test
Trabzon|name.city|test
Omsk|name.city|test
Tokyo|name.city|test
Granada|name.city|test
Helios|name.org|train
Vega|name.org|train
Novatek|name.org|train
Polaris|name.org|train
Centrum|name.org|train
Sirius|name.org|dev
Kronos|name.org|dev
Apex|name.org|test
Lumina|name.org|test
Vertex|name.org|test
"""

# Whoever sees a dog sees an animal.
HYPERNYMS = """
animal_h: dog cat horse cow sheep goat pig rabbit wolf bear fox bird fish snake deer mouse donkey lamb calf frog bee spider turtle squirrel lion elephant monkey hedgehog
bird: hen duck eagle sparrow owl goose
fruit: apple pear orange_f lemon cherry banana berry
vegetable: tomato onion carrot potato cucumber cabbage
vehicle_h: car bus train plane ship bicycle truck boat tram motorcycle taxi
instrument_h: guitar piano violin flute drum trumpet accordion
tool_h: knife axe spade hammer saw needle brush
plant_h: tree flower bush
flower: rose tulip
tree: oak
building: house church castle hotel museum theatre factory tower palace bakery cinema school hospital library temple monastery
athlete: runner swimmer player champion goalkeeper
musician: violinist pianist singer
doctor: surgeon dentist
criminal: thief
person_h: teacher pupil farmer driver hunter director judge patient professor baker gardener shepherd worker tourist pilot passenger merchant pharmacist doctor musician athlete criminal lawyer engineer soldier carpenter tailor butcher mechanic scientist architect sailor mayor traveller villager
"""

# What is hot is not cold; whoever opens a door does not close it.
OPPOSITES = """
big small
good bad
cold hot
clean dirty
sick healthy
happy sad
rich poor
expensive cheap
difficult easy
heavy light_a
long short
empty full
fast slow
strong weak
brave cowardly
quiet loud
dry wet
polite rude
interesting boring
useful useless
wide narrow
open close
love hate
praise criticise
accept reject
pull push
"""
