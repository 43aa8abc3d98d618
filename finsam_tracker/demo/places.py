"""Where participants live, and where those live who work afterwards: as published per municipality."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from finsam_tracker.configuration.entries import WORK, FederationFile
from finsam_tracker.demo.chance import ImpossiblePlanError, apportion, one_of, shuffled
from finsam_tracker.demo.planned import PlannedParticipation
from finsam_tracker.demo.published import Published

TRIES = 2_000
UNKNOWN_BEFORE = 0.03
"""Share of the earlier years whose municipality nobody registered."""

HOURLY = "hourly"

Work = tuple[str, str]
"""Municipality and extent of somebody who works."""
Settled = dict[int, Work]
"""By place in the list of stays."""


def settled(
    stays: Sequence[PlannedParticipation], federation: FederationFile, published: Published, chance: Random
) -> list[PlannedParticipation]:
    """The published year's stays, each in a municipality, and those who work with how much."""
    workers = _workers(stays, federation, published, chance)
    at_work = _employed(workers, stays, federation, published, chance)
    rows = [
        replace(stay, municipality=at_work[n][0], work_after=at_work[n][1]) if n in at_work else stay
        for n, stay in enumerate(stays)
    ]
    free = Counter(published.participants)
    free.subtract(municipality for municipality, _extent in at_work.values())
    for slug in _narrowest_first(federation):
        homeless = [n for n, row in enumerate(rows) if row.initiative == slug and row.municipality is None]
        homes = _homes(len(homeless), municipalities_of(federation, slug), free)
        free.subtract(homes)
        for n, home in zip(homeless, shuffled(chance, homes), strict=True):
            rows[n] = replace(rows[n], municipality=home)
    return rows


def settled_before(
    stays: Sequence[PlannedParticipation], federation: FederationFile, published: Published, chance: Random
) -> list[PlannedParticipation]:
    """The earlier stays, alike in kind but bound to no figure."""
    rows: list[PlannedParticipation] = []
    for stay in stays:
        homes = {code: published.participants[code] for code in municipalities_of(federation, stay.initiative)}
        known = chance.random() >= UNKNOWN_BEFORE
        work = one_of(chance, published.works_after) if federation.means(stay.exit_reason) == WORK else None
        rows.append(replace(stay, municipality=one_of(chance, homes) if known else None, work_after=work))
    return rows


def municipalities_of(federation: FederationFile, slug: str) -> tuple[str, ...]:
    """The codes of the municipalities that are parties of an initiative; a party has its municipality's name first."""
    initiative = federation.initiative(slug)
    members = [party.name for party in federation.parties if initiative.has_party(party.name)]
    return tuple(m.code for m in federation.municipalities if any(name.startswith(m.name) for name in members))


def _narrowest_first(federation: FederationFile) -> list[str]:
    slugs = [i.slug for i in federation.with_participants()]
    return sorted(slugs, key=lambda slug: (len(municipalities_of(federation, slug)), slug))


def _homes(count: int, allowed: Sequence[str], free: Mapping[str, int]) -> list[str]:
    """So many municipalities, in proportion to the room left in those allowed.

    The initiative that is open to most comes last, and takes exactly what the others left.
    """
    room = [free[code] for code in allowed]
    if sum(room) < count or min(room) < 0:
        raise ImpossiblePlanError("More participants than the municipalities of the initiative have room for.")
    return [code for code, part in zip(allowed, apportion(count, room), strict=True) for _n in range(part)]


def _workers(
    stays: Sequence[PlannedParticipation], federation: FederationFile, published: Published, chance: Random
) -> dict[int, str | None]:
    """Who works after the exit: all who left to work, and those that work although another reason was given.

    The extent is given for the latter and None for the former.
    """
    workers: dict[int, str | None] = {
        n: None for n, stay in enumerate(stays) if federation.means(stay.exit_reason) == WORK
    }
    for reason, extent in published.works_after_another_reason.items():
        workers[chance.choice([n for n, stay in enumerate(stays) if stay.exit_reason == reason])] = extent
    return workers


def _employed(
    workers: Mapping[int, str | None],
    stays: Sequence[PlannedParticipation],
    federation: FederationFile,
    published: Published,
    chance: Random,
) -> Settled:
    """A municipality and an extent for every worker, so that extents and full-time equivalents both come out."""
    order = _narrowest_first(federation)
    in_turn = sorted(workers, key=lambda n: (workers[n] is None, order.index(stays[n].initiative), n))
    allowed = {slug: municipalities_of(federation, slug) for slug in order}
    for _try in range(TRIES):
        jobs = _jobs(published, federation.parameter("hourly_counts_as"), chance)
        employed: Settled = {}
        for n in in_turn:
            fits = [j for j in jobs if j[0] in allowed[stays[n].initiative] and workers[n] in (None, j[1])]
            if not fits:
                break
            employed[n] = fits[0]
            jobs.remove(fits[0])
        if len(employed) == len(workers):
            return employed
    raise ImpossiblePlanError(f"No way in {TRIES} tries to place those who work; do extents and equivalents agree?")


def _jobs(published: Published, hourly_counts_as: Decimal, chance: Random) -> list[Work]:
    """Every extent in some municipality, the larger ones first; fewer than all where the dealing did not go up."""
    size = {e: hourly_counts_as if e == HOURLY else Decimal(e) / 100 for e in published.works_after}
    left = dict(published.full_time)
    jobs: list[Work] = []
    for extent in sorted(size, key=lambda e: -size[e]):
        for _n in range(published.works_after[extent]):
            room = {code: float(share) for code, share in left.items() if share >= size[extent]}
            if not room:
                return []
            code = one_of(chance, room)
            left[code] -= size[extent]
            jobs.append((code, extent))
    return shuffled(chance, jobs)
