"""Reading for listeners that the ring does not reach back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from results.live.everything.hiding import Entries
from results.live.everything.merged_log import MergedLog
from results.live.everything.merging import merge
from results.live.everything.ring import Chosen, Frame, News, Place, news_of
from results.live.everything.spot import BEGINNING
from results.live.everything.starting import Wanted, behind, locate
from results.live.frames import encode_one
from results.live.sharing import Sharing
from results.scrub import Scrubber


@dataclass(frozen=True, slots=True)
class Page:
    """What follows a place, whether more is stored, and whether some of that has only
    to wait for the clock."""

    news: News
    is_rest: bool
    is_early: bool


class Pages:
    """The same question is asked once for all: after a restart everybody resumes.

    Raises `UnreadableKey`, redis-py's errors or `TimeoutError`.
    """

    def __init__(
        self, log: MergedLog, in_use: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._log = log
        self._readings: Sharing[tuple[Place, Chosen], Page] = Sharing(in_use)

    async def locate(self, chosen: Chosen, wanted: Wanted) -> Place:
        """Where a listener starts; raises `UnknownTests`, too."""
        return await locate(self._log, chosen, wanted)

    async def after(self, place: Place, chosen: Chosen) -> Page:
        """What follows the place; where its anchor is gone, the news are empty and
        their place has the loss."""
        return await self._readings.read(
            (place, chosen), lambda: self._read(place, chosen)
        )

    async def _read(self, place: Place, chosen: Chosen) -> Page:
        log, anchor = self._log, place.anchor
        anchors = {anchor.test_id: anchor.cursor} if anchor != BEGINNING else {}
        reading = await log.read(place.spot, chosen, anchors=anchors)
        if reading.missing:
            lost = await behind(log, chosen, anchor)
            return Page(News(b"", 0, lost), is_rest=True, is_early=False)
        merged = merge(reading.found, reading.now_ms, reading.cut)
        tests = {spot.test_id for spot, _ in merged.entries}
        hidden = await log.details.examine(tests, {})
        frames = encoded(merged.entries, hidden.scrubbers)
        end = max(merged.passed, place.spot)
        return Page(news_of(frames, anchor, end), merged.is_rest, bool(merged.left))


def encoded(entries: Entries, scrubbers: Mapping[str, Scrubber]) -> list[Frame]:
    """Scrubbed frames, without what cannot be encoded."""
    frames = []
    for spot, stored in entries:
        test_id = spot.test_id
        frame = encode_one(test_id, stored, scrubbers[test_id], f"@{test_id}")
        frames += [Frame(spot, frame.data)] if frame else []
    return frames
