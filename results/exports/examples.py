"""Files of the JSON endpoints' examples, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from results.examples import EXAMPLES
from results.exports.kinds import Kind
from results.exports.lines import csv_lines, ndjson_lines

_PAGES = {
    "results": EXAMPLES["get_test_results"],
    "outages": EXAMPLES["get_test_outages"],
    "timing": EXAMPLES["get_test_timing"],
    "slots": EXAMPLES["get_test_availability_slots"],
}


def csv_example(kind: Kind) -> str:
    """The example's rows as CSV."""
    return b"".join(csv_lines(("test_id", *kind.columns), _rows(kind))).decode()


def ndjson_example(kind: Kind) -> str:
    """The same, a JSON object a line."""
    return b"".join(ndjson_lines(_rows(kind))).decode()


def _rows(kind: Kind) -> list[dict[str, Any]]:
    page = _PAGES[kind.name]
    return [{"test_id": page["test_id"]} | row for row in page[kind.name]]
