"""The one door to what is stored: knows keys and commands, returns domain values.

Every read of a test asks in the same MULTI whether the test is known and what is
secret about it, so that no reader can forget either. Redis errors pass through:
`results.exceptions` says once what they mean to a client.
"""

from __future__ import annotations

from results.repository.newest import NewestRuns
from results.repository.outages import Outages
from results.repository.summaries import Summaries


class ResultRepository(NewestRuns, Outages, Summaries):
    """Reads one installation's tests, runs, timing and incidents.

    `client` must return bytes. Raises `UnknownTest`, `UnknownRun`, `UnreadableKey`
    and redis-py's errors.
    """
