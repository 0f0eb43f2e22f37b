"""`RESULTS.md`: one section a benchmark, each written by its own command alone.

A section stands between two marks; writing it again replaces what is between them and
leaves the rest of the page as it was. Every section says when, on what machine and at
which commit it was measured, because no figure means anything without that.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "benchmarks" / "RESULTS.md"
HEAD = (
    "# Benchmark results\n\n"
    "Written by the commands named in each section. Compare figures of one section, "
    "which come\nfrom one run; machines and their load differ too much for more.\n"
)


def write_section(name: str, title: str, body: str, page: Path = PAGE) -> None:
    """Put `body` (Markdown) into the section `name`, new ones at the page's end.

    `name` is lower-case letters, digits and dashes; `title` is the heading.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"not a section's name: {name!r}")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n## {title}\n\n{circumstances()}\n\n{body.strip()}\n{end}"
    text = page.read_text() if page.exists() else HEAD
    before, found, after = text.partition(begin)
    if found:
        text = before + section + after.partition(end)[2]
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: the first column to the left, figures to the right."""
    lines = [head, [":--"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def tell(what: str) -> None:
    """Progress, for who waits; the figures go to standard output."""
    print(what, file=sys.stderr, flush=True)


def circumstances() -> str:
    """When, at which commit and on what machine, as one line of Markdown."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"_{when}, commit {commit()}, {_processor()} with {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}_"
    )


def commit() -> str:
    git = ["git", "-C", str(ROOT)]
    try:
        commit = _said([*git, "rev-parse", "--short", "HEAD"])
        changed = _said([*git, "status", "--porcelain", "--untracked-files=no"])
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    # The pages, their rows and pictures are what is being written.
    written = (PAGE.name, ".svg", "RELIABILITY.md", "reliability/results.json")
    lines = [line for line in changed.splitlines() if not line.endswith(written)]
    return f"{commit} with changes" if lines else commit


def _said(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.rstrip()


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()
