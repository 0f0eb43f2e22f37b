"""The dashboard of `deploy/`, beside the types that Grafana's schema generates."""

import json
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).resolve().parent.parent / "deploy" / "grafana.json"
pytestmark = pytest.mark.gate


def read(dashboard):
    """What is left of a dashboard when only what the schema knows is read of it."""
    from grafana_foundation_sdk.cog import encoder, plugins
    from grafana_foundation_sdk.models.dashboard import Dashboard

    plugins.register_default_plugins()
    known = Dashboard.from_json(dashboard)
    return json.loads(json.dumps(known, cls=encoder.JSONEncoder))


def lost(ours, theirs, place=""):
    """Where something of ours is missing in theirs, or another thing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if value is not None:
                yield from lost(value, theirs.get(key), f"{place}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield place
        for number, pair in enumerate(zip(ours, theirs, strict=False)):
            yield from lost(*pair, f"{place}/{number}")
    elif ours != theirs:
        yield place


def test_grafanas_own_types_know_everything_in_it():
    dashboard = json.loads(DASHBOARD.read_text())
    assert list(lost(dashboard, read(dashboard))) == []


def test_what_they_do_not_know_would_be_found():
    dashboard = json.loads(DASHBOARD.read_text())
    dashboard["panels"][0]["gridpos"] = dashboard["panels"][0].pop("gridPos")
    assert list(lost(dashboard, read(dashboard))) == ["/panels/0/gridpos"]
