"""`/healthz` and `/readyz`."""

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_healthy_process_says_ok(api, path):
    response = api.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_neither_writes_a_key(api, redis_client):
    api.get("/healthz")
    api.get("/readyz")
    assert redis_client.dbsize() == 0


def test_a_limping_live_feed_is_degraded_and_still_200(api, monkeypatch):
    monkeypatch.setattr("results.live.hub.is_limping", lambda: True)
    response = api.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "degraded"})
