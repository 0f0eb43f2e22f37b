"""What our log lines are spared."""

from __future__ import annotations

import logging


class WithoutStack(logging.Filter):
    """Keeps a record's line and drops its stack, which says nothing that helps."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        record.exc_text = None
        return True
