"""The stage as a process, for tests in Python."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


@contextlib.contextmanager
def running_stage() -> Iterator[dict[str, Any]]:
    """What it says about itself: base URLs, and the ids of its tests."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.client_stage"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(60)
