"""The ops view's door: who may look, who is turned away, and what a page may load."""

import asyncio
import os
import re
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from results.management.inheriting import hand_on_secret_key
from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.test_threaded_requests import answer

PAGES = [
    "/ops/",
    f"/ops/tests/{TEST_ID}/",
    f"/ops/tests/{TEST_ID}/runs/a1b2c3d4/",
]
PASSWORD = "correct horse 1"
# Each of the pages looks after its database connection, whether it used one or not.
pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(api, redis_client):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())


def client_of(**rights):
    user = get_user_model().objects.create_user("ann", password=PASSWORD, **rights)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_logged_in_is_led_to_the_login(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/ops/login/?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_staff_may_look(stored, path):
    assert client_of(is_staff=True).get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/ops/password_change/"])
def test_others_are_refused(stored, path):
    response = client_of().get(path)
    assert response.status_code == 403
    assert "takes a member of the staff" in response.content.decode()
    assert TEST_ID not in response.content.decode().split("<main")[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_public_installation_asks_nobody_and_no_database(
    stored, settings, client, path, django_assert_num_queries
):
    settings.OPS_PUBLIC = True
    with django_assert_num_queries(0):
        response = client.get(path)
    assert response.status_code == 200
    assert "Log in" in response.content.decode()


def test_a_public_installation_lets_nobody_change_a_password(settings, client):
    settings.OPS_PUBLIC = True
    assert client.get("/ops/password_change/").status_code == 302


def test_logging_in_leads_back_and_logging_out_ends_it(stored):
    get_user_model().objects.create_user("ann", password=PASSWORD, is_staff=True)
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/ops/login/?next={PAGES[1]}")
    form = {"username": "ann", "password": PASSWORD, "next": PAGES[1]}
    token = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    assert client.post("/ops/login/", form).status_code == 403
    assert client.post("/ops/login/", form | token)["Location"] == PAGES[1]
    page = client.get(PAGES[1])
    token = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    goodbye = client.post("/ops/logout/", token)
    assert goodbye.status_code == 200 and "Log out" not in goodbye.content.decode()
    assert client.get(PAGES[1]).status_code == 302


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", ""])
def test_a_login_leads_to_the_tests_where_its_way_back_leads_elsewhere(client, way):
    get_user_model().objects.create_user("ann", password=PASSWORD, is_staff=True)
    form = {"username": "ann", "password": PASSWORD, "next": way}
    assert client.post("/ops/login/", form)["Location"] == "/ops/"


def test_a_wrong_password_says_so(client):
    response = client.post("/ops/login/", {"username": "ann", "password": "x"})
    assert "Please enter the correct username and password" in str(response.content)


def test_a_session_ends_with_the_password(stored):
    client = client_of(is_staff=True)
    user = get_user_model().objects.get(username="ann")
    user.set_password("another horse 2")
    user.save()
    assert client.get("/ops/").status_code == 302


def test_a_page_view_writes_nothing(stored, django_assert_num_queries):
    client = client_of(is_staff=True)
    with django_assert_num_queries(1) as asked:
        client.get("/ops/")
        assert asked.captured_queries[0]["sql"].startswith("SELECT")


@pytest.mark.parametrize("path", ["/api/dashboard", "/api/", f"/api/tests/{TEST_ID}"])
def test_the_api_asks_no_database_whoever_asks(
    stored, api, path, django_assert_num_queries
):
    api.cookies = client_of(is_staff=True).cookies
    with django_assert_num_queries(0):
        response = api.get(path)
    assert response.status_code == 200
    assert not response.cookies and "Cookie" not in response.get("Vary", "")


def test_no_middleware_looks_at_accounts(settings):
    """What is in there runs for every request of the API."""
    named = " ".join(settings.MIDDLEWARE)
    assert not [word for word in ("sessions", "auth", "messages") if word in named]


@pytest.mark.parametrize("path", ["/ops/", "/ops/login/", "/ops/nowhere"])
def test_a_page_may_load_nothing_but_ours(stored, settings, client, path):
    settings.OPS_PUBLIC = True
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    body = response.content.decode()
    assert " style=" not in body and "<style" not in body and " on" not in body
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", body)
    assert scripts and not any(scripts)


@pytest.mark.parametrize("path", ["/ops/nowhere/", "/ops/tests/a.b/", "/ops/tests/x/"])
def test_what_is_not_there_is_a_page_that_says_so(stored, settings, client, path):
    settings.OPS_PUBLIC = True
    response = client.get(path)
    assert response.status_code == 404
    assert "<h1><bdi>Not found</bdi></h1>" in response.content.decode()


def test_a_forgotten_slash_is_added(settings, client):
    settings.OPS_PUBLIC = True
    response = client.get(f"/ops/tests/{TEST_ID}?sort=name")
    assert response["Location"] == f"/ops/tests/{TEST_ID}/?sort=name"
    assert client.get("/ops")["Location"] == "/ops/"


def test_accounts_that_cannot_be_read_are_no_traceback(client, monkeypatch):
    def fails(*_, **__):
        raise OperationalError("no such table: auth_user")

    monkeypatch.setattr("django.contrib.auth.views.LoginView.form_valid", fails)
    monkeypatch.setattr("django.contrib.auth.forms.AuthenticationForm.clean", dict)
    form = {"username": "ann", "password": "x"}
    response = client.post("/ops/login/", form)
    assert response.status_code == 503
    assert "manage.py migrate" in response.content.decode()


def test_a_form_arrives_through_the_asgi_entry(stored):
    """Of other requests no body is read."""
    application = import_module("monitor.asgi").application
    status, _, body = asyncio.run(answer(application, "/ops/login/", method="POST"))
    assert status == 403 and b"The form had expired" in body


def test_the_tables_are_made_in_a_directory_that_is_not_there_yet(
    settings, tmp_path, monkeypatch
):
    settings.VAR_DIR = tmp_path / "new" / "var"
    done = []
    monkeypatch.setattr(
        "django.core.management.commands.migrate.Command.handle",
        lambda *_, **__: done.append(settings.VAR_DIR.is_dir()),
    )
    call_command("migrate")
    assert done == [True]


def test_the_processes_of_one_command_sign_with_one_key(settings, monkeypatch):
    monkeypatch.setitem(os.environ, "SECRET_KEY", "given")
    hand_on_secret_key()
    assert os.environ["SECRET_KEY"] == "given"
    monkeypatch.delitem(os.environ, "SECRET_KEY")
    hand_on_secret_key()
    assert os.environ["SECRET_KEY"] == settings.SECRET_KEY
