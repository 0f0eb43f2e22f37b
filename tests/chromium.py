"""A real Chromium: what a page shows, what it asks for, what it complains about.

    with Chromium() as chromium:
        page = chromium.open(url)
        page.wait_for("document.querySelector('li')")
        assert page.complaints() == []

Every page has a context of its own: no cookies and no cache of others. Every wait has
a deadline. Mark the test `chromium`: it is skipped where there is none.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.devtools import ChromiumError, DevTools

__all__ = ["Chromium", "ChromiumError", "Page", "Request"]

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.02
LOUD = ("error", "warning", "assert")


@dataclass
class Request:
    """What a page asked for; `status` is None until (or unless) it is answered."""

    url: str
    status: int | None = None
    failure: str | None = None


class Chromium:
    """One browser process for as long as the `with` block lasts."""

    def __init__(self, *flags: str) -> None:
        self._flags = flags
        self._pages: dict[str, Page] = {}
        self._contexts: list[str] = []
        self._devtools = DevTools(self._notice)

    def __enter__(self) -> Chromium:
        self._devtools.start(*self._flags)
        return self

    def __exit__(self, *_failure: object) -> None:
        self._devtools.end()

    def open(
        self, url: str, width: int = 1280, height: int = 800, dark: bool = False
    ) -> Page:
        """A page that has loaded `url`; what it then fetches by script may be late."""
        call = self._devtools.call
        context = call("Target.createBrowserContext")["browserContextId"]
        tab = call("Target.createTarget", url="about:blank", browserContextId=context)
        session = call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        page = Page(self._devtools, session["sessionId"])
        self._pages[session["sessionId"]] = page
        self._contexts.append(context)
        page.prepare()
        page.look(width, height, dark)
        page.go(url)
        return page

    def close_pages(self) -> None:
        """Close every page that was opened, with its connections."""
        while self._contexts:
            context = self._contexts.pop()
            self._devtools.call(
                "Target.disposeBrowserContext", browserContextId=context
            )
        self._pages.clear()

    def _notice(self, session: str, method: str, event: dict[str, Any]) -> None:
        if page := self._pages.get(session):
            page.notice(method, event)


class Page:
    """One tab: what it shows, what it asked for, what it complained about."""

    def __init__(self, devtools: DevTools, session: str) -> None:
        self._devtools = devtools
        self._session = session
        self._loaded = threading.Event()
        self._requests: dict[str, Request] = {}
        self._complaints: list[str] = []

    def prepare(self) -> None:
        """Have everything reported that `notice` keeps."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def look(self, width: int, height: int = 800, dark: bool = False) -> None:
        """Size of the window in CSS pixels (a phone's below 600), and the scheme."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1},
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def call(self, method: str, **params: Any) -> Any:
        """The result of one DevTools command to this page."""
        return self._devtools.call(method, self._session, **params)

    def go(self, url: str) -> None:
        """Load another URL in the same tab; what was noticed before stays."""
        self._loaded.clear()
        failure = self.call("Page.navigate", url=url).get("errorText")
        if failure:
            raise ChromiumError(f"{url}: {failure}")
        self.wait_until_loaded()

    def wait_until_loaded(self) -> None:
        if not self._loaded.wait(WAIT_SECONDS):
            raise ChromiumError("the page does not load")

    def follow(self, selector: str) -> None:
        """Click a link or a button that loads another page, and wait for that."""
        self._loaded.clear()
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait_until_loaded()

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression (a promise's, when it is one)."""
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if thrown := answer.get("exceptionDetails"):
            raise ChromiumError(thrown["exception"].get("description", str(thrown)))
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float = WAIT_SECONDS) -> None:
        """Return when a JavaScript expression is truthy; fails when that is late."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.evaluate(f"!!({expression})"):
                return
            time.sleep(POLL_SECONDS)
        raise ChromiumError(f"never true: {expression}")

    def text(self, selector: str = "body") -> str:
        """What a reader sees of the first element that matches."""
        wanted = f"document.querySelector({json.dumps(selector)})"
        return str(self.evaluate(f"{wanted}.innerText"))

    def screenshot(self, path: Path | str, full: bool = False) -> None:
        """A PNG of what is in view, or of the full page."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=full)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def requests(self) -> list[Request]:
        """Everything that was asked for so far, `data:` and `blob:` included."""
        return list(self._requests.values())

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, thrown exceptions, refused content."""
        return list(self._complaints)

    def notice(self, method: str, event: dict[str, Any]) -> None:
        """Keep what Chromium reports; its reading thread calls this."""
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method.startswith("Network."):
            self._notice_request(method, event)
        elif complaint := _complaint(method, event):
            self._complaints.append(complaint)

    def _notice_request(self, method: str, event: dict[str, Any]) -> None:
        number = event.get("requestId", "")
        if method == "Network.requestWillBeSent":
            if redirect := event.get("redirectResponse"):
                # It keeps its number: the step before stays on record by its URL.
                before = self._requests[redirect["url"]] = self._requests[number]
                before.status = redirect["status"]
            self._requests[number] = Request(event["request"]["url"])
        elif method == "Network.responseReceived" and number in self._requests:
            self._requests[number].status = event["response"]["status"]
        elif method == "Network.loadingFailed" and number in self._requests:
            self._requests[number].failure = event["errorText"]


def _complaint(method: str, event: dict[str, Any]) -> str | None:
    """What a developer would see in red or yellow; None for anything else."""
    if method == "Runtime.exceptionThrown":
        thrown = event["exceptionDetails"]
        return str(thrown.get("exception", {}).get("description", thrown["text"]))
    if method == "Log.entryAdded" and event["entry"]["level"] in LOUD:
        return f"{event['entry']['text']} {event['entry'].get('url', '')}"
    if method == "Runtime.consoleAPICalled" and event["type"] in LOUD:
        return " ".join(str(said.get("value", said)) for said in event["args"])
    return None
