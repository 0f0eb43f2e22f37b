"""What a request for a live stream asks for, checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from results.live.cursors import Cursor, parse_cursor
from results.parameters import LiveQuery

RESUME_HEADER = "Last-Event-ID"
NO_POSITION = "Must be the id of an event: digits, or digits-digits, each below 2^64."


@dataclass(frozen=True, slots=True)
class Asked:
    """`resume_after` is None for a client that comes for the first time."""

    follow: bool
    resume_after: Cursor | None

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Raises one `ValidationError` for all that is wrong."""
        wrong: dict[str, Any] = {}
        follow, resume_after = True, None
        try:
            follow = LiveQuery.parse(request.query_params)["follow"]
        except ValidationError as refusal:
            wrong |= cast(dict[str, Any], refusal.detail)
        try:
            resume_after = _position(request)
        except ValueError:
            wrong[RESUME_HEADER] = [NO_POSITION]
        if wrong:
            raise ValidationError(wrong)
        return cls(follow, resume_after)


def _position(request: Request) -> Cursor | None:
    text = request.headers.get(RESUME_HEADER)
    return None if text is None else parse_cursor(text)
