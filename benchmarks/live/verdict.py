"""What listeners got, against what the store holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.live.listener import Listener


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exact` listeners got every event once and in order; the rest is why others
    did not: events lost, repeated, and never stored, or only out of order."""

    listeners: int
    exact: int
    lost: int = 0
    repeated: int = 0
    foreign: int = 0

    @property
    def is_exact(self) -> bool:
        return self.exact == self.listeners > 0

    def __str__(self) -> str:
        told = f"{self.exact:,} of {self.listeners:,} exact"
        if self.is_exact:
            return told
        return (
            f"{told}; {self.lost:,} lost, {self.repeated:,} repeated, "
            f"{self.foreign:,} not stored"
        )


def judge(listeners: Iterable[Listener], truth: Sequence[str]) -> Verdict:
    """Compare what each of them got with the ids that it had to get."""
    wanted, expected = set(truth), list(truth)
    count = exact = lost = repeated = foreign = 0
    for listener in listeners:
        count += 1
        exact += listener.ids == expected
        got = set(listener.ids)
        lost += len(wanted - got)
        repeated += len(listener.ids) - len(got)
        foreign += len(got - wanted)
    return Verdict(count, exact, lost, repeated, foreign)


def total(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict over several streams."""
    found = list(verdicts)
    return Verdict(
        sum(v.listeners for v in found),
        sum(v.exact for v in found),
        sum(v.lost for v in found),
        sum(v.repeated for v in found),
        sum(v.foreign for v in found),
    )
