"""Reports whose sections exist, and schedules that a report can be made by."""

from finsam_tracker.configuration.entries import FederationFile, ScheduleEntry
from finsam_tracker.configuration.faults import Faults
from finsam_tracker.configuration.words import listed, quoted
from reports.publications import TEMPLATES
from reports.publishing.arranging import arrangement_problems


def logo_is_told_in_words(file: FederationFile, faults: Faults) -> None:
    if file.is_sound("logo", "logo_text") and bool(file.logo) != bool(file.logo_text):
        faults.add(("logo",) if file.logo else ("logo_text",), "logo och logo_text hör ihop. Skriv båda eller ingen.")


def sections_exist(file: FederationFile, faults: Faults) -> None:
    for report in file.reports if file.is_sound("reports") else ():
        if report.is_sound("template", "sections"):
            for sentence in arrangement_problems(report.template, report.sections):
                known = f"Avsnitten i {report.template} är {listed(TEMPLATES[report.template].keys)}."
                faults.add((*report.at, "sections"), f"{sentence} {known}")


def schedules_fit_their_reports(file: FederationFile, faults: Faults) -> None:
    seen: set[tuple[str, str]] = set()
    for schedule in file.schedules if file.is_sound("schedules", "rhythm") else ():
        if schedule.is_sound("template", "rhythm"):
            _check_rhythm(schedule, schedule.rhythm_in(file.rhythm), seen, faults)


def _check_rhythm(schedule: ScheduleEntry, rhythm: str, seen: set[tuple[str, str]], faults: Faults) -> None:
    periods = TEMPLATES[schedule.template].periods
    if rhythm not in periods:
        faults.add(
            (*schedule.at, "rhythm"),
            f"rhythm: rapporten {quoted(schedule.template)} görs inte för {rhythm}. "
            f"Välj bland {listed(sorted(periods))}.",
        )
    if (schedule.template, rhythm) in seen:
        faults.add(
            (*schedule.at, "template"),
            f"{quoted(schedule.template)} har redan ett schema för {rhythm}. Ta bort det ena.",
        )
    seen.add((schedule.template, rhythm))
