"""Colour profiles at the door: described, kept as they came, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from render_core.errors import RefusedFile
from render_core.intake import run as intake
from tests.profiles import MAKERS, changed, cmyk_profile, rgb_profile


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS.keys())
def test_profiles_in_every_form_are_taken_and_kept_as_they_came(made: Callable[[], bytes]) -> None:
    data = made()
    facts, body = intake.run(intake.PROFILE, data)
    assert body == data
    assert facts["kind"] == "profile"
    assert facts["space"] in ("CMYK", "RGB", "GRAY")
    assert intake.run(intake.ASSET, data) == (facts, body)


def test_a_profile_is_described_by_itself() -> None:
    assert intake.run(intake.PROFILE, cmyk_profile())[0] == {
        "kind": "profile",
        "media_type": "application/vnd.iccprofile",
        "device": "printer",
        "space": "CMYK",
        "version": "2.0",
        "description": "Press for tests",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "FILE_EMPTY"),
        (b"no profile at all" * 20, "PROFILE_FORMAT"),
        (changed(cmyk_profile(), 12, b"link"), "PROFILE_KIND"),
        (cmyk_profile()[:-400], "PROFILE_BROKEN"),
        (cmyk_profile().replace(b"A2B", b"A2X"), "PROFILE_TABLES_MISSING"),
        (rgb_profile().replace(b"para", b"none"), "PROFILE_BROKEN"),
    ],
)
def test_other_files_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        intake.run(intake.PROFILE, data)
    assert refused.value.reason == reason


def test_tables_that_do_not_belong_together_are_refused() -> None:
    """From Lab to the inks of another press: paper comes back as something dark."""
    data = cmyk_profile()
    table = data.index(b"mft2", data.index(b"mft2") + 4)
    nodes = table + 52 + 3 * 4
    inverted = bytes(255 - value for value in data[nodes : nodes + 13**3 * 4 * 2])
    with pytest.raises(RefusedFile) as refused:
        intake.run(intake.PROFILE, changed(data, nodes, inverted))
    assert refused.value.reason == "PROFILE_IMPLAUSIBLE"


def test_artwork_is_never_taken_for_a_profile() -> None:
    with pytest.raises(RefusedFile) as refused:
        intake.run(intake.ARTWORK, cmyk_profile())
    assert refused.value.reason == "PICTURE_FORMAT"
