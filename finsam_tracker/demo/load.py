"""The demo federation: Sörmland's published year, and invented registrations that give it back."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from finsam_tracker.configuration.entries import FederationFile
from finsam_tracker.configuration.loading import load
from finsam_tracker.configuration.reading import read_document, read_federation_file
from finsam_tracker.core.models import Federation, User
from finsam_tracker.demo.activities import register_demo_activities
from finsam_tracker.demo.acts import make_acts
from finsam_tracker.demo.contacts import count_demo_contacts
from finsam_tracker.demo.people import create_people
from finsam_tracker.demo.plan import make_plan
from finsam_tracker.demo.published import Published, read_published
from finsam_tracker.demo.registrations import register
from initiatives.lists import Lists

SLUG = "sormland"
SEED = 2025
HERE = Path(__file__).resolve().parent
SET_UP_AT = datetime(2023, 7, 31, 8, tzinfo=UTC)
"""Before anybody works in it."""
FILE = HERE / "sormland.toml"


def federation_file() -> FederationFile:
    return read_federation_file(FILE)


def published_figures() -> Published:
    return read_published(HERE / "published_2025.toml")


@transaction.atomic
def load_demo() -> Federation:
    """The demo federation, made now where it is missing. One that is there is left exactly as it is."""
    if there := Federation.objects.filter(slug=SLUG).first():
        return there
    file, published = federation_file(), published_figures()
    plan = make_plan(file, published, SEED)
    load(read_document(FILE), by=User.objects.system(), now=SET_UP_AT)
    federation = Federation.objects.get(slug=SLUG)
    coordinators = create_people(federation)
    lists = Lists(federation)
    register(make_acts(plan, file, published, SEED), lists, coordinators, SEED)
    count_demo_contacts(lists, coordinators, published.year, SEED)
    register_demo_activities(federation, HERE / "activities.toml")
    return federation
