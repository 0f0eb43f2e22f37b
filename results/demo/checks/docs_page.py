"""Whether the documentation loads and mentions every endpoint."""

from __future__ import annotations

import html
import re

from results.demo.checks.check import Check, counted, expect, has_type, step


class DocsPageCheck(Check):
    """The page, the scripts without which it stays blank, and what it describes."""

    @step("Open the docs page")
    def open_page(self) -> str:
        self.page = self.fetch("/docs", Accept="text/html")
        expect(has_type(self.page, "text/html"), "/docs: the answer is not HTML")
        return f"/docs is HTML, {len(self.page.content):,} bytes"

    @step("Load the scripts of the page")
    def load_scripts(self) -> str:
        named = re.findall(r'<script[^>]*\ssrc="([^"]+)"', self.page.text)
        expect(named, "/docs: the page loads no script")
        for source in map(html.unescape, named):
            expect(has_type(self.fetch(source), "javascript"), f"{source} is no script")
        return f"{counted(named, 'script')} loaded"

    @step("Find every endpoint in the docs")
    def find_endpoints(self) -> str:
        root = self.fetch_json("/api/")
        listed = {path for path in root.values() if path.startswith("/api/")}
        document = self.fetch_json("/openapi.json")
        # What has a format of its own is named there, and described elsewhere.
        named = document.get("info", {}).get("description", "")
        described = {path for path in listed if f"`{path}`" in named}
        missing = sorted(listed - set(document["paths"]) - described)
        expect(listed, "/api/ lists no endpoint")
        expect(not missing, f"not in the docs: {', '.join(missing)}")
        return f"{counted(listed, 'endpoint')} of /api/ found"
