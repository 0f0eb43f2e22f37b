"""`/api/live` before a stream opens: what is refused, as JSON, and what is stored."""

import asyncio
from contextlib import closing

import pytest

from results.connection import use_store
from results.embedded.address import free_port
from results.live import hub
from results.live.everything import view
from results.live.everything.hub_source import HubSource
from tests.factories import make_hash, make_variables, store_test
from tests.global_viewers import IDS, event_key, list_tests, merged_ids
from tests.live_viewers import add, events_of, eventually, told
from tests.page_reading import BROWSER
from tests.test_live_view import EVENT_STREAM, RUNSERVER, errors_of, get

URL = "/api/live"


@pytest.fixture(autouse=True)
def calm_afterwards():
    """The loop of the bridge is that of all tests: nothing of one reaches another."""
    yield
    asyncio.run(eventually(lambda: all(h.is_resting for h in hub._hubs.values())))


@pytest.fixture
def client(redis_client):
    for test_id in IDS:
        store_test(redis_client, test_id)
    return redis_client


@pytest.fixture
def deaf(api, monkeypatch):
    """The API where whoever asks Redis fails."""

    def refuse(*_):
        raise AssertionError("Redis was asked")

    monkeypatch.setattr(view, "data_repository", refuse)
    monkeypatch.setattr(HubSource, "locate", refuse)
    return api


def spread(client, *numbers):
    for number in numbers:
        add(client, number, key=event_key(IDS[number % len(IDS)]))


def ids_of(response) -> list[str]:
    return [entry_id for entry_id, _ in events_of(response.getvalue())]


def test_what_is_stored_is_sent_by_any_server(api, client):
    spread(client, *range(60))
    response = get(api, f"{URL}?follow=false")
    assert response.status_code == 200
    assert response["Content-Type"] == EVENT_STREAM
    assert ids_of(response) == merged_ids(client, *IDS)[-50:]
    assert response["Last-Event-ID"] == merged_ids(client, *IDS)[9]


@pytest.mark.parametrize("count", [0, 1, 59, 60, 500])
def test_the_client_says_how_many_come_first(api, client, count):
    spread(client, *range(60))
    ids = merged_ids(client, *IDS)
    response = get(api, f"{URL}?follow=false&replay={count}")
    assert ids_of(response) == ids[60 - min(count, 60) :]
    assert response["Last-Event-ID"] == (ids[59 - count] if count < 60 else "0-0")


def test_some_tests_can_be_chosen(api, client):
    spread(client, *range(30))
    response = get(api, f"{URL}?follow=false&tests=gamma,alpha,gamma")
    assert ids_of(response) == merged_ids(client, "alpha", "gamma")


def test_a_position_resumes_all_tests(api, client):
    spread(client, *range(30))
    ids = merged_ids(client, *IDS)
    for number in (0, 1, 2, 15, 28, 29):
        by_header = get(api, f"{URL}?follow=false&replay=1", resume_after=ids[number])
        assert ids_of(by_header) == ids[number + 1 :]
        assert by_header["Last-Event-ID"] == ids[number]
        by_url = get(api, f"{URL}?follow=false&lastEventId={ids[number]}")
        assert ids_of(by_url) == ids[number + 1 :]
        both = f"{URL}?follow=false&lastEventId={ids[3]}"
        assert ids_of(get(api, both, resume_after=ids[number])) == ids[number + 1 :]


def test_milliseconds_alone_are_the_first_id_of_that_millisecond(api, client):
    for entry_id in ("7-0", "7-1", "8-0"):
        client.xadd(event_key("beta"), {"type": "step_start"}, id=entry_id)
    response = get(api, f"{URL}?follow=false&lastEventId=7@beta")
    assert ids_of(response) == ["7-1@beta", "8-0@beta"]
    assert response["Last-Event-ID"] == "7-0@beta"


@pytest.mark.parametrize("text", ["0", "0-0"])
def test_zero_means_from_the_first_stored_entry_and_is_no_loss(api, client, text):
    spread(client, *range(150))
    client.xtrim(event_key("beta"), maxlen=20, approximate=False)
    response = get(api, f"{URL}?follow=false&lastEventId={text}")
    body = response.getvalue()
    assert [i for i, _ in events_of(body)] == merged_ids(client, *IDS)
    assert told(body) == []
    assert response["Last-Event-ID"] == "0-0"


def test_without_any_entry_nothing_is_stored(api, client):
    response = get(api, f"{URL}?follow=false")
    assert response.getvalue() == b""
    assert response["Last-Event-ID"] == "0-0"
    assert get(api, f"{URL}?follow=false&replay=0").getvalue() == b""


def test_without_any_test_nothing_is_stored(api, redis_client):
    assert get(api, f"{URL}?follow=false").getvalue() == b""


def test_what_was_stored_in_this_very_millisecond_is_sent(api, client):
    for number in range(50):
        spread(client, number)
        response = get(api, f"{URL}?follow=false&replay=1")
        assert ids_of(response)[-1:] == merged_ids(client, *IDS)[-1:]


@pytest.mark.parametrize("accept", [EVENT_STREAM, "*/*", "text/html"])
@pytest.mark.parametrize("query", ["", "&follow=false"])
def test_unknown_tests_are_404_in_json_and_named(api, client, accept, query):
    url = f"{URL}?tests=alpha,nobody,beta,else{query}"
    response = get(api, url, accept=accept)
    assert response.status_code == 404
    assert errors_of(response) == {None: "not_found"}
    detail = response.json()["errors"][0]["detail"]
    assert "else, nobody" in detail and "alpha" not in detail


@pytest.mark.parametrize(
    "text", ["", "a b", "a,", ",a", "a,,b", "é", "x" * 65, "a&tests=b", "a%00", "%20"]
)
@pytest.mark.parametrize("accept", [EVENT_STREAM, "text/html"])
def test_malformed_tests_are_400_and_redis_is_not_asked(deaf, text, accept):
    response = get(deaf, f"{URL}?tests={text}", accept=accept)
    assert response.status_code == 400
    assert set(errors_of(response)) == {"tests"}


@pytest.mark.parametrize(
    "text",
    ["", "x", "1-1", "1-1@", "@alpha", "1-@a", "-1@a", "1-1@a@b", "1-1@a b", "$", "１"]
    + [f"{2**64}@a", "1-1@" + "x" * 65],
)
@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_a_malformed_position_is_400_and_redis_is_not_asked(deaf, text, query):
    response = get(deaf, URL + query, resume_after=text)
    assert response.status_code == 400
    assert errors_of(response) == {"Last-Event-ID": "invalid"}


@pytest.mark.parametrize("text", ["", "x", "1-1", "1-1@", "%20", "1-1@a&lastEventId=0"])
def test_a_malformed_position_in_the_url_is_400_by_its_name(deaf, text):
    response = get(deaf, f"{URL}?lastEventId={text}", resume_after="1-0@a")
    assert response.status_code == 400
    assert set(errors_of(response)) == {"lastEventId"}


def test_all_that_is_wrong_is_reported_together(deaf):
    url = f"{URL}?tests=a,&follow=perhaps&replay=501"
    response = get(deaf, url, resume_after="x")
    assert response.status_code == 400
    wrong = {"tests", "follow", "replay", "Last-Event-ID"}
    assert set(errors_of(response)) == wrong


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_405_in_json(api, client, method):
    response = getattr(api, method)(URL, headers={"accept": EVENT_STREAM})
    assert response.status_code == 405
    assert errors_of(response) == {None: "method_not_allowed"}


@pytest.mark.parametrize("accept", ["application/json", "image/png"])
def test_other_media_types_are_406_in_json(api, client, accept):
    response = get(api, URL, accept=accept)
    assert response.status_code == 406
    assert errors_of(response) == {None: "not_acceptable"}


def test_a_browser_that_opens_the_url_gets_a_page(api, client):
    response = get(api, f"{URL}?tests=alpha", accept=BROWSER)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert "live.js" in response.text and 'name="tests"' in response.text


@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_an_index_of_a_wrong_type_is_502_in_json(api, redis_client, query):
    redis_client.set("tests:all", "x")
    response = get(api, URL + query)
    assert response.status_code == 502
    assert errors_of(response) == {None: "unreadable_key"}


def test_a_chosen_test_without_a_stream_is_502_and_an_unchosen_one_left_out(
    api, client
):
    client.set(event_key("beta"), "x")
    spread(client, 0, 2)
    for url in (f"{URL}?tests=alpha,beta", f"{URL}?tests=beta&follow=false"):
        response = get(api, url)
        assert response.status_code == 502
        assert errors_of(response) == {None: "unreadable_key"}
    response = get(api, f"{URL}?follow=false")
    assert ids_of(response) == merged_ids(client, "alpha", "gamma")


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_server_that_cannot_stream_says_what_to_start(api, client, method):
    response = getattr(api, method)(URL, headers={"accept": EVENT_STREAM})
    assert response.status_code == 503
    if method == "get":
        assert errors_of(response) == {None: "cannot_stream"}


def test_the_development_server_streams_through_the_bridge(api, client):
    spread(client, 1, 2)
    with closing(get(api, URL, **RUNSERVER)) as response:
        chunks = iter(response)
        received = next(chunks) + next(chunks)
        assert [i for i, _ in events_of(received)] == merged_ids(client, *IDS)
        spread(client, 3)
        assert events_of(next(chunks))[0][0] == merged_ids(client, *IDS)[-1]


@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_head_has_the_headers_and_no_body(api, client, query):
    spread(client, 1)
    response = api.head(URL + query, headers={"accept": EVENT_STREAM}, **RUNSERVER)
    assert response.status_code == 200
    assert response["Content-Type"] == EVENT_STREAM
    assert response["Last-Event-ID"] == "0-0"
    assert response.getvalue() == b""


def test_without_redis_what_is_stored_is_503_and_a_stream_is_opened(api):
    use_store(f"redis://127.0.0.1:{free_port()}/0")
    response = get(api, f"{URL}?follow=false")
    assert response.status_code == 503
    assert errors_of(response) == {None: "storage_unavailable"}
    with closing(get(api, URL, **RUNSERVER)) as response:
        assert response.status_code == 200
        assert next(iter(response)).startswith(b": open")


def test_hidden_values_are_hidden_in_each_test_s_entries(api, client):
    for test_id in IDS:
        client.hset(
            f"test:{test_id}",
            mapping=make_hash(test_id, variables=make_variables(p=f"pw-of-{test_id}")),
        )
        text = " ".join(f"pw-of-{other}" for other in IDS)
        client.xadd(event_key(test_id), {"message": text})
    client.delete("test:gamma")
    body = get(api, f"{URL}?follow=false").getvalue()
    texts = {data["test_id"]: data.get("message") for _, data in events_of(body)}
    assert texts["alpha"] == "*** pw-of-beta pw-of-gamma"
    assert texts["beta"] == "pw-of-alpha *** pw-of-gamma"
    per_test = get(api, "/api/tests/gamma/live?follow=false").getvalue()
    assert [d for _, d in events_of(per_test)] == [
        d for _, d in events_of(body) if d["test_id"] == "gamma"
    ]


def test_an_entry_that_cannot_be_encoded_costs_that_entry(api, client, monkeypatch):
    spread(client, *range(3))
    from results.codec import events

    decode = events.decode_entry

    def fussy(test_id, *args):
        if test_id == "beta":
            raise ValueError("no")
        return decode(test_id, *args)

    monkeypatch.setattr(events, "decode_entry", fussy)
    response = get(api, f"{URL}?follow=false")
    assert ids_of(response) == merged_ids(client, "alpha", "gamma")


def test_tests_of_the_index_need_no_hash(api, redis_client):
    list_tests(redis_client, "bare")
    add(redis_client, 1, key=event_key("bare"))
    assert ids_of(get(api, f"{URL}?follow=false")) == merged_ids(redis_client, "bare")
