"""What acknowledged runs survive: a store that is killed, a power cut, lost replies."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis

from benchmarks.reliability.audit import Audit, audit
from benchmarks.reliability.fault_proxy import FaultProxy, lost, sometimes
from benchmarks.reliability.mortal_store import MortalStore
from benchmarks.reliability.rows import Row
from benchmarks.reliability.writers import Writers
from results.connection import writer_client
from results.keys import Keys
from results.recorder import Recorder

ROUNDS = 10
WRITERS = 8
# Acknowledged runs between two faults.
BETWEEN = 400
LOST_SHARE = 0.2
LOST_RUNS = 5000
SAYS = (
    "{lost} of {acknowledged} acknowledged runs lost, {torn} torn, {doubled} doubled "
    "over {rounds} "
)
ASKED = "0 lost, 0 torn, 0 doubled"


def kills(scale: float) -> list[Row]:
    """`kill -9` of the store, again and again, under writers."""
    started = time.monotonic()
    rounds = max(2, round(ROUNDS * scale))
    found = killed(rounds, BETWEEN if scale == 1 else 60, "always", "fast")
    return [
        Row(
            test="store-killed-always",
            title="Store killed under writers",
            setting="appendfsync always, recorder fast",
            fault="kill -9",
            says=f"{SAYS}kills under {{writers}} writers",
            counts={**found.counts(), "rounds": rounds, "writers": WRITERS},
            duration_seconds=time.monotonic() - started,
            asked=ASKED,
            met=found.is_clean and not found.lost,
        )
    ]


def power_cuts(scale: float) -> list[Row]:
    """The same, and the file is cut to what was synced: under two settings."""
    rounds = max(2, round(ROUNDS * scale))
    between = BETWEEN if scale == 1 else 60
    return [
        _cut("power-cut-durable", rounds, between, "always", "durable"),
        _cut("power-cut-everysec", rounds, between, "everysec", "fast"),
    ]


def lost_replies(scale: float) -> list[Row]:
    """One reply in five is lost, and its run is recorded again."""
    started = time.monotonic()
    wanted = max(60, round(LOST_RUNS * scale))
    with tempfile.TemporaryDirectory() as folder:
        store = MortalStore(Path(folder), "everysec")
        try:
            found, damaged = through_losses(store.url, wanted)
        finally:
            store.stop()
    return [
        Row(
            test="lost-replies",
            title="Replies to the recorder lost",
            setting="recorder fast, the caller records again after an error",
            fault=f"{LOST_SHARE:.0%} of replies lost with their connection",
            says="{torn} torn and {doubled} doubled of {acknowledged} runs recorded "
            "through {damaged} lost replies, {lost} missing",
            counts={**found.counts(), "damaged": damaged},
            duration_seconds=time.monotonic() - started,
            asked="each run once in all keys",
            met=found.is_clean and not found.lost,
        )
    ]


def killed(rounds: int, between: int, appendfsync: str, level: str) -> Audit:
    """Kill the store so often, after so many acknowledged runs each time."""
    return _suffered(rounds, between, appendfsync, level, is_cut=False)[0]


def cut(rounds: int, between: int, appendfsync: str, level: str) -> tuple[Audit, int]:
    """The same with power cuts; and how many bytes these took."""
    return _suffered(rounds, between, appendfsync, level, is_cut=True)


def through_losses(
    url: str,
    wanted: int,
    new: Callable[[str], Recorder] | None = None,
    count: int = WRITERS,
) -> tuple[Audit, int]:
    """Record so many runs while replies are lost; and how many replies were."""
    upstream = urlsplit(url)
    port = upstream.port or 6379
    with FaultProxy(port, sometimes(LOST_SHARE, lost)) as proxy:
        through = url.replace(f":{port}", f":{proxy.port}")
        writers = Writers(lambda: (new or _fast)(through), count)
        writers.start()
        try:
            writers.has_acknowledged(wanted)
        finally:
            writers.stop()
        damaged = proxy.damaged
    with Redis.from_url(url) as client:
        return audit(client, writers.tried, writers.acknowledged), damaged


def _fast(url: str) -> Recorder:
    return Recorder.from_url(url)


def _cut(name: str, rounds: int, between: int, appendfsync: str, level: str) -> Row:
    started = time.monotonic()
    found, taken = cut(rounds, between, appendfsync, level)
    is_asked = (appendfsync, level) != ("everysec", "fast")
    return Row(
        test=name,
        title="Power cut under writers",
        setting=f"appendfsync {appendfsync}, recorder {level}",
        fault="kill -9, and the append-only file cut to what its last completed "
        "fsync covered (seen by ptrace)",
        says=f"{SAYS}simulated power cuts under {{writers}} writers, which took "
        "{taken} bytes",
        counts={**found.counts(), "rounds": rounds, "writers": WRITERS, "taken": taken},
        duration_seconds=time.monotonic() - started,
        asked=ASKED if is_asked else "",
        met=(found.is_clean and not found.lost) if is_asked else None,
    )


def _suffered(
    rounds: int, between: int, appendfsync: str, level: str, is_cut: bool
) -> tuple[Audit, int]:
    with tempfile.TemporaryDirectory() as folder:
        store = MortalStore(Path(folder), appendfsync, is_traced=is_cut)
        writers = Writers(lambda: _recorder(store.url, level), WRITERS)
        writers.start()
        try:
            for _ in range(rounds):
                writers.has_acknowledged(between)
                store.cut_power() if is_cut else store.kill()
                store.start()
            writers.has_acknowledged(between)
        finally:
            writers.stop()
        try:
            with Redis.from_url(store.url) as client:
                return audit(client, writers.tried, writers.acknowledged), (
                    store.cut_bytes
                )
        finally:
            store.stop()


def _recorder(url: str, level: str) -> Recorder:
    return Recorder(writer_client(url, 5.0), Keys(), level=level)
