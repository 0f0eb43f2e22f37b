"""The OpenAPI document: derived from the code, with what cannot be derived added."""

from __future__ import annotations

import inspect
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from results import serializers
from results.conditional import Conditional
from results.examples import EXAMPLES
from results.published import Answers
from results.stream_serializers import StreamMessage

TEST_ID = OpenApiParameter(
    "test_id",
    str,
    OpenApiParameter.PATH,
    pattern=r"^[A-Za-z0-9_-]{1,64}$",
    description="The test's id.",
)
RUN_ID = OpenApiParameter(
    "run_id",
    str,
    OpenApiParameter.PATH,
    pattern=r"^[A-Za-z0-9_.-]{1,64}$",
    description="The run's id.",
)
FORM = OpenApiParameter(
    "form",
    str,
    OpenApiParameter.PATH,
    enum=["csv", "ndjson"],
    description="The form of the file: CSV, or a JSON object a line.",
)
ABOUT = OpenApiParameter(
    "about",
    str,
    OpenApiParameter.PATH,
    enum=["status", "uptime", "p95"],
    description="What the badge says.",
)
OTHER_RUN = OpenApiParameter(
    "other",
    str,
    OpenApiParameter.PATH,
    pattern=r"^[A-Za-z0-9_.-]{1,64}$",
    description="The id of the run that it is compared with.",
)
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    str,
    OpenApiParameter.HEADER,
    description="Resume right after this event id, as a browser does by itself.",
)
STARTS_AFTER = OpenApiParameter(
    "Last-Event-ID",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="The position that the stream really starts after; absent where the "
    "data store did not answer.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="Names this answer. Sent back in `If-None-Match`, as a browser does by "
    "itself, it brings 304 when nothing has changed.",
)
LINK = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="Where `next_cursor` and `previous_cursor` lead: `next` and `prev`.",
)
DISPOSITION = OpenApiParameter(
    "Content-Disposition",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="The file's name, for browsers.",
)
NOT_MODIFIED = "The copy that `If-None-Match` names is still good; no body."
ERRORS = {
    400: "A parameter is malformed or out of range; `attr` names it.",
    401: "Where API keys are set: none was given, or none of them.",
    404: "No such test, or no such run.",
    405: "This method is not answered here.",
    406: "No answer of the accepted media types.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault of ours.",
    502: "Stored data of an unexpected type.",
    503: "The data store does not answer; `Retry-After` says when to come back.",
}
EVENT_STREAM = "text/event-stream"
WITH_LINKS = {"get_test_results"}


class ApiSchema(AutoSchema):
    """drf-spectacular's schema with one error body and our operation ids."""

    def get_operation_id(self) -> str:
        """Set by hand on each view: derived ones change with unrelated routes."""
        return self._described("operation_id")

    def get_summary(self) -> str:
        """The first line of what the view says about itself."""
        return self._docstring().partition("\n")[0]

    def get_description(self) -> str:  # type: ignore[override]  # spectacular's
        """The rest of it: generators print summary and description one after the
        other, and nobody wants to read a sentence twice."""
        return self._docstring().partition("\n")[2].strip()

    def get_tags(self) -> list[str]:
        return [self._described("tag")]

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "query_serializer_class", None)
        found: list[Any] = [query] if query and query().fields else []
        found += [TEST_ID] if "{test_id}" in self.path else []
        found += [RUN_ID] if "{run_id}" in self.path else []
        found += [OTHER_RUN] if "{other}" in self.path else []
        found += [FORM, DISPOSITION] if "{form}" in self.path else []
        found += [ABOUT] if "{about}" in self.path else []
        found += [ETAG] if self._has_tag() else []
        found += [LAST_EVENT_ID, STARTS_AFTER] if self._is_stream() else []
        found += [LINK] if self._described("operation_id") in WITH_LINKS else []
        unused = ("format", *getattr(self.view, "unused_parameters", ()))
        found += [OpenApiParameter(name, exclude=True) for name in unused]
        return found

    def get_auth(self) -> list[dict[str, Any]]:
        """None of an operation's own: what holds for all is said once, by a hook."""
        return []

    def get_request_serializer(self) -> None:
        """No body is ever read."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """The whole answer as the example: derived list examples show one item."""
        operation: dict[str, Any] | None = super().get_operation(*args)
        answer = (operation or {}).get("responses", {}).get("200", {})
        for media_type, media in answer.get("content", {}).items():
            plain = self._plain().get(media_type)
            example = plain and plain.example
            media["example"] = example or EXAMPLES[self._described("operation_id")]
        return operation

    def get_response_serializers(self) -> Any:
        if self._is_stream():
            responses: dict[Any, Any] = {
                (200, EVENT_STREAM): OpenApiResponse(
                    StreamMessage,
                    "Server-Sent Events: `id:` is the position to resume from, `data:` "
                    "a JSON object on one line. Entries are `message` events; `reset` "
                    "tells that something may be missing before what follows, `bye` "
                    "why the server ends the stream.",
                )
            }
        elif plain := self._plain():
            responses = {
                (200, media_type): OpenApiResponse(body.schema, body.description)
                for media_type, body in plain.items()
            }
        else:
            responses = {200: super().get_response_serializers()}
        return responses | self._unchanged() | self._errors()

    def _unchanged(self) -> dict[int, OpenApiResponse]:
        """What a client that sends the tag of its copy may get."""
        if not self._has_tag():
            return {}
        return {304: OpenApiResponse(None, NOT_MODIFIED)}

    def _errors(self) -> dict[int, OpenApiResponse]:
        """Each as JSON, whatever the endpoint's own media type is."""
        statuses = set(ERRORS)
        statuses -= set() if "{test_id}" in self.path else {404}
        statuses -= getattr(self.view, "never_answers", frozenset())
        meanings = ERRORS | {404: getattr(self.view, "missing", ERRORS[404])}
        return {
            (code, "application/json"): OpenApiResponse(
                serializers.ErrorResponseSerializer, meanings[code]
            )
            for code in sorted(statuses)
        } | getattr(self.view, "further_responses", {})

    def get_paginated_name(self, serializer_name: str) -> str:
        """`RunPage`: the name of a type in every generated client."""
        pagination = getattr(self.view, "pagination_class", None)
        return getattr(pagination, "page_name", None) or f"{serializer_name}Page"

    def _docstring(self) -> str:
        told = getattr(self.view, "told", None) or type(self.view).__doc__
        return inspect.cleandoc(told or "")

    def _has_tag(self) -> bool:
        return isinstance(self.view, Conditional) or getattr(
            self.view, "has_tag", False
        )

    def _plain(self) -> Answers:
        """The answers of a view that has other ones than JSON."""
        found: Answers = getattr(self.view, "answers", {})
        return found

    def _is_stream(self) -> bool:
        return self._described("operation_id").startswith("stream_")

    def _described(self, name: str) -> str:
        return str(getattr(self.view, name))


class OpenRecordExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Writers add fields at any time: records say that further ones may follow."""

    target_class = serializers.OpenRecord
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        schema = auto_schema._map_serializer(
            self.target, direction, bypass_extensions=True
        )
        return schema | {"additionalProperties": {}}
