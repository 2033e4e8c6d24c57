"""Old previews that nobody needs go by themselves, and are made again the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from luneo.render.v1 import render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2

from services import composition
from services.composition import Process
from services.runtime.orphans import SWEEP_ORPHANS
from tests.flows.chores import age, job_of, make_old, run, stored
from tests.flows.house import Brand, named
from tests.flows.making import (
    RENDERS,
    SNAPSHOTS,
    made_by,
    picture,
    preview_of,
    render,
    thumbnail,
)
from tests.spec.shop import Refused

CLEAN_UP = "render.clean_up"


def test_an_old_preview_without_snapshot_goes_and_is_made_again_the_same(brand: Brand) -> None:
    design = named(brand.plate(), "Forgotten")
    preview = preview_of(brand, design)
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=91)
    run(brand, CLEAN_UP)
    age(brand)
    run(brand, SWEEP_ORPHANS)
    assert hashlib.sha256(shown).hexdigest() not in stored(brand)
    with pytest.raises(Refused):
        picture(brand, preview)
    again = preview_of(brand, design)
    assert (again.name, again.ready) == (preview.name, False)
    assert picture(brand, again) == shown


def test_a_preview_younger_than_the_limit_is_kept(brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Recent"))
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=89)
    run(brand, CLEAN_UP)
    assert picture(brand, preview) == shown


def test_pictures_of_a_snapshot_and_finals_are_kept(brand: Brand) -> None:
    revision = brand.plate()
    design = named(revision, "Ordered")
    snapshot, preview = brand.keep(design), preview_of(brand, design)
    shown, small = picture(brand, preview), thumbnail(brand, snapshot.name)
    spec = brand.add_spec(named(revision, "Printed")).name
    final = made_by(brand, render(brand, kind=render_pb2.RENDER_KIND_FINAL, spec=spec))
    make_old(brand, "renders", "created_at", days=1000)
    run(brand, CLEAN_UP)
    age(brand)
    run(brand, SWEEP_ORPHANS)
    assert picture(brand, preview) == shown
    assert {small.sha256, final} <= stored(brand)


def test_with_0_days_pictures_are_kept_for_ever(house: Process, brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Kept"))
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=10_000)
    settings = replace(house.runtime.settings, keep_renders_days=0)
    with composition.process("tests", settings) as careful:
        [actor] = [
            actor
            for service in careful.services
            for actor in service.actors
            if actor.name == CLEAN_UP
        ]
        actor.run(job_of(brand, CLEAN_UP))
    assert picture(brand, preview) == shown


def test_of_some_specs_those_with_a_snapshot_are_in_use(brand: Brand) -> None:
    revision = brand.plate()
    used = brand.keep(named(revision, "Used")).spec
    unused = brand.add_spec(named(revision, "Unused")).name
    request = snapshot_service_pb2.FilterSpecsInUseRequest(
        parent=brand.name, specs=[unused, used, f"{brand.name}/specs/unknown"]
    )
    answer = brand.rpc(f"{SNAPSHOTS}/FilterSpecsInUse", request, brand.service())
    assert list(answer.specs) == [used]


def test_the_list_of_renders_shows_what_is_left(brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Listed"))
    picture(brand, preview)
    make_old(brand, "renders", "created_at", days=91)
    run(brand, CLEAN_UP)
    request = render_service_pb2.ListRendersRequest(parent=brand.name)
    assert list(brand.rpc(f"{RENDERS}/ListRenders", request).renders) == []
