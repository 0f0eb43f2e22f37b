"""A pytest plugin: branch coverage of whole runs, and a failure where it is short.

A run of the whole suite is measured, child processes included, and fails below the
gate; a run of some tests is left alone. Loaded by `-p`, because measuring has to
start before the product is imported.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import coverage
import pytest

OVERALL_PCT = 95.0
# One unread member or one wrong sum here is a wrong answer everywhere.
WHOLE = (
    "results/codec/*",
    "results/history.py",
    "results/metrics.py",
    "results/pagination.py",
    "results/reading.py",
    "results/recorder*",
    "results/repository/*",
    "results/run_index/*",
    "results/scanning.py",
    "results/trip.py",
    "results/viewsets.py",
)
NARROWING = (
    "file_or_dir",
    "keyword",
    "markexpr",
    "deselect",
    "ignore",
    "ignore_glob",
    "lf",
    "stepwise",
    "collectonly",
    "setuponly",
    "setupplan",
    "showfixtures",
    "show_fixtures_per_test",
    "markers",
    "help",
    "version",
)


@dataclass(frozen=True)
class Shortfall:
    """One file, or everything, with less coverage than the gate asks for."""

    name: str
    percent: float
    wanted: float
    missing: str = ""

    def __str__(self) -> str:
        where = f" (missing {self.missing})" if self.missing else ""
        return f"{self.name}: {self.percent:.2f} % of {self.wanted:.0f} %{where}"


def shortfalls(report: dict[str, Any]) -> list[Shortfall]:
    """What is short in coverage's JSON report; empty when the gate is passed.

    Below the overall gate every file that is not whole is named: it could be any.
    """
    total = report["totals"]["percent_covered"]
    overall = (
        [Shortfall("all files", total, OVERALL_PCT)] if total < OVERALL_PCT else []
    )
    files = [
        Shortfall(name, percent, 100.0, _missing(entry))
        for name, entry in sorted(report["files"].items())
        if (percent := entry["summary"]["percent_covered"]) < 100
        and (overall or any(fnmatch(name, pattern) for pattern in WHOLE))
    ]
    return overall + files


def _missing(entry: dict[str, Any]) -> str:
    lines = [str(line) for line in entry["missing_lines"]]
    branches = [f"{start}->{end}" for start, end in entry["missing_branches"]]
    return ", ".join(lines + branches)


class CoverageGate:
    """Measures one whole run; the data of all its processes meet in a directory."""

    def __init__(self, config: pytest.Config) -> None:
        self._root = config.rootpath
        self._folder = Path(tempfile.mkdtemp(prefix="coverage-"))
        self._measuring = self._coverage()
        self._found: list[Shortfall] | None = None
        self._total = 0.0

    def start(self) -> None:
        self._measuring.start()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge a run that passed; a run with failures did not reach everything."""
        self._measuring.stop()
        self._measuring.save()
        try:
            if session.exitstatus == pytest.ExitCode.OK:
                self._judge()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._found is None:
            return
        terminalreporter.section("coverage gate")
        for shortfall in self._found:
            terminalreporter.write_line(f"too little: {shortfall}", red=True)
        terminalreporter.write_line(f"branch coverage {self._total:.2f} %")

    def _judge(self) -> None:
        combined = self._coverage()
        combined.combine([str(self._folder)])
        combined.save()
        target = self._folder / "report.json"
        combined.json_report(outfile=str(target))
        report = json.loads(target.read_text())
        self._found = shortfalls(report)
        self._total = report["totals"]["percent_covered"]
        # So that `coverage html` shows what the gate saw.
        shutil.copy(self._folder / "data", self._root / ".coverage")

    def _coverage(self) -> coverage.Coverage:
        return coverage.Coverage(
            config_file=str(self._root / "setup.cfg"),
            data_file=str(self._folder / "data"),
        )


class WorkerCoverage:
    """What a process of a parallel run saw: execnet may end it without a farewell."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        if measuring := coverage.Coverage.current():
            measuring.stop()
            measuring.save()


def is_worker() -> bool:
    """Whether this is one of a parallel run's processes, which one gate judges."""
    return "PYTEST_XDIST_WORKER" in os.environ


def is_whole_run(config: pytest.Config) -> bool:
    """Whether nothing on the command line leaves tests out."""
    if config.invocation_params.dir != config.rootpath:
        return False
    chosen = config.known_args_namespace
    return not any(getattr(chosen, option, None) for option in NARROWING)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Any:
    if is_worker():
        early_config.pluginmanager.register(WorkerCoverage(), "worker-coverage")
    elif is_whole_run(early_config):
        gate = CoverageGate(early_config)
        early_config.pluginmanager.register(gate, "coverage-gate")
        gate.start()
    return (yield)
