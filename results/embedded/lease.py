"""Who may run the store of a directory, and how the others find it.

Two files decide, each by the lock on it and never by its existence:

- `store.lock` is held by the owner *and* by its server, which inherits the locked
  descriptor. It is free only when both are gone, so no second server can ever run on
  the same append-only file, not even in the moment after the owner was killed.
- `store.url` is locked by the owner alone, before it appears under that name. Whoever
  opens it and finds the lock free knows that this very URL outlived its owner.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

LOCK_NAME = "store.lock"
URL_NAME = "store.url"


class Lease:
    """The right to run the store of one directory, held until `release`."""

    def __init__(self, var_dir: Path, lock_fd: int) -> None:
        self.lock_fd = lock_fd
        self._url_file = var_dir.absolute() / URL_NAME
        self._url_fd: int | None = None

    @classmethod
    def acquire(cls, var_dir: Path) -> Lease | None:
        """The lease, or None while another owner, or what is left of it, runs."""
        var_dir.mkdir(parents=True, exist_ok=True)
        lock_fd = os.open(var_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(lock_fd, fcntl.LOCK_EX):
            return cls(var_dir, lock_fd)
        os.close(lock_fd)
        return None

    def publish(self, url: str) -> None:
        """Leave the URL for others to find, readable by this user alone."""
        unfinished = self._url_file.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        self._url_fd = os.open(unfinished, flags, 0o600)
        fcntl.flock(self._url_fd, fcntl.LOCK_EX)
        os.write(self._url_fd, url.encode())
        unfinished.rename(self._url_file)

    def withdraw(self) -> None:
        """Take the URL back: from here on nobody joins, and who joined is told."""
        if self._url_fd is not None:
            self._url_file.unlink(missing_ok=True)
            os.close(self._url_fd)
            self._url_fd = None

    def release(self) -> None:
        """Let another process be the owner."""
        os.close(self.lock_fd)


class Offer:
    """A URL that some owner left, and whether that owner is still there."""

    def __init__(self, url: str, url_fd: int) -> None:
        self.url = url
        self._url_fd = url_fd

    @classmethod
    def find(cls, var_dir: Path) -> Offer | None:
        """The offer of a living owner, or None."""
        try:
            url_fd = os.open(var_dir / URL_NAME, os.O_RDONLY)
        except FileNotFoundError:
            return None
        offer = cls(os.read(url_fd, 4096).decode(), url_fd)
        if offer.owner_lives():
            return offer
        offer.close()
        return None

    def owner_lives(self) -> bool:
        """Whether the process that left this URL still holds it."""
        if not _lock(self._url_fd, fcntl.LOCK_SH):
            return True
        fcntl.flock(self._url_fd, fcntl.LOCK_UN)
        return False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._url_fd)


def _lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
