"""Files of long histories, and of large records: all of it, once."""

import json
import time

import pytest

from results.connection import data_repository
from results.exports import walking
from results.history import History
from tests.factories import TEST_ID, make_run, store_run, store_runs, store_test
from tests.test_exports import BASE, body, objects, rows


@pytest.fixture
def now():
    return float(int(time.time()))


def test_a_record_that_is_written_over_lines_is_one_line(api, redis_client, now):
    store_test(redis_client)
    pretty = json.dumps(make_run("r1"), indent=2).encode()
    store_run(redis_client, TEST_ID, pretty, now - 60)
    [line] = body(api.get(f"{BASE}/results.ndjson")).splitlines()
    assert json.loads(line)["run_id"] == "r1"


def test_records_that_fill_a_page_are_still_whole(api, redis_client, now):
    store_test(redis_client)
    large = [
        (make_run(f"r{n}", tinyfish_raw="x" * 200_000), now - n * 60) for n in range(30)
    ]
    store_runs(redis_client, TEST_ID, large)
    store_run(redis_client, TEST_ID, make_run("huge", raw="x" * 300_000), now - 40 * 60)
    found = objects(api, f"{BASE}/results.ndjson")
    assert [run["run_id"] for run in found] == [*(f"r{n}" for n in range(30)), "huge"]
    assert not any("truncated" in run for run in found[:-1])
    assert found[-1]["truncated"] is True


def test_more_than_a_page_is_there_once(api, redis_client, now, monkeypatch):
    monkeypatch.setattr(walking, "PAGE", 7)
    store_test(redis_client)
    for n in range(50):
        store_run(redis_client, TEST_ID, make_run(f"r{n}", n % 2 == 0), now - n * 60)
    ids = [f"r{n}" for n in range(50)]
    for path in ("results", "timing"):
        assert [row["run_id"] for row in rows(api, f"{BASE}/{path}.csv")] == ids
    assert len(rows(api, f"{BASE}/outages.csv")) == 25


def test_a_run_that_arrives_meanwhile_doubles_nothing(api, redis_client, now):
    store_test(redis_client)
    for n in range(1001):
        redis_client.zadd(f"timing:{TEST_ID}", {f"5:r{n}": now - n})
    history = data_repository().timing(TEST_ID)

    def arriving(offset, limit):
        page = history.page(offset, limit)
        redis_client.zadd(f"timing:{TEST_ID}", {f"5:n{offset}": now + offset + 1})
        return page

    found = [p.run_id for p in walking.all_items(History(arriving), tuple)]
    assert found == [f"r{n}" for n in range(1001)]
