"""Where the broker is: a Redis, a Redis behind TLS, or one that Sentinels look after.

Read by the settings, and by those who ask Redis itself; without Django, so that the settings may import it.

``redis://[:password@]host:port/number`` · ``rediss://...?ca=/path/to/ca.pem`` ·
``sentinel://[:password@]host:port,host:port/number?master=name`` (``sentinels://`` with TLS).
"""

import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from kombu.exceptions import OperationalError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

BROKER_AWAY = (OperationalError, RedisError, OSError)
"""What asking for a job raises where the broker is away. The first should wrap the others, and does not always."""
NOWHERE = "memory://localhost/"
SENTINEL_PORT = 26379
# One more try, since a connection may be older than the server; the library's own tries take a dozen seconds, and
# somebody may wait for them.
PATIENCE: dict[str, Any] = {"socket_timeout": 5, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 1)}
SCHEMES = ("redis", "rediss", "sentinel", "sentinels")


@dataclass(frozen=True)
class Broker:
    """The address as Celery takes it, its options, and what TLS asks for (None: no TLS)."""

    url: str
    options: dict[str, Any] = field(default_factory=dict)
    tls: dict[str, Any] | None = None
    sentinels: tuple[tuple[str, int], ...] = ()
    number: int = 0
    password: str = ""


def read_redis_url(url: str) -> Broker:
    """What an address says. Raises ValueError with a sentence where it says nothing that can be used."""
    if not url:
        return Broker(NOWHERE)
    scheme, _sep, rest = url.partition("://")
    if scheme not in SCHEMES or not rest:
        raise ValueError(f"REDIS_URL must begin with one of {', '.join(s + '://' for s in SCHEMES)}.")
    told = {key: values[-1] for key, values in parse_qs(urlsplit(url).query).items()}
    tls = _tls(told) if scheme in ("rediss", "sentinels") else None
    if scheme.startswith("redis"):
        return Broker(url.partition("?")[0] if tls else url, tls=tls)
    return _sentinel(rest.partition("?")[0], told, tls)


def _tls(told: dict[str, str]) -> dict[str, Any]:
    """The certificate is always checked: by the machine's authorities, or by the one that is named."""
    return {"ssl_cert_reqs": ssl.CERT_REQUIRED} | ({"ssl_ca_certs": told["ca"]} if "ca" in told else {})


def _sentinel(rest: str, told: dict[str, str], tls: dict[str, Any] | None) -> Broker:
    if "master" not in told:
        raise ValueError("REDIS_URL with sentinel:// must say which master: ...?master=name.")
    places, _slash, number = rest.partition("/")
    user, _at, hosts = places.rpartition("@")
    password = unquote(user.partition(":")[2])
    if not number.isdigit() and number:
        raise ValueError("REDIS_URL must end with the number of a database: .../0.")
    sentinels = tuple(_host_and_port(host) for host in hosts.split(","))
    secret = f":{quote(password, safe='')}@" if password else ""
    return Broker(
        url=";".join(f"sentinel://{secret}{host}:{port}/{number or 0}" for host, port in sentinels),
        options={"master_name": told["master"], "sentinel_kwargs": _to_sentinels(password, tls)},
        tls=tls,
        sentinels=sentinels,
        number=int(number or 0),
        password=password,
    )


def _host_and_port(host: str) -> tuple[str, int]:
    name, _colon, port = host.partition(":")
    if not name or (port and not port.isdigit()):
        raise ValueError("REDIS_URL names a Sentinel that has no host, or a port that is no number.")
    return name, int(port or SENTINEL_PORT)


def _to_sentinels(password: str, tls: dict[str, Any] | None) -> dict[str, Any]:
    return PATIENCE | ({"password": password} if password else {}) | ({"ssl": True, **tls} if tls else {})


@lru_cache(maxsize=8)
def redis_client(url: str) -> Redis:
    """Redis itself, for what is counted or looked at there; found anew through the Sentinels when it has moved."""
    broker = read_redis_url(url)
    if not broker.sentinels:
        return Redis.from_url(broker.url, **PATIENCE, **(broker.tls or {}))
    more = _to_sentinels(broker.password, broker.tls)
    sentinel: Any = Sentinel  # the library has no types for it
    found = sentinel(list(broker.sentinels), sentinel_kwargs=more, **more)
    master: Redis = found.master_for(broker.options["master_name"], db=broker.number)
    return master
