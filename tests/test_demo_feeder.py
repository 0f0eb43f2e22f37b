"""The feeder: what it records, what it leaves alone, and what it survives."""

import logging
import threading

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from results.demo import feeder as feeding
from results.demo.catalogue import API_KEY, DASHBOARD, DOCS_PAGE, HISTORY_PAGES, TESTS
from results.demo.defining import keep_defined
from results.demo.feeder import Feeder, open_browser, utc_now
from results.recorder import Recorder
from results.repository import ResultRepository
from tests.stored_events import recent_entries
from tests.test_demo_checks import Product


class Desk:
    """A feeder over a store, and what its listener heard."""

    def __init__(self, client) -> None:
        self.recorder = Recorder(client)
        self.repository = ResultRepository(client)
        keep_defined(self.recorder, self.repository, "http://demo", utc_now())
        self.product = Product()
        self.heard: list[tuple[str, bool]] = []
        self.paused = {HISTORY_PAGES.id}
        self.leaving = threading.Event()
        transport = httpx.MockTransport(self.product)
        self.browser = httpx.Client(transport=transport, base_url="http://demo")
        self.feeder = Feeder(
            self.browser,
            self.recorder,
            is_paused=lambda test_id: test_id in self.paused,
            listener=lambda test, run: self.heard.append((test.id, run["passed"])),
            leaving=self.leaving,
        )

    def types(self, test_id: str) -> list[str]:
        entries = recent_entries(self.repository.client, test_id, 100)
        return [entry.fields["type"] for entry in entries]


@pytest.fixture
def desk(redis_client):
    desk = Desk(redis_client)
    yield desk
    desk.browser.close()


def test_a_run_is_in_every_place_when_its_verdict_is_told(desk):
    desk.feeder.check_next()
    assert desk.heard == [(DASHBOARD.id, True)]
    [run] = desk.repository.runs(DASHBOARD.id)
    assert run.fields["triggered_by"] == "feeder"
    [point] = desk.repository.timing(DASHBOARD.id)
    assert (point.run_id, point.duration_ms) == (run.run_id, run.fields["duration_ms"])
    assert desk.repository.test(DASHBOARD.id).last_result == "passed"
    entries = recent_entries(desk.repository.client, DASHBOARD.id, 100)
    assert {entry.fields["run_id"] for entry in entries} == {run.run_id}
    assert entries[0].fields["type"] == "plan_start"
    assert entries[-1].fields["type"] == "eval_complete"
    assert entries[-1].fields["passed"] == "true"
    assert API_KEY not in str(entries)


def test_a_failed_check_is_an_incident(desk):
    desk.product.answers["/api/dashboard"] = None
    desk.feeder.check_next()
    [incident] = desk.repository.incidents(DASHBOARD.id)
    assert (
        incident.fields["error"]
        == "Step 1 failed: /api/dashboard: expected 200, got 404"
    )
    assert desk.heard == [(DASHBOARD.id, False)]


def test_tests_take_turns_and_paused_ones_are_left_out(desk):
    for _ in range(5):
        desk.feeder.check_next()
    active = [test.id for test in TESTS if test is not HISTORY_PAGES]
    assert [test_id for test_id, _ in desk.heard] == [*active, active[0]]
    assert desk.types(HISTORY_PAGES.id) == []


def test_nothing_is_checked_when_all_are_paused(desk):
    desk.paused = {test.id for test in TESTS}
    desk.feeder.check_next()
    assert desk.heard == []


def test_a_run_that_the_end_interrupts_is_not_recorded(desk):
    def end(request):
        desk.leaving.set()
        return httpx.Response(404)

    desk.product.answers["/api/tests"] = end
    desk.feeder.check_next()
    assert desk.heard == []
    assert len(desk.repository.runs(DASHBOARD.id)) == 0
    assert desk.types(DASHBOARD.id)[-1] == "error"


def test_a_check_that_crashes_says_so_and_the_next_one_follows(desk, caplog):
    desk.product.answers["/api/dashboard"] = MemoryError("no more")
    desk.feeder.check_next()
    assert desk.types(DASHBOARD.id)[-1] == "error"
    assert "a check of the feeder crashed" in caplog.text
    desk.feeder.check_next()
    assert desk.heard == [(DOCS_PAGE.id, True)]


def test_a_store_outage_is_two_lines_in_the_log(desk, caplog, monkeypatch):
    caplog.set_level(logging.WARNING)

    def away(*_, **__):
        raise RedisConnectionError("nobody there")

    with monkeypatch.context() as outage:
        outage.setattr(desk.recorder, "log_event", away)
        desk.feeder.check_next()
        desk.feeder.check_next()
    desk.feeder.check_next()
    assert [record.message for record in caplog.records] == [
        "the store does not answer, runs are lost: nobody there",
        "the store answers again",
    ]
    assert len(desk.heard) == 1


def test_the_feeder_works_in_a_thread_until_it_is_left(desk, monkeypatch):
    monkeypatch.setattr(feeding, "INTERVAL_SECONDS", 0.01)
    thrice = threading.Event()
    desk.feeder._listener = lambda test, run: (
        desk.heard.append(test.id),
        len(desk.heard) >= 3 and thrice.set(),
    )
    with desk.feeder.at_work():
        assert thrice.wait(60)
    assert desk.leaving.is_set()
    assert "demo-feeder" not in {thread.name for thread in threading.enumerate()}


def test_the_browser_ignores_proxies_of_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with open_browser("http://127.0.0.1:8000") as browser:
        assert not browser.trust_env
        assert str(browser.base_url) == "http://127.0.0.1:8000"
