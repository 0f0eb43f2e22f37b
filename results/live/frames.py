"""What goes over the wire: Server-Sent Events as bytes."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson
from django_eventstream.event import Event
from django_eventstream.utils import sse_encode_event

from results.codec import events
from results.domain import StreamEntry
from results.live.cursors import Cursor, parse_cursor
from results.live.loss import Loss
from results.scrub import Scrubber

StoredEntry = tuple[bytes, Mapping[bytes, bytes]]

logger = logging.getLogger(__name__)

MESSAGE = "message"
RESET = "reset"
BYE = "bye"
# What a client that does not read makes us hold, besides the server's own buffers.
CHUNK_BYTES = 128 * 1024
KEEPALIVE = b": keepalive\n\n"
DEGRADED = b": degraded, the data store does not answer\n\n"


class Frame(NamedTuple):
    """An entry as it is sent, and the position that a client has reached with it.

    `reset` goes before it, to clients that may miss something between this entry and
    the one before; it is empty as a rule.
    """

    cursor: Cursor
    data: bytes
    reset: bytes = b""


def opening() -> bytes:
    """The first bytes: headers go out with them, and reconnects are spread out."""
    return f": open\nretry: {random.randint(1000, 3000)}\n\n".encode()


def reset(loss: Loss) -> bytes:
    """Tells that the position was lost. Its id is where the stream goes on, so that
    a client which is cut off right then is not told twice."""
    start = str(loss.start)
    data = orjson.dumps({"reason": loss.reason, "from": start}).decode()
    sse: str = sse_encode_event(RESET, data, event_id=start)
    return sse.encode()


def bye(reason: str) -> bytes:
    """Tells why the server ends the stream; the position stays as it is."""
    sse: str = sse_encode_event(BYE, orjson.dumps({"reason": reason}).decode())
    return sse.encode()


def encode(test_id: str, entry: StreamEntry, id_suffix: str = "") -> Frame:
    """The entry as a `message` event whose id is the entry's and whose data is JSON."""
    text = orjson.dumps(dict(entry.fields)).decode()
    event = Event(test_id, MESSAGE, text, id=entry.id + id_suffix)
    sse = sse_encode_event(event.type, event.data, event_id=event.id)
    return Frame(parse_cursor(entry.id), sse.encode())


def encode_stored(
    test_id: str, stored: Iterable[StoredEntry], scrubber: Scrubber
) -> list[Frame]:
    """Scrubbed frames of what Redis returned, without what cannot be encoded."""
    frames = (encode_one(test_id, entry, scrubber) for entry in stored)
    return [frame for frame in frames if frame]


def encode_one(
    test_id: str, stored: StoredEntry, scrubber: Scrubber, id_suffix: str = ""
) -> Frame | None:
    """A scrubbed frame; what cannot be encoded is logged, without its content."""
    entry_id, fields = stored
    try:
        entry = events.decode_entry(test_id, entry_id, fields, scrubber)
        return encode(test_id, entry, id_suffix)
    except Exception as failure:
        # Whatever is wrong with one entry must not silence those behind it.
        reason = type(failure).__name__
        logger.error("left out entry %r of %s: %s", entry_id, test_id, reason)
        return None


def for_one_write(frames: Sequence[Frame]) -> Sequence[Frame]:
    """The first of them, as many as a chunk may hold, but one at least."""
    size = 0
    for number, frame in enumerate(frames):
        size += len(frame.reset) + len(frame.data)
        if number and size > CHUNK_BYTES:
            return frames[:number]
    return frames


def joined(frames: Iterable[Frame]) -> bytes:
    """Several frames for one write."""
    return b"".join([frame.reset + frame.data for frame in frames])
