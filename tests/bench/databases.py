"""Databases of the one server: each benchmark has its own, and may stand on one foot in each of two."""

import psycopg
from django.core.management import call_command
from django.db import connection

EMPTY = "bench"


def _place() -> str:
    settings = connection.settings_dict
    return f"{settings['USER']}@{settings['HOST']}:{settings['PORT']}"


def on_server(statement: str) -> int:
    """A statement about databases, from outside all of them. Returns how many rows it found."""
    with psycopg.connect(f"postgresql://{_place()}/postgres", autocommit=True) as server:
        return server.execute(statement.encode()).rowcount


def exists(name: str) -> bool:
    return bool(on_server(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))  # noqa: S608


def url() -> str:
    """The address of the database that this process speaks to."""
    return f"postgres://{_place()}/{connection.settings_dict['NAME']}"


def use(name: str) -> None:
    """From here on this process speaks to another database."""
    connection.close()
    connection.settings_dict["NAME"] = name


def make_empty() -> None:
    """The database that all others are copied from: migrated, and nothing in it."""
    if not exists(EMPTY):
        on_server(f"CREATE DATABASE {EMPTY}")
    use(EMPTY)
    call_command("migrate", verbosity=0)


def copy(source: str, name: str) -> None:
    """A new copy of a database, which this process speaks to from here on."""
    connection.close()
    on_server(f"DROP DATABASE IF EXISTS {name}")
    on_server(f"CREATE DATABASE {name} TEMPLATE {source}")
    use(name)
