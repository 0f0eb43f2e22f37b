"""The live panel: a run while it happens, also over a restart of the server."""

import time

import pytest

from tests.factories import TEST_ID, make_run, store_event, store_run
from tests.ops_browser.one_test import DRAWN, PLAN, STEPS, URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def begin_run(client):
    store_event(client, TEST_ID, "plan_start", message="Planning")
    store_event(client, TEST_ID, "plan_complete", steps=PLAN)
    store_event(client, TEST_ID, "browser_start", message="Opening")
    store_event(client, TEST_ID, "step_start", step_number="1", message="Go")


def end_step(client, number, passed="True"):
    said = {"step_number": str(number), "passed": passed}
    store_event(client, TEST_ID, "step_complete", message=f"did {number}", **said)


def step_states(page):
    found = page.locator(".live-steps li")
    return [item.get_attribute("data-state") for item in found.all()]


def test_the_live_panel_fills_while_a_run_happens(open_page, client):
    fill(client, 3)
    page = open_page(URL)
    page.wait_for_selector(".connection[data-state=open]")
    assert "No run has told anything yet" in page.inner_text("#live")
    begin_run(client)
    page.wait_for_selector("#live[data-phase=browsing] [data-state=running]")
    assert step_states(page) == ["running", "waiting", "waiting"]
    assert page.locator(".live-steps .step-text").all_inner_texts() == STEPS
    end_step(client, 1)
    end_step(client, 2, "false")
    page.wait_for_selector(".live-steps [data-state=failed]")
    assert step_states(page) == ["passed", "failed", "waiting"]
    store_event(client, TEST_ID, "eval_start")
    page.wait_for_selector("[data-phase-name=evaluating][aria-current=step]")
    now = time.time()
    store_run(client, TEST_ID, make_run("fresh", False, now), now)
    store_event(client, TEST_ID, "eval_complete", passed="false")
    page.wait_for_selector("#live[data-phase=done] .live-headline .failed")
    page.click(".live-log-box summary")
    log = page.locator(".live-log li")
    assert log.count() == 8
    assert log.first.inner_text().endswith("Planning")
    # Its row, and its point, come without a reload.
    page.wait_for_selector(f"[data-body='{URL}runs/fresh/?part=body']")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='4'][data-failed='1']")


def test_the_live_panel_survives_a_restart_of_the_server(stage, open_page, client):
    page = open_page(URL)
    page.wait_for_selector(".connection[data-state=open]")
    begin_run(client)
    page.wait_for_selector(".live-steps [data-state=running]")
    stage.server.stop()
    page.wait_for_selector(".connection[data-state=reconnecting]")
    end_step(client, 1)
    stage.server.start()
    page.wait_for_selector(".connection[data-state=open]")
    page.wait_for_selector(".live-steps [data-state=passed]")
    end_step(client, 2)
    page.wait_for_selector(".live-steps li:nth-child(2)[data-state=passed]")
    assert page.locator(".live-log li").count() == 6
    # What a browser says about a server that is away.
    complaints = stage.complaints(page)
    assert all("ERR_" in said for said in complaints)
    complaints.clear()
