"""The rows of an answer as a table with links."""

from __future__ import annotations

from dataclasses import dataclass

from results.browsable import cells, rows
from results.browsable.cells import Cell, Column, Record


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of the same length."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(route: str | None, data: Record, test_id: str) -> Table | None:
    """The table for an answer of the named route; None where it holds no rows."""
    if route not in _TABLES:
        return None
    items_key, columns = _TABLES[route]
    records = _ROWS[route](data) if route in _ROWS else data[items_key] or ()
    if route in _MORE_COLUMNS:
        columns = columns | _MORE_COLUMNS[route](data)
    return Table(
        tuple(columns),
        tuple(
            tuple(cell(record, test_id) for cell in columns.values())
            for record in records
        ),
    )


_ROWS: dict[str, rows.Rows] = {
    "test-timing-stats": rows.range_and_buckets,
    "availability": rows.windows_of_tests,
}
_MORE_COLUMNS = {"test-timing-stats": rows.percentiles}


_OUTAGE: dict[str, Column] = {
    "Outage": cells.run_named("id"),
    "State": cells.state,
    "Started": cells.time("started_at"),
    "Ended": cells.time("ended_at"),
    "Duration": cells.length("duration_s"),
    "Failed runs": cells.text("failed_runs"),
    "Error": cells.text("error"),
}


_WINDOWS: dict[str, Column] = {
    "Window": cells.text("window"),
    "From": cells.time("from"),
    "Passed": cells.percent("run_pct"),
    "Up": cells.percent("time_pct"),
    "Coverage": cells.text("coverage"),
    "Runs": cells.text("total_runs"),
    "Failed": cells.text("failed_runs"),
    "Outages": cells.text("outages"),
    "Down": cells.length("down_s"),
}
_TABLES: dict[str, tuple[str, dict[str, Column]]] = {
    "test-results": (
        "results",
        {
            "Run": cells.run,
            "Outcome": cells.passed,
            "Started": cells.time("started_at"),
            "Duration": cells.duration,
            "Steps": cells.steps,
            "Error": cells.text("error"),
        },
    ),
    "test-timing": (
        "timing",
        {"Time": cells.time("timestamp"), "Duration": cells.duration, "Run": cells.run},
    ),
    "test-timing-stats": (
        "buckets",
        {
            "Start": cells.bucket_start,
            "Runs": cells.text("count"),
            "Least": cells.milliseconds("min"),
            "Mean": cells.milliseconds("mean"),
            "Most": cells.milliseconds("max"),
        },
    ),
    "test-steps": (
        "steps",
        {
            "Step": cells.text("step_number"),
            "Description": cells.text("description"),
            "Runs": cells.text("runs"),
            "Passed": cells.percent("pass_pct"),
            "Failed first": cells.percent("first_failure_pct"),
            "Flaky": cells.percent("flake_pct"),
            "Retries": cells.text("mean_retries"),
        },
    ),
    "test-run-comparison": (
        "steps",
        {
            "Step": cells.text("step_number"),
            "This run": cells.ended("passed"),
            "The other": cells.ended("other_passed"),
            "Change": cells.text("change"),
        },
    ),
    "test-availability": ("windows", _WINDOWS),
    "availability": ("tests", {"Test": cells.test("test_id")} | _WINDOWS),
    "test-availability-slots": (
        "slots",
        {
            "Start": cells.time("start"),
            "State": cells.slot_state,
            "Runs": cells.text("runs"),
            "Failed": cells.text("failures"),
            "Down": cells.length("downtime_s"),
            "Passed": cells.percent("run_pct"),
        },
    ),
    "test-incidents": (
        "incidents",
        {
            "Run": cells.run,
            "Started": cells.time("started_at"),
            "Error": cells.text("error"),
        },
    ),
    "test-outages": ("outages", _OUTAGE),
    "outages": ("outages", {"Test": cells.test("test_id")} | _OUTAGE),
    "outage-groups": (
        "groups",
        {
            "Error": cells.text("error"),
            "State": cells.happening,
            "First seen": cells.time("first_seen"),
            "Last seen": cells.time("last_seen"),
            "Outages": cells.text("outages"),
            "Tests": cells.test_ids,
        },
    ),
    "test-list": (
        "tests",
        {
            "Test": cells.test("id"),
            "Name": cells.text("name"),
            "Status": cells.text("status"),
            "Last result": cells.last_result,
            "Last run": cells.time("last_run_at"),
        },
    ),
    "summary": (
        "tests",
        {
            "Test": cells.test("test_id"),
            "Name": cells.words("name"),
            "State": cells.slot_state,
            "Last result": cells.last_result,
            "Passed": cells.first_window,
            "p95": cells.milliseconds("p95_ms"),
            "Overdue": cells.is_so("overdue", "failed"),
            "Running": cells.is_so("running"),
            "Last run": cells.time_inside("last_run", "at"),
            "Last pass": cells.time_inside("last_pass", "at"),
            "Next run": cells.time("next_run_at"),
        },
    ),
    "dashboard": (
        "recent_runs",
        {
            "Test": cells.test("test_id"),
            "Name": cells.text("test_name"),
            "Last result": cells.last_result,
            "Last run": cells.time("last_run_at"),
            "Duration": cells.duration,
            "Steps": cells.steps,
        },
    ),
}
