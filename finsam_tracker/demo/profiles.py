"""What participants of the three initiatives are like. Invented: the published report has no such figures.

The distributions are plausible for initiatives of their kind and say nothing about any real one. Numbers behind codes
are weights against each other; triples are lowest, most usual and highest.
"""

from dataclasses import dataclass

from finsam_tracker.demo.chance import Weights

Triple = tuple[int, int, int]


@dataclass(frozen=True)
class Profile:
    """One initiative's participants."""

    days: Triple
    """Length of a stay."""
    left_in_their_first_year: float
    """Share of a year's exits that also started in it."""
    before: int
    """How many came and left before the published year."""
    young_ages: Triple
    older_ages: Triple | None
    """None: the initiative is for the young only."""
    young: float
    """How likely to be young, against the other initiatives; also for those before the published year."""
    long_support: float
    """How likely to have lived on public support for long, against the other initiatives."""
    post_secondary: float
    referrers: Weights
    support: Weights
    assignments: Weights | None = None


SIKTA = Profile(
    days=(21, 190, 760),
    left_in_their_first_year=0.33,
    before=130,
    young_ages=(17, 25, 30),
    older_ages=(31, 41, 64),
    young=0.38,
    long_support=3,
    post_secondary=1,
    referrers={"municipal-support": 42, "af": 19, "fk": 18, "region": 12, "self": 4, "other": 3},
    support={
        "municipal-support": 44,
        "activity-support": 14,
        "sickness-benefit": 15,
        "activity-compensation": 12,
        "unemployment-benefit": 4,
        "sickness-compensation": 2,
        "other": 2,
        "none": 7,
    },
    assignments={"mapping": 58, "work-training": 42},
)
COOPERARI = Profile(
    days=(30, 170, 520),
    left_in_their_first_year=0.26,
    before=8,
    young_ages=(24, 28, 30),
    older_ages=(31, 50, 63),
    young=0.05,
    long_support=5,
    post_secondary=1.5,
    referrers={"fk": 55, "region": 24, "municipal-support": 17, "other": 4},
    support={
        "sickness-benefit": 58,
        "municipal-support": 22,
        "activity-compensation": 6,
        "sickness-compensation": 5,
        "unemployment-benefit": 3,
        "none": 6,
    },
)
SPIRA = Profile(
    days=(28, 200, 600),
    left_in_their_first_year=0.27,
    before=60,
    young_ages=(16, 20, 29),
    older_ages=None,
    young=1,
    long_support=1,
    post_secondary=0.25,
    referrers={"municipal-support": 30, "af": 20, "region": 16, "self": 15, "other": 15, "fk": 4},
    support={
        "none": 34,
        "municipal-support": 26,
        "activity-support": 14,
        "activity-compensation": 13,
        "student-aid": 8,
        "sickness-benefit": 4,
        "other": 1,
    },
)
PROFILES = {"sikta": SIKTA, "cooperari": COOPERARI, "spira": SPIRA}

SUPPORT_AGES = {
    "activity-compensation": (19, 29),
    "sickness-compensation": (30, 64),
    "sickness-benefit": (18, 64),
    "municipal-support": (18, 64),
    "activity-support": (18, 64),
    "unemployment-benefit": (20, 64),
    "student-aid": (16, 54),
    "other": (18, 64),
    "none": (16, 64),
}
"""At which ages each support is plausible; before 30 it is activity compensation where it later is sickness
compensation."""

SECOND_SUPPORT = {
    "sickness-benefit": "municipal-support",
    "activity-support": "municipal-support",
    "unemployment-benefit": "activity-support",
    "activity-compensation": "municipal-support",
}
"""What sometimes fills up a support that does not suffice."""

LOW_EDUCATION: Weights = {"incomplete-primary": 18, "primary": 37, "incomplete-upper-secondary": 45}

SUPPORT_AFTER: dict[str, Weights] = {
    "studies": {"student-aid": 78, "none": 14, "municipal-support": 8},
    "sickness-compensation-granted": {"sickness-compensation": 94, "activity-compensation": 6},
    "sickness-compensation-refused": {"sickness-benefit": 50, "municipal-support": 35, "none": 15},
    "daily-activities": {"activity-compensation": 45, "sickness-compensation": 40, "municipal-support": 15},
    "municipal-labour-market-unit": {"municipal-support": 92, "none": 8},
    "af-fk-cooperation": {"sickness-benefit": 45, "activity-support": 35, "activity-compensation": 20},
    "af-ordinary": {"activity-support": 68, "municipal-support": 18, "unemployment-benefit": 14},
}
"""By exit reason; the support of the others stays, mostly, what it was before."""
SUPPORT_BESIDE_WORK: dict[str, Weights] = {
    "100": {"none": 1},
    "75": {"none": 70, "unemployment-benefit": 30},
    "50": {"sickness-benefit": 35, "municipal-support": 35, "none": 30},
    "25": {"municipal-support": 55, "sickness-benefit": 45},
    "hourly": {"municipal-support": 45, "none": 35, "unemployment-benefit": 20},
}
"""By extent of work."""
STUDIES_AFTER: Weights = {"100": 72, "75": 6, "50": 13, "unknown": 9}

FIRST_STEPS: Weights = {"0": 34, "1": 36, "2": 20, "3": 10}
"""By how far up the ladder, 0 being its foot. The top is no place to begin."""
