"""The bodies of forms, the only ones that are ever read: those of the ops view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

PLACE = "/ops/"
# As DATA_UPLOAD_MAX_MEMORY_SIZE, which Django holds against what is declared alone.
LONGEST = 64 * 1024


async def read_form(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]]
) -> bytes:
    """The body of a form, nothing of any other request, nor of one that is too long:
    without its token it is refused."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if scope["method"] != "POST" or not path.startswith(PLACE):
        return b""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LONGEST:
            return b""
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)
