"""The head of an index: what it covers, and how to see that the results still agree.

The comparison transfers no member: the count of all, the count from the newest
indexed time on, the count up to the oldest one, and the count from the one to the
other, which is all: where the newest went and a newer one came, the others are as they
were. It sees arrival, late arrival, trimming and deletion. It cannot see that members
were exchanged for as many others between, or at, the two ends: `manage.py check_index`
does. The counts of our own keys are compared, too: a server that is full may have
evicted one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from results.codec.facts import VERSION
from results.keys import IndexKeys
from results.trip import Command

# So many commands `Head.checks` are.
CHECKS = 9


class Head(NamedTuple):
    """All members from the time `oldest` on are indexed, `total` of them.

    Times are epoch seconds. Where `is_complete`, nothing is older. `generation`
    changes with every change of the index; its part before the dot, the epoch, stays
    where nothing happened but that runs were added which are not older than the newest,
    and the oldest ones went.
    """

    generation: str
    total: int
    newest: float
    at_newest: int
    oldest: float
    at_oldest: int
    is_complete: bool
    has_large: bool

    @property
    def epoch(self) -> str:
        """The same as long as what lies between oldest and newest stays as it is."""
        return self.generation.partition(".")[0]

    @property
    def next_generation(self) -> str:
        """The generation that keeps the epoch; a Lua script spells it the same way."""
        count = self.generation.partition(".")[2]
        return f"{self.epoch}.{int(count or 0) + 1}"

    def encode(self) -> str:
        """Words; the first is the version of the whole index."""
        return (
            f"{VERSION} {self.generation} {self.total} {self.newest!r} "
            f"{self.at_newest} {self.oldest!r} {self.at_oldest} "
            f"{self.is_complete:d} {self.has_large:d}"
        )

    def checks(self, results: str, names: IndexKeys) -> list[Command]:
        """Four counts of the results and those of our keys, for `holds`."""
        own: list[Command] = [("ZCARD", key) for key in names.sets]
        return [*self.ends(results), *own, ("HLEN", names.facts)]

    def ends(self, results: str) -> list[Command]:
        """Four counts of the results, for `agrees`."""
        newest, oldest = repr(self.newest), repr(self.oldest)
        since: Command = ("ZCOUNT", results, newest, "+inf")
        within: Command = ("ZCOUNT", results, oldest, newest)
        if self.is_complete:
            until: Command = ("ZCOUNT", results, "-inf", oldest)
            return [("ZCARD", results), since, until, within]
        at_oldest: Command = ("ZCOUNT", results, oldest, oldest)
        return [("ZCOUNT", results, oldest, "+inf"), since, at_oldest, within]

    def holds(self, counts: Sequence[Any], later: int = 0) -> bool:
        """Whether the results are still those that were indexed, and all is here.

        The counts may be those that an earlier head asked for: since then so many
        `later` ones were added, which are not older than its newest.
        """
        if {*map(type, counts)} != {int}:
            return False
        *ends, passed, failed, corrupt, duplicates, facts = counts
        sums = passed + failed + corrupt + duplicates
        is_whole = facts == passed + failed and sums == self.total
        return is_whole and self.agrees(ends, later)

    def agrees(self, counts: Sequence[Any], later: int = 0) -> bool:
        """Whether the results are still those that were indexed."""
        *known, within = counts
        is_same = known == [self.total, self.at_newest, self.at_oldest]
        return is_same and self.total - later <= within

    def covers(self, start: float) -> bool:
        """Whether every run from `start` on is indexed."""
        return self.is_complete or start >= self.oldest


def decode(raw: object) -> Head | None:
    """The head that was stored; None for none, or for another version's."""
    return _decoded(raw) if isinstance(raw, bytes) else None


@lru_cache(maxsize=4096)
def _decoded(raw: bytes) -> Head | None:
    words = raw.decode(errors="replace").split()
    if len(words) != 9 or words[0] != str(VERSION):
        return None
    try:
        return Head(
            generation=words[1],
            total=int(words[2]),
            newest=float(words[3]),
            at_newest=int(words[4]),
            oldest=float(words[5]),
            at_oldest=int(words[6]),
            is_complete=words[7] == "1",
            has_large=words[8] == "1",
        )
    except ValueError:
        return None


def is_newer(raw: object) -> bool:
    """Whether a later version of this product keeps the index: it is not ours then."""
    first = raw.split(b" ", 1)[0] if isinstance(raw, bytes) else b""
    return first.isdigit() and len(first) < 10 and int(first) > VERSION
