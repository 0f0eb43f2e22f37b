"""What is measured: endpoints, their data, and what they must reach."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.reads.data_sets import run_id_of

SMALL, OFTEN, LARGE = "small000", "often000", "large000"
# Over 720 hours: 10 a day, and one every 15 minutes.
SMALL_RUNS, OFTEN_RUNS = 300, 2_880
SMALL_BYTES, LARGE_BYTES = 2_000, 50_000


@dataclass(frozen=True)
class Endpoint:
    """One row: the same path is asked of every server.

    `must` and `stretch` are ratios of the peer's CPU per request to ours. `in_floor`
    says that it is to stay within 1.3 times an empty view with one round trip.
    """

    name: str
    path: str
    must: float | None = None
    stretch: float | None = None
    in_floor: bool = False


EMPTY_VIEW = Endpoint("empty DRF view", "/floor/empty")
ROUND_TRIP = Endpoint("empty DRF view, one round trip", "/floor/round-trip")
FLOORS = (
    Endpoint("plain Django view, no DRF", "/floor/plain"),
    EMPTY_VIEW,
    ROUND_TRIP,
)


def endpoints(large_runs: int) -> list[Endpoint]:
    """The rows, of which some speak of a test with so many runs of 50 KB."""
    small, often, large = (f"/api/tests/{each}" for each in (SMALL, OFTEN, LARGE))
    middle = run_id_of(large_runs // 2)
    return [
        Endpoint("results, 20 x 2 KB", f"{small}/results?limit=20", 3.5),
        Endpoint("timing, 50", f"{small}/timing?limit=50", 2, 2.5, True),
        Endpoint("incidents, 10", f"{small}/incidents?limit=10", 1.2, 1.5, True),
        Endpoint("uptime 24 h, 96 runs", f"{often}/uptime?hours=24", 2, 3, True),
        Endpoint("uptime 24 h, 10 runs", f"{small}/uptime?hours=24", 2, 3, True),
        Endpoint("uptime 720 h, 300 x 2 KB", f"{small}/uptime?hours=720", 7, 10, True),
        Endpoint(
            f"uptime 720 h, {large_runs:,} x 50 KB",
            f"{large}/uptime?hours=720",
            must=1_000,
            in_floor=True,
        ),
        Endpoint(
            f"run by id, {large_runs:,} x 50 KB",
            f"{large}/results/{middle}",
            must=500,
            in_floor=True,
        ),
        Endpoint("dashboard, 200 tests", "/api/dashboard", 8, 30),
    ]
