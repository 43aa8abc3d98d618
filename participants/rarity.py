"""Whether a registration stands so alone in its initiative that those who know the initiative may guess who it is."""

from initiatives.lists import Lists
from initiatives.models import BandKind
from participants.models import Participation
from participants.models.participation import OLDEST

COMMON_ENOUGH = 3
"""So many alike say little about each. Thresholds of three and five are in use among federations."""


def is_rare(participation: Participation, lists: Lists) -> bool:
    """Whether fewer than ``COMMON_ENOUGH`` share gender, age group, municipality and education.

    What is not known points at nobody: without age or municipality nothing is rare. Must not be logged.
    """
    if participation.birth_year is None or participation.municipality_id is None:
        return False
    age = participation.start_on.year - participation.birth_year
    band = next((band for band in lists.bands(BandKind.AGE) if band.holds(age)), None)
    if band is None:
        return False
    year = participation.start_on.year
    oldest = OLDEST if band.high is None else band.high
    alike = Participation.objects.counted().filter(
        initiative=participation.initiative_id,
        gender=participation.gender,
        birth_year__range=(year - oldest, year - band.low),
        municipality=participation.municipality_id,
    )
    if participation.education:
        alike = alike.filter(education=participation.education)
    return alike.count() < COMMON_ENOUGH
