"""The ops view's server and one Chromium, for all files of this package."""

import pytest

from tests.factories import store_test


@pytest.fixture(scope="package")
def stage(server_url, tmp_path_factory):
    from tests.ops_stage import OpsStage

    with OpsStage(server_url, tmp_path_factory.mktemp("ops")) as stage:
        yield stage


@pytest.fixture
def open_page(stage, client):
    """Opens pages that are closed after the test, and must have been at peace."""
    yield stage.open
    stage.close_pages()


@pytest.fixture
def client(redis_client):
    store_test(redis_client)
    return redis_client
