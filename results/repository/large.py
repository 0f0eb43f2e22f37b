"""Ranges of runs whose large bodies stay in Redis: the index has their summaries.

Where it has not, they are made of one record after another, so that a page of 10 MB
records is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from redis.exceptions import ResponseError

from results import unreadable
from results.codec import facts, records
from results.domain import Run
from results.reading import Answer, checked
from results.repository import scripts
from results.repository.marks import Marks
from results.scrub import Scrubber
from results.trip import Command, pipeline, scored

SCRIPT = scripts.script("read_page")
# A member, or the summary and the size of a large one; and its score.
Stored = tuple[Any, float]


class Ranges(NamedTuple):
    """Stretches of results, the replies to what else was asked, and the mark of that
    moment."""

    ranges: list[list[Stored]]
    replies: list[Any]
    scrubber: Scrubber
    mark: str | None


class LargePages(Marks):
    """Reads stretches of results for lists."""

    def _read_ranges(
        self, test_id: str, asked: Sequence[Command], further: Sequence[Command] = ()
    ) -> Ranges:
        """In one trip: `asked` are range commands of `results:{id}` without the key."""
        found = self._without_bodies(test_id, asked, further)
        if found is not None:
            return found
        key = self.keys.results(test_id)
        ranges = [(name, key, *words) for name, *words in map(_with_scores, asked)]
        answer, mark = self._read_marked(test_id, [*further, *ranges])
        return _ranges(answer, mark, len(further), len(ranges), scored)

    def _without_bodies(
        self, test_id: str, asked: Sequence[Command], further: Sequence[Command]
    ) -> Ranges | None:
        """None where the members have to be read instead."""
        names, results = self.keys.index(test_id), self.keys.results(test_id)
        head = self.index.head(names.head) if self.index.is_usable else None
        if not asked or (head is not None and not head.has_large):
            return None
        if not scripts.may_run(self.client):
            return None
        limit = records.LIST_RECORD_BYTES
        script: Command = ("EVAL_RO", SCRIPT, 2, results, names.large, limit)
        ranges = [(*script, *words) for words in map(_with_scores, asked)]
        try:
            answer, mark = self._read_marked(test_id, [*further, *ranges])
        except ResponseError:
            scripts.refused(self.client)
            return None
        found = _ranges(answer, mark, len(further), len(ranges), _paired)
        try:
            # Without a mark nobody knows whether the summaries are of these records.
            told = [
                self._summed_up(results, words, stretch, mark is not None)
                for words, stretch in zip(asked, found.ranges, strict=True)
            ]
        except _Moved:
            return None
        return found._replace(ranges=told)

    def _summed_up(
        self, key: str, words: Command, stretch: list[Stored], is_sure: bool
    ) -> list[Stored]:
        """The stretch with a summary of each large record, which is read for it where
        the index told none."""
        told: list[Stored] = []
        for place, (body, score) in enumerate(stretch):
            if isinstance(body, list) and not (is_sure and body[0]):
                body = self._summary(key, _one_of(words, place), body[1])
            told.append((body, score))
        return told

    def _summary(self, key: str, words: Command, size: int) -> Any:
        """Summary and size of the one record; itself, where only it tells."""
        name, *bounds = words
        (reply,) = pipeline(self.client, [(name, key, *bounds)])
        members = checked(reply)
        if len(members) != 1 or len(members[0]) != size:
            raise _Moved
        seen = facts.sight(members[0])
        return [seen.summary, size] if seen.summary else members[0]


class _Moved(Exception):
    """Another record is where a large one was a moment ago."""


def decoded_runs(key: str, bodies: list[Any], scrubber: Scrubber) -> list[Run]:
    """The runs of a page, in the order in which they take its room."""
    if list not in map(type, bodies):
        return unreadable.left_out(
            key,
            records.whole_or_summary(bodies),
            lambda sized: records.decode_run(sized[0], scrubber, sized[1]),
        )

    def decode(sized: tuple[Any, bool]) -> Run:
        body, whole = sized
        if isinstance(body, list):
            return records.decode_summary(body[0], body[1], scrubber)
        return records.decode_run(body, scrubber, whole)

    return unreadable.left_out(key, _sized(bodies), decode)


def _with_scores(words: Command) -> Command:
    """Command and bounds, WITHSCORES, and a LIMIT if there is one."""
    return (*words[:3], "WITHSCORES", *words[3:])


def _ranges(
    answer: Answer, mark: str | None, further: int, count: int, pairs: Any
) -> Ranges:
    replies = answer.replies
    ranges = [pairs(reply) for reply in replies[further : further + count]]
    return Ranges(ranges, replies[:further], answer.scrubber, mark)


def _paired(reply: list[Any]) -> list[Stored]:
    return [(b, float(s)) for b, s in zip(reply[::2], reply[1::2], strict=True)]


def _one_of(words: Command, place: int) -> Command:
    """The command for what is at this place of a range alone."""
    name, first, last, *limit = words
    if name == "ZREVRANGE":
        return (name, int(first) + place, int(first) + place)
    start = int(limit[1]) if limit else 0
    return (name, first, last, "LIMIT", start + place, 1)


def _sized(found: list[Any]) -> list[tuple[Any, bool]]:
    """Which members go out whole: large ones take no room on a page."""
    whole = records.whole_or_summary(m for m in found if not isinstance(m, list))
    return [(m, False) if isinstance(m, list) else next(whole) for m in found]
