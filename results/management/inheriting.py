"""What the processes of one command share, though each reads the environment anew."""

from __future__ import annotations

import os

from django.conf import settings


def hand_on_secret_key() -> None:
    """A key that was not set is made at each start: of workers, or of a reloader's
    child, each would refuse the sessions that the others signed."""
    os.environ.setdefault("SECRET_KEY", settings.SECRET_KEY)
