"""The test that most pages are about: where they are, and runs of it."""

import json
import time

from tests.factories import MINUTE, TEST_ID, make_run, make_step, store_run

URL = f"/ops/tests/{TEST_ID}/"
API = f"/api/tests/{TEST_ID}"
STEPS = ["Open the page", "Log in", "See the dashboard"]
PLAN = json.dumps(
    [{"step_number": n, "description": text} for n, text in enumerate(STEPS, 1)]
)
DRAWN = "#timing[data-state=drawn]"


def fill(client, count, test_id=TEST_ID):
    """A run each half an hour, the newest a minute ago; each tenth failed."""
    now = time.time()
    for n in range(count):
        at = now - 60 - n * 30 * MINUTE
        plan = {"steps": json.loads(PLAN)}
        steps = [make_step(1, details="seen"), make_step(2)]
        run = make_run(
            f"r{n}",
            n % 10 != 3,
            at,
            duration_ms=1_000 + n,
            plan=plan,
            step_results=steps,
        )
        store_run(client, test_id, run, at)
