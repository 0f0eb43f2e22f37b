"""What the formats have in common: test cases that passed, failed, or were skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

# What terminals take for colours, and reporters leave in messages.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class BadReport(ValueError):
    """A file that is no report; the message names the line, where one is to blame."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Case:
    """One test case; `passed` is None for one that was skipped, `message` says why it
    was, or what failed. `duration_ms` includes its retries."""

    name: str
    passed: bool | None
    message: str | None = None
    retries: int = 0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """One execution of a suite. `error` is a failure that belongs to no case."""

    kind: str
    cases: tuple[Case, ...]
    started_at: datetime | None
    duration_ms: float
    error: str | None = None


def readable(text: str) -> str:
    """The text without colours, and without spaces around it."""
    return _ESCAPES.sub("", text).strip()
