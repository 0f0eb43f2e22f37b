"""`migrate` that makes the directory which the accounts are kept in by default."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own; SQLite makes a file, and no directory."""

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        super().handle(*args, **options)
