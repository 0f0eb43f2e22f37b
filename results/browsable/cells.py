"""Cells of tables, and the columns that make them.

Every text here was written by somebody else: it is shown as text, and a link leads
only to a path that was built from a checked id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from results.domain import FAILED_RESULTS
from results.endpoints import run_href, test_href
from results.spoken import spoken

Record = Mapping[str, Any]
LONGEST_TEXT = 160
LONGEST_LINE = 36
WHOLE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|\+00:00)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it leads, and `passed` or `failed` when it says so.

    `lines` are the parts that it falls into where there is no room for all of it;
    what `flows` breaks anywhere between words.
    """

    text: str
    href: str | None = None
    outcome: str | None = None
    lines: tuple[str, ...] = ()
    flows: bool = False

    @property
    def is_brief(self) -> bool:
        """Whether it reads better on one line: ids, numbers."""
        return not (self.lines or self.flows) and len(self.text) <= LONGEST_LINE


Column = Callable[[Record, str], Cell]


def shortened(text: str) -> str:
    """The text, cut where a row would become a page; whole in the JSON below."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def text(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else shortened(str(value)))

    return column


def words(name: str) -> Column:
    """A text that may take several lines however short it is."""

    def column(record: Record, _test_id: str) -> Cell:
        return Cell(shortened(str(record.get(name) or "")), flows=True)

    return column


def time(name: str) -> Column:
    """To the second; the day above the time of day where a table is wide."""
    return lambda record, _test_id: _time(record.get(name))


def time_inside(name: str, part: str) -> Column:
    return lambda record, _test_id: _time((record[name] or {}).get(part))


def _time(value: Any) -> Cell:
    said = "" if value is None else str(value)
    whole = WHOLE_TIME.fullmatch(said)
    if not whole:
        return Cell(shortened(said))
    return _lines(whole[1], f"{whole[2]}Z")


def _lines(*parts: str) -> Cell:
    return Cell(" ".join(parts), lines=parts)


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


def bucket_start(record: Record, test_id: str) -> Cell:
    """Of the whole range says just that."""
    return (
        Cell("whole range") if "buckets" in record else time("start")(record, test_id)
    )


def percentile(name: str) -> Column:
    """Milliseconds; nothing without a run."""
    duration = milliseconds(name)
    return lambda record, test_id: duration(record["percentiles"], test_id)


def is_so(name: str, outcome: str | None = None) -> Column:
    """`yes`, of that outcome, or `no`."""

    def column(record: Record, _test_id: str) -> Cell:
        return Cell("yes", outcome=outcome) if record[name] else Cell("no")

    return column


def first_window(record: Record, _test_id: str) -> Cell:
    """Passed of all runs in the first of the windows, and which that is."""
    for window in record["windows"]:
        value = window["run_pct"]
        said = "no data" if value is None else f"{value:.3f} %"
        return _lines(said, f"in {window['window']}")
    return Cell("")


def percent(name: str) -> Column:
    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("no data" if value is None else f"{value:.3f} %")

    return column


def length(name: str) -> Column:
    """Seconds as people say them: the JSON below has them exactly."""

    def column(record: Record, _test_id: str) -> Cell:
        value = record.get(name)
        return Cell("" if value is None else spoken(timedelta(seconds=value)))

    return column


def slot_state(record: Record, _test_id: str) -> Cell:
    state = record["state"]
    outcome = {"up": "passed", "down": "failed"}.get(state)
    return Cell(state.replace("_", " "), outcome=outcome)
