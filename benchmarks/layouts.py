"""The commands that are measured: those of `deploy/`, the README's, and the peer's."""

from __future__ import annotations

import shlex
from pathlib import Path

from benchmarks.results_page import ROOT

SIMPLE = ("manage.py", "serve", "--port", "{port}")
PEER = (
    *("-m", "uvicorn", "benchmarks.reads.peer:app", "--port", "{port}"),
    *("--log-level", "warning"),
)


def unit_command(unit: str, **replaced: str) -> list[str]:
    """Python's arguments as `ExecStart` of a systemd unit in `deploy/` has them.

    `replaced` are options without their dashes, `port="{port}"` for example.
    """
    program, *arguments = exec_start(ROOT / "deploy" / f"{unit}.service")
    name = Path(program).name
    command = arguments if name == "python" else ["-m", name, *arguments]
    for option, value in replaced.items():
        command[command.index(f"--{option.replace('_', '-')}") + 1] = value
    return command


def exec_start(unit: Path) -> list[str]:
    """The words of the one `ExecStart` line, continued lines joined."""
    lines = unit.read_text().replace("\\\n", " ").splitlines()
    (line,) = (line for line in lines if line.startswith("ExecStart="))
    return shlex.split(line.removeprefix("ExecStart="))
