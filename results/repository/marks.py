"""What a page of a test's runs depends on, told without reading a record."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

from redis.exceptions import ResponseError

from results.codec import hashes
from results.domain import UnreadableKey
from results.reading import Answer, hash_commands, scrubber_of
from results.repository.indexed import Indexed
from results.run_index.head import Head, decode
from results.run_index.use import REFUSALS
from results.scrub import Scrubber
from results.trip import Command


class Marks(Indexed):
    """Marks pages by the state of the run index and what has to be hidden."""

    def _mark(self, test_id: str) -> str | None:
        """The mark of all pages of the test's runs now; None without an index that
        a page or another answer has met before."""
        if not self.index.is_usable or not self.index.head(
            self.keys.index(test_id).head
        ):
            return None
        commands = hash_commands(self.keys, test_id, hashes.SECRET)
        try:
            found = self._look(test_id, -math.inf, lambda _head: list(commands))
        except REFUSALS as refusal:
            self.index.refused(refusal)
            return None
        if found is None:
            return None
        head, (stored, former) = found
        return _mark(head, scrubber_of(stored, former, hashes.SECRET))

    def _read_marked(
        self, test_id: str, commands: Sequence[Command]
    ) -> tuple[Answer, str | None]:
        """The answer to the commands, and the mark of that very moment."""
        names = self.keys.index(test_id)
        if not self.index.is_usable:
            return self._read(test_id, commands), None
        head = self.index.head(names.head)
        checks: list[Command] = [("GET", names.head)]
        if head is not None and head.is_complete:
            checks += head.ends(self.keys.results(test_id))
        try:
            answer = self._read(test_id, [*commands, *checks])
        except (*REFUSALS, UnreadableKey) as refusal:
            # Of the page itself, then it is raised again, or of the index.
            answer = self._read(test_id, commands)
            if isinstance(refusal, ResponseError):
                self.index.refused(refusal)
            return answer, None
        raw, *counts = answer.replies[len(commands) :]
        known = decode(raw)
        self.index.saw(names.head, known)
        is_right = head and counts and known == head and head.agrees(counts)
        return answer, _mark(head, answer.scrubber) if head and is_right else None


def _mark(head: Head, scrubber: Scrubber) -> str:
    """Secrets are part of it, so it is a digest: it leaves as (part of) a tag."""
    parts: tuple[Any, ...] = (head.encode(), scrubber.secrets, scrubber.complete)
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
