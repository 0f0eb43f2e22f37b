"""The files of `deploy/` agree with the product and with each other."""

import re
import secrets
from pathlib import Path

import pytest
from environs import Env

from benchmarks.layouts import exec_start
from monitor.environment import VARIABLES, read_environment
from tests.test_documentation import routes

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
SITE = (DEPLOY / "nginx.conf").read_text()
UNITS = {name: DEPLOY / f"monitor-{name}.service" for name in ("api", "streams")}


def test_the_example_of_settings_starts_with_a_key_of_ones_own(monkeypatch):
    lines = (DEPLOY / "monitor.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert "REDIS_URL" in given and set(given) <= set(VARIABLES)
    assert given.pop("SECRET_KEY") and "API_KEYS" not in given
    # Without it all clients of nginx were one address.
    assert given["NUM_PROXIES"] == "1" and "X-Forwarded-For $remote_addr" in SITE
    monkeypatch.setenv("SECRET_KEY", secrets.token_urlsafe(48))
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert read_environment(Env(eager=False)).allowed_hosts == ["monitor.example.com"]


def test_exactly_the_streams_go_to_the_stream_processes():
    (pattern,) = re.findall(r"location ~ (\S+) \{", SITE)
    paths = {re.sub(r"{\w+}", "x", path) for path in routes()}
    streams = {path for path in paths if re.search(pattern, path)}
    assert streams == {path for path in paths if path.endswith("/live")} != set()


@pytest.mark.parametrize("name", UNITS)
def test_the_proxy_asks_where_the_unit_listens(name):
    command = exec_start(UNITS[name])
    host, port = (command[command.index(f"--{o}") + 1] for o in ("host", "port"))
    (upstream,) = re.findall(rf"upstream monitor_{name} {{\s+server (\S+);", SITE)
    assert upstream == f"{host}:{port}"


def test_both_units_run_the_same_code_with_the_same_settings():
    same = ("User", "WorkingDirectory", "EnvironmentFile", "ProtectSystem")
    found = [
        re.findall(rf"^(?:{'|'.join(same)})=.*$", unit.read_text(), re.MULTILINE)
        for unit in UNITS.values()
    ]
    assert found[0] == found[1] and len(found[0]) == len(same)
