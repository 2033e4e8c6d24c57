"""Fonts that mean harm: each is refused with its reason, or it can be composed with, in bounded work.

All are checked and composed with in a child of bounded memory; those that are named also in the confined
child, as an upload is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.runtime.confined import Confined, FileRefused
from tests.hostile.font_files import all_fonts, designed_fonts

ROOT: Final = Path(__file__).parents[2]
INTAKE: Final = "render_core.intake.run:run"
# What each font is refused for at upload; "" if it can be used.
DESIGNED: Final = {
    "cyclic composite": "",
    "composite of itself": "",
    "composite of a glyph that is not there": "",
    "glyph of 65,535 points": "FONT_TOO_COMPLEX",
    "glyph with more points than bytes": "",
    "glyph that crosses itself everywhere": "FONT_TOO_COMPLEX",
    "letters that cross themselves often": "",
    "letters of ten thousand teeth": "",
    "letters on top of each other": "",
    "subroutines that call each other twice": "",
    "a subroutine that calls itself": "",
    "every code point mapped to one glyph": "",
    "every code point mapped to a glyph of its own": "",
    "cmap of overlapping segments": "",
    "axis upside down": "",
    "axis with its default outside": "",
    "axis without length": "",
    "axis of all numbers": "",
    "65,535 axes": "FONT_DAMAGED",
    "twenty axes": "FONT_TOO_COMPLEX",
    "one letter becomes thousands": "FONT_TOO_COMPLEX",
    "lookups that call each other": "FONT_TOO_COMPLEX",
    "extreme metrics": "",
    "tables that claim four gigabytes": "FONT_TRUNCATED",
    "65,535 glyphs in maxp alone": "FONT_DAMAGED",
    "no glyphs in maxp": "FONT_MAPS_NO_CHARACTERS",
    "one unit per em": "FONT_DAMAGED",
    "loca of nonsense": "",
    "metrics for 65,535 glyphs": "FONT_DAMAGED",
}
# What is cut or changed at random may be refused for any of these, or be whole enough.
AT_RANDOM: Final = {
    "",
    "FONT_TRUNCATED",
    "FONT_DAMAGED",
    "FONT_MAPS_NO_CHARACTERS",
    "FONT_HAS_NO_OUTLINES",
    "FONT_LICENCE_RESTRICTED",
    "FONT_LICENCE_BITMAP_ONLY",
    "FONT_TABLES_INVALID",
    "FONT_TOO_COMPLEX",
}
# The typed errors of composing with what was taken at upload.
WHEN_COMPOSED: Final = {"GEOMETRY_OUT_OF_RANGE", "FONT_TOO_COMPLEX"}


@pytest.fixture(scope="module")
def tried() -> dict[str, Any]:
    """What the child says of each font, by name."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.try_fonts"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0, f"{answers[-1]} was its end: {run.stderr[-2000:]}"
    return {answer["font"]: answer for answer in answers if "reason" in answer}


@pytest.fixture(scope="module")
def designed() -> dict[str, bytes]:
    return dict(designed_fonts())


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    reader = Confined([INTAKE], preload=["render_core.intake.fonts"])
    yield reader
    reader.close()


@pytest.mark.slow
def test_each_font_is_tried_to_the_end_within_time_and_memory(tried: dict[str, Any]) -> None:
    assert list(tried) == [name for name, _ in all_fonts()]
    assert len(tried) > 350


@pytest.mark.slow
def test_each_font_is_refused_for_its_reason_or_can_be_used(tried: dict[str, Any]) -> None:
    wrong = {
        name: answer["reason"]
        for name, answer in tried.items()
        if answer["reason"] not in _expected(name)
    }
    assert wrong == {}


@pytest.mark.slow
def test_what_was_taken_composes_or_says_why_not(tried: dict[str, Any]) -> None:
    wrong = {
        name: answer["composed"]
        for name, answer in tried.items()
        if not set(answer["composed"]) <= WHEN_COMPOSED
    }
    assert wrong == {}


@pytest.mark.parametrize("name", DESIGNED)
def test_the_confined_child_says_the_same(
    confined: Confined, designed: dict[str, bytes], name: str
) -> None:
    try:
        confined.run(INTAKE, designed[name], kind="font")
    except FileRefused as refused:
        reason = refused.public_reason
    else:
        reason = ""
    assert reason == DESIGNED[name]


def test_the_list_of_designed_fonts_is_whole(designed: dict[str, bytes]) -> None:
    assert list(designed) == list(DESIGNED)


def _expected(name: str) -> set[str]:
    if name in DESIGNED:
        return {DESIGNED[name]}
    if name.endswith(" whole"):
        return {""}
    return {"FONT_TRUNCATED"} if " cut in " in name else AT_RANDOM
