from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "finsam_tracker.clients"
