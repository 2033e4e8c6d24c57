"""Zones that were laid out before are taken as they are, by whose library laid them out alone."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import pytest

from render_core import compose as module
from render_core.compose import compose
from render_core.design import ArtworkValue, ColourValue, Design, TextValue, ZoneSpec
from render_core.files import load_design
from render_core.kept_zones import MAX_KEPT_BYTES, KeptZones
from render_core.steps.scene import ZoneScene
from tests.fonts import FontLibrary
from tests.render_core.composing import artwork_zone, design, sha, text_zone

DESIGNS = sorted((Path(__file__).parents[2] / "examples" / "designs").glob("*.json"))[::6]


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the zones that were laid out, in their order."""
    seen: list[str] = []
    lay_out = module._compose_zone

    def counted(spec: ZoneSpec, *rest: object) -> ZoneScene:
        seen.append(spec.id)
        return lay_out(spec, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_compose_zone", counted)
    return seen


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_what_is_kept_is_what_would_be_laid_out(path: Path) -> None:
    loaded, kept = load_design(path), KeptZones()
    anew = compose(loaded.design, loaded.library)
    for _ in range(2):
        again = compose(loaded.design, loaded.library, kept, "acme")
        assert again.layout.digest() == anew.layout.digest()
        assert again.problems == anew.problems


def two_zones() -> Design:
    first, second = replace(text_zone(), id="first"), replace(text_zone(), id="second")
    made = design(first, "")
    template = replace(made.template, zones=(first, second))
    return replace(
        made, template=template, values={"first": TextValue("Emma"), "second": TextValue("Max")}
    )


def test_of_two_zones_the_one_that_is_typed_is_laid_out(laid_out: list[str]) -> None:
    made, kept, library = two_zones(), KeptZones(), FontLibrary()
    compose(made, library, kept, "acme")
    typed = replace(made, values={**made.values, "second": TextValue("Maxi")})
    compose(typed, library, kept, "acme")
    compose(typed, library, kept, "acme")
    assert laid_out == ["first", "second", "second"]


def test_another_holder_another_template_and_another_press_are_laid_out(
    laid_out: list[str],
) -> None:
    made, kept, library = two_zones(), KeptZones(), FontLibrary()
    compose(made, library, kept, "acme")
    del laid_out[:]
    compose(made, library, kept, "bolt")
    first, second = made.template.zones
    smaller = replace(made.template, zones=(replace(first, width_um=first.width_um // 2), second))
    compose(replace(made, template=smaller), library, kept, "acme")
    assert laid_out == ["first", "second", "first"]


def test_artwork_is_asked_for_each_time(laid_out: list[str]) -> None:
    zone, kept = artwork_zone(), KeptZones()
    made = design(zone, "")
    for value in (
        ArtworkValue(sha(b"none")),
        ArtworkValue(sha(b"none")),
        ColourValue(0),
        ColourValue(0),
    ):
        compose(replace(made, values={zone.id: value}), FontLibrary(), kept, "acme")
    assert len(laid_out) == 3


def test_memory_is_bounded() -> None:
    made, kept, library = two_zones(), KeptZones(), FontLibrary()
    for number in range(2 * MAX_KEPT_BYTES // 8192 // 10):
        values = {"first": TextValue(f"N{number}"), "second": TextValue(f"M{number}")}
        compose(replace(made, values=values), library, kept, "acme")
    gc.collect()
    scenes = (one for one in gc.get_objects() if isinstance(one, ZoneScene))
    held = [one for one in scenes if any(one.spec is zone for zone in made.template.zones)]
    assert 10 < len(held) <= MAX_KEPT_BYTES // 8192 + 10
