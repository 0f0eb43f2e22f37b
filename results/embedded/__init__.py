"""A private real store for those who set no REDIS_URL: started, shared and kept alive.

Nothing in here knows Django. One process owns the store of a directory, restarts it
when it dies and takes it along when it ends; every other process there joins it.
"""

from results.embedded.errors import EmbeddedStoreError
from results.embedded.launching import start_server
from results.embedded.opening import (
    OWNER_ENDED,
    find_running_store,
    join_store,
    open_store,
)
from results.embedded.server import RunningServer
from results.embedded.store import Store

__all__ = [
    "OWNER_ENDED",
    "EmbeddedStoreError",
    "RunningServer",
    "Store",
    "find_running_store",
    "join_store",
    "open_store",
    "start_server",
]
