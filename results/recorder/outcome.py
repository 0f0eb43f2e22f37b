"""What recording a run comes to, what it touches, and how much is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from results.domain import UnreadableKey
from results.keys import IndexKeys, Keys


class Recorded(Enum):
    """`NEW` was stored; `REPEAT` had been; `TOO_OLD` lies beyond `keep_runs`.

    Only `NEW` changed anything, so only `NEW` is a reason to tell somebody.
    """

    NEW = "new"
    REPEAT = "repeat"
    TOO_OLD = "too old"


class RunConflict(Exception):
    """The run id is recorded already, with another content; nothing was changed."""

    def __init__(self, test_id: str, run_id: str) -> None:
        super().__init__(f"run {run_id} of test {test_id} has another content already")
        self.test_id = test_id
        self.run_id = run_id


@dataclass(frozen=True, slots=True)
class Limits:
    """How many of each are kept, the newest ones; None keeps all."""

    keep_runs: int | None = None
    keep_incidents: int | None = None
    keep_events: int | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            limit = getattr(self, name)
            if limit is not None and (type(limit) is not int or limit < 1):
                raise ValueError(f"{name} must be a whole number of 1 or more, or None")


class RunKeys(NamedTuple):
    """The keys that one run is written to, in the order of `TYPES`."""

    results: str
    timing: str
    test: str
    incidents: str
    recorded: str

    @property
    def run_index(self) -> IndexKeys:
        """The keys of the test's run index."""
        return IndexKeys.below(self.recorded.rpartition(":")[0])

    @classmethod
    def of(cls, keys: Keys, test_id: str) -> RunKeys:
        return cls(
            keys.results(test_id),
            keys.timing(test_id),
            keys.test(test_id),
            keys.incidents(test_id),
            keys.recorded(test_id),
        )


TYPES = RunKeys("zset", "zset", "hash", "list", "hash")


def wrong_type(key: str, found: str) -> UnreadableKey:
    """The error for a key that is not what the contract says; nothing was changed."""
    return UnreadableKey(f"{key} is a {found}: nothing was written")
