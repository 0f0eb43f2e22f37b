"""Tags of the ops pages that draw: bars of days, and a line of durations."""

from __future__ import annotations

from collections.abc import Sequence

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from results.analysis.observed import Observed
from results.analysis.slots import Slot
from results.domain import TimingPoint
from results.ops import drawings

register = Library()


@register.simple_tag
def day_bars(days: Sequence[Slot], address: str = "") -> SafeString:
    """`address`: of the test's page, as seen from this one."""
    # What is not escaped here are numbers, dates and words of ours.
    return mark_safe(drawings.bars_of(days, escape(address)))  # nosec B703 B308


@register.simple_tag
def sparkline(points: Sequence[TimingPoint], observed: Observed | None) -> SafeString:
    newest = observed.newest if observed else ()
    failed = {point[1] for point in newest if not point[2]}
    return mark_safe(drawings.sparkline(points, failed))  # nosec B703 B308
