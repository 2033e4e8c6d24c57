"""A demo of its own for those who want to break it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.faults.visits import eventually
from tests.hostile.live import Live, check_log
from tests.platform.installation import installation


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo, running, with its samples in place."""
    with installation(tmp_path_factory.mktemp("live") / "data") as made:
        made.start(subcommand="demo")
        with closing(Live(made)) as running:
            eventually(running.is_at_rest, "the demo comes to rest")
            yield running


@pytest.fixture
def unchanged(live: Live) -> Iterator[None]:
    """No row and no object comes or goes during the test, and no log line tells what it must not."""
    before = live.contents()
    live.new_log_lines()
    yield
    assert live.contents() == before
    check_log(live.new_log_lines())
