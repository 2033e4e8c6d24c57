"""Log lines: whose call they belong to, and what must never be in one."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from services.runtime import calls, logs
from services.runtime.calls import Context
from tests.runtime.logging_to import logging_to

KEY = "lsk_" + "a" * 52
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJlLW9mLWl0"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged during the test."""
    stream = io.StringIO()
    with logging_to(stream):
        yield stream


def line(written: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written.getvalue())
    return found


def test_a_line_names_its_process_and_call(written: io.StringIO) -> None:
    with calls.working_on(Context.for_service("relay", "acme", correlation_id="c-1234567")):
        structlog.get_logger("luneo.test").info("done", count=3)
    found = line(written)
    assert (found["process"], found["event"], found["count"]) == ("test", "done", 3)
    assert (found["brand"], found["caller"]) == ("acme", "service:relay")
    assert found["correlation_id"] == "c-1234567"


def test_what_is_named_like_a_secret_is_left_out_at_any_depth(written: io.StringIO) -> None:
    structlog.get_logger().info("x", headers={"Authorization": "abc", "x-api-key": "d"}, password=1)
    found = line(written)
    assert found["password"] == logs.REDACTED
    assert set(found["headers"].values()) == {logs.REDACTED}


@pytest.mark.parametrize(
    "secret",
    [KEY, KEY.replace("lsk", "lpk"), KEY.replace("lsk", "lop"), JWT, f"Bearer {'x' * 20}"],
)
def test_what_looks_like_a_secret_is_left_out_of_any_text(
    written: io.StringIO, secret: str
) -> None:
    structlog.get_logger().info(
        f"got {secret} from", lines=[f"a {secret}"], error=ValueError(secret)
    )
    assert secret.removeprefix("Bearer ") not in written.getvalue()


def test_a_password_in_a_url_is_left_out(written: io.StringIO) -> None:
    structlog.get_logger().info("connect", url="postgresql://luneo:hunter22@db/luneo")
    assert "hunter22" not in written.getvalue()
    assert "@db/luneo" in written.getvalue()


def test_a_secret_in_a_traceback_is_left_out(written: io.StringIO) -> None:
    try:
        raise ValueError(f"cannot use {KEY}")
    except ValueError:
        structlog.get_logger().error("failed", exc_info=sys.exc_info())
    assert KEY not in written.getvalue()
    assert "cannot use" in written.getvalue()


def test_lines_of_libraries_have_the_same_form(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("key %s of %d", KEY, 3)
    found = line(written)
    assert found["event"] == f"key {logs.REDACTED} of 3"
    assert (found["level"], found["logger"]) == ("warning", "some.library")


def test_an_exception_that_nobody_caught_is_a_line_too(written: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(f"cannot use {KEY}")

    thread = threading.Thread(target=fail, name="listener")
    thread.start()
    thread.join()
    found = line(written)
    assert (found["level"], found["thread"]) == ("critical", "listener")
    assert "cannot use (redacted)" in found["exception"]


def test_a_traceback_names_what_an_error_came_from(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error
    except ValueError:
        structlog.get_logger().exception("failed")
    shown = line(written)["exception"]
    assert shown.index("KeyError: 'first'") < shown.index("direct cause") < shown.index("second")
    assert shown.count("Traceback (most recent call last):") == 2


def test_a_traceback_names_every_error_of_a_group(written: io.StringIO) -> None:
    group = ExceptionGroup("both", [KeyError("one"), ValueError("two")])
    structlog.get_logger().error("failed", exc_info=group)
    shown = line(written)["exception"]
    assert "both (2 sub-exceptions)" in shown
    assert "KeyError: 'one'" in shown
    assert "ValueError: two" in shown
