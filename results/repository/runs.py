"""One run by its id, and the runs of a window."""

from __future__ import annotations

from collections.abc import Iterator

from results import scanning
from results.domain import Run, Window, WindowRuns
from results.reading import checked
from results.repository.asking import Asking
from results.scrub import Scrubber
from results.trip import Command, Scored, pipeline, scored

# A scan starts small, for records may be huge, and then asks for this much a trip.
FIRST_CHUNK = 8
LARGEST_CHUNK = 500
CHUNK_BYTES = 4 * 1024 * 1024


class Runs(Asking):
    """Reads what is known about the runs of a test beside their pages."""

    def run(self, test_id: str, run_id: str) -> Run:
        """The newest copy of one run, whole up to 16 MB."""
        scrubber, members = self._scan(test_id)
        return scanning.find_run(self.keys.results(test_id), members, run_id, scrubber)

    def window_runs(self, test_id: str, window: Window) -> WindowRuns:
        """Outcomes in the window, each run id once: its newest copy counts."""
        key = self.keys.results(test_id)
        return scanning.outcomes_in(window, key, self._scan(test_id)[1])

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
        start, size = 0, FIRST_CHUNK
        while chunk:
            yield from chunk
            start += size
            average = max(1, sum(len(member) for member, _ in chunk) // len(chunk))
            size = max(1, min(LARGEST_CHUNK, CHUNK_BYTES // average))
            more: Command = ("ZREVRANGE", key, start, start + size - 1, "WITHSCORES")
            chunk = scored(checked(pipeline(self.client, [more])[0]))
