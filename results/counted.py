"""Tests as far as the dashboard counts them: in columns, for there may be thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class CountedTest(NamedTuple):
    """One of them."""

    id: str
    status: str | None
    last_result: str | None
    last_run_at: datetime | None
    schedule: str | None
    created_at: datetime | None = None


class Times(Protocol):
    """A column of times that may be read only where somebody looks."""

    def __getitem__(self, place: int, /) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class CountedTests:
    """Every test whose hash exists, in no order; the columns are equally long.

    `skipped` counts hashes of a wrong type.
    """

    ids: Sequence[str] = ()
    statuses: Sequence[str | None] = ()
    last_results: Sequence[str | None] = ()
    last_runs: Sequence[datetime | None] = ()
    schedules: Sequence[str | None] = ()
    created: Times = ()
    skipped: int = 0

    @classmethod
    def of(cls, tests: Iterable[CountedTest], skipped: int = 0) -> CountedTests:
        """The columns of these rows."""
        rows = list(tests)
        return cls(
            ids=[row.id for row in rows],
            statuses=[row.status for row in rows],
            last_results=[row.last_result for row in rows],
            last_runs=[row.last_run_at for row in rows],
            schedules=[row.schedule for row in rows],
            created=[row.created_at for row in rows],
            skipped=skipped,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tests(self) -> tuple[CountedTest, ...]:
        """The rows."""
        return tuple(map(self.row, range(len(self))))

    def row(self, place: int) -> CountedTest:
        """The test at this place of every column."""
        return CountedTest(
            self.ids[place],
            self.statuses[place],
            self.last_results[place],
            self.last_runs[place],
            self.schedules[place],
            self.created[place],
        )
