"""`demo`: the whole product on real runs, from one line."""

from __future__ import annotations

import argparse
import math
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis.exceptions import RedisError
from rich.console import Console

from results.asgi_server.listening import CannotListen, open_socket
from results.connection import use_store
from results.demo.ending import Ending
from results.demo.running import Demo
from results.demo.screen import Screen
from results.demo.serving import base_url
from results.embedded import OWNER_ENDED
from results.management.arguments import port
from results.management.debugging import is_private, require_privacy
from results.management.store import command_store


class Command(BaseCommand):
    """Port first, then the store, then the month, then the server with its feeder."""

    help = (
        "Starts the API on a store of its own, with 30 days of generated history, "
        "and goes on checking itself. Ctrl-C stops everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=port, default=8000, help="0 takes a free one (8000)"
        )
        parser.add_argument("--host", default="127.0.0.1", help="(127.0.0.1)")
        parser.add_argument(
            "--for",
            type=seconds,
            metavar="SECONDS",
            dest="seconds",
            help="end by itself after serving for so long",
        )
        parser.add_argument(
            "--no-feed",
            action="store_false",
            dest="feed",
            help="check nothing, and record nothing more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        screen, ending = Screen(Console()), Ending()
        with ending.heard():
            try:
                self._run(screen, ending, **options)
            except KeyboardInterrupt:
                pass
            except CannotListen as failure:
                raise CommandError(str(failure)) from failure
            except RedisError as failure:
                raise CommandError(f"the store failed: {failure}") from failure
        screen.say("Stopped.")

    def _run(
        self,
        screen: Screen,
        ending: Ending,
        *,
        host: str,
        port: int,
        seconds: float | None,
        feed: bool,
        **_common: Any,
    ) -> None:
        require_privacy(host)
        if settings.API_KEYS:
            raise CommandError("the demo checks itself without a key: unset API_KEYS")
        _say_what_is_unusual(screen, host)
        with open_socket(host, port) as listener:
            url = base_url(host, listener.getsockname()[1])
            demo = Demo(screen, url, ending)
            # Emptied, so that the store of VAR_DIR is taken whatever REDIS_URL says.
            use_store("")
            with command_store(self.stdout, demo.end) as store_url:
                demo.run(store_url, listener, seconds=seconds, feed=feed)
            if demo.was_ended:
                raise CommandError(OWNER_ENDED)


def seconds(text: str) -> float:
    """A length of time."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError("a number of seconds over 0 is required")
    return number


def _say_what_is_unusual(screen: Screen, host: str) -> None:
    if settings.REDIS_URL:
        screen.warn(
            "REDIS_URL is set and not used: the demo feeds a store of its own only."
        )
    if not is_private(host):
        screen.warn(
            f"There is no authentication: whoever reaches {host} can read everything. "
            "Names other than this machine's are answered once ALLOWED_HOSTS has them."
        )
