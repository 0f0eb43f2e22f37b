"""A small frontend on the generated client, in Chromium, from another origin.

What it must do stands in `clients/example/e2e`.
"""

import pytest

from tests.npm_scripts import built_client, npm

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.node,
    pytest.mark.npm_packages,
    # Compilers and browsers share two cores with everything else.
    pytest.mark.timeout(400),
]


@pytest.fixture(scope="module", autouse=True)
def built():
    built_client()


def test_it_compiles_under_strict_rules():
    npm("run", "typecheck", "-w", "example")


def test_its_pages_show_the_data_and_a_run_that_happens():
    npm("test", "-w", "example")
