"""`manage.py telephony`: connections of telephony systems and their tokens."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actors import Actor
from core.errors import DomainError
from core.models import Force
from incidents.models import TelephonyConnection
from incidents.services import telephony


class Command(BaseCommand):
    help = "Make a telephony connection, give it another token or revoke it. A token is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", required=True, help="The force's two digits.")
        parser.add_argument("--name", required=True, help="Of the connection, for example ICCS.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--new-token", action="store_true", help="The old token stops working.")
        what.add_argument("--revoke", action="store_true", help="Its token stops working.")

    def handle(self, *args: Any, **options: Any) -> None:
        force = Force.objects.filter(code=options["force"]).first()
        if force is None:
            raise CommandError("No force has this code.")
        actor = Actor.system(force.pk)
        connection = TelephonyConnection.objects.filter(force=force, name=options["name"]).first()
        try:
            if options["new_token"] or options["revoke"]:
                if connection is None:
                    raise CommandError("No connection of this force has this name.")
                if options["revoke"]:
                    telephony.revoke(actor=actor, connection=connection)
                    self.stdout.write("revoked")
                    return
                token = telephony.new_token(actor=actor, connection=connection)
            else:
                _, token = telephony.make_connection(actor=actor, force_id=force.pk, name=options["name"])
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(token)
