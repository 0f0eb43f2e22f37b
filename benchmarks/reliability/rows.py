"""Rows of results, one a lane: kept in `results.json`, which the page is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.results_page import commit

STORED = Path(__file__).parent / "results.json"
# No test can show as much: what is promised is a count under a setting.
TOO_MUCH = re.compile(
    r"no data loss|crash[- ]?proof|exactly[- ]once delivery|highly available|"
    r"zero downtime|\bnever\b|\bguarantee|no known vulnerabilities",
    re.IGNORECASE,
)

Figure = int | float


@dataclass(frozen=True, slots=True)
class Row:
    """One test under one fault and one setting.

    `test` names the row (lower-case letters, digits, dashes): a later run replaces it.
    `title`, `setting` and `fault` are words for the table. `says` is the sentence that
    may be claimed, with the names of `counts` in braces where their figures go:
    "{lost} of {acknowledged} acknowledged runs lost over {cuts} simulated power cuts".
    `asked` is what had to hold, `met` whether it did (None: only measured).
    """

    test: str
    title: str
    setting: str
    fault: str
    says: str
    counts: Mapping[str, Figure]
    duration_seconds: float
    asked: str = ""
    met: bool | None = None
    commit: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.test):
            raise ValueError(f"not a row's name: {self.test!r}")
        words = " ".join((self.title, self.setting, self.fault, self.says, self.asked))
        if found := TOO_MUCH.search(words):
            raise ValueError(f"{self.test} claims too much: {found[0]!r}")
        self.sentence()

    def sentence(self) -> str:
        """What may be claimed, with its figures; `KeyError` names one that is not
        counted."""
        return self.says.format_map({n: shown(v) for n, v in self.counts.items()})


def shown(figure: Figure) -> str:
    """A count in full, with commas; a measure with as many digits as mean something."""
    if isinstance(figure, int):
        return f"{figure:,}"
    return f"{figure:,.0f}" if figure >= 20 else f"{figure:.2f}"


def read(stored: Path = STORED) -> list[Row]:
    """All rows, in the order in which they were first kept."""
    if not stored.exists():
        return []
    return [Row(**row) for row in json.loads(stored.read_text())]


def keep(row: Row, stored: Path = STORED) -> Row:
    """Keep the row, stamped with this commit and day, in place of its former self."""
    stamp = {"commit": commit(), "date": datetime.now(UTC).strftime("%Y-%m-%d")}
    stamped = Row(**{**asdict(row), **stamp})
    rows = {former.test: former for former in read(stored)} | {row.test: stamped}
    lines = [json.dumps(asdict(one)) for one in rows.values()]
    stored.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    return stamped
