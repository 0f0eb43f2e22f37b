"""What a request for a live stream asks for, checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from results.live.cursors import Cursor, parse_cursor
from results.live.event_log import Wanted
from results.parameters import LiveQuery

RESUME_HEADER = "Last-Event-ID"
RESUME_PARAMETER = "lastEventId"
NO_POSITION = "Must be the id of an event: digits, or digits-digits, each below 2^64."


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether to stay, and where to begin: the header wins over the parameter, as a
    browser that reconnects knows better than its URL, and both win over `replay`."""

    follow: bool
    wanted: Wanted

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Raises one `ValidationError` for all that is wrong."""
        wrong: dict[str, Any] = {}
        query: dict[str, Any] = {}
        try:
            query = LiveQuery.parse(request.query_params)
        except ValidationError as refusal:
            wrong |= cast(dict[str, Any], refusal.detail)
        stated = {
            RESUME_PARAMETER: query.get(RESUME_PARAMETER),
            RESUME_HEADER: request.headers.get(RESUME_HEADER),
        }
        resume_after = None
        for name, text in stated.items():
            try:
                resume_after = _position(text) or resume_after
            except ValueError:
                wrong[name] = [NO_POSITION]
        if wrong:
            raise ValidationError(wrong)
        replay_entries = query.get("replay", settings.LIVE_REPLAY_ENTRIES)
        return cls(query["follow"], Wanted(resume_after, replay_entries))


def _position(text: str | None) -> Cursor | None:
    return None if text is None else parse_cursor(text)
