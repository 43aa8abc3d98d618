"""The addresses around log-in. Those that django-allauth leads to by name have its names."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from finsam_tracker.core.login import organisation, views
from finsam_tracker.core.login.passkeys import views as passkeys

urlpatterns: list[URLPattern | URLResolver] = [
    path("logga-in/", views.log_in, name="login"),
    path("logga-in/", views.log_in, name="account_login"),
    path("logga-in/kod/", views.second_step, name="mfa_authenticate"),
    path("logga-ut/", views.log_out, name="logout"),
    path("glomt-losenord/", views.forgotten, name="forgotten"),
    path("glomt-losenord/skickat/", views.forgotten_sent, name="forgotten_sent"),
    path("nytt-losenord/<str:number>/<str:token>/", views.new_password, name="new_password"),
    path("min-profil/bekrafta/", views.password_again, name="account_reauthenticate"),
    path("min-profil/bekrafta/kod/", views.code_again, name="mfa_reauthenticate"),
    path("min-profil/tvasteg/", views.two_step, name="mfa_index"),
    path("min-profil/tvasteg/app/", views.set_up, name="mfa_activate_totp"),
    path("min-profil/tvasteg/app/ta-bort/", views.remove, name="mfa_deactivate_totp"),
    path("min-profil/tvasteg/reservkoder/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("min-profil/tvasteg/passkeys/ny/", passkeys.add, name="add_passkey"),
    path("min-profil/tvasteg/passkeys/<int:number>/", passkeys.rename, name="rename_passkey"),
    path("min-profil/tvasteg/passkeys/<int:number>/ta-bort/", passkeys.remove, name="remove_passkey"),
    path("min-profil/inloggningar/", views.log_ins, name="log_ins"),
    path("min-profil/inloggningar/avsluta/", views.log_out_elsewhere, name="log_out_elsewhere"),
    path(
        "logga-in/organisation/",
        organisation.log_in,
        {"provider_id": settings.OIDC_PROVIDER},
        name="openid_connect_login",
    ),
    path(
        "logga-in/organisation/svar/",
        organisation.back,
        {"provider_id": settings.OIDC_PROVIDER},
        name="openid_connect_callback",
    ),
]
