"""Cells of tables, and the columns that make them.

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


Column = Callable[[Record, str], Cell]


def shortened(text: str) -> str:
    """The text, cut where a row would become a page; whole in the JSON below."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def text(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else shortened(str(value)))

    return column


def run(record: Record, test_id: str) -> Cell:
    run_id = record.get("run_id")
    return Cell("" if run_id is None else shortened(run_id), run_href(test_id, run_id))


def run_named(name: str) -> Column:
    """A run of the test that the row is about, which may be any."""

    def column(record: Record, _test_id: str) -> Cell:
        run_id = record.get(name)
        if run_id is None:
            return Cell("")
        return Cell(shortened(run_id), run_href(record["test_id"], run_id))

    return column


def seconds(record: Record, _test_id: str) -> Cell:
    return Cell(f"{record['duration_s']:,.10g} s")


def state(record: Record, _test_id: str) -> Cell:
    outcome = "failed" if record["state"] == "open" else "passed"
    return Cell(record["state"], outcome=outcome)


def happening(record: Record, _test_id: str) -> Cell:
    if record["still_happening"]:
        return Cell("happening", outcome="failed")
    return Cell("gone", outcome="passed")


def test_ids(record: Record, _test_id: str) -> Cell:
    return Cell(shortened(", ".join(record["tests"])))


def test(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        return Cell(record[name], test_href(record[name]))

    return column


def passed(record: Record, _test_id: str) -> Cell:
    outcome = "passed" if record.get("passed") else "failed"
    return Cell(outcome, outcome=outcome)


def last_result(record: Record, _test_id: str) -> Cell:
    said = record.get("last_result")
    outcome = "failed" if said in FAILED_RESULTS else said
    known = outcome if outcome in ("passed", "failed") else None
    return Cell("never ran" if not said else shortened(said), outcome=known)


def milliseconds(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else f"{value:,.10g} ms")

    return column


def ended(name: str) -> Column:
    """How something ended; nothing where nobody knows."""

    def column(record: Record, _test_id: str) -> Cell:
        if record[name] is None:
            return Cell("")
        outcome = "passed" if record[name] else "failed"
        return Cell(outcome, outcome=outcome)

    return column


duration = milliseconds("duration_ms")


def steps(record: Record, _test_id: str) -> Cell:
    passed, total = record.get("steps_passed"), record.get("steps_total")
    if passed is None and total is None:
        return Cell("")
    return Cell(" of ".join("?" if n is None else f"{n:,}" for n in (passed, total)))


def inside(name: str, part: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        found = record[name]
        return Cell(str(found[part]) if found else "")

    return column


def percent(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("no data" if value is None else f"{value:.3f} %")

    return column


def seconds_of(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else f"{value:,.0f} s")

    return column


def slot_state(record: Record, _test_id: str) -> Cell:
    state = record["state"]
    outcome = {"up": "passed", "down": "failed"}.get(state)
    return Cell(state.replace("_", " "), outcome=outcome)
