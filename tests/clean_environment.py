"""A pytest plugin: the product's settings are its defaults, whatever the shell says.

Loaded by `-p`, because Django's settings are read before any conftest is.
"""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests():
    # Imported late: coverage must be looking when the product is first imported.
    from monitor.environment import VARIABLES

    for name in VARIABLES:
        os.environ.pop(name, None)
    return (yield)
