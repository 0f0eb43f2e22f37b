"""uvicorn, configured: one place for the servers that our commands start."""

from __future__ import annotations

from typing import Any

import uvicorn

from results.asgi_server.protocol import LimitedProtocol

# Streams end at once and requests within their grace: this is the last resort.
CANCEL_SECONDS = 5


def limited(application: Any, **options: Any) -> uvicorn.Config:
    """A server of this application, or of its import path, with our limits; `options`
    are uvicorn's own."""
    return uvicorn.Config(
        application,
        http=LimitedProtocol,
        lifespan="off",
        ws="none",
        access_log=False,
        # NUM_PROXIES says whose word is taken, not that they are on this machine.
        proxy_headers=False,
        log_config=None,
        timeout_graceful_shutdown=CANCEL_SECONDS,
        **options,
    )
