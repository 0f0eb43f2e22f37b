"""The slots that a `SlotsQuery` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from results.analysis import slots
from results.analysis.slots import Slot
from results.range_parameters import UTC
from results.repository import ResultRepository


class Slotted(NamedTuple):
    """A test in slots of one kind, oldest first, and the time zone they are of."""

    test_id: str
    bucket: str
    tz: str
    slots: Sequence[Slot]


def slotted(
    repository: ResultRepository, test_id: str, query: dict[str, Any], now: datetime
) -> Slotted:
    """The slots of a test, the last of which is not over."""
    bucket, zone = query["bucket"], query.get("tz") or UTC
    bounds = slots.edges(bucket, query["count"], zone, now)
    ranges = slots.slot_ranges(bounds, now)
    observed = repository.timeline(test_id, now, ranges)
    return Slotted(test_id, bucket, zone.key, slots.slots(observed, bounds, ranges))
