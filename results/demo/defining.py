"""The definitions of the demo's tests in a store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from results.demo.catalogue import TESTS, DemoTest
from results.domain import SyntheticTest, UnknownTest
from results.recorder import Recorder
from results.repository import ResultRepository


def definition(test: DemoTest, base_url: str) -> dict[str, Any]:
    """The fields of the test's hash."""
    return {
        "name": test.name,
        "url": base_url + test.path,
        "goal": test.goal,
        "schedule": test.schedule,
        "status": test.status,
        "alert_webhook": test.alert_webhook,
        "variables": [asdict(variable) for variable in test.variables],
    }


def define_all(recorder: Recorder, base_url: str, created_at: datetime) -> None:
    """Create the five tests, or set them back; their latest run is not touched."""
    for test in TESTS:
        fields = definition(test, base_url)
        recorder.save_test(test.id, **fields, created_at=created_at)


def keep_defined(
    recorder: Recorder, repository: ResultRepository, base_url: str, now: datetime
) -> None:
    """Create what is missing, and correct where the product is found by now."""
    for test in TESTS:
        known = _stored(repository, test.id)
        fields = definition(test, base_url)
        if known is None or known.name is None:
            recorder.save_test(test.id, **fields, created_at=now)
        elif known.url != fields["url"]:
            recorder.save_test(test.id, url=fields["url"])


def is_paused(repository: ResultRepository, test_id: str) -> bool:
    """Whether somebody wants no runs of the test for now."""
    known = _stored(repository, test_id)
    return known is not None and known.status == "paused"


def _stored(repository: ResultRepository, test_id: str) -> SyntheticTest | None:
    try:
        return repository.test(test_id)
    except UnknownTest:
        return None
