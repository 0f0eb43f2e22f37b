"""What a process knows of one stream: how far it is read, and the newest frames."""

from __future__ import annotations

from collections import deque

from results.live.cursors import START, Cursor
from results.live.frames import Frame
from results.scrub import Scrubber

# More than one XREAD brings, so that who keeps up never has to ask Redis.
RING_FRAMES = 128
SCRUBBER_SECONDS = 10.0


class Feed:
    """One watched stream.

    Every entry in (`floor`, `cursor`] that can be encoded is in the ring; what is not
    above the floor has to be read from Redis.
    """

    def __init__(self, test_id: str) -> None:
        self.test_id = test_id
        self.listeners = 0
        self.cursor: Cursor | None = None
        self.floor = START
        # How often the stream's ids fell back, and where to at last; see `rewind`.
        self.epoch = 0
        self.base = START
        self.is_set_aside = False
        self.scrubber: Scrubber | None = None
        self._scrubber_read_at = 0.0
        self._ring: deque[Frame] = deque()

    def start(self, cursor: Cursor) -> bool:
        """Follow from here, unless it is followed already; whether it was news."""
        if self.cursor is not None:
            return False
        self.cursor = self.floor = cursor
        return True

    def append(self, frames: list[Frame], cursor: Cursor) -> None:
        """Take what was read up to `cursor`, in order."""
        self._ring.extend(frames)
        while len(self._ring) > RING_FRAMES:
            self.floor = self._ring.popleft().cursor
        self.cursor = cursor

    def after(self, position: Cursor) -> list[Frame]:
        """The frames behind a position that is not below the floor."""
        found = []
        for frame in reversed(self._ring):
            if frame.cursor <= position:
                break
            found.append(frame)
        return found[::-1]

    def rewind(self, cursor: Cursor) -> None:
        """Follow from a lower id: the stream's ids fell back (its server's clock did,
        or its newest entries were lost), so nothing above would ever come."""
        self._ring.clear()
        self.cursor = self.floor = self.base = cursor
        self.epoch += 1

    def needs_scrubber(self, now: float) -> bool:
        return self.scrubber is None or now - self._scrubber_read_at > SCRUBBER_SECONDS

    def hide(self, scrubber: Scrubber, now: float) -> None:
        """Scrub with this one from now on (`now` in monotonic seconds)."""
        self.scrubber = scrubber
        self._scrubber_read_at = now
