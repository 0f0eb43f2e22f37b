"""Who asks too often waits; who cannot be counted does not."""

import logging

import pytest

from results.access import counting as counting_module
from results.access.addresses import address_of
from results.access.counting import Counting, counting
from results.access.rate import Rate
from results.connection import use_store, writer_client
from results.embedded.address import free_port
from results.keys import Keys
from tests.closing import BEARER, THROTTLE, close, put_in

NOW = 1_771_200_000.0
HALF_LATER = NOW + 30
FORWARDED = "203.0.113.9, 198.51.100.7, 192.0.2.1"


@pytest.fixture
def throttled(settings, api, monkeypatch):
    """Three a minute, in a minute that has just begun."""
    settings.THROTTLE_RATE = "3/minute"
    monkeypatch.setattr("results.access.throttle.time.time", lambda: NOW)
    put_in(settings, THROTTLE)
    return api


def statuses(client, count, path="/api/dashboard", **given):
    return [client.get(path, **given).status_code for _ in range(count)]


def test_one_too_many_is_told_when_to_come_back(throttled):
    assert statuses(throttled, 4) == [200, 200, 200, 429]
    response = throttled.get("/api/nope")
    (error,) = response.json()["errors"]
    assert (response.status_code, error["code"]) == (429, "throttled")
    assert 1 <= int(response["Retry-After"]) <= 61


def test_each_address_has_its_own_count(throttled):
    assert statuses(throttled, 4)[-1] == 429
    assert statuses(throttled, 1, REMOTE_ADDR="192.0.2.7") == [200]


def test_each_key_has_its_own_wherever_it_asks_from(settings, api, monkeypatch):
    close(settings)
    settings.THROTTLE_RATE = "3/minute"
    monkeypatch.setattr("results.access.throttle.time.time", lambda: NOW)
    put_in(settings, THROTTLE)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        assert statuses(api, 1, headers=BEARER, REMOTE_ADDR=address) == [200]
    assert statuses(api, 1, headers=BEARER, REMOTE_ADDR="192.0.2.4") == [429]


def test_health_is_never_counted(throttled):
    assert statuses(throttled, 9, "/healthz") == [200] * 9


def test_no_address_gets_into_a_key(throttled, redis_client):
    hostile = "x\r\nFLUSHALL\r\n{a}"
    assert statuses(throttled, 1, REMOTE_ADDR=hostile) == [200]
    (key,) = [key for key in redis_client.keys("monitor:*") if b"asked" in key]
    assert b"FLUSHALL" not in key
    assert 0 < redis_client.ttl(key) <= 120


def test_a_dead_store_holds_nobody_up_and_says_so_once(throttled, redis_client, caplog):
    url = f"redis://127.0.0.1:{free_port()}/0"
    use_store(url)
    with caplog.at_level(logging.WARNING, "results.access.counting"):
        assert statuses(throttled, 5, "/docs") == [200] * 5
    said = [record.getMessage() for record in caplog.records]
    (line,) = [text for text in said if "THROTTLE_RATE" in text]
    assert "is not enforced" in line


def test_it_counts_again_once_the_store_is_back(redis_client, server_url, caplog):
    dead = writer_client(f"redis://127.0.0.1:{free_port()}/0", 0.1)
    counts = Counting(dead, Keys(), Rate(1, 60))
    with caplog.at_level(logging.WARNING, "results.access.counting"):
        assert counts.wait_seconds("a", NOW) is None
        counts.client, counts._asleep_until = redis_client, 0.0
        assert counts.wait_seconds("a", NOW) is None
        assert counts.wait_seconds("a", NOW) == 61
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        "requests are not counted",
        "requests are counted again",
    ]


def test_a_store_that_failed_is_left_alone_for_a_second(redis_client, monkeypatch):
    asked = []

    class Dead:
        def pipeline(self, **_):
            asked.append(1)
            raise counting_module.RedisError

    counts = Counting(Dead(), Keys(), Rate(1, 60))
    assert [counts.wait_seconds("a", NOW) for _ in range(9)] == [None] * 9
    assert len(asked) == 1


def test_a_process_counts_over_its_data_connection(settings, api):
    settings.THROTTLE_RATE = "5/hour"
    assert counting() is counting()
    assert counting().rate == Rate(5, 3600)


class TestRate:
    def test_the_window_before_counts_for_what_is_left_of_it(self):
        rate = Rate.parse("10/minute")
        assert rate.asked(10, 0, NOW) == 10
        assert rate.asked(10, 3, HALF_LATER) == 8
        assert rate.window_of(HALF_LATER) == rate.window_of(NOW)
        assert rate.wait_seconds(HALF_LATER) == 31

    @pytest.mark.parametrize("text", ["10", "0/minute", "-1/hour", "x/second", "1/day"])
    def test_what_is_no_rate_is_refused(self, text):
        with pytest.raises(ValueError, match="600/minute"):
            Rate.parse(text)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, FORWARDED, "127.0.0.1"),
        (1, FORWARDED, "192.0.2.1"),
        (2, FORWARDED, "198.51.100.7"),
        (3, FORWARDED, "203.0.113.9"),
        (4, FORWARDED, "203.0.113.9"),
        (1, "", "127.0.0.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_addresses_are_counted_through_proxies(settings, proxies, forwarded, expected):
    settings.NUM_PROXIES = proxies
    meta = {"REMOTE_ADDR": "127.0.0.1"}
    meta |= {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of(meta) == expected
    assert address_of({}) == ""
