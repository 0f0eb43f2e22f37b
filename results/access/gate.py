"""The gate: a middleware that is only there where `API_KEYS` are set.

Before every view, and not in DRF's authentication: streams, badges, feeds, documents
and unmatched paths must be closed as well, and no new endpoint can forget it.
"""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from results.access import paths, tokens
from results.access.keys import ApiKey, matching
from results.access.middleware import Middleware
from results.access.staff import is_staff, may_be_staff
from results.endpoints import mounted
from results.exceptions import error_body

CHALLENGE = 'Bearer realm="monitor"'
MISSING = "An API key is needed: Authorization: Bearer, or X-Api-Key."
WRONG = "This API key, or token, opens nothing."


def known_as(request: HttpRequest) -> str | None:
    """The name of the key that opened, `staff`, or None where nothing had to open."""
    name: str | None = getattr(request, "known_as", None)
    return name


class AccessGate(Middleware):
    """Lets through who has a key, a staff session, or for a stream a token."""

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if _passes(request) or (may_be_staff(request) and _enters_as_staff(request)):
            return _kept_private(request, self._get_response(request))
        return _refusal(request)

    async def _awaited(self, request: HttpRequest) -> HttpResponseBase:
        enters = _passes(request) or (
            may_be_staff(request) and await sync_to_async(_enters_as_staff)(request)
        )
        if enters:
            return _kept_private(request, await self._get_response(request))
        return _refusal(request)


def given_key(request: HttpRequest) -> str | None:
    """What stands where a key is to stand."""
    scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        return str(credentials.strip())
    key: str | None = request.META.get("HTTP_X_API_KEY")
    return key


def _passes(request: HttpRequest) -> bool:
    if paths.is_open(request.path_info):
        return True
    given = given_key(request)
    if given is not None:
        return _knows(request, matching(settings.API_KEYS, given))
    if paths.is_stream(request.path_info) and tokens.PARAMETER in request.GET:
        name = tokens.opens(request.GET[tokens.PARAMETER], settings.API_KEYS)
        request.known_as = name  # type: ignore[attr-defined]
        return name is not None
    return False


def _knows(request: HttpRequest, key: ApiKey | None) -> bool:
    if key is None:
        return False
    request.known_as = key.name  # type: ignore[attr-defined]
    request.api_key = key  # type: ignore[attr-defined]
    return True


def _enters_as_staff(request: HttpRequest) -> bool:
    if not is_staff(request):
        return False
    request.known_as = tokens.STAFF  # type: ignore[attr-defined]
    return True


def _refusal(request: HttpRequest) -> HttpResponse:
    if paths.is_page(request.path_info) and request.method in ("GET", "HEAD"):
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{mounted(paths.LOGIN)}?{query}")
    tried = given_key(request) is not None or tokens.PARAMETER in request.GET
    code = "authentication_failed" if tried else "not_authenticated"
    answer = error_body(401, "client_error", code, WRONG if tried else MISSING)
    answer["WWW-Authenticate"] = CHALLENGE
    answer["Cache-Control"] = "no-store"
    return answer


def _kept_private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What was closed may lie in a browser, and in nothing that others ask, too."""
    if paths.is_open(request.path_info):
        return response
    said = response.get("Cache-Control", "")
    kept = [part for part in said.split(", ") if part not in ("", "public", "private")]
    response["Cache-Control"] = ", ".join([*kept, "private"])
    return response
