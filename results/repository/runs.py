"""One run by its id, and the runs of a window: a count of commands, however many runs.

Where no index answers, the records do: the same answers, at the price of the history.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress

from redis.exceptions import ResponseError

from results import scanning
from results.codec import hashes, times
from results.domain import Run, UnknownRun, Window, WindowRuns
from results.reading import checked, hash_commands, scrubber_of
from results.repository import scripts
from results.repository.indexed import Indexed
from results.run_index.head import Head
from results.scrub import Scrubber
from results.trip import Command, Scored, pipeline, scored

SCRIPT = scripts.script("read_run")
# A scan starts small, for records may be huge, and then asks for this much a trip.
FIRST_CHUNK = 2
LARGEST_CHUNK = 500
CHUNK_BYTES = 4 * 1024 * 1024


class Runs(Indexed):
    """Reads what is known about the runs of a test beside their pages."""

    def run(self, test_id: str, run_id: str) -> Run:
        """The newest copy of one run, whole up to 16 MB."""
        key = self.keys.results(test_id)
        with suppress(UnknownRun):
            return scanning.find_run(key, *self._indexed(test_id, run_id), run_id)
        found = self._time_of(test_id, run_id)
        if found is None:
            return scanning.find_run(key, *self._scan(test_id), run_id)
        if math.isnan(found):
            raise UnknownRun(run_id)
        with suppress(UnknownRun):
            return scanning.find_run(key, *self._at(test_id, found), run_id)
        # It went since, or was exchanged where no count could show it.
        return scanning.find_run(key, *self._scan(test_id), run_id)

    def window_runs(self, test_id: str, window: Window) -> WindowRuns:
        """The runs of the window, each run id once: its newest copy counts."""
        start, end = times.to_score(window.start), times.to_score(window.end)
        names = self.keys.index(test_id)
        within, beyond = (repr(start), repr(end)), (f"({end!r}", "+inf")

        def asked(head: Head) -> list[Command]:
            sets = (names.passed, names.failed, names.corrupt)
            inside: list[Command] = [("ZCOUNT", key, *within) for key in sets]
            if head.newest <= end:
                return inside
            return inside + [("ZCOUNT", key, *beyond) for key in sets[:2]]

        found = self._ask_index(test_id, start, asked)
        if found is None:
            key = self.keys.results(test_id)
            return scanning.outcomes_in(window, key, self._scan(test_id)[1])
        passed, failed, skipped, *ahead = found[1]
        return WindowRuns(passed, failed, skipped, sum(ahead))

    def _indexed(self, test_id: str, run_id: str) -> tuple[Scrubber, list[Scored]]:
        """The members of the run's moment, in one trip; none where that tells nothing:
        without an index that is right, a run that it knows, and leave to run scripts.
        """
        names, results = self.keys.index(test_id), self.keys.results(test_id)
        if not (
            self.index.is_usable
            and self.index.head(names.head)
            and scripts.may_run(self.client)
        ):
            return Scrubber(), []
        keys = (3, results, names.passed, names.failed)
        fields = hashes.SECRET
        asked = [*hash_commands(self.keys, test_id, fields)]
        asked.append(("EVAL_RO", SCRIPT, *keys, run_id))
        try:
            found = self._look(test_id, -math.inf, lambda _head: asked)
        except ResponseError:
            scripts.refused(self.client)
            return Scrubber(), []
        if found is None:
            return Scrubber(), []
        stored, former, members = found[1]
        scrubber = scrubber_of(stored, former, fields)
        return scrubber, [(member, math.nan) for member in members]

    def _time_of(self, test_id: str, run_id: str) -> float | None:
        """The score of the run's newest copy; NaN when there is none, None when no
        index could say."""
        names = self.keys.index(test_id)
        asked: list[Command] = [("ZSCORE", key, run_id) for key in names.sets[:2]]
        found = self._ask_index(test_id, -math.inf, lambda _head: asked)
        if found is None:
            return None
        known = [score for score in found[1] if score is not None]
        return float(known[0]) if known else math.nan

    def _at(self, test_id: str, score: float) -> tuple[Scrubber, Iterator[Scored]]:
        """The members of one moment, newest first."""
        bound = repr(score)
        at: Command = ("ZREVRANGEBYSCORE", self.keys.results(test_id), bound, bound)
        answer = self._read(test_id, [(*at, "WITHSCORES")])
        return answer.scrubber, iter(scored(answer.replies[0]))

    def _scan(self, test_id: str) -> tuple[Scrubber, Iterator[Scored]]:
        """All scored members, newest first, in chunks of bounded size.

        By rank from the newest end: a run that arrives meanwhile shifts the rest and
        is met twice rather than missed.
        """
        key = self.keys.results(test_id)
        first: Command = ("ZREVRANGE", key, 0, FIRST_CHUNK - 1, "WITHSCORES")
        answer = self._read(test_id, [first])
        return answer.scrubber, self._chunks(key, scored(answer.replies[0]))

    def _chunks(self, key: str, chunk: list[Scored]) -> Iterator[Scored]:
        check = self._on_time()
        start, size = 0, FIRST_CHUNK
        while chunk:
            yield from chunk
            start += size
            average = max(1, sum(len(member) for member, _ in chunk) // len(chunk))
            size = max(1, min(LARGEST_CHUNK, CHUNK_BYTES // average))
            check()
            more: Command = ("ZREVRANGE", key, start, start + size - 1, "WITHSCORES")
            chunk = scored(checked(pipeline(self.client, [more])[0]))
