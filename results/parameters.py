"""Query parameters, read strictly: refused by name, never clamped or ignored.

One serializer an endpoint, used for validation, for the OpenAPI document and for
the form of the browsable page. Unknown names are ignored.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from results.keys import TEST_ID

MAX_OFFSET = 10_000_000
# A longer number is out of every range; int() refuses some thousands of digits.
_MAX_DIGITS = 18
_LONGEST_REMEMBERED = 100
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
AnyField = serializers.Field[Any, Any, Any, Any]
_GIVEN_ONCE: dict[str, Any] = {
    "repeated": "Give this parameter once.",
    "blank": "This parameter may not be empty.",
}


def only_value(field: AnyField, values: list[str]) -> str:
    """The one value of a parameter; fails when it is repeated or empty."""
    if len(values) != 1:
        field.fail("repeated")
    if not values[0]:
        field.fail("blank")
    return values[0]


class WholeNumberField(serializers.IntegerField):
    """ASCII digits and nothing else: no sign, no exponent, no underscore."""

    default_error_messages = {
        **_GIVEN_ONCE,
        "invalid": "A whole number in digits is required.",
    }

    def to_internal_value(self, data: Any) -> int:
        text = only_value(self, data)
        if not _DIGITS.fullmatch(text):
            self.fail("invalid")
        return int(text) if len(text) <= _MAX_DIGITS else 10**_MAX_DIGITS


class TextField(serializers.CharField):
    """Some text, once, not empty."""

    default_error_messages = _GIVEN_ONCE

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(only_value(self, data))
        # Trimmed by now: spaces alone would find everything, as if not asked.
        return only_value(self, [text])


MAX_SEARCH = 200


@extend_schema_field(
    {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_SEARCH,
        # No NUL, and not only what is trimmed away.
        "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$",
    }
)
class SearchField(TextField):
    """Text to look for; the document says what of it is refused."""


class ChoiceField(serializers.ChoiceField):
    """One of some words, once."""

    default_error_messages = {
        **_GIVEN_ONCE,
        "invalid_choice": "Must be one of: {allowed}.",
    }

    def to_internal_value(self, data: Any) -> str:
        text = only_value(self, data)
        if text not in self.choices:
            self.fail("invalid_choice", allowed=", ".join(map(str, self.choices)))
        return text


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`, nothing that merely looks like it."""

    default_error_messages = {**_GIVEN_ONCE, "invalid": "Must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        text = only_value(self, data)
        if text not in ("true", "false"):
            self.fail("invalid")
        return text == "true"


class TestIdsField(TextField):
    """Ids of tests with commas between them."""

    __test__ = False
    default_error_messages = {
        "invalid": "Must be ids of tests with commas between them: `abc12345,def67890`."
    }

    def to_internal_value(self, data: Any) -> frozenset[str]:  # type: ignore[override]
        ids = super().to_internal_value(data).split(",")
        if not all(map(TEST_ID.fullmatch, ids)):
            self.fail("invalid")
        return frozenset(ids)


class QuerySerializer(serializers.Serializer):  # type: ignore[type-arg]
    @classmethod
    def parse(cls, params: QueryDict) -> dict[str, Any]:
        """The values with defaults; one `ValidationError` names all bad ones."""
        serializer = cls(data={name: params.getlist(name) for name in params})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """The values of a request; the same short query is read only once."""
        text = request.META.get("QUERY_STRING", "")
        if len(text) > _LONGEST_REMEMBERED:
            return cls.parse(request.query_params)
        return dict(_remembered(cls, text))


@lru_cache(maxsize=1024)
def _remembered(cls: type[QuerySerializer], text: str) -> dict[str, Any]:
    return cls.parse(QueryDict(text))


class OffsetQuery(QuerySerializer):
    offset = WholeNumberField(
        min_value=0,
        max_value=MAX_OFFSET,
        default=0,
        help_text="How many of the newest to leave out.",
    )


class IncidentPageQuery(OffsetQuery):
    limit = WholeNumberField(
        min_value=1, max_value=50, default=10, help_text="Incidents a page."
    )


class TestPageQuery(OffsetQuery):
    __test__ = False

    limit = WholeNumberField(
        min_value=1, max_value=1000, default=1000, help_text="Tests a page."
    )
    q = SearchField(
        required=False,
        max_length=MAX_SEARCH,
        help_text="Only tests that show this text in id, name or URL.",
    )


class UptimeQuery(QuerySerializer):
    hours = WholeNumberField(
        min_value=1,
        max_value=720,
        default=24,
        help_text="Length of the window that ends now, in hours.",
    )


class LiveQuery(QuerySerializer):
    follow = StrictBooleanField(
        default=True,
        help_text="`false` sends what is stored and ends: for curl and this page.",
    )
    replay = WholeNumberField(
        min_value=0,
        max_value=500,
        required=False,
        help_text="How many of the newest entries come first; 50 unless configured.",
    )
    lastEventId = TextField(  # noqa: N815  (as other event streams call it)
        required=False,
        help_text="Resume right after this event id, for clients that cannot set the "
        "header of that meaning, which wins; `0` means from the first stored entry.",
    )


class GlobalLiveQuery(LiveQuery):
    tests = TestIdsField(
        required=False,
        help_text="Only these tests, ids with commas between them; all unless given.",
    )
