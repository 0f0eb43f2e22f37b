"""How each step of a test did over many runs: where it fails, and whether it is flaky.

A failed run counts for the step that failed first in it. It was flaky when one of the
next two runs passed: nothing was mended so soon.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from results.analysis.shares import percent
from results.codec.facts import RunFacts

NEXT_RUNS = 2


@dataclass(frozen=True, slots=True)
class StepHealth:
    """One step. `runs` are those that tell how it ended; shares are percent, floored,
    and None of nothing.

    `first_failures` are failed runs in which it failed first, `first_failure_pct` is
    their share of all failed runs, and `flake_pct` the share of them that were flaky.
    """

    step_number: int
    description: str | None
    runs: int
    passed_runs: int
    first_failures: int
    flaky_failures: int
    first_failure_pct: float | None
    mean_retries: float | None

    @property
    def pass_pct(self) -> float | None:
        return percent(self.passed_runs, self.runs)

    @property
    def flake_pct(self) -> float | None:
        return percent(self.flaky_failures, self.first_failures)


def step_health(
    runs: Sequence[RunFacts],
    following: Sequence[bool],
    descriptions: Mapping[int, str | None],
) -> list[StepHealth]:
    """Every step that was planned or done, by number.

    `runs` are in order, the oldest first; `following` tells whether the runs right
    after them passed.
    """
    ended, retries = _ends(runs)
    failures, flaky = _first_failures(runs, following)
    failed_runs = sum(not facts.passed for facts in runs)
    return [
        StepHealth(
            step_number=number,
            description=descriptions.get(number),
            runs=len(ended[number]),
            passed_runs=sum(ended[number]),
            first_failures=failures[number],
            flaky_failures=flaky[number],
            first_failure_pct=percent(failures[number], failed_runs),
            mean_retries=_mean(retries[number]),
        )
        for number in sorted({*ended, *retries, *failures, *descriptions})
    ]


def newest_plan(runs: Sequence[RunFacts]) -> dict[int, str]:
    """What each step is to do, by the newest run that has a plan."""
    for facts in reversed(runs):
        if facts.plan:
            return {planned.number: planned.description for planned in facts.plan}
    return {}


def _ends(
    runs: Sequence[RunFacts],
) -> tuple[defaultdict[int, list[bool]], defaultdict[int, list[int]]]:
    """By step, how it ended in each run (its last word counts), and its retries."""
    ended: defaultdict[int, list[bool]] = defaultdict(list)
    retries: defaultdict[int, list[int]] = defaultdict(list)
    for facts in runs:
        words, tries = dict[int, bool](), dict[int, int]()
        for number, passed, again in facts.steps:
            if number is not None and passed is not None:
                words[number] = passed
            if number is not None and again is not None:
                tries[number] = tries.get(number, 0) + again
        for number, passed in words.items():
            ended[number].append(passed)
        for number, again in tries.items():
            retries[number].append(again)
    return ended, retries


def _first_failures(
    runs: Sequence[RunFacts], following: Sequence[bool]
) -> tuple[defaultdict[int, int], defaultdict[int, int]]:
    """By step, failed runs in which it failed first, and how many of them flaky."""
    outcomes = [*(facts.passed for facts in runs), *following]
    failures: defaultdict[int, int] = defaultdict(int)
    flaky: defaultdict[int, int] = defaultdict(int)
    for place, facts in enumerate(runs):
        if facts.passed or facts.failing_step is None:
            continue
        failures[facts.failing_step] += 1
        after = outcomes[place + 1 : place + 1 + NEXT_RUNS]
        flaky[facts.failing_step] += any(after)
    return failures, flaky


def _mean(numbers: Sequence[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 3) if numbers else None
