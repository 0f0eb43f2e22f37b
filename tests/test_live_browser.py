"""A real browser's EventSource: every event, once, also over a server's restart."""

import re

import pytest

from tests.chromium import Chromium
from tests.factories import TEST_ID, make_hash
from tests.live_servers import ROOT, Server
from tests.live_viewers import add, stored_ids

pytestmark = pytest.mark.chromium

PATH = f"/api/tests/{TEST_ID}/live"
# As the existing frontend reads it.
FOLLOW = """
window.seen = [];
window.source = new EventSource(%r);
source.onmessage = (evt) => {
  const data = JSON.parse(evt.data);
  seen.push({id: evt.lastEventId, type: data.type, step: data.step_number});
};
true
"""


@pytest.fixture
def client(redis_client):
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    return redis_client


@pytest.fixture(scope="module")
def chromium():
    with Chromium() as browser:
        yield browser


def wait_for(page, count: int) -> list[str]:
    """The ids that the page has seen, as soon as there are so many."""
    page.wait_for(f"seen.length >= {count}")
    return [event["id"] for event in page.evaluate("seen")]


@pytest.mark.parametrize("kind", ["serve", "runserver"])
def test_an_event_source_receives_every_event(
    chromium, client, server_url, tmp_path, kind
):
    add(client, *range(10))
    with Server(kind, server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(FOLLOW % PATH)
        wait_for(page, 10)
        add(client, *range(10, 30))
        assert wait_for(page, 30) == stored_ids(client)
        events = page.evaluate("seen")
        assert {event["type"] for event in events} == {"step_start"}
        assert [event["step"] for event in events] == [str(n) for n in range(30)]
        page.evaluate("source.close()")


def test_an_event_source_of_another_origin_receives_every_event(
    chromium, client, server_url, tmp_path
):
    add(client, 1)
    with (
        Server("serve", server_url, tmp_path / "one") as server,
        Server("serve", server_url, tmp_path / "two") as other,
    ):
        page = chromium.open(f"{other.base_url}/healthz")
        page.evaluate(FOLLOW % (server.base_url + PATH))
        wait_for(page, 1)
        add(client, 2)
        assert wait_for(page, 2) == stored_ids(client)
        page.evaluate("source.close()")


def test_a_reconnect_after_a_restart_misses_and_repeats_nothing(
    chromium, client, server_url, tmp_path
):
    add(client, 1, 2)
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(FOLLOW % PATH)
        wait_for(page, 2)
        server.restart()
        add(client, 3)
        wait_for(page, 3)
        add(client, 4)
        assert wait_for(page, 4) == stored_ids(client)
        page.evaluate("source.close()")


def test_an_idle_stream_that_was_ended_is_opened_again(
    chromium, client, server_url, tmp_path
):
    add(client, 1)
    pace = {"LIVE_IDLE_CLOSE_SECONDS": "0.3"}
    with Server("serve", server_url, tmp_path / "log", **pace) as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(FOLLOW % PATH)
        page.evaluate("source.onerror = () => { window.ended = true }; true")
        page.wait_for("window.ended === true && source.readyState === 1")
        add(client, 2)
        assert wait_for(page, 2) == stored_ids(client)
        page.evaluate("source.close()")


def test_what_the_server_itself_says_is_no_message(
    chromium, client, server_url, tmp_path
):
    """A reset and a bye reach only those who ask for them by name."""
    add(client, *range(5))
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(FOLLOW % PATH)
        page.evaluate("""
            window.told = [];
            for (const name of ["reset", "bye"]) {
              source.addEventListener(name, (evt) => {
                told.push([name, JSON.parse(evt.data).reason]);
              });
            }
            true
            """)
        before = wait_for(page, 5)
        server.stop()
        client.xtrim(f"events:{TEST_ID}", maxlen=0, approximate=False)
        add(client, 9)
        server.start()
        page.wait_for("told.length >= 2")
        assert page.evaluate("told") == [["bye", "shutdown"], ["reset", "trimmed"]]
        assert wait_for(page, 6) == before + stored_ids(client)
        page.evaluate("source.close()")


def test_the_existing_frontend_finds_the_texts_that_it_compares(
    chromium, client, server_url, tmp_path
):
    steps = '[{"step_number": 1, "description": "Open the page"}]'
    client.xadd(f"events:{TEST_ID}", {"type": "plan_complete", "steps": steps})
    done = {"type": "step_complete", "step_number": "1", "passed": "true"}
    client.xadd(f"events:{TEST_ID}", done)
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(f"""
            window.steps = null;
            window.passed = null;
            window.source = new EventSource("{PATH}");
            source.onmessage = (evt) => {{
              const data = JSON.parse(evt.data);
              if (data.type === "plan_complete") steps = JSON.parse(data.steps);
              if (data.type === "step_complete") passed = data.passed === "true";
            }};
            true
            """)
        page.wait_for("passed !== null")
        assert page.evaluate("passed") is True
        assert page.evaluate("steps[0].description") == "Open the page"
        page.evaluate("source.close()")


def test_the_script_of_the_readme_follows(chromium, client, server_url, tmp_path):
    readme = (ROOT / "README.md").read_text()
    (code,) = re.findall(r"```js\n(function follow.*?)```", readme, re.DOTALL)
    add(client, 1)
    with Server("serve", server_url, tmp_path / "log") as server:
        page = chromium.open(f"{server.base_url}/healthz")
        page.evaluate(
            "window.said = []; console.log = (...all) => said.push(all); true"
        )
        page.evaluate(code.replace("docs-page", TEST_ID) + "; true")
        add(client, 2)
        page.wait_for("said.length >= 2")
        ids = stored_ids(client)
        assert [words[:2] for words in page.evaluate("said")] == [
            [entry_id, "step_start"] for entry_id in ids
        ]
