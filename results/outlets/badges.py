"""Badges: two words on a coloured ground, as an image or as shields.io takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

GREEN, YELLOW, ORANGE = "#4c1", "#dfb317", "#fe7d37"
RED, GREY, BLUE = "#e05d44", "#9f9f9f", "#007ec6"
UNKNOWN, UNREADABLE = "unknown", "unreadable"
# From this share of passed runs on, in percent.
SHARES = ((99.0, GREEN), (95.0, YELLOW), (90.0, ORANGE), (0.0, RED))
# Verdana at 11 pixels, roughly: `textLength` makes every font fit.
_NARROW, _WIDE = frozenset("fijlrt.,:;|!'()[] 1"), frozenset("mwMW%@")
_PADDING = 10
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" '
    'aria-label="{label}: {message}"><title>{label}: {message}</title>'
    '<clipPath id="r"><rect width="{all}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#555"/>'
    '<rect x="{left}" width="{right}" height="20" fill="{color}"/></g>'
    '<g fill="#fff" text-anchor="middle" font-size="11" '
    'font-family="Verdana,Geneva,DejaVu Sans,sans-serif">'
    '<text x="{left_middle}" y="14" textLength="{left_text}">{label}</text>'
    '<text x="{right_middle}" y="14" textLength="{right_text}">{message}</text>'
    "</g></svg>"
)


@dataclass(frozen=True, slots=True)
class Badge:
    """What it is about, what it says, and its colour."""

    label: str
    message: str
    color: str

    def unreadable(self) -> Badge:
        """The same, where what it would say cannot be read."""
        return Badge(self.label, UNREADABLE, GREY)

    def as_svg(self) -> bytes:
        left, right = _width(self.label), _width(self.message)
        quoted = {'"': "&quot;"}
        return _SVG.format(
            all=left + right + 2 * _PADDING,
            left=left + _PADDING,
            right=right + _PADDING,
            left_middle=(left + _PADDING) / 2,
            right_middle=left + _PADDING + (right + _PADDING) / 2,
            left_text=left,
            right_text=right,
            label=escape(self.label, quoted),
            message=escape(self.message, quoted),
            color=self.color,
        ).encode()

    def as_shields(self) -> dict[str, Any]:
        """The schema of shields.io's endpoint badge."""
        return {
            "schemaVersion": 1,
            "label": self.label,
            "message": self.message,
            "color": self.color,
        }


def status_badge(is_up: bool | None) -> Badge:
    """The state of a test now, None where it is unknown."""
    if is_up is None:
        return Badge("status", UNKNOWN, GREY)
    return Badge("status", "up", GREEN) if is_up else Badge("status", "down", RED)


def uptime_badge(window: str, run_pct: float | None) -> Badge:
    """The share of passed runs in a window, in percent as every answer says it."""
    label = f"uptime {window}"
    if run_pct is None:
        return Badge(label, UNKNOWN, GREY)
    color = next(color for least, color in SHARES if run_pct >= least)
    return Badge(label, f"{run_pct:.3f}".rstrip("0").rstrip(".") + "%", color)


def p95_badge(label: str, duration_ms: float | None) -> Badge:
    """The duration that 95 of 100 runs that passed did not exceed."""
    if duration_ms is None:
        return Badge(label, UNKNOWN, GREY)
    if duration_ms < 1000:
        return Badge(label, f"{duration_ms:.0f} ms", BLUE)
    return Badge(label, f"{duration_ms / 1000:.3g} s", BLUE)


def _width(text: str) -> int:
    return sum(4 if c in _NARROW else 10 if c in _WIDE else 7 for c in text) or 7
