"""The rows of an answer as a table with links.

Every text here was written by somebody else: it is shown as text, and a link leads
only to a path that was built from a checked id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from results.domain import FAILED_RESULTS
from results.endpoints import run_href, test_href

Record = Mapping[str, Any]
LONGEST_TEXT = 160
LONGEST_LINE = 36


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it leads, and `passed` or `failed` when it says so."""

    text: str
    href: str | None = None
    outcome: str | None = None

    @property
    def is_brief(self) -> bool:
        """Whether it reads better on one line: ids, times, numbers."""
        return len(self.text) <= LONGEST_LINE


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of the same length."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Column = Callable[[Record, str], Cell]


def table(route: str | None, data: Record, test_id: str) -> Table | None:
    """The table for an answer of the named route; None where it holds no rows."""
    if route not in _TABLES:
        return None
    items_key, columns = _TABLES[route]
    rows = tuple(
        tuple(cell(record, test_id) for cell in columns.values())
        for record in data[items_key] or ()
    )
    return Table(tuple(columns), rows)


def shortened(text: str) -> str:
    """The text, cut where a row would become a page; whole in the JSON below."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _text(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else shortened(str(value)))

    return column


def _run(record: Record, test_id: str) -> Cell:
    run_id = record.get("run_id")
    return Cell("" if run_id is None else shortened(run_id), run_href(test_id, run_id))


def _run_named(name: str) -> Column:
    """A run of the test that the row is about, which may be any."""

    def column(record: Record, _test_id: str) -> Cell:
        run_id = record.get(name)
        if run_id is None:
            return Cell("")
        return Cell(shortened(run_id), run_href(record["test_id"], run_id))

    return column


def _seconds(record: Record, _test_id: str) -> Cell:
    return Cell(f"{record['duration_s']:,.10g} s")


def _state(record: Record, _test_id: str) -> Cell:
    outcome = "failed" if record["state"] == "open" else "passed"
    return Cell(record["state"], outcome=outcome)


def _happening(record: Record, _test_id: str) -> Cell:
    if record["still_happening"]:
        return Cell("happening", outcome="failed")
    return Cell("gone", outcome="passed")


def _test_ids(record: Record, _test_id: str) -> Cell:
    return Cell(shortened(", ".join(record["tests"])))


def _test(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        return Cell(record[name], test_href(record[name]))

    return column


def _passed(record: Record, _test_id: str) -> Cell:
    outcome = "passed" if record.get("passed") else "failed"
    return Cell(outcome, outcome=outcome)


def _last_result(record: Record, _test_id: str) -> Cell:
    said = record.get("last_result")
    outcome = "failed" if said in FAILED_RESULTS else said
    known = outcome if outcome in ("passed", "failed") else None
    return Cell("never ran" if not said else shortened(said), outcome=known)


def _milliseconds(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else f"{value:,.10g} ms")

    return column


def _ended(name: str) -> Column:
    """How something ended; nothing where nobody knows."""

    def column(record: Record, _test_id: str) -> Cell:
        if record[name] is None:
            return Cell("")
        outcome = "passed" if record[name] else "failed"
        return Cell(outcome, outcome=outcome)

    return column


_duration = _milliseconds("duration_ms")


def _steps(record: Record, _test_id: str) -> Cell:
    passed, total = record.get("steps_passed"), record.get("steps_total")
    if passed is None and total is None:
        return Cell("")
    return Cell(" of ".join("?" if n is None else f"{n:,}" for n in (passed, total)))


_OUTAGE: dict[str, Column] = {
    "Outage": _run_named("id"),
    "State": _state,
    "Started": _text("started_at"),
    "Ended": _text("ended_at"),
    "Duration": _seconds,
    "Failed runs": _text("failed_runs"),
    "Error": _text("error"),
}


def _inside(name: str, part: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        found = record[name]
        return Cell(str(found[part]) if found else "")

    return column


def _percent(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("no data" if value is None else f"{value:.3f} %")

    return column


def _seconds_of(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else f"{value:,.0f} s")

    return column


def _slot_state(record: Record, _test_id: str) -> Cell:
    state = record["state"]
    outcome = {"up": "passed", "down": "failed"}.get(state)
    return Cell(state.replace("_", " "), outcome=outcome)


_WINDOWS: dict[str, Column] = {
    "Window": _text("window"),
    "From": _text("from"),
    "Passed": _percent("run_pct"),
    "Up": _percent("time_pct"),
    "Coverage": _text("coverage"),
    "Runs": _text("total_runs"),
    "Failed": _text("failed_runs"),
    "Outages": _text("outages"),
    "Down": _seconds_of("down_s"),
}
_TABLES: dict[str, tuple[str, dict[str, Column]]] = {
    "test-results": (
        "results",
        {
            "Run": _run,
            "Outcome": _passed,
            "Started": _text("started_at"),
            "Duration": _duration,
            "Steps": _steps,
            "Error": _text("error"),
        },
    ),
    "test-timing": (
        "timing",
        {"Time": _text("timestamp"), "Duration": _duration, "Run": _run},
    ),
    "test-timing-stats": (
        "buckets",
        {
            "Start": _text("start"),
            "Runs": _text("count"),
            "Least": _milliseconds("min"),
            "Mean": _milliseconds("mean"),
            "Most": _milliseconds("max"),
        },
    ),
    "test-steps": (
        "steps",
        {
            "Step": _text("step_number"),
            "Description": _text("description"),
            "Runs": _text("runs"),
            "Passed": _percent("pass_pct"),
            "Failed first": _percent("first_failure_pct"),
            "Flaky": _percent("flake_pct"),
            "Retries": _text("mean_retries"),
        },
    ),
    "test-run-comparison": (
        "steps",
        {
            "Step": _text("step_number"),
            "This run": _ended("passed"),
            "The other": _ended("other_passed"),
            "Change": _text("change"),
        },
    ),
    "test-availability": ("windows", _WINDOWS),
    "test-availability-slots": (
        "slots",
        {
            "Start": _text("start"),
            "State": _slot_state,
            "Runs": _text("runs"),
            "Failed": _text("failures"),
            "Down": _seconds_of("downtime_s"),
            "Passed": _percent("run_pct"),
        },
    ),
    "test-incidents": (
        "incidents",
        {"Run": _run, "Started": _text("started_at"), "Error": _text("error")},
    ),
    "test-outages": ("outages", _OUTAGE),
    "outages": ("outages", {"Test": _test("test_id")} | _OUTAGE),
    "outage-groups": (
        "groups",
        {
            "Error": _text("error"),
            "State": _happening,
            "First seen": _text("first_seen"),
            "Last seen": _text("last_seen"),
            "Outages": _text("outages"),
            "Tests": _test_ids,
        },
    ),
    "test-list": (
        "tests",
        {
            "Test": _test("id"),
            "Name": _text("name"),
            "Status": _text("status"),
            "Last result": _last_result,
            "Last run": _text("last_run_at"),
        },
    ),
    "summary": (
        "tests",
        {
            "Test": _test("test_id"),
            "Name": _text("name"),
            "State": _slot_state,
            "Last result": _last_result,
            "Last run": _inside("last_run", "at"),
            "Last pass": _inside("last_pass", "at"),
            "Overdue": _text("overdue"),
            "Running": _text("running"),
        },
    ),
    "dashboard": (
        "recent_runs",
        {
            "Test": _test("test_id"),
            "Name": _text("test_name"),
            "Last result": _last_result,
            "Last run": _text("last_run_at"),
            "Duration": _duration,
            "Steps": _steps,
        },
    ),
}
