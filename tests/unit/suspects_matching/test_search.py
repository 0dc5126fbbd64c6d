"""What an officer types finds who is meant, in the officer's own force, on either database."""

from __future__ import annotations

import datetime as dt

import pytest

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TODAY = dt.date(2026, 11, 21)
BORN = dt.date(1998, 6, 4)

#: What is typed for Conor Patrick O'Halloran, born 04/06/1998, and the words that say why he is there.
TYPED = (
    ("O'HALLORAN, Conor 04/06/1998", "Same: surname, first name, date of birth."),
    ("Connor Halloran 4.6.98", "Same: surname, date of birth. Differs: O', Conor, one n."),
    ("ohalloran conor", "Same: surname, first name."),
    ("O’Halloran, Patrick 04/06/1998", "Same: surname, date of birth. Differs: it was a middle name."),
    ("HALLORAN, Conor 06/04/1998", "Differs: O', day and month the other way round."),
    ("Conor O'Halloran 04/06/1997", "Differs: year by one."),
    ("Conner Ohaloran 04061998", "Differs: surname O'Halloran"),
    ("O'Halloran Conor 1998", "names the other way round"),
    ("Konor Ohaloron", "sounds alike"),
    ("Conor O'Hallroan", "surname O'Halloran"),
    ("04/06/1998", "Same: date of birth."),
    ("O'Halloran", "Same: surname."),
)
