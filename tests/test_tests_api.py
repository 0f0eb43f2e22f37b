"""`/api/tests` and `/api/tests/{test_id}`."""

import json

from tests.factories import TEST_ID, make_run, make_variables, store_run, store_test

FIELDS = [
    "id",
    "name",
    "url",
    "goal",
    "schedule",
    "status",
    "last_result",
    "last_run_at",
    "created_at",
    "updated_at",
    "variables",
]


def test_all_tests_come_newest_first_by_default(api, redis_client):
    for n in range(30):
        store_test(redis_client, f"t{n:02}", created_at=f"2026-02-{n % 28 + 1:02}")
    redis_client.hdel("test:t05", "created_at")
    body = api.get("/api/tests").json()
    assert list(body) == ["tests", "total"]
    ids = [test["id"] for test in body["tests"]]
    assert (body["total"], ids[0], ids[-1]) == (30, "t27", "t05")
    assert [
        t["id"] for t in api.get("/api/tests?limit=2&offset=1").json()["tests"]
    ] == [
        "t26",
        "t25",
    ]


def test_a_test_shows_the_allow_list_and_nothing_else(api, redis_client):
    store_test(
        redis_client,
        variables=make_variables(password="hunter22"),
        alert_webhook="https://hooks.example.com/T0/secret",
        name="Login as hunter22",
        goal="post to https://hooks.example.com/T0/secret",
        url="https://user:pw@host/?token=abc&page=2",
        internal_note="private",
    )
    response = api.get(f"/api/tests/{TEST_ID}")
    body = response.json()
    assert list(body) == FIELDS
    assert body["name"] == "Login as ***" and body["goal"] == "post to ***"
    assert body["url"] == "https://host/?token=***&page=2"
    assert body["created_at"] == "2026-02-13T18:20:11.004211Z"
    assert body["variables"] == [
        {"name": "user", "hidden": False},
        {"name": "password", "hidden": True},
    ]
    for secret in (b"hunter22", b"demo@example.com", b"scd_", b"private", b"secret"):
        assert secret not in response.content


def test_data_without_a_definition_is_an_id_and_nulls(api, redis_client):
    store_run(redis_client, TEST_ID, make_run())
    body = api.get(f"/api/tests/{TEST_ID}").json()
    assert body == dict.fromkeys(FIELDS) | {"id": TEST_ID}


def test_an_unreadable_hash_is_502_for_that_test_alone(api, redis_client):
    redis_client.set(f"test:{TEST_ID}", "text")
    assert api.get(f"/api/tests/{TEST_ID}").status_code == 502
    assert api.get(f"/api/tests/{TEST_ID}/results").status_code == 200


def test_a_search_looks_at_id_name_and_url_as_shown(api, redis_client):
    store_test(redis_client, "login", name="Login", url="https://a.example/x")
    store_test(
        redis_client,
        "other",
        name="ÄPFEL hunter22",
        url="https://b.example/?key=topsecret",
        variables=make_variables(pw="hunter22"),
    )

    def found(q):
        return [test["id"] for test in api.get("/api/tests", {"q": q}).json()["tests"]]

    assert found("LOGIN") == ["login"] and found("äpfel") == ["other"]
    assert found("example") == ["login", "other"]
    assert found("hunter22") == found("topsecret") == []


def test_odd_values_in_a_hash_are_null(api, redis_client):
    store_test(redis_client, last_run_at="soon", last_result="", variables="{")
    body = api.get(f"/api/tests/{TEST_ID}").json()
    assert body["last_run_at"] is body["last_result"] is body["variables"] is None
    assert json.loads(json.dumps(body))["status"] == "active"
