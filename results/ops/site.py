"""The site under `/ops/`: who may look, which pages there are, how they are dressed.

Of Django's admin it has the chrome, the login and the change of passwords; no model.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, re_path, resolve, reverse
from django.views.decorators.cache import never_cache

from results import converters  # noqa: F401  (converters register)
from results.ops.all_tests import show_tests
from results.ops.failures import failure_page, page_of
from results.ops.one_run import show_run
from results.ops.one_test import show_test
from results.ops.page import Page, PageView
from results.ops.session import View, with_account

REFUSED = "This account may not look at this page: that takes a member of the staff."

FORGED = "The form had expired, or its cookie was missing. Go back, reload, try again."


class OpsSite(AdminSite):
    """Django's admin with pages of our own in place of those of models."""

    site_title = "Synthetic monitoring"
    site_header = "Synthetic monitoring"
    site_url = None
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The site's table of contents: one route a line."""
        return [
            path("", self.page(show_tests), name="index"),
            path("tests/<test_id:test_id>/", self.page(show_test), name="test"),
            path(
                "tests/<test_id:test_id>/runs/<run_id:run_id>/",
                self.page(show_run),
                name="run",
            ),
            path("login/", self.account(self.login), name="login"),
            path("logout/", self.account(self.logout), name="logout"),
            path(
                "password_change/",
                self.account(self.for_staff(self.password_change)),
                name="password_change",
            ),
            path(
                "password_change/done/",
                self.account(self.for_staff(self.password_change_done)),
                name="password_change_done",
            ),
            re_path(r"^(?P<unmatched>.*)$", self.page(no_page), name="unmatched"),
        ]

    def may_look(self, request: HttpRequest) -> bool:
        """Members of the staff, or everybody where the installation says so."""
        return bool(settings.OPS_PUBLIC) or self.has_permission(request)

    def page(self, view: PageView) -> View:
        """A page for those who may look."""

        @wraps(view)
        def shown(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if not self.may_look(request):
                return self.turned_away(request)
            found = view(request, **kwargs)
            return self.dressed(request, found) if isinstance(found, Page) else found

        return self.account(shown)

    def account(self, view: View) -> View:
        """A view that knows who asks; what goes wrong in it is a page, too."""

        @wraps(view)
        def told(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            request.current_app = self.name
            try:
                response = view(request, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()
                return response
            except Exception as failure:
                page = failure_page(request, failure)
                if page is None:
                    raise
                return self.dressed(request, page)

        return with_account(never_cache(told))

    def for_staff(self, view: View) -> View:
        """A view that needs an account, also where everybody may look."""

        @wraps(view)
        def asked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            may = self.has_permission(request)
            return view(request, **kwargs) if may else self.turned_away(request)

        return asked

    def turned_away(self, request: HttpRequest) -> HttpResponseBase:
        """The way to the login; a refusal to those who are logged in."""
        if request.user.is_authenticated:
            return self.dressed(request, page_of(403, REFUSED))
        login = reverse("admin:login", current_app=self.name)
        return redirect_to_login(request.get_full_path(), login)

    def dressed(self, request: HttpRequest, page: Page) -> TemplateResponse:
        """The page in the admin's chrome."""
        context = {**self.each_context(request), "title": page.title, **page.context}
        response = TemplateResponse(request, page.template, context, status=page.status)
        if wait := page.context.get("wait"):
            response["Retry-After"] = str(wait)
        return response

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The page is made for whoever asked, who by then is nobody."""
        nobody = {"user": AnonymousUser(), **(extra_context or {})}
        return super().logout(request, nobody)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the user, whom context processors would look up for every template."""
        context = super().each_context(request)
        return {**context, "user": request.user, "is_public": settings.OPS_PUBLIC}


def forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """What Django calls for a form without its token (`CSRF_FAILURE_VIEW`)."""
    return site.dressed(request, page_of(403, FORGED)).render()


def no_page(request: HttpRequest, unmatched: str) -> HttpResponseBase:
    """Not found; where only the last slash is missing, the way to the page."""
    if not unmatched.endswith("/"):
        found = resolve(f"{request.path_info}/")
        if found.url_name != "unmatched":
            return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
    raise Http404


site = OpsSite(name="ops")
