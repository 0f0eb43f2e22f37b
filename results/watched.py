"""Read, decide, write or nothing: WATCH and MULTI, with an end to the tries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import WatchError

Result = TypeVar("Result")
ATTEMPTS = 20


def watched(
    client: Redis, keys: tuple[str, ...], attempt: Callable[[Pipeline], Result]
) -> Result:
    """What `attempt` returned when none of `keys` was changed by somebody else.

    It reads at once, then calls `multi()`, queues and executes. Raises `WatchError`
    when the keys changed under each of 20 tries; nothing was written then.
    """
    for _ in range(ATTEMPTS):
        with client.pipeline(transaction=True) as pipe, contextlib.suppress(WatchError):
            pipe.watch(*keys)  # type: ignore[no-untyped-call]
            return attempt(pipe)
    raise WatchError(f"{keys[0]} changed under each of {ATTEMPTS} tries")
