"""Shared readings: one for all who ask, and nobody's connection is taken from it."""

import asyncio
import contextlib

import pytest

from results.live.sharing import Sharing


class Shelf:
    """What is read, and by how many it is in use."""

    def __init__(self):
        self.users = self.begun = 0
        self.may_end = asyncio.Event()

    @contextlib.contextmanager
    def in_use(self):
        self.users += 1
        yield
        self.users -= 1

    async def read(self):
        self.begun += 1
        await self.may_end.wait()
        if not self.users:
            raise OSError("the connection is gone")
        return "answer"


def test_many_who_ask_the_same_are_answered_by_one_reading():
    async def scenario():
        shelf = Shelf()
        sharing = Sharing(shelf.in_use)
        asked = [asyncio.create_task(sharing.read("k", shelf.read)) for _ in range(5)]
        await asyncio.sleep(0)
        shelf.may_end.set()
        assert await asyncio.gather(*asked) == ["answer"] * 5
        assert (shelf.begun, shelf.users) == (1, 0)

    asyncio.run(scenario())


def test_a_reading_that_all_have_left_keeps_what_it_reads_until_its_end():
    async def scenario():
        shelf = Shelf()
        sharing = Sharing(shelf.in_use)
        asked = asyncio.create_task(sharing.read("k", shelf.read))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert shelf.users == 1
        late = asyncio.create_task(sharing.read("k", shelf.read))
        await asyncio.sleep(0)
        shelf.may_end.set()
        assert await late == "answer"
        await asyncio.sleep(0)
        assert (shelf.begun, shelf.users) == (1, 0)

    asyncio.run(scenario())


def test_a_reading_that_fails_gives_back_what_it_held():
    async def fail():
        raise OSError("no")

    async def scenario():
        shelf = Shelf()
        with pytest.raises(OSError, match="no"):
            await Sharing(shelf.in_use).read("k", fail)
        await asyncio.sleep(0)
        assert shelf.users == 0

    asyncio.run(scenario())
