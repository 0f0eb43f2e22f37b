"""The names of all keys in Redis: a writer's own, and those that we derive."""

from __future__ import annotations

import re
from dataclasses import dataclass

TEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUN_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Keys:
    """Key names under an optional prefix (one set of names an installation)."""

    prefix: str = ""

    @property
    def all_tests(self) -> str:
        return f"{self.prefix}tests:all"

    def test(self, test_id: str) -> str:
        return f"{self.prefix}test:{test_id}"

    def results(self, test_id: str) -> str:
        return f"{self.prefix}results:{test_id}"

    def timing(self, test_id: str) -> str:
        return f"{self.prefix}timing:{test_id}"

    def incidents(self, test_id: str) -> str:
        return f"{self.prefix}incidents:{test_id}"

    def events(self, test_id: str) -> str:
        return f"{self.prefix}events:{test_id}"

    def of_test(self, test_id: str) -> tuple[str, str, str, str, str]:
        """A test is known when one of these exists."""
        return (
            self.test(test_id),
            self.results(test_id),
            self.timing(test_id),
            self.incidents(test_id),
            self.events(test_id),
        )

    def recorded(self, test_id: str) -> str:
        """Hash of ours: run id to digest of its record, the recorder's guard."""
        return f"{self.prefix}monitor:{{{self.results(test_id)}}}:recorded"

    def hidden(self, test_id: str) -> str:
        """Set of ours: every hidden value that the test had, as the recorder saw it."""
        return f"{self.prefix}monitor:{{{self.test(test_id)}}}:hidden"
