"""Addresses of the keys, under a federation or one of its initiatives."""

from django.urls import path

from finsam_tracker.clients import views

urlpatterns = [
    path("", views.keys, name="keys"),
    path("ny/", views.make, name="make_key"),
    path("<slug:key>/ny-hemlighet/", views.rotate, name="rotate_key"),
    path("<slug:key>/aterkalla/", views.revoke, name="revoke_key"),
]
initiative_urlpatterns = [
    path("", views.keys, name="initiative_keys"),
    path("ny/", views.make, name="initiative_make_key"),
    path("<slug:key>/ny-hemlighet/", views.rotate, name="initiative_rotate_key"),
    path("<slug:key>/aterkalla/", views.revoke, name="initiative_revoke_key"),
]
