"""`/api/tests/{test_id}/results`: what is refused, and by which name."""

import pytest

from results.codec import cursors
from results.domain import Position
from tests.factories import TEST_ID, store_test
from tests.history_stage import URL, fill, get, ids

OTHER = cursors.encode(cursors.Cursor(Position(float("nan"), 1, bytes(8)), False))


@pytest.mark.parametrize(
    "query, name",
    [
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=" + "A" * 32, "cursor"),
        ("cursor=" + "!" * 32, "cursor"),
        (f"cursor={OTHER}", "cursor"),
        ("order=up", "order"),
        ("order=newest&order=oldest", "order"),
        ("outcome=error", "outcome"),
        ("outcome=", "outcome"),
        ("fields=all", "fields"),
        ("triggered_by=", "triggered_by"),
        ("triggered_by=" + "x" * 201, "triggered_by"),
        ("&".join(["triggered_by=x"] * 21), "triggered_by"),
        ("min_duration_ms=-1", "min_duration_ms"),
        ("max_duration_ms=1.5", "max_duration_ms"),
        ("min_duration_ms=5&max_duration_ms=4", "max_duration_ms"),
        ("offset=5&triggered_by=x", "offset"),
        ("offset=5&min_duration_ms=1", "offset"),
        ("window=24", "window"),
        ("from=5&to=4", "to"),
    ],
)
def test_what_is_refused_is_named(api, redis_client, query, name):
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 400
    assert {error["attr"] for error in response.json()["errors"]} == {name}


def test_a_method_that_is_not_answered_is_told_so_whatever_it_asks(api, redis_client):
    for method in (api.post, api.trace):
        assert method(f"{URL}?window=bad").status_code == 405
    assert api.options(f"{URL}?window=bad").status_code == 400


def test_a_cursor_and_an_offset_are_refused(api, redis_client):
    fill(redis_client)
    cursor = get(api, limit=3)["next_cursor"]
    assert api.get(URL, {"cursor": cursor, "offset": 3}).status_code == 400
    assert api.get(URL, {"cursor": cursor, "offset": 0}).status_code == 200


def test_a_cursor_of_another_list_is_refused(api, redis_client):
    fill(redis_client)
    store_test(redis_client, "other")
    of = {"outcome": "passed", "triggered_by": ["qstash", "b"], "window": "3650d"}
    cursor = get(api, limit=3, **of)["next_cursor"]
    same = of | {"triggered_by": ["b", "qstash"], "cursor": cursor}
    again = api.get(URL, same | {"limit": 9, "fields": "summary"})
    assert again.status_code == 200 and again.json()["offset"] is None
    others = ({"outcome": "failed"}, {"triggered_by": "b"}, {"window": "3651d"})
    for other in (*others, {"order": "oldest"}, {"min_duration_ms": 1}):
        refused = api.get(URL, same | other)
        assert refused.status_code == 400, other
        assert [e["attr"] for e in refused.json()["errors"]] == ["cursor"]
    elsewhere = api.get("/api/tests/other/results", same)
    assert elsewhere.status_code == 400
    assert "another test" in elsewhere.json()["errors"][0]["detail"]


def test_an_unknown_test_is_404_however_it_is_asked(api, redis_client):
    for query in ("order=oldest", "outcome=failed", "window=1h", "min_duration_ms=1"):
        assert api.get(f"{URL}?{query}").status_code == 404
    store_test(redis_client)
    for query in ("order=oldest", "outcome=failed", "window=1h", "min_duration_ms=1"):
        assert ids(api.get(f"{URL}?{query}").json()) == []


def test_a_wrong_type_is_502_however_it_is_asked(api, redis_client):
    redis_client.set(f"results:{TEST_ID}", "text")
    for query in ("order=oldest", "outcome=failed", "window=1h", "min_duration_ms=1"):
        assert api.get(f"{URL}?{query}").status_code == 502
