"""Which runs a filter asks for, found among ids, times and facts: no record is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from results.analysis.asking import RunFilter
from results.codec.facts import RunFacts
from results.repository.run_sources import Bounds, Outcomes, RunSource, Timed
from results.scrub import Scrubber

# A page looks through the facts of so many runs, or some more of one time; then it is
# as long as it is, and its cursor goes on behind them.
MOST_EXAMINED = 2000
LARGEST_BATCH = 1000
_ALL = 10**9


class Tie(NamedTuple):
    """Runs of one time that are asked for, by the digest of their members."""

    score: float
    wanted: Mapping[str, tuple[str, RunFacts]]


class Candidates(NamedTuple):
    """Ties on the way; `edge` is the time up to which they were looked for, where
    there may be more behind it."""

    ties: list[Tie]
    edge: float | None


def find_candidates(
    source: RunSource,
    runs: RunFilter,
    scrubber: Scrubber,
    bounds: Bounds,
    older: bool,
    enough: int,
    uncounted: float | None,
) -> Candidates:
    """At least `enough` runs that are asked for, if there are so many, without those
    of the time `uncounted`, of which some may have been passed."""
    ties: list[Tie] = []
    examined = matched = 0
    for batch, is_last in _batches(source, runs, bounds, older, enough + 7):
        known = source.facts([i for _, ids in batch for i in ids], brief=True)
        for score, ids in batch:
            tie = _tie(score, ids, known, runs, scrubber)
            ties += [tie] if tie.wanted else []
            matched += len(tie.wanted) if score != uncounted else 0
            examined += len(ids)
        if matched >= enough:
            break
        if runs.needs_facts and examined >= MOST_EXAMINED and not is_last:
            return Candidates(ties, batch[-1][0])
    return Candidates(ties, None)


def outcomes_of(runs: RunFilter) -> Outcomes:
    """The outcomes that a run of the filter may have."""
    return (True, False) if runs.passed is None else (runs.passed,)


def _tie(
    score: float,
    ids: Sequence[str],
    known: Mapping[str, RunFacts],
    runs: RunFilter,
    scrubber: Scrubber,
) -> Tie:
    found = [(i, known[i]) for i in ids if i in known]
    wanted = {f.digest: (i, f) for i, f in found if runs.has(f, scrubber)}
    return Tie(score, wanted)


def _batches(
    source: RunSource, runs: RunFilter, bounds: Bounds, older: bool, size: int
) -> Iterator[tuple[list[tuple[float, list[str]]], bool]]:
    """Ids by time, in the walk's order; runs of one time are never parted."""
    outcomes = outcomes_of(runs)
    while True:
        parts = source.stretch(outcomes, bounds, older, 0, size)
        cuts = [part[-1][1] for part in parts if len(part) == size]
        if not cuts:
            yield _by_time(parts, older), True
            return
        cut = max(cuts) if older else min(cuts)
        whole = [[one for one in p if _is_before(one, cut, older)] for p in parts]
        onward = repr(cut)
        if not any(whole):
            whole = source.stretch(outcomes, (repr(cut), repr(cut)), older, 0, _ALL)
            onward = f"({cut!r}"
        yield _by_time(whole, older), False
        bounds = (bounds[0], onward) if older else (onward, bounds[1])
        size = min(4 * size, LARGEST_BATCH)


def _is_before(one: Timed, cut: float, older: bool) -> bool:
    return one[1] > cut if older else one[1] < cut


def _by_time(parts: list[list[Timed]], older: bool) -> list[tuple[float, list[str]]]:
    time = itemgetter(1)
    merged = sorted(chain.from_iterable(parts), key=time, reverse=older)
    return [(t, [i for i, _ in group]) for t, group in groupby(merged, time)]
