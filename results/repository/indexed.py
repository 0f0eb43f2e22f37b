"""Asks a test's run index, and has it caught up or built where it lags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis

from results.keys import Keys
from results.repository.asking import Asking
from results.run_index.building import Builder, BuildingElsewhere
from results.run_index.head import CHECKS, Head, decode
from results.run_index.use import REFUSALS, Deadline, IndexUse, without_end
from results.trip import Command, transaction

Asked = Callable[[Head], list[Command]]


class Indexed(Asking):
    """Reads through the index; None wherever the records have to answer."""

    def __init__(
        self,
        client: Redis,
        keys: Keys | None = None,
        index: IndexUse | None = None,
    ) -> None:
        super().__init__(client, keys)
        self.index = index or IndexUse()

    def _ask_index(
        self, test_id: str, start: float, asked: Asked
    ) -> tuple[Head, list[Any]] | None:
        """The replies to what `asked` wants to know, as of one moment at which the
        index was right from `start` on; None when there is no index to ask.

        Raises `IndexBuilding` when there is no time left to build it.
        """
        if not self.index.is_usable:
            return None
        try:
            found = self._look(test_id, start, asked)
            if found is None and self._has_runs(test_id):
                on_time = Deadline(self.index.build_seconds).check
                Builder(self.client, self.keys, test_id, on_time).cover(start)
                found = self._look(test_id, start, asked)
            return found
        except REFUSALS as refusal:
            self.index.refused(refusal)
        except BuildingElsewhere:
            pass
        return None

    def _look(
        self, test_id: str, start: float, asked: Asked
    ) -> tuple[Head, list[Any]] | None:
        """The index as it is, when it is right; two trips only when it has changed."""
        names, results = self.keys.index(test_id), self.keys.results(test_id)
        head = self.index.head(names.head)
        if head is None:
            (raw,) = transaction(self.client, [("GET", names.head)])
            head = decode(raw)
        while head is not None:
            get: Command = ("GET", names.head)
            commands = [get, *head.checks(results, names), *asked(head)]
            raw, *replies = transaction(self.client, commands)
            seen, known = head, decode(raw)
            self.index.saw(names.head, known)
            if known == seen:
                is_right = seen.covers(start) and seen.holds(replies[:CHECKS])
                rest = replies[CHECKS:]
                return (seen, rest) if is_right and _are_readable(rest) else None
            head = known
        return None

    def _has_runs(self, test_id: str) -> bool:
        """Whether there is anything to index; raises `UnknownTest`."""
        count: Command = ("ZCARD", self.keys.results(test_id))
        return bool(self._read(test_id, [count]).replies[0])

    def _on_time(self) -> Callable[[], None]:
        """How long the records may be read when they have to answer: without an
        index as long as it takes, for nobody builds one meanwhile."""
        if not self.index.is_usable:
            return without_end
        return Deadline(self.index.build_seconds).check


def _are_readable(replies: Sequence[Any]) -> bool:
    return not any(isinstance(reply, Exception) for reply in replies)
