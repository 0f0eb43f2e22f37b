"""What a scenario has to say: rows with what was asked and what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `met` is None where nothing was asked; `polling` is the same figure
    of the endpoint that polls, in the same run, with the ratio."""

    scenario: str
    figure: str
    measured: str
    asked: str = ""
    met: bool | None = None
    polling: str = ""

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: ""}[self.met]


def beside(ours: float, theirs: float, unit: str) -> str:
    """The other's figure, and how many times ours it is."""
    ratio = f" ({theirs / ours:,.1f}x)" if ours > 0 else ""
    return f"{theirs:,.{digits(theirs)}f} {unit}{ratio}"


def at_most(
    scenario: str,
    figure: str,
    value: float,
    limit: float,
    unit: str,
    polling: float | None = None,
) -> Row:
    """A row of a figure that should be small."""
    return Row(
        scenario,
        figure,
        f"{value:,.{digits(value)}f} {unit}",
        f"<= {limit:,g} {unit}",
        value <= limit,
        "" if polling is None else beside(value, polling, unit),
    )


def digits(value: float) -> int:
    """Two figures that mean something are enough."""
    return 0 if value >= 20 else 1 if value >= 1 else 2


def percentile(values: Iterable[float], percent: float) -> float:
    """The nearest-rank percentile; raises `ValueError` without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
