"""The gate itself: a whole run is judged, a part of one is left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.coverage_gate import shortfalls

ROOT = Path(__file__).parent.parent
SECONDS = 60

CONFIGURATION = f"""
[tool:pytest]
testpaths = checks
pythonpath = . {ROOT}
addopts = -q -p no:cacheprovider -p tests.coverage_gate

[coverage:run]
branch = true
source = results
patch = subprocess
parallel = true
"""
METRICS = """
def sign(number):
    if number < 0:
        return -1
    return 1
"""
HALF = """
from results.metrics import sign

def test_positive():
    assert sign(2) == 1
"""
OTHER_HALF = """
import subprocess, sys

def test_negative_in_a_child():
    code = "from results.metrics import sign; assert sign(-2) == -1"
    subprocess.run([sys.executable, "-c", code], check=True)
"""


@pytest.fixture
def project(tmp_path):
    """A product of one module, and a suite that reaches half of it."""
    for name, text in {
        "setup.cfg": CONFIGURATION,
        "results/__init__.py": "",
        "results/metrics.py": METRICS,
        "checks/test_half.py": HALF,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def run_suite(project, *arguments):
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE", "COV_", "PYTEST"))
    }
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def test_a_whole_run_fails_and_names_what_it_missed(project):
    run = run_suite(project)
    assert run.returncode == 1
    assert "results/metrics.py: 66.67 % of 100 % (missing 4, 3->4)" in run.stdout
    assert "all files: 66.67 % of 95 %" in run.stdout
    assert "1 passed" in run.stdout


def test_what_child_processes_reach_counts(project):
    (project / "checks" / "test_other_half.py").write_text(OTHER_HALF)
    run = run_suite(project)
    assert (run.returncode, run.stderr) == (0, "")
    assert "branch coverage 100.00 %" in run.stdout
    assert (project / ".coverage").exists()


@pytest.mark.parametrize("arguments", [("-k", "positive"), ("checks",)])
def test_a_chosen_part_is_not_measured(project, arguments):
    run = run_suite(project, *arguments)
    assert run.returncode == 0, run.stdout
    assert "coverage" not in run.stdout
    assert not (project / ".coverage").exists()


def test_a_run_with_failures_is_not_judged_besides(project):
    (project / "checks" / "test_bad.py").write_text("def test_bad(): assert False")
    run = run_suite(project)
    assert run.returncode == 1
    assert "coverage" not in run.stdout


def report(total, **files):
    return {
        "totals": {"percent_covered": total},
        "files": {
            name.replace("__", "/")
            + ".py": {
                "summary": {"percent_covered": percent},
                "missing_lines": [7],
                "missing_branches": [[6, 9]],
            }
            for name, percent in files.items()
        },
    }


def test_enough_is_no_shortfall():
    assert shortfalls(report(95.0, results__metrics=100.0, results__live=80.0)) == []


@pytest.mark.parametrize(
    "name",
    [
        "results__codec__times",
        "results__history",
        "results__metrics",
        "results__pagination",
        "results__reading",
        "results__recorder",
        "results__recorder__script",
        "results__repository__histories",
        "results__scanning",
        "results__trip",
        "results__viewsets",
    ],
)
def test_the_files_that_must_be_whole_must_be_whole(name):
    (short,) = shortfalls(report(99.9, **{name: 99.9}, results__live=10.0))
    assert short.name == name.replace("__", "/") + ".py"
    assert short.missing == "7, 6->9"


def test_too_little_over_all_names_every_file_that_is_not_whole():
    found = shortfalls(report(94.9, results__live=80.0, results__domain=100.0))
    assert [short.name for short in found] == ["all files", "results/live.py"]
