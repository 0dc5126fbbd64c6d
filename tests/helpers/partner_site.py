"""`python -m tests.helpers.partner_site ACT [JSON]`: what a site's administrator does, in that site's environment.

`key ID` prints the public key of that name; `partner JSON` registers a partner; `close ID` closes the incident of that
id as a supervisor; `words ID` prints its log, one JSON list.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from core.actors import Actor
from core.machine_door import own_public_key
from core.models import Force, User
from incidents import selectors, services
from incidents.thrive import THRIVE


def main(act: str, given: str) -> str:
    force = Force.objects.get(code="99")
    hale = Actor.for_user(User.objects.get(force=force, collar_number="1180"))
    if act == "key":
        return own_public_key(given)
    if act == "partner":
        return str(services.register_partner(actor=Actor.system(force.pk), **json.loads(given)).pk)
    if act == "close":
        thought = {f"{name}_score": "LOW" for name, _, _ in THRIVE}  # nobody attended: assessed again before closing
        services.assess_risk(actor=hale, incident_id=given, given=thought, occasion="CLOSING")
        category = selectors.categories(hale)[0].code
        closed = services.close_incident(actor=hale, incident_id=given, category_code=category, text="All safe.")
        return str(closed.status)
    entries = selectors.log_entries(hale, given)
    verdict = selectors.verify_log(hale, given)
    return json.dumps({"problem": verdict.problem, "entries": [[one.channel, one.text] for one in entries]})


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2]))
