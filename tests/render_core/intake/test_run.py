"""The entry that the confined child calls."""

from __future__ import annotations

import json

import pytest

from render_core.errors import RefusedFile
from render_core.intake.run import KINDS, run
from tests.render_core.intake import making


@pytest.mark.parametrize(
    ("kind", "data", "media_type"),
    [
        ("font", making.font(), "font/ttf"),
        ("font", making.woff2(making.font()), "font/woff2"),
        ("image", making.picture("JPEG"), "image/png"),
        ("artwork", making.picture("WEBP"), "image/png"),
        ("vector", making.svg("<rect width='5' height='5'/>"), "application/vnd.luneo.vector+json"),
        (
            "artwork",
            making.svg("<rect width='5' height='5'/>"),
            "application/vnd.luneo.vector+json",
        ),
    ],
)
def test_each_kind_gives_a_json_header_and_a_body(kind: str, data: bytes, media_type: str) -> None:
    header, body = run(kind, data)
    assert header["media_type"] == media_type
    assert json.loads(json.dumps(header)) == json.loads(json.dumps(header))
    assert len(header["sha256"]) == 64
    assert body


def test_a_font_is_kept_as_it_came() -> None:
    data = making.font()
    assert run("font", data)[1] == data


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_file_is_refused_in_every_kind(kind: str) -> None:
    with pytest.raises(RefusedFile) as caught:
        run(kind, b"")
    assert caught.value.reason == "FILE_EMPTY"


def test_an_unknown_kind_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        run("video", b"x")
