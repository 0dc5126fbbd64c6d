"""Short and pet forms of forenames in Britain and Ireland: English, Welsh, Scottish, Irish, Polish, South Asian.

A line is a formal name and the forms people use for it; a long list goes on in a second line. A form may belong to
several (Alex: Alexander, Alexandra). National forms of one name that people swap in daily life (William, Gwilym) are on
its line too.
"""

from __future__ import annotations

FORMS = """
abigail abi abby abbie gail
abraham abe bram
adam ads adi adas adamek
adrian ade adie
agnes aggie nessie nancy nesta
agnieszka aga agusia
alan al
albert bert bertie al
aled al
aleksander alek olek
aleksandra ola
alexander alex al alec alick sandy xander zander alasdair alastair alistair alister sasha lex eck sawney
alexandra alex sandra lexi lexie alexa sandie sasha alix
alfred alf alfie fred
alison ali allie aly
amanda mandy manda
amandeep aman
amelia millie amy emmie
amritpal amrit
andrew andy drew dandy andi andreas andras
andrzej jedrek
angela angie ange
angharad haf
anita nita
ann annie anne anna anya nan nancy anita annette
anthony tony ant antony antek anton
antonia toni tonia
arthur art arty
barbara barb babs barbie basia
barnaby barney
bartosz bartek
bartholomew bart
beatrice bea bee trixie
benjamin ben benny benji benjy
bernadette bernie detta
bernard bernie barney
beverley bev
bradley brad
brendan bren
bridget bridie biddy brid breda
bronwen bron
caitlin cait
cameron cam
caroline carol caz carrie caro lina
carwyn car
catherine cath cathy kate katie kat kitty cass caitriona catriona cathryn katherine kathleen kay kit trina katarzyna
catherine kasia kaja
ceridwen ceri
charles charlie chas chuck chaz carl karol tearlach
charlotte lottie charlie char lotte
christina chris chrissie tina christine kirsty kirsten krystyna kristina
christopher chris kit topher kris krzysztof krzysiek christy
clifford cliff
constance connie
cynthia cindy
dafydd dai dafi
damian damo
daniel dan danny dani
danielle dani elle
darren daz dazza
david dave davey davie davy dai dafydd dewi taffy dawid
deborah deb debbie debs debra
denise den
dennis den denny
derek del deggsy
dhruv dhru
diana di dee diane
dilwyn dil
dominic dom nic
donald don donnie donny donal
dorothy dot dotty dolly dora
douglas doug dougie duggie
duncan dunc
edith edie
edward ed eddie eddy ted teddy ned iorwerth edek eduard
edmund ed eddie ned
eileen eily
eleanor ellie nell nellie nora lena ella elen elinor
elizabeth liz lizzie beth betty bess bessie eliza libby lisa elsie elspeth liza betsy lily lilibet ela elzbieta
elizabeth lisbeth ealasaid eilis ellie
elliott el
emily em emmy milly
emma em emmie
eric rick ricky
eugene gene
evelyn evie eve
ewa ewka
ffion ffi
florence flo florrie flossie
frances fran frankie francesca fanny
francis frank frankie fran franek
frederick fred freddie freddy
gabriel gabe gabi
gabriela gabi gabby
gareth gaz gary gareth
gary gaz gal gazza
geoffrey geoff jeff jeffrey
george georgie jerzy jurek seoras sior
georgina georgie gina
gerald gerry jerry ger
gerard gerry ger gerrard
geraldine gerry ger
gillian gill jill gilly
glenys glen
gordon gord gordie
graham gray graeme
gregory greg gregor greig grzegorz grzesiek
gurpreet gurpy preet
gwendoline gwen wendy gwenda
gwyneth gwen gwyn
hannah han hanna hania
harold harry hal
harpreet harry harps preet
harjinder harry harj
harvinder harry harv
hardeep harry
hayley hay
helen nell nellie ellen helena nel elena
henry harry hal hank harri henryk
herbert herb bert bertie
hugh hughie shug huw uisdean
ian iain
ifan ieuan evan ianto
imran immy
isaac ike zac
isabella bella izzy belle isabel isobel ishbel izzie
ivor ifor
jack jackie jacky
jacqueline jackie jacqui jacquie
jacob jake jakub kuba
jadwiga jadzia
james jim jimmy jamie jem jimi seamus hamish jaimie jas
jan janek jas john
jane janie janey jayne jean sian sheena siobhan
janet jan jennet
janice jan
jaroslaw jarek
jasmine jas jaz jazz
jaspreet jas preet
jaswinder jas jassi
javed jav
jeremy jem jez jerry
jennifer jen jenny jenni
jessica jess jessie
joanna jo joanne asia joasia
joanne jo joan
john jack johnny jon jackie ian ieuan sean evan jock eoin iain hank johnnie
jonathan jon jonny jack johnny jono nathan
joseph joe joey jo jozef jozek seosamh
josephine jo josie jos
joshua josh
judith judy jude jodie
julia jules julie
julian jules jools
kamaljit kam
karamjit karam
katarzyna kasia
kathleen kath kathy kate kay
kenneth ken kenny
kevin kev
kimberley kim
kuldip kully deep
kulwinder kully
laurence larry lawrence loz lol laurie lorcan
laura laurie loz lora
lawrence larry laurie loz
leonard len lenny leo
leslie les
lewis lew louie louis
lillian lily lil
linda lin lindy lyn
louis lou louie lewis
louise lou lulu
lucy lu luce
lukasz luke
lydia liddy
lynette lyn lynn
magdalena magda madzia lena
malcolm mal malc calum
malgorzata gosia malgosia
mandeep mandy mani
manjit manj
manpreet manny mani preet
margaret maggie meg peggy peg madge marge margie mags greta rita daisy maisie mairead marged peigi megan
marianne mary
maria mary marysia marie
marion mari
mark marky marek
martin marty marcin
mary molly polly may mollie mair maire moira maureen mamie mari mia
mateusz mati matt
matthew matt matty mat mateusz
maurice mo moss
maxwell max
maximilian max
melanie mel
melissa mel lissa
meredydd mered
michael mike mick micky mikey mickey mitch michal michel meical micheal misha mykhailo
michelle shell chelle mich
mildred millie
miroslaw mirek
mohinder mo
muhammad mo moh hammy mhmd moe
myfanwy myf fanny
nathan nat nate
nathaniel nat nate nathan
natalie nat tally
natasha tasha nat
nicholas nick nicky nic mikolaj colin nico klaus
nicola nicky nic nikki nikky
nigel nige
nirmal nim
norman norm
oliver ollie olly ol
olivia liv livvy libby
oswald oz ozzie os
owain owen
pamela pam pammy
parminder pam minder
patricia pat patsy trish tricia patty paddy trisha
patrick pat paddy packie padraig rick pady
paul pauly pawel pol
pauline paula
penelope pen penny
peter pete pedr piotr piotrek peadar petey
philip phil pip flip pilib
philippa pippa pip
piotr piotrek
rachel rach rae
raj rajinder rajesh rajan
rajinder raj
ramesh ram
ranjit ranj
raymond ray
rebecca becky becca bex beck
reginald reg reggie rex
rhiannon rhi
rhodri rod
richard rich dick rick ricky richie dickie rikki risteard ryszard
robert bob bobby rob robbie bert rab rabbie robin roibeard bobbie robby
roberta bobbie
roderick rod roddy rory
rodney rod
roger rodge
ronald ron ronnie ronny
rosemary rose rosie romy
roxanne roxy
rupert rupe
russell russ rusty
salim sal
samantha sam sammy sammie
samuel sam sammy
sandra sandy
sarah sally sadie sal sara
satnam sat
satwinder sat
sebastian seb bas
shahid shah
sharon shaz shaza shazza
simon si szymon
stanislaw staszek stan stas
stanley stan
stephanie steph steff
stephen steve stevie ste steven stefan szczepan steffan
stuart stu stewart stew
sukhdev sukh
sukhvinder sukhi sukh
surinder suri
susan sue susie suzie suzy susanna suzanne zuzanna
sylvia syl
tadeusz tadek
terence terry tel tez
teresa terry tess tessa theresa tracy terri tereska
thelma thel
theodore ted theo teddy
thomas tom tommy tam thom tomos twm tomasz tomek tomas tommie
timothy tim timmy
tobias toby
tomasz tomek
trevor trev
tudur tudor
ursula ulla
valerie val
vanessa ness nessa
veronica ronnie vera roni
victor vic
victoria vicky vicki tori vikki viki
vincent vin vince vinnie
violet vi
virginia ginny
vivian viv
wahid waheed
walter wally walt wat
wayne waz
wendy wen
wilfred wilf fred wilfrid
william bill billy will willy willie wills liam gwilym gwil wil bil wullie uilleam wilhelm
winifred win winnie freda gwen
wojciech wojtek
yasmin yas
yvonne eve
zachary zac zach zak zack
zbigniew zbyszek
zofia zosia sophie
sophie soph sophia
grace gracie
ryan ry
kieran kier kiz
liam li
callum cal calum
jordan jord
nadeem nad
shabir shab
tariq taz
zulfiqar zulfi
ghulam gul
iftikhar ifty
waqar vic
balbir bal
baljit bal
balwinder bal
gurdeep gary gurdy
gurminder gary
harbhajan bhajan
jagdeep jag jaggy
jagjit jag
jasvir jas
lakhvinder lucky lakhi
narinder nari
paramjit pam param
sandeep sandy sunny
sukhdeep sukh
tejinder tej
"""
