"""How processes share the slow tests, and which modules are not read as none of their tests is run.

Most start an installation or a fleet for one module, or remember what its other tests need, so a
module stays in one process; the tests of some go one by one to whoever is free, and fill the end.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Their tests use one demo, one at a time, for longer than any other module takes.
_LONGEST = "tests/gateway/fuzz/"
# Of these every test is for itself, and remembers nothing that another needs.
_APART = (
    "tests/gateway/test_codec_seeds.py",
    "tests/hostile/test_mutants.py",
    "tests/render_core/text/test_unions.py",
)
_ALL_SLOW = re.compile(r"^pytestmark = .*\bpytest\.mark\.slow\b", re.MULTILINE)


class SlowTests(LoadScopeScheduling):
    """Deals out modules, and of some single tests."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """Return what a test has in common with those that must stay in its process."""
    if nodeid.startswith(_APART):
        return nodeid
    return _LONGEST if nodeid.startswith(_LONGEST) else nodeid.partition("::")[0]


def says_slow(module: Path) -> bool:
    """Whether a module marks tests as slow: the mark is written where the test is."""
    return "mark.slow" in module.read_text("utf-8")


def says_all_slow(module: Path) -> bool:
    """Whether a module marks itself as slow."""
    return bool(_ALL_SLOW.search(module.read_text("utf-8")))


def _only_slow(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules without a test for this run: importing them takes half a minute."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    if config.option.markexpr == "slow":
        return None if says_slow(collection_path) else True
    return True if config.option.markexpr == "not slow" and says_all_slow(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow = [item for item in items if item.get_closest_marker("slow")]
    hidden = {item.path for item in slow if not says_slow(item.path)}
    if hidden:
        raise pytest.UsageError(
            f"nobody would run the slow tests of {sorted(hidden)}: mark them there"
        )
    if _only_slow(config):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """0: the longest, 1: modules, 2: single tests."""
    scope = scope_of(item.nodeid)
    return 0 if scope == _LONGEST else 1 + scope.startswith(_APART)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SlowTests | None:
    return SlowTests(config, log) if _only_slow(config) else None
