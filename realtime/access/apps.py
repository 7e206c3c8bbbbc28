from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "realtime.access"
    label = "access"
    verbose_name = "Access"
