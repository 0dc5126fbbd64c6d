"""How names and dates of birth go wrong between a person's mouth and a search box, with a seed.

The model knows nothing of how the search works: its tables of short forms and spellings are its own, written from
what officers and clerks get wrong, and it damages what they would type, not what is stored. What it does:

- slip        one key wrong in a name: a neighbouring key, a letter left out, doubled, put in, or two exchanged
- sound       one part of a name written as it sounds (ph/f, ck/k, ea/ee, y/ie, doubled letters, silent letters …)
- short       a forename's everyday form, or the formal name of one
- spelling    another usual spelling of a name from another language (Mohammed, Hussain, Chaudhry, Wojciech …)
- cut         a name broken off: the beginning of a surname, of a forename, or the initial
- turned      forename and surname exchanged
- joined      what joins names: O' or a hyphen left out or kept together, half of a double name, a middle name used
- day_month   day and month exchanged
- year        the year before or after
- digit       one digit of the date wrong, or two neighbours exchanged

Seven in ten queries carry one damage, a quarter two, the rest three; a date that was damaged is still a date. A
query is a forename, a surname, and with seven in ten the date of birth, with one in ten the year. The rest are names
alone: asked only of people whose name at most two bear, since nobody could pick one of forty John Smiths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

#: Written for heard, once in a name.
_SOUNDS = """
ph/f f/ph ck/k k/ck c/k k/c ea/ee ee/ea ie/ee ei/ie ie/ei y/ie ey/y y/ey ou/oo oo/u u/oo ai/ay ay/ai ae/a th/t
t/th s/z z/s x/ks gh/g gh/ er/or er/ar on/en en/an an/en i/e e/i a/e o/a sh/ch sch/sh cz/ch sz/sh w/v v/w j/y
kh/k dh/d q/k bh/b ss/s s/ss ll/l l/ll nn/n n/nn tt/t t/tt rr/r r/rr mm/m m/mm mc/mac mac/mc wr/r kn/n wh/w mb/m
dge/ge tch/ch aw/or ough/uff eigh/ay oe/o
"""

_SHORT = """
william bill,billy,will,liam  robert bob,rob,bobby,robbie  richard rick,dick,ricky,rich  james jim,jimmy,jamie
john jack,johnny,jon  michael mike,mick,mikey  thomas tom,tommy  christopher chris,kris  anthony tony,ant
david dave,davey  daniel dan,danny  joseph joe,joey  matthew matt  andrew andy,drew  stephen steve,ste
steven steve  peter pete  edward ed,ted,eddie,ned  charles charlie,chas,chuck  george georgie  kenneth ken,kenny
ronald ron,ronnie  donald don,donnie  gary gaz  gareth gaz,gary  darren daz  barry baz  jeremy jez,jerry
terence terry,tel  derek del  samuel sam,sammy  benjamin ben,benny  nicholas nick,nicky
alexander alex,sandy,alec,xander  gerald gerry,jerry  lawrence larry,laurie  patrick pat,paddy  philip phil
frederick fred,freddie  albert bert,al  alfred alf,alfie  leonard len,lenny  raymond ray  stuart stu,stew
timothy tim  vincent vince,vinny  walter wally,walt  jonathan jon,jonny  joshua josh  zachary zac,zack
harold harry  henry harry,hal  malcolm mal  maurice mo  russell russ  simon si  dominic dom  gregory greg
graham gray  geoffrey geoff,jeff  francis frank,frankie  douglas doug  duncan dunc  martin marty  nigel nige
elizabeth liz,beth,betty,lizzie,libby  margaret maggie,peggy,meg,madge  katherine kate,kathy,katie
catherine cath,kate,cathy  kathleen kath,kathy  susan sue,susie  patricia pat,trish,patsy  jennifer jen,jenny
deborah debbie,deb  rebecca becky,becca  christine chris,tina,chrissie  christina chris,tina
jacqueline jackie,jacqui  samantha sam,sammy  victoria vicky,tori  alexandra alex,sandra,lexi  stephanie steph
sandra sandy  barbara babs,barb  sarah sally,sal  amanda mandy  jessica jess,jessie  charlotte lottie,charlie
abigail abi,abby  emily em,emmie  natalie nat  natasha tash,tasha  eleanor ellie,nell  isabella izzy,bella
olivia liv,livvy  amelia millie,amy  gillian gill,jill  pamela pam  dorothy dot,dolly  theresa terry,tess
valerie val  rosemary rose,rosie  caroline caz,carol  josephine jo,josie  joanne jo  joanna jo
francesca fran,frankie  georgina george,gina  philippa pippa  muhammad mo  mohammed mo,moh  mohammad mo
gurpreet gurpy,preet  harpreet harps,harry  jaswinder jas,jassi  manpreet manny  krzysztof krzysiek
katarzyna kasia  malgorzata gosia  tomasz tomek  piotr piotrek  aleksandra ola  agnieszka aga  grzegorz grzesiek
"""

_SPELLINGS = """
mohammed muhammad,mohamed,mohammad,mohd,mohamad,muhammed  muhammad mohammed,mohamed,mohd,mohammad
mohamed mohammed,muhammad  mohammad mohammed,muhammad,mohd  ahmed ahmad,achmed  ahmad ahmed
hussain hussein,husain,husayn,hossain  hussein hussain,husein  hassan hasan,hassen  hasan hassan  ali aly,alli
khan kahn,kan  begum begam,begom  akhtar akhter,aktar  choudhury chowdhury,chaudhry
chowdhury choudhury,chaudhry,chaudhary  chaudhry choudhry,chaudhary,chowdhury  sheikh shaikh,shaykh
shaikh sheikh  syed sayed,sayyid  rahman rehman,rahmaan  rehman rahman  iqbal ikbal  qureshi kureshi,quraishi
siddiqui siddique,siddiqi  mahmood mahmoud,mehmood  mahmoud mahmood  yusuf yousef,yousuf,youssef
ibrahim ebrahim,ibraheem  abdullah abdulla,abdallah  usman othman,osman  omar umar,omer  umar omar
khalid khaled  tariq tarik,tareq  nasir nasser,naseer  rashid rasheed  saeed said,sayeed  said saeed
karim kareem  fatima fatema,fatimah  aisha ayesha,aysha  ayesha aisha  khadija khadijah  zainab zaynab,zeinab
maryam mariam,miriam  zahra zara  singh sing,sinhg  kaur kour,kaure  gill gil  dhaliwal dhaliwall  sandhu sandu
patel pattel,patell  sharma sarma  jaswinder jasvinder  balwinder balvinder  gurpreet gurprit  harpreet harprit
piotr pyotr  pawel pavel  krzysztof kristof,krystof  wojciech wojtech,voychek  tomasz tomash  michal mihal
lukasz lucas,lukash  mateusz mateus  katarzyna katarzina  agnieszka agneshka  malgorzata malgozata
andrzej andrzey  jakub yakub  nowak novak  kowalski kovalski,kowalsky  kowalska kovalska
wisniewski vishnevski,wisnewski  wojcik wojcek,voychik  kaminski kaminsky  lewandowski levandovski
zielinski zelinski  szymanski shimanski  wozniak vozniak  sean shaun,shawn  shaun sean  siobhan chevonne,shivaun
niamh neve,neeve  aoife eefa,efa  ciaran kieran,keiran  kieran ciaran  eoin owen,eoghan  conor connor
connor conor,conner  rhys reece,reese  dafydd davyth,david  sian shan  gruffydd griffith
catherine katherine,kathryn,cathryn  katherine catherine,kathryn  stephen steven,stephan  steven stephen
geoffrey jeffrey  graham graeme,grahame  alan allan,allen  ian iain  neil neal,niel  stuart stewart  mark marc
eric erik  carl karl
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    words = text.split()
    return {name: tuple(others.split(",")) for name, others in zip(words[::2], words[1::2], strict=True)}


SHORT, SPELLINGS = _table(_SHORT), _table(_SPELLINGS)
SOUNDS = tuple(pair.split("/") for pair in _SOUNDS.split())


@dataclass(frozen=True)
class Typed:
    """What somebody types. `born` is the date, `year_only` says that only its year is typed; None: no date."""

    given: str
    surname: str
    born: date | None = None
    year_only: bool = False


@dataclass(frozen=True)
class Damaged:
    """The typed text after its damages, whose names are in `kinds`."""

    typed: Typed
    kinds: tuple[str, ...]


def damage(typed: Typed, random: Random) -> Damaged:
    """One to three damages, each of which changed something. The same state of `random` gives the same damage."""
    wanted = random.choices((1, 2, 3), (70, 25, 5))[0]
    kinds: list[str] = []
    for _ in range(60):
        if len(kinds) == wanted:
            break
        kind = random.choices(tuple(_KINDS), tuple(share for _, share in _KINDS.values()))[0]
        if kind in kinds or (kind in _ON_DATES and _ON_DATES & set(kinds)) or (kind == "cut" and len(kinds) > 1):
            continue
        changed = _KINDS[kind][0](typed, random)
        if changed is not None and changed != typed and changed.given and changed.surname:
            typed = changed
            kinds.append(kind)
    return Damaged(typed, tuple(kinds))


def _on_a_name(typed: Typed, random: Random, change: Callable[[str, Random], str]) -> Typed:
    """The longer name is mistyped more often."""
    if random.random() < len(typed.surname) / (len(typed.surname) + len(typed.given)):
        return replace(typed, surname=change(typed.surname, random))
    return replace(typed, given=change(typed.given, random))


def _slip(typed: Typed, random: Random) -> Typed:
    return _on_a_name(typed, random, _one_slip)


def _one_slip(name: str, random: Random) -> str:
    if len(name) < 3:
        return name
    place = random.choices(range(len(name)), (1, *[3] * (len(name) - 1)))[0]  # first letters are seen, and put right
    char = name[place]
    kind = random.choice(("neighbour", "out", "double", "in", "exchange"))
    if kind == "neighbour":
        return name[:place] + _neighbour(char, random) + name[place + 1 :]
    if kind == "out":
        return name[:place] + name[place + 1 :]
    if kind == "double":
        return name[: place + 1] + char.lower() + name[place + 1 :]
    if kind == "in":
        return name[: place + 1] + _neighbour(char, random).lower() + name[place + 1 :]
    if place + 1 < len(name):
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name


def _neighbour(char: str, random: Random) -> str:
    for row in _ROWS:
        place = row.find(char.lower())
        if place >= 0:
            near = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            found = random.choice(near)
            return found.upper() if char.isupper() else found
    return char


def _sound(typed: Typed, random: Random) -> Typed:
    return _on_a_name(typed, random, _as_it_sounds)


def _as_it_sounds(name: str, random: Random) -> str:
    low = name.lower()
    rules = [(old, new) for old, new in SOUNDS if old in low]
    if not rules:
        return name
    old, new = random.choice(rules)
    places = [place for place in range(len(low)) if low.startswith(old, place)]
    place = random.choice(places)
    return (low[:place] + new + low[place + len(old) :]).title()


def _by_table(table: Mapping[str, tuple[str, ...]], name: str, random: Random) -> str:
    found = table.get(name.lower())
    return random.choice(found).title() if found else name


def _short(typed: Typed, random: Random) -> Typed:
    formal = [name for name, forms in SHORT.items() if typed.given.lower() in forms]
    if formal and typed.given.lower() not in SHORT:
        return replace(typed, given=random.choice(formal).title())
    return replace(typed, given=_by_table(SHORT, typed.given, random))


def _spelling(typed: Typed, random: Random) -> Typed:
    changed = replace(typed, surname=_by_table(SPELLINGS, typed.surname, random))
    if changed == typed or random.random() < 0.5:
        given = _by_table(SPELLINGS, typed.given, random)
        changed = replace(typed, given=given) if given != typed.given else changed
    return changed


def _cut(typed: Typed, random: Random) -> Typed:
    kind = random.choices(("surname", "given", "initial"), (45, 35, 20))[0]
    if kind == "surname" and len(typed.surname) > 5:
        return replace(typed, surname=typed.surname[: random.randint(4, len(typed.surname) - 1)].rstrip("-' "))
    if kind == "given" and len(typed.given) > 4:
        return replace(typed, given=typed.given[: random.randint(3, len(typed.given) - 1)])
    # An initial says too little without a whole date of birth.
    return replace(typed, given=typed.given[0]) if kind == "initial" and typed.born and not typed.year_only else typed


def _turned(typed: Typed, random: Random) -> Typed:
    return replace(typed, given=typed.surname, surname=typed.given)


def _joined(typed: Typed, random: Random) -> Typed:
    surname = typed.surname
    if surname.startswith("O'"):
        return replace(typed, surname=random.choice((surname[2:], "O" + surname[2:].lower(), "O " + surname[2:])))
    if "-" in surname or " " in surname:
        parts = surname.replace("-", " ").split()
        return replace(typed, surname=random.choice((parts[0], parts[-1], " ".join(parts), "".join(parts))))
    return typed


def _day_month(typed: Typed, random: Random) -> Typed | None:
    born = typed.born
    if born is None or typed.year_only or born.day > 12:
        return None
    return replace(typed, born=born.replace(month=born.day, day=born.month))


def _year(typed: Typed, random: Random) -> Typed | None:
    born = typed.born
    if born is None or (born.month, born.day) == (2, 29):
        return None
    return replace(typed, born=born.replace(year=born.year + random.choice((-1, 1))))


def _digit(typed: Typed, random: Random) -> Typed | None:
    born = typed.born
    if born is None or typed.year_only:
        return None
    text = f"{born:%d%m%Y}"
    for _ in range(20):
        place = random.randrange(8)
        if random.random() < 0.3 and place < 7:
            changed = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        else:
            changed = text[:place] + str(random.randrange(10)) + text[place + 1 :]
        try:
            found = date(int(changed[4:]), int(changed[2:4]), int(changed[:2]))
        except ValueError:
            continue
        if found != born and date(1920, 1, 1) < found < date(2026, 1, 1) - timedelta(days=1):
            return replace(typed, born=found)
    return None


_Change = Callable[[Typed, Random], Typed | None]
#: How often each is tried; those that do not apply to the name are drawn again.
_KINDS: dict[str, tuple[_Change, int]] = {
    "slip": (_slip, 24), "sound": (_sound, 20), "short": (_short, 14), "spelling": (_spelling, 14), "cut": (_cut, 7),
    "turned": (_turned, 6), "joined": (_joined, 6), "day_month": (_day_month, 6), "year": (_year, 6),
    "digit": (_digit, 6),
}  # fmt: skip
_ON_DATES = frozenset({"day_month", "year", "digit"})
KINDS = tuple(_KINDS)
