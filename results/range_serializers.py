"""What is told about a range of time, described for OpenAPI."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from results.serializers import Shape


# Answers that say of which range they are, and `data_from` where less is kept.
class RangeShape(Shape):
    def get_fields(self) -> dict[str, Any]:
        """`from` cannot be declared as an attribute: Python keeps that word."""
        return {
            "from": serializers.DateTimeField(source="start", allow_null=True),
            "to": serializers.DateTimeField(source="end"),
            **super().get_fields(),
            "data_from": serializers.DateTimeField(
                required=False,
                help_text="The oldest kept time, where the range begins before.",
            ),
        }
