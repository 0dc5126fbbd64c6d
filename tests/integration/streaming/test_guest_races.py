"""Two people at the same moment: one link is withdrawn once, one code opens one browser, tries are all counted.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file (`test_races_embedded`).
"""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.errors import Invalid
from core.roles import SUPERVISOR
from incidents.models import LogEntry
from streaming.models import MOST_TRIES, GuestCode, GuestSession
from streaming.services import guest_codes, guests
from tests.factories import guests as make
from tests.factories.core import make_actor
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_supervisors_withdraw_at_the_same_moment(okafor: Actor, recording: object) -> None:
    link = make.share(okafor)
    two = [make_actor(roles=(SUPERVISOR,), last_name=name, collar_number=number)
           for name, number in (("Hale", "1180"), ("Byrne", "1181"))]  # fmt: skip
    done = at_once(2, lambda n: guests.revoke(actor=two[n], link_id=link.pk))
    assert [one.state for one in done] == ["revoked", "revoked"]
    assert LogEntry.objects.filter(text="Access of J. Smith, Northmere Ambulance withdrawn.").count() == 1


def test_one_code_typed_five_times_at_once_opens_one_browser(okafor: Actor, recording: object) -> None:
    link = make.share(okafor)
    token = make.token_of(link)
    asking = guest_codes.ask_code(token=token, ip=make.IP)
    code = make.code_of(link)
    typed = at_once(5, lambda _: guest_codes.enter_code(token=token, code=code, browser_secret=asking, ip=make.IP))
    assert sum(isinstance(one, guest_codes.Opened) for one in typed) == 1
    assert sum(isinstance(one, Invalid) for one in typed) == 4
    assert GuestSession.objects.count() == 1


def test_no_try_escapes_the_count(okafor: Actor, recording: object) -> None:
    link = make.share(okafor)
    token = make.token_of(link)
    asking = guest_codes.ask_code(token=token, ip=make.IP)
    wrong = f"{(int(make.code_of(link)) + 1) % 10**8:08d}"
    at_once(12, lambda _: guest_codes.enter_code(token=token, code=wrong, browser_secret=asking, ip=make.IP))
    code = GuestCode.objects.get(link=link)
    assert (code.tries, code.void_at is not None) == (MOST_TRIES, True)
