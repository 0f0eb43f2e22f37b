"""Examples of badges, feeds and metrics, for the OpenAPI document."""

from __future__ import annotations

from results.outlets.badges import uptime_badge

_BADGE = uptime_badge("24h", 99.652)
BADGE_IMAGE = _BADGE.as_svg().decode()
BADGE = _BADGE.as_shields()
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
<title>Outages of all tests</title>
<link href="https://monitor.example/api/outages" rel="alternate"></link>
<link href="https://monitor.example/feed.atom" rel="self"></link>
<id>https://monitor.example/api/outages</id>
<updated>2026-02-14T09:15:00+00:00</updated>
<author><name>Synthetic monitoring results</name></author>
<entry>
<title>Down: Login Flow</title>
<link href="https://monitor.example/api/tests/abc12345/results/b2c3d4e5" \
rel="alternate"></link>
<published>2026-02-14T09:15:00+00:00</published>
<updated>2026-02-14T09:15:00+00:00</updated>
<id>urn:uuid:0e1b2f6a-1c1c-5d55-9a55-6d3f1f4b9d10</id>
<summary type="html">Step 2 failed: button not found</summary>
</entry>
</feed>
"""
METRICS = """# HELP monitor_store_up Whether the data store answers.
# TYPE monitor_store_up gauge
monitor_store_up 1.0
# HELP monitor_test_up State of the test: 1 up, 0 down, absent while unknown.
# TYPE monitor_test_up gauge
monitor_test_up{test_id="abc12345"} 1.0
"""
STREAM_METRICS = """# HELP monitor_live_listeners Streams that are open.
# TYPE monitor_live_listeners gauge
monitor_live_listeners{worker="4711"} 2.0
"""
