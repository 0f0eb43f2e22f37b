"""What Django does around every request, and what of it is left out."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
import {entry}
from django.core.signals import request_finished, request_started
for signal in (request_started, request_finished):
    print([entry[1]().__name__ for entry in signal.receivers])
"""


def receivers(entry):
    """Of a server process; the test client connects some of its own in this one."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(entry=entry)],
        cwd=ROOT,
        env=os.environ | {"REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_no_request_looks_after_databases_and_caches():
    for entry in ("monitor.wsgi", "monitor.asgi"):
        assert receivers(entry) == ["[]", "['reset_urlconf']"]
