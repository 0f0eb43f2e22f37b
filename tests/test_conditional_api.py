"""ETag and If-None-Match: an answer that a client has is not sent again."""

from datetime import timedelta

import pytest

from results import openapi
from results.connection import index_use
from results.keys import Keys
from results.recorder import Recorder
from tests.factories import (
    NOW,
    NOW_SCORE,
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_test,
)
from tests.recording import run_at

TEST = f"/api/tests/{TEST_ID}"
RESULTS = f"{TEST}/results"
PATHS = [
    "/api/",
    "/api/dashboard",
    "/api/tests",
    TEST,
    RESULTS,
    f"{RESULTS}/a1b2c3d4",
    f"{TEST}/timing",
    f"{TEST}/uptime",
    f"{TEST}/incidents",
    "/openapi.json",
]


@pytest.fixture
def indexed(api, redis_client):
    """A test with runs, whose index is kept by the recorder."""
    store_test(redis_client)
    recorder = Recorder(redis_client)
    for n in range(3):
        recorder.record_run(TEST_ID, run_at(n, f"run-{n}", passed=n > 0))
    api.get(RESULTS)  # and learn of the index
    return recorder


def tag(api, path=RESULTS, **headers):
    response = api.get(path, headers=headers)
    assert response.status_code == 200
    return response["ETag"]


def again(api, etag, path=RESULTS, method="get", **headers):
    """What a client gets that has a copy with this tag."""
    return getattr(api, method)(path, headers={"If-None-Match": etag, **headers})


MOVING = ["/api/summary", "/api/outages"]
MOVING += [f"{TEST}/{p}" for p in ("availability", "outages", "steps", "timing/stats")]


@pytest.mark.parametrize("path", MOVING)
def test_figures_up_to_now_are_alike_within_a_second(
    api, redis_client, monkeypatch, path
):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(passed=False), NOW_SCORE - 60)
    told = []
    for milliseconds in (1, 999, 1001):
        now = NOW + timedelta(milliseconds=milliseconds)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        told.append(api.get(path)["ETag"])
        assert again(api, told[-1], path).status_code == 304
    assert told[0] == told[1]
    assert told[1] != told[2]


@pytest.mark.parametrize("path", PATHS)
def test_every_json_answer_has_a_tag_that_brings_a_304(api, redis_client, path):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(passed=False))
    first = api.get(path)
    assert first["Cache-Control"] == "no-cache"
    assert "Accept" in first["Vary"]
    response = again(api, first["ETag"], path)
    assert (response.status_code, response.content) == (304, b"")
    assert "Content-Type" not in response
    for name in ("ETag", "Cache-Control", "Vary"):
        assert response[name] == first[name]


def test_the_document_is_known_without_being_written_again(api, monkeypatch):
    etag = tag(api, "/openapi.json")
    monkeypatch.setattr(openapi, "published_document", None)
    assert again(api, etag, "/openapi.json").status_code == 304


@pytest.mark.parametrize("path", PATHS[1:-1])
def test_a_page_for_people_has_none(api, redis_client, path):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    assert "ETag" not in api.get(path, headers={"Accept": "text/html"})


def test_errors_have_none(api):
    response = again(api, "*", RESULTS)
    assert response.status_code == 404 and "ETag" not in response


@pytest.mark.parametrize("given", ["*", 'W/{}, "x"', '"x", {}', "{}"])
def test_tags_are_compared_weakly_and_any_of_them_counts(api, indexed, given):
    assert again(api, given.format(tag(api))).status_code == 304


@pytest.mark.parametrize("given", ['"x"', "nonsense", ""])
def test_another_tag_brings_the_answer(api, indexed, given):
    assert again(api, given).status_code == 200


def test_head_is_answered_as_get_is(api, indexed):
    assert again(api, tag(api), method="head").status_code == 304


def test_a_page_of_runs_that_is_known_reads_no_record(api, redis_client, indexed):
    etag = tag(api)
    redis_client.config_resetstat()
    assert again(api, etag).status_code == 304
    called = redis_client.info("commandstats")
    assert not [name for name in called if "range" in name]


def arrives(client, recorder):
    recorder.record_run(TEST_ID, run_at(9, "new"))


def arrives_from_elsewhere(client, recorder):
    store_run(client, TEST_ID, make_run("foreign"))


def is_trimmed(client, recorder):
    client.zremrangebyrank(f"results:{TEST_ID}", 0, 0)


def hides_more(client, recorder):
    recorder.save_test(
        TEST_ID, variables=[{"name": "p", "value": "passed", "hidden": True}]
    )


def hid_more(client, recorder):
    client.sadd(Keys().hidden(TEST_ID), "steps")


def loses_its_hash(client, recorder):
    client.delete(f"test:{TEST_ID}")


@pytest.mark.parametrize(
    "change",
    [
        arrives,
        arrives_from_elsewhere,
        is_trimmed,
        hides_more,
        hid_more,
        loses_its_hash,
    ],
)
def test_whatever_changes_a_page_of_runs_changes_its_tag(
    api, redis_client, indexed, change
):
    before = api.get(RESULTS)
    assert again(api, before["ETag"]).status_code == 304
    change(redis_client, indexed)
    after = again(api, before["ETag"])
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.content != before.content
    assert again(api, after["ETag"]).status_code == 304


def test_pages_of_one_history_have_tags_of_their_own(api, indexed):
    paths = [RESULTS, f"{RESULTS}?limit=2", f"{RESULTS}?limit=2&offset=1"]
    assert len({tag(api, path) for path in paths}) == 3
    assert tag(api, f"{RESULTS}?offset=1&limit=2") == tag(api, paths[2])
    assert tag(api, f"{RESULTS}?limit=20") == tag(api, RESULTS)


@pytest.mark.parametrize("mode", ["off", "auto"])
def test_without_an_index_the_body_is_what_counts(api, redis_client, monkeypatch, mode):
    monkeypatch.setattr(index_use(), "mode", mode)
    store_test(redis_client, variables=make_variables(password="hunter2"))
    store_run(redis_client, TEST_ID, make_run(details="hunter2"))
    etag = tag(api)
    assert again(api, etag).status_code == 304
    store_run(redis_client, TEST_ID, make_run("another"))
    assert again(api, etag).status_code == 200


def test_a_compressed_answer_is_known_by_its_tag_as_well(api, redis_client, indexed):
    indexed.record_run(TEST_ID, run_at(9, "long", plan="word " * 500))
    api.get(RESULTS)
    etag = tag(api, **{"Accept-Encoding": "gzip"})
    assert etag.startswith('W/"')
    assert again(api, etag, **{"Accept-Encoding": "gzip"}).status_code == 304
