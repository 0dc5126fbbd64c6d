"""`manage.py make_people`: a synthetic force for benchmarks and training, the same for the same seed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from core.models import Force
from suspects.bulk.loading import load, plan_for, seed_is_used
from suspects.bulk.progress import Progress
from suspects.models import Person
from suspects.services.reference_data import seed_force


class Command(BaseCommand):
    help = "Makes people, vehicles and addresses up. Refuses a force with real records unless --yes says otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", required=True, help="Code of the force, two digits.")
        parser.add_argument("--count", type=int, default=10_000, help="People.")
        parser.add_argument("--vehicles", type=int, help="As many as people unless said.")
        parser.add_argument("--addresses", type=int, help="Twice as many as people unless said.")
        parser.add_argument("--seed", type=int, default=7, help="The same seed makes the same force.")
        parser.add_argument("--processes", type=int, help="All processors unless said (PostgreSQL only).")
        parser.add_argument("--yes", action="store_true", help="Also into a force that has people already.")

    def handle(self, *args: Any, **options: Any) -> None:
        force = Force.objects.filter(code=options["force"]).first()
        if force is None:
            raise CommandError(f"There is no force {options['force']}. Create it first.")
        count, seed = options["count"], options["seed"]
        vehicles = count if options["vehicles"] is None else options["vehicles"]
        addresses = 2 * count if options["addresses"] is None else options["addresses"]
        if min(count, vehicles, addresses) < 0:
            raise CommandError("Counts are not negative.")
        if not (force.is_demo or options["yes"]) and Person.objects.filter(force=force).exists():
            raise CommandError("This force has people already. Repeat with --yes to add made-up ones to it.")
        if seed_is_used(seed):
            raise CommandError("This seed's people are here already. Choose another --seed.")
        seed_force(force)
        plan = plan_for(force, people=count, vehicles=vehicles, addresses=addresses, seed=seed, moment=now())
        with Progress(self.stderr, "records") as progress:
            load(plan, processes=options["processes"], progress=progress.at)
        self.stdout.write(f"Made {count:,} people, {vehicles:,} vehicles, {addresses:,} addresses (seed {seed}).")
