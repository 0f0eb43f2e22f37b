"""Every benchmark works: run small, as a command, with no judgement on its figures."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "benchmarks" / "RESULTS.md"

pytestmark = [pytest.mark.benchmarks, pytest.mark.timeout(300)]


def quick(benchmark, *arguments):
    """What it prints; it must not touch the page of results."""
    before = PAGE.read_text()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{benchmark}", "--quick", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert PAGE.read_text() == before
    return done.stdout


def test_reads_are_compared_with_the_peer_and_agree_with_it():
    printed = quick("reads")
    for row in ("results, 20", "uptime 720 h", "run by id", "dashboard"):
        assert f"\n| {row}" in printed
    assert "no answer" not in printed


def test_the_asgi_servers_are_compared():
    printed = quick("asgi_servers")
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert len(rows) == 12 and all(row.count("|") == 7 for row in rows)
    assert "| never |" not in printed


def test_the_live_feed_is_measured_beside_an_endpoint_that_polls():
    printed = quick("live", "--only", "crowd-1000", "burst", "stuck")
    assert printed.count("100 of 100 exact") == 4
    assert "1 of 1 exact" in printed


def test_analysis_is_measured_over_growing_histories():
    printed = quick("analysis")
    for row in ("availability, 24 h", "slots", "steps", "summary", "metrics"):
        assert f"\n| {row}" in printed
    assert "no answer" not in printed
