"""The README tells the truth: its lines, its endpoints, its settings."""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from monitor import __version__
from monitor.environment import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
INSTALL = (
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python "
    "install -q -r requirements.txt && .venv/bin/python "
)
# Django's own, which the pages of the ops view lead to.
ACCOUNT = {f"/ops/{name}/" for name in ("login", "logout", "password_change")}
ACCOUNT |= {"/ops/password_change/done/"}


def routes(patterns=None, before="/"):
    """Every path that is routed, as clients write it."""
    found = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        inner = getattr(pattern, "url_patterns", None)
        found |= {path} if inner is None else routes(inner, path)
    return {path for path in found if "unmatched" not in path and "^" not in path}


def documented():
    table = README.split("## Endpoints")[1].split("\n## ")[0]
    cells = [
        line.split("|")[1] for line in table.splitlines() if line.startswith("| `")
    ]
    return {path for cell in cells for path in re.findall(r"`(/[^`]*)`", cell)}


@pytest.mark.parametrize("last", ["manage.py demo", "-m pytest"])
def test_the_two_lines_stand_there(last):
    assert INSTALL + last in README.splitlines()


def test_every_endpoint_is_documented_and_none_is_invented():
    assert documented() == routes() - {"/", "/api", "/ops", "/favicon.ico"} - ACCOUNT


def test_every_setting_is_documented_and_none_is_invented():
    table = README.split("## Settings")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(VARIABLES)


def test_every_file_that_is_linked_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    local = [link for link in links if not link.startswith("http")]
    assert local and [link for link in local if not (ROOT / link).exists()] == []


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[0] == __version__


def test_every_requirement_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", pin)] == []
