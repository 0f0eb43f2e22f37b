"""The names of all keys in Redis: a writer's own, and those that we derive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

TEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUN_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class IndexKeys(NamedTuple):
    """The keys of one test's run index, all ours, in the slot of its results.

    `head` (a string) says what the others cover; `passed` and `failed` (sorted sets)
    hold run ids, `corrupt` and `duplicates` digests of members, each with the run's
    time; `facts` (a hash) tells about each run id; `large` (a hash) holds summaries
    of records that lists do not carry; `building` is a builder's lock.
    """

    head: str
    passed: str
    failed: str
    corrupt: str
    duplicates: str
    facts: str
    large: str
    building: str

    @classmethod
    def below(cls, own: str) -> IndexKeys:
        return cls(*(f"{own}:{part}" for part in cls._fields))

    @property
    def sets(self) -> tuple[str, str, str, str]:
        """Every member of the results is in exactly one of these."""
        return self.passed, self.failed, self.corrupt, self.duplicates

    @property
    def content(self) -> tuple[str, ...]:
        """All but the lock."""
        return tuple(self[:-1])


PLAIN, TAGGED = LAYOUTS = ("plain", "tagged")


@dataclass(frozen=True, slots=True)
class Keys:
    """Key names under an optional prefix (one set of names an installation).

    In the layout `tagged` a test's id is a hash tag, `results:{abc12345}` literally:
    all keys of a test are in one slot of a Cluster.
    """

    prefix: str = ""
    layout: str = PLAIN

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise ValueError(f"layout must be one of {', '.join(LAYOUTS)}")

    @property
    def is_tagged(self) -> bool:
        """Whether the keys of a test share a slot."""
        return self.layout == TAGGED

    @property
    def all_tests(self) -> str:
        return f"{self.prefix}tests:all"

    def test(self, test_id: str) -> str:
        return self._of(test_id, "test")

    def results(self, test_id: str) -> str:
        return self._of(test_id, "results")

    def timing(self, test_id: str) -> str:
        return self._of(test_id, "timing")

    def incidents(self, test_id: str) -> str:
        return self._of(test_id, "incidents")

    def events(self, test_id: str) -> str:
        return self._of(test_id, "events")

    def of_test(self, test_id: str) -> tuple[str, str, str, str, str]:
        """A test is known when one of these exists."""
        return (
            self.test(test_id),
            self.results(test_id),
            self.timing(test_id),
            self.incidents(test_id),
            self.events(test_id),
        )

    def test_id_in(self, key: str, pattern: str) -> str | None:
        """The id where the pattern, the name of a key of the test `*`, has it."""
        before, _, after = pattern.partition("*")
        test_id = key[len(before) : len(key) - len(after)]
        is_one = TEST_ID.fullmatch(test_id) and key == before + test_id + after
        return test_id if is_one else None

    def recorded(self, test_id: str) -> str:
        """Hash of ours: run id to digest of its record, the recorder's guard."""
        return f"{self.own(self.results(test_id))}:recorded"

    def index(self, test_id: str) -> IndexKeys:
        """What we derive from the results, so that reads need not."""
        return _index(self.own(self.results(test_id)))

    def asked(self, who: str, window: int) -> str:
        """Counter of ours: requests of somebody in one window of a rate."""
        return f"{self.prefix}monitor:{{asked:{who}}}:{window}"

    def hidden(self, test_id: str) -> str:
        """Set of ours: every hidden value that the test had, as the recorder saw it."""
        return f"{self.own(self.test(test_id))}:hidden"

    def confirmed(self, key: str) -> str:
        """String of ours: written behind what is to be confirmed about the key."""
        return f"{self.own(key)}:confirmed"

    def own(self, key: str) -> str:
        """How our keys begin that are derived from this one, and in its slot."""
        return f"{self.prefix}monitor:{key if '{' in key else f'{{{key}}}'}"

    def _of(self, test_id: str, kind: str) -> str:
        own = f"{{{test_id}}}" if self.layout == TAGGED else test_id
        return f"{self.prefix}{kind}:{own}"


@lru_cache(maxsize=4096)
def _index(own: str) -> IndexKeys:
    return IndexKeys.below(own)
