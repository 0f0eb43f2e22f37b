"""Who is asking: Django's sessions and accounts, around the ops views and nothing else.

As middleware they would run for every request of the API, which has no use for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_protect

View = Callable[..., HttpResponseBase]
# What is stored is hostile: should a text ever escape its escaping, nothing runs it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_with_session = decorator_from_middleware(SessionMiddleware)
_with_user = decorator_from_middleware(AuthenticationMiddleware)


def with_account(view: View) -> View:
    """The view with `request.session` and `request.user`, safe from forged forms."""
    inside = _with_session(_with_user(csrf_protect(view)))

    @wraps(view)
    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Both are ours to do: requests as such leave databases alone (`results.apps`).
        reset_queries()
        try:
            response: HttpResponseBase = inside(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                # Here and not later: what a template reads of the user is read here.
                response.render()
        finally:
            close_old_connections()
        response["Content-Security-Policy"] = POLICY
        return response

    return around
