"""`GET /api/tests/{test_id}/live`: one test's events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from rest_framework.request import Request

from results.connection import data_repository
from results.live.asked import Asked
from results.live.crowd import Caller
from results.live.event_log import Place
from results.live.hub import current_hub
from results.live.stored import stored_chunks
from results.live.stream import Pace, follow
from results.live.stream_view import StreamViewSet
from results.parameters import LiveQuery


@dataclass(frozen=True, slots=True)
class TestWatch:
    """One test."""

    __test__ = False

    test_id: str
    asked: Asked

    @property
    def follow(self) -> bool:
        return self.asked.follow

    def require_known(self) -> None:
        data_repository().require_known(self.test_id)

    async def locate(self) -> Place:
        return await current_hub().locate(self.test_id, self.asked.wanted)

    def followed(
        self, caller: Caller, place: Place | None
    ) -> AsyncGenerator[bytes, None]:
        return follow(caller, self.asked.wanted, place, Pace.configured())

    def stored(self, place: Place) -> AsyncGenerator[bytes, None]:
        return stored_chunks(self.test_id, place)


class LiveViewSet(StreamViewSet):
    """A test's event stream while it happens, resumable by the last event's id."""

    name = "Live"
    operation_id = "stream_test_events"
    query_serializer_class = LiveQuery

    def watch(self, request: Request) -> TestWatch:
        return TestWatch(self.kwargs["test_id"], Asked.by(request))
