"""What must hold between the parts of a file. Each rule notes all that breaks it, and asks no database."""

from collections.abc import Callable

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.rules.bands import bands_leave_no_gap
from finsam_tracker.configuration.rules.goals import goals_are_plausible, parameters_are_plausible
from finsam_tracker.configuration.rules.initiatives import (
    initiatives_are_whole,
    initiatives_name_what_exists,
    periods_are_in_order,
    years_lie_in_the_period,
)
from finsam_tracker.configuration.rules.lists import (
    common_codes_exist,
    groups_exist,
    labels_are_told_apart,
    ladder_fits_the_rule,
    none_is_one_code,
    validity_is_in_order,
)
from finsam_tracker.configuration.rules.money import contributions_are_whole, funded_years_have_inhabitants
from finsam_tracker.configuration.rules.reports import (
    logo_is_told_in_words,
    schedules_fit_their_reports,
    sections_exist,
)
from finsam_tracker.configuration.rules.whole import nothing_is_missing, reasons_are_used

RULES: tuple[Callable[[FederationFile, Faults], None], ...] = (
    nothing_is_missing,
    reasons_are_used,
    groups_exist,
    validity_is_in_order,
    common_codes_exist,
    labels_are_told_apart,
    none_is_one_code,
    ladder_fits_the_rule,
    bands_leave_no_gap,
    initiatives_name_what_exists,
    initiatives_are_whole,
    periods_are_in_order,
    years_lie_in_the_period,
    funded_years_have_inhabitants,
    contributions_are_whole,
    goals_are_plausible,
    parameters_are_plausible,
    logo_is_told_in_words,
    sections_exist,
    schedules_fit_their_reports,
)
