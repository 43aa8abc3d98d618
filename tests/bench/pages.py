"""A coordinator's pages with ten thousand and with a million participations in the database."""

from django.conf import settings
from django.test import Client

from participants.codes import new_code
from participants.models import Participation
from tests.bench.bars import Measured
from tests.bench.nation import QUICK_HASHER, fill, make_nation
from tests.bench.timing import percentile, timed

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 205
BAR = 1.3


def bench() -> list[Measured]:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = [QUICK_HASHER]  # hundreds of people, none logs in
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
        slow_time(client, address)
    small = {name: slow_time(client, address) for name, address in addresses.items()}
    fill(others, LARGE - SMALL)
    return [_row(name, small[name], slow_time(client, address)) for name, address in addresses.items()]


def _row(name: str, small: float, large: float) -> Measured:
    what = f"page {name}: nation of {LARGE:,}, p95, against {SMALL:,}"
    return Measured(what, large / small, BAR, f"{small * 1000:.1f} ms", f"{large * 1000:.1f} ms")


def slow_time(client: Client, address: str) -> float:
    """The time that 95 of 100 requests do not exceed."""

    def get() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return percentile([timed(get) for _round in range(ROUNDS)][5:], 95)
