"""How many listeners there are, and whether there may be one more."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException

# Listeners that the same wave brought must not come back as one.
FIRST_RETRY_SECONDS = 5
LAST_RETRY_SECONDS = 15


class TooManyListeners(APIException):
    """503: this process, or this test, has as many listeners as it may have."""

    status_code: int = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "too_many_listeners"
    default_detail = "No more live streams can be opened here now. Try again later."
    is_expected = True

    def __init__(self) -> None:
        super().__init__()
        self.wait = random.randint(FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS)


class TooManyOfOneAddress(TooManyListeners):
    """429: this address has as many streams open as it may have."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = "Too many live streams are open from this address."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who listens, and to what; an unknown address is not counted."""

    address: str
    test_id: str


@dataclass(slots=True)
class Crowd:
    """The listeners of one process. A limit of 0 is none."""

    total: int = 0
    by_address: Counter[str] = field(default_factory=Counter)
    by_test: Counter[str] = field(default_factory=Counter)

    def require_room(self, caller: Caller) -> None:
        """Raise `TooManyListeners` or `TooManyOfOneAddress`."""
        if _is_reached(self.by_address[caller.address], settings.LIVE_MAX_PER_ADDRESS):
            raise TooManyOfOneAddress()
        if _is_reached(self.by_test[caller.test_id], settings.LIVE_MAX_PER_TEST):
            raise TooManyListeners()
        if _is_reached(self.total, settings.LIVE_MAX_LISTENERS):
            raise TooManyListeners()

    def joined(self, caller: Caller) -> Membership:
        """One more, until it leaves: a context."""
        return Membership(self, caller)

    def count(self, caller: Caller, change: int) -> None:
        self.total += change
        counted = ((self.by_address, caller.address), (self.by_test, caller.test_id))
        for counter, name in counted:
            counter[name] += change if name else 0
            if not counter[name]:
                del counter[name]


@dataclass(frozen=True, slots=True)
class Membership:
    """No generator: that would take more memory than the rest of who waits."""

    crowd: Crowd
    caller: Caller

    def __enter__(self) -> None:
        self.crowd.count(self.caller, 1)

    def __exit__(self, *_: object) -> None:
        self.crowd.count(self.caller, -1)


def _is_reached(count: int, limit: int) -> bool:
    return 0 < limit <= count
