"""The newest entries of all tests, encoded once, for all who keep up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson
from django_eventstream.utils import sse_encode_event

from results.live.everything.spot import BEGINNING, Spot
from results.live.frames import RESET

RING_FRAMES = 4096
# What one listener is given at once: others wait meanwhile.
FRAMES_A_WRITE = 256
# The tests that a listener has chosen; None: all there are, whenever they come.
Chosen = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Something may be missing; what is sent next follows `start` without a gap."""

    reason: str
    start: Spot


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listener is: all up to `spot` was sent, or was none of its own. `anchor`
    is the last entry that was sent, whose presence proves that the place can be
    followed; `loss` is what has to be told before anything else."""

    spot: Spot
    anchor: Spot = BEGINNING
    loss: Lost | None = None

    @property
    def start(self) -> str:
        """The id that the stream really starts after."""
        return str(self.loss.start if self.loss else self.anchor)


class Frame(NamedTuple):
    """An entry as it is sent; `lost` is the reason why something of the same test may
    be missing right before it."""

    spot: Spot
    data: bytes
    lost: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What to send next, how many entries that is, the place behind it, the reasons of
    the losses that it tells of, and whether there is more at once."""

    data: bytes
    entries: int
    place: Place
    losses: tuple[str, ...] = ()
    is_more: bool = False


class Ring:
    """Every entry in (`floor`, `cursor`] that can be encoded is here."""

    def __init__(self) -> None:
        self.cursor = self.floor = BEGINNING
        self.is_started = False
        # Of tests that are named: behind which spot their entries are here.
        self._since: dict[str, Spot] = {}
        self._frames: list[Frame] = []
        self._shared: dict[tuple[Place, Chosen], News] = {}

    def start(self, spot: Spot) -> None:
        """Follow from here."""
        self.cursor = self.floor = spot
        self.is_started = True

    def append(self, frames: list[Frame], passed: Spot) -> None:
        """Take all that lies up to `passed`, in order."""
        self._frames += frames
        # Seldom, and many at once: to take one off a list's front moves all others.
        if len(self._frames) > 2 * RING_FRAMES:
            self.floor = self._frames[-RING_FRAMES - 1].spot
            del self._frames[:-RING_FRAMES]
        self.cursor = max(self.cursor, passed)
        self._shared.clear()

    def include(self, named: Collection[str]) -> bool:
        """From the next reading on these tests are followed in any case; whether some
        of them were not so far."""
        before, self._since = self._since, {
            test_id: self._since.get(test_id, self.cursor) for test_id in named
        }
        return not self._since.keys() <= before.keys()

    def follows(self, chosen: Chosen) -> bool:
        """Whether what comes of the chosen tests will be here."""
        return self.is_started and (chosen or frozenset()) <= self._since.keys()

    def reaches(self, spot: Spot, chosen: Chosen) -> bool:
        """Whether all of the chosen tests behind the spot is here, or will be."""
        if not self.follows(chosen):
            return False
        return spot >= max([self.floor, *(self._since[i] for i in chosen or ())])

    def after(self, place: Place, chosen: Chosen) -> News:
        """What follows a place that the ring reaches back to; there may be more."""
        # Most listeners are at the same place when they are woken.
        key = (place, chosen)
        if key not in self._shared:
            self._shared[key] = self._behind(place, chosen)
        return self._shared[key]

    def _behind(self, place: Place, chosen: Chosen) -> News:
        first = bisect_right(self._frames, place.spot, key=_spot)
        found = self._frames[first : first + FRAMES_A_WRITE]
        is_more = first + FRAMES_A_WRITE < len(self._frames)
        end = found[-1].spot if is_more else max(self.cursor, place.spot)
        wanted = [f for f in found if chosen is None or f.spot.test_id in chosen]
        return replace(news_of(wanted, place.anchor, end), is_more=is_more)


def news_of(frames: list[Frame], anchor: Spot, end: Spot) -> News:
    """The frames with the losses before them, told to one who got `anchor` last."""
    chunks = []
    for frame in frames:
        if frame.lost:
            chunks.append(reset(Lost(frame.lost, anchor), frame.spot.test_id))
        chunks.append(frame.data)
        anchor = frame.spot
    losses = tuple(frame.lost for frame in frames if frame.lost)
    return News(b"".join(chunks), len(frames), Place(end, anchor), losses)


def reset(loss: Lost, test_id: str = "") -> bytes:
    """Tells that something may be missing, of one test where it is known of which.

    Not by `test_id`: whatever has one is an entry.
    """
    start = str(loss.start)
    told = {"reason": loss.reason, "from": start}
    told |= {"of_test": test_id} if test_id else {}
    data = orjson.dumps(told).decode()
    sse: str = sse_encode_event(RESET, data, event_id=start)
    return sse.encode()


def _spot(frame: Frame) -> Spot:
    return frame.spot
