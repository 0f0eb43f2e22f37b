"""Imports point one way, and modules have names of the field."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("results", "monitor")
VAGUE = {"utils", "helpers", "common", "base", "manager", "service"}

PURE = {
    "results.analysis",
    "results.codec",
    "results.counted",
    "results.domain",
    "results.history",
    "results.keys",
    "results.metrics",
    "results.public_url",
    "results.reports",
    "results.scrub",
    "results.unreadable",
}
# Who may talk to Redis; everybody else asks the repository.
REDIS_SIDE = {
    "results.bounded",
    "results.breaker",
    "results.carrying",
    "results.access.counting",
    "results.connection",
    "results.demo",
    "results.dump",
    "results.embedded",
    "results.live",
    "results.management",
    "results.reading",
    "results.recorder",
    "results.repository",
    "results.run_index",
    "results.timing_migration",
    "results.topology",
    "results.trip",
    "results.watched",
    "results.wire",
}
WEB = {"django", "rest_framework", "drf_spectacular", "django_eventstream"}
ALLOWED = {
    "results.domain": set(),
    "results.keys": set(),
    "results.scrub": set(),
    "results.public_url": set(),
    "results.history": {"results.domain"},
    "results.counted": set(),
    "results.metrics": {"results.domain", "results.counted"},
    "results.analysis": {"results.domain", "results.codec", "results.metrics"}
    | {"results.counted"}
    | {"results.scrub"},
    "results.unreadable": {"results.domain"},
    "results.codec": {"results.counted", "results.domain", "results.scrub"}
    | {"results.public_url"},
    "results.scanning": {"results.codec", "results.domain", "results.scrub"}
    | {"results.analysis"}
    | {"results.unreadable", "results.trip"},
    "results.reports": {"results.codec"},
    "results.topology": {"results.trip"},
    "results.breaker": set(),
    "results.patience": set(),
    "results.wire": {"results.patience"},
    "results.carrying": {"results.wire"},
    "results.trip": {"results.breaker", "results.carrying", "results.patience"},
    "results.reading": {"results.codec", "results.domain", "results.scrub"}
    | {"results.keys", "results.trip"},
    "results.repository": PURE
    | {"results.reading", "results.run_index", "results.scanning", "results.trip"},
    "results.run_index": PURE | {"results.reading", "results.trip"},
}


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports():
    """Every module of the product with all that it imports, wherever it does so."""
    files = [path for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py")]
    return {module_name(path): imported_by(path) for path in files}


def imported_by(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_within(module, package):
    return f"{module}.".startswith(f"{package}.")


def is_ours(name):
    return any(is_within(name, package) for package in PACKAGES)


def modules_of(package):
    found = [module for module in imports() if is_within(module, package)]
    assert found, f"there is no {package}"
    return found


def test_something_is_looked_at():
    assert "redis.Redis" in imports()["results.repository.asking"]
    assert "results.domain.Page" in imports()["results.history"]


@pytest.mark.parametrize("package", sorted(PURE))
def test_the_pure_core_knows_neither_django_nor_redis(package):
    for module in modules_of(package):
        roots = {name.partition(".")[0] for name in imports()[module]}
        assert not roots & (WEB | {"redis", "django_redis"}), module


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_point_one_way(package):
    for module in modules_of(package):
        for name in imports()[module]:
            allowed = any(is_within(name, a) for a in ALLOWED[package] | {package})
            assert allowed or not is_ours(name), f"{module} imports {name}"


def test_only_one_side_talks_to_redis():
    """The others may know its failures by name, and no client."""
    for module, names in imports().items():
        used = {name for name in names if is_within(name, "redis")}
        if not any(is_within(module, side) for side in REDIS_SIDE):
            assert all(is_within(name, "redis.exceptions") for name in used), module


def test_nobody_imports_the_views_but_the_routes():
    users = [
        module
        for module, names in imports().items()
        if any(is_within(name, "results.viewsets") for name in names)
    ]
    assert users == ["results.urls"]


def test_no_module_has_a_name_that_says_nothing():
    parts = {part for module in imports() for part in module.split(".")}
    assert not parts & VAGUE


def test_there_are_no_models():
    assert not [module for module in imports() if module.split(".")[-1] == "models"]


def test_the_present_is_handed_into_every_calculation():
    for package in PURE:
        for module in modules_of(package):
            path = ROOT / module.replace(".", "/")
            source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            text = source.read_text()
            assert ".now(" not in text and "time.time(" not in text, module
