"""Reads while a master dies, of a Cluster and behind sentinels, and is replaced."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from benchmarks.reliability.rows import Row

READERS = 8
LEAST_SECONDS = 2.0
MOST_SECONDS = 30.0
PROMISED_SECONDS = 5.0
TEST_ID = "abc12345"


def lane(scale: float) -> list[Row]:
    """One failover of each kind, however small the lane is to be."""
    django.setup()
    cluster: Any = import_module("tests.cluster_nodes").cluster
    deployment: Any = import_module("tests.sentinels").deployment
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        with cluster(Path(folder), replicas=3) as found:
            owner = found.owner_of(f"results:{TEST_ID}")
            kill = lambda: found.kill(owner)  # noqa: E731
            rows.append(_row("cluster", "6-node Cluster", found.url, kill))
        with deployment(Path(folder), replicas=2, sentinels=3) as watched:
            master = watched.servers[0]
            kill = lambda: os.kill(master.pid, signal.SIGKILL)  # noqa: E731
            rows.append(_row("sentinel", "three sentinels", watched.url, kill))
    return rows


def _row(name: str, setting: str, url: str, kill: Callable[[], None]) -> Row:
    started = time.monotonic()
    statuses, away = _read_through(url, kill)
    others = sum(n for status, n in statuses.items() if status not in (200, 503))
    return Row(
        test=f"failover-{name}",
        title="Failover under readers",
        setting=f"{setting}, nodes given up after 0.5 to 1 s",
        fault="kill -9 of the master that is read",
        says="{unavailable} of {asked} reads answered 503 and {others} otherwise "
        "than 200, the last 503 {away_s} s after the kill",
        counts={
            "asked": statuses.total(),
            "unavailable": statuses[503],
            "others": others,
            "away_s": away,
        },
        duration_seconds=time.monotonic() - started,
        asked=f"503 for {PROMISED_SECONDS:.0f} s at most, no other error",
        met=others == 0 and away <= PROMISED_SECONDS and statuses[200] > 0,
    )


def _read_through(url: str, kill: Callable[[], None]) -> tuple[Counter[int], float]:
    """Statuses of all reads, and seconds from the kill to the end of the last 503."""
    from results.connection import data_url, use_store
    from results.recorder import Recorder

    with Recorder.from_url(url) as recorder:
        recorder.save_test(TEST_ID, name="Checkout")
        recorder.record_run(
            TEST_ID,
            {
                "run_id": "one",
                "passed": True,
                "duration_ms": 1,
                "started_at": "2026-02-14T10:00:00Z",
            },
        )
    before = data_url()
    use_store(url)
    # A line for each of thousands of requests.
    logging.disable(logging.CRITICAL)
    try:
        return _counted(kill)
    finally:
        logging.disable(logging.NOTSET)
        use_store(before)


def _counted(kill: Callable[[], None]) -> tuple[Counter[int], float]:
    answers: list[tuple[float, int]] = []
    is_over = threading.Event()

    def read() -> None:
        from django.test import Client

        client: Any = Client(raise_request_exception=False, SERVER_NAME="localhost")
        while not is_over.is_set():
            response = client.get(f"/api/tests/{TEST_ID}/results")
            answers.append((time.monotonic(), response.status_code))
            time.sleep(0.01)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    killed = time.monotonic()
    kill()
    while time.monotonic() < killed + MOST_SECONDS:
        time.sleep(0.1)
        bad = [at for at, status in list(answers) if status != 200]
        now = time.monotonic()
        if now > killed + 4 and (not bad or now > bad[-1] + LEAST_SECONDS):
            break
    is_over.set()
    for thread in threads:
        thread.join()
    bad = [at for at, status in answers if status != 200]
    away = max(0.0, max(bad, default=killed) - killed)
    return Counter(status for _, status in answers), away
