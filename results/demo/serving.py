"""The server of the demo: uvicorn in this process, on a socket opened beforehand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.conf import settings
from django.http.request import validate_host
from django.utils.module_loading import import_string

from results.asgi_server.configuring import limited
from results.demo.checks import BROKEN_PATH

REQUEST_LOG = "monitor.request_log.logged"
# Where to find a server that listens everywhere.
THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # nosec B104


def base_url(host: str, port: int) -> str:
    """Where the server is found from this machine."""
    name = THIS_MACHINE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


class DemoServer(uvicorn.Server):
    """Serves until a signal or `end`; `on_end` hears of it before anything closes."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    def end(self) -> None:
        """Stop serving, from any thread."""
        self._on_end()
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not kept, as uvicorn would, to be raised again: the command ends in order.
        self.force_exit = self.should_exit
        self.end()


def open_server(url: str, on_end: Callable[[], None]) -> DemoServer:
    """A server of this project, loaded, that answers under the name in `url`."""
    _allow_host(url)
    _quieten()
    application = import_string(settings.ASGI_APPLICATION)
    config = limited(application, log_level="warning")
    config.load()
    return DemoServer(config, on_end)


def _allow_host(url: str) -> None:
    """Whatever ALLOWED_HOSTS holds: it is the name that is printed, and checked."""
    name = url.removeprefix("http://").rpartition(":")[0]
    if not validate_host(name, settings.ALLOWED_HOSTS):
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]


def _quieten() -> None:
    """A line for each request of the feeder would bury what is worth reading."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != REQUEST_LOG]
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # No line of a request says it now.
    logging.getLogger("django.request").setLevel(logging.WARNING)
    # Broken on purpose, so not worth a warning each time.
    logging.getLogger("django.request").addFilter(
        lambda record: BROKEN_PATH not in record.getMessage()
    )
