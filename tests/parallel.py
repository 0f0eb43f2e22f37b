"""A pytest plugin: the whole suite in several processes, a file in one of them.

Half of the suite waits for servers, browsers and restarts, so there are more
processes than cores. Loaded by `-p`, because the number is a command line option.
"""

from __future__ import annotations

import os

import pytest

from tests.coverage_gate import is_whole_run, is_worker

PER_CORE = 2
MOST = 8
# One store for all: their tests would empty it under each other.
SHARED = ("TEST_REDIS_URL", "TEST_BASE_URL")


def processes(cores: int) -> int:
    """How many processes suit this many cores: tests' servers need some as well."""
    return min(MOST, max(1, cores) * PER_CORE)


def _is_decided(args: list[str]) -> bool:
    asked = any(arg.startswith(("-n", "--numprocesses", "--pdb")) for arg in args)
    return asked or is_worker()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, args):
    if any(os.environ.get(name) for name in SHARED) or _is_decided(args):
        return
    if is_whole_run(early_config) and early_config.pluginmanager.hasplugin("xdist"):
        # The order of collection, not of the number of tests: few tests may be slow.
        args += ["-n", str(processes(os.cpu_count() or 1)), "--dist", "loadfile"]
        args += ["--no-loadscope-reorder"]
