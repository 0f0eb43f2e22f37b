"""Finds the runs beside a run: by times and ids, whatever the history's length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from results.analysis.neighbours import Neighbour, Neighbours
from results.codec import times
from results.codec.facts import RunFacts
from results.domain import UnknownRun
from results.repository.filtered import FilteredRuns
from results.repository.run_sources import EVERY, NoIndex, Outcomes, RunSource, Timed

_ALL = 10**9


class NeighbourRuns(FilteredRuns):
    """Reads what lies beside one run."""

    def neighbours(self, test_id: str, run_id: str) -> Neighbours:
        """The runs beside the newest copy of a run; raises `UnknownRun`."""
        try:
            return _neighbours(self._index_source(test_id), run_id)
        except NoIndex:
            return _neighbours(self._scan_source(test_id), run_id)


def _neighbours(source: RunSource, run_id: str) -> Neighbours:
    at = source.time(run_id)
    if at is None:
        raise UnknownRun(run_id)
    here = run_id, at
    found = [
        _beside(source, here, EVERY, older=True),
        _beside(source, here, EVERY, older=False),
        _beside(source, here, (True,), older=True),
    ]
    known = source.facts([timed[0] for timed in found if timed], brief=True)
    return Neighbours(*(_neighbour(timed, known) for timed in found))


def _beside(
    source: RunSource, here: Timed, outcomes: Outcomes, older: bool
) -> Timed | None:
    """The next run in that direction; one of the same time by its id."""
    run_id, at = here
    bound = repr(at)
    tied = source.stretch(outcomes, (bound, bound), older, 0, _ALL)
    ahead = [t for part in tied for t in part if t[0] != run_id]
    ahead = [t for t in ahead if (t[0] < run_id) is older]
    if not ahead:
        bounds = ("-inf", f"({bound}") if older else (f"({bound}", "+inf")
        ahead = _tied_ahead(source, outcomes, bounds, older)
    return _first(ahead, older)


def _tied_ahead(
    source: RunSource, outcomes: Outcomes, bounds: tuple[str, str], older: bool
) -> list[Timed]:
    """All runs of the next time, of which ids tell the first."""
    nearest = _first(
        (t for part in source.stretch(outcomes, bounds, older, 0, 1) for t in part),
        older,
    )
    if nearest is None:
        return []
    bound = repr(nearest[1])
    return [
        t
        for part in source.stretch(outcomes, (bound, bound), older, 0, _ALL)
        for t in part
    ]


def _first(timed: Iterable[Timed], older: bool) -> Timed | None:
    def order(one: Timed) -> Any:
        return one[1], one[0]

    return (max if older else min)(timed, key=order, default=None)


def _neighbour(timed: Timed | None, known: Any) -> Neighbour | None:
    if timed is None or timed[0] not in known:
        return None
    facts: RunFacts = known[timed[0]]
    time = times.from_score(timed[1])
    return Neighbour(timed[0], facts.passed, time, facts.duration_ms)
