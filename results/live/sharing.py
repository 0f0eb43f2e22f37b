"""The same question, asked by many at once, is asked of Redis once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Sharing(Generic[Key, Answer]):
    """Readings under way, by what they ask.

    Each keeps what it reads from `in_use` until its end: those who asked may leave
    before, all of them.
    """

    def __init__(self, in_use: Callable[[], AbstractContextManager[None]]) -> None:
        self._in_use = in_use
        self._readings: dict[Key, asyncio.Task[Answer]] = {}

    async def read(
        self, key: Key, begin: Callable[[], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        """The answer of the reading of that key, begun if there is none under way."""
        reading = self._readings.get(key)
        if reading is None:
            use = self._in_use()
            use.__enter__()
            reading = asyncio.create_task(begin())
            self._readings[key] = reading
            reading.add_done_callback(lambda task: self._forget(key, task))
            reading.add_done_callback(lambda _task: use.__exit__(None, None, None))
        # A client that leaves must not take the others' reading with it.
        return await asyncio.shield(reading)

    def _forget(self, key: Key, reading: asyncio.Task[Answer]) -> None:
        del self._readings[key]
        if not reading.cancelled():
            # Nobody may be left to see it.
            reading.exception()
