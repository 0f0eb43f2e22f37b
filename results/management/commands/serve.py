"""`serve`: the whole product under the ASGI server that we know the limits of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from uvicorn import Server
from uvicorn.supervisors import Multiprocess

from results.asgi_server.configuring import limited
from results.asgi_server.listening import CannotListen, open_socket, raise_file_limit
from results.management.arguments import port
from results.management.debugging import require_privacy
from results.management.inheriting import hand_on_secret_key

APPLICATION = "monitor.asgi:application"
# Besides its streams a process has files, Redis and JSON requests open.
FILES_BESIDES = 256


class Command(BaseCommand):
    """JSON and streams from one port; behind a proxy, or alone on a private network."""

    help = "Serves the API and its live streams, with limits, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="(127.0.0.1)")
        parser.add_argument(
            "--port", type=port, default=8000, help="0 takes a free one (8000)"
        )
        parser.add_argument(
            "--workers", type=int, default=1, help="processes that share the port (1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] < 1:
            raise CommandError("--workers must be 1 or more")
        require_privacy(options["host"])
        hand_on_secret_key()
        self._warn_of_few_files(raise_file_limit())
        try:
            listener = open_socket(options["host"], options["port"])
        except CannotListen as failure:
            raise CommandError(str(failure)) from failure
        with listener:
            host, chosen = listener.getsockname()[:2]
            self.stdout.write(f"Serving on http://{host}:{chosen}, Ctrl-C ends it.")
            self.stdout.flush()
            config = limited(APPLICATION, workers=options["workers"])
            if options["workers"] == 1:
                Server(config).run(sockets=[listener])
            else:
                Multiprocess(config, sockets=[listener]).run()

    def _warn_of_few_files(self, files: int) -> None:
        wanted = settings.LIVE_MAX_LISTENERS + FILES_BESIDES
        if files < wanted:
            self.stderr.write(
                f"Only {files} files may be open, fewer than LIVE_MAX_LISTENERS needs: "
                f"raise the limit (ulimit -n, LimitNOFILE) to {wanted}."
            )
