"""People and what they belong to, what a federation is made of, and the record of what was done."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from finsam_tracker.core import records  # noqa: F401 - its models are this app's too
from finsam_tracker.core.parameters import PARAMETERS, ParameterValue
from finsam_tracker.core.permissions import Permission, Role, roles_with

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the log-in name and is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def people_with(self, permission: Permission, federation: "Federation", day: date) -> "models.QuerySet[User]":
        """The people, not machines, who may do a thing in a federation on a day."""
        held = Membership.objects.in_force_on(day).with_permission(permission).filter(federation=federation)
        people = self.filter(pk__in=held.values("user"), is_active=True)
        return people.exclude(email__endswith=MACHINE_DOMAIN).order_by("pk")

    def system(self) -> "User":
        """The actor of what no person did: a scheduled job."""
        user, _created = self.get_or_create(
            email=SYSTEM_EMAIL, defaults={"name": "Finsam Tracker", "is_active": False, "password": "!"}
        )
        return user


SYSTEM_EMAIL = "system@finsam-tracker.invalid"
MACHINE_DOMAIN = "@api-nyckel.invalid"
"""How the actor of a machine's key is known from a person: nobody has an address there."""


class Language(models.TextChoices):
    """The languages a person may choose between, once ``settings.LANGUAGES`` has them."""

    SWEDISH = "sv", "Svenska"
    ENGLISH = "en", "English"


class User(AbstractBaseUser):
    """A person who logs in: staff of an initiative, an office or an operator. Never a participant."""

    email = models.EmailField(_("e-post"), unique=True)
    name = models.CharField(_("namn"), max_length=100)
    is_active = models.BooleanField(_("får logga in"), default=True)
    is_operator = models.BooleanField(_("driftansvarig"), default=False)
    language = models.CharField(
        _("språk"), max_length=2, choices=Language, default=Language.SWEDISH, db_default=Language.SWEDISH
    )
    wants_reminders = models.BooleanField(_("vill ha påminnelser"), default=True, db_default=True)

    objects = UserManager()
    # Set where somebody comes with less than their role gives them: a machine, by the scopes of its key.
    limited_to: frozenset[Permission] | None = None
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="core_user_language_known")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def current_memberships(self) -> list["Membership"]:
        """Memberships in force today, read once per request."""
        if self.is_operator:
            return []
        return list(self.memberships.in_force_on(timezone.localdate()).select_related("federation"))

    def role_in(self, federation: "Federation") -> Role | None:
        """The role in one federation, None for an outsider."""
        return next((Role(m.role) for m in self.current_memberships if m.federation_id == federation.pk), None)

    @property
    def needs_two_step(self) -> bool:
        """Whether one of the person's roles reaches more than what is published."""
        roles = [Role.OPERATOR] if self.is_operator else [Role(m.role) for m in self.current_memberships]
        return any(role.declaration.needs_two_step for role in roles)

    @property
    def gets_reminders(self) -> bool:
        """Whether there can be anything to remind of: what waits in initiatives, or a last day for the office."""
        roles = [Role(m.role) for m in self.current_memberships]
        return any(
            role.works_in_initiatives or Permission.REPORT_FINSAM in role.declaration.permissions for role in roles
        )

    def may(self, permission: Permission, federation: "Federation | None" = None) -> bool:
        """Whether the person's role carries the permission; for what concerns a federation, in that federation."""
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        if federation is None:
            return self.is_operator and permission in Role.OPERATOR.declaration.permissions
        role = self.role_in(federation)
        return role is not None and permission in role.declaration.permissions


def acting_user(user: "User | AnonymousUser | AbstractBaseUser") -> User:
    """The logged-in user of a request, as our own type; the log-in middleware has seen to it that there is one."""
    if not user.is_authenticated:
        raise TypeError("a view behind log-in met a user who is not logged in")
    return cast("User", user)


class FederationQuerySet(models.QuerySet["Federation"]):
    def visible_to(self, user: User) -> Self:
        """The federations a person belongs to."""
        return self.filter(pk__in=[m.federation_id for m in user.current_memberships])

    def operated_by(self, user: User) -> Self:
        """The federations whose running a person looks after, by name and without their content."""
        return self.all() if user.is_operator else self.none()


class Federation(models.Model):
    """A samordningsförbund, and a tenant: no query reaches from one to another."""

    class Rhythm(models.TextChoices):
        QUARTER = "quarter", _("Kvartal")
        HALF = "half", _("Halvår")
        YEAR = "year", _("År")

    class PositiveStep(models.TextChoices):
        """What makes a step movement positive. A reason is one that ``counts_as_positive_step``."""

        STEPS = "steps", _("Sista steget är högre än det första")
        REASON = "reason", _("Avslutsorsaken räknas som positiv stegförflyttning")
        EITHER = "either", _("Sista steget är högre än det första, eller avslutsorsaken räknas som positiv")

    class StatusReportRhythm(models.TextChoices):
        """How often each initiative writes a lägesrapport."""

        NONE = "none", _("Inga lägesrapporter")
        QUARTER = "quarter", _("Varje kvartal")
        HALF = "half", _("Varje halvår")
        YEAR = "year", _("Varje år")

    slug = models.SlugField(_("adressnamn"), unique=True)
    name = models.CharField(_("namn"), max_length=100, unique=True)
    rhythm = models.CharField(
        _("rapporterar varje"), max_length=10, choices=Rhythm, default=Rhythm.YEAR, db_default=Rhythm.YEAR
    )
    positive_step = models.CharField(
        _("positiv stegförflyttning"),
        max_length=10,
        choices=PositiveStep,
        default=PositiveStep.EITHER,
        db_default=PositiveStep.EITHER,
    )
    # Participations that ended on this day or before are gone; the figures of that time are the stored ones.
    thinned_until = models.DateField(_("gallrat till och med"), null=True, blank=True)
    status_report_rhythm = models.CharField(
        _("lägesrapporter"),
        max_length=10,
        choices=StatusReportRhythm,
        default=StatusReportRhythm.HALF,
        db_default=StatusReportRhythm.HALF,
    )
    status_report_days = models.PositiveSmallIntegerField(_("dagar efter perioden"), default=30, db_default=30)

    objects = FederationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(rhythm__in=["quarter", "half", "year"]), name="core_federation_rhythm"),
            models.CheckConstraint(
                condition=Q(positive_step__in=["steps", "reason", "either"]), name="core_federation_positive_step"
            ),
            models.CheckConstraint(
                condition=Q(status_report_rhythm__in=["none", "quarter", "half", "year"])
                & Q(status_report_days__gte=1)
                & Q(status_report_days__lte=180),
                name="core_federation_status_reports",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def parameters_on(self, day: date) -> dict[str, ParameterValue]:
        """Every parameter in force on a day, by key."""
        return {row.key: row.declared for row in self.parameters.begun_by(day)}


class Party(models.Model):
    """A member of a federation (AF, FK, a region, a municipality) that owns or takes part in initiatives."""

    class Kind(models.TextChoices):
        EMPLOYMENT_SERVICE = "af", _("Arbetsförmedlingen")
        SOCIAL_INSURANCE = "fk", _("Försäkringskassan")
        REGION = "region", _("Region")
        MUNICIPALITY = "municipality", _("Kommun")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="parties")
    name = models.CharField(_("namn"), max_length=100)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "name"], name="core_party_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["af", "fk", "region", "municipality"]), name="core_party_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A municipality of a federation, in the order its tables print it."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="municipalities")
    code = models.SlugField(_("kod"))
    name = models.CharField(_("namn"), max_length=60)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "code"], name="core_municipality_code_once"),
            models.UniqueConstraint(fields=["federation", "name"], name="core_municipality_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Inhabitants(models.Model):
    """Inhabitants of working age (16-64) in a municipality, the key by which the municipal contribution is split.

    ``contribution_sek`` is what the municipality pays where the federation has agreed on amounts instead of the key;
    in a year, either every municipality has one or none has.
    """

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="inhabitants")
    year = models.PositiveSmallIntegerField(_("år"))
    count = models.PositiveIntegerField(_("invånare 16-64 år"))
    contribution_sek = models.DecimalField(
        _("avtalat bidrag (kr)"), max_digits=12, decimal_places=0, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "year"], name="core_inhabitants_once_a_year"),
            models.CheckConstraint(
                condition=Q(contribution_sek=None) | Q(contribution_sek__gte=0), name="core_inhabitants_contribution"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}: {self.count}"


class Funding(models.Model):
    """What the state, the region and the municipalities together contribute to a federation in a year, in kronor."""

    class Source(models.TextChoices):
        STATE = "state", _("Staten")
        REGION = "region", _("Regionen")
        MUNICIPALITIES = "municipalities", _("Kommunerna")

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="funding")
    year = models.PositiveSmallIntegerField(_("år"))
    source = models.CharField(_("källa"), max_length=20, choices=Source)
    amount_sek = models.DecimalField(_("belopp (kr)"), max_digits=12, decimal_places=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "year", "source"], name="core_funding_once_a_year"),
            models.CheckConstraint(condition=Q(amount_sek__gte=0), name="core_funding_not_negative"),
            models.CheckConstraint(
                condition=Q(source__in=["state", "region", "municipalities"]),
                name="core_funding_source_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.year}: {self.amount_sek} kr"


class FederationYear(models.Model):
    """What a federation itself has and uses in a year, in kronor: own capital at its start, and its administration."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("år"))
    own_capital_sek = models.DecimalField(
        _("eget kapital vid årets början (kr)"), max_digits=12, decimal_places=0, null=True, blank=True
    )
    administration_budget_sek = models.DecimalField(
        _("budget för administration (kr)"), max_digits=12, decimal_places=0, null=True, blank=True
    )
    administration_outcome_sek = models.DecimalField(
        _("utfall för administration (kr)"), max_digits=12, decimal_places=0, null=True, blank=True
    )

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["federation", "year"], name="core_federationyear_once"),
            models.CheckConstraint(
                condition=Q(administration_budget_sek=None) | Q(administration_budget_sek__gte=0),
                name="core_federationyear_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federation} {self.year}"


class ParameterQuerySet(models.QuerySet["Parameter"]):
    def begun_by(self, day: date) -> Self:
        """The values of declared parameters that had begun on a day; the last of each is the one in force."""
        return self.filter(key__in=PARAMETERS, valid_from__lte=day).order_by("valid_from")


class Parameter(models.Model):
    """A dated value of a declared parameter (``core.parameters``), with where it comes from."""

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="parameters")
    key = models.SlugField(_("antagande"))
    value = models.DecimalField(_("värde"), max_digits=14, decimal_places=4)
    valid_from = models.DateField(_("gäller från"))
    source = models.CharField(_("källa"), max_length=200)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "key", "valid_from"], name="core_parameter_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} från {self.valid_from}"

    @property
    def declared(self) -> ParameterValue:
        """The value with what is declared about it; KeyError where the key no longer is."""
        return ParameterValue(PARAMETERS[self.key], self.value, self.valid_from, self.source)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force_on(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.not_ended_on(day).filter(started_on__lte=day)

    def not_ended_on(self, day: date) -> Self:
        """Those that hold on a day or will: ``ended_on`` is the first day without the role."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def with_permission(self, permission: Permission) -> Self:
        """Those whose role carries it."""
        return self.filter(role__in=list(roles_with(permission)))

    def visible_to(self, user: User) -> Self:
        """Those of the people that the person looks after. A machine's is ended with its key."""
        offices = [m.federation for m in user.current_memberships if user.may(Permission.INVITE, m.federation)]
        return self.filter(federation__in=offices).exclude(user__email__endswith=MACHINE_DOMAIN)


class Membership(models.Model):
    """A person's one role in a federation. A second one in force is refused: office and coordinator never combine.

    ``ended_on`` is the first day on which the role no longer holds: today closes every door at once, a day to come
    lets the person work until the day before.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    federation = models.ForeignKey(Federation, models.CASCADE, related_name="memberships")
    role = models.CharField(
        _("roll"), max_length=20, choices=[(r.value, r.declaration.title) for r in Role if r != Role.OPERATOR]
    )
    started_on = models.DateField(_("från"))
    ended_on = models.DateField(_("till"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "federation"], condition=Q(ended_on=None), name="core_membership_one_role"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="core_membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["coordinator", "lead", "office", "reader"]),
                name="core_membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} i {self.federation}"


class AuditEvent(models.Model):
    """One row an act: who, what, when and why. Holds no registered value; what was before is in the versions."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    federation = models.ForeignKey(Federation, models.CASCADE, null=True, related_name="audit_events")
    at = models.DateTimeField(db_index=True)
    action = models.SlugField()
    subject_type = models.SlugField()
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="core_audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action} {self.subject_type} {self.subject_id}"


class StaleMark(models.Model):
    """A note, written with a change in its transaction, that a federation's stored tables no longer hold.

    Rows are only added by changes and only removed by the refresh that counted them, so no change waits for another's
    lock and none can be missed. ``from_day`` is the earliest day the change can matter for; None means every period.
    """

    federation = models.ForeignKey(Federation, models.CASCADE, related_name="stale_marks")
    created_at = models.DateTimeField()
    from_day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.federation_id} {self.created_at}"


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def visible_to(self, user: User) -> Self:
        """The runs that concern a person: all for an operator, the own federation's for its office."""
        if user.is_operator:
            return self.all()
        offices = [m.federation_id for m in user.current_memberships if m.role == Role.OFFICE]
        return self.filter(federation__in=offices)


class JobRun(models.Model):
    """One run of a background job, so that the office and the operator can see what ran, when, and how it went."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("pågår")
        DONE = "done", _("klar")
        FAILED = "failed", _("misslyckades")

    task = models.CharField(max_length=100)
    federation = models.ForeignKey(Federation, models.CASCADE, null=True, related_name="job_runs")
    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        # The latest of a job, of each job, every time somebody collects the metrics.
        indexes = [models.Index(fields=["task", "started_at"], name="core_jobrun_latest")]

    def __str__(self) -> str:
        return f"{self.task} {self.started_at:%Y-%m-%d %H:%M}: {self.outcome}"
