"""Clients generated from the committed document: compiled, and tried on real servers.

What is said about them stands in TypeScript, in `clients/typescript`: `usage` must
compile but for the lines that must not, and `test` runs against `tests.client_stage`.
"""

import pytest

from tests.npm_scripts import CLIENTS, built_client, npm

pytestmark = [
    pytest.mark.node,
    pytest.mark.npm_packages,
    # Generators and compilers share two cores with everything else.
    pytest.mark.timeout(400),
]


@pytest.fixture(scope="module", autouse=True)
def built():
    built_client()


def test_strict_usage_compiles_and_misuse_does_not():
    npm("run", "typecheck", "-w", "typescript")


def test_the_clients_do_what_they_promise_against_a_running_server():
    npm("test", "-w", "typescript")


def test_the_readme_shows_what_compiles():
    usage = (CLIENTS / "typescript" / "usage" / "readme.ts").read_text()
    assert f"```ts\n{usage}```\n" in (CLIENTS.parent / "README.md").read_text()


def test_the_document_is_one_that_a_strict_linter_likes():
    npm("run", "lint")
