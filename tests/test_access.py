"""API keys close everything but what must stay open."""

import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from results.access import staff, tokens
from results.access.keys import digest_of, matching, new_key, parse_keys
from tests.closing import (
    BEARER,
    FRONTEND,
    KEY,
    LIVE,
    OTHER_KEY,
    SCRAPER,
    assert_refused,
    closed_by_keys,
    forget_document,
)
from tests.factories import RUN_ID, TEST_ID
from tests.test_documentation import routes

ORIGIN = {"Origin": "https://frontend.example"}


VALUES = {"test_id": TEST_ID, "run_id": RUN_ID, "other": RUN_ID}


VALUES |= {"about": "status", "form": "csv"}


PATHS = sorted(
    re.sub(r"{(\w+)}", lambda found: VALUES[found[1]], path) for path in routes()
)


OPEN = {"/healthz", "/readyz"}


CLOSED = [path for path in PATHS if path not in OPEN and "/ops" not in path]


@pytest.fixture
def closed(settings, api, redis_client):
    with closed_by_keys(settings, api, redis_client) as client:
        yield client


def test_every_kind_of_path_is_tried():
    assert {"/metrics", "/docs", "/openapi.json", "/feed.atom", "/"} <= set(CLOSED)
    assert any(path.startswith("/badges/") for path in CLOSED) and len(CLOSED) > 30


@pytest.mark.parametrize("path", [*CLOSED, "/nope", "/api/nope", "/docs/", "/static/x"])
def test_whatever_is_asked_without_a_key_is_refused(closed, path):
    assert_refused(closed.get(path))
    assert_refused(closed.get(path, headers={"Accept": "text/html"}))


@pytest.mark.parametrize("method", ["head", "options", "post", "put", "delete"])
def test_whatever_the_method_is(closed, method):
    assert getattr(closed, method)("/api/dashboard").status_code == 401


@pytest.mark.parametrize("path", CLOSED)
def test_a_key_opens_it(closed, path):
    response = closed.get(path.replace("/live", "/live?follow=false"), headers=BEARER)
    assert response.status_code in (200, 302, 400, 405)


def test_the_document_says_what_is_needed(closed):
    document = closed.get("/openapi.json", headers=BEARER).json()
    keys = [{"ApiKey": []}, {"BearerKey": []}]
    assert document["security"] == keys
    paths = document["paths"]
    assert paths["/healthz"]["get"]["security"] == []
    assert paths["/api/live"]["get"]["security"] == [*keys, {"LiveToken": []}]
    assert "security" not in paths["/api/dashboard"]["get"]


def test_the_document_of_a_public_one_says_that_nothing_is(api):
    forget_document()
    assert api.get("/openapi.json").json()["security"][0] == {}


def test_health_stays_open(closed):
    for path in OPEN:
        response = closed.get(path)
        assert response.status_code == 200
        assert "Cache-Control" not in response


def test_each_key_opens_in_both_ways(closed):
    for key in (KEY, OTHER_KEY):
        for headers in (
            {"Authorization": f"Bearer {key}"},
            {"Authorization": f"bearer  {key}"},
            {"X-Api-Key": key},
        ):
            assert closed.get("/api/dashboard", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": ""},
        {"X-Api-Key": FRONTEND.digest},
        {"X-Api-Key": KEY[:-1]},
        {"X-Api-Key": KEY + "x" * 1000},
        {"X-Api-Key": "\xe4\xff"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        # What is wrong is not mended by a second try.
        {"Authorization": "Bearer wrong", "X-Api-Key": KEY},
    ],
)
def test_a_wrong_key_opens_nothing(closed, headers):
    assert_refused(
        closed.get("/api/dashboard", headers=headers), "authentication_failed"
    )


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Token"])
def test_other_schemes_are_no_key(closed, scheme):
    headers = {"Authorization": f"{scheme} {KEY}"}
    assert_refused(closed.get("/api/dashboard", headers=headers))


@pytest.mark.parametrize("name", ["api_key", "key", "token", "access_token"])
def test_a_key_in_a_url_opens_nothing(closed, name):
    for path in ("/api/dashboard", LIVE):
        assert closed.get(path, {name: KEY}).status_code == 401


def test_a_refusal_can_be_read_by_scripts_of_other_origins(closed):
    response = closed.get("/api/dashboard", headers=ORIGIN)
    assert_refused(response)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "WWW-Authenticate" in response["Access-Control-Expose-Headers"]


def test_a_preflight_needs_no_key(closed):
    asked = {"Access-Control-Request-Method": "POST"}
    asked |= {"Access-Control-Request-Headers": "X-Api-Key"}
    response = closed.options("/api/live-token", headers=ORIGIN | asked)
    assert response.status_code == 200
    assert "POST" in response["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/feed.atom", "/metrics", "/api/dashboard"])
def test_no_shared_cache_keeps_what_was_closed(closed, path):
    said = closed.get(path, headers=BEARER)["Cache-Control"].split(", ")
    assert "private" in said and "public" not in said


def test_badges_alone_may_be_open(closed, settings):
    settings.PUBLIC_BADGES = True
    badge = closed.get(f"/badges/{TEST_ID}/status.svg")
    assert badge.status_code == 200 and "public" in badge["Cache-Control"]
    assert_refused(closed.get("/feed.atom"))


@pytest.mark.django_db
class TestStaff:
    def test_a_session_of_staff_is_as_good_as_a_key(self, closed):
        closed.force_login(User.objects.create_user("anna", is_staff=True))
        assert closed.get("/api/dashboard").status_code == 200
        token = closed.post("/api/live-token").json()["token"]
        closed.logout()
        assert_refused(closed.get("/api/dashboard"))
        assert closed.get(f"{LIVE}&token={token}").status_code == 200

    def test_one_row_is_read_for_it(self, closed, django_assert_num_queries):
        closed.force_login(User.objects.create_user("anna", is_staff=True))
        with django_assert_num_queries(1):
            assert closed.get("/api/dashboard").status_code == 200
        with django_assert_num_queries(0):
            assert closed.get("/api/dashboard", headers=BEARER).status_code == 200

    @pytest.mark.parametrize(
        "account", [{"is_staff": False}, {"is_staff": True, "is_active": False}]
    )
    def test_other_sessions_are_not(self, closed, account):
        closed.force_login(User.objects.create_user("bob", **account))
        assert_refused(closed.get("/api/dashboard"))

    def test_nor_is_a_made_up_one(self, closed):
        closed.cookies["sessionid"] = "made:up:1"
        assert_refused(closed.get("/api/dashboard"))

    def test_nor_any_while_accounts_cannot_be_read(self, closed, monkeypatch):
        closed.force_login(User.objects.create_user("anna", is_staff=True))
        monkeypatch.setattr("django.contrib.auth.get_user", no_accounts)
        assert_refused(closed.get("/api/dashboard"))

    def test_without_accounts_a_cookie_is_not_looked_at(self, closed, monkeypatch):
        monkeypatch.setattr(staff.apps, "is_installed", lambda _name: False)
        closed.cookies["sessionid"] = "of-staff"
        assert_refused(closed.get("/api/dashboard"))

    def test_a_person_is_led_to_the_login_page(self, closed):
        response = closed.get("/ops/tests/abc?x=1")
        assert response.status_code == 302
        assert response["Location"] == "/ops/login/?next=%2Fops%2Ftests%2Fabc%3Fx%3D1"
        assert_refused(closed.post("/ops/tests/abc"))

    def test_the_login_page_is_open(self, closed):
        assert closed.get("/ops/login/").status_code != 401


class TestKeys:
    def test_a_made_key_is_let_in_by_its_entry(self):
        said = io.StringIO()
        call_command("make_api_key", "frontend", stdout=said)
        key, entry = re.findall(r"(\S+)$", said.getvalue(), re.MULTILINE)
        assert matching(parse_keys([entry]), key).name == "frontend"
        assert len(key) > 40 and key not in entry

    def test_no_two_keys_are_the_same(self):
        assert new_key() != new_key()

    def test_a_bad_name_is_refused(self):
        with pytest.raises(CommandError, match="the name may hold"):
            call_command("make_api_key", "a:b")

    def test_all_digests_are_compared_whatever_matches(self, monkeypatch):
        compared = []

        def compare(one, other):
            compared.append(one)
            return one == other

        monkeypatch.setattr("results.access.keys.hmac.compare_digest", compare)
        assert matching((FRONTEND, SCRAPER), KEY) is FRONTEND
        assert compared == [FRONTEND.digest, SCRAPER.digest]

    @pytest.mark.parametrize(
        "entries",
        [
            ["frontend"],
            [KEY],
            ["frontend:abc"],
            [f"frontend:{'A' * 64}"],
            [f":{'a' * 64}"],
            [f"a b:{'a' * 64}"],
            [f"a:{'a' * 64}", f"a:{'b' * 64}"],
            [f"a:{'a' * 64}", f"b:{'a' * 64}"],
        ],
    )
    def test_a_bad_entry_is_refused_and_not_quoted(self, entries):
        with pytest.raises(ValueError) as caught:
            parse_keys(entries)
        assert KEY not in str(caught.value) and "AAA" not in str(caught.value)

    def test_a_digest_may_say_what_it_is(self):
        assert parse_keys([f"a:sha256:{digest_of(KEY)}"])[0].digest == FRONTEND.digest


def no_accounts(_request):
    raise OperationalError("away")


def test_the_token_of_a_key_without_a_name_is_none():
    assert tokens.opens(tokens.make_token("key:x:y", timezone.now())[0], ()) is None
