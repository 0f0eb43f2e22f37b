"""npm's scripts of `clients`, run from a test."""

from __future__ import annotations

import fcntl
import functools
import os
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).parent.parent / "clients"


def npm(*arguments: str) -> None:
    """Run npm there; what it said is the failure's text."""
    done = subprocess.run(
        ["npm", *arguments],
        cwd=CLIENTS,
        # Node says nothing in colours, and finds this interpreter.
        env=os.environ | {"NO_COLOR": "1", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]


@functools.cache
def built_client() -> None:
    """The package, generated from tests/openapi.json as it is now, and compiled: by
    one process after another, where tests run in several."""
    with (CLIENTS / "node_modules" / ".built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        npm("run", "build", "-w", "typescript")
