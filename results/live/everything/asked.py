"""What a request for the global feed asks for, checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework.request import Request

from results.live.asked import asked_by
from results.live.everything.ring import Chosen
from results.live.everything.spot import parse_spot
from results.live.everything.starting import Wanted
from results.parameters import GlobalLiveQuery

NO_SPOT = (
    "Must be the id of an event of this feed, `<digits>-<digits>@<test id>`, or 0."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether to stay, which tests, and where to begin."""

    follow: bool
    chosen: Chosen
    wanted: Wanted

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Raises one `ValidationError` for all that is wrong.

        Where the store is a Cluster, no reading is of one moment over all slots: there
        `tests` has to be required here, and be 50 at most.
        """
        query, spot = asked_by(request, GlobalLiveQuery, parse_spot, NO_SPOT)
        wanted = Wanted(spot, query["replay"])
        return cls(query["follow"], query.get("tests"), wanted)
