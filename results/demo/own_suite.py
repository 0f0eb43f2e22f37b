"""This product's own tests as one more test: their report, imported as any other is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from results.demo.run_record import RunRecord
from results.recorder import Recorder
from results.reports import read_report, run_id, run_record

ID = "own-tests"
NAME = "This product's own tests"
GOAL = "Run a part of this product's test suite and import its JUnit report"
# As `pytest FILES --junitxml=own_suite.xml` wrote it, without its properties.
REPORT = Path(__file__).with_name("own_suite.xml")
AGE = timedelta(hours=1)


def define_own_suite(recorder: Recorder, base_url: str, created_at: datetime) -> None:
    """Create the test whose runs are reports; it has no schedule."""
    recorder.save_test(
        ID, name=NAME, url=base_url, goal=GOAL, status="active", created_at=created_at
    )


def own_run(now: datetime) -> RunRecord:
    """The report as a run of an hour before `now`."""
    content = REPORT.read_bytes()
    return run_record(
        read_report(content),
        run_id=run_id(content),
        test_id=ID,
        started_at=now - AGE,
    )
