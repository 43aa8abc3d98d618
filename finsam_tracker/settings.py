"""Every setting, in one file. What differs between machines is read from the environment.

A variable of the wrong type stops the start with a sentence; nothing is guessed. ``NAME_FILE`` says in which file the
value of ``NAME`` stands, for what is secret. ``docker/environment.example`` explains every variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from environs import FileAwareEnv, validate

from finsam_tracker.broker import read_redis_url

OIDC_PROVIDER = "organisation"
"""What stands in the addresses of an organisation's own log-in."""

env = FileAwareEnv(strip_whitespace=True)
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = env.bool("FINSAM_DEBUG", default=False)
# The embedded default (one process, SQLite) may run with a key of its own making; a deployment must set one.
EMBEDDED = not env.str("DATABASE_URL", default="")
SECRET_KEY = (
    env.str("FINSAM_SECRET_KEY", default="embedded-only-not-for-a-deployment")
    if EMBEDDED
    else env.str("FINSAM_SECRET_KEY")
)
# A key that has been changed: what it signed and encrypted is still read.
SECRET_KEY_FALLBACKS: list[str] = env.list("FINSAM_OLD_SECRET_KEYS", default=[])
ALLOWED_HOSTS = env.list("FINSAM_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("FINSAM_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "rest_framework",
    "knox",
    "drf_spectacular",
    # The second step of log-in, and a municipality's own log-in. Sign-up is closed: people come by invitation.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "finsam_tracker.core",
    "initiatives",
    "finsam_tracker.clients",
    "participants",
    "reports",
    "finsam_tracker.configuration",
    "finsam_tracker.demo",
    "finsam_tracker.backup",
]

MIDDLEWARE = [
    # First, so that it measures all of the others.
    "finsam_tracker.watch.requests.watch_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # In the place of Django's LocaleMiddleware, which goes by the browser.
    "finsam_tracker.core.language.chosen_language",
    # Closed by default: a view is open only where it says @login_not_required.
    "finsam_tracker.core.kept.KeepTypedMiddleware",
    "finsam_tracker.core.login.two_step.TwoStepMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "finsam_tracker.core.access_log.note_access",
    # Last, as its documentation asks: it answers in the place of a log-in that is locked.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "finsam_tracker.urls"
WSGI_APPLICATION = "finsam_tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "finsam_tracker" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "initiatives.places.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
MESSAGE_TAGS = {messages.ERROR: "danger"}  # what the stylesheet calls an alert of that level

if EMBEDDED:
    _sqlite = env.path("FINSAM_SQLITE", default=VAR_DIR / "finsam.sqlite3")
    _sqlite.parent.mkdir(parents=True, exist_ok=True)  # SQLite makes its file, but not the folder
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _sqlite,
            # Without IMMEDIATE, two writers at once fail; WAL alone does not help.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
            },
        }
    }
else:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)}
    # A copy of the database that only answers; the heavy reports read there (finsam_tracker.core.replica).
    if env.str("FINSAM_REPLICA_URL", default=""):
        DATABASES["replica"] = env.dj_db_url("FINSAM_REPLICA_URL", conn_max_age=60, conn_health_checks=True)
        # One that is away is done without, and nobody waits long for it.
        _asked_for: Any = DATABASES["replica"].get("OPTIONS", {})
        DATABASES["replica"]["OPTIONS"] = {"connect_timeout": 2, **_asked_for}
    for _database in DATABASES.values():
        # Behind PgBouncer in transaction mode: a cursor that outlives its transaction would be looked for elsewhere.
        _database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("FINSAM_TRANSACTION_POOLING", default=False)
DATABASE_ROUTERS = ["finsam_tracker.core.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_RESET_TIMEOUT = 60 * 60
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "finsam_tracker" / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
# Embedded, the files are served from where they lie; a deployment collects them.
STATIC_ROOT = None if EMBEDDED else env.path("FINSAM_STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "finsam_tracker" / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Behind TLS in a deployment; the embedded default is reached over http on the own machine only.
SECURE_SSL = env.bool("FINSAM_TLS", default=not EMBEDDED)
SECURE_SSL_REDIRECT = SECURE_SSL
SESSION_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_SECURE = SECURE_SSL
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_HSTS_PRELOAD = SECURE_SSL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL else None
# Asked on the own network, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^halsa/$", r"^redo/$", r"^matt/$"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 9 * 60 * 60  # a working day from log-in, however busy
SESSION_ENGINE = "finsam_tracker.core.login.sessions"
SESSION_IDLE_SECONDS = 60 * env.int("FINSAM_IDLE_MINUTES", default=60, validate=validate.Range(min=5))
SESSIONS_AT_ONCE = env.int("FINSAM_SESSIONS_AT_ONCE", default=5, validate=validate.Range(min=1))
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its select arrow from a data: image.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "finsam_tracker.core.authentication.TokenAuthentication",
        "finsam_tracker.clients.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["finsam_tracker.core.throttling.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["finsam_tracker.core.parsers.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": False,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "finsam_tracker.core.problems.handle",
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Finsam Tracker",
    "DESCRIPTION": "Registreringar och tabeller i ett samordningsförbund.",
    "VERSION": "1.2",
    "ENUM_NAME_OVERRIDES": {
        "FollowUpOutcome": "participants.codes.FollowUpOutcome",
        "AnswerOutcome": "participants.api.serializers.OUTCOMES",
        "KindEnum": "reports.api.serializers.ROW_KINDS",
        "StatusEnum": "reports.api.serializers.STATUSES",
        "PublicationKindEnum": "reports.api.serializers.PUBLICATION_KINDS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "finsam_tracker.core.api_schema.close_requests",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# Two steps at log-in: a password, and a code of an app or a passkey. The demo's log-ins have a password only.
REQUIRE_TWO_STEP = env.bool("FINSAM_REQUIRE_TWO_STEP", default=not EMBEDDED)
MFA_ADAPTER = "finsam_tracker.core.login.adapters.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_FORMS = {
    "authenticate_webauthn": "finsam_tracker.core.login.passkeys.forms.PasskeyForm",
    "authenticate": "finsam_tracker.core.login.forms.CodeForm",
    "reauthenticate": "finsam_tracker.core.login.forms.CodeAgainForm",
    "activate_totp": "finsam_tracker.core.login.forms.ActivateForm",
}
MFA_TOTP_ISSUER = "Finsam Tracker"
MFA_TOTP_TOLERANCE = 1  # the code before and the one after, for a clock that is off and a hand that is slow
ACCOUNT_ADAPTER = "finsam_tracker.core.login.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reauthenticate": "finsam_tracker.core.login.forms.PasswordAgainForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Wrong codes, counted by person: a whole town hall may come from one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key", "reauthenticate": "10/m/user"}
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation went to the address
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_SSL else "http"
# How many proxies of our own stand before the program, each of which adds to X-Forwarded-For.
PROXY_COUNT = env.int("FINSAM_PROXY_COUNT", default=1 if SECURE_SSL else 0, validate=validate.Range(min=0))

# An organisation's own log-in by OpenID Connect; off until it has an address.
OIDC_SERVER_URL = env.str("FINSAM_OIDC_URL", default="")
if OIDC_SERVER_URL:
    validate.URL(schemes={"https"}, require_tld=False)(OIDC_SERVER_URL)
OIDC_NAME = env.str("FINSAM_OIDC_NAME", default="organisationens inloggning")
# Whether that log-in has two steps of its own, so that ours is not asked for after it.
OIDC_TWO_STEP = env.bool("FINSAM_OIDC_TWO_STEP", default=False)
SOCIALACCOUNT_ADAPTER = "finsam_tracker.core.login.adapters.OrganisationAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link and not a form: the content policy lets no form lead to another host
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER,
                "name": OIDC_NAME,
                "client_id": env.str("FINSAM_OIDC_CLIENT_ID"),
                "secret": env.str("FINSAM_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# Lock-out: this many wrong passwords for one person from one address.
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Trying again while it is locked does not make it last longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "finsam_tracker.core.login.lockout.username"
AXES_CLIENT_IP_CALLABLE = "finsam_tracker.core.login.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "finsam_tracker.core.login.lockout.locked_out"

# E-mail, for invitations and reminders. Embedded, it is printed.
# The sender is part of the address: ?_default_from_email=...
_web_address = validate.URL(schemes={"http", "https"}, require_tld=False)
BASE_URL = (
    env.str("FINSAM_BASE_URL", default="http://127.0.0.1:8000", validate=_web_address)
    if EMBEDDED
    else env.str("FINSAM_BASE_URL", validate=_web_address)
).rstrip("/")
_email = env.dj_email_url("EMAIL_URL", default="console:") if EMBEDDED else env.dj_email_url("EMAIL_URL")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _email["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = _email["EMAIL_TIMEOUT"] or 30
DEFAULT_FROM_EMAIL = _email.get("DEFAULT_FROM_EMAIL", "finsam-tracker@localhost")

# Sending a year's figures to Uppföljning Finsam, should an interface open there; off until it has an address.
DELIVERY_URL = env.str("FINSAM_DELIVERY_URL", default="")
if DELIVERY_URL:
    validate.URL(schemes={"https"}, require_tld=False)(DELIVERY_URL)
DELIVERY_TOKEN = env.str("FINSAM_DELIVERY_TOKEN", default="")
# The certificate authority of a receiver that has its own; empty is those that the machine trusts.
DELIVERY_CA = env.str("FINSAM_DELIVERY_CA", default="")
DELIVERY_SILENCE_SECONDS = 10.0  # without a byte
DELIVERY_DEADLINE_SECONDS = 30.0  # for all of it, however slowly it drips
DELIVERY_HTTP_TO_LOOPBACK = False  # only the tests set it; no variable does

# Jobs. Without a broker (embedded default) the same tasks run in the process that asks for them.
REDIS_URL = env.str("REDIS_URL", default="")
BROKER = read_redis_url(REDIS_URL)
CACHES = {
    # Counts of tries and codes that have been used: in the database, so that every process sees them.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # How much each has asked lately: where all web processes see it, if there is such a place that is quick enough.
    "limits": {"BACKEND": "finsam_tracker.core.redis_cache.Cache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
    # Pages as they were drawn, some 40 kB each: in each process, where nothing is lost with them (reports.drawn).
    "drawn": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "drawn",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # Who has been noted today for having looked at what: spares a question to the database on every page.
    "noted": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "noted",
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
API_REQUESTS_PER_MINUTE = env.int("FINSAM_API_REQUESTS_PER_MINUTE", default=600, validate=validate.Range(min=1))
CELERY_BROKER_URL = BROKER.url
CELERY_BROKER_USE_SSL = BROKER.tls
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # the database is the truth about what has been done
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 55 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **BROKER.options,
    # Above the longest task, or a task that is still running is handed out again.
    "visibility_timeout": 2 * 60 * 60,
    # So a killed worker's message comes back hours later. The beat starts again what it left (finsam_tracker.celery).
}
CELERY_TIMEZONE = TIME_ZONE

# Backups: where to, the key that they are encrypted with (32 bytes, base64), and how many days, weeks and months.
BACKUP_DIR = env.path("FINSAM_BACKUP_DIR", default=None)
BACKUP_KEY = env.str("FINSAM_BACKUP_KEY", default="")
# Keys that were replaced: what they sealed can still be restored.
OLD_BACKUP_KEYS: list[str] = env.list("FINSAM_OLD_BACKUP_KEYS", default=[])
BACKUP_KEEP: list[int] = env.list(
    "FINSAM_BACKUP_KEEP", default=[7, 5, 12], subcast=int, validate=validate.Length(equal=3)
)

# Who asks for the metrics shows this; without it they are not there.
METRICS_TOKEN = env.str("FINSAM_METRICS_TOKEN", default="")

_log_format = env.str(
    "FINSAM_LOG_FORMAT", default="line" if EMBEDDED else "json", validate=validate.OneOf(["line", "json"])
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        # Says nothing that somebody typed, and no address of a registration.
        "json": {"()": "finsam_tracker.logs.JsonLine"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": _log_format}},
    # One line a task that went well is noise where tasks run in the web process; JobRun holds them.
    "loggers": {
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # One line a request, in a deployment; runserver has its own.
        "finsam_tracker.requests": {"level": "WARNING" if EMBEDDED else "INFO"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("FINSAM_LOG_LEVEL", default="INFO")},
}
