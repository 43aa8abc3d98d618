"""What an operator may set: every variable is explained, none is invented, and what is secret may stand in a file."""

import os
import re
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerAwayError
from redis.exceptions import RedisError

from finsam_tracker.broker import NOWHERE, PATIENCE, read_redis_url, redis_client
from participants.importing.limits import MAX_BYTES as MAX_WORKBOOK
from reports.document_check.limits import MAX_BYTES as MAX_DOCUMENT

ROOT = settings.BASE_DIR
EXAMPLE = ROOT / "docker" / "environment.example"
SCRIPTS = sorted(path for path in (ROOT / "docker").glob("*") if path.is_file() and path.read_bytes()[:2] == b"#!")
READ = re.compile(r'env\.\w+\(\s*"(\w+)"|environ(?:\.get\(|\[)"(\w+?)(?:_FILE)?"|\$\{(FINSAM_\w+?)(?:_FILE)?[:}]')
DEPLOYMENT = {
    "DATABASE_URL": "postgres://one@host/name",
    "FINSAM_SECRET_KEY": "x" * 50,
    "FINSAM_BASE_URL": "https://finsam.example",
    "EMAIL_URL": "dummy:",
}


def names_read() -> set[str]:
    """What the settings and the start scripts ask the environment for."""
    files = [ROOT / "finsam_tracker" / "settings.py", ROOT / "docker" / "gunicorn.conf.py", *SCRIPTS]
    found = {name for path in files for groups in READ.findall(path.read_text()) for name in groups if name}
    return found - {"PROMETHEUS_MULTIPROC_DIR"}


def told_by_settings(expression: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the settings of a process with just these variables say."""
    own = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "finsam_tracker.settings", **variables}
    code = f"from django.conf import settings as s; import django; django.setup(); print({expression})"
    return subprocess.run([sys.executable, "-c", code], env=own, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_variable_is_explained_and_none_is_invented():
    explained = re.findall(r"^#?([A-Z][A-Z_]+?)(?:_FILE)?=", EXAMPLE.read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(names_read())
    assert len(explained) == len(set(explained))


def test_a_secret_may_stand_in_a_file(tmp_path: Path):
    given = {f"{name}_FILE": str(tmp_path / name) for name in DEPLOYMENT}
    for name, value in DEPLOYMENT.items():
        (tmp_path / name).write_text(value + "\n")
    asked = "s.DATABASES['default']['HOST'], len(s.SECRET_KEY), s.BASE_URL, s.EMBEDDED, s.DEBUG"
    assert told_by_settings(asked, **given).stdout == "host 50 https://finsam.example False False\n"
    away = told_by_settings("1", **given | {"FINSAM_SECRET_KEY_FILE": str(tmp_path / "away")})
    assert "FINSAM_SECRET_KEY_FILE must be a readable file" in away.stderr


def test_a_deployment_is_closed_by_default():
    asked = (
        "s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 3e7,"
        "s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.X_FRAME_OPTIONS, s.REQUIRE_TWO_STEP, s.METRICS_TOKEN"
    )
    assert told_by_settings(asked, **DEPLOYMENT).stdout == "False True True True True True Lax DENY True \n"
    weak = told_by_settings("1", **DEPLOYMENT | {"FINSAM_TLS": "perhaps"})
    assert "FINSAM_TLS" in weak.stderr


def test_a_replica_and_a_pooler_are_settings():
    asked = "sorted(s.DATABASES), s.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS']"
    assert told_by_settings(asked, **DEPLOYMENT).stdout == "['default'] False\n"
    more = {"FINSAM_REPLICA_URL": "postgres://one@copy/name", "FINSAM_TRANSACTION_POOLING": "true"}
    assert told_by_settings(asked, **DEPLOYMENT, **more).stdout == "['default', 'replica'] True\n"


class TestTheBroker:
    def test_one_redis(self):
        broker = read_redis_url("redis://:secret@host:6379/2")
        assert (broker.url, broker.tls, broker.options) == ("redis://:secret@host:6379/2", None, {})
        assert read_redis_url("").url == NOWHERE

    def test_tls_checks_the_certificate(self):
        broker = read_redis_url("rediss://host:6380/0?ca=/etc/ca.pem")
        assert broker.url == "rediss://host:6380/0"
        assert broker.tls == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": "/etc/ca.pem"}

    def test_sentinels(self):
        broker = read_redis_url("sentinel://:p%40ss@a:26379,b/1?master=finsam")
        assert broker.url == "sentinel://:p%40ss@a:26379/1;sentinel://:p%40ss@b:26379/1"
        assert broker.options == {"master_name": "finsam", "sentinel_kwargs": PATIENCE | {"password": "p@ss"}}
        assert read_redis_url("sentinels://a/0?master=m").options["sentinel_kwargs"]["ssl"] is True

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("memcached://host", "must begin with one of redis://"),
            ("sentinel://host:26379/0", "must say which master"),
            ("sentinel://host:x/0?master=m", "no number"),
            ("sentinel://host/zero?master=m", "number of a database"),
        ],
    )
    def test_what_cannot_be_read_stops_with_a_sentence(self, address: str, sentence: str):
        with pytest.raises(ValueError, match=sentence):
            read_redis_url(address)

    @pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "sentinel://127.0.0.1:1,127.0.0.1:2/0?master=m"])
    def test_who_is_away_is_known_soon(self, address: str):
        """Somebody may wait for it: left alone, the library tries for a dozen seconds."""
        broker, began = read_redis_url(address), time.monotonic()
        with pytest.raises(RedisError):
            redis_client(address).ping()
        with pytest.raises(BrokerAwayError):
            Celery(set_as_current=False, broker=broker.url, broker_transport_options=broker.options).send_task("any")
        assert time.monotonic() - began < 4

    def test_celery_understands_it(self):
        told = told_by_settings(
            "(lambda c: (c.transport_cls, c.alt, c.transport_options['master_name']))"
            "(__import__('finsam_tracker').celery_app.connection_for_write())",
            **DEPLOYMENT,
            REDIS_URL="sentinel://a,b/1?master=finsam",
        )
        assert told.stdout == "('sentinel', ['sentinel://a:26379/1', 'sentinel://b:26379/1'], 'finsam')\n", told.stderr


def test_containers_run_the_same_scripts_as_everybody_else():
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
    services = compose["services"]
    commands = [service["command"][0] for service in services.values() if service.get("image") == "finsam-tracker"]
    assert {Path(command).name for command in commands} == {"migrate", "start-web", "start-worker", "start-beat"}
    assert all((ROOT / "docker" / Path(command).name).is_file() for command in commands)
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in services.values())
    named = {name for service in services.values() for name in service.get("secrets", [])}
    assert named == set(compose["secrets"])
    asked = set(re.findall(r"^\w+=/run/secrets/(\w+)", EXAMPLE.read_text(), re.MULTILINE))
    assert all(asked <= set(service["secrets"]) for service in services.values() if "env_file" in service)
    passwords = re.findall(r"(?i)password: *\w+", (ROOT / "docker" / "compose.yaml").read_text())
    assert passwords == []


def test_the_proxy_lets_through_what_the_program_takes_and_not_much_more():
    (most,) = re.findall(r"max_size (\d+)MB", (ROOT / "docker" / "Caddyfile").read_text())
    largest = max(MAX_DOCUMENT, MAX_WORKBOOK)
    assert largest + 100_000 < int(most) * 1_000_000 < 1.1 * largest


def test_the_image_is_of_what_was_written_down_and_may_change_nothing_of_itself():
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()
    lines = [line for line in dockerfile.replace("\\\n", " ").splitlines() if line and line[0] != "#"]
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
    of_others = {service["image"] for service in compose["services"].values()} - {"finsam-tracker"}
    bases = {line.partition("=")[2] for line in lines if line.startswith("ARG PYTHON_IMAGE")}
    assert {line.split()[1] for line in lines if line.startswith("FROM")} == {"${PYTHON_IMAGE}"}
    assert len(of_others) == 3
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", name) for name in of_others | bases)
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM")) :]
    assert [line for line in last if line.startswith("USER")] == ["USER 10001:10001"]
    assert not [line for line in last if "--chown" in line or "chmod" in line]
    assert any(line.startswith("HEALTHCHECK") and "/app/docker/is-healthy" in line for line in last)
    pips = [line for line in lines if "pip install" in line]
    assert len(pips) == 1
    assert "--require-hashes --only-binary :all: -r /lock.txt" in pips[0]
    installs = [line for line in lines if "apt-get install" in line]
    assert all("--no-install-recommends" in line and "rm -rf /var/lib/apt/lists" in line for line in installs)
    assert not re.search(r"\bADD\b|\bsudo\b|curl |wget |:latest|ENV .*(SECRET|PASSWORD|TOKEN)", "\n".join(lines))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run_and_read(script: Path):
    assert os.access(script, os.X_OK)
    if b"/bin/sh" in script.read_bytes():
        subprocess.run(["sh", "-n", str(script)], check=True)
