"""A peer that vanishes without a word, over a link between two network namespaces."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
from redis import Redis

from tests.closing import LONG_KEY
from tests.factories import TEST_ID, make_hash
from tests.live_servers import ROOT, Server

pytestmark = pytest.mark.netns

KEEPALIVE_SECONDS = 15.0
PATH = f"/api/tests/{TEST_ID}/live"
# Connects, says that it is connected, and reads for ever.
CLIENT = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    head = f"GET {sys.argv[3]} HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"
    connection.sendall(head.encode())
    print(connection.recv(12).decode(), flush=True)
    while connection.recv(65536):
        pass
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def far_away():
    """A namespace with one end of a link; its name, our end's name and address."""
    name, near, far = (f"{part}{os.getpid()}" for part in ("mon", "mn", "mf"))
    with ExitStack() as undoing:
        run("ip", "netns", "add", name)
        undoing.callback(run, "ip", "netns", "delete", name)
        run("ip", "link", "add", near, "type", "veth", "peer", far, "netns", name)
        run("ip", "address", "add", "10.231.77.1/30", "dev", near)
        run("ip", "link", "set", near, "up")
        inside = ("ip", "-n", name)
        run(*inside, "address", "add", "10.231.77.2/30", "dev", far)
        run(*inside, "link", "set", far, "up")
        yield name, "10.231.77.1"


def test_a_vanished_peer_is_forgotten_within_two_keepalives(
    far_away, redis_client: Redis, server_url, tmp_path
):
    name, address = far_away
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    log = tmp_path / "log"
    hosts = {"ALLOWED_HOSTS": f"localhost,{address}", "SECRET_KEY": LONG_KEY}
    with Server("serve", server_url, log, host=address, **hosts) as server:
        command = (sys.executable, "-c", CLIENT, address, str(server.port), PATH)
        client = subprocess.Popen(
            ("ip", "netns", "exec", name, *command), stdout=subprocess.PIPE, cwd=ROOT
        )
        try:
            assert client.stdout.readline() == b"HTTP/1.1 200\n"
            # Nothing that the client acknowledges comes through any more.
            run("ip", "-n", name, "route", "add", "blackhole", f"{address}/32")
            # Two keepalives, and some room for a busy machine.
            server.wait_until_said("dropped a client", 2 * KEEPALIVE_SECONDS + 5)
        finally:
            client.kill()
            client.wait()
            client.stdout.close()
