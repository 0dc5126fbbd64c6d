from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Forces, people, audit"

    def ready(self) -> None:
        from core import openapi

        assert openapi  # imported so that the API's description finds its sign-in scheme
