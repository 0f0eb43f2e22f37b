"""A writer in a process of its own: `python -m benchmarks.live.writing URL ...`.

It writes at a fixed rate whatever the listeners do, tries again what was not
acknowledged, and stamps every entry with the time at which it was sent.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from benchmarks.live.servers import ROOT

AGAIN_SECONDS = 0.05


async def write(
    url: str, count: int, *, rate: float = 0, tests: int = 1, padding: int = 0
) -> None:
    """Start the writer and wait for its end; it must have written everything."""
    arguments = (url, count, "--rate", rate, "--tests", tests, "--padding", padding)
    command = (sys.executable, "-m", __name__, *map(str, arguments))
    writer = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        if await writer.wait():
            raise RuntimeError("the writer failed")
    finally:
        if writer.returncode is None:
            writer.kill()
            await writer.wait()


def test_id(number: int = 0) -> str:
    """The id of the n-th test that a writer writes to."""
    return f"live{number:04}"


def entry(number: int, padding: int) -> Any:
    """An entry as pipelines write them, about 200 bytes on the wire."""
    return {
        "type": "step_start",
        "step_number": str(number),
        "message": f"Step {number}: open the page and wait for it" + "." * padding,
        "sent": repr(time.time()),
    }


def write_at_rate(client: Redis, asked: argparse.Namespace) -> None:
    """One entry each 1/rate seconds, round robin over the tests."""
    started = time.monotonic()
    for number in range(asked.count):
        due = started + number / asked.rate
        time.sleep(max(0.0, due - time.monotonic()))
        key = f"events:{test_id(number % asked.tests)}"
        _until_acknowledged(client, key, number, asked.padding)


def write_at_once(client: Redis, asked: argparse.Namespace) -> None:
    """All of it in one round trip."""
    with client.pipeline(transaction=False) as pipe:
        for number in range(asked.count):
            key = f"events:{test_id(number % asked.tests)}"
            pipe.xadd(key, entry(number, asked.padding))
        pipe.execute()


def _until_acknowledged(client: Redis, key: str, number: int, padding: int) -> None:
    while True:
        try:
            client.xadd(key, entry(number, padding))
            return
        except (RedisError, OSError):
            time.sleep(AGAIN_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("--rate", type=float, help="entries a second; 0: at once")
    parser.add_argument("--tests", type=int)
    parser.add_argument("--padding", type=int, help="more bytes in each message")
    asked = parser.parse_args()
    # Trying again is ours: a second try of the driver's could write twice unseen.
    never = Retry(NoBackoff(), 0)
    with Redis.from_url(asked.url, socket_timeout=10, retry=never) as client:
        (write_at_rate if asked.rate else write_at_once)(client, asked)


if __name__ == "__main__":
    main()
