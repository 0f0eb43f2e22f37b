"""`/api/tests/{test_id}/incidents`."""

from tests.factories import (
    TEST_ID,
    make_incident,
    make_variables,
    store_incident,
    store_test,
)

URL = f"/api/tests/{TEST_ID}/incidents"


def get(api, **params):
    response = api.get(URL, params)
    assert response.status_code == 200, response.content
    return response.json()


def test_incidents_come_as_the_list_has_them(api, redis_client):
    store_test(redis_client)
    for n in range(3):
        store_incident(redis_client, TEST_ID, make_incident(f"run{n}"))
    body = get(api)
    assert list(body) == ["test_id", "incidents", "total", "limit", "offset"]
    assert body["incidents"] == [make_incident(f"run{n}") for n in (2, 1, 0)]
    assert (body["total"], body["limit"]) == (3, 10)


def test_pages_follow_one_another(api, redis_client):
    for n in range(12):
        store_incident(redis_client, TEST_ID, make_incident(f"run{n}"))
    ids = [i["run_id"] for i in get(api, limit=5, offset=10)["incidents"]]
    assert ids == ["run1", "run0"]


def test_an_odd_incident_is_normalised_and_a_corrupt_one_left_out(api, redis_client):
    store_test(redis_client)
    store_incident(redis_client, TEST_ID, {"run_id": 7, "alert_sent": "yes", "x": 1})
    store_incident(redis_client, TEST_ID, b"[1]")
    body = get(api)
    assert (body["total"], body["skipped"]) == (2, 1)
    odd = body["incidents"][0]
    assert odd["run_id"] is None and odd["alert_sent"] is None and odd["x"] == 1


def test_hidden_values_leave_as_stars(api, redis_client):
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    store_incident(redis_client, TEST_ID, make_incident(error="no hunter22 here"))
    assert get(api)["incidents"][0]["error"] == "no *** here"
