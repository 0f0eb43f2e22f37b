"""Tokens that open streams alone, for clients that can send no header."""

import pytest
from django.utils import timezone

from results.access.keys import ApiKey
from tests.closing import (
    BEARER,
    FRONTEND,
    KEY,
    LIVE,
    SCRAPER,
    assert_refused,
    closed_by_keys,
)


@pytest.fixture
def closed(settings, api, redis_client):
    with closed_by_keys(settings, api, redis_client) as client:
        yield client


def token_for(client, **headers):
    response = client.post("/api/live-token", headers=BEARER | headers)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    return response.json()["token"]


class TestTokens:
    def test_one_opens_a_stream(self, closed):
        token = token_for(closed)
        for path in (LIVE, "/api/live?follow=false"):
            assert closed.get(f"{path}&token={token}").status_code == 200

    def test_and_nothing_else(self, closed):
        token = token_for(closed)
        for path in ("/api/dashboard", "/metrics", "/api/live-token"):
            response = closed.get(path, {"token": token})
            assert_refused(response, "authentication_failed")
        as_key = {"Authorization": f"Bearer {token}"}
        assert closed.get("/api/dashboard", headers=as_key).status_code == 401

    def test_it_needs_a_key(self, closed):
        assert_refused(closed.post("/api/live-token"))
        assert closed.get("/api/live-token", headers=BEARER).status_code == 405

    def test_it_says_how_long_it_opens(self, closed, settings):
        settings.LIVE_TOKEN_SECONDS = 60
        before = timezone.now()
        body = closed.post("/api/live-token", headers=BEARER).json()
        ends = timezone.datetime.fromisoformat(body["expires_at"])
        assert 59 < (ends - before).total_seconds() < 70

    def test_an_old_one_opens_nothing(self, closed, settings):
        token = token_for(closed)
        settings.LIVE_TOKEN_SECONDS = -1
        assert_refused(closed.get(f"{LIVE}&token={token}"), "authentication_failed")

    def test_it_ends_with_its_key(self, closed, settings):
        token = token_for(closed)
        settings.API_KEYS = (SCRAPER,)
        assert closed.get(f"{LIVE}&token={token}").status_code == 401
        settings.API_KEYS = (ApiKey("frontend", SCRAPER.digest),)
        assert closed.get(f"{LIVE}&token={token}").status_code == 401

    @pytest.mark.parametrize("change", ["", "x", "a:b:c", "\x00", "t" * 2000])
    def test_a_forged_one_opens_nothing(self, closed, change):
        token = token_for(closed)
        for forged in (
            change,
            token[:-1] + change,
            token.replace("frontend", "scraper"),
        ):
            response = closed.get(LIVE, {"token": forged, "follow": "false"})
            assert_refused(response, "authentication_failed")

    def test_it_holds_neither_key_nor_digest(self, closed):
        token = token_for(closed)
        assert KEY not in token and FRONTEND.digest not in token

    def test_where_nothing_is_closed_it_can_be_asked_for_too(self, api):
        body = api.post("/api/live-token").json()
        assert set(body) == {"token", "expires_at"}
