"""The national lists that every federation starts from.

Source: the variables of the closed national system SUS and of Uppföljning Finsam, in public handbooks. Foreign
education counts as the matching level. Parental benefit and pensions count as no public support.
"""

from dataclasses import dataclass

from django.db import transaction

from finsam_tracker.core.models import Federation
from initiatives.models import Band, BandKind, CodeItem, CodeKind

NO_SUPPORT = "none"
"""The code of "Ingen offentlig försörjning": combines with no other."""


@dataclass(frozen=True)
class CommonItem:
    """An item of a national list."""

    code: str
    label: str


COMMON_LISTS: dict[CodeKind, tuple[CommonItem, ...]] = {
    CodeKind.EDUCATION: (
        CommonItem("incomplete-primary", "Ej fullständig grundskola"),
        CommonItem("primary", "Grundskola"),
        CommonItem("incomplete-upper-secondary", "Ej fullständig gymnasieutbildning"),
        CommonItem("upper-secondary", "Gymnasium"),
        CommonItem("post-secondary", "Eftergymnasial"),
    ),
    CodeKind.REFERRER: (
        CommonItem("fk", "Försäkringskassan"),
        CommonItem("municipal-support", "Kommunens försörjningsstöd"),
        CommonItem("af", "Arbetsförmedlingen"),
        CommonItem("region", "Regionen/psykiatrin"),
        CommonItem("self", "Egen kontakt"),
        CommonItem("other", "Annan"),
    ),
    CodeKind.SUPPORT: (
        CommonItem("municipal-support", "Försörjningsstöd (kommun)"),
        CommonItem("sickness-benefit", "Sjukpenning/rehabpenning (FK)"),
        CommonItem("sickness-compensation", "Sjukersättning (FK)"),
        CommonItem("activity-compensation", "Aktivitetsersättning (FK)"),
        CommonItem("activity-support", "Aktivitetsstöd (AF)"),
        CommonItem("unemployment-benefit", "Arbetslöshetsersättning"),
        CommonItem("student-aid", "Studiemedel (CSN)"),
        CommonItem("other", "Annan offentlig försörjning"),
        CommonItem(NO_SUPPORT, "Ingen offentlig försörjning"),
    ),
    CodeKind.ASSIGNMENT: (),
    # The two lists of advisory contacts are ours: no national list exists. The parties are those of the law.
    CodeKind.CONTACT_KIND: (
        CommonItem("phone", "Telefon"),
        CommonItem("meeting", "Möte"),
        CommonItem("digital", "Digitalt möte"),
        CommonItem("writing", "Chatt eller e-post"),
    ),
    CodeKind.CONTACT_OUTCOME: (
        CommonItem("initiative", "Insatsen"),
        CommonItem("municipality", "Kommunen"),
        CommonItem("af", "Arbetsförmedlingen"),
        CommonItem("fk", "Försäkringskassan"),
        CommonItem("region", "Regionen"),
        CommonItem("other", "Annan"),
        CommonItem("none", "Ingen hänvisning"),
    ),
    # So are the two lists of structural activities.
    CodeKind.ACTIVITY_KIND: (
        CommonItem("course", "Utbildning eller kurs"),
        CommonItem("conference", "Konferens eller föreläsning"),
        CommonItem("workshop", "Workshop"),
        CommonItem("network", "Nätverksträff"),
        CommonItem("common-day", "Gemensam dag för myndigheterna"),
        CommonItem("other", "Annan aktivitet"),
    ),
    CodeKind.AUDIENCE: (
        CommonItem("staff", "Medarbetare hos parterna"),
        CommonItem("managers", "Chefer hos parterna"),
        CommonItem("politicians", "Förtroendevalda"),
        CommonItem("employers", "Arbetsgivare"),
        CommonItem("civil-society", "Civilsamhället"),
        CommonItem("mixed", "Blandad grupp"),
        CommonItem("other", "Annan målgrupp"),
    ),
}

WITHOUT_UPPER_SECONDARY = frozenset({"incomplete-primary", "primary", "incomplete-upper-secondary"})
"""The education levels below a complete upper secondary education."""
POST_SECONDARY = frozenset({"post-secondary"})

COMMON_BANDS: dict[BandKind, tuple[tuple[str, str, int, int | None], ...]] = {
    BandKind.AGE: (
        ("15-19", "15-19 år", 15, 19),
        ("20-24", "20-24 år", 20, 24),
        ("25-30", "25-30 år", 25, 30),
        ("31-39", "31-39 år", 31, 39),
        ("40-49", "40-49 år", 40, 49),
        ("50-59", "50-59 år", 50, 59),
        ("60", "60 år och äldre", 60, None),
    ),
    BandKind.SUPPORT_MONTHS: (
        ("0", "Ingen tid", 0, 0),
        ("1-11", "Under 1 år", 1, 11),
        ("12-35", "1-2 år", 12, 35),
        ("36-59", "3-4 år", 36, 59),
        ("60-107", "5-8 år", 60, 107),
        ("108", "9 år och mer", 108, None),
    ),
    BandKind.INITIATIVE_MONTHS: (
        ("0-2", "Under 3 månader", 0, 2),
        ("3-5", "3-5 månader", 3, 5),
        ("6-11", "6-11 månader", 6, 11),
        ("12-23", "12-23 månader", 12, 23),
        ("24", "24 månader och mer", 24, None),
    ),
}


@transaction.atomic
def adopt_common_lists(federation: Federation) -> None:
    """Give a new federation the national lists and classes. Lists that it already has are left as they are."""
    has_kinds = set(federation.code_items.values_list("kind", flat=True))
    CodeItem.objects.bulk_create(
        CodeItem(federation=federation, kind=kind, code=i.code, label=i.label, common=i.code, position=position)
        for kind, items in COMMON_LISTS.items()
        if kind not in has_kinds
        for position, i in enumerate(items, 1)
    )
    has_bands = set(federation.bands.values_list("kind", flat=True))
    Band.objects.bulk_create(
        Band(federation=federation, kind=kind, code=code, label=label, low=low, high=high)
        for kind, bands in COMMON_BANDS.items()
        if kind not in has_bands
        for code, label, low, high in bands
    )
