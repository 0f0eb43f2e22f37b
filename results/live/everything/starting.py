"""Where a listener of several tests starts."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from redis.asyncio.client import Pipeline

from results.domain import UnknownTests, UnreadableKey
from results.live.asking import told_info
from results.live.cursors import Cursor, parse_cursor
from results.live.everything.merged_log import Found, MergedLog
from results.live.everything.ring import Chosen, Lost, Place
from results.live.everything.spot import BEGINNING, Spot, spot_before
from results.live.hub_log import STREAM_TYPES
from results.live.loss import AHEAD, loss_at
from results.reading import checked


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a listener wants to begin: behind its last event, or with the newest."""

    resume_after: Spot | None
    replay_entries: int


async def locate(log: MergedLog, chosen: Chosen, wanted: Wanted) -> Place:
    """Where it really starts. Raises `UnknownTests`, `UnreadableKey`, redis-py's errors
    and `TimeoutError`."""
    await require_readable(log, chosen)
    if wanted.resume_after is None:
        return await _before_newest(log, chosen, wanted.replay_entries)
    return await behind(log, chosen, wanted.resume_after)


async def require_readable(log: MergedLog, chosen: Chosen) -> None:
    """Raise `UnknownTests` with the chosen ones that nothing is stored of, and
    `UnreadableKey` where the index or the events of a chosen one are none."""
    keys, tests = log.asking.keys, sorted(chosen or ())

    def queue(pipe: Pipeline) -> None:
        pipe.scard(keys.all_tests)
        for test_id in tests:
            pipe.exists(*keys.of_test(test_id))
            pipe.type(keys.events(test_id))

    listed, *replies = await log.asking.ask(queue, at_once=False)
    checked(listed)
    existing = dict(zip(tests, map(checked, replies[::2]), strict=True))
    if unknown := [test_id for test_id, is_there in existing.items() if not is_there]:
        raise UnknownTests(*unknown)
    if any(kind not in STREAM_TYPES for kind in replies[1::2]):
        raise UnreadableKey("a key holds another type than the contract says")


async def behind(log: MergedLog, chosen: Chosen, spot: Spot) -> Place:
    """The spot itself, if its entry still exists."""
    if spot == BEGINNING:
        return Place(spot)
    key, at = log.asking.keys.events(spot.test_id), str(spot.cursor)
    (anchor,) = await log.asking.ask(lambda pipe: pipe.xrange(key, min=at, max=at))
    if checked(anchor):
        return Place(spot, spot)
    return Place(spot, spot, await loss_of(log, chosen, spot))


async def loss_of(log: MergedLog, chosen: Chosen, spot: Spot) -> Lost:
    """What became of a spot whose entry does not exist any more.

    The stream goes on behind the last entry that still exists at or before the spot:
    nothing lies between them, so nothing is repeated, and whoever is cut off right
    then comes back with a position that exists. A spot that lies ahead of its stream
    or of the clock says nothing about what was seen: all that is stored follows.
    """
    key = log.asking.keys.events(spot.test_id)
    now_ms = await log.now()
    (told,) = await log.asking.ask(lambda pipe: pipe.xinfo_stream(key))
    reason = loss_at(spot.cursor, told_info(told)).reason
    if spot.cursor.ms >= now_ms:
        reason = AHEAD
    if reason == AHEAD:
        return Lost(reason, BEGINNING)
    tests = log.membership.tests(chosen)
    found = await log.newest(tests, spot.cursor_in, 1)
    return Lost(reason, max(_spots(found), default=BEGINNING))


async def _before_newest(log: MergedLog, chosen: Chosen, count: int) -> Place:
    """The place that the newest `count` entries follow.

    A few of each stream are read, then more of those that may have more among the
    newest; what arrives meanwhile comes later anyway.
    """
    now_ms = await log.now()
    tests = log.membership.tests(chosen)
    newest: list[Spot] = []
    until = dict.fromkeys(tests, spot_before(Cursor(now_ms, 0)).cursor)
    share = max(2 * count // max(len(tests), 1), 1)
    while until:
        found = await log.newest(until, until.__getitem__, share)
        newest = sorted([*newest, *_spots(found)], reverse=True)[: count + 1]
        least = newest[-1] if len(newest) > count else BEGINNING
        oldest = {i: min(_spots({i: stored})) for i, stored in found.items() if stored}
        until = {
            test_id: spot_before(spot.cursor).cursor
            for test_id, spot in oldest.items()
            if spot > least and len(found[test_id]) == share
        }
    if len(newest) <= count:
        return Place(BEGINNING)
    return Place(newest[-1], newest[-1])


def _spots(found: Found) -> list[Spot]:
    return [
        Spot(parse_cursor(entry_id.decode()), test_id)
        for test_id, stored in found.items()
        for entry_id in map(itemgetter(0), stored)
    ]
