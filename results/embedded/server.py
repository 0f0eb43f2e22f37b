"""One server process of ours: how it is configured, forked, and ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from results.embedded.address import HOST, Address

STOP_SECONDS = 3.0
LOG_NAME = "store.log"

# Runs between fork and exec in a process of its own, because `preexec_fn` may deadlock
# a parent that has threads; `exec` keeps the pid and the death signal. The parent may
# be gone before the signal was asked for, hence the second look.
SHIM = """
import os, signal, sys
owner, binary = int(sys.argv[1]), sys.argv[2]
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() != owner:
    sys.exit("the process that wanted this store has ended")
os.execv(binary, [binary, "-"])
"""


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """What every start of one store has in common; `lock_fd` goes to the server too."""

    binary: Path
    data_dir: Path
    persist: bool
    lock_fd: int | None = None

    @property
    def log_file(self) -> Path:
        return self.data_dir / LOG_NAME

    def config(self, address: Address) -> bytes:
        """The server's configuration file, which also says the password."""
        lines = [
            b"bind " + HOST.encode(),
            b"port %d" % address.port,
            b"requirepass " + quoted(address.password),
            b"dir " + quoted(os.fspath(self.data_dir.absolute())),
            b'save ""',
            b"appendonly " + (b"yes" if self.persist else b"no"),
            b"appendfsync everysec",
        ]
        return b"\n".join(lines) + b"\n"


def quoted(text: str) -> bytes:
    """A configuration value in double quotes, every byte that may mean something
    (a quote, a space, a line's end, a backslash) as a hexadecimal escape."""
    safe = b"-._~/"
    escaped = (
        (
            b"%c" % byte
            if chr(byte).isascii() and (chr(byte).isalnum() or byte in safe)
            else b"\\x%02x" % byte
        )
        for byte in os.fsencode(text)
    )
    return b'"' + b"".join(escaped) + b'"'


class RunningServer:
    """A server process that is our child. It ends with the thread that started it."""

    def __init__(self, process: subprocess.Popen[bytes], address: Address) -> None:
        self.process = process
        self.address = address

    @property
    def url(self) -> str:
        return self.address.url

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self) -> int:
        """Block until the process has ended; its exit status (minus the signal)."""
        return self.process.wait()

    def stop(self) -> None:
        """End it in order, so that the append-only file is whole, or else by force."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def spawn(plan: ServerPlan, address: Address) -> RunningServer:
    """Fork the server; it may not be up yet, and it may never be."""
    plan.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(plan.log_file, "ab", opener=_private) as log:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", SHIM, str(os.getpid()), plan.binary],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=() if plan.lock_fd is None else (plan.lock_fd,),
            # A server refuses to start in a locale that the machine does not have.
            env={**os.environ, "LC_ALL": "C"},
        )
    _tell(process, plan.config(address))
    return RunningServer(process, address)


def _tell(process: subprocess.Popen[bytes], config: bytes) -> None:
    """Over standard input: arguments would show the password in the process list."""
    assert process.stdin is not None
    # A child that died at once is found out by whoever waits for it to be ready.
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(config)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
