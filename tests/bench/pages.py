"""A coordinator's pages with ten thousand and with a million participations in the database."""

import statistics

from django.conf import settings
from django.test import Client

from participants.codes import new_code
from participants.models import Participation
from tests.bench.nation import fill, make_nation
from tests.bench.timing import timed

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 40
BAR = 1.5


def bench() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of people, none logs in
    tenant, others = make_nation()
    client = Client()
    client.force_login(tenant.coordinator)
    base = f"/forbund/{tenant.federation.slug}/insatser/{tenant.first.slug}"
    code = new_code()
    one = Participation.objects.filter(initiative=tenant.first, exit_on=None).earliest("pk")
    Participation.objects.filter(pk=one.pk).update(code=code)
    addresses = {
        "list": f"{base}/deltaganden/",
        "list of all, page 5, by start": f"{base}/deltaganden/?visa=alla&sida=5",
        "enrol": f"{base}/deltaganden/skriv-in/",
        "exit": f"{base}/deltaganden/{code}/avsluta/",
    }
    fill(others, SMALL)
    # Once for nothing: the first round pays for what a process learns once.
    for address in addresses.values():
        median_time(client, address)
    small = {name: median_time(client, address) for name, address in addresses.items()}
    fill(others, LARGE - SMALL)
    for name, address in addresses.items():
        large = median_time(client, address)
        print(
            f"{name}: {small[name] * 1000:.1f} ms at {SMALL}, {large * 1000:.1f} ms at {LARGE}: "
            f"ratio {large / small[name]:.2f} (bar {BAR})"
        )


def median_time(client: Client, address: str) -> float:
    def get() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return statistics.median([timed(get) for _round in range(ROUNDS)][5:])
