"""What clients read of a stream at their own position, each as of one moment."""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio.client import Pipeline

from results.domain import UnknownTest
from results.live.asking import Asking, told_info, told_secrets
from results.live.cursors import START, Cursor, parse_cursor
from results.live.frames import Frame, StoredEntry, encode_stored
from results.live.loss import Loss, StreamInfo, loss_at
from results.reading import checked
from results.scrub import Scrubber


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a client wants to begin: behind its last event, or with the newest."""

    resume_after: Cursor | None
    replay_entries: int


@dataclass(frozen=True, slots=True)
class Place:
    """A concrete position. `is_anchored` when it is that of an entry, whose presence
    then proves that nothing behind it was lost; `loss` is what a client must be told
    before anything else."""

    cursor: Cursor
    is_anchored: bool = False
    loss: Loss | None = None

    @property
    def start(self) -> str:
        """The id that the stream really starts after."""
        return str(self.loss.start if self.loss else self.cursor)


@dataclass(frozen=True, slots=True)
class Page:
    """The entries behind a place. `last` is the id of the last that was read, `rest`
    whether more lie behind it, `loss` why the place cannot be followed completely."""

    frames: list[Frame]
    last: Cursor | None
    rest: bool
    info: StreamInfo
    loss: Loss | None
    scrubber: Scrubber

    @property
    def end(self) -> Place:
        """The place behind all that the stream has, or ever had."""
        newest = self.info.newest
        return Place(newest, is_anchored=newest == self.info.last)


class EventLog:
    """Reads streams and what must be hidden in them; never waits for entries.

    Raises `UnreadableKey`, and redis-py's errors or `TimeoutError`.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._keys = asking.keys

    async def locate(self, test_id: str, wanted: Wanted) -> Place:
        """Where the client really starts; raises `UnknownTest`."""
        if wanted.resume_after is None:
            return await self._before_newest(test_id, wanted.replay_entries)
        return await self._behind(test_id, wanted.resume_after)

    async def after(self, test_id: str, place: Place, count: int) -> Page:
        """The first `count` entries behind the place, and whether all are there."""
        key, cursor = self._keys.events(test_id), place.cursor

        def queue(pipe: Pipeline) -> None:
            self._asking.queue_secrets(pipe, test_id)
            pipe.xrange(key, min=f"({cursor}", count=count)
            pipe.xrange(key, min=str(cursor), max=str(cursor))
            pipe.xinfo_stream(key)

        *secrets, entries, anchor, told = await self._asking.ask(queue)
        stored: list[StoredEntry] = checked(entries)
        info, scrubber = told_info(told), told_secrets(*secrets)
        is_lost = place.is_anchored and not checked(anchor)
        return Page(
            frames=encode_stored(test_id, stored, scrubber),
            last=parse_cursor(stored[-1][0].decode()) if stored else None,
            rest=len(stored) == count,
            info=info,
            loss=loss_at(cursor, info) if is_lost else None,
            scrubber=scrubber,
        )

    async def _before_newest(self, test_id: str, count: int) -> Place:
        """The position that the newest `count` entries follow."""
        key = self._keys.events(test_id)

        def queue(pipe: Pipeline) -> None:
            pipe.exists(*self._keys.of_test(test_id))
            pipe.xrevrange(key, count=count + 1)
            pipe.xinfo_stream(key)

        existing, entries, told = await self._asking.ask(queue)
        _require(existing, test_id)
        info, newest = told_info(told), checked(entries)
        if len(newest) <= count:
            return Place(START if newest else info.newest)
        return Place(parse_cursor(newest[count][0].decode()), is_anchored=True)

    async def _behind(self, test_id: str, cursor: Cursor) -> Place:
        """The position itself, if its entry still exists."""
        key = self._keys.events(test_id)

        def queue(pipe: Pipeline) -> None:
            pipe.exists(*self._keys.of_test(test_id))
            pipe.xrange(key, min=str(cursor), max=str(cursor))
            pipe.xinfo_stream(key)

        existing, anchor, told = await self._asking.ask(queue)
        _require(existing, test_id)
        info = told_info(told)
        if cursor == START or checked(anchor):
            return Place(cursor, is_anchored=cursor != START)
        loss = loss_at(cursor, info)
        return Place(loss.start, loss=loss)


def _require(existing: object, test_id: str) -> None:
    if not checked(existing):
        raise UnknownTest(test_id)
