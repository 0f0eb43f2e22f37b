"""A history whose index is looked at, and how it is built."""

from __future__ import annotations

from results.domain import Window
from results.keys import Keys
from results.run_index.building import Builder
from results.run_index.head import decode
from tests.factories import NOW, TEST_ID, ago, make_run, store_runs, store_test

NAMES = Keys().index(TEST_ID)


DAY = Window.trailing(24, NOW)


MONTH = Window.trailing(720, NOW)


def fill(client, count=20, **fields):
    store_test(client)
    runs = [
        (make_run(f"r{n}", n % 4 > 0, **fields), ago(hours=n)) for n in range(count)
    ]
    store_runs(client, TEST_ID, runs)


def build(client, start=float("-inf"), on_time=lambda: None):
    Builder(client, Keys(), TEST_ID, on_time).cover(start)


def head_of(client):
    return decode(client.get(NAMES.head))
