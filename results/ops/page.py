"""What a page is before it is dressed: its template and what that is filled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase


@dataclass(frozen=True, slots=True)
class Page:
    """A template of ours with its context; `title` is the heading and the tab's."""

    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


# Given the request and what its URL holds. Raises what the API's views raise, which
# becomes a page with the API's status; a fragment is a response of its own.
PageView = Callable[..., Page | HttpResponseBase]
