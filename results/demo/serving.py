"""The server of the demo: uvicorn in this process, on a socket opened beforehand."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.conf import settings
from django.http.request import validate_host
from django.utils.module_loading import import_string

from results.demo.checks import BROKEN_PATH

# Where to find a server that listens everywhere.
THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
# What a request may still take when the end has come; then its client is hung up on.
GRACE_SECONDS = 0.5
CANCEL_SECONDS = 1
BACKLOG = 128


class CannotListen(Exception):
    """The socket cannot be opened; the message says why and what to do."""


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket: who connects before the server runs is answered then."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as failure:
        raise CannotListen(_reason(failure, host, port)) from failure


def base_url(host: str, port: int) -> str:
    """Where the server is found from this machine."""
    name = THIS_MACHINE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_private(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Hang up on streams, which never finish: they end as if the client had left,
        where uvicorn would cancel them, with a traceback for each."""
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._hang_up)
        await super().shutdown(sockets)

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.close()


def open_server(url: str, on_end: Callable[[], None]) -> DemoServer:
    """A server of this project, loaded, that answers under the name in `url`."""
    _allow_host(url)
    _quieten()
    config = uvicorn.Config(
        import_string(settings.ASGI_APPLICATION),
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=CANCEL_SECONDS,
    )
    config.load()
    return DemoServer(config, on_end)


def _allow_host(url: str) -> None:
    """Whatever ALLOWED_HOSTS holds: it is the name that is printed, and checked."""
    name = url.removeprefix("http://").rpartition(":")[0]
    if not validate_host(name, settings.ALLOWED_HOSTS):
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]


def _quieten() -> None:
    """A line for each request of the feeder would bury what is worth reading."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Broken on purpose, so not worth a warning each time.
    logging.getLogger("django.request").addFilter(
        lambda record: BROKEN_PATH not in record.getMessage()
    )


def _reason(failure: OSError, host: str, port: int) -> str:
    if failure.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use: end what listens there, "
            "or choose another one with --port (0 takes a free one)"
        )
    why = failure.strerror or str(failure)
    return f"cannot listen on port {port} of {host}: {why}"
