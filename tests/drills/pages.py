"""What is read from a page, and typed into it. Without Django, so that locust may read it."""

import re

FORM = {
    "gender": "man",
    "birth_year": "1985",
    "municipality": "?",
    "education": "primary",
    "start_on": "2025-03-10",
    "referrer": "fk",
    "assignment": "mapping",
    "asked_about_violence": "yes",
    "support_before": ["municipal-support"],
    "support_months": "40",
}
"""A man; the drills' machines enrol women."""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """A page's hidden fields: the token against forgery, and the mark of what a person has seen."""
    return dict(HIDDEN.findall(page))
