"""Chromium's DevTools protocol over a pair of pipes: commands out, events in.

Messages are JSON, each ended by a NUL byte; Chromium reads them from descriptor 3 and
writes to 4. No port, no WebSocket, no package.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
ANSWER_SECONDS = 60.0
END_SECONDS = 60.0
# Moves the pipes to where Chromium looks, wherever ours happen to be.
SHIM = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""

Message = dict[str, Any]


class ChromiumError(Exception):
    """Chromium refused a command, threw in the page, was late, or has ended."""


class DevTools:
    """One Chromium process, from `start` to `end`; events go to `listen`.

    `listen(session, method, params)` is called by the reading thread: it must not
    send commands itself.
    """

    def __init__(self, listen: Callable[[str, str, Message], None]) -> None:
        self._listen = listen
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.SimpleQueue[Message]] = {}
        self._writing = threading.Lock()

    def start(self, *flags: str) -> None:
        """Start the browser with a fresh profile; flags come after `FLAGS`."""
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands_out, self._commands = high_pipe()
        self._replies, replies_in = high_pipe()
        program = shutil.which("chromium") or "chromium"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", "-c", SHIM),
                *(str(commands_out), str(replies_in)),
                *(program, *FLAGS, f"--user-data-dir={self._profile.name}", *flags),
            ],
            pass_fds=(commands_out, replies_in),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_out)
        os.close(replies_in)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Ask the browser to close, or end it by force; nothing of it stays."""
        with contextlib.suppress(ChromiumError, OSError):
            self.call("Browser.close")
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._commands)
        self._reader.join(END_SECONDS)
        os.close(self._replies)
        self._profile.cleanup()

    def call(self, method: str, session: str | None = None, **params: Any) -> Message:
        """The result of one command, to a page's session or to the browser."""
        number = next(self._numbers)
        answers = self._answers[number] = queue.SimpleQueue()
        message: Message = {"id": number, "method": method, "params": params}
        try:
            self._send(message | ({"sessionId": session} if session else {}))
            answer = answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise ChromiumError(f"no answer to {method}") from None
        finally:
            del self._answers[number]
        if "error" in answer:
            raise ChromiumError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    def _send(self, message: Message) -> None:
        left = json.dumps(message).encode() + b"\0"
        with self._writing:
            while left:
                left = left[os.write(self._commands, left) :]

    def _read(self) -> None:
        rest = bytearray()
        while chunk := os.read(self._replies, 1 << 20):
            rest += chunk
            *messages, rest = rest.split(b"\0") if b"\0" in chunk else [rest]
            for message in messages:
                self._dispatch(json.loads(message))
        for answers in list(self._answers.values()):
            answers.put({"error": {"message": "Chromium has ended"}})

    def _dispatch(self, message: Message) -> None:
        if "method" in message:
            session = message.get("sessionId", "")
            self._listen(session, message["method"], message["params"])
        elif answers := self._answers.get(message["id"]):
            answers.put(message)


def high_pipe() -> tuple[int, int]:
    """The reading and the writing end of a pipe, neither of them 3 or 4."""
    ends = os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return reading, writing
