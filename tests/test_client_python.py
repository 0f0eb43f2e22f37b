"""A client for Python, generated from the committed document, on a real server.

Nothing of it is kept: any generator will do, and this is one more that does.
"""

import importlib
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.client_stage.running import running_stage

DOCUMENT = Path(__file__).parent / "openapi.json"
OPERATIONS = {
    operation["operationId"]: operation["tags"][0]
    for methods in json.loads(DOCUMENT.read_text())["paths"].values()
    for operation in methods.values()
    if not operation["operationId"].startswith("stream_")
}
# What a test of a client reads as text, as a file and as an image.
PLAIN = sorted(
    name
    for name in OPERATIONS
    if name.startswith("export_")
    or name.endswith(("_feed", "_image"))
    or name in ("get_metrics", "get_stream_metrics")
)
TYPED = sorted(OPERATIONS.keys() - set(PLAIN))
# As bytes what the generator knows no name of; and enumerations of texts as texts.
CONFIG = {
    "post_hooks": [],
    "literal_enums": True,
    "content_type_overrides": {
        "application/atom+xml": "application/octet-stream",
        "image/svg+xml": "application/octet-stream",
    },
}
pytestmark = [pytest.mark.gate, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def stage():
    with running_stage() as found:
        yield found


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The generated package, importable; a warning of the generator is a failure."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--path", DOCUMENT, "--config", folder / "config.json"),
            *("--output-path", folder / "monitor_client", "--meta", "none"),
            "--fail-on-warning",
        ],
        check=True,
        timeout=120,
    )
    sys.path.insert(0, str(folder))
    yield importlib.import_module("monitor_client")
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def client(package, stage):
    with package.Client(base_url=stage["api"]) as connected:
        yield connected


def call(client, operation, **arguments):
    """The answer of an operation: status, headers, bytes and the typed body."""
    name = f"monitor_client.api.{OPERATIONS[operation]}.{operation}"
    return importlib.import_module(name).sync_detailed(client=client, **arguments)


WITHOUT_ID = (
    "create_live_token",
    *("get_dashboard", "get_health", "get_readiness", "get_summary"),
    *("get_outage_feed", "get_metrics", "get_stream_metrics"),
)


def arguments_of(operation, test_id, run_id="00000001"):
    if operation.startswith("list_") or operation in WITHOUT_ID:
        return {}
    if operation == "get_availability":
        return {"tests": test_id}
    if operation.startswith("export_"):
        is_of_one = operation.startswith("export_test_")
        return {"test_id" if is_of_one else "tests": test_id, "form": "csv"}
    found = {"test_id": test_id}
    if "_badge" in operation:
        return found | {"about": "status"}
    if operation == "compare_test_runs":
        return found | {"run_id": run_id, "other": run_id}
    return found | {"run_id": run_id} if operation == "get_test_run" else found


def comparable(value):
    """With times as times: the client writes them in its own way."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def assert_whole(answer):
    """Typed, and nothing of the body is lost or made up."""
    assert answer.status_code == 200
    assert comparable(answer.parsed.to_dict()) == comparable(json.loads(answer.content))


@pytest.mark.parametrize("operation", TYPED)
def test_every_operation_answers(client, stage, operation):
    arguments = arguments_of(operation, stage["tests"]["long"])
    assert_whole(call(client, operation, **arguments))


@pytest.mark.parametrize("operation", PLAIN)
def test_files_and_images_come_as_they_are(client, stage, operation):
    answer = call(client, operation, **arguments_of(operation, stage["tests"]["long"]))
    assert answer.status_code == 200 and answer.content
    told = answer.parsed
    if isinstance(told, str):
        assert told.encode() == answer.content
    else:
        assert told.payload.read() == answer.content


@pytest.mark.parametrize("place", ["deployed", "hostile", "gone", "unreadable", "live"])
@pytest.mark.parametrize("operation", TYPED)
def test_whatever_is_stored_passes_through_whole(client, stage, operation, place):
    test_id = stage["tests"][place]
    page = call(client, "get_test_results", test_id=test_id, limit=1).parsed
    arguments = arguments_of(operation, test_id, page.results[0].run_id)
    assert_whole(call(client, operation, **arguments))


def test_fields_are_typed_and_unknown_ones_are_there(client, stage):
    ids = {"test_id": stage["tests"]["long"], "run_id": "00000001"}
    run = call(client, "get_test_run", **ids).parsed
    assert (run.passed, run.error, run.step_results[0].step_number) == (True, None, 1)
    assert run["plan"]["nested"]["deep"] == [1, 2.5, None, {"x": "y"}]
    points = call(client, "get_test_timing", test_id=ids["test_id"]).parsed.timing
    assert points[0].timestamp.tzinfo is not None


def test_errors_are_typed(package, client, stage):
    errors = importlib.import_module("monitor_client.models")
    refused = call(client, "get_test_results", test_id=stage["tests"]["long"], limit=0)
    assert isinstance(refused.parsed, errors.ErrorResponse)
    assert (refused.status_code, refused.parsed.errors[0].attr) == (400, "limit")
    with package.Client(base_url=stage["storeless"]) as storeless:
        away = call(storeless, "get_dashboard")
    assert (away.status_code, away.parsed.type_) == (503, "server_error")
