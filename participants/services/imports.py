"""The life of a file that somebody sends in: received, checked, confirmed, read in; or given up."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import IO, Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from finsam_tracker.core.jobs import ask_on_commit
from finsam_tracker.core.locks import only_one
from finsam_tracker.core.models import User
from finsam_tracker.core.permissions import Permission
from initiatives.lists import Lists
from initiatives.models import Initiative
from initiatives.staffing import require_staff
from participants.importing.comparison import Comparer, Comparison
from participants.importing.faults import Faults, FileRefusedError
from participants.importing.known import Known
from participants.importing.limits import LARGE
from participants.importing.opening import open_file
from participants.importing.plan import Plan
from participants.importing.preview import counts_of, preview_of
from participants.importing.reading import Read, read_file
from participants.importing.words import Words
from participants.models import Import, ImportContent
from participants.models.imports import KEPT_FOR, MAX_ATTEMPTS
from participants.services.bulk import write

CHECK_TASK = "participants.tasks.check_import"
WRITE_TASK = "participants.tasks.write_import"
State = Import.State


class StoppedError(Exception):
    """The import was given up while a job worked on it."""


def receive(*, by: User, initiative: Initiative, file: IO[bytes], now: datetime) -> Import:
    """Take a file in: a small one is checked at once, a large one by a job. Raises ValidationError for other files."""
    require_staff(by, initiative, Permission.REGISTER)
    try:
        row_count = open_file(file).row_count
        file.seek(0)
        if row_count > LARGE:
            return _queue(by, initiative, file, row_count, now)
        read = read_file(file, Words(initiative, Lists(initiative.federation)))
    except FileRefusedError as refused:
        raise ValidationError({"file": str(refused)}) from refused
    record = Import(initiative=initiative, by=by, created_at=now, row_count=read.rows, progress=read.rows)
    return _keep(record, read, now)


@transaction.atomic
def _queue(by: User, initiative: Initiative, file: IO[bytes], row_count: int, now: datetime) -> Import:
    record = Import.objects.create(initiative=initiative, by=by, created_at=now, row_count=row_count)
    ImportContent.objects.create(of=record, file=file.read())
    ask_on_commit(CHECK_TASK, record.pk)
    return record


def check(number: int, now: datetime) -> None:
    """Check a large file. Run twice, it gives the same; given up meanwhile, it stops."""
    waiting = Import.objects.filter(pk=number, state__in=[State.WAITING, State.CHECKING])
    if not waiting.update(state=State.CHECKING, progress=0):
        return
    record = Import.objects.select_related("initiative__federation", "by", "content").get(pk=number)
    words = Words(record.initiative, Lists(record.initiative.federation))
    try:
        read = read_file(io.BytesIO(bytes(record.content.file or b"")), words, partial(_note, number, 2))
        _keep(record, read, now)
    except StoppedError:
        return
    except FileRefusedError as refused:
        _end(record, State.FAILED, now, str(refused))


def _note(number: int, parts: int, rows: int) -> None:
    """Tell how far it has come, where another connection can see it."""
    if not Import.objects.filter(pk=number, state=State.CHECKING).update(progress=rows // parts):
        raise StoppedError


def compared(record: Import, plan: Plan, faults: Faults, now: datetime, *, lock: bool = False) -> Comparison:
    """What the plan would do now, and what that depends on."""
    lists, today = Lists(record.initiative.federation), timezone.localdate(now)
    words = Words(record.initiative, lists)
    basis = words.basis(today)
    known = Known(record.initiative, plan, _made_before(record), lock=lock)
    comparer = Comparer(words, known, today, is_checked=basis == record.basis)
    progress: Callable[[int], None] = lambda _rows: None  # noqa: E731 - a default where nobody watches
    if record.state == State.CHECKING:
        half = record.row_count // 2
        progress = lambda rows: _note(record.pk, 1, half + rows // 2)  # noqa: E731
    found = comparer.compare(plan, faults, progress)
    record.basis, record.effect = basis, found.digest()
    record.counts, record.preview = counts_of(found), preview_of(found, comparer, words)
    return found


def _made_before(record: Import) -> dict[int, int]:
    made: dict[int, int] = {}
    for earlier in Import.objects.same_file(record.initiative, record.digest).exclude(pk=record.pk):
        made |= earlier.participations
    return made


def _keep(record: Import, read: Read, now: datetime) -> Import:
    """Compare what was read, and keep what was found for the preview."""
    record.digest = read.plan.digest()
    found = compared(record, read.plan, read.faults, now)
    with transaction.atomic():
        if record.pk and not Import.objects.select_for_update().filter(pk=record.pk, state=State.CHECKING).exists():
            raise StoppedError
        _settle(record, found, read.plan, now)
    return record


def _settle(record: Import, found: Comparison, plan: Plan, now: datetime) -> None:
    record.faults, record.fault_count = found.faults.as_json(), found.faults.total
    record.row_count = record.progress = len(plan)
    if found.faults.total:
        record.state = State.FAULTY
    elif found.does_nothing:
        record.state, record.ended_at = State.NOTHING, max(now, record.created_at)
        record.keep_participations({**found.lines, **found.recognised})
    else:
        record.state = State.READY
    record.save()
    ImportContent.objects.filter(of=record).delete()
    if record.state == State.READY:
        ImportContent.objects.create(of=record, plan=plan.packed())


@transaction.atomic
def confirm(*, by: User, record: Import, now: datetime) -> Import:
    """Say yes to the preview. A small import is read in at once, a large one by a job."""
    record = _locked(by, record)
    if record.state != State.READY:
        raise ValidationError(_("Filen väntar inte på något svar. Så här är det nu."))
    if record.by_id != by.pk:
        record.by = by
    record.state, record.progress, record.attempts, record.sentence = State.CONFIRMED, 0, 0, ""
    record.save()
    if record.row_count > LARGE:
        ask_on_commit(WRITE_TASK, record.pk)
    else:
        carry_out(record.pk, now)
    return record


@transaction.atomic
def carry_out(number: int, now: datetime) -> None:
    """Read a confirmed import in: everything, or where something else has changed meanwhile nothing.

    The whole is one transaction: a job that is killed leaves nothing half done, and running it again does it once.
    """
    record = (
        Import.objects.select_for_update(of=("self",)).select_related("by", "initiative__federation").get(pk=number)
    )
    if record.state != State.CONFIRMED:
        return
    # Two imports of the same file wait for each other, so that the second knows what the first made.
    Initiative.objects.select_for_update(no_key=True).get(pk=record.initiative_id)
    plan, effect = Plan.unpacked(bytes(record.content.plan or b"")), record.effect
    found = compared(record, plan, Faults(), now, lock=True)
    if record.effect != effect:
        record.sentence = _("Registreringar har ändrats sedan du granskade. Inget är inläst. Granska igen.")
        _settle(record, found, plan, now)
        return
    record.keep_participations(write(by=record.by, record=record, found=found, now=now))
    _end(record, State.DONE, now)


@transaction.atomic
def cancel(*, by: User, record: Import, now: datetime) -> Import:
    """Give an import up. What is being read in is not stopped in the middle."""
    record = _locked(by, record)
    if record.state == State.CONFIRMED or not record.is_open:
        raise ValidationError(_("Filen kan inte avbrytas längre. Så här är det nu."))
    _end(record, State.CANCELLED, now)
    return record


def fail(number: int, now: datetime) -> None:
    """Note that a job broke down: nothing is read in."""
    for record in Import.objects.filter(pk=number, state__in=Import.RUNNING):
        _end(record, State.FAILED, now, _("Något gick fel hos oss. Inget är inläst. Skicka filen igen."))


def at_work(number: int) -> AbstractContextManager[bool]:
    """Whether a job may work on an import: only one at a time does, and one that is killed does no longer."""
    return only_one(f"import {number}")


def begin(number: int) -> bool:
    """Count that a job begins; False where it has nothing to do."""
    return bool(Import.objects.filter(pk=number, state__in=Import.RUNNING).update(attempts=F("attempts") + 1))


def resume(now: datetime) -> int:
    """Start the jobs again that a killed worker or a lost message left; how many. One too many does no harm."""
    left = [record for record in Import.objects.filter(state__in=Import.RUNNING) if _is_left(record)]
    for record in left:
        if record.attempts >= MAX_ATTEMPTS:
            fail(record.pk, now)
        else:
            current_app.tasks[WRITE_TASK if record.state == State.CONFIRMED else CHECK_TASK].delay(record.pk)
    return len(left)


def _is_left(record: Import) -> bool:
    with at_work(record.pk) as free:
        return free


def expire(now: datetime) -> int:
    """Forget what nobody came back to; how many."""
    left = list(Import.objects.open_before(now - KEPT_FOR))
    for record in left:
        with transaction.atomic():
            for locked in Import.objects.select_for_update().filter(pk=record.pk, state__in=Import.OPEN):
                _end(locked, State.EXPIRED, now)
    return len(left)


def _locked(by: User, record: Import) -> Import:
    require_staff(by, record.initiative, Permission.REGISTER)
    row = Import.objects.select_for_update().get(pk=record.pk)
    row.initiative = record.initiative
    return row


def _end(record: Import, state: Import.State, now: datetime, sentence: str = "") -> None:
    """The end of an import: the figures stay, everything that somebody typed goes."""
    record.state, record.ended_at, record.sentence = state, max(now, record.created_at), sentence[:300]
    record.faults, record.preview = [], {}
    record.save()
    ImportContent.objects.filter(of=record).delete()


def shown_faults(record: Import) -> list[dict[str, Any]]:
    """The kept faults in the order of the file."""
    return sorted(record.faults, key=lambda fault: (fault["sheet"], fault["line"]))
