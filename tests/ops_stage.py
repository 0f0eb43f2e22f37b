"""The ops view as people use it: one server, one Chromium, one login for many tests.

    with OpsStage(redis_url, tmp_path) as stage:
        page = stage.open("/ops/", width=320, dark=True)
        ...
        stage.close_pages()     # fails when a page complained about anything

A page may complain about nothing: no error or warning in the console, no exception, no
failed request, no answer of 400 or more, no request to another origin, no dialog.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.live_servers import ROOT, Server

AXE = ROOT / "clients" / "node_modules" / "axe-core" / "axe.min.js"
WAIT_MS = 15_000
HEIGHT = 900
# Prints the password of the account that it opens.
OPEN_ACCOUNT = """
import django
django.setup()
from results.demo.account import open_account
print(open_account().password)
"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (node) => getComputedStyle(node).overflowX !== "visible";
  const isBoxed = (node) => node && (scrolls(node) || isBoxed(node.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > width + 1)
    .filter((node) => !isBoxed(node.parentElement))
    .map((node) => `${node.localName}.${node.className}`);
}"""


class OpsStage:
    """While the `with` block lasts; `settings` are environment variables."""

    def __init__(self, redis_url: str, directory: Path, **settings: str) -> None:
        self._directory = directory
        self._redis_url = redis_url
        self._settings = {
            "VAR_DIR": str(directory / "var"),
            # A session outlives a restart of the server.
            "SECRET_KEY": "stays the same " * 4,
            **settings,
        }
        self._session = None
        self._watched: list[tuple[Page, list[str]]] = []

    def __enter__(self) -> OpsStage:
        self.password = self._open_account()
        log = self._directory / "server.log"
        self.server = Server("serve", self._redis_url, log, **self._settings)
        self.server.__enter__()
        self.base_url = self.server.base_url
        try:
            self._playwright = sync_playwright().start()
            self.browser = self._playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
        except BaseException:
            self.server.stop()
            raise
        return self

    def __exit__(self, *_failure: object) -> None:
        self.browser.close()
        self._playwright.stop()
        self.server.stop()

    def _open_account(self) -> str:
        environment = os.environ | self._settings | {"REDIS_URL": self._redis_url}
        environment |= {"DJANGO_SETTINGS_MODULE": "monitor.settings"}
        opened = subprocess.run(
            [sys.executable, "-c", OPEN_ACCOUNT],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return opened.stdout.split()[-1]

    def log_in(self, page: Page, password: str | None = None) -> None:
        """Fill in the form that is shown."""
        page.fill("#id_username", "demo")
        page.fill("#id_password", password or self.password)
        page.click("[type=submit]")

    def open(
        self,
        path: str,
        width: int = 1280,
        dark: bool = False,
        logged_in: bool = True,
        clocked: bool = False,
        touched: bool = False,
    ) -> Page:
        """A page in a context of its own; time is the test's where it is `clocked`, and
        the screen answers to fingers where it is `touched`."""
        if logged_in and self._session is None:
            page = self.open("/ops/login/", logged_in=False)
            self.log_in(page)
            page.wait_for_url("**/ops/")
            self._session = page.context.storage_state()
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            storage_state=self._session if logged_in else None,
            base_url=self.base_url,
            has_touch=touched,
        )
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        if clocked:
            page.clock.install()
        self._watched.append((page, self._complaints_of(page)))
        page.goto(path)
        return page

    def complaints(self, page: Page) -> list[str]:
        """What the page complained about so far; the list may be cleared."""
        return next(found for watched, found in self._watched if watched is page)

    def close_pages(self) -> None:
        """Close every page; fails when one of them had something to complain about."""
        complaints = []
        for page, found in self._watched:
            page.context.close()
            complaints += found
        self._watched.clear()
        assert complaints == [], complaints

    def _complaints_of(self, page: Page) -> list[str]:
        found: list[str] = []
        origin = urlsplit(self.base_url)[:2]

        def heard(message) -> None:
            if message.type in ("error", "warning"):
                found.append(f"console: {message.text}")

        def asked(request) -> None:
            if urlsplit(request.url)[:2] != origin and request.url[:5] != "data:":
                found.append(f"another origin: {request.url}")

        def answered(response) -> None:
            if response.status >= 400:
                found.append(f"{response.status}: {response.url}")

        def opened(dialog) -> None:
            found.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("console", heard)
        page.on("pageerror", lambda thrown: found.append(f"exception: {thrown}"))
        page.on("request", asked)
        page.on("response", answered)
        page.on("dialog", opened)
        return found


def overflow(page: Page) -> list[str]:
    """What is wider than the window: nothing may have to be scrolled sideways, but for
    boxes of their own."""
    return page.evaluate(OVERFLOW)


def serious_findings(page: Page) -> list[str]:
    """What axe-core finds on the page that keeps somebody from using it."""
    page.evaluate(AXE.read_text() + ";0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
