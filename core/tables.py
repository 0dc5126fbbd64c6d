"""A migration that makes many tables at once.

Django renders all related models anew after each CreateModel. Everything here is related to a force, so that a hundred
tables took half a minute before the first test or the first look at the demo. `Tables` states all of them, then
renders once.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Tables(Operation):
    """CreateModel operations in an order in which each refers only to those before it."""

    reduces_to_sql = True

    def __init__(self, *creates: CreateModel) -> None:
        self.creates = creates

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # rendered again, once, when the tables are made
        for create in self.creates:
            create.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for create in self.creates:
            create.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for create in reversed(self.creates):
            create.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.creates)} tables"
