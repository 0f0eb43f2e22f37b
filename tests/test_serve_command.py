"""`manage.py serve`: the server whose limits are ours, over TCP."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from uvicorn.server import ServerState

from results.asgi_server import protocol
from results.asgi_server.configuring import limited
from results.asgi_server.listening import LOST_PEER_SECONDS, open_socket
from results.management.commands import serve
from tests.factories import TEST_ID, make_hash
from tests.live_servers import Server, open_stream
from tests.live_viewers import KEY, add, all_of_wire, stored_ids

PATH = f"/api/tests/{TEST_ID}/live"


@pytest.fixture
def client(redis_client):
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    return redis_client


@pytest.fixture(scope="module")
def server(server_url, tmp_path_factory):
    log = tmp_path_factory.mktemp("serve") / "log"
    with Server("serve", server_url, log, LIVE_SEND_SECONDS="0.5") as server:
        yield server


def threads_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_open_streams_take_no_thread_each(server, client):
    with httpx.Client(timeout=60) as session:
        session.get(server.base_url + PATH, params={"follow": "false"})
        responses = []
        try:
            for _ in range(30):
                request = session.build_request("GET", server.base_url + PATH)
                responses.append(session.send(request, stream=True))
            first = threads_of(server.process.pid)
            for _ in range(30):
                request = session.build_request("GET", server.base_url + PATH)
                responses.append(session.send(request, stream=True))
            assert threads_of(server.process.pid) == first
        finally:
            for response in responses:
                response.close()


def test_a_client_that_reads_nothing_is_hung_up_on(server, client):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert stuck.recv(12) == b"HTTP/1.1 200"
        with open_stream(server.base_url + PATH) as healthy:
            assert healthy.line() == ": open"
            # Far more than the kernel takes in for a client that does not read.
            for _ in range(60):
                with client.pipeline() as pipe:
                    for _ in range(4):
                        pipe.xadd(KEY, {"message": "x" * 65_536})
                    pipe.execute()
                healthy.events(4)
        server.wait_until_said("dropped a client that did not read")
        # What the kernel had taken in still comes, and then the end: 4 KB at a time
        # that would take a minute and a half.
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_194_304)
        while stuck.recv(65_536):
            pass
    assert "Exception" not in server.said
    assert "without completing" not in server.said


@pytest.mark.parametrize("kind", ["serve", "serve-workers"])
def test_streams_are_told_that_the_server_ends(client, server_url, tmp_path, kind):
    add(client, 1)
    with Server(kind, server_url, tmp_path / "log") as server:
        with open_stream(server.base_url + PATH) as stream:
            stream.event()
            server.process.send_signal(signal.SIGTERM)
            assert stream.rest()[-3:-1] == ["event: bye", 'data: {"reason":"shutdown"}']
        server.process.wait(60)
        assert "Traceback" not in server.said
    assert stored_ids(client)


def test_two_processes_share_the_port(client, server_url, tmp_path):
    with Server("serve-workers", server_url, tmp_path / "log") as server:
        for _ in range(20):
            assert httpx.get(f"{server.base_url}/readyz").json() == {"status": "ok"}
        body = httpx.get(server.base_url + PATH, params={"follow": "false"}).content
        assert all_of_wire(body) == []


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.2)


class Kernel:
    """A socket that tells so many retransmissions in a row."""

    retransmissions = 0

    def getsockopt(self, level, option, length) -> bytes:
        assert (level, option, length) == (socket.IPPROTO_TCP, socket.TCP_INFO, 8)
        return bytes([1, 0, self.retransmissions, 0, 0, 0, 0, 0])


class Transport:
    """What a protocol does with its transport; nothing is sent."""

    def __init__(self) -> None:
        self.is_aborted = False
        self.kernel = None

    def abort(self) -> None:
        self.is_aborted = True

    def get_extra_info(self, name, default=None):
        return self.kernel if name == "socket" else default

    def is_closing(self) -> bool:
        return self.is_aborted

    def write(self, data) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    resume_reading = close = pause_reading


def connected(loop):
    async def application(scope, receive, send):
        seen.append(scope)
        await receive()

    seen = []
    config = limited(application)
    config.load()
    connection = protocol.LimitedProtocol(config, ServerState(), {}, loop)
    transport = Transport()
    connection.connection_made(transport)
    return connection, transport, seen


HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize("sent", [b"", b"G", HEAD, HEAD + b"Content-Length: 9\r\n\r\n"])
def test_a_request_that_does_not_arrive_whole_is_hung_up_on(hurried, sent):
    async def scenario():
        connection, transport, _ = connected(asyncio.get_running_loop())
        if sent:
            connection.data_received(sent)
        async with asyncio.timeout(5):
            while not transport.is_aborted:
                await asyncio.sleep(0.01)
        connection.connection_lost(None)
        await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_request_that_arrived_may_take_its_time(hurried):
    async def scenario():
        connection, transport, seen = connected(asyncio.get_running_loop())
        connection.data_received(HEAD + b"\r\n")
        await asyncio.sleep(0.4)
        assert not transport.is_aborted
        assert seen[0]["extensions"][protocol.HANG_UP] == transport.abort
        connection.connection_lost(None)
        await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_peer_that_answers_no_retransmission_is_lost():
    async def scenario():
        connection, transport, seen = connected(asyncio.get_running_loop())
        connection.data_received(HEAD + b"\r\n")
        await asyncio.sleep(0)
        is_lost = seen[0]["extensions"][protocol.IS_LOST]
        assert not is_lost()
        transport.kernel = Kernel()
        assert not is_lost()
        transport.kernel.retransmissions = protocol.LOST_RETRANSMISSIONS - 1
        assert not is_lost()
        transport.kernel.retransmissions = protocol.LOST_RETRANSMISSIONS
        assert is_lost()
        transport.kernel = None
        connection.connection_lost(None)
        await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_head_without_end_is_hung_up_on():
    async def scenario():
        connection, transport, seen = connected(asyncio.get_running_loop())
        connection.data_received(HEAD)
        for _ in range(20):
            connection.data_received(b"X: " + b"x" * 4000 + b"\r\n")
        assert transport.is_aborted
        assert seen == []
        connection.connection_lost(None)

    asyncio.run(scenario())


def test_the_kernel_gives_lost_peers_up():
    option = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    with open_socket("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as accepted:
            assert accepted.getsockopt(*option) == LOST_PEER_SECONDS * 1000


def test_a_port_in_use_is_said_by_name():
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port} on 127.0.0.1 is in use"):
            call_command("serve", "--port", str(port))


def test_no_workers_are_no_server():
    with pytest.raises(CommandError, match="--workers must be 1 or more"):
        call_command("serve", "--workers", "0")


def test_too_few_files_are_said_with_what_is_needed(settings, monkeypatch, capsys):
    settings.LIVE_MAX_LISTENERS = 5000
    monkeypatch.setattr(serve, "raise_file_limit", lambda: 1024)
    with open_socket("127.0.0.1", 0) as taken, pytest.raises(CommandError):
        call_command("serve", "--port", str(taken.getsockname()[1]))
    assert "Only 1024 files may be open" in capsys.readouterr().err


@pytest.mark.parametrize("sent", [b"\r\n\x00\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_no_http_is_refused_with_the_body_of_all_errors(server, sent):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(sent)
        answer = b""
        while part := line.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert f"content-length: {len(body)}" in head.decode()
    (error,) = json.loads(body)["errors"]
    assert error["code"] == "bad_request" and set(error) == {"code", "detail", "attr"}
