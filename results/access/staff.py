"""Staff sessions, where Django's accounts are installed: valid beside API keys."""

from __future__ import annotations

import logging
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest

logger = logging.getLogger(__name__)

ACCOUNTS = "django.contrib.auth"


def may_be_staff(request: HttpRequest) -> bool:
    """Whether it is worth a look into the database: there is a session's cookie."""
    if not apps.is_installed(ACCOUNTS):
        return False
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_staff(request: HttpRequest) -> bool:
    """Whether the session is one of an active member of staff; reads one user's row.

    By itself, and not by a middleware before this one: that would look into every
    request's session.
    """
    try:
        return _is_staff(request.COOKIES[settings.SESSION_COOKIE_NAME])
    except DatabaseError as failure:
        logger.warning("sessions are not let in: %s", type(failure).__name__)
        return False
    finally:
        # Requests as such leave databases alone (`results.apps`).
        close_old_connections()


def _is_staff(session_key: str) -> bool:
    # Not while there may be no accounts at all.
    from django.contrib.auth import get_user

    asked = HttpRequest()
    asked.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(asked)
    return bool(user.is_active and getattr(user, "is_staff", False))
