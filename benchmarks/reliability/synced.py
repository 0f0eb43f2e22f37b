"""Which bytes of a server's append-only file its disk was told to keep: its fsyncs.

`python -m benchmarks.reliability.synced PID` traces a server's threads (Linux, ptrace)
and prints, for each fsync or fdatasync that came back, the file and the size that it
had when the call began: a power cut may take whatever was written since.
"""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.restype = ctypes.c_long
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
SEIZE, INTERRUPT, SYSCALL, SYSCALL_INFO = 0x4206, 0x4207, 24, 0x420E
TRACE_SYSCALLS, TRACE_CLONE = 1, 8
SYSCALL_STOP, TRAP = 0x85, 5
ALL_THREADS = 0x40000000
SYNCS = {"x86_64": (74, 75), "aarch64": (82, 83)}
ENTRY, EXIT = 1, 2


class Watched:
    """A traced server; `size_of` tells how much of a file its disk has."""

    def __init__(self, pid: int) -> None:
        command = [sys.executable, "-m", "benchmarks.reliability.synced", str(pid)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._sizes: dict[str, int] = {}
        self.syncs = 0
        self._attached = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        if not self._attached.wait(10) or self._process.poll() is not None:
            raise RuntimeError("the server cannot be traced here (ptrace)")

    def size_of(self, file: Path) -> int:
        """The size at its last fsync, once the server has ended; 0 without one."""
        self.wait()
        return self._sizes.get(os.fspath(file.resolve()), 0)

    def wait(self) -> None:
        """Return when the server has ended, and all was told."""
        self._thread.join(10)
        self._process.wait(10)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                size, _, name = line.rstrip("\n").partition(" ")
                if name:
                    self._sizes[name] = int(size)
                    self.syncs += 1
                else:
                    self._attached.set()
        self._attached.set()


def watch(pid: int) -> None:
    """Trace until the server has ended."""
    for thread in map(int, os.listdir(f"/proc/{pid}/task")):
        _ptrace(SEIZE, thread, TRACE_SYSCALLS | TRACE_CLONE)
        _ptrace(INTERRUPT, thread)
    print("attached", flush=True)
    begun: dict[int, tuple[str, int]] = {}
    while True:
        try:
            thread, status = os.waitpid(-1, ALL_THREADS)
        except ChildProcessError:
            return
        if not os.WIFSTOPPED(status):
            continue
        signal = os.WSTOPSIG(status)
        if signal == SYSCALL_STOP:
            _look(pid, thread, begun)
        is_ours = signal in (SYSCALL_STOP, TRAP) or status >> 16
        _ptrace(SYSCALL, thread, 0 if is_ours else signal)


def _look(pid: int, thread: int, begun: dict[int, tuple[str, int]]) -> None:
    """Note an fsync that begins; tell of one that came back."""
    buffer = ctypes.create_string_buffer(96)
    _LIBC.ptrace(SYSCALL_INFO, thread, 96, ctypes.addressof(buffer))
    kind = buffer.raw[0]
    number, first = struct.unpack_from("QQ", buffer.raw, 24)
    if kind == ENTRY and number in SYNCS[os.uname().machine]:
        name = os.readlink(f"/proc/{pid}/fd/{first}")
        begun[thread] = name, os.stat(name).st_size
    elif kind == EXIT and thread in begun:
        name, size = begun.pop(thread)
        if number == 0:
            print(size, name, flush=True)


def _ptrace(request: int, thread: int, data: int = 0) -> None:
    # A thread may be gone, for what ends a server ends it at any moment.
    _LIBC.ptrace(request, thread, None, data)


if __name__ == "__main__":
    watch(int(sys.argv[1]))
