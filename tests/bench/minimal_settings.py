"""Django with next to nothing in it, over the same database and log-ins."""

from finsam_tracker.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.minimal"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # without it the app refuses to start
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
