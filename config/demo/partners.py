"""Two other agencies that Northmere could tell, and one incident that the ambulance offers. Nobody answers there."""

from __future__ import annotations

import datetime as dt
import json
import uuid

from core.actors import Actor
from core.clock import as_if, now
from core.machine_door import own_public_key
from core.models import Force
from incidents import services

# name, kind, short code, telephone (Ofcom's drama range)
AGENCIES = (
    ("Northmere Ambulance", "ambulance", "northmere-ambulance", "01632 960111"),
    ("Northmere Fire and Rescue", "fire", "northmere-fire", "01632 960112"),
)


def write(force: Force, namespace: uuid.UUID) -> None:
    """Agencies and their offer, as the door would take it."""
    for name, kind, code, telephone in AGENCIES:
        # Their key is one of ours by another name: no machine of theirs exists.
        partner = services.register_partner(
            actor=Actor.system(force.pk), name=name, kind=kind, code=code, our_code="northmere-police",
            telephone=telephone, endpoint="http://127.0.0.1:9/transfers/", our_key_id=f"police-for-{code}",
            their_key_id=f"{code}-1", their_public_key=own_public_key(f"demo:{code}"),
        )  # fmt: skip
        if kind == "ambulance":
            with as_if(now() - dt.timedelta(minutes=2)):
                body = json.dumps(_offer(namespace), ensure_ascii=False).encode()
                services.take_message(
                    actor=Actor.provider(force.pk, name), partner=partner, content_type="application/json", body=body
                )


def _offer(namespace: uuid.UUID) -> dict[str, object]:
    return {
        "schema": "sightline-transfer/1",
        "message_type": "CREATE",
        "message_id": str(uuid.uuid5(namespace, "ambulance offer")),
        "sequence": 1,
        "sent_at": now().isoformat(),
        "environment": "exercise",
        "originator": {"agency": "northmere-ambulance", "reference": "AMB-2211-0417"},
        "recipient": {"agency": "northmere-police", "reference": ""},
        "incident": {
            "priority": "Immediate",
            "type": "Assault, crew asks for police",
            "location": {"words": "Lifeboat slip, Harbour Lane", "lat": 53.7379, "lon": 0.4498, "radius_m": 15},
            "caller": {"name": "Bram Oduya", "number": "07700 900486"},
            "casualties": "One, conscious and breathing",
            "hazards": "Bystanders hostile to crew",
            "narrative": "Crew on scene with a man hit by a bottle. Two others shout and let nobody leave.",
        },
    }
