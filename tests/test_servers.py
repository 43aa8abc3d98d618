"""The tests run against the servers a deployment has, and nothing of them stays behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

STARTER = [sys.executable, str(Path(__file__).with_name("servers.py"))]
SAY_AND_WAIT = """
import os, time
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="DATABASE_URL names no PostgreSQL."
)
@pytest.mark.django_db
def test_the_database_is_a_postgresql_that_answers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 140000  # the oldest that Django 5.2 supports
    assert connection.vendor == "postgresql"


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="REDIS_URL is not set.")
def test_the_broker_is_a_redis_that_answers():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.ping()


def test_the_starter_uses_given_addresses_and_passes_the_exit_code_on():
    given = {**os.environ, "DATABASE_URL": "postgres://given/one", "REDIS_URL": "redis://given/0"}
    check = "import os, sys; sys.exit(7 * os.environ['DATABASE_URL'].startswith('postgres://given'))"
    done = subprocess.run([*STARTER, sys.executable, "-c", check], env=given, check=False)
    assert done.returncode == 7


def refuses(address: str) -> bool:
    url = urlsplit(address)
    with socket.socket() as client:
        return client.connect_ex((url.hostname, url.port)) != 0


@pytest.mark.servers
def test_a_terminated_starter_leaves_no_server_and_no_folder_behind():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL does not run as root, and must get in
        own = {**os.environ, "TMPDIR": folder, "DATABASE_URL": "", "REDIS_URL": ""}
        command = [*STARTER, sys.executable, "-c", SAY_AND_WAIT]
        with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, text=True) as starter:
            assert starter.stdout
            addresses = starter.stdout.readline().split()
            assert [refuses(address) for address in addresses] == [False, False]
            starter.send_signal(signal.SIGTERM)
            assert starter.wait(30) == 128 + signal.SIGTERM
        assert [refuses(address) for address in addresses] == [True, True]
        assert list(Path(folder).iterdir()) == []
