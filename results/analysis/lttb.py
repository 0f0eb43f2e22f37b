"""Fewer points of a chart that still looks the same: largest triangle three buckets.

Origin: Sveinn Steinarsson, Downsampling Time Series for Visual Representation (2013).
The first and the last point stay; of each bucket between, the point stays that forms
the largest triangle with the one kept before it and the average of the next bucket.
"""

from __future__ import annotations

from collections.abc import Sequence

# Time and value.
Spot = tuple[float, float]


def kept_places(spots: Sequence[Spot], most: int) -> list[int]:
    """The places of at most so many spots, in order; all where there are no more."""
    count = len(spots)
    if count <= most:
        return list(range(count))
    if most < 3:
        return [0, count - 1][-most:]
    kept, width = [0], (count - 2) / (most - 2)
    for bucket in range(most - 2):
        low = int(bucket * width) + 1
        high = int((bucket + 1) * width) + 1
        following = spots[
            high : max(high + 1, min(count, int((bucket + 2) * width) + 1))
        ]
        kept.append(_largest(spots, kept[-1], low, high, _average(following)))
    return [*kept, count - 1]


def _average(spots: Sequence[Spot]) -> Spot:
    count = len(spots)
    return sum(x for x, _ in spots) / count, sum(y for _, y in spots) / count


def _largest(
    spots: Sequence[Spot], before: int, low: int, high: int, after: Spot
) -> int:
    """The place between `low` and `high` whose triangle is the largest."""
    (x, y), (next_x, next_y) = spots[before], after
    best, place = -1.0, low
    for number in range(low, high):
        at, value = spots[number]
        area = abs((x - next_x) * (value - y) - (x - at) * (next_y - y))
        if area > best:
            best, place = area, number
    return place
