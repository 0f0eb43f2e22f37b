"""Compares an index with the records, member by member: what no reader can afford."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from results.codec import facts as facts_codec
from results.codec.facts import Sighting
from results.keys import IndexKeys, Keys
from results.reading import checked
from results.run_index.building import Builder
from results.run_index.head import Head, decode, is_newer
from results.run_index.records import RecordReader
from results.run_index.use import without_end
from results.run_index.writing import drop
from results.trip import Command, scored, transaction

# While a writer stores runs, what is compared may be of two moments: look again.
TRIES = 5
ABSENT, PARTIAL, BEHIND, COMPLETE, NEWER = (
    "absent",
    "partial",
    "behind",
    "complete",
    "newer",
)
Entry = tuple[float, object]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What the records hold, and how the index differs from them.

    `state` is `absent`, `partial` (newest runs only), `behind` (the next reader sees
    it and catches up), `complete`, or `newer` (kept by a later version). `missing`,
    `stale` and `wrong` count entries that an index which claims to be right lacks,
    has too many, or has with another time, outcome or facts.
    """

    test_id: str
    state: str
    records: int
    runs: int
    duplicates: int
    corrupt: int
    missing: int = 0
    stale: int = 0
    wrong: int = 0

    @property
    def drifts(self) -> bool:
        """Whether readers would be told something that is not so."""
        return bool(self.missing or self.stale or self.wrong)


@dataclass(slots=True)
class _Content:
    """Of each kind what there is: by run id or by digest, with its time and facts."""

    runs: dict[str, Entry] = field(default_factory=dict)
    corrupt: dict[str, Entry] = field(default_factory=dict)
    duplicates: dict[str, Entry] = field(default_factory=dict)

    def add(self, seen: Sighting, score: float) -> None:
        if seen.facts is None or seen.run_id is None:
            self.corrupt[seen.digest] = score, None
        elif seen.run_id in self.runs:
            self.duplicates[seen.digest] = score, None
        else:
            self.runs[seen.run_id] = score, seen.facts

    def entries(self) -> dict[tuple[str, str], Entry]:
        kinds = {"run": self.runs, "corrupt": self.corrupt, "copy": self.duplicates}
        return {
            (kind, name): entry
            for kind, found in kinds.items()
            for name, entry in found.items()
        }


def check_index(client: Redis, keys: Keys, test_id: str) -> IndexReport:
    """Compare one test's index with its records; changes nothing."""
    names, results = keys.index(test_id), keys.results(test_id)
    for _ in range(TRIES):
        raw, state, head = _state(client, names, results)
        stored = _stored(client, results)
        indexed = _indexed(client, names) if head else _Content()
        if _state(client, names, results)[:2] == (raw, state):
            break
    report = IndexReport(
        test_id=test_id,
        state=state,
        records=sum(map(len, (stored.runs, stored.corrupt, stored.duplicates))),
        runs=len(stored.runs),
        duplicates=len(stored.duplicates),
        corrupt=len(stored.corrupt),
    )
    if head is None or state not in (COMPLETE, PARTIAL):
        return report
    return _compared(report, head, stored.entries(), indexed.entries())


def repair_index(client: Redis, keys: Keys, test_id: str) -> None:
    """Build one test's index anew, however long it takes."""
    drop(client, keys.index(test_id))
    Builder(client, keys, test_id, without_end).cover(float("-inf"))


def ids_with_results(client: Redis, keys: Keys) -> list[str]:
    """Every test that has results, in order."""
    pattern = keys.results("*")
    names = client.scan_iter(pattern, count=1000)
    ids = (keys.test_id_in(name.decode("latin-1"), pattern) for name in names)
    return sorted({test_id for test_id in ids if test_id})


def _state(
    client: Redis, names: IndexKeys, results: str
) -> tuple[object, str, Head | None]:
    (raw,) = transaction(client, [("GET", names.head)])
    head = decode(raw)
    if head is None:
        return raw, NEWER if is_newer(raw) else ABSENT, None
    counts = transaction(client, head.checks(results, names))
    checked(counts[0])
    if not head.holds(counts):
        return raw, BEHIND, head
    return raw, COMPLETE if head.is_complete else PARTIAL, head


def _stored(client: Redis, results: str) -> _Content:
    reader = RecordReader(client, results, without_end)
    content, score, is_all = _Content(), None, False
    while not is_all:
        found, is_all = reader.before(score)
        for seen, at in found:
            content.add(seen, at)
            score = at
    return content


def _indexed(client: Redis, names: IndexKeys) -> _Content:
    asked: list[Command] = [("ZRANGE", key, 0, -1, "WITHSCORES") for key in names.sets]
    *sets, known = transaction(client, [*asked, ("HGETALL", names.facts)])
    facts = _facts(known)
    passed, failed, corrupt, duplicates = (_scored(reply) for reply in sets)
    runs: dict[str, Entry] = {
        run_id: (score, _outcome(facts.get(run_id), outcome))
        for outcome, found in ((True, passed), (False, failed))
        for run_id, score in found.items()
    }
    return _Content(runs, _without_facts(corrupt), _without_facts(duplicates))


def _without_facts(members: dict[str, float]) -> dict[str, Entry]:
    return {name: (score, None) for name, score in members.items()}


def _scored(reply: Any) -> dict[str, float]:
    if isinstance(reply, Exception):
        return {}
    return {name.decode(): score for name, score in scored(reply)}


def _facts(reply: Any) -> dict[str, object]:
    if isinstance(reply, Exception):
        return {}
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2])
    return {run_id.decode(): _decoded(raw) for run_id, raw in pairs}


def _decoded(raw: bytes) -> object:
    try:
        return facts_codec.decode(raw)
    except (TypeError, ValueError):
        return None


def _outcome(facts: object, outcome: bool) -> object:
    """The facts, where the run is in the set that they belong to."""
    return facts if getattr(facts, "passed", None) is outcome else None


def _compared(
    report: IndexReport,
    head: Head,
    stored: dict[tuple[str, str], Entry],
    indexed: dict[tuple[str, str], Entry],
) -> IndexReport:
    wanted = {name: e for name, e in stored.items() if head.covers(e[0])}
    both = wanted.keys() & indexed.keys()
    return IndexReport(
        report.test_id,
        report.state,
        report.records,
        report.runs,
        report.duplicates,
        report.corrupt,
        missing=len(wanted.keys() - both),
        stale=len(indexed.keys() - both),
        wrong=sum(wanted[name] != indexed[name] for name in both),
    )
