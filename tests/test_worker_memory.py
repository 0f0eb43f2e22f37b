"""What a worker needs for records that nobody would store."""

import sys
from pathlib import Path

import httpx
import pytest

from tests.factories import TEST_ID, make_run, store_runs, store_test
from tests.live_servers import Server

RECORDS = 20
RECORD_BYTES = 10_000_000
MOST_BYTES = 300_000_000
PATHS = ("results?limit=20", "results?limit=100", "results/r07", "uptime?hours=720")


@pytest.fixture(scope="module")
def ten_megabytes_each(server_client):
    """Runs as large as no writer should make them."""
    server_client.flushdb()
    store_test(server_client)
    for number in range(RECORDS):
        run = make_run(f"r{number:02}", raw="x" * RECORD_BYTES)
        store_runs(server_client, TEST_ID, [(run, number)])
    yield server_client
    server_client.flushdb()


def peak_bytes(pid):
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in Linux's /proc")
@pytest.mark.parametrize("mode", ["auto", "off"])
def test_records_of_10_mb_leave_a_worker_small(
    ten_megabytes_each, server_url, tmp_path, mode
):
    log = tmp_path / "log"
    with Server("serve", server_url, log, RUN_INDEX=mode) as server:
        base = f"{server.base_url}/api/tests/{TEST_ID}"
        with httpx.Client(timeout=30, trust_env=False) as client:
            for path in PATHS:
                assert client.get(f"{base}/{path}").status_code in (200, 503)
            # A request has two seconds: a busy machine may need more for them.
            pages = (client.get(f"{base}/{PATHS[0]}") for _ in range(100))
            page = next(page for page in pages if page.status_code == 200)
        runs = page.json()["results"]
        assert len(runs) == RECORDS
        assert all(run["truncated"] for run in runs)
        assert peak_bytes(server.process.pid) < MOST_BYTES
