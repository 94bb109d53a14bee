"""The Spanish words of the mini-world; names only where Spanish writes them otherwise. `es_inflection.py` explains how they are written."""

NOUNS = """
teacher | maestra f ; profesora f
pupil | alumno m
doctor | médico m ; doctor m
nurse | enfermera f
cook_p | cocinero m
farmer | granjero m ; agricultor m
driver | conductor m
customer | cliente m
singer | cantante f
player | jugador m
hunter | cazador m
director | director m
mother | madre f
judge | juez m
father | padre m
patient | paciente m
professor | profesor m
child | niño m
girl | chica f ; muchacha f
boy | chico m ; muchacho m
waitress | camarera f
guest | invitado m ; huésped m huéspedes
baker | panadero m
grandmother | abuela f
grandfather | abuelo m
son | hijo m
daughter | hija f
brother | hermano m
sister | hermana f
wife | esposa f ; mujer f
husband | marido m ; esposo m
neighbour | vecina f
gardener | jardinero m
shepherd | pastor m
worker | trabajador m ; obrero m
forester | guardabosques m
fisherman | pescador m
tourist | turista f
pilot | piloto m
passenger | pasajero m
captain | capitán m
seller | vendedora f
merchant | comerciante m
surgeon | cirujano m
pharmacist | farmacéutico m
musician | músico m
dancer | bailarina f
composer | compositor m
painter | pintor m
poet | poeta m
actress | actriz f
coach | entrenador m
runner | corredora f
swimmer | nadadora f
referee | árbitro m
lawyer | abogado m
thief | ladrón m
witness | testigo f
detective | detective m
guard | guardia m ; vigilante m
secretary | secretaria f
engineer | ingeniero m
minister | ministro m
president | presidente m
journalist | periodista f
writer | escritor m ; autor m
librarian | bibliotecario m
friend | amigo m
woman | mujer f
man | hombre m
athlete | atleta f
soldier | soldado m
policewoman | policía f ; agente f
carpenter | carpintero m
tailor | sastre m
butcher | carnicero m
mechanic | mecánico m
electrician | electricista m
postman | cartero m
barber | barbero m ; peluquero m
dentist | dentista m
midwife | comadrona f ; partera f
scientist | científica f
historian | historiador m
translator | traductora f
architect | arquitecto m
sailor | marinero m
king | rey m
queen | reina f
uncle | tío m
aunt | tía f
grandson | nieto m
baby | bebé m
criminal | criminal m ; delincuente m
mayor | alcalde m
violinist | violinista f
pianist | pianista m
champion | campeón m
goalkeeper | portero m
spectator | espectador m
villager | aldeano m
traveller | viajero m
stewardess | azafata f
cashier | cajera f
person_h | persona f
dog | perro m
cat | gato m
horse | caballo m
cow | vaca f
sheep | oveja f
goat | cabra f
pig | cerdo m
hen | gallina f
duck | pato m
rabbit | conejo m
wolf | lobo m
bear | oso m
fox | zorro m
bird | pájaro m
fish | pez m
snake | serpiente f ; culebra f
eagle | águila f el
deer | ciervo m
mouse | ratón m
sparrow | gorrión m
owl | búho m
goose | ganso m ; oca f
donkey | burro m ; asno m
lamb | cordero m
calf | ternero m
frog | rana f
bee | abeja f
spider | araña f
turtle | tortuga f
squirrel | ardilla f
lion | león m
elephant | elefante m
monkey | mono m
hedgehog | erizo m
animal_h | animal m
bread | pan m
soup | sopa f
meat | carne f
cheese | queso m
rice | arroz m
sugar | azúcar m
honey | miel f
egg | huevo m
apple | manzana f
tomato | tomate m
onion | cebolla f
carrot | zanahoria f
cake | pastel m ; tarta f
salad | ensalada f
dish | plato m
pear | pera f
orange_f | naranja f
lemon | limón m
cherry | cereza f
banana | plátano m ; banana f
potato | patata f ; papa f
cucumber | pepino m
cabbage | col f ; repollo m
pasta | pasta f
sausage | salchicha f
butter | mantequilla f
salt | sal f
flour | harina f
ice_cream | helado m
chocolate | chocolate m
nut | nuez f
pancake | tortita f ; panqueque m
yoghurt | yogur m
fruit | fruta f
vegetable | verdura f ; hortaliza f
water | agua f el
milk | leche f
tea | té m
coffee | café m
wine | vino m
juice | zumo m ; jugo m
beer | cerveza f
lemonade | limonada f
medicine | medicina f ; medicamento m
knife | cuchillo m
spoon | cuchara f
fork | tenedor m
plate | plato m
pot | olla f
cup | taza f
bottle | botella f
vase | jarrón m ; florero m
pan | sartén f
bowl | cuenco m
glass | vaso m
bucket | cubo m ; balde m
table | mesa f
chair | silla f
bed | cama f
cupboard | armario m
bench | banco m
carpet | alfombra f
sofa | sofá m
shelf | estante m ; estantería f
door | puerta f
window | ventana f
box | caja f
suitcase | maleta f
lamp | lámpara f
key | llave f
lock | cerradura f
candle | vela f
mirror | espejo m
gift | regalo m
bag | bolsa f ; bolso m
ticket | billete m ; entrada f
map | mapa m
passport | pasaporte m
coin | moneda f
money | dinero m
ring | anillo m
clock | reloj m
umbrella | paraguas m
blanket | manta f
pillow | almohada f
towel | toalla f
comb | peine m
toy | juguete m
doll | muñeca f
rope | cuerda f ; soga f
basket | cesta f ; canasta f
flag | bandera f
camera | cámara f
wallet | cartera f ; billetera f
stamp | sello m
envelope | sobre m
picture | cuadro m
photograph | fotografía f ; foto f
statue | estatua f
book | libro m
letter | carta f
newspaper | periódico m
dictionary | diccionario m
poem | poema m
report | informe m
contract | contrato m
magazine | revista f
diary | diario m
novel | novela f
textbook | manual m
message | mensaje m
list | lista f
recipe | receta f
invitation | invitación f
alphabet_letter | letra f
word | palabra f
pen | bolígrafo m ; pluma f
hammer | martillo m
saw | sierra f
needle | aguja f
brush | cepillo m
ladder | escalera f
tool_h | herramienta f
computer | ordenador m ; computadora f
phone | teléfono m
machine | máquina f
television | televisor m ; televisión f
radio | radio f
refrigerator | nevera f ; frigorífico m
printer | impresora f
ball | pelota f ; balón m
medal | medalla f
shirt | camisa f
coat | abrigo m
hat | sombrero m
dress | vestido m
shoe | zapato m
sweater | jersey m jerséis ; suéter m suéteres
skirt | falda f
jacket | chaqueta f
scarf | bufanda f
glove | guante m
sock | calcetín m
boot | bota f
belt | cinturón m
guitar | guitarra f
piano | piano m
violin | violín m
flute | flauta f
drum | tambor m
trumpet | trompeta f
accordion | acordeón m
instrument_h | instrumento m
tree | árbol m
flower | flor f
rose | rosa f
oak | roble m
tulip | tulipán m
bush | arbusto m
plant_h | planta f
mushroom | seta f ; hongo m
berry | baya f
stone | piedra f
axe | hacha f el
spade | pala f
car | coche m ; automóvil m
bus | autobús m
train | tren m
plane | avión m
ship | barco m
bicycle | bicicleta f ; bici f
truck | camión m
boat | barca f ; bote m
tram | tranvía m
motorcycle | motocicleta f ; moto f
taxi | taxi m
vehicle_h | vehículo m
song | canción f
melody | melodía f
story | historia f ; relato m
joke | chiste m
fairy_tale | cuento m
question | pregunta f
answer | respuesta f
problem | problema m
plan | plan m
rule | regla f
law_n | ley f
illness | enfermedad f
operation | operación f
journey | viaje m
lesson | lección f
exam | examen m exámenes
project | proyecto m
discovery | descubrimiento m
mistake | error m
accident | accidente m
theory | teoría f
experiment | experimento m
dream | sueño m
offer | oferta f
result | resultado m
game | juego m
match | partido m
race | carrera f
trial | juicio m
tournament | torneo m
battle | batalla f
crime | crimen m crímenes ; delito m
proof | prueba f
secret | secreto m
meeting | reunión f
decision | decisión f
idea | idea f
price | precio m
prize | premio m
film | película f
concert | concierto m
opera | ópera f
speech | discurso m
ballet | ballet m ballets
kitchen | cocina f
restaurant | restaurante m
school | escuela f
library | biblioteca f
university | universidad f
farm | granja f
field | campo m
barn | granero m
village | pueblo m ; aldea f
hospital | hospital m
pharmacy | farmacia f
station | estación f
airport | aeropuerto m
harbour | puerto m
hotel | hotel m
town | ciudad f
market_l | mercado m
shop | tienda f
bank | banco m
theatre | teatro m
museum | museo m
stadium | estadio m
court | tribunal m ; juzgado m
prison | cárcel f ; prisión f
castle | castillo m
forest | bosque m
river | río m
riverbank | orilla f
lake | lago m
mountain | montaña f
island | isla f
office | oficina f ; despacho m
factory | fábrica f
ministry | ministerio m
house | casa f
garden | jardín m
room | habitación f ; cuarto m
street | calle f
park | parque m
pool | piscina f
church | iglesia f
building | edificio m
bakery | panadería f
cafe | cafetería f ; café m
post_office | oficina f + de/ADP correos/NOUN
cinema | cine m
beach | playa f
desert | desierto m
valley | valle m
bridge | puente m
square | plaza f
tower | torre f
palace | palacio m
embassy | embajada f
laboratory | laboratorio m
classroom | aula f el
balcony | balcón m
cellar | sótano m
bathroom | baño m
bedroom | dormitorio m
gym | gimnasio m
zoo | zoológico m ; zoo m
sea | mar m
roof | tejado m
corridor | pasillo m
playground | patio m
workshop | taller m
cave | cueva f
hill | colina f
meadow | prado m
temple | templo m
monastery | monasterio m
"""

VERBS = """
eat | comer
drink_v | beber
cook | cocinar
bake | hornear
cut | cortar
order | pedir pres=pide past=pidió
wash | lavar
fill | llenar
read | leer
write | escribir
explain | explicar
learn | aprender
ask | preguntar le a
prepare | preparar
treat | tratar
examine | examinar
help | ayudar
visit | visitar
take | tomar
feed | alimentar a
milk_v | ordeñar -a
plant | plantar
fell | talar
catch | atrapar
hunt | cazar
watch | observar
find | encontrar pres=encuentra
collect | recoger
lose | perder pres=pierde
search | buscar
buy | comprar
sell | vender -a
pay | pagar le a
compare | comparar
choose | elegir pres=elige past=eligió ; escoger
wear | llevar imp
give | dar pres=da past=dio subj=dé
show | mostrar pres=muestra -a
send | enviar pres=envía ; mandar
bring | traer past=trajo subj=traiga
tell | contar pres=cuenta -a
steal | robar -a
interrogate | interrogar
defend | defender pres=defiende
discuss | discutir ; debatir
sign | firmar
criticise | criticar
repair | reparar ; arreglar
use | usar ; utilizar
open | abrir
close | cerrar pres=cierra
drive | conducir past=condujo
wait | esperar
meet | encontrarse pres=encuentra @con
play_i | tocar
perform | interpretar
hear_t | escuchar
paint | pintar
admire | admirar imp
win | ganar
throw | lanzar ; tirar
train_v | entrenar a
love | amar imp a ; adorar imp a
see | ver pres=ve past=vio subj=vea
fear | temer imp a
sleep | dormir pres=duerme past=durmió
work | trabajar
sing | cantar
dance | bailar
laugh | reírse pres=ríe past=rio
cry | llorar
sit | sentarse pres=sienta
swim | nadar
run | correr
practise | practicar
go | ir pres=va past=fue subj=vaya
travel_v | viajar
return | volver pres=vuelve ; regresar
come | venir pres=viene past=vino fut=vendr subj=venga
hurry | apresurarse @hacia
say | decir pres=dice past=dijo fut=dir subj=diga
know | saber past=supo fut=sabr subj=sepa imp
believe | creer imp doubt
hear | oír pres=oye subj=oiga
forget | olvidar
hope | confiar pres=confía imp doubt @en
think | pensar pres=piensa imp doubt
understand | entender pres=entiende ; comprender
announce | anunciar
break_v | romper
build | construir
carry | llevar
clean_v | limpiar
count_v | contar pres=cuenta -a
describe | describir -a
destroy | destruir
hide | esconder
hate | odiar imp a
praise | elogiar ; alabar
accept | aceptar
reject | rechazar
hug | abrazar a
invite | invitar
lift | levantar
measure | medir pres=mide past=midió
peel | pelar
pull | tirar @de
push | empujar
publish | publicar
translate | traducir past=tradujo
solve | resolver pres=resuelve
taste | probar pres=prueba
touch | tocar
protect | proteger a
follow | seguir pres=sigue past=siguió a
greet | saludar
rescue | rescatar a ; salvar a
punish | castigar
photograph_v | fotografiar pres=fotografía
lend | prestar
offer_v | ofrecer
recommend | recomendar pres=recomienda
smile | sonreír pres=sonríe past=sonrió
cough | toser
jump | saltar
fall | caerse subj=caiga
rest | descansar
shout | gritar
stand | estar pres=está past=estuvo subj=esté imp + de/ADP pie/NOUN
fly | volar pres=vuela
walk | caminar
flee | huir
remember | recordar pres=recuerda
notice | notar
promise | prometer
report_s | informar @de
"""

ADJECTIVES = """
new | nuevo either
old | viejo ; antiguo
aged | viejo
big | grande
small | pequeño
young | joven
good | bueno first
bad | malo either
fresh | fresco
cold | frío
hot | caliente
sweet | dulce
clean | limpio
dirty | sucio
sick | enfermo
healthy | sano
tired | cansado
hungry | hambriento
clever | inteligente ; listo
famous | famoso either ; célebre either
strong | fuerte
fast | rápido ; veloz
happy | feliz ; contento
sad | triste
sad_n | triste
rich | rico
poor | pobre
expensive | caro
cheap | barato
beautiful | hermoso either ; bonito
important | importante
difficult | difícil
easy | fácil ; sencillo
heavy | pesado
light_a | ligero
dangerous | peligroso
long | largo
short | corto ; breve
interesting | interesante
red | rojo
green | verde
black | negro
white | blanco
blue | azul
evil | malvado
quiet | tranquilo ; silencioso
empty | vacío
full | lleno
secret_a | secreto
brave | valiente
wild | salvaje
slow | lento
weak | débil
cowardly | cobarde
loud | ruidoso
dry | seco
wet | mojado
warm | templado ; tibio
yellow | amarillo
brown | marrón
polite | educado ; cortés
rude | grosero ; maleducado
lazy | perezoso ; vago
modern | moderno
boring | aburrido
strange | extraño ; raro
useful | útil
useless | inútil
angry | enfadado ; enojado
proud | orgulloso
curious | curioso
honest | honesto ; honrado
broken | roto
sharp | afilado
deep | profundo ; hondo
wide | ancho
narrow | estrecho ; angosto
"""

PHRASES = """
two | dos/NUM
three | tres/NUM
four | cuatro/NUM
five | cinco/NUM
six | seis/NUM
ten | diez/NUM
seven | siete/NUM
eight | ocho/NUM
twelve | doce/NUM
twenty | veinte/NUM
hundred | cien/NUM
nine | nueve/NUM
thirty | treinta/NUM
all | todos/DET
some | algunos/DET
yesterday | ayer
last_week | la/DET semana/NOUN pasada/ADJ
recently | recientemente ; hace/VERB poco
last_year | el/DET año/NOUN pasado/ADJ
last_month | el/DET mes/NOUN pasado/ADJ
now | ahora
today | hoy
every_day | todos/DET los/DET días/NOUN ; cada/DET día/NOUN
often | a/ADP menudo ; con/ADP frecuencia/NOUN
always | ^siempre
sometimes | a/ADP veces/NOUN
every_week | todas/DET las/DET semanas/NOUN ; cada/DET semana/NOUN
tomorrow | mañana
next_week | la/DET próxima/ADJ semana/NOUN
soon | pronto
next_year | el/DET próximo/ADJ año/NOUN
next_month | el/DET próximo/ADJ mes/NOUN
morning | por/ADP la/DET mañana/NOUN
afternoon | por/ADP la/DET tarde/NOUN
evening | al/ADP anochecer/NOUN
night | por/ADP la/DET noche/NOUN
monday | el/DET lunes/NOUN
tuesday | el/DET martes/NOUN
friday | el/DET viernes/NOUN
saturday | el/DET sábado/NOUN
sunday | el/DET domingo/NOUN
summer | en/ADP verano/NOUN
autumn | en/ADP otoño/NOUN
spring | en/ADP primavera/NOUN
winter | en/ADP invierno/NOUN
again | otra/DET vez/NOUN ; de/ADP nuevo/ADJ
quickly | rápidamente ; deprisa
gladly | con/ADP gusto/NOUN
slowly | lentamente ; despacio
carefully | cuidadosamente ; con/ADP cuidado/NOUN
calmly | tranquilamente ; con/ADP calma/NOUN
secretly | en/ADP secreto/NOUN
alone | a/ADP solas/NOUN
loudly | ruidosamente
suddenly | de/ADP repente
patiently | pacientemente ; con/ADP paciencia/NOUN
politely | educadamente ; cortésmente
"""

NAMES = """
Maria | María
Martin | Martín
Sofia | Sofía
Ivan | Iván
Simon | Simón
Berlin | Berlín
London | Londres
Moscow | Moscú
Paris | París
Vienna | Viena
Istanbul | Estambul
Rome | Roma
Munich | Múnich
Prague | Praga
Kazan | Kazán
Izmir | Esmirna
Warsaw | Varsovia
Hamburg | Hamburgo
Dublin | Dublín
Geneva | Ginebra
Lisbon | Lisboa
Dresden | Dresde
Venice | Venecia
Krakow | Cracovia
Lucia | Lucía
Felix | Félix
Leon | León
Tomas | Tomás
Ramon | Ramón
Martinez | Martínez
Milan | Milán
Athens | Atenas
Frankfurt | Fráncfort
Kyiv | Kiev
Beijing | Pekín
Cairo | El Cairo
Malaga | Málaga
Trabzon | Trebisonda
Tokyo | Tokio
"""
