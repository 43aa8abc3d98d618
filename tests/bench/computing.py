"""Computing and storing in nations of two sizes: what it costs grows with the federation and not with the nation."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from django.db.models import Count

from finsam_tracker.core.models import Federation, StaleMark
from finsam_tracker.core.period import Period
from participants.models import Participation
from reports import services
from reports.compute import snapshot
from reports.context import Scope
from reports.models import TableSet
from tests.bench import databases
from tests.bench.bars import Measured
from tests.bench.nation import MEASURED_SLUG, nation_of
from tests.bench.tables import PERIOD, afresh, by_hand
from tests.bench.timing import compare, timed
from tests.factories import noon

NOW = noon(date(2026, 1, 15))
CHANGED_FROM = date(2025, 3, 10)
TEN_YEARS = [Period.year(year) for year in range(2016, 2026)]
ROUNDS, PAIRS = 3, 15
NATION_BAR, CHANGE_BAR, YEARS_BAR = 3, 1.2, 1.0


def bench(small_size: int, large_size: int) -> Iterator[Measured]:
    small, large = (nation_of(size, small_size // 10) for size in (small_size, large_size))
    for name in (small, large):
        databases.use(name)
        yield from _afresh()
    yield _years()
    yield _whole_nation()
    yield _change(small, large)


def _afresh() -> Iterator[Measured]:
    """The federation of median size and the largest. The measured one is as large as the median of the large nation."""
    many = Participation.objects.exclude(federation__slug=MEASURED_SLUG).values("federation").annotate(n=Count("pk"))
    by_size = list(many.order_by("n"))
    total = sum(one["n"] for one in by_size)
    for which, one in (("median", by_size[len(by_size) // 2]), ("largest", by_size[-1])):
        federation = Federation.objects.get(pk=one["federation"])
        yield afresh(federation, f"{which} of {total:,}, {one['n']:,} participations")


def store(federation: Federation, periods: Iterable[Period]) -> services.Refreshed:
    """As the job does it."""
    with snapshot():
        return services.store(Scope(federation), periods, now=NOW)


def _whole_nation() -> Measured:
    federations = list(Federation.objects.all())

    def hand() -> float:
        return sum(timed(partial(by_hand, federation)) for federation in federations)

    def stored() -> float:
        TableSet.objects.all().delete()
        return timed(lambda: [store(federation, [PERIOD]) for federation in federations])

    return Measured.beside(
        "all 80 federations, one year, computed and stored", compare(hand, stored, ROUNDS), NATION_BAR
    )


def _years() -> Measured:
    """Ten years together, beside each alone."""
    federation = Federation.objects.get(slug=MEASURED_SLUG)

    def alone() -> float:
        return timed(lambda: [store(federation, [year]) for year in TEN_YEARS])

    compared = compare(alone, lambda: timed(lambda: store(federation, TEN_YEARS)), PAIRS)
    return Measured.beside("ten years of a federation, against ten times one", compared, YEARS_BAR)


def _change(small: str, large: str) -> Measured:
    compared = compare(lambda: _refresh(small), lambda: _refresh(large), PAIRS)
    return Measured.beside("one change to stored tables: large nation, against small", compared, CHANGE_BAR)


def _refresh(nation: str) -> float:
    """How long the measured federation's stored tables lag behind a change; every other change is taken back."""
    databases.use(nation)
    federation = Federation.objects.get(slug=MEASURED_SLUG)
    changed = Participation.objects.filter(federation=federation, start_on__gte=CHANGED_FROM).earliest("pk")
    Participation.objects.filter(pk=changed.pk).update(is_void=not changed.is_void)
    StaleMark.objects.create(federation=federation, created_at=NOW, from_day=CHANGED_FROM)
    return timed(lambda: services.refresh(federation, now=NOW))
