"""What may be asked about one run."""

from __future__ import annotations

from results.parameters import QuerySerializer, StrictBooleanField


class RunQuery(QuerySerializer):
    neighbours = StrictBooleanField(
        default=False,
        help_text="`true` adds the runs before and after it, and the last one before "
        "it that passed.",
    )
