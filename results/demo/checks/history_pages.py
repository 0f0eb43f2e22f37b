"""Whether the pages of a history fit together."""

from __future__ import annotations

from typing import Any

from results.demo.checks.check import Check, counted, expect, step

PAGE = 20


class HistoryPagesCheck(Check):
    """The two newest pages of the longest history, and its timing points."""

    @step("Find the longest history")
    def find_longest(self) -> str:
        tests = self.fetch_json("/api/tests")["tests"]
        expect(tests, "/api/tests lists no test")
        totals = {test["id"]: self._page(test["id"])["total"] for test in tests}
        self.test_id, total = max(totals.items(), key=lambda item: item[1])
        return f"{self.test_id} has {total:,} runs"

    @step("Compare its two newest pages")
    def compare_pages(self) -> str:
        newer, older = self._page(self.test_id), self._page(self.test_id, PAGE)
        # Not a fault, and a second look will not see it again.
        expect(newer["total"] == older["total"], "a run arrived between two pages")
        runs = newer["results"] + older["results"]
        times = [run["started_at"] for run in runs]
        expect(len({run["run_id"] for run in runs}) == len(runs), "pages share a run")
        expect(times == sorted(times, reverse=True), "the newest run is not first")
        return f"{counted(runs, 'run')}, each once, newest first"

    @step("Compare with its timing points")
    def compare_timing(self) -> str:
        points = self.fetch_json(f"/api/tests/{self.test_id}/timing?limit=1")["total"]
        runs = self._page(self.test_id)["total"]
        expect(points == runs, f"{runs} runs, and {points} timing points")
        return f"{points:,} timing points, as many as runs"

    def _page(self, test_id: str, offset: int = 0) -> dict[str, Any]:
        query = f"limit={PAGE}&offset={offset}"
        return self.fetch_json(f"/api/tests/{test_id}/results?{query}")
