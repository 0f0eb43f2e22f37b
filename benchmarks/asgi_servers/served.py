"""The fan-out under the server that `manage.py serve` starts: with its limits."""

from __future__ import annotations

import argparse

import django
from uvicorn import Server


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--request-seconds", type=float, required=True)
    asked = parser.parse_args()
    # It looks for the live feed's hub when it ends.
    django.setup()
    from results.asgi_server import protocol
    from results.asgi_server.configuring import limited
    from results.asgi_server.listening import open_socket

    protocol.REQUEST_SECONDS = asked.request_seconds
    config = limited("benchmarks.asgi_servers.fan:application", timeout_keep_alive=120)
    Server(config).run(sockets=[open_socket("127.0.0.1", asked.port)])


if __name__ == "__main__":
    main()
