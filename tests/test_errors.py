"""One error body, for every way to ask wrongly."""

import logging
import sys

import pytest

from monitor.logs import WithoutStack
from tests.factories import TEST_ID, make_run, store_run

OF_A_TEST = ["", "/results", "/timing", "/uptime", "/incidents", "/outages", "/live"]
BAD_NUMBERS = [
    "",
    "0",
    "-1",
    "+5",
    " 5",
    "5 ",
    "1e1",
    "1.5",
    "1.0",
    "1_0",
    "\uff11",
    "\u0661",
    "nan",
    "inf",
    "0x10",
    "9" * 30,
    "9" * 5000,
    "1\n",
    "[]",
    "null",
    "1;2",
]


def body_of(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"type", "errors"}
    for error in body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
    return body


def refused(response):
    return [error["attr"] for error in body_of(response, 400)["errors"]]


@pytest.mark.parametrize("rest", OF_A_TEST)
def test_an_unknown_test_is_404(api, rest):
    body = body_of(api.get(f"/api/tests/{TEST_ID}{rest}"), 404)
    assert body["type"] == "client_error"
    assert body["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("key", ["test", "results", "timing", "incidents", "events"])
def test_a_test_is_known_by_any_of_its_keys(api, redis_client, key):
    redis_client.set(f"{key}:{TEST_ID}", "of a wrong type")
    responses = [api.get(f"/api/tests/{TEST_ID}{rest}") for rest in OF_A_TEST[:-1]]
    assert 404 not in [response.status_code for response in responses]


def test_being_listed_does_not_make_a_test_known(api, redis_client):
    redis_client.sadd("tests:all", TEST_ID)
    assert api.get(f"/api/tests/{TEST_ID}").status_code == 404


@pytest.mark.parametrize("value", BAD_NUMBERS)
@pytest.mark.parametrize(
    "path, name",
    [
        (f"tests/{TEST_ID}/results", "limit"),
        (f"tests/{TEST_ID}/timing", "limit"),
        (f"tests/{TEST_ID}/incidents", "limit"),
        (f"tests/{TEST_ID}/uptime", "hours"),
        ("tests", "limit"),
    ],
)
def test_a_bad_number_is_refused_by_name(api, path, name, value):
    assert refused(api.get(f"/api/{path}", {name: value})) == [name]


@pytest.mark.parametrize(
    "path, bad",
    [
        ("results", {"limit": 101}),
        ("timing", {"limit": 201}),
        ("incidents", {"limit": 51}),
        ("uptime", {"hours": 721}),
        ("results", {"offset": 10_000_001}),
        ("timing", {"offset": "-1"}),
    ],
)
def test_bounds_are_refused_not_clamped(api, redis_client, path, bad):
    store_run(redis_client, TEST_ID, make_run())
    assert refused(api.get(f"/api/tests/{TEST_ID}/{path}", bad)) == list(bad)


def test_several_bad_ones_are_reported_together(api):
    response = api.get(f"/api/tests/{TEST_ID}/results?limit=0&offset=x")
    assert sorted(refused(response)) == ["limit", "offset"]


def test_a_repeated_one_is_refused(api):
    assert refused(api.get("/api/tests?limit=1&limit=1")) == ["limit"]
    assert refused(api.get("/api/tests?q=a&q=b")) == ["q"]


@pytest.mark.parametrize("text", ["", "+", "%20%09"])
def test_an_empty_search_is_refused(api, text):
    assert refused(api.get(f"/api/tests?q={text}")) == ["q"]


def test_unknown_names_are_ignored(api):
    assert api.get("/api/dashboard?limit=x&utm=1").status_code == 200


@pytest.mark.parametrize("given", ["xml", "", "json&format=json", "json&format=api"])
@pytest.mark.parametrize("path", ["dashboard", f"tests/{TEST_ID}/live"])
def test_a_bad_format_is_refused_by_name(api, path, given):
    assert refused(api.get(f"/api/{path}?format={given}")) == ["format"]


@pytest.mark.parametrize("path", ["dashboard", f"tests/{TEST_ID}/live"])
def test_more_parameters_than_django_reads_are_a_bad_request(api, path):
    query = "&".join(f"p{number}=" for number in range(1001))
    body = body_of(api.get(f"/api/{path}?{query}"), 400)
    assert body["errors"][0]["code"] == "bad_request"


@pytest.mark.parametrize(
    "path",
    [
        "/api/nope",
        "/nope",
        f"/api/tests/{'a' * 65}",
        "/api/tests/a:b/results",
        "/api/tests/a%0a/results",
        "/api/tests/..%2fx",
        "/api/tests/%F0%9F%98%80/uptime",
        f"/api/tests/{TEST_ID}/results/a:b",
        f"/api/tests/{TEST_ID}/results/{'a' * 65}",
        f"/api/tests/{TEST_ID}/nope",
        "/api//evil.example/",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_an_unmatched_url_is_404_as_json(api, path, accept):
    body_of(api.get(path, headers={"Accept": accept}), 404)


def test_a_path_that_reads_as_a_host_is_never_a_redirect(api):
    response = api.generic("GET", "/", PATH_INFO="//evil.example/")
    body_of(response, 404)


def test_ids_that_cannot_be_send_nothing_to_redis(api, redis_client):
    before = redis_client.info("stats")["total_commands_processed"]
    for path in ("a:b/results", f"{'a' * 65}/uptime", f"{TEST_ID}/results/a:b"):
        assert api.get(f"/api/tests/{path}").status_code == 404
    after = redis_client.info("stats")["total_commands_processed"]
    assert after == before + 1  # the INFO before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/dashboard", "/healthz", "/readyz", "/docs"])
def test_other_methods_are_405(api, method, path):
    body_of(getattr(api, method)(path), 405)


def test_another_media_type_is_406(api):
    response = api.get("/api/dashboard", headers={"Accept": "application/xml"})
    body_of(response, 406)


@pytest.mark.parametrize("path", ["/api/dashboard", "/api/tests", "/api/", "/healthz"])
def test_head_and_options_are_answered(api, path):
    assert api.head(path).status_code == 200
    assert api.options(path).status_code == 200


@pytest.mark.parametrize(
    "path, target",
    [
        ("/api/dashboard/", "/api/dashboard"),
        ("/api/tests/?limit=5", "/api/tests?limit=5"),
        (f"/api/tests/{TEST_ID}/results/", f"/api/tests/{TEST_ID}/results"),
        (f"/api/tests/{TEST_ID}/live/", f"/api/tests/{TEST_ID}/live"),
        ("/docs/", "/docs"),
        ("/healthz/", "/healthz"),
        ("/api", "/api/"),
        ("/", "/api/"),
    ],
)
def test_the_slash_form_redirects(api, path, target):
    response = api.get(path)
    assert response.status_code in (302, 308)
    assert response["Location"] == target


def test_an_error_page_is_html_where_a_page_was_asked_for(api):
    response = api.get("/api/tests/zzz/uptime", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_500_without_its_text(api, redis_client, monkeypatch):
    def broken(_self, _now):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("results.repository.ResultRepository.present", broken)
    response = api.get("/api/dashboard")
    assert body_of(response, 500)["type"] == "server_error"
    assert b"secret" not in response.content


def test_a_wrong_host_is_400_as_json_and_one_line_in_the_log(api, capsys):
    body_of(api.get("/api/dashboard", headers={"Host": "evil.example"}), 400)
    logged = [line for line in capsys.readouterr().err.splitlines() if "evil" in line]
    assert len(logged) <= 1


def test_a_record_without_its_stack_is_one_line():
    try:
        raise ValueError("deep down")
    except ValueError:
        record = logging.LogRecord("x", 40, "", 1, "said", (), sys.exc_info())
    assert WithoutStack().filter(record)
    assert logging.Formatter().format(record) == "said"
