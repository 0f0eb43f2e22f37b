"""Arguments that several commands take."""

from __future__ import annotations

import argparse


def port(text: str) -> int:
    """A port number, 0 for any."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)
