"""Whatever is stored is text on the pages."""

import json
import time

import pytest

from tests.factories import (
    HOUR,
    TEST_ID,
    make_incident,
    make_run,
    make_step,
    store_event,
    store_incident,
    store_run,
    store_test,
)
from tests.ops_browser.one_test import DRAWN, URL

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "'><body onload=alert(5)>",
    "javascript:alert(6)",
    '" onmouseover="alert(7)" x="',
    "' onfocus='alert(8)' autofocus='",
    "<iframe srcdoc='<script>alert(9)</script>'></iframe>",
    "</title><script>alert(10)</script>",
    "</textarea><script>alert(11)</script>",
    "<!--><script>alert(12)</script>-->",
    "<a href='javascript:alert(13)'>x</a>",
    "{{ 7|add:7 }}{% load x %}${alert(14)}",
    "<math><mtext><style><img src=x onerror=alert(15)></style></mtext></math>",
    "<template><script>alert(16)</script></template>",
    "\u202e<b>alert(17)</b>\u2066\x00",
    "&lt;script&gt;alert(18)&lt;/script&gt;<script\n>alert(18)</script\n>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/19'>",
    "<base href=https://evil.example/><link rel=stylesheet href=//evil.example/20>",
]
# Attributes that would run something, or lead where no web address leads.
DANGEROUS = """[...document.querySelectorAll("*")]
  .flatMap((element) => [...element.attributes])
  .filter(({name, value}) => name.startsWith("on")
    || (["href", "src", "action"].includes(name)
      && value !== "" && !/^([/?#.]|https?:)/.test(value)))
  .map(({name, value}) => `${name}=${value}`)"""


def plant(client):
    """Each payload in every field of a run, an incident and an event; all of them in
    every field of the test."""
    everything = " ".join(PAYLOADS)
    fields = ["name", "url", "goal", "schedule", "status", "last_result", "created_at"]
    shown = json.dumps([{"name": everything, "value": everything, "hidden": False}])
    store_test(client, variables=shown, **dict.fromkeys(fields, everything))
    now = time.time()
    texts = ["details", "error", "triggered_by", "started_at", "completed_at"]
    for n, bad in enumerate(PAYLOADS):
        step = make_step(n + 1, details=bad, passed=bad)
        fields = dict.fromkeys([*texts, bad], bad)
        plan = {"steps": [{"step_number": n, "description": bad}], bad: bad}
        run = make_run(
            f"x{n}", n % 2 == 0, step_results=[step], plan=plan, **fields
        ) | {"test_id": bad}
        store_run(client, TEST_ID, run, now - n)
        store_run(client, TEST_ID, make_run(bad[:64]), now - HOUR - n)
        incident = make_incident(f"x{n}", error=bad, details=bad, started_at=bad)
        store_incident(client, TEST_ID, incident)
        steps = json.dumps([{"step_number": bad, "description": bad}])
        store_event(client, TEST_ID, "plan_complete", message=bad, steps=steps)
        told = {"message": bad, "timestamp": bad, "passed": bad, "run_id": bad}
        for kind in (bad, "step_start", "step_complete"):
            store_event(client, TEST_ID, kind, step_number=bad, **told)
    store_event(client, TEST_ID, "error", message=everything)


def test_whatever_is_stored_is_text(open_page, client):
    plant(client)
    for path in ("/ops/", f"{URL}?limit=100", f"{URL}runs/x0/"):
        page = open_page(path)
        if "limit" in path:
            page.wait_for_selector(DRAWN)
            page.wait_for_selector("#live[data-phase=done]")
            for summary in page.locator("summary").all():
                summary.click()
            page.locator(".opener").nth(3).click()
            page.wait_for_selector(".run-body")
            text = page.inner_text("main")
            assert "<img src=x onerror=alert(3)>" in text
            assert "{{ 7|add:7 }}" in text
        odd = "script, link, iframe, img, svg:not(.spark), base, style, math, template"
        assert page.locator(f"main :is({odd})").count() == 0
        assert page.evaluate(DANGEROUS) == []
