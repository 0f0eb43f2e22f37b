#!/usr/bin/env python
"""Django's command line: `manage.py demo` is the place to start."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        # A wrong setting is the user's to mend: its name helps, our stack does not.
        sys.exit(f"refused to start: {refusal}")


if __name__ == "__main__":
    main()
