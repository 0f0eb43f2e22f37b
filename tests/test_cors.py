"""Scripts of other origins may read, with the headers that stream clients send."""

import pytest

ORIGIN = {"Origin": "https://frontend.example"}


def test_any_origin_may_read_without_credentials(api):
    response = api.get("/api/dashboard", headers=ORIGIN)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Retry-After" in response["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("header", ["Last-Event-ID", "If-None-Match", "X-Api-Key"])
def test_a_preflight_allows_what_fetch_clients_send(api, header):
    response = api.options(
        "/api/dashboard",
        headers=ORIGIN
        | {
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": header,
        },
    )
    allowed = response["Access-Control-Allow-Headers"].split(", ")
    assert header.lower() in allowed
