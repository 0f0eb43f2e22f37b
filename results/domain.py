"""What the product talks about: frozen values, times aware and in UTC.

Nothing here knows Redis, Django or JSON text. Durations are milliseconds, as their
names say; `total` counts what is stored, `skipped` what a page or window left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

JsonObject = Mapping[str, Any]
Item = TypeVar("Item")

# CONTRACT: clocks differ, so a window reaches this far beyond now.
CLOCK_SKEW = timedelta(seconds=300)
FAILED_RESULTS = frozenset({"failed", "error"})


class UnknownTest(LookupError):
    """Neither the test's hash nor any of its data keys exists."""


class UnknownTests(UnknownTest):
    """Of several tests that were named, those that are unknown."""


class UnknownRun(LookupError):
    """The test is known, and holds no readable run of that id."""


class IndexBuilding(Exception):
    """The answer needs more of run indexes than there was time to build: of so many
    `tests` those of `ready` ones are there."""

    def __init__(self, message: str = "", ready: int = 0, tests: int = 1) -> None:
        super().__init__(message)
        self.ready = ready
        self.tests = tests


class UnreadableKey(Exception):
    """A key holds another Redis type than the contract says."""


class CorruptMember(ValueError):
    """A stored member that cannot be read; the message never quotes its content."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A test's variable without its value, which is a secret."""

    name: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class SyntheticTest:
    """The monitored scenario as it may be shown; `variables` is None when unknown."""

    id: str
    name: str | None = None
    url: str | None = None
    goal: str | None = None
    schedule: str | None = None
    status: str | None = None
    last_result: str | None = None
    last_run_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    variables: tuple[Variable, ...] | None = None

    @property
    def outcome(self) -> str:
        """`passing`, `failing` or `pending`: every test is exactly one of them."""
        return outcome_of(self.last_result)


def outcome_of(last_result: str | None) -> str:
    """`passing`, `failing` or `pending`."""
    if last_result == "passed":
        return "passing"
    return "failing" if last_result in FAILED_RESULTS else "pending"


@dataclass(frozen=True, slots=True)
class Run:
    """One execution; `fields` is what is served: declared fields and further ones."""

    fields: JsonObject

    @property
    def run_id(self) -> str:
        return str(self.fields["run_id"])

    @property
    def passed(self) -> bool:
        return bool(self.fields["passed"])


@dataclass(frozen=True, slots=True)
class Incident:
    """The record of one failed run; `fields` is what is served."""

    fields: JsonObject


class TimingPoint(NamedTuple):
    """When a run was and how long it took, in milliseconds; ids where stored."""

    timestamp: datetime | None
    duration_ms: int | float
    run_id: str | None


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """One entry of a test's event stream: its Redis id and its fields, as text."""

    id: str
    fields: Mapping[str, str]


class Position(NamedTuple):
    """A place in a history of runs: the stored member that was met there.

    `score` is its time, `digest` tells it from others of that time (eight zeros where
    nobody read it), and it was the `rank`th of them, newest first; 0 is unknown.
    """

    score: float
    rank: int
    digest: bytes


# What a position says that stands beyond all members of its time.
ALL_OF_TIME = 2**32 - 1
UNREAD = bytes(8)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some neighbours of a history, the count of all, and how many were unreadable.

    `total` is None where nobody counted. `mark`, where there is one, stays the same as
    long as no page changes. `next` and `previous` are where the neighbouring pages
    begin and end, where there are any; `data_from` is the oldest kept time where less
    is kept than was asked for.
    """

    items: list[Item]
    total: int | None
    skipped: int = 0
    mark: str | None = field(default=None, compare=False)
    next: Position | None = field(default=None, compare=False)
    previous: Position | None = field(default=None, compare=False)
    data_from: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Window:
    """Trailing hours, start included, that end at now plus the clock skew."""

    hours: int
    start: datetime
    end: datetime

    @classmethod
    def trailing(cls, hours: int, now: datetime) -> Window:
        return cls(hours, now - timedelta(hours=hours), now + CLOCK_SKEW)


@dataclass(frozen=True, slots=True)
class WindowRuns:
    """Counts of a window's runs, each id once (its newest copy), and of what was
    left out."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    future_runs: int = 0


@dataclass(frozen=True, slots=True)
class Uptime:
    """Share of a test's runs passed in a window, in percent with one decimal."""

    test_id: str
    uptime_pct: float
    total_runs: int
    passed_runs: int
    failed_runs: int
    window_hours: int
    skipped: int = 0
    future_runs: int = 0


@dataclass(frozen=True, slots=True)
class TestListing:
    """Every test whose hash exists; `skipped` counts hashes of a wrong type."""

    __test__ = False

    tests: tuple[SyntheticTest, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class RecentRun:
    """A test that ran lately, with its newest readable run (None without one)."""

    test: SyntheticTest
    run: Run | None


class Totals(NamedTuple):
    """Counts over all tests: statuses add up to the total, and outcomes do."""

    total_tests: int
    active_tests: int
    paused_tests: int
    error_tests: int
    passing: int
    failing: int
    pending: int
    overdue: int
    running: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Counts over all tests, and the runs of those that ran last."""

    counts: Totals
    last_run_at_global: datetime | None
    next_run_approx_minutes: int | None
    skipped: int = 0
    recent_runs: tuple[RecentRun, ...] = field(default=())
