"""Small drawings in a page, each of which says in words what it shows; pure.

Made here and not in a template: a page has thousands of bars. They hold numbers and
dates, and texts of ours alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from results.analysis.slots import Slot
from results.domain import TimingPoint
from results.ops import wording
from results.ops.day_bars import DayBar, day_bars

WIDTH, HEIGHT, MARGIN = 120, 28, 3
_DOTS = {True: ' class="failed"', False: ""}


def bars_of(days: Sequence[Slot], address: str) -> str:
    """A bar a day, oldest first, each a link to the runs of that day; HTML.

    `address` is that of the test's page, escaped.
    """
    return "".join(_bar(day, address) for day in day_bars(days))


def _bar(day: DayBar, address: str) -> str:
    state = day.slot.state
    if not day.slot.runs.total:
        return f'<i class="bar {state}" title="{day.said}"></i>'
    query = day.query.replace("&", "&amp;")
    return f'<a class="bar {state}" href="{address}{query}" title="{day.said}"></a>'


def sparkline(points: Sequence[TimingPoint], failed: Collection[str]) -> str:
    """The durations as a line, oldest first, with a dot for each failed run, and a
    sentence about them; SVG, or nothing without any. `points` are newest first."""
    if not points:
        return ""
    durations = [float(point.duration_ms) for point in reversed(points)]
    places = list(_places(durations))
    line = " ".join(f"{x:g},{y:g}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:g}" cy="{y:g}" r="2"{_DOTS[point.run_id in failed]}/>'
        for (x, y), point in zip(places, reversed(points), strict=True)
        # One alone is no line.
        if point.run_id in failed or len(places) == 1
    )
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{spoken(durations, dots)}">'
        f'<polyline points="{line}"/>{dots}</svg>'
    )


def spoken(durations: Sequence[float], dots: str = "") -> str:
    """What the line shows, in a sentence."""
    low, high, last = min(durations), max(durations), durations[-1]
    said = f"Last {wording.counted(len(durations), 'duration')}"
    said += f": {wording.duration(low)} to {wording.duration(high)}"
    said += f", newest {wording.duration(last)}"
    failures = dots.count("failed")
    return said + (f"; {failures} of runs that failed" if failures else "")


def _places(durations: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Where each is drawn: slow ones are high, and 0 is the floor."""
    step = (WIDTH - 2 * MARGIN) / max(1, len(durations) - 1)
    top = max(durations) or 1
    inside = HEIGHT - 2 * MARGIN
    for number, duration in enumerate(durations):
        height = max(0.0, duration) / top * inside
        yield round(MARGIN + number * step, 1), round(HEIGHT - MARGIN - height, 1)
