"""The state of a test by plain means: every moment is looked up among all runs.

Independent of the product's fold and sums, on purpose. Points are (score, run id,
passed); all times are epoch seconds, `expected` is in seconds.
"""

from statistics import median

DAY = 86_400.0
SKEW = 300.0


def newest_copies(members):
    """Points of (run id, passed, score) as stored: of each id the newest copy."""
    newest = {}
    for run_id, passed, score in sorted(members, key=lambda m: m[2]):
        newest[run_id] = (score, run_id, passed)
    return sorted(newest.values())


def kept(points, now):
    """Those that count: with a time, and not beyond the clock skew."""
    return [point for point in points if 0 <= point[0] <= now + SKEW]


def interval(points):
    """The expected interval of a test without a cron, in seconds."""
    recent = [score for score, _, _ in points][-50:]
    gaps = [recent[n + 1] - recent[n] for n in range(len(recent) - 1)]
    return median(gaps) if gaps else DAY


def state_at(points, expected, moment):
    """True, False, or None for unknown."""
    before = [point for point in points if point[0] <= moment]
    if not before or moment >= max(before)[0] + 3 * expected:
        return None
    return max(before)[2]


def seconds(points, expected, start, end):
    """Seconds that were up, down and unknown."""
    edges = {start, end}
    for score, _, _ in points:
        edges |= {score, score + 3 * expected}
    inside = sorted(edge for edge in edges if start <= edge <= end)
    found = {True: 0.0, False: 0.0, None: 0.0}
    for low, high in zip(inside, inside[1:], strict=False):
        found[state_at(points, expected, (low + high) / 2)] += high - low
    return found[True], found[False], found[None]


def counts(points, start, end, with_end):
    """Passed and failed runs from `start` on."""
    inside = [
        passed
        for score, _, passed in points
        if start <= score and (score < end or (with_end and score == end))
    ]
    return inside.count(True), inside.count(False)


def outages(points, expected, now, open_after=1, close_after=1):
    """Run by run: (first id, start, failed runs, last id, end, recovery id, down)."""
    found, failed, fails, passes = [], [], [], []
    for point in points:
        if not point[2]:
            passes = []
            fails.append(point)
            if failed:
                failed.append(point)
            elif len(fails) == open_after:
                failed = list(fails)
            continue
        fails = []
        passes.append(point)
        if failed and len(passes) == close_after:
            found.append((failed, passes[0]))
            failed = []
    found += [(failed, None)] if failed else []
    return [_outage(points, expected, now, *pair) for pair in found]


def _outage(points, expected, now, failed, recovery):
    start, first_id, _ = failed[0]
    end, recovery_id = (recovery[0], recovery[1]) if recovery else (None, None)
    until = min(now, now if end is None else end)
    down = seconds(points, expected, start, until)[1] if until > start else 0.0
    return first_id, start, len(failed), failed[-1][1], end, recovery_id, down
