"""Reads from a Cluster: while slots move, while nodes are away, and in which order."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import ClusterDownError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TryAgainError

from results.connection import DataConnectionFactory, use_store, writer_client
from results.embedded.address import free_port
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository
from results.serving import require_store
from results.topology.bundles import Bundle, bundles_of, replies_of
from results.topology.command_keys import key_of, slot_of
from tests.cluster_nodes import SLOTS, cluster
from tests.factories import TEST_ID, make_run, store_run, store_test

pytestmark = pytest.mark.usefixtures("short_limits")

RESULTS = f"results:{TEST_ID}"
SLOT = slot_of(RESULTS)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def stored(three):
    """One test with a run, on masters that keep their slots."""
    for node in three.nodes:
        node.flushall()
    with three.client() as client:
        store_test(client)
        store_run(client, TEST_ID, make_run())
    yield three


@pytest.fixture
def client(three):
    with DataConnectionFactory({}).connect(three.url) as found:
        found.nodes.find()
        yield found


def move(found, forth=True):
    """All keys of the slot of the results, to the next master or back."""
    source = found.owner_of(RESULTS)
    target = (source + 1) % 3
    if not forth:
        source, target = target, source
    found.begin_to_move(SLOT, source, target)
    for key in keys_of_the_slot(found.nodes[source]):
        found.move_key(key, source, target)
    found.end_move(SLOT, source, target)


def keys_of_the_slot(node):
    return node.execute_command("CLUSTER", "GETKEYSINSLOT", SLOT, 100)


def test_slots_that_moved_are_found_again(stored, client):
    repository = ResultRepository(client)
    assert repository.runs(TEST_ID).page(0, 10).total == 1
    move(stored)
    try:
        assert repository.runs(TEST_ID).page(0, 10).total == 1
        with writer_client(stored.url) as writer:
            writer.nodes.find()
            move(stored, forth=False)
            assert writer.zcard(RESULTS) == 1
            move(stored)
            # A transaction is refused as a whole, and goes to the right node.
            with writer.pipeline(transaction=True) as pipe:
                pipe.zcard(RESULTS)
                pipe.exists(RESULTS)
                assert pipe.execute() == [1, 1]
            with writer.pipeline(transaction=True) as pipe:
                pipe.watch(RESULTS)
                assert pipe.zcard(RESULTS) == 1
    finally:
        move(stored, forth=False)


def test_a_slot_on_its_way_is_asked_at_both_ends(stored, client):
    source = stored.owner_of(RESULTS)
    target = (source + 1) % 3
    stored.begin_to_move(SLOT, source, target)
    try:
        stored.move_key(RESULTS, source, target)
        assert client.apart([("ZCARD", RESULTS), ("PING",)])[0] == 1
        assert client.together([("ZCARD", RESULTS), ("EXISTS", RESULTS)]) == [1, 1]
        assert client.zcard(RESULTS) == 1
        with pytest.raises(ClusterDownError, match="moving all the time"):
            # Some keys of the slot are here, others there: nobody has both.
            names = Keys().index(TEST_ID)
            client.together([("ZCARD", RESULTS), ("ZCARD", names.passed)])
    finally:
        for key in keys_of_the_slot(stored.nodes[source]):
            stored.move_key(key, source, target)
        stored.end_move(SLOT, source, target)
        move(stored, forth=False)


def test_a_plain_client_of_a_node_is_refused_at_the_start_by_name(three, settings):
    settings.REDIS_URL = three.servers[0].url
    with pytest.raises(ImproperlyConfigured, match="redis[+]cluster://host:port"):
        require_store()
    settings.REDIS_URL = three.url
    require_store()
    # Nobody answers: no reason not to start.
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}"
    require_store()


def test_no_node_that_answers_is_an_outage(settings, api_at):
    url = f"redis+cluster://127.0.0.1:{free_port()}"
    with DataConnectionFactory({}).connect(url) as nowhere:
        for _ in range(2):
            with pytest.raises(RedisConnectionError, match="no node of the Cluster"):
                nowhere.get("x")
    response = api_at(url).get("/api/dashboard")
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "storage_unavailable"


def test_a_cluster_without_slots_is_an_outage(three, client):
    def slots(word):
        for number, node in enumerate(three.nodes):
            low, high = (-(-SLOTS * n // 3) for n in (number, number + 1))
            node.execute_command("CLUSTER", word, low, high - 1)

    slots("DELSLOTSRANGE")
    try:
        with pytest.raises(ClusterDownError):
            client.together([("ZCARD", RESULTS)])
        with pytest.raises(ClusterDownError):
            client.zcard(RESULTS)
    finally:
        slots("ADDSLOTSRANGE")
    # Each node hears from the others when it may serve again.
    assert eventually(lambda: client.ping() and client.together([("ZCARD", RESULTS)]))


@pytest.fixture
def api_at():
    from django.conf import settings
    from rest_framework.test import APIClient

    from results.connection import ALIAS

    before = settings.CACHES[ALIAS]["LOCATION"]

    def at(url):
        use_store(url)
        return APIClient(raise_request_exception=False)

    yield at
    use_store(before)


def eventually(question, seconds=60.0):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return question()
        except ClusterDownError:
            assert time.monotonic() < deadline, "the Cluster did not come back"
            time.sleep(0.02)


def test_what_is_asked_last_is_read_last():
    commands = [
        ("ZCARD", "results:a"),
        ("ZCARD", "timing:a"),
        ("EXISTS", "test:a", "results:a"),
        ("HMGET", "test:a", "variables"),
    ]
    bundles = bundles_of(commands, at_once=True)
    assert [bundle.parts[0].command[1] for bundle in bundles] == [
        "timing:a",
        "results:a",
        "test:a",
    ]
    for number, bundle in enumerate(bundles):
        bundle.replies = [number] * len(bundle.parts)
    assert replies_of(bundles) == [1, 0, 3, 2]


def test_an_error_among_counts_stays():
    bundles = bundles_of([("EXISTS", "a", "b", "c")], at_once=True)
    failure = TryAgainError("no")
    for bundle, reply in zip(bundles, [1, failure, 1], strict=True):
        bundle.replies = [reply]
    assert replies_of(bundles) == [failure]


def test_keys_of_commands():
    assert key_of(("XREAD", "COUNT", 1, "STREAMS", "events:a", "0")) == "events:a"
    assert key_of(("EVAL_RO", "return 1", 1, "results:a")) == "results:a"
    assert key_of((b"object", "ENCODING", "results:a")) == "results:a"
    assert key_of(("PING",)) is None
    assert slot_of("{a}b") == slot_of(b"a")


def test_a_bundle_that_is_refused_as_a_whole_raises_why():
    (bundle,) = bundles_of([("GET", "a"), ("GET", "a")], at_once=True)
    assert isinstance(bundle, Bundle)
    with pytest.raises(ClusterDownError):
        bundle.take(iter(["OK", ClusterDownError("x"), "QUEUED", TryAgainError("y")]))


def test_the_whole_product_writes_and_reads_in_a_cluster(three, client, api_at):
    for node in three.nodes:
        node.flushall()
    api = api_at(three.url)
    with Recorder.from_url(three.url) as recorder:
        recorder.save_test(TEST_ID, name="Checkout", schedule="* * * * *")
        recorder.log_event(TEST_ID, "plan_start", "Begun.")
        recorder.record_runs(TEST_ID, [make_run("one"), make_run("two", passed=False)])
    for path in PATHS:
        response = api.get(path)
        assert response.status_code == 200, path
    assert api.get("/api/dashboard").json()["total_tests"] == 1
    assert api.get(f"/api/tests/{TEST_ID}/results").json()["total"] == 2


PATHS = [
    "/readyz",
    "/api/tests",
    f"/api/tests/{TEST_ID}",
    f"/api/tests/{TEST_ID}/results",
    f"/api/tests/{TEST_ID}/results?outcome=failed",
    f"/api/tests/{TEST_ID}/results/one",
    f"/api/tests/{TEST_ID}/timing",
    f"/api/tests/{TEST_ID}/timing/stats",
    f"/api/tests/{TEST_ID}/steps",
    f"/api/tests/{TEST_ID}/uptime",
    f"/api/tests/{TEST_ID}/incidents",
    f"/api/tests/{TEST_ID}/outages",
    f"/api/tests/{TEST_ID}/availability",
    "/api/outages",
    "/api/outages/groups",
    "/api/summary",
    "/metrics",
    f"/badges/{TEST_ID}/status.svg",
    f"/api/tests/{TEST_ID}/results.csv",
    "/feed.atom",
]
