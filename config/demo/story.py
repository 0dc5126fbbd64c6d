"""The people, units and calls of Northmere. Invented: numbers are from Ofcom's drama range, places are in the sea."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "harbour-lane-14"  # noqa: S105 - printed on the screen of whoever starts the demo

# collar, first name, last name, rank, roles
STAFF: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("5127", "Ada", "Okafor", "Police staff", ("call_handler",)),
    ("5133", "Tom", "Whitlock", "Police staff", ("call_handler",)),
    ("4410", "Mina", "Dhillon", "Police staff", ("dispatcher",)),
    ("1180", "Ruth", "Hale", "Inspector", ("supervisor",)),
    ("3391", "Lewis", "Farrow", "Detective Constable", ("investigator", "evidence_manager")),
    ("6620", "Kit", "Vance", "Police staff", ("intel",)),
    ("9001", "Priya", "Nair", "Police staff", ("admin",)),
    ("9002", "Owen", "Pugh", "Police staff", ("auditor",)),
)

OFFICERS: tuple[tuple[str, str, str], ...] = (
    ("Sgt", "Callum", "Reid"), ("PC", "Jess", "Arkwright"), ("PC", "Imran", "Sheikh"), ("PC", "Holly", "Tranter"),
    ("PC", "Dan", "Mobley"), ("PC", "Sofia", "Lindqvist"), ("PC", "Kwame", "Boateng"), ("PC", "Ellie", "Marchbank"),
    ("PC", "Rhys", "Penhaligon"), ("PC", "Nadia", "Rahman"), ("PC", "Greg", "Tolliver"), ("PC", "Amy", "Strand"),
    ("Sgt", "Paul", "Eversley"), ("PC", "Zoe", "Kettering"), ("PC", "Ben", "Ashdown"), ("PC", "Marta", "Wojcik"),
    ("PC", "Leon", "Achebe"), ("PC", "Carys", "Bevan"), ("PC", "Jack", "Hollis"), ("PC", "Freya", "Nordin"),
    ("PC", "Sam", "Purcell"), ("PC", "Tanya", "Gill"), ("PC", "Alex", "Draycott"), ("PC", "Milo", "Sandford"),
    ("Sgt", "Helen", "Garrick"), ("PC", "Joe", "Beckwith"), ("PC", "Anita", "Desai"), ("PC", "Luke", "Fenner"),
    ("PC", "Ruby", "Calloway"), ("PC", "Adam", "Thorne"), ("PC", "Isla", "Munro"), ("PC", "Victor", "Oyelaran"),
    ("PC", "Beth", "Lockyer"), ("PC", "Ryan", "Stokes"), ("PC", "Chloe", "Hargrave"), ("PC", "Yusuf", "Kaya"),
    ("Insp", "Fiona", "Mercer"), ("PC", "Noel", "Quigley"), ("PC", "Dora", "Peverell"), ("PC", "Max", "Underhill"),
)  # fmt: skip

# call sign, type, State, latitude, longitude
UNITS: tuple[tuple[str, str, str, float, float], ...] = (
    ("NB21", "Response car", "2", 53.7385, 0.4421), ("NB22", "Response car", "2", 53.7342, 0.4533),
    ("NB24", "Response car", "2", 53.7321, 0.4402), ("NB27", "Response car", "3", 53.7298, 0.4480),
    ("NC11", "Response car", "2", 53.7441, 0.4610), ("NC14", "Van", "2", 53.7467, 0.4388),
    ("NA07", "Response car", "2", 53.7274, 0.4597), ("NA09", "Response car", "4", 53.7260, 0.4441),
    ("AR02", "Armed response", "2", 53.7410, 0.4702), ("ND31", "Dog unit", "2", 53.7502, 0.4555),
    ("NT51", "Roads policing", "2", 53.7359, 0.4711), ("NF61", "Foot patrol", "2", 53.7366, 0.4469),
    ("NB29", "Response car", "2", 53.7335, 0.4652), ("NC18", "Response car", "7", 53.7420, 0.4520),
    ("NB30", "Van", "8", 53.7312, 0.4555),
)  # fmt: skip

ASKS = ("NC14", "13")  # a unit that would like to be called, when there is a moment

# call sign: how many in it, and skills; who is not named here is double crewed with a response driver
CREWS: dict[str, tuple[int, tuple[str, ...]]] = {
    "NB21": (2, ("RESPONSE", "TASER")), "NB24": (2, ("RESPONSE", "MEDIC")), "NB27": (2, ("RESPONSE", "TASER", "RTC")),
    "NC14": (4, ("PSU2", "MOE")), "NA07": (1, ("RESPONSE",)), "NA09": (1, ("RESPONSE", "TASER")),
    "AR02": (3, ("AFO", "TASER", "MEDIC", "RESPONSE")), "ND31": (1, ("DOG",)),
    "NT51": (2, ("RESPONSE", "RTC", "HAZMAT")), "NF61": (2, ()),
    "NB29": (1, ("RESPONSE", "DRONE")), "NC18": (2, ("RESPONSE", "TASER")), "NB30": (2, ()),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: when (hours ago), what, and what became of it."""

    ago: float
    grade: str
    category: str  # name as in the force's table
    place: str
    words: str
    caller: str
    number: str
    units: tuple[str, ...] = ()
    there: bool = False
    closing: str = ""
    notes: tuple[str, ...] = ()
    restricted: str = ""  # by the supervisor, after the notes: others see that it is there


CALLS: tuple[Call, ...] = (
    Call(
        ago=71.2,
        grade="P",
        category="Concern for safety",
        place="Flat 4, Saltmarsh Court",
        words="Neighbour not seen for two days, post piling up.",
        caller="Joan Petrie",
        number="07700900101",
        closing="Occupant back from hospital, safe and well.",
        notes=("Keyholder on the way with spare key.",),
    ),
    Call(
        ago=69.0,
        grade="R",
        category="Found or lost property or person",
        place="Westgate front counter",
        words="Found purse with bank cards.",
        caller="Dee Marlow",
        number="07700900102",
        closing="Property registered, owner told.",
    ),
    Call(
        ago=66.4,
        grade="I",
        category="Domestic incident",
        place="22 Fish Street",
        words="Shouting and things being thrown, children in the house.",
        caller="",
        number="07700900103",
        closing="Both parties spoken to. Suspect arrested, children with grandmother.",
        notes=("Sound of glass breaking heard on the line.", "Caller has gone into the bathroom and locked the door."),
    ),
    Call(
        ago=58.8,
        grade="S",
        category="Burglary: dwelling",
        place="3 Abbot's Field Close",
        words="Back from holiday, rear window forced, jewellery gone.",
        caller="Martin Oakes",
        number="07700900104",
        closing="Crime recorded. Scene examined, statement booked.",
    ),
    Call(
        ago=53.1,
        grade="P",
        category="RTC: damage only",
        place="Tidewell Road by the retail park",
        words="Two cars, one will not move, lane blocked.",
        caller="Sal Verity",
        number="07700900105",
        closing="Vehicles recovered, road clear.",
    ),
    Call(
        ago=49.5,
        grade="I",
        category="Violence against the person",
        place="Outside the Ropewalk Tavern",
        words="Man hit with a bottle, bleeding from the head.",
        caller="Kit Aldous",
        number="07700900106",
        closing="One arrested for wounding. Casualty to hospital.",
        notes=("Ambulance told, ETA 6 minutes.",),
    ),
    Call(
        ago=46.0,
        grade="R",
        category="Civil dispute",
        place="9 Ballast Row",
        words="Argument over a garden fence.",
        caller="P. Glover",
        number="07700900107",
        closing="Advice given.",
    ),
    Call(
        ago=44.3,
        grade="P",
        category="Missing person",
        place="Lantern Park",
        words="Son, 15, not home from football, phone off.",
        caller="Maria Costa",
        number="07700900108",
        closing="Found at a friend's house, safe and well.",
    ),
    Call(
        ago=39.7,
        grade="S",
        category="Vehicle crime",
        place="Meads Lane car park",
        words="Van window smashed, tools taken overnight.",
        caller="Neil Bracken",
        number="07700900109",
        closing="Crime recorded.",
    ),
    Call(
        ago=33.9,
        grade="P",
        category="ASB: nuisance",
        place="Coldwell bus station",
        words="Group of about ten throwing stones at buses.",
        caller="Bus control",
        number="07700900110",
        closing="Dispersed, two spoken to with parents.",
    ),
    Call(
        ago=29.2,
        grade="I",
        category="RTC: death or injury",
        place="Harbour bridge, northbound",
        words="Motorcyclist down, not moving, car across the road.",
        caller="Abi Fenn",
        number="07700900111",
        closing="Serious injury. Scene handed to collision investigators.",
        notes=("Caller sent video link, casualty seen breathing.",),
    ),
    Call(
        ago=26.5,
        grade="A",
        category="Fraud",
        place="Westgate front counter",
        words="Paid 900 pounds to someone who said they were from the bank.",
        caller="Edith Rowan",
        number="07700900112",
        closing="Appointment kept, crime recorded.",
    ),
    Call(
        ago=22.8,
        grade="P",
        category="Suspicious circumstances",
        place="Builders' yard, Quay Road",
        words="Torches in the yard, lorry with no lights.",
        caller="Night watchman",
        number="07700900113",
        closing="Area searched, two detained on the fence line.",
    ),
    Call(
        ago=18.1,
        grade="I",
        category="Concern for safety",
        place="Harbour wall, east end",
        words="Woman standing on the wrong side of the rail.",
        caller="Gus Varley",
        number="07700900114",
        closing="Talked back over the rail, with ambulance.",
        notes=("Coastguard told.",),
    ),
    Call(
        ago=12.4,
        grade="R",
        category="Contact record",
        place="",
        words="Asks how to hand in a shotgun certificate.",
        caller="R. Teal",
        number="07700900115",
        closing="Advice given.",
    ),
    Call(
        ago=3.2,
        grade="S",
        category="Burglary: other",
        place="Allotment sheds, Mill Lane",
        words="Six sheds broken into, tools gone.",
        caller="Ivor Penn",
        number="07700900116",
    ),
    Call(
        ago=2.4,
        grade="A",
        category="Theft",
        place="Westgate front counter",
        words="Witness to Tuesday's theft wants to give a statement.",
        caller="Lena Frost",
        number="07700900117",
    ),
    Call(
        ago=1.3,
        grade="P",
        category="Criminal damage or arson",
        place="Meads Lane car park",
        words="Three cars keyed, man still walking round.",
        caller="Amir Sethi",
        number="07700900118",
        notes=("Described as 40s, green parka.",),
    ),
    Call(
        ago=0.9,
        grade="P",
        category="Missing person",
        place="Last seen Lantern Park",
        words="Father, 71, dementia, left home in slippers.",
        caller="Ros Tindall",
        number="07700900119",
        units=("NC14", "ND31"),
        notes=("PolSA told.", "Photo sent to all units."),
    ),
    Call(
        ago=0.7,
        grade="P",
        category="Domestic incident",
        place="Flat 2, 61 Fish Street",
        words="Ex-partner at the door, will not leave. Child present.",
        caller="Shauna Bligh",
        number="07700900120",
        units=("NA07",),
    ),
    Call(
        ago=0.6,
        grade="P",
        category="Concern for safety",
        place="22 Salt Hill Crescent",
        words="Elderly man fallen behind his door, talking.",
        caller="Carer",
        number="07700900121",
        units=("NC11",),
        there=True,
    ),
    Call(
        ago=0.32,
        grade="P",
        category="ASB: nuisance",
        place="Coldwell bus station",
        words="Youths with fireworks in the shelter.",
        caller="Bus control",
        number="07700900110",
    ),
    Call(
        ago=0.11,
        grade="I",
        category="Criminal damage or arson",
        place="8 Cooper's Row",
        words="Smoke from the ground floor, people at the window upstairs.",
        caller="Del Munroe",
        number="07700900122",
        units=("NB22", "NT51"),
        there=True,
        notes=("Fire service told, two pumps.",),
    ),
    Call(
        ago=0.05,
        grade="I",
        category="Possession of weapon",
        place="Outside 14 Harbour Lane",
        words="Affray, man with a knife. Caller inside, upstairs.",
        caller="Leah Marsden",
        number="07700900417",
        units=("NB21", "NB24", "AR02"),
        notes=("Caller is at No. 19, upstairs front room, two children with her.",),
        restricted="Caller's sister lives at No. 21 and rang first. He must not learn that she did.",
    ),
    Call(
        ago=0.02,
        grade="I",
        category="RTC: death or injury",
        place="Tidewell Road by Ropewalk junction",
        words="Two cars, one on its side across both lanes. Driver trapped, talking.",
        caller="Hannah Pryce",
        number="07700900862",
    ),
)

# Where calls are, by their words: source, latitude, longitude, radius in metres, method, read back.
POINTS: dict[str, tuple[str, float, float, float, str, bool]] = {
    "Meads Lane car park": ("MAP_CLICK", 53.7402, 0.4566, 30.0, "map", True),
    "Last seen Lantern Park": ("MAP_CLICK", 53.7476, 0.4497, 120.0, "map", False),
    "Flat 2, 61 Fish Street": ("AML", 53.7286, 0.4562, 14.0, "Wi-Fi", True),
    "22 Salt Hill Crescent": ("AML", 53.7437, 0.4619, 22.0, "GNSS", True),
    "Coldwell bus station": ("MAP_CLICK", 53.7319, 0.4682, 25.0, "map", False),
    "8 Cooper's Row": ("AML", 53.7338, 0.4541, 9.0, "GNSS", True),
    "Outside 14 Harbour Lane": ("AML", 53.7362, 0.4471, 11.0, "GNSS", False),
    "Tidewell Road by Ropewalk junction": ("AML", 53.7371, 0.4655, 11.0, "GNSS", False),
}
