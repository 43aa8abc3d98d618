"""What an office does with its publications. Every change is here; what has been published is never changed."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.audit import record
from finsam_tracker.core.models import Federation, User
from finsam_tracker.core.period import Period, PeriodError
from finsam_tracker.core.reasons import reason_problems
from participants.policies import refuse
from reports.edition import Edition, digest
from reports.models import Publication
from reports.publications import TEMPLATES
from reports.publishing.acting import lock
from reports.publishing.editions import edition_of, latest
from reports.publishing.laying_out import with_texts
from reports.publishing.ledger import moved, summary
from reports.publishing.preparing import NotPublishableError, earlier_publications, prepare
from reports.publishing.texts import boxes_of, text_faults

_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Those that nobody reads as another."""


@transaction.atomic
def new_draft(*, by: User, federation: Federation, template: str, period: str, now: datetime) -> Publication:
    """A draft of a report about a period. Its figures are computed afterwards, by ``prepare_draft``."""
    refuse(_problems_of_choice(template, period, now))
    lock(federation)
    key = Period.parse(period).key
    about = federation.publications.filter(template=template, period=key)
    if about.exists():
        is_published = about.filter(state=Publication.State.PUBLISHED).exists()
        told = (
            _("Rapporten är publicerad. Gör en ny utgåva av den.") if is_published else _("Det finns redan ett utkast.")
        )
        raise ValidationError({"period": [told]})
    draft = Publication(federation=federation, template=template, period=key, created_at=now, created_by=by)
    return begin(draft, by, "new_publication", now)


def _problems_of_choice(template: str, period: str, now: datetime) -> dict[str, list[str]]:
    if template not in TEMPLATES:
        return {"template": [_("Välj en rapport ur listan.")]}
    try:
        chosen = Period.parse(period)
    except PeriodError as error:
        return {"period": [str(error)]}
    if chosen.kind not in TEMPLATES[template].periods:
        return {"period": [_("Rapporten kan inte göras för %s. Välj en annan period.") % chosen.label]}
    if chosen.start > timezone.localdate(now):
        return {"period": [_("Perioden har inte börjat. Välj en som har gjort det.")]}
    return {}


@transaction.atomic
def new_edition(*, by: User, publication: Publication, reason: str, now: datetime) -> Publication:
    """A draft of the next edition of what has been published. The office's texts come along."""
    refuse(reason_problems(reason))
    lock(publication.federation)
    last = latest(publication)
    if not last.is_published:
        raise ValidationError(_("Det finns redan ett utkast till nästa utgåva. Arbeta vidare i det."))
    draft = Publication(
        federation=last.federation,
        template=last.template,
        period=last.period,
        edition=last.edition + 1,
        reason=reason.strip(),
        texts=last.texts,
        created_at=now,
        created_by=by,
    )
    return begin(draft, by, "new_edition", now)


def begin(draft: Publication, by: User, action: str, now: datetime) -> Publication:
    """Write a draft down, inside the caller's transaction and lock."""
    draft.save(force_insert=True)
    record(by=by, action=action, subject=draft, federation=draft.federation, now=now, reason=draft.reason)
    return draft


def prepare_draft(publication: int, *, now: datetime) -> bool:
    """Compute a draft's figures and keep them, all or none. Safe to run again; False where there is no such draft."""
    draft = Publication.objects.select_related("federation").filter(pk=publication).first()
    if draft is None or draft.is_published:
        return False
    return _keep(draft, **figures_of(draft, now=now))


def figures_of(draft: Publication, *, now: datetime) -> dict[str, Any]:
    """What a draft's columns shall hold: its figures as they are now, or why it can have none. Writes nothing."""
    try:
        prepared = prepare(draft, now=now)
    except NotPublishableError as error:
        return {"known_at": now, "problem": str(error), "content": None, "inside": None}
    return {"known_at": now, "problem": "", "content": prepared.edition.to_json(), "inside": prepared.inside}


@transaction.atomic
def _keep(draft: Publication, **values: object) -> bool:
    # By state, so that a draft that was published meanwhile stays as it is.
    waiting = Publication.objects.filter(pk=draft.pk, state=Publication.State.DRAFT)
    return bool(waiting.update(**values))


@transaction.atomic
def write_texts(*, by: User, publication: Publication, texts: Mapping[str, str], now: datetime) -> None:
    """Keep what the office has written; empty texts are gone. That of a box which the draft has not now is left."""
    draft = _locked_draft(publication)
    known = {box.key for box in boxes_of(draft)}
    kept = {key: text.strip() for key, text in texts.items() if key in known and text.strip()}
    refuse(text_faults(draft, kept))
    draft.texts = {key: text for key, text in draft.texts.items() if key not in known} | kept
    draft.save()
    record(by=by, action="write_publication", subject=draft, federation=draft.federation, now=now)


@transaction.atomic
def publish(*, by: User, publication: Publication, kind: str, now: datetime) -> Publication:
    """Freeze the draft's figures and texts as they are; they never change again. ValidationError says why not."""
    draft = _locked_draft(publication)
    edition = _publishable(draft, kind, now)
    draft.kind, draft.state = Publication.Kind(kind), Publication.State.PUBLISHED
    draft.published_at, draft.published_by, draft.code = now, by, _code()
    frozen = with_texts(edition, draft.texts, TEMPLATES[draft.template].figures)
    frozen = replace(
        frozen, kind=kind, number=draft.edition, published_at=now.isoformat(), code=draft.code, reason=draft.reason
    )
    frozen = _with_changes(frozen, draft)
    draft.content = frozen.to_json()
    draft.hash = digest(draft.content)
    draft.save()
    record(by=by, action="publish", subject=draft, federation=draft.federation, now=now, reason=draft.reason)
    return draft


def _publishable(draft: Publication, kind: str, now: datetime) -> Edition:
    if kind not in Publication.Kind.values:
        raise ValidationError({"kind": [_("Välj preliminär eller slutlig.")]})
    if kind == Publication.Kind.FINAL and Period.parse(draft.period).end >= timezone.localdate(now):
        raise ValidationError({"kind": [_("Perioden är inte slut. Publicera den som preliminär.")]})
    if draft.problem or draft.content is None or draft.inside is None:
        raise ValidationError(draft.problem or _("Siffrorna är inte räknade än. Vänta en stund och försök igen."))
    if draft.inside["earlier"] != [one.pk for one in earlier_publications(draft.federation)]:
        raise ValidationError(
            _("En annan rapport har publicerats sedan dess. Räkna om utkastet, så att de skyddas ihop.")
        )
    refuse(text_faults(draft, draft.texts))
    return edition_of(draft)


def _with_changes(frozen: Edition, draft: Publication) -> Edition:
    """What the edition says otherwise than the one before it."""
    before = draft.federation.publications.filter(
        template=draft.template, period=draft.period, edition=draft.edition - 1
    ).first()
    if before is None:
        return frozen
    differences = tuple(moved(edition_of(before), frozen))
    told = summary(before, draft, len(differences))
    return replace(frozen, moved=differences, summary=told)


@transaction.atomic
def discard(*, by: User, publication: Publication, now: datetime) -> None:
    """Throw a draft away."""
    draft = _locked_draft(publication)
    record(by=by, action="discard_publication", subject=draft, federation=draft.federation, now=now)
    draft.delete()


@transaction.atomic
def open_to_everyone(*, by: User, publication: Publication, is_public: bool, now: datetime) -> None:
    """Switch the link that needs no log-in on or off."""
    if not publication.is_published:
        raise ValidationError(_("Ett utkast har ingen öppen länk. Publicera det först."))
    publication.is_public = is_public
    publication.save(update_fields=["is_public"])
    record(
        by=by,
        action="open_publication" if is_public else "close_publication",
        subject=publication,
        federation=publication.federation,
        now=now,
    )


def _locked_draft(publication: Publication) -> Publication:
    lock(publication.federation)
    draft = publication.federation.publications.select_related("federation").filter(pk=publication.pk).first()
    if draft is None or draft.is_published:
        raise ValidationError(_("Rapporten är redan publicerad och ändras inte. Gör en ny utgåva."))
    return draft


def _code() -> str:
    """A verification code that nobody guesses: 80 bits, in groups of four."""
    signs = [secrets.choice(_SIGNS) for _n in range(16)]
    return "-".join("".join(signs[at : at + 4]) for at in range(0, 16, 4))
