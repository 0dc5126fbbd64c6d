"""One name, many spellings: names carried into the Latin alphabet from Arabic, Urdu, Punjabi, Bengali, Polish and the
Gaelic languages, where sound alone does not join them (Mohd, Siobhan, Husayn). A line is a family, the first its name;
a long one goes on in a second line.

Only spellings that a phonetic code does not already make equal, and the commonest of those that it does, need a line.
"""

from __future__ import annotations

from types import MappingProxyType

_FAMILIES = """
muhammad mohammed mohammad muhammed mohamed mohamad muhamed muhamad mohd muhd mhd mohamud mohamoud mahomed mohammod
muhammad mohamet mehmet mehmed md mo mohmed mohmmed muhammadu mamadou
ahmed ahmad achmed ahmet ahamed ahmmed hamad
mahmood mahmoud mahmud mehmood mehmud
hussain hussein husain husein husayn hussayn hossain hosein hossein houssain hussien hoosein huseyin
hassan hasan hasaan hassaan hasen
ali aly alli
abdullah abdulla abdallah abdalla abdulah abdellah
omar umar umer omer
usman othman osman uthman ousmane usmaan ousman
khalid khaled khalad halid
yusuf yousef youssef yousuf yusef yousif yusof youcef josef
ibrahim ebrahim ibraheem ibrahima ebraheem
ismail ismael ismaeel esmail ishmael
ishaq isaq ishak ishaaq
yaqub yakub yaqoob yaqoub yacoub yaakoub jakub
mustafa mustapha moustafa mostafa mustaffa
rashid rasheed rachid rashed
rahman rehman rahmaan rahmen ur-rahman urrahman
saeed said sayed sayeed saed
syed sayyid sayed sayyed seyed syeed
sheikh shaikh shaykh sheik sheekh shekh
tariq tarik tareq tarek tarique
zahra zahara zehra zara
fatima fatimah fatema fathima fatma fatoumata fatuma
aisha ayesha aysha aishah aicha aysa aesha
khadija khadijah khadeeja khadeja hadija khatija
mariam maryam miriam maryum mariyam meryem
zainab zaynab zeinab zaineb zenab
nasir naseer nasser nasr naser
jamil jameel gamil djamil
karim kareem kerim
amin ameen amine
iqbal ikbal eqbal
qureshi kureshi quraishi koreshi qureishi quraishy
choudhury chaudhry chaudhary choudhary chowdhury chaudry choudhry chaudhari chowdhry choudry chaudri
begum begam bagum
bibi beebee
khatun khatoon
akhtar akhter aktar akther
siddiqui siddique siddiqi siddiq siddeeq sadiq sadique
mirza meerza
malik malek maliq
miah mia miya mian
uddin udeen uddeen oddin
islam eslam
kaur kour kor
singh sing sinh singha
gill ghill
dhaliwal dhaliwall daliwal
sandhu sandu
harpreet harprit
gurpreet gurprit
manpreet manprit
jaswinder jasvinder
balwinder balvinder
satwinder satvinder
rajinder rajendra rajender
patel pattel patell
krishnan krishna krishnen
lakshmi laxmi luxmi
vijay wijay bijay bijoy
vivek bibek
sanjay sanjai sonjoy
piotr pyotr
pawel pavel
krzysztof kristof krzystof kristoff
grzegorz gregorz grigor
wojciech vojtech wojcieh
lukasz lucas lukas lukash
michal mihal
tomasz tomash tomas
mateusz mateush matheus
bartosz bartosh
szymon simon shimon
andrzej andrzey andrej andrei andrey andriy
jerzy jerzey
stanislaw stanislav
wladyslaw vladislav wladislaw
miroslaw miroslav
jaroslaw yaroslav jaroslav
zbigniew zbignew
malgorzata malgozata
agnieszka agneska agnieska
katarzyna katazyna
elzbieta elzbeta
wieczorek vietchorek
wisniewski wisnewski vishnevsky wisniewska vishnevski
kowalski kovalski kowalska kovalsky
lewandowski levandovski lewandowska levandowski
wojcik wojcek voitsik
kaminski kaminska kaminsky
zielinski zielinska zelinski
szymanski szymanska shimanski
wozniak vozniak
jankowski jankowska yankovski
nowak novak
yevhen evgeny yevgeny evgeni eugeny evgenii
oleksandr aleksandr alexandr aleksander alexandru
dmitri dmitry dimitri dmytro dimitry
serhiy sergei sergey serghei sergiu
volodymyr vladimir wladimir
mykola nikolai nikolay nicolae
yuri yuriy iurii juri
siobhan shivaun chevonne shavonne shevaun
sean shaun shawn shane shaan
niamh neve neave nieve
aoife eefa aeefa eva
caoimhe keeva kiva queeva
saoirse sersha seersha
roisin rosheen
sinead shinaid shinead
eoin owen eoghan owain ewan euan ewen iwan
ciaran kieran kieron keiran kyran
cathal cahal
padraig padraic patrick podrig
diarmuid dermot diarmaid dermott
ruairi rory ruaidhri ruari
aidan aodhan aiden aidhan
tadhg teague tighe
seamus shamus seumas hamish
maire mairi maura moira
sorcha surka
oisin osheen usheen
fionnuala finola nuala
grainne grania gronya
meabh maeve medb mave
conor connor connar conner conchobhar
donald donal domhnall domnall
caitlin kaitlin katelyn kaitlyn caitlyn
hywel howell howel
rhys reece rees reese
geraint gerraint
llewellyn llywelyn llewelyn
sian shan
angharad anharad
gruffydd griffith gruffudd griffiths
dafydd davydd
ieuan iuean yeuan
llyr lear
nguyen nguen nguyan
zhang chang cheung
zhou chow chau
huang wong hwang
chen chan tan
li lee
wang wong
lin lam
xu hsu
"""


def _by_spelling() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in _FAMILIES.split("\n"):
        family = line.replace("-", "").split()
        for word in family:
            table[word] = tuple(dict.fromkeys((*table.get(word, ()), family[0])))
    return table


#: Spelling → the families it may belong to ("wong" is in two). Bare letters.
FAMILIES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(_by_spelling())


def families(word: str) -> tuple[str, ...]:
    """The families a spelling belongs to; its own when it is in none."""
    return FAMILIES.get(word, (word,))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: muhammad and mohd."""
    if one == other:
        return False
    ours, theirs = FAMILIES.get(one, (one,)), FAMILIES.get(other, (other,))
    return any(name in theirs for name in ours)
