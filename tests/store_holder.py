"""A process that opens the store of a directory, says which, and waits to be ended.

`python -m tests.store_holder DIRECTORY` is the process; `StoreHolder` starts and reads
it from a test.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from results.embedded import open_store

ROOT = Path(__file__).resolve().parent.parent
PROC = Path("/proc/self/stat")
OWNER_ENDED = "the owner has ended"


def main(var_dir: str) -> None:
    def tell() -> None:
        print(OWNER_ENDED, flush=True)

    with open_store(Path(var_dir), tell) as store:
        seen = {"url": store.url, "owned": store.owned, "pid": store.pid}
        print(json.dumps(seen), flush=True)
        sys.stdin.read()


class StoreHolder:
    """The process; `url`, `owned` and `pid` of its store are read when first asked."""

    def __init__(self, var_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store_holder", str(var_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._seen: dict[str, object] = {}

    def read_line(self) -> str:
        """The next line that the process says (the suite's time-out guards it)."""
        return self.process.stdout.readline().strip()

    def _look(self, name: str):
        if not self._seen:
            self._seen = json.loads(self.read_line())
        return self._seen[name]

    @property
    def url(self) -> str:
        return self._look("url")

    @property
    def owned(self) -> bool:
        return self._look("owned")

    @property
    def pid(self) -> int:
        return self._look("pid")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> tuple[str, str]:
        """Let it leave the store in order; what it said meanwhile."""
        return self.process.communicate(timeout=60)


def is_running(pid: int) -> bool:
    """Whether a process exists that is not only waiting to be reaped."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not PROC.exists()
    return state not in "ZX"


def eventually(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


if __name__ == "__main__":
    main(sys.argv[1])
