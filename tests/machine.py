"""A pytest plugin: what tests need of this machine, and what they do without.

Loaded by `-p`, as the other plugins are: `conftest.py` has the stores.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent.parent / "clients"


def _program(name):
    return shutil.which(name), f"{name} is not on PATH", "REQUIRE_EXTRAS"


def _modules(file, forced_by, *names):
    is_here = all(find_spec(name) for name in names)
    return is_here, f"{file} is not installed", forced_by


# Marker: whether what it stands for is here, what to say where it is not, and the
# variable that forces such tests.
EXTRAS = {
    "chromium": _program("chromium"),
    "nginx": _program("nginx"),
    "node": _program("node"),
    "npm_packages": (
        (CLIENTS / "node_modules").is_dir(),
        "the npm packages are missing (npm ci --prefix clients)",
        "REQUIRE_EXTRAS",
    ),
    "benchmarks": _modules(
        "benchmarks/requirements.txt",
        "REQUIRE_BENCHMARKS",
        *("fastapi", "matplotlib", "psutil"),
    ),
    "gate": _modules(
        ".ci/requirements.txt",
        "REQUIRE_GATE",
        *("openapi_python_client", "playwright", "schemathesis"),
        "grafana_foundation_sdk",
    ),
}


def _may_make_namespaces() -> bool:
    if not shutil.which("ip"):
        return False
    name = f"probe{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True)
    subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    return made.returncode == 0


def pytest_configure():
    # A shell's `&` has its jobs ignore Ctrl-C, and processes that we start and
    # interrupt would inherit that.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item):
    """Tests that need more than Python and pip are skipped, or forced by CI."""
    from results.apps import leave_databases_alone

    # Django's test client connects what looks after databases, each time anew.
    leave_databases_alone()
    for marker, (is_here, reason, forced_by) in EXTRAS.items():
        if item.get_closest_marker(marker) and not is_here:
            if os.environ.get(forced_by) == "1":
                pytest.fail(f"{reason}, and {forced_by}=1 forces this test")
            pytest.skip(reason)
    if item.get_closest_marker("netns") and not _may_make_namespaces():
        # Not forced: a container may forbid it to root, and nothing can be installed.
        pytest.skip("no network namespace can be made here (root and iproute2)")


def _databases_are_left_alone(**_kwargs):
    """In place of Django's look after them, with which the product does away."""


# What the product waits for a store at most, and what a busy machine may need.
LIMITS = {
    "results.connection.CONNECT_SECONDS": 10.0,
    "results.connection.COMMAND_SECONDS": 10.0,
    "results.patience.REQUEST_SECONDS": 20.0,
    "results.run_index.use.BUILD_SECONDS": 60.0,
    "results.live.starting.LOCATE_SECONDS": 10.0,
    "results.live.asking.READ_SECONDS": 20.0,
    "results.live.cluster.asking.READ_SECONDS": 20.0,
}


@pytest.fixture(scope="session", autouse=True)
def _a_busy_machine_is_no_store_that_fails():
    """Who tests that a store takes too long says so: `short_limits`."""
    before = {where: _value_of(where) for where in LIMITS}
    with pytest.MonkeyPatch.context() as patched:
        for where, seconds in LIMITS.items():
            patched.setattr(where, seconds)
        yield before


@pytest.fixture(scope="module")
def short_limits(_a_busy_machine_is_no_store_that_fails):
    """The product's own limits, for stores that are made to fail."""
    with pytest.MonkeyPatch.context() as patched:
        for where, seconds in _a_busy_machine_is_no_store_that_fails.items():
            patched.setattr(where, seconds)
        yield


def _value_of(where):
    module, _, name = where.rpartition(".")
    return getattr(import_module(module), name)


@pytest.fixture(scope="session", autouse=True)
def _requests_leave_databases_alone():
    """Django's test client has requests close databases' connections again."""
    from django.test import client

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client, "close_old_connections", _databases_are_left_alone)
        yield
