"""No more listeners than may be: of a process, of an address, of a test."""

import pytest

from results.live.crowd import Caller, Crowd, TooManyListeners, TooManyOfOneAddress
from results.live.hub import current_hub
from tests.factories import TEST_ID
from tests.live_viewers import Viewer, all_of, eventually, in_loop, product_knowing

ONE = Caller("192.0.2.1", TEST_ID)


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID) as client:
        yield client


@pytest.mark.parametrize(
    "setting, other, refusal",
    [
        ("LIVE_MAX_LISTENERS", Caller("192.0.2.2", "other"), TooManyListeners),
        ("LIVE_MAX_PER_TEST", Caller("192.0.2.2", TEST_ID), TooManyListeners),
        ("LIVE_MAX_PER_ADDRESS", Caller("192.0.2.1", "other"), TooManyOfOneAddress),
    ],
)
def test_each_limit_refuses_one_too_many(settings, setting, other, refusal):
    setattr(settings, setting, 1)
    crowd = Crowd()
    with crowd.joined(ONE):
        with pytest.raises(TooManyListeners) as refused:
            crowd.require_room(other)
        assert type(refused.value) is refusal
        assert 5 <= refused.value.wait <= 15
    crowd.require_room(other)
    assert crowd == Crowd()


def test_zero_is_no_limit(settings):
    settings.LIVE_MAX_LISTENERS = settings.LIVE_MAX_PER_ADDRESS = 0
    crowd = Crowd(total=10**6)
    crowd.by_address[ONE.address] = 10**6
    crowd.require_room(ONE)


def test_an_address_that_nobody_knows_is_no_address(settings):
    settings.LIVE_MAX_PER_ADDRESS = 1
    crowd = Crowd()
    with crowd.joined(Caller("", TEST_ID)):
        crowd.require_room(Caller("", TEST_ID))


def test_a_request_too_many_is_refused_before_a_stream_opens(
    api, client, settings, monkeypatch
):
    settings.LIVE_MAX_PER_ADDRESS = 1
    monkeypatch.setattr(
        Crowd, "require_room", lambda *_: (_ for _ in ()).throw(TooManyOfOneAddress())
    )
    response = api.get(
        f"/api/tests/{TEST_ID}/live", headers={"accept": "text/event-stream"}
    )
    assert response.status_code == 429
    assert response["Content-Type"] == "application/json"
    assert response.json()["errors"][0]["code"] == "too_many_listeners"
    assert 5 <= int(response["Retry-After"]) <= 15


def test_who_was_let_in_and_found_it_full_is_sent_away(client, settings):
    settings.LIVE_MAX_PER_TEST = 2

    async def scenario():
        viewers = [Viewer() for _ in range(2)]
        async with all_of(viewers):
            await eventually(lambda: all(viewer.bytes for viewer in viewers))
            async with Viewer() as third:
                await third.task
                assert third.told == [("bye", {"reason": "full"})]
            assert current_hub().metrics.listeners == 2
            assert current_hub().metrics.refused == 1

    in_loop(scenario)
