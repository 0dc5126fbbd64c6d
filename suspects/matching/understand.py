"""What an officer means by the text in the one search box. Every plausible reading is kept: the officer, or the
result, decides. What cannot be is said in words, never refused with a crash."""

from __future__ import annotations

import re
from datetime import date

from suspects.codes import check_letters, phones, postcodes, vrm
from suspects.codes.uprn import uprn
from suspects.matching.dates import BadDate, looks_like_date, read_born, said
from suspects.matching.folding import PARTICLES, TITLES, letters, plain
from suspects.matching.results import (
    AddressQuery,
    Born,
    IdentifierQuery,
    Kind,
    PersonQuery,
    PhoneQuery,
    Reading,
    Understood,
    VehicleQuery,
)

LONGEST_TEXT = 120
CERTAIN = 95  # a reading as likely as this leaves no room for a name

EMPTY = "Type a name, a date of birth, a registration mark, an address, a PNC ID or a telephone number."
TOO_LONG = f"That is too long to search for. Type at most {LONGEST_TEXT} characters."
NOT_UNDERSTOOD = "This is not understood. Try a name like HALLORAN, Connor 14/06/1998, or a mark like KX68 ZZB."
NO_NAME = "Type a surname, a first name or a date of birth."
NO_LETTERS = "Names are searched in Latin letters. Type the name as it sounds."

_STREET = re.compile(
    r"\s(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|crescent|cres|place|pl|gardens|gdns|terrace|way|"
    r"walk|square|sq|grove|hill|park|row|mews|parade|rise|green|view|mount|gate|wharf|quay|yard|bridge|end|house|"
    r"wlk|cl|av|grv|terr|gdn|hse)\b"
)
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_NUMBER_STREET = re.compile(r"^(?:flat\s+\w{1,5}[,\s]+)?(\d{1,5}[a-z]?)[,\s]+(.+)$", re.IGNORECASE)
_MARK = re.compile(r"^[A-Za-z0-9?*\s-]{2,14}$")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE_IN_TEXT = re.compile(
    r"(?<![\w/+])("
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}\s+\d{1,2}\s+(?:\d{4}|\d{2})|\d{8}|\d{6}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[-\s]*(?:of\s+)?{_MONTH}[-,\s]*'?(?:\d{{4}}|\d{{2}})"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[-/]\d{{4}}|{_MONTH}\s+(?:19|20)\d{{2}}"
    r"|(?:19|20)\d{2}|aged?\s+\d{1,3}|\d{1,3}\s*(?:yrs?|years?|yo|y/o)(?:\s+old)?"
    r")(?![\w/])",
    re.IGNORECASE,
)


def read_box(text: str, today: date) -> Understood:
    """All plausible readings of one typed text, most likely first. Never raises."""
    text = " ".join(text.split())
    if not text:
        return Understood(text=text, readings=(), problems=(EMPTY,))
    if len(text) > LONGEST_TEXT:
        return Understood(text=text[:LONGEST_TEXT], readings=(), problems=(TOO_LONG,))
    problems: list[str] = []
    readings = [*_identifiers(text, problems), *_phone(text), *_vehicle(text), *_address(text)]
    if max((reading.likelihood for reading in readings), default=0) < CERTAIN:
        readings += _person(text, today, problems)
    readings.sort(key=lambda reading: -reading.likelihood)
    if not readings and not problems:
        problems.append(NO_LETTERS if any(char.isalpha() for char in text) and not letters(text) else NOT_UNDERSTOOD)
    return Understood(text=text, readings=tuple(readings), problems=tuple(dict.fromkeys(problems)))


def read_person(
    *, surname: str = "", given: str = "", born: str = "", today: date
) -> tuple[PersonQuery, dict[str, str]]:
    """A query from separate fields, and problems by field name. The query is empty when nothing can be searched."""
    problems: dict[str, str] = {}
    surname, given = " ".join(surname.split()), " ".join(given.split())
    read = Born()
    try:
        read = read_born(born, today)
    except BadDate as error:
        problems["born"] = str(error)
    for field, value in (("surname", surname), ("given", given)):
        if len(value) > LONGEST_TEXT:
            problems[field] = TOO_LONG
        elif value and not letters(value):
            problems[field] = NO_LETTERS
    query = PersonQuery(surname=surname, given=_forenames(given), born=read)
    if not query and not problems:
        problems["surname"] = NO_NAME
    return query, problems


def read_name(text: str) -> PersonQuery:
    """A name as it is said, in either order."""
    return _name(" ".join(text.split()), Born())


def _forenames(text: str) -> tuple[str, ...]:
    found = tuple(word for word in text.split() if letters(word))
    return tuple(word for word in found if letters(word) not in TITLES) or found


_SCHEMES = ((check_letters.pnc_id, "PNC ID"), (check_letters.cro, "CRO number"), (check_letters.asn, "ASN"))


def _identifiers(text: str, problems: list[str]) -> list[Reading]:
    for read, shown in (
        (check_letters.pnc_id, "PNC ID"),
        (check_letters.cro, "CRO number"),
        (check_letters.asn, "ASN"),
    ):
        try:
            code = read(text)
        except ValueError:
            continue
        if not code.verified:
            if "/" not in text:
                continue
            problems.append(f"{shown} {code.canonical}: {code.problem}")
        query = IdentifierQuery(scheme=code.kind, value=code.canonical, verified=code.verified)
        unsure = "" if code.verified else ", check letter does not fit"
        return [Reading(kind=Kind.IDENTIFIER, query=query, words=f"{shown} {code.canonical}{unsure}", likelihood=98)]
    return []


def _phone(text: str) -> list[Reading]:
    if not phones.is_phone(text) or (looks_like_date(text) and not text.startswith("+")):
        return []
    number = phones.e164(text)
    if number.startswith("+44") and len(number) < 12:
        return []
    return [Reading(kind=Kind.PHONE, query=PhoneQuery(number=number), words=f"Telephone {number}", likelihood=95)]


def _vehicle(text: str) -> list[Reading]:
    if not _MARK.match(text):
        return []
    if vrm.is_partial(text):
        try:
            vrm.partial(text)
        except ValueError:
            return []
        mark = re.sub(r"[\s-]+", "", text).upper()
        return [
            Reading(
                kind=Kind.VEHICLE, query=VehicleQuery(mark=mark), words=f"Vehicle {mark}, seen in part", likelihood=96
            )
        ]
    try:
        mark = vrm.normalise(text)
    except ValueError:
        return []
    if mark.isalpha() or mark.isdigit():
        return []
    style = vrm.style(mark)
    likelihood = {vrm.Style.OTHER: 15, vrm.Style.DATELESS: 60, vrm.Style.NORTHERN_IRELAND: 70}.get(style, 94)
    if style is vrm.Style.OTHER and (looks_like_date(text) or len(mark) < 4 or text.count(" ") > 2):
        return []
    words = f"Vehicle {vrm.readable(mark)}"
    return [Reading(kind=Kind.VEHICLE, query=VehicleQuery(mark=mark), words=words, likelihood=likelihood)]


def _address(text: str) -> list[Reading]:
    if postcodes.is_postcode(text):
        return [_place(AddressQuery(postcode=postcodes.normalise(text)), 93)]
    postcode, rest = _without_postcode(text)
    if match := _NUMBER_STREET.match(rest):
        query = AddressQuery(postcode=postcode, number=match[1].upper(), street=match[2].strip(" ,"))
        street = _is_street(match[2])
        return (
            [_place(query, 92 if postcode or street else 55)] if letters(query.street) and not _has_date(rest) else []
        )
    if postcode:
        number = rest.upper() if re.fullmatch(r"\d{1,5}[A-Za-z]?", rest) else ""
        return [_place(AddressQuery(postcode=postcode, number=number, street="" if number else rest), 90)]
    if _is_street(text) and not re.search(r"\d", text):
        return [_place(AddressQuery(street=text), 58)]
    return _part_of_place(text)


def _part_of_place(text: str) -> list[Reading]:
    """The first half of a postcode, or a UPRN."""
    if re.fullmatch(r"\d{6,12}", text) and not looks_like_date(text):
        return [_place(AddressQuery(uprn=uprn(text)), 50)] if text.strip("0") else []
    try:
        start = postcodes.start(text)
    except ValueError:
        return []
    return [_place(AddressQuery(postcode=start.strip()), 65)]


def _without_postcode(text: str) -> tuple[str, str]:
    for match in _POSTCODE.finditer(text):
        if postcodes.is_postcode(match[0]):
            rest = (text[: match.start()] + " " + text[match.end() :]).strip(" ,")
            return postcodes.normalise(match[0]), " ".join(rest.split())
    return "", text


def _is_street(text: str) -> bool:
    return _STREET.search(plain(text)) is not None


def _has_date(text: str) -> bool:
    match = _DATE_IN_TEXT.search(text)
    return match is not None and looks_like_date(match[1])


def _place(query: AddressQuery, likelihood: int) -> Reading:
    if query.uprn:
        words = f"Property number (UPRN) {query.uprn}"
    else:
        line = " ".join(part for part in (query.number, query.street) if part)
        words = "Address " + ", ".join(part for part in (line, query.postcode) if part)
    return Reading(kind=Kind.ADDRESS, query=query, words=words, likelihood=likelihood)


def _person(text: str, today: date, problems: list[str]) -> list[Reading]:
    name, typed = text, ""
    if looks_like_date(text):
        name, typed = "", text
    elif matches := [match for match in _DATE_IN_TEXT.finditer(text) if looks_like_date(match[1])]:
        match = max(matches, key=lambda found: len(found[1]))
        name, typed = (text[: match.start()] + " " + text[match.end() :]), match[1]
    try:
        born = read_born(typed, today)
    except BadDate as error:
        problems.append(str(error))
        born = Born()
    name = re.sub(r"\b(?:dob|born|b\.)(?=[\s:]|$)|[;:()]", " ", name, flags=re.IGNORECASE).strip(" ,.-")
    if re.search(r"[\d?*@/+]", name) or (name and not letters(name)):
        return []
    query = _name(name, born)
    if not query:
        return []
    likelihood = 80 if query.born and name else 62 if name else 70
    return [Reading(kind=Kind.PERSON, query=query, words=person_words(query), likelihood=likelihood)]


def _name(text: str, born: Born) -> PersonQuery:
    """`SURNAME, Forename`, `SURNAME Forename` in capitals, or forename first. Particles belong to the surname."""
    if "," in text:
        surname, _, given = text.partition(",")
        return PersonQuery(surname=surname.strip(), given=_forenames(given.replace(",", " ")), born=born)
    found = _forenames(text)
    if len(found) <= 1:
        return PersonQuery(surname=text, born=born, order_known=False)
    capitals = [word for word in found if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(found):
        others = tuple(word for word in found if word not in capitals)
        return PersonQuery(surname=" ".join(capitals), given=others, born=born)
    place = len(found) - 1
    while place > 1 and plain(found[place - 1]) in PARTICLES:
        place -= 1
    return PersonQuery(surname=" ".join(found[place:]), given=found[:place], born=born, order_known=False)


def person_words(query: PersonQuery) -> str:
    """ "Surname HALLORAN, first name Connor, born 14/06/1998"."""
    parts = []
    if query.surname:
        parts.append(f"{'surname' if query.given or query.order_known else 'name'} {query.surname.upper()}")
    if query.given:
        parts.append(f"first name {' '.join(query.given)}")
    if query.born:
        parts.append(said(query.born))
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]
