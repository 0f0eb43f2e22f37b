"""The `results` application."""

from django.apps import AppConfig
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries


class ResultsConfig(AppConfig):
    """No models: everything lives in Redis, behind `results.repository`."""

    name = "results"

    def ready(self) -> None:
        from results import checks, schema  # noqa: F401  (register themselves)

        leave_databases_alone()


def leave_databases_alone() -> None:
    """No request looks after database connections, of which there are none, nor after
    those of caches, which ours keeps: more than a third of an empty view's CPU."""
    for signal in (request_started, request_finished):
        for receiver in (reset_queries, close_old_connections, close_caches):
            signal.disconnect(receiver)
