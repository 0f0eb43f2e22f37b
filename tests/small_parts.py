"""Makes the parts small in which the run index reads a history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from results.run_index import differing, records


@contextmanager
def few_records_a_trip() -> Iterator[None]:
    """So that a history of some runs is read in several parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "FIRST_RECORDS", 2)
        patch.setattr(records, "MOST_RECORDS", 3)
        patch.setattr(differing, "SHARES", 4)
        yield
