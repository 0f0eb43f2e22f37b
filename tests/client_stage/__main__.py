"""Starts the store, the writer and three servers, says where they are, and waits.

One line of JSON on standard output; everything ends when standard input does.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from pathlib import Path

from redis import Redis

from results.embedded import start_server
from tests.client_stage import data, hostile
from tests.client_stage.feeder import Feeder
from tests.product_server import ProductServer, free_port

IDS = {
    "long": data.LONG,
    "live": data.LIVE,
    "quiet": data.QUIET,
    "deployed": data.DEPLOYED,
    "hostile": hostile.HOSTILE,
    "gone": hostile.GONE,
    "unreadable": hostile.UNREADABLE,
    "wrong": hostile.WRONG,
}
# Whoever tries clients refuses a lot on purpose.
QUIETLY = {"LOG_LEVEL": "ERROR"}


def main() -> None:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="stage-"))
        store = start_server(Path(folder), persist=False)
        stack.callback(store.stop)
        with Redis.from_url(store.url) as client:
            data.store_everything(client)
        stack.enter_context(Feeder(store.url))
        nowhere = f"redis://127.0.0.1:{free_port()}/0"
        servers = {
            "api": ProductServer(store.url, **QUIETLY),
            # Closes a stream soon, as the others do after five minutes.
            "hasty": ProductServer(store.url, **QUIETLY, LIVE_IDLE_CLOSE_SECONDS="0.5"),
            "storeless": ProductServer(nowhere, **QUIETLY),
        }
        urls = {name: stack.enter_context(s).url for name, s in servers.items()}
        told = {**urls, "tests": IDS, "long_runs": data.LONG_RUNS}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
