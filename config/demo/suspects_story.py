"""Whom Northmere looks for, and what it knows of them. All invented; streets and postcodes do not exist."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    number: str
    street: str
    postcode: str
    lat: float
    lon: float
    flat: str = ""
    area: str = "Fenside"


@dataclass(frozen=True, kw_only=True)
class Warning:
    """`days` ago it was added; `review` in so many days from now."""

    code: str
    text: str
    source: str
    days: int
    review: int = 180


@dataclass(frozen=True, kw_only=True)
class Wanted:
    basis: str
    offence: str
    band: str
    hours: int  # ago it was issued
    category: str = ""
    two_officers: bool = False
    armed_only: bool = False
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Curfew:
    """Every night from `start` for `hours`."""

    code: str  # JE or JD
    start: str
    hours: int


@dataclass(frozen=True, kw_only=True)
class Suspect:
    given: str
    surname: str
    born: str  # dd/mm/yyyy
    sex: str
    place: Place
    skin: int = 0  # of the drawn picture
    hair: int = 0
    picture_days: int = 200  # old; 0: none held
    birthplace: str = "Northmere"
    height: int = 176
    build: str = "Medium"
    pnc: str = ""
    phone: str = ""
    vehicle: tuple[str, str, str, str] | None = None  # VRM, make, model, colour
    alias: tuple[str, str] | None = None
    mark: tuple[str, str, str] | None = None  # feature, where, what
    warnings: tuple[Warning, ...] = ()
    wanted: Wanted | None = None
    curfew: Curfew | None = None
    other_conditions: tuple[tuple[str, str], ...] = ()
    intelligence: tuple[tuple[str, str, bool, int], ...] = ()  # grading, text, opinion, days ago
    contacts: tuple[tuple[str, str, str, int], ...] = ()  # kind, text, source, days ago
    under_operation: str = ""  # its name: planned, do not approach


FENSIDE = Place(number="31", street="Fenside Walk", postcode="NM4 2QR", lat=53.7402, lon=0.4521)

SUSPECTS: tuple[Suspect, ...] = (
    Suspect(
        given="Darren Lee", surname="Pyke", born="12/02/1985", sex="M", place=FENSIDE, skin=0, hair=5, picture_days=459,
        height=183, build="Stocky", pnc="2002/0073319Z", phone="+447700900611",
        vehicle=("KX68ZZB", "Vauxhall", "Astra", "Grey"), alias=("Daz", "Pyke"),
        mark=("Tattoo", "right forearm", "anchor and the word HOME"),
        warnings=(
            Warning(code="WE", text="Carries a lock knife in his right sock. Used on an officer 03/06/2026.",
                    source="PNC WE", days=171),
            Warning(code="VI", text="To police: fights when told he is under arrest. Two officers injured.",
                    source="PNC VI", days=520, review=-160),
            Warning(code="DR", text="May have needles. Ask before search.", source="Custody 22/1187/26", days=120),
        ),
        wanted=Wanted(basis="RECALL_PRISON", offence="Wounding, s.20", band="P1", hours=15, two_officers=True),
        intelligence=(
            ("2BC", "Sleeps at his sister's, 31 Fenside Walk, most weekends.", True, 2),
            ("1AP", "Drives a grey Astra, KX68 ZZB. Passed the Fen Road camera.", False, 1),
        ),
        contacts=(("Arrest", "Kicked out the rear door on the way to custody.", "Custody 22/1187/26", 120),),
    ),
    Suspect(
        given="Kelly", surname="Marsh-Roe", born="30/03/1997", sex="F", skin=0, hair=1, picture_days=264, height=165,
        build="Slim",
        place=Place(number="8", street="Tanner Row", postcode="NM1 3JB", lat=53.7338, lon=0.4467, area="Docks"),
        warnings=(Warning(code="WE", text="Kitchen knife in her bag, twice.", source="PNC WE", days=60),),
        wanted=Wanted(basis="SUSPECT_CIRCULATED", offence="Robbery at knife point", band="P1", hours=20),
    ),
    Suspect(
        given="Marlon", surname="Teague", born="09/08/1992", sex="M", skin=2, hair=0, picture_days=194,
        place=Place(number="15", street="Weir Street", postcode="NM2 6TD", lat=53.7371, lon=0.4490, area="Weir"),
        warnings=(Warning(code="CN", text="Hides things in his waistband.", source="Custody 22/0901/26", days=90),),
        wanted=Wanted(basis="SUSPECT_CIRCULATED", offence="Burglary x2, Weir Street", band="P2", hours=41),
    ),
    Suspect(
        given="Sami", surname="Daud", born="17/05/2004", sex="M", skin=1, hair=0, picture_days=782,
        place=Place(number="2", street="Mill Bank", postcode="NM3 8LF", lat=53.7280, lon=0.4389, area="Mill"),
        wanted=Wanted(basis="WARRANT_FTA", offence="Theft", band="P3", hours=150, category="C"),
    ),
    Suspect(
        given="Joanne", surname="Ilett", born="21/01/1974", sex="F", picture_days=0,
        place=Place(number="40", street="Sluice Lane", postcode="NM5 1PW", lat=53.7455, lon=0.4602, area="Sluice"),
        wanted=Wanted(basis="LOCATE_TRACE", offence="Witness to a collision", band="P3", hours=90,
                      contact="Ask her to call DC 3391 Farrow"),
    ),
    Suspect(
        given="Tyler", surname="Brand", born="04/09/2010", sex="M", skin=0, hair=3, picture_days=70, height=168,
        place=Place(number="6", street="Cockle Close", postcode="NM4 7SA", lat=53.7419, lon=0.4480),
        wanted=Wanted(basis="BREACH_BAIL", offence="Breach of court bail", band="P3", hours=30),
    ),
    Suspect(
        given="Lee", surname="Castell", born="02/12/1988", sex="M", skin=0, hair=2, picture_days=100,
        place=Place(number="77", street="Ropewalk", postcode="NM1 5HE", lat=53.7349, lon=0.4533, area="Docks"),
        wanted=Wanted(basis="SUSPECT_CIRCULATED", offence="Supply of class A drugs", band="P3", hours=60),
        under_operation="Herring",
    ),
    Suspect(
        given="Ivo", surname="Brandt", born="14/10/1979", sex="M", skin=0, hair=2, picture_days=35, height=190,
        build="Heavy",
        place=Place(number="1", street="Kiln Yard", postcode="NM6 2LY", lat=53.7493, lon=0.4410, area="Kiln"),
        warnings=(Warning(code="FI", text="Shotgun seen in his van, September 2026.", source="PNC FI", days=70),),
        wanted=Wanted(basis="SUSPECT_CIRCULATED", offence="Threats to kill", band="P1", hours=5, armed_only=True),
    ),
    Suspect(
        given="Conor Patrick", surname="Halloran", born="14/06/1998", sex="M", skin=0, hair=0, picture_days=318,
        height=178, build="Slim", birthplace="Wexmoor", pnc="1981/0000034U", phone="+447700900644",
        mark=("Tattoo", "left neck", "swallow"), alias=("Con", "Hallam"),
        place=Place(number="9", street="Harbour Street", postcode="NM2 1AA", lat=53.7361, lon=0.4455, area="Weir"),
        warnings=(Warning(code="VI", text="To police and door staff when drunk.", source="PNC VI", days=210),),
        wanted=Wanted(basis="BREACH_BAIL", offence="Breach of bail", band="P2", hours=26),
    ),
    Suspect(
        given="Connor James", surname="O'Halloran", born="14/08/1998", sex="M", picture_days=0,
        place=Place(number="22", street="Dyke Road", postcode="NM3 4RS", lat=53.7301, lon=0.4610, area="Mill"),
    ),
    Suspect(
        given="Jade", surname="Corrie", born="08/04/2000", sex="F", skin=0, hair=3, picture_days=150, height=163,
        place=Place(number="8", flat="3", street="Eel Pie Court", postcode="NM4 1EP", lat=53.7391, lon=0.4440),
        warnings=(Warning(code="VI", text="To police: threw a glass, 08/10/2026. Stand back from the door.",
                          source="Custody 22/1330/26", days=44),),
        curfew=Curfew(code="JE", start="20:00", hours=11),
        other_conditions=(("JK", "Not to contact Owen Hart in any way"), ("EX", "Not to enter Tanner Row")),
    ),
    Suspect(
        given="Tom", surname="Ellwood", born="19/07/2007", sex="M", skin=0, hair=4, picture_days=90,
        place=Place(number="22", street="Weir Street", postcode="NM2 6TE", lat=53.7376, lon=0.4502, area="Weir"),
        curfew=Curfew(code="JE", start="21:00", hours=9),
    ),
    Suspect(
        given="Rhys", surname="Annan", born="27/11/1994", sex="M", skin=2, hair=0, picture_days=400,
        place=Place(number="4", street="Lantern Hill", postcode="NM6 9LH", lat=53.7470, lon=0.4520, area="Kiln"),
        curfew=Curfew(code="JD", start="19:00", hours=12),
    ),
    Suspect(
        given="Mohammed Tariq", surname="Hussain", born="03/03/1990", sex="M", skin=1, hair=0, picture_days=0,
        alias=("Mohd", "Husain"), vehicle=("NM19LKJ", "Toyota", "Prius", "Silver"),
        place=Place(number="118", street="Saltmarsh Road", postcode="NM5 5QT", lat=53.7440, lon=0.4660, area="Sluice"),
    ),
    Suspect(
        given="Agnieszka", surname="Wiśniewska", born="29/02/1992", sex="F", skin=0, hair=4, picture_days=0,
        birthplace="Gdynia",
        place=Place(number="51", street="Cannery Street", postcode="NM1 9DN", lat=53.7322, lon=0.4511, area="Docks"),
    ),
)  # fmt: skip

# More of the gallery: surname, given, sex, basis, offence, band.
OTHERS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("Ashcroft", "Liam", "M", "WARRANT_FTA", "Criminal damage", "P3"),
    ("Bannister", "Chelsea", "F", "WARRANT_FTA", "Theft from shop x4", "P3"),
    ("Cartledge", "Wayne", "M", "SUSPECT_CIRCULATED", "Assault, s.47", "P2"),
    ("Dunmore", "Patrick", "M", "WARRANT_FTA", "Drink driving", "P3"),
    ("Eastham", "Gary", "M", "BREACH_PRECHARGE_BAIL", "Failed to answer bail", "P3"),
    ("Farouk", "Nabil", "M", "SUSPECT_CIRCULATED", "Fraud by false representation", "P3"),
    ("Gilmour", "Stacey", "F", "WARRANT_FTA", "Handling stolen goods", "P3"),
    ("Hutchings", "Dale", "M", "RECALL_PRISON", "Licence revoked", "P1"),
    ("Iqbal", "Zahid", "M", "SUSPECT_CIRCULATED", "Supply of class B drugs", "P2"),
    ("Jeffries", "Craig", "M", "WARRANT_COMMITMENT", "Unpaid fines", "P3"),
    ("Kowalczyk", "Piotr", "M", "WARRANT_FTA", "Driving while disqualified", "P3"),
    ("Lattimer", "Shane", "M", "BREACH_ORDER", "Breach of a non-molestation order", "P2"),
    ("Mensah", "Kofi", "M", "SUSPECT_CIRCULATED", "Theft of motor vehicle", "P3"),
    ("Norcross", "Tina", "F", "LOCATE_TRACE", "Witness to a robbery", "P3"),
    ("Oduya", "Grace", "F", "MISSING", "Missing, medium risk", "P2"),
    ("Pemberton", "Ricky", "M", "SUSPECT_CIRCULATED", "Burglary: dwelling", "P2"),
    ("Quill", "Jason", "M", "WARRANT_FTA", "Possession of class B", "P3"),
    ("Rawlins", "Kyle", "M", "ESCAPE_UAL", "Escape from lawful custody", "P1"),
    ("Szabo", "Laszlo", "M", "EXTRADITION_TACA", "Extradition warrant", "P3"),
    ("Thurlow", "Karl", "M", "SUSPECT_CIRCULATED", "Harassment", "P3"),
    ("Underwood", "Lisa", "F", "WARRANT_WITNESS", "Failed to attend as a witness", "P3"),
    ("Vickers", "Dean", "M", "WARRANT_FTA", "Assault of an emergency worker", "P2"),
    ("Weatherby", "Ross", "M", "SUSPECT_CIRCULATED", "Arson", "P2"),
    ("Yardley", "Neil", "M", "WARRANT_FIRST_INSTANCE", "Going equipped", "P3"),
)
