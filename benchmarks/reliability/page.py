"""`docs/RELIABILITY.md`: made of the rows alone, so that it says what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.reliability.rows import Row, read
from benchmarks.results_page import ROOT

PAGE = ROOT / "docs" / "RELIABILITY.md"
HEAD = """\
# What happens when things break

Made by `python -m benchmarks.reliability` from the rows of
[results.json](../benchmarks/reliability/results.json): change those, not this page.
Each figure is of one run of one lane, under the setting that its row names; it says
what was counted there, and no more. Another setting is another promise: what
`appendfsync always` kept is nothing that `everysec` would have kept.

What a reader and the recorder do with each error that a server can answer is in
[server-replies.md](server-replies.md).
"""
COLUMNS = ("Test", "Fault", "Setting", "Found", "Asked", "Met", "Lasted", "Commit, day")
TAIL = """\
## Again

`.venv/bin/python -m benchmarks.reliability` runs every lane (Linux, Redis or
Valkey, an otherwise idle machine); `--only NAME ...` some of them, `--list` names them,
`--quick` is small and keeps nothing, `--page` makes only this page. The suite plays
lanes small. A commit `with changes` was measured before its change was committed.
"""


def rendered(rows: Iterable[Row]) -> str:
    """The page, as Markdown."""
    lines = [_line(COLUMNS), _line([":--"] * len(COLUMNS)), *map(_told, rows)]
    return f"{HEAD}\n## Rows\n\n" + "\n".join(lines) + f"\n\n{TAIL}"


def write(page: Path = PAGE) -> None:
    """Make the page anew from what is stored."""
    page.write_text(rendered(read()))


def _told(row: Row) -> str:
    met = {True: "yes", False: "**no**", None: ""}[row.met]
    lasted = f"{row.duration_seconds:,.0f} s"
    when = f"{row.commit}, {row.date}"
    return _line(
        [row.title, row.fault, row.setting, row.sentence(), row.asked, met, lasted]
        + [when]
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
