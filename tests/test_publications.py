"""What an office does with its publications, and what is refused."""

import logging
import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from finsam_tracker.core.models import AuditEvent, Parameter, User
from finsam_tracker.logs import JsonLine
from participants.facts import Enrolment
from participants.models import Participation
from participants.services.enrolment import enrol
from reports import tasks
from reports.edition import Paragraph
from reports.models import Publication
from reports.publishing import services
from reports.publishing.editions import edition_of
from reports.result import Status
from tests.conftest import StrictClient
from tests.factories import Tenant, World, noon, staff_of
from tests.publishing import LATER, NOW, computed, prepared, published
from tests.test_publication_files import everything_open

pytestmark = pytest.mark.django_db
ROOT = "/forbund/norra/publikationer/"


def people(tenant: Tenant, number: int = 30) -> None:
    """Enough that something is shown: copies of one, since an act for each would take long."""
    plain = tenant.end(tenant.enrol(), reason="rehab")
    for n in range(number):
        plain.pk, plain.code = None, f"AAAA-{n:04}"
        plain.gender = ("woman", "man")[n % 2]
        plain.save()


def test_the_office_writes_and_publishes_and_the_reader_reads(
    world: World, office: StrictClient, reader: StrictClient, settings: Any
):
    people(world.north)
    assert "Inget är publicerat än." in reader.get(ROOT).content.decode()
    assert reader.get("/", follow=True).redirect_chain[-1][0] == ROOT
    answer = office.post(f"{ROOT}ny/", {"template": "kvartal", "period": "2025-Q3"}, follow=True)
    draft = world.north.federation.publications.get()
    address = f"{ROOT}{draft.pk}/"
    assert answer.redirect_chain[-1][0] == f"{address}utkast/"
    assert "räknas" in answer.content.decode()
    tasks.prepare_publication(draft.pk)  # as a worker does, or has done; twice is as good as once
    text = office.get(f"{address}utkast/").content.decode()
    assert "Rapporten kan inte publiceras" not in text
    assert "Under perioden deltog 31." in text
    assert "Visa publik version" in text
    assert reader.get(address).status_code == HTTPStatus.NOT_FOUND
    refused = office.post(f"{address}texter/", {"opening": "Ring 070-123 45 67"})
    assert "telefonnummer" in refused.content.decode()
    assert "070-123" not in refused.content.decode()
    assert "heter {okänd}" in office.post(f"{address}texter/", {"opening": "Av {okänd}"}).content.decode()
    assert office.post(f"{address}texter/", {"opening": "Av {deltog} kom alla."}).status_code == HTTPStatus.FOUND
    assert "Välj preliminär eller slutlig." in office.post(f"{address}publicera/", {}).content.decode()
    page = office.post(f"{address}publicera/", {"kind": "final"}, follow=True).content.decode()
    assert "Av 31 kom alla." in page
    assert "publicerad och ändras inte mer" in page
    assert "Av 31 kom alla." in reader.get(address).content.decode()
    assert "För kansliet" not in reader.get(address).content.decode()
    for name in ("rapport.pdf", "rapport.docx", "rapport.xlsx", "rapport.json", "flows.csv", "flows.svg", "flows.png"):
        assert reader.get(f"{address}{name}").status_code == HTTPStatus.OK, name
    assert reader.get(f"{address}table_1.csv").status_code == HTTPStatus.NOT_FOUND
    assert office.get(f"{address}texter/").status_code == HTTPStatus.NOT_FOUND
    draft.refresh_from_db()
    public = f"/publicerat/{draft.code}/"
    assert StrictClient().get(public).status_code == HTTPStatus.NOT_FOUND
    office.post(f"{address}lank/", {"open": "ja"})
    assert "Av 31 kom alla." in StrictClient().get(public).content.decode()
    office.post(f"{address}lank/", {"open": "nej"})
    assert StrictClient().get(public).status_code == HTTPStatus.NOT_FOUND
    events = AuditEvent.objects.filter(subject_type="publication", subject_id=draft.pk).order_by("pk")
    assert [event.action for event in events] == [
        "new_publication",
        "write_publication",
        "publish",
        "open_publication",
        "close_publication",
    ]


@pytest.mark.parametrize(
    ("template", "period", "sentence"),
    [
        ("kvartal", "2025", "Rapporten kan inte göras för 2025."),
        ("kvartal", "sommaren", "är ingen period"),
        ("kvartal", "2099-Q1", "Perioden har inte börjat."),
        ("", "2025-Q1", "Välj en rapport."),
        ("annan", "2025-Q1", "Välj en rapport ur listan."),
        ("kvartal", "", "Skriv en period."),
    ],
)
def test_a_choice_that_cannot_be_is_explained(
    template: str, period: str, sentence: str, world: World, office: StrictClient
):
    answer = office.post(f"{ROOT}ny/", {"template": template, "period": period})
    assert answer.status_code == HTTPStatus.OK
    assert sentence in answer.content.decode()
    assert not world.north.federation.publications.exists()


def test_one_draft_at_a_time_and_none_of_what_is_published(world: World):
    by, federation = world.north.office, world.north.federation
    people(world.north)
    draft = prepared(by, federation, "kvartal", "2025-Q3")
    with pytest.raises(ValidationError, match="redan ett utkast"):
        prepared(by, federation, "kvartal", "2025-Q3")
    published(draft, by)
    with pytest.raises(ValidationError, match="Gör en ny utgåva"):
        prepared(by, federation, "kvartal", "2025-Q3")
    services.new_edition(by=by, publication=draft, reason="sena avslut", now=LATER)
    with pytest.raises(ValidationError, match="redan ett utkast till nästa"):
        services.new_edition(by=by, publication=draft, reason="sena avslut", now=LATER)
    with pytest.raises(ValidationError, match="varför"):
        services.new_edition(by=by, publication=draft, reason=" ", now=LATER)


def test_what_was_prepared_beside_other_publications_is_prepared_again(world: World):
    by, federation = world.north.office, world.north.federation
    people(world.north)
    first, second = (prepared(by, federation, "kvartal", f"2025-Q{n}") for n in (3, 4))
    published(first, by)
    with pytest.raises(ValidationError, match="Räkna om utkastet"):
        published(second, by)
    published(computed(second, LATER), by, now=LATER)
    assert second.inside["earlier"] == [first.pk]  # type: ignore[index]


def test_a_hidden_number_is_not_typed_by_hand_and_its_name_prints_the_sign(world: World):
    by, north = world.north.office, world.north
    people(north)
    for _n in range(2):
        north.enrol(start_on=date(2025, 8, 1))
    draft = prepared(by, north.federation, "kvartal", "2025-Q3")
    with pytest.raises(ValidationError, match="Texten nämner 2, som är ett skyddat tal"):
        services.write_texts(by=by, publication=draft, texts={"opening": "Bara 2 är nya."}, now=NOW)
    services.write_texts(by=by, publication=draft, texts={"opening": "{nya} är nya."}, now=NOW)
    edition = edition_of(published(draft, by))
    assert edition.sections[0].blocks == (Paragraph(".. är nya."),)
    assert edition.result("flows").cell("new", "total").status is Status.SUPPRESSED


def test_a_new_edition_that_tells_by_its_difference_is_refused(world: World):
    """Nobody was new, and it was printed; one is late: that there is one new is told by "+1 sen inskrivning"."""
    by, north = world.north.office, world.north
    people(north)
    first = published(prepared(by, north.federation, "kvartal", "2025-Q3"), by)
    facts = Enrolment(gender="woman", start_on=date(2025, 8, 1), birth_year=1985, municipality=north.municipalities[0])
    enrol(by=staff_of(north.first), initiative=north.first, facts=facts, now=LATER)
    later = LATER + timedelta(hours=1)
    second = services.new_edition(by=by, publication=first, reason="en sen inskrivning", now=later)
    services.prepare_draft(second.pk, now=later)
    second.refresh_from_db()
    assert "Det går inte att publicera utan att röja små tal: Deltagare under perioden" in second.problem


def test_a_period_that_goes_on_can_only_be_preliminary(world: World):
    people(world.north)
    by, now = world.north.office, noon(date(2025, 9, 30))
    draft = services.new_draft(by=by, federation=world.north.federation, template="kvartal", period="2025-Q3", now=now)
    computed(draft, now)
    with pytest.raises(ValidationError, match="preliminär"):
        published(draft, by, now=now)
    assert published(draft, by, now=now, kind="preliminary").kind == "preliminary"


def test_what_cannot_be_protected_or_computed_is_not_published(world: World, office: StrictClient):
    people(world.north, 40)
    tenant = world.north
    Parameter.objects.filter(federation=tenant.federation, key="tax_rate").delete()
    draft = services.new_draft(by=tenant.office, federation=tenant.federation, template="helar", period="2025", now=NOW)
    services.prepare_draft(draft.pk, now=NOW)
    draft.refresh_from_db()
    assert draft.problem
    assert draft.content is None
    with pytest.raises(ValidationError):
        published(draft, tenant.office)
    text = office.get(f"{ROOT}{draft.pk}/utkast/").content.decode()
    assert "Rapporten kan inte publiceras som den är" in text
    assert draft.problem in text
    assert f"{ROOT}{draft.pk}/publicera/" not in text


def test_a_draft_whose_job_was_lost_is_asked_for_again(world: World):
    north = world.north
    draft = services.new_draft(
        by=north.office, federation=north.federation, template="kvartal", period="2025-Q3", now=NOW
    )
    waits = [bool(Publication.objects.left_uncomputed(NOW + timedelta(minutes=after))) for after in (0, 2, 59, 61)]
    assert waits == [False, True, True, False]
    computed(draft, NOW)
    assert not Publication.objects.left_uncomputed(NOW + timedelta(minutes=2)).exists()


def test_nothing_that_leaves_the_house_depends_on_a_small_hidden_number(
    world: World, reader: StrictClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """Prepared, published and read twice, the hidden number once 2 and once 3, with the same lot in the code: every
    answer, with its headers, and every line of the log at its most talkative are the same to the byte."""
    north = world.north
    people(north)
    for _n in range(2):
        north.enrol(start_on=date(2025, 8, 1))
    draft = services.new_draft(
        by=north.office, federation=north.federation, template="kvartal", period="2025-Q3", now=NOW
    )
    monkeypatch.setattr("secrets.choice", lambda signs: signs[0])
    for name in (None, "finsam_tracker.requests", "celery.app.trace"):
        caplog.set_level(logging.DEBUG, name)
    two, hidden_two = told_by(draft, north.office, reader, caplog)
    one = Participation.objects.filter(federation=north.federation, start_on__lt=date(2025, 7, 1)).first()
    assert one
    Participation.objects.filter(pk=one.pk).update(start_on=date(2025, 8, 1))
    three, hidden_three = told_by(draft, north.office, reader, caplog)
    assert "3" in hidden_three - hidden_two
    assert two.keys() == three.keys()
    assert [name for name in two if two[name] != three[name]] == []
    assert any("rapport.pdf" in name for name in two)
    assert len(two["the log"]) == len(two) - 1, "a line for each answer, and none of the preparation"


def told_by(
    draft: Publication, office: User, reader: StrictClient, caplog: pytest.LogCaptureFixture
) -> tuple[dict[str, Any], set[str]]:
    """All that is told outside of a draft that is published and read, and then taken back; and what is hidden in it."""
    caplog.clear()
    with transaction.atomic():
        tasks.prepare_publication(draft.pk)  # as a worker does; then with a time that is the same
        computed(draft, NOW)
        hidden = {str(figure["value"]) for figure in draft.inside["hidden"]}  # type: ignore[index]
        done = published(draft, office)
        services.open_to_everyone(by=office, publication=done, is_public=True, now=NOW)
        told: dict[str, Any] = dict(everything_open(done))
        api = f"/api/v1/federations/norra/publications/{done.code}"
        for address in (f"{ROOT}{done.pk}/", ROOT, f"{ROOT}{done.pk}/rapport.xlsx", f"{api}/", f"{api}/flows.csv"):
            answer = reader.get(address)
            assert answer.status_code == HTTPStatus.OK, address
            told[address] = (re.sub(rb'csrf[^>]*value="\w+"', b"csrf", answer.content), answer.get("ETag"))
        transaction.set_rollback(True)
    draft.refresh_from_db()
    # Celery tells of each task when it is first used.
    lines = [JsonLine().format(one) for one in caplog.records if not one.name.startswith("celery.utils")]
    told["the log"] = [re.sub(r'"(time|ms)": ?("[^"]*"|\d+)', "", line) for line in lines]
    return told, hidden
