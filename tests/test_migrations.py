"""While a new version is rolled out, the release before reads and writes the migrated database too.

So a migration only adds, and what it adds has a default in the database, since the earlier code does not know of it.
What is no longer used is taken away by the release after. The migrations up to ``BEFORE`` are from the time before
anything was in production; a later one that has to break the rule stands in ``EXCEPTIONS`` with what makes it safe.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

BEFORE = {"core": 8, "initiatives": 7, "participants": 7, "reports": 6, "clients": 1}
"""The last migration of each app that no release in production was without."""
EXCEPTIONS = {
    "reports 0007_reopened_and_told: Create constraint reports_sending_reopening_whole on model sending": (
        "about columns that the release before leaves empty, which it allows"
    ),
}
"""Migration and operation, and why it is safe beside the release before it, or what has to be done by hand."""
HARMLESS = (ops.CreateModel, ops.AddIndex, ops.RemoveIndex, ops.RenameIndex, ops.AlterModelOptions, ops.RunPython)


def faults(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What the earlier release would trip over; the state is the one before the migration, and is moved on."""
    new = {op.name_lower for op in migration.operations if isinstance(op, ops.CreateModel)}
    for op in migration.operations:
        before = state.clone()
        op.state_forwards(migration.app_label, state)
        if getattr(op, "model_name_lower", "") not in new and (fault := fault_of(op, migration, before)):
            told = f"{migration.app_label} {migration.name}: {op.describe()}"
            if told not in EXCEPTIONS:
                yield f"{told}: {fault}"


def fault_of(op: Any, migration: Migration, before: ProjectState) -> str:
    if isinstance(op, HARMLESS):
        return ""
    if isinstance(op, ops.AddField):
        return fault_of_addition(op.field)
    if isinstance(op, ops.AlterField):
        old = before.models[migration.app_label, op.model_name_lower].fields[op.name]
        return fault_of_change(old, op.field)
    if isinstance(op, ops.RemoveConstraint):
        return ""  # what was refused before may be written now
    if isinstance(op, ops.AddConstraint):
        return fault_of_constraint(op, migration)
    return "the earlier release still uses it; stop using it in one release, take it away in the next"


def fault_of_addition(field: Any) -> str:
    is_optional = field.many_to_many or field.null or field.has_db_default()
    return "" if is_optional else "the earlier release does not fill it in; give it a db_default or null=True"


def fault_of_change(old: Any, new: Any) -> str:
    if old.null and not new.null:
        return "the earlier release may write nothing there"
    if isinstance(new, models.CharField) and isinstance(old, models.CharField):
        is_same = (old.max_length or 0) <= (new.max_length or 0)
    else:
        is_same = old.db_parameters(connection)["type"] == new.db_parameters(connection)["type"]
    return "" if is_same else "the earlier release reads and writes the old type"


def fault_of_constraint(op: Any, migration: Migration) -> str:
    """One in the place of an old one that let less pass, or one on columns that are new here."""
    widened = {each.name for each in migration.operations if isinstance(each, ops.RemoveConstraint)}
    added = {each.name for each in migration.operations if isinstance(each, ops.AddField)}
    if op.constraint.name in widened or fields_of(op.constraint) <= added:
        return ""
    return "the earlier release may write what it refuses"


def fields_of(constraint: Any) -> set[str]:
    condition = getattr(constraint, "condition", None)
    return {*getattr(constraint, "fields", ()), *(names(condition) if condition else ())}


def names(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from names(child)
        else:
            yield str(child[0]).partition("__")[0]  # type: ignore[index]


@pytest.mark.django_db
def test_a_new_migration_is_safe_beside_the_release_before_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "MIGRATION_MODULES", {})  # the tests' tables are made without
    loader = MigrationLoader(connection)
    assert set(BEFORE.items()) <= {(app, int(n[:4])) for app, n in loader.disk_migrations}
    found: list[str] = []
    for key in sorted(loader.disk_migrations):
        app, name = key
        if app in BEFORE and int(name[:4]) > BEFORE[app]:
            parents = loader.graph.node_map[key].parents
            state = loader.project_state([parent.key for parent in parents])
            found += faults(loader.disk_migrations[key], state)
    assert not found


OLD: list[tuple[str, Any]] = [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.CharField(max_length=10, null=True)),
]
WHOLE = models.CharField(max_length=10)
NOT_EMPTY = models.CheckConstraint(condition=~models.Q(name=""), name="not_empty")
UNSAFE = [
    ops.RemoveField("thing", "name"),
    ops.RenameField("thing", "name", "title"),
    ops.RenameModel("Thing", "Matter"),
    ops.DeleteModel("Thing"),
    ops.RunSQL("SELECT 1"),
    ops.AddField("thing", "more", models.CharField(max_length=10, default="x")),
    ops.AlterField("thing", "name", WHOLE),
    ops.AlterField("thing", "name", models.CharField(max_length=5, null=True)),
    ops.AlterField("thing", "name", models.IntegerField(null=True)),
    ops.AddConstraint("thing", NOT_EMPTY),
]
SAFE = [
    [ops.AddField("thing", "more", models.CharField(max_length=10, db_default="x"))],
    [ops.AddField("thing", "more", models.IntegerField(null=True))],
    [ops.AlterField("thing", "name", models.CharField(max_length=50, null=True, db_default="x"))],
    [ops.CreateModel("Other", OLD), ops.AddField("other", "more", WHOLE), ops.AddConstraint("other", NOT_EMPTY)],
    [
        ops.AddField("thing", "more", models.IntegerField(null=True)),
        ops.AddConstraint("thing", models.CheckConstraint(condition=models.Q(more__gt=0), name="more")),
    ],
]


def told(*operations: Any) -> list[str]:
    state = ProjectState()
    ops.CreateModel("Thing", OLD).state_forwards("things", state)
    migration = Migration("0002_more", "things")
    migration.operations = list(operations)  # type: ignore[misc]
    return list(faults(migration, state))


@pytest.mark.parametrize("operation", UNSAFE, ids=lambda op: type(op).__name__)
def test_what_the_earlier_release_would_trip_over_is_found(operation: Any):
    assert len(told(operation)) == 1


@pytest.mark.parametrize("operations", SAFE)
def test_what_only_adds_is_safe(operations: list[Any]):
    assert told(*operations) == []
