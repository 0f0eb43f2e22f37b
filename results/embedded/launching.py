"""Starting a server, and being sure that the one which answers is ours."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

from results.embedded.address import Address, ask, fresh_address
from results.embedded.binary import find_binary
from results.embedded.errors import EmbeddedStoreError, StartFailed
from results.embedded.server import RunningServer, ServerPlan, spawn

TRIES = 5
READY_SECONDS = 10.0
POLL_SECONDS = 0.01
LOG_LINES = 3


def start_server(data_dir: Path, *, persist: bool) -> RunningServer:
    """A server nobody else knows of, for whoever stops it (a test suite, as a rule).

    It keeps its files in `data_dir`, and it ends with the thread that called.
    """
    plan = ServerPlan(find_binary(), data_dir, persist)
    return start_anywhere(plan, threading.Event())


def start_anywhere(plan: ServerPlan, cancelled: threading.Event) -> RunningServer:
    """Start on a free port, on another one when somebody was faster, five in all."""
    # Restarts append to it: what a server said when it died is worth keeping.
    plan.log_file.unlink(missing_ok=True)
    for _ in range(TRIES):
        try:
            return start_at(plan, fresh_address(), cancelled)
        except StartFailed as failure:
            reason = failure
        if cancelled.is_set():
            break
    raise EmbeddedStoreError(f"the store could not be started: {reason}")


def start_at(
    plan: ServerPlan, address: Address, cancelled: threading.Event
) -> RunningServer:
    """One attempt at one address: a server of ours that serves, or `StartFailed`."""
    server = spawn(plan, address)
    try:
        _await_ready(server, plan, cancelled)
    except BaseException:
        server.stop()
        raise
    return server


def _await_ready(
    server: RunningServer, plan: ServerPlan, cancelled: threading.Event
) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        answer = ask(server.url)
        # Whoever else listens on that port may accept any password, or write it down.
        is_ours = answer is not None and answer.pid == server.pid
        if answer and is_ours and not answer.loading:
            return
        if is_ours:
            deadline = time.monotonic() + READY_SECONDS
        _pause(server, plan, cancelled)
    raise StartFailed(f"{plan.binary} did not answer within {READY_SECONDS:.0f} s")


def _pause(server: RunningServer, plan: ServerPlan, cancelled: threading.Event) -> None:
    """Wait a moment; `StartFailed` when there is nothing left to wait for."""
    if cancelled.is_set():
        raise StartFailed("it is no longer wanted")
    try:
        status = server.process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return
    raise StartFailed(f"{plan.binary} ended with status {status}: {_last_words(plan)}")


def _last_words(plan: ServerPlan) -> str:
    log = plan.log_file.read_text(errors="replace")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return " | ".join(lines[-LOG_LINES:])
