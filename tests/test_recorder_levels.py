"""When a run counts as stored: in memory, on disk, at replicas. Or a start fails."""

import contextlib
from types import SimpleNamespace

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from results.embedded import start_server
from results.keys import Keys
from results.recorder import (
    LevelRefused,
    NotConfirmed,
    Recorded,
    Recorder,
    acknowledging,
)
from results.recorder.acknowledging import Acknowledging
from tests.factories import TEST_ID, make_run
from tests.recording import run_at
from tests.sentinels import deployment


@pytest.fixture(scope="module")
def keeping_url(tmp_path_factory):
    """A server with an append-only file that is synced with every write."""
    server = start_server(tmp_path_factory.mktemp("keeping"), persist=True)
    with Redis.from_url(server.url) as client:
        client.config_set("appendfsync", "always")
    yield server.url
    server.stop()


@pytest.fixture
def keeping(keeping_url):
    with Redis.from_url(keeping_url) as client:
        client.flushall()
        client.config_set("appendfsync", "always")
        yield client


@pytest.fixture
def client_of(keeping, keeping_url):
    """Clients of a user who may do everything but what the rules take away."""
    with contextlib.ExitStack() as closing:

        def make(*rules):
            keeping.execute_command(
                "ACL", "SETUSER", "limited", "reset", "on", ">pw", "~*", "+@all", *rules
            )
            client = closing.enter_context(Redis.from_url(keeping_url))
            client.connection_pool.connection_kwargs.update(
                username="limited", password="pw"
            )
            return client

        yield make
    keeping.execute_command("ACL", "DELUSER", "limited")


def asked(client):
    """The names of the commands that the server is asked from here on."""
    before = client.info("commandstats")
    return lambda: {
        name.removeprefix("cmdstat_")
        for name, told in client.info("commandstats").items()
        if told["calls"] != before.get(name, {"calls": 0})["calls"]
    }


class Honest(Redis):
    """As if it answered WAITAOF when its next sync, once a second, was over."""

    def __init__(self, *args, between=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked, self.now, self.between = [], 0.0, between

    def pipeline(self, *args, **kwargs):
        pipe = super().pipeline(*args, **kwargs)
        asked = pipe.execute_command

        def execute_command(name, *words, **options):
            if name == "WAITAOF":
                self.asked.append(words)
                self.now += self.between
                return pipe
            return asked(name, *words, **options)

        written = pipe.execute
        pipe.execute_command = execute_command
        pipe.execute = lambda *a: [*written(*a), *([[1, 0]] if self.asked else [])]
        return pipe


@pytest.fixture
def honest(keeping, monkeypatch):
    keeping.config_set("appendfsync", "everysec")
    client = Honest(connection_pool=keeping.connection_pool)
    clock = SimpleNamespace(monotonic=lambda: client.now)
    monkeypatch.setattr(acknowledging, "time", clock)
    return client


def test_durable_waits_for_the_disk(honest, keeping):
    recorder = Recorder(honest, level="durable")
    honest.asked.clear()
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW
    assert honest.asked == [(1, 0, 3000)]
    # Nobody knows how safe it was the first time.
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.REPEAT
    assert len(honest.asked) == 2
    recorder.save_test(TEST_ID, name="Checkout")
    assert len(honest.asked) == 3
    assert keeping.exists(Keys().confirmed(f"results:{TEST_ID}"))


def test_a_server_that_confirms_too_early_is_not_believed(honest):
    honest.between = 0.1
    with pytest.raises(LevelRefused, match="before the disk can have been synced"):
        Recorder(honest, level="durable")


def test_a_server_that_syncs_with_every_write_need_not_be_asked(keeping_url, keeping):
    with Recorder.from_url(keeping_url, level="durable") as recorder:
        names = asked(keeping)
        assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW
        assert recorder.record_runs(TEST_ID, [run_at(1, "a"), run_at(2, "b")]) == 2
    assert "waitaof" not in names()
    assert keeping.keys("*:confirmed") == []


def test_fast_asks_for_nothing(keeping):
    names = asked(keeping)
    Recorder(keeping).record_run(TEST_ID, make_run())
    assert not {"waitaof", "wait"} & names()


def test_a_run_that_would_not_be_kept_needs_no_confirmation(honest):
    recorder = Recorder(honest, level="durable", keep_runs=1)
    recorder.record_run(TEST_ID, run_at(5, "new"))
    honest.asked.clear()
    assert recorder.record_run(TEST_ID, run_at(0, "old")) is Recorded.TOO_OLD
    assert honest.asked == []


def test_durable_is_refused_without_an_append_only_file(server_url):
    with pytest.raises(LevelRefused, match="appendonly no"):
        Recorder.from_url(server_url, level="durable")


def test_without_waitaof_the_servers_setting_has_to_say_always(client_of, keeping):
    recorder = Recorder(client_of("-waitaof"), level="durable")
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW
    keeping.config_set("appendfsync", "everysec")
    with pytest.raises(LevelRefused, match="does not say by CONFIG GET"):
        Recorder(client_of("-waitaof"), level="durable")


def test_where_nothing_may_be_asked_the_level_is_refused_by_name(client_of):
    with pytest.raises(LevelRefused, match="level durable: .* neither knows"):
        Recorder(client_of("-waitaof", "-config"), level="durable")
    with pytest.raises(LevelRefused, match="level replicated: WAIT is refused"):
        Recorder(client_of("-wait"), level="replicated")


def test_without_config_get_a_file_has_to_be_there(redis_client, server_url):
    class Untold(Redis):
        def config_get(self, *patterns):
            raise ResponseError("unknown command 'CONFIG', with args beginning")

    with Untold.from_url(server_url) as client:
        with pytest.raises(LevelRefused, match="appendonly no"):
            Recorder(client, level="durable")


def test_any_other_refusal_passes_through(keeping):
    class Loading(Redis):
        def config_get(self, *patterns):
            raise ResponseError("LOADING the dataset")

    with Loading(connection_pool=keeping.connection_pool) as client:
        with pytest.raises(ResponseError, match="LOADING"):
            Recorder(client, level="durable")


def test_so_does_that_of_a_server_whose_confirmation_fails(honest, monkeypatch):
    def busy(_self, _reply):
        raise ResponseError("BUSY running a script")

    class Untold(Redis):
        def config_get(self, *patterns):
            raise ResponseError("unknown command 'CONFIG', with args beginning")

    monkeypatch.setattr(Acknowledging, "_judge", busy)
    with Untold(connection_pool=honest.connection_pool) as client:
        with pytest.raises(ResponseError, match="BUSY"):
            Recorder(client, level="durable")


def test_a_disk_that_is_not_heard_of_is_no_confirmation(keeping, honest):
    recorder = Recorder(honest, level="durable", wait_seconds=0.05)
    keeping.config_set("appendfsync", "no")
    with pytest.raises(LevelRefused, match="not known to be on disk"):
        Recorder(keeping, level="durable", wait_seconds=0.05)
    recorder._level._client = keeping
    with pytest.raises(NotConfirmed, match="not known to be on disk"):
        recorder.record_run(TEST_ID, make_run())
    recorder._level._client = honest
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.REPEAT


def test_replicated_waits_for_replicas_and_says_how_many_are_missing(tmp_path):
    with deployment(tmp_path, replicas=1, sentinels=0) as found:
        master, replica = found.servers
        with Redis.from_url(master.url) as client:
            with pytest.raises(LevelRefused, match="1 of 2 replicas follow"):
                Recorder(client, level="replicated", replicas=2, wait_seconds=0.05)
            recorder = Recorder(client, level="replicated", wait_seconds=0.2)
            assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW
            with Redis.from_url(replica.url) as other:
                assert other.zcard(f"results:{TEST_ID}") == 1
            replica.stop()
            with pytest.raises(NotConfirmed, match="0 of 1 replicas have it"):
                recorder.record_run(TEST_ID, run_at(1, "next"))
            with pytest.raises(NotConfirmed):
                recorder.record_run(TEST_ID, run_at(1, "next"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"level": "safe"}, "level must be one of fast, durable, replicated"),
        ({"replicas": 0}, "replicas must be"),
        ({"replicas": True}, "replicas must be"),
    ],
)
def test_a_level_that_does_not_exist(keeping, options, told):
    with pytest.raises(ValueError, match=told):
        Recorder(keeping, **options)


def test_a_client_that_would_hang_up_before_the_disk_answers(keeping_url):
    with Redis.from_url(keeping_url, socket_timeout=1) as client:
        with pytest.raises(ValueError, match="socket_timeout must be longer"):
            Recorder(client, level="durable", wait_seconds=1)


@pytest.mark.parametrize("layout", ["plain", "tagged"])
@pytest.mark.parametrize("is_ours", [True, False])
def test_in_a_cluster_each_node_confirms(six_nodes, cluster_store, layout, is_ours):
    from results.connection import writer_client

    client = writer_client(six_nodes.url, 5) if is_ours else cluster_store
    recorder = Recorder(client, Keys("", layout), level="replicated")
    assert recorder.record_run(TEST_ID, make_run(passed=False)) is Recorded.NEW
    assert recorder.record_run(TEST_ID, make_run(passed=False)) is Recorded.REPEAT
    assert recorder.record_runs(TEST_ID, [run_at(1, "a"), run_at(2, "b")]) == 2
    masters = six_nodes.nodes[:3]
    confirmed = {n for n, node in enumerate(masters) if node.keys("*:confirmed")}
    written = recorder.keys.of_test(TEST_ID)[:4]
    assert confirmed == {six_nodes.owner_of(key) for key in written}
    assert len(confirmed) == (1 if layout == "tagged" else 2)
    recorder.save_test(TEST_ID, name="Checkout")
    with pytest.raises(LevelRefused, match="appendonly no"):
        Acknowledging(client, Keys(), "durable")
    if is_ours:
        client.close()
