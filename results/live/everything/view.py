"""`GET /api/live`: the events of all tests, or of several."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

from django_eventstream.views import Listener
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from results.connection import data_repository
from results.domain import UnknownTest, UnknownTests
from results.live.crowd import Caller
from results.live.everything.asked import Asked
from results.live.everything.hub_source import HubSource
from results.live.everything.progress import MergedProgress
from results.live.everything.ring import Place
from results.live.everything.room import ALL_TESTS
from results.live.everything.stored import stored_chunks
from results.live.hub import Hub
from results.live.stream import Pace, Progress, followed
from results.live.stream_view import StreamViewSet
from results.parameters import GlobalLiveQuery
from results.serializers import ErrorResponseSerializer


@dataclass(frozen=True, slots=True)
class AllWatch:
    """All tests, or the chosen ones."""

    asked: Asked
    test_id: str = ALL_TESTS

    @property
    def follow(self) -> bool:
        return self.asked.follow

    def require_known(self) -> None:
        repository, unknown = data_repository(), []
        for test_id in sorted(self.asked.chosen or ()):
            try:
                repository.require_known(test_id)
            except UnknownTest:
                unknown.append(test_id)
        if unknown:
            raise UnknownTests(*unknown)

    async def locate(self) -> Place:
        return await HubSource.current().locate(self.asked.chosen, self.asked.wanted)

    def followed(
        self, caller: Caller, place: Place | None
    ) -> AsyncGenerator[bytes, None]:
        return follow_all(caller, self.asked, place, Pace.configured())

    def stored(self, place: Place) -> AsyncGenerator[bytes, None]:
        return stored_chunks(place, self.asked.chosen)


def follow_all(
    caller: Caller, asked: Asked, place: Place | None, pace: Pace
) -> AsyncGenerator[bytes, None]:
    """The live stream of several tests. `place` is where it starts; None when Redis
    did not say."""

    @contextlib.contextmanager
    def join(hub: Hub) -> Iterator[tuple[Listener, Progress]]:
        with hub.listening_to_all(caller, asked.chosen) as listener:
            source = HubSource(hub)
            yield listener, MergedProgress(source, asked.chosen, asked.wanted, place)

    return followed(caller, join, pace)


class LiveAllViewSet(StreamViewSet):
    """All tests' event streams as one, resumable by the last event's id.

    Entries go out in the order of their ids, each once the store's clock has passed its
    millisecond; a position is the id of an entry and of its test, as in
    1771060504091-0@abc12345. Tests that appear join in. A reset that names a test
    concerns that test alone.
    """

    name = "Live, all tests"
    operation_id = "stream_all_events"
    query_serializer_class = GlobalLiveQuery
    further_responses = StreamViewSet.further_responses | {
        (404, "application/json"): OpenApiResponse(
            ErrorResponseSerializer,
            "A test that was asked for is unknown; it is named.",
        )
    }

    def watch(self, request: Request) -> AllWatch:
        return AllWatch(Asked.by(request))
