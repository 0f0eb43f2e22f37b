"""Several streams into one order, as far as that is certain: pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from results.live.cursors import Cursor, parse_cursor
from results.live.everything.spot import Spot, spot_before
from results.live.frames import StoredEntry


@dataclass(frozen=True, slots=True)
class Merged:
    """`entries` go out now, in order; after them all up to `passed` has gone out.

    `left` are the spots of what was read and has to wait, `is_rest` whether some of
    that, or more in Redis, could go out by a further reading at once.
    """

    entries: list[tuple[Spot, StoredEntry]]
    passed: Spot
    left: list[Spot]
    is_rest: bool


def merge(
    found: Mapping[str, list[StoredEntry]],
    now_ms: int,
    cut: Collection[str] = (),
    barred: Collection[str] = (),
) -> Merged:
    """What may go out of what each test's stream had behind one spot.

    At the time of the reading the server's clock showed `now_ms`: below that
    millisecond nothing can appear any more. Streams that were `cut` have more behind
    what was read of them; those that are `barred` must wait as a whole.
    """
    entries = sorted(
        (
            (Spot(parse_cursor(entry[0].decode()), test_id), entry)
            for test_id, stored in found.items()
            for entry in stored
        ),
        key=_spot,
    )
    limits = [_last(test_id, found[test_id]) for test_id in cut]
    limits += [
        spot_before(parse_cursor(found[test_id][0][0].decode())) for test_id in barred
    ]
    horizon = spot_before(Cursor(now_ms, 0))
    passed = min([horizon, *limits])
    count = bisect_right(entries, passed, key=_spot)
    left = [spot for spot, _ in entries[count:]]
    return Merged(entries[:count], passed, left, is_rest=passed < horizon)


def _spot(entry: tuple[Spot, StoredEntry]) -> Spot:
    return entry[0]


def _last(test_id: str, stored: list[StoredEntry]) -> Spot:
    return Spot(parse_cursor(stored[-1][0].decode()), test_id)
