"""The live URL before a stream opens: what is refused, and always as JSON."""

from contextlib import closing

import pytest

from results.connection import use_store
from results.embedded.address import free_port
from results.live import view
from results.live.channels import LiveChannelManager
from tests.factories import TEST_ID, make_hash
from tests.live_viewers import KEY, add, events_of, stored_ids, told

URL = f"/api/tests/{TEST_ID}/live"
EVENT_STREAM = "text/event-stream"
RUNSERVER = {"SERVER_SOFTWARE": "WSGIServer/0.2 CPython/3.11"}


@pytest.fixture
def client(redis_client):
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    return redis_client


@pytest.fixture
def deaf(api, monkeypatch):
    """The API where whoever asks Redis fails."""

    def refuse():
        raise AssertionError("Redis was asked")

    monkeypatch.setattr(view, "data_repository", refuse)
    return api


def get(api, url=URL, resume_after=None, accept=EVENT_STREAM, **extra):
    headers = {"accept": accept}
    if resume_after is not None:
        headers["last-event-id"] = resume_after
    return api.get(url, headers=headers, **extra)


def errors_of(response) -> dict:
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"type", "errors"}
    return {error["attr"]: error["code"] for error in body["errors"]}


@pytest.mark.parametrize("accept", [EVENT_STREAM, "*/*", "text/html"])
@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_an_unknown_test_is_404_in_json(api, accept, query):
    response = get(api, f"/api/tests/nobody/live{query}", accept=accept)
    assert response.status_code == 404
    assert errors_of(response) == {None: "not_found"}


@pytest.mark.parametrize(
    "text", ["", "x", "1-", "-1", "1-1-1", "$", "+", "1 1", str(2**64), "9" * 65, "１"]
)
@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_a_malformed_position_is_400_and_redis_is_not_asked(deaf, text, query):
    response = get(deaf, URL + query, resume_after=text)
    assert response.status_code == 400
    assert errors_of(response) == {"Last-Event-ID": "invalid"}


@pytest.mark.parametrize("text", ["", "1", "True", "no", "false&follow=true"])
def test_follow_is_true_or_false_and_nothing_else(deaf, text):
    response = get(deaf, f"{URL}?follow={text}")
    assert response.status_code == 400
    assert set(errors_of(response)) == {"follow"}


def test_all_that_is_wrong_is_reported_together(deaf):
    response = get(deaf, f"{URL}?follow=perhaps", resume_after="x", accept="text/html")
    assert response.status_code == 400
    assert set(errors_of(response)) == {"follow", "Last-Event-ID"}


def test_unknown_parameters_are_ignored(api, client):
    assert get(api, f"{URL}?follow=false&es-meta=x&channel=y").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_405_in_json(api, client, method):
    response = getattr(api, method)(URL, headers={"accept": EVENT_STREAM})
    assert response.status_code == 405
    assert errors_of(response) == {None: "method_not_allowed"}
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["application/json", "image/png", "text/plain"])
def test_other_media_types_are_406_in_json(api, client, accept):
    response = get(api, accept=accept)
    assert response.status_code == 406
    assert errors_of(response) == {None: "not_acceptable"}


def test_options_are_answered_in_json(api, client):
    response = api.options(URL, headers={"accept": EVENT_STREAM})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


def test_a_browser_that_opens_the_url_gets_a_page(api, client):
    response = get(api, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert TEST_ID in response.text


def test_an_events_key_of_a_wrong_type_is_502_in_json(api, client):
    client.set(KEY, "x")
    for url in (URL, f"{URL}?follow=false"):
        response = get(api, url)
        assert response.status_code == 502
        assert errors_of(response) == {None: "unreadable_key"}


def test_who_may_not_read_the_channel_is_403_in_json(api, client, monkeypatch):
    monkeypatch.setattr(LiveChannelManager, "can_read_channel", lambda *_: False)
    response = get(api)
    assert response.status_code == 403
    assert errors_of(response) == {None: "permission_denied"}


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_server_that_cannot_stream_says_what_to_start(api, client, method):
    response = getattr(api, method)(URL, headers={"accept": EVENT_STREAM})
    assert response.status_code == 503
    if method == "get":
        assert errors_of(response) == {None: "cannot_stream"}
        detail = response.json()["errors"][0]["detail"]
        assert "`manage.py serve`" in detail
        assert "?follow=false" in detail


def test_what_is_stored_is_sent_by_any_server(api, client):
    add(client, *range(60))
    response = get(api, f"{URL}?follow=false")
    assert response.status_code == 200
    assert response["Content-Type"] == EVENT_STREAM
    body = response.getvalue()
    assert [entry_id for entry_id, _ in events_of(body)] == stored_ids(client)[-50:]
    assert all(data["test_id"] == TEST_ID for _, data in events_of(body))


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_all_behind_a_position_is_sent_page_by_page(api, client, count):
    add(client, *range(count + 1))
    ids = stored_ids(client)
    response = get(api, f"{URL}?follow=false", resume_after=ids[0])
    assert [entry_id for entry_id, _ in events_of(response.getvalue())] == ids[1:]


def test_the_very_last_id_there_could_be_is_ahead_of_every_stream(api, client):
    add(client, 1)
    last = f"{2**64 - 1}-{2**64 - 1}"
    body = get(api, f"{URL}?follow=false", resume_after=last).getvalue()
    assert told(body) == [("reset", {"reason": "ahead", "from": "0-0"})]
    assert [entry_id for entry_id, _ in events_of(body)] == stored_ids(client)


def test_a_test_without_events_has_nothing_stored(api, client, settings):
    assert get(api, f"{URL}?follow=false").getvalue() == b""
    add(client, 1)
    settings.LIVE_REPLAY_ENTRIES = 0
    assert get(api, f"{URL}?follow=false").getvalue() == b""


@pytest.mark.parametrize("count", [0, 1, 59, 60, 500])
def test_the_client_says_how_many_come_first(api, client, count):
    add(client, *range(60))
    ids = stored_ids(client)
    response = get(api, f"{URL}?follow=false&replay={count}")
    assert [i for i, _ in events_of(response.getvalue())] == ids[60 - min(count, 60) :]
    before = ids[59 - count] if count < 60 else "0-0"
    assert response["Last-Event-ID"] == before


@pytest.mark.parametrize("text", ["501", "-1", "1.5", "", "many"])
def test_no_more_than_500_come_first(deaf, text):
    response = get(deaf, f"{URL}?replay={text}")
    assert response.status_code == 400
    assert set(errors_of(response)) == {"replay"}


def test_a_client_that_cannot_set_headers_says_its_position_in_the_url(api, client):
    add(client, *range(5))
    ids = stored_ids(client)
    url = f"{URL}?follow=false&replay=1&lastEventId={ids[1]}"
    assert [i for i, _ in events_of(get(api, url).getvalue())] == ids[2:]
    by_header = get(api, url, resume_after=ids[3])
    assert [i for i, _ in events_of(by_header.getvalue())] == ids[4:]


@pytest.mark.parametrize("text", ["", "x", "1-", "%20", str(2**64)])
def test_a_malformed_position_in_the_url_is_400_by_its_name(deaf, text):
    response = get(deaf, f"{URL}?lastEventId={text}", resume_after="1-0")
    assert response.status_code == 400
    assert set(errors_of(response)) == {"lastEventId"}


@pytest.mark.parametrize("text", ["0", "0-0"])
def test_zero_means_from_the_first_stored_entry_and_is_no_loss(api, client, text):
    add(client, *range(150))
    client.xtrim(KEY, maxlen=120, approximate=False)
    response = get(api, f"{URL}?follow=false&lastEventId={text}")
    assert [i for i, _ in events_of(response.getvalue())] == stored_ids(client)
    assert told(response.getvalue()) == []
    assert response["Last-Event-ID"] == "0-0"


def test_milliseconds_alone_are_the_first_id_of_that_millisecond(api, client):
    for entry_id in ("7-0", "7-1", "8-0"):
        client.xadd(KEY, {"type": "step_start"}, id=entry_id)
    response = get(api, f"{URL}?follow=false&lastEventId=7")
    assert [i for i, _ in events_of(response.getvalue())] == ["7-1", "8-0"]
    assert told(response.getvalue()) == []


def test_what_was_trimmed_is_told_before_what_is_stored(api, client):
    add(client, *range(9))
    lost = stored_ids(client)[1]
    client.xtrim(KEY, maxlen=3, approximate=False)
    response = get(api, f"{URL}?follow=false", resume_after=lost)
    body = response.getvalue()
    assert told(body) == [("reset", {"reason": "trimmed", "from": "0-0"})]
    assert body.startswith(b"event: reset\nid: 0-0\n")
    assert [i for i, _ in events_of(body)] == stored_ids(client)
    assert response["Last-Event-ID"] == "0-0"


@pytest.mark.parametrize("accept_encoding", ["gzip", "gzip, br, zstd"])
def test_a_stream_is_neither_compressed_nor_buffered_nor_cached(
    api, client, accept_encoding
):
    add(client, *range(50))
    response = get(api, f"{URL}?follow=false", HTTP_ACCEPT_ENCODING=accept_encoding)
    assert response["Content-Encoding"] == "identity"
    assert response["X-Accel-Buffering"] == "no"
    assert response["Cache-Control"] == "no-cache"
    assert len(events_of(response.getvalue())) == 50


def test_cross_origin_readers_are_let_in_once(api, client):
    response = get(api, f"{URL}?follow=false", HTTP_ORIGIN="https://other.example")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("query", ["", "?follow=false"])
def test_head_has_the_headers_and_no_body(api, client, query):
    add(client, 1)
    response = api.head(URL + query, headers={"accept": EVENT_STREAM}, **RUNSERVER)
    assert response.status_code == 200
    assert response["Content-Type"] == EVENT_STREAM
    assert response.getvalue() == b""


def test_without_redis_what_is_stored_is_503(api):
    use_store(f"redis://127.0.0.1:{free_port()}/0")
    response = get(api, f"{URL}?follow=false")
    assert response.status_code == 503
    assert errors_of(response) == {None: "storage_unavailable"}
    assert int(response["Retry-After"]) >= 1


def test_without_redis_a_stream_is_opened_all_the_same(api):
    use_store(f"redis://127.0.0.1:{free_port()}/0")
    response = get(api, **RUNSERVER)
    assert response.status_code == 200
    with closing(response):
        assert next(iter(response)).startswith(b": open")


def test_the_development_server_streams_through_the_bridge(api, client):
    add(client, 1, 2)
    response = get(api, **RUNSERVER)
    with closing(response):
        chunks = iter(response)
        received = next(chunks) + next(chunks)
        assert [entry_id for entry_id, _ in events_of(received)] == stored_ids(client)
        add(client, 3)
        assert events_of(next(chunks))[0][0] == stored_ids(client)[-1]


def test_the_bridge_ends_when_the_stream_does(api, client, settings):
    settings.LIVE_IDLE_CLOSE_SECONDS = 0.1
    add(client, 1)
    with closing(get(api, **RUNSERVER)) as response:
        assert len(events_of(b"".join(response))) == 1
