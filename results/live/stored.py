"""`?follow=false`: what is stored, as events, and then the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import chain

from asgiref.sync import sync_to_async

from results.live.cursors import Cursor
from results.live.frames import encode, joined
from results.repository import ResultRepository

PAGE = 100


def stored_chunks(
    repository: ResultRepository,
    test_id: str,
    resume_after: Cursor | None,
    replay_entries: int,
) -> Iterator[bytes]:
    """The newest entries, or all behind a position, in chunks of whole events.

    The first chunk is read at once, so that what can go wrong does so before any
    answer has begun; raises what the repository raises.
    """
    if resume_after is None:
        pages = iter([_recent(repository, test_id, replay_entries)])
    else:
        pages = _pages(repository, test_id, resume_after)
    return chain([next(pages, b"")], pages)


async def off_the_loop(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for an asynchronous server, whose loop must not wait for Redis."""
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)


def _recent(repository: ResultRepository, test_id: str, count: int) -> bytes:
    # Redis reads no entries as an error, and the test must be known all the same.
    entries = repository.recent_entries(test_id, max(count, 1))
    return joined(encode(test_id, entry) for entry in entries[:count])


def _pages(
    repository: ResultRepository, test_id: str, position: Cursor
) -> Iterator[bytes]:
    is_whole = False
    while not is_whole:
        entries = repository.entries_after(test_id, str(position), PAGE)
        frames = [encode(test_id, entry) for entry in entries]
        is_whole = len(entries) < PAGE
        if frames:
            position = frames[-1].cursor
        yield joined(frames)
