"""`runserver` that brings a store along when REDIS_URL names none."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import Any

from django.contrib.staticfiles.management.commands import runserver
from django.core.management.base import CommandParser
from django.db import DatabaseError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from results.management.debugging import require_privacy
from results.management.inheriting import hand_on_secret_key
from results.management.store import command_store, say_owner_ended


class Command(runserver.Command):
    """The reloader's first process owns the store, the ones it starts join it."""

    help = "Starts a development server, and a store for it unless REDIS_URL is set."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # The middleware serves static files, here as under any other server.
        parser.set_defaults(use_static_handler=False)

    def handle(self, *args: Any, **options: Any) -> None:
        is_child = os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"
        serves = is_child or not options["use_reloader"]
        _leave_in_order_on_sigterm()
        hand_on_secret_key()
        with command_store(
            None if is_child else self.stdout,
            # Of a reloader and its child, only one needs to complain.
            say_owner_ended if serves else lambda: None,
        ):
            super().handle(*args, **options)

    def check_migrations(self) -> None:
        """The API needs no accounts, so that it starts without a place for them."""
        with contextlib.suppress(DatabaseError):
            super().check_migrations()

    def run(self, **options: Any) -> None:
        require_privacy(str(getattr(self, "addr", "")))
        super().run(**options)


def _leave_in_order_on_sigterm() -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
