"""What clients send that is no id and no number never gets into a command: seen by
Redis' own MONITOR."""

from urllib.parse import quote

import pytest

from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.test_access import PATHS

pytestmark = pytest.mark.django_db
MARK = "h0stile"
# Each is what somebody would try: other commands, keys, scripts, paths, patterns.
TEXTS = [
    f"{MARK}\r\nFLUSHALL\r\n",
    f"*1\r\n$8\r\n{MARK}",
    f"{MARK}*",
    f"{{{MARK}}}",
    f"../{MARK}",
    f"{MARK}:x",
    f"{MARK}' or 1=1",
    f"{MARK}\x00\xff",
    f"'; redis.call('DEL', '{MARK}') --",
]
NAMES = ["limit", "offset", "cursor", "from", "to", "window", "windows", "tz", "tests"]
NAMES += ["order", "outcome", "outcomes", "triggered_by", "fields", "format", "hours"]
NAMES += ["bucket", "count", "interval", "percentiles", "downsample", "state", "sort"]
NAMES += ["fingerprint", "strip", "strip_of", "status", "result", "q", "token"]
NAMES += ["lastEventId", "replay", "follow", "neighbours", "max_points", "outcome"]
HEADERS = ["Last-Event-ID", "If-None-Match", "X-Api-Key", "X-Forwarded-For", "Cookie"]


def test_it_sees_nothing_hostile(api, redis_client, settings):
    settings.OPS_PUBLIC = True
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    of_a_test = [path for path in PATHS if path.startswith("/api/")]
    with redis_client.monitor() as monitor:
        for number, path in enumerate(of_a_test):
            text = TEXTS[number % len(TEXTS)]
            for place in (TEST_ID, "a1b2c3d4"):
                if place in path:
                    api.get(path.replace(place, quote(text, safe="")))
            query = dict.fromkeys(NAMES, text) | {"follow": "false"}
            api.get(path, query)
            for name in NAMES:
                api.get(path, {name: text, "follow": "false"})
            headers = dict.fromkeys(HEADERS, text.encode("unicode_escape").decode())
            api.get(f"{path}?follow=false", headers=headers)
        # An id that may be gets there: what is looked for would be seen.
        api.get(f"/api/tests/{MARK}-valid/uptime")
        redis_client.echo("the end")
        seen = list(iter(lambda: monitor.next_command()["command"], "ECHO the end"))
    assert len(seen) > 100
    marked = [command for command in seen if MARK in command]
    assert marked and [it for it in marked if f"{MARK}-valid" not in it] == []
    assert not [command for command in seen if command.startswith("FLUSHALL")]
