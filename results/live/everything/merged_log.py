"""Reads all streams as of one moment, with what is needed to put them in order.

In a Cluster no transaction crosses slots, so that nothing here works there as it is:
see `Asked.by`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio.client import Pipeline

from results.live.asking import Asking, Queue
from results.live.cursors import Cursor
from results.live.everything.membership import Membership
from results.live.everything.ring import Chosen
from results.live.everything.spot import Spot
from results.live.frames import StoredEntry
from results.live.hub_log import STREAM_TYPES, HubLog
from results.reading import checked, is_wrong_type

# Packing a longer command would hold up Redis and the loop, and with them the others.
STREAMS_A_READ = 1000
# What one reading should bring over all streams; each may bring at least so many.
ENTRIES_A_READ = 500
LEAST_OF_A_STREAM = 4
Found = dict[str, list[StoredEntry]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was behind a spot when the server's clock showed `now_ms`.

    `cut` are the tests of which more lies behind what was read, `missing` those whose
    anchor did not exist any more.
    """

    now_ms: int
    found: Found
    cut: set[str]
    missing: set[str]


class MergedLog:
    """Never waits for entries. Raises redis-py's errors or `TimeoutError`."""

    def __init__(self, asking: Callable[[], Asking]) -> None:
        self.membership = Membership()
        self._asking = asking

    @property
    def asking(self) -> Asking:
        return self._asking()

    @property
    def details(self) -> HubLog:
        """For questions about single streams."""
        return HubLog(self.asking)

    async def read(
        self,
        after: Spot,
        chosen: Chosen,
        named: Iterable[str] = (),
        anchors: Mapping[str, Cursor] | None = None,
    ) -> Reading:
        """What lies behind `after`, and whether the entries at `anchors` still exist,
        all in one transaction over all tests that there are at that moment."""
        more = 1
        while True:
            tests = self.membership.tests(chosen, named)
            count = more * max(ENTRIES_A_READ // max(len(tests), 1), LEAST_OF_A_STREAM)
            reading = await self._attempt(after, tests, count, anchors or {})
            if tests != self.membership.tests(chosen, named):
                continue
            if not reading.cut or _entries(reading.found) > ENTRIES_A_READ // 2:
                return reading
            # Few of the streams have so much: more of each, not one trip after another.
            more *= 4

    async def now(self) -> int:
        """The server's clock in milliseconds; the index is read besides."""
        told, members = await self.asking.ask(self._queue_moment)
        self.membership.learn(members)
        return _milliseconds(told)

    async def newest(
        self, tests: Iterable[str], until: Callable[[str], Cursor], count: int
    ) -> Found:
        """The newest entries of each stream up to a position, newest first."""
        keys = self.asking.keys
        replies = await self.asking.ask_each(
            tests,
            lambda pipe, test_id: pipe.xrevrange(
                keys.events(test_id), max=str(until(test_id)), count=count
            ),
        )
        return {i: checked(reply) for i, reply in replies if not is_wrong_type(reply)}

    async def _attempt(
        self, after: Spot, tests: list[str], count: int, anchors: Mapping[str, Cursor]
    ) -> Reading:
        """Keys that are no streams change the membership, and nothing was read then."""
        starts = range(0, len(tests), STREAMS_A_READ)
        parts = [tests[start : start + STREAMS_A_READ] for start in starts]
        left_out = self.membership.left_out
        queue = self._questions(after, parts, count, anchors, left_out)
        told, members, *replies = await self.asking.ask(queue)
        self.membership.learn(members)
        read, held = replies[: len(parts)], replies[len(parts) :]
        kinds = zip(left_out, held[len(anchors) :])
        self.membership.take_back(i for i, kind in kinds if kind in STREAM_TYPES)
        wrong = [part for part, reply in zip(parts, read) if is_wrong_type(reply)]
        if wrong:
            suspects = [test_id for part in wrong for test_id in part]
            self.membership.set_aside(await self.details.unreadable(suspects))
        found = self._by_test(tests, (r for r in read if not is_wrong_type(r)))
        return Reading(
            now_ms=_milliseconds(told),
            found=found,
            cut={i for i, stored in found.items() if len(stored) == count},
            missing={i for i, reply in zip(anchors, held) if not _exists(reply)},
        )

    def _questions(
        self,
        after: Spot,
        parts: list[list[str]],
        count: int,
        anchors: Mapping[str, Cursor],
        left_out: list[str],
    ) -> Queue:
        keys = self.asking.keys

        def queue(pipe: Pipeline) -> None:
            self._queue_moment(pipe)
            for part in parts:
                streams = {keys.events(i): str(after.cursor_in(i)) for i in part}
                pipe.xread(cast(Any, streams), count)
            for test_id, cursor in anchors.items():
                at = str(cursor)
                pipe.xrange(keys.events(test_id), min=at, max=at)
            for test_id in left_out:
                pipe.type(keys.events(test_id))

        return queue

    def _queue_moment(self, pipe: Pipeline) -> None:
        pipe.time()
        pipe.smembers(self.asking.keys.all_tests)

    def _by_test(self, tests: list[str], replies: Iterable[Any]) -> Found:
        names = {self.asking.keys.events(i).encode(): i for i in tests}
        return {
            names[key]: stored for reply in replies for key, stored in checked(reply)
        }


def _entries(found: Found) -> int:
    return sum(map(len, found.values()))


def _exists(reply: Any) -> bool:
    return not is_wrong_type(reply) and bool(checked(reply))


def _milliseconds(told: Any) -> int:
    seconds, microseconds = checked(told)
    return int(seconds) * 1000 + int(microseconds) // 1000
