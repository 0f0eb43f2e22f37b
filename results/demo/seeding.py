"""Filling an empty store with the demo's month, once, also when it is interrupted.

Runs follow from the moment that the first attempt wrote down, and the recorder takes
each only once: a second attempt completes the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from results.demo.catalogue import TESTS, DemoTest
from results.demo.defining import define_all
from results.demo.generating import DAYS, generated_runs
from results.demo.own_suite import ID, define_own_suite, own_run
from results.demo.run_record import RunRecord
from results.demo.telling import retell
from results.recorder import Recorder

BATCH = 250
PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0)
SINCE, DONE = "since", "done"

Progress = Callable[[str, int, int], None]


class Found(Enum):
    """What a demo finds in a store."""

    NOTHING = "nothing"
    PART_OF_A_MONTH = "part of a month"
    MONTH = "a month"
    OTHER_DATA = "other data"


def look(recorder: Recorder) -> Found:
    """What the store holds; writes nothing."""
    since, done = recorder.client.hmget(_marker(recorder), [SINCE, DONE])
    if since:
        return Found.MONTH if done else Found.PART_OF_A_MONTH
    keys = recorder.client.scan_iter(match=f"{recorder.keys.prefix}*", count=1000)
    return Found.NOTHING if next(keys, None) is None else Found.OTHER_DATA


def seed(
    recorder: Recorder,
    base_url: str,
    now: datetime,
    progress: Progress,
    days: int = DAYS,
) -> int:
    """Write the days before `now`, or before the first attempt if there was one.

    `progress` hears of a test's name, how many of its runs are stored, and of how
    many. How many runs the five tests have is returned; that of our own suite is not
    generated.
    """
    recorder.client.hsetnx(_marker(recorder), SINCE, now.isoformat())
    since: Any = recorder.client.hget(_marker(recorder), SINCE)
    ended = datetime.fromisoformat(since.decode())
    created_at = ended - timedelta(days=days)
    define_all(recorder, base_url, created_at)
    define_own_suite(recorder, base_url, created_at)
    _record(recorder, ID, [own_run(ended)])
    total = 0
    for test in TESTS:
        runs = list(generated_runs(test, ended, days))
        _seed_test(recorder, test, base_url, runs, progress)
        total += len(runs)
    recorder.client.hset(_marker(recorder), DONE, now.isoformat())
    return total


def _seed_test(
    recorder: Recorder,
    test: DemoTest,
    base_url: str,
    runs: list[RunRecord],
    progress: Progress,
) -> None:
    for start in range(0, len(runs), BATCH):
        progress(test.name, start, len(runs))
        _record(recorder, test.id, runs[start : start + BATCH])
    _retell_newest(recorder, test, base_url, runs[-1])
    progress(test.name, len(runs), len(runs))


def _record(recorder: Recorder, test_id: str, runs: list[RunRecord]) -> None:
    """A store that is slow, or restarted by its owner just now, is tried again."""
    for pause_seconds in PAUSES_SECONDS:
        try:
            recorder.record_runs(test_id, runs)
            return
        except (RedisConnectionError, RedisTimeoutError):
            time.sleep(pause_seconds)
    recorder.record_runs(test_id, runs)


def _retell_newest(
    recorder: Recorder, test: DemoTest, base_url: str, newest: RunRecord
) -> None:
    """So that a live page shows something before the next run; not a second time."""
    if recorder.client.exists(recorder.keys.events(test.id)):
        return
    url = base_url + test.path
    log = partial(recorder.log_event, test.id, run_id=newest["run_id"])
    retell(test, newest, url, lambda at: partial(log, timestamp=at))


def _marker(recorder: Recorder) -> str:
    return f"{recorder.keys.prefix}monitor:demo"
