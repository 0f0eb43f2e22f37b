"""The store that a command works on: REDIS_URL's, or the one of VAR_DIR."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError

from results.connection import use_store
from results.embedded import OWNER_ENDED, EmbeddedStoreError, Store, open_store


class Writable(Protocol):
    """What Django's `self.stdout` and an ordinary text file have in common."""

    def write(self, text: str, /) -> object: ...


def say_owner_ended() -> None:
    """Tell whoever started this command that its store is gone."""
    print(OWNER_ENDED, file=sys.stderr, flush=True)


@contextlib.contextmanager
def command_store(
    stdout: Writable | None, on_owner_end: Callable[[], None] = say_owner_ended
) -> Iterator[str]:
    """URL of the store that this process' data connection uses inside the block.

    Says on `stdout`, if given, where the data is. `CommandError` when there is none.
    """
    if settings.REDIS_URL:
        _say(stdout, f"The data is at {without_secrets(settings.REDIS_URL)}.")
        yield settings.REDIS_URL
        return
    with _opened(on_owner_end) as store:
        _say(stdout, _whereabouts(store))
        use_store(store.url)
        try:
            yield store.url
        finally:
            use_store("")


def without_secrets(url: str) -> str:
    """A Redis URL fit to be shown: no user, no password, no query."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"


def _opened(on_owner_end: Callable[[], None]) -> Store:
    try:
        return open_store(settings.VAR_DIR, on_owner_end)
    except EmbeddedStoreError as failure:
        raise CommandError(str(failure)) from failure


def _whereabouts(store: Store) -> str:
    how = "started for this command" if store.owned else "joined: it was running"
    return f"The data is in {settings.VAR_DIR}, in a store of its own ({how})."


def _say(stdout: Writable | None, line: str) -> None:
    if stdout is not None:
        stdout.write(f"{line}\n")
