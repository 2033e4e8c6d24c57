"""What a camera sees of a mesh is prepared by one worker and read by every other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest
from luneo.render.v1 import render_pb2
from sqlalchemy import text

from render_core.scene.gbuffer import GBuffer, GBuffers, from_bytes, to_bytes
from render_core.scene.stored import kept
from services.render import gbuffers
from services.render.gbuffers import BrandLibrary
from services.render.jobs import PREPARE_SIDES
from services.runtime.orphans import SWEEP_ORPHANS
from tests.flows.chores import age, file_of, job_of, make_old, run, stored
from tests.flows.house import Brand, named
from tests.flows.making import made_by, render
from tests.spec.meshes import PLATE, with_model


@pytest.fixture(scope="module")
def specs(acme: Brand) -> list[str]:
    """Two designs on one product with a mesh."""
    font = acme.add_font("sans", "noto-sans").name
    mesh = acme.add_asset(PLATE, "plate-mesh").name
    revision = acme.published(with_model(font, mesh=mesh)).name
    return [acme.add_spec(named(revision, words)).name for words in ("Emma", "Zoë")]


def shown(brand: Brand, spec: str, **fields: int) -> str:
    return made_by(
        brand,
        render(
            brand, kind=render_pb2.RENDER_KIND_PREVIEW_3D, spec=spec, **{"width_px": 48, **fields}
        ),
    )


def rows(brand: Brand) -> dict[str, str]:
    """SHA-256 by name."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        return {row[0]: row[1] for row in tx.execute(text("SELECT name, sha256 FROM gbuffers"))}


def library_of(brand: Brand) -> BrandLibrary:
    runtime = brand.process.runtime
    return BrandLibrary(runtime, runtime.objects, job_of(brand, PREPARE_SIDES))


def hold(brand: Brand, library: BrandLibrary, seconds: int = 60) -> None:
    """Let a worker have the job of a library in hand; seconds: until it counts as lost."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        tx.execute(
            text(
                "UPDATE outbox SET state = 'running', lease_until = now() + make_interval(secs => :s) "
                "WHERE message_id = :message"
            ),
            {"s": seconds, "message": library.maker},
        )


def never() -> NoReturn:
    raise AssertionError("this was prepared before")


def test_one_side_is_prepared_once_for_all_designs(acme: Brand, specs: list[str]) -> None:
    before = rows(acme)
    assert shown(acme, specs[0]) != shown(acme, specs[1])
    (name,) = rows(acme).keys() - before.keys()
    assert shown(acme, specs[0], azimuth_degrees=90) != shown(acme, specs[0])
    assert len(rows(acme)) == len(before) + 2
    assert name in rows(acme)


def test_another_process_reads_it(acme: Brand, specs: list[str]) -> None:
    shown(acme, specs[0], azimuth_degrees=10)
    library = library_of(acme)
    for name in rows(acme):
        buffer = kept(name, library, never, GBuffers())
        assert to_bytes(buffer) == library.gbuffer(name)


def test_another_brand_does_not(acme: Brand, brand: Brand, specs: list[str]) -> None:
    shown(acme, specs[0], azimuth_degrees=20)
    for name in rows(acme):
        assert library_of(brand).gbuffer(name) is None


@pytest.mark.parametrize("damage", ["lost", "spoilt", "of another build"])
def test_what_cannot_be_read_is_prepared_and_kept_anew(
    acme: Brand, specs: list[str], damage: str
) -> None:
    shown(acme, specs[0], azimuth_degrees=30)
    library = library_of(acme)
    name, sha256 = next(iter(rows(acme).items()))
    good = library.gbuffer(name)
    assert good
    if damage == "lost":
        acme.process.runtime.objects.delete(acme.brand, sha256)
        assert library.gbuffer(name) is None
    elif damage == "spoilt":
        file_of(acme, sha256).write_bytes(good[:-1])
        assert library.gbuffer(name) is None
    else:
        library.keep_gbuffer(name, good[:200])

    def prepare() -> GBuffer:
        return from_bytes(good)

    kept(name, library, prepare, GBuffers())
    assert library.gbuffer(name) == good


def test_old_ones_go_by_themselves_and_younger_ones_stay(acme: Brand, specs: list[str]) -> None:
    shown(acme, specs[0], azimuth_degrees=40)
    held = set(rows(acme).values())
    make_old(acme, "gbuffers", "created_at", days=89)
    run(acme, "render.clean_up")
    age(acme)
    run(acme, SWEEP_ORPHANS)
    assert held <= stored(acme)
    make_old(acme, "gbuffers", "created_at", days=91)
    run(acme, "render.clean_up")
    age(acme)
    run(acme, SWEEP_ORPHANS)
    assert not rows(acme)
    assert not held & stored(acme)


def test_one_that_is_looked_at_stays_young(acme: Brand, specs: list[str]) -> None:
    shown(acme, specs[0], azimuth_degrees=60)
    shown(acme, specs[0], azimuth_degrees=61)
    make_old(acme, "gbuffers", "created_at", days=91)
    name, other = list(rows(acme))[:2]
    assert library_of(acme).gbuffer(name)
    run(acme, "render.clean_up")
    assert name in rows(acme)
    assert other not in rows(acme)


def test_one_that_another_job_prepares_is_waited_for(acme: Brand) -> None:
    name = "a" * 64
    first, second = library_of(acme), library_of(acme)
    hold(acme, first)
    assert first.gbuffer(name) is None
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second.gbuffer, name)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        first.keep_gbuffer(name, b"made once")
        assert waiting.result(10) == b"made once"


def test_one_whose_job_has_died_is_prepared_by_the_next(acme: Brand) -> None:
    name = "b" * 64
    first, second = library_of(acme), library_of(acme)
    hold(acme, first)
    assert first.gbuffer(name) is None
    hold(acme, first, seconds=-1)
    assert second.gbuffer(name) is None
    hold(acme, second)
    assert second.gbuffer(name) is None  # whoever claimed it may ask again


def test_nobody_waits_for_ever(acme: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gbuffers, "PATIENCE_S", 0.0)
    first, second = library_of(acme), library_of(acme)
    hold(acme, first)
    assert first.gbuffer("c" * 64) is None
    assert second.gbuffer("c" * 64) is None


def test_a_brand_keeps_as_many_as_it_has_room_for_the_oldest_going_first(
    acme: Brand, specs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(acme, "gbuffers", "created_at", days=91)
    run(acme, "render.clean_up")
    shown(acme, specs[0], azimuth_degrees=50)
    ((name, sha256),) = rows(acme).items()
    size = len(acme.process.runtime.objects.get(acme.brand, sha256))
    monkeypatch.setattr(gbuffers, "MAX_BYTES_OF_BRAND", 3 * size)
    library = library_of(acme)
    make_old(acme, "gbuffers", "created_at", days=1)
    for number in range(2):
        library.keep_gbuffer(f"{number:064x}", bytes([number]) * size)
    assert len(rows(acme)) == 3
    library.keep_gbuffer("f" * 64, b"f" * size)
    assert rows(acme).keys() == {f"{0:064x}", f"{1:064x}", "f" * 64}
    assert library.gbuffer(name) is None
    assert sha256 not in stored(acme)
    library.keep_gbuffer("e" * 64, b"f" * size)
    library.keep_gbuffer("d" * 64, b"d" * (3 * size))
    assert rows(acme).keys() == {"d" * 64}
    library.keep_gbuffer("c" * 64, b"c" * (3 * size + 1))
    assert not rows(acme)
