"""Sixty strings laid upon what Pango and Chromium make of them with the same faces."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.render_core.text.outside.masks import (
    Mask,
    Sample,
    chromium,
    ours,
    pango,
    share_astray,
)
from tests.render_core.text.outside.samples import SAMPLES

pytestmark = pytest.mark.outside

# Of the ink of either, how much may lie farther than two pixels of an em of eighty from the other's.
MOST_ASTRAY: Final = 0.002

# Where others differ from us, and why. What is listed here must differ: no entry outlives its cause.
PANGO_DIFFERS: Final[dict[Sample, str]] = {}
CHROMIUM_DIFFERS: Final[dict[Sample, str]] = {}


@pytest.fixture(scope="module")
def by_us() -> dict[Sample, Mask]:
    return {sample: ours(sample) for sample in SAMPLES}


def test_there_are_sixty_strings_in_a_dozen_scripts() -> None:
    assert len(set(SAMPLES)) >= 60
    assert len({sample.face for sample in SAMPLES}) >= 12


def test_pango_sets_the_same_letters(by_us: dict[Sample, Mask], tmp_path: Path) -> None:
    shares = {sample: share_astray(by_us[sample], pango(sample, tmp_path)) for sample in SAMPLES}
    assert differing(shares) == set(PANGO_DIFFERS), worst(shares)


def test_chromium_sets_the_same_letters(by_us: dict[Sample, Mask]) -> None:
    masks = chromium(SAMPLES)
    shares = {s: share_astray(by_us[s], mask) for s, mask in zip(SAMPLES, masks, strict=True)}
    assert differing(shares) == set(CHROMIUM_DIFFERS), worst(shares)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Emma", "Emna"),  # other letters
        ("Noah", "Naoh"),  # another order
        ("AVATAR", "AYATAR"),
    ],
)
def test_other_letters_and_orders_are_seen(one: str, other: str) -> None:
    assert share_astray(ours(Sample("sans", one)), ours(Sample("sans", other))) > MOST_ASTRAY


def test_letters_that_do_not_join_are_seen() -> None:
    joined, apart = Sample("arabic", "بيت"), Sample("arabic", "ب\u200cي\u200cت")
    assert share_astray(ours(joined), ours(apart)) > MOST_ASTRAY


def differing(shares: dict[Sample, float]) -> set[Sample]:
    return {sample for sample, share in shares.items() if share > MOST_ASTRAY}


def worst(shares: dict[Sample, float]) -> list[tuple[float, Sample]]:
    return sorted(((share, sample) for sample, share in shares.items()), reverse=True)[:10]
