"""The `results` application."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """No models: everything lives in Redis, behind `results.repository`."""

    name = "results"

    def ready(self) -> None:
        from results import checks, schema  # noqa: F401  (register themselves)
