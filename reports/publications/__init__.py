"""The register of report templates, in the order an office chooses from them."""

from reports.publications.annual import STATISTICS_APPENDIX, YEAR_REPORT
from reports.publications.declaration import Template
from reports.publications.member_meeting import MEMBER_MEETING
from reports.publications.within_the_year import HALF_YEAR_REPORT, QUARTER_REPORT

TEMPLATES: dict[str, Template] = {
    template.key: template
    for template in (STATISTICS_APPENDIX, YEAR_REPORT, HALF_YEAR_REPORT, QUARTER_REPORT, MEMBER_MEETING)
}
