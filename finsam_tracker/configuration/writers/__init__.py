"""How each kind of change is written: by the services that the office's pages use, and nothing else."""

from collections.abc import Callable

from finsam_tracker.configuration.changes import Change
from finsam_tracker.configuration.items import Kind
from finsam_tracker.configuration.writers import initiatives, lists, reports, whole
from finsam_tracker.configuration.writers.writing import Writing

WRITERS: dict[Kind, Callable[[Writing, Change], None]] = {
    Kind.FEDERATION: whole.write_federation,
    Kind.PARTY: whole.write_party,
    Kind.MUNICIPALITY: whole.write_municipality,
    Kind.INHABITANTS: whole.write_inhabitants,
    Kind.FUNDING: whole.write_funding,
    Kind.YEAR: whole.write_year,
    Kind.PARAMETER: whole.write_parameter,
    Kind.GROUP: lists.write_group,
    Kind.REASON: lists.write_reason,
    Kind.STEP: lists.write_step,
    Kind.LIST_ITEM: lists.write_list_item,
    Kind.ORDER: lists.write_order,
    Kind.BANDS: lists.write_bands,
    Kind.ADOPTED: lists.adopt_common,
    Kind.INITIATIVE: initiatives.write_initiative,
    Kind.REASONS_OF: initiatives.write_reasons,
    Kind.FOLLOW_UP_OF: initiatives.write_follow_up,
    Kind.YEAR_OF: initiatives.write_year,
    Kind.GOAL: initiatives.write_goal,
    Kind.REPORT: reports.write_report,
    Kind.SCHEDULE: reports.write_schedule,
    Kind.LOOK: reports.write_look,
}
