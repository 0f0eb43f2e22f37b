"""The shapes of what a live stream says, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from results.serializers import OpenRecord


class StreamEventSerializer(OpenRecord):
    """An entry: a `message` event."""

    test_id = serializers.CharField()
    type = serializers.CharField(required=False, help_text="E.g. `step_complete`.")
    message = serializers.CharField(required=False)
    timestamp = serializers.CharField(required=False, help_text="As stored.")
    run_id = serializers.CharField(required=False)
    step_number = serializers.CharField(required=False, help_text="Digits, as text.")
    passed = serializers.CharField(required=False, help_text="`true`, `True` ...")
    steps = serializers.CharField(required=False, help_text="A JSON array, as text.")


# `from` is no name in Python.
StreamResetSerializer = inline_serializer(
    "StreamReset",
    {
        "reason": serializers.CharField(help_text="`trimmed`, `gone` or `ahead`."),
        "from": serializers.CharField(
            help_text="The position that the stream goes on after; `0-0` is the start "
            "of what is still stored."
        ),
        # No `test_id`: by that a client tells entries from everything else.
        "of_test": serializers.CharField(
            required=False,
            help_text="Where all tests are streamed: the only one that is concerned.",
        ),
    },
)


class StreamByeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """The last event of a stream that the server ends on purpose: a `bye` event."""

    reason = serializers.CharField(
        help_text="`idle`, `shutdown`, `full`, `unknown_test`, `unreadable_key` or "
        "`forbidden`."
    )


MESSAGE_NAME = "StreamMessage"
StreamMessage = PolymorphicProxySerializer(
    component_name=MESSAGE_NAME,
    serializers=[StreamEventSerializer, StreamResetSerializer, StreamByeSerializer],
    resource_type_field_name=None,
)


def accept_any_message(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """`anyOf` where drf-spectacular says `oneOf`: entries hold what writers put into
    them, so that one may look like a `reset`, too. A hook."""
    message = result["components"]["schemas"][MESSAGE_NAME]
    message["anyOf"] = message.pop("oneOf")
    return result
