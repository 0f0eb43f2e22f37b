"""Whether the dashboard's figures add up and agree with the list of tests."""

from __future__ import annotations

from results.demo.checks.check import Check, expect, step


class DashboardCheck(Check):
    """Statuses add up to the total, outcomes do, and the list counts the same."""

    @step("Open the dashboard with the API key")
    def open_dashboard(self) -> str:
        key = self.values["api_key"]
        self.shown = self.fetch_json("/api/dashboard", X_Api_Key=key)
        # Careless on purpose: what is hidden must leave the product as ***.
        return f"The dashboard answers to the key {key}"

    @step("Add up active, paused and error")
    def add_up_statuses(self) -> str:
        return self._adds_up("active_tests", "paused_tests", "error_tests")

    @step("Add up passing, failing and pending")
    def add_up_outcomes(self) -> str:
        return self._adds_up("passing", "failing", "pending")

    @step("Compare with the list of tests")
    def compare_with_list(self) -> str:
        shown, listed = self.shown["total_tests"], self.fetch_json("/api/tests")
        total = listed["total"]
        expect(shown == total, f"the dashboard counts {shown}, the list {total}")
        return f"The list has {total} tests as well"

    def _adds_up(self, *names: str) -> str:
        total = self.shown["total_tests"]
        counts = [self.shown[name] for name in names]
        equation = " + ".join(
            f"{self.shown[name]} {name.removesuffix('_tests')}" for name in names
        )
        expect(sum(counts) == total, f"{equation} is not {total}")
        return f"{equation} = {total}"
