"""A check that fails, because the page it looks for is not there."""

from __future__ import annotations

from results.demo.checks.check import Check, expect, has_type, step

BROKEN_PATH = "/docs/changelog"


class BrokenLinkCheck(Check):
    """The product answers, and its changelog is broken on purpose."""

    @step("Ask whether the product is up")
    def ask_for_health(self) -> str:
        status = self.fetch_json("/healthz")["status"]
        expect(status == "ok", f"/healthz says {status}")
        return "/healthz says ok"

    @step("Open the changelog")
    def open_changelog(self) -> str:
        self.page = self.fetch(BROKEN_PATH, Accept="text/html")
        return f"{BROKEN_PATH} answers"

    @step("Read its newest entry")
    def read_newest_entry(self) -> str:
        expect(has_type(self.page, "text/html"), f"{BROKEN_PATH} is not HTML")
        return "The newest entry is there"
