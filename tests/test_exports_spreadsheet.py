"""CSV in a real spreadsheet program, where there is one: it is too large for the gate
to install."""

import csv
import io
import shutil
import subprocess

import pytest

from tests.factories import TEST_ID, ago, make_run, store_run, store_test

pytestmark = [
    pytest.mark.skipif(
        shutil.which("soffice") is None, reason="LibreOffice's soffice is not on PATH"
    ),
    pytest.mark.timeout(180),
]
ERROR = '=1+1, "quoted"\nä €'


def test_libreoffice_opens_it_and_finds_the_same_cells(api, redis_client, tmp_path):
    store_test(redis_client)
    run = make_run("12e45678", False, error=ERROR)
    store_run(redis_client, TEST_ID, run, ago(minutes=1))
    response = api.get(f"/api/tests/{TEST_ID}/results.csv")
    ours = b"".join(response.streaming_content)
    (tmp_path / "runs.csv").write_bytes(ours)
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"),
            *("--infilter=Text - txt - csv (StarCalc):44,34,76,1", "--outdir"),
            *(tmp_path / "out", tmp_path / "runs.csv"),
        ],
        check=True,
        capture_output=True,
        timeout=150,
    )
    theirs = (tmp_path / "out" / "runs.csv").read_text(encoding="utf-8-sig")
    header, row = csv.reader(io.StringIO(theirs, newline=""))
    assert header == next(csv.reader(io.StringIO(ours.decode())))
    found = dict(zip(header, row, strict=True))
    # Read as a formula, it would be 2.
    assert found["error"].lstrip("'").replace("\r\n", "\n") == ERROR
    assert found["duration_ms"] == "12340"
