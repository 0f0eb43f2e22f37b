"""`REDIS_URL` of a socket file, and by TLS: the same answers."""

import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from results.connection import ALIAS, command_client, use_store
from results.embedded.binary import find_binary
from results.recorder import Recorder
from results.wire import wire_of
from tests.factories import TEST_ID, make_run, store_test
from tests.store_holder import eventually
from tests.tls_front import certificate, tls_front

needs_openssl = pytest.mark.skipif(
    not shutil.which("openssl"), reason="openssl is not on PATH"
)


@pytest.fixture
def reading():
    """Reads what is at a URL, as the product does."""
    before = settings.CACHES[ALIAS]["LOCATION"]

    def read(url):
        use_store(url)
        client = APIClient(raise_request_exception=False)
        return client.get(f"/api/tests/{TEST_ID}/results")

    yield read
    command_client().close()
    use_store(before)


@pytest.fixture
def socket_file(tmp_path):
    """A server that listens at no port."""
    path = tmp_path / "store.sock"
    command = [str(find_binary()), "--port", "0", "--unixsocket", str(path)]
    with subprocess.Popen(
        [*command, "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL
    ) as process:
        try:
            assert eventually(path.exists)
            yield path
        finally:
            process.terminate()


def fill(url):
    with Recorder.from_url(url) as recorder:
        store_test(recorder.client)
        recorder.record_run(TEST_ID, make_run("a1b2c3d4"))


def run_ids(response):
    return [run["run_id"] for run in response.json()["results"]]


def test_a_socket_file_is_read_and_written(socket_file, reading):
    fill(f"unix://{socket_file}?db=0")
    assert run_ids(reading(f"unix://{socket_file}?db=0")) == ["a1b2c3d4"]
    assert wire_of(command_client().connection_pool) is not None


@needs_openssl
def test_tls_is_read_and_written(redis_client, server_url, reading, tmp_path):
    made, key = certificate(tmp_path)
    target = urlsplit(server_url)
    with tls_front(target.port, made, key) as port:
        url = f"rediss://:{target.password or ''}@127.0.0.1:{port}/0"
        fill(f"{url}?ssl_ca_certs={made}")
        assert run_ids(reading(f"{url}?ssl_ca_certs={made}")) == ["a1b2c3d4"]
        assert wire_of(command_client().connection_pool) is None
        command_client().close()
        assert reading(url).status_code == 503, "its certificate is nobody's"


def test_a_socket_file_that_is_not_there_is_503(tmp_path, reading):
    assert reading(f"unix://{tmp_path}/nobody.sock").status_code == 503
