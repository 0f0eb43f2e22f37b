"""The words of a docstring as paragraphs of a page."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BETWEEN = re.compile(r"\n\s*\n")
QUOTED = re.compile(r"`([^`]+)`")


def paragraphs(said: str) -> SafeString:
    """Without the line breaks of the source, and what it quotes as code."""
    found = (" ".join(part.split()) for part in BETWEEN.split(said))
    # Safe: escaped first, and only our own elements are put around it.
    safe = "".join(f"<p>{_coded(part)}</p>" for part in found if part)
    return mark_safe(safe)  # nosec B703 B308


def _coded(part: str) -> str:
    return QUOTED.sub(r"<code>\1</code>", escape(part))
