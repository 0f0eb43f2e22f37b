"""How a process comes by the store of a directory: it joins, or else it owns."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from results.embedded.address import ask
from results.embedded.binary import find_binary
from results.embedded.errors import EmbeddedStoreError
from results.embedded.lease import LOCK_NAME, Lease, Offer
from results.embedded.server import ServerPlan
from results.embedded.store import JoinedStore, OwnedStore, Store
from results.embedded.supervisor import Supervisor

logger = logging.getLogger(__name__)

DATA_NAME = "store"
OPEN_SECONDS = 30.0
JOIN_SECONDS = 5.0
POLL_SECONDS = 0.03

OWNER_ENDED = (
    "the process that started the store has ended, and the store with it: "
    "start this one again"
)

Tell = Callable[[], None]


def open_store(var_dir: Path, on_owner_end: Tell | None = None) -> Store:
    """The one store of `var_dir`: joined when it runs, started and owned otherwise.

    `on_owner_end` is called once, from a thread, when the owner of a store that was
    joined has ended; without it a line is logged. Raises `EmbeddedStoreError`.
    """
    tell = on_owner_end or log_owner_end
    with _failures_named(var_dir):
        deadline = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < deadline:
            if store := _join(var_dir, tell) or _own(var_dir):
                return store
            # The holder of the lock is starting its store, or ending.
            time.sleep(POLL_SECONDS)
    raise EmbeddedStoreError(
        f"another process holds {var_dir / LOCK_NAME} and offers no store: "
        "end it, or set VAR_DIR to another directory, or set REDIS_URL"
    )


def join_store(var_dir: Path, on_owner_end: Tell | None = None) -> Store | None:
    """The running store of `var_dir`, or None when nobody owns one there.

    A store that its owner restarts right now is waited for, for 5 s.
    """
    tell = on_owner_end or log_owner_end
    with _failures_named(var_dir):
        deadline = time.monotonic() + JOIN_SECONDS
        while offer := Offer.find(var_dir):
            if store := _accept(offer, tell):
                return store
            if time.monotonic() > deadline:
                return None
            time.sleep(POLL_SECONDS)
    return None


def find_running_store(var_dir: Path) -> str | None:
    """URL of the store that a living owner holds and that answers now, else None."""
    with _failures_named(var_dir), contextlib.ExitStack() as leaving:
        offer = Offer.find(var_dir)
        if offer is None:
            return None
        leaving.callback(offer.close)
        return offer.url if _serving_pid(offer) else None


def log_owner_end() -> None:
    """What is said where nobody asked to be told otherwise."""
    logger.error(OWNER_ENDED)


def _join(var_dir: Path, tell: Tell) -> Store | None:
    offer = Offer.find(var_dir)
    return _accept(offer, tell) if offer else None


def _accept(offer: Offer, tell: Tell) -> Store | None:
    pid = _serving_pid(offer)
    if pid is not None:
        return JoinedStore(offer, pid, tell)
    offer.close()
    return None


def _own(var_dir: Path) -> Store | None:
    lease = Lease.acquire(var_dir)
    if lease is None:
        return None
    with contextlib.ExitStack() as ending:
        ending.callback(lease.release)
        plan = ServerPlan(find_binary(), var_dir / DATA_NAME, True, lease.lock_fd)
        supervisor = Supervisor(plan)
        supervisor.start()
        ending.callback(supervisor.stop)
        ending.callback(lease.withdraw)
        lease.publish(supervisor.server.url)
        return OwnedStore(supervisor, ending.pop_all())


def _serving_pid(offer: Offer) -> int | None:
    answer = ask(offer.url)
    return None if answer is None or answer.loading else answer.pid


@contextlib.contextmanager
def _failures_named(var_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise EmbeddedStoreError(f"VAR_DIR {var_dir}: {failure}") from failure
