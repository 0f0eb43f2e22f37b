"""The socket that a server listens on, opened before anything else is started."""

from __future__ import annotations

import errno
import resource
import socket

BACKLOG = 2048
# A peer that vanished, or reads nothing, is given up after two keepalive comments.
LOST_PEER_SECONDS = 30


class CannotListen(Exception):
    """The socket cannot be opened; the message says why and what to do."""


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket: who connects before the server runs is answered then.

    Its connections inherit the time after which the kernel gives a peer up that does
    not acknowledge what it was sent.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as failure:
        raise CannotListen(_reason(failure, host, port)) from failure
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = LOST_PEER_SECONDS * 1000
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    return opened


def raise_file_limit() -> int:
    """As many open files as this process may have; how many that is."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _reason(failure: OSError, host: str, port: int) -> str:
    if failure.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use: end what listens there, "
            "or choose another one with --port (0 takes a free one)"
        )
    why = failure.strerror or str(failure)
    return f"cannot listen on port {port} of {host}: {why}"
