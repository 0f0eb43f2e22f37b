"""The store of a directory, as its owner sees it and as others do."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import ClassVar, Self

from results.embedded.lease import Offer
from results.embedded.supervisor import Supervisor

WATCH_SECONDS = 0.25


class Store(ABC):
    """A running store; leave it with `close`, or by leaving its `with` block."""

    owned: ClassVar[bool]

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it listens, password included; the same also after a restart."""

    @property
    @abstractmethod
    def pid(self) -> int:
        """The server's process; for a store that was joined, as of joining."""

    @abstractmethod
    def close(self) -> None:
        """Leave it; the owner takes the store along. Once is as good as twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class OwnedStore(Store):
    """The store that this process started, restarts, and ends."""

    owned = True

    def __init__(self, supervisor: Supervisor, ending: ExitStack) -> None:
        self._supervisor = supervisor
        self._ending = ending
        self._closing = threading.Lock()

    @property
    def url(self) -> str:
        return self._supervisor.server.url

    @property
    def pid(self) -> int:
        return self._supervisor.server.pid

    def close(self) -> None:
        with self._closing:
            self._ending.close()


class JoinedStore(Store):
    """A store of another process, watched, because it ends when its owner does."""

    owned = False

    def __init__(self, offer: Offer, pid: int, tell: Callable[[], None]) -> None:
        self._offer = offer
        self._pid = pid
        self._tell = tell
        self._left = threading.Event()
        self._watch = threading.Thread(
            target=self._watch_owner, name="embedded-store-watch", daemon=True
        )
        self._watch.start()

    @property
    def url(self) -> str:
        return self._offer.url

    @property
    def pid(self) -> int:
        return self._pid

    def close(self) -> None:
        self._left.set()
        if self._watch is not threading.current_thread():
            self._watch.join()

    def _watch_owner(self) -> None:
        """Look at the owner's lock now and then: a thread that waited for it could not
        be told to stop waiting."""
        while not self._left.wait(WATCH_SECONDS):
            if not self._offer.owner_lives():
                self._offer.close()
                self._tell()
                return
        self._offer.close()
