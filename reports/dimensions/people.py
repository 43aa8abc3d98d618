"""What participants bring: age, education, support, who sent them, what for."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finsam_tracker.core.fields import CodeSetField
from initiatives.common_lists import NO_SUPPORT
from initiatives.models import BandKind, CodeKind
from reports.context import Context
from reports.definition import UNKNOWN, Column, Dimension, Member, Placed, Placer, Text, Within
from reports.dimensions.common import (
    AGE_AT_START,
    EDUCATION_CODE,
    INITIATIVE_ID,
    NO,
    SUPPORT_MONTHS,
    YES,
    code_list,
    dated_members,
    unknown_member,
    yes_or_no,
)

OUTSIDE = "outside"
"""The code of a number that the federation has no class for. It has a row, so that nobody is lost."""
NOT_USED = "not-used"

ASSIGNMENT_CODE = Column("assignment")
BEFORE_CODES, AFTER_CODES = Column("support_before"), Column("support_after")


def banded(
    key: str,
    title: Text,
    column: Column,
    kind: BandKind,
    number: Callable[[Context], Callable[[Any], int]] | None = None,
) -> Dimension:
    """A number in the federation's classes. ``number`` makes it of the column's value, where the two differ."""

    def members(context: Context, _within: Within) -> Sequence[Member]:
        outside = Member(OUTSIDE, _("Utanför förbundets klasser"), only_if_occurs=True)
        return [*(Member(b.code, b.label) for b in context.lists.bands(kind)), outside, unknown_member()]

    def placer(context: Context) -> Placer:
        bands, number_of = context.lists.bands(kind), number(context) if number else int

        def place(raw: Any) -> str:
            if raw is None:
                return UNKNOWN
            value = number_of(raw)
            return next((band.code for band in bands if band.holds(value)), OUTSIDE)

        return place

    return Dimension(key, title, (column,), members, placer)


AGE = banded("age", gettext_lazy("Ålder vid start"), AGE_AT_START, BandKind.AGE)
SUPPORT_TIME = banded(
    "support_time",
    gettext_lazy("Tid i offentlig försörjning före start"),
    SUPPORT_MONTHS,
    BandKind.SUPPORT_MONTHS,
)
EDUCATION = code_list("education", gettext_lazy("Utbildning"), EDUCATION_CODE, CodeKind.EDUCATION)
REFERRER = code_list("referrer", gettext_lazy("Aktualiserande part"), Column("referrer"), CodeKind.REFERRER)


def _assignment_placer(context: Context) -> Placer:
    known = {item.code for item in context.lists.codes(CodeKind.ASSIGNMENT)}
    using = {initiative.pk for initiative in context.lists.initiatives if initiative.uses_assignments}

    def place(code: str | None, initiative: int) -> str | None:
        if code is None:
            return UNKNOWN if initiative in using else NOT_USED
        return code if code in known else None

    return place


ASSIGNMENT = Dimension(
    "assignment",
    gettext_lazy("Uppdrag"),
    (ASSIGNMENT_CODE, INITIATIVE_ID),
    lambda context, _within: [
        *dated_members(context, context.lists.codes(CodeKind.ASSIGNMENT)),
        Member(NOT_USED, _("Insatsen registrerar inte uppdrag"), only_if_occurs=True),
        unknown_member(),
    ],
    _assignment_placer,
)


def _codes(raw: object) -> frozenset[str] | None:
    """A set of codes, as the database or the model gives it."""
    return raw if isinstance(raw, frozenset) else CodeSetField.split(str(raw)) if raw else None


def _support(key: str, title: Text, column: Column) -> Dimension:
    def placer(context: Context) -> Placer:
        known = {item.code for item in context.lists.codes(CodeKind.SUPPORT)}

        def place(raw: object) -> Placed:
            codes = _codes(raw)
            if codes is None:
                return frozenset({UNKNOWN})
            return codes if codes <= known else None

        return place

    by_code = code_list(key, title, column, CodeKind.SUPPORT)
    return Dimension(key, title, (column,), by_code.members, placer, several=True)


def _of_codes(answer: Callable[[frozenset[str]], bool]) -> Callable[[Context], Placer]:
    def place(raw: object) -> str:
        codes = _codes(raw)
        return UNKNOWN if codes is None else YES if answer(codes) else NO

    return lambda _context: place


SUPPORT_BEFORE = _support("support_before", gettext_lazy("Försörjning före"), BEFORE_CODES)
SUPPORT_AFTER = _support("support_after", gettext_lazy("Försörjning efter"), AFTER_CODES)
SEVERAL_BEFORE = yes_or_no(
    "several_before", gettext_lazy("Flera slags försörjning före"), (BEFORE_CODES,), _of_codes(lambda c: len(c) > 1)
)
SEVERAL_AFTER = yes_or_no(
    "several_after", gettext_lazy("Flera slags försörjning efter"), (AFTER_CODES,), _of_codes(lambda c: len(c) > 1)
)


def _has_support(key: str, title: Text, column: Column) -> Dimension:
    return Dimension(
        key,
        title,
        (column,),
        lambda _context, _within: [
            Member(YES, _("Med offentlig försörjning")),
            Member(NO, _("Utan offentlig försörjning")),
            unknown_member(),
        ],
        _of_codes(lambda codes: NO_SUPPORT not in codes),
    )


HAD_SUPPORT = _has_support("had_support", gettext_lazy("Före insatsen"), BEFORE_CODES)
HAS_SUPPORT = _has_support("has_support", gettext_lazy("Efter insatsen"), AFTER_CODES)
