"""Schemathesis against a real server: the document promises, the server keeps.

Requests that the document allows and requests that it forbids, over a deployed writer's
data, hostile records and keys of a wrong type. Only 502 and 503 may be server errors.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client_stage.running import running_stage

DOCUMENT = Path(__file__).parent / "openapi.json"
SEED = 20260214
EXAMPLES = 40
CASES = 2_000
CONFIG = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "502", "503"]
# What each parameter may be is in the document; that a window and from are not given
# both, or that there is such a day or time zone, no schema can say.
[[operations]]
include-operation-id-regex = "result|timing|steps|availab|outage|summary|slots|badge"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "404", "5xx"]
[dictionaries.tests]
values = {test_ids}
[dictionaries.runs]
values = ["00000001", "000000f0", "odd", "huge", "secret", "numbers", "half", "left"]
[dictionaries.zones]
values = ["UTC", "Europe/Berlin", "America/Santiago"]
[parameters]
"query.tz" = {{ dictionary = "zones", probability = 0.9 }}
"path.test_id" = {{ dictionary = "tests", probability = 0.8 }}
"path.run_id" = {{ dictionary = "runs", probability = 0.8 }}
"path.other" = {{ dictionary = "runs", probability = 0.8 }}
"""
# Of what an outage allows to be checked: nothing is accepted then.
OUTAGE_CHECKS = (
    "status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
pytestmark = [pytest.mark.gate, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stage():
    with running_stage() as found:
        yield found


@pytest.fixture
def fuzz(stage, tmp_path, capsys):
    """Runs schemathesis, shows its summary, and returns how many cases passed."""

    def run(server: str, *options: str) -> int:
        ids = [*stage["tests"].values(), "never-defined"]
        config = tmp_path / "schemathesis.toml"
        config.write_text(CONFIG.format(test_ids=ids))
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", config, "--no-color", "run", DOCUMENT),
                *("--url", stage[server], "--seed", str(SEED)),
                *("--exclude-operation-id-regex", "^stream_", *options),
                "--continue-on-failure",
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
        summary = done.stdout[done.stdout.index("SUMMARY") :]
        with capsys.disabled():
            print(f"\nschemathesis, {server}: {summary.partition(chr(10))[2]}")
        return int(re.search(r"(\d+) passed", summary)[1])

    return run


def test_it_keeps_every_promise(fuzz):
    assert fuzz("api", "--max-examples", str(EXAMPLES)) >= CASES


def test_an_outage_is_as_published(fuzz):
    assert fuzz("storeless", "--max-examples", "10", "--checks", OUTAGE_CHECKS) > 100
