"""The feed of all tests over TCP: from a real server, and in a real browser."""

import pytest

from tests.chromium import Chromium
from tests.factories import store_event, store_test
from tests.global_viewers import IDS, event_key, merged_ids
from tests.live_servers import Server, open_stream
from tests.live_viewers import add
from tests.test_live_browser import FOLLOW, wait_for

PATH = "/api/live"


@pytest.fixture
def client(redis_client):
    for test_id in IDS:
        store_test(redis_client, test_id)
    return redis_client


@pytest.fixture(scope="module")
def chromium():
    with Chromium() as browser:
        yield browser


def spread(client, *numbers):
    for number in numbers:
        add(client, number, key=event_key(IDS[number % len(IDS)]))


@pytest.mark.parametrize("kind", ["serve", "runserver"])
def test_a_server_sends_the_events_of_all_tests_in_order(
    client, server_url, tmp_path, kind
):
    spread(client, *range(6))
    with Server(kind, server_url, tmp_path / "log") as server:
        with open_stream(f"{server.base_url}{PATH}") as stream:
            assert stream.response.headers["Last-Event-ID"] == "0-0"
            got = [entry_id for entry_id, _ in stream.events(6)]
            spread(client, *range(6, 12))
            got += [entry_id for entry_id, _ in stream.events(6)]
            assert got == merged_ids(client, *IDS)
        with open_stream(f"{server.base_url}{PATH}?tests=beta", got[3]) as stream:
            behind = [i for i in got[4:] if i.endswith("@beta")]
            events = stream.events(len(behind))
            assert [entry_id for entry_id, _ in events] == behind


def test_a_server_that_ends_says_so_and_the_next_one_goes_on(
    client, server_url, tmp_path
):
    spread(client, *range(3))
    with Server("serve", server_url, tmp_path / "log") as server:
        with open_stream(f"{server.base_url}{PATH}") as stream:
            last = stream.events(3)[-1][0]
            server.stop()
            assert stream.rest()[-3:-1] == ["event: bye", 'data: {"reason":"shutdown"}']
    spread(client, *range(3, 6))
    with Server("serve", server_url, tmp_path / "next") as server:
        with open_stream(f"{server.base_url}{PATH}", last) as stream:
            behind = [entry_id for entry_id, _ in stream.events(3)]
            assert behind == merged_ids(client, *IDS)[3:]
            assert stream.told == []


@pytest.mark.chromium
def test_an_event_source_resumes_all_tests_after_a_restart(
    chromium, client, server_url, tmp_path
):
    spread(client, 1, 2)
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(FOLLOW % PATH)
        wait_for(page, 2)
        server.restart()
        spread(client, 3)
        wait_for(page, 3)
        spread(client, *range(4, 24))
        assert wait_for(page, 23) == merged_ids(client, *IDS)
        page.evaluate("source.close()")


@pytest.mark.chromium
def test_the_page_of_the_feed_names_the_test_of_each_event(
    chromium, client, server_url, tmp_path
):
    store_event(client, "alpha", "plan_start")
    rows = "document.querySelectorAll('#live-log li').length"
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}{PATH}?tests=alpha,beta")
        page.wait_for(f"{rows} === 1")
        assert page.text("#live-log .test") == "alpha"
        store_event(client, "gamma", "plan_start")
        store_event(client, "beta", "step_complete", passed="true")
        page.wait_for(f"{rows} === 2")
        assert page.text("#live-log .test") == "beta"
        chromium.close_pages()
