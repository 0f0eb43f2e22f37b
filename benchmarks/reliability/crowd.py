"""Clients that ask again and again while something happens to the store."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence

from benchmarks.reliability.asking import Answer, Client
from benchmarks.reliability.stage import HOST

STORED = (
    "/api/dashboard",
    "/api/tests",
    "/api/summary",
    "/api/tests/{id}",
    "/api/tests/{id}/results",
    "/api/tests/{id}/timing",
    "/api/tests/{id}/uptime",
    "/api/tests/{id}/incidents",
    "/api/tests/{id}/outages",
    "/api/tests/{id}/availability",
    "/api/tests/{id}/steps",
)
STORELESS = ("/healthz", "/docs", "/openapi.json", "/redoc")


class Crowd:
    """So many clients that each pause about `pause_seconds` between two requests;
    `answers` has all answers so far."""

    def __init__(
        self, port: int, paths: Sequence[str], clients: int, pause_seconds: float
    ) -> None:
        self.answers: list[tuple[str, Answer]] = []
        self._pause = pause_seconds
        self._has_ended = False
        self._tasks = [
            asyncio.create_task(self._ask_on(port, paths, number))
            for number in range(clients)
        ]

    async def end(self) -> None:
        """Let each of them have its last answer."""
        self._has_ended = True
        await asyncio.gather(*self._tasks)

    def between(self, begin: float, end: float) -> list[Answer]:
        """What was asked in this time (of the monotonic clock)."""
        return [one for _, one in self.answers if begin <= one.asked_at < end]

    async def _ask_on(self, port: int, paths: Sequence[str], number: int) -> None:
        chance = random.Random(number)
        client = Client(HOST, port)
        for path in itertools.islice(itertools.cycle(paths), number, None):
            await asyncio.sleep(self._pause * chance.uniform(0.5, 1.5))
            if self._has_ended:
                break
            self.answers.append((path, await client.get(path)))
        await client.close()


def paths_of(test_ids: Sequence[str]) -> list[str]:
    """Every kind of stored thing, of one test and another."""
    return [path.format(id=test_id) for test_id in test_ids for path in STORED]


async def recovered(crowd: Crowd, since: float, limit_seconds: float = 15.0) -> float:
    """Seconds from `since` until the last answer that was no 200, of all that were
    asked until some seconds passed without one."""
    deadline = time.monotonic() + limit_seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        last = max((_end(a) for _, a in crowd.answers if a.status != 200), default=0)
        if time.monotonic() - max(last, since) > 3:
            return max(0.0, last - since)
    return limit_seconds


def _end(answer: Answer) -> float:
    return answer.asked_at + answer.seconds
