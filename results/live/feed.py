"""What a process knows of one stream: how far it is read, and the newest frames."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from results.live import frames as wire
from results.live.cursors import START, Cursor
from results.live.event_log import Place
from results.live.frames import Frame, for_one_write, joined
from results.live.loss import Loss
from results.scrub import Scrubber

# More than one XREAD brings, so that who keeps up never has to ask Redis.
RING_FRAMES = 512
RING_BYTES = 4 * 1024 * 1024
SCRUBBER_SECONDS = 10.0


class News(NamedTuple):
    """What to send next, how many entries that is, and the position behind it."""

    data: bytes
    entries: int
    cursor: Cursor


class Feed:
    """One watched stream.

    Every entry in (`floor`, `cursor`] that can be encoded is in the ring; what is not
    above the floor has to be read from Redis.
    """

    def __init__(self, test_id: str) -> None:
        self.test_id = test_id
        self.listeners = 0
        self.cursor: Cursor | None = None
        self.is_anchored = False
        self.floor = START
        # How often the stream's ids fell back; see `rewind`.
        self.epoch = 0
        self.is_set_aside = False
        self.scrubber: Scrubber | None = None
        self._scrubber_read_at = 0.0
        self._ring: deque[Frame] = deque()
        self._ring_bytes = 0
        self._loss: Loss | None = None
        self._newest_news: tuple[Cursor, News | None] | None = None

    @property
    def place(self) -> Place:
        """How far the stream is read."""
        return Place(self.cursor or START, self.is_anchored)

    def start(self, place: Place) -> bool:
        """Follow from here, unless it is followed already; whether it was news."""
        if self.cursor is not None:
            return False
        self.cursor = self.floor = place.cursor
        self.is_anchored = place.is_anchored
        return True

    def append(self, frames: list[Frame], cursor: Cursor, loss: Loss | None) -> None:
        """Take what was read up to `cursor`, in order; `loss` says that something may
        be missing before the first of it."""
        self._loss = loss or self._loss
        if frames and self._loss:
            frames = [frames[0]._replace(reset=wire.reset(self._loss)), *frames[1:]]
            self._loss = None
        self._ring.extend(frames)
        self._ring_bytes += sum(len(frame.data) for frame in frames)
        while len(self._ring) > RING_FRAMES or self._ring_bytes > RING_BYTES:
            oldest = self._ring.popleft()
            self.floor = oldest.cursor
            self._ring_bytes -= len(oldest.data)
        self.cursor, self.is_anchored = cursor, True
        self._newest_news = None

    def after(self, position: Cursor, knows_the_loss: bool = False) -> News | None:
        """What lies behind a position that is not below the floor; without the `reset`
        at its beginning for a client that came after that loss."""
        if self.cursor is None or position >= self.cursor:
            return None
        if knows_the_loss:
            found = self._behind(position)
            return _news([frame._replace(reset=b"") for frame in found[:1]] + found[1:])
        # Most listeners are at the same position when they are woken.
        if self._newest_news is None or self._newest_news[0] != position:
            self._newest_news = (position, _news(self._behind(position)))
        return self._newest_news[1]

    def rewind(self) -> None:
        """Read the stream from its start: its ids fell back (its server's clock did,
        or its newest entries were lost), so nothing above would ever come."""
        self._ring.clear()
        self._ring_bytes = 0
        self.cursor = self.floor = START
        self.is_anchored = False
        self._newest_news = self._loss = None
        self.epoch += 1

    def needs_scrubber(self, now: float) -> bool:
        return self.scrubber is None or now - self._scrubber_read_at > SCRUBBER_SECONDS

    def hide(self, scrubber: Scrubber, now: float) -> None:
        """Scrub with this one from now on (`now` in monotonic seconds)."""
        self.scrubber = scrubber
        self._scrubber_read_at = now

    def _behind(self, position: Cursor) -> list[Frame]:
        found = []
        for frame in reversed(self._ring):
            if frame.cursor <= position:
                break
            found.append(frame)
        return found[::-1]


def _news(frames: list[Frame]) -> News | None:
    if not frames:
        return None
    chunk = for_one_write(frames)
    return News(joined(chunk), len(chunk), chunk[-1].cursor)
