"""`python -m benchmarks.asgi_servers [--quick]`: a table, a section of RESULTS.md."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.asgi_servers.probes import (
    FULL,
    QUICK,
    FanOut,
    Size,
    fan_out,
    half_sent_heads,
    shutdown,
    stuck_readers,
)
from benchmarks.processes import ServerProcess
from benchmarks.results_page import table, write_section

APPLICATION = "benchmarks.asgi_servers.fan:application"
GRANIAN = (
    *("-m", "granian", APPLICATION, "--interface", "asgi", "--port", "{port}"),
    *("--http", "1", "--no-ws", "--loop", "uvloop", "--backpressure", "20000"),
    *("--http1-header-read-timeout", "{half_ms}", "--workers-kill-timeout", "{limit}"),
    *("--log-level", "warning"),
)
UVICORN = (
    *("-m", "uvicorn", APPLICATION, "--port", "{port}", "--loop", "uvloop"),
    *("--timeout-graceful-shutdown", "{limit}", "--timeout-keep-alive", "120"),
    *("--log-level", "warning"),
)
SERVED = (
    *("-m", "benchmarks.asgi_servers.served", "--port", "{port}"),
    *("--request-seconds", "{half_seconds}"),
)
SERVERS = {
    "serve": SERVED,
    "uvicorn, httptools": (*UVICORN, "--http", "httptools"),
    "uvicorn, h11": (*UVICORN, "--http", "h11"),
    "granian": GRANIAN,
    "granian, 64 KB buffers": (*GRANIAN, "--http1-buffer-size", "65536"),
}
INTRO = """\
`python -m benchmarks.asgi_servers`: the same small application (a fan-out without
Django) under each server, one process, uvloop; streams stay open and get every chunk of
200 bytes.

`manage.py serve` is uvicorn with a protocol of ours: like granian it drops half-sent
request heads (granian after 5 s here, serve after 10 s),
which uvicorn by itself never does. granian costs less a
delivery in bursts, but keeps more of what a client does not read and has no way to hang
up on it. In `deploy/` it serves the JSON endpoints, as WSGI."""
ROWS = (
    "half-sent request heads still open after {size.half_seconds:.0f} s, of 50",
    "SIGTERM to end with {open} open streams, limit {size.stop_seconds} s (s)",
    "of them told by a closed connection",
    "memory per open stream, {size.listeners} of them (KB)",
    "CPU per delivery, one chunk at a time (us)",
    "delay p50 / p99 with {size.listeners} listeners (ms)",
    "CPU per delivery, {size.burst} chunks without a pause (us)",
    "these {size.burst} chunks through to all (s)",
    "application knows that all have left after (s)",
    "memory per client that never reads {mb:.0f} MB (MB)",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asgi_servers")
    parser.add_argument("--quick", action="store_true", help="small, writes nothing")
    quick = parser.parse_args().quick
    size = QUICK if quick else FULL
    columns = [measured(command, size) for command in SERVERS.values()]
    names = [row.format(size=size, **derived(size)) for row in ROWS]
    result = table(["", *SERVERS], zip(names, *columns, strict=True))
    print(result)
    if not quick:
        title = "ASGI servers for the live streams"
        write_section("asgi-servers", title, f"{INTRO}\n\n{result}")


def derived(size: Size) -> dict[str, float]:
    return {"open": size.listeners // 10, "mb": size.stuck_chunks / 10}


def measured(command: tuple[str, ...], size: Size) -> list[str]:
    """One column of the table, in the order of `ROWS`."""
    limits = {
        "{half_ms}": str(int(size.half_seconds * 250)),
        "{half_seconds}": str(size.half_seconds / 4),
        "{limit}": str(size.stop_seconds),
    }
    command = tuple(limits.get(part, part) for part in command)
    with tempfile.TemporaryDirectory() as folder:
        env = {"DJANGO_SETTINGS_MODULE": "monitor.settings"}
        log = Path(folder) / "log"
        fresh = partial(ServerProcess, command, log, env, ready="/listeners")
        with fresh() as server:
            half = half_sent_heads(server, size)
        with fresh() as server:
            seconds, told = asyncio.run(shutdown(server, size))
        with fresh() as server:
            fan = asyncio.run(fan_out(server, size))
        with fresh() as server:
            stuck = asyncio.run(stuck_readers(server, size))
    return [
        str(half),
        "never" if seconds is None else f"{seconds:.1f}",
        str(told),
        *_cells(fan),
        f"{stuck:.2f}",
    ]


def _cells(fan: FanOut) -> list[str]:
    return [
        f"{fan.kb_per_stream:.1f}",
        f"{fan.single_us:.1f}",
        f"{fan.p50_ms:.0f} / {fan.p99_ms:.0f}",
        f"{fan.burst_us:.2f}",
        f"{fan.burst_seconds:.2f}",
        "never" if fan.leave_seconds is None else f"{fan.leave_seconds:.2f}",
    ]


if __name__ == "__main__":
    main()
