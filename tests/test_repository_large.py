"""Pages of large records: their bodies stay in Redis where the index knows them."""

from weakref import WeakSet

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codec import facts, records
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository, large, scripts
from results.run_index.building import Builder
from results.run_index.use import IndexUse
from results.scrub import Scrubber
from results.trip import pipeline
from tests.factories import (
    TEST_ID,
    make_run,
    make_variables,
    store_runs,
    store_test,
    to_member,
)

NAMES = Keys().index(TEST_ID)
BIG = "x" * 300_000


@pytest.fixture
def stored(redis_client):
    """Runs of all sizes, indexed; a repository that has met the index."""
    store_test(redis_client, variables=make_variables(password="hunter2"))
    runs = [
        (make_run("big", raw=BIG, error="typed hunter2 " + "e" * 600), 5),
        (make_run("small", plan={"x": 1}), 4),
        (b"corrupt", 3),
        (make_run("bigger", raw=BIG * 2), 2.5),
        *[(make_run(f"r{n:02}", raw="y" * 250_000), -n) for n in range(9)],
    ]
    store_runs(redis_client, TEST_ID, runs)
    Builder(redis_client, Keys(), TEST_ID, lambda: None).cover(float("-inf"))
    return redis_client


@pytest.fixture(autouse=True)
def willing_server(monkeypatch):
    monkeypatch.setattr(scripts, "_refusing", WeakSet())


def pages(client, index=None):
    repository = ResultRepository(client, index=index or IndexUse())
    repository.runs(TEST_ID).page(0, 1)
    return repository.runs(TEST_ID)


def shown(page):
    return [dict(run.fields) for run in page.items], page.total, page.skipped


def ranges(client):
    called = client.info("commandstats")
    return {name for name in called if "range" in name or "eval" in name}


def test_a_page_is_the_same_without_its_bodies(stored):
    wanted = shown(pages(stored, IndexUse("off")).page(0, 50))
    history = pages(stored)
    sent = stored.info("stats")["total_net_output_bytes"]
    stored.config_resetstat()
    found = history.page(0, 4)
    assert "cmdstat_eval_ro" in ranges(stored)
    assert stored.info("stats")["total_net_output_bytes"] - sent < 100_000
    assert found.mark
    assert shown(history.page(0, 50)) == wanted
    assert shown(found) == (wanted[0][:3], 13, 1)
    assert found.items[0].fields["error"].startswith("typed *** eee")
    assert len(found.items[0].fields["error"]) == 500
    stored.delete(f"test:{TEST_ID}")
    assert history.page(0, 1).items[0].fields["redacted"] is True


def test_what_the_index_does_not_know_comes_along(stored):
    history = pages(stored)
    store_runs(stored, TEST_ID, [(make_run("new", raw=BIG), 6)])
    assert [run.run_id for run in history.page(0, 2).items] == ["new", "big"]
    Builder(stored, Keys(), TEST_ID, lambda: None).cover(float("-inf"))
    stored.delete(NAMES.large)
    history.page(0, 1)
    found = history.page(0, 2).items
    assert [run.fields["truncated"] for run in found] == [True, True]


@pytest.mark.parametrize("ask", [("ZREVRANGE", 1, 3), ("ZREVRANGEBYSCORE", 4, 2)])
def test_without_an_index_large_records_come_one_by_one(stored, monkeypatch, ask):
    """A page of 10 MB records would be in memory as a whole."""
    replies = []

    def noted(client, commands):
        found = pipeline(client, commands)
        replies.extend(found)
        return found

    monkeypatch.setattr(large, "pipeline", noted)
    repository = ResultRepository(stored, index=IndexUse("off"))
    (found,) = repository._read_ranges(TEST_ID, [ask]).ranges
    assert [type(body) for body, _score in found] == [bytes, bytes, list]
    assert found[2][0][1] == len(replies[0][0])
    assert [len(reply) for reply in replies] == [1]


def test_a_corrupt_large_record_costs_itself(redis_client):
    store_test(redis_client)
    runs = [(b"[" + BIG.encode(), 2), (make_run("big", raw=BIG), 1)]
    store_runs(redis_client, TEST_ID, runs)
    page = pages(redis_client, IndexUse("off")).page(0, 5)
    assert [run.fields["truncated"] for run in page.items] == [True]
    assert page.skipped == 1


def test_what_moves_while_it_is_looked_at_is_read_whole(stored, monkeypatch):
    history = pages(stored, IndexUse("off"))

    def late(client, commands):
        client.zremrangebyrank(f"results:{TEST_ID}", -1, -1)
        return pipeline(client, commands)

    monkeypatch.setattr(large, "pipeline", late)
    found = history.page(0, 3)
    assert [run.run_id for run in found.items] == ["small", "bigger"]


def test_large_records_that_look_alike_come_along(redis_client):
    store_test(redis_client)
    recorder = Recorder(redis_client)
    for name in ("one", "two"):
        recorder.record_run(TEST_ID, make_run(name, raw=BIG))
    found = pages(redis_client).page(0, 5).items
    assert sorted(run.run_id for run in found) == ["one", "two"]


def test_a_server_that_runs_no_scripts_sends_the_bodies(stored, server_url):
    rules = ["reset", "on", ">secret", "~*", "+@all", "-@scripting"]
    stored.execute_command("ACL", "SETUSER", "plain", *rules)
    client = type(stored).from_url(server_url)
    own = {"username": "plain", "password": "secret"}
    client.connection_pool.connection_kwargs.update(own)
    index = IndexUse()
    history = pages(client, index)
    for _ in range(2):
        assert len(history.page(0, 4).items) == 3
    assert index.is_usable
    assert not scripts.may_run(client)
    client.close()
    stored.execute_command("ACL", "DELUSER", "plain")


def test_a_page_of_an_unknown_test_is_unknown_all_the_same(stored):
    history = pages(stored)
    stored.delete(f"results:{TEST_ID}", f"test:{TEST_ID}")
    with pytest.raises(LookupError):
        history.page(0, 5)


texts = st.text(max_size=600) | st.sampled_from(["hunter2", "a hunter2" * 99])
odd = texts | st.none() | st.booleans() | st.integers(-5, 5)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(list(records.RUN_FIELDS)), odd), st.booleans())
def test_a_summary_is_what_the_record_would_tell(fields, complete):
    raw = to_member({**fields, "run_id": "a", "passed": True, "raw": BIG})
    scrubber = Scrubber.hiding(["hunter2"], complete)
    seen = facts.sight(raw)
    found = records.decode_summary(seen.summary, seen.size_bytes, scrubber)
    assert found == records.decode_run(raw, scrubber, whole=False)
