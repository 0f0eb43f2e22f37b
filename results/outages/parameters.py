"""What may be asked about outages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from results.analysis.outage_causes import OutageQuestion
from results.parameters import (
    ChoiceField,
    OffsetQuery,
    TestIdsField,
    TextField,
    WholeNumberField,
)
from results.range_parameters import RangeQuery, time_range

STATES = ("open", "closed")
MAX_SECONDS = 10**9
_FINGERPRINT = re.compile(r"[0-9]{1,16}(-[0-9a-f]{12})?|[0-9a-f]{12}", re.ASCII)


class FingerprintField(TextField):
    """What another answer called a fingerprint."""

    default_error_messages = {
        "invalid": "Must be a fingerprint as an outage has it: `2-0f3a9c1d2b4e`."
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not _FINGERPRINT.fullmatch(text):
            self.fail("invalid")
        return text


class OutageQuery(RangeQuery, OffsetQuery):
    """Outages of a range (those that overlap it), with what they have to be."""

    limit = WholeNumberField(
        min_value=1, max_value=100, default=20, help_text="Outages a page."
    )
    state = ChoiceField(
        choices=STATES,
        required=False,
        help_text="`open` or `closed`; both unless given.",
    )
    min_duration_s = WholeNumberField(
        min_value=0,
        max_value=MAX_SECONDS,
        default=0,
        help_text="Only outages of so many seconds or more.",
    )
    fingerprint = FingerprintField(
        required=False, help_text="Only outages of this cause."
    )
    open_after = WholeNumberField(
        min_value=1,
        max_value=10,
        default=1,
        help_text="How many failed runs in a row begin an outage.",
    )
    close_after = WholeNumberField(
        min_value=1,
        max_value=10,
        default=1,
        help_text="How many passing runs in a row end it.",
    )


class AllOutagesQuery(OutageQuery):
    """The same over all tests, or some."""

    tests = TestIdsField(
        required=False,
        help_text="Only these tests, ids with commas between them; all unless given.",
    )


class OutageGroupsQuery(AllOutagesQuery):
    """The same; what is on a page are groups."""

    limit = WholeNumberField(
        min_value=1, max_value=100, default=20, help_text="Groups a page."
    )


def question(query: dict[str, Any], now: datetime) -> OutageQuestion:
    """The question that an `OutageQuery` asks."""
    state = query.get("state")
    return OutageQuestion(
        within=time_range(query, now),
        is_open=None if state is None else state == "open",
        shortest=timedelta(seconds=query["min_duration_s"]),
        fingerprint=query.get("fingerprint"),
        open_after=query["open_after"],
        close_after=query["close_after"],
    )
