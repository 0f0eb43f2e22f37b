"""What a request for a live stream asks for, checked before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from results.live.cursors import parse_cursor
from results.live.event_log import Wanted
from results.parameters import LiveQuery, QuerySerializer

RESUME_HEADER = "Last-Event-ID"
RESUME_PARAMETER = "lastEventId"
NO_POSITION = "Must be the id of an event: digits, or digits-digits, each below 2^64."
Position = TypeVar("Position")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether to stay, and where to begin: the header wins over the parameter, as a
    browser that reconnects knows better than its URL, and both win over `replay`."""

    follow: bool
    wanted: Wanted

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Raises one `ValidationError` for all that is wrong."""
        query, cursor = asked_by(request, LiveQuery, parse_cursor, NO_POSITION)
        return cls(query["follow"], Wanted(cursor, query["replay"]))


def asked_by(
    request: Request,
    serializer: type[QuerySerializer],
    parse: Callable[[str], Position],
    no_position: str,
) -> tuple[dict[str, Any], Position | None]:
    """The query, `replay` in any case, and the position to resume after, as `parse`
    reads it; raises one `ValidationError` for all that is wrong."""
    wrong: dict[str, Any] = {}
    query: dict[str, Any] = {}
    try:
        query = serializer.parse(request.query_params)
    except ValidationError as refusal:
        wrong |= cast(dict[str, Any], refusal.detail)
    stated = {
        RESUME_PARAMETER: query.get(RESUME_PARAMETER),
        RESUME_HEADER: request.headers.get(RESUME_HEADER),
    }
    position = None
    for name, text in stated.items():
        try:
            position = position if text is None else parse(text)
        except ValueError:
            wrong[name] = [no_position]
    if wrong:
        raise ValidationError(wrong)
    return {"replay": settings.LIVE_REPLAY_ENTRIES} | query, position
